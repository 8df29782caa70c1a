"""The shape of a function of one number: where it rises and falls, its range, its kinks, and what it does far out.

Nothing is looked up: between kinks SymPy differentiates the formula and takes limits, and the zeros of the derivative
are found as changes of its sign on a grid (L14, S6, B16).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any

import mpmath
import sympy
from sympy import Expr

from symnn.algebra.nodes import Node
from symnn.algebra.scalars import PLACE_HOLDER, differentiated, scalar_to_sympy
from symnn.errors import UnsupportedError

WITH_KINKS = (sympy.Heaviside, sympy.Max, sympy.Min, sympy.Abs, sympy.sign)
FARTHEST, GRID, DIGITS = 40, 1001, 30
"""Zeros of the derivative are looked for so far out, on so many points; they are found to so many digits."""


@dataclass(frozen=True)
class Piece:
    """The formula between two neighbouring kinks, where it is smooth."""

    low: Expr
    high: Expr
    formula: Expr
    derivative: Expr

    @cached_property
    def turns(self) -> tuple[Any, ...]:
        """The places where the derivative changes its sign, in order."""
        if self.derivative.is_number:
            return ()
        slope = sympy.lambdify(PLACE_HOLDER, self.derivative, "mpmath")
        with mpmath.workdps(DIGITS):
            low, high = (mpmath.mpf(max(-FARTHEST, min(FARTHEST, end))) for end in (self.low, self.high))
            grid = [low + (high - low) * (2 * place + 1) / (2 * GRID) for place in range(GRID)]
            signs = [(point, mpmath.sign(slope(point))) for point in grid]
            signs = [(point, sign) for point, sign in signs if sign]
            return tuple(
                mpmath.findroot(slope, (before, after), solver="anderson", tol=mpmath.mpf(10) ** (2 - 2 * DIGITS))
                for (before, sign), (after, other) in pairwise(signs)
                if sign != other
            )


@dataclass(frozen=True)
class Kink:
    """A place where the function or its derivative is not smooth, with the slopes on both sides."""

    place: Expr
    left: Expr
    right: Expr

    @property
    def is_differentiable(self) -> bool:
        return bool(self.left == self.right)


@dataclass(frozen=True)
class Shape:
    """What can be said of a function on all real numbers; `pieces` from left to right."""

    pieces: tuple[Piece, ...]

    @cached_property
    def kinks(self) -> tuple[Kink, ...]:
        """Where two pieces meet."""
        return tuple(
            Kink(right.low, _limit(left.derivative, left.high), _limit(right.derivative, right.low))
            for left, right in pairwise(self.pieces)
        )

    @cached_property
    def turns(self) -> tuple[tuple[Any, Any], ...]:
        """Places and values where the function turns from falling to rising or back, other than at kinks."""
        found = []
        for piece in self.pieces:
            value = sympy.lambdify(PLACE_HOLDER, piece.formula, "mpmath")
            with mpmath.workdps(DIGITS):
                found += [(place, value(place)) for place in piece.turns]
        return tuple(found)

    @cached_property
    def ends(self) -> tuple[Expr, Expr]:
        """The limits far to the left and far to the right."""
        first, last = self.pieces[0], self.pieces[-1]
        return _limit(first.formula, -sympy.oo), _limit(last.formula, sympy.oo)

    @cached_property
    def slopes(self) -> tuple[Expr, Expr]:
        """The limits of the derivative far to the left and far to the right: 0 where the function saturates."""
        first, last = self.pieces[0], self.pieces[-1]
        return _limit(first.derivative, -sympy.oo), _limit(last.derivative, sympy.oo)

    @property
    def flat(self) -> tuple[sympy.Interval, ...]:
        """The intervals on which the derivative is 0: a unit that stays there is dead."""
        return tuple(sympy.Interval(piece.low, piece.high) for piece in self.pieces if piece.derivative == 0)

    @property
    def is_monotone(self) -> bool:
        """Whether the function nowhere falls, or nowhere rises."""
        signs = {_sign(piece.derivative, piece.low, piece.high) for piece in self.pieces} - {0}
        return not self.turns and len(signs) <= 1

    @cached_property
    def range(self) -> sympy.Set:
        """All values between the least and the largest, which belong to it where they are taken: an interval.

        Of a constant it is the set of one number.
        """
        taken = [sympy.Float(value, DIGITS) for _, value in self.turns]
        taken += [_limit(piece.formula, piece.high) for piece in self.pieces[:-1]]
        taken += [piece.formula for piece in self.pieces if piece.derivative == 0]
        values = [*taken, *self.ends]
        low, high = min(values, key=sympy.N), max(values, key=sympy.N)
        return sympy.Interval(low, high, low not in taken, high not in taken)


def shape_of(function: Node, numbers: Mapping[str, object] | None = None) -> Shape:
    """The shape of a continuous scalar expression in the variable `x`; `numbers` are the values of others by name.

    Raises UnsupportedError where a variable has no number, the function jumps, or SymPy does not find its kinks.
    """
    given = {name: sympy.sympify(number, strict=True) for name, number in (numbers or {}).items()}
    expression = scalar_to_sympy(function, {})
    expression = expression.subs({s: given[s.name] for s in expression.free_symbols if s.name in given})
    (by,) = [symbol for symbol in expression.free_symbols if symbol.name == "x"] or [PLACE_HOLDER]
    expression = expression.subs(by, PLACE_HOLDER)
    if expression.free_symbols - {PLACE_HOLDER}:
        raise UnsupportedError(f"a function of x alone has a shape, found {expression}")
    pieces = tuple(_pieces(expression))
    for left, right in pairwise(pieces):
        if sympy.simplify(_limit(left.formula, left.high) - _limit(right.formula, right.low)) != 0:
            raise UnsupportedError(f"the function jumps at {left.high}")
    return Shape(pieces)


def _pieces(expression: Expr) -> Iterator[Piece]:
    parts = expression.atoms(*WITH_KINKS)
    places: set[Expr] = set()
    for difference in (difference for part in parts for difference in _differences(part)):
        if difference.has(*WITH_KINKS) or not difference.is_polynomial(PLACE_HOLDER):
            raise UnsupportedError(f"the kinks where {difference} is 0 are not looked for")
        places.update(sympy.real_roots(difference, PLACE_HOLDER) if difference.has(PLACE_HOLDER) else ())
    for low, high in pairwise([-sympy.oo, *sorted(places), sympy.oo]):
        inside = {PLACE_HOLDER: _inside(low, high)}
        chosen = {part: _smooth(part, inside) for part in parts}
        formula = expression.xreplace(chosen)
        yield Piece(low, high, formula, differentiated(formula, PLACE_HOLDER))


def _differences(part: Any) -> Iterator[Expr]:
    """What is 0 where a part may have a kink."""
    if isinstance(part, sympy.Max | sympy.Min):
        return (one - other for one, other in combinations(part.args, 2))
    return iter(part.args[:1])


def _smooth(part: Any, inside: Mapping[Any, Expr]) -> Expr:
    """What a part is between two kinks, told by its value at a place inside."""
    if isinstance(part, sympy.Max | sympy.Min):
        value = part.subs(inside)
        return next(argument for argument in part.args if argument.subs(inside) == value)
    sign = sympy.sign(part.args[0].subs(inside))
    if isinstance(part, sympy.Abs):
        return sign * part.args[0]
    return sign if isinstance(part, sympy.sign) else (1 + sign) / 2


def _inside(low: Expr, high: Expr) -> Expr:
    if low.is_infinite and high.is_infinite:
        return sympy.S.Zero
    return high - 1 if low.is_infinite else low + 1 if high.is_infinite else (low + high) / 2


def _sign(derivative: Expr, low: Expr, high: Expr) -> int:
    """The sign of a derivative that does not change it between two places."""
    return int(sympy.sign(sympy.N(derivative.subs(PLACE_HOLDER, _inside(low, high)))))


def _limit(expression: Expr, place: Expr) -> Expr:
    if place.is_finite:
        return expression.subs(PLACE_HOLDER, place)
    try:
        found = sympy.limit(expression.rewrite(sympy.exp), PLACE_HOLDER, place)
    except NotImplementedError as error:
        raise UnsupportedError(f"SymPy finds no limit of {expression}: {error}") from error
    if not isinstance(found, sympy.Expr) or not found.is_extended_real:
        raise UnsupportedError(f"{expression} has no limit far out, found {found}")
    return found
