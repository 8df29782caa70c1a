"""Where the signs and common numbers of a product stand: in front, except a minus sign that a difference can take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from math import gcd, lcm

from sympy import Rational

from symnn.algebra.nodes import Add, Hadamard, Inner, MatMul, Multiply, Node, Number, Ones, Scale
from symnn.calculus import tidy
from symnn.calculus.ordering import term_key


def oriented(node: Node) -> Node | None:
    """The product with every sum in it primitive, its leading term positive, and a minus sign moved into a difference.

    The leading term is the constant one, as in 1 − σ, else the one of the highest degree. None where nothing changes.
    """
    number, factors, rebuild = _opened(node)
    if not any(isinstance(factor, Add) for factor in factors):
        return None
    made: list[Node] = []
    for factor in factors:
        content = _content(factor) if isinstance(factor, Add) else Rational(1)
        number *= content
        made.append(_divided(factor, content) if content != 1 else factor)
    if number < 0:
        mixed = next((place for place, factor in enumerate(made) if isinstance(factor, Add) and _mixed(factor)), None)
        if mixed is not None:
            number = -number
            made[mixed] = _divided(made[mixed], Rational(-1))
    if all(new is old for new, old in zip(made, factors, strict=True)):
        return None
    result = rebuild(number, made)
    return None if result is node else result


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


def _coefficient(term: Node) -> Rational:
    if isinstance(term, Number):
        return term.value
    head = tidy.coefficient(term)[0] if not term.is_scalar else term
    if isinstance(head, Number):
        return head.value
    if isinstance(head, Multiply) and isinstance(head.children[0], Number):
        return head.children[0].value
    return Rational(1)


def _content(total: Node) -> Rational:
    """The largest rational that divides all coefficients, with the sign of the leading term's."""
    coefficients = [_coefficient(term) for term in total.children]
    numerator = reduce(gcd, (abs(int(c.p)) for c in coefficients))
    denominator = reduce(lcm, (int(c.q) for c in coefficients))
    constants = [
        term for term in total.children if isinstance(tidy.coefficient(term)[1], Ones) or isinstance(term, Number)
    ]
    leading = _coefficient(constants[0] if constants else min(total.children, key=term_key))
    return Rational(numerator, denominator) * (1 if leading > 0 else -1)


def _mixed(total: Node) -> bool:
    signs = {_coefficient(term) > 0 for term in total.children}
    return len(signs) == 2


def _divided(total: Node, content: Rational) -> Node:
    return arranged([tidy.scale(Number(1 / content), term) for term in total.children])


def arranged(terms: Sequence[Node]) -> Node:
    """The sum of terms in normal order, a positive one in front where there is one."""
    ordered = sorted(terms, key=term_key)
    first = next((term for term in ordered if _coefficient(term) > 0), ordered[0])
    ordered.remove(first)
    return tidy.add([first, *ordered])
