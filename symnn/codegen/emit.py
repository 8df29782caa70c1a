"""From functions to the text of a standalone NumPy module: the same bytes on every run and every machine."""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from sympy import Symbol

from symnn.algebra.functions import ARGUMENT
from symnn.algebra.nodes import Function, Named, Node, Selection, Several, Variable
from symnn.algebra.sizes import Size, least, least_sizes
from symnn.algebra.walk import postorder
from symnn.codegen.instructions import Instruction, Operation, Value
from symnn.codegen.lowering import Lowering
from symnn.codegen.means import write_means
from symnn.codegen.parameters import HELPERS, RESERVED, Intake, array_shape, bind_sizes, kept_axes, show_axes, take_in
from symnn.codegen.patterns import axes_of, formula_of, helper_name
from symnn.codegen.program import Program
from symnn.codegen.schedule import Assignment, Names, Schedule
from symnn.codegen.spelling import ATOM, Speller, Text
from symnn.codegen.spelling import size as size_text
from symnn.codegen.stable import StableProgram
from symnn.errors import UnsupportedError

LINE_LENGTH = 120
DTYPES = ("float64", "float32")
VIEWS = frozenset(
    {
        Operation.TRANSPOSE,
        Operation.COLUMN,
        Operation.ONLY_COLUMN,
        Operation.DIAGONAL_PART,
        Operation.SELECT,
        Operation.UNVEC,
    }
)


@dataclass(frozen=True)
class ScipyFunction:
    """A function that NumPy has not, the module that has it, and what it is called in words."""

    name: str
    module: str
    meaning: str


SCIPY = (
    ScipyFunction("expm", "scipy.linalg", "the matrix exponential"),
    ScipyFunction("erf", "scipy.special", "the error function"),
)


@dataclass(frozen=True)
class FunctionSpec:
    """One function of a module.

    `ranks` holds the number of axes of each result's array: 0, 1 or 2. `theorem` becomes lines of the docstring.
    `origin` gives the number of the equation in which a node first stands; other nodes take the number of a user.
    `folded` holds for each result its axes where they are not those of its matrix, a Jacobian: its rows and columns,
    stacked columns themselves, are unfolded, the first axis fastest; else nothing. Where `nested` is not 0, the results
    are returned as a tuple of tuples of so many.
    Of the `free` variables it is not used that they are symmetric: the function is differentiated by them.
    With `check_assumptions` the code refuses values that are not positive or nonnegative where this is assumed. Where
    it is not `checked`, it takes its arguments as they are: arrays of the module's dtype and of the right shapes.
    Named values get a line and their name, such as ``Z1``; a name that is taken gets a number behind it.
    """

    name: str
    parameters: tuple[Variable, ...]
    results: tuple[Node, ...]
    ranks: tuple[int, ...]
    summary: str
    theorem: str = ""
    origin: Mapping[Node, int] = field(default_factory=dict)
    result_names: tuple[str, ...] = ()
    check_assumptions: bool = False
    free: tuple[Variable, ...] = ()
    folded: tuple[tuple[Size, ...], ...] = ()
    nested: int = 0
    checked: bool = True


@dataclass(frozen=True)
class Header:
    """What a module says of itself: its title, what it was made from, a hash of that, and the command that makes it."""

    title: str
    source: str
    content: str
    command: str


@dataclass(frozen=True)
class Body:
    """What the template of a function needs."""

    name: str
    parameters: str
    docstring: tuple[str, ...]
    intake: Intake
    sizes: tuple[str, ...]
    bounds: tuple[tuple[str, int], ...]
    """What must be at least so large for all rows that are picked to exist."""
    lines: tuple[Assignment, ...]
    returned: str


