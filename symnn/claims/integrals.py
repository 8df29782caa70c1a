"""The judge of integrals: one over an interval is at most another one where its integrand is.

SymPy shows that the difference of both integrands is not negative, anywhere or over the interval. Where it cannot,
random polynomials stand for functions without a formula, and an instance that is false refutes the claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import sympy
from sympy.calculus.util import minimum
from sympy.core.function import AppliedUndef

from symnn.claims.analysis import CLEAR, FAILURES, number, random_values
from symnn.claims.patience import limited
from symnn.proof.step import Judgement, Status

INSTANCES = 12
DEGREE = 2


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
        gap = sympy.factor(self.right.function - self.left.function)
        forward = all((end - start).is_nonnegative for _, start, end in self.left.limits)
        if forward and gap.is_nonnegative:
            return Judgement(Status.CHECKED, "sympy", seed=seed)
        for place in range(INSTANCES):
            false = self._false_at(f"{seed}:integral:{place}")
            if false:
                return Judgement(Status.REFUTED, "sympy", seed=seed, reason=false)
        if forward and _is_nonnegative_over(gap, self.left.limits):
            return Judgement(Status.CHECKED, "sympy", seed=seed)
        return Judgement(Status.UNDECIDED, "sympy", seed=seed, reason=f"SymPy cannot show that {gap} is not negative")

    def _false_at(self, seed: str) -> str:
        """What both sides are at random values, if the left one is greater; nothing else."""
        functions = {applied.func for side in (self.left, self.right) for applied in side.atoms(AppliedUndef)}
        values = random_values(self.left.free_symbols | self.right.free_symbols, seed)
        chosen = {function: _polynomial(f"{seed}:{function}") for function in functions}
        sides = [side.subs(values) for side in (self.left, self.right)]
        for function, polynomial in chosen.items():
            sides = [side.replace(function, polynomial) for side in sides]
        left, right = (number(side.doit()) for side in sides)
        if left is None or right is None or left - right <= CLEAR * (1 + abs(left) + abs(right)):
            return ""
        variable = sympy.Symbol("x")
        given = [f"{function}(x) = {polynomial(variable)}" for function, polynomial in chosen.items()]
        given += [f"{name} = {value}" for name, value in values.items()]
        where = ", ".join(given) or "this"
        return f"at {where} the left side is {sympy.Float(left, 12)} and the right side is {sympy.Float(right, 12)}"


def _is_nonnegative_over(gap: sympy.Expr, limits: Sequence[tuple[sympy.Symbol, sympy.Expr, sympy.Expr]]) -> bool:
    """Whether SymPy finds that the least value over the interval of the one variable is not negative."""
    variable, start, end = limits[0]
    bounds = start.is_number and end.is_number and start.is_finite and end.is_finite
    if len(limits) > 1 or not bounds or gap.free_symbols != {variable} or gap.atoms(AppliedUndef):
        return False
    try:
        return bool(minimum(gap, variable, sympy.Interval(start, end)).is_nonnegative)
    except FAILURES:
        return False


def _polynomial(seed: str) -> sympy.Lambda:
    random, x = Random(seed), sympy.Dummy("x", real=True)
    coefficients = [Fraction(random.randint(-12, 12), 4) for _ in range(DEGREE + 1)]
    powers = (sympy.Rational(each.numerator, each.denominator) * x**power for power, each in enumerate(coefficients))
    return sympy.Lambda(x, sum(powers, sympy.Integer(0)))
