"""The reader: NumPy's semantics, refusals with their places, Python functions, and what must never happen."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.algebra import functions
from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Extent,
    Map,
    MatMul,
    Multiply,
    Number,
    Power,
    Scale,
    SquaredNorm,
    Sum,
    Transpose,
    Variable,
)
from symnn.algebra.reader import (
    read,
)
from symnn.algebra.walk import count

SHAPES = {
    "X": ("n", "d"),
    "Z": ("n", "d"),
    "A": ("n", "n"),
    "S": ("d", "d"),
    "W": ("d", "k"),
    "c": ("n", 1),
    "e": ("d", 1),
    "r": (1, "d"),
    "v": ("n",),
    "w": ("d",),
    "a": (),
    "b": (),
}


@pytest.mark.parametrize(
    "text",
    [
        "v@v",
        "X@w",
        "v@X",
        "v@A@v",
        "v@X@w",
        "c.T@A@c",
        "X.T@X",
        "w.T@w",
        "X + w",
        "X - r",
        "X*c",
        "X/w",
        "c + c.T",
        "c*r",
        "1/X",
        "a/X",
        "X/a",
        "a*b/2 - 3*a",
        "1 - X",
        "v + 1 - a",
        "X**2",
        "a**2",
        "X**-1",
        "X**0.5",
        "X**a",
        "2**a",
        "X**0",
        "v**1",
        "-X**2",
        "2**-2*a",
        "0.1*a + 1e-3",
        "(X*Z).sum()",
        "np.sum(X, axis=0)",
        "np.sum(X, 1)",
        "np.sum(X, axis=-2)",
        "X.sum(1, keepdims=True)",
        "X.sum(axis=0, keepdims=True)",
        "X.sum(axis=(0, 1))",
        "v.sum(0)",
        "v.sum(keepdims=True)",
        "X.sum(keepdims=True)",
        "X.mean()",
        "X.mean(0)",
        "np.mean(X, axis=1, keepdims=True)",
        "np.mean(v)",
        "X/X.sum(1, keepdims=True)",
        "X - X.mean(0)",
        "c.T@c*w",
        "np.linalg.norm(X)**2",
        "np.linalg.norm(X)",
        "np.linalg.norm(v)",
        "np.linalg.norm(v, 1)",
        "np.linalg.norm(v, 2)",
        "np.linalg.norm(X, 'fro')",
        "np.linalg.norm(X, axis=1)",
        "np.linalg.norm(X, axis=0, keepdims=True)",
        "np.linalg.solve(A, v)",
        "np.linalg.solve(A, X)",
        "np.linalg.inv(A)@c",
        "np.linalg.det(S)",
        "np.linalg.slogdet(S)[1]",
        "np.linalg.matrix_power(S, 3)",
        "np.linalg.matrix_power(S, -2)",
        "np.linalg.matrix_power(S, 0)",
        "np.trace(S)",
        "S.trace()",
        "np.diag(w)",
        "np.diag(S)",
        "np.diag(c[:, 0])",
        "np.dot(X, w)",
        "X.dot(w)",
        "np.dot(a, X)",
        "np.inner(v, v)",
        "np.inner(X, Z)",
        "np.inner(w, X)",
        "np.outer(v, w)",
        "np.outer(c, r)",
        "np.vdot(X, Z)",
        "np.eye(X.shape[1]) + S",
        "2*np.eye(3)",
        "np.ones((X.shape[0], 1))@r",
        "np.ones(X.shape[1])@w",
        "np.zeros(X.shape) + X",
        "np.ones_like(X)*w",
        "np.full((2, 3), 0.5)",
        "X.shape[0]*a",
        "X.size + v.size + X.ndim*a",
        "len(X) + a",
        "np.ones(X.shape[1] + 1)",
        "np.ones(2*X.shape[1] - 1)",
        "v[:, None]*X",
        "v[None, :]@X",
        "v[None]@X",
        "v[:, np.newaxis] - v[None, :]",
        "c[:, 0] - v",
        "r[0]@w",
        "r[0, :] + w",
        "(c.T@c)[0, 0]*w",
        "c.ravel() + v",
        "r.flatten()",
        "a*np.ones(1)[0]",
        "np.exp(-X)",
        "np.log(abs(np.linalg.det(S)))",
        "np.log1p(X)",
        "np.expm1(v)",
        "np.log10(v) + np.log2(v)",
        "np.maximum(0, X - 1)",
        "np.minimum(v - 1, 0)",
        "np.logaddexp(0, v)",
        "np.where(v > 1, v, 2*v)",
        "np.where(v[:, None] <= X, X, 0)",
        "np.where(X >= w, w, a)",
        "np.where(a < b, v, 1)",
        "np.where((X > w).T, X.T, 3)",
        "np.where((v > 0.5) & ~(v >= 1) | (v > 1.2), v**2, 1)",
        "np.where(np.logical_and(np.less(v, 1), np.greater_equal(v, 0.5)), v, -v)",
        "(v > 1)*v + 1.5*(v < 1)",
        "1 - (X <= w)",
        "(X > 1) @ w",
        "np.maximum(X, w) + np.minimum(X, 1)",
        "np.fmax(v, a) - np.fmin(1, v)",
        "np.clip(v, 0.5, 1)",
        "X.clip(0.5, w)",
        "np.clip(v, None, 1) + np.clip(v, 0.7, None)",
        "max_ = np.maximum(a, b); max_*v",
        "np.heaviside(v - 1, 0)",
        "relu(v - 1) + sigmoid(v)",
        "np.absolute(v - 1)",
        "np.square(X) + np.power(X, 3)",
        "np.reciprocal(v)",
        "np.add(X, w) - np.multiply(X, 2)",
        "np.subtract(v, np.negative(v))/np.divide(v, 2)",
        "np.transpose(X)@v",
        "np.sqrt(X.shape[1])*w",
        "2*np.pi*a + np.e",
        "s = X@w - v; s@s",
        "h = np.tanh(X@W); k_ = h - 1; np.sum(h*k_)/h.size",
        "sum(a**i for i in range(4))",
        "sum(i*v for i in range(1, 6, 2))",
        "+a",
    ],
)
def test_numpy_semantics(text, agrees):
    agrees(text)


@pytest.mark.parametrize("line", Path(__file__).with_name("objectives.jsonl").read_text().splitlines())
def test_known_objectives_are_read(line):
    case = json.loads(line)
    reading = read(case["expression"], case["shapes"])
    assert {variable.name for variable in reading.parameters} == set(case["shapes"])
    assert reading.inferred == ()


# --- a grammar of well-shaped expressions ---------------------------------------------------------------------------


@st.composite
def texts(draw, shape, depth=3):
    """A text whose value has the given NumPy shape, by NumPy's rules alone."""
    leaves = [name for name, declared in SHAPES.items() if declared == shape]
    if not shape:
        leaves += ["2", "0.25", "X.shape[0]"]
    if depth == 0 or (leaves and draw(st.integers(0, 3)) == 0):
        return draw(st.sampled_from(leaves)) if leaves else f"np.ones({_shape_text(shape)})"

    def part(inner):
        return draw(texts(inner, depth - 1))

    operator = draw(st.sampled_from("+-*"))
    makers = [
        lambda: f"({part(shape)} {operator} {part(shape)})",
        lambda: f"({part(())} {operator} {part(shape)})",
        lambda: f"({part(shape)} / (1 + {part(shape)}**2))",
        lambda: f"np.tanh({part(shape)})",
        lambda: f"(-{part(shape)})",
        lambda: f"({part(shape)}**2)" if draw(st.booleans()) else f"np.maximum(0, {part(shape)})",
    ]
    inner = draw(st.sampled_from(["n", "d", "k"]))
    match shape:
        case ():
            makers += [
                lambda: f"({part((inner,))}@{part((inner,))})",
                lambda: f"np.sum({part((inner, 'd'))})",
                lambda: f"{part(('n', inner))}.mean()",
                lambda: f"np.linalg.norm({part((inner, 'k'))})**2",
                lambda: f"np.trace({part((inner, inner))})",
            ]
        case (size,):
            makers += [
                lambda: f"({part((size, inner))}@{part((inner,))})",
                lambda: f"({part((inner,))}@{part((inner, size))})",
                lambda: f"{part((inner, size))}.sum(0)",
                lambda: f"{part((size, inner))}.mean(axis=1)",
                lambda: f"np.diag({part((size, size))})",
                lambda: f"{part((size, 1))}[:, 0]",
            ]
        case (rows, cols):
            makers += [
                lambda: f"({part((rows, inner))}@{part((inner, cols))})",
                lambda: f"{part((cols, rows))}.T",
                lambda: f"({part((rows, cols))} {operator} {part((cols,))})" if cols != 1 else part(shape),
                lambda: f"({part((rows, 1))} {operator} {part((1, cols))})",
                lambda: f"np.outer({part((rows,))}, {part((cols,))})",
                lambda: f"np.sum({part((rows, inner))}, axis=1, keepdims=True)" if cols == 1 else part(shape),
            ]
    return draw(st.sampled_from(makers))()


