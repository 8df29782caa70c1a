"""A sample of the false claims of `benchmarks/wrong_claims.py`: no judge passes any of them."""

from pathlib import Path

import pytest
from wrong_claims import mutants, unseen

from symnn.chapters import load_chapter
from symnn.errors import RefutedError
from symnn.proof.step import Status

SAMPLE, EVERY = [wrong for wrong in unseen() if "sin(n)" not in wrong.text], 9
DERIVATIONS = Path(__file__).parents[2] / "derivations"


def is_passed(question):
    try:
        return question.judge(1).status in (Status.PROVED, Status.CHECKED)
    except RefutedError:
        return False


@pytest.mark.parametrize("wrong", SAMPLE[::EVERY], ids=lambda wrong: f"{wrong.kind}: {wrong.text}")
def test_no_false_claim_is_passed(wrong):
    assert not is_passed(wrong.question)


def test_there_are_claims_of_every_kind():
    assert len({wrong.kind for wrong in SAMPLE}) == 16 and len(SAMPLE) > 300


def test_no_condition_of_novikoffs_bound_can_be_dropped():
    arguments = load_chapter(DERIVATIONS / "perceptron_convergence.py").arguments()
    dropped = [
        wrong
        for part in arguments
        for claim in part.claims
        for kind, wrong in mutants(claim.question)
        if kind == "condition dropped"
    ]
    assert len(dropped) == 28 and not any(map(is_passed, dropped))
