"""The command `symnn`: thin, one function for each command.

Exit status 0: all holds; 1: refuted, undecided or a failed check; 2: bad input.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from symnn.algebra.assumptions import ASSUMPTIONS
from symnn.errors import (
    CertificateError,
    MissingExtraError,
    NoCertificateError,
    ReadError,
    RefutedError,
    ShapeError,
    SymnnError,
    UndecidedError,
)

if TYPE_CHECKING:
    from symnn.chapters import Chapter
    from symnn.plots import Plot
    from symnn.project import Project
    from symnn.runs.report import Report

FAILURES = (RefutedError, UndecidedError, CertificateError)
HOLDS = ("proved", "checked")


EXIT = "Exit status: 0 all holds; 1 refuted, undecided or a failed check; 2 bad input."


def _said(*examples: str, words: bool = False) -> str:
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
    epilog=_said("symnn derive 'np.sum((X@w - y)**2)' --wrt w --shape X=n,d --shape w=d --shape y=n --solve"),
)
@click.option("--project", type=click.Path(path_type=Path), help="The project's folder, which holds derivations/.")
@click.version_option(package_name="symnn")
@click.pass_context
def main(ctx: click.Context, project: Path | None) -> None:
    """Derive the mathematics of regression and neural networks as checked proofs, and NumPy code from them."""
    ctx.obj = project


def _project(ctx: click.Context) -> Project:
    from symnn.project import Project

    return Project.find(ctx.obj)


def _end(ctx: click.Context, holds: bool) -> None:
    if not holds:
        ctx.exit(1)


# --- one objective --------------------------------------------------------------------------------------------------


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
    for option, (_, said) in reversed(FURTHER.items()):
        command = click.option(f"--{option}", is_flag=True, help=said)(command)
    return command


# An objective may begin with a minus sign, which is no option.
@main.command(
    context_settings={"ignore_unknown_options": True},
    epilog=_said(
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
        mixed=[_pair_of_names(pair) for pair in pairs],
        solve=solve,
        command=_command(ctx),
    )
    click.echo(account.written(form), nl=False)
    if account.unsolved:
        click.echo(f"symnn: no closed form: {account.unsolved}", err=True)
    _end(ctx, account.verdict in HOLDS and not account.unsolved)


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


def _pair_of_names(text: str) -> tuple[str, str]:
    names = [name.strip() for name in text.split(",")]
    if len(names) != 2 or not all(names):
        raise ReadError(f"--mixed {text!r} is not understood; write --mixed x,y for two variables")
    return names[0], names[1]


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip().isidentifier():
        raise ReadError(f"{option} {text!r} is not understood; write {option} {example}")
    return name.strip(), value.strip()


def parse_shapes(texts: Iterable[str]) -> dict[str, tuple[str | int, ...]]:
    """Shapes as `derive` takes them: ``X=n,d`` is a matrix, ``y=n,1`` a column, ``w=d`` a vector, ``s=`` a scalar.

    Raises ReadError for what is not a name with sizes, ShapeError for two shapes of one name.
    """
    found: dict[str, tuple[str | int, ...]] = {}
    for text in texts:
        name, value = _pair(text, "--shape", "X=n,d")
        sizes = [size.strip() for size in value.strip("()").split(",") if size.strip()]
        if name in found:
            raise ShapeError(f"--shape gives {name} two shapes")
        found[name] = tuple(int(size) if size.isdecimal() else size for size in sizes)
    return found


def parse_assumptions(texts: Iterable[str]) -> dict[str, list[str]]:
    """Assumptions as they are given to `derive`; one name may have several, in one text or in several."""
    found: dict[str, list[str]] = {}
    for text in texts:
        name, value = _pair(text, "--assume", "lam=positive")
        words = [word.strip() for word in value.split(",") if word.strip()]
        if not words:
            raise ReadError(f"--assume {text!r} names no assumption; write --assume lam=positive")
        found.setdefault(name, []).extend(words)
    return found


@main.command(
    context_settings={"ignore_unknown_options": True},
    epilog=_said(
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
    from symnn.graphs.text import edge_rows, vertex_rows

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
        _print_table("Vertices", ("", *numbers), vertex_rows(found, values))
        numbers = ("is", "passes back") if data else ()
        _print_table("Edges", ("", "local gradient", *numbers), edge_rows(found, values))
        click.echo(f"Local gradients: {found.verdict}.")
    _end(ctx, found.verdict in HOLDS)


def parse_data(texts: Iterable[str]) -> dict[str, Any]:
    """Values as `--at` takes them, exactly as they are written: a number, or rows in brackets as in JSON.

    Raises ReadError for anything else, and for two values of one name.
    """
    import json
    from fractions import Fraction

    found: dict[str, Any] = {}
    for text in texts:
        name, value = _pair(text, "--at", "x=-2")
        if name in found:
            raise ReadError(f"--at gives {name} two values")
        try:
            is_array = value.startswith("[")
            found[name] = json.loads(value, parse_float=Fraction, parse_int=Fraction) if is_array else Fraction(value)
        except (ValueError, ZeroDivisionError) as error:
            raise ReadError(f"--at {text!r} is not understood; write x=-2, x=1/3 or x=[0.5, 2]") from error
    return found


@main.command(
    epilog=_said("symnn derive 'w@w' --wrt w --shape w=n --format json > proof.json && symnn verify proof.json")
)
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def verify(ctx: click.Context, file: Path) -> None:
    """Judge the proofs stored in FILE again, with fresh random values."""
    from symnn.verification import verify_text

    found = verify_text(_text_of(file))
    click.echo(str(found))
    _end(ctx, found.holds and found.status.value in HOLDS)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise NoCertificateError(f"{file}: a certificate is JSON in UTF-8; byte {error.start} is none of it") from error


# --- the project ----------------------------------------------------------------------------------------------------


@main.command("list", epilog=_said("symnn list", "symnn list --chapters"))
@click.option("--chapters", is_flag=True, help="The chapters and models with their sources and verdicts instead.")
@click.option("--long", is_flag=True, help="Execute runs that take minutes, too.")
@click.pass_context
def list_rows(ctx: click.Context, chapters: bool, long: bool) -> None:
    """List the rows of the source documents: is each shown, checked and run?

    Marks are found by doing it, and remembered in .symnn/ until something changes.
    """
    project = _project(ctx)
    if chapters:
        _list_chapters(ctx, project)
        return
    from symnn.inspection.marks import COLUMNS, LEGEND, broken, found_out, marks_of
    from symnn.inspection.rows import DOCUMENTS
    from symnn.progress import Progress

    outcomes = found_out(project, Progress(), long)
    documents = [(each, [marks_of(code, name, outcomes) for code, name in each.rows.items()]) for each in DOCUMENTS]
    for document, rows in documents:
        _print_table(f"{document.letter}  {document.title}", COLUMNS, [row.cells for row in rows])
    found = [row for _, rows in documents for row in rows]
    problems = dict.fromkeys((*broken(outcomes), *(problem for row in found for problem in row.problems)))
    for problem in problems:
        click.echo(problem)
    done = sum(row.is_done for row in found)
    click.echo(f"{LEGEND}\n{done} of {len(found)} rows have all three marks")
    _end(ctx, done == len(found) and not problems)


def _list_chapters(ctx: click.Context, project: Project) -> None:
    chapters = [project.chapter(name) for name in project.names()]
    rows = [[chapter.name, ", ".join(chapter.sources), chapter.verdict, chapter.title] for chapter in chapters]
    _print_table("", ["name", "rows", "verdict", "title"], rows)
    _end(ctx, all(chapter.verdict in HOLDS for chapter in chapters))


@main.command(epilog=_said("symnn show ridge --format latex > ridge.tex && pdflatex ridge.tex"))
@click.argument("name")
@click.option("--format", "form", type=click.Choice(["text", "latex", "markdown"]), default="text", show_default=True)
@click.pass_context
def show(ctx: click.Context, name: str, form: str) -> None:
    """Print the proofs and the code of a chapter or a model on one page."""
    from symnn.typeset import RENDERERS

    found = _project(ctx).chapter(name)
    click.echo(RENDERERS[form](found.page()), nl=False)
    _end(ctx, found.verdict in HOLDS)


@main.command(epilog=_said("symnn build", "symnn build ridge", "symnn build --check"))
@click.argument("names", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; fail where a module is not what its source gives.")
@click.pass_context
def build(ctx: click.Context, names: tuple[str, ...], check: bool) -> None:
    """Write the modules whose chapters or models changed, all or those named, and tell which equations did."""
    project = _project(ctx)
    count = 0
    for change in (found for found, _ in project.changes(names)) if check else project.build(names):
        count += 1
        click.echo(f"{change.name}: {change.kind}")
        for line in change.shown():
            click.echo(f"  {line}")
    if not count:
        click.echo(f"nothing changed: {len(names or project.names())} modules are what their sources give")
    _end(ctx, not (check and count))


@main.command(epilog=_said("symnn diff least_squares ridge", "symnn diff models/digits.toml drafts/wider.toml"))
@click.argument("old")
@click.argument("new")
@click.pass_context
def diff(ctx: click.Context, old: str, new: str) -> None:
    """Compare two chapters or two models, by name or by file: settings, equations, and the code that they give."""
    from symnn.project import differences, load

    def found(given: str) -> Chapter:
        path = Path(given)
        is_file = path.suffix in (".py", ".toml") or len(path.parts) > 1
        return load(path) if is_file else _project(ctx).chapter(given)

    click.echo("\n".join(differences(found(old), found(new))) or "no equation and no line of code differs")


@main.command(epilog=_said("symnn check", "symnn check ridge --seed 7"))
@click.argument("name", required=False)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.pass_context
def check(ctx: click.Context, name: str | None, seed: int) -> None:
    """Judge the proofs again, and compare the generated modules with finite differences."""
    from symnn.inspection.check import inspected, outcome
    from symnn.inspection.memory import Memory, Task

    project = _project(ctx)
    memory, names = Memory(project), [name] if name else project.names()
    digests = {each: memory.digest(Task("check", each)) for each in names}
    passed = True
    for chapter, findings in inspected(project, names, seed):
        for finding in findings:
            click.echo(f"{chapter}: {finding}")
        result = outcome(findings)
        memory.keep(Task("check", chapter), digests[chapter], result)
        passed = passed and result.passed
    _end(ctx, passed)


@main.command(epilog=_said("symnn run polynomial", "symnn run --all"))
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help="Run everything but fashion-mnist, which takes minutes.")
@click.option("--data", type=click.Path(path_type=Path), help="The folder of the original files of fashion-mnist.")
@click.option("--seeds", type=click.IntRange(min=1), default=5, show_default=True, help="How many, for networks.")
@click.option(
    "--plots", type=click.Path(path_type=Path), help="The folder for plots.  [default: plots/ of the project]"
)
@click.pass_context
def run(ctx: click.Context, name: str | None, every: bool, data: Path | None, seeds: int, plots: Path | None) -> None:
    """Run the generated code on data, beside the numbers that must come out; of a model, train its network.

    With --all, a run that lacks an optional library is told, and the others go on.
    """
    from symnn.inspection.memory import Memory, Outcome, Task
    from symnn.progress import Progress
    from symnn.runs.registry import RUNS, find_run
    from symnn.runs.run import SEEDS, Options

    if bool(name) == every:
        raise click.UsageError(f"give the name of a run or --all; the runs are {', '.join(RUNS)}")
    project = _project(ctx)
    runs = [one for one in RUNS.values() if not one.is_long] if every else [find_run(name or "", project)]
    if data is not None and not all(one.has_files for one in runs):
        raise click.UsageError(
            f"{'not every run reads' if every else f'{name} does not read'} files, so --data names no folder for it"
        )
    passed, missing, memory = True, False, Memory(project)
    for one in runs:
        digest = memory.digest(Task("run", one.name))
        try:
            report = one.execute(project, Options(data, seeds, Progress()))
        except MissingExtraError as error:
            if not every:
                raise
            missing = True
            click.echo(f"symnn: not run: {error}", err=True)
            continue
        _print_report(report, plots or project.root / "plots")
        if one.name in RUNS and seeds >= SEEDS:
            memory.keep(Task("run", one.name), digest, Outcome(report.passed, report.outcome))
        passed = passed and report.passed
    _end(ctx, passed)
    if missing:
        ctx.exit(2)


@main.command(epilog=_said("symnn recipe digits", "symnn recipe drafts/wider.toml --plots plots"))
@click.argument("model")
@click.option("--data", type=click.Path(path_type=Path), help="The folder of the original files of fashion-mnist.")
@click.option("--plots", type=click.Path(path_type=Path), help="A folder to draw what was measured into.")
@click.pass_context
def recipe(ctx: click.Context, model: str, data: Path | None, plots: Path | None) -> None:
    """Go through the recipe of training with MODEL, a name or a file: each line passes, warns or fails.

    Nothing is kept of what is trained. A line that does not pass says what to do; warnings alone end with status 0.
    """
    import textwrap

    from symnn.codegen import load_module
    from symnn.networks import load_network
    from symnn.recipe.checklist import Checklist, examine
    from symnn.recipe.subject import Subject

    path = Path(model)
    if path.suffix != ".toml":
        path = _project(ctx).model_path(model)
    network = load_network(path)
    subject = Subject.of(network.model, vars(load_module(network.module(), network.name)), data)
    click.echo(f"{network.name}: {network.title}\n")
    findings = []
    for finding in examine(subject):
        findings.append(finding)
        line = f"{finding.mark} {finding.what}: {finding.found}"
        click.echo(textwrap.fill(line, 79, subsequent_indent="  ", break_on_hyphens=False))
        if finding.remedy:
            click.echo(textwrap.fill(f"  → {finding.remedy}", 79, subsequent_indent="    ", break_on_hyphens=False))
    checklist = Checklist(network.name, findings)
    click.echo(f"\n{checklist.summary()}")
    if plots is not None:
        click.echo(_drawn(checklist.plot(), plots))
    _end(ctx, checklist.holds)


# --- printing -------------------------------------------------------------------------------------------------------


def _print_table(
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


def _print_report(report: Report, folder: Path) -> None:
    """Print the parts; plots are drawn into files of the folder, and told."""
    import textwrap

    from symnn.plots import Plot
    from symnn.runs.report import Group, Table

    click.echo(f"{report.title}\n")
    for part in report.parts:
        if isinstance(part, Table | Group):
            table = part if isinstance(part, Table) else part.table()
            _print_table(table.heading, table.columns, table.rows, table.justify)
        elif isinstance(part, Plot):
            click.echo(f"{_drawn(part, folder)}\n")
        else:
            click.echo(f"{textwrap.fill(part, 79)}\n")
    click.echo(report.outcome)


def _drawn(plot: Plot, folder: Path) -> str:
    """Where the plot was written to, or why there is none: a missing plot is no failure of a run."""
    try:
        return f"plot: {plot.draw(folder)}"
    except (MissingExtraError, OSError) as error:
        return f"no plot {plot.name}: {error}"


if __name__ == "__main__":
    main()
