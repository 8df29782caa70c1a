"""Random sizes and arrays that respect what is assumed of the variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle, islice, permutations

import numpy as np
from sympy import Symbol

from symnn.algebra.nodes import Variable
from symnn.algebra.sizes import Size, least_sizes
from symnn.arrays import Floats
from symnn.errors import AssumptionError, UnsupportedError

SMALL = (5, 3, 4, 2, 6, 7, 8, 9)
MIDDLE = (8, 5, 7, 6, 9, 4, 10, 3)
REAL = (50, 7, 20, 11, 13, 9, 8, 10)


def axes_of(variable: Variable) -> tuple[Size, ...]:
    """The axes of the array of a variable."""
    return {0: (), 1: (variable.rows,), 2: (variable.rows, variable.cols)}[variable.rank]


def choose_sizes(
    variables: Sequence[Variable], lengths: Sequence[int], bounds: Sequence[Size] = ()
) -> dict[Symbol, int]:
    """A length for each symbolic size, pairwise distinct, such that the assumed ranks are possible and bounds positive.

    Lengths grow where a bound asks for it. Where there are more sizes than lengths, as in a deep network, the lengths
    come again in the same order. Raises UnsupportedError where none of the orders fits.
    """
    found: dict[Symbol, None] = {}
    for variable in variables:
        for axis in axes_of(variable):
            found.update(dict.fromkeys(sorted(axis.free_symbols, key=str)))
    symbols = list(found)
    least = least_sizes(bounds)
    repeated = tuple(islice(cycle(lengths), max(len(lengths), len(symbols))))
    distinct = min(len(symbols), len(lengths))
    for order in islice(permutations(repeated, len(symbols)), 20000):
        moved = (max(0, least.get(symbol, 1) - min(lengths)) for symbol in symbols)
        sizes = {symbol: length + more for symbol, length, more in zip(symbols, order, moved, strict=True)}
        fits = all(_is_possible(variable, sizes) for variable in variables)
        if fits and len(set(sizes.values())) >= distinct and all(bound.subs(sizes) >= 1 for bound in bounds):
            return sizes
    raise UnsupportedError(f"no sizes among {sorted(lengths)} fit the shapes and ranks that are assumed")


def _is_possible(variable: Variable, sizes: Mapping[Symbol, int]) -> bool:
    rows, cols = (int(axis.subs(sizes)) for axis in variable.shape)
    if rows < 1 or cols < 1:
        return False
    words = variable.assumptions
    return not ("full column rank" in words and rows < cols) and not ("full row rank" in words and rows > cols)


KINDS: Mapping[str, str] = {
    "normal": "",
    "positive": "at positive values only",
    "unit": "at values between 0.1 and 0.9 only",
    "negative": "at negative values only",
    "small": "at small values only",
    "shares": "at small positive values only",
    "large": "at values between 3.5 and 5 only",
    "quarter": "at small values only",
    "fourfold": "at large values only",
    "fourfold positive": "at values between 2 and 8 only",
}
"""How values are drawn where nothing is assumed, and what a report says of it."""


def draw(variable: Variable, sizes: Mapping[Symbol, int], random: np.random.Generator, kind: str = "normal") -> Floats:
    """A random array for a variable, of one of the KINDS as far as its assumptions allow."""
    shape = (int(variable.rows.subs(sizes)), int(variable.cols.subs(sizes)))
    array = _draw(set(variable.assumptions), shape, random, kind)
    if array is None:
        raise AssumptionError(f"{variable.name}: no values are known for {', '.join(variable.assumptions)} together")
    return array.reshape(tuple(int(axis.subs(sizes)) for axis in axes_of(variable)))


def _of_kind(kind: str, normal: Floats, uniform: Floats) -> Floats:
    """Values of one kind from normal ones, and from uniform ones between 0.5 and 2."""
    unit = 0.1 + 0.8 * (uniform - 0.5) / 1.5
    made: Mapping[str, Floats] = {
        "normal": normal,
        "positive": uniform,
        "unit": unit,
        "negative": -uniform,
        "small": normal / (4 * np.sqrt(normal.size)),
        "shares": unit / normal.size,
        "large": 3 + uniform,
        "quarter": normal / 4,
        "fourfold": 4 * normal,
        "fourfold positive": 4 * uniform,
    }
    return made[kind]


ONEHOT = {"onehot", "onehot rows", "binary", "nonnegative"}


def _draw(words: set[str], shape: tuple[int, int], random: np.random.Generator, kind: str) -> Floats | None:
    rows = shape[0]
    words = words - {"full column rank", "full row rank"}
    normal = random.normal(size=shape)
    uniform = random.uniform(0.5, 2.0, size=shape)
    if words <= {"positive", "nonnegative"}:
        made = _of_kind(kind, normal, uniform)
        return made if not words else uniform if kind == "normal" else np.abs(made)
    if words <= {"positive definite", "symmetric", "positive", "nonnegative"}:
        base = uniform if words & {"positive", "nonnegative"} or kind == "positive" else normal
        return base @ base.T / rows + np.eye(rows) if "positive definite" in words else (base + base.T) / 2
    if words == {"orthogonal"}:
        factor, triangle = np.linalg.qr(normal)
        return factor * np.sign(np.diag(triangle))
    if words == {"orthogonal", "symmetric"}:
        return np.eye(rows) - 2 * normal[:, :1] @ normal[:, :1].T / np.sum(normal[:, 0] ** 2)
    if words & {"onehot", "onehot rows"}:
        return _onehot(shape, random, rows="onehot rows" in words) if words <= ONEHOT else None
    if words <= {"binary", "nonnegative"}:
        return random.integers(0, 2, size=shape).astype(float)
    return random.choice([-1.0, 1.0], size=shape) if words == {"signs"} else None


def _onehot(shape: tuple[int, int], random: np.random.Generator, *, rows: bool) -> Floats:
    made = np.zeros(shape)
    if rows:
        made[np.arange(shape[0]), random.integers(shape[1], size=shape[0])] = 1
    else:
        made.flat[random.integers(made.size)] = 1
    return made
