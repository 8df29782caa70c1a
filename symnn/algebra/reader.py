"""NumPy text, or a Python function, as an expression: read by a closed list of what is known, never run."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType, FunctionType

from symnn.algebra.functions import ARGUMENT
from symnn.algebra.nodes import Node, Variable
from symnn.algebra.reading.arrays import Array, LocalFunction, Value
from symnn.algebra.reading.declarations import (
    Assumptions,
    Declarations,
    Shapes,
    normal_name,
    read_assumption,
    read_shape,
)
from symnn.algebra.reading.interpreter import Interpreter
from symnn.algebra.reading.source import Source, source_of_text
from symnn.algebra.reading.statements import value_of_function, value_of_text, without_preamble
from symnn.algebra.reading.words import vocabulary
from symnn.errors import ReadError

__all__ = ["Reading", "read", "read_assumption", "read_formula", "read_function", "read_shape"]


@dataclass(frozen=True)
class Reading:
    """What was read.

    `rank` is the number of axes of the value in NumPy, `named` the value in which intermediate results keep the names
    that the text gives them. `parameters` are the variables in order of first appearance,
    also those that the value does not depend on; of a function, its parameters in their order. `inferred` names the
    variables without a shape, which are scalars.
    """

    value: Node
    rank: int
    parameters: tuple[Variable, ...]
    inferred: tuple[str, ...]
    text: str
    named: Node


def read(
    text: str,
    shapes: Shapes | None = None,
    assume: Assumptions | None = None,
    functions: Sequence[str] = (),
) -> Reading:
    """The expression that a NumPy text means: one expression, or several statements, the last one the value.

    `shapes` maps names to tuples of sizes (names, integers, texts such as ``"d + 1"``); `assume` maps names to
    assumption words. A name that is the name of a size in `shapes` means that size. `functions` are names that stand
    for any differentiable function, taken of each entry. Raises ReadError for what is not read, with its place and what
    to write instead; AssumptionError for assumptions that do not fit.
    """
    declarations = Declarations(shapes, assume)
    for name in functions:
        if normal_name(name, "a function") in vocabulary() or name in declarations.shapes:
            raise ReadError(f"{name} is the name of something else, and cannot stand for any function")
    source = source_of_text(text)
    body = without_preamble(source.parse().body)
    if len(body) == 1 and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Lambda):
        return _read_function(body[0].value, source, declarations, {}, text)
    if len(body) == 1 and isinstance(body[0], ast.FunctionDef):
        return _read_function(body[0], source, declarations, {}, text)

    def run(keeps_names: bool) -> tuple[Array, Interpreter]:
        interpreter = Interpreter(source, declarations, keeps_names=keeps_names, functions=functions)
        return _result(interpreter, interpreter.run(value_of_text(interpreter, body)), body), interpreter

    array, interpreter = run(False)
    named = run(True)[0].node if len(body) > 1 else array.node
    found = [variable for _, variable in sorted(interpreter.found.values(), key=lambda item: item[0])]
    return _reading(array, named, found, declarations, text)


def read_function(
    function: Callable[..., object], shapes: Shapes | None = None, assume: Assumptions | None = None
) -> Reading:
    """The expression that a Python function means, from its source. The function is never called.

    Its parameters are the variables. Raises ReadError where the source is not at hand or does not agree with the
    function, and for decorators and values from outside. A default value is one of those that a parameter may have.
    """
    if not isinstance(function, FunctionType) or hasattr(function, "__wrapped__"):
        raise ReadError(f"a plain Python function is read, without decorators; found {type(function).__name__}")
    declarations = Declarations(shapes, assume)
    try:
        lines = inspect.findsource(function)[0]
    except (OSError, TypeError, IndexError, SyntaxError) as error:
        raise ReadError(f"the source of {function.__name__} is not at hand; give the formula as a text") from error
    source = Source("".join(lines))
    definition = _definition(source, function)
    text = ast.get_source_segment(source.text, definition) or function.__name__
    return _read_function(definition, source, declarations, {**function.__globals__, **_enclosed(function)}, text)


def read_formula(text: str, name: str) -> Node:
    """The formula in the scalar `x` that defines the elementwise function `name`."""
    if normal_name(name, "a function") in vocabulary():
        raise ReadError(f"the name {name} is taken by another function")
    reading = read(text)
    others = [variable.name for variable in reading.parameters if variable is not ARGUMENT]
    if others:
        raise ReadError(f"the formula of {name} may contain only the scalar x, found {', '.join(others)}")
    if reading.rank or not reading.value.is_scalar:
        raise ReadError(f"the formula of {name} must be a scalar")
    return reading.value


# --- functions ------------------------------------------------------------------------------------------------------

Definition = ast.FunctionDef | ast.Lambda


def _definition(source: Source, function: FunctionType) -> Definition:
    """The definition of a function in its file, which is compiled and compared to notice a change since."""
    code, tree = function.__code__, source.parse()
    try:
        unchanged = any(found == code for found in _codes(compile(tree, "<source>", "exec", dont_inherit=True)))
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        unchanged = False
    parts = [part for part in ast.walk(tree) if isinstance(part, Definition) and _covers(part, code)]
    if not unchanged or not parts:
        raise ReadError(
            f"the source of {function.__name__} does not agree with the function at line {code.co_firstlineno}: the "
            "file was changed since it was loaded; give the formula as a text"
        )
    if len(parts) > 1:
        raise source.refuse(parts[0], "several functions stand on this line", "Write them on lines of their own.")
    if isinstance(parts[0], ast.FunctionDef) and parts[0].decorator_list:
        raise source.refuse(parts[0], "a decorator may change what the function computes, and is not read")
    return parts[0]


def _codes(code: CodeType) -> Iterator[CodeType]:
    pending = [code]
    while pending:
        yield (found := pending.pop())
        pending.extend(constant for constant in found.co_consts if isinstance(constant, CodeType))


def _covers(part: Definition, code: CodeType) -> bool:
    """Whether the code stands in this definition: by its first line, and by the places of its instructions."""
    if isinstance(part, ast.FunctionDef):
        decorators = [decorator.lineno for decorator in part.decorator_list]
        return part.name == code.co_name and min([part.lineno, *decorators]) == code.co_firstlineno
    if code.co_name != "<lambda>" or part.lineno != code.co_firstlineno:
        return False
    body = part.body
    first, last = (body.lineno, body.col_offset), (body.end_lineno or 0, body.end_col_offset or 0)
    return all(
        first <= (line, start) and (end_line, end) <= last
        for line, end_line, start, end in code.co_positions()
        if line is not None and end_line is not None and start is not None and end is not None and end > 0
    )


def _enclosed(function: FunctionType) -> dict[str, object]:
    """The values that a function has from the functions around it."""
    found: dict[str, object] = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # assigned only later
            continue
    return found


def _parameters(definition: Definition, source: Source) -> list[str]:
    arguments = definition.args
    for several in (arguments.vararg, arguments.kwarg):
        if several is not None:
            raise source.refuse(several, f"`*{several.arg}` is not read", "Name each parameter.")
    names = []
    for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        try:
            names.append(normal_name(argument.arg, "a parameter"))
        except ReadError as error:
            raise source.refuse(argument, str(error)) from error
    return names


def _read_function(
    definition: Definition,
    source: Source,
    declarations: Declarations,
    surroundings: Mapping[str, object],
    text: str,
) -> Reading:
    names = _parameters(definition, source)
    for name in names:
        if name in declarations.sizes:
            raise source.refuse(definition, f"`{name}` names both a size and a parameter", "Rename one of them.")

    def run(keeps_names: bool) -> Array:
        interpreter = Interpreter(source, declarations, names, surroundings, keeps_names=keeps_names)
        return _result(interpreter, interpreter.run(value_of_function(interpreter, definition)), [definition])

    parameters = [declarations.variable(name) for name in names]
    return _reading(run(False), run(True).node, parameters, declarations, text)


# --- results -------------------------------------------------------------------------------------------------------


def _result(interpreter: Interpreter, value: Value, body: Sequence[ast.AST]) -> Array:
    if not isinstance(value, Array):
        last = body[-1] if body else None
        if isinstance(value, LocalFunction):
            message = f"the last statement is the function `{value.name}`"
            raise interpreter.source.refuse(last, message, f"End with the objective; apply it: `{value.name}(…)`.")
        raise interpreter.source.refuse(last, "the last statement is not an expression", "End with the objective.")
    return value


def _reading(array: Array, named: Node, found: Sequence[Variable], declarations: Declarations, text: str) -> Reading:
    declarations.check_used([variable.name for variable in found])
    inferred = tuple(variable.name for variable in found if variable.name not in declarations.shapes)
    return Reading(array.node, array.rank, tuple(found), inferred, text, named)