def content_hash(*texts: str) -> str:
    """A short hash of what a module is made from."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def emit_module(header: Header, functions: Sequence[FunctionSpec], dtype: str = "float64") -> str:
    """The text of a module that depends on NumPy alone, and on SciPy where it uses a function of `SCIPY`.

    Raises UnsupportedError for what cannot be written in NumPy: a differential, an equation, a size that no argument
    tells, names that clash.
    """
    return framed("module.py.jinja", header, emit_functions(functions, dtype))


def emit_functions(functions: Sequence[FunctionSpec], dtype: str = "float64", further: str = "") -> str:
    """The functions with all that they need, and all that a further text of the same module calls."""
    if dtype not in DTYPES:
        raise UnsupportedError(f"code is written for {' or '.join(DTYPES)}, found {dtype!r}")
    names = [spec.name for spec in functions]
    for name in names:
        if not name.isidentifier() or name in RESERVED or names.count(name) > 1:
            raise UnsupportedError(f"a module cannot have a function named {name!r} here")
    defined: dict[Function, None] = {}
    bodies = [_body(spec, defined, dtype) for spec in functions]
    own_functions: list[Body] = []
    for function in _growing(defined):
        own_functions.append(_own_function(function, defined, dtype))
    environment = template_environment()
    template = environment.get_template("function.py.jinja")
    texts = [template.render(function=body).rstrip("\n") for body in [*own_functions, *bodies]]
    helpers = _helpers([*texts, further], environment, dtype)
    return "\n\n\n".join([*helpers, *texts])


def framed(template: str, header: Header, code: str, **parts: object) -> str:
    """Functions in the frame of a module: what it says of itself, and what it imports."""
    return (
        template_environment()
        .get_template(template)
        .render(header=_clean_header(header), uses_numpy="np." in code, scipy=_of_scipy(code), code=code, **parts)
    )


def emit_function_module(spec: FunctionSpec, header: Header | None = None, dtype: str = "float64") -> str:
    """A module of one function."""
    if header is None:
        whole = spec.results[0] if len(spec.results) == 1 else Several(*spec.results)
        content = content_hash(spec.name, str(whole))
        header = Header(spec.summary.rstrip("."), "an expression", content, "symnn derive")
    return emit_module(header, [spec], dtype)


def load_module(source: str, name: str) -> ModuleType:
    """Run a module that this package emitted, and nothing else: texts of users never come here."""
    module = ModuleType(name)
    exec(compile(source, f"<{name}>", "exec", dont_inherit=True), module.__dict__)  # noqa: S102
    return module


def _growing(defined: Mapping[Function, None]) -> Any:
    """The defined functions, also those that are added while the first are written."""
    place = 0
    while place < len(defined):
        yield list(defined)[place]
        place += 1


@cache
def template_environment() -> Environment:
    """Where templates are found: what is undefined in one is an error."""
    return Environment(
        loader=PackageLoader("symnn.codegen", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )


def _helpers(texts: Sequence[str], environment: Environment, dtype: str) -> list[str]:
    used = [helper for helper in HELPERS if any(_calls(text, helper) for text in texts)]
    if "_scalar" in used and "_array" not in used:
        used.insert(0, "_array")
    return [
        environment.get_template(f"helpers/{helper.lstrip('_')}.py.jinja").render(dtype=dtype).rstrip("\n")
        for helper in used
    ]


def _of_scipy(code: str) -> list[ScipyFunction]:
    """What the code uses of SciPy."""
    return [function for function in SCIPY if _calls(code, function.name)]


def _calls(code: str, name: str) -> bool:
    return re.search(rf"(?<![\w.]){name}\(", code) is not None


def _clean_header(header: Header) -> Header:
    return Header(*(_clean(text) for text in (header.title, header.source, header.content, header.command)))


def _clean(text: str) -> str:
    """A text that cannot end the docstring that it stands in."""
    return text.replace("\\", "\\\\").replace('"""', "'''").strip().removesuffix('"')


# --- one function ---------------------------------------------------------------------------------------------------


def equations_of(results: Sequence[Node], origin: Mapping[Node, int]) -> dict[Node, int]:
    """The number of an equation for each node: its own, or that of the nearest user."""
    found: dict[Node, int] = {}
    inherited: dict[Node, int] = {}
    for node in reversed(list(postorder(*results))):
        number = origin.get(node, inherited.get(node))
        if number is None:
            continue
        found[node] = number
        if not isinstance(node, Function):
            for child in node.children:
                inherited.setdefault(child, number)
    return found


