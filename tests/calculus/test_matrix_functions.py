"""Gradients and products with the Hessian of functions of whole matrices, against autograd and central differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
import scipy.linalg

from symnn import derive
from symnn.algebra.components import entry, explicit
from symnn.algebra.language import matrix, vector
from symnn.algebra.nodes import (
    Differential,
    EntryProduct,
    Exponential,
    Extreme,
    ExtremePlace,
    Hadamard,
    Inner,
    Inverse,
    Node,
    OtherProducts,
    Power,
    SingularNorm,
    SingularPart,
    Sum,
    Transpose,
)
from symnn.algebra.sizes import dims
from symnn.algebra.walk import depends
from symnn.calculus.normalise import normal
from symnn.codegen.emit import FunctionSpec, Header, emit_module, load_module
from symnn.errors import ReadError, UnsupportedError
from symnn.proof.certificate import certificate, verify
from symnn.proof.court import Court
from symnn.proof.judges.explicit import judge_explicit
from symnn.proof.step import Relation, Status

anp = pytest.importorskip("autograd.numpy")
autograd = pytest.importorskip("autograd")

n, d, k = dims("n d k")
LENGTHS = {n: 5, d: 3, k: 4}
X, Y, y = matrix("X", n, d), matrix("Y", n, d), vector("y", n)
HEADER = Header("A test", "a test", "0", "symnn build")

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

SPECTRA: dict[str, tuple[str, Shapes, str]] = {
    "trace of an exponential": ("np.trace(expm(A @ B))", {"A": SQUARE, "B": SQUARE}, "A"),
    "trace of an exponential by a factor": ("np.trace(expm(t * A))", {"t": SCALAR, "A": SQUARE}, "t"),
    "entries of an exponential": ("y @ expm(A / 3) @ np.tanh(y)", {"y": COLUMN, "A": SQUARE}, "A"),
    "nuclear norm": ("np.linalg.norm(X, 'nuc')", {"X": TALL}, "X"),
    "nuclear norm of a wide matrix": ("np.linalg.norm(X.T @ B, 'nuc')**2", {"X": TALL, "B": ("n", "k")}, "X"),
    "nuclear norm of a square matrix": ("np.linalg.norm(np.tanh(A), 'nuc')", {"A": SQUARE}, "A"),
    "spectral norm": ("np.linalg.norm(X, 2)**2", {"X": TALL}, "X"),
    "spectral norm of a wide matrix": ("np.linalg.norm(X * X, 2)", {"X": WIDE}, "X"),
    "smallest singular value": ("np.linalg.norm(A, -2)", {"A": SQUARE}, "A"),
}
PRODUCTS: dict[str, tuple[str, Shapes, str]] = {
    "product of all": ("np.prod(X)", {"X": TALL}, "X"),
    "products of columns": ("np.sum(np.prod(X, axis=0)**2)", {"X": TALL}, "X"),
    "products of rows": ("np.sum(np.prod(1 + X, axis=1) * y)", {"X": TALL, "y": COLUMN}, "X"),
    "product of a vector": ("np.prod(np.cos(y)) * np.sum(y)", {"y": COLUMN}, "y"),
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
    return eval(f"lambda {', '.join(names)}: {text}", {"np": numpy, "expm": scipy.linalg.expm})


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


@pytest.mark.parametrize("name", SPECTRA)
def test_spectra(name: str) -> None:
    second = name in ("entries of an exponential", "spectral norm of a wide matrix")
    check_first_and_second(*SPECTRA[name], by_differences, second=second)


@pytest.mark.parametrize("kind", SingularNorm.KINDS)
@pytest.mark.parametrize("shape", [(4, 4), (5, 3), (2, 6)])
def test_the_code_for_the_derivative_of_a_singular_part(kind: str, shape: tuple[int, int]) -> None:
    nodes = {"part": SingularPart(X, kind), "slope": SingularPart(X, kind, Y)}
    functions = [FunctionSpec(name, (X, Y), (node,), (2,), "A part") for name, node in nodes.items()]
    module = load_module(emit_module(HEADER, functions), "parts")
    at, direction = np.random.default_rng(11).normal(size=(2, *shape))
    differences = along(lambda moved: module.part(moved, direction), [at], 0, direction)
    np.testing.assert_allclose(module.slope(at, direction), differences, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", PRODUCTS)
def test_products_of_entries(name: str) -> None:
    check_first_and_second(*PRODUCTS[name], by_autograd if "sum(y)" in PRODUCTS[name][0] else by_differences)


def test_the_gradient_of_a_product_is_right_at_zeros() -> None:
    result = derive("np.prod(y)", "y", {"y": ("n",)})
    gradient = load_module(result.numpy("gradient"), "gradient").gradient
    hvp = load_module(result.numpy("hvp"), "hvp").hvp
    np.testing.assert_array_equal(gradient(np.array([2.0, 0.0, 3.0])), [0, 6, 0])
    np.testing.assert_array_equal(hvp(np.array([2.0, 0.0, 3.0]), np.array([1.0, 10.0, 100.0])), [30, 203, 20])


def test_the_derivative_of_an_exponential_is_that_of_scipy() -> None:
    result = derive("np.sum(B * expm(A))", "B", {"A": ("n", "n"), "B": ("n", "n")})
    by_matrix = derive("np.sum(B * expm(A))", "A", {"A": ("n", "n"), "B": ("n", "n")})
    random = np.random.default_rng(2)
    first, second = random.normal(size=(2, 4, 4))
    gradient = load_module(by_matrix.numpy("gradient"), "gradient").gradient
    frechet = scipy.linalg.expm_frechet(first.T, second, compute_expm=False)
    np.testing.assert_allclose(gradient(second, first), frechet, rtol=1e-12)
    source = result.numpy("gradient")
    assert "on SciPy for the matrix exponential" in source and "from scipy.linalg import expm" in source
    assert by_matrix.verdict == "proved"


def test_e_to_the_a_is_its_own_derivative_along_the_identity_only() -> None:
    A, B = matrix("A", n, n), matrix("B", n, n)
    court = Court(Exponential(A), (A, B))

    def status(left: Node, right: Node) -> Status:
        return court.judge(Relation.EQUAL, left, right, line=left).status

    assert status(Exponential(A, A), A @ Exponential(A)) is Status.CHECKED
    assert status(Exponential(A, B), B @ Exponential(A)) is Status.REFUTED
    assert status(Exponential(A + B), Exponential(A) @ Exponential(B)) is Status.REFUTED
    assert status(Exponential(A) @ A, A @ Exponential(A)) is Status.PROVED
    assert status(Inverse(Exponential(A)), Exponential(-A)) is Status.CHECKED


@pytest.mark.parametrize("kind", SingularNorm.KINDS)
def test_singular_values_by_components_and_by_the_court(kind: str) -> None:
    part = SingularPart(X, kind)
    before, after = Differential(SingularNorm(X, kind)), Inner(part, Differential(X))
    court = Court(SingularNorm(X, kind), (X,))
    assert court.judge(Relation.EQUAL, before, after, line=before).status is Status.CHECKED
    others = [word for word in SingularNorm.KINDS if word != kind]
    for wrong in (Inner(SingularPart(X, other), Differential(X)) for other in others):
        assert court.judge(Relation.EQUAL, before, wrong, line=before).status is Status.REFUTED
    entries = {X: [[2, -1, 3], [1, 1, -2]]}
    sizes = {"n": 2, "d": 3}
    left, singular, right = np.linalg.svd(np.array(entries[X], dtype=float), full_matrices=False)
    keep = {"nuclear": [1, 1], "spectral": [1, 0], "smallest": [0, 1]}[kind]
    shown = np.array(explicit(part, sizes, entries, wrt=()).evalf(), dtype=float)
    np.testing.assert_allclose(shown, left * keep @ right, atol=1e-12)
    value = explicit(SingularNorm(X, kind), sizes, entries, wrt=())
    np.testing.assert_allclose(float(value[0, 0]), singular @ keep, rtol=1e-12)
    symbolic = explicit(SingularNorm(X, kind), sizes)[0, 0].diff(entry(X, 0, 1))
    point = {entry(X, row, col): entries[X][row][col] for row in range(2) for col in range(3)}
    np.testing.assert_allclose(float(symbolic.subs(point)), shown[0, 1], rtol=1e-12)


def test_what_singular_values_need_is_a_part_of_the_theorem() -> None:
    said = {
        "np.linalg.norm(X, 'nuc')": "X has full rank",
        "np.linalg.norm(X, 2)": "the largest singular value of X is simple",
        "np.linalg.norm(X, -2)": "the smallest singular value of X is simple and not 0",
    }
    for text, condition in said.items():
        assert condition in derive(text, "X", {"X": TALL}).assumptions
    known = derive("np.linalg.norm(X, 'nuc')", "X", {"X": TALL}, {"X": "full column rank"})
    assert known.assumptions == ("X is full column rank",)


def test_exponentials_by_components() -> None:
    A, B = matrix("A", n, n), matrix("B", n, n)
    entries = {A: [[1, 2], [3, -1]], B: [[0, 1], [2, 5]]}
    first, second = (np.array(entries[each], dtype=float) for each in (A, B))
    shown = explicit(Exponential(A, B), {"n": 2}, entries, wrt=())
    expected = scipy.linalg.expm_frechet(first, second, compute_expm=False)
    np.testing.assert_allclose(np.array(shown.evalf(), dtype=float), expected, rtol=1e-12)


def test_products_of_others_by_components() -> None:
    for axis in (-1, 0, 1):
        before = Differential(EntryProduct(X, axis))
        after = Sum(Hadamard(OtherProducts(X, axis), Differential(X)), axis)
        assert judge_explicit(Relation.EQUAL, before, after, [X], before, line=before).status is Status.PROVED


def test_a_proof_with_functions_of_matrices_is_verified_again() -> None:
    for text, shapes in (
        ("np.trace(expm(A)) + np.prod(y)", {"A": ("n", "n"), "y": ("n",)}),
        ("np.linalg.norm(A, 'nuc')", {"A": ("n", "n")}),
    ):
        result = derive(text, "A", shapes)
        found = verify(certificate(result.proof, text), seed=3)
        assert found.holds and found.status is Status.CHECKED


def test_third_derivatives_and_hessians_as_arrays_are_refused_by_name() -> None:
    result = derive("np.linalg.norm(X, 'nuc')", "X", {"X": TALL})
    with pytest.raises(UnsupportedError, match="ask for `hvp`"):
        _ = result.hessian


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("np.linalg.matrix_power(A, p)", "constant integer"),
        ("np.linalg.matrix_rank(A)", "jumps"),
        ("np.linalg.cond(A)", "np.linalg.inv"),
        ("np.linalg.lstsq(A, y)", "np.linalg.pinv"),
        ("np.linalg.cholesky(A)", "slogdet"),
        ("scipy.linalg.sqrtm(A)", "square root of a matrix"),
        ("scipy.linalg.logm(A)", "logarithm of a matrix"),
        ("np.linalg.expm(A)", "NumPy has no `expm`"),
        ("expm(y)", "square matrix"),
        ("np.linalg.svd(A)", "np.linalg.norm"),
        ("np.corrcoef(A)", "np.mean"),
    ],
)
def test_what_is_not_read_is_refused_with_what_to_write(text: str, reason: str) -> None:
    shapes: dict[str, Any] = {"A": ("n", "n"), "y": ("n",)}
    with pytest.raises(ReadError, match=reason):
        derive(text, "A", {name: shape for name, shape in shapes.items() if f"({name}" in text or f" {name})" in text})


def test_exponents_join() -> None:
    Z = matrix("Z", n, d, assume="positive")
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
