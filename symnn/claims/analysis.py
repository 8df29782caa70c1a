"""The judge *sympy*: equations between SymPy expressions with limits, series, sums and integrals.

SymPy works out both sides; where numbers can be put in, they are, at random and to many digits, and must agree: also at
zero, near the numbers that stand in the equation, of all magnitudes, and at complex numbers where a symbol is not said
to be real. What SymPy says is evidence by a program that we did not write, so a line that it passes is called checked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any

import mpmath
import sympy
from sympy.core.function import AppliedUndef

from symnn.claims.patience import limited
from symnn.proof.step import Judgement, Status

DIGITS = 40
AGREE, CLEAR = sympy.Float("1e-25", DIGITS), sympy.Float("1e-12", DIGITS)
POINTS, ATTEMPTS = 5, 24
SPECIAL = 48
BITS = 60
NEARED = 3
FAR = (10**4, 10**6, 10**8)
LARGEST_EXPONENT = 2_000
IMAGINARY = (*(sympy.Rational(part, 8) for part in range(10)), *map(sympy.Integer, (2, 4, 7, 40)))
"""Imaginary parts, of which some lie beyond π."""

FAILURES = (
    ArithmeticError,
    AttributeError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    mpmath.libmp.NoConvergence,
)
"""What SymPy raises where it cannot go on."""

Values = dict[sympy.Symbol, sympy.Expr]


@dataclass(frozen=True)
class SympyEquation:
    """left = right, for all values of the free symbols that their assumptions allow."""

    left: sympy.Expr
    right: sympy.Expr

    @limited("sympy")
    def judge(self, seed: int) -> Judgement:
        try:
            worked_out = self.left.doit(), self.right.doit()
            endless = next(filter(None, map(_without_value, (self.left, self.right))), "")
        except FAILURES as error:
            return Judgement(Status.UNDECIDED, "sympy", seed=seed, reason=f"SymPy cannot work it out: {error}")
        if endless:
            return Judgement(Status.REFUTED, "sympy", seed=seed, reason=endless)
        if any(isinstance(part, _OPEN) for side in worked_out for part in sympy.preorder_traversal(side)):
            symbolic = bool(sympy.expand(worked_out[0] - worked_out[1]) == 0)
        else:
            symbolic = is_equal(*worked_out)
        agreed, missing, apart = self._numbers(seed, symbolic)
        if symbolic and apart and self._has(sympy.Integral, sympy.Sum, sympy.Product):
            # Numerical integrals and sums may miss where the most of the value is.
            reason = f"SymPy finds both sides equal, but {apart}"
            return Judgement(Status.UNDECIDED, "sympy", seed=seed, reason=reason)
        apart = apart or self._special(worked_out, seed)
        if apart:
            return Judgement(Status.REFUTED, "sympy", seed=seed, reason=apart)
        if not self._approached(seed):
            return Judgement(Status.UNDECIDED, "sympy", seed=seed, reason="the numbers do not approach the limit")
        doubt = self._over_kinks() or (self._doubt(worked_out, agreed, missing) if symbolic else "")
        if doubt:
            return Judgement(Status.UNDECIDED, "sympy", seed=seed, reason=doubt)
        if symbolic or (agreed >= POINTS and not missing):
            return Judgement(Status.CHECKED, "sympy" if symbolic else "digits", seed=seed)
        refuted = _is_number_apart(worked_out)
        if refuted:
            return Judgement(Status.REFUTED, "sympy", seed=seed, reason=refuted)
        reason = f"SymPy finds {worked_out[0]} for the left side, and cannot show that it is {worked_out[1]}"
        if missing:
            reason += f"; {missing}: assume of the symbols what the equation needs"
        return Judgement(Status.UNDECIDED, "sympy", seed=seed, reason=reason)

    def _has(self, *kinds: type[sympy.Basic]) -> bool:
        return any(side.has(*kinds) for side in (self.left, self.right))

    def _doubt(self, worked_out: tuple[sympy.Expr, sympy.Expr], agreed: int, missing: str) -> str:
        """Why SymPy alone is not believed where it finds both sides equal; nothing where it is."""
        has_numbers = not any(side.atoms(AppliedUndef) for side in (self.left, self.right))
        if has_numbers and self._has(sympy.Integral) and (missing or not agreed):
            return f"SymPy finds both sides equal, but no number confirms it{f': {missing}' if missing else ''}"
        infinite = all(side.is_infinite for side in worked_out)
        if infinite and not any(side.is_infinite and side.is_Atom for side in (self.left, self.right)):
            return "both sides are infinite, so that they say nothing of each other"
        return ""

    def _over_kinks(self) -> str:
        differentiated = set().union(*(side.atoms(sympy.Derivative) for side in (self.left, self.right)))
        if any(each.expr.has(*_KINKED) for each in differentiated):
            return "SymPy differentiates over kinks; write the limits of the slopes from the left and from the right"
        return ""

    @property
    def _symbols(self) -> set[sympy.Symbol]:
        found: set[sympy.Symbol] = self.left.free_symbols | self.right.free_symbols
        return found

    def _numbers(self, seed: int, symbolic: bool) -> tuple[int, str, str]:
        """At how many random points both sides agree, where one side alone has a value, and where they differ.

        Numerical sums and integrals are finite also where there is no value: where SymPy has not found them for all
        values of the symbols, it is asked at each.
        """
        agreed, missing = 0, ""
        for place in range(ATTEMPTS):
            values = random_values(self._symbols, f"{seed}:{place}")
            left, right = (number(side.subs(values), is_asked=not symbolic) for side in (self.left, self.right))
            if left is None or right is None:
                if left is not right and not missing:
                    missing = f"{where(values)}the {'left' if left is None else 'right'} side was found no value"
                continue
            apart = _apart(left, right, values)
            if apart:
                return agreed, missing, apart
            agreed += bool(abs(left - right) <= AGREE * (1 + abs(left) + abs(right)))
            if agreed == POINTS and symbolic:
                break
        return agreed, missing, ""

    def _special(self, worked_out: tuple[sympy.Expr, sympy.Expr], seed: int) -> str:
        """Where both sides, once worked out, differ at zeros, near the numbers that stand in them, or far out."""
        if not self._symbols or any(side.has(*_OPEN) for side in worked_out):
            return ""
        own = set().union(*(side.atoms(sympy.Rational) for side in (self.left, self.right)))
        exponents = exponents_in(worked_out)
        for place in range(SPECIAL):
            values = special_values(self._symbols, own, place, f"{seed}:{place}", exponents)
            left, right = (number(side.subs(values)) for side in worked_out)
            apart = "" if left is None or right is None else _apart(left, right, values)
            if apart:
                return apart
        return ""

    def _approached(self, seed: int) -> bool:
        """Whether what stands under each limit comes nearer to it, as far as numbers tell."""
        limits = [part for side in (self.left, self.right) for part in side.atoms(sympy.Limit)]
        return all(_comes_near(limit, seed) for limit in limits)


_KINKED = (sympy.Abs, sympy.Max, sympy.Min, sympy.sign, sympy.Heaviside, sympy.Piecewise, sympy.floor, sympy.ceiling)
_OPEN = (sympy.Limit, sympy.Sum, sympy.Product, sympy.Integral, sympy.Derivative, sympy.Subs, sympy.Order)


def exponents_in(sides: Iterable[sympy.Expr]) -> set[sympy.Symbol]:
    """The symbols that stand in exponents: exact powers of very large ones would never end."""
    powers = [power for side in sides for power in side.atoms(sympy.Pow)]
    return set().union(*(power.exp.free_symbols for power in powers))


def random_values(symbols: Any, seed: str) -> dict[sympy.Symbol, sympy.Rational]:
    """Small rationals that fit the assumptions of the symbols, never zero."""
    values = {}
    for symbol in sorted(symbols, key=str):
        random = Random(f"{seed}:{symbol}")
        fraction = Fraction(random.randint(1, 40), 1 if symbol.is_integer else 8)
        sign = 1 if symbol.is_nonnegative else -1 if symbol.is_nonpositive else random.choice((1, -1))
        values[symbol] = sympy.Rational(sign * fraction.numerator, fraction.denominator)
    return values


def special_values(
    symbols: Any, own: Any, place: int, seed: str, exponents: Collection[sympy.Symbol] = frozenset()
) -> Values:
    """Zeros, numbers near given ones, numbers of all magnitudes, and complex ones, as far as assumptions allow them.

    Those of exponents stay small.
    """
    values: Values = {}
    near = sorted(own | {sympy.S.Zero, sympy.S.One}, key=lambda each: (abs(each), each))
    for symbol in sorted(symbols, key=str):
        random = Random(f"{seed}:special:{symbol}")
        shift = sympy.Rational(random.choice((-1, 0, 0, 1)), 1 if symbol.is_integer else random.choice((1, 7, 1000)))
        magnitude = sympy.Integer(random.randint(1, 99)) * sympy.Integer(10) ** random.randint(-7, 5)
        candidates = (
            near[(place // 3) % len(near)] + shift,
            random.choice((1, -1)) * magnitude,
            sympy.Integer(random.randint(-9, 9)) / 4 + sympy.I * random.choice((1, -1)) * random.choice(IMAGINARY),
        )
        usual = random_values([symbol], f"{seed}:special")[symbol]
        values[symbol] = next(filter(partial(fits, symbol), candidates[place % 3 :]), usual)
        if symbol.is_integer and place % 3 == 1:
            whole = sympy.Integer(random.choice((1, -1)) * random.randint(0, 10 ** random.randint(1, 3)))
            values[symbol] = whole if fits(symbol, whole) else abs(whole) if fits(symbol, abs(whole)) else usual
        if symbol in exponents and abs(values[symbol]) > LARGEST_EXPONENT:
            values[symbol] = usual
    return values


_ASKED = ("extended_real", "integer", "positive", "negative", "nonnegative", "nonpositive", "zero", "even", "odd")


def fits(symbol: sympy.Symbol, value: sympy.Expr) -> bool:
    """Whether a number is what is assumed of a symbol."""
    asked = [(word, getattr(symbol, f"is_{word}")) for word in _ASKED]
    return all(wanted is None or getattr(value, f"is_{word}") == wanted for word, wanted in asked)


def number(expression: sympy.Expr, *, is_asked: bool = False) -> sympy.Expr | None:
    """A finite number to many digits; None where there is none, or SymPy finds none by numbers alone.

    Where `is_asked`, SymPy works out infinite sums and integrals, of which numbers alone do not tell that they diverge.
    """
    try:
        if is_asked and any(_is_infinite(each) for each in expression.atoms(sympy.Sum, sympy.Integral, sympy.Product)):
            expression = expression.doit()
            if expression.has(sympy.oo, -sympy.oo, sympy.zoo, sympy.nan, sympy.Sum, sympy.Integral):
                return None
        if expression.has(sympy.Limit, sympy.Derivative, sympy.Order, sympy.Subs, sympy.DiracDelta):
            expression = expression.doit()
        found = expression.evalf(DIGITS)
        parts = found.as_real_imag()
    except FAILURES:
        return None
    return found if all(map(_is_sure, parts)) else None


def _is_sure(part: sympy.Expr) -> bool:
    """Whether a number has digits: where all were lost, SymPy gives one of a few bits."""
    return bool(part.is_Rational or (part.is_Float and (part._prec > BITS or abs(part) < AGREE)))


def _is_infinite(whole: sympy.Expr) -> bool:
    return any(bound.is_infinite for limits in whole.limits for bound in limits[1:])


def _apart(left: sympy.Expr, right: sympy.Expr, values: Values) -> str:
    """Where two numbers clearly differ, in words; nothing where they do not."""
    if abs(left - right) <= CLEAR * (1 + abs(left) + abs(right)):
        return ""
    return f"{where(values)}the left side is {_short(left)} and the right side is {_short(right)}"


def where(values: Values) -> str:
    """The values that were tried, as the words before what was found there; no words where there are none."""
    return f"at {', '.join(f'{name} = {value}' for name, value in values.items())} " if values else ""


def _without_value(side: sympy.Expr) -> str:
    """Of an integral over all numbers, each half must have a value; says of which one has none."""
    for integral in side.atoms(sympy.Integral):
        if len(integral.limits) != 1 or len(integral.limits[0]) != 3:
            continue
        variable, low, high = integral.limits[0]
        if low == -sympy.oo and high == sympy.oo:
            for start, end in ((low, 0), (0, high)):
                half = sympy.Integral(integral.function, (variable, start, end)).doit()
                if half.is_infinite or half is sympy.nan or isinstance(half, sympy.AccumBounds):
                    return f"the integral has no value: from {start} to {end} it is {half}"
    return ""


def is_equal(left: sympy.Expr, right: sympy.Expr) -> bool:
    """Whether SymPy shows that two expressions are the same."""
    return bool(left == right) or _is_zero(left - right)


def _is_zero(difference: sympy.Expr) -> bool:
    if difference.has(sympy.nan, sympy.zoo):
        return False
    return any(bool(form(difference) == 0) for form in (sympy.expand, sympy.simplify, _of_powers))


def _of_powers(expression: sympy.Expr) -> sympy.Expr:
    return sympy.simplify(sympy.powsimp(sympy.expand(expression), force=False))


def _is_number_apart(sides: tuple[sympy.Expr, sympy.Expr]) -> str:
    """Two sides without symbols that are different numbers, of which one may be infinite."""
    if any(side.free_symbols for side in sides) or sides[0] == sides[1]:
        return ""
    kinds = [side.is_extended_real for side in sides]
    infinite = any(side.is_infinite for side in sides)
    return f"SymPy finds {sides[0]} for the left side, and {sides[1]} for the right" if all(kinds) and infinite else ""


def _comes_near(limit: sympy.Limit, seed: int) -> bool:
    found = limit.doit()
    signs = {"+": (1,), "-": (-1,), "+-": (1, -1)}[str(limit.args[3])]
    return all(_comes_near_at(limit, found, sign, f"{seed}:limit:{place}") for place in range(NEARED) for sign in signs)


def _comes_near_at(limit: sympy.Limit, found: sympy.Expr, sign: int, seed: str) -> bool:
    expression, variable, point, _ = limit.args
    values = random_values(limit.free_symbols - {variable}, seed)
    goal = number(found.subs(values))
    if goal is None:
        return bool(found.is_infinite) or bool(found.free_symbols)
    gaps = []
    for far in FAR:
        near = sympy.sign(point) * far if point.is_infinite else point.subs(values) + sympy.Rational(sign, far)
        at = number(expression.subs(values).subs(variable, near.evalf(2 * DIGITS)))
        if at is not None:
            gaps.append(abs(at - goal) / (1 + abs(goal)))
    return not gaps or bool(gaps[-1] < CLEAR) or bool(gaps[-1] < gaps[0])


def _short(value: sympy.Expr) -> str:
    return str(value.evalf(12))
