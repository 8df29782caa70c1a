"""The normal form: expressions as people would write them, by small rules applied from the inside out.

Numbers are joined and stand in front, transposes are pushed to the variables, equal terms are merged, repeated factors
become powers, identities and inverses cancel. Sums in products stay factored here; `collecting` takes common factors
out and multiplies out where terms cancel. Facts about variables (a symmetric matrix) are used only where no
differential is on the line any more.

Why it ends: a rule either leaves fewer variables or operations on the line, or it moves one of them for good. Scalars
and signs move outwards, transposes, inverses and determinants inwards to fewer or smaller operands, and what commutes
into one order, that of the parts without their signs, which no other rule changes. Of the two ways to write a sign, a
transpose or a scalar product, one is a function of what is written up to it (`signs`, `transposes`, `scalar_products`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Diagonal,
    DiagonalPart,
    Extent,
    Hadamard,
    Inner,
    MatMul,
    Multiply,
    Node,
    Number,
    Ones,
    Power,
    Scale,
    Selection,
    Transpose,
)
from symnn.calculus import tidy
from symnn.calculus.choices import CHOICES
from symnn.calculus.facts import FACTS
from symnn.calculus.inverses import INVERSES
from symnn.calculus.kronecker import KRONECKER
from symnn.calculus.logistic import LOGISTIC
from symnn.calculus.matrix_functions import MATRIX_FUNCTIONS
from symnn.calculus.pieces import PIECES
from symnn.calculus.rule import RuleBook
from symnn.calculus.scalar_products import SCALAR_PRODUCTS
from symnn.calculus.selecting import SELECTIONS
from symnn.calculus.signs import arranged, factor_key, oriented, unsigned
from symnn.calculus.softmax import SOFTMAX
from symnn.calculus.transposes import TRANSPOSES

MOST = 64
"""Up to this exponent powers of numbers are worked out."""

NORMAL_FORM = RuleBook()
rule = NORMAL_FORM.rule


@rule("size", Extent)
def _extent(node: Node) -> Node | None:
    """A number in a size is a factor: 2n = 2·n"""
    assert isinstance(node, Extent)
    number, rest = node.size.as_coeff_Mul()
    return None if number == 1 else Multiply(Number(number), Extent(rest))


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
    sign, factors = _joined_powers(powers)
    return tidy.product([Number(sign * number.value), *factors])


def _joined_powers(powers: dict[Node, list[Node]]) -> tuple[int, list[Node]]:
    """The sign and the factors in normal order; of two bases that are each other's negative there is one power."""
    sign = 1
    known: dict[Node, Node] = {}
    joined: dict[Node, list[Node]] = {}
    for base, exponents in powers.items():
        turned, rest = unsigned(base)
        first = known.setdefault(rest, base)
        if first is not base:
            if not all(isinstance(exponent, Number) and exponent.value.is_integer for exponent in exponents):
                first = base
            elif turned != unsigned(first)[0] and sum(exponent.value for exponent in exponents) % 2:
                sign = -sign
        joined.setdefault(first, []).extend(exponents)
    return sign, sorted((_power(base, exponents) for base, exponents in joined.items()), key=factor_key)


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
    factors = node.children
    place = max((at for at, factor in enumerate(factors[:-1]) if isinstance(factor, Diagonal)), default=None)
    if place is None or not node.is_column:
        return None
    entries = tidy.hadamard([factors[place].children[0], tidy.matmul(factors[place + 1 :])])
    return tidy.matmul([*factors[:place], entries])


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
    sign, factors = _joined_powers(powers)
    return tidy.scale(tidy.product([Number(sign), factor]), tidy.hadamard(factors))


# --- sums -----------------------------------------------------------------------------------------------------------


@rule("equal terms", Add)
def _merge(node: Node) -> Node | None:
    """a·T + b·T = (a + b)·T, zero is left out, terms in normal order"""
    numbers: dict[Node, Number] = {}
    first: dict[Node, Node] = {}
    for term in _flat_terms(node):
        number, core = numeric_coefficient(term)
        sign, rest = unsigned(core)
        shown = first.setdefault(rest, core)
        known = numbers.get(shown, tidy.ZERO)
        numbers[shown] = Number(known.value + number.value * (1 if unsigned(shown)[0] == sign else -1))
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
    if isinstance(base, Number):
        return _raised(base, exponent)
    if isinstance(base, Power) and isinstance(base.children[1], Number) and base.children[1].value.is_integer:
        return Power(base.children[0], Number(base.children[1].value * exponent.value))
    if isinstance(base, Ones):
        return base
    if isinstance(base, Multiply | Hadamard):
        return tidy.hadamard([_raised(part, exponent) for part in base.children])
    if isinstance(base, Scale):
        return tidy.scale(*(_raised(part, exponent) for part in base.children))
    return None


def _raised(base: Node, exponent: Number) -> Node:
    """A power to a whole number, worked out where it is one of a number, and not too large."""
    if isinstance(base, Number) and abs(exponent.value) <= MOST and (base.value != 0 or exponent.value > 0):
        return Number(base.value**exponent.value)
    return Power(base, exponent)


@rule("repetition", Broadcast)
def _broadcast(node: Node) -> Node | None:
    """A repeated multiple is the multiple of the repetition"""
    return tidy.broadcast(node.children[0], node.rows, node.cols)


@rule("diagonal matrix", Diagonal)
def _diagonal(node: Node) -> Node | None:
    """diag(a·v) = a·diag(v), diag(1) = I"""
    return tidy.diagonal(node.children[0])


@rule("diagonal of a matrix", DiagonalPart)
def _diagonal_part(node: Node) -> Node | None:
    """diagonal(a·B) = a·diagonal(B), of Aᵀ that of A, of diag(v) it is v, of abᵀ it is a ⊙ b"""
    operand = node.children[0]
    if isinstance(operand, Transpose):
        return tidy.diagonal_part(operand.children[0])
    if isinstance(operand, Diagonal):
        return operand.children[0]
    if isinstance(operand, MatMul) and len(operand.children) == 2 and operand.children[0].is_column:
        return tidy.hadamard([operand.children[0], tidy.transpose(operand.children[1])])
    return tidy.diagonal_part(operand)


for book in (
    TRANSPOSES,
    INVERSES,
    SCALAR_PRODUCTS,
    KRONECKER,
    CHOICES,
    MATRIX_FUNCTIONS,
    SELECTIONS,
    FACTS,
    PIECES,
    LOGISTIC,
    SOFTMAX,
):
    NORMAL_FORM.include(book)
