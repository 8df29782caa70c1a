"""The sigmoid, where it was written out: 1/(1 + e⁻ᶻ) = eᶻ/(1 + eᶻ) = σ(z), σ(−z) = 1 − σ(z), e⁻ᶻσ(z) = 1 − σ(z)."""

from __future__ import annotations

from symnn.algebra.functions import SIGMOID
from symnn.algebra.nodes import Add, Broadcast, Function, Hadamard, Map, Multiply, Node, Number, Ones, Power
from symnn.calculus import tidy
from symnn.calculus.rule import RuleBook
from symnn.calculus.signs import unsigned

LOGISTIC = RuleBook()
rule = LOGISTIC.rule

WRITTEN_OUT = RuleBook()
"""What finds the sigmoid in an objective, before it is differentiated in parts."""


@WRITTEN_OUT.rule("sigmoid", Power)
@rule("sigmoid", Power)
def _sigmoid(node: Node) -> Node | None:
    """(1 + e⁻ᶻ)⁻ᵏ = σ(z)ᵏ for whole k > 0"""
    base, exponent = node.children
    if not isinstance(exponent, Number) or not exponent.value.is_integer or exponent.value > 0:
        return None
    inside = _one_plus_exponential(base)
    if inside is None:
        return None
    made = Map(SIGMOID, tidy.negative(inside))
    return made if exponent.value == -1 else Power(made, Number(-exponent.value))


def _one_plus_exponential(node: Node) -> Node | None:
    """The u of 1 + eᵘ."""
    if not isinstance(node, Add) or len(node.children) != 2:
        return None
    for one, other in (node.children, node.children[::-1]):
        if one is tidy.ONE or isinstance(one, Ones) or (isinstance(one, Broadcast) and one.children[0] is tidy.ONE):
            return _exponent(other)
    return None


def _exponent(node: Node) -> Node | None:
    """The u of eᵘ."""
    return node.operand if isinstance(node, Map) and node.function is Function("exp") else None


@WRITTEN_OUT.rule("sigmoid", Hadamard, Multiply)
def _quotient(node: Node) -> Node | None:
    """eᶻσ(−z) = σ(z), which is eᶻ/(1 + eᶻ)"""
    for factor in node.children:
        inside = _exponent(factor)
        turned = None if inside is None else Map(SIGMOID, tidy.negative(inside))
        if inside is not None and turned in node.children:
            rest = list(node.children)
            rest.remove(factor)
            rest[rest.index(turned)] = Map(SIGMOID, inside)
            return rest[0] if len(rest) == 1 else node.rebuild(rest)
    return None


@rule("sigmoid of the opposite", Map)
def _opposite(node: Node) -> Node | None:
    """σ(−z) = 1 − σ(z)"""
    if not isinstance(node, Map) or node.function is not SIGMOID or unsigned(node.operand)[0] > 0:
        return None
    return _opposite_of(tidy.negative(node.operand))


def _opposite_of(argument: Node) -> Node:
    return tidy.add([tidy.ones(*argument.shape), tidy.negative(Map(SIGMOID, argument))])


@rule("sigmoid and exponential", Hadamard, Multiply)
def _with_exponential(node: Node) -> Node | None:
    """e⁻ᶻσ(z) = 1 − σ(z), eᶻ(1 − σ(z)) = σ(z)"""
    for factor in node.children:
        base, power = _whole_power(factor)
        inside = _exponent(base)
        if inside is None or power < 1:
            continue
        sigmoid, opposite = Map(SIGMOID, inside), _opposite_of(inside)
        turned = Map(SIGMOID, tidy.negative(inside))
        for other in node.children:
            own, count = _whole_power(other)
            made = sigmoid if own is opposite else _opposite_of(turned.operand) if own is turned else None
            if made is None or count < 1:
                continue
            times = min(power, count)
            rest = [part for part in node.children if part is not factor and part is not other]
            left = [_raised(base, power - times), _raised(own, count - times), _raised(made, times)]
            return tidy.hadamard([*rest, *(part for part in left if part is not None)])
    return None


def _whole_power(node: Node) -> tuple[Node, int]:
    """The base and the exponent of a power with a whole exponent, else the node and 1."""
    if isinstance(node, Power) and isinstance(node.children[1], Number) and node.children[1].value.is_integer:
        return node.children[0], int(node.children[1].value)
    return node, 1


def _raised(base: Node, power: int) -> Node | None:
    return None if power == 0 else base if power == 1 else Power(base, Number(power))
