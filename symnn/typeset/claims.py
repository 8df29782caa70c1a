"""The lines of an argument as they are printed: both sides, what is given, the reason and the mark."""

from __future__ import annotations

from dataclasses import dataclass

from symnn.algebra.nodes import Node
from symnn.claims.argument import Claim, Side, argument
from symnn.proof.step import Status
from symnn.typeset.legend import ARGUED, mark, undecided_because
from symnn.typeset.spelling import Spelling, condition, spelled
from symnn.typeset.sympy_text import sympy_spelled

NOTHING = Spelling("", "")
SIGNS = {
    "=": "=",
    "≤": r"\le",
    "<": "<",
    "≥": r"\ge",
    ">": ">",
    "⪰": r"\succeq",
    "converges": r"\text{ converges}",
    "diverges": r"\text{ diverges}",
}


@dataclass(frozen=True)
class ClaimLine:
    """One numbered line. What is argued has `words` and no formula; `given` are clauses.

    `undecided` says why no judge could decide it.
    """

    number: int
    left: Spelling
    sign: Spelling
    rows: tuple[Spelling, ...]
    given: tuple[Spelling, ...]
    words: str
    rule: str
    mark: str
    undecided: str = ""


def claim_lines(found: argument, offset: int = 0) -> list[ClaimLine]:
    """The lines of an argument; the first has the number offset + 1."""
    return [_line(claim, number) for number, claim in enumerate(found.claims, start=offset + 1)]


def _line(claim: Claim, number: int) -> ClaimLine:
    shown = ARGUED if claim.judgement is None else mark(claim.judgement)
    sign = Spelling(claim.sign, SIGNS[claim.sign]) if claim.sign else NOTHING
    given = tuple(map(condition, claim.given))
    left, right = _side(claim.left), _side(claim.right)
    if claim.right is None:
        left, sign, right = NOTHING, NOTHING, Spelling(f"{left.text} {sign.text}", f"{left.latex} {sign.latex}")
    undecided = "" if claim.judgement is None else undecided_because(claim.judgement)
    return ClaimLine(number, left, sign, (right,), given, claim.words, claim.rule, shown, undecided)


def claim_text(claim: Claim) -> str:
    """A claim as one line of text, as a module records it."""
    if claim.words:
        return claim.words
    sides = f"{_side(claim.left).text} {claim.sign} {_side(claim.right).text}".rstrip()
    given = " and ".join(condition(each).text for each in claim.given)
    return f"{sides}, if {given}" if given else sides


def _side(side: Side) -> Spelling:
    if side is None:
        return NOTHING
    return spelled(side) if isinstance(side, Node) else sympy_spelled(side)


def verdict(found: argument) -> str:
    """The verdict on an argument, with how much of it is judged."""
    words = {
        Status.PROVED: "proved: every line that is judged was passed exactly",
        Status.CHECKED: "checked: at least one line rests on values that were tried, or on SymPy",
        Status.UNDECIDED: "undecided: at least one line could not be judged",
        Status.REFUTED: "refuted",
    }[found.status]
    count = found.argued_lines
    argued = {0: "", 1: "; one line is only argued"}.get(count, f"; {count} lines are only argued")
    return f"{words}{argued}"