def _body(spec: FunctionSpec, defined: dict[Function, None], dtype: str) -> Body:
    if not len(spec.results) == len(spec.ranks) > 0:
        raise UnsupportedError(f"{spec.name} needs one rank for each of its results")
    program = StableProgram()
    equations = equations_of(spec.results, spec.origin)
    lowering = Lowering(program, equations, defined)
    intake = take_in(spec.parameters, conditions=spec.check_assumptions)
    for variable in spec.parameters:
        lowering.bind(variable, kept_axes(variable), is_free=variable in spec.free)
    values = lowering.lower(*spec.results)
    values = [program.full(value, axes_of(node)) for value, node in zip(values, spec.results, strict=True)]
    program.reuse(values)
    write_means(program, values)
    names = Names([*RESERVED, *(variable.name for variable in spec.parameters), *map(helper_name, defined)])
    folded = spec.folded or ((),) * len(values)
    bounds = _bounds(spec.results) if spec.checked else []
    needed = [*sum(folded, ()), *(size for size, _ in bounds)]
    bound, size_lines = bind_sizes(intake, _sizes_used(program, values, intake, needed), names)
    hidden = {variable.name for variable in spec.parameters} & set(map(helper_name, defined))
    if hidden:
        raise UnsupportedError(f"{spec.name}: the parameter {min(hidden)} hides a function of the module")
    schedule = Schedule(program, Speller(program, bound, dtype), names, _given_names(lowering))
    texts = schedule.run(values)
    wishes = _wishes(spec)
    returned = [
        _unfolded(schedule, value, text, axes)
        if axes
        else _returned(schedule, value, text, node, rank, values.index(value) < place, wish)
        for place, (value, text, node, rank, wish, axes) in enumerate(
            zip(values, texts, spec.results, spec.ranks, wishes, folded, strict=True)
        )
    ]
    numbers = [equations.get(result) for result in spec.results]
    if len(returned) > 1:
        for place, (text, wish) in enumerate(zip(returned, wishes, strict=True)):
            if not text.isidentifier():
                returned[place] = names.fresh(wish)
                schedule.lines.append(Assignment(returned[place], text, numbers[place]))
    known = sorted({number for number in numbers if number is not None})
    return Body(
        spec.name,
        _signature(spec.name, [variable.name for variable in spec.parameters]),
        tuple(_docstring(spec)),
        intake if spec.checked else Intake(),
        tuple(size_lines) if spec.checked else (*intake.conversions(dtype), *size_lines),
        tuple((size_text(size, bound).text, value) for size, value in bounds),
        tuple(schedule.lines),
        _tuple_text(
            _grouped(returned, spec.nested), f"  # {', '.join(f'({number})' for number in known)}" if known else ""
        ),
    )


def _given_names(lowering: Lowering) -> dict[Value, str]:
    """The names of named values."""
    found: dict[Value, str] = {}
    for node, value in lowering.values.items():
        if isinstance(node, Named):
            found.setdefault(value, node.name)
    return found


def _grouped(returned: Sequence[str], size: int) -> Sequence[str]:
    """Texts of results as tuples of the given size, where it is not 0."""
    if not size:
        return returned
    return [f"({', '.join(returned[place : place + size])})" for place in range(0, len(returned), size)]


def _tuple_text(returned: Sequence[str], comment: str) -> str:
    """What a function returns. Where there is no room for the comment, the lines of the results have its numbers.

    One result that leaves no room for it has a line of its own.
    """
    line = ", ".join(returned)
    room = LINE_LENGTH - len("    return ")
    if len(line) + len(comment) <= room:
        return line + comment
    if len(returned) == 1:
        return f"(\n        {line}\n    ){comment}"
    return line if len(line) <= room else "(\n" + "".join(f"        {text},\n" for text in returned) + "    )"


def _wishes(spec: FunctionSpec) -> list[str]:
    """The names of the results in the code; a result named like a parameter is told apart by the function's name."""
    taken = {variable.name for variable in spec.parameters}
    if spec.result_names:
        return [f"{spec.name}_{wish}" if wish in taken else wish for wish in spec.result_names]
    return [f"result_{place}" for place in range(1, len(spec.results) + 1)] if len(spec.results) > 1 else ["result"]


def _signature(name: str, parameters: Sequence[str]) -> str:
    line = ", ".join(parameters)
    if len(f"def {name}({line}):") <= LINE_LENGTH:
        return line
    return "\n" + "".join(f"    {parameter},\n" for parameter in parameters)


def _sizes_used(program: Program, values: Sequence[Value], intake: Intake, others: Sequence[Size]) -> list[Symbol]:
    used: set[Symbol] = set().union(*(size.free_symbols for size in others))
    for value in program.live(values):
        instruction = program[value]
        if instruction.operation in (Operation.SIZE, Operation.EYE):
            used |= instruction.detail.free_symbols
        if instruction.operation in (Operation.FULL, Operation.COMMUTATION, Operation.UNVEC, Operation.BLOCK_ROWS):
            used |= set().union(*(axis.free_symbols for axis in instruction.detail))
        if instruction.operation is Operation.BLOCK_ROWS:
            used |= set().union(*(axis.free_symbols for axis in instruction.axes))
        if instruction.operation is Operation.TRIANGLE:
            used |= set().union(*(axis.free_symbols for axis in instruction.detail[:2]))
        if instruction.operation in (Operation.SELECT, Operation.PLACE):
            used |= _sizes_of_selection(instruction)
    order = list(intake.sizes)
    return sorted(used, key=lambda symbol: (order.index(symbol.name) if symbol.name in order else -1, symbol.name))


def _bounds(results: Sequence[Node]) -> list[tuple[Size, int]]:
    """How large sizes must be so that all rows that are picked exist: NumPy would leave some out."""
    bounds = [bound for node in postorder(*results) if isinstance(node, Selection) for bound in node.bounds]
    others = dict.fromkeys(bound for bound in bounds if least(bound) is None and not bound.is_positive)
    return [*least_sizes(bounds).items(), *((bound, 1) for bound in others)]


