"""Statements: assignments, loops over constants, choices by constants, and functions that are read where they apply.

Each of these is a generator that yields the expressions whose values it needs, and is sent them.
"""

from __future__ import annotations

import ast
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from symnn.algebra.nodes import (
    Add,
    Hadamard,
    Map,
    MatMul,
    Multiply,
    Named,
    Node,
    Power,
    Scale,
    Selection,
    Transpose,
    Where,
)
from symnn.algebra.reading.arrays import Array, LocalFunction, Reading, Value
from symnn.algebra.reading.conditions import truth
from symnn.algebra.reading.declarations import normal_name
from symnn.algebra.reading.loops import constants
from symnn.algebra.sizes import same_shape
from symnn.algebra.walk import postorder
from symnn.errors import ReadError

if TYPE_CHECKING:
    from symnn.algebra.reading.interpreter import Interpreter


@dataclass(frozen=True)
class Returned:
    """What a function returns."""

    value: Value


Running: TypeAlias = Generator[ast.expr, Value, Value | Returned]

NEEDLESS_IMPORTS = frozenset({"import numpy as np", "import numpy", "import math"})


def without_preamble(body: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """The statements after a docstring and imports of what is known anyway."""
    start = 0
    while start < len(body) - 1 and _says_nothing(body[start]):
        start += 1
    return body[start:]


def _says_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Import):
        return ast.unparse(statement) in NEEDLESS_IMPORTS
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_text and isinstance(statement.value.value, str)  # type: ignore[attr-defined]


def value_of_text(reader: Interpreter, body: Sequence[ast.stmt]) -> Reading:
    """The value of the last statement."""
    body = without_preamble(body)
    for statement in body[:-1]:
        yield from _one(reader, statement, is_last=False)
    if body and isinstance(body[-1], ast.Expr):
        return (yield body[-1].value)
    outcome = (yield from _one(reader, body[-1], is_last=False)) if body else None
    assert not isinstance(outcome, Returned)
    return outcome


def value_of_function(reader: Interpreter, definition: ast.FunctionDef | ast.Lambda) -> Reading:
    """What a function returns, its parameters having values."""
    if isinstance(definition, ast.Lambda):
        return (yield definition.body)
    body = without_preamble(definition.body)
    if isinstance(body[-1], ast.Expr):
        raise reader.source.refuse(body[-1], "a function ends with `return`", "Write `return …`.")
    outcome = yield from _block(reader, body)
    if isinstance(outcome, Returned):
        return outcome.value
    raise reader.source.refuse(body[-1], "a function ends with `return`", "Write `return …`.")


def _block(reader: Interpreter, body: Sequence[ast.stmt]) -> Running:
    for statement in body:
        outcome = yield from _one(reader, statement, is_last=statement is body[-1])
        if isinstance(outcome, Returned):
            return outcome
    return None


def _one(reader: Interpreter, statement: ast.stmt, *, is_last: bool) -> Running:
    """One statement; the value of an assignment, or what is returned."""
    match statement:
        case ast.Assign():
            value = yield statement.value
            for target in statement.targets:
                reader.assign(target, value)
            return value
        case ast.AnnAssign(value=ast.expr() as right):
            value = yield right
            reader.assign(statement.target, value)
            return value
        case ast.AugAssign():
            return (yield from _augmented(reader, statement))
        case ast.For(orelse=[]):
            return (yield from _loop(reader, statement))
        case ast.If():
            return (yield from _branch(reader, statement))
        case ast.FunctionDef():
            made = yield from local_function(reader, statement, statement.name)
            reader.assign(ast.copy_location(ast.Name(statement.name, ast.Store()), statement), made)
            return made
        case ast.Return(value=ast.expr() as right) if is_last:
            return Returned((yield right))
        case ast.Return():
            raise reader.source.refuse(statement, "`return` with a value is the last statement of a function")
        case ast.Pass():
            return None
        case ast.Expr():
            message = "this value is not used"
            instead = "Give it a name, or join the lines by parentheses around the formula."
            raise reader.source.refuse(statement, message, instead)
    raise reader.refused(statement)


def _loop(reader: Interpreter, statement: ast.For) -> Running:
    for value in (yield from constants(reader, statement.iter)):
        reader.assign(statement.target, value)
        outcome = yield from _block(reader, statement.body)
        if isinstance(outcome, Returned):
            return outcome
    return None


def _branch(reader: Interpreter, statement: ast.If) -> Running:
    condition = yield statement.test
    known = truth(condition)
    if known is None:
        message = "the condition of `if` is no constant"
        raise reader.source.refuse(statement.test, message, "Write `np.where(condition, a, b)`.")
    return (yield from _block(reader, statement.body if known else statement.orelse))


# --- assignments in place -------------------------------------------------------------------------------------------

