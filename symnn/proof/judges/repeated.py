"""Matrices of astronomical size whose rows and columns repeat: where a size that enters as a number cannot be guessed.

A size n enters a line as a number where 1/n is written, and where 1ᵀ1, tr I, tr AA⁻¹ or a sum of equal terms amounts
to it; (n − 3)(n − 4)x = 0 holds at the sizes 3 and 4. So a line is also tried at sizes of more than 2⁸⁰. An axis is
some single points and some blocks of K points that cannot be told apart: an entry depends on the blocks of its row and
its column, and, inside of one block, on whether they are the same point. Sums, products, functions of entries,
inverses and determinants of such matrices are such matrices again, so two points of each block show all there is. The
arithmetic is that of the true size: where a line is Σ c(n)·D with terms D that are independent at as many points as
there are single ones and blocks, a random K makes Σ c(n)·D zero only if every polynomial c is zero (Schwartz and
Zippel). What cannot be told apart cannot be stacked or multiplied in the sense of Kronecker in this way.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any, TypeAlias

import numpy as np
from sympy import Symbol, expand

from symnn.algebra import nodes
from symnn.algebra.nodes import Node, Variable
from symnn.algebra.sizes import Size
from symnn.errors import ShapeError, UnsupportedError
from symnn.proof.judges.fields import Array, PrimeField
from symnn.proof.judges.instance import DISCRETE, Numbers, SizePlan, Sizes, size_at
from symnn.proof.judges.interpreter import Interpreter
from symnn.proof.judges.series import Series, SeriesRing

CHAINS = 3
SHOWN = 2


@dataclass(frozen=True)
class Axis:
    """Single points, and blocks by name with the number of their points; two of each block are shown, at the end."""

    single: int
    blocks: Mapping[str, int]

    @property
    def shown(self) -> int:
        return self.single + SHOWN * len(self.blocks)

    @property
    def size(self) -> int:
        return self.single + sum(self.blocks.values())

    @property
    def classes(self) -> list[int]:
        """For each point that is shown, which it is of the single points and blocks."""
        count = self.single + len(self.blocks)
        return [*range(self.single), *(place for place in range(self.single, count) for _ in range(2))]

    def first(self, block: str) -> int | None:
        """The position of the first of the two points of a block."""
        return self.single + 2 * list(self.blocks).index(block) if block in self.blocks else None


class Layout:
    """An axis for each size. Axes of different symbols have blocks in common where matrices between them need rank."""

    def __init__(self, symbols: Mapping[Symbol, Axis], multiplicity: Callable[[], int]) -> None:
        self.sizes: Sizes = {symbol: axis.size for symbol, axis in symbols.items()}
        self._multiplicity = multiplicity
        self._axes: dict[Size, Axis] = dict(symbols)

    def size(self, size: Size) -> int:
        for symbol in size.free_symbols:
            if symbol not in self.sizes:
                self._axes[symbol] = axis = Axis(SHOWN, {str(symbol): self._multiplicity()})
                self.sizes[symbol] = axis.size
        found = size_at(size, self.sizes)
        if found is None:
            raise ShapeError(f"the size {size} is not a positive integer at {self.sizes}")
        return found

    def axis(self, size: Size) -> Axis:
        known = self._axes.get(size)
        if known is None:
            known = self._axes[size] = self._compound(expand(size))
        return known

    def _compound(self, size: Size) -> Axis:
        """The axis of d + 1 is that of d with a point more; others have a block of their own."""
        count = self.size(size)
        if size.is_Number:
            return Axis(count, {})
        rest, symbols = size.as_independent(*size.free_symbols, as_Add=True)
        if symbols.is_Symbol and self._axes[symbols].single + rest > 0:
            return Axis(self._axes[symbols].single + int(rest), self._axes[symbols].blocks)
        if count < 2 * SHOWN:
            raise UnsupportedError(f"the size {size} is too small to have points that repeat")
        return Axis(SHOWN, {str(size): count - SHOWN})


def layouts(plan: SizePlan, points: Sizes, seed: str, smallest: int, largest: int) -> Iterator[Layout]:
    """Blocks of their own but for what full rank asks for; then, for inverses of products, chains in random orders.

    As many single points and blocks as `points` says, and blocks of `smallest` to `largest` points.
    """
    random = Random(f"{seed}:layout")

    def made(inside: Mapping[Symbol, Collection[Symbol]], classes: Mapping[Symbol, int]) -> Layout:
        many = {symbol: random.randrange(smallest, largest) for symbol in plan.symbols}
        axes = {}
        for symbol in plan.symbols:
            blocks = {str(other): many[other] for other in plan.symbols if other is symbol or other in inside[symbol]}
            axes[symbol] = Axis(max(1, classes[symbol] - len(blocks)) + random.randrange(2), blocks)
        return Layout(axes, lambda: random.randrange(smallest, largest))

    ways: list[tuple[Mapping[Symbol, Collection[Symbol]], Mapping[Symbol, int]]] = [(plan.smaller(), points)]
    for _ in range(CHAINS):
        order = random.sample(plan.symbols, len(plan.symbols))
        for chain in (order, order[::-1]):
            inside = {symbol: chain[:place] for place, symbol in enumerate(chain)}
            ways.append((inside, dict(zip(chain, sorted(points.values()), strict=True))))
    for nested, classes in ways:
        for _ in range(CHAINS):
            layout = made(nested, classes)
            if plan.fits(layout.sizes):
                yield layout
                break


# --- values ---------------------------------------------------------------------------------------------------------


class Repeated:
    """Seeded values for the variables in a layout: an `Instance`.

    Variables of finitely many kinds are drawn as free ones where `free`; `turned` exchanges the two values of some.
    """

    def __init__(
        self, layout: Layout, numbers: Numbers, seed: str, *, free: bool = False, turned: bool = False
    ) -> None:
        self.layout = layout
        self._free = free
        self._turned = turned
        self.field = numbers.field
        self.size = layout.size
        self._numbers = numbers
        self._seed = seed
        self._known: dict[tuple[str, Variable], Array] = {}

    def value(self, variable: Variable) -> Array:
        return self._made("value", variable, frozenset(variable.assumptions))

    def direction(self, variable: Variable) -> Array:
        return self._made("direction", variable, frozenset())

    def _made(self, kind: str, variable: Variable, words: frozenset[str]) -> Array:
        known = self._known.get((kind, variable))
        if known is None:
            random = Random(f"{self._seed}:{kind}:{len(self._known)}:{variable.name}")
            rows, cols = map(self.layout.axis, variable.shape)
            if "orthogonal" in words and not self._free:
                known = self._orthogonal(rows, "symmetric" in words, random)
            elif words & DISCRETE and not self._free:
                known = _of_kind(words, rows, cols, random, turned=self._turned)
            else:
                entry = self._numbers.positive if words & {"positive", "nonnegative"} else self._numbers.any
                symmetric = bool(words & {"symmetric", "positive definite"})
                known = _spread(rows, cols, lambda: entry(random), lambda _: entry(random), symmetric=symmetric)
            if "positive definite" in words and not isinstance(self.field, PrimeField):
                turned = multiplied(known, known.T, rows, rows, rows)
                known = turned + np.diag([1] * rows.shown)
            self._known[kind, variable] = known = self.field.reduce(known)
        return known

    def _orthogonal(self, axis: Axis, symmetric: bool, random: Random) -> Array:
        """(I − S)(I + S)⁻¹ with S skew, then signs D for its columns; a symmetric one is QDQᵀ."""
        upper = np.triu(_spread(axis, axis, lambda: self._numbers.any(random), lambda _: 0), 1)
        skew, identity = upper - upper.T, np.diag(np.array([1] * axis.shown, dtype=object))
        for place in range(axis.single, axis.shown, 2):
            skew[place : place + 2, place : place + 2] = 0
        below = inverted((self.field.reduce(identity + skew),), axis, SeriesRing(self.field))[0]
        assert below is not None
        rotation = self.field.reduce(multiplied(identity - skew, below, axis, axis, axis))
        signs = [random.choice((-1, 1)) for _ in set(axis.classes)]
        turned = self.field.reduce(rotation * np.array([signs[kind] for kind in axis.classes], dtype=object))
        return self.field.reduce(multiplied(turned, rotation.T, axis, axis, axis)) if symmetric else turned


def _spread(
    rows: Axis, cols: Axis, entry: Callable[[], Any], same: Callable[[Any], Any], *, symmetric: bool = False
) -> Array:
    """An entry for each pair of classes, to which `same` of it is added where row and column are one point."""
    high, wide = rows.classes, cols.classes
    base = np.empty((high[-1] + 1, wide[-1] + 1), dtype=object)
    for place in np.ndindex(base.shape):
        base[place] = entry()
    if symmetric:
        base = np.triu(base) + np.triu(base, 1).T
    made: Array = base[np.ix_(high, wide)]
    for block in rows.blocks:
        top, left = rows.first(block), cols.first(block)
        if top is not None and left is not None:
            more = same(made[top, left])
            made[top, left] += more
            made[top + 1, left + 1] += more
    return made


def _of_kind(words: frozenset[str], rows: Axis, cols: Axis, random: Random, *, turned: bool) -> Array:
    """Values of a variable of finitely many kinds; a single one stands at single points."""
    made = np.zeros((rows.shown, cols.shown), dtype=object)
    if "onehot" in words:
        made[random.randrange(rows.single), random.randrange(cols.single)] = 1
        return made
    if "onehot rows" in words:
        hot = [random.randrange(cols.single) for _ in range(rows.classes[-1] + 1)]
        made[range(rows.shown), [hot[kind] for kind in rows.classes]] = 1
        return made
    low = -1 if "signs" in words else 0
    flip = {low: 1 - low, 1: low - 1}
    made = _spread(
        rows,
        cols,
        lambda: random.choice((low, 1)),
        lambda entry: random.choice((0, flip[entry])),
        symmetric="symmetric" in words,
    )
    return low + 1 - made if turned else made


# --- arithmetic -----------------------------------------------------------------------------------------------------


def _apart(array: Array, block: str, rows: Axis, cols: Axis) -> Array:
    """The column of entries in a block's column at a point that is not that of the row."""
    left, top = cols.first(block), rows.first(block)
    assert left is not None
    made = array[:, left + 1 : left + 2].copy()
    if top is not None:
        made[top + 1] = array[top + 1, left]
    return made


