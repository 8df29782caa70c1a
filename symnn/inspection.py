"""`symnn check`: a chapter's proofs judged again, and its generated module held against finite differences.

Of a network the judge *explicit* would write every entry out; that is left to the chapters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symnn.chapters import Chapter
from symnn.check.finite_differences import CheckReport
from symnn.derivative import Derivative
from symnn.errors import ProjectError
from symnn.networks import ModelChapter
from symnn.project import Project
from symnn.proof.certificate import to_json, verify
from symnn.proof.judges.explicit import judge_explicit
from symnn.proof.step import Status
from symnn.result import Result
from symnn.solution import Solution

OPERATIONS = 15_000
"""How much the judge *explicit* may compute for a step: with more, a large chapter would take minutes."""


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


def _compared(title: str, what: str, report: CheckReport) -> Finding:
    return Finding(f"{title}: {what} {report.summary()}", report.passed)


def judged_again(chapter: Chapter, seed: int) -> Finding:
    """All proofs written out, read back, and judged with other random values than before."""
    document = to_json([numbered.proof for numbered in chapter.proofs()])
    found = verify(document, seed=seed + 1)
    passed = found.holds and found.status in (Status.PROVED, Status.CHECKED)
    steps = sum(len(numbered.proof.steps) for numbered in chapter.proofs())
    outcome = f"{found.status.value}, a false pass has probability < {float(found.bound):.0e}"
    return Finding(f"{steps} steps judged again: {outcome if found.holds else found.reason}", passed)


def judged_by_components(chapter: Chapter) -> Finding:
    """Every step by the judge *explicit*; it may leave large ones undecided, but must refute none."""
    statuses = []
    for numbered in chapter.proofs():
        proof = numbered.proof
        for before, step, _ in proof.pairs():
            judgement = judge_explicit(
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
            if judgement.status is Status.REFUTED:
                number = step.number + numbered.offset
                return Finding(f"equation ({number}) is refuted at explicit sizes: {judgement.counterexample}", False)
            statuses.append(judgement.status)
    decided = sum(status is not Status.UNDECIDED for status in statuses)
    return Finding(f"{decided} of {len(statuses)} steps confirmed entry by entry at explicit sizes", True)
