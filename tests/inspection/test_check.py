"""A chapter is judged again, its arguments with it, and every step entry by entry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symnn import argument, derive, dim, scalar, squared_norm, vector
from symnn.chapters import Chapter
from symnn.claims.argument import Claim
from symnn.inspection.check import Finding, judged_again, judged_by_components, outcome
from symnn.proof.step import Judgement, Status

y, m = vector("y", dim("n")), scalar("m")
x, z = scalar("x"), scalar("z")


class Seeds:
    """A question that remembers the seeds that it was asked with, and is answered as one likes."""

    def __init__(self, status):
        self.status, self.seeds = status, []

    def judge(self, seed):
        self.seeds.append(seed)
        return Judgement(self.status, "test", reason="three is not four")


def chapter_of(*parts):
    return Chapter("small", "A small chapter", "", (), parts, "derivations/small.py")


def squares():
    with argument("Squares") as found:
        found.at_most(2 * x * z, x**2 + z**2, by="square", margin=(x - z) ** 2)
        found.argued("nothing else is asked", by="words")
    return found


def test_arguments_are_judged_again_with_another_seed():
    part, question = squares(), Seeds(Status.CHECKED)
    part.claims.append(Claim("test", x, "=", x, question=question, judgement=question.judge(0)))
    result = derive(squared_norm(y - m), wrt=m)
    finding = judged_again(chapter_of(result, part), 6)
    steps = sum(len(numbered.proof.steps) for numbered in chapter_of(result).proofs())
    assert question.seeds == [0, 7]
    assert finding.passed and finding.text.startswith(f"{steps + 2} steps judged again: checked, a false pass")


def test_a_chapter_of_arguments_alone_has_no_bound():
    assert judged_again(chapter_of(squares()), 0) == Finding("1 steps judged again: proved", True)


@pytest.mark.parametrize(("status", "said"), [(Status.REFUTED, "three is not four"), (Status.UNDECIDED, "undecided")])
def test_an_argument_that_does_not_hold_again_does_not_pass(status, said):
    part, question = squares(), Seeds(status)
    part.claims.append(Claim("test", x, "=", x, question=question, judgement=question.judge(0)))
    assert judged_again(chapter_of(part), 0) == Finding(f"2 steps judged again: {said}", False)


def test_a_false_step_is_refuted_entry_by_entry_with_its_number():
    result = derive(squared_norm(y - m), wrt=m)
    whole = chapter_of(result)
    assert judged_by_components(whole).passed
    proof = next(whole.proofs()).proof
    last = proof.steps[-1]
    proof.steps[-1] = replace(last, contractum=3 * last.contractum)
    finding = judged_by_components(whole)
    assert not finding.passed and finding.text.startswith(f"equation ({last.number}) is refuted at explicit sizes: ")


def test_the_outcome_is_the_first_failure():
    good, bad, worse = Finding("fine", True), Finding("bad", False), Finding("worse", False)
    assert outcome([good]).passed
    found = outcome([good, bad, worse])
    assert (found.passed, found.reason) == (False, "bad")
