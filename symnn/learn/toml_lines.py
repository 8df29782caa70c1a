"""Where a key stands in a TOML file. The standard library's parser tells no lines, so it is asked about beginnings.

The lines up to some line are TOML exactly where a statement ends there; the first beginning that holds a key ends with
the statement that gives it. No grammar is written twice, so nothing that is legal TOML can mislead the search.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Mapping
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]

# What makes a beginning whole that ends between two elements of an array, or of an inline table where it has lines.
_CLOSINGS = ("", "]", "}", "}]")


LONGEST = 100
"""The most lines that a statement may have between two lines that end an element of it."""


def line_of(text: str, path: Path) -> int | None:
    """The line, from 1 on, on which the statement or the array element that gives a path begins.

    A path is made of keys and places in arrays: ``("layers", 1, "units")``. None where the text does not hold it, or
    has a value of too many lines.
    """
    lines = text.split("\n")
    counts = range(len(lines) + 1)
    try:
        end = bisect_left(counts, True, key=lambda count: _holds(_last_whole(lines, count)[1], path))
        return None if end == len(counts) else _last_whole(lines, end - 1)[0] + 1
    except _TooLong:
        return None


class _TooLong(Exception):
    """A statement has too many lines to look for its beginning."""


def _last_whole(lines: list[str], count: int) -> tuple[int, object]:
    """The longest beginning of at most so many lines that can be read, and what it says."""
    for tried in range(count, max(count - LONGEST, 0), -1):
        for closing in _CLOSINGS:
            try:
                return tried, tomllib.loads("\n".join([*lines[:tried], closing]))
            except tomllib.TOMLDecodeError:
                continue
    if count > LONGEST:
        raise _TooLong
    return 0, {}


def _holds(found: object, path: Path) -> bool:
    for part in path:
        if isinstance(part, int):
            if not isinstance(found, list) or part >= len(found):
                return False
            found = found[part]
        else:
            if not isinstance(found, Mapping) or part not in found:
                return False
            found = found[part]
    return True
