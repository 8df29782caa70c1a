"""Functions of whole matrices over truncated power series: what each is by definition, by a limit of + − × ÷.

No rule of differentiation is used: a limit that is taken of series gives the derivative with the value.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from symnn.proof.judges.fields import Array, DecimalField, Unclear
from symnn.proof.judges.series import Series, SeriesRing

MOST_STEPS = 200
LARGEST_NORM = 20
"""Beyond this e^A spans more digits than are computed with."""
GUARD = 10

TERMS = 40
"""How many terms of a power series with arbitrary coefficients stand for any analytic function of a matrix.

A polynomial takes any values, with derivatives, on spectra with fewer points than it has coefficients (Hermite).
"""


def product_of(ring: SeriesRing, left: Series, right: Series) -> Series:
    return ring.multiply(left, right, operator.matmul)


def transposed(ring: SeriesRing, series: Series) -> Series:
    return ring.each(series, np.transpose)


def constant(like: Series, array: Array) -> Series:
    return (array, *[None] * (len(like) - 1))


def identity(like: Series, side: int) -> Series:
    made = np.zeros((side, side), dtype=object)
    np.fill_diagonal(made, 1)
    return constant(like, made)


def head(series: Series) -> Array:
    assert series[0] is not None
    return series[0]


# --- the exponential ------------------------------------------------------------------------------------------------


def block(ring: SeriesRing, matrix: Series, directions: Sequence[Series]) -> Series:
    """A + sE + tF + … with s² = t² = … = 0, as matrices: the upper right corner is the coefficient of s·t·…"""
    side = len(head(matrix))
    for direction in directions:
        copies = len(head(matrix)) // side
        parts: list[Array | None] = []
        for mine, theirs in zip(matrix, direction, strict=False):
            if mine is None and theirs is None:
                parts.append(None)
                continue
            whole = np.zeros((side * copies, side * copies), dtype=object) if mine is None else mine
            corner = whole * 0 if theirs is None else np.kron(np.eye(copies, dtype=int).astype(object), theirs)
            parts.append(np.block([[whole, corner], [whole * 0, whole]]))
        matrix = tuple(parts)
    return matrix


def exponential(ring: SeriesRing, matrix: Series, directions: Sequence[Series]) -> Series:
    """Σ Aᵏ/k!, or its derivative along directions; modulo a prime Σ cₖAᵏ with arbitrary numbers cₖ."""
    side, whole = len(head(matrix)), block(ring, matrix, directions)
    coefficients = ring.field.coefficients("exponential", TERMS)
    made = _exponential_of_decimals(ring, whole) if coefficients is None else _horner(ring, whole, coefficients)
    return ring.each(made, lambda part: part[:side, -side:])


def _horner(ring: SeriesRing, matrix: Series, coefficients: Sequence[Any]) -> Series:
    unit = head(identity(matrix, len(head(matrix))))
    made = constant(matrix, coefficients[-1] * unit)
    for coefficient in reversed(coefficients[:-1]):
        made = ring.add(product_of(ring, made, matrix), constant(matrix, coefficient * unit))
    return made


def _exponential_of_decimals(ring: SeriesRing, matrix: Series) -> Series:
    """Scaling and squaring; the terms are added until they are too small to count."""
    assert isinstance(ring.field, DecimalField)
    ring.field.settle(*matrix)
    norm = float(_largest_entry(matrix)) * len(head(matrix))
    if norm > LARGEST_NORM:
        raise Unclear("the argument of a matrix exponential is too large")
    halvings = max(0, int(np.ceil(np.log2(norm + 1e-300))) + 6)
    small = ring.scale(matrix, Fraction(1, 2**halvings))
    term = made = identity(matrix, len(head(matrix)))
    negligible = ring.field.number(Fraction(1, 10 ** (ring.field.digits + GUARD)))
    for order in range(1, MOST_STEPS):
        term = ring.scale(product_of(ring, term, small), Fraction(1, order))
        made = ring.add(made, term)
        if _largest_entry(term) < negligible:
            break
    for _ in range(halvings):
        made = product_of(ring, made, made)
    return made


# --- singular values ------------------------------------------------------------------------------------------------


def singular_part(ring: SeriesRing, kind: str, matrix: Series, directions: Sequence[Series]) -> Series:
    """UVᵀ, or u·vᵀ of one singular value; its derivatives along directions are differences at a higher precision."""
    assert isinstance(ring.field, DecimalField)
    if not directions:
        ring.field.settle(*matrix)
        return _polar(ring, matrix) if kind == "nuclear" else _one_pair(ring, matrix, kind == "smallest")
    count = len(directions)
    digits = ring.field.digits + GUARD
    finer = SeriesRing(DecimalField((count + 2) * digits))
    assert isinstance(finer.field, DecimalField)
    step = Fraction(1, 10**digits)
    base, *steps = [ring.each(part, finer.field.taken) for part in (matrix, *directions)]
    total: Series | None = None
    for taken in product((0, 1), repeat=count):
        moved = finer.add(base, *(finer.scale(each, step) for each, chosen in zip(steps, taken, strict=True) if chosen))
        value = finer.scale(singular_part(finer, kind, moved, ()), (-1) ** (count - sum(taken)))
        total = value if total is None else finer.add(total, value)
    assert total is not None
    return ring.each(finer.scale(total, Fraction(10 ** (digits * count))), ring.field.taken)


def singular_norm(ring: SeriesRing, kind: str, matrix: Series) -> Series:
    """⟨UVᵀ, A⟩ = Σσ, and uᵀAv = σ."""
    part = singular_part(ring, kind, matrix, ())
    return ring.multiply(part, matrix, lambda left, right: np.array([[(left * right).sum()]], dtype=object))


def _polar(ring: SeriesRing, matrix: Series) -> Series:
    """The limit of X ← ½(X + X(XᵀX)⁻¹), which makes all singular values 1 (Newton's iteration)."""
    rows, cols = head(matrix).shape
    if rows < cols:
        return transposed(ring, _polar(ring, transposed(ring, matrix)))

    def improved(made: Series) -> Series:
        gram = product_of(ring, transposed(ring, made), made)
        return ring.scale(ring.add(made, product_of(ring, made, ring.inverse(gram))), Fraction(1, 2))

    return _limit(ring, improved, matrix)


def _one_pair(ring: SeriesRing, matrix: Series, smallest: bool) -> Series:
    """ΠA/σ with the projector Π to one singular vector, the limit of (AAᵀ)^(2ᵏ) over its trace."""
    assert isinstance(ring.field, DecimalField)
    rows, cols = head(matrix).shape
    if rows > cols:
        return transposed(ring, _one_pair(ring, transposed(ring, matrix), smallest))
    gram = product_of(ring, matrix, transposed(ring, matrix))

    def squared(made: Series) -> Series:
        square = product_of(ring, made, made)
        below = ring.reciprocal(ring.each(square, lambda part: np.array([[np.trace(part)]], dtype=object)))
        return ring.multiply(square, below)

    start = ring.inverse(gram) if smallest else gram
    projector = _limit(ring, squared, squared(start))
    if abs(np.trace(head(projector) @ head(projector)) - 1) > ring.field.tiny:
        raise Unclear("two singular values are equal, or too close to tell")
    square = ring.multiply(projector, gram, lambda left, right: np.array([[(left * right).sum()]], dtype=object))
    return ring.multiply(product_of(ring, projector, matrix), _inverse_root(ring, square))


def _inverse_root(ring: SeriesRing, square: Series) -> Series:
    """1/√x: Newton's iteration from the root of the value."""
    assert isinstance(ring.field, DecimalField)
    root = ring.field.primitive("sqrt", 0, head(square))
    made = constant(square, root)
    for _ in square:
        made = ring.scale(ring.add(made, ring.multiply(square, ring.reciprocal(made))), Fraction(1, 2))
    return ring.reciprocal(made)


def _limit(ring: SeriesRing, improved: Callable[[Series], Series], start: Series) -> Series:
    """The limit of a sequence of series, all coefficients of it. Raises Unclear where it is not reached."""
    assert isinstance(ring.field, DecimalField)
    made = start
    for _ in range(MOST_STEPS):
        before, made = made, improved(made)
        if all(_close(ring.field, mine, theirs) for mine, theirs in zip(made, before, strict=True)):
            return improved(improved(made))
    raise Unclear("singular values are zero or equal, or too close to tell")


def _largest_entry(series: Series) -> Any:
    return max(abs(entry) for part in series if part is not None for entry in part.ravel().tolist())


def _close(field: DecimalField, left: Array | None, right: Array | None) -> bool:
    if left is None or right is None:
        return left is right
    scale = max(1, *map(abs, left.ravel().tolist()))
    return bool(max(map(abs, (left - right).ravel().tolist())) <= scale * field.tiny)


# --- products of entries --------------------------------------------------------------------------------------------


def other_products(ring: SeriesRing, entries: Sequence[Sequence[Series]]) -> list[Series]:
    """For each entry the product of all others, or its derivative: an entry is followed by its parts in directions.

    Numbers a + bs + ct + dst + … with s² = t² = 0 are lists of their coefficients, those of products of directions
    in the order of binary numbers.
    """
    nothing: Series = ring.each(entries[0][0], lambda part: part * 0)
    one: Series = constant(nothing, head(nothing) + 1)
    count = len(entries[0]) - 1

    def lifted(parts: Sequence[Series]) -> list[Series]:
        made = [nothing] * 2**count
        made[0] = parts[0]
        for position, part in enumerate(parts[1:]):
            made[1 << position] = part
        return made

    def times(left: Sequence[Series], right: Sequence[Series]) -> list[Series]:
        return [
            ring.add(*(ring.multiply(left[low], right[bits ^ low]) for low in range(2**count) if low & bits == low))
            for bits in range(2**count)
        ]

    numbers = [lifted(parts) for parts in entries]
    unit = [one, *[nothing] * (2**count - 1)]
    before, after = [unit], [unit]
    for number in numbers[:-1]:
        before.append(times(before[-1], number))
    for number in reversed(numbers[1:]):
        after.append(times(after[-1], number))
    return [times(*pair)[-1] for pair in zip(before, reversed(after), strict=True)]