ARITHMETIC = (Add, Multiply, Scale, Hadamard, Power, Map, Where)


def _augmented(reader: Interpreter, statement: ast.AugAssign) -> Reading:
    """`t += a` as `t = t + a`, where no other name could see the array of `t` change."""
    target = statement.target
    if not isinstance(target, ast.Name) or target.id not in reader.locals:
        message = "an assignment in place changes an array that others may hold"
        raise reader.source.refuse(statement, message, "Write `h = h + …`, or with another name.")
    before = reader.locals[target.id]
    expression = ast.copy_location(
        ast.BinOp(ast.copy_location(ast.Name(target.id, ast.Load()), target), statement.op, statement.value), statement
    )
    value = yield expression
    if isinstance(before, Array) and before.rank:
        fits = isinstance(value, Array) and value.rank == before.rank
        if not fits or not same_shape(before.node.shape, value.node.shape) or _is_shared(reader, target.id, before):  # type: ignore[union-attr]
            message = "an assignment in place changes an array that others may hold, and keeps its shape"
            raise reader.source.refuse(statement, message, f"Write `{target.id} = {target.id} + …`.")
    reader.assign(target, value)
    return value


def _is_shared(reader: Interpreter, name: str, value: Array) -> bool:
    """Whether another name may hold the array or a part: it is no result of arithmetic, or was used since."""
    node = value.node.body if isinstance(value.node, Named) else value.node
    if not isinstance(node, ARITHMETIC) and not _is_product(node):
        return True
    others = [other for key, other in reader.locals.items() if key != name]
    while others:
        other = others.pop()
        if isinstance(other, tuple):
            others.extend(other)
        elif isinstance(other, Array) and value.node in postorder(other.node):
            return True
    return False


def _is_product(node: Node) -> bool:
    """Whether it is a product of matrices that picks no rows or columns."""
    factors = node.children if isinstance(node, MatMul) else ()
    inner = [factor.children[0] if isinstance(factor, Transpose) else factor for factor in factors]
    return bool(inner) and not any(isinstance(factor, Selection) for factor in inner)


# --- functions of the text ------------------------------------------------------------------------------------------


def local_function(
    reader: Interpreter, definition: ast.FunctionDef | ast.Lambda, name: str
) -> Generator[ast.expr, Value, LocalFunction]:
    """A function with the values of its defaults. Raises ReadError for decorators and `*`-parameters."""
    arguments = definition.args
    if isinstance(definition, ast.FunctionDef) and definition.decorator_list:
        raise reader.source.refuse(definition.decorator_list[0], "a decorator is not read", "Leave it out.")
    for several in (arguments.vararg, arguments.kwarg):
        if several is not None:
            raise reader.source.refuse(several, f"`*{several.arg}` is not read", "Name each parameter.")
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: dict[str, Value] = {}
    pairs = list(zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True))
    pairs += [pair for pair in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if pair[1] is not None]  # type: ignore[misc]
    for argument, default in pairs:
        defaults[argument.arg] = yield default
    names = [argument.arg for argument in [*positional, *arguments.kwonlyargs]]
    for argument, parameter in zip([*positional, *arguments.kwonlyargs], names, strict=True):
        try:
            normal_name(parameter, "a parameter")
        except ReadError as error:
            raise reader.source.refuse(argument, str(error)) from error
    return LocalFunction(name, definition, tuple(names), len(positional), defaults, reader.locals)


def apply(reader: Interpreter, function: LocalFunction, part: ast.Call) -> Reading:
    """The body of a function with values for its parameters, in the scope where the function was defined."""
    if len(part.args) > function.positional:
        message = f"`{function.name}` takes {function.positional} arguments, found {len(part.args)}"
        raise reader.source.refuse(part, message)
    places: dict[str, ast.expr] = dict(zip(function.parameters, part.args, strict=False))
    for keyword in part.keywords:
        if keyword.arg not in function.parameters or keyword.arg in places:
            message = f"`{function.name}` has no parameter `{keyword.arg}` that is still open"
            raise reader.source.refuse(keyword, message, f"Its parameters are {', '.join(function.parameters)}.")
        places[keyword.arg] = keyword.value
    values = dict(function.defaults)
    for name in function.parameters:
        if name in places:
            values[name] = yield places[name]
        elif name not in values:
            raise reader.source.refuse(part, f"`{function.name}` needs the argument `{name}`")
    if function.definition in reader.active:
        raise reader.source.refuse(part, f"`{function.name}` applies itself, which is not read", "Write a loop.")
    caller, reader.locals = reader.locals, function.scope.new_child(values)
    reader.active.add(function.definition)
    value = yield from value_of_function(reader, function.definition)
    reader.active.remove(function.definition)
    reader.locals = caller
    return value
