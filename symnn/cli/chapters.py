"""The commands about the chapters and models of a project: list, show, build, diff, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from symnn.cli.group import HOLDS, end, project_of, said
from symnn.cli.printing import print_table

if TYPE_CHECKING:
    from symnn.chapters import Chapter
    from symnn.project import Project


@click.command("list", epilog=said("symnn list", "symnn list --chapters"))
@click.option("--chapters", is_flag=True, help="The chapters and models with their sources and verdicts instead.")
@click.option("--long", is_flag=True, help="Execute runs that take minutes, too.")
@click.pass_context
def list_rows(ctx: click.Context, chapters: bool, long: bool) -> None:
    """List the rows of the source documents: is each shown, checked and run?

    Marks are found by doing it, and remembered in .symnn/ until something changes.
    """
    project = project_of(ctx)
    if chapters:
        _list_chapters(ctx, project)
        return
    from symnn.inspection.marks import COLUMNS, LEGEND, broken, found_out, marks_of
    from symnn.inspection.rows import DOCUMENTS
    from symnn.progress import Progress

    outcomes = found_out(project, Progress(), long)
    documents = [(each, [marks_of(code, name, outcomes) for code, name in each.rows.items()]) for each in DOCUMENTS]
    for document, rows in documents:
        print_table(f"{document.letter}  {document.title}", COLUMNS, [row.cells for row in rows])
    found = [row for _, rows in documents for row in rows]
    problems = dict.fromkeys((*broken(outcomes), *(problem for row in found for problem in row.problems)))
    for problem in problems:
        click.echo(problem)
    done = sum(row.is_done for row in found)
    click.echo(f"{LEGEND}\n{done} of {len(found)} rows have all three marks")
    end(ctx, done == len(found) and not problems)


def _list_chapters(ctx: click.Context, project: Project) -> None:
    chapters = [project.chapter(name) for name in project.names()]
    rows = [[chapter.name, ", ".join(chapter.sources), chapter.verdict, chapter.title] for chapter in chapters]
    print_table("", ["name", "rows", "verdict", "title"], rows)
    end(ctx, all(chapter.verdict in HOLDS for chapter in chapters))


@click.command(epilog=said("symnn show ridge --format latex > ridge.tex && pdflatex ridge.tex"))
@click.argument("name")
@click.option("--format", "form", type=click.Choice(["text", "latex", "markdown"]), default="text", show_default=True)
@click.pass_context
def show(ctx: click.Context, name: str, form: str) -> None:
    """Print the proofs and the code of a chapter or a model on one page."""
    from symnn.typeset import RENDERERS

    found = project_of(ctx).chapter(name)
    click.echo(RENDERERS[form](found.page()), nl=False)
    end(ctx, found.verdict in HOLDS)


@click.command(epilog=said("symnn build", "symnn build ridge", "symnn build --check"))
@click.argument("names", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; fail where a module is not what its source gives.")
@click.pass_context
def build(ctx: click.Context, names: tuple[str, ...], check: bool) -> None:
    """Write the modules whose chapters or models changed, all or those named, and tell which equations did."""
    project = project_of(ctx)
    count = 0
    for change in (found for found, _ in project.changes(names)) if check else project.build(names):
        count += 1
        click.echo(f"{change.name}: {change.kind}")
        for line in change.shown():
            click.echo(f"  {line}")
    if not count:
        click.echo(f"nothing changed: {len(names or project.names())} modules are what their sources give")
    end(ctx, not (check and count))


@click.command(epilog=said("symnn diff least_squares ridge", "symnn diff models/digits.toml drafts/wider.toml"))
@click.argument("old")
@click.argument("new")
@click.pass_context
def diff(ctx: click.Context, old: str, new: str) -> None:
    """Compare two chapters or two models, by name or by file: settings, equations, and the code that they give."""
    from symnn.project import differences, load

    def found(given: str) -> Chapter:
        path = Path(given)
        is_file = path.suffix in (".py", ".toml") or len(path.parts) > 1
        return load(path) if is_file else project_of(ctx).chapter(given)

    click.echo("\n".join(differences(found(old), found(new))) or "no equation and no line of code differs")


@click.command(epilog=said("symnn check", "symnn check ridge --seed 7"))
@click.argument("name", required=False)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.pass_context
def check(ctx: click.Context, name: str | None, seed: int) -> None:
    """Judge the proofs again, and compare the generated modules with finite differences."""
    from symnn.inspection.check import inspected, outcome
    from symnn.inspection.memory import Memory, Task

    project = project_of(ctx)
    memory, names = Memory(project), [name] if name else project.names()
    digests = {each: memory.digest(Task("check", each)) for each in names}
    passed = True
    for chapter, findings in inspected(project, names, seed):
        for finding in findings:
            click.echo(f"{chapter}: {finding}")
        result = outcome(findings)
        memory.keep(Task("check", chapter), digests[chapter], result)
        passed = passed and result.passed
    end(ctx, passed)
