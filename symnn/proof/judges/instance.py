"""Where a line is tried: integers for the symbolic sizes, and seeded random values that respect the assumptions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice, product
from random import Random
from typing import Any, Protocol

import numpy as np
from sympy import Expr, Symbol

from symnn.algebra.nodes import Node, Variable
from symnn.algebra.sizes import Size, least_sizes
from symnn.algebra.walk import postorder, size_bounds, size_symbols
from symnn.errors import ShapeError
from symnn.proof.judges.fields import Array, Field, PrimeField, RationalField
from symnn.proof.judges.series import SeriesRing

Sizes = dict[Symbol, int]

SMALLEST = 3
SHUFFLES = 400
MANY = 5
PARITIES = 16
MOST_DISTINCT = 12


def size_at(size: Size, sizes: Mapping[Symbol, int]) -> int | None:
    """The integer that a size is at the given values; None where it is not a positive integer there."""
    value = size if size.is_Number else sizes.get(size) if size.is_Symbol else size.subs(sizes)
    if value is None or (isinstance(value, Expr) and not value.is_Number):
        return None
    return int(value) if value == int(value) and value > 0 else None


class SizePlan:
    """The sizes at which a statement is tried: all that fit its assumptions, in a useful order."""

    def __init__(self, *roots: Node, seed: int = 0) -> None:
        self._seed = seed
        self.symbols = size_symbols(*roots)
        self._wide_enough: list[tuple[Size, Size]] = []
        self._compound = size_bounds(*roots)
        self._least = least_sizes(self._compound)
        for node in postorder(*roots):
            if isinstance(node, Variable) and "full column rank" in node.assumptions:
                self._wide_enough.append(node.shape)
            if isinstance(node, Variable) and "full row rank" in node.assumptions:
                self._wide_enough.append((node.cols, node.rows))

    def taller(self, pairs: Iterable[tuple[Size, Size]]) -> SizePlan:
        """The same plan where moreover the first size of each pair is at least the second."""
        made = copy(self)
        made._wide_enough = [*self._wide_enough, *pairs]
        return made

    def fits(self, sizes: Sizes) -> bool:
        """Whether all sizes are positive integers and matrices of full rank are tall or wide enough."""
        if any(size_at(size, sizes) is None for size in self._compound):
            return False
        pairs = ((size_at(more, sizes), size_at(fewer, sizes)) for more, fewer in self._wide_enough)
        return all(more is not None and fewer is not None and more >= fewer for more, fewer in pairs)

    def large(self) -> Iterator[Sizes]:
        """Pairwise distinct random sizes. The second choice turns even sizes odd, and odd ones even."""
        fitting = chain(filter(self.fits, self._random()), self.small())
        start = next(fitting, None)
        if start is None:
            raise ShapeError(f"no sizes fit the assumptions: {', '.join(map(str, self.symbols))}")
        yield start
        seen, passed_over = [start], []
        for sizes in fitting:
            if sizes != start and all((sizes[symbol] - start[symbol]) % 2 for symbol in self.symbols):
                seen.append(sizes)
                yield sizes
                break
            passed_over.append(sizes)
        for sizes in chain(passed_over, fitting):
            if sizes not in seen:
                seen.append(sizes)
                yield sizes
        while len(seen) == 1:
            yield start

    def growing(self) -> Iterator[Sizes]:
        """A few larger ones, for lines that hold at all small sizes."""
        count = len(self.symbols)
        for start in range(SMALLEST + 1, 3 * SMALLEST + 1):
            yield from filter(
                self.fits, map(self._named, (range(start, start + count), range(start + count, start, -1)))
            )

    def at_least(self, wanted: Mapping[Symbol, int]) -> Sizes | None:
        """Small sizes of which some are at least as large as wanted."""
        ranges = [range(size := wanted.get(symbol, SMALLEST - 1), size + SMALLEST) for symbol in self.symbols]
        return next(filter(self.fits, map(self._named, islice(product(*ranges), SHUFFLES))), None)

    def parities(self, symbols: Collection[Symbol]) -> Iterator[Sizes]:
        """Small sizes at which these symbols are odd and even in all ways, or in many; the others are as they fit."""
        ways: Iterable[tuple[int, ...]] = islice(product((0, 1), repeat=len(symbols)), PARITIES)
        if 2 ** len(symbols) > PARITIES:
            random = Random(f"{self._seed}:parities")
            ways = (tuple(random.choices((0, 1), k=len(symbols))) for _ in range(PARITIES))
        for way in ways:
            wanted = dict(zip(symbols, way, strict=True))
            ranges = [[size for size in (2, 3, 4, 5) if size % 2 == wanted.get(s, size % 2)] for s in self.symbols]
            found = next(filter(self.fits, map(self._named, islice(product(*ranges), SHUFFLES))), None)
            if found is not None:
                yield found

    def _random(self) -> Iterator[Sizes]:
        """Each choice is followed by one of opposite parities in the opposite order, and by one in the same order.

        Very many sizes are not all distinct: matrices would become large. Astronomical sizes tell them apart.
        """
        random = Random(f"{self._seed}:sizes")
        compound = any(not size.is_Atom for pair in self._wide_enough for size in pair)
        count = len(self.symbols)
        for attempt in range(SHUFFLES if self.symbols else 1):
            # The range widens for conditions such as n ≥ d + k, which few sizes fulfil.
            highest = SMALLEST + min(count, MOST_DISTINCT) + (attempt // 40 if compound else 0)
            around = SMALLEST + highest + (SMALLEST + highest + 1) % 2
            sizes = range(SMALLEST, highest + 1)
            chosen = random.sample(sizes, count) if count <= MOST_DISTINCT else random.choices(sizes, k=count)
            yield self._named(chosen)
            yield self._named([around - size for size in chosen])
            yield self._named([size + 1 for size in chosen])

    def smaller(self) -> dict[Symbol, set[Symbol]]:
        """For each size those that may not be larger than it, by the words of rank."""
        inside: dict[Symbol, set[Symbol]] = {symbol: set() for symbol in self.symbols}
        for more, fewer in self._wide_enough * len(self.symbols):
            for symbol in fewer.free_symbols if more in inside else ():
                inside[more] |= {symbol, *inside[symbol]} - {more}
        return inside

    def small(self) -> Iterator[Sizes]:
        """Choices among the sizes 1, 2, 3, the smallest first; of many sizes most are 2."""
        if len(self.symbols) <= MANY:
            choices: Iterable[tuple[int, ...]] = sorted(product((1, 2, 3), repeat=len(self.symbols)), key=sum)
        else:
            choices = islice(product((2, 1, 3), repeat=len(self.symbols)), 3**MANY)
        named = (self._named(choice, 1) for choice in choices)
        return (sizes for sizes in named if self.fits(sizes))

    def _named(self, values: Iterable[int], smallest: int = SMALLEST) -> Sizes:
        """Values for the symbols. One that must be larger is moved by whole windows, so that all stay distinct."""
        window = len(self.symbols) + SMALLEST if smallest > 1 else 1
        moved = {symbol: -((smallest - value) // window) * window for symbol, value in self._least.items()}
        return {
            symbol: value + max(0, moved.get(symbol, 0)) for symbol, value in zip(self.symbols, values, strict=True)
        }


class Instance(Protocol):
    """Integers and values for one evaluation."""

    @property
    def field(self) -> Field: ...

    def size(self, size: Size) -> int: ...

    def value(self, variable: Variable) -> Array: ...

    def direction(self, variable: Variable) -> Array: ...


class AtSizes(Instance, Protocol):
    """An instance that knows the integers for all symbols of sizes."""

    @property
    def sizes(self) -> Mapping[Symbol, int]: ...


# --- random entries -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Numbers:
    """A stream of random numbers of a field: any, and positive ones."""

    field: Field
    any: Callable[[Random], Any]
    positive: Callable[[Random], Any]


def residues(seed: str) -> Numbers:
    """Uniform residues; a residue has no sign, so that positive ones are like any other."""

    field = PrimeField(seed)

    def draw(random: Random) -> int:
        return random.randrange(1, field.prime)

    return Numbers(field, draw, draw)


def fractions(largest: int, denominator: int, signs: Sequence[int]) -> Numbers:
    """Small fractions other than zero, with signs drawn from the given ones."""

    def positive(random: Random) -> Fraction:
        return Fraction(random.randint(1, largest), denominator)

    return Numbers(RationalField(), lambda random: random.choice(signs) * positive(random), positive)


# --- values under assumptions ---------------------------------------------------------------------------------------


DISCRETE = frozenset({"onehot", "onehot rows", "binary", "signs", "orthogonal"})


def patterns(variable: Variable, rows: int, cols: int) -> int:
    """How many kinds of values a variable of finitely many kinds has.

    An orthogonal matrix has two, by its determinant; a symmetric one has one for each number of eigenvalues −1.
    """
    words = variable.assumptions
    if "onehot" in words:
        return rows * cols
    if "onehot rows" in words:
        return int(cols**rows)
    if "orthogonal" in words:
        return rows + 1 if "symmetric" in words else 2
    return int(2 ** (rows * cols))


class Draw:
    """Seeded values for the variables at given sizes. A direction is never constrained.

    `chosen` fixes the pattern of variables of finitely many kinds, which are drawn as free ones where `free`; `basis`
    makes every direction zero but for one entry.
    """

    def __init__(
        self,
        sizes: Mapping[Symbol, int],
        numbers: Numbers,
        seed: str,
        *,
        chosen: Mapping[Variable, int] | None = None,
        basis: tuple[Variable, int, int] | None = None,
        free: bool = False,
    ) -> None:
        self.sizes = dict(sizes)
        self.numbers = numbers
        self._seed = seed
        self._chosen = chosen or {}
        self._basis = basis
        self._free = free
        self._known: dict[Size, int] = {}
        self._values: dict[Variable, Array] = {}
        self._directions: dict[Variable, Array] = {}

    @property
    def field(self) -> Field:
        return self.numbers.field

    def size(self, size: Size) -> int:
        known = self._known.get(size)
        if known is None:
            for symbol in sorted(size.free_symbols, key=str):
                self.sizes.setdefault(symbol, max(self.sizes.values(), default=SMALLEST) + 1)
            found = size_at(size, self.sizes)
            if found is None:
                raise ShapeError(f"the size {size} is not a positive integer at {self.sizes}")
            known = self._known[size] = found
        return known

    def value(self, variable: Variable) -> Array:
        known = self._values.get(variable)
        if known is None:
            random = Random(f"{self._seed}:{len(self._values)}:{variable.name}")
            known = self._values[variable] = self._drawn(variable, random)
        return known

    def direction(self, variable: Variable) -> Array:
        known = self._directions.get(variable)
        if known is None:
            shape = self.size(variable.rows), self.size(variable.cols)
            if self._basis is None:
                random = Random(f"{self._seed}:direction:{len(self._directions)}:{variable.name}")
                known = _filled(shape, lambda: self.numbers.any(random))
            else:
                known = np.zeros(shape, dtype=object)
                if self._basis[0] is variable:
                    known[self._basis[1:]] = 1
            self._directions[variable] = known
        return known

    def _drawn(self, variable: Variable, random: Random) -> Array:
        shape = rows, cols = self.size(variable.rows), self.size(variable.cols)
        words = frozenset(variable.assumptions)
        if words & DISCRETE and not self._free:
            kinds = patterns(variable, rows, cols)
            return self._of_kind(words, rows, cols, self._chosen.get(variable, random.randrange(kinds)), random)
        entry = self.numbers.positive if words & {"positive", "nonnegative"} else self.numbers.any
        made = _filled(shape, lambda: entry(random))
        if "positive definite" in words and not isinstance(self.field, PrimeField):
            return self.field.reduce(made @ made.T + _diagonal([1] * rows))
        if words & {"symmetric", "positive definite"}:
            return _mirrored(made)
        return made

    def _of_kind(self, words: frozenset[str], rows: int, cols: int, kind: int, random: Random) -> Array:
        if "orthogonal" in words:
            return self._orthogonal(rows, kind, "symmetric" in words, random)
        made = np.zeros((rows, cols), dtype=object)
        if "onehot" in words:
            made.flat[kind] = 1
            return made
        if "onehot rows" in words:
            for row in range(rows):
                kind, column = divmod(kind, cols)
                made[row, column] = 1
            return made
        for position in range(rows * cols):
            made.flat[position] = kind >> position & 1
        if "symmetric" in words:
            made = _mirrored(made)
        return self.field.reduce(2 * made - 1) if "signs" in words else made

    def _orthogonal(self, side: int, kind: int, symmetric: bool, random: Random) -> Array:
        """(I − S)(I + S)⁻¹ with S skew, then signs D for its columns; a symmetric one is QDQᵀ with `kind` signs −1."""
        upper = np.triu(_filled((side, side), lambda: self.numbers.any(random)), 1)
        skew, identity = upper - upper.T, _diagonal([1] * side)
        inverse = SeriesRing(self.field).inverse((self.field.reduce(identity + skew),))[0]
        assert inverse is not None
        rotation = self.field.reduce((identity - skew) @ inverse)
        signs = [random.choice((-1, 1)) for _ in range(side)]
        signs[0] = (-1) ** (kind + signs[1:].count(-1))
        if symmetric:
            signs = [-1] * kind + [1] * (side - kind)
        reflected = rotation @ _diagonal(signs)
        return self.field.reduce(self.field.reduce(reflected) @ rotation.T if symmetric else reflected)


class Converted:
    """The same instance with its rationals taken over to another field."""

    def __init__(self, instance: Instance, field: Field) -> None:
        self._instance = instance
        self._values: dict[Variable, Array] = {}
        self.field = field

    def size(self, size: Size) -> int:
        return self._instance.size(size)

    def value(self, variable: Variable) -> Array:
        known = self._values.get(variable)
        if known is None:
            known = self._values[variable] = self._taken(self._instance.value(variable))
        return known

    def direction(self, variable: Variable) -> Array:
        return self._taken(self._instance.direction(variable))

    def _taken(self, array: Array) -> Array:
        return _entries(array.shape, [self.field.number(Fraction(entry)) for entry in array.ravel().tolist()])


class Given:
    """Values that somebody gave; the sizes follow from them. Raises ShapeError where they do not fit together."""

    def __init__(self, values: Mapping[Variable, Sequence[Sequence[Fraction | int]]], field: Field) -> None:
        self.field = field
        self._values: dict[Variable, Array] = {}
        self._sizes: Sizes = {}
        first: dict[Size, str] = {}
        for variable, rows in values.items():
            widths = {len(row) for row in rows}
            if len(widths) != 1:
                raise ShapeError(f"the value of {variable.name} is rows of one length, found lengths {sorted(widths)}")
            shape = len(rows), widths.pop()
            entries = [field.number(Fraction(entry)) for row in rows for entry in row]
            self._values[variable] = _entries(shape, entries)
            for size, length in zip(variable.shape, shape, strict=True):
                if size.is_Symbol and self._sizes.setdefault(size, length) != length:
                    known = f"{self._sizes[size]} by the value of {first[size]}"
                    raise ShapeError(
                        f"the size {size} is {known}, and {length} by that of {variable.name}; it must be one"
                    )
                first.setdefault(size, variable.name)
        for variable, array in self._values.items():
            for size, length in zip(variable.shape, array.shape, strict=True):
                self._solve(size, length)
        for variable, array in self._values.items():
            if tuple(map(self.size, variable.shape)) != array.shape:
                raise ShapeError(f"the value of {variable.name} has shape {array.shape}, not {variable.shape}")

    def _solve(self, size: Size, length: int) -> None:
        """Learn d from an axis like d + 1 that is linear in the one size that is not known yet."""
        unknown = size.free_symbols - set(self._sizes)
        if len(unknown) == 1:
            (symbol,) = unknown
            rest, slope = size.subs(self._sizes).subs(symbol, 0), size.subs(self._sizes).diff(symbol)
            found = (length - rest) / slope if slope.is_Number else None
            if found is not None and found.is_Integer and found >= 0:
                self._sizes[symbol] = int(found)

    def size(self, size: Size) -> int:
        found = size_at(size, self._sizes)
        if found is None:
            raise ShapeError(f"the size {size} does not follow from the values given")
        return found

    def value(self, variable: Variable) -> Array:
        if variable not in self._values:
            raise ShapeError(f"no value is given for {variable.name}")
        return self._values[variable]

    def direction(self, variable: Variable) -> Array:
        raise ShapeError(f"no differential is given for {variable.name}")


def _entries(shape: tuple[int, ...], entries: Sequence[Any]) -> Array:
    made = np.empty(len(entries), dtype=object)
    made[:] = entries
    return made.reshape(shape)


def _filled(shape: tuple[int, int], entry: Callable[[], Any]) -> Array:
    return _entries(shape, [entry() for _ in range(shape[0] * shape[1])])


def _mirrored(array: Array) -> Array:
    made: Array = np.triu(array) + np.triu(array, 1).T
    return made


def _diagonal(entries: Sequence[int]) -> Array:
    made = np.zeros((len(entries), len(entries)), dtype=object)
    np.fill_diagonal(made, np.array(entries, dtype=object))
    return made