def _shape_text(shape):
    known = {"n": "X.shape[0]", "d": "X.shape[1]", "k": "W.shape[1]", 1: "1"}
    return "(" + "".join(known[size] + ", " for size in shape) + ")"


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([(), ("n",), ("d",), ("n", "d"), ("d", "d"), ("n", 1), (1, "d")]).flatmap(texts), st.integers(0, 9)
)
def test_random_expressions_mean_what_numpy_computes(agrees, text, seed):
    agrees(text, seed)


# --- what is written is what is kept --------------------------------------------------------------------------------


def test_nodes():
    X = Variable("X", "n", "d", 2)
    w = Variable("w", "d", 1, 1)
    shapes = {"X": ("n", "d"), "w": ("d",)}
    assert read("np.linalg.norm(X@w)**2", shapes).value is SquaredNorm(MatMul(X, w))
    assert read("w@X.T@X@w", shapes).value is MatMul(Transpose(w), Transpose(X), X, w)
    assert read("X + w", shapes).value is Add(X, Broadcast(Transpose(w), "n", "d"))
    assert read("0.1*w", {"w": ("d",)}).value is Scale(Number("1/10"), w)
    assert read("np.sum(X)/X.shape[0]", {"X": ("n", "d")}).value is Multiply(Power(Extent("n"), Number(-1)), Sum(X))
    assert read("np.maximum(0, w)", {"w": ("d",)}).value is Map(functions.primitive("relu"), w)


