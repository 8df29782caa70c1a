"""The normal form: expressions as people would write them, by small rules applied from the inside out.

Numbers are joined and stand in front, transposes are pushed to the variables, equal terms are merged, repeated factors
become powers, identities and inverses cancel. Sums in products stay factored: nothing is multiplied out, so the result
is never longer than what it was made from. Facts about variables (a symmetric matrix) are used only where no
differential is on the line any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Diagonal,
    Extent,
    Hadamard,
    Identity,
    Inner,
    Inverse,
    MatMul,
    Multiply,
    Node,
    Number,
    Ones,
    Power,
    Scale,
    Selection,
    SquaredNorm,
    Sum,
    Trace,
    Transpose,
    Variable,
    Zeros,
)
from symnn.algebra.sizes import ONE
from symnn.calculus import tidy
from symnn.calculus.choices import CHOICES
from symnn.calculus.kronecker import KRONECKER
from symnn.calculus.matrix_functions import MATRIX_FUNCTIONS
from symnn.calculus.ordering import factor_key
from symnn.calculus.rule import RuleBook
from symnn.calculus.selecting import SELECTIONS
from symnn.calculus.signs import arranged, oriented

NORMAL_FORM = RuleBook()
rule = NORMAL_FORM.rule

SYMMETRIC = ("symmetric", "positive definite")


@rule("size", Extent)
def _extent(node: Node) -> Node | None:
    """A number in a size is a factor: 2n = 2·n"""
    assert isinstance(node, Extent)
    number, rest = node.size.as_coeff_Mul()
    return None if number == 1 else Multiply(Number(number), Extent(rest))


# --- transposes -----------------------------------------------------------------------------------------------------


@rule("transpose of a transpose", Transpose)
def _double_transpose(node: Node) -> Node | None:
    """(Aᵀ)ᵀ = A"""
    operand = node.children[0]
    return operand.children[0] if isinstance(operand, Transpose) else None


@rule("transpose of a product", Transpose)
def _transposed_product(node: Node) -> Node | None:
    """(AB)ᵀ = BᵀAᵀ"""
    operand = node.children[0]
    if not isinstance(operand, MatMul):
        return None
    return MatMul(*(tidy.transpose(factor) for factor in reversed(operand.children)))


@rule("transpose of a multiple", Transpose)
def _transposed_multiple(node: Node) -> Node | None:
    """(a·B)ᵀ = a·Bᵀ"""
    operand = node.children[0]
    return Scale(operand.children[0], tidy.transpose(operand.children[1])) if isinstance(operand, Scale) else None


@rule("symmetry", Transpose)
def _symmetric(node: Node) -> Node | None:
    """Aᵀ = A for a symmetric matrix"""
    return node.children[0] if symmetric(node.children[0]) else None


@rule("transpose of an inverse", Transpose)
def _transposed_inverse(node: Node) -> Node | None:
    """(A⁻¹)ᵀ = (Aᵀ)⁻¹"""
    operand = node.children[0]
    return Inverse(tidy.transpose(operand.children[0])) if isinstance(operand, Inverse) else None


@rule("transpose of a sum", Transpose)
def _transposed_sum(node: Node) -> Node | None:
    """(A + B)ᵀ = Aᵀ + Bᵀ, where that leaves fewer transposes"""
    operand = node.children[0]
    if not isinstance(operand, Add):
        return None
    if not any(isinstance(tidy.coefficient(term)[1], Transpose) or symmetric(term) for term in operand.children):
        return None
    return Add(*(term if symmetric(term) else tidy.transpose(term) for term in operand.children))


@rule("transpose of sums and repetitions", Transpose)
def _transposed_axis(node: Node) -> Node | None:
    """Rows and columns change places in sums, repetitions and constants"""
    operand = node.children[0]
    if isinstance(operand, Sum):
        return tidy.total(tidy.transpose(operand.children[0]), 1 - operand.axis)
    if isinstance(operand, Broadcast):
        return Broadcast(tidy.transpose(operand.children[0]), operand.cols, operand.rows)
    if isinstance(operand, Ones | Zeros | Identity | Diagonal):
        return tidy.transpose(operand)
    return None


def symmetric(node: Node) -> bool:
    """Whether a matrix is its own transpose by how it is built and by what is assumed."""
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, Add | Hadamard):
            stack.extend(part.children)
        elif isinstance(part, Scale):
            stack.append(part.children[1])
        elif isinstance(part, Inverse):
            stack.append(part.children[0])
        elif isinstance(part, MatMul):
            factors = part.children
            half = len(factors) // 2
            if any(tidy.transpose(factors[-1 - place]) is not factors[place] for place in range(half)):
                return False
            if len(factors) % 2:
                stack.append(factors[half])
        elif isinstance(part, Variable):
            if not set(part.assumptions) & set(SYMMETRIC):
                return False
        elif not isinstance(part, Identity | Diagonal) and not (isinstance(part, Selection) and part.is_reversal):
            return False
    return True


# --- products -------------------------------------------------------------------------------------------------------


@rule("arithmetic", Multiply)
def _multiply(node: Node) -> Node | None:
    """Numbers are joined, repeated factors become powers"""
    powers: dict[Node, list[Node]] = {}
    number = Number(1)
    for factor in node.children:
        for part in factor.children if isinstance(factor, Multiply) else (factor,):
            if isinstance(part, Number):
                number = Number(number.value * part.value)
            else:
                base, exponent = part.children if isinstance(part, Power) else (part, tidy.ONE)
                powers.setdefault(base, []).append(exponent)
    factors = [_power(base, exponents) for base, exponents in powers.items()]
    return tidy.product([number, *sorted(factors, key=factor_key)])


def _power(base: Node, exponents: list[Node]) -> Node:
    numbers = [exponent for exponent in exponents if isinstance(exponent, Number)]
    others = [exponent for exponent in exponents if not isinstance(exponent, Number)]
    constant = Number(sum((number.value for number in numbers), Number(0).value))
    terms = [constant] if not others or constant is not tidy.ZERO else []
    if any(not other.is_scalar for other in others):
        exponent = tidy.add([tidy.broadcast(term, *base.shape) for term in [*others, *terms]])
    else:
        exponent = tidy.add([*others, *terms])
    if exponent is tidy.ZERO:
        return tidy.ONE if base.is_scalar else Ones(*base.shape)
    return base if exponent is tidy.ONE else Power(base, exponent)


@rule("signs and common factors", Multiply, Scale, MatMul, Hadamard, Inner)
def _orientation(node: Node) -> Node | None:
    """A common number of a sum in a product is taken in front, a minus sign into a difference"""
    return oriented(node)


@rule("scalar factors", Scale)
def _scale(node: Node) -> Node | None:
    """a·(b·C) = (ab)·C, 1·A = A, 0·A = 0"""
    return tidy.scale(*node.children)


@rule("scalar factors", MatMul)
def _matmul(node: Node) -> Node | None:
    """A(b·C) = b·AC, AI = A, A0 = 0"""
    if any(tidy.is_zero(factor) for factor in node.children):
        return tidy.zero(*node.shape)
    return tidy.matmul(node.children)


@rule("inverse cancels", MatMul)
def _cancel(node: Node) -> Node | None:
    """A⁻¹A = I, AA⁻¹ = I"""
    factors = node.children
    for start in range(len(factors)):
        if isinstance(factors[start], Inverse):
            inside = factors[start].children[0]
            parts = inside.children if isinstance(inside, MatMul) else (inside,)
            wide = len(parts)
            side = Identity(inside.rows)
            if factors[start + 1 : start + 1 + wide] == parts:
                return tidy.matmul([*factors[:start], side, *factors[start + 1 + wide :]])
            if start >= wide and factors[start - wide : start] == parts:
                return tidy.matmul([*factors[: start - wide], side, *factors[start + 1 :]])
    return None


@rule("ones and repetitions", MatMul)
def _ones(node: Node) -> Node | None:
    """1ᵀA is the sum down each column, A1 along each row"""
    factors = node.children
    if isinstance(factors[0], Ones) and factors[0].is_row and not isinstance(factors[1], Selection):
        return tidy.total(tidy.matmul(factors[1:]), 0)
    if isinstance(factors[-1], Ones) and factors[-1].is_column and not _is_placement(factors[:-1]):
        return tidy.total(tidy.matmul(factors[:-1]), 1)
    return None


def _is_placement(factors: Sequence[Node]) -> bool:
    """Whether the product ends with a selection transposed, which puts zeros around what follows."""
    return isinstance(factors[-1], Transpose) and isinstance(factors[-1].children[0], Selection)


@rule("diagonal matrix times a column", MatMul)
def _diagonal_column(node: Node) -> Node | None:
    """diag(v)x = v ⊙ x"""
    first, *rest = node.children
    if isinstance(first, Diagonal) and node.is_column:
        return tidy.hadamard([first.children[0], tidy.matmul(rest)])
    return None


@rule("diagonal matrix times ones", MatMul)
def _diagonal_ones(node: Node) -> Node | None:
    """diag(v)1 = v, 1ᵀdiag(v) = vᵀ"""
    factors = node.children
    for place, (left, right) in enumerate(pairwise(factors)):
        if isinstance(left, Diagonal) and isinstance(right, Ones) and right.is_column:
            return tidy.matmul([*factors[:place], left.children[0], *factors[place + 2 :]])
        if isinstance(right, Diagonal) and isinstance(left, Ones) and left.is_row:
            return tidy.matmul([*factors[:place], tidy.transpose(right.children[0]), *factors[place + 2 :]])
    return None


@rule("scalar product in normal order", MatMul)
def _scalar_product(node: Node) -> Node | None:
    """aᵀXb = bᵀXᵀa: the earlier of both"""
    if not node.is_scalar:
        return None
    return min(node, MatMul(*_flipped(node.children)), key=_word_key)


def _flipped(factors: Sequence[Node]) -> tuple[Node, ...]:
    """The factors of the transposed product."""
    return tuple(factor if symmetric(factor) else tidy.transpose(factor) for factor in reversed(factors))


def _word_key(node: Node) -> tuple[int, list[object]]:
    transposes = sum(isinstance(factor, Transpose) and not factor.children[0].is_column for factor in node.children)
    return transposes, [factor_key(factor) for factor in node.children]


@rule("entries in normal order", Hadamard)
def _hadamard(node: Node) -> Node | None:
    """A ⊙ B = B ⊙ A, A ⊙ A = A², a repeated scalar is a factor, ones are left out"""
    if any(tidy.is_zero(factor) for factor in node.children):
        return tidy.zero(*node.shape)
    joined = tidy.hadamard(node.children)
    factor, core = tidy.coefficient(joined) if not joined.is_scalar else (tidy.ONE, joined)
    if not isinstance(core, Hadamard):
        return joined
    powers: dict[Node, list[Node]] = {}
    for part in core.children:
        base, exponent = part.children if isinstance(part, Power) else (part, tidy.ONE)
        powers.setdefault(base, []).append(exponent)
    factors = [_power(base, exponents) for base, exponents in powers.items()]
    return tidy.scale(factor, tidy.hadamard(sorted(factors, key=factor_key)))


@rule("inner product of columns", Inner)
def _inner(node: Node) -> Node | None:
    """⟨A, A⟩ = ‖A‖², ⟨a, b⟩ = aᵀb, scalar factors in front"""
    tidied = tidy.inner(*node.children)
    if tidied is not node:
        return tidied
    left, right = sorted(node.children, key=factor_key)
    if left is right:
        return SquaredNorm(left)
    if left.is_column:
        return MatMul(tidy.transpose(left), right)
    if left.is_row:
        return MatMul(left, tidy.transpose(right))
    return Inner(left, right)


# --- sums -----------------------------------------------------------------------------------------------------------


@rule("equal terms", Add)
def _merge(node: Node) -> Node | None:
    """a·T + b·T = (a + b)·T, zero is left out, terms in normal order"""
    numbers: dict[Node, Number] = {}
    for term in _flat_terms(node):
        number, core = numeric_coefficient(term)
        known = numbers.get(core, tidy.ZERO)
        numbers[core] = Number(known.value + number.value)
    terms = [tidy.scale(number, core) for core, number in numbers.items() if number is not tidy.ZERO]
    if not terms:
        return tidy.zero(*node.shape)
    return arranged(terms)


def _flat_terms(node: Node) -> list[Node]:
    terms: list[Node] = []
    for term in node.children:
        number, core = numeric_coefficient(term)
        if isinstance(core, Add):
            terms.extend(tidy.scale(number, part) for part in core.children)
        elif not tidy.is_zero(term):
            terms.append(term)
    return terms


def numeric_coefficient(node: Node) -> tuple[Number, Node]:
    """The number in front of a term, and the rest."""
    if isinstance(node, Number):
        return node, tidy.ONE
    if isinstance(node, Multiply) and isinstance(node.children[0], Number):
        return node.children[0], tidy.product(node.children[1:])
    if isinstance(node, Scale):
        number, rest = numeric_coefficient(node.children[0])
        return number, tidy.scale(rest, node.children[1])
    return Number(1), node


# --- matrix functions -----------------------------------------------------------------------------------------------


@rule("powers", Power)
def _powers(node: Node) -> Node | None:
    """(A^j)^k = A^(jk) for whole numbers, A¹ = A, powers of numbers and of products"""
    base, exponent = node.children
    if exponent is tidy.ONE:
        return base
    if not isinstance(exponent, Number) or not exponent.value.is_integer:
        return None
    if exponent is tidy.ZERO:
        return tidy.ONE if base.is_scalar else Ones(*base.shape)
    if isinstance(base, Number) and abs(exponent.value) <= 64 and (base.value != 0 or exponent.value > 0):
        return Number(base.value**exponent.value)
    if isinstance(base, Power) and isinstance(base.children[1], Number) and base.children[1].value.is_integer:
        return Power(base.children[0], Number(base.children[1].value * exponent.value))
    if isinstance(base, Ones):
        return base
    if isinstance(base, Multiply | Hadamard):
        return tidy.hadamard([Power(part, exponent) for part in base.children])
    if isinstance(base, Scale):
        return Scale(Power(base.children[0], exponent), Power(base.children[1], exponent))
    return None


@rule("inverse", Inverse)
def _inverse(node: Node) -> Node | None:
    """(A⁻¹)⁻¹ = A, (a·B)⁻¹ = a⁻¹·B⁻¹, I⁻¹ = I, (AB)⁻¹ = B⁻¹A⁻¹ for square A and B"""
    operand = node.children[0]
    if operand.is_scalar:
        return Power(operand, tidy.MINUS_ONE)
    if isinstance(operand, Inverse):
        return operand.children[0]
    if isinstance(operand, Identity):
        return operand
    if isinstance(operand, Scale):
        return tidy.scale(Power(operand.children[0], tidy.MINUS_ONE), Inverse(operand.children[1]))
    if isinstance(operand, Diagonal):
        return Diagonal(Power(operand.children[0], tidy.MINUS_ONE))
    if isinstance(operand, MatMul) and all(factor.rows == factor.cols for factor in operand.children):
        return MatMul(*(Inverse(factor) for factor in reversed(operand.children)))
    if isinstance(operand, Variable) and "orthogonal" in operand.assumptions:
        return Transpose(operand)
    return None


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
    turns = []
    for word in (operand.children, _flipped(operand.children)):
        turns += [word[place:] + word[:place] for place in range(len(word))]
    best = min(
        turns, key=lambda word: ([isinstance(f, Transpose) for f in word].count(True), list(map(factor_key, word)))
    )
    short = _cancelled(best, turns)
    return Trace(MatMul(*best)) if short is None else short


def _cancelled(best: tuple[Node, ...], turns: list[tuple[Node, ...]]) -> Node | None:
    for word in turns:
        shorter = _cancel(MatMul(*word))
        if shorter is not None:
            return tidy.trace(shorter)
    return None


@rule("squared norm", SquaredNorm)
def _squared_norm(node: Node) -> Node | None:
    """‖a·B‖² = a²·‖B‖², ‖Aᵀ‖² = ‖A‖², ‖1‖² counts the entries"""
    operand = node.children[0]
    if operand.is_scalar:
        return Power(operand, Number(2))
    if isinstance(operand, Scale):
        return tidy.product([Power(operand.children[0], Number(2)), SquaredNorm(operand.children[1])])
    if isinstance(operand, Transpose):
        return SquaredNorm(operand.children[0])
    if isinstance(operand, Ones):
        return tidy.product([Extent(operand.rows * operand.cols)])
    return None


@rule("sum of entries", Sum)
def _sum(node: Node) -> Node | None:
    """Σ(a·B) = a·ΣB, a repeated entry is counted, Σ(A ⊙ A) = ‖A‖², Σ(a ⊙ b) = aᵀb"""
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
    if isinstance(operand, Hadamard) and len(operand.children) == 2 and operand.is_column:
        left, right = operand.children
        if not any(isinstance(part, Power) for part in (left, right)):
            return MatMul(tidy.transpose(left), right)
    if isinstance(operand, Broadcast):
        inner = operand.children[0]
        count = operand.rows / inner.rows * (operand.cols / inner.cols)
        return tidy.product([Extent(count), tidy.total(inner)])
    if isinstance(operand, Transpose):
        return Sum(operand.children[0])
    return None


def _counted(operand: Node, axis: int) -> Node | None:
    """The sum along the axis over which a row or column was repeated."""
    repeated = operand.children[0] if isinstance(operand, Broadcast) else None
    if axis == 1 and repeated is not None and repeated.is_column:
        return tidy.scale(Extent(operand.cols), tidy.broadcast(repeated, operand.rows, ONE))
    if axis == 0 and repeated is not None and repeated.is_row:
        return tidy.scale(Extent(operand.rows), tidy.broadcast(repeated, ONE, operand.cols))
    return None


@rule("repetition", Broadcast)
def _broadcast(node: Node) -> Node | None:
    """A repeated multiple is the multiple of the repetition"""
    return tidy.broadcast(node.children[0], node.rows, node.cols)


@rule("diagonal matrix", Diagonal)
def _diagonal(node: Node) -> Node | None:
    """diag(a·v) = a·diag(v), diag(1) = I"""
    return tidy.diagonal(node.children[0])


for book in (KRONECKER, CHOICES, MATRIX_FUNCTIONS, SELECTIONS):
    NORMAL_FORM.include(book)
