"""What the options of commands say: shapes, assumptions and values, as they are written on a command line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from symnn.errors import ReadError, ShapeError

MOST_DIGITS = 3
"""Of an exponent; those of float64 have no more."""


def parse_shapes(texts: Iterable[str]) -> dict[str, tuple[str | int, ...]]:
    """Shapes as `derive` takes them: ``X=n,d`` is a matrix, ``y=n,1`` a column, ``w=d`` a vector, ``s=`` a scalar.

    Raises ReadError for what is not a name with sizes, ShapeError for two shapes of one name.
    """
    found: dict[str, tuple[str | int, ...]] = {}
    for text in texts:
        name, value = _pair(text, "--shape", "X=n,d")
        sizes = [size.strip() for size in value.strip("()").split(",") if size.strip()]
        if name in found:
            raise ShapeError(f"--shape gives {name} two shapes")
        found[name] = tuple(int(size) if size.isdecimal() else size for size in sizes)
    return found


def parse_assumptions(texts: Iterable[str]) -> dict[str, list[str]]:
    """Assumptions as they are given to `derive`; one name may have several, in one text or in several."""
    found: dict[str, list[str]] = {}
    for text in texts:
        name, value = _pair(text, "--assume", "lam=positive")
        words = [word.strip() for word in value.split(",") if word.strip()]
        if not words:
            raise ReadError(f"--assume {text!r} names no assumption; write --assume lam=positive")
        found.setdefault(name, []).extend(words)
    return found


def parse_data(texts: Iterable[str]) -> dict[str, Any]:
    """Values as `--at` takes them, exactly as they are written: a number, or rows in brackets as in JSON.

    Raises ReadError for anything else, and for two values of one name.
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, value = _pair(text, "--at", "x=-2")
        if name in found:
            raise ReadError(f"--at gives {name} two values")
        try:
            is_array = value.startswith("[")
            found[name] = json.loads(value, parse_float=_exactly, parse_int=_exactly) if is_array else _exactly(value)
        except (ValueError, ZeroDivisionError) as error:
            raise ReadError(f"--at {text!r} is not understood; write x=-2, x=1/3 or x=[0.5, 2]") from error
    return found


def _exactly(text: str) -> Fraction:
    """The number that is written. Raises ReadError for one whose exponent would make it endless to work with."""
    exponent = text.lower().partition("e")[2]
    if exponent.lstrip("+-").isdecimal() and len(exponent.lstrip("+-0")) > MOST_DIGITS:
        raise ReadError(f"--at {text!r} is beyond every float64; write a number between 1e-300 and 1e300")
    return Fraction(text)


def pair_of_names(text: str) -> tuple[str, str]:
    """Two names as `--mixed` takes them: ``x,y``. Raises ReadError for anything else."""
    names = [name.strip() for name in text.split(",")]
    if len(names) != 2 or not all(names):
        raise ReadError(f"--mixed {text!r} is not understood; write --mixed x,y for two variables")
    return names[0], names[1]


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip().isidentifier():
        raise ReadError(f"{option} {text!r} is not understood; write {option} {example}")
    return name.strip(), value.strip()
