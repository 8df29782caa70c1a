"""Subscripts: what NumPy picks, conditions on sizes, and derivatives of picked entries against differences."""

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn import derive
from symnn.algebra.bridge import from_sympy
from symnn.algebra.components import explicit
from symnn.algebra.language import matrix, vector
from symnn.algebra.nodes import Identity, Selection, unit
from symnn.algebra.notation import latex, text
from symnn.algebra.reader import read
from symnn.algebra.sizes import bounds_in_words, dims
from symnn.algebra.walk import size_bounds
from symnn.codegen import load_module
from symnn.errors import ReadError, ShapeError
from symnn.proof.certificate import to_json, verify

n, d = dims("n d")
x, X, w = vector("x", n), matrix("X", n, d), vector("w", d)
TAIL, HEAD, TURNED = Selection(n - 1, n, 1), Selection(n - 1, n), Selection(n, n, n - 1, -1)


@pytest.mark.parametrize(
    "subscripted",
    [
        *("v[0]", "v[-1]", "v[2]", "v[1:]", "v[:-1]", "v[2:4]", "v[-3:-1]", "v[::-1]", "v[3:0:-1]", "v[-2::-1]"),
        *("v[:2:-1]", "v[1:3:2]", "v[None, 1:]", "v[1:, None]", "v[...]", "v[..., 0]", "v[len(v) - 1]"),
        *("X[0]", "X[-1]", "X[1, 2]", "X[-1, -1]", "X[:, 0]", "X[:, 1:]", "X[1:] - X[:-1]", "X[::-1, ::-1]"),
        *("X[1:3, -1]", "X[0, :2]", "X[..., 1]", "X[1, ...]", "X[0, None]", "X[None, 0]", "X[:, 0, None]", "X[0][1]"),
        *(
            "c[0]",
            "c[1:]",
            "c[-1, 0]",
            "r[0, 1:]",
            "r[:, -1]",
            "c[0, 0]*r[0]",
            "(X@w)[1:]",
            "(X.T@v)[0]",
            "A[0]@A[1:].T",
        ),
        *("X.T[0]", "A[0]@A[1:].T", "np.exp(X)[0, 1]*v", "X.shape[::-1][0]*a", "sum(v[i]*v[i + 1] for i in range(4))"),
    ],
)
def test_numpy_picks_the_same(subscripted, agrees):
    agrees(subscripted)


SIZE = 5
BOUND = st.none() | st.integers(-6, 6)


@given(BOUND, BOUND, st.sampled_from([None, 1, -1]))
@settings(max_examples=60, deadline=None)
def test_any_slice_is_numpys_or_refused(agrees, start, stop, step):
    written = ":".join("" if bound is None else str(bound) for bound in (start, stop, step))
    expected = np.arange(SIZE)[start:stop:step]
    try:
        reading = read(f"v[{written}]", {"v": ("n",)})
    except ReadError as refused:
        assert "picks nothing" in str(refused)
        assert not len(expected)
        return
    at_size = {n: SIZE}
    if all(bound.subs(at_size) > 0 for bound in size_bounds(reading.value)):
        agrees(f"v[{written}]")
    else:
        cut_short = any(bound is not None and not -SIZE <= bound <= SIZE for bound in (start, stop))
        assert cut_short or not len(expected) or abs(start or 0) == SIZE


@given(BOUND, BOUND, st.sampled_from([None, 1, 2, 3, -1, -2, -4]), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_any_slice_of_a_literal_size(start, stop, step, size):
    written = ":".join("" if bound is None else str(bound) for bound in (start, stop, step))
    expected = np.eye(size)[start:stop:step]
    if not len(expected):
        with pytest.raises(ReadError, match="picks nothing"):
            read(f"v[{written}]", {"v": (size,)})
        return
    value = read(f"v[{written}]", {"v": (size,)}).value
    picks = value.children[0] if value.children else Identity(size)
    assert np.array(explicit(picks, {}).tolist(), dtype=float).tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("picked", "shapes", "conditions"),
    [
        ("v[0]", {"v": ("n",)}, []),
        ("v[-1]", {"v": ("n",)}, []),
        ("v[2]", {"v": ("n",)}, ["n ≥ 3"]),
        ("v[1:]", {"v": ("n",)}, ["n ≥ 2"]),
        ("v[2:-2]", {"v": ("n",)}, ["n ≥ 5"]),
        ("v[:5]", {"v": ("n",)}, ["n ≥ 5"]),
        ("v[::2]", {"v": ("2*m",)}, []),
        ("v[1::2]", {"v": ("2*m + 1",)}, []),
        ("v[:len(u)]*u", {"v": ("n",), "u": ("k",)}, ["n ≥ k"]),
    ],
)
def test_sizes_at_which_the_rows_exist(picked, shapes, conditions):
    assert bounds_in_words(size_bounds(read(picked, shapes).value)) == conditions


