"""Derivatives of elementwise functions: found by SymPy, and written through the function itself where that is possible.

The form through f is found, not known: f′ = c₀ + c₁f + … + c_m f^m with coefficients that are rational functions of x,
of least degree m, is a linear system for the c's once exponentials and other functions are taken as independent
generators.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy

from symnn.algebra import masks
from symnn.algebra.functions import ARGUMENT
from symnn.algebra.nodes import Add, Function, Map, Multiply, Node, Power, Where, as_node, times
from symnn.algebra.scalars import PLACE_HOLDER, formula, scalar_from_sympy
from symnn.algebra.walk import fold
from symnn.calculus import tidy
from symnn.calculus.rule import RuleBook
from symnn.errors import UnsupportedError

HIGHEST_DEGREE = 4

DERIVATIVES = RuleBook()


@dataclass(frozen=True)
class Through:
    """f′ as a polynomial in f: `body` is an expression in the scalar x and f(x).

    `poles` tells whether a coefficient has a real pole, so that the form has no value where f′ has one.
    """

    body: Node
    degree: int
    poles: bool


@lru_cache(maxsize=512)
def through(function: Function) -> Through | None:
    """f′ through f, or None where no polynomial of degree up to 4 is found."""
    value, derivative = _exponential(formula(function)), _exponential(formula(function.derivative()))
    generators = _Generators()
    value, derivative = generators.replace(value), generators.replace(derivative)
    if not generators.symbols:
        return None
    for degree in range(1, HIGHEST_DEGREE + 1):
        coefficients = _solve(value, derivative, generators.symbols, degree)
        if coefficients is not None:
            return _through(function, coefficients)
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
        outermost = [part for part in found if not any(other != part and other.has(part) for other in found)]
        replacements = {}
        for part in sorted(outermost, key=sympy.default_sort_key):
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
    return found if all(part.is_rational_function(PLACE_HOLDER) for part in found) else None


def _through(function: Function, coefficients: Sequence[Any]) -> Through:
    name = sympy.Dummy("f", real=True)
    polynomial = sum(coefficient * name**power for power, coefficient in enumerate(coefficients))
    written = sympy.factor_terms(sympy.collect(sympy.expand(polynomial), name))
    denominator = sympy.together(written).as_numer_denom()[1]
    body = scalar_from_sympy(written, {PLACE_HOLDER: ARGUMENT, name: Map(function, ARGUMENT)})
    return Through(body, len(coefficients) - 1, _may_vanish(denominator))


def _may_vanish(denominator: Any) -> bool:
    """Whether a polynomial in x has a real root, or SymPy cannot tell."""
    try:
        return denominator.has(PLACE_HOLDER) and bool(sympy.real_roots(denominator))
    except (NotImplementedError, sympy.PolynomialError):
        return True


def lift(body: Node, operand: Node) -> Node:
    """A formula in the scalar x, applied to every entry of a matrix."""

    def combine(node: Node, children: Sequence[Node]) -> Node:
        if node is ARGUMENT:
            return operand
        if isinstance(node, Multiply):
            made = children[0]
            for child in children[1:]:
                made = times(made, child)
            return made
        if isinstance(node, Function) or not node.children:
            return node
        if isinstance(node, Power | Map):
            return node.rebuild(children)
        if isinstance(node, Where):
            return masks.where(*children)
        if not isinstance(node, Add):
            raise UnsupportedError(f"{type(node).__name__} in a formula of x is not applied to entries: {node}")
        made = as_node(children[0])
        for child in children[1:]:
            made = made + child
        return made

    return tidy.broadcast(fold(body, combine), *operand.shape)


@DERIVATIVES.rule("derivative of a function", Map)
def _derivative(node: Node) -> Node | None:
    """f′, f″, … of a function of the table, found by SymPy"""
    if not isinstance(node, Map) or node.function.order == 0:
        return None
    try:
        return lift(scalar_from_sympy(formula(node.function), {PLACE_HOLDER: ARGUMENT}), node.operand)
    except UnsupportedError:
        return None


def found_through(node: Node) -> Node | None:
    """f′(Z) through f(Z), where it is found and has a value everywhere."""
    if not isinstance(node, Map) or node.function.order != 1:
        return None
    found = through(Function(node.function.name, node.function.args[1]))
    return None if found is None or found.poles else lift(found.body, node.operand)
