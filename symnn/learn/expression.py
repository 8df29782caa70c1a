"""One expression as a user types it: its names are found by Python's grammar, and replaced at their places.

The rest of the text stays as it is, so that a decimal keeps all its digits.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping

from symnn.algebra.reading.declarations import nearest
from symnn.algebra.reading.interpreter import MODULES
from symnn.algebra.reading.source import Source, source_of_text

ATOMS = (ast.Name, ast.Call, ast.Constant)


class Expression:
    """A text of one expression. Raises ReadError for what is no Python, and for several statements."""

    def __init__(self, text: object, what: str) -> None:
        self.source: Source = source_of_text(text)
        self.what = what
        body = self.source.parse().body
        if len(body) != 1 or not isinstance(body[0], ast.Expr):
            place = body[0] if body else None
            raise self.source.refuse(place, f"{what} is one expression", "Write it without assignments.")
        self.tree = body[0].value

    @property
    def text(self) -> str:
        return self.source.text.strip()

    @property
    def is_atom(self) -> bool:
        """Whether it needs no parentheses where it stands in another expression."""
        return isinstance(self.tree, ATOMS)

    def names(self) -> dict[str, ast.Name]:
        """The names of variables with their first places: no functions, nothing that the expression names itself."""
        applied = {part.func for part in ast.walk(self.tree) if isinstance(part, ast.Call)}
        modules = {part.value for part in ast.walk(self.tree) if isinstance(part, ast.Attribute)}
        found: dict[str, ast.Name] = {}
        own = self._own_names()
        for place in self._places():
            is_module = place.id in MODULES and place in modules
            if place.id not in own and place not in applied and not is_module:
                found.setdefault(place.id, place)
        return found

    def allow(self, known: Collection[str], explanation: str) -> None:
        """Raises ReadError for a name of a variable that is not among those that are known."""
        for name, place in self.names().items():
            if name not in known:
                hint = f"{explanation} {nearest(name, known)}".rstrip()
                raise self.source.refuse(place, f"{self.what} has no variable `{name}`", hint)

    def with_names(self, replacements: Mapping[str, str]) -> str:
        """The text with names replaced by texts. Raises ReadError where the expression gives one another meaning."""
        for name in self._own_names() & set(replacements):
            message = f"`{name}` means something else inside of {self.what}"
            raise self.source.refuse(self.tree, message, "Give the other one another name.")
        lines = [line.encode() for line in self.source.text.split("\n")]
        for place in sorted(self._places(), key=lambda place: (place.lineno, place.col_offset), reverse=True):
            if place.id in replacements and isinstance(place.ctx, ast.Load):
                line = lines[place.lineno - 1]
                start, stop = place.col_offset, place.end_col_offset
                lines[place.lineno - 1] = line[:start] + replacements[place.id].encode() + line[stop:]
        return b"\n".join(lines).decode().strip()

    def _places(self) -> list[ast.Name]:
        found = [part for part in ast.walk(self.tree) if isinstance(part, ast.Name)]
        return sorted(found, key=lambda place: (place.lineno, place.col_offset))

    def _own_names(self) -> set[str]:
        """What stands for something inside of the expression only: parameters of a lambda, variables of a loop."""
        arguments = {part.arg for part in ast.walk(self.tree) if isinstance(part, ast.arg)}
        return arguments | {place.id for place in self._places() if not isinstance(place.ctx, ast.Load)}


def enclosed(text: str) -> str:
    """The text of an expression as one operand: in parentheses where it needs them."""
    return text if Expression(text, "an operand").is_atom else f"({text})"
