"""The commands that compute with data: run and recipe."""

from __future__ import annotations

import textwrap
from pathlib import Path

import click

from symnn.cli.group import end, project_of, said
from symnn.cli.printing import drawn, print_report
from symnn.errors import MissingDataError, MissingExtraError


@click.command(epilog=said("symnn run polynomial", "symnn run --all"))
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help="Run everything but fashion-mnist, which takes minutes.")
@click.option("--data", type=click.Path(path_type=Path), help="The folder of the original files of Fashion-MNIST.")
@click.option("--seeds", type=click.IntRange(min=1), default=5, show_default=True, help="How many, for networks.")
@click.option(
    "--plots", type=click.Path(path_type=Path), help="The folder for plots.  [default: plots/ of the project]"
)
@click.pass_context
def run(ctx: click.Context, name: str | None, every: bool, data: Path | None, seeds: int, plots: Path | None) -> None:
    """Run the generated code on data, beside the numbers that must come out; of a model, train its network.

    With --all, a run that lacks an optional library or its data set is told, and the others go on.
    """
    from symnn.inspection.memory import Memory, Outcome, Task
    from symnn.progress import Progress
    from symnn.runs.registry import RUNS, find_run
    from symnn.runs.run import SEEDS, Options

    if bool(name) == every:
        raise click.UsageError(f"give the name of a run or --all; the runs are {', '.join(RUNS)}")
    project = project_of(ctx)
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
        except (MissingExtraError, MissingDataError) as error:
            if not every:
                raise
            missing = True
            click.echo(f"symnn: not run: {error}", err=True)
            continue
        print_report(report, plots or project.root / "plots")
        if one.name in RUNS and seeds >= SEEDS:
            memory.keep(Task("run", one.name), digest, Outcome(report.passed, report.outcome))
        passed = passed and report.passed
    end(ctx, passed)
    if missing:
        ctx.exit(2)


@click.command(epilog=said("symnn recipe digits", "symnn recipe drafts/wider.toml --plots plots"))
@click.argument("model")
@click.option("--data", type=click.Path(path_type=Path), help="The folder of the original files of fashion-mnist.")
@click.option("--plots", type=click.Path(path_type=Path), help="A folder to draw what was measured into.")
@click.pass_context
def recipe(ctx: click.Context, model: str, data: Path | None, plots: Path | None) -> None:
    """Go through the recipe of training with MODEL, a name or a file: each line passes, warns or fails.

    Nothing is kept of what is trained. A line that does not pass says what to do; warnings alone end with status 0.
    """
    from symnn.codegen import load_module
    from symnn.networks import load_network
    from symnn.recipe.checklist import Checklist, examine
    from symnn.recipe.subject import Subject

    path = Path(model)
    if path.suffix != ".toml":
        path = project_of(ctx).model_path(model)
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
        click.echo(drawn(checklist.plot(), plots))
    end(ctx, checklist.holds)