def test_decimals_are_exact():
    assert read("0.1234567890123456789012345").value is Number("1234567890123456789012345/10000000000000000000000000")
    assert read("1e-3 + 1_0").value is Number("10001/1000")


def test_parameters_in_order_of_appearance_also_those_that_vanish():
    reading = read("0*lam + np.sum((X@w - y)**2)/X.shape[0] + eta*0", {"X": ("n", "d"), "w": ("d",), "y": ("n",)})
    assert [variable.name for variable in reading.parameters] == ["lam", "X", "w", "y", "eta"]
    assert reading.inferred == ("lam", "eta")
    dead = read("s = q*2; np.ones(Z.shape[0])@v", {"Z": ("n", "d"), "v": ("n",)})
    assert [variable.name for variable in dead.parameters] == ["q", "Z", "v"]


def test_the_name_of_a_size_is_the_size():
    reading = read("np.sum(x**2)/n", {"x": ("n",)})
    assert [variable.name for variable in reading.parameters] == ["x"]
    assert reading.value is read("np.sum(x**2)/x.shape[0]", {"x": ("n",)}).value


def test_lambda_is_a_name_or_a_function():
    reading = read("lambda*w@w", {"w": ("d",), "lambda": ()}, {"lambda": "positive"})
    scalar = reading.parameters[0]
    assert (scalar.name, scalar.latex_name, scalar.assumptions) == ("lambda_", r"\lambda", ("positive",))
    function = read("lambda w, t: t*w@w", {"w": ("d",)})
    assert [variable.name for variable in function.parameters] == ["w", "t"]


def test_long_sums_and_deep_maps():
    terms = read("+".join(f"w{index}" for index in range(2000)))
    assert isinstance(terms.value, Add) and len(terms.value.children) == 2000
    nested = read("\n".join(["h = x", *["h = np.tanh(h)"] * 300, "h"]))
    assert count(nested.value) == 302
    assert read("h = x\nfor i in range(300): h = np.tanh(h)\nh").value is nested.value
    assert count(read("h = x\nfor i in range(200): h = h*h + 1\nh").value) < 500


def test_what_is_repeated_in_a_difference_is_written_as_on_paper():
    """As the operators of Python build it: ones for a repeated 1, and the sign outside of the repetition."""
    assert str(read("np.sum((1 - x)*(x - m - 1))", {"x": ("n",)}).value) == "∑ (1ₙ − x) ⊙ (x − m·1ₙ − 1ₙ)"