def multiplied(left: Array, right: Array, rows: Axis, inner: Axis, cols: Axis) -> Array:
    """The matrix product: over the points that are shown, and all others of each block, which are alike."""
    made: Array = left @ right
    for block, count in inner.blocks.items():
        rest = _apart(left, block, rows, inner) @ _apart(right.T, block, cols, inner).T
        made = made + rest * (count - 2)
    return made


def summed(array: Array, rows: Axis, cols: Axis) -> Array:
    """The sums along each row, as a column."""
    made: Array = array.sum(axis=1, keepdims=True)
    for block, count in cols.blocks.items():
        made = made + _apart(array, block, rows, cols) * (count - 2)
    return made


def _total(array: Array, rows: Axis, cols: Axis) -> Array:
    return summed(summed(array, rows, cols).T, SCALAR, rows)


SCALAR = Axis(1, {})


def _kept(axis: Axis) -> list[int]:
    """One point of each class."""
    return [*range(axis.single), *range(axis.single, axis.shown, 2)]


def _quotient(array: Array, axis: Axis) -> Array:
    """What a square matrix does to columns that are constant on blocks."""
    kept = _kept(axis)
    made = array[np.ix_(kept, kept)]
    for position, (block, count) in enumerate(axis.blocks.items(), start=axis.single):
        made[:, position : position + 1] += _apart(array, block, axis, axis)[kept] * (count - 1)
    return made


