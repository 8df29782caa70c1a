"""What a user declares about the names of an objective: their shapes and assumptions, from mappings or single texts."""

from __future__ import annotations

import ast
import difflib
import keyword
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from sympy import Integer

from symnn.algebra.assumptions import ASSUMPTIONS
from symnn.algebra.nodes import Variable
from symnn.algebra.reading.source import LAMBDA, Source
from symnn.algebra.sizes import Size, as_size, dim
from symnn.errors import AssumptionError, ReadError, ShapeError

LONGEST_SIZE = 200
LARGEST_SIZE_DIGITS = 18

Shapes: TypeAlias = Mapping[str, str | int | Sequence[object]]
Assumptions: TypeAlias = Mapping[str, str | Iterable[str]]

RESERVED = frozenset({"np", "numpy", "linalg", "scipy"})


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint at the known word that is spelled most alike, or nothing."""
    candidates = list(known)
    swapped = [other for other in candidates if sorted(other) == sorted(word)]
    close = swapped or difflib.get_close_matches(word, candidates, 1, 0.7)
    return f"Did you mean `{close[0]}`?" if close else ""


def normal_name(name: object, what: str = "a variable") -> str:
    """A name as Python sees it. Raises ReadError for what cannot name a variable; `lambda` is read as `lambda_`."""
    if not isinstance(name, str):
        raise ReadError(f"the name of {what} is a text, found {name!r}")
    normal = unicodedata.normalize("NFKC", name.strip())
    if normal == "lambda":
        return LAMBDA
    if not normal.isidentifier() or keyword.iskeyword(normal) or normal.startswith("__"):
        raise ReadError(f"{what} is named like a Python variable, found {name!r}")
    if normal in RESERVED:
        raise ReadError(f"the name `{normal}` is NumPy's or SciPy's; choose another for {what}")
    return normal


# --- sizes and shapes -----------------------------------------------------------------------------------------------


def read_size(entry: object) -> Size:
    """A size: a positive integer, a name, a text such as ``d + 1`` of names and integers under + - *, or SymPy's own.

    Raises ReadError for anything else.
    """
    try:
        if isinstance(entry, str):
            return _size_of_text(entry)
        return as_size(entry)
    except ShapeError as error:
        raise ReadError(str(error)) from error


def _size_of_text(text: str) -> Size:
    if len(text) > LONGEST_SIZE or not text.strip():
        raise ReadError(f"a size is a name or a positive integer, found {text[:LONGEST_SIZE]!r}")
    source = Source(text.strip())
    statements = source.parse().body
    if len(statements) != 1 or not isinstance(statements[0], ast.Expr):
        raise source.refuse(None, "a size is a name, a positive integer, or a sum or product of such")
    size = _size_of_tree(source, statements[0].value)
    if size.is_positive is False:
        raise source.refuse(None, f"a size is positive, found {size}")
    return size


def _size_of_tree(source: Source, tree: ast.expr) -> Size:
    match tree:
        case ast.Constant(value=int(value)) if not isinstance(value, bool) and value < 10**LARGEST_SIZE_DIGITS:
            return Integer(value)
        case ast.Name(id=name):
            return dim(name)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as operator, right=right):
            first, second = _size_of_tree(source, left), _size_of_tree(source, right)
            if isinstance(operator, ast.Mult):
                return first * second
            return first + second if isinstance(operator, ast.Add) else first - second
    raise source.refuse(tree, "a size is made of names and integers with + - *", "Write for example `n` or `d + 1`.")


def shape_of(name: str, declared: object) -> tuple[Size, ...]:
    """The sizes of one variable: a tuple or list of entries, or a text such as ``n, d``."""
    entries: Sequence[object]
    if isinstance(declared, str):
        entries = _entries(declared)
    elif isinstance(declared, int) and not isinstance(declared, bool):
        entries = (declared,)
    elif isinstance(declared, Sequence):
        entries = declared
    else:
        raise ReadError(f'the shape of {name} is a tuple such as ("n", "d"), found {declared!r}')
    if len(entries) > 2:
        raise ReadError(f"the shape of {name} has {len(entries)} axes; at most two are read")
    try:
        return tuple(read_size(entry) for entry in entries)
    except ReadError as error:
        raise ReadError(f"the shape of {name}: {error}") from error


def _entries(text: str) -> tuple[str, ...]:
    inner = text.strip()
    if inner.startswith("(") and inner.endswith(")"):
        inner = inner[1:-1]
    parts = [part.strip() for part in inner.split(",")]
    if parts[-1] == "":
        parts.pop()
    return tuple(parts)


def _named(text: object, example: str) -> tuple[str, str]:
    if not isinstance(text, str) or "=" not in text:
        raise ReadError(f"expected a name, =, and what is said of it, such as {example}; found {text!r}")
    name, _, declared = text.partition("=")
    return normal_name(name), declared


def read_shape(text: str) -> tuple[str, tuple[str | int, ...]]:
    """``"X=n,d"`` as ``("X", ("n", "d"))``, ``"w=d"`` as ``("w", ("d",))``, ``"lam="`` as ``("lam", ())``."""
    name, declared = _named(text, "X=n,d")
    shape_of(name, declared)
    return name, tuple(int(entry) if entry.isdecimal() else entry for entry in _entries(declared))


def read_assumption(text: str) -> tuple[str, tuple[str, ...]]:
    """``"lam=positive"`` as ``("lam", ("positive",))``; several words are separated by commas."""
    name, declared = _named(text, "lam=positive")
    return name, words_of(name, declared)


def words_of(name: str, declared: object) -> tuple[str, ...]:
    """The assumption words of one variable. Raises AssumptionError for an unknown one, with the nearest known."""
    given = declared.split(",") if isinstance(declared, str) else declared
    if not isinstance(given, Iterable):
        raise AssumptionError(f"the assumptions of {name} are a word or a list of words, found {declared!r}")
    words = tuple(" ".join(word.split()) if isinstance(word, str) else word for word in given)
    for word in words:
        if word not in ASSUMPTIONS:
            hint = nearest(word, ASSUMPTIONS) if isinstance(word, str) else ""
            known = f"The known ones are {', '.join(ASSUMPTIONS)}"
            raise AssumptionError(" ".join(filter(None, [f"{name}: unknown assumption {word!r}.", hint, known])))
    return words


class Declarations:
    """The declared names. A name without a shape is a scalar; what is declared and never used is an error."""

    def __init__(self, shapes: Shapes | None, assume: Assumptions | None) -> None:
        self.shapes = {name: shape_of(name, shape) for name, shape in _items(shapes, "shapes", '{"X": ("n", "d")}')}
        self.words = {name: words_of(name, words) for name, words in _items(assume, "assume", '{"lam": "positive"}')}
        self.sizes = {symbol.name for shape in self.shapes.values() for size in shape for symbol in size.free_symbols}
        for name in self.shapes:
            if name in self.sizes:
                raise ReadError(f"`{name}` names both a size and a variable; give one of them another name")

    def variable(self, name: str) -> Variable:
        shape = self.shapes.get(name, ())
        rows, cols = (*shape, 1, 1)[:2]
        latex = r"\lambda" if name == LAMBDA else ""
        return Variable(name, rows, cols, len(shape), self.words.get(name, ()), latex)

    def check_used(self, used: Iterable[str]) -> None:
        """Raises ReadError where a shape or an assumption was given for a name that does not occur."""
        names = list(used)
        for given, what in ((self.shapes, "a shape"), (self.words, "an assumption")):
            for name in given:
                if name not in names:
                    raise ReadError(
                        f"{what} is given for `{name}`, which does not occur; the names that occur are "
                        f"{', '.join(names) or 'none'}. {nearest(name, names)}".rstrip()
                    )


def _items(given: object, what: str, example: str) -> list[tuple[str, object]]:
    if given is None:
        return []
    if not isinstance(given, Mapping):
        raise ReadError(f"{what} is a mapping such as {example}, found {type(given).__name__}")
    found: dict[str, object] = {}
    for key, value in given.items():
        name = normal_name(key)
        if name in found:
            raise ReadError(f"{what} has `{name}` twice")
        found[name] = value
    return list(found.items())
