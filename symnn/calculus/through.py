"""The derivative of a function, written through the function itself where that is shorter: σ′ = σ(1 − σ).

The form is found, not known. Of the formula of f, or of each of its pieces, two searches are tried:

- f′ = c₀ + c₁f + … + c_m f^m with numbers as coefficients, or f′ = c·f^m with a rational function of x, of least degree
  m: a linear system for the c's, once exponentials and other functions are taken as independent generators. (Several
  terms with powers of x would cancel in floating point: with f = x + tanh x, f′ is 2 − f² + 2xf − x²);
- where f is a polynomial in x and functions g of x, as x·σ(x) is, the remainder of f′ in the division by that
  polynomial, if x itself is gone from it: of x·σ it is σ + f·(1 − σ).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy

from symnn.algebra.functions import ARGUMENT
from symnn.algebra.nodes import Function, Map, Node
from symnn.algebra.scalars import PLACE_HOLDER, differentiated, formula, inverted, scalar_from_sympy, scalar_to_sympy

HIGHEST_DEGREE = 4

VALUE = sympy.Dummy("f", real=True)
"""What f(x) is in the forms that are found."""


@dataclass(frozen=True)
class Through:
    """f′ through f: `body` is an expression in the scalar x, f(x) and functions that f is made of.

    `degree` is that of f in it; `poles` tells whether a coefficient has a real pole, so that the form has no value
    where f′ has one.
    """

    body: Node
    degree: int
    poles: bool


@lru_cache(maxsize=512)
def through(function: Function) -> Through | None:
    """f′ through f, or None where no such form is found."""
    written = _through(function)
    has_poles = written is not None and _may_vanish(written)
    if written is not None and not has_poles:
        return _made(function, written, {})
    found = _remainder(function)
    if found is not None:
        return _made(function, *found)
    return None if written is None else _made(function, written, {}, has_poles)


def _through(function: Function) -> Any:
    """f′ in x and VALUE, or None."""
    value, derivative = formula(function), formula(function.derivative())
    written = _in_pieces(value, derivative) or _polynomial(value, derivative)
    return written if written is not None and written.has(VALUE) else None


def _made(function: Function, written: Any, back: Mapping[Any, Node], has_poles: bool = False) -> Through:
    body = scalar_from_sympy(written, {**back, PLACE_HOLDER: ARGUMENT, VALUE: Map(function, ARGUMENT)})
    parts = [piece for piece, _ in written.args] if isinstance(written, sympy.Piecewise) else [written]
    numerators = [sympy.together(part).as_numer_denom()[0] for part in parts]
    return Through(body, max(int(sympy.degree(part, VALUE)) for part in numerators), has_poles)


def _may_vanish(written: Any) -> bool:
    """Whether a polynomial in x that is divided by has a real root, or SymPy cannot tell."""
    denominator = sympy.together(written).as_numer_denom()[1]
    try:
        return denominator.has(PLACE_HOLDER) and bool(sympy.real_roots(denominator))
    except (NotImplementedError, sympy.PolynomialError):
        return True


# --- a polynomial in f ----------------------------------------------------------------------------------------------


def _polynomial(value: Any, derivative: Any) -> Any:
    """f′ as a polynomial in VALUE, of least degree, with rational functions of x as coefficients; None for none."""
    generators = _Generators()
    value, derivative = generators.replace(_exponential(value)), generators.replace(_exponential(derivative))
    if not generators.symbols:
        return None
    for degree in range(1, HIGHEST_DEGREE + 1):
        coefficients = _solve(value, derivative, generators.symbols, degree)
        if coefficients is not None:
            polynomial = sum(coefficient * VALUE**power for power, coefficient in enumerate(coefficients))
            return sympy.factor_terms(sympy.collect(sympy.expand(polynomial), VALUE))
    return None


def _exponential(expression: Any) -> Any:
    """Hyperbolic functions by exponentials; exponentials of sums stay."""
    return expression.rewrite((sympy.tanh, sympy.sinh, sympy.cosh), sympy.exp)


class _Generators:
    """Exponentials as powers of one, all other functions of x as symbols of their own."""

    def __init__(self) -> None:
        self._known: dict[Any, sympy.Symbol] = {}

    @property
    def symbols(self) -> list[sympy.Symbol]:
        return list(self._known.values())

    def replace(self, expression: Any) -> Any:
        found = [part for part in expression.atoms(sympy.Function) if part.has(PLACE_HOLDER)]
        found += [part for part in expression.atoms(sympy.Pow) if part.has(PLACE_HOLDER) and not part.exp.is_integer]
        replacements = {}
        for part in _outermost(found):
            replacements[part] = self._exponential(part) if isinstance(part, sympy.exp) else self._symbol(part)
        return expression.xreplace(replacements)

    def _symbol(self, part: Any) -> sympy.Symbol:
        return self._known.setdefault(part, sympy.Dummy(f"g{len(self._known)}"))

    def _exponential(self, part: Any) -> Any:
        argument = part.args[0]
        for known, symbol in self._known.items():
            if isinstance(known, sympy.exp):
                ratio = sympy.cancel(argument / known.args[0])
                if ratio.is_Integer:
                    return symbol**ratio
        return self._symbol(part)


def _outermost(found: Sequence[Any]) -> list[Any]:
    """Those expressions that are no part of another, in SymPy's order."""
    kept = [part for part in found if not any(other != part and other.has(part) for other in found)]
    return sorted(kept, key=sympy.default_sort_key)


