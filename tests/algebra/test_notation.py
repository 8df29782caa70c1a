"""Expressions read as a person writes them, with the fewest parentheses that keep different ones apart."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
import sympy

from symnn.algebra.components import explicit
from symnn.algebra.language import (
    det,
    diag,
    exp,
    inner,
    inv,
    matrix,
    mean,
    ones,
    scalar,
    sigmoid,
    sqrt,
    squared_norm,
    tanh,
    total,
    trace,
    vector,
)
from symnn.algebra.nodes import (
    Add,
    Commutation,
    Determinant,
    DiagonalPart,
    Differential,
    Equation,
    Extent,
    Function,
    Hadamard,
    Identity,
    Inverse,
    Kronecker,
    Map,
    MatMul,
    Multiply,
    Number,
    Power,
    Scale,
    Several,
    Sum,
    Trace,
    Transpose,
    Vec,
    Zeros,
)
from symnn.algebra.notation import latex, text
from symnn.algebra.printed import LONG
from symnn.algebra.sizes import dims
from symnn.algebra.walk import fold

n, d = dims("n d")
X, A, B = matrix("X", n, d), matrix("A", n, n), matrix("B", n, n)
y, v, w = vector("y", n), vector("v", n), vector("w", d)
a, b, c, lam = scalar("a"), scalar("b"), scalar("c"), scalar("lam")
D = Differential
QUARTER_OF_PI = Map(Function("arctan"), Number(1))
PI = Multiply(Number(4), QUARTER_OF_PI)
PRIME = sigmoid(b).children[0].derivative()


@pytest.mark.parametrize(
    ("node", "shown"),
    [
        (X.T @ (X @ w - y) + lam * w, "Xᵀ(Xw − y) + λw"),
        (squared_norm(y - X @ w) / 2 + lam * squared_norm(w) / 2, "½‖y − Xw‖² + ½λ‖w‖²"),
        (inv(X.T @ X + lam * Identity(d)) @ X.T @ y, "(XᵀX + λI)⁻¹Xᵀy"),
        (inner(y - X @ w, X @ D(w)), "⟨y − Xw, X dw⟩"),
        (D(y - X @ w), "d(y − Xw)"),
        (sigmoid(X @ w + b), "σ(Xw + b·1ₙ)"),
        (Hadamard(PRIME(X @ w), X @ w - y), "σ′(Xw) ⊙ (Xw − y)"),
        (ones(n).T @ v, "1ₙᵀv"),
        (total(v * (X @ w - y) ** 2), "∑ v ⊙ (Xw − y)²"),
        (squared_norm(y - X @ w) / n, "(1/n)‖y − Xw‖²"),
        (mean((X @ w - y) ** 2), "(1/n) ∑ (Xw − y)²"),
        (trace(A @ B), "tr(AB)"),
        (det(A), "det A"),
        (det(A + B), "det(A + B)"),
        (det(A) * trace(inv(A) @ D(A)), "det A · tr(A⁻¹ dA)"),
        (diag(v), "diag(v)"),
        (DiagonalPart(A), "diagonal(A)"),
        (ones(d), "1_d"),
        (ones(n, 3), "1ₙₓ₃"),
        (Zeros(n, d), "0"),
        (-(X.T @ y), "−Xᵀy"),
        (-(y + v), "−(y + v)"),
        (y - (y + v), "y − (y + v)"),
        (v * (-y), "v ⊙ (−y)"),
        (2 * (y - v), "2(y − v)"),
        (Number("3/7") * w, "(3/7)w"),
        (Number("1/10") * w, "0.1w"),
        (Number("-851/500") * w, "−1.702w"),
        (Number("1/16") * w, "(1/16)w"),
        (Number("5/4") * w, "(5/4)w"),
        (Number("1/200000") * b ** Number("1/20"), "0.000005b^0.05"),
        (PI * b, "πb"),
        (Multiply(Number(8), QUARTER_OF_PI, b), "2πb"),
        (sqrt(Multiply(Number(2), Number(4), QUARTER_OF_PI)), "√(2π)"),
        (Multiply(Number("1/4"), Power(QUARTER_OF_PI, Number(-1))), "1/π"),
        (Multiply(Number("1/4"), b, Power(QUARTER_OF_PI, Number(-1))), "b/π"),
        (Multiply(Number(-16), QUARTER_OF_PI**2), "−π²"),
        (Scale(Multiply(Number(4), QUARTER_OF_PI), w), "πw"),
        (Scale(Multiply(Number(3), b, QUARTER_OF_PI), w), "¾bπw"),
        (scalar("pi") * QUARTER_OF_PI, "π arctan(1)"),
        (QUARTER_OF_PI + b, "arctan(1) + b"),
        (A - 2 * B, "A − 2B"),
        (b * 3, "3b"),
        (Multiply(b, Number(3)), "b·3"),
        (b * c / (b + c), "bc/(b + c)"),
        (1 / (1 + exp(-b)), "1/(1 + exp(−b))"),
        (vector("z", n).T @ y / total(v), "zᵀy/∑ v"),
        (total(A, 0), "∑ᵢ A"),
        (total(A, 1), "∑ⱼ A"),
        (total(A) * total(B), "(∑ A) ∑ B"),
        (X + w.T, "X + 1ₙ·wᵀ"),
        (X + v, "X + v·1_dᵀ"),
        (A**2, "A∘²"),
        (v**2, "v²"),
        (b**c, "b^c"),
        (b ** (c + 1), "b^(c + 1)"),
        (sqrt(b + c), "√(b + c)"),
        ((-b) ** 2, "(−b)²"),
        (Scale(det(A), inv(A).T), "det A · (A⁻¹)ᵀ"),
        (D(A).T, "dAᵀ"),
        (D(A.T), "d(Aᵀ)"),
        (lam * (w.T @ w), "λwᵀw"),
        ((lam * X) @ w, "(λX)w"),
        (X @ (lam * w), "X(λw)"),
        (Scale(Multiply(lam, y.T @ y), w), "λ(yᵀy)w"),
        (scalar("cost") * scalar("rate") * X, "cost rate X"),
        (Equation(X.T @ X @ w, X.T @ y), "XᵀXw = Xᵀy"),
        (Several(b, Equation(v, y)), "b, v = y"),
        (Several(-b, Equation(-v, Scale(Number(-2), y))), "−b, −v = −2y"),
        (exp(-b) + inner(-v, -y) + squared_norm(-y) + D(-b), "exp(−b) + ⟨−v, −y⟩ + ‖−y‖² + d(−b)"),
        (trace(-A) * det(-A) - total(-A) - Function("abs")(-b), "tr(−A) det(−A) − ∑ (−A) − |−b|"),
        (1 / (-b) + c ** (-b), "1/(−b) + c^(−b)"),
        (Add(-v, X @ (-w), Scale(Number(-1), -y)), "−v + X(−w) − (−y)"),
        (Function("exp", order=5)(b), "exp⁽⁵⁾(b)"),
        (Extent(2 * n) * w, "2nw"),
        (Extent(d) * w, "d · w"),
    ],
)
def test_text(node, shown):
    assert text(node) == shown


@pytest.mark.parametrize(
    ("node", "shown"),
    [
        (X.T @ (X @ w - y) + lam * w, r"X^{\top} (X w - y) + \lambda w"),
        (squared_norm(y) / n, r"\frac{1}{n} \lVert y \rVert^{2}"),
        (b * c / (b + c), r"\frac{b c}{b + c}"),
        ((b - c) / (b + c), r"\frac{b - c}{b + c}"),
        (X @ D(w), r"X\, \mathrm{d} w"),
        (tanh(b) ** 2, r"\tanh(b)^{2}"),
        (Number("1/10") * PI * b, r"0.1 \pi b"),
        (Number("1/16") * b, r"\tfrac{1}{16} b"),
        (scalar("q", latex=r"\input{x}") + scalar("r", latex=r"\rho"), r"q + \rho"),
    ],
)
def test_latex(node, shown):
    assert latex(node) == shown


def test_names_that_look_alike_are_kept_apart():
    assert text(scalar("x1") + scalar("x_1")) == "x1 + x_1"
    assert text(scalar("lam") + scalar("lambda_")) == "lam + lambda_"
    assert text(Several(D(w), vector("dw", d))) == "d(w), dw"
    assert text(scalar("sigma") * (b + c)) == "σ·(b + c)" != text(sigmoid(b + c))
    assert text(Add(Identity(2), matrix("I", 2, 2))) == "I₂ + I"
    assert text(Several(Identity(n), Identity(d))) == "Iₙ, I_d"


# --- every small expression: one text never stands for two values ---------------------------------------------------

VALUES = {
    "A": np.array([[2.0, 1.3], [0.7, 1.9]]),
    "B": np.array([[1.1, 0.6], [0.2, 3.1]]),
    "a": np.array([[1.7]]),
    "b": np.array([[0.45]]),
}
MEANINGS: dict[type, Callable[..., np.ndarray]] = {
    Add: lambda *parts: sum(parts[1:], parts[0]),
    Multiply: lambda *parts: np.prod(parts, axis=0),
    Hadamard: lambda *parts: np.prod(parts, axis=0),
    Scale: np.multiply,
    MatMul: lambda *parts: np.linalg.multi_dot(parts) if len(parts) > 1 else parts[0],
    Power: np.power,
    Transpose: np.transpose,
    Inverse: np.linalg.inv,
    Determinant: lambda operand: np.array([[np.linalg.det(operand)]]),
    Trace: lambda operand: np.array([[np.trace(operand)]]),
    Sum: lambda operand: np.array([[operand.sum()]]),
    Map: lambda _, operand: np.exp(operand),
    Function: lambda: None,
}


def _value(root):
    def combine(node, parts):
        if isinstance(node, Number):
            return np.array([[float(node.value)]])
        return VALUES[node.name] if not node.children else MEANINGS[type(node)](*parts)

    return fold(root, lambda node, parts: None if isinstance(node, Function) else combine(node, parts))


def _one_level_more(scalars, matrices):
    more_scalars = [
        *(f(left, right) for left, right in product(scalars, repeat=2) for f in (Add, Multiply)),
        *(Power(s, e) for s in scalars for e in (Number(-1), Number(2), Number("1/2"))),
        *(exp(s) for s in scalars),
        *(f(m) for m in matrices for f in (det, trace, total)),
    ]
    more_matrices = [
        *(f(left, right) for left, right in product(matrices, repeat=2) for f in (Add, MatMul, Hadamard)),
        *(Scale(s, m) for s in scalars for m in matrices),
        *(Power(m, Number(2)) for m in matrices),
        *(f(m) for m in matrices for f in (Transpose, Inverse, exp)),
    ]
    return [*scalars, *more_scalars], [*matrices, *more_matrices]


@pytest.mark.parametrize("kind", [0, 1], ids=["scalars", "matrices"])
@pytest.mark.parametrize("printer", [text, latex])
@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value", "ignore:divide by zero")
def test_one_text_has_one_value(kind, printer):
    square = matrix("A", 2, 2), matrix("B", 2, 2)
    once = _one_level_more([a, b, Number(-1), Number("1/2")][: 4 - kind], list(square[: 1 + kind]))
    twice = _one_level_more(*once)[kind][:6000]
    seen = {}
    for node in twice:
        shown, value = printer(node), _value(node)
        same = seen.setdefault(shown, value)
        assert np.allclose(value, same, equal_nan=True), f"{shown} is {same} and {value}"
    assert len(seen) > len(twice) // 2


# --- large graphs ---------------------------------------------------------------------------------------------------


def test_a_shared_graph_is_printed_with_names_for_its_parts():
    node = a
    for _ in range(60):
        node = node * node + 1
    for printer in (text, latex):
        shown = printer(node)
        assert len(shown) < 4 * LONG
        assert shown.count("where") == 1
    assert "E₂ = E₁E₁ + 1" in text(node)


def test_names_for_parts_are_not_names_of_variables():
    node = matrix("E1", n, n)
    for _ in range(20):
        node = node @ node + scalar("F") * B
    assert "G₂ = " in text(node)
    assert "E₂" not in text(node)


def test_deep_nesting():
    node = b
    for count in range(5000):
        node = sigmoid(node + count)
    assert text(node).count("σ") == latex(node).count(r"\sigma") == 5000


@pytest.mark.parametrize(
    ("node", "shown", "typeset"),
    [
        (Kronecker(A.T, X), "Aᵀ ⊗ X", r"A^{\top} \otimes X"),
        (Kronecker(A, X) @ Vec(X.T @ A), "(A ⊗ X) vec(XᵀA)", r"(A \otimes X) \operatorname{vec}(X^{\top} A)"),
        (Kronecker(A + B, A * B), "(A + B) ⊗ (A ⊙ B)", r"(A + B) \otimes (A \odot B)"),
        (Kronecker(A, X) * 2 + Kronecker(B, X), "2(A ⊗ X) + B ⊗ X", r"2 (A \otimes X) + B \otimes X"),
        (Commutation(n, d).T, "K_(n×d)ᵀ", r"K_{n \times d}^{\top}"),
    ],
)
def test_kronecker_products(node, shown, typeset):
    assert text(node) == shown
    assert latex(node) == typeset


@pytest.mark.parametrize(
    ("node", "shown", "typeset"),
    [
        (sqrt(squared_norm(X)), "‖X‖", r"\lVert X \rVert"),
        (sqrt(squared_norm(X)) ** 2, "(‖X‖)²", r"(\lVert X \rVert)^{2}"),
        (squared_norm(X), "‖X‖²", r"\lVert X \rVert^{2}"),
        (X / sqrt(squared_norm(X)), "(1/‖X‖)X", r"\frac{1}{\lVert X \rVert} X"),
        (a * sqrt(squared_norm(X)), "a‖X‖", r"a \lVert X \rVert"),
    ],
)
def test_the_root_of_a_squared_norm_is_the_norm(node, shown, typeset):
    assert text(node) == shown
    assert latex(node) == typeset


def test_a_minus_joins_the_number_before_a_product():
    t, q, v = scalar("t"), scalar("q"), vector("v", n)
    minus = -t
    shown = {
        "q − 2t": q - 2 * t,
        "q − ⅓t": q - t / 3,
        "q + 3t": q - -3 * t,
        "q − 1/t": q - 1 / t,
        "−½v": -(v / 2),
        "t": -minus,
    }
    assert {str(node): node for node in shown.values()} == shown
    values = {t: sympy.Matrix([[3]]), q: sympy.Matrix([[5]]), v: sympy.Matrix([2, 7])}
    found = [explicit(node, {"n": 2}, values).tolist() for node in shown.values()]
    assert found == [[[-1]], [[4]], [[14]], [[5 - sympy.Rational(1, 3)]], [[-1], [-sympy.Rational(7, 2)]], [[3]]]
