"""What the signs in the formulas of a page mean: those that are used, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from symnn.algebra.nodes import (
    Broadcast,
    Commutation,
    Diagonal,
    DiagonalPart,
    Differential,
    Function,
    Hadamard,
    Identity,
    Inner,
    Kronecker,
    Map,
    Node,
    Ones,
    Power,
    SquaredNorm,
    Sum,
    Trace,
    Vec,
    Where,
)
from symnn.algebra.walk import postorder
from symnn.typeset.spelling import Spelling


@dataclass(frozen=True)
class Sign:
    """A sign with its meaning, and which nodes print it."""

    spelling: Spelling
    meaning: str
    prints: Callable[[Node], bool]


def _kind(*kinds: type[Node]) -> Callable[[Node], bool]:
    return lambda node: isinstance(node, kinds)


def _axis(axis: int) -> Callable[[Node], bool]:
    return lambda node: isinstance(node, Sum) and node.axis == axis


def _large(kind: type[Node]) -> Callable[[Node], bool]:
    return lambda node: isinstance(node, kind) and not node.is_scalar


def _norm(node: Node) -> bool:
    return isinstance(node, Map) and node.function == Function("sqrt") and isinstance(node.operand, SquaredNorm)


SIGNS: Sequence[Sign] = (
    Sign(Spelling("dA", r"\mathrm{d}A"), "the differential of A", _kind(Differential)),
    Sign(Spelling("⟨A, B⟩", r"\langle A, B \rangle"), "the sum of all products of entries, tr(AᵀB)", _kind(Inner)),
    Sign(Spelling("‖A‖²", r"\lVert A \rVert^{2}"), "the sum of the squares of all entries", _kind(SquaredNorm)),
    Sign(Spelling("‖A‖", r"\lVert A \rVert"), "the root of the sum of the squares of all entries", _norm),
    Sign(Spelling("A ⊙ B", r"A \odot B"), "the product entry by entry", _kind(Hadamard)),
    Sign(Spelling("Aᵏ", r"A^{k}"), "the power entry by entry", _large(Power)),
    Sign(Spelling("f(A)", "f(A)"), "a function of every entry", _large(Map)),
    Sign(Spelling("∑ A", r"\textstyle\sum A"), "the sum of all entries", _axis(-1)),
    Sign(Spelling("∑ᵢ A", r"\textstyle\sum_{i} A"), "the sums down the columns, a row", _axis(0)),
    Sign(Spelling("∑ⱼ A", r"\textstyle\sum_{j} A"), "the sums along the rows, a column", _axis(1)),
    Sign(Spelling("1ₙ", r"\mathbf{1}_{n}"), "a column of n ones", _kind(Ones, Broadcast)),
    Sign(Spelling("I", "I"), "the identity matrix", _kind(Identity)),
    Sign(Spelling("diag(v)", r"\operatorname{diag}(v)"), "the diagonal matrix of a column", _kind(Diagonal)),
    Sign(
        Spelling("diagonal(A)", r"\operatorname{diagonal}(A)"),
        "the diagonal of a matrix, as a column",
        _kind(DiagonalPart),
    ),
    Sign(Spelling("tr A", r"\operatorname{tr} A"), "the trace", _kind(Trace)),
    Sign(Spelling("vec A", r"\operatorname{vec} A"), "the columns of A, stacked into one", _kind(Vec)),
    Sign(Spelling("A ⊗ B", r"A \otimes B"), "the matrix of the blocks aᵢⱼB (Kronecker product)", _kind(Kronecker)),
    Sign(
        Spelling("Kₘₓₙ", r"K_{m \times n}"),
        "the commutation matrix: K vec A = vec Aᵀ for every m×n matrix A",
        _kind(Commutation),
    ),
    Sign(Spelling("where(M, A, B)", r"\operatorname{where}(M, A, B)"), "A where M is 1, B where it is 0", _kind(Where)),
)


def signs(lines: Iterable[Node]) -> list[Sign]:
    """The signs that the lines of a page use."""
    nodes = list(postorder(*lines))
    return [sign for sign in SIGNS if any(map(sign.prints, nodes))]
