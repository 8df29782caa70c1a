"""Stacked columns: true by the court and refused with every small mistake; Jacobians by matrices against autograd."""

from collections.abc import Callable, Iterator
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from symnn.algebra.language import matrix, scalar, vector
from symnn.algebra.masks import greater, where
from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Commutation,
    Determinant,
    Diagonal,
    DiagonalPart,
    Differential,
    Hadamard,
    Inner,
    Inverse,
    Kronecker,
    MatMul,
    Node,
    Number,
    Scale,
    Sum,
    Trace,
    Transpose,
    Unvec,
    Variable,
    Vec,
)
from symnn.algebra.sizes import dims
from symnn.algebra.walk import dependents, postorder, substitute
from symnn.calculus import tidy
from symnn.calculus.stacking import STACKINGS, stacked
from symnn.errors import UnsupportedError
from symnn.proof.court import Court
from symnn.proof.step import Relation, Status
from symnn.results.result import Result, derive

n, d, k, m = dims("n d k m")
X, Y = matrix("X", n, d), matrix("Y", n, d)
L, R = matrix("L", k, n), matrix("R", d, m)
A, B, C = (matrix(name, n, n) for name in "ABC")
u, t, s = vector("u", n), vector("t", d), scalar("s")

CASES: dict[str, Node] = {
    "Kronecker product, left": Kronecker(Differential(X), Y),
    "Kronecker product, right": Kronecker(Y, Differential(X)),
    "unstacked columns": Unvec(Vec(Differential(X)), d, n),
    "product": MatMul(L, Differential(X), R),
    "product from the left": MatMul(L, Differential(X)),
    "product from the right": MatMul(Differential(X), R),
    "square product": MatMul(A, Differential(B), C),
    "product with a column": MatMul(Differential(X), t),
    "product with a scalar": MatMul(A, Differential(u), Transpose(u), B, u),
    "product from a scalar": MatMul(Transpose(u), B, u, Transpose(Differential(t)), R),
    "bilinear form": MatMul(Transpose(u), Differential(X), t),
    "transposed column times a matrix": MatMul(Transpose(Differential(t)), R),
    "transpose": Transpose(Differential(X)),
    "square transpose": Transpose(Differential(A)),
    "entries": Hadamard(Y, Differential(X)),
    "square entries": Hadamard(A, Differential(B), C),
    "multiple": Scale(s, Differential(X)),
    "multiple of a constant": Scale(Differential(s), X),
    "repeated scalar": Broadcast(Differential(s), n, d),
    "repeated column": Broadcast(Differential(u), n, d),
    "repeated row": Broadcast(Transpose(Differential(t)), n, d),
    "sum of all entries": Sum(Differential(X)),
    "sum down": Sum(Differential(X), 0),
    "sum along": Sum(Differential(X), 1),
    "inner product": Inner(Y, Differential(X)),
    "trace": Trace(Differential(A)),
    "diagonal matrix": Diagonal(Differential(u)),
    "diagonal": DiagonalPart(Differential(A)),
}

EQUIVALENT = {
    # A matrix and its transpose have one trace and one diagonal.
    ("trace", "not transposed"),
    ("diagonal", "not transposed"),
}


def rewritten(node: Node) -> tuple[str, str, Node]:
    live = dependents(node, [part for part in postorder(node) if isinstance(part, Differential)])
    return stacked(node, live)


def judged(node: Node, made: Node) -> Status:
    found = [part for part in postorder(node) if isinstance(part, Differential)]
    wrt = tuple(part.operand for part in found if isinstance(part.operand, Variable))
    before = Vec(node)
    return Court(Add(*map(Sum, wrt)), wrt).judge(Relation.EQUAL, before, made, line=before).status


def mutants(made: Node) -> Iterator[tuple[str, Node]]:
    """What a slip of the pen makes of stacked columns."""
    yield "sign", tidy.negative(made)
    yield "factor", tidy.scale(Number(2), made)
    for node in postorder(made):
        if isinstance(node, Kronecker):
            left, right = node.children
            if {left.shape} == {right.shape}:
                yield "order", substitute(made, {node: Kronecker(right, left)})
            if left.rows == left.cols and not isinstance(left, type(tidy.transpose(left))):
                yield "left transposed", substitute(made, {node: Kronecker(tidy.transpose(left), right)})
            if right.rows == right.cols and isinstance(right, Variable):
                yield "right transposed", substitute(made, {node: Kronecker(left, tidy.transpose(right))})
        if isinstance(node, Commutation):
            yield "other commutation", substitute(made, {node: Commutation(*reversed(node.args))})
        if isinstance(node, Vec) and isinstance(node.children[0], Differential):
            (operand,) = node.children
            if operand.rows == operand.cols:
                yield "not transposed", substitute(made, {node: Vec(Transpose(operand))})


