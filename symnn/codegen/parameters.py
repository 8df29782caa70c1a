"""How the arrays that a function is given are checked, and where it reads its sizes from.

A size that no axis has by itself is solved for: an axis of length ``2*d + 1`` gives ``d = (length - 1) // 2``.
"""

from __future__ import annotations

import keyword
import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sympy import Symbol

from symnn.algebra.nodes import Variable
from symnn.algebra.sizes import Size
from symnn.codegen.instructions import Axes
from symnn.codegen.schedule import Names
from symnn.codegen.spelling import PRODUCT, size
from symnn.errors import UnsupportedError

HELPERS = (
    "_array",
    "_scalar",
    "_whole",
    "_least_squares",
    "_sigmoid",
    "_adjugate",
    "_log_determinant",
    "_log_absolute_determinant",
    "_sign_of_determinant",
    "_log_sum_exp",
    "_softmax",
    "_commutation",
    "_place_of_largest",
    "_products_of_others",
    "_products_of_others_derivative",
    "_exponential_derivative",
    "_nuclear_norm",
    "_singular_part",
    "_singular_part_derivative",
    "_placed",
)
RESERVED = frozenset({"np", "erf", "expm", "sizes", "__debug__", *HELPERS})


@dataclass(frozen=True)
class Check:
    """The lines that take one parameter in: what must be noted of its sizes before, and the call that checks it."""

    parameter: str
    rank: int
    shape: str
    squeeze: str = ""
    before: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


@dataclass
class Intake:
    """All checks of a function's parameters, and an expression for each size."""

    checks: list[Check] = field(default_factory=list)
    sizes: dict[str, str] = field(default_factory=dict)
    """For each size symbol the text that computes it, once the parameters are arrays of their kept axes."""

    def conversions(self, dtype: str) -> list[str]:
        """The lines that take parameters in without checks: axes of length 1 go, and scalars widen no array."""
        lines = []
        for check in self.checks:
            if check.squeeze:
                lines.append(f"{check.parameter} = {check.parameter}{check.squeeze}")
            elif not check.rank and dtype != "float64":
                lines.append(f"{check.parameter} = np.{dtype}({check.parameter})")
        return list(dict.fromkeys(lines))


def array_shape(variable: Variable) -> tuple[Size, ...]:
    """The shape of the array that a caller gives."""
    return {0: (), 1: (variable.rows,), 2: (variable.rows, variable.cols)}[variable.rank]


def kept_axes(variable: Variable) -> Axes:
    return tuple(axis for axis in array_shape(variable) if axis != 1)


def require_distinct(parameters: Sequence[Variable]) -> None:
    """Refuse names that would hide one another, Python's words, or the module's own functions."""
    seen: dict[str, str] = {}
    for variable in parameters:
        normal = unicodedata.normalize("NFKC", variable.name)
        if normal in RESERVED or keyword.iskeyword(normal) or not normal.isidentifier():
            raise UnsupportedError(
                f"a variable in generated code cannot be called {variable.name}; choose another name"
            )
        if normal in seen:
            raise UnsupportedError(f"two different variables are called {seen[normal]} and {variable.name} in Python")
        if (variable.rank == 0 and not variable.is_scalar) or (variable.rank == 1 and not variable.is_column):
            raise UnsupportedError(f"{variable.name} has {variable.rank} axes and does not fit its shape")
        seen[normal] = variable.name


@dataclass
class _Known:
    """The sizes found so far: for each the text that computes it, and the parameter that it is read from."""

    texts: dict[Symbol, str] = field(default_factory=dict)
    owners: dict[Symbol, str] = field(default_factory=dict)
    deferred: list[tuple[Variable, Size]] = field(default_factory=list)

    def add(self, symbol: Symbol, text: str, owner: str) -> None:
        if symbol not in self.texts:
            self.texts[symbol] = text
            self.owners[symbol] = owner

    def covers(self, axis: Size) -> bool:
        return bool(axis.free_symbols) and axis.free_symbols <= set(self.texts)

    def note(self, axis: Size) -> str:
        """The line that notes the length of an axis that is an expression in known sizes."""
        names = {symbol.name: self.texts[symbol] for symbol in axis.free_symbols}
        owner = self.owners[min(axis.free_symbols, key=str)]
        return f'sizes["{_label(axis)}"] = {size(axis, names).text}, "{owner}"'


def take_in(parameters: Sequence[Variable], *, conditions: bool) -> Intake:
    """Order and write the checks: first the arrays whose axes are plain sizes, which the others are held against."""
    require_distinct(parameters)
    intake = Intake()
    known = _Known()
    for variable in _in_order([variable for variable in parameters if variable.rank], known):
        intake.checks.append(_take(variable, known, conditions))
    for variable, axis in known.deferred:
        if known.covers(axis):
            shape = _written_shape(kept_axes(variable))
            intake.checks.append(Check(variable.name, variable.rank, shape, "", (known.note(axis),)))
    for variable in parameters:
        if not variable.rank:
            intake.checks.append(Check(variable.name, 0, "()", "", (), _conditions(variable, conditions)))
    intake.sizes.update((symbol.name, text) for symbol, text in known.texts.items())
    return intake


