"""Smaller and smaller values of a function of a few numbers, by the update of Broyden, Fletcher, Goldfarb and Shanno.

Values are decimals of many digits, so that differences give the slope; the directions are of double precision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symnn.arrays import Floats
from symnn.claims.instances import REAL

DIFFERENCE = REAL.mpf("1e-12")
SHORTEST = 1e-9
ENOUGH = 1e-4
LARGEST = 1e100

Value = Callable[[Sequence[Any]], Any]


def descend(value: Value, start: Sequence[Any], steps: int, is_enough: Callable[[Any], bool]) -> list[Any]:
    """A place with a smaller value than the start, after so many steps, or as soon as the value `is_enough`.

    `value` may be None where there is none. The start must have one.
    """
    at, now = list(start), value(start)
    slope = _slope(value, at, now)
    inverse, is_plain = np.eye(len(at)), True
    for _ in range(steps):
        if is_enough(now) or slope is None or not np.any(slope):
            break
        direction = -inverse @ slope
        reach = float(np.linalg.norm(direction))
        if not 0 < reach < LARGEST:
            break
        length = 1 / reach if is_plain else 1.0
        found = _shortened(value, at, now, direction, length, float(slope @ direction))
        if found is None:
            if is_plain:
                break
            inverse, is_plain = np.eye(len(at)), True
            continue
        moved, then, length = found
        turned = _slope(value, moved, then)
        if turned is not None:
            inverse, is_plain = _updated(inverse, length * direction, turned - slope)
        at, now, slope = moved, then, turned
    return at


def _slope(value: Value, at: Sequence[Any], now: Any) -> Floats | None:
    """The derivatives by all numbers; None where there is no value, or they are too large to go on."""
    found = []
    for place in range(len(at)):
        there = [*at[:place], at[place] + DIFFERENCE, *at[place + 1 :]]
        then = value(there)
        if then is None:
            return None
        found.append(float((then - now) / DIFFERENCE))
    slope = np.array(found)
    return slope if np.all(np.abs(slope) < LARGEST) else None


def _shortened(
    value: Value, at: Sequence[Any], now: Any, direction: Floats, length: float, slope: float
) -> tuple[list[Any], Any, float] | None:
    """A step along the direction that makes the value smaller by a part of what the slope promises."""
    while length > SHORTEST and slope < 0:
        moved = [entry + length * float(step) for entry, step in zip(at, direction, strict=True)]
        then = value(moved)
        if then is not None and then <= now + ENOUGH * length * slope:
            return moved, then, length
        length /= 4
    return None


def _updated(inverse: Floats, step: Floats, change: Floats) -> tuple[Floats, bool]:
    """The inverse Hessian that the last step and the change of the slope say; the identity where they bend downward."""
    along = float(step @ change)
    if along <= 1 / LARGEST:
        return np.eye(len(step)), True
    left = np.eye(len(step)) - np.outer(step, change) / along
    return left @ inverse @ left.T + np.outer(step, step) / along, False
