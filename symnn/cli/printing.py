"""Tables and reports of runs, printed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from symnn.errors import MissingExtraError

if TYPE_CHECKING:
    from symnn.plots import Plot
    from symnn.runs.report import Report


def print_table(
    heading: str, columns: Sequence[str], rows: Iterable[Sequence[str]], justify: Literal["left", "right"] = "left"
) -> None:
    """A table of at most 80 columns where output is not a terminal; `justify` is for all columns but the first."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    if heading:
        click.secho(heading, bold=True)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, justify=justify if place else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console = Console(highlight=False, markup=False)
    with console.capture() as capture:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in capture.get().splitlines()).strip("\n") + "\n")


def print_report(report: Report, folder: Path) -> None:
    """Print the parts; plots are drawn into files of the folder, and told."""

    from symnn.plots import Plot
    from symnn.runs.report import Group, Table

    click.echo(f"{report.title}\n")
    for part in report.parts:
        if isinstance(part, Table | Group):
            table = part if isinstance(part, Table) else part.table()
            print_table(table.heading, table.columns, table.rows, table.justify)
        elif isinstance(part, Plot):
            click.echo(f"{drawn(part, folder)}\n")
        else:
            click.echo(f"{textwrap.fill(part, 79)}\n")
    click.echo(report.outcome)


def drawn(plot: Plot, folder: Path) -> str:
    """Where the plot was written to, or why there is none: a missing plot is no failure of a run."""
    try:
        return f"plot: {plot.draw(folder)}"
    except (MissingExtraError, OSError) as error:
        return f"no plot {plot.name}: {error}"
