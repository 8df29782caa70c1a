"""How likely a false line passes the judge *exact* by bad luck: degrees, propagated through the expression.

Every coefficient of every entry of a node is a quotient of integer polynomials in the numbers drawn and in the atoms.
The denominators are products of powers of polynomials that are known only by their degree. What is called degree here
accounts for the coefficients c too: it is at least log₂ of Σ |c|·2^(degree of the term), so that degrees add up in
products, and a sum of k terms has at most the largest plus log₂ k. In a polynomial of degree D that is not zero, the
coefficient of some term of highest total degree δ has log₂|c| ≤ D − δ. A random prime divides it with probability at
most (D − δ)·(5 ln 2/3)/2⁸⁰; if it does not, the polynomial vanishes at random residues with probability at most δ/2⁸⁰
(Schwartz and Zippel). Two atoms are mistaken for one where their arguments, as rational functions, happen to coincide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import factorial, prod
from typing import TypeAlias

from symnn.algebra import nodes
from symnn.algebra.functions import ARGUMENT
from symnn.algebra.nodes import Function, Node, Variable
from symnn.algebra.sizes import Size
from symnn.algebra.walk import fold
from symnn.errors import UnsupportedError
from symnn.proof.judges.fields import SMALLEST_PRIME
from symnn.proof.judges.interpreter import constant_exponent
from symnn.proof.judges.spectra import TERMS

Powers: TypeAlias = Mapping[int, int]

# At least (5 ln 2)/3, see above; it also covers the one residue in p that is never drawn.
PER_DEGREE = Fraction(7, 6) / SMALLEST_PRIME


@dataclass(frozen=True)
class Degree:
    """The coefficient of tᵏ is a polynomial of degree `numerator` + k·`growth` over `denominator`·`step`ᵏ.

    Denominators are powers of numbered polynomials, the same for all entries.
    """

    numerator: int
    denominator: Powers = field(default_factory=dict)
    growth: int = 0
    step: Powers = field(default_factory=dict)


CONSTANT = Degree(0)
PRODUCTS = (nodes.Multiply, nodes.Scale, nodes.Hadamard, nodes.MatMul, nodes.Inner, nodes.Kronecker)
REARRANGEMENTS = (
    nodes.Transpose,
    nodes.Trace,
    nodes.Sum,
    nodes.Broadcast,
    nodes.Diagonal,
    nodes.DiagonalPart,
    nodes.Vec,
    nodes.Unvec,
    nodes.BlockRows,
)


class Degrees:
    """Degrees of nodes at given sizes, for series of a given order."""

    def __init__(self, size: Callable[[Size], int], order: int) -> None:
        self._size = size
        self._order = order
        self._polynomials: list[int] = []
        self._constants: dict[int, int] = {}
        self._memo: dict[Node, Degree] = {}
        self._atoms = 0
        self._argument = 0
        self._spectra: dict[Node, int] = {}

    def bound(self, left: Node, right: Node) -> Fraction:
        """A bound on the probability that two nodes that differ agree at one instance."""
        difference = self._sum([self._of(left), self._of(right)])
        above = difference.numerator + self._order * difference.growth
        below = self._weight(difference.denominator) + self._order * self._weight(difference.step)
        collisions = self._atoms * (self._atoms - 1) * self._argument
        return (above + below + collisions) * PER_DEGREE

    def _of(self, node: Node) -> Degree:
        return fold(node, self._combine, self._memo)

    def _combine(self, node: Node, parts: Sequence[Degree]) -> Degree:
        if isinstance(node, PRODUCTS):
            return _many(self._product(parts), self._terms(node))
        if isinstance(node, REARRANGEMENTS):
            return _many(parts[0], self._terms(node))
        match node:
            case nodes.Number():
                return self._number(Fraction(int(node.value.p), int(node.value.q)))
            case nodes.Extent():
                return Degree(_bits(self._size(node.size)))
            case Variable():
                return self._variable(node)
            case nodes.Add():
                return self._sum(parts)
            case nodes.Where():
                mask, then, otherwise = parts
                opposite = self._sum([CONSTANT, mask])
                return self._sum([self._product([mask, then]), self._product([opposite, otherwise])])
            case nodes.SquaredNorm():
                return _many(self._times(parts[0], 2), self._terms(node))
            case nodes.Power():
                return self._power(node, parts)
            case nodes.Inverse():
                return self._inverse(parts[0], self._size(node.rows))
            case nodes.Determinant():
                side = self._size(node.children[0].rows)
                return _many(self._times(parts[0], side), factorial(side))
            case nodes.Extreme() | nodes.ExtremePlace():
                place = self._atoms_at(parts[0], self._entries(node.children[0]))
                is_place = isinstance(node, nodes.ExtremePlace)
                return place if is_place else _many(self._product([place, parts[0]]), self._terms(node))
            case nodes.EntryProduct() | nodes.OtherProducts():
                return self._products(node, parts)
            case nodes.Exponential():
                return self._exponential(node, parts)
            case nodes.SingularNorm() | nodes.SingularPart():
                return self._atoms_at(parts[0], self._entries(node))
            case nodes.Map():
                return self._applied(node.function, parts[1], self._entries(node))
            case nodes.Differential():
                moved = _together(parts[0].denominator, parts[0].step)
                # The factor k + 1 before tᵏ is at most 2ᵏ.
                return Degree(parts[0].numerator + parts[0].growth, moved, parts[0].growth + 1, parts[0].step)
            case Function() | nodes.Identity() | nodes.Ones() | nodes.Zeros():
                return CONSTANT
            case nodes.Commutation() | nodes.Selection() | nodes.Triangle():
                return CONSTANT
        raise UnsupportedError(f"no degree is known of {type(node).__name__}")

    def _terms(self, node: Node) -> int:
        """How many products of entries of its children an entry of a node is the sum of."""
        match node:
            case nodes.MatMul():
                return prod(self._size(factor.rows) for factor in node.children[1:])
            case nodes.Inner() | nodes.SquaredNorm() | nodes.Sum() | nodes.Extreme():
                return self._entries(node.children[0]) // self._entries(node)
            case nodes.Trace():
                return self._size(node.children[0].rows)
        return 1

    def _number(self, value: Fraction) -> Degree:
        return Degree(_bits(value.numerator), self._constant(value.denominator))

    def _entries(self, node: Node) -> int:
        return self._size(node.rows) * self._size(node.cols)

    def _variable(self, variable: Variable) -> Degree:
        if "orthogonal" not in variable.assumptions:
            return Degree(1)
        side = self._size(variable.rows)
        # Both det(I + S) and the entries of (I − S)·adj(I + S) are sums of side! products of side entries.
        degree = side + _bits(factorial(side))
        if "symmetric" in variable.assumptions:
            return Degree(2 * degree + _bits(side), {self._polynomial(degree): 2})
        return Degree(degree, {self._polynomial(degree): 1})

    def _polynomial(self, degree: int) -> int:
        self._polynomials.append(degree)
        return len(self._polynomials) - 1

    def _constant(self, denominator: int) -> Powers:
        """A number as denominator, which is the same polynomial wherever it stands."""
        if denominator == 1:
            return {}
        if denominator not in self._constants:
            self._constants[denominator] = self._polynomial(_bits(denominator))
        return {self._constants[denominator]: 1}

    def _weight(self, powers: Powers) -> int:
        return sum(self._polynomials[index] * power for index, power in powers.items())

    def _sum(self, parts: Sequence[Degree]) -> Degree:
        below, step = _common([part.denominator for part in parts]), _common([part.step for part in parts])
        weight, growing = self._weight(below), self._weight(step)
        numerator = max(part.numerator + weight - self._weight(part.denominator) for part in parts)
        growth = max(part.growth + growing - self._weight(part.step) for part in parts)
        return _many(Degree(numerator, below, growth, step), len(parts))

    def _product(self, parts: Sequence[Degree]) -> Degree:
        step = _common([part.step for part in parts])
        growing = self._weight(step)
        growth = max(part.growth + growing - self._weight(part.step) for part in parts)
        below = _together(*(part.denominator for part in parts))
        # The order k is divided up among the factors in at most (number of factors)ᵏ ways.
        return Degree(sum(part.numerator for part in parts), below, growth + _bits(len(parts)), step)

    def _times(self, part: Degree, count: int) -> Degree:
        below = {index: power * count for index, power in part.denominator.items()}
        return Degree(part.numerator * count, below, part.growth + _bits(count), part.step)

    def _inverse(self, matrix: Degree, side: int) -> Degree:
        """D·adj(N)/det(N) for the matrix N/D; that of tᵏ in 1/det has degree k in those of det, over detᵏ⁺¹."""
        orders = _bits(factorial(side))
        determinant = side * matrix.numerator + orders
        numerator = (side - 1) * matrix.numerator + orders + self._weight(matrix.denominator)
        divisor = {self._polynomial(determinant): 1}
        growth = matrix.growth + _bits(side) + determinant + 2
        return Degree(numerator, divisor, growth, _together(matrix.step, divisor))

    def _power(self, node: nodes.Power, parts: Sequence[Degree]) -> Degree:
        exponent = constant_exponent(node.children[1], self._size)
        if exponent is not None and exponent.denominator == 1:
            if exponent >= 0:
                return self._times(parts[0], int(exponent))
            # Each entry has a denominator of its own.
            entries = [self._inverse(parts[0], 1) for _ in range(self._entries(node.children[0]))]
            return self._times(self._sum(entries), -int(exponent))
        count = self._entries(node)
        logarithm = self._applied(Function("log"), parts[0], count)
        return self._applied(Function("exp"), self._product([parts[1], logarithm]), count)

    def _applied(self, function: Function, operand: Degree, entries: int) -> Degree:
        """Σ cⱼ hʲ: the part of order k in hʲ, j ≤ k, lies over the j-th power of the operand's denominator."""
        height = max(operand.numerator, self._weight(operand.denominator))
        if function.body is None:
            highest = factorial(self._order + function.order)
            outer = Degree(1 + _bits(highest), self._constant(highest))
            self._atoms += entries * (self._order + function.order + 1)
            self._argument = max(self._argument, 2 * height + 1)
        else:
            outer = self._body(function.body, operand, entries, self._order + function.order)
        below = outer.denominator
        for _ in range(function.order):
            below = _together(below, outer.step)
        return Degree(
            outer.numerator + function.order * outer.growth + _bits(factorial(self._order + function.order)),
            below,
            outer.growth + operand.growth + height + 1,
            _together(outer.step, operand.denominator, operand.step),
        )

    def _products(self, node: nodes.EntryProduct | nodes.OtherProducts, parts: Sequence[Degree]) -> Degree:
        """With k directions a product of all others is a sum of fewer than countᵏ products."""
        count = self._entries(node.children[0])
        whole = self._times(parts[0], count)
        return _many(self._product([whole, *parts[1:]]), count ** len(parts[1:]))

    def _exponential(self, node: nodes.Exponential, parts: Sequence[Degree]) -> Degree:
        """A polynomial with arbitrary coefficients, which is any analytic function on small enough spectra."""
        side = self._size(node.rows)
        operand = node.operand.children[0] if isinstance(node.operand, nodes.Transpose) else node.operand
        points = side * (self._order + len(node.directions) + 1)
        self._spectra[operand] = max(points, self._spectra.get(operand, 0))
        if sum(self._spectra.values()) > TERMS:
            return Degree(SMALLEST_PRIME)
        power = self._times(self._sum(list(parts)), TERMS - 1)
        large = side * 2 ** len(node.directions)
        self._atoms += TERMS
        return _many(self._product([Degree(1), power]), TERMS * large ** (TERMS - 1))

    def _atoms_at(self, operand: Degree, count: int) -> Degree:
        """So many atoms, told apart by all entries of an operand."""
        self._atoms += count
        self._argument = max(self._argument, 2 * max(operand.numerator, self._weight(operand.denominator)) + 1)
        return Degree(1)

    def _body(self, body: Node, operand: Degree, entries: int, terms: int) -> Degree:
        """The degree of a function's Taylor coefficients; every entry has denominators of its own."""
        inner = Degrees(self._size, terms)
        inner._polynomials = list(self._polynomials)
        inner._constants = dict(self._constants)
        slope = max(0, self._weight(operand.denominator) - operand.numerator)
        inner._memo[ARGUMENT] = Degree(operand.numerator, operand.denominator, slope)
        made = inner._of(body)
        self._atoms += entries * inner._atoms
        self._argument = max(self._argument, inner._argument)
        known = len(self._polynomials)
        self._polynomials.extend(entries * degree for degree in inner._polynomials[known:])

        def others(powers: Powers) -> int:
            return sum(inner._polynomials[index] * power for index, power in powers.items() if index >= known)

        return Degree(
            made.numerator + (entries - 1) * others(made.denominator),
            made.denominator,
            made.growth + (entries - 1) * others(made.step),
            made.step,
        )


def _bits(number: int) -> int:
    """log₂ of a number's absolute value, rounded up; 0 for 0."""
    return max(0, abs(number) - 1).bit_length()


def _many(degree: Degree, terms: int) -> Degree:
    """The degree of a sum of so many terms."""
    return degree if terms == 1 else replace(degree, numerator=degree.numerator + _bits(terms))


def _common(several: Sequence[Powers]) -> Powers:
    """The least common multiple."""
    common: dict[int, int] = {}
    for powers in several:
        for index, power in powers.items():
            common[index] = max(power, common.get(index, 0))
    return common


def _together(*several: Powers) -> Powers:
    """The product."""
    product: dict[int, int] = {}
    for powers in several:
        for index, power in powers.items():
            product[index] = product.get(index, 0) + power
    return product