@pytest.mark.parametrize("name", CASES)
def test_rule_holds(name: str) -> None:
    node = CASES[name]
    rule, statement, made = rewritten(node)
    assert (rule, statement) == STACKINGS[type(node)][:2]
    assert made.is_column
    assert judged(node, made) is Status.PROVED


@pytest.mark.parametrize("name", CASES)
def test_mistakes_are_refused(name: str) -> None:
    node = CASES[name]
    _, _, made = rewritten(node)
    for slip, mutant in mutants(made):
        if slip == "other commutation" and node.rows == node.cols:
            continue  # the same matrix
        expected = Status.PROVED if (name, slip) in EQUIVALENT else Status.REFUTED
        assert judged(node, mutant) is expected, f"{slip}: {mutant}"


def test_every_rule_has_a_case() -> None:
    assert {type(node) for node in CASES.values()} == set(STACKINGS)


def test_sums_open() -> None:
    node = Add(Differential(X), Scale(s, Differential(Y)))
    assert rewritten(node)[2] is Add(Vec(Differential(X)), Scale(s, Vec(Differential(Y))))


def test_choices_open() -> None:
    name, _, made = rewritten(where(greater(Y, X), Differential(X), Y))
    assert (name, str(made)) == ("stacked choice", "where(vec(step(Y − X)), vec(dX), vec(Y))")


@pytest.mark.parametrize(
    "node", [Determinant(Differential(A)), Inverse(Differential(A)), MatMul(Differential(A), Differential(B))]
)
def test_what_no_rule_stacks_is_refused(node: Node) -> None:
    with pytest.raises(UnsupportedError, match=f"no rule stacks the columns of {type(node).__name__}"):
        rewritten(node)


# --- Jacobians and Hessians by matrices -----------------------------------------------------------------------------

SHAPES: dict[str, tuple[object, ...]] = {
    "A": ("n", "d"),
    "X": ("d", "k"),
    "C": ("d", "k"),
    "B": ("k", "m"),
    "Q": ("d", "d"),
    "x": ("d",),
    "b": ("m",),
    "U": ("d", 1),
    "r": (1, "k"),
}
SIZES = {"n": 5, "d": 3, "k": 4, "m": 2, "1": 1}

