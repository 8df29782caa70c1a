"""Tables of numbers: what they are called, where they come from, under what licence, and their exact values."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from symnn.errors import DataError

Columns = Mapping[str, tuple[Fraction, ...]]


@dataclass(frozen=True)
class Table:
    """A table of numbers by column. `load` gives them as exact fractions."""

    name: str
    about: str
    source: str
    licence: str
    load: Callable[[], Columns]


def _exact(text: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(word) for word in text.split())


def _commute() -> Columns:
    return {
        "distance": _exact("2.7 4.1 1.0 5.2 2.8"),
        "weekday": _exact("1 1 0 1 0"),
        "minutes": _exact("25 33 15 45 22"),
    }


def _polynomial() -> Columns:
    return {
        "x": tuple(Fraction(place, 9) for place in range(10)),
        "t": _exact(".349486 .830839 1.007332 .971507 .133066 .166823 -.848307 -.445686 -.563567 .261502"),
    }


TABLES: Mapping[str, Table] = MappingProxyType(
    {
        data.name: data
        for data in (
            Table(
                "commute",
                "minutes to work by distance in miles and whether it is a weekday: 5 samples",
                "the book's chapter on regression, where the table is printed (row B1)",
                "five rows of figures, free of copyright",
                _commute,
            ),
            Table(
                "polynomial",
                "sin(2πx) with noise at x = 0, 1/9, …, 1: 10 samples, targets to six decimals",
                "the lecture's curve-fitting example (row L4), from C. M. Bishop, Pattern Recognition and Machine "
                "Learning, section 1.1",
                "ten figures, free of copyright",
                _polynomial,
            ),
        )
    }
)


def load(name: str) -> Columns:
    """The columns of a data set, as fractions. Raises DataError for an unknown name or columns of different lengths."""
    if name not in TABLES:
        raise DataError(f"there is no data set {name!r}; there are {', '.join(TABLES)}")
    columns = TABLES[name].load()
    lengths = {column: len(values) for column, values in columns.items()}
    if len(set(lengths.values())) != 1:
        raise DataError(f"the columns of {name} have different lengths: {lengths}")
    return columns


def noisy_sine(size: int, *, noise: float, seed: int) -> Columns:
    """`size` fresh samples like those of `polynomial`: x even on [0, 1], t = sin(2πx) plus normal noise.

    The same seed gives the same numbers on every machine: t is rounded to six decimals, as the printed sample is.
    """
    if size < 2:
        raise DataError(f"at least 2 samples are drawn, found {size}")
    source = random.Random(seed)
    x = [Fraction(place, size - 1) for place in range(size)]
    t = [math.sin(2 * math.pi * float(place)) + source.gauss(0, noise) for place in x]
    return {"x": tuple(x), "t": tuple(Fraction(f"{value:.6f}") for value in t)}
