"""Keys of a document such as a TOML file: what each must be, how it is checked, and why a wrong one is refused.

A key is one record; from the records of a document's keys its files are checked and written, and the page that lists
them is made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from symnn.errors import SymnnError
from symnn.near import near

Path: TypeAlias = tuple[str | int, ...]
LARGEST = 1_000_000


REQUIRED = object()


class Refusal(Exception):
    """What is wrong at a path of a document; whoever knows the text adds file and line."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{written_path(path)}: {reason}" if path else reason)
        self.path = path


class WrongValue(Exception):
    """Why a value is refused; raised by a kind, which knows no path. Without a reason it is of another kind.

    A `complete` reason says what to write instead; to others the value `meant` is added, or else an example.
    """

    def __init__(self, reason: str = "", *, complete: bool = False, meant: str = "") -> None:
        super().__init__(reason)
        self.complete = complete
        self.meant = meant


def written_path(path: Path) -> str:
    """A path as a reader counts: ``layers[2].units`` is the second layer's."""
    found = ""
    for part in path:
        found += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if found else part
    return found


# --- documents ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kind:
    """A value that is no table: what it must be in words, an example, and what reads it or raises WrongValue."""

    words: str
    example: str
    read: Callable[[Any], Any]

    def check(self, value: object, path: Path, instead: str) -> Any:
        """The value as it was read. Raises Refusal for another one, with what to write instead."""
        try:
            return self.read(value)
        except WrongValue as wrong:
            reason = str(wrong) or f"{self.words} is expected, found {shown(value)}"
            written = f"{path[-1]} = {wrong.meant}" if wrong.meant else instead
            raise Refusal(path, reason if wrong.complete else f"{reason}; write {written}") from None


@dataclass(frozen=True)
class Key:
    """A key of a table: what its value must be and what it means. A default is written as it would stand in a file.

    The default None stands for nothing at all.
    """

    name: str
    kind: Kind | Table | Tables
    meaning: str
    default: Any = REQUIRED

    @property
    def has_default(self) -> bool:
        return self.default is not REQUIRED

    @property
    def example(self) -> str:
        """The key as it may be written."""
        if isinstance(self.kind, Kind):
            return f"{self.name} = {self.kind.example}"
        return f"[[{self.name}]]" if isinstance(self.kind, Tables) else f"[{self.name}]"

    def of(self, found: Mapping[str, object], path: Path = ()) -> Any:
        """The value that a table has for this key, or else the default. Raises Refusal."""
        value = found.get(self.name, self.default)
        if value is REQUIRED:
            raise Refusal(path, f"the key {self.name} is missing: {self.meaning}; write {self.example}")
        return None if value is None else self.kind.check(value, (*path, self.name), self.example)


@dataclass(frozen=True)
class Table:
    """A table with these keys, and those that `further` tells from it, `gathered` in one value; others are refused."""

    keys: tuple[Key, ...]
    further: Callable[[Mapping[str, Any]], tuple[Key, ...]] = lambda _: ()
    gathered: str = ""

    def check(self, found: object, path: Path = (), instead: str = "") -> dict[str, Any]:
        """The values of all keys, defaults among them. Raises Refusal at the first that is unknown, wrong, missing."""
        if not isinstance(found, dict):
            raise Refusal(path, f"a table is expected, found {shown(found)}; write {instead} and its keys below")
        further = self.further(found)
        known = [key.name for key in (*self.keys, *further)]
        for name in found:
            if name not in known:
                keys = f"the keys {'here' if path else 'of a model'} are {', '.join(known)}"
                raise Refusal((*path, name), f"there is no such key{nearest(name, known)}; {keys}")
        checked = {key.name: key.of(found, path) for key in self.keys}
        if self.gathered:
            checked[self.gathered] = MappingProxyType({key.name: key.of(found, path) for key in further})
        return checked


