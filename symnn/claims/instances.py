"""Where an inequality is tried: points of all magnitudes, sizes and shapes, and points moved from there.

A point has an integer for every size and an array for every variable. Its arrays are given by cores, which move freely:
a positive definite matrix is CCᵀ and a little of the identity, a positive number is stretched, a symmetric matrix has
the upper half of its core.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import Any

import mpmath
import numpy as np
from sympy import Symbol

from symnn.algebra.nodes import Add, Broadcast, Hadamard, Identity, Map, Node, Ones, Power, Scale, Transpose, Variable
from symnn.algebra.sizes import Size
from symnn.algebra.walk import postorder, variables
from symnn.proof.judges.digits import FLAVOURS, ties
from symnn.proof.judges.fields import Array, DecimalField, RationalField
from symnn.proof.judges.instance import DISCRETE, Draw, Numbers, SizePlan, size_at

SMALL_DRAWS, LARGE_DRAWS = 170, 48
MOST_SMALL = 24
LARGE = (4, 5, 7, 11, 19, 53, 120, 1000)
MOST_WORK = 60_000
LEAST_EIGENVALUE = Fraction(1, 10**9)
ENTRYWISE = (Variable, Add, Scale, Hadamard, Transpose, Map, Power, Broadcast, Ones, Identity)
WAVES = {"sin", "cos", "tan"}
FARTHEST = 10**12
REAL = mpmath.ctx_mp.MPContext()
REAL.dps = 40


def _magnitudes(low: int, high: int, signs: Sequence[int]) -> Numbers:
    """Numbers of all magnitudes between two powers of ten."""

    def positive(random: Random) -> Fraction:
        return Fraction(random.randint(10, 99)) * Fraction(10) ** random.randint(low - 1, high - 2)

    return Numbers(RationalField(), lambda random: random.choice(signs) * positive(random), positive)


MAGNITUDES = (
    _magnitudes(-6, 6, (1, -1)),
    _magnitudes(3, 7, (1, -1)),
    _magnitudes(-7, -2, (1, -1)),
    _magnitudes(1, 3, (1, -1)),
    _magnitudes(-6, 6, (1,)),
    _magnitudes(5, 9, (1, -1)),
)
KINDS = (*FLAVOURS, ties(), *MAGNITUDES)
ARRANGEMENTS = ("drawn", "drawn", "equal", "one", "some zero", "multiple of the identity")


@dataclass(frozen=True)
class Point:
    """Sizes, and the cores of the variables' values, as rationals or as decimals."""

    sizes: Mapping[Symbol, int]
    cores: Mapping[Variable, Array]

    @property
    def shown_sizes(self) -> dict[str, int]:
        return {str(symbol): size for symbol, size in self.sizes.items()}

    def value(self, variable: Variable) -> Array:
        """The array that the core of a variable means."""
        core = self.cores[variable]
        words = set(variable.assumptions)
        if words & DISCRETE:
            return core
        if "positive definite" in words:
            made: Array = core @ core.T
            made[np.diag_indices(len(core))] += LEAST_EIGENVALUE if isinstance(core.flat[0], Fraction) else 1e-9
            return made
        return np.triu(core) + np.triu(core, 1).T if "symmetric" in words else core

    def coordinates(self) -> list[tuple[Variable, int, int]]:
        """The entries of the cores that may be moved."""
        return [
            (variable, row, column)
            for variable, core in self.cores.items()
            if not DISCRETE & set(variable.assumptions)
            for row, column in np.ndindex(core.shape)
            if row <= column or "symmetric" not in variable.assumptions
        ]

    def moved(self, steps: Sequence[Any], coordinates: Sequence[tuple[Variable, int, int]]) -> Point:
        """Every coordinate moved by a step in units of its size; what must be positive is stretched."""
        cores = {variable: core.copy() for variable, core in self.cores.items()}
        for step, (variable, row, column) in zip(steps, coordinates, strict=True):
            core, entry = cores[variable], _decimal(self.cores[variable][row, column])
            if "positive" in variable.assumptions:
                core[row, column] = entry * REAL.exp(step)
            else:
                made = entry + step * (abs(entry) or 1)
                core[row, column] = abs(made) if "nonnegative" in variable.assumptions else made
        return replace(self, cores=cores)

    def placed(self, values: Sequence[float], coordinates: Sequence[tuple[Variable, int, int]]) -> Point:
        """Every coordinate at a value; what must be positive at the absolute one."""
        cores = {variable: core.copy() for variable, core in self.cores.items()}
        for value, (variable, row, column) in zip(values, coordinates, strict=True):
            is_signed = not {"positive", "nonnegative"} & set(variable.assumptions)
            cores[variable][row, column] = REAL.mpf(value if is_signed else abs(value))
        return replace(self, cores=cores)

    def between(self, end: Point, part: Any) -> Point:
        """The point so far on the way to another of the same sizes."""
        cores = {}
        for variable, core in self.cores.items():
            made = core.copy()
            for place in np.ndindex(core.shape) if not DISCRETE & set(variable.assumptions) else ():
                first, last = _decimal(core[place]), _decimal(end.cores[variable][place])
                made[place] = first + part * (last - first)
            cores[variable] = made
        return replace(self, cores=cores)

    def rounded(self, digits: int) -> Point:
        """The nearest point in rationals with so many digits."""
        return replace(self, cores={each: _rounded(core, each, digits) for each, core in self.cores.items()})


