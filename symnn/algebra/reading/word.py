"""One word of the reader: a function with its parameters, and what it builds from the arguments of a call."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symnn.algebra.nodes import Number
from symnn.algebra.reading import arrays
from symnn.algebra.reading.arrays import Array, Value
from symnn.algebra.reading.source import Source
from symnn.algebra.sizes import Size
from symnn.errors import ReadError


@dataclass(frozen=True)
class Arguments:
    """The arguments of one call, by the names of the word's parameters."""

    source: Source
    call: ast.Call
    values: Mapping[str, Value]
    places: Mapping[str, ast.AST]

    def refuse(self, name: str, expected: str) -> ReadError:
        place = self.places.get(name, self.call)
        return self.source.refuse(place, f"the argument `{name}` is {expected}")

    def array(self, name: str) -> Array:
        value = self.values[name]
        if not isinstance(value, Array):
            raise self.refuse(name, "an expression")
        return value

    def arrays(self, name: str) -> list[Array]:
        """The parts of a tuple of arrays."""
        value = self.values[name]
        parts = [part for part in value if isinstance(part, Array)] if isinstance(value, tuple) else []
        if not isinstance(value, tuple) or not parts or len(parts) < len(value):
            raise self.refuse(name, "a tuple of expressions, such as `(a, b)`")
        return parts

    def scalar(self, name: str) -> Array:
        found = self.array(name)
        if found.rank:
            raise self.refuse(name, "a scalar")
        return found

    def flag(self, name: str) -> bool:
        value = self.values[name]
        if not isinstance(value, bool):
            raise self.refuse(name, "True or False")
        return value

    def integer(self, name: str) -> int:
        value = integer_of(self.values[name])
        if value is None:
            raise self.refuse(name, "a constant integer")
        return value

    def axis(self, name: str = "axis") -> int | None:
        value = self.values[name]
        if value is None:
            return None
        if isinstance(value, tuple) and {integer_of(part) for part in value} in ({0, 1}, {-1, -2}):
            return None
        return self.integer(name)

    def size(self, name: str) -> Size:
        found = self.shape(name)
        if len(found) != 1:
            raise self.refuse(name, "one size")
        return found[0]

    def shape(self, name: str) -> tuple[Size, ...]:
        value = self.values[name]
        parts = value if isinstance(value, tuple) else (value,)
        if len(parts) > 2 or not all(isinstance(part, Array) for part in parts):
            raise self.refuse(name, "a size, or a tuple of at most two")
        return tuple(arrays.size_of(part) for part in parts if isinstance(part, Array))


def integer_of(value: Value) -> int | None:
    """The constant integer that a value is, or None."""
    if isinstance(value, Array) and not value.rank and isinstance(value.node, Number) and value.node.value.is_Integer:
        return int(value.node.value)
    return None


Build = Callable[[Arguments], Value]


@dataclass(frozen=True)
class Word:
    """A function of NumPy, or one of symnn's own.

    `name` is the path below ``numpy``; the last part alone is read too. `parameters` are written as NumPy names them, a
    default is None, True, False or a decimal. `method` says that arrays have it too, `own` that NumPy does not.
    """

    name: str
    parameters: str
    build: Build
    method: bool = False
    own: bool = False

    @property
    def bare(self) -> str:
        return self.name.rpartition(".")[2]

    def signature(self) -> Iterator[tuple[str, bool, Value]]:
        """Name, whether there is a default, and the default, of each parameter."""
        for parameter in self.parameters.split():
            name, has_default, default = parameter.partition("=")
            constant = DEFAULTS[default] if default in DEFAULTS else arrays.scalar(Fraction(default))
            yield name, bool(has_default), constant


DEFAULTS: Mapping[str, Value] = {"": None, "None": None, "True": True, "False": False}

Unary = Callable[[Array], Array]
Binary = Callable[[Array, Array], Array]


def unary(rule: Unary) -> Build:
    return lambda given: rule(given.array("x"))


def binary(rule: Binary) -> Build:
    return lambda given: rule(given.array("x1"), given.array("x2"))
