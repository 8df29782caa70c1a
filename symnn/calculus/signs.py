"""Where the signs and common numbers of a product stand: in front, except a minus sign that a difference can take.

Two expressions that differ by a sign alone are one up to that sign: `unsigned` gives the one of both whose sums have a
positive leading term, and the sign. Orders and comparisons are made on it, so that nothing hangs on which of both was
written; `oriented` puts the sign back at one place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from math import gcd, lcm
from typing import Any
from weakref import WeakKeyDictionary, ref

from sympy import Rational

from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Diagonal,
    DiagonalPart,
    Hadamard,
    Inner,
    Inverse,
    Kronecker,
    MatMul,
    Multiply,
    Node,
    Number,
    Ones,
    Power,
    Scale,
    Sum,
    Trace,
    Transpose,
    Vec,
)
from symnn.algebra.walk import fold
from symnn.calculus import ordering, tidy

# To turn the sign of one operand is to turn that of the whole.
ODD = (
    MatMul,
    Hadamard,
    Multiply,
    Scale,
    Inner,
    Kronecker,
    Transpose,
    Sum,
    Trace,
    Diagonal,
    DiagonalPart,
    Broadcast,
    Vec,
    Inverse,
)

LONGEST = 1_000
"""A sum is divided by a common number only as far as its coefficients are whole numbers up to this one."""

# The rest is None where it is the node itself, so that a node is not kept alive by its own entry.
_Signed = tuple[int, Node | None]
_unsigned: WeakKeyDictionary[Node, _Signed] = WeakKeyDictionary()
_positive: WeakKeyDictionary[Node, _Signed] = WeakKeyDictionary()
_differences: WeakKeyDictionary[Node, bool] = WeakKeyDictionary()
_opposites: WeakKeyDictionary[Node, ref[Node]] = WeakKeyDictionary()


def unsigned(node: Node) -> tuple[int, Node]:
    """The sign and the rest: node = sign·rest, where the rest is the same for an expression and its negative."""
    sign, rest = fold(node, _unsign, _unsigned)  # type: ignore[arg-type]
    return sign, node if rest is None else rest


def _unsign(node: Node, parts: Sequence[_Signed]) -> _Signed:
    if isinstance(node, Number):
        return (-1, Number(-node.value)) if node.value < 0 else (1, None)
    if isinstance(node, Add):
        terms = list(zip((sign for sign, _ in parts), _rests(node, parts), strict=True))
        terms.sort(key=lambda term: ordering.term_key(term[1]))
        leading = next((sign for sign, rest in terms if _is_constant(rest)), terms[0][0])
        return leading, _if_new(node, Add(*(rest if sign == leading else _minus(rest) for sign, rest in terms)))
    return _of_factors(node, parts)


def _of_factors(node: Node, parts: Sequence[_Signed]) -> _Signed:
    """The sign of a product from those of its factors, and the product of what is left of them."""
    exponent = node.children[1] if isinstance(node, Power) else None
    whole = isinstance(exponent, Number) and bool(exponent.value.is_integer)
    if not isinstance(node, ODD) and not whole:
        return 1, None
    children = _rests(node, parts)
    if isinstance(exponent, Number):
        return parts[0][0] if exponent.value % 2 else 1, _if_new(node, Power(children[0], exponent))
    sign = reduce(lambda product, part: product * part[0], parts, 1)
    if isinstance(node, Scale):
        return sign, _if_new(node, tidy.scale(*children))
    return sign, _if_new(node, tidy.product(children) if isinstance(node, Multiply) else node.rebuild(children))


def _rests(node: Node, parts: Sequence[_Signed]) -> list[Node]:
    return [child if rest is None else rest for (_, rest), child in zip(parts, node.children, strict=True)]


def _if_new(node: Node, made: Node) -> Node | None:
    return None if made is node else made


def _is_constant(term: Node) -> bool:
    return isinstance(term, Number) or isinstance(tidy.coefficient(term)[1], Ones)


def _minus(node: Node) -> Node:
    return tidy.scale(tidy.MINUS_ONE, node)


def positive(node: Node) -> tuple[int, Node]:
    """The sign and the rest, written as the node is, where each sum among the factors of the rest leads with a plus."""
    sign, rest = fold(node, _turn_factors, _positive)  # type: ignore[arg-type]
    return sign, node if rest is None else rest


def _turn_factors(node: Node, parts: Sequence[_Signed]) -> _Signed:
    if isinstance(node, Add):
        return (1, None) if unsigned(node)[0] > 0 else (-1, negated(node))
    if isinstance(node, Number) and node.value < 0:
        return -1, Number(-node.value)
    return _of_factors(node, parts)


def negated(total: Node) -> Node:
    """The sum with all signs turned."""
    return arranged([_minus(term) for term in total.children])


def term_key(node: Node) -> Any:
    """Terms of a sum in normal order, whatever their signs."""
    return ordering.term_key(unsigned(node)[1])


def factor_key(node: Node) -> Any:
    """Commuting factors in normal order, whatever their signs."""
    return ordering.factor_key(unsigned(node)[1])


def oriented(node: Node) -> Node | None:
    """The product with every sum in it primitive, its leading term positive, and a minus sign moved into a difference.

    The leading term is the constant one, as in 1 − σ, else the one of the highest degree. A minus sign goes into one
    difference among the factors, or among theirs, rather without a constant. None where nothing changes.
    """
    number, factors, rebuild = _opened(node)
    made: list[Node] = []
    for factor in factors:
        content = _content(factor) if isinstance(factor, Add) else Rational(1)
        sign, rest = positive(_divided(factor, content) if content != 1 else factor)
        number *= content * sign
        made.append(rest)
    if number < 0:
        place = _place_to_turn(made)
        if place is not None:
            number, made[place] = -number, _turned(made[place])
    if all(new is old for new, old in zip(made, factors, strict=True)):
        return None
    result = rebuild(number, made)
    return None if result is node else result


def _turned(node: Node) -> Node:
    """A node that has a difference, with that difference turned round: its negative."""
    path: list[tuple[Node, int]] = []
    while (made := negated(node) if isinstance(node, Add) else _known_turned(node)) is None:
        place = _place_to_turn(node.children)
        assert place is not None
        path.append((node, place))
        node = node.children[place]
    for parent, place in reversed(path):
        children = list(parent.children)
        children[place] = made
        made = parent.rebuild(children)
        _opposites[parent] = ref(made)
    return made


def _known_turned(node: Node) -> Node | None:
    known = _opposites.get(node)
    return None if known is None else known()


def _place_to_turn(factors: Sequence[Node]) -> int | None:
    """Which factor takes a minus sign: a difference without a constant, or else the first one in normal order."""
    places = [place for place, factor in enumerate(factors) if _has_difference(factor)]
    return min(places, key=lambda at: (_leads_with_a_constant(factors[at]), factor_key(factors[at])), default=None)


def _leads_with_a_constant(node: Node) -> bool:
    return isinstance(node, Add) and any(_is_constant(unsigned(term)[1]) for term in node.children)


def _has_difference(node: Node) -> bool:
    """Whether there is a difference among the factors of a node, or among theirs."""

    def combine(part: Node, found: Sequence[bool]) -> bool:
        return _mixed(part) if isinstance(part, Add) else isinstance(part, ODD) and any(found)

    return fold(node, combine, _differences)  # type: ignore[arg-type]


Rebuild = Callable[[Rational, list[Node]], Node]


def _opened(node: Node) -> tuple[Rational, list[Node], Rebuild]:
    """The number in front of a product, its factors, and how to put them together again."""
    if isinstance(node, Scale):
        scalar, core = node.children
        scalars = list(scalar.children) if isinstance(scalar, Multiply) else [scalar]
        number, scalars = _number(scalars)
        inner = list(core.children) if isinstance(core, MatMul | Hadamard) else [core]
        kind = type(core) if isinstance(core, MatMul | Hadamard) else None
        count = len(scalars)

        def rebuild(value: Rational, parts: list[Node]) -> Node:
            outer = tidy.product([Number(value), *parts[:count]])
            return tidy.scale(outer, kind(*parts[count:]) if kind else parts[count])

        return number, scalars + inner, rebuild
    if isinstance(node, Multiply):
        number, factors = _number(list(node.children))
        return number, factors, lambda value, parts: tidy.product([Number(value), *parts])
    if isinstance(node, Inner):
        return Rational(1), list(node.children), lambda value, parts: tidy.product([Number(value), Inner(*parts)])
    kind = type(node)
    return Rational(1), list(node.children), lambda value, parts: tidy.scale(Number(value), kind(*parts))


def _number(factors: list[Node]) -> tuple[Rational, list[Node]]:
    value = Rational(1)
    others = []
    for factor in factors:
        if isinstance(factor, Number):
            value *= factor.value
        else:
            others.append(factor)
    return value, others


def coefficient(term: Node) -> Rational:
    """The number in front of a term, as it is written."""
    if isinstance(term, Number):
        return term.value
    head = tidy.coefficient(term)[0] if not term.is_scalar else term
    if isinstance(head, Number):
        return head.value
    if isinstance(head, Multiply) and isinstance(head.children[0], Number):
        return head.children[0].value
    return Rational(1)


def _content(total: Node) -> Rational:
    """The largest rational that divides all coefficients; where that leaves long numbers, as decimals do, the largest.

    x + 0.044715x³ then stays as it is, and is not 200000x + 8943x³.
    """
    coefficients = [abs(coefficient(term)) for term in total.children]
    numerator = reduce(gcd, (int(c.p) for c in coefficients))
    denominator = reduce(lcm, (int(c.q) for c in coefficients))
    largest = max(coefficients)
    return largest if largest * denominator > LONGEST * numerator else Rational(numerator, denominator)


def _mixed(total: Node) -> bool:
    """Whether a sum has terms of both signs, however they are written."""
    return len({unsigned(term)[0] for term in total.children}) == 2


def _divided(total: Node, content: Rational) -> Node:
    return arranged([tidy.scale(Number(1 / content), term) for term in total.children])


def arranged(terms: Sequence[Node]) -> Node:
    """The sum of terms in normal order, a positive one in front where there is one."""
    ordered = sorted(terms, key=term_key)
    first = next((term for term in ordered if coefficient(term) > 0), ordered[0])
    ordered.remove(first)
    return tidy.add([first, *ordered])
