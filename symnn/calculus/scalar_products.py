"""Scalars made of matrices in one form: inner products, traces, squared norms and sums of entries.

⟨A, B⟩, tr(AᵀB) and Σ A ⊙ B are one scalar. A product of two with itself is a squared norm; products of matrices stand
under a trace, or in a product of a row and a column; products entry by entry stand under a sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Extent,
    Hadamard,
    Inner,
    MatMul,
    Node,
    Number,
    Ones,
    Power,
    Scale,
    SquaredNorm,
    Sum,
    Trace,
    Transpose,
)
from symnn.algebra.sizes import ONE
from symnn.calculus import tidy
from symnn.calculus.inverses import without_inverse
from symnn.calculus.rule import RuleBook
from symnn.calculus.signs import factor_key, positive, unsigned
from symnn.calculus.transposes import flipped

SCALAR_PRODUCTS = RuleBook()
rule = SCALAR_PRODUCTS.rule

SQUARE = "product with itself"

Word = tuple[Node, ...]


@rule(SQUARE, MatMul)
def _square(node: Node) -> Node | None:
    """zᵀz = ‖z‖², zᵀ(−z) = −‖z‖²"""
    factors = node.children
    half = len(factors) // 2
    if not node.is_scalar or factors[0].is_scalar or len(factors) % 2:
        return None
    pairs = [(unsigned(one), unsigned(two)) for one, two in zip(factors[:half], flipped(factors[half:]), strict=True)]
    if any(one[1] is not two[1] for one, two in pairs):
        return None
    sign = prod(one[0] * two[0] for one, two in pairs)
    return tidy.product([Number(sign), SquaredNorm(tidy.matmul(factors[half:]))])


@rule("scalar product in normal order", MatMul)
def _scalar_product(node: Node) -> Node | None:
    """aᵀXb = bᵀXᵀa: the earlier of both"""
    return MatMul(*min(node.children, flipped(node.children), key=_word_key)) if node.is_scalar else None


def _word_key(word: Sequence[Node]) -> tuple[int, list[bool], list[Any]]:
    """Few transposes of matrices, those in front, then the normal order."""
    transposed = [isinstance(factor, Transpose) for factor in word]
    matrices = sum(isinstance(factor, Transpose) and not factor.children[0].is_column for factor in word)
    return matrices, [not found for found in transposed], [factor_key(factor) for factor in word]


@rule("scalar product of entries", MatMul)
def _entries(node: Node) -> Node | None:
    """(a ⊙ b)ᵀc = Σ a ⊙ b ⊙ c"""
    if not node.is_scalar:
        return None
    for word in (node.children, flipped(node.children)):
        last, rest = word[-1], word[:-1]
        short = len(word) == 2 and isinstance(last, Hadamard | Power)
        if short or (isinstance(last, Hadamard) and any(isinstance(factor, MatMul) for factor in last.children)):
            return Sum(tidy.hadamard([tidy.transpose(tidy.matmul(rest)), last]))
    return None


@rule("inner product", Inner)
def _inner(node: Node) -> Node | None:
    """⟨A, A⟩ = ‖A‖², ⟨A, B⟩ = tr(AᵀB), for columns aᵀb, for products of entries Σ A ⊙ B"""
    tidied = tidy.inner(*node.children)
    if tidied is not node:
        return tidied
    left, right = sorted(node.children, key=factor_key)
    if left is right:
        return SquaredNorm(left)
    if left.is_row:
        left, right = tidy.transpose(left), tidy.transpose(right)
    if isinstance(left, Hadamard) or isinstance(right, Hadamard):
        return Sum(tidy.hadamard([left, right]))
    word = tidy.matmul([tidy.transpose(left), right])
    return word if left.is_column else tidy.trace(word)


@rule("trace", Trace)
def _trace(node: Node) -> Node | None:
    """tr(a·B) = a·tr B, tr I = n, tr Aᵀ = tr A, tr(AB) = tr(BA): the earliest of all turns"""
    tidied = tidy.trace(node.children[0])
    if not isinstance(tidied, Trace):
        return tidied
    operand = tidied.children[0]
    if isinstance(operand, Transpose):
        return Trace(operand.children[0])
    if not isinstance(operand, MatMul):
        return None
    turns = _turns(operand.children)
    short = _of_turns(turns)
    return Trace(MatMul(*min(turns, key=_word_key))) if short is None else short


def _turns(word: Word) -> list[Word]:
    """The words with the same trace: turned, and transposed."""
    return [one[place:] + one[:place] for one in dict.fromkeys((word, flipped(word))) for place in range(len(word))]


def _of_turns(turns: Sequence[Word]) -> Node | None:
    """What the trace is where the product, turned, is a scalar or a square, or where an inverse cancels."""
    scalars = [word for word in turns if word[0].is_row]
    if scalars:
        return MatMul(*min(scalars, key=_word_key))
    for word in turns:
        rest = without_inverse(word)
        if rest is not None:
            return tidy.trace(tidy.matmul(rest))
    roots = [word[len(word) // 2 :] for word in turns if word[: len(word) // 2] == flipped(word[len(word) // 2 :])]
    if roots:
        return SquaredNorm(tidy.matmul(min(roots, key=_word_key)))
    pair = next((word for word in turns if len(word) == 2 and isinstance(word[1], Hadamard)), None)
    return None if pair is None else Sum(tidy.hadamard([tidy.transpose(pair[0]), pair[1]]))


@rule("squared norm", SquaredNorm)
def _squared_norm(node: Node) -> Node | None:
    """‖a·B‖² = a²·‖B‖², ‖Aᵀ‖² = ‖A‖², ‖−A‖² = ‖A‖², ‖1‖² counts the entries"""
    operand = node.children[0]
    if isinstance(operand, Add) and positive(operand)[0] < 0:
        return SquaredNorm(positive(operand)[1])
    if operand.is_scalar:
        return Power(operand, Number(2))
    if isinstance(operand, Scale):
        return tidy.product([Power(operand.children[0], Number(2)), SquaredNorm(operand.children[1])])
    if isinstance(operand, Transpose):
        return SquaredNorm(operand.children[0])
    if isinstance(operand, Ones):
        return tidy.product([Extent(operand.rows * operand.cols)])
    if isinstance(operand, MatMul):
        words = [operand.children, flipped(operand.children)]
        columns = [word for word in words if word[-1].is_column]
        return SquaredNorm(tidy.matmul(min(columns or words, key=_word_key)))
    return None


@rule("sum of entries", Sum)
def _sum(node: Node) -> Node | None:
    """Σ(a·B) = a·ΣB, a repeated entry is counted, Σ(A ⊙ A) = ‖A‖², Σ A ⊙ B = tr(AᵀB), for columns aᵀb"""
    assert isinstance(node, Sum)
    operand, axis = node.children[0], node.axis
    if tidy.is_zero(operand):
        return tidy.zero(*node.shape)
    tidied = tidy.total(operand, axis)
    if tidied is not node:
        return tidied
    if axis != -1:
        return _counted(operand, axis)
    if isinstance(operand, Power) and operand.children[1] is Number(2):
        return SquaredNorm(operand.children[0])
    if isinstance(operand, Hadamard):
        return _of_entries(operand.children)
    if isinstance(operand, Broadcast):
        inner = operand.children[0]
        count = operand.rows / inner.rows * (operand.cols / inner.cols)
        return tidy.product([Extent(count), tidy.total(inner)])
    if isinstance(operand, Transpose):
        return Sum(operand.children[0])
    return None


def _of_entries(factors: Sequence[Node]) -> Node | None:
    """The sum of a product of entries as a product of matrices: of two factors, or where one is such a product."""
    products = [factor for factor in factors if isinstance(factor, MatMul)]
    if len(products) != 1 and (len(factors) > 2 or any(isinstance(factor, Power) for factor in factors)):
        return None
    last = products[0] if len(products) == 1 else factors[-1]
    word = tidy.matmul([tidy.transpose(tidy.hadamard([part for part in factors if part is not last])), last])
    return word if last.is_column else tidy.trace(word)


def _counted(operand: Node, axis: int) -> Node | None:
    """The sum along the axis over which a row or column was repeated."""
    repeated = operand.children[0] if isinstance(operand, Broadcast) else None
    if axis == 1 and repeated is not None and repeated.is_column:
        return tidy.scale(Extent(operand.cols), tidy.broadcast(repeated, operand.rows, ONE))
    if axis == 0 and repeated is not None and repeated.is_row:
        return tidy.scale(Extent(operand.rows), tidy.broadcast(repeated, ONE, operand.cols))
    return None
