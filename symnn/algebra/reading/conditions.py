"""Conditions: comparisons, `and`, `or` and `not`, and choices by them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from symnn.algebra.nodes import Add, Map, Multiply, Node, Number
from symnn.algebra.reading import arrays
from symnn.algebra.reading.arrays import Array, Reading, Value
from symnn.algebra.sizes import same_shape
from symnn.algebra.walk import fold

if TYPE_CHECKING:
    from symnn.algebra.reading.interpreter import Interpreter

Rule: TypeAlias = Callable[[Array, Array], Array]

COMPARISONS: Mapping[type[ast.cmpop], Rule] = {
    ast.Gt: arrays.greater,
    ast.Lt: lambda left, right: arrays.greater(right, left),
    ast.GtE: lambda left, right: arrays.opposite(arrays.greater(right, left)),
    ast.LtE: lambda left, right: arrays.opposite(arrays.greater(left, right)),
    ast.Eq: arrays.equal,
    ast.NotEq: lambda left, right: arrays.opposite(arrays.equal(left, right)),
}


def compare(reader: Interpreter, part: ast.Compare) -> Reading:
    """A comparison; in a chain all must hold, which Python says of scalars only."""
    for operator in part.ops:
        if type(operator) not in COMPARISONS:
            raise reader.refused(operator, part)
    sides = [part.left, *part.comparators]
    values: list[Array] = []
    for side in sides:
        values.append(reader.array((yield side), side))
    found: list[Value] = []
    for operator, left, right in zip(part.ops, values, values[1:], strict=False):
        with reader.source.at(part):
            found.append(COMPARISONS[type(operator)](left, right))
    return found[0] if len(found) == 1 else junction(reader, part, found, arrays.both)


def boolean(reader: Interpreter, part: ast.BoolOp) -> Reading:
    values: list[Value] = []
    for operand in part.values:
        values.append((yield operand))
    return junction(reader, part, values, arrays.both if isinstance(part.op, ast.And) else arrays.either)


def junction(
    reader: Interpreter, part: ast.expr, values: Sequence[Value], rule: Callable[[Array, Array], Array]
) -> Value:
    """`and`, `or`, `not` and chains, which Python takes of scalars only."""
    conditions = []
    for value in values:
        if isinstance(value, bool):
            value = Array(Number(int(value)), 0, True)
        condition = reader.array(value, part)
        if condition.rank or not condition.is_condition:
            message = "`and`, `or`, `not` and chains of comparisons take conditions of scalars"
            instead = "Write `(a > 0) & (b > 0)`, `|` and `~` for arrays, `(a < b) & (b < c)` for a chain."
            raise reader.source.refuse(part, message, instead)
        conditions.append(condition)
    made = conditions[0] if len(conditions) > 1 else rule(conditions[0], conditions[0])
    with reader.source.at(part):
        for condition in conditions[1:]:
            made = rule(made, condition)
    return made


def choice(reader: Interpreter, part: ast.IfExp) -> Reading:
    """`a if condition else b`: by a constant one of both is read, by a condition of scalars it is a choice."""
    condition = yield part.test
    known = truth(condition)
    if known is not None:
        return (yield part.body if known else part.orelse)
    chooser = reader.array(condition, part.test)
    if chooser.rank or not chooser.is_condition:
        raise reader.source.refuse(part.test, "`if … else` takes a condition of scalars", "Write `np.where(c, a, b)`.")
    then = reader.array((yield part.body), part.body)
    otherwise = reader.array((yield part.orelse), part.orelse)
    if then.rank != otherwise.rank or not same_shape(then.shape, otherwise.shape):
        message = f"`if … else` chooses between values of one shape, found {then} and {otherwise}"
        raise reader.source.refuse(part, message, "Write `np.where(condition, a, b)` if one of them is to be repeated.")
    with reader.source.at(part):
        return arrays.where(chooser, then, otherwise)


def truth(condition: Value) -> bool | None:
    """Whether a constant condition holds; None for one that is no constant."""
    if isinstance(condition, bool):
        return condition
    if not isinstance(condition, Array) or condition.rank or not condition.is_condition:
        return None

    def combine(node: Node, parts: Sequence[object]) -> object:
        match node, [part for part in parts if part is not None]:
            case Number(), _:
                return node.value
            case Map(), [only]:
                return int(bool(only > 0))  # type: ignore[operator]
            case (Add(), known) if len(known) == len(parts):
                return sum(known)  # type: ignore[arg-type]
            case (Multiply(), [first, second]) if len(parts) == 2:
                return first * second  # type: ignore[operator]
        return None

    found = fold(condition.node, combine)
    return None if found is None else bool(found)
