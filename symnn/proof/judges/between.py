"""Where the kinks of two sides lie at different places, values are needed that lie between them.

On the way from one draw to another, every kink that is crossed is sought; between each two neighbouring ones both
sides are tried. So however near a threshold is to the right one, the values between them are met.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

import mpmath

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
GRID = 2**44
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
        away = [_distances(kink, ends, stop) for stop in stops]
        for place, (before, after) in enumerate(pairwise(away)):
            changed = [entry for entry, pair in enumerate(zip(before, after, strict=False)) if _apart(*pair)]
            for entry in changed[: max(1, MANY_CROSSINGS - len(crossings))]:
                crossings.add(_crossing(kink, entry, ends, stops[place], stops[place + 1], after[entry]))
    ordered = sorted(crossings)
    yield from ((left + right) / 2 for left, right in pairwise(ordered))


def _apart(before: Any, after: Any) -> bool:
    return bool((before > 0) is not (after > 0) or (before < 0) is not (after < 0))


def _crossing(kink: Kink, entry: int, ends: Ends, low: Fraction, high: Fraction, last: Any) -> Fraction:
    """The part of the way at which an entry crosses the kink, between two at which it stands on different sides.

    Where there is no value, the entry counts as having crossed it: `last` is its distance at the end.
    """

    def distance(part: float) -> float:
        found = _distances(kink, ends, Fraction(part))
        return float(found[entry] if entry < len(found) else last)

    part = mpmath.fp.findroot(
        distance, (float(low), float(high)), solver="anderson", tol=0.5**HALVINGS, maxsteps=HALVINGS, verify=False
    )
    return Fraction(min(max(round(part * GRID), 1), GRID - 1), GRID)


def _distances(kink: Kink, ends: Ends, part: Fraction) -> list[Any]:
    """How far each entry is from the kink; nothing where the argument has no value."""
    field = DecimalField(DIGITS)
    try:
        return list(kink.distances(Interpreter(Moved(*ends, field.number(part), field))))
    except Undefined:
        return []
