"""A text with its places: parsed by Python's own `ast`, never run; every refusal shows the place it is about."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from symnn.algebra.reading.nesting import parse_deep
from symnn.errors import AssumptionError, ReadError, ShapeError

LONGEST_TEXT = 100_000
LONGEST_LITERAL = 1_000
WIDTH = 100

# The keyword `lambda` is a good name for a scalar. While `ast` reads, it goes by a name of the same length.
LAMBDA = "lambda_"
STAND_IN = "λαμβδα"
# A function is `lambda` before a colon or the name of a parameter; no name follows another but a word of Python.
LAMBDA_AS_NAME = r"\blambda\b(?![ \t]*(?:(?!(?:if|else|for|and|or|in|is|not)\b)[^\W\d]|:))"

TYPED_SYMBOLS = {
    "ᵀ": ".T",
    "⊤": ".T",
    "²": "**2",
    "³": "**3",
    "·": "* or @",
    "×": "* or @",
    "⊙": "*",
    "−": "-",
    "÷": "/",
    "½": "0.5",
    "√": "np.sqrt(…)",
    "‖": "np.linalg.norm(…)",
    "∑": "np.sum(…)",
    "⁻": "**-1 or np.linalg.inv(…)",
}

Place = ast.AST | tuple[int, int] | None


class Source:
    """The text of an objective. Lines and columns count from 1; `shown` is what messages show where it differs."""

    def __init__(self, text: str, shown: str | None = None, margin: int = 0) -> None:
        self.text = text
        self._lines = _lines(text)
        self._shown = _lines(text if shown is None else shown)
        self._margin = margin

    def refuse(self, place: Place, message: str, instead: str = "") -> ReadError:
        """The error to raise: line, column, message, the line of the text with carets, and what to write instead."""
        line, start, stop = self._span(place)
        shown = self._shown[line - 1].replace("\t", " ") if 0 < line <= len(self._shown) else ""
        stop = max(start + 1, min(stop, len(shown)))
        first = max(0, min(start - WIDTH // 3, len(shown) - WIDTH))
        carets = " " * (start - first) + "^" * min(stop - start, WIDTH)
        parts = [f"line {line}, column {start + 1}: {message}", f"  {shown[first : first + WIDTH]}", f"  {carets}"]
        return ReadError("\n".join([*parts, instead] if instead else parts))

    @contextmanager
    def at(self, place: ast.AST) -> Iterator[None]:
        """Shapes that do not fit are refused at this place."""
        try:
            yield
        except (ShapeError, AssumptionError) as error:
            raise self.refuse(place, f"`{self.excerpt(place)}`: {error}") from error

    def excerpt(self, place: ast.AST) -> str:
        """The text of one part, shortened."""
        line, start, stop = self._span(place)
        found = self._shown[line - 1][start:stop]
        return found if len(found) <= WIDTH // 2 else f"{found[: WIDTH // 2]}…"

    def rational(self, literal: ast.Constant) -> Fraction:
        """The exact value of a number as it is written. Raises ReadError for one of excessive length."""
        line, start, stop = self._span(literal)
        written = self._shown[line - 1][start:stop].replace("_", "").lower()
        if isinstance(literal.value, int) and len(written) <= LONGEST_LITERAL:
            return Fraction(literal.value)
        exponent = written.partition("e")[2]
        if len(written) > LONGEST_LITERAL or (exponent and (len(exponent) > 5 or abs(int(exponent)) > LONGEST_LITERAL)):
            raise self.refuse(literal, "a number of this length is not read", "Give the constant a name.")
        return Fraction(written)

    def _span(self, place: Place) -> tuple[int, int, int]:
        if isinstance(place, tuple):
            return place[0], place[1], place[1] + 1
        line = getattr(place, "lineno", 1)
        if not 0 < line <= len(self._lines):
            return 1, 0, 1
        encoded = self._lines[line - 1].encode("utf-8", "replace")
        start = len(encoded[: getattr(place, "col_offset", 0)].decode("utf-8", "replace"))
        same_line = getattr(place, "end_lineno", line) == line
        end = getattr(place, "end_col_offset", None) if same_line else len(encoded)
        stop = len(encoded[:end].decode("utf-8", "replace")) if end is not None else start + 1
        return line, start + self._margin, stop + self._margin

    def parse(self) -> ast.Module:
        """The syntax tree. Raises ReadError for what Python itself does not accept."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return _parsed(self.text)
        except SyntaxError as error:
            place = (error.lineno or 1, max(0, (error.offset or 1) - 1 + self._margin))
            raise self.refuse(place, f"this is not Python: {error.msg}", "Write the formula as in NumPy.") from error
        except (RecursionError, MemoryError) as error:
            message = "the formula is nested too deeply to be read"
            raise self.refuse(None, message, "Give parts of it names: `a = …; b = …; a + b`.") from error
        except (ValueError, OverflowError) as error:
            raise self.refuse(None, f"this is not a text of Python: {error}") from error


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, RecursionError, MemoryError) as error:
        if isinstance(error, SyntaxError) and "nested parentheses" not in (error.msg or ""):
            raise
    return parse_deep(text)


def _lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def source_of_text(text: object) -> Source:
    """The source of a user's text: indentation that all lines share is put aside, `lambda` is read as a name.

    Raises ReadError for what is not a text, is empty or too long, or has symbols that Python does not know.
    """
    if not isinstance(text, str):
        raise ReadError(f"an objective is read from a text, found {type(text).__name__}")
    if not text.strip():
        raise ReadError("the objective is empty; write a formula such as `np.sum((X @ w - y)**2)`")
    if len(text) > LONGEST_TEXT:
        raise ReadError(f"a text of {len(text)} characters is not read; the longest has {LONGEST_TEXT}")
    plain = Source(text)
    for symbol, instead in TYPED_SYMBOLS.items():
        if symbol in text:
            before = _lines(text[: text.index(symbol)])
            raise plain.refuse(
                (len(before), len(before[-1])), f"the symbol `{symbol}` is not Python", f"Write {instead}."
            )
    if STAND_IN in text:
        raise ReadError(f"the name {STAND_IN} is kept for `lambda`; choose another")
    dedented = textwrap.dedent(text).strip("\n")
    skipped = len(text) - len(text.lstrip("\n"))
    shown = text[skipped:] if skipped else text
    margin = _margin(shown, dedented)
    if "\n" not in dedented:
        margin += len(dedented) - len(dedented.lstrip())
        dedented = dedented.strip()
    dedented = re.sub(LAMBDA_AS_NAME, STAND_IN, dedented)
    return Source("\n" * skipped + dedented, "\n" * skipped + shown, margin)


def _margin(shown: str, dedented: str) -> int:
    for before, after in zip(shown.split("\n"), dedented.split("\n"), strict=False):
        if after.strip():
            return len(before) - len(after)
    return 0