# NumPy text, variable, the variables in the objective, and how the Jacobian reads where that is told.
JACOBIANS: list[tuple[str, str, str, str]] = [
    ("A@X@B", "X", "A X B", "Bᵀ ⊗ A"),
    ("Q@Q", "Q", "Q", "Qᵀ ⊗ I + I ⊗ Q"),
    ("X.T", "X", "X", "K_(d×k)"),
    ("np.linalg.inv(Q)", "Q", "Q", "−(Qᵀ)⁻¹ ⊗ Q⁻¹"),
    ("np.linalg.solve(Q, X)", "Q", "Q X", ""),
    ("np.linalg.solve(Q, X)", "X", "Q X", "I ⊗ Q⁻¹"),
    ("C*X", "X", "C X", "diag(vec(C))"),
    ("X*s", "X", "X", "sI"),
    ("X*s", "s", "X", "vec(X)"),
    ("X.T*s**2 + C.T", "s", "X C", ""),
    ("s*r", "s", "r", "rᵀ"),
    ("np.tanh(X@B + b)", "B", "X B b", ""),
    ("np.tanh(X@B + b)", "b", "X B b", ""),
    ("np.tanh(X@B + b)", "X", "X B b", ""),
    ("np.sum(X, axis=0)", "X", "X", ""),
    ("np.sum(X, axis=1)", "X", "X", "1₁ₓₖ ⊗ I"),
    ("X@X.T", "X", "X", "X ⊗ I + (I ⊗ X)K_(d×k)"),
    ("np.trace(Q)*Q", "Q", "Q", ""),
    ("np.linalg.det(Q)*Q", "Q", "Q", ""),
    ("np.sum(X**2)*X", "X", "X", "2 vec(X) vec(X)ᵀ + ‖X‖²I"),
    ("np.outer(x, x)", "x", "x", "x ⊗ I + I ⊗ x"),
    ("np.diag(x)", "x", "x", "diag(vec(I))(1_d ⊗ I)"),
    ("np.diag(Q)", "Q", "Q", ""),
    ("X.T@x", "X", "X x", "(xᵀ ⊗ I)K_(d×k)"),
    ("np.exp(X)/np.sum(np.exp(X), axis=1, keepdims=True)", "X", "X", ""),
    ("U.T@X", "U", "U X", "Xᵀ"),
    ("U.T@X", "X", "U X", "I ⊗ Uᵀ"),
    ("r@B", "r", "r B", "Bᵀ"),
    ("X + r", "r", "X r", "I ⊗ 1_d"),
    ("X*U", "U", "X U", "diag(vec(X))(1ₖ ⊗ I)"),
    ("X@r.T", "r", "X r", "X"),
    ("C", "X", "C X", ""),
    ("np.sum(np.outer(x, x)*Q, axis=1)", "x", "x Q", ""),
    ("np.diag(np.outer(x, x))", "x", "x", ""),
    ("np.linalg.inv(Q + np.outer(x, x))@x", "x", "Q x", ""),
    ("np.tanh(A*x)@x", "x", "A x", ""),
    ("np.sum(A@np.diag(x)@A.T, axis=0)", "x", "A x", ""),
]

HESSIANS: list[tuple[str, str, str, str]] = [
    ("np.sum((A@X)**2)", "X", "A X", "2(I ⊗ AᵀA)"),
    ("np.trace(Q@Q)", "Q", "Q", "2K_(d×d)"),
    ("np.linalg.det(Q)", "Q", "Q", ""),
    ("np.trace(np.linalg.inv(Q))", "Q", "Q", ""),
    ("np.trace(X.T@Q@X)", "X", "Q X", "I ⊗ (Q + Qᵀ)"),
    ("np.trace(X.T@Q@X)", "Q", "Q X", "0"),
    ("np.sum(np.tanh(X@B + b)**2)", "B", "X B b", ""),
    ("np.log(np.sum(np.exp(X)))", "X", "X", ""),
    ("np.sum(r**3)", "r", "r", "6 diag(rᵀ)"),
    ("np.sum(A@U)", "U", "A U", "0"),
]


def derived(text: str, variable: str, names: str) -> Result:
    plain = text if variable in text else f"{text} + 0*{variable}"
    return derive(plain, variable, {name: SHAPES[name] for name in names.split()})


def arguments(result: Result) -> list[Any]:
    random = np.random.default_rng(3)
    shapes = [[SIZES[str(size)] for size in variable.shape[: variable.rank]] for variable in result.parameters]
    return [random.normal(size=shape) if shape else 0.7 for shape in shapes]


def oracle(text: str, result: Result, derivative: Any, values: list[Any]) -> Any:
    names = [variable.name for variable in result.parameters]
    function: Callable[..., Any] = eval(f"lambda {', '.join(names)}: {text}", {"np": anp})
    return derivative(function, names.index(result.wrt[0].name))(*values)


def counted(shape: tuple[int, ...]) -> tuple[int, ...]:
    return shape[:1] if len(shape) == 2 and shape[1] == 1 else shape


def loaded(source: str, name: str) -> Callable[..., Any]:
    space: dict[str, Any] = {}
    exec(compile(source, name, "exec"), space)
    return space[name]


@pytest.mark.filterwarnings("ignore:Output seems independent")
@pytest.mark.parametrize(
    ("text", "variable", "names", "shown"), JACOBIANS, ids=[f"{c[0]} by {c[1]}" for c in JACOBIANS]
)
def test_jacobians_agree_with_autograd(text: str, variable: str, names: str, shown: str) -> None:
    result = derived(text, variable, names)
    assert str(result.jacobian) == shown or not shown
    assert result.verdict in ("proved", "checked")
    values = arguments(result)
    output = np.shape(loaded(result.numpy("value"), "value")(*values))
    found = loaded(result.numpy("jacobian"), "jacobian")(*values)
    place = result.parameters.index(result.wrt[0])
    assert found.shape == counted(output) + counted(np.shape(values[place]))
    expected = oracle(text, result, autograd.jacobian, values)
    assert found == pytest.approx(np.asarray(expected).reshape(found.shape), rel=1e-10, abs=1e-12)


