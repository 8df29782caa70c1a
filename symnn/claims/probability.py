"""The judges *statistics* and *enumeration*: expectations by SymPy's statistics, and by going through every case.

An expectation is judged twice: by SymPy's own integration or summation, and by numbers — every outcome of finite random
symbols is gone through exactly, the densities of continuous ones are integrated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise, product
from typing import Any

import numpy as np
import sympy
from sympy import stats
from sympy.stats.rv import RandomSymbol, random_symbols

from symnn.arrays import Floats
from symnn.claims.analysis import is_equal, number, random_values
from symnn.proof.step import Judgement, Status

POINTS = 2
MOST_OUTCOMES = 20_000
MOST_INTEGRALS = 3
NODES = {1: 640, 2: 320, 3: 112}
"""The nodes on each side of zero, by the number of random symbols."""
FAR = 6.0
"""Up to the hyperbolic sine of this, about 200, an infinite integral is taken."""
NEAR = 1e-8


@dataclass(frozen=True)
class Expectation:
    """The expectation of an expression in random symbols, which are independent of each other."""

    expression: sympy.Expr
    value: sympy.Expr

    def judge(self, seed: int) -> Judgement:
        symbols = sorted(random_symbols(self.expression), key=str)
        if not symbols:
            return Judgement(Status.REFUTED, "statistics", reason="the expression has no random symbol")
        found = stats.E(self.expression)
        symbolic = not found.has(stats.Expectation, sympy.Integral) and is_equal(found.doit(), self.value)
        tried = 0
        for place in range(POINTS):
            values = random_values(self._parameters(symbols), f"{seed}:expectation:{place}")
            numeric, wanted = _by_numbers(self.expression, symbols, values), number(self.value.subs(values))
            if numeric is None or wanted is None:
                continue
            tried += 1
            if not _is_near(float(numeric), float(wanted)):
                where = ", ".join(f"{name} = {value}" for name, value in values.items()) or "this"
                shown = sympy.Float(numeric, 12), sympy.Float(wanted, 12)
                reason = f"at {where} the expectation is {shown[0]}, not {shown[1]}"
                return Judgement(Status.REFUTED, "statistics", seed=seed, reason=reason)
        if symbolic or tried:
            return Judgement(Status.CHECKED, "statistics" if symbolic else "enumeration", seed=seed)
        return Judgement(Status.UNDECIDED, "statistics", seed=seed, reason=f"SymPy finds {found}")

    def _parameters(self, symbols: Sequence[Any]) -> set[sympy.Symbol]:
        """All symbols that are no random ones: of the expression, of its value, and of the distributions."""
        found = self.expression.free_symbols | self.value.free_symbols
        for symbol in symbols:
            found |= stats.density(symbol)(sympy.Dummy("x")).free_symbols if symbol.pspace.is_Continuous else set()
        return {symbol for symbol in found if not isinstance(symbol, RandomSymbol | sympy.Dummy)}


def _by_numbers(
    expression: sympy.Expr, symbols: Sequence[Any], values: Mapping[sympy.Symbol, sympy.Rational]
) -> sympy.Expr | None:
    """Outcomes gone through, or densities integrated; None where there are too many of either."""
    if all(symbol.pspace.is_Finite for symbol in symbols):
        return _enumerated(expression, symbols, values)
    if any(not symbol.pspace.is_Continuous for symbol in symbols) or len(symbols) > MOST_INTEGRALS:
        return None
    return _integrated(expression, symbols, values)


def _enumerated(
    expression: sympy.Expr, symbols: Sequence[Any], values: Mapping[sympy.Symbol, sympy.Rational]
) -> sympy.Expr | None:
    outcomes = [list(stats.density(symbol).dict.items()) for symbol in symbols]
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
    found = _on_a_grid(integrand, fine)
    has_all = all(_is_near(float(weights.sum()), 1) for _, weights in fine)
    return sympy.Float(found, 15) if has_all and _is_near(_on_a_grid(integrand, coarse), found) else None


def _is_near(found: float, wanted: float) -> bool:
    return bool(abs(found - wanted) <= NEAR * (1 + abs(wanted)))


def _on_a_grid(integrand: Callable[..., Any], axes: Sequence[tuple[Floats, Floats]]) -> float:
    points = np.meshgrid(*(nodes for nodes, _ in axes), indexing="ij", sparse=True)
    with np.errstate(all="ignore"):
        grid = np.broadcast_to(integrand(*points), [nodes.size for nodes, _ in axes])
        for _, weights in reversed(axes):
            grid = grid @ weights
    return float(grid)


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

    def judge(self, seed: int) -> Judgement:
        for case, found, wanted in self._compared():
            if found != wanted:
                where = ", ".join(f"{name} = {given}" for name, given in case.items())
                reason = f"at {where} the left side is {found} and the right side is {wanted}"
                return Judgement(Status.REFUTED, "enumeration", seed=seed, reason=reason)
        sizes = tuple({str(name): int(given) for name, given in case.items()} for case in self.at)
        if not sizes:
            return Judgement(Status.UNDECIDED, "enumeration", reason="no case is given")
        return Judgement(Status.CHECKED, "enumeration", sizes=sizes, seed=seed)

    def _compared(self) -> Iterator[tuple[Mapping[sympy.Symbol, int], Fraction, Fraction | None]]:
        for case in self.at:
            found = Fraction(self.value(**{str(name): given for name, given in case.items()}))
            wanted = sympy.nsimplify(self.right.subs(case).doit())
            yield case, found, Fraction(int(wanted.p), int(wanted.q)) if wanted.is_Rational else None
