"""What the marks on a page mean, and how much they are worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from symnn.algebra.names import superscript
from symnn.proof.proof import Proof
from symnn.proof.step import Judgement, Status, worst

JUDGES = {
    "shape": "the sizes on both sides agree for all values of their symbols",
    "exact": "both sides, with their differentials, agree in exact arithmetic at random points of a large prime field",
    "digits": "both sides agree at random points to 50 digits, and to 100 when the precision is doubled; this is "
    "evidence, and no probability is claimed for it",
    "explicit": "both sides agree entry by entry at small sizes, by SymPy",
    "sign": "a sum of weighted squares with positive weights, read off from its form",
    "structure": "the form of the line alone shows it",
    "margin": "the difference of both sides is, exactly, an expression whose form shows that it is not negative",
    "instances": "it held at random values, and at values moved to where it is tightest; this is evidence, no proof",
    "sympy": "SymPy works out both sides, and where numbers can be put in, they agree",
    "statistics": "SymPy's statistics give the expectation, and so do numbers",
    "enumeration": "it was worked out exactly, or by numbers, at the cases that were tried",
}

ARGUED = "argued"


def mark(judgement: Judgement) -> str:
    """The verdict on one line: ✓ and the judge who passed it, ? where none could decide."""
    if judgement.status in (Status.PROVED, Status.CHECKED):
        return f"✓{judgement.judge}"
    return "? undecided" if judgement.status is Status.UNDECIDED else "✗ refuted"


def undecided_because(judgement: Judgement) -> str:
    """Why no judge could decide a line; nothing of one that was decided."""
    return judgement.reason if judgement.status is Status.UNDECIDED else ""


def explained(marks: Iterable[str]) -> list[tuple[str, str]]:
    """Every mark that occurs, with its meaning."""
    meanings = {f"✓{judge}": meaning for judge, meaning in JUDGES.items()}
    meanings |= {"? undecided": "no judge could decide the line: it is not proved", "✗ refuted": "the line is false"}
    meanings[ARGUED] = "words that no judge has judged"
    return [(shown, meanings.get(shown, "judged")) for shown in dict.fromkeys(marks)]


def trust(proofs: Sequence[Proof]) -> list[str]:
    """How far the marks reach: a bound on a false pass, and what the passage to all sizes rests on."""
    sentences = []
    bound = sum((proof.bound for proof in proofs), Fraction(0))
    if bound:
        limit = _ceiling(bound)
        sentences.append(f"The probability that exact passed any line on this page falsely is at most {limit}.")
    sizes = [size for proof in proofs for step in proof.steps for size in step.judgement.sizes]
    if sizes:
        sentences.append("Lines were tried at several sizes; that they hold at all sizes rests on the named rule.")
    return sentences


def _ceiling(bound: Fraction) -> str:
    """A power of ten that is not below the bound."""
    whole = bound.denominator // bound.numerator
    return f"10{superscript(str(1 - len(str(whole))))}" if whole >= 10 else f"{float(bound):.2f}"


def rules(proof: Proof) -> list[tuple[str, str]]:
    """The rules that a proof uses, each once, with what they say."""
    found: dict[str, dict[str, None]] = {}
    for step in proof.steps:
        if step.statement:
            found.setdefault(step.rule, {})[step.statement] = None
    return [(rule, "; ".join(statements)) for rule, statements in found.items()]


def verdict(proof: Proof, rests_on: Sequence[Proof] = ()) -> str:
    """The verdict on a proof, and on others that its lines take for granted."""
    status = worst(each.status for each in (proof, *rests_on))
    if status is not proof.status:
        return f"{status.value}: its own lines are {proof.status.value}, but not all of those that it rests on"
    return {
        Status.PROVED: "proved: every line was passed exactly",
        Status.CHECKED: "checked: at least one line rests on digits",
        Status.UNDECIDED: "undecided: at least one line could not be judged",
        Status.REFUTED: "refuted",
    }[status]
