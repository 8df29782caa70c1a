"""A question that SymPy would work at for too long is given up, and is undecided then.

The computing of this process is counted, not the clock, so that other programs beside it change little. Only the main
thread can be interrupted, and only where the system has such a timer: elsewhere nothing is limited.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import current_thread, main_thread
from types import FrameType
from typing import Concatenate, ParamSpec, TypeVar

from symnn.proof.step import Judgement, Status

SECONDS = 60.0
"""How long SymPy may compute for one line."""

Question = TypeVar("Question")
P = ParamSpec("P")
Judge = Callable[Concatenate[Question, P], Judgement]


class OutOfTime(BaseException):
    """No Exception, since SymPy catches those and goes on."""


def limited(name: str) -> Callable[[Judge[Question, P]], Judge[Question, P]]:
    """The judge of this name answers UNDECIDED when its time is up."""

    def decorate(judge: Judge[Question, P]) -> Judge[Question, P]:
        @wraps(judge)
        def answer(question: Question, /, *args: P.args, **kwargs: P.kwargs) -> Judgement:
            try:
                with _timer(SECONDS):
                    return judge(question, *args, **kwargs)
            except OutOfTime:
                reason = f"SymPy has found no answer in {SECONDS:g} seconds of computing; claim less in one line"
                return Judgement(Status.UNDECIDED, name, reason=reason)

        return answer

    return decorate


@contextmanager
def _timer(seconds: float) -> Iterator[None]:
    if not hasattr(signal, "setitimer") or current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _end(_: int, __: FrameType | None) -> None:
    raise OutOfTime
