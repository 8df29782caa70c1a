"""The judge of integrals: one over an interval is at most another one where its integrand is.

SymPy shows that the difference of both integrands is not negative, anywhere or over the interval. Where it cannot,
random polynomials stand for functions without a formula, and an instance that is false refutes the claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import sympy
from sympy.calculus.util import continuous_domain, minimum
from sympy.core.function import AppliedUndef

from symnn.claims.analysis import CLEAR, FAILURES, number, random_values
from symnn.claims.patience import limited
from symnn.proof.step import Judgement, Status

INSTANCES = 12
DEGREE = 2
LEAST = sympy.Rational(1, 8)
SIGNS = ("positive", "nonnegative", "negative", "nonpositive", "zero", "integer")


@dataclass(frozen=True)
class IntegralInequality:
    """left ≤ right: two integrals over the same interval."""

    left: sympy.Integral
    right: sympy.Integral

    @limited("sympy")
    def judge(self, seed: int) -> Judgement:
        """CHECKED where the integrands keep the order everywhere, REFUTED by an instance, or UNDECIDED."""
        if self.left.limits != self.right.limits or any(len(limits) != 3 for limits in self.left.limits):
            return Judgement(Status.UNDECIDED, "sympy", seed=seed, reason="the integrals are not over one interval")
        names = _real_numbers(self.left)
        left, right = (integral.xreplace(names) for integral in (self.left, self.right))
        missing = next(filter(None, map(_without_value, (left, right))), "")
        if missing:
            return Judgement(Status.UNDECIDED, "sympy", seed=seed, reason=missing)
        for place in range(INSTANCES):
            false = self._false_at(f"{seed}:integral:{place}")
            if false:
                return Judgement(Status.REFUTED, "sympy", seed=seed, reason=false)
        gap = sympy.factor(right.function - left.function)
        forward = all((end - start).is_nonnegative for _, start, end in left.limits)
        if forward and (gap.is_nonnegative or _is_nonnegative_over(gap, left.limits)):
            return Judgement(Status.CHECKED, "sympy", seed=seed)
        return Judgement(Status.UNDECIDED, "sympy", seed=seed, reason=f"SymPy cannot show that {gap} is not negative")

    def _false_at(self, seed: str) -> str:
        """What both sides are at random values, if the left one is greater; nothing else."""
        functions = {applied.func for side in (self.left, self.right) for applied in side.atoms(AppliedUndef)}
        values = random_values(self.left.free_symbols | self.right.free_symbols, seed)
        chosen: dict[Any, sympy.Lambda] = {}
        for function in functions:
            polynomial = _polynomial(function, f"{seed}:{function}")
            if polynomial is None:
                return ""
            chosen[function] = polynomial
        sides = [side.subs(values) for side in (self.left, self.right)]
        for function, polynomial in chosen.items():
            sides = [side.replace(function, polynomial) for side in sides]
        left, right = (number(side.doit()) for side in sides)
        if left is None or right is None or left - right <= CLEAR * (1 + abs(left) + abs(right)):
            return ""
        variable = sympy.Symbol("x")
        given = [f"{function}(x) = {polynomial(variable)}" for function, polynomial in chosen.items()]
        given += [f"{name} = {value}" for name, value in values.items()]
        place = f"at {', '.join(given)} " if given else ""
        return f"{place}the left side is {sympy.Float(left, 12)} and the right side is {sympy.Float(right, 12)}"


def _real_numbers(integral: sympy.Integral) -> dict[sympy.Symbol, sympy.Symbol]:
    """Variables of which nothing is assumed but what the bounds say, for those of an integral."""
    found = {}
    for variable, start, end in integral.limits:
        told = {"positive": True} if start.is_nonnegative else {"negative": True} if end.is_nonpositive else {}
        found[variable] = sympy.Symbol(variable.name, real=True, **told)
    return found


def _without_value(integral: sympy.Integral) -> str:
    """Where an integrand without undefined functions has no real values, or jumps; no words where it may have none."""
    interval = _interval(integral.limits)
    variable = integral.limits[0][0]
    if interval is None or integral.function.free_symbols - {variable} or integral.function.atoms(AppliedUndef):
        return ""
    try:
        domain = continuous_domain(integral.function, variable, interval.interior)
    except FAILURES:
        return ""
    is_known = not domain.has(sympy.ConditionSet)
    return f"{integral.function} has values in {domain} alone" if is_known and domain != interval.interior else ""


def _interval(limits: Sequence[tuple[sympy.Symbol, sympy.Expr, sympy.Expr]]) -> sympy.Interval | None:
    """The interval between two numbers of a single integral."""
    _, start, end = limits[0]
    is_told = len(limits) == 1 and start.is_number and end.is_number and (start < end) == True  # noqa: E712
    return sympy.Interval(start, end) if is_told and start.is_finite and end.is_finite else None


def _is_nonnegative_over(gap: sympy.Expr, limits: Sequence[tuple[sympy.Symbol, sympy.Expr, sympy.Expr]]) -> bool:
    """Whether SymPy finds that the least value over the interval of the one variable is not negative."""
    interval = _interval(limits)
    if interval is None or gap.free_symbols != {limits[0][0]} or gap.atoms(AppliedUndef):
        return False
    try:
        return bool(minimum(gap, limits[0][0], interval).is_nonnegative)
    except FAILURES:
        return False


def _polynomial(function: Any, seed: str) -> sympy.Lambda | None:
    """A random polynomial that is what is assumed of a function: its square, plus a constant, or the negative of that.

    None where no such one is.
    """
    random, x = Random(seed), sympy.Dummy("x", real=True)
    coefficients = [Fraction(random.randint(-12, 12), 4) for _ in range(DEGREE + 1)]
    powers = (sympy.Rational(each.numerator, each.denominator) * x**power for power, each in enumerate(coefficients))
    plain = sum(powers, sympy.Integer(0))
    applied = function(x)
    for made in (plain, plain**2, plain**2 + LEAST, -(plain**2), -(plain**2) - LEAST):
        if all(getattr(applied, f"is_{word}") in (None, getattr(made, f"is_{word}")) for word in SIGNS):
            return sympy.Lambda(x, made)
    return None
