"""Loops over constants: each turn is read by itself."""

from __future__ import annotations

import ast
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from symnn.algebra.reading import arrays
from symnn.algebra.reading.arrays import Array, Reading, RunningSum, Value
from symnn.algebra.reading.word import integer_of

if TYPE_CHECKING:
    from symnn.algebra.reading.interpreter import Interpreter

LONGEST_RANGE = 1_000


def each(reader: Interpreter, part: ast.GeneratorExp | ast.ListComp) -> Reading:
    """The values of a comprehension over constants."""
    if len(part.generators) != 1 or part.generators[0].ifs or part.generators[0].is_async:
        raise reader.source.refuse(part, "one `range` or tuple is gone through, without conditions")
    loop = part.generators[0]
    values = yield from constants(reader, loop.iter)
    outer, reader.locals = reader.locals, reader.locals.new_child()
    found: list[Value] = []
    for value in values:
        reader.assign(loop.target, value)
        found.append((yield part.elt))
    reader.locals = outer
    return tuple(found)


def added(reader: Interpreter, part: ast.AST, terms: Sequence[Array]) -> Value:
    if not terms:
        return arrays.scalar(0)
    total = RunningSum(terms[0])
    with reader.source.at(part):
        for term in terms[1:]:
            total.add(term, "+")
    return total.array()


def constants(reader: Interpreter, part: ast.expr) -> Generator[ast.expr, Value, Sequence[Value]]:
    """What a loop goes through: a `range` of constants, or a tuple."""
    if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "range":
        return [arrays.scalar(number) for number in (yield from _range(reader, part))]
    if isinstance(part, ast.Tuple | ast.List | ast.Name):
        value = yield part
        if isinstance(value, tuple):
            return value
    message = "only a `range` of constants or a tuple is gone through"
    raise reader.source.refuse(part, message, "For the rows of a matrix write sums with `axis=`.")


def _range(reader: Interpreter, part: ast.Call) -> Generator[ast.expr, Value, range]:
    bounds: list[int] = []
    for argument in part.args:
        number = integer_of((yield argument))
        if number is None:
            raise reader.source.refuse(argument, "a bound of `range` is a constant integer")
        bounds.append(number)
    if part.keywords or not 1 <= len(bounds) <= 3 or (len(bounds) == 3 and bounds[2] == 0):
        raise reader.source.refuse(part, "`range` takes one to three constant integers, the step not 0")
    numbers = range(*bounds)
    if max(map(abs, bounds)) > 10**9 or len(numbers) > LONGEST_RANGE:
        raise reader.source.refuse(part, f"a range of more than {LONGEST_RANGE} numbers is not read")
    return numbers