@pytest.mark.filterwarnings("ignore:Output seems independent")
@pytest.mark.parametrize(("text", "variable", "names", "shown"), HESSIANS, ids=[f"{c[0]} by {c[1]}" for c in HESSIANS])
def test_hessians_agree_with_autograd(text: str, variable: str, names: str, shown: str) -> None:
    result = derived(text, variable, names)
    assert str(result.hessian) == shown or not shown
    assert result.second().proof.status.value in ("proved", "checked")
    values = arguments(result)
    found = loaded(result.numpy("hessian"), "hessian")(*values)
    place = result.parameters.index(result.wrt[0])
    assert found.shape == counted(np.shape(values[place])) * 2
    expected = oracle(text, result, autograd.hessian, values)
    assert found == pytest.approx(np.asarray(expected).reshape(found.shape), rel=1e-10, abs=1e-12)


def test_a_jacobian_is_a_kronecker_product_in_the_convention_of_stacked_columns() -> None:
    result = derived("A@X@B", "X", "A X B")
    a, x, b = values = arguments(result)
    columns = loaded(result.numpy("jacobian"), "jacobian")(*values).reshape((10, 12), order="F")
    assert columns == pytest.approx(np.kron(b.T, a))
    assert columns @ x.ravel(order="F") == pytest.approx((a @ x @ b).ravel(order="F"))


@pytest.mark.parametrize(
    ("text", "variable", "names"),
    [("A@X@B", "X", "A X B"), ("np.tanh(X@B + b)", "B", "X B b"), ("X*s", "s", "X"), ("r@B", "B", "r B")],
)
def test_central_differences_agree(text: str, variable: str, names: str) -> None:
    report = derived(text, variable, names).check()
    assert report.passed, report.summary()


@pytest.mark.parametrize(("text", "variable"), [("np.maximum(A@X, Y)", "X"), ("np.where(Y > 0, 1/X, X**2)", "X")])
def test_jacobians_of_choices_agree_with_differences(text: str, variable: str) -> None:
    shapes = {"A": ("n", "n"), "X": ("n", "d"), "Y": ("n", "d")}
    result = derive(text, variable, {name: shape for name, shape in shapes.items() if name in text})
    assert result.verdict == "proved"
    assert result.check().passed


def test_a_branch_that_is_not_chosen_needs_no_jacobian() -> None:
    """Its entries may be infinite there; code that multiplied them by zero would give no number."""
    shapes = {"M": ("n", "d"), "X": ("n", "d"), "Y": ("n", "d")}
    result = derive("np.where(M > 0, X, 1/Y)", "Y", shapes)
    jacobian = loaded(result.numpy("jacobian"), "jacobian")
    chosen, other = np.array([[1.0, -1.0, -1.0], [1.0, -1.0, 1.0]]), np.array([[0.0, 2.0, 4.0], [0.0, 5.0, 3.0]])
    with np.errstate(divide="ignore"):
        made = jacobian(chosen, np.ones((2, 3)), other)
    assert np.array_equal(made, np.diag([0, -1 / 4, -1 / 16, 0, -1 / 25, 0]).reshape(2, 3, 2, 3))


def test_float32_code_stays_float32() -> None:
    from symnn.codegen.emit import Header, emit_module

    result = derived("X@X.T", "X", "X")
    source = emit_module(Header("t", "t", "t", "t"), [result.derivative("jacobian").specification()], "float32")
    found = loaded(source, "jacobian")(np.ones((3, 4), dtype=np.float32))
    assert found.dtype == np.float32
    assert found.shape == (3, 3, 3, 4)


def test_a_result_is_no_view_of_an_argument() -> None:
    result = derived("r@B", "r", "r B")
    row, columns = arguments(result)
    before = columns.copy()
    loaded(result.numpy("jacobian"), "jacobian")(row, columns)[...] = 0.0
    assert np.array_equal(columns, before)
