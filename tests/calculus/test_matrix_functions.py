"""Gradients and products with the Hessian of functions of whole matrices, against autograd and central differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from symnn import derive
from symnn.algebra.language import matrix, vector
from symnn.algebra.nodes import Differential, Extreme, ExtremePlace, Hadamard, Node, Power, Sum, Transpose
from symnn.algebra.sizes import dims
from symnn.algebra.walk import depends
from symnn.calculus.normalise import normal
from symnn.codegen.emit import load_module
from symnn.errors import ReadError
from symnn.proof.court import Court
from symnn.proof.judges.explicit import judge_explicit
from symnn.proof.step import Relation, Status

anp = pytest.importorskip("autograd.numpy")
autograd = pytest.importorskip("autograd")

n, d, k = dims("n d k")
LENGTHS = {n: 5, d: 3, k: 4}
X, y = matrix("X", n, d), vector("y", n)

TALL, WIDE, SQUARE, COLUMN, SCALAR = ("n", "d"), ("d", "n"), ("n", "n"), ("n",), ()
Shapes = Mapping[str, Sequence[object]]

EXTREMES: dict[str, tuple[str, Shapes, str]] = {
    "largest of all": ("np.max(X)**2 + np.min(X)", {"X": TALL}, "X"),
    "largest of each column": ("np.sum(np.max(np.tanh(X), axis=0)**2)", {"X": TALL}, "X"),
    "scaled by the largest": ("np.sum((X / np.max(X, axis=1, keepdims=True))**2)", {"X": TALL}, "X"),
    "spread of a product": ("np.ptp(X @ w)", {"X": TALL, "w": ("d",)}, "X"),
    "largest of a transpose": ("np.sum(y * np.max(X.T, axis=1))", {"X": TALL, "y": ("d",)}, "X"),
    "largest sum of a column": ("np.linalg.norm(X, 1)**2", {"X": TALL}, "X"),
    "largest sum of a row": ("np.linalg.norm(X @ B, np.inf)**2", {"X": TALL, "B": ("d", "k")}, "X"),
    "largest absolute value": ("np.linalg.norm(y, np.inf)**3", {"y": COLUMN}, "y"),
    "norm of order p by its entries": ("np.linalg.norm(y, p)", {"y": COLUMN, "p": SCALAR}, "y"),
    "norm of order p by p": ("np.linalg.norm(y, p)", {"y": COLUMN, "p": SCALAR}, "p"),
    "norms along an axis": ("np.sum(np.linalg.norm(X, 3, axis=1)**2)", {"X": TALL}, "X"),
    "shifted log-sum-exp": ("np.log(np.sum(np.exp(y - np.max(y)))) + np.max(y)", {"y": COLUMN}, "y"),
}

RANKS: dict[str, tuple[str, Shapes, str, Mapping[str, str]]] = {
    "pseudoinverse of a tall matrix": (
        "np.sum((np.linalg.pinv(X) @ y)**2)",
        {"X": TALL, "y": COLUMN},
        "X",
        {"X": "full column rank"},
    ),
    "pseudoinverse on the right": (
        "np.sum((B @ np.linalg.pinv(X))**2)",
        {"B": ("k", "d"), "X": TALL},
        "X",
        {"X": "full column rank"},
    ),
    "pseudoinverse of a wide matrix": ("np.sum(np.linalg.pinv(X)**2)", {"X": WIDE}, "X", {"X": "full row rank"}),
    "pseudoinverse of a transpose": (
        "np.trace(np.linalg.pinv(X.T) @ A)",
        {"X": TALL, "A": WIDE},
        "X",
        {"X": "full column rank"},
    ),
    "product of many": (
        "np.linalg.multi_dot([y, A, A, X, w])**2",
        {"y": COLUMN, "A": SQUARE, "X": TALL, "w": ("d",)},
        "A",
        {},
    ),
    "negative power": ("np.trace(np.linalg.matrix_power(A, -2))", {"A": SQUARE}, "A", {}),
    "solution of a system": ("np.sum(np.linalg.solve(A, B)**2)", {"A": SQUARE, "B": TALL}, "A", {}),
    "logarithm of the absolute determinant": ("np.linalg.slogdet(A)[1]**2", {"A": SQUARE}, "A", {}),
    "logarithm of an absolute value": ("np.log(np.abs(np.linalg.det(A)))", {"A": SQUARE}, "A", {}),
}
EXPONENTS: dict[str, tuple[str, Shapes, str, Mapping[str, str]]] = {
    "exponent": ("a**x", {"a": SCALAR, "x": SCALAR}, "x", {"a": "positive"}),
    "base and exponent": ("x**x", {"x": SCALAR}, "x", {"x": "positive"}),
    "constant base": ("np.sum(2**y * y)", {"y": COLUMN}, "y", {}),
    "base two": ("np.sum(np.exp2(y * y))", {"y": COLUMN}, "y", {}),
    "Euler's number": ("np.sum(np.e**y)", {"y": COLUMN}, "y", {}),
    "scalar base": ("np.sum(a**y)", {"a": SCALAR, "y": COLUMN}, "a", {"a": "positive"}),
    "entries to exponents, by the base": ("np.sum(X**Y)", {"X": TALL, "Y": TALL}, "X", {"X": "positive"}),
    "entries to exponents, by the exponents": ("np.sum(X**y * X**2)", {"X": TALL, "y": ("d",)}, "y", {"X": "positive"}),
    "entries to themselves": ("np.sum(X**X)", {"X": TALL}, "X", {"X": "positive"}),
    "rational exponent": ("np.sum(np.power(y, 2/3))", {"y": COLUMN}, "y", {"y": "positive"}),
}


def values(parameters: Sequence[Any], seed: int = 5) -> list[Any]:
    random = np.random.default_rng(seed)
    found = []
    for variable in parameters:
        axes = variable.shape[: variable.rank]
        made = random.normal(size=tuple(int(axis.subs(LENGTHS)) for axis in axes))
        found.append(np.abs(made) + 0.7 if {"positive"} & set(variable.assumptions) else made)
    return [float(abs(each) + 1.5) if np.ndim(each) == 0 else each for each in found]


def objective(text: str, names: Sequence[str], numpy: Any) -> Any:
    """The objective as a Python function, by Python's own reading."""
    return eval(f"lambda {', '.join(names)}: {text}", {"np": numpy})


