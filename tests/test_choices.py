"""Objectives with conditions, from the text to the code: gradients against differences and formulas by hand."""

import numpy as np
import pytest

from symnn.algebra.language import total, vector
from symnn.algebra.masks import greater, where
from symnn.algebra.nodes import Number, Ones
from symnn.algebra.sizes import dims
from symnn.calculus.normalise import normal
from symnn.errors import RefutedError
from symnn.results.author import derivation
from symnn.results.result import derive

SHAPES = {"X": ("n", "d"), "w": ("d",), "y": ("n",), "tau": ()}
SIZES = {"n": 7, "d": 3}

# Objective and gradient as one writes them by hand.
CASES = {
    "Huber": (
        "r = X@w - y; np.where(abs(r) <= 1, r*r/2, abs(r) - 0.5).sum()",
        lambda X, w, y: X.T @ np.clip(X @ w - y, -1, 1),
    ),
    "hinge": (
        "np.maximum(0, 1 - y*(X@w)).sum()",
        lambda X, w, y: -X.T @ (y * (y * (X @ w) < 1)),
    ),
    "leaky relu": (
        "np.mean(np.where(X@w > 0, X@w, 0.1*(X@w))*y)",
        lambda X, w, y: X.T @ (np.where(X @ w > 0, 1, 0.1) * y) / len(y),
    ),
    "ELU": (
        "z = X@w; np.sum(y*np.where(z > 0, z, np.exp(z) - 1))",
        lambda X, w, y: X.T @ (y * np.exp(np.minimum(X @ w, 0))),
    ),
    "quantiles": (
        "r = y - X@w; np.mean(np.maximum(tau*r, (tau - 1)*r))",
        lambda X, w, y, tau: -X.T @ (tau - (y < X @ w)) / len(y),
    ),
    "clipped": (
        "np.minimum((X@w - y)**2, 4).sum()",
        lambda X, w, y: 2 * X.T @ np.where(np.abs(X @ w - y) < 2, X @ w - y, 0),
    ),
    "clip": ("y @ np.clip(X@w, -0.5, 1)", lambda X, w, y: X.T @ (y * ((X @ w > -0.5) & (X @ w < 1)))),
    "mask times variable": ("np.sum((w > 0)*w**3)", lambda w: 3 * (w > 0) * w**2),
    "condition on the data": ("np.sum(np.where(X > 0.2, w, w**2))", lambda X, w: np.where(X > 0.2, 1, 2 * w).sum(0)),
    "nested": (
        "z = X@w; np.sum(np.where(z > 1, z, np.where(z > -1, z**2, -z)))",
        lambda X, w: X.T @ np.where(X @ w > 1, 1, np.where(X @ w > -1, 2 * X @ w, -1)),
    ),
    "both": (
        "z = X@w; np.sum(np.where((z > -1) & (z < 1), z**2, 0))",
        lambda X, w: X.T @ np.where(np.abs(X @ w) < 1, 2 * X @ w, 0),
    ),
    "scalar condition": (
        "s = w.sum(); np.where(s > 0, s**2, np.sum(w**2))",
        lambda w: np.where(w.sum() > 0, 2 * w.sum() * np.ones_like(w), 2 * w),
    ),
    "outside of the domain": ("np.sum(np.where(w > 0, np.log(w), w))", lambda w: np.where(w > 0, 1 / w, 1)),
}


def run(source: str, name: str):
    namespace: dict = {}
    exec(compile(source, name, "exec"), namespace)  # the code that symnn emitted
    return namespace[name]


def arrays(variables, seed: int):
    random = np.random.default_rng(seed)
    return {name: 1.5 * random.normal(size=[SIZES[size] for size in SHAPES[name]]) for name in variables}


@pytest.mark.parametrize("name", CASES)
def test_gradients(name: str) -> None:
    text, by_hand = CASES[name]
    names = by_hand.__code__.co_varnames
    result = derive(text, wrt="w", shapes={given: SHAPES[given] for given in names})
    assert result.check().passed
    gradient = run(result.numpy("gradient"), "gradient")
    for seed in range(5):
        given = arrays(names, seed)
        if "tau" in given:
            given["tau"] = 0.3
        with np.errstate(all="ignore"):
            computed = gradient(**given)
            np.testing.assert_allclose(computed, by_hand(**given), rtol=1e-12, atol=1e-14)


