"""The registry of runs: what `symnn run NAME` executes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from symnn.errors import DataError
from symnn.learn import regression
from symnn.learn.formula import Derivations
from symnn.learn.report import Report


@dataclass(frozen=True)
class Run:
    """A run on data; it takes its formulas and code from a project's chapters."""

    name: str
    execute: Callable[[Derivations], Report]


RUNS: Mapping[str, Run] = MappingProxyType(
    {
        run.name: run
        for run in (
            Run("commute", regression.commute),
            Run("polynomial", regression.polynomial),
            Run("ridge", regression.ridge),
        )
    }
)


def find_run(name: str) -> Run:
    """A run by its name. Raises DataError for an unknown one."""
    if name not in RUNS:
        raise DataError(f"there is no run {name!r}; there are {', '.join(RUNS)}")
    return RUNS[name]