@dataclass(frozen=True)
class At:
    """A point as an instance over a field."""

    point: Point
    field: DecimalField

    def size(self, size: Size) -> int:
        found = size_at(size, self.point.sizes)
        assert found is not None
        return found

    def value(self, variable: Variable) -> Array:
        made = self.point.value(variable)
        entries = [self._number(entry) for entry in made.ravel().tolist()]
        return np.array([*entries, None], dtype=object)[:-1].reshape(made.shape)

    def _number(self, entry: Any) -> Any:
        exact = isinstance(entry, Fraction | int)
        return self.field.number(Fraction(entry)) if exact else self.field.taken(np.array([entry]))[0]

    def direction(self, variable: Variable) -> Array:
        raise NotImplementedError(f"an inequality has no differential of {variable.name}")


class Valued(DecimalField):
    """Decimals at which a largest entry has its value also where several are the largest: nothing is differentiated.

    Where `is_far`, exponentials have their values also where they are too small to be told from 0 beside other terms.
    """

    def __init__(self, digits: int, *, is_far: bool = False) -> None:
        super().__init__(digits)
        self._is_far = is_far

    def _derivative(self, name: str, order: int, argument: Any) -> Any:
        if self._is_far and name == "exp" and -FARTHEST < argument < 0:
            return self._real.exp(argument)
        return super()._derivative(name, order, argument)

    def largest(self, array: Array) -> Array:
        self.settle(array)
        entries: list[Any] = array.ravel().tolist()
        made = np.zeros(array.shape, dtype=object)
        made.flat[max(range(len(entries)), key=entries.__getitem__)] = 1
        return made


