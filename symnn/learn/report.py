"""What a run finds: tables, comparisons with numbers that must come out, and remarks. No printing happens here."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True)
class Comparison:
    """A number that must come out beside the number that came out; `tolerance` 0 asks for equality."""

    what: str
    expected: Fraction | float
    found: Fraction | float
    tolerance: float
    decimals: int | None = None
    """How many decimals the source prints; shown with as many."""

    @property
    def difference(self) -> float:
        if not math.isfinite(self.found):
            return math.inf
        return float(abs(Fraction(self.found) - Fraction(self.expected)))

    @property
    def passed(self) -> bool:
        if self.tolerance == 0:
            return self.found == self.expected
        return self.difference <= self.tolerance


@dataclass(frozen=True)
class Table:
    """A heading, the names of the columns, and rows of text."""

    heading: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Group:
    """Comparisons that belong together."""

    heading: str
    comparisons: Sequence[Comparison]


@dataclass
class Report:
    """The parts of a run's result, in the order in which they are to be read."""

    title: str
    parts: list[Table | Group | str] = field(default_factory=list)

    def table(self, heading: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.parts.append(Table(heading, columns, rows))

    def compare(self, heading: str, comparisons: Sequence[Comparison]) -> None:
        self.parts.append(Group(heading, comparisons))

    def remark(self, text: str) -> None:
        self.parts.append(text)

    @property
    def comparisons(self) -> Iterator[Comparison]:
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.comparisons

    @property
    def passed(self) -> bool:
        """Whether every number that must come out did. A report that compared nothing has not passed."""
        compared = list(self.comparisons)
        return bool(compared) and all(comparison.passed for comparison in compared)