def _remainder(matrix: Series, place: int, ring: SeriesRing) -> Series:
    """What it does to columns that vanish outside of a block, and sum to zero: it multiplies them by a number."""
    at, other = slice(place, place + 1), slice(place + 1, place + 2)
    return ring.reduced(ring.each(matrix, lambda part: part[at, at] - part[at, other]))


def inverted(matrix: Series, axis: Axis, ring: SeriesRing) -> Series:
    """The inverse, from those of the quotient and of the remainders. Raises Singular."""
    among = ring.inverse(ring.reduced(ring.each(matrix, lambda part: _quotient(part, axis))))
    counts = np.array([[1] * axis.single + list(axis.blocks.values())], dtype=object)
    shares, classes = ring.field.reciprocal(counts), axis.classes
    made = ring.each(among, lambda part: (part * shares)[np.ix_(classes, classes)])
    for number, place in enumerate(range(axis.single, axis.shown, SHOWN), start=axis.single):
        around = np.zeros((axis.shown, axis.shown), dtype=object)
        around[place : place + SHOWN, place : place + SHOWN] = np.diag([1, 1]).astype(object) - shares[0, number]
        rest = ring.reciprocal(_remainder(matrix, place, ring))
        made = ring.add(made, ring.each(rest, partial(operator.mul, around)))
    return ring.reduced(made)


