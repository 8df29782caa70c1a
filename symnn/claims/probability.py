"""The judges *statistics* and *enumeration*: expectations by SymPy's statistics, and by going through every case.

An expectation is judged twice: by SymPy's own integration or summation, and by numbers — every outcome of finite random
symbols is gone through exactly, the densities of continuous ones are integrated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise, product
from typing import Any

import numpy as np
import sympy
from sympy import stats
from sympy.core.function import AppliedUndef
from sympy.stats.rv import RandomSymbol, random_symbols

from symnn.arrays import Floats
from symnn.claims.analysis import (
    AGREE,
    FAILURES,
    SPECIAL,
    Values,
    exponents_in,
    fits,
    is_equal,
    number,
    random_values,
    special_values,
    where,
)
from symnn.claims.patience import limited
from symnn.errors import SymnnError
from symnn.proof.step import Judgement, Status

POINTS, ATTEMPTS = 2, 24
MOST_OUTCOMES = 20_000
MOST_INTEGRALS = 3
NODES = {1: 640, 2: 320, 3: 112}
"""The nodes on each side of zero, by the number of random symbols."""
FAR = 6.0
"""Up to the hyperbolic sine of this, about 200, an infinite integral is taken."""
NEAR = 1e-8
SETTLED = 1e-3
"""So near must be the integrals of an absolute value on two grids, relatively: at 1/x they are apart."""
AGREEING, SURE = 5, sympy.Float("1e-20", 40)


@dataclass(frozen=True)
class Expectation:
    """The expectation of an expression in random symbols, which are independent of each other."""

    expression: sympy.Expr
    value: sympy.Expr

    @limited("statistics")
    def judge(self, seed: int) -> Judgement:
        symbols = sorted(random_symbols(self.expression), key=str)
        try:
            found = stats.E(self.expression).doit()
        except FAILURES as error:
            return Judgement(Status.UNDECIDED, "statistics", seed=seed, reason=f"SymPy finds no expectation: {error}")
        is_closed = not found.has(stats.Expectation, sympy.Integral, sympy.Sum)
        if is_closed and found.has(sympy.oo, -sympy.oo, sympy.zoo, sympy.nan):
            reason = f"SymPy finds {found}: there is no expectation"
            return Judgement(Status.REFUTED, "statistics", seed=seed, reason=reason)
        is_finite = all(symbol.pspace.is_Finite for symbol in symbols)
        tried = 0
        for place in range(POINTS):
            values = self._drawn(symbols, f"{seed}:expectation:{place}")
            if values is None:
                break
            judged = self._judged_at(values, symbols, found if is_closed else None, seed)
            if isinstance(judged, Judgement):
                return judged
            tried += judged
        if is_closed and (is_equal(found, self.value) or _agree(found, self.value, seed)):
            return Judgement(Status.CHECKED, "statistics", seed=seed)
        if is_finite and tried:
            return Judgement(Status.CHECKED, "enumeration", seed=seed)
        reason = f"SymPy finds {found}, and numbers alone agree to few digits" if tried else f"SymPy finds {found}"
        return Judgement(Status.UNDECIDED, "statistics", seed=seed, reason=reason)

    def _judged_at(
        self, values: Values, symbols: Sequence[Any], closed: sympy.Expr | None, seed: int
    ) -> Judgement | bool:
        """A judgement where the numbers say that the value is wrong, or that there is none; else whether they tell."""
        wanted = number(self.value.subs(values))
        numeric = _by_numbers(self.expression, symbols, values)
        if wanted is None or numeric is None:
            return False
        if numeric is _DIVERGES:
            reason = "the integral of the absolute value does not settle: there may be no expectation"
            return Judgement(Status.UNDECIDED, "statistics", seed=seed, reason=reason)
        exact = numeric if all(symbol.pspace.is_Finite for symbol in symbols) else None
        known = exact if exact is not None else None if closed is None else number(closed.subs(values))
        apart = not _is_near(complex(numeric), complex(wanted))
        if known is not None and _is_near(complex(known), complex(numeric)):
            apart = apart or bool(abs(known - wanted) > SURE * (1 + abs(wanted)))
        if not apart:
            return True
        is_value = numeric if known is None else known
        digits = 12 if str(is_value.evalf(12)) != str(wanted.evalf(12)) else 30
        reason = f"{where(values)}the expectation is {is_value.evalf(digits)}, not {wanted.evalf(digits)}"
        return Judgement(Status.REFUTED, "statistics", seed=seed, reason=reason)

    def _drawn(self, symbols: Sequence[Any], seed: str) -> Values | None:
        """Values of the parameters with which the outcomes of finite random symbols have probabilities."""
        parameters = self._parameters(symbols)
        for attempt in range(ATTEMPTS):
            values = random_values(parameters, f"{seed}:{attempt}" if attempt else seed)
            if attempt % 2:
                parts = {name: abs(value) / (abs(value) + 1) for name, value in values.items()}
                values = {name: part if fits(name, part) else values[name] for name, part in parts.items()}
            if all(_are_probabilities(symbol, values) for symbol in symbols):
                return values
        return None

    def _parameters(self, symbols: Sequence[Any]) -> set[sympy.Symbol]:
        """All symbols that are no random ones: of the expression, of its value, and of the distributions."""
        found = self.expression.free_symbols | self.value.free_symbols
        for symbol in symbols:
            if symbol.pspace.is_Continuous:
                found |= stats.density(symbol)(sympy.Dummy("x")).free_symbols
            elif symbol.pspace.is_Finite:
                found |= set().union(*(each.free_symbols for each in _outcomes(symbol).values()))
        return {symbol for symbol in found if not isinstance(symbol, RandomSymbol | sympy.Dummy)}


def _outcomes(symbol: Any) -> dict[sympy.Expr, sympy.Expr]:
    """The probabilities of a finite random symbol."""
    found = stats.density(symbol).dict
    return {outcome: sympy.sympify(probability, strict=True) for outcome, probability in found.items()}


def _are_probabilities(symbol: Any, values: Values) -> bool:
    """Whether the probabilities of a finite random symbol are between 0 and 1 at some values of its parameters."""
    found = [each.subs(values) for each in _outcomes(symbol).values()] if symbol.pspace.is_Finite else []
    return all(each.is_nonnegative is not False and (1 - each).is_nonnegative is not False for each in found)


def _by_numbers(
    expression: sympy.Expr, symbols: Sequence[Any], values: Mapping[sympy.Symbol, sympy.Rational]
) -> sympy.Expr | None:
    """Outcomes gone through, or densities integrated; None where there are too many, or functions unknown to NumPy."""
    if all(symbol.pspace.is_Finite for symbol in symbols):
        return _enumerated(expression, symbols, values)
    if any(not symbol.pspace.is_Continuous for symbol in symbols) or len(symbols) > MOST_INTEGRALS:
        return None
    try:
        return _integrated(expression, symbols, values)
    except (NameError, *FAILURES):
        return None


def _enumerated(
    expression: sympy.Expr, symbols: Sequence[Any], values: Mapping[sympy.Symbol, sympy.Rational]
) -> sympy.Expr | None:
    outcomes = [list(_outcomes(symbol).items()) for symbol in symbols]
    count = 1
    for each in outcomes:
        count *= len(each)
    if count > MOST_OUTCOMES:
        return None
    total = sympy.Integer(0)
    for chosen in product(*outcomes):
        weight = sympy.prod(probability for _, probability in chosen)
        at = {symbol: outcome for symbol, (outcome, _) in zip(symbols, chosen, strict=True)}
        total += weight * expression.subs(at)
    return number(total.subs(values))


def _integrated(
    expression: sympy.Expr, symbols: Sequence[Any], values: Mapping[sympy.Symbol, sympy.Rational]
) -> sympy.Expr | None:
    """The integral by Gauss's rule on both sides of zero, on a grid of all random symbols.

    None where a coarser grid gives another number, or the densities not 1: they may be narrow beside the distances of
    the nodes.
    """
    plain = sympy.symbols(f"x:{len(symbols)}", real=True)
    integrand = sympy.lambdify(plain, expression.subs(dict(zip(symbols, plain, strict=True))).subs(values), "numpy")
    count = NODES[len(symbols)]
    fine, coarse = ([_axis(symbol, values, nodes) for symbol in symbols] for nodes in (count, 3 * count // 4))
    if not all(_is_near(float(weights.sum()), 1) for _, weights in fine):
        return None
    (found, size), (again, other) = _on_a_grid(integrand, fine), _on_a_grid(integrand, coarse)
    if not abs(size - other) <= SETTLED * (1 + size):
        return _DIVERGES
    return sympy.sympify(found, strict=True).evalf(15) if _is_near(again, found) else None


_DIVERGES = sympy.nan


def _agree(found: sympy.Expr, value: sympy.Expr, seed: int) -> bool:
    """Whether two expressions are the same number at all values tried, to many digits."""
    symbols = found.free_symbols | value.free_symbols
    own = found.atoms(sympy.Rational) | value.atoms(sympy.Rational)
    usual = [random_values(symbols, f"{seed}:agree:{place}") for place in range(AGREEING)]
    small = exponents_in((found, value))
    special = [special_values(symbols, own, place, f"{seed}:agree:{place}", small) for place in range(SPECIAL)]
    agreed = 0
    for values in (*usual, *(special if symbols else ())):
        left, right = number(found.subs(values)), number(value.subs(values))
        if left is None or right is None:
            continue
        if abs(left - right) > AGREE * (1 + abs(left)):
            return False
        agreed += 1
    return agreed >= AGREEING


def _is_near(found: complex, wanted: complex) -> bool:
    return bool(abs(found - wanted) <= NEAR * (1 + abs(wanted)))


def _on_a_grid(integrand: Callable[..., Any], axes: Sequence[tuple[Floats, Floats]]) -> tuple[complex, float]:
    """The integral, and that of the absolute value."""
    points = np.meshgrid(*(nodes for nodes, _ in axes), indexing="ij", sparse=True)
    with np.errstate(all="ignore"):
        grid = np.broadcast_to(integrand(*points), [nodes.size for nodes, _ in axes])
        size = np.abs(grid)
        for _, weights in reversed(axes):
            grid, size = grid @ weights, size @ weights
    return complex(grid) if np.iscomplexobj(grid) else float(grid), float(size)


def _axis(symbol: Any, values: Mapping[sympy.Symbol, sympy.Rational], count: int) -> tuple[Floats, Floats]:
    """Values of a random symbol, and what each of them weighs by its density."""
    variable = sympy.Dummy("x", real=True)
    density = sympy.lambdify(variable, stats.density(symbol)(variable).subs(values), "numpy")
    interval = symbol.pspace.domain.set.subs(values)
    nodes, weights = _nodes(float(interval.start), float(interval.end), count)
    with np.errstate(all="ignore"):
        return nodes, weights * density(nodes)


def _nodes(low: float, high: float, count: int) -> tuple[Floats, Floats]:
    """Nodes and weights from low to high; an infinite side is stretched by the hyperbolic sine."""
    found: list[tuple[Floats, Floats]] = []
    for start, end in pairwise(sorted({low, min(max(0.0, low), high), high})):
        infinite = not (np.isfinite(start) and np.isfinite(end))
        left, right = np.clip((start, end), -FAR, FAR) if infinite else (start, end)
        nodes, weights = _gauss(count)
        nodes, weights = left + (nodes + 1) * (right - left) / 2, weights * (right - left) / 2
        found.append((np.sinh(nodes), weights * np.cosh(nodes)) if infinite else (nodes, weights))
    return np.concatenate([nodes for nodes, _ in found]), np.concatenate([weights for _, weights in found])


@cache
def _gauss(count: int) -> tuple[Floats, Floats]:
    """Nodes and weights of Gauss's rule on [−1, 1], which take long to find."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return nodes, weights