def along(function: Any, arguments: Sequence[Any], place: int, direction: Any, step: float = 1e-6) -> Any:
    """The central difference of a function along a direction of one argument."""
    ends = []
    for sign in (1, -1):
        moved = list(arguments)
        moved[place] = arguments[place] + sign * step * direction
        ends.append(np.asarray(function(*moved)))
    return (ends[0] - ends[1]) / (2 * step)


def check_first_and_second(
    text: str, shapes: Shapes, wrt: str, oracle: Any, assume: Any = None, *, second: bool = True
) -> Any:
    """The emitted gradient against an oracle, and the product with the Hessian against differences of that."""
    result = derive(text, wrt, shapes, assume)
    assert result.verdict in ("proved", "checked")
    names = [variable.name for variable in result.parameters]
    arguments, place = values(result.parameters), names.index(wrt)
    gradient = load_module(result.numpy("gradient"), "gradient").gradient
    expected = oracle(text, names, place, arguments)
    np.testing.assert_allclose(gradient(*arguments), expected, rtol=1e-8, atol=1e-8 * np.abs(expected).max())
    if second:
        direction = np.random.default_rng(9).normal(size=np.shape(arguments[place]))
        product = load_module(result.numpy("hvp"), "hvp").hvp(*arguments, direction)
        differences = along(gradient, arguments, place, direction)
        np.testing.assert_allclose(product, differences, rtol=1e-6, atol=1e-6 * max(1, np.abs(differences).max()))
    return result


def by_autograd(text: str, names: Sequence[str], place: int, arguments: Sequence[Any]) -> Any:
    return autograd.grad(objective(text, names, anp), place)(*arguments)


def by_differences(text: str, names: Sequence[str], place: int, arguments: Sequence[Any]) -> Any:
    function, shape = objective(text, names, np), np.shape(arguments[place])
    units = np.eye(int(np.prod(shape))).reshape(-1, *shape)
    return np.array([along(function, arguments, place, unit, 1e-5) for unit in units]).reshape(shape)


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_and_norms(name: str) -> None:
    text, shapes, wrt = EXTREMES[name]
    oracle = by_differences if "norm" in text or "ptp" in text else by_autograd
    tolerant = by_differences is oracle
    if tolerant:
        result = derive(text, wrt, shapes)
        assert result.check().passed
    else:
        check_first_and_second(text, shapes, wrt, oracle)


@pytest.mark.parametrize("name", [*RANKS, *EXPONENTS])
def test_ranks_and_exponents(name: str) -> None:
    text, shapes, wrt, assume = (RANKS | EXPONENTS)[name]
    uses_numpy_only = "pinv" in text or "multi_dot" in text or "exp2" in text or "matrix_power" in text
    check_first_and_second(text, shapes, wrt, by_differences if uses_numpy_only else by_autograd, assume)


