"""The chapter on initialisation: units that begin equal stay equal, and wrong claims about them are refused."""

import numpy as np
import pytest
import sympy
from sympy import stats

from symnn import argument, ones, renamed, vector
from symnn.algebra.nodes import Function
from symnn.errors import RefutedError
from symnn.results.author import derivation


def test_what_the_chapter_says_of_equal_units(chapter, lines):
    assert lines["Equal weights, equal scores"] == "(A⁽ˡ⁻¹⁾w + β1ₘ)1_Mₗᵀ"
    assert lines["Equal scores, equal δ"] == "(δ⁽ˡ⁺¹⁾v ⊙ φ′(z))1_Mₗᵀ"
    assert lines["Equal δ, equal gradients, equal weights after a step"] == "(w − ηA⁽ˡ⁻¹⁾ᵀu)1_Mₗᵀ"
    assert lines["And of the biases"] == "(∑ u)1_Mₗ"
    assert [part.verdict for part in chapter.parts[1:5]] == ["proved"] * 4


def test_units_with_different_weights_upward_have_different_adjoints(chapter):
    theorem = chapter.parts[0]
    Z, above, delta = theorem.variable("Z"), theorem.variable("W", "l+1"), theorem.variable("delta", "l+1")
    units, z, v = ones(above.rows), vector("z", Z.rows), vector("v", above.cols)
    equal = (delta @ v * Function("phi").derivative()(z)) @ units.T
    scores = {Z: z @ units.T}
    with derivation(renamed(theorem.recursion, {**scores, above: units @ v.T}, {})) as proof:
        proof.line(equal, by="weights upward are equal, too")
    assert proof.verdict == "proved"
    with derivation(renamed(theorem.recursion, scores, {}) + 0 * equal) as proof:
        proof.line(equal, by="without it")
    assert proof.verdict == "undecided"


def test_with_an_activation_that_has_values_it_is_refuted():
    shapes = {"D": ("m", "k"), "V": ("h", "k"), "v": ("k",), "z": ("m",)}
    objective = "np.sum((D @ V.T) * np.outer(np.cos(z), np.ones(h))) + 0*np.sum(v)"
    with derivation(objective, None, shapes) as proof:
        with pytest.raises(RefutedError):
            proof.line("h * np.sum((D @ v) * np.cos(z))", by="equal weights upward")
        proof.line("np.sum((D @ np.sum(V, axis=0)) * np.cos(z))", by="sum over the units")


@pytest.mark.parametrize(
    ("name", "phi", "slope"),
    [
        ("tanh", np.tanh, lambda A: 1 - A**2),
        ("relu", lambda Z: np.maximum(Z, 0), lambda A: (A > 0).astype(float)),
    ],
)
def test_the_probes_give_activations_and_gradients(chapter, name, phi, slope):
    space = {}
    exec(compile(chapter.module(), "initialisation.py", "exec"), space)
    random = np.random.default_rng(3)
    X, weights = random.normal(size=(7, 4)), [random.normal(size=(4, 4)) for _ in range(10)]
    probes = [random.normal(size=(7, 4)) for _ in range(10)]
    activations = [X]
    for W in weights:
        activations.append(phi(activations[-1] @ W))
    gradients, by_activation = [], np.zeros((7, 4))
    for place in range(9, -1, -1):
        by_activation = by_activation + probes[place]
        by_scores = by_activation * slope(activations[place + 1])
        gradients.insert(0, activations[place].T @ by_scores)
        by_activation = by_scores @ weights[place].T
    given = {f"W{place}": W for place, W in enumerate(weights, start=1)}
    given |= {f"C{place}": C for place, C in enumerate(probes, start=1)}
    found = space[f"{name}_gradient"](X=X, **given)
    for mine, theirs in zip(found, [*gradients, *activations[1:]], strict=True):
        assert mine == pytest.approx(theirs, rel=1e-9, abs=1e-12)


RHO = sympy.Symbol("rho", positive=True)
SCORE = stats.Normal("z", 0, RHO)
FIRST, SECOND = stats.Normal("w1", 0, RHO), stats.Normal("w2", 0, RHO)
UNIFORM = stats.Uniform("u", -RHO, RHO)
CLAIMS = {
    "ReLU halves the mean square": (sympy.Max(0, SCORE) ** 2, RHO**2, RHO**2 / 2),
    "the mean square of a sum of products": ((2 * FIRST + 3 * SECOND) ** 2, 25 * RHO**2, 13 * RHO**2),
    "uniform weights": (UNIFORM**2, RHO**2, RHO**2 / 3),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_wrong_variance_is_refused(name):
    expression, wrong, right = CLAIMS[name]
    with argument("Variances") as proof:
        with pytest.raises(RefutedError, match="the expectation is"):
            proof.expectation(expression, wrong, by="wrong")
        proof.expectation(expression, right, by="right")
    assert proof.verdict == "checked"


def test_the_variances_are_solved_for(chapter, lines):
    assert lines["Minimum"] == "v = 2/fan_in"
    space = {}
    exec(compile(chapter.module(), "initialisation.py", "exec"), space)
    assert space["xavier_solution"](30.0, 20.0) == pytest.approx(0.04, rel=1e-15)
    assert space["he_solution"](50.0) == pytest.approx(0.04, rel=1e-15)
    assert [part.verdict for part in chapter.parts[5:8]] == ["checked"] * 3