def test_what_is_not_chosen_does_not_spoil_the_result() -> None:
    text = "z = X@w; np.sum(np.where(z > 0, z, np.exp(z) - 1))"
    for dtype in ("float64", "float32"):
        result = derive(text, wrt="w", shapes={"X": ("n", "d"), "w": ("d",)})
        gradient = run(result.numpy("gradient"), "gradient")
        X = np.array([[800.0, 0.0], [0.0, -800.0]]).astype(dtype)
        with np.errstate(over="ignore"):
            assert np.array_equal(gradient(X=X, w=np.ones(2, dtype=dtype)), [800.0, 0.0])


def test_code_reads_like_numpy() -> None:
    shapes = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
    huber = derive(CASES["Huber"][0], wrt="w", shapes=shapes)
    assert "np.where(np.abs(r) <= 1, r, np.sign(r))" in huber.numpy("gradient")
    clipped = derive("np.sum(np.clip(w, -1, 1)*w)", wrt="w", shapes={"w": ("d",)})
    assert "np.minimum(np.maximum(w, -1), 1)" in clipped.numpy("value")


def test_hessians() -> None:
    elu = derive(CASES["ELU"][0], wrt="w", shapes={name: SHAPES[name] for name in "Xwy"})
    given = arrays("Xwy", 3)
    X, w, y = given.values()
    hessian = run(elu.numpy("hessian"), "hessian")(**given)
    curvature = y * np.where(X @ w > 0, 0, np.exp(X @ w))
    np.testing.assert_allclose(hessian, X.T @ (curvature[:, None] * X), rtol=1e-12)


def test_the_convention_at_a_jump_is_printed() -> None:
    proof = derive("np.sum(np.where(w > 0, w, 2*w))", wrt="w", shapes={"w": ("d",)}).proof
    assert any("by convention" in step.statement for step in proof.steps)


def test_wrong_lines_are_refused() -> None:
    w = vector("w", dims("d")[0])
    value = total(where(greater(w, Number(0)), w, 2 * w))
    with pytest.raises(RefutedError, match="where"), derivation(value, wrt=w) as by_hand:
        by_hand.line(where(greater(w, Number(0)), 2 * Ones(w.rows, 1), Ones(w.rows, 1)), by="a slip")


def test_a_choice_inside_a_choice_by_the_same_condition_is_made() -> None:
    v, w = vector("v", dims("d")[0]), vector("w", dims("d")[0])
    mask = greater(v, Number(0))
    inside = where(mask, v, w)
    assert normal(where(mask, v + w, inside)) is normal(where(mask, v + w, w))
    assert normal(where(mask, inside * w, v)) is normal(where(mask, v * w, v))
    assert normal(where(greater(w, Number(0)), inside, v)) is not normal(where(greater(w, Number(0)), v, v))


@pytest.mark.parametrize(
    "objective",
    [
        "np.where(v > 0, u, np.cosh(np.sin(w)))",
        "np.where(w > 0, np.exp(np.tanh(w))**2, u)",
        "np.log(0.5 + np.where(v > 0, u, np.cosh(np.sin(w)))**2)",
        "np.minimum(np.where(v > 0, v, w**3*u), 0.3)*w",
        "np.where(w > 0, w**2, w**3)*np.where(w > 0, np.exp(w), w)",
    ],
)
def test_second_derivatives_of_choices_of_scalars_come_to_rest(objective: str) -> None:
    names = {name: () for name in "uvw" if name in objective.replace("np.where", "")}
    result = derive(objective, "w", names)
    assert result.verdict in ("proved", "checked")
    gradient, hessian = run(result.numpy("gradient"), "gradient"), run(result.numpy("hessian"), "hessian")
    for point in (-0.7, 0.4):
        given = {parameter.name: {"u": 0.3, "v": -0.2, "w": point}[parameter.name] for parameter in result.parameters}
        ends = [gradient(**{**given, "w": point + step}) for step in (1e-5, -1e-5)]
        assert hessian(**given) == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-7, abs=1e-8)
