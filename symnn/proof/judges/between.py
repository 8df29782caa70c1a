"""Where the kinks of two sides lie at different places, values are needed that lie between them.

On the way from one draw to another, every kink that is crossed is found by halving; between each two neighbouring ones
both sides are tried. So however near a threshold is to the right one, the values between them are met.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

from symnn.algebra.nodes import Variable
from symnn.algebra.sizes import Size
from symnn.proof.judges.fields import Array, DecimalField, Field, Undefined
from symnn.proof.judges.instance import DISCRETE, Converted, Draw, Instance
from symnn.proof.judges.interpreter import Interpreter
from symnn.proof.judges.kinks import Kink

Ends: TypeAlias = tuple[Converted, Converted]

DIGITS = 30
STOPS = 9
HALVINGS = 40
MANY_CROSSINGS = 24


class Moved:
    """An instance moved a part of the way to another one of the same sizes; finitely many kinds stay as they are.

    What is symmetric, positive or positive definite at both ends is so in between.
    """

    def __init__(self, start: Instance, end: Instance, part: Any, field: Field) -> None:
        self.field = field
        self._start, self._end, self._part = start, end, part

    def size(self, size: Size) -> int:
        return self._start.size(size)

    def value(self, variable: Variable) -> Array:
        start = self._start.value(variable)
        if DISCRETE & set(variable.assumptions):
            return start
        made: Array = start + (self._end.value(variable) - start) * self._part
        return made

    def direction(self, variable: Variable) -> Array:
        return self._start.direction(variable)


class Between(Moved):
    """A draw moved a part of the way to another one, exactly."""

    def __init__(self, start: Draw, end: Draw, part: Fraction) -> None:
        super().__init__(start, end, part, start.field)
        self.sizes = start.sizes


def between_kinks(kinks: Sequence[Kink], start: Draw, end: Draw) -> Iterator[Fraction]:
    """Parts of the way, one between each two neighbouring places at which some entry crosses a kink.

    When many are found, one entry is followed for each further kink and stretch of the way.
    """
    stops = [Fraction(stop, STOPS - 1) for stop in range(STOPS)]
    ends = Converted(start, DecimalField(DIGITS)), Converted(end, DecimalField(DIGITS))
    crossings: set[Fraction] = set()
    for kink in kinks:
        sides = [_sides(kink, ends, stop) for stop in stops]
        for place, (before, after) in enumerate(pairwise(sides)):
            changed = [entry for entry, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]]
            for entry in changed[: max(1, MANY_CROSSINGS - len(crossings))]:
                crossings.add(_crossing(kink, entry, before[entry], ends, stops[place], stops[place + 1]))
    ordered = sorted(crossings)
    yield from ((left + right) / 2 for left, right in pairwise(ordered))


def _crossing(kink: Kink, entry: int, side: int, ends: Ends, low: Fraction, high: Fraction) -> Fraction:
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        sides = _sides(kink, ends, middle)
        if entry < len(sides) and sides[entry] == side:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _sides(kink: Kink, ends: Ends, part: Fraction) -> list[int]:
    """On which side of the kink each entry stands; nothing where the argument has no value."""
    field = DecimalField(DIGITS)
    try:
        return list(kink.sides(Interpreter(Moved(*ends, field.number(part), field))))
    except Undefined:
        return []
