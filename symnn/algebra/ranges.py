"""The ranges that the entries of an expression can have, by how it is built and by what is assumed of its variables.

Interval arithmetic with open and closed ends. A range may be larger than the set of values, never smaller.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import inf
from typing import TypeAlias

from symnn.algebra import nodes
from symnn.algebra.functions import ARGUMENT
from symnn.algebra.masks import split_mask
from symnn.algebra.nodes import Node, Number
from symnn.algebra.walk import fold

End: TypeAlias = Fraction | float


@dataclass(frozen=True)
class Range:
    """All numbers between two ends; an end that is open does not belong to it."""

    low: End = -inf
    high: End = inf
    low_open: bool = True
    high_open: bool = True

    @property
    def is_positive(self) -> bool:
        return self.low > 0 or (self.low == 0 and self.low_open)

    @property
    def is_nonnegative(self) -> bool:
        return self.low >= 0

    @property
    def is_nonzero(self) -> bool:
        return self.is_positive or self.negated().is_positive

    @property
    def is_zero(self) -> bool:
        return self.low == self.high == 0

    def negated(self) -> Range:
        return Range(-self.high, -self.low, self.high_open, self.low_open)

    def union(self, other: Range) -> Range:
        return _between(self.ends + other.ends)

    def intersection(self, other: Range) -> Range:
        """What lies in both; one of them where nothing does."""
        low, low_open = max(self.ends[0], other.ends[0])
        high, closed = min((self.high, not self.high_open), (other.high, not other.high_open))
        return Range(low, high, low_open, not closed) if low <= high else self

    @property
    def ends(self) -> list[tuple[End, bool]]:
        return [(self.low, self.low_open), (self.high, self.high_open)]


def _between(ends: Sequence[tuple[End, bool]]) -> Range:
    low, high = min(end for end, _ in ends), max(end for end, _ in ends)
    return Range(
        low,
        high,
        all(is_open for end, is_open in ends if end == low),
        all(is_open for end, is_open in ends if end == high),
    )


ANY = Range()
ZERO, ONE = Fraction(0), Fraction(1)
POSITIVE, NONNEGATIVE = Range(ZERO, low_open=True), Range(ZERO, low_open=False)
UNIT, AT_LEAST_ONE = Range(ZERO, ONE, False, False), Range(ONE, low_open=False)
SIGNS = Range(-ONE, ONE, False, False)
WORDS: Mapping[str, Range] = {
    "positive": POSITIVE,
    "nonnegative": NONNEGATIVE,
    "binary": UNIT,
    "onehot": UNIT,
    "onehot rows": UNIT,
    "signs": SIGNS,
}


def range_of(root: Node, known: Mapping[Node, Range] | None = None) -> Range:
    """The range of the entries of an expression; `known` are ranges that some of its parts are known to have."""
    given = dict(known or {})

    def combine(node: Node, parts: Sequence[Range]) -> Range:
        made = _range(node, parts)
        return made.intersection(given[node]) if node in given else made

    return fold(root, combine)


def facts(mask: Node, holds: bool) -> dict[Node, Range]:
    """The ranges that follow where a mask is 1, or where it is 0."""
    split = split_mask(mask)
    if split is None:
        return {}
    relation, difference = split
    return limits(difference, POSITIVE if (relation == ">") == holds else NONNEGATIVE.negated())


def limits(node: Node, side: Range) -> dict[Node, Range]:
    """The ranges that follow from that of one expression: from that of c + a·Z that of Z."""
    found = {node: side}
    constant, factor, rest = _affine(node)
    if rest is not None and rest is not node:
        found[rest] = _scaled(_sum(side, Range(-constant, -constant, False, False)), 1 / factor)
    return found


def _affine(node: Node) -> tuple[Fraction, Fraction, Node | None]:
    """c, a and Z of c + a·Z, with numbers c and a."""
    constant, others = ZERO, []
    for term in node.children if isinstance(node, nodes.Add) else (node,):
        number = constant_of(term)
        if number is None:
            others.append(term)
        else:
            constant += number
    if len(others) != 1:
        return ZERO, ONE, None
    factor, rest = ONE, others[0]
    while isinstance(rest, nodes.Scale | nodes.Multiply) and len(rest.children) == 2:
        number = constant_of(rest.children[0])
        if number is None:
            break
        factor, rest = factor * number, rest.children[1]
    return (constant, factor, rest) if factor else (ZERO, ONE, None)


def constant_of(node: Node) -> Fraction | None:
    """The number that every entry of an expression is, if it can be seen."""
    match node:
        case Number():
            return Fraction(int(node.value.p), int(node.value.q))
        case nodes.Ones():
            return ONE
        case nodes.Zeros():
            return ZERO
        case nodes.Broadcast():
            return constant_of(node.children[0])
        case nodes.Scale() | nodes.Multiply() if len(node.children) == 2:
            left, right = map(constant_of, node.children)
            return None if left is None or right is None else left * right
    return None


# --- arithmetic -----------------------------------------------------------------------------------------------------


def _sum(left: Range, right: Range) -> Range:
    return Range(
        left.low + right.low,
        left.high + right.high,
        left.low_open or right.low_open,
        left.high_open or right.high_open,
    )


def _scaled(range_: Range, factor: Fraction) -> Range:
    return _product(range_, Range(factor, factor, False, False))


def _product(left: Range, right: Range) -> Range:
    ends: list[tuple[End, bool]] = []
    for mine, my_open in left.ends:
        for theirs, their_open in right.ends:
            if mine == 0 or theirs == 0:
                # Zero times anything is zero, and is met where the end that is zero is.
                ends.append((ZERO, my_open if theirs != 0 else their_open if mine != 0 else my_open and their_open))
            else:
                ends.append((mine * theirs, my_open or their_open))
    return _between(ends)


def _power(base: Range, exponent: Node) -> Range:
    value = constant_of(exponent)
    if value is None:
        return POSITIVE if base.is_positive else NONNEGATIVE
    if value == 0:
        return Range(ONE, ONE, False, False)
    made = _whole_power(base, abs(int(value))) if value.denominator == 1 else _against_one(base)
    return _reciprocal(made) if value < 0 else made


def _whole_power(base: Range, power: int) -> Range:
    if power % 2 == 0:
        base = _absolute(base)
    return Range(_raised(base.low, power), _raised(base.high, power), base.low_open, base.high_open)


def _absolute(base: Range) -> Range:
    if base.is_nonnegative:
        return base
    if base.high <= 0:
        return base.negated()
    ends = _between([(-base.low, base.low_open), (base.high, base.high_open)])
    return Range(ZERO, ends.high, False, ends.high_open)


def _raised(end: End, power: int) -> End:
    return end**power if power <= 64 or abs(end) in (0, 1, inf) else (inf if end > 0 or power % 2 == 0 else -inf)


def _reciprocal(base: Range) -> Range:
    """Zero has none, so that the reciprocal of what is not negative is positive."""
    if base.is_zero:
        return ANY
    if base.is_nonnegative:
        low = ZERO if base.high == inf else 1 / base.high
        high = inf if base.low == 0 else 1 / base.low
        return Range(low, high, base.high_open, base.low_open or base.low == 0)
    return _reciprocal(base.negated()).negated() if base.high <= 0 else ANY


def _against_one(base: Range) -> Range:
    """The range of a growing function on numbers that are not negative, which is 0 at 0 and 1 at 1."""
    low = ONE if base.low >= 1 else ZERO
    high = ONE if base.high <= 1 else inf
    low_open = base.low_open if base.low in (0, 1) else base.low > 0
    return Range(low, high, low_open, base.high_open if base.high == 1 else True)


def _total(base: Range) -> Range:
    """The sum of one or more numbers."""
    low = base.low if base.low >= 0 else -inf
    high = base.high if base.high <= 0 else inf
    return Range(low, high, base.low_open, base.high_open)


# --- nodes ----------------------------------------------------------------------------------------------------------


def _range(node: Node, parts: Sequence[Range]) -> Range:
    constant = constant_of(node) if not node.children else None
    if constant is not None:
        return Range(constant, constant, False, False)
    match node:
        case nodes.Extent():
            return AT_LEAST_ONE
        case nodes.Softmax():
            return Range(ZERO, ONE, True, False)
        case nodes.Variable():
            return reduce(Range.intersection, (WORDS[word] for word in node.assumptions if word in WORDS), ANY)
        case nodes.Identity() | nodes.Commutation() | nodes.Selection() | nodes.Triangle() | nodes.ExtremePlace():
            return UNIT
        case nodes.Add():
            return reduce(_sum, parts)
        case nodes.Multiply() | nodes.Hadamard() | nodes.Scale() | nodes.Kronecker():
            return _products(node.children, parts)
        case nodes.MatMul() if is_square(node):
            return POSITIVE if parts[-1].is_nonzero else NONNEGATIVE
        case nodes.Inner() if node.children[0] is node.children[1]:
            return POSITIVE if parts[0].is_nonzero else NONNEGATIVE
        case nodes.MatMul() | nodes.Inner():
            return _total(reduce(_product, parts))
        case nodes.SquaredNorm():
            return _total(_whole_power(parts[0], 2))
        case nodes.Sum() | nodes.Trace():
            return _total(parts[0])
        case nodes.Transpose() | nodes.Broadcast() | nodes.DiagonalPart() | nodes.Vec() | nodes.Extreme():
            return parts[0]
        case nodes.Diagonal():
            return parts[0].union(Range(ZERO, ZERO, False, False))
        case nodes.Power():
            return _power(parts[0], node.children[1])
        case nodes.Map():
            return _applied(node.function, parts[1])
        case nodes.Where():
            return _chosen(node, parts)
    return ANY


def _products(factors: Sequence[Node], parts: Sequence[Range]) -> Range:
    """Equal factors are taken together: a square is not negative."""
    ranges = dict(zip(factors, parts, strict=True))
    return reduce(_product, (_whole_power(ranges[factor], count) for factor, count in Counter(factors).items()))


def is_square(node: Node) -> bool:
    """Whether a scalar is aᵀa."""
    half, odd = divmod(len(node.children), 2)
    pairs = zip(node.children[:half], reversed(node.children[half:]), strict=not odd)
    return node.is_scalar and not odd and all(left.T is right or left is right.T for left, right in pairs)


def _chosen(node: nodes.Where, parts: Sequence[Range]) -> Range:
    """Each branch where its mask lets it be chosen: the larger of x and 1 is at least 1."""
    sides = []
    for place, branch in enumerate(node.branches):
        limits = facts(node.mask, holds=place == 0)
        sides.append(parts[place + 1].intersection(limits.get(branch, ANY)))
    return sides[0].union(sides[1])


def _applied(function: nodes.Function, argument: Range) -> Range:
    if function.order:
        return ANY
    if function.body is not None:
        return range_of(function.body, {ARGUMENT: argument})
    match function.name:
        case "exp":
            least, most = (ONE if argument.low >= 0 else ZERO), (ONE if argument.high <= 0 else inf)
            return Range(least, most, argument.low_open or least == 0, argument.high_open)
        case "log":
            return Range(
                ZERO if argument.low >= 1 else -inf,
                ZERO if argument.high <= 1 else inf,
                argument.low_open,
                argument.high_open,
            )
        case "sqrt":
            return _against_one(argument.intersection(NONNEGATIVE))
        case "cosh":
            return AT_LEAST_ONE
        case "abs":
            return _absolute(argument)
        case "relu":
            if argument.is_nonnegative:
                return argument
            return Range(ZERO, max(argument.high, ZERO), False, argument.high_open and argument.high > 0)
        case "step":
            return UNIT
        case "sin" | "cos":
            return SIGNS
        case "sign" | "tanh" | "erf" | "arctan" | "sinh":
            return _odd(function.name, argument)
    return ANY


def _odd(name: str, argument: Range) -> Range:
    """A function with the sign of its argument."""
    most: End = inf if name == "sinh" else Fraction(2) if name == "arctan" else ONE
    low = ZERO if argument.low >= 0 else -most
    high = ZERO if argument.high <= 0 else most
    is_open = name != "sign"
    low_open = (argument.low_open or argument.low > 0) if low == 0 else is_open
    high_open = (argument.high_open or argument.high < 0) if high == 0 else is_open
    return Range(low, high, low_open, high_open)
