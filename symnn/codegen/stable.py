"""Stable forms: expressions that overflow or cancel as they are written, computed in a form that does not.

The sigmoid and its relatives are recognised by their structure, however they came about:
1/(1 + eᵘ) = σ(−u), eᵘ/(1 + eᵘ) = σ(u), log(1 + eᵘ), log σ(u), log(1 − σ(u)), log Σ eᵘ, and log det A.
The softmax eᵘ / Σ eᵘ is met in `Program.product`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from sympy import Integer

from symnn.algebra import nodes
from symnn.algebra.functions import SIGMOID, SOFTPLUS
from symnn.algebra.nodes import Function, Map, Node, Number
from symnn.codegen.program import Value

if TYPE_CHECKING:
    from symnn.codegen.lowering import Lowering


def lower(lowering: Lowering, node: Node) -> Value | None:
    """The stable value of a node, or None where it is fine as it is written."""
    match node:
        case Map() if node.function is Function("log"):
            return _logarithm(lowering, node.operand)
        case Map() if node.function is Function("sign"):
            return _of_determinant(lowering, "_sign_of_determinant", node.operand)
        case nodes.Power():
            return _fraction(lowering, [node])
        case nodes.Multiply() | nodes.Hadamard() | nodes.Scale():
            return _fraction(lowering, node.children)
    return None


def apply(lowering: Lowering, function: Function, operand: Value) -> Value | None:
    """The stable value of a function of the table at an array."""
    program = lowering.program
    if function is SIGMOID:
        return program.call("_sigmoid", operand)
    if function is SOFTPLUS:
        return program.call("np.logaddexp", program.number(0), operand)
    return None


def stripped(node: Node) -> Node:
    """What a repeated scalar is a repetition of, and what is multiplied by one."""
    while True:
        if isinstance(node, nodes.Broadcast) and node.children[0].is_scalar:
            node = node.children[0]
        elif (
            isinstance(node, nodes.Scale | nodes.Multiply) and node.children[0] is Number(1) and len(node.children) == 2
        ):
            node = node.children[1]
        else:
            break
    return Number(1) if isinstance(node, nodes.Ones) else node


def exponent_of(node: Node) -> Node | None:
    """The u of eᵘ."""
    return node.operand if isinstance(node, Map) and node.function is Function("exp") else None


def one_plus_exponential(node: Node) -> Node | None:
    """The u of 1 + eᵘ."""
    if isinstance(node, nodes.Add) and len(node.children) == 2:
        for one, other in (node.children, node.children[::-1]):
            if stripped(one) is Number(1):
                return exponent_of(stripped(other))
    return None


def _logarithm(lowering: Lowering, operand: Node) -> Value | None:
    program = lowering.program
    zero = program.number(0)
    inside = one_plus_exponential(operand)
    if inside is not None:
        return program.call("np.logaddexp", zero, lowering.values[inside])
    known = _sigmoid_argument(lowering, operand)
    if known is not None:
        return program.scale(Integer(-1), program.call("np.logaddexp", zero, program.scale(Integer(-1), known)))
    if isinstance(operand, nodes.Determinant):
        return _of_determinant(lowering, "_log_determinant", operand)
    if isinstance(operand, Map) and operand.function is Function("abs"):
        return _of_determinant(lowering, "_log_absolute_determinant", operand.operand)
    if isinstance(operand, nodes.Sum):
        (summed,) = operand.children
        inside = exponent_of(summed)
        if inside is not None and not summed.is_scalar:
            return _log_sum_exp(lowering, inside, operand.axis)
    return None


def _of_determinant(lowering: Lowering, helper: str, node: Node) -> Value | None:
    """What a helper makes of a matrix whose determinant a node is: the determinant itself may overflow."""
    if not isinstance(node, nodes.Determinant) or node.children[0].is_scalar:
        return None
    return lowering.program.call(helper, lowering.whole(node.children[0]), axes=())


def _log_sum_exp(lowering: Lowering, inside: Node, axis: int) -> Value | None:
    program = lowering.program
    if inside.is_column or inside.is_row:
        is_whole = axis == -1 or (axis == 0) == inside.is_column
        return program.log_sum_exp(lowering.whole(inside)) if is_whole else None
    return program.log_sum_exp(lowering.whole(inside), None if axis == -1 else axis)


def _sigmoid_argument(lowering: Lowering, node: Node) -> Value | None:
    """The value of u where a node is σ(u) or 1 − σ(−u)."""
    program = lowering.program
    node = stripped(node)
    if isinstance(node, Map) and node.function is SIGMOID:
        return lowering.values[node.operand]
    if isinstance(node, nodes.Power) and node.children[1] is Number(-1):
        inside = one_plus_exponential(node.children[0])
        return None if inside is None else program.scale(Integer(-1), lowering.values[inside])
    if isinstance(node, nodes.Add) and len(node.children) == 2:
        for one, other in (node.children, node.children[::-1]):
            negated = _negated(other)
            if stripped(one) is Number(1) and negated is not None:
                known = None if isinstance(stripped(negated), nodes.Add) else _sigmoid_argument(lowering, negated)
                return None if known is None else program.scale(Integer(-1), known)
    return None


def _negated(node: Node) -> Node | None:
    """The A of −A."""
    is_multiple = isinstance(node, nodes.Scale | nodes.Multiply) and len(node.children) == 2
    return node.children[1] if is_multiple and node.children[0] is Number(-1) else None


def _fraction(lowering: Lowering, factors: Sequence[Node]) -> Value | None:
    """A product with powers of 1 + eᵘ below, and perhaps eᵘ above: (eᵘ)ᵃ (1 + eᵘ)⁻ᵇ = σ(u)ᵃ σ(−u)ᵇ⁻ᵃ for a ≤ b."""
    program = lowering.program
    below: dict[Node, int] = {}
    above: dict[Node, int] = {}
    others: list[Node] = []
    for factor in factors:
        base, power = _integer_power(factor)
        inside = one_plus_exponential(base)
        exponent = exponent_of(base)
        if inside is not None and power < 0:
            below[inside] = below.get(inside, 0) - power
        elif exponent is not None and power > 0:
            above[exponent] = above.get(exponent, 0) + power
        else:
            others.append(factor)
    if not below:
        return None
    values = [lowering.values[other] for other in others]
    for inside, power in below.items():
        argument = lowering.values[inside]
        up = min(above.get(inside, 0), power)
        above[inside] = above.get(inside, 0) - up
        for sign, times in ((1, up), (-1, power - up)):
            if times:
                part = program.call("_sigmoid", program.scale(Integer(sign), argument))
                values.append(program.power(part, program.number(times)))
    for exponent, power in above.items():
        if power:
            values.append(program.power(program.call("np.exp", lowering.values[exponent]), program.number(power)))
    return program.product(values)


def _integer_power(node: Node) -> tuple[Node, int]:
    """A node as a base and an integer exponent, through powers of powers."""
    power = 1
    while isinstance(node, nodes.Power):
        exponent = node.children[1]
        if not (isinstance(exponent, Number) and exponent.value.is_Integer):
            break
        node, power = node.children[0], power * int(cast(Integer, exponent.value))
    return node, power
