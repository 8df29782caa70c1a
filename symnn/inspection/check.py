"""`symnn check`: a chapter's proofs judged again, and its generated module held against finite differences.

Of a network the judge *explicit* would write every entry out; that is left to the chapters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from symnn.algebra.nodes import Node
from symnn.chapters import Chapter
from symnn.check.finite_differences import CheckReport
from symnn.errors import ProjectError
from symnn.inspection.memory import Outcome
from symnn.networks import ModelChapter
from symnn.processes import processors, workers
from symnn.project import Project
from symnn.proof.certificate import to_json, verify
from symnn.proof.judges.explicit import judge_explicit
from symnn.proof.proof import Proof
from symnn.proof.step import Judgement, Status, Step, worst
from symnn.results.derivative import Derivative
from symnn.results.result import Result
from symnn.results.solution import Solution

OPERATIONS = 15_000
"""How much the judge *explicit* may compute for a step: with more, a large chapter would take minutes."""
FEW = 8
"""So few chapters are inspected in this process, since to start others takes longer."""


@dataclass(frozen=True)
class Finding:
    """One line of what was found."""

    text: str
    passed: bool

    def __str__(self) -> str:
        return self.text


def inspect_chapter(project: Project, name: str, seed: int) -> Iterator[Finding]:
    """Findings on one chapter. Raises ProjectError where its module is missing or stale."""
    chapter = project.chapter(name)
    if chapter.without_module:
        yield Finding(chapter.without_module, False)
        return
    if project.module_text(name) != chapter.module():
        raise ProjectError(f"{project.module_path(name)} is not what its source gives; run symnn build")
    yield judged_again(chapter, seed)
    module = project.module(name)
    if isinstance(chapter, ModelChapter):
        yield _compared("the gradients of the loss", "differences", chapter.check(module, seed))
        return
    yield judged_by_components(chapter)
    for place, part in enumerate(chapter.parts, start=1):
        if isinstance(part, Result | Derivative | Solution):
            report = part.check(seed, module[part.functions()[-1].name])
            what = "stationary" if isinstance(part, Solution) else "differences"
            yield _compared(f"part {place}, {part.theorems[-1].title}", what, report)


def inspected(project: Project, names: Sequence[str], seed: int) -> Iterator[tuple[str, list[Finding]]]:
    """The findings on chapters and models in their order; on many of them, several processors look."""
    if len(names) <= FEW or processors() == 1:
        yield from ((name, list(inspect_chapter(project, name, seed))) for name in names)
        return
    with workers(processors()) as executor:
        yield from zip(names, executor.map(_findings, [(project.root, name, seed) for name in names]), strict=True)


def _findings(asked: tuple[Path, str, int]) -> list[Finding]:
    root, name, seed = asked
    return list(inspect_chapter(Project(root), name, seed))


def outcome(findings: Sequence[Finding]) -> Outcome:
    """What all findings on a chapter say together."""
    failed = [finding.text for finding in findings if not finding.passed]
    return Outcome(not failed, failed[0] if failed else "")


def _compared(title: str, what: str, report: CheckReport) -> Finding:
    return Finding(f"{title}: {what} {report.summary()}", report.passed)


def judged_again(chapter: Chapter, seed: int) -> Finding:
    """All proofs written out, read back, and judged with other random values than before; so are all arguments."""
    document = to_json([numbered.proof for numbered in chapter.proofs()])
    found = verify(document, seed=seed + 1)
    claims = [judgement for part in chapter.arguments() for judgement in part.judged_again(seed + 1)]
    status = worst([found.status, *(judgement.status for judgement in claims)])
    refuted = [judgement for judgement in claims if judgement.status is Status.REFUTED]
    said = status.value
    if refuted:
        said = str(refuted[0].counterexample or refuted[0].reason)
    elif found.bound:
        said = f"{said}, a false pass has probability < {float(found.bound):.0e}"
    passed = found.holds and status in (Status.PROVED, Status.CHECKED)
    return Finding(f"{chapter.judged} steps judged again: {said if found.holds else found.reason}", passed)


def judged_by_components(chapter: Chapter) -> Finding:
    """Every step by the judge *explicit*; it may leave large ones undecided, but must refute none."""
    statuses = []
    for numbered in chapter.proofs():
        for before, step, _ in numbered.proof.pairs():
            judgement = _by_components(numbered.proof, before, step)
            if judgement.status is Status.REFUTED:
                number = step.number + numbered.offset
                return Finding(f"equation ({number}) is refuted at explicit sizes: {judgement.counterexample}", False)
            statuses.append(judgement.status)
    decided = sum(status is not Status.UNDECIDED for status in statuses)
    return Finding(f"{decided} of {len(statuses)} steps confirmed entry by entry at explicit sizes", True)


def _by_components(proof: Proof, before: Node, step: Step) -> Judgement:
    return judge_explicit(
        step.relation,
        step.redex,
        step.contractum,
        wrt=proof.wrt,
        statement=proof.statement,
        line=before,
        witness=step.witness,
        conditions=proof.conditions,
        operations=OPERATIONS,
    )
