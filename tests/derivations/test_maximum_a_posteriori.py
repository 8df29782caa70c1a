"""Maximum a posteriori in numbers, and what is printed of it: proportional where it is equal up to a constant."""

import numpy as np
import pytest
import sympy

from symnn import argument
from symnn.errors import RefutedError
from symnn.results.author import derivation

SHAPES = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
POSITIVE = {"sigma": "positive", "nu": "positive"}
PENALISED = "(np.sum((y - X@w)**2)/(2*sigma**2) + np.sum(w**2)/(2*nu**2))"
CONSTANT = "(n*np.log(2*np.pi*sigma**2)/2 + d*np.log(2*np.pi*nu**2)/2)"
ZERO = "0*w"

random = np.random.default_rng(7)
n, d = 8, 3
X, y, w, sigma, nu = random.normal(size=(n, d)), random.normal(size=n), random.normal(size=d), 0.6, 1.7


@pytest.fixture(scope="module")
def code(chapter):
    space = {}
    exec(compile(chapter.module(), "maximum_a_posteriori.py", "exec"), space)
    return space


def test_the_lines(chapter):
    said = {numbered.proof.title: str(numbered.proof.line) for numbered in chapter.proofs()}
    assert said["Gradient"] == "σ⁻²Xᵀ(Xw − y) + ν⁻²w"
    assert said["Ridge regression over σ²"] == "(½‖y − Xw‖² + ½σ²‖w‖²/ν²)/σ²"
    assert said["The closed form of ridge regression"] == "(XᵀX + (σ²/ν²)I)⁻¹Xᵀy"


def test_the_value_is_that_of_the_densities_multiplied_out(code):
    noise = np.exp(-((y - X @ w) ** 2) / (2 * sigma**2)) / np.sqrt(2 * np.pi * sigma**2)
    prior = np.exp(-(w**2) / (2 * nu**2)) / np.sqrt(2 * np.pi * nu**2)
    found = code["value"](y=y, X=X, w=w, sigma=sigma, nu=nu)
    assert found == pytest.approx(-np.log(np.prod(noise) * np.prod(prior)))


def test_the_most_probable_weights_are_those_of_ridge_regression(code):
    best = code["solution"](y=y, X=X, sigma=sigma, nu=nu)
    assert best == pytest.approx(np.linalg.solve(X.T @ X + sigma**2 / nu**2 * np.eye(d), X.T @ y))
    assert best == pytest.approx(code["ridge_solution"](y=y, X=X, lam=sigma**2 / nu**2))
    assert code["gradient"](y=y, X=X, w=best, sigma=sigma, nu=nu) == pytest.approx(np.zeros(d), abs=1e-12)


def test_the_ratio_is_not_constant_and_the_difference_is():
    posterior = f"({PENALISED} + {CONSTANT})"
    ratio = derivation(f"{posterior} / {PENALISED}", "w", SHAPES, POSITIVE)
    with pytest.raises(RefutedError, match="the gradient of"):
        ratio.line(ZERO, by="proportional, as it is printed")
    difference = derivation(f"{posterior} - {PENALISED}", "w", SHAPES, POSITIVE)
    difference.line(ZERO, by="equal up to a constant")
    assert difference.verdict in ("proved", "checked")


def test_a_wrong_penalty_is_refused():
    with derivation(PENALISED, shapes=SHAPES, assume=POSITIVE) as proof:
        with pytest.raises(RefutedError):
            proof.line("(np.sum((y - X@w)**2) + nu**2/sigma**2*np.sum(w**2))/(2*sigma**2)", by="λ = ν²/σ²")
        proof.line("(np.sum((y - X@w)**2) + sigma**2/nu**2*np.sum(w**2))/(2*sigma**2)", by="λ = σ²/ν²")
    assert proof.verdict == "proved"


def test_a_sum_over_a_continuous_variable_is_refused_and_the_integral_accepted():
    """Errata L7: p(w, y | X) is divided by ∫ dw, not by a sum over w; in steps of 1, no term beyond 40 is seen."""
    a, z, k = sympy.Symbol("a", positive=True), sympy.Symbol("z", real=True), sympy.Symbol("k", integer=True)
    whole = sympy.sqrt(2 * sympy.pi / a)
    with argument("What the posterior of one weight is divided by") as proof:
        with pytest.raises(RefutedError, match="the left side is"):
            proof.sympy(sympy.Sum(sympy.exp(-a * k**2 / 2), (k, -40, 40)), whole, by="as it is printed")
        proof.sympy(sympy.Integral(sympy.exp(-a * z**2 / 2), (z, -sympy.oo, sympy.oo)), whole, by="corrected")
    assert proof.verdict == "checked"