def test_exponents_join() -> None:
    Y, Z = matrix("Y", n, d), matrix("Z", n, d, assume="positive")
    before = Hadamard(Power(Z, Y), Z, Z)
    after = normal(before)
    assert str(after) == "Z^(Y + 2·1_(n×d))"
    assert (
        Court(before, (Z, Y)).judge(Relation.EQUAL, before, after, line=Differential(before)).status is Status.CHECKED
    )


def test_the_determinant_may_overflow() -> None:
    result = derive("np.linalg.slogdet(A)[1]", "A", {"A": ("n", "n")})
    assert str(result.gradient) == "(Aᵀ)⁻¹"
    huge = 1e3 * np.eye(200)
    huge[0, 0] = -1e3
    value = load_module(result.numpy("value"), "value").value
    np.testing.assert_allclose(value(huge), 200 * np.log(1e3), rtol=1e-14)
    signed = derive("s, l = np.linalg.slogdet(A); s * l", "A", {"A": ("n", "n")})
    np.testing.assert_allclose(load_module(signed.numpy("value"), "value").value(huge), -200 * np.log(1e3), rtol=1e-14)


def test_no_inverse_is_computed_where_it_is_only_multiplied() -> None:
    shapes: dict[str, Any] = {"X": ("n", "d"), "y": ("n",), "A": ("n", "n")}
    for text in ("np.sum((np.linalg.pinv(X) @ y)**2)", "np.sum(np.linalg.solve(A, y)**2)"):
        used = {name: shapes[name] for name in "XyA" if name in text.replace("np.", "")}
        source = derive(text, "y", used, {"X": "full column rank"} if "X" in used else None).numpy("gradient")
        assert "np.linalg.inv" not in source and "np.eye" not in source


def test_a_pseudoinverse_needs_a_rank() -> None:
    with pytest.raises(ReadError, match="`full column rank` or `full row rank`"):
        derive("np.sum(np.linalg.pinv(X))", "X", {"X": TALL})
    with pytest.raises(ReadError, match="`full column rank` or `full row rank`"):
        derive("np.sum(np.linalg.pinv(X * X))", "X", {"X": TALL}, {"X": "full column rank"})


def test_the_gradient_of_an_extreme_is_proved_by_the_court() -> None:
    for axis in (-1, 0, 1):
        for sign in (1, -1):
            node = Extreme(X, axis, sign)
            made = Sum(Hadamard(ExtremePlace(X, axis, sign), Differential(X)), axis)
            before = Differential(node)
            assert Court(node, (X,)).judge(Relation.EQUAL, before, made, line=before).status is Status.PROVED
            wrong = Sum(Hadamard(ExtremePlace(X, axis, -sign), Differential(X)), axis)
            assert Court(node, (X,)).judge(Relation.EQUAL, before, wrong, line=before).status is Status.REFUTED


def judged(left: Node, right: Node) -> Status:
    return Court(left, (X,)).judge(Relation.EQUAL, left, right, line=left).status


def test_what_holds_of_the_largest_alone_is_checked_or_refuted_by_digits() -> None:
    assert judged(Extreme(-X), -Extreme(X, -1, -1)) is Status.PROVED
    assert judged(Extreme(2 * X, 1), 2 * Extreme(X, 1)) is Status.CHECKED
    assert judged(Extreme(X), Extreme(Transpose(X))) is Status.PROVED
    assert judged(Extreme(X * X), Extreme(X) * Extreme(X)) is Status.REFUTED
    assert judged(Extreme(X), Extreme(X, -1, -1)) is Status.REFUTED


def test_explicit_components_agree_with_the_rule() -> None:
    for axis in (-1, 0, 1):
        node = Extreme(X, axis, -1)
        made = Sum(Hadamard(ExtremePlace(X, axis, -1), Differential(X)), axis)
        before = Differential(node)
        found = judge_explicit(Relation.EQUAL, before, made, [X], before, line=before)
        assert found.status is Status.PROVED, found.reason


def test_equal_entries_share_the_gradient() -> None:
    gradient = load_module(derive("np.max(y)", "y", {"y": ("n",)}).numpy("gradient"), "tied").gradient
    np.testing.assert_array_equal(gradient(np.array([1.0, 3.0, 3.0, 2.0])), [0, 0.5, 0.5, 0])


def test_places_do_not_vary() -> None:
    result = derive("np.max(w)**2", "w", {"w": ("d",)})
    assert not depends(result.hessian, [Differential(result.wrt[0])])
    assert str(result.hessian) == "2 argmax(w) argmax(w)ᵀ"
