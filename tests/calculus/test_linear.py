"""Terms brought to the form M·u, each rewriting judged, and M read off."""

import pytest

from symnn.algebra.language import diag, exp, inner, matrix, scalar, total, vector
from symnn.algebra.nodes import Broadcast, Diagonal, MatMul, Multiply, Node, Number, Ones, Scale, Several, Variable
from symnn.algebra.sizes import dims
from symnn.calculus.linear import coefficient_of, multiply_out
from symnn.errors import UnsupportedError
from symnn.proof.proof import Proof
from symnn.proof.step import Status

n, d = dims("n d")
X, A = matrix("X", n, d), matrix("A", d, d)
w, a, y, v = vector("w", d), vector("a", d), vector("y", n), vector("v", n)
b, c = scalar("b"), scalar("c")


@pytest.mark.parametrize(
    ("node", "unknown", "text", "rules"),
    [
        (X.T @ (X @ w - y), w, "XᵀXw − Xᵀy", ("distributive law",)),
        (v * (X @ w), w, "diag(v)Xw", ("product of entries by a diagonal matrix",)),
        ((w.T @ a) * y, w, "yaᵀw", ("transpose of a scalar", "scalar product inside a product")),
        (total(X @ w), w, "1₁ₓₙXw", ("sum by ones",)),
        (
            Broadcast(total(X @ w), n, 1),
            w,
            "1ₙ1₁ₓₙXw",
            ("sum by ones", "repetition by ones", "scalar product inside a product"),
        ),
        (inner(y, X @ w), w, "yᵀXw", ("inner product of columns",)),
        (X.T @ (b * v - y), b, "bXᵀv − Xᵀy", ("distributive law",)),
        (total(b * v - y), b, "b ∑ v − ∑ y", ("distributive law",)),
    ],
    ids=str,
)
def test_multiplied_out(node: Node, unknown: Variable, text: str, rules: tuple[str, ...]) -> None:
    proof = Proof(node, [unknown])
    multiply_out(proof, [unknown])
    assert str(proof.line) == text
    assert {step.rule for step in proof.steps} >= set(rules)
    assert proof.status is Status.PROVED


def test_sums_without_the_unknown_are_multiplied_out_on_request() -> None:
    node = (A + diag(a)) @ w
    kept, opened = Proof(node, [w]), Proof(node, [w])
    multiply_out(kept, [w])
    multiply_out(opened, [w], fully=True)
    assert kept.line is node
    assert str(opened.line) == "Aw + diag(a)w"


def test_one_part_of_several() -> None:
    proof = Proof(Several(X.T @ (X @ w - y), A @ (w + a)), [w])
    multiply_out(proof, [w], part=1)
    assert proof.line.children[0] is X.T @ (X @ w - y)
    assert str(proof.line.children[1]) == "Aa + Aw"


def test_equal_parts_with_the_unknown_are_left() -> None:
    proof = Proof((X @ w) * (X @ w), [w])
    multiply_out(proof, [w])
    with pytest.raises(UnsupportedError, match="not of the form M·w"):
        coefficient_of(proof.line, w)


@pytest.mark.parametrize(
    ("term", "unknown", "expected"),
    [
        (w, w, "I"),
        (Scale(c, w), w, "cI"),
        (MatMul(A, w), w, "A"),
        (Scale(Number(2), MatMul(X.T, X, w)), w, "2XᵀX"),
        (b, b, "1"),
        (Multiply(Number(2), b, c), b, "2c"),
        (Scale(Multiply(c, b), y), b, "cy"),
        (Scale(b, Ones(n, 1)), b, "1ₙ"),
    ],
    ids=str,
)
def test_coefficients(term: Node, unknown: Variable, expected: str) -> None:
    assert str(coefficient_of(term, unknown)) == expected


@pytest.mark.parametrize(
    ("term", "unknown"),
    [
        (MatMul(w.T, A), w),
        (exp(w), w),
        (MatMul(diag(w), A, w), w),
        (Multiply(b, b), b),
        (Multiply(b, exp(b)), b),
        (Scale(b, exp(b) * y), b),
        (Scale(Multiply(b, c), MatMul(Diagonal(b * y), y)), b),
        (y, w),
    ],
    ids=str,
)
def test_what_is_not_linear_is_refused(term: Node, unknown: Variable) -> None:
    with pytest.raises(UnsupportedError, match=f"not of the form M·{unknown}"):
        coefficient_of(term, unknown)
