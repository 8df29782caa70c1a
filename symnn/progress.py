"""How far a run is, on the error stream: a bar where that is a terminal, and else the plan alone."""

from __future__ import annotations

import textwrap

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar


class Progress:
    """A watcher of trainings for the command line."""

    def __init__(self) -> None:
        self._bar: Bar | None = None
        self._task = TaskID(0)

    def say(self, text: str) -> None:
        """Print what is going to be done."""
        click.echo(f"{textwrap.fill(text, 79)}\n", err=True)

    def begin(self, what: str, total: int) -> None:
        """Show a bar for so many trainings."""
        console = Console(stderr=True)
        if console.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._bar = Bar(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console, transient=True)
            self._bar.start()
            self._task = self._bar.add_task(what, total=total)

    def advance(self) -> None:
        """One training is done."""
        if self._bar is not None:
            self._bar.advance(self._task)

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