@dataclass(frozen=True)
class Cases:
    """left = right at cases: `value` works out the left side of each exactly, by going through everything there is."""

    right: sympy.Expr
    at: tuple[Mapping[sympy.Symbol, int], ...]
    value: Callable[..., Fraction]
    left: sympy.Expr | None = None
    """What stands on the left: where SymPy has values of it, they must be those of `value`, too."""

    def judge(self, seed: int) -> Judgement:
        if self.right.has(sympy.Float) or (self.left is not None and self.left.has(sympy.Float)):
            return Judgement(Status.UNDECIDED, "enumeration", reason="write decimals as exact fractions")
        for case in self.at:
            found = self._counted(case)
            given = ", ".join(f"{name} = {each}" for name, each in case.items())
            for side in self._sides(case):
                wanted = side.subs(case).doit()
                same = _is_fraction(wanted, found)
                if same is None:
                    reason = f"at {given} SymPy cannot tell whether {wanted} is {found}"
                    return Judgement(Status.UNDECIDED, "enumeration", seed=seed, reason=reason)
                if not same:
                    reason = f"at {given} the left side is {found} and the right side is {wanted}"
                    return Judgement(Status.REFUTED, "enumeration", seed=seed, reason=reason)
        sizes = tuple({str(name): int(given) for name, given in case.items()} for case in self.at)
        if not sizes:
            return Judgement(Status.UNDECIDED, "enumeration", reason="no case is given")
        return Judgement(Status.CHECKED, "enumeration", sizes=sizes, seed=seed)

    def _counted(self, case: Mapping[sympy.Symbol, int]) -> Fraction:
        """What `value` gives. Raises SymnnError where that is no exact number, or it fails."""
        given = {str(name): each for name, each in case.items()}
        try:
            found = self.value(**given)
        except Exception as error:
            raise SymnnError(f"`value` fails at {given}: {error!r}") from error
        if isinstance(found, bool) or not isinstance(found, int | Fraction):
            raise SymnnError(f"`value` is {found!r} at {given}; return a whole number or a Fraction, which are exact")
        return Fraction(found)

    def _sides(self, case: Mapping[sympy.Symbol, int]) -> list[sympy.Expr]:
        """The right side, and the left one where it says itself what it is."""
        is_told = self.left is not None and self._has_value(self.left, case)
        return [self.right, self.left] if is_told else [self.right]

    @staticmethod
    def _has_value(left: sympy.Expr, case: Mapping[sympy.Symbol, int]) -> bool:
        """Whether the left side says itself what it is at a case, rather than being a name for what is counted."""
        return not left.atoms(AppliedUndef) and left.free_symbols <= set(case)


def _is_fraction(value: sympy.Expr, wanted: Fraction) -> bool | None:
    """Whether an exact expression is a fraction; None where SymPy cannot tell."""
    for form in (lambda each: each, sympy.expand, sympy.simplify):
        found = form(value)
        if found.is_Rational:
            return Fraction(int(found.p), int(found.q)) == wanted
    exact = sympy.Rational(wanted.numerator, wanted.denominator)
    if is_equal(value, exact):
        return True
    near = number(value)
    return None if near is None or abs(near - exact) <= SURE * (1 + abs(exact)) else False