def determinant(matrix: Series, axis: Axis, ring: SeriesRing) -> Series:
    """The product of that of the quotient and of powers of the remainders."""
    made = ring.determinant(ring.reduced(ring.each(matrix, lambda part: _quotient(part, axis))))
    for place, count in zip(range(axis.single, axis.shown, SHOWN), axis.blocks.values(), strict=True):
        made = ring.multiply(made, ring.power(_remainder(matrix, place, ring), count - 1))
    return made


class RepeatedInterpreter(Interpreter):
    """Evaluates at an instance in a layout. Raises UnsupportedError for what has no meaning there."""

    def __init__(self, instance: Any, layout: Layout, order: int = 0, wrt: Collection[Variable] = ()) -> None:
        super().__init__(instance, order, wrt)
        self.layout = layout

    def shape(self, node: Node) -> tuple[int, int]:
        rows, cols = self.axes(node)
        return rows.shown, cols.shown

    def axes(self, node: Node) -> tuple[Axis, Axis]:
        return self.layout.axis(node.rows), self.layout.axis(node.cols)

    def _combine(self, node: Node, parts: Sequence[Series]) -> Series:
        contraction = CONTRACTIONS.get(type(node))
        if contraction is not None:
            return contraction(self, node, parts)
        if not isinstance(node, BY_ENTRIES):
            raise UnsupportedError(f"{type(node).__name__} has no value where rows and columns repeat")
        return super()._combine(node, parts)


BY_ENTRIES = (
    nodes.Number,
    nodes.Extent,
    nodes.Variable,
    nodes.Identity,
    nodes.Ones,
    nodes.Zeros,
    nodes.Add,
    nodes.Multiply,
    nodes.Scale,
    nodes.Hadamard,
    nodes.Power,
    nodes.Transpose,
    nodes.Broadcast,
    nodes.Diagonal,
    nodes.DiagonalPart,
    nodes.Where,
    nodes.Function,
    nodes.Map,
    nodes.Differential,
)


Contraction: TypeAlias = Callable[[RepeatedInterpreter, Any, Sequence[Series]], Series]


def _product(run: RepeatedInterpreter, node: Node, parts: Sequence[Series]) -> Series:
    made, (rows, inner) = parts[0], run.axes(node.children[0])
    for factor, part in zip(node.children[1:], parts[1:], strict=True):
        cols = run.layout.axis(factor.cols)
        made = run.ring.multiply(made, part, partial(multiplied, rows=rows, inner=inner, cols=cols))
        inner = cols
    return made


def _inner(run: RepeatedInterpreter, node: Node, parts: Sequence[Series]) -> Series:
    axes = run.axes(node.children[0])
    return run.ring.multiply(parts[0], parts[-1], lambda left, right: _total(left * right, *axes))


def _sum(run: RepeatedInterpreter, node: nodes.Sum, parts: Sequence[Series]) -> Series:
    rows, cols = run.axes(node.children[0])
    along: Mapping[int, Callable[[Array], Array]] = {
        -1: lambda part: _total(part, rows, cols),
        0: lambda part: summed(part.T, cols, rows).T,
        1: lambda part: summed(part, rows, cols),
    }
    return run.ring.reduced(run.ring.each(parts[0], along[node.axis]))


def _trace(run: RepeatedInterpreter, node: Node, parts: Sequence[Series]) -> Series:
    axis = run.layout.axis(node.children[0].rows)
    return run.ring.reduced(
        run.ring.each(parts[0], lambda part: summed(np.diagonal(part).reshape(1, -1), SCALAR, axis))
    )


CONTRACTIONS: Mapping[type[Node], Contraction] = {
    nodes.MatMul: _product,
    nodes.Inner: _inner,
    nodes.SquaredNorm: _inner,
    nodes.Sum: _sum,
    nodes.Trace: _trace,
    nodes.Inverse: lambda run, node, parts: inverted(parts[0], run.axes(node)[0], run.ring),
    nodes.Determinant: lambda run, node, parts: determinant(parts[0], run.axes(node.children[0])[0], run.ring),
}
