"""The judge *sympy* of series: whether one converges, by SymPy's tests, and by how its terms fall far out.

SymPy's tests are wrong of some series. What they say is passed only where the numbers do not say the opposite.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log2

import sympy

from symnn.claims.analysis import FAILURES, exponents_in, number, random_values, special_values
from symnn.claims.patience import limited
from symnn.proof.step import Judgement, Status

FIRST = 40
VALUES = 4
OCTAVES = (32, 64, 128, 256)
PRECISION = 240
SIGNS = (1000, 1020)
FALLS, LOGARITHM = 0.05, 0.3
BANDS = (128, 512, 2048)
SHRINKS = 0.7


@dataclass(frozen=True)
class Convergence:
    """Whether a series with a general term converges. A constant factor that is not zero changes nothing."""

    series: sympy.Sum
    converges: bool

    @limited("sympy")
    def judge(self, seed: int) -> Judgement:
        reason = _term_without_value(self.series)
        if reason:
            return Judgement(Status.REFUTED, "sympy", seed=seed, reason=reason)
        found = self._says(self.series)
        if found is None:
            return Judgement(Status.UNDECIDED, "sympy", seed=seed, reason="SymPy cannot tell whether it converges")
        if isinstance(found, str):
            return Judgement(Status.UNDECIDED, "sympy", seed=seed, reason=found)
        if found is not self.converges:
            word = "converges" if found else "diverges"
            return Judgement(Status.REFUTED, "sympy", seed=seed, reason=f"the series {word}, says SymPy")
        own, small = self.series.atoms(sympy.Rational), exponents_in([self.series])
        for place in range(VALUES if self.series.free_symbols else 0):
            symbols = self.series.free_symbols
            if place % 2:
                values = random_values(symbols, f"{seed}:{place}")
            else:
                values = special_values(symbols, own, 3 * place, str(seed), small)
            at = self._says(self.series.subs(values))
            if isinstance(at, bool) and at is not self.converges:
                where = ", ".join(f"{name} = {value}" for name, value in values.items())
                reason = f"at {where} the series {'converges' if at else 'diverges'}"
                return Judgement(Status.REFUTED, "sympy", seed=seed, reason=reason)
        return Judgement(Status.CHECKED, "sympy", seed=seed)

    def _says(self, series: sympy.Sum) -> bool | str | None:
        """What SymPy says; None where it says nothing, and words where the numbers say the opposite."""
        factor, term = series.function.as_independent(*series.variables, as_Add=False)
        plain = sympy.Sum(term, *series.limits) if factor.is_nonzero else series
        try:
            found = plain.is_convergent()
        except FAILURES:
            return None
        if found not in (sympy.true, sympy.false):
            return None
        falling = falls(plain)
        if falling is not None and falling is not bool(found):
            words = [f"it {'converges' if each else 'diverges'}" for each in (bool(found), falling)]
            return f"SymPy says that {words[0]}, its terms that {words[1]}"
        return bool(found)


def _term_without_value(series: sympy.Sum) -> str:
    """The first term that has no value, in words; nothing where none was found."""
    variable, start, _ = series.limits[0]
    if not start.is_Integer:
        return ""
    for place in range(int(start), int(start) + FIRST):
        term = series.function.subs(variable, place)
        if term.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
            return f"at {variable} = {place} the term is {term}; begin the series after it"
    return ""


def falls(series: sympy.Sum) -> bool | None:
    """Whether the terms fall fast enough, as far as numbers tell; None where they do not tell."""
    variable, start, end = series.limits[0]
    if series.free_symbols or end != sympy.oo or not start.is_Integer:
        return None
    near = [number(series.function.subs(variable, place)) for place in range(*SIGNS)]
    signs = {0 if term is None or not term.is_real else int(sympy.sign(term)) for term in near}
    if {1, -1} <= signs:
        return _of_bands(series)
    far = [sympy.Float(2**octave, PRECISION) for octave in OCTAVES]
    terms = [number(series.function.subs(variable, place)) for place in far]
    if len(signs) > 1 or signs == {0} or any(term is None or not term.is_real or term == 0 for term in terms):
        return None
    return _of_one_sign([abs(term) for term in terms if term is not None])


def _of_one_sign(terms: list[sympy.Expr]) -> bool | None:
    """By Cauchy's condensed terms 2ᵏa(2ᵏ): geometric, or a power of k."""
    weighed = [octave + float(sympy.log(term, 2).evalf()) for octave, term in zip(OCTAVES, terms, strict=True)]
    slope = (weighed[-1] - weighed[-2]) / (OCTAVES[-1] - OCTAVES[-2])
    if abs(slope) > FALLS:
        return slope < 0
    power = (weighed[-1] - weighed[-2]) / log2(OCTAVES[-1] / OCTAVES[-2])
    return None if abs(power + 1) < LOGARITHM else power < -1


def _of_bands(series: sympy.Sum) -> bool | None:
    """By how far the partial sums still move from N to 2N: less and less where they converge."""
    variable, start, _ = series.limits[0]
    term = sympy.lambdify(variable, series.function, "mpmath")
    total, moves = 0.0, []
    low = high = 0.0
    for place in range(int(start), 2 * BANDS[-1]):
        try:
            total += float(term(place))
        except (*FAILURES, OverflowError):
            return None
        if place in BANDS:
            low = high = total
        low, high = min(low, total), max(high, total)
        if place + 1 in [2 * band for band in BANDS]:
            moves.append(high - low)
    if min(moves) <= 0:
        return None
    ratios = [after / before for before, after in pairwise(moves)]
    return True if max(ratios) < SHRINKS else False if min(ratios) > 1 - FALLS else None
