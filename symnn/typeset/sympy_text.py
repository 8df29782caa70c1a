"""SymPy's expressions as one line of text, and in LaTeX, with the names that other formulas have."""

from __future__ import annotations

import re
from typing import Any

import sympy
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from symnn.algebra.names import name_latex, name_text, superscript
from symnn.typeset.spelling import Spelling

_DELIMITER = re.compile(r"\\(left|right)(?![A-Za-z])\s*(\\[A-Za-z]+|\\.|.)")
_UPRIGHT = {"|": (r"\lvert", r"\rvert"), r"\|": (r"\lVert", r"\rVert")}
_TALL = re.compile(r"\\(frac|sum|prod|int|lim|binom)(?![A-Za-z])")


def sympy_spelled(expression: sympy.Basic) -> Spelling:
    """An expression in both spellings."""
    return Spelling(_Text().doprint(expression).replace("-", "−"), unstretched(_Latex().doprint(expression)))


def unstretched(formula: str) -> str:
    r"""LaTeX with delimiters of fixed sizes, so that a line may end between them, as it may not after ``\left``."""
    opened: list[str] = []
    insides, end = [""], 0
    for found in _DELIMITER.finditer(formula):
        insides[-1] += formula[end : found.start()]
        end = found.end()
        if found[1] == "left":
            opened.append(found[2])
            insides.append("")
        else:
            inside = insides.pop()
            insides[-1] += _delimited(opened.pop(), inside.strip(), found[2])
    return insides[0] + formula[end:]


def _delimited(opening: str, inside: str, closing: str) -> str:
    if "." in (opening, closing) or r"\begin" in inside:
        return rf"\left{opening} {inside} \right{closing}"
    opening, closing = _UPRIGHT.get(opening, (opening,))[0], _UPRIGHT.get(closing, (closing,))[-1]
    if _TALL.search(inside):
        opening, closing = rf"\Bigl{opening}", rf"\Bigr{closing}"
    return f"{opening} {inside} {closing}" if opening[-1].isalpha() else f"{opening}{inside}{closing}"


class _Latex(LatexPrinter):  # type: ignore[misc]
    """What differs from SymPy's own LaTeX: names, and products that end in a number."""

    def _print_Symbol(self, expression: Any, style: str = "plain") -> str:
        return _symbol_latex(expression.name)

    def _print_RandomSymbol(self, expression: Any, style: str = "plain") -> str:
        return self._print_Symbol(expression)

    def _print_Mul(self, expression: Any) -> str:
        if expression.is_Mul and any(factor.is_Integer for factor in expression.args[1:]):
            return r" \cdot ".join(self.parenthesize(factor, PRECEDENCE["Mul"]) for factor in expression.args)
        return str(super()._print_Mul(expression))

    def _hprint_Function(self, name: str) -> str:
        plain = name.isascii() and name.isidentifier()
        return str(super()._hprint_Function(name)) if plain else _symbol_latex(name)


def _symbol_latex(name: str) -> str:
    """The LaTeX of any name, also of one that is LaTeX already."""
    return name_latex(name, "" if name.isidentifier() else name)


class _Text(StrPrinter):  # type: ignore[misc]
    """What differs from SymPy's own text: Greek letters, small powers, the signs of analysis and of probability."""

    def _print_Symbol(self, expression: Any) -> str:
        return name_text(expression.name) if expression.name.isidentifier() else str(expression.name)

    def _print_RandomSymbol(self, expression: Any) -> str:
        return self._print_Symbol(expression.symbol)

    def _print_Infinity(self, _: Any) -> str:
        return "∞"

    def _print_NegativeInfinity(self, _: Any) -> str:
        return "−∞"

    def _print_Pi(self, _: Any) -> str:
        return "π"

    def _print_Exp1(self, _: Any) -> str:
        return "e"

    def _print_Pow(self, expression: Any, rational: bool = False) -> str:
        base, exponent = self.parenthesize(expression.base, PRECEDENCE["Pow"]), expression.exp
        if exponent == sympy.Rational(1, 2):
            return f"√{base}"
        if exponent.is_Rational and exponent < 0:
            return f"1/{self._print_Pow(1 / expression, rational=rational) if exponent != -1 else base}"
        if exponent.is_Integer:
            return f"{base}{superscript(str(exponent))}"
        return str(super()._print_Pow(expression, rational=rational)).replace("**", "^")

    def _print_exp(self, expression: Any) -> str:
        return f"exp({self._print(expression.args[0])})"

    def _print_Mul(self, expression: Any) -> str:
        return str(super()._print_Mul(expression)).replace("*", "·")

    def _print_Add(self, expression: Any, order: Any = None) -> str:
        return str(super()._print_Add(expression, order)).replace(" - ", " − ")

    def _print_Abs(self, expression: Any) -> str:
        return f"|{self._print(expression.args[0])}|"

    def _print_Sum(self, expression: Any) -> str:
        return self._large("Σ", expression)

    def _print_Product(self, expression: Any) -> str:
        return self._large("Π", expression)

    def _large(self, sign: str, expression: Any) -> str:
        shown = [
            f"{sign}_({self._print(variable)} = {self._print(low)} … {self._print(high)})"
            for variable, low, high in expression.limits
        ]
        return f"{' '.join(shown)} {self._factor(expression.function)}"

    def _print_Integral(self, expression: Any) -> str:
        bounds = [tuple(map(self._print, ends)) for _, *ends in expression.limits]
        signs = [f"∫_({ends[0]} … {ends[1]})" if ends else "∫" for ends in bounds]
        variables = " ".join(f"d{self._print(variable)}" for variable, *_ in expression.limits)
        return f"{' '.join(signs)} {self._factor(expression.function)} {variables}"

    def _print_Limit(self, expression: Any) -> str:
        inner, variable, point, side = expression.args
        from_side = "" if point.is_infinite or str(side) == "+-" else {"+": "⁺", "-": "⁻"}[str(side)]
        return f"lim_({self._print(variable)} → {self._print(point)}{from_side}) {self._factor(inner)}"

    def _print_Derivative(self, expression: Any) -> str:
        below = "".join(
            f"∂{self._print(variable)}{superscript(str(count)) if count > 1 else ''}"
            for variable, count in expression.variable_count
        )
        order = sum(count for _, count in expression.variable_count)
        return f"∂{superscript(str(order)) if order > 1 else ''}/{below} {self._factor(expression.expr)}"

    def _print_Expectation(self, expression: Any) -> str:
        return f"E[{self._print(expression.args[0])}]"

    def _print_Variance(self, expression: Any) -> str:
        return f"Var[{self._print(expression.args[0])}]"

    def _factor(self, expression: Any) -> str:
        shown = str(self._print(expression))
        return f"({shown})" if expression.is_Add else shown