@pytest.mark.parametrize(
    ("node", "shown", "typeset"),
    [
        (TAIL @ x, "x[1:]", "x[1:]"),
        (HEAD @ x, "x[:−1]", "x[:-1]"),
        (TURNED @ x, "x[::−1]", "x[::-1]"),
        (unit(0, n) @ x, "x[0]", "x[0]"),
        (unit(n - 1, n) @ x, "x[n − 1]", "x[n - 1]"),
        (unit(0, n) @ X @ unit(1, d).T, "X[0, 1]", "X[0, 1]"),
        (X @ unit(1, d).T, "Xe₁", "X e_{1}"),
        (unit(0, n) @ X, "e₀ᵀX", r"e_{0}^{\top} X"),
        (TAIL @ X @ Selection(2, d, 1).T, "X[1:, 1:3]", "X[1:, 1:3]"),
        (TAIL @ X @ w, "X[1:]w", "X[1:] w"),
        (HEAD @ (x + x), "(x + x)[:−1]", "(x + x)[:-1]"),
        (unit(0, n) @ X @ w, "(Xw)[0]", "(X w)[0]"),
        (TAIL.T @ TAIL @ x, "Iₙ[1:]ᵀx[1:]", r"I_{n}[1:]^{\top} x[1:]"),
        (unit(0, n).T @ unit(1, d), "Iₙ[0]ᵀI_d[1]", r"I_{n}[0]^{\top} I_{d}[1]"),
        (vector("e0", n) + unit(0, n).T, "e₀ + Iₙ[0]ᵀ", r"e_{0} + I_{n}[0]^{\top}"),
        (Selection(4, n, 7, -2) @ x, "x[7::−2]", "x[7::-2]"),
        (Selection(3, n, 1, 2) @ x, "x[1:6:2]", "x[1:6:2]"),
    ],
)
def test_how_it_is_written(node, shown, typeset):
    assert (text(node), latex(node)) == (shown, typeset)


@pytest.mark.parametrize(
    ("objective", "shapes", "gradient"),
    [
        ("x[0]**2", {"x": ("n",)}, "2x[0]e₀"),
        ("x[0]*x[-1]", {"x": ("n",)}, None),
        ("np.sum((x[1:] - x[:-1])**2)", {"x": ("n",)}, "2Iₙ[:−1]ᵀ(x[:−1] − x[1:]) + 2Iₙ[1:]ᵀ(x[1:] − x[:−1])"),
        ("np.sum(x[::-1]*x)", {"x": ("n",)}, "2x[::−1]"),
        ("np.mean(x[:5])", {"x": ("n",)}, "⅕Iₙ[:5]ᵀ1₅"),
        ("np.sum(np.tanh(x[2:-1]))", {"x": ("n",)}, None),
        ("np.sum(x[1::2]/x[::2])", {"x": ("2*m",)}, None),
        ("x[0, 1]*x[2, 0]", {"x": ("n", "d")}, None),
        ("x[0]@x[1]", {"x": ("n", "d")}, None),
        ("np.sum(np.exp(x[:, 0]))", {"x": ("n", "d")}, "exp(xe₀)e₀ᵀ"),
        ("np.sum((x[1:] - x[:-1])**2) + np.sum((x[:, 1:] - x[:, :-1])**2)", {"x": ("n", "d")}, None),
        ("np.sum(x[1:, ::-1]**2)", {"x": ("n", "d")}, None),
        ("np.linalg.det(x[1:, 1:])", {"x": ("n", "n")}, None),
        ("np.trace(x[::-1]@x)", {"x": ("n", "n")}, None),
        ("np.sum(x[:k]**2)*np.sum(u)", {"x": ("n",), "u": ("k",)}, None),
        ("x[2, 0]**3", {"x": ("n", 1)}, None),
        ("x[0, 2]**3", {"x": (1, "n")}, None),
        ("x[1:]", {"x": ("n",)}, None),
        ("x[0]*x[1:]", {"x": ("n", "d")}, None),
    ],
)
def test_derivatives_agree_with_differences(objective, shapes, gradient):
    result = derive(objective, "x", shapes)
    assert gradient in (None, str(result.proof.line))
    assert result.verdict in ("proved", "checked")
    assert result.check().passed


def test_a_hessian_of_neighbours():
    result = derive("np.sum((x[1:] - x[:-1])**2)/2", "x", {"x": ("n",)})
    hessian = load_module(result.numpy("hessian"), "hessian").hessian
    differences = np.diff(np.eye(6), axis=0)
    np.testing.assert_allclose(hessian(np.zeros(6)), differences.T @ differences)


def test_the_code_refuses_sizes_at_which_rows_are_missing():
    result = derive("np.mean(x[:5])", "x", {"x": ("n",)})
    gradient = load_module(result.numpy("gradient"), "gradient").gradient
    np.testing.assert_allclose(gradient(np.ones(7)), [0.2] * 5 + [0, 0])
    with pytest.raises(ValueError, match="n must be at least 5; got 4"):
        gradient(np.ones(4))


def test_the_theorem_names_the_sizes_and_the_certificate_holds():
    result = derive("np.sum((x[1:] - x[:-1])**2)", "x", {"x": ("n",)})
    assert result.assumptions == ("n ≥ 2",)
    verified = verify(to_json([result.proof]))
    assert "where n ≥ 2" in str(verified)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda: Selection(3, 5, 3), "do not lie within"),
        (lambda: Selection(2, 5, 0, -1), "do not lie within"),
        (lambda: Selection(2, n, n - 1), "do not lie within"),
        (lambda: Selection(2, n, 0, 0), "step"),
        (lambda: unit(n, n), "do not lie within"),
        (lambda: unit(-1, n), "do not lie within"),
        (lambda: unit(0.5, n), "a place is an integer"),
    ],
)
def test_rows_that_do_not_exist(made, reason):
    with pytest.raises(ShapeError, match=reason):
        made()


def test_entries_of_sympy():
    rows = sympy.Symbol("n", integer=True, positive=True)
    matrix_symbol, column = sympy.MatrixSymbol("X", rows, 3), sympy.MatrixSymbol("u", rows, 1)
    assert str(from_sympy(matrix_symbol[0, 1] * column[2, 0])) == "X[0, 1]u[2]"
    assert str(derive(column[2, 0] ** 2, "u").gradient) == "2u[2]e₂"
