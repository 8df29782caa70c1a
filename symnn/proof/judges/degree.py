"""How likely a false line passes the judge *exact* by bad luck: degrees, propagated through the expression.

Every coefficient of every entry of a node is a quotient of polynomials in the numbers drawn and in the atoms. For one
node all of them share one denominator, a product of powers of polynomials that are known only by their degree. A
difference of degree D that is not zero vanishes at random residues with probability at most D/p (Schwartz and Zippel);
two atoms are mistaken for one where their arguments, as rational functions, happen to coincide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symnn.algebra import nodes
from symnn.algebra.functions import ARGUMENT
from symnn.algebra.nodes import Function, Node, Variable
from symnn.algebra.sizes import Size
from symnn.algebra.walk import fold
from symnn.proof.judges.fields import PRIME
from symnn.proof.judges.interpreter import constant_exponent


@dataclass(frozen=True)
class Degree:
    """The degree of the numerators, and the denominator as powers of numbered polynomials."""

    numerator: int
    denominator: Mapping[int, int] = field(default_factory=dict)


CONSTANT = Degree(0)
SUMS = (nodes.Add, nodes.Equation)
PRODUCTS = (nodes.Multiply, nodes.Scale, nodes.Hadamard, nodes.MatMul, nodes.Inner)
REARRANGEMENTS = (
    nodes.Transpose,
    nodes.Trace,
    nodes.Sum,
    nodes.Broadcast,
    nodes.Diagonal,
    nodes.DiagonalPart,
    nodes.Differential,
)


class Degrees:
    """Degrees of nodes at given sizes, for series of a given order."""

    def __init__(self, size: Callable[[Size], int], order: int) -> None:
        self._size = size
        self._order = order
        self._polynomials: list[int] = []
        self._memo: dict[Node, Degree] = {}
        self._atoms = 0
        self._argument = 0

    def bound(self, left: Node, right: Node) -> Fraction:
        """A bound on the probability that two nodes that differ agree at one instance."""
        difference = self._sum([self._of(left), self._of(right)])
        collisions = self._atoms * (self._atoms - 1) * self._argument
        return Fraction(difference.numerator + self._weight(difference.denominator) + collisions, PRIME)

    def _of(self, node: Node) -> Degree:
        return fold(node, self._combine, self._memo)

    def _combine(self, node: Node, parts: Sequence[Degree]) -> Degree:
        if isinstance(node, Variable):
            return self._variable(node)
        if isinstance(node, SUMS):
            return self._sum(parts)
        if isinstance(node, PRODUCTS):
            return _product(parts)
        if isinstance(node, REARRANGEMENTS):
            return parts[0]
        match node:
            case nodes.SquaredNorm():
                return _times(parts[0], 2)
            case nodes.Power():
                return self._power(node, parts)
            case nodes.Inverse():
                return self._inverse(parts[0], self._size(node.rows))
            case nodes.Determinant():
                return _times(parts[0], self._size(node.children[0].rows))
            case nodes.Map():
                return self._applied(node.function, parts[1], self._entries(node))
        return CONSTANT

    def _entries(self, node: Node) -> int:
        return self._size(node.rows) * self._size(node.cols)

    def _variable(self, variable: Variable) -> Degree:
        if "orthogonal" not in variable.assumptions:
            return Degree(1)
        side = self._size(variable.rows)
        power = 2 if "symmetric" in variable.assumptions else 1
        return Degree(power * side + 1, {self._polynomial(side): power})

    def _polynomial(self, degree: int) -> int:
        self._polynomials.append(degree)
        return len(self._polynomials) - 1

    def _weight(self, denominator: Mapping[int, int]) -> int:
        return sum(self._polynomials[index] * power for index, power in denominator.items())

    def _sum(self, parts: Sequence[Degree]) -> Degree:
        common: dict[int, int] = {}
        for part in parts:
            for index, power in part.denominator.items():
                common[index] = max(power, common.get(index, 0))
        weight = self._weight(common)
        return Degree(max(part.numerator + weight - self._weight(part.denominator) for part in parts), common)

    def _inverse(self, matrix: Degree, side: int) -> Degree:
        """D·adj(N)/det(N) for the matrix N/D; the coefficient of tᵏ of 1/det needs detᵏ⁺¹ below and degree k·det above."""
        determinant = side * matrix.numerator
        numerator = (side - 1) * matrix.numerator + self._weight(matrix.denominator) + self._order * determinant
        return Degree(numerator, {self._polynomial(determinant): self._order + 1})

    def _power(self, node: nodes.Power, parts: Sequence[Degree]) -> Degree:
        exponent = constant_exponent(node.children[1], self._size)
        if exponent is not None and exponent.denominator == 1:
            if exponent >= 0:
                return _times(parts[0], int(exponent))
            # Each entry has a denominator of its own.
            entries = [self._inverse(parts[0], 1) for _ in range(self._entries(node.children[0]))]
            return _times(self._sum(entries), -int(exponent))
        count = self._entries(node)
        logarithm = self._applied(Function("log"), parts[0], count)
        return self._applied(Function("exp"), _product([parts[1], logarithm]), count)

    def _applied(self, function: Function, operand: Degree, entries: int) -> Degree:
        terms = self._order + function.order
        if function.body is None:
            outer = Degree(1)
            self._atoms += entries * (terms + 1)
            self._argument = max(self._argument, operand.numerator + self._weight(operand.denominator))
        else:
            outer = self._body(function.body, operand, entries, terms)
        # Σ cₖ hᵏ over the denominator of hᴷ, where K is the order of the series.
        highest = self._order * max(operand.numerator, self._weight(operand.denominator))
        denominator = _times(operand, self._order).denominator
        return _product([outer, Degree(highest, denominator)])

    def _body(self, body: Node, operand: Degree, entries: int, terms: int) -> Degree:
        """The degree of a function's Taylor coefficients; every entry has denominators of its own."""
        inner = Degrees(self._size, terms)
        inner._polynomials = list(self._polynomials)
        inner._memo[ARGUMENT] = Degree(max(operand.numerator, self._weight(operand.denominator)), operand.denominator)
        made = inner._of(body)
        self._atoms += entries * inner._atoms
        self._argument = max(self._argument, inner._argument)
        known = len(self._polynomials)
        old = {index: power for index, power in made.denominator.items() if index < known}
        new = {index: power for index, power in made.denominator.items() if index >= known}
        weight = sum(inner._polynomials[index] * power for index, power in new.items())
        own = self._polynomial(entries * weight)
        return Degree(made.numerator + (entries - 1) * weight, {**old, own: 1})


def _product(parts: Sequence[Degree]) -> Degree:
    denominator: dict[int, int] = {}
    for part in parts:
        for index, power in part.denominator.items():
            denominator[index] = denominator.get(index, 0) + power
    return Degree(sum(part.numerator for part in parts), denominator)


def _times(part: Degree, count: int) -> Degree:
    return Degree(part.numerator * count, {index: power * count for index, power in part.denominator.items()})
