"""What a run finds: tables, plots, numbers that must come out, and remarks. No printing happens here."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from symnn.plots import Plot


@dataclass(frozen=True)
class Comparison:
    """A number that must come out beside what came out: in exact arithmetic, and in float64 from the emitted code.

    `exact` may differ from `expected` by `tolerance` (0 asks for equality), `computed` from `exact` by `rounding`.
    `decimals` is how many decimals the source prints; None shows fractions as fractions.
    """

    what: str
    expected: Fraction
    exact: Fraction
    computed: float
    tolerance: Fraction = Fraction(0)
    rounding: float = 1e-13
    decimals: int | None = None

    @property
    def difference(self) -> Fraction:
        """How far the exact result is from the number that must come out."""
        return abs(self.exact - self.expected)

    @property
    def lost(self) -> float:
        """How far float64 is from the exact result."""
        return float(abs(Fraction(self.computed) - self.exact)) if math.isfinite(self.computed) else math.inf

    def shown(self, value: Fraction) -> str:
        """A value as the source prints its numbers."""
        return str(value) if self.decimals is None else f"{float(value):.{self.decimals}f}"

    @property
    def passed(self) -> bool:
        return self.difference <= self.tolerance and self.lost <= self.rounding


def beside(
    name: str,
    printed: Sequence[Fraction | str],
    exact: Sequence[Fraction],
    computed: Iterable[float],
    tolerance: Fraction = Fraction(0),
    rounding: float = 1e-13,
    decimals: int | None = None,
) -> list[Comparison]:
    """One comparison for each entry of a column; `printed` holds the numbers that must come out."""
    names = [name] if len(printed) == 1 else [f"{name}[{place}]" for place in range(len(printed))]
    return [
        Comparison(what, Fraction(expected), found, float(rounded), tolerance, rounding, decimals)
        for what, expected, found, rounded in zip(names, printed, exact, computed, strict=True)
    ]


@dataclass(frozen=True)
class Claim:
    """A number of a training that must be at least, or at most, so large."""

    what: str
    relation: Literal["at least", "at most"]
    bound: float
    found: float

    @property
    def passed(self) -> bool:
        """Not for what is no number."""
        return self.found >= self.bound if self.relation == "at least" else self.found <= self.bound


@dataclass(frozen=True)
class Table:
    """A heading, the names of the columns, and rows of text; `justify` is for all columns but the first."""

    heading: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    justify: Literal["left", "right"] = "right"


@dataclass(frozen=True)
class Group:
    """Comparisons or claims that belong together."""

    heading: str
    comparisons: Sequence[Comparison] | Sequence[Claim]

    def table(self) -> Table:
        """One row for each comparison or claim; ✗ marks one that did not come out."""
        rows: list[tuple[str, ...]] = []
        columns: tuple[str, ...] = ("", "must be", "found")
        for one in self.comparisons:
            what = one.what if one.passed else f"{one.what} ✗"
            if isinstance(one, Claim):
                rows.append((what, f"{one.relation} {one.bound:.5g}", f"{one.found:.5g}"))
            else:
                columns = ("", "must be", "exact", "float64", "exact off", "float64 off")
                rows.append((what, *_compared(one)))
        return Table(self.heading, columns, rows)


def _compared(comparison: Comparison) -> tuple[str, ...]:
    return (
        comparison.shown(comparison.expected),
        comparison.shown(comparison.exact),
        f"{comparison.computed:.9g}",
        "0" if comparison.difference == 0 else f"{float(comparison.difference):.1e}",
        "0" if comparison.lost == 0 else f"{comparison.lost:.1e}",
    )


@dataclass
class Report:
    """The parts of a run's result, in the order in which they are to be read."""

    title: str
    parts: list[Table | Group | Plot | str] = field(default_factory=list)

    def table(
        self,
        heading: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        justify: Literal["left", "right"] = "right",
    ) -> None:
        self.parts.append(Table(heading, columns, rows, justify))

    def compare(self, heading: str, comparisons: Sequence[Comparison] | Sequence[Claim]) -> None:
        self.parts.append(Group(heading, comparisons))

    def plot(self, plot: Plot) -> None:
        self.parts.append(plot)

    def remark(self, text: str) -> None:
        self.parts.append(text)

    @property
    def comparisons(self) -> Iterator[Comparison | Claim]:
        """All numbers that must come out."""
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.comparisons

    @property
    def passed(self) -> bool:
        """Whether every number that must come out did. A report that compared nothing has not passed."""
        compared = list(self.comparisons)
        return bool(compared) and all(comparison.passed for comparison in compared)

    @property
    def outcome(self) -> str:
        """What came out, in one line."""
        compared = list(self.comparisons)
        failed = [comparison.what for comparison in compared if not comparison.passed]
        if not compared:
            return "no number was compared"
        return f"did not come out: {', '.join(failed)}" if failed else "all numbers came out"
