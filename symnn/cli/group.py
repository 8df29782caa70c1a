"""The group of commands, and what all of them share: how errors end, where the project is, the exit status.

Exit status 0: all holds; 1: refuted, undecided or a failed check; 2: bad input.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symnn.algebra.assumptions import ASSUMPTIONS
from symnn.errors import CertificateError, NoCertificateError, RefutedError, SymnnError, UndecidedError

if TYPE_CHECKING:
    from symnn.project import Project

FAILURES = (RefutedError, UndecidedError, CertificateError)
HOLDS = ("proved", "checked")
EXIT = "Exit status: 0 all holds; 1 refuted, undecided or a failed check; 2 bad input."


def said(*examples: str, words: bool = False) -> str:
    """What stands at the end of a command's help: examples, the words of assumptions, and the exit status."""
    shown = "\n".join(f"  {example}" for example in examples)
    parts = [f"\b\nExample{'s' if len(examples) > 1 else ''}:\n{shown}"]
    parts += [f"Words for --assume: {', '.join(ASSUMPTIONS)}."] if words else []
    return "\n\n".join([*parts, EXIT])


class Commands(click.Group):
    """Ends every error that symnn raises on purpose with its message and the right exit status, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SymnnError as error:
            click.echo(f"symnn: {_kind(error)}{error}", err=True)
            ctx.exit(1 if isinstance(error, FAILURES) and not isinstance(error, NoCertificateError) else 2)
        except OSError as error:
            if error.filename is None:
                raise
            click.echo(f"symnn: {error.filename}: {error.strerror}", err=True)
            ctx.exit(2)


def _kind(error: SymnnError) -> str:
    return {RefutedError: "refuted: ", UndecidedError: "undecided: "}.get(type(error), "")


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=said("symnn derive 'np.sum((X@w - y)**2)' --wrt w --shape X=n,d --shape w=d --shape y=n --solve"),
)
@click.option("--project", type=click.Path(path_type=Path), help="The project's folder, which holds derivations/.")
@click.version_option(package_name="symnn")
@click.pass_context
def main(ctx: click.Context, project: Path | None) -> None:
    """Derive the mathematics of regression and neural networks as checked proofs, and NumPy code from them."""
    ctx.obj = project


def project_of(ctx: click.Context) -> Project:
    """The project that --project names, or the nearest one upward of the working directory."""
    from symnn.project import Project

    return Project.find(ctx.obj)


def end(ctx: click.Context, holds: bool) -> None:
    """End with status 1 where something does not hold."""
    if not holds:
        ctx.exit(1)
