"""Sums as short as people write them: common factors taken in front or behind, and multiplied out where terms cancel.

A factor is taken out only where there is no choice to make: terms that could as well be joined with others by another
factor stay as they are, so that XᵀXᵀA + XᵀAXᵀ + AXᵀXᵀ keeps its form. Each rule leaves fewer variables on the line than
there were, or as many and fewer operations; so they end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from symnn.algebra.nodes import (
    Add,
    Diagonal,
    Extent,
    Hadamard,
    Kronecker,
    Map,
    MatMul,
    Multiply,
    Node,
    Number,
    Power,
    Sum,
    Where,
)
from symnn.calculus import tidy
from symnn.calculus.normal_form import NORMAL_FORM, numeric_coefficient
from symnn.calculus.ordering import letters
from symnn.calculus.rule import RuleBook
from symnn.calculus.signs import unsigned

# Larger sums are not multiplied out to see whether terms cancel.
MOST_TERMS = 24

COLLECTING = RuleBook()
rule = COLLECTING.rule

_Taken = tuple[str, Node]


@dataclass(frozen=True)
class _Term:
    """A term as number · scalars · core, and the factors that could be taken out of it."""

    number: Number
    scalars: tuple[Node, ...]
    core: Node
    factors: tuple[_Taken, ...]


@rule("common factor", Add)
def _common_factor(node: Node) -> Node | None:
    """AB + AC = A(B + C), where no other terms could be joined instead"""
    if any(isinstance(numeric_coefficient(term)[1], Add) for term in node.children):
        return None
    terms = [_opened(term) for term in node.children]
    holders: dict[_Taken, list[int]] = {}
    for place, term in enumerate(terms):
        for taken in dict.fromkeys(term.factors):
            holders.setdefault(taken, []).append(place)
    groups = [(taken, places) for taken, places in holders.items() if len(places) > 1]
    for taken, places in sorted(groups, key=lambda group: -len(group[1])):
        if letters(taken[1]) and all(_laminar(places, others) for _, others in groups):
            made = _joined(node, terms, taken, places)
            if made is not None and letters(made) < letters(node):
                return made
    return None


@rule("common count", Add)
def _common_count(node: Node) -> Node | None:
    """(1/n)A + (1/n)B = (1/n)(A + B), for matrices"""
    terms = [] if node.is_scalar else [_opened(term) for term in node.children]
    for base in [_base(factor) for factor in terms[0].scalars] if terms else []:
        if isinstance(base, Extent) and all(base in map(_base, term.scalars) for term in terms):
            return _joined(node, terms, ("scalar", base), range(len(terms)))
    return None


def _laminar(places: Sequence[int], others: Sequence[int]) -> bool:
    """Whether two sets of terms are apart, or one holds the other."""
    mine, theirs = set(places), set(others)
    return mine <= theirs or theirs <= mine or not mine & theirs


def _opened(term: Node) -> _Term:
    number, rest = numeric_coefficient(term)
    scalar, core = (rest, tidy.ONE) if rest.is_scalar else tidy.coefficient(rest)
    scalars = _factors(scalar)
    if rest.is_scalar and not isinstance(scalar, Multiply | Power):
        scalars, core = (), scalar
    found: list[_Taken] = [("scalar", _base(factor)) for factor in scalars]
    if isinstance(core, MatMul):
        found += [("left", core.children[0]), ("right", core.children[-1])]
    elif isinstance(core, Kronecker):
        found += [("left block", core.children[0]), ("right block", core.children[1])]
    elif isinstance(core, Hadamard):
        found += [("entries", _base(factor)) for factor in core.children]
    return _Term(number, scalars, core, tuple(found))


def _factors(scalar: Node) -> tuple[Node, ...]:
    return scalar.children if isinstance(scalar, Multiply) else () if scalar is tidy.ONE else (scalar,)


def _base(factor: Node) -> Node:
    return factor.children[0] if isinstance(factor, Power) else factor


def _joined(node: Node, terms: Sequence[_Term], taken: _Taken, places: Sequence[int]) -> Node | None:
    """The sum with the terms at the places joined by what they have in common."""
    side, factor = taken
    common = _common_power(factor, [_powers_of(side, terms[place]) for place in places])
    if common is None:
        return None
    left = [_without(terms[place], side, common) for place in places]
    if side in ("left", "right") and not all(map(letters, left)):
        return None
    made = _BUILDERS[side](common, tidy.add(left))
    rest = [child for place, child in enumerate(node.children) if place not in places]
    return tidy.add([made, *rest])


def _powers_of(side: str, term: _Term) -> Iterable[Node]:
    return term.scalars if side == "scalar" else term.core.children


def _common_power(base: Node, products: Sequence[Iterable[Node]]) -> Node | None:
    """The power of the base that all products have: the one nearest to the first, of one sign."""
    exponents = []
    for factors in products:
        factor = next(part for part in factors if _base(part) is base or part is base)
        exponents.append(factor.children[1] if isinstance(factor, Power) and factor is not base else tidy.ONE)
    numbers = [exponent.value for exponent in exponents if isinstance(exponent, Number)]
    if len(numbers) != len(exponents):
        return Power(base, exponents[0]) if len(set(exponents)) == 1 else None
    if min(numbers) < 0 < max(numbers):
        return None
    chosen = min(numbers) if min(numbers) > 0 else max(numbers)
    return base if chosen == 1 else Power(base, Number(chosen))


def _without(term: _Term, side: str, common: Node) -> Node:
    """The term without the common factor."""
    scalar = tidy.product([term.number, *term.scalars])
    children = term.core.children
    if side == "scalar":
        left = _divided(term.scalars, common)
        return tidy.scale(tidy.product([term.number, *left]), term.core)
    if side == "left":
        return tidy.scale(scalar, tidy.matmul(children[1:]))
    if side == "right":
        return tidy.scale(scalar, tidy.matmul(children[:-1]))
    if side == "entries":
        left = _divided(children, common)
        return tidy.scale(scalar, tidy.hadamard(left or [tidy.ones(*term.core.shape)]))
    return tidy.scale(scalar, children[1] if side == "left block" else children[0])


def _divided(factors: Sequence[Node], common: Node) -> list[Node]:
    """The factors of a commutative product without a power of one of them."""
    base, exponent = common.children if isinstance(common, Power) else (common, tidy.ONE)
    left = []
    for factor in factors:
        own, power = factor.children if isinstance(factor, Power) else (factor, tidy.ONE)
        if own is base and isinstance(power, Number) and isinstance(exponent, Number):
            rest = Number(power.value - exponent.value)
            if rest is not tidy.ZERO:
                left.append(own if rest is tidy.ONE else Power(own, rest))
        elif factor is not common:
            left.append(factor)
    return left


_BUILDERS: dict[str, Callable[[Node, Node], Node]] = {
    "scalar": lambda common, inside: tidy.scale(common, inside),
    "left": lambda common, inside: tidy.matmul([common, inside]),
    "right": lambda common, inside: tidy.matmul([inside, common]),
    "left block": lambda common, inside: tidy.kronecker(common, inside),
    "right block": lambda common, inside: tidy.kronecker(inside, common),
    "entries": lambda common, inside: tidy.hadamard([common, inside]),
}


@rule("sum of diagonal matrices", Add)
def _diagonals(node: Node) -> Node | None:
    """diag(a) + diag(b) = diag(a + b)"""
    found = [place for place, term in enumerate(node.children) if _diagonal_of(term) is not None]
    if len(found) < 2:
        return None
    columns = [column for term in node.children if (column := _diagonal_of(term)) is not None]
    rest = [term for place, term in enumerate(node.children) if place not in found]
    return tidy.add([tidy.diagonal(tidy.add(columns)), *rest])


def _diagonal_of(term: Node) -> Node | None:
    factor, core = tidy.coefficient(term) if not term.is_scalar else (tidy.ONE, term)
    return tidy.scale(factor, core.children[0]) if isinstance(core, Diagonal) else None


@rule("multiplied out", Add)
def _multiplied_out(node: Node) -> Node | None:
    """(A + B)C − AC = BC: products of sums are multiplied out where terms cancel"""
    terms: list[Node] = []
    for term in node.children:
        terms += _expanded(term)
        if len(terms) > MOST_TERMS:
            return None
    if len(terms) == len(node.children):
        return None
    merged = _normal_at_top(tidy.add(terms))
    return merged if letters(merged) < letters(node) else None


@rule("multiplied out", Hadamard, Multiply)
def _into_a_sum(node: Node) -> Node | None:
    """A ⊙ (A⁻¹ ⊙ B + C) = B + A ⊙ C: factors are multiplied into a sum where they cancel"""
    build = tidy.hadamard if isinstance(node, Hadamard) else tidy.product
    holders: dict[Node, set[int]] = {}
    for place, factor in enumerate(node.children):
        for part in _kin(factor):
            holders.setdefault(part, set()).add(place)
    for place, factor in enumerate(node.children):
        if not isinstance(factor, Add) or len(factor.children) > MOST_TERMS:
            continue
        parts = {part for term in factor.children for inner in _entries(term) for part in _kin(inner)}
        near = set().union(*(holders.get(part, ()) for part in parts)) - {place}
        if not near:
            continue
        others = [node.children[at] for at in sorted(near)]
        merged = _normal_at_top(tidy.add([_normal_term(build([*others, term])) for term in factor.children]))
        if letters(merged) < letters(factor) + sum(map(letters, others)):
            return build([merged, *(part for at, part in enumerate(node.children) if at != place and at not in near)])
    return None


@rule("multiplied out", Sum)
def _sum_of_terms(node: Node) -> Node | None:
    """∑(A + B) = ∑A + ∑B where terms cancel"""
    assert isinstance(node, Sum)
    (operand,) = node.children
    if not isinstance(operand, Add) or len(operand.children) > MOST_TERMS:
        return None
    terms = [_normal_term(tidy.total(term, node.axis)) for term in operand.children]
    merged = _normal_at_top(tidy.add(terms))
    return merged if letters(merged) < letters(node) else None


def _kin(factor: Node) -> Iterable[Node]:
    """What a factor has in common with those that it can cancel or join with: a base, an argument, a mask."""
    base = _base(factor)
    yield unsigned(base)[1]
    if isinstance(base, Map):
        yield unsigned(base.operand)[1]
    elif isinstance(base, Where):
        yield base.mask


def _entries(term: Node) -> Sequence[Node]:
    """The factors of a term of a sum."""
    core = tidy.coefficient(term)[1]
    return core.children if isinstance(core, Hadamard | Multiply) else (core,)


def _normal_term(term: Node) -> Node:
    """A term with the rules of the normal form applied to it and to what stands behind its scalar factor."""
    factor, core = tidy.coefficient(term)
    return _normal_at_top(tidy.scale(factor, _normal_at_top(core)))


def _expanded(term: Node) -> list[Node]:
    """The terms of a product of sums multiplied out once; sums and products inside of factors stay."""
    number, rest = numeric_coefficient(term)
    scalar, core = (rest, tidy.ONE) if rest.is_scalar else tidy.coefficient(rest)
    parts = scalar.children if isinstance(scalar, Multiply) else (scalar,)
    build: Callable[[Sequence[Node]], Node] = tidy.matmul if isinstance(core, MatMul) else tidy.hadamard
    inner = core.children if isinstance(core, MatMul | Hadamard) else (core,)
    scalars = _products(parts)
    cores = _products(inner)
    if len(scalars) * len(cores) > MOST_TERMS:
        return [term]
    made = []
    for left in scalars:
        for right in cores:
            factor, product = tidy.coefficient(tidy.ONE if core is tidy.ONE else build(right))
            made.append(tidy.scale(_normal_at_top(tidy.product([number, factor, *left])), _normal_at_top(product)))
    return made


def _products(factors: Sequence[Node]) -> list[list[Node]]:
    """All choices of one term from each factor."""
    made: list[list[Node]] = [[]]
    for factor in factors:
        terms = factor.children if isinstance(factor, Add) else (factor,)
        if len(made) * len(terms) > MOST_TERMS:
            return [list(factors)]
        made = [[*before, term] for before in made for term in terms]
    return made


def _normal_at_top(node: Node) -> Node:
    """The node with the rules of the normal form applied at its top until none applies."""
    seen: Counter[Node] = Counter()
    while seen[node] == 0:
        seen[node] += 1
        for found in NORMAL_FORM[type(node)]:
            made = found.apply(node)
            if made is not None and made is not node:
                node = made
                break
    return node


COLLECTED = RuleBook()
COLLECTED.include(NORMAL_FORM)
for kind in (Hadamard, Multiply, Sum):
    COLLECTED[kind] = [*NORMAL_FORM[kind], *COLLECTING[kind]]
COLLECTED[Add] = [NORMAL_FORM[Add][0], *COLLECTING[Add], *NORMAL_FORM[Add][1:]]
