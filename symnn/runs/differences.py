"""Emitted derivatives beside central differences of the emitted values, at the data of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symnn.arrays import Floats

STEP = 1e-5
"""About the cube root of the precision of float64: there truncation and round-off are about the same."""
SMALL = 1e-8
"""How far central differences may be off, for functions whose third derivatives are of order one."""


def central_differences(value: Callable[..., Any], arguments: Mapping[str, Any], by: str, step: float = STEP) -> Floats:
    """The derivative of `value` by one of its arguments, of the shape of the value followed by that of the argument."""
    array = np.array(arguments[by], dtype=np.float64)

    def at(place: tuple[int, ...], moved: float) -> Floats:
        entries = array.copy()
        entries[place] += moved
        return np.asarray(value(**{**arguments, by: entries}))

    columns = [(at(place, step) - at(place, -step)) / (2 * step) for place in np.ndindex(array.shape)]
    return np.stack(columns, axis=-1).reshape(columns[0].shape + array.shape)


def largest_difference(value: Callable[..., Any], derivative: Any, arguments: Mapping[str, Any], by: str) -> float:
    """How far a derivative is from central differences, in its worst entry."""
    return float(np.abs(np.asarray(derivative) - central_differences(value, arguments, by)).max())
