"""The values of a graph: forward from the data to the end, and backward the gradient of the end by every vertex.

Numbers are exact fractions as far as functions leave them rational (exp(0) is 1), and float64 beyond.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import sympy

from symnn.algebra.nodes import Function, Node, Number, Power, Variable
from symnn.algebra.scalars import PLACE_HOLDER, formula
from symnn.algebra.sizes import Size, show_shape
from symnn.algebra.walk import postorder, substitute, variables, written_out
from symnn.errors import ShapeError
from symnn.proof.judges.fields import Array, OutsideDomain, RationalField, Singular, Undefined
from symnn.proof.judges.instance import Given
from symnn.proof.judges.interpreter import Interpreter

if TYPE_CHECKING:
    from symnn.graphs.graph import Graph

Data: TypeAlias = Any
"""A number, a sequence of numbers (a vector) or of rows (a matrix), or an array."""


@dataclass(frozen=True)
class Values:
    """What stands at the vertices and edges of a graph, in its order; entries are Fraction or float.

    `forward` are the values of vertices, `backward` the gradients of the end by them, of the same shapes. `local` is
    the local gradient of each edge whose target is a scalar, and `passed` what the edge adds to the gradient of its
    source.
    """

    forward: tuple[Array, ...]
    backward: tuple[Array, ...]
    local: tuple[Array | None, ...]
    passed: tuple[Array, ...]


class Numbers(RationalField):
    """Exact fractions, and the nearest float64 of what a function makes irrational."""

    def reciprocal(self, array: Array) -> Array:
        return _entrywise(_reciprocal, array)

    def primitive(self, name: str, order: int, array: Array) -> Array:
        applied = formula(Function(name, order=order))
        return _entrywise(lambda entry: _applied(applied, entry, name), array)

    def largest(self, array: Array) -> Array:
        """Several entries that are the largest share the 1 evenly."""
        is_largest = array == array.max()
        return _entrywise(lambda entry: Fraction(int(entry), int(is_largest.sum())), is_largest)


def evaluate(graph: Graph, data: Mapping[str, Data]) -> Values:
    """Forward and backward values, from the local gradients that the graph holds; errors as of `Graph.at`."""
    given = _given({vertex.label.name: vertex.label for vertex in graph.vertices if vertex.operation is None}, data)
    known = {vertex.label.name: given.value(vertex.label) for vertex in graph.vertices if vertex.operation is None}
    for vertex in graph.vertices:
        if vertex.operation is not None:
            known[vertex.label.name] = _value(vertex.operation, known, given)
    forward = [known[vertex.label.name] for vertex in graph.vertices]
    backward = [np.full(value.shape, Fraction(0), dtype=object) for value in forward]
    backward[-1] = backward[-1] + Fraction(1)
    local: list[Array | None] = []
    passed = []
    for edge in reversed(graph.edges):
        adjoint = backward[edge.target]
        if edge.adjoint is None:
            local.append(_value(edge.local, known, given))
            passed.append(local[-1] * adjoint)
        else:
            local.append(None)
            passed.append(_value(edge.local, {**known, edge.adjoint.name: adjoint}, given))
        backward[edge.source] = backward[edge.source] + passed[-1]
    return Values(tuple(forward), tuple(backward), tuple(reversed(local)), tuple(reversed(passed)))


def value_at(node: Node, data: Mapping[str, Data]) -> Array:
    """The value of any expression at data for each of its variables, with numbers and errors as of `evaluate`."""
    given = _given({variable.name: variable for variable in variables(node)}, data)
    return _value(node, {variable.name: given.value(variable) for variable in variables(node)}, given)


class _At:
    """An instance at which labels have values: of the data, or computed before."""

    def __init__(self, known: Mapping[str, Array], given: Given) -> None:
        self.field = given.field
        self._known, self._given = known, given

    def size(self, size: Size) -> int:
        return self._given.size(size)

    def value(self, variable: Variable) -> Array:
        return self._known[variable.name]

    def direction(self, variable: Variable) -> Array:
        return self._given.direction(variable)


def _value(node: Node, known: Mapping[str, Array], given: Given) -> Array:
    exponents = [part.children[1] for part in postorder(node) if isinstance(part, Power)]
    if any(variables(exponent) for exponent in exponents):
        node = substitute(node, {variable: _constant(variable, known) for variable in variables(*exponents)})
    try:
        value = Interpreter(_At(known, given))(written_out(node))[0]
    except OverflowError as error:
        raise Undefined(f"{node} is too large for a float64") from error
    assert value is not None
    return value


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
    return Given({variable: _rows(variable, data[name]) for name, variable in wanted.items()}, Numbers())


def _rows(variable: Variable, value: Data) -> Sequence[Sequence[Fraction]]:
    """The rows of a matrix, of a column for a vector, of one entry for a number."""
    try:
        array = np.array(value.tolist() if isinstance(value, np.ndarray) else value, dtype=object)
        exact = _entrywise(Fraction, array)
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
        raise OutsideDomain(f"{name} has no real value at {entry}, or no derivative there")
    rounded = float(value)
    if not math.isfinite(rounded):
        raise Undefined(f"{name} at {entry} is too large for a float64")
    return rounded
