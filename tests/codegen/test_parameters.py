"""What emitted functions accept and refuse, and how they find their sizes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from symnn.algebra.language import matrix, scalar, squared_norm, total, vector
from symnn.algebra.nodes import Extent, Node, Variable
from symnn.algebra.sizes import dims
from symnn.codegen.emit import FunctionSpec, emit_function_module, load_module

n, d, k = dims("n d k")
X, y, w = matrix("X", n, d), vector("y", n), vector("w", d)
lam = scalar("lam", assume="positive")


def source(parameters: tuple[Variable, ...], result: Node, **more: Any) -> str:
    rank = sum(1 for size in result.shape if size != 1)
    return emit_function_module(FunctionSpec("value", parameters, (result,), (rank,), "A function", **more))


def function(parameters: tuple[Variable, ...], result: Node, **more: Any) -> Any:
    return load_module(source(parameters, result, **more), "case").value


FIT = function((X, y, w, lam), X.T @ (X @ w - y) + lam * w)
GIVEN = {"X": np.ones((5, 3)), "y": np.ones(5), "w": np.ones(3), "lam": 2.0}


@pytest.mark.parametrize(
    ("name", "wrong", "kind", "message"),
    [
        ("y", np.ones(4), ValueError, r"y must have shape \(n,\) = \(5,\) because X has n = 5; got \(4,\)"),
        ("y", np.ones((5, 1)), ValueError, r"y must have shape \(n,\), 1 axes; got \(5, 1\)"),
        ("w", np.ones(5), ValueError, r"w must have shape \(d,\) = \(3,\) because X has d = 3; got \(5,\)"),
        ("X", np.ones(5), ValueError, r"X must have shape \(n, d\), 2 axes; got \(5,\)"),
        ("X", np.ones((0, 3)), ValueError, "X must not be empty"),
        ("X", np.ones((5, 3)) * 1j, TypeError, "X must be an array of real numbers; .*complex128"),
        ("X", np.ones((5, 3), dtype=bool), TypeError, "X must be .* dtype bool"),
        ("X", np.full((5, 3), "1"), TypeError, "X must be an array of real numbers"),
        ("X", np.full((5, 3), None), TypeError, "X must be .* dtype object"),
        ("X", [[1.0, 2.0], [3.0]], TypeError, "X must be .* rows differ in length"),
        ("y", np.ma.masked_array(np.ones(5), [True, False, False, False, False]), TypeError, "without a mask"),
        ("lam", np.ones(1), ValueError, r"lam must have shape \(\), 0 axes; got \(1,\)"),
        ("lam", True, TypeError, "lam must be .* dtype bool"),
        ("lam", "2", TypeError, "lam must be an array of real numbers; got str"),
        ("lam", None, TypeError, "lam must be .* got NoneType"),
    ],
)
def test_wrong_arguments_are_refused(name: str, wrong: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        FIT(**{**GIVEN, name: wrong})


def test_what_is_accepted() -> None:
    expected = FIT(**GIVEN)
    for change in (
        {"lam": 2},
        {"lam": np.float32(2)},
        {"lam": np.array(2.0)},
        {"X": np.ones((5, 3), dtype=int)},
        {"X": [[1, 1, 1]] * 5},
        {"y": np.ones(10)[::2]},
    ):
        got = FIT(**{**GIVEN, **change})
        assert got.dtype == np.float64
        np.testing.assert_array_equal(got, expected)


def test_arguments_are_not_changed() -> None:
    arrays = {name: np.array(value) for name, value in GIVEN.items()}
    FIT(**arrays)
    for name, value in GIVEN.items():
        np.testing.assert_array_equal(arrays[name], value)


def test_literal_sizes() -> None:
    take = function((matrix("A", n, 4), vector("c", 4)), matrix("A", n, 4) @ vector("c", 4))
    assert take(np.ones((2, 4)), np.ones(4)).shape == (2,)
    with pytest.raises(ValueError, match=r"A must have shape \(n, 4\); got \(2, 3\)"):
        take(np.ones((2, 3)), np.ones(4))


def test_columns_rows_and_ones_of_two_axes() -> None:
    column, row, one, short = matrix("p", n, 1), matrix("q", 1, d), matrix("r", 1, 1), vector("s", 1)
    take = function((column, row, one, short), (column @ row) * one + short)
    got = take(np.ones((5, 1)), np.ones((1, 3)), np.array([[2.0]]), np.array([3.0]))
    np.testing.assert_array_equal(got, np.full((5, 3), 5.0))
    with pytest.raises(ValueError, match=r"p must have shape \(n, 1\), 2 axes; got \(5,\)"):
        take(np.ones(5), np.ones((1, 3)), np.array([[2.0]]), np.array([3.0]))
    with pytest.raises(ValueError, match=r"q must have shape \(1, d\); got \(2, 3\)"):
        take(np.ones((5, 1)), np.ones((2, 3)), np.array([[2.0]]), np.array([3.0]))


def test_a_size_is_solved_for() -> None:
    A = matrix("A", n, 2 * d + 1)
    take = function((A,), total(A) * Extent(d))
    assert take(np.ones((2, 7))) == 14 * 3
    with pytest.raises(ValueError, match=r"A has an axis of length 2\*d \+ 1, which no whole d ≥ 1 gives"):
        take(np.ones((2, 6)))
    with pytest.raises(ValueError, match="no whole d"):
        take(np.ones((2, 1)))


def test_expressions_are_held_against_known_sizes() -> None:
    B = matrix("B", d + 1, k)
    for parameters in ((X, B), (B, X)):
        take = function(parameters, squared_norm(X) + squared_norm(B))
        given = {"X": np.ones((5, 3)), "B": np.ones((4, 2))}
        assert take(**given) == 15 + 8
        with pytest.raises(ValueError, match=r"B must have shape \(d \+ 1, k\) = \(4, 2\) because X has d \+ 1 = 4"):
            take(**{**given, "B": np.ones((3, 2))})


def test_an_expression_beside_its_own_size() -> None:
    A = matrix("A", n, n + 1)
    take = function((A,), total(A))
    assert take(np.ones((2, 3))) == 6
    with pytest.raises(ValueError, match=r"A must have shape \(n, n \+ 1\) = \(2, 3\)"):
        take(np.ones((2, 4)))


def test_sizes_that_become_known_together() -> None:
    A, B = matrix("A", n + d, 3), matrix("B", n + 2 * d, d)
    take = function((A, B), total(A) + total(B) + Extent(n))
    assert take(np.ones((7, 3)), np.ones((9, 2))) == 21 + 18 + 5
    with pytest.raises(ValueError, match="A must have shape"):
        take(np.ones((6, 3)), np.ones((9, 2)))


def test_sizes_and_variables_of_one_name() -> None:
    count = scalar("n")
    take = function((count, y), count * Extent(n) + total(y))
    assert take(10.0, np.ones(5)) == 55


def test_signs_are_checked_where_asked() -> None:
    v = vector("v", n, assume="positive")
    take = function((lam, v), lam * v, check_assumptions=True)
    assert take(1.0, np.ones(2)).shape == (2,)
    for bad in (0.0, -1.0, np.nan):
        with pytest.raises(ValueError, match=r"lam must be positive; got"):
            take(bad, np.ones(2))
        with pytest.raises(ValueError, match=r"v must be positive"):
            take(1.0, np.array([1.0, bad]))
    assert function((lam, v), lam * v)(-1.0, np.ones(2))[0] == -1


def test_sizes_read_like_numpy() -> None:
    assert "n, d = X.shape" in source((X,), total(X) / (Extent(n) * Extent(d)))
    assert "d = X.shape[1]" in source((X,), total(X) / Extent(d))
