"""Long formulas broken into lines, at the outermost signs that leave the lines well filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LEAST_FILLED = 0.4


@dataclass(frozen=True)
class Break:
    """A place where a line may end. The cheaper a break, the better it is."""

    position: int
    cost: int


def wrap_formula(formula: str, width: int, hanging: int = 0) -> list[str]:
    """A text formula in lines of at most `width` characters, the later ones `hanging` characters shorter.

    A formula that offers no break within the width is cut.
    """
    return _wrapped(formula, _text_breaks(formula), width, width - hanging, len, cut=True)


def wrap_latex(formula: str, width: int, hanging: int = 0) -> list[str]:
    """A LaTeX formula in lines of about `width` printed characters; what cannot be broken stays whole."""
    return _wrapped(formula, _latex_breaks(formula), width, width - hanging, latex_width, cut=False)


def latex_width(formula: str) -> int:
    """About how many characters wide LaTeX prints a formula."""
    shown = re.sub(
        r"\\(mathrm|mathbf|mathit|operatorname|text|left|right|Bigl|Bigr|tfrac|quad|[,!;])(?![A-Za-z])", "", formula
    )
    while stacked := re.search(r"\\frac\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}", shown):
        longer = max(stacked[1], stacked[2], key=len)
        shown = shown[: stacked.start()] + longer + shown[stacked.end() :]
    shown = re.sub(r"\\[A-Za-z]+", "x", shown)
    signs = len(re.findall(r" [-+=] | x(?= )", shown))
    return len(re.sub(r"[\s{}^_\\]", "", shown)) + signs


def split_sentence(sentence: str) -> list[str]:
    """A sentence for LaTeX as words, a formula, words and so on; a formula may hold text that has formulas itself."""
    depths = _latex_depths(sentence)
    dollars = [found.start() for found in re.finditer(r"(?<!\\)\$", sentence) if depths[found.start()][0] == 0]
    starts, ends = [0, *(place + 1 for place in dollars)], [*dollars, len(sentence)]
    return [sentence[start:end] for start, end in zip(starts, ends, strict=True)]


_OPENING, _CLOSING = "([⟨", ")]⟩"
_TEXT_SIGNS = ("+ ", "− ", "= ", "⊙ ", "⟺ ", "where ")


def _text_breaks(formula: str) -> list[Break]:
    """Before signs, after commas; deep inside parentheses only where nothing else is left."""
    breaks, depth = [], 0
    for position, character in enumerate(formula):
        if character in _OPENING:
            if position and formula[position - 1] in _CLOSING:
                breaks.append(Break(position, 4 * depth + 3))
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif character == " ":
            rest = formula[position + 1 :]
            sign = rest.startswith(_TEXT_SIGNS) or formula[position - 1] == ","
            after_sign = position >= 2 and formula[position - 1] in "+−=⊙·∑⟺"
            breaks.append(Break(position + 1, 4 * depth + (0 if sign else 60 if after_sign else 2)))
    return breaks


_LATEX_SIGN = re.compile(
    r" (?:\+|-|=|\\odot|\\cdot|\\iff) |(?<=,)\\quad |(?<=,)\\, |(?<=\)) (?=\(|\\Bigl\()|\\quad\\text\{where\}"
)


def _latex_breaks(formula: str) -> list[Break]:
    depths = _latex_depths(formula)
    breaks = []
    for found in _LATEX_SIGN.finditer(formula):
        braces, brackets = depths[found.start()]
        if braces == 0:
            comma = found[0].startswith(("\\quad ", "\\,"))
            factor = found[0] == " "
            breaks.append(Break(found.end() if comma else found.start(), 4 * brackets + (3 if factor else 0)))
    return breaks


# What LaTeX lets no line end in, and what a line should rather not end in.
_WHOLE, _WHOLE_ENDS = ("{", r"\left", r"\begin"), ("}", r"\right", r"\end")
_BRACKETS, _BRACKET_ENDS = ("(", "[", r"\langle", r"\lVert", r"\lvert"), (")", "]", r"\rangle", r"\rVert", r"\rvert")


def _latex_depths(formula: str) -> list[tuple[int, int]]:
    depths, braces, brackets = [], 0, 0
    for found in re.finditer(r"\\[A-Za-z]+|\\.|.", formula, flags=re.DOTALL):
        token = found[0]
        depths.extend([(braces, brackets)] * len(token))
        braces += (token in _WHOLE) - (token in _WHOLE_ENDS)
        brackets += (token in _BRACKETS) - (token in _BRACKET_ENDS)
    return depths


def _wrapped(
    formula: str, breaks: Sequence[Break], first: int, later: int, measure: Callable[[str], int], *, cut: bool
) -> list[str]:
    lines: list[str] = []
    start, ahead = 0, list(breaks)
    while measure(formula[start:].strip()) > (width := later if lines else first):
        ahead = [place for place in ahead if place.position > start]
        fitting: list[Break] = []
        for place in ahead:
            if measure(formula[start : place.position].strip()) > width:
                break
            fitting.append(place)
        filled = [p for p in fitting if measure(formula[start : p.position].strip()) >= LEAST_FILLED * width]
        if filled or fitting:
            end = min(filled or fitting, key=lambda place: (place.cost, -place.position)).position
        elif cut:
            end = start + width
        elif ahead:
            end = ahead[0].position
        else:
            break
        lines.append(formula[start:end].strip())
        start = end
    return [*lines, formula[start:].strip()]
