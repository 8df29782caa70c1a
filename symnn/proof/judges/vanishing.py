"""Whether a scalar expression of SymPy is zero identically: decided for rational functions, tried for the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sympy

from symnn.algebra.scalars import fold_sympy
from symnn.errors import UnsupportedError

TERMS = 30_000
SIMPLIFIED = 400
KINKS = 6


def vanishes(expression: Any) -> bool:
    """Whether SymPy brings an expression to zero. Raises UnsupportedError where it would become too large."""
    numerator, _ = sympy.fraction(sympy.together(expression))
    if numerator == 0:
        return True
    if _terms(numerator) > TERMS:
        raise UnsupportedError(f"a difference of entries has more than {TERMS} terms")
    expanded = sympy.expand(numerator)
    if expanded == 0:
        return True
    if expanded.is_rational_function() or expanded.count_ops() > SIMPLIFIED:
        return False
    kinks = _kinks(expanded)
    if kinks:
        return len(kinks) <= KINKS and all(map(vanishes, _regions(expanded, kinks[0])))
    return sympy.cancel(expanded) == 0 or sympy.simplify(expanded) == 0 or expanded.equals(0) is True


def _kinks(expression: Any) -> list[Any]:
    """The arguments at which a function has a kink or a jump at zero; a and −a are one."""
    found: dict[Any, None] = {}
    for part in sorted(expression.atoms(sympy.Max, sympy.Abs, sympy.sign, sympy.Heaviside), key=str):
        argument = sympy.Add(*part.args) if isinstance(part, sympy.Max) and 0 in part.args else part.args[0]
        if -argument not in found:
            found[argument] = None
    return list(found)


def _regions(expression: Any, argument: Any) -> Iterator[Any]:
    """The expression where an argument is positive, negative, and zero."""
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


def _terms(expression: Any) -> int:
    """A bound on the terms of the expanded expression, cut off above the limit."""

    def combine(part: Any, counts: Sequence[int]) -> int:
        if part.is_Add:
            return min(sum(counts), TERMS + 1)
        if part.is_Mul or (part.is_Pow and part.exp.is_Integer and part.exp > 0):
            total = 1
            for count in counts if part.is_Mul else [counts[0]] * min(int(part.exp), 16):
                total = min(total * count, TERMS + 1)
            return total
        return 1

    return fold_sympy(expression, combine, {})
