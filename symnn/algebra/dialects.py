"""How text and LaTeX spell the signs of an expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import multiplicity

from symnn.algebra.activations import ACTIVATIONS
from symnn.algebra.names import (
    VULGAR,
    escape_latex,
    is_word,
    name_latex,
    name_text,
    size_latex,
    size_text,
    subscript,
    superscript,
)
from symnn.algebra.sizes import Size


@dataclass(frozen=True)
class Dialect:
    """Signs, and functions that put signs around what is printed already."""

    stacks_fractions: bool
    minus: str
    add: str
    subtract: str
    hadamard: str
    kronecker: str
    juxtaposed: str
    thin: str
    dot: str
    spaced_dot: str
    comma: str
    equals: str
    where: str
    one: str
    pi: str
    by: str
    transpose: str
    inverse: str
    det: str
    trace: str
    diagonal: str
    diagonal_part: str
    vec: str
    blocks: str
    triangle: str
    differential: str
    sums: Mapping[int, str]
    along: Mapping[int, str]
    """What a name gets where it is said of all entries, of each column, of each row."""
    extremes: Mapping[int, str]
    places: Mapping[int, str]
    product_of_entries: str
    matrix_functions: Mapping[str, str]
    singular_norms: Mapping[str, Callable[[str], str]]
    semicolon: str
    functions: Mapping[str, str]
    parentheses: Callable[[str], str]
    absolute: Callable[[str], str]
    norm: Callable[[str], str]
    inner: Callable[[str, str], str]
    root: Callable[[str], str]
    fraction: Callable[[str, str], str]
    rational: Callable[[int, int], str]
    power: Callable[[str, str, Any, bool, bool], str]
    """Base, exponent, its value if it is a number, whether it is an atom, whether the base is a square matrix."""
    subscripted: Callable[[str, str], str]
    size: Callable[[Size], str]
    name: Callable[[str, str], str]
    typed: Callable[[str], str]
    """A name exactly as it was typed."""
    primes: Callable[[int], str]
    relations: Mapping[str, str]
    choice: Callable[[str, str, str], str]

    def function(self, name: str) -> str:
        return self.functions.get(name) or self.name(name, "")

    def is_word(self, shown: str) -> bool:
        """Whether a printed name has several letters, so that products need a space around it."""
        return shown.startswith((r"\mathit{", r"\text")) if self.stacks_fractions else is_word(shown)


# --- text -----------------------------------------------------------------------------------------------------------


def decimal(numerator: int, denominator: int) -> str:
    """A fraction as a decimal where that is exact and no longer, from tenths on: 0.1, 1.702; else nothing."""
    twos, fives = (multiplicity(prime, denominator) for prime in (2, 5))
    if denominator < 10 or denominator != 2**twos * 5**fives:
        return ""
    places = max(twos, fives)
    digits = str(numerator * 10**places // denominator).rjust(places + 1, "0")
    shown = f"{digits[:-places]}.{digits[-places:]}"
    return shown if len(shown) <= len(f"{numerator}/{denominator}") else ""


def _rational_text(numerator: int, denominator: int) -> str:
    if denominator == 1:
        return str(numerator)
    vulgar = VULGAR.get((numerator, denominator))
    return vulgar or decimal(numerator, denominator) or f"{numerator}/{denominator}"


def _rational_latex(numerator: int, denominator: int) -> str:
    if denominator == 1:
        return str(numerator)
    return decimal(numerator, denominator) or rf"\tfrac{{{numerator}}}{{{denominator}}}"


def _power_text(base: str, exponent: str, value: Any, atom: bool, square: bool) -> str:
    entrywise = "∘" if square else ""
    if value is not None and value.q == 1:
        return base + entrywise + superscript(str(value))
    return f"{base}{entrywise}^{exponent if atom else f'({exponent})'}"


def _primes_text(order: int) -> str:
    return ("", "′", "″", "‴")[order] if order < 4 else superscript(f"({order})")


TEXT = Dialect(
    stacks_fractions=False,
    minus="−",
    add=" + ",
    subtract=" − ",
    hadamard=" ⊙ ",
    kronecker=" ⊗ ",
    juxtaposed="",
    thin=" ",
    dot="·",
    spaced_dot=" · ",
    comma=", ",
    equals=" = ",
    where="  where ",
    one="1",
    pi="π",
    by="×",
    transpose="ᵀ",
    inverse="⁻¹",
    det="det",
    trace="tr",
    diagonal="diag",
    diagonal_part="diagonal",
    vec="vec",
    blocks="blocks",
    triangle="tri",
    differential="d",
    sums={-1: "∑", 0: "∑ᵢ", 1: "∑ⱼ"},
    along={-1: "", 0: "ᵢ", 1: "ⱼ"},
    extremes={1: "max", -1: "min"},
    places={1: "argmax", -1: "argmin"},
    product_of_entries="prod",
    matrix_functions={
        "exponential": "expm",
        "nuclear": "polar",
        "spectral": "leading",
        "smallest": "last",
        "others": "others",
        "softmax": "softmax",
    },
    singular_norms={
        "nuclear": lambda inside: f"‖{inside}‖⁎",
        "spectral": lambda inside: f"‖{inside}‖₂",
        "smallest": lambda inside: f"σₘᵢₙ({inside})",
    },
    semicolon="; ",
    functions={"sigmoid": "σ"},
    parentheses=lambda inside: f"({inside})",
    absolute=lambda inside: f"|{inside}|",
    norm=lambda inside: f"‖{inside}‖",
    inner=lambda left, right: f"⟨{left}, {right}⟩",
    root=lambda inside: f"√{inside}",
    fraction=lambda above, below: f"{above}/{below}",
    rational=_rational_text,
    power=_power_text,
    subscripted=lambda base, plain: base + subscript(plain),
    size=size_text,
    name=lambda name, _: name_text(name),
    typed=str,
    primes=_primes_text,
    relations={">": " > ", "<=": " ≤ "},
    choice=lambda mask, then, otherwise: f"where({mask}, {then}, {otherwise})",
)

# --- LaTeX ----------------------------------------------------------------------------------------------------------

LATEX_FUNCTIONS = {
    "sigmoid": r"\sigma",
    **{name: rf"\operatorname{{{name}}}" for name in ("sqrt", "erf", "abs", "sign", "step", "relu", "softplus")},
    **{name: f"\\{name}" for name in ("exp", "log", "sin", "cos", "tan", "arctan", "sinh", "cosh", "tanh")},
    **{name: f"\\{name}" for name in ("arcsin", "arccos")},
    **{name: rf"\operatorname{{{name.replace('_', ' ')}}}" for name in ("arcsinh", "arccosh", "arctanh", *ACTIVATIONS)},
}


def _tall(inside: str) -> bool:
    return r"\frac" in inside


def _parentheses_latex(inside: str) -> str:
    return rf"\Bigl({inside}\Bigr)" if _tall(inside) else f"({inside})"


def _norm_latex(inside: str) -> str:
    left, right = (r"\Bigl\lVert", r"\Bigr\rVert") if _tall(inside) else (r"\lVert", r"\rVert")
    return f"{left} {inside} {right}"


def _inner_latex(left: str, right: str) -> str:
    opening, closing = (r"\Bigl\langle", r"\Bigr\rangle") if _tall(left + right) else (r"\langle", r"\rangle")
    return f"{opening} {left},\\, {right} {closing}"


def _power_latex(base: str, exponent: str, _value: Any, _atom: bool, square: bool) -> str:
    circle = r"\circ " if square else ""
    return f"{base}^{{{circle}{exponent}}}"


_SUM_LATEX = r"\mathop{\textstyle\sum}\nolimits"

LATEX = Dialect(
    stacks_fractions=True,
    minus="-",
    add=" + ",
    subtract=" - ",
    hadamard=r" \odot ",
    kronecker=r" \otimes ",
    juxtaposed=" ",
    thin=r"\, ",
    dot=r" \cdot ",
    spaced_dot=r" \cdot ",
    comma=r",\quad ",
    equals=" = ",
    where=r"\quad\text{where}\quad ",
    one=r"\mathbf{1}",
    pi=r"\pi",
    by=r" \times ",
    transpose=r"^{\top}",
    inverse="^{-1}",
    det=r"\det",
    trace=r"\operatorname{tr}",
    diagonal=r"\operatorname{diag}",
    diagonal_part=r"\operatorname{diagonal}",
    vec=r"\operatorname{vec}",
    blocks=r"\operatorname{blocks}",
    triangle=r"\operatorname{tri}",
    differential=r"\mathrm{d}",
    sums={-1: _SUM_LATEX, 0: rf"{_SUM_LATEX}_{{i}}", 1: rf"{_SUM_LATEX}_{{j}}"},
    along={-1: "", 0: "_{i}", 1: "_{j}"},
    extremes={1: r"\max\nolimits", -1: r"\min\nolimits"},
    places={1: r"\operatorname{arg\,max}\nolimits", -1: r"\operatorname{arg\,min}\nolimits"},
    product_of_entries=r"\operatorname{prod}\nolimits",
    matrix_functions={
        "exponential": r"\operatorname{expm}",
        "nuclear": r"\operatorname{polar}",
        "spectral": r"\operatorname{leading}",
        "smallest": r"\operatorname{last}",
        "others": r"\operatorname{others}\nolimits",
        "softmax": r"\operatorname{softmax}",
    },
    singular_norms={
        "nuclear": lambda inside: rf"\lVert {inside} \rVert_{{*}}",
        "spectral": lambda inside: rf"\lVert {inside} \rVert_{{2}}",
        "smallest": lambda inside: rf"\sigma_{{\min}}({inside})",
    },
    semicolon=r";\, ",
    functions=LATEX_FUNCTIONS,
    parentheses=_parentheses_latex,
    absolute=lambda inside: rf"\lvert {inside} \rvert",
    norm=_norm_latex,
    inner=_inner_latex,
    root=lambda inside: rf"\sqrt{{{inside}}}",
    fraction=lambda above, below: rf"\frac{{{above}}}{{{below}}}",
    rational=_rational_latex,
    power=_power_latex,
    subscripted=lambda base, plain: f"{base}_{{{plain}}}",
    size=size_latex,
    name=name_latex,
    typed=lambda name: rf"\texttt{{{escape_latex(name)}}}",
    primes=lambda order: "'" * order if order < 4 else f"^{{({order})}}",
    relations={">": " > ", "<=": r" \le "},
    choice=lambda mask, then, otherwise: rf"\operatorname{{where}}({mask},\, {then},\, {otherwise})",
)
