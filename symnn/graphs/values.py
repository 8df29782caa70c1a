"""The values of a graph: forward from the data to the end, and backward the gradient of the end by every vertex.

Numbers are exact fractions as far as functions leave them rational (exp(0) is 1), and float64 beyond.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import sympy

from symnn.algebra.functions import kinks_of
from symnn.algebra.nodes import ExtremePlace, Function, Node, Number, Power, Variable
from symnn.algebra.notation import text
from symnn.algebra.scalars import PLACE_HOLDER, formula
from symnn.algebra.sizes import Size, show_shape
from symnn.algebra.walk import postorder, substitute, variables, written_out
from symnn.check.assumed import require_assumed, told
from symnn.errors import ShapeError
from symnn.proof.domain import conventions
from symnn.proof.judges.fields import Array, OutsideDomain, RationalField, Singular, Undefined
from symnn.proof.judges.instance import Given
from symnn.proof.judges.interpreter import Interpreter
from symnn.proof.judges.series import Series
from symnn.proof.step import Condition

if TYPE_CHECKING:
    from symnn.graphs.graph import Graph, Vertex

LONGEST_PART = 60
"""A part of the objective with a longer text is named by its vertex."""

Data: TypeAlias = Any
"""A number, a sequence of numbers (a vector) or of rows (a matrix), or an array."""


@dataclass(frozen=True)
class Values:
    """What stands at the vertices and edges of a graph, in its order; entries are Fraction or float.

    `forward` are the values of vertices, `backward` the gradients of the end by them, of the same shapes. `local` is
    the local gradient of each edge whose target is a scalar, and `passed` what the edge adds to the gradient of its
    source. `conventions` are those that gradients rest on, since a value stands at a kink.
    """

    forward: tuple[Array, ...]
    backward: tuple[Array, ...]
    local: tuple[Array | None, ...]
    passed: tuple[Array, ...]
    conventions: tuple[Condition, ...] = ()


class Numbers(RationalField):
    """Exact fractions, and the nearest float64 of what a function makes irrational.

    `kinks` are the functions that were taken at a kink, and `ExtremePlace` where several entries were the largest.
    """

    def __init__(self) -> None:
        self.kinks: set[str | type[ExtremePlace]] = set()

    def reciprocal(self, array: Array) -> Array:
        return _entrywise(_reciprocal, array)

    def primitive(self, name: str, order: int, array: Array) -> Array:
        applied = formula(Function(name, order=order))
        if np.isin(array, kinks_of(name)).any():
            self.kinks.add(name)
        return _entrywise(lambda entry: _applied(applied, entry, name), array)

    def largest(self, array: Array) -> Array:
        """Several entries that are the largest share the 1 evenly."""
        is_largest = array == array.max()
        if is_largest.sum() > 1:
            self.kinks.add(ExtremePlace)
        return _entrywise(lambda entry: Fraction(int(entry), int(is_largest.sum())), is_largest)


@np.errstate(all="ignore")
def evaluate(graph: Graph, data: Mapping[str, Data]) -> Values:
    """Forward and backward values, from the local gradients that the graph holds; errors as of `Graph.at`."""
    given = _given({vertex.label.name: vertex.label for vertex in graph.vertices if vertex.operation is None}, data)
    known = {vertex.label.name: given.value(vertex.label) for vertex in graph.vertices if vertex.operation is None}
    agreed: dict[Condition, None] = {}
    for place, vertex in enumerate(graph.vertices):
        if vertex.operation is not None:
            numbers = Numbers()
            with _told_of(graph, place):
                known[vertex.label.name] = _value(vertex.operation, known, given, numbers)
            agreed.update(dict.fromkeys(_agreed(graph, place, numbers)))
    forward = [known[vertex.label.name] for vertex in graph.vertices]
    backward = [np.full(value.shape, Fraction(0), dtype=object) for value in forward]
    backward[-1] = backward[-1] + Fraction(1)
    local: list[Array | None] = []
    passed = []
    for edge in reversed(graph.edges):
        adjoint = backward[edge.target]
        with _told_of(graph, edge.target, edge.source):
            if edge.adjoint is None:
                local.append(_value(edge.local, known, given))
                passed.append(_finite(local[-1] * adjoint))
            else:
                local.append(None)
                passed.append(_value(edge.local, {**known, edge.adjoint.name: adjoint}, given))
            backward[edge.source] = _finite(backward[edge.source] + passed[-1])
    return Values(tuple(forward), tuple(backward), tuple(reversed(local)), tuple(reversed(passed)), tuple(agreed))


@contextmanager
def _told_of(graph: Graph, place: int, source: int | None = None) -> Iterator[None]:
    """Where there is no value, names the part of the objective at a vertex, or its gradient by another one."""
    try:
        yield
    except (Undefined, OverflowError) as error:
        part = _part(graph.vertices, place)
        what = part if source is None else f"the gradient of {part} by {_part(graph.vertices, source)}"
        if isinstance(error, Undefined):
            raise type(error)(f"{what}: {error}") from error
        raise Undefined(f"{what} is too large for a float64") from error


def _part(vertices: Sequence[Vertex], place: int) -> str:
    """What a vertex is made of, down to the variables."""
    found: dict[Node, Node] = {}
    for vertex in vertices[: place + 1]:
        found[vertex.label] = vertex.label if vertex.operation is None else substitute(vertex.operation, dict(found))
    shown = text(found[vertices[place].label])
    return shown if len(shown) <= LONGEST_PART else str(vertices[place])


def _agreed(graph: Graph, place: int, numbers: Numbers) -> Iterator[Condition]:
    """The conventions on which gradients of a vertex rest where it was computed at kinks."""
    operation = graph.vertices[place].operation
    for edge in graph.edges if numbers.kinks else ():
        if edge.target == place and operation is not None:
            for condition in conventions(operation, edge.local, [graph.vertices[edge.source].label]):
                kink = condition.node.name if isinstance(condition.node, Function) else ExtremePlace
                if kink in numbers.kinks:
                    yield condition


@np.errstate(all="ignore")
def value_at(node: Node, data: Mapping[str, Data]) -> Array:
    """The value of any expression at data for each of its variables, with numbers and errors as of `evaluate`."""
    given = _given({variable.name: variable for variable in variables(node)}, data)
    try:
        return _value(node, {variable.name: given.value(variable) for variable in variables(node)}, given)
    except OverflowError as error:
        raise Undefined(f"{text(node)} is too large for a float64") from error


class _At:
    """An instance at which labels have values: of the data, or computed before."""

    def __init__(self, known: Mapping[str, Array], given: Given, field: Numbers) -> None:
        self.field = field
        self._known, self._given = known, given

    def size(self, size: Size) -> int:
        return self._given.size(size)

    def value(self, variable: Variable) -> Array:
        return self._known[variable.name]

    def direction(self, variable: Variable) -> Array:
        return self._given.direction(variable)


class _Evaluation(Interpreter):
    """An interpreter that says of powers what is wrong with them, and not with the logarithm that they are made of."""

    def power(self, node: Power, base: Series, exponent: Series) -> Series:
        try:
            return super().power(node, base, exponent)
        except OutsideDomain as error:
            assert base[0] is not None
            raise OutsideDomain(
                f"the base of a power is {told(np.min(base[0]))}; "
                f"where the exponent is no whole number, it must be positive"
            ) from error


def _value(node: Node, known: Mapping[str, Array], given: Given, numbers: Numbers | None = None) -> Array:
    exponents = [part.children[1] for part in postorder(node) if isinstance(part, Power)]
    if any(variables(exponent) for exponent in exponents):
        node = substitute(node, {variable: _constant(variable, known) for variable in variables(*exponents)})
    value = _Evaluation(_At(known, given, numbers or Numbers()))(written_out(node))[0]
    assert value is not None
    return _finite(value)


def _finite(array: Array) -> Array:
    """The array. Raises OverflowError where an entry is too large for a float64."""
    if not all(map(math.isfinite, array.flat)):
        raise OverflowError
    return array


def _constant(variable: Variable, known: Mapping[str, Array]) -> Node:
    """A scalar that is known as a fraction is a number, so that powers with it are exact."""
    value = known[variable.name]
    return Number(value.item()) if value.size == 1 and isinstance(value.item(), Fraction) else variable


def _given(wanted: Mapping[str, Variable], data: Mapping[str, Data]) -> Given:
    if set(wanted) != set(data):
        missing, unknown = sorted(wanted.keys() - data.keys()), sorted(data.keys() - wanted.keys())
        told = [f"no value is given for {', '.join(missing)}"] if missing else []
        told += [f"the objective has no variable {', '.join(unknown)}"] if unknown else []
        raise ShapeError("; ".join(told))
    given = Given({variable: _rows(variable, data[name]) for name, variable in wanted.items()}, Numbers())
    for variable in wanted.values():
        array = given.value(variable)
        require_assumed(variable, array.reshape(array.shape[: variable.rank]))
    return given


def _rows(variable: Variable, value: Data) -> Sequence[Sequence[Fraction]]:
    """The rows of a matrix, of a column for a vector, of one entry for a number."""
    try:
        array = np.array(value.tolist() if isinstance(value, np.ndarray) else value, dtype=object)
        exact = _finite(_entrywise(Fraction, array))
    except OverflowError as error:
        raise Undefined(f"the value of {variable.name} is too large for a float64") from error
    except (TypeError, ValueError) as error:
        raise ShapeError(f"the value of {variable.name} is not made of numbers in rows of one length") from error
    if exact.ndim != variable.rank or not exact.size:
        raise ShapeError(
            f"the value of {variable.name} has {exact.ndim} axes and {exact.size} entries; "
            f"{variable.name} is {show_shape(variable.shape)} with {variable.rank} axes"
        )
    rows: list[list[Fraction]] = exact.reshape(len(exact) if exact.ndim else 1, -1).tolist()
    return rows


def _entrywise(function: Any, array: Array) -> Array:
    made = np.empty(array.shape, dtype=object)
    for place in np.ndindex(array.shape):
        made[place] = function(array[place])
    return made


def _reciprocal(entry: Fraction | float) -> Fraction | float:
    if entry == 0:
        raise Singular("a divisor is zero")
    return 1 / (entry if isinstance(entry, float) else Fraction(entry))


def _applied(applied: Any, entry: Fraction | float, name: str) -> Fraction | float:
    """A formula in PLACE_HOLDER at a number: a fraction where SymPy finds that it is rational."""
    point = sympy.Float(entry) if isinstance(entry, float) else sympy.Rational(*Fraction(entry).as_integer_ratio())
    value = applied.subs(PLACE_HOLDER, point)
    if value.is_Rational:
        return Fraction(int(value.p), int(value.q))
    if value.is_extended_real is False or not value.is_finite:
        raise OutsideDomain(f"{name} has no real value at {told(entry)}, or no derivative there")
    rounded = float(value)
    if not math.isfinite(rounded):
        raise Undefined(f"{name} at {told(entry)} is too large for a float64")
    return rounded
