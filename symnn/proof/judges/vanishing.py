"""Whether a scalar expression of SymPy is zero identically: decided for rational functions, tried for the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import product
from typing import Any

import sympy
from sympy import QQ
from sympy.polys.rings import PolyRing

from symnn.algebra.scalars import fold_sympy
from symnn.errors import UnsupportedError

PRODUCTS = 300_000
HIGHEST_POWER = 64
SIMPLIFIED = 400
KINKS = 6

Fraction = tuple[Any, Mapping[Any, int]]
"""A polynomial over a product of powers of polynomials, kept apart so that no common divisor is ever sought."""
Sums = Mapping[frozenset[Any], Fraction]
"""A sum of fractions, one for each set of sums in denominators: what cancels mostly has the same ones."""
NONE: frozenset[Any] = frozenset()


def vanishes(expression: Any) -> bool:
    """Whether SymPy brings an expression to zero. Raises UnsupportedError where it would become too large.

    Functions of different arguments count as independent first; then kinks are taken apart, and the rest is simplified.
    """
    if is_zero_fraction(expression):
        return True
    if expression.is_rational_function():
        return False
    kinks = _kinks(expression)
    if kinks:
        return len(kinks) <= KINKS and all(map(vanishes, _regions(expression, kinks[0])))
    if expression.count_ops() > SIMPLIFIED:
        return False
    if is_zero_fraction(expression.rewrite(sympy.exp)):
        return True
    return sympy.simplify(expression) == 0 or expression.equals(0) is True


# --- rational functions ---------------------------------------------------------------------------------------------


def is_zero_fraction(expression: Any) -> bool:
    """Whether a sum of fractions is zero; functions and roots are variables of their own, exp(a + b) is also eᵃeᵇ."""
    split = expression.replace(sympy.exp, lambda argument: sympy.expand_power_exp(sympy.exp(sympy.expand(argument))))
    return _is_zero(expression) or (split != expression and _is_zero(split))


def _is_zero(expression: Any) -> bool:
    names: dict[Any, int] = {}

    def collect(part: Any, _values: Sequence[None]) -> None:
        generator = _generator(part)
        if generator is not None:
            names.setdefault(generator[0], len(names))

    fold_sympy(expression, collect, {})
    arithmetic = _Arithmetic(names)
    found = fold_sympy(expression, arithmetic.combine, {})
    return not found or not arithmetic.whole(found)[0]


def _generator(part: Any) -> tuple[Any, int] | None:
    """What counts as a variable, and its power: exp(−2u) is exp(u) to the power −2."""
    if isinstance(part, sympy.exp):
        factor, rest = part.args[0].as_coeff_Mul()
        sign = -1 if rest.could_extract_minus_sign() else 1
        return (sympy.exp(sign * rest), int(sign * factor)) if factor.is_Integer else (part, 1)
    if part.is_Rational or part.is_Add or part.is_Mul or (part.is_Pow and _is_power(part)):
        return None
    return part, 1


def _is_power(part: Any) -> bool:
    return bool(part.exp.is_Integer and abs(part.exp) <= HIGHEST_POWER)


class _Arithmetic:
    """Sums of fractions of polynomials, counting the products of terms."""

    def __init__(self, names: Mapping[Any, int]) -> None:
        self.names = names
        self.ring = PolyRing([f"g{index}" for index in range(max(len(names), 1))], QQ)
        self.spent = 0

    def combine(self, part: Any, values: Sequence[Sums]) -> Sums:
        generator = _generator(part)
        if generator is not None:
            return self.power({NONE: (self.ring.gens[self.names[generator[0]]], {})}, generator[1])
        if part.is_Rational:
            return {NONE: (self.ring.ground_new(QQ(part.p, part.q)), {})}
        if part.is_Pow:
            return self.power(values[0], int(part.exp))
        return reduce(self.sum if part.is_Add else self.product, values)

    def times(self, left: Any, right: Any) -> Any:
        self.spent += len(left) * len(right)
        if self.spent > PRODUCTS:
            raise UnsupportedError(f"a difference of entries needs more than {PRODUCTS} products of terms")
        return left * right

    def sum(self, left: Sums, right: Sums) -> Sums:
        found = dict(left)
        for factors, fraction in right.items():
            made = self._sum(found[factors], fraction) if factors in found else fraction
            if made[0]:
                found[factors] = made
            else:
                found.pop(factors, None)
        return found

    def product(self, left: Sums, right: Sums) -> Sums:
        found: Sums = {}
        for (first, one), (second, other) in product(left.items(), right.items()):
            below = {factor: one[1].get(factor, 0) + other[1].get(factor, 0) for factor in (*one[1], *other[1])}
            found = self.sum(found, {first | second: (self.times(one[0], other[0]), below)})
        return found

    def power(self, base: Sums, exponent: int) -> Sums:
        if exponent < 0:
            base, exponent = self._reciprocal(self.whole(base)), -exponent
        result: Sums = {NONE: (self.ring.one, {})}
        for _ in range(exponent):
            result = self.product(result, base)
        return result

    def whole(self, value: Sums) -> Fraction:
        """The sum over one common denominator."""
        nothing: Fraction = (self.ring.zero, {})
        return reduce(self._sum, value.values(), nothing)

    def _sum(self, left: Fraction, right: Fraction) -> Fraction:
        below = {factor: max(left[1].get(factor, 0), right[1].get(factor, 0)) for factor in {**left[1], **right[1]}}
        return self._over(left, below) + self._over(right, below), below

    def _over(self, value: Fraction, below: Mapping[Any, int]) -> Any:
        numerator, mine = value
        for factor, count in below.items():
            for _ in range(count - mine.get(factor, 0)):
                numerator = self.times(numerator, factor)
        return numerator

    def _reciprocal(self, value: Fraction) -> Sums:
        """A new factor of denominators is made monic, so that −d and d are one."""
        numerator, below = value
        if not numerator:
            raise UnsupportedError("an entry divides by zero")
        above = self._over((self.ring.one, {}), below)
        factor = numerator.monic()
        made = above.quo_ground(numerator.LC), {} if numerator.is_ground else {factor: 1}
        return {NONE if len(factor) == 1 else frozenset([factor]): made}


# --- kinks ----------------------------------------------------------------------------------------------------------


def _kinks(expression: Any) -> list[Any]:
    """The arguments at which a function has a kink or a jump at zero; a and −a are one."""
    found: dict[Any, None] = {}
    for part in sorted(expression.atoms(sympy.Max, sympy.Abs, sympy.sign, sympy.Heaviside), key=str):
        argument = sympy.Add(*part.args) if isinstance(part, sympy.Max) and 0 in part.args else part.args[0]
        if -argument not in found:
            found[argument] = None
    return list(found)


def _regions(expression: Any, argument: Any) -> Iterator[Any]:
    """The expression where an argument is positive, negative, and zero: the last follows if there is no jump."""
    for sign in (1, -1):
        yield _on_side(expression, argument, sign)
    if expression.atoms(sympy.sign, sympy.Heaviside):
        for symbol in sorted(argument.free_symbols, key=str):
            slope = argument.diff(symbol)
            if slope.is_Rational:
                yield _on_side(expression, argument, 0).xreplace({symbol: sympy.expand(symbol - argument / slope)})
                return
        raise UnsupportedError(f"where {argument} is zero cannot be told")


def _on_side(expression: Any, argument: Any, sign: int) -> Any:
    facts = {}
    for value, side in ((argument, sign), (-argument, -sign)):
        facts[sympy.Max(0, value)] = value if side > 0 else sympy.S.Zero
        facts[sympy.Abs(value)] = side * value
        facts[sympy.sign(value)] = sympy.Integer(side)
        facts[sympy.Heaviside(value, 0)] = sympy.Integer(side > 0)
    return expression.xreplace({part: value for part, value in facts.items() if not part.is_Number})
