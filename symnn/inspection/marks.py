"""The marks of every row of the source documents: is it shown, checked and run? Each is found by doing it.

A row is shown where all its chapters and models load, are proved or checked, and are set as pages, and at most one of
their lines in five is only argued; it is checked where `symnn check` passes them all; it is run where a run that names
it was executed, and all that were passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path

from symnn.errors import MissingDataError, MissingExtraError
from symnn.inspection.memory import Memory, Outcome, Task
from symnn.learn.training import Watcher
from symnn.processes import processors, workers
from symnn.project import Project

ARGUED = 5
"""At most one line in so many may be only argued."""
FEW = 8
"""So few tasks are done in this process, since to start others takes longer."""
HELD, FAILED, EMPTY, LONG = "✓", "✗", "–", "long"
COLUMNS = ("row", "what", "marks", "lines", "where")
LEGEND = "marks: shown, checked, run; lines: judged, + those that are only argued"
NAMED = 2

Outcomes = Mapping[Task, Outcome]


# --- finding out ----------------------------------------------------------------------------------------------------


def tasks(project: Project) -> list[Task]:
    """All that there is to find out of a project, what takes longest first."""
    from symnn.runs.registry import RUNS

    names = sorted(project.names(), key=lambda name: project.sources()[name].suffix == ".toml")
    runs = [Task("run", name) for name in RUNS]
    return [*runs, *(Task(kind, name) for kind in ("check", "show") for name in names)]


def is_long(task: Task) -> bool:
    """Whether it is a run that takes minutes."""
    from symnn.runs.registry import RUNS

    return task.kind == "run" and RUNS[task.name].is_long


def found_out(project: Project, watcher: Watcher, long: bool = False) -> dict[Task, Outcome]:
    """The outcomes of all tasks: those that are remembered, and the others by doing them, on several processors.

    Long runs that are not remembered are done only where `long` asks for them.
    """
    memory = Memory(project)
    digests = {task: memory.digest(task) for task in tasks(project)}
    remembered = {task: memory.recall(task, digest) for task, digest in digests.items()}
    found = {task: outcome for task, outcome in remembered.items() if outcome is not None}
    missing = [task for task in digests if task not in found and (long or not is_long(task))]
    if missing:
        watcher.say(f"To be found out: {_counted(missing)}. What passes is remembered until something changes.")
        watcher.begin("marks", len(missing))
        try:
            for task, outcome in _done(project.root, missing):
                memory.keep(task, digests[task], outcome)
                found[task] = outcome
                watcher.advance()
        finally:
            watcher.end()
    return found


def _counted(missing: Sequence[Task]) -> str:
    words = {"show": "pages", "check": "checks", "run": "runs"}
    counts = {word: sum(task.kind == kind for task in missing) for kind, word in words.items()}
    return ", ".join(f"{count} {word if count != 1 else word[:-1]}" for word, count in counts.items() if count)


def _done(root: Path, missing: Sequence[Task]) -> Iterator[tuple[Task, Outcome]]:
    """Each task with its outcome, as they are done."""
    if len(missing) <= FEW or processors() == 1:
        yield from ((task, outcome_of(root, task)) for task in missing)
        return
    with workers(processors()) as executor:
        futures = [executor.submit(outcomes_of, root, each) for each in _together(missing)]
        try:
            for future in as_completed(futures):
                yield from future.result()
        except BaseException:
            executor.shutdown(cancel_futures=True)
            raise


def _together(missing: Sequence[Task]) -> list[list[Task]]:
    """What one process does after another: a run, or all tasks of a chapter, which is derived once for them."""
    groups: dict[tuple[bool, str], list[Task]] = {}
    for task in missing:
        groups.setdefault((task.kind == "run", task.name), []).append(task)
    return list(groups.values())


def outcomes_of(root: Path, together: Sequence[Task]) -> list[tuple[Task, Outcome]]:
    """Tasks of a project with their outcomes."""
    return [(task, outcome_of(root, task)) for task in together]


def outcome_of(root: Path, task: Task) -> Outcome:
    """The outcome of a task of the project at a folder; whatever goes wrong in it is a reason for no mark."""
    ways = {"show": _shown, "check": _checked, "run": _run}
    try:
        return ways[task.kind](Project(root), task.name)
    except (MissingExtraError, MissingDataError) as error:
        return Outcome(False, f"not run: {error}")
    except Exception as error:
        return Outcome(False, f"{type(error).__name__}: {error}")


def _shown(project: Project, name: str) -> Outcome:
    from symnn.typeset import RENDERERS

    chapter = project.chapter(name)
    RENDERERS["text"](chapter.page())
    holds = chapter.verdict in ("proved", "checked")
    reason = "" if holds else f"it is {chapter.verdict}"
    return Outcome(holds, reason, chapter.sources, chapter.judged, chapter.argued)


def _checked(project: Project, name: str) -> Outcome:
    from symnn.inspection.check import inspect_chapter, outcome

    return outcome(list(inspect_chapter(project, name, seed=0)))


def _run(project: Project, name: str) -> Outcome:
    from symnn.runs.registry import RUNS
    from symnn.runs.run import Options

    report = RUNS[name].execute(project, Options())
    return Outcome(report.passed, report.outcome)


# --- the marks of the rows ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RowMarks:
    """A row with its three marks, its lines, and where it is shown and run; `problems` are why a mark is missing."""

    code: str
    name: str
    show: str
    check: str
    run: str
    judged: int
    argued: int
    shown_in: tuple[str, ...]
    run_by: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def is_done(self) -> bool:
        return self.show == self.check == self.run == HELD

    @property
    def cells(self) -> tuple[str, ...]:
        """The row in a table, under COLUMNS."""
        argued = f" + {self.argued}" if self.argued else ""
        where = "\n".join((*_named(self.shown_in), *(f"run {name}" for name in self.run_by)))
        return self.code, self.name, f"{self.show} {self.check} {self.run}", f"{self.judged}{argued}", where


def _named(names: Sequence[str]) -> Sequence[str]:
    more = len(names) - NAMED
    return names if more <= 1 else (*names[:NAMED], f"and {more} more")


def broken(outcomes: Outcomes) -> list[str]:
    """Why chapters and models do not load or do not hold: it is not known of which row they are."""
    return [
        f"show {task.name}: {found.reason}"
        for task, found in outcomes.items()
        if task.kind == "show" and not found.passed
    ]


def marks_of(code: str, name: str, outcomes: Outcomes) -> RowMarks:
    """The marks of one row."""
    from symnn.runs.registry import RUNS

    pages = {task.name: each for task, each in outcomes.items() if task.kind == "show" and code in each.rows}
    checks = {chapter: outcomes[Task("check", chapter)] for chapter in pages}
    named = [run for run in RUNS.values() if code in run.rows]
    runs = {run.name: outcomes[Task("run", run.name)] for run in named if Task("run", run.name) in outcomes}
    judged, argued = sum(each.judged for each in pages.values()), sum(each.argued for each in pages.values())
    problems = [
        f"{kind} {which}: {each.reason}"
        for kind, found in (("show", pages), ("check", checks), ("run", runs))
        for which, each in found.items()
        if not each.passed
    ]
    is_judged = ARGUED * argued <= judged + argued
    problems += [] if is_judged else [f"{argued} of {judged + argued} lines are only argued"]
    return RowMarks(
        code,
        name,
        _mark(pages) if is_judged else FAILED,
        _mark(checks),
        _mark(runs) if runs or not named else LONG,
        judged,
        argued,
        tuple(pages),
        tuple(run.name for run in named),
        tuple(problems),
    )


def _mark(found: Mapping[str, Outcome]) -> str:
    if not found:
        return EMPTY
    return HELD if all(each.passed for each in found.values()) else FAILED