def _in_order(arrays: Sequence[Variable], known: _Known) -> Iterator[Variable]:
    """The arrays, always the first of those next with the fewest axes that cannot be checked yet."""
    places = {variable: place for place, variable in enumerate(arrays)}
    plain = deque(variable for variable in arrays if not any(map(_is_expression, array_shape(variable))))
    others = [variable for variable in arrays if any(map(_is_expression, array_shape(variable)))]
    while plain or others:
        candidates = [*others, plain[0]] if plain else others
        found = min(candidates, key=lambda variable: (_unknown(variable, known), places[variable]))
        if plain and found is plain[0]:
            plain.popleft()
        else:
            others.remove(found)
        yield found


def _is_expression(axis: Size) -> bool:
    return bool(axis.free_symbols) and not axis.is_Symbol


def _unknown(variable: Variable, known: _Known) -> int:
    """How many axes cannot be checked yet: expressions in sizes that are not known."""
    return sum(1 for axis in array_shape(variable) if _is_expression(axis) and not known.covers(axis))


def _take(variable: Variable, known: _Known, conditions: bool) -> Check:
    shape, kept = array_shape(variable), kept_axes(variable)
    expressions = [axis for axis in dict.fromkeys(kept) if _is_expression(axis)]
    before = [known.note(axis) for axis in expressions if known.covers(axis)]
    open_axes = [axis for axis in expressions if not known.covers(axis)]
    squeeze = ""
    if len(kept) < len(shape):
        squeeze = f"[{', '.join('0' if axis == 1 else ':' for axis in shape)}]".replace("[0, :]", "[0]")
    for place, axis in enumerate(kept):
        if axis.is_Symbol:
            known.add(axis, f"{variable.name}.shape[{place}]", variable.name)
    for axis in open_axes:
        if not _solve(variable, axis, f"{variable.name}.shape[{kept.index(axis)}]", known):
            known.deferred.append((variable, axis))
    signs = _conditions(variable, conditions)
    return Check(variable.name, variable.rank, _written_shape(shape), squeeze, tuple(before), signs)


def _written_shape(shape: Sequence[Size]) -> str:
    labels = [str(axis) if axis.is_Integer else f'"{_label(axis)}"' for axis in shape]
    return f"({', '.join(labels)}{',' if len(labels) == 1 else ''})"


def _solve(variable: Variable, axis: Size, length: str, known: _Known) -> bool:
    """Find the one unknown size of an axis like ``2*d + n``, if it occurs linearly, with a whole positive factor."""
    missing = sorted(axis.free_symbols - set(known.texts), key=str)
    if len(missing) != 1:
        return False
    (symbol,) = missing
    expanded = axis.expand()
    factor, rest = expanded.coeff(symbol, 1), expanded.coeff(symbol, 0)
    if not factor.is_Integer or factor <= 0 or (expanded - factor * symbol - rest).expand() != 0:
        return False
    names = {each.name: known.texts[each] for each in rest.free_symbols}
    offset = "" if rest == 0 else f" - {size(rest, names).at(PRODUCT)}"
    if rest.is_Integer and rest < 0:
        offset = f" + {-rest}"
    text = f'_whole("{variable.name}", "{symbol.name}", "{_label(axis)}", {length}{offset}, {factor})'
    known.add(symbol, text, variable.name)
    return True


def _label(axis: Size) -> str:
    return str(axis)


def _conditions(variable: Variable, wanted: bool) -> tuple[str, ...]:
    """The assumptions on signs, which are cheap to check."""
    if not wanted:
        return ()
    return tuple(word for word in variable.assumptions if word in ("positive", "nonnegative"))


def bind_sizes(intake: Intake, needed: Sequence[Symbol], names: Names) -> tuple[dict[str, str], list[str]]:
    """Names for the sizes that the code needs, and the lines that compute them, such as ``n, d = X.shape``."""
    bound: dict[str, str] = {}
    lines: list[str] = []
    pending = list(needed)
    while pending:
        symbol = pending.pop(0)
        if symbol.name not in intake.sizes:
            raise UnsupportedError(f"the size {symbol} occurs in no parameter's shape, so the code cannot know it")
        bound[symbol.name] = names.fresh(symbol.name)
        lines.append(f"{bound[symbol.name]} = {intake.sizes[symbol.name]}")
    return bound, _joined(lines)


def _joined(lines: Sequence[str]) -> list[str]:
    """``n = X.shape[0]`` and ``d = X.shape[1]`` on one line."""
    joined: list[str] = []
    for line in lines:
        target, _, source = line.partition(" = ")
        before = joined[-1].partition(" = ") if joined else ("", "", "")
        if source.endswith(".shape[1]") and before[2] == source.replace(".shape[1]", ".shape[0]"):
            joined[-1] = f"{before[0]}, {target} = {source.removesuffix('[1]')}"
        else:
            joined.append(line)
    return joined


def show_axes(axes: Sequence[Size]) -> str:
    """A shape as NumPy shows it."""
    if not axes:
        return "scalar"
    texts = [_label(axis) for axis in axes]
    return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"