def points(roots: Sequence[Node], seed: int) -> Iterator[Point]:
    """Points at small sizes, then at larger ones: drawn, with equal entries, with a single one, with zeros."""
    plan = SizePlan(*roots, seed=seed)
    found = variables(*roots)
    small = [sizes for sizes, _ in zip(plan.small(), range(MOST_SMALL), strict=False)] or [next(plan.large())]
    large = [sizes for sizes in _large(plan) if _work(roots, sizes) <= MOST_WORK] if plan.symbols else []
    for number in range(SMALL_DRAWS + LARGE_DRAWS * bool(large)):
        is_small = number < SMALL_DRAWS
        choices = small if is_small else large
        kinds = KINDS if is_small else FLAVOURS[:4]
        draw = Draw(choices[number % len(choices)], kinds[number % len(kinds)], f"{seed}:inequality:{number}")
        random = Random(f"{seed}:arranged:{number}")
        if is_small:
            ways = {each: random.choice(ARRANGEMENTS[: 1 if number % 2 else None]) for each in found}
        else:
            # Each size meets each arrangement.
            ways = dict.fromkeys(found, ARRANGEMENTS[1:][number // len(choices) % (len(ARRANGEMENTS) - 1)])
        yield Point(draw.sizes, {each: _core(draw, each, ways[each], random) for each in found})


def _large(plan: SizePlan) -> Iterator[dict[Symbol, int]]:
    for size in LARGE:
        sizes = {symbol: size + place for place, symbol in enumerate(plan.symbols)}
        if plan.fits(sizes):
            yield sizes


def _work(roots: Sequence[Node], sizes: Mapping[Symbol, int]) -> int:
    """About how many operations the nodes take at these sizes."""
    longest, work = max(sizes.values(), default=1), 0
    for node in postorder(*roots):
        rows, cols = size_at(node.rows, sizes), size_at(node.cols, sizes)
        if rows is None or cols is None:
            return MOST_WORK + 1
        work += rows * cols * (1 if min(rows, cols) == 1 or isinstance(node, ENTRYWISE) else longest)
    return work


def waves(*roots: Node) -> bool:
    """Whether a function that rises and falls forever is applied in some of the expressions, or in formulas there."""
    functions = [node.function for node in postorder(*roots) if isinstance(node, Map)]
    bodies = [function.body for function in functions if function.body is not None]
    return any(function.name in WAVES for function in functions) or (bool(bodies) and waves(*bodies))


def _core(draw: Draw, variable: Variable, way: str, random: Random) -> Array:
    """Drawn values for a variable, arranged in some way that its assumptions allow."""
    words = set(variable.assumptions)
    if words & DISCRETE:
        return draw.value(variable)
    shape = draw.size(variable.rows), draw.size(variable.cols)
    entry = draw.numbers.positive if words & {"positive", "nonnegative"} else draw.numbers.any
    entries = [entry(random) for _ in range(shape[0] * shape[1])]
    if way == "equal":
        entries = entries[:1] * len(entries)
    loose = "nonnegative" in words and random.random() < 0.2
    if "positive" not in words and (way in ("one", "some zero") or loose):
        kept = random.randrange(len(entries)) if way == "one" else None
        share = 1.0 if way == "one" else 0.5
        entries = [
            Fraction(0) if place != kept and random.random() < share else each for place, each in enumerate(entries)
        ]
    made = np.array([*entries, None], dtype=object)[:-1].reshape(shape)
    if way == "multiple of the identity" and "positive" not in words and shape[0] == shape[1]:
        made = made.flat[0] * np.eye(shape[0], dtype=int).astype(object)
    return made


def _decimal(entry: Any) -> Any:
    return REAL.mpf(entry.numerator) / entry.denominator if isinstance(entry, Fraction) else REAL.mpf(entry)


def _rounded(core: Array, variable: Variable, digits: int) -> Array:
    if DISCRETE & set(variable.assumptions):
        return core
    made = core.copy()
    for place, entry in np.ndenumerate(core):
        exact = entry if isinstance(entry, Fraction | int) else _exact(entry)
        near = Fraction(exact).limit_denominator(10**digits)
        made[place] = near if near > 0 or "positive" not in variable.assumptions else Fraction(exact)
    return made


def _exact(number: Any) -> Fraction:
    sign, mantissa, exponent, _ = REAL.mpf(number)._mpf_
    return Fraction((-1) ** int(sign) * int(mantissa)) * Fraction(2) ** int(exponent)


def is_of_full_rank(array: Array, words: Collection[str]) -> bool:
    """Whether an array has the rank that the words say, as far as floating point tells."""
    wanted = {"full column rank": array.shape[1], "full row rank": array.shape[0]}
    asked = [rank for word, rank in wanted.items() if word in words]
    return not asked or int(np.linalg.matrix_rank(array.astype(float))) == max(asked)
