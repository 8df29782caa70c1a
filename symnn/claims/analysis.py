"""The judge *sympy*: equations between SymPy expressions with limits, series, sums and integrals, and convergence.

SymPy works out both sides; where numbers can be put in, they are, at random and to many digits, and must agree. What
SymPy says is evidence by a program that we did not write, so a line that it passes is called checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import mpmath
import sympy

from symnn.proof.step import Judgement, Status

DIGITS = 40
AGREE, CLEAR = sympy.Float("1e-25", DIGITS), sympy.Float("1e-12", DIGITS)
POINTS, ATTEMPTS = 5, 24
FAR = (10**4, 10**6, 10**8)


@dataclass(frozen=True)
class SympyEquation:
    """left = right, for all values of the free symbols that their assumptions allow."""

    left: sympy.Expr
    right: sympy.Expr

    def judge(self, seed: int) -> Judgement:
        worked_out = self.left.doit(), self.right.doit()
        if any(isinstance(part, _OPEN) for side in worked_out for part in sympy.preorder_traversal(side)):
            symbolic = bool(sympy.expand(worked_out[0] - worked_out[1]) == 0)
        else:
            symbolic = is_equal(*worked_out)
        agreed, apart = self._numbers(seed)
        if apart:
            return Judgement(Status.REFUTED, "sympy", seed=seed, reason=apart)
        if not self._approached(seed):
            return Judgement(Status.UNDECIDED, "sympy", seed=seed, reason="the numbers do not approach the limit")
        if symbolic or agreed >= POINTS:
            return Judgement(Status.CHECKED, "sympy" if symbolic else "digits", seed=seed)
        refuted = _is_number_apart(worked_out)
        if refuted:
            return Judgement(Status.REFUTED, "sympy", seed=seed, reason=refuted)
        reason = f"SymPy finds {worked_out[0]} for the left side, and cannot show that it is {worked_out[1]}"
        return Judgement(Status.UNDECIDED, "sympy", seed=seed, reason=reason)

    def _numbers(self, seed: int) -> tuple[int, str]:
        """At how many random points both sides agree, and where they differ."""
        agreed = 0
        for place in range(ATTEMPTS):
            values = random_values(self.left.free_symbols | self.right.free_symbols, f"{seed}:{place}")
            left, right = (number(side.subs(values)) for side in (self.left, self.right))
            if left is None or right is None:
                continue
            gap, scale = abs(left - right), 1 + abs(left) + abs(right)
            if gap > CLEAR * scale:
                where = ", ".join(f"{name} = {value}" for name, value in values.items()) or "this"
                return agreed, f"at {where} the left side is {_short(left)} and the right side is {_short(right)}"
            agreed += bool(gap <= AGREE * scale)
            if agreed == POINTS:
                break
        return agreed, ""

    def _approached(self, seed: int) -> bool:
        """Whether what stands under each limit comes nearer to it, as far as numbers tell."""
        limits = [part for side in (self.left, self.right) for part in side.atoms(sympy.Limit)]
        return all(_comes_near(limit, seed) for limit in limits)


@dataclass(frozen=True)
class Convergence:
    """Whether a series with a general term converges. A constant factor that is not zero changes nothing."""

    series: sympy.Sum
    converges: bool

    def judge(self, seed: int) -> Judgement:
        factor, term = self.series.function.as_independent(*self.series.variables, as_Add=False)
        series = sympy.Sum(term, *self.series.limits) if factor.is_nonzero else self.series
        try:
            found = series.is_convergent()
        except NotImplementedError:
            found = None
        if found not in (sympy.true, sympy.false):
            return Judgement(Status.UNDECIDED, "sympy", seed=seed, reason="SymPy cannot tell whether it converges")
        if bool(found) is not self.converges:
            word = "converges" if found else "diverges"
            return Judgement(Status.REFUTED, "sympy", seed=seed, reason=f"the series {word}, says SymPy")
        return Judgement(Status.CHECKED, "sympy", seed=seed)


_OPEN = (sympy.Limit, sympy.Sum, sympy.Product, sympy.Integral, sympy.Derivative, sympy.Subs, sympy.Order)


def random_values(symbols: Any, seed: str) -> dict[sympy.Symbol, sympy.Rational]:
    """Small rationals that fit the assumptions of the symbols, never zero."""
    values = {}
    for symbol in sorted(symbols, key=str):
        random = Random(f"{seed}:{symbol}")
        fraction = Fraction(random.randint(1, 40), 1 if symbol.is_integer else 8)
        sign = 1 if symbol.is_nonnegative else -1 if symbol.is_nonpositive else random.choice((1, -1))
        values[symbol] = sympy.Rational(sign * fraction.numerator, fraction.denominator)
    return values


def number(expression: sympy.Expr) -> sympy.Expr | None:
    """A finite real number to many digits; None where there is none, or SymPy finds none by numbers alone."""
    if expression.has(sympy.Limit, sympy.Derivative, sympy.Order):
        expression = expression.doit()
    try:
        found = expression.evalf(DIGITS)
    except (ArithmeticError, ValueError, TypeError, NotImplementedError, mpmath.NoConvergence):
        return None
    return found if found.is_Float or found.is_Rational else None


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
    expression, variable, point, direction = limit.args
    found = limit.doit()
    values = random_values(limit.free_symbols - {variable}, f"{seed}:limit")
    goal = number(found.subs(values))
    if goal is None:
        return bool(found.is_infinite) or bool(found.free_symbols)
    gaps = []
    for far in FAR:
        sign = -1 if str(direction) == "-" else 1
        near = sympy.sign(point) * far if point.is_infinite else point.subs(values) + sympy.Rational(sign, far)
        at = number(expression.subs(values).subs(variable, near.evalf(2 * DIGITS)))
        if at is not None:
            gaps.append(abs(at - goal) / (1 + abs(goal)))
    return not gaps or bool(gaps[-1] < CLEAR) or bool(gaps[-1] < gaps[0])


def _short(value: sympy.Expr) -> str:
    return str(sympy.Float(value, 12))