def _sizes_of_selection(instruction: Instruction) -> set[Symbol]:
    is_placement = instruction.operation is Operation.PLACE
    selection: Selection = instruction.detail if is_placement else instruction.detail[0]
    start, stop, _ = selection.slice
    written = [bound for bound in (start, stop) if bound is not None and not selection.is_unit]
    written += [selection.cols] if is_placement else []
    written += [selection.start] if selection.is_unit and not (selection.start - selection.cols).is_Integer else []
    return set().union(*(size.free_symbols for size in written))


def _unfolded(schedule: Schedule, value: Value, text: Text, axes: tuple[Size, ...]) -> str:
    """A Jacobian of stacked columns as an array of the axes of the output and of the variable."""
    copied = ".copy()" if _is_view_of_argument(schedule.program, value) else ""
    return f'{text.at(ATOM)}.reshape({schedule.speller.shape(axes)}, order="F"){copied}'


def _is_view_of_argument(program: Program, value: Value) -> bool:
    while program[value].operation in VIEWS:
        value = program[value].operands[0]
    return program[value].operation is Operation.PARAMETER


def _returned(schedule: Schedule, value: Value, text: Text, node: Node, rank: int, is_repeated: bool, wish: str) -> str:
    """The text of a result with the axes that it should have, and never a view of an argument."""
    program = schedule.program
    axes = program.axes(value)
    if rank == len(axes) == 0:
        constant = program.constant(value)
        if constant is not None:
            return repr(float(constant)) if constant.q == 1 else text.text
        return f"float({text.text})" if program.is_plain_python(value) else text.text
    if len(axes) > rank or rank > 2:
        raise UnsupportedError(f"a result with axes {show_axes(axes)} cannot be returned with {rank} axes")
    ending = ".copy()" if (_is_view_of_argument(program, value) or is_repeated) and axes else ""
    if not axes:
        return f"np.full({(1,) * rank}, {text.text}, dtype={schedule.speller.scalar_type})"
    if len(axes) < rank:
        ending = ("[:, None]" if node.is_column else "[None, :]") + ending
        if text.precedence < ATOM:
            text = schedule.named(value, wish)
    return f"{text.at(ATOM)}{ending}" if ending else text.text


def _docstring(spec: FunctionSpec) -> list[str]:
    lines = [spec.summary.rstrip(".") + ".", ""]
    for line in spec.theorem.splitlines():
        lines.extend(textwrap.wrap(line, LINE_LENGTH - 8, subsequent_indent="  ", break_long_words=False) or [""])
    if spec.theorem.strip():
        lines.append("")
    if spec.parameters:
        lines.append("Arguments:")
    for variable in spec.parameters:
        words = ", ".join(variable.assumptions)
        notes = "; ".join(note for note in (variable.doc, words) if note)
        line = f"    {variable.name}: {show_axes(array_shape(variable))}{', ' + notes if notes else ''}"
        lines.extend(textwrap.wrap(line, LINE_LENGTH - 8, subsequent_indent=" " * 8, break_long_words=False))
    shown = [
        (spec.result_names[place] + ": " if spec.result_names else "")
        + show_axes((spec.folded[place] if spec.folded else ()) or _result_shape(node, rank))
        for place, (node, rank) in enumerate(zip(spec.results, spec.ranks, strict=True))
    ]
    returned = f"Returns: {'; '.join(shown)}."
    lines.extend(textwrap.wrap(returned, LINE_LENGTH - 8, subsequent_indent="    ", break_long_words=False))
    if spec.parameters and spec.checked:
        lines.append("Raises TypeError for what is not real and numeric, ValueError for a wrong shape or value.")
    return [_clean(line) if line == line.lstrip() else "    " + _clean(line) for line in lines]


def _result_shape(node: Node, rank: int) -> tuple[Any, ...]:
    return {0: (), 1: (node.rows if node.is_column else node.cols,), 2: (node.rows, node.cols)}[rank]


def _own_function(function: Function, defined: dict[Function, None], dtype: str) -> Body:
    """A function that an author defined, or a derivative of it, for arrays of any shape."""
    formula = formula_of(function)
    program = StableProgram()
    lowering = Lowering(program, {}, defined)
    lowering.bind(ARGUMENT)
    (value,) = lowering.lower(formula)
    names = Names([*RESERVED, ARGUMENT.name, *map(helper_name, defined)])
    schedule = Schedule(program, Speller(program, {}, dtype), names)
    (text,) = schedule.run([value])
    order = f"The derivative of order {function.order} of {function.name}" if function.order else f"{function.name}"
    summary = f"{order}, entry by entry."
    lines = tuple(schedule.lines)
    return Body(helper_name(function), ARGUMENT.name, (summary,), Intake(), (), (), lines, text.text)
