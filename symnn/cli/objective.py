"""The commands about one objective: derive, graph, verify."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from symnn.cli.group import HOLDS, end, said
from symnn.cli.printing import print_table
from symnn.cli.words import pair_of_names, parse_assumptions, parse_data, parse_shapes
from symnn.errors import CertificateError, NoCertificateError

FURTHER = {
    "jacobian": ("jacobian", "The Jacobian as a function of this name; of a scalar it is the gradient."),
    "hessian": ("hessian", "Also the Hessian."),
    "hvp": ("hvp", "Also the Hessian times a direction."),
    "directional": ("directional", "Also the derivative along a direction."),
    "symmetric": ("symmetric_gradient", "Also the gradient on symmetric matrices, for a symmetric variable."),
    "structured": ("structured_gradient", "Also the Matrix Cookbook's derivative by a symmetric matrix."),
}


def _further(command: Callable[..., Any]) -> Callable[..., Any]:
    """A flag for each further derivative."""
    for option, (_, meaning) in reversed(FURTHER.items()):
        command = click.option(f"--{option}", is_flag=True, help=meaning)(command)
    return command


# An objective may begin with a minus sign, which is no option.
@click.command(
    context_settings={"ignore_unknown_options": True},
    epilog=said(
        "symnn derive 'np.sum((X@w - y)**2)' --wrt w --shape X=n,d --shape w=d --shape y=n --solve",
        "symnn derive 'np.log(np.linalg.det(S))' --wrt S --shape S=n,n --assume S='positive definite'",
        words=True,
    ),
)
@click.argument("objective")
@click.option("--wrt", required=True, help="The variables to differentiate by, separated by commas.")
@click.option("--shape", "shapes", multiple=True, metavar="NAME=SIZES", help="X=n,d for a matrix, w=d for a vector.")
@click.option("--assume", "assumptions", multiple=True, metavar="NAME=WORD", help="lam=positive, A=symmetric …")
@click.option("--solve", is_flag=True, help="Also solve for the stationary point.")
@_further
@click.option("--mixed", "pairs", multiple=True, metavar="X,Y", help="Also the second derivative by X and Y.")
@click.option(
    "--format", "form", type=click.Choice(["text", "latex", "markdown", "json"]), default="text", show_default=True
)
@click.pass_context
def derive(
    ctx: click.Context,
    /,
    objective: str,
    wrt: str,
    shapes: tuple[str, ...],
    assumptions: tuple[str, ...],
    solve: bool,
    pairs: tuple[str, ...],
    form: str,
    **asked: bool,
) -> None:
    """Derive the gradient of OBJECTIVE, written as NumPy."""
    from symnn.account import Account

    account = Account.of(
        objective,
        [name.strip() for name in wrt.split(",") if name.strip()],
        parse_shapes(shapes),
        parse_assumptions(assumptions),
        further=[FURTHER[option][0] for option, is_asked in asked.items() if is_asked],
        mixed=[pair_of_names(pair) for pair in pairs],
        solve=solve,
        command=_command(ctx),
    )
    click.echo(account.written(form), nl=False)
    if account.unsolved:
        click.echo(f"symnn: no closed form: {account.unsolved}", err=True)
    end(ctx, account.verdict in HOLDS and not account.unsolved)


def _command(ctx: click.Context) -> str:
    """The command that derives the same again, in the order of its options."""
    from shlex import join

    words = ["symnn", "derive", ctx.params["objective"]]
    for option in ctx.command.params[1:]:
        given = ctx.params[option.name or ""]
        if option.name == "form":
            continue
        for value in given if isinstance(given, tuple) else [given] if given else []:
            words += [option.opts[0], *([] if value is True else [value])]
    return join(words)


@click.command(
    context_settings={"ignore_unknown_options": True},
    epilog=said(
        "symnn graph '(x + y)*z' --at x=-2 --at y=5 --at z=-4",
        "symnn graph 'q = W@x; q@q' --shape W=m,n --shape x=n --at 'W=[[0.1, 0.5], [-0.3, 0.8]]' --at 'x=[0.2, 0.4]'",
        "symnn graph 'h = w*x + b; sigmoid(h)' --format dot | dot -Tsvg > graph.svg",
        words=True,
    ),
)
@click.argument("objective")
@click.option("--shape", "shapes", multiple=True, metavar="NAME=SIZES", help="X=n,d for a matrix, w=d for a vector.")
@click.option("--assume", "assumptions", multiple=True, metavar="NAME=WORD", help="lam=positive, A=symmetric …")
@click.option("--at", "data", multiple=True, metavar="NAME=VALUE", help="x=-2, x=1/3, w=[1, 2], W=[[1, 2], [3, 4]].")
@click.option("--format", "form", type=click.Choice(["text", "dot", "png"]), default="text", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="The file to write; for png there must be one.")
@click.pass_context
def graph(
    ctx: click.Context,
    objective: str,
    shapes: tuple[str, ...],
    assumptions: tuple[str, ...],
    data: tuple[str, ...],
    form: str,
    output: Path | None,
) -> None:
    """Show the computation graph of OBJECTIVE, a scalar: values forward, and gradients backward on every edge."""
    from symnn.files import write_whole
    from symnn.graphs import graph as graph_of
    from symnn.graphs.dot import dot
    from symnn.graphs.text import convention_line, edge_rows, vertex_rows

    found = graph_of(objective, parse_shapes(shapes), parse_assumptions(assumptions))
    values = found.at(parse_data(data)) if data else None
    if form == "png":
        from symnn.graphs.drawing import panel
        from symnn.plots import Plot

        if output is None or output.suffix != ".png":
            raise click.UsageError("a picture is written to a file: --output graph.png")
        click.echo(Plot(output.stem, "", [[panel(objective, found, values)]]).draw(output.parent))
    elif form == "dot" and output is not None:
        write_whole(output, dot(found, values).encode())
    elif form == "dot":
        click.echo(dot(found, values), nl=False)
    elif output is not None:
        raise click.UsageError("--output is for dot and png")
    else:
        numbers = ("value", "gradient of f") if data else ()
        print_table("Vertices", ("", *numbers), vertex_rows(found, values))
        numbers = ("is", "passes back") if data else ()
        print_table("Edges", ("", "local gradient", *numbers), edge_rows(found, values))
        click.echo(f"Local gradients: {found.verdict}.")
    agreed = convention_line(values) if values else ""
    if agreed:
        click.echo(agreed, err=form == "dot")
    end(ctx, found.verdict in HOLDS)


@click.command(
    epilog=said("symnn derive 'w@w' --wrt w --shape w=n --format json > proof.json && symnn verify proof.json")
)
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def verify(ctx: click.Context, file: Path) -> None:
    """Judge the proofs stored in FILE again, with fresh random values."""
    from symnn.verification import verify_text

    try:
        found = verify_text(_text_of(file))
    except CertificateError as error:
        error.args = (f"{file}: {error}", *error.args[1:])
        raise
    click.echo(str(found))
    end(ctx, found.holds and found.status.value in HOLDS)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise NoCertificateError(f"a certificate is JSON in UTF-8; byte {error.start} is none of it") from error
