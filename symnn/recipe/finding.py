"""What a check found: whether it passes, warns or fails, the numbers, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from symnn.plots import Panel

State = Literal["passes", "warns", "fails"]
MARKS: dict[State, str] = {"passes": "✓", "warns": "!", "fails": "✗"}


@dataclass(frozen=True)
class Finding:
    """One line of the checklist. One that does not pass has a `remedy`; `panels` show what was measured."""

    what: str
    state: State
    found: str
    remedy: str = ""
    panels: Sequence[Panel] = field(default=())

    def __post_init__(self) -> None:
        if (self.state == "passes") == bool(self.remedy):
            raise ValueError(f"{self.what} {self.state}, so it has {'no' if self.state == 'passes' else 'a'} remedy")

    @property
    def mark(self) -> str:
        return MARKS[self.state]
