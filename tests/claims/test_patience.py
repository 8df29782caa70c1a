"""Questions that SymPy would work at for too long: undecided when the time is up, and nothing else is touched."""

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
import sympy

from symnn import argument
from symnn.claims import patience
from symnn.claims.patience import limited
from symnn.proof.step import Judgement, Status

n = sympy.Symbol("n", integer=True, positive=True)
STUBBORN = sympy.Sum(sympy.Abs(sympy.sin(n)) / n, (n, 1, sympy.oo))


class Endless:
    """A judge that catches all errors and goes on, as SymPy does in places."""

    @limited("sympy")
    def judge(self, seed: int) -> Judgement:
        while True:
            try:
                sympy.factorint(2**61 - 1)
            except Exception:
                continue


@pytest.fixture
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.3)


@pytest.mark.usefixtures("_hurried")
def test_a_series_on_which_sympy_does_not_end_is_undecided() -> None:
    with argument("A stubborn series") as proof:
        proof.diverges(STUBBORN, by="its terms are at least those of half the harmonic series, now and then")
    assert proof.verdict == "undecided"
    (said,) = proof.undecided
    assert "line (1) of 'A stubborn series' is undecided" in said
    assert "SymPy has found no answer in 0.3 seconds of computing; claim less in one line" in said


@pytest.mark.usefixtures("_hurried")
def test_errors_that_are_caught_on_the_way_do_not_keep_a_judge_going() -> None:
    judgement = Endless().judge(0)
    assert (judgement.status, judgement.judge) == (Status.UNDECIDED, "sympy")


@pytest.mark.usefixtures("_hurried")
def test_the_timer_and_what_listened_to_it_are_as_before() -> None:
    def mine(*_: object) -> None: ...

    before = signal.signal(signal.SIGVTALRM, mine)
    try:
        Endless().judge(0)
        assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
        assert signal.getsignal(signal.SIGVTALRM) is mine
    finally:
        signal.signal(signal.SIGVTALRM, before)


def test_a_judge_that_ends_in_time_is_heard_also_outside_the_main_thread() -> None:
    with argument("A geometric series") as proof:
        proof.converges(sympy.Sum(sympy.Rational(1, 2) ** n, (n, 1, sympy.oo)), by="geometric")
    (question,) = (claim.question for claim in proof.claims)
    assert question is not None
    with ThreadPoolExecutor(1) as executor:
        judged = executor.submit(question.judge, 3).result()
    assert [proof.status, judged.status] == [Status.CHECKED, Status.CHECKED]