def _solve(value: Any, derivative: Any, generators: Sequence[Any], degree: int) -> list[Any] | None:
    unknowns = sympy.symbols(f"c0:{degree + 1}", cls=sympy.Dummy)
    ansatz = derivative - sum(unknown * value**power for power, unknown in enumerate(unknowns))
    numerator = sympy.together(ansatz).as_numer_denom()[0]
    try:
        equations = sympy.Poly(sympy.expand(numerator), *generators).coeffs()
    except sympy.PolynomialError:
        return None
    solutions = sympy.linsolve(equations, *unknowns)
    if solutions is sympy.S.EmptySet:
        return None
    (solution,) = solutions
    found = [sympy.factor(part.xreplace(dict.fromkeys(unknowns, sympy.S.Zero))) for part in solution]
    is_one_term = sum(part != 0 for part in found) == 1
    if not all(part.is_rational_function(PLACE_HOLDER) if is_one_term else part.is_Rational for part in found):
        return None
    return found


# --- piece by piece -------------------------------------------------------------------------------------------------


def _in_pieces(value: Any, derivative: Any) -> Any:
    """A choice between forms, one for each piece of f; None where f has no pieces, or one of them no form."""
    if not isinstance(value, sympy.Piecewise) or not isinstance(derivative, sympy.Piecewise):
        return None
    if [condition for _, condition in value.args] != [condition for _, condition in derivative.args]:
        return None
    pieces = []
    for (own, condition), (slope, _) in zip(value.args, derivative.args, strict=True):
        form = slope if not slope.atoms(sympy.Function) else _polynomial(own, slope)
        if form is None:
            return None
        pieces.append((form, condition))
    return sympy.Piecewise(*pieces)


# --- the remainder of a division ------------------------------------------------------------------------------------


def _remainder(function: Function) -> tuple[Any, dict[Any, Node]] | None:
    """f′ modulo f − P(x, g, …), where f is the polynomial P, and what the letters in it stand for.

    None where f is no polynomial in x and functions of x, or where f′ gets no shorter or keeps x.
    """
    if function.body is None:
        return None
    symbols: dict[Node, Any] = {}
    value = scalar_to_sympy(function.body, symbols, expand=False)
    if value.atoms(sympy.Max, sympy.Min, sympy.Piecewise):
        return None
    letters, slopes, back = _letters(value, inverted(symbols))
    polynomial = value.xreplace(letters)
    if not letters or not polynomial.is_polynomial(PLACE_HOLDER, *letters.values()):
        return None
    derivative = sympy.diff(polynomial, PLACE_HOLDER)
    derivative += sum(sympy.diff(polynomial, letter) * slope for letter, slope in slopes.items())
    try:
        _, rest = sympy.reduced(derivative, [polynomial - VALUE], PLACE_HOLDER, *letters.values(), VALUE, order="lex")
    except sympy.PolynomialError:
        return None
    terms = [sympy.factor(coefficient) * VALUE**power for (power,), coefficient in sympy.Poly(rest, VALUE).terms()]
    written = sympy.Add(*terms)
    is_new = written.has(VALUE) and not written.has(PLACE_HOLDER)
    return (written, back) if is_new and sympy.count_ops(written) < sympy.count_ops(derivative) else None


def _letters(value: Any, known: Mapping[Any, Node]) -> tuple[dict[Any, Any], dict[Any, Any], dict[Any, Node]]:
    """A letter for each function g(u) in an expression, the derivative of each letter, and what all letters stand for.

    The derivative of a letter is written through the letter where that form of g′ is known; u′ is a letter of its own,
    unless it is a number.
    """
    letters: dict[Any, Any] = {}
    slopes: dict[Any, Any] = {}
    back: dict[Any, Node] = {}
    for part in _outermost([part for part in value.atoms(sympy.Function) if part.has(PLACE_HOLDER)]):
        letter, inner = sympy.Dummy("g", real=True), sympy.Dummy("u", real=True)
        node = scalar_from_sympy(part, {**known, PLACE_HOLDER: ARGUMENT})
        assert isinstance(node, Map)  # choices were refused
        letters[part], back[letter] = letter, node
        argument = scalar_to_sympy(node.operand, {})
        form = _through(node.function)
        if form is None or form.has(PLACE_HOLDER):
            form, argument = sympy.S.One, formula(node.function).xreplace({PLACE_HOLDER: argument})
        speed = differentiated(argument, PLACE_HOLDER)
        if not speed.is_Rational:
            back[inner] = scalar_from_sympy(speed, {PLACE_HOLDER: ARGUMENT})
        slopes[letter] = form.xreplace({VALUE: letter}) * (speed if speed.is_Rational else inner)
    return letters, slopes, back