@dataclass(frozen=True)
class Tables:
    """An array of tables, at least one."""

    table: Table

    def check(self, found: object, path: Path, instead: str) -> tuple[dict[str, Any], ...]:
        """The values of all tables. Raises Refusal."""
        if not isinstance(found, list) or not found:
            raise Refusal(path, f"at least one table is expected, found {shown(found)}; write {instead}")
        return tuple(self.table.check(item, (*path, place), instead) for place, item in enumerate(found))


def nearest(name: str, known: Sequence[str]) -> str:
    """``; did you mean …?`` where a known name is near."""
    close = near(name, known)
    return f"; did you mean {close}?" if close else ""


WORDS = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "an array", dict: "a table"}
SHOWN = 60


def shown(value: object) -> str:
    """A value of a document and what it is, cut where it is long."""
    kind = WORDS.get(type(value), "a date or time")
    text = str(value).lower() if isinstance(value, bool) else repr(value) if type(value) in WORDS else str(value)
    return f"{text if len(text) <= SHOWN else f'{text[: SHOWN - 1]}…'} ({kind})"


# --- kinds of values ------------------------------------------------------------------------------------------------


def whole(least: int, most: int = LARGEST, example: str = "") -> Kind:
    """A whole number in a range; neither true nor 3.0 is one, which may be meant to be."""

    def checked(value: object) -> int:
        if isinstance(value, float) and value.is_integer() and least <= value <= most:
            raise WrongValue(meant=str(int(value)))
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise WrongValue
        return value

    return Kind(f"a whole number from {least:,} to {most:,}", example or str(least), checked)


def number(
    least: float, most: float = math.inf, example: str = "", *, open_below: bool = False, open_above: bool = False
) -> Kind:
    """A finite number in a range whose ends may not belong to it."""
    below = f"above {least:g}" if open_below else f"from {least:g} on"
    above = "" if most == math.inf else f" and below {most:g}" if open_above else f" up to {most:g}"

    def checked(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise WrongValue
        if not least <= value <= most or (open_below and value == least) or (open_above and value == most):
            raise WrongValue
        return float(value)

    return Kind(f"a number {below}{above}", example or f"{least:g}", checked)


def either(first: Kind, second: Kind) -> Kind:
    """One kind or another."""

    def checked(value: object) -> Any:
        try:
            return first.read(value)
        except WrongValue as wrong:
            try:
                return second.read(value)
            except WrongValue as other:
                raise wrong if wrong.meant else other from None

    return Kind(f"{first.words} or {second.words}", first.example, checked)


def constant(text: str, value: Any) -> Kind:
    """A text that stands for a value."""

    def checked(found: object) -> Any:
        if found != text:
            raise WrongValue
        return value

    return Kind(f'"{text}"', f'"{text}"', checked)


def _read_truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise WrongValue
    return value


def _read_line(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise WrongValue
    return value.strip()


TRUTH = Kind("true or false", "true", _read_truth)
LINE = Kind("one line of text", '"…"', _read_line)


def one_of(names: Sequence[str], example: str = "") -> Kind:
    """One of some names."""

    def checked(value: object) -> str:
        if value not in names:
            meant = near(value, names) if isinstance(value, str) else ""
            said = f"found {shown(value)}; there are {', '.join(names)}"
            raise WrongValue(said, complete=not meant, meant=f'"{meant}"')
        return str(value)

    return Kind(f"one of {', '.join(names)}", f'"{example or names[0]}"', checked)


def understood(words: str, example: str, understand: Callable[[str], object]) -> Kind:
    """A text that a function understands, which raises SymnnError for others; the text is kept."""

    def checked(value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise WrongValue
        try:
            understand(value.strip())
        except SymnnError as error:
            # A text has one line here, and the file's own line is told already.
            raise WrongValue(str(error).removeprefix("line 1, "), complete=True) from None
        return value.strip()

    return Kind(words, f'"{example}"', checked)


def arrays_of(kind: Kind) -> Kind:
    """An array of at least one value of a kind."""

    def checked(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list) or not value:
            raise WrongValue
        return tuple(kind.read(item) for item in value)

    return Kind(f"an array, each of it {kind.words}", f"[{kind.example}, {kind.example}]", checked)
