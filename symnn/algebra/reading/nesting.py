"""Texts nested deeper than Python's own parser goes: brackets far inside are parsed on their own, and put in place.

Python refuses more than 200 nested parentheses. Here what stands in parentheses at every `LEVEL`-th level is blanked
out by a name of the same length, so that no place in the text changes, and parsed by itself.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass

LEVEL = 60

_TOKENS = re.compile(rb"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|#[^\n]*|[()\[\]{}]")
_CLOSING = {b"(": b")", b"[": b"]", b"{": b"}"}


@dataclass(frozen=True)
class _Group:
    """The bytes between two parentheses. `applied` tells whether they are the arguments of a call."""

    start: int
    stop: int
    applied: bool


def parse_deep(text: str) -> ast.Module:
    """The syntax tree of a text of any depth of parentheses. Raises what `ast.parse` raises, places included."""
    encoded = text.encode()
    groups = _cut(encoded)
    tree = ast.parse(_blanked(encoded, 0, len(encoded), groups).decode())
    # Inner groups come after those that hold them, and find their names in trees that are in place already.
    names = _names(tree, {})
    for group in groups:
        line, column = _place(encoded, _first(encoded, group))
        parent, place = names.pop((line, column))
        inner = _parsed(encoded, group, groups)
        _put(parent, place, inner, group)
        if _is_blank(inner):
            names[inner.lineno, inner.col_offset] = parent, place
        names = _names(inner, names)
    return tree


def _cut(text: bytes) -> list[_Group]:
    """What stands in parentheses at every LEVEL-th level, from left to right; nothing where brackets do not match."""
    found: list[_Group] = []
    opened: list[tuple[bytes, int]] = []
    for token in _TOKENS.finditer(text):
        bracket = token[0]
        if bracket in _CLOSING:
            opened.append((bracket, token.end()))
        elif bracket in _CLOSING.values():
            if not opened or _CLOSING[opened[-1][0]] != bracket:
                return []
            _, start = opened.pop()
            group = _Group(start, token.start(), _is_applied(text[: start - 1]))
            if bracket == b")" and len(opened) % LEVEL == LEVEL - 1 and text[start : token.start()].strip():
                found.append(group)
    return [] if opened else sorted(found, key=lambda group: group.start)


def _is_applied(before: bytes) -> bool:
    """Whether parentheses after this text are those of a call."""
    word = re.search(rb"([^\W\d]\w*|[)\]])\s*$", before[-200:].decode("utf-8", "replace").encode())
    return word is not None and not keyword.iskeyword(word[1].decode())


def _first(text: bytes, group: _Group) -> int:
    """Where the name of a blanked group stands."""
    inside = text[group.start : group.stop]
    return group.start + len(inside) - len(inside.lstrip())


def _blanked(text: bytes, start: int, stop: int, groups: list[_Group]) -> bytes:
    """A part of the text with names for the outermost groups in it."""
    pieces = []
    position = start
    for group in groups:
        if group.start <= start or group.start < position or group.stop > stop:
            continue
        inside = text[group.start : group.stop]
        head, line, rest = re.fullmatch(rb"(\s*)([^\n]*)(.*)", inside, re.DOTALL).groups()  # type: ignore[union-attr]
        pieces += [text[position : group.start], head, b"_" * len(line), re.sub(rb"[^\n]", b" ", rest)]
        position = group.stop
    return b"".join([*pieces, text[position:stop]])


def _parsed(text: bytes, group: _Group, groups: list[_Group]) -> ast.expr:
    """The tree of a group, all of its places as in the whole text."""
    inside = _blanked(text, group.start, group.stop, groups)
    line, column = _place(text, group.start)
    before = b"_(" if group.applied else b"("
    try:
        tree = ast.parse((before + inside + b")").decode(), mode="eval").body
    except SyntaxError as error:
        if error.lineno == 1:
            error.offset = (error.offset or 1) + column - len(before)
        error.lineno = (error.lineno or 1) + line - 1
        raise
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.keyword):
            node.col_offset += column - len(before) if node.lineno == 1 else 0
            if node.end_lineno is not None and node.end_col_offset is not None:
                node.end_col_offset += column - len(before) if node.end_lineno == 1 else 0
                node.end_lineno += line - 1
            node.lineno += line - 1
    return tree


def _place(text: bytes, position: int) -> tuple[int, int]:
    """The line, counted from 1, and the column of a byte."""
    before = text[:position]
    return before.count(b"\n") + 1, position - (before.rfind(b"\n") + 1)


Place = tuple[ast.AST, tuple[str, int | None]]


def _names(tree: ast.AST, known: dict[tuple[int, int], Place]) -> dict[tuple[int, int], Place]:
    """By their places, where in a tree names of blanked groups stand: names of underscores alone."""
    for node in ast.walk(tree):
        for field, index, child in _children(node):
            if isinstance(child, ast.Name) and _is_blank(child):
                known[child.lineno, child.col_offset] = node, (field, index)
    return known


def _is_blank(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and not node.id.strip("_")


def _children(node: ast.AST) -> Iterator[tuple[str, int | None, object]]:
    for field, value in ast.iter_fields(node):
        if isinstance(value, list):
            yield from ((field, index, child) for index, child in enumerate(value))
        else:
            yield field, None, value


def _put(parent: ast.AST, place: tuple[str, int | None], inner: ast.expr, group: _Group) -> None:
    field, index = place
    if group.applied and isinstance(inner, ast.Call):
        assert isinstance(parent, ast.Call)
        parent.args, parent.keywords = inner.args, inner.keywords
    elif index is None:
        setattr(parent, field, inner)
    else:
        getattr(parent, field)[index] = inner
