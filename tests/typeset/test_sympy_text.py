"""SymPy's expressions as text, and as LaTeX that may be broken into lines."""

import pytest
import sympy

from symnn.typeset.sympy_text import sympy_spelled, unstretched

x, t = sympy.symbols("x t")


@pytest.mark.parametrize(
    ("expression", "text", "latex"),
    [
        (sympy.E, "e", "e"),
        (
            sympy.Function("greatest")(sympy.Symbol("|rᵀt|")),
            "greatest(|rᵀt|)",
            r"\operatorname{greatest}{(|r{}^{\top}t|)}",
        ),
        (sympy.Symbol("‖r‖²"), "‖r‖²", r"\Vert r\Vert {}^{2}"),
        (sympy.Function("ŝ")(x), "ŝ(x)", r"\hat{s}{(x)}"),
        (sympy.sin(x) * sympy.Symbol("lam"), "λ·sin(x)", r"\lambda \sin{(x)}"),
        (sympy.Symbol("x_{1}"), "x_{1}", "{x_{1}}"),
        (sympy.Mul(x, 0, evaluate=False), "x·0", r"x \cdot 0"),
        (sympy.Mul(2, x), "2·x", "2 x"),
        ((1 + 1 / x) ** x, "(1 + 1/x)^x", r"\Bigl(1 + \frac{1}{x}\Bigr)^{x}"),
        (sympy.Abs(x + 1), "|x + 1|", r"\lvert {x + 1} \rvert"),
    ],
)
def test_both_spellings(expression, text, latex):
    assert sympy_spelled(expression) == (text, latex)


def test_what_must_stretch_or_has_one_delimiter_keeps_it():
    matrix = r"\left[ \begin{matrix}x & 1\end{matrix} \right]"
    assert unstretched(rf"\left(x \leftarrow {matrix}\right)") == rf"\left( x \leftarrow {matrix} \right)"
    assert unstretched(r"\left. f\left(x \right) \right|_{x=1}") == r"\left. f(x) \right|_{x=1}"
