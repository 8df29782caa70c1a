"""A proof: a statement, its variables, and a chain of judged steps. A step is added only with its judgement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from symnn.algebra.names import one_variable_a_name
from symnn.algebra.nodes import Node, Variable
from symnn.algebra.walk import substitute, variables
from symnn.errors import CertificateError, RefutedError
from symnn.proof.court import Court
from symnn.proof.step import Condition, Relation, Status, Step, worst


class Proof:
    """Grows by `step`. The first line is the statement, equation (1); step k makes equation (k + 1).

    A false step raises RefutedError with its counterexample and is not added. Two variables of one name in the
    statement raise SymnnError. `title`, `note` and `symbols`, which are pairs of a text and LaTeX for each part of the
    statement, are for the reader and prove nothing.
    """

    def __init__(
        self,
        statement: Node,
        wrt: Sequence[Variable],
        *,
        title: str = "",
        note: str = "",
        symbols: Sequence[tuple[str, str]] = (),
        conditions: Sequence[Condition] = (),
        seed: int = 0,
    ) -> None:
        one_variable_a_name(variables(statement, *wrt, *(condition.node for condition in conditions)))
        self.statement = statement
        self.wrt = tuple(wrt)
        self.title = title
        self.note = note
        self.symbols = tuple(symbols)
        self.conditions = tuple(conditions)
        self.court = Court(statement, self.wrt, seed=seed)
        self.steps: list[Step] = []
        self.line = statement

    def step(
        self,
        redex: Node,
        contractum: Node,
        *,
        rule: str,
        statement: str = "",
        relation: Relation = Relation.EQUAL,
        place: tuple[int, ...] | None = None,
        witness: Node | None = None,
        uses: Sequence[Condition] = (),
    ) -> None:
        after = apply_at(self.line, redex, contractum, place)
        judgement = self.court.judge(
            relation, redex, contractum, line=self.line, witness=witness, conditions=self.conditions
        )
        number = len(self.steps) + 2
        if judgement.status is Status.REFUTED:
            raise RefutedError(
                f"line ({number}) does not follow by {rule!r}: {_denied(relation, redex, contractum)}\n"
                f"{judgement.counterexample or judgement.reason}"
            )
        self.steps.append(
            Step(number, relation, rule, statement, redex, contractum, place, judgement, witness, tuple(uses))
        )
        self.line = after

    def lines(self) -> Iterator[Node]:
        """Every line, replayed from the statement. Raises CertificateError where a step does not fit its line."""
        line = self.statement
        yield line
        for step in self.steps:
            line = apply_at(line, step.redex, step.contractum, step.place)
            yield line

    def pairs(self) -> Iterator[tuple[Node, Step, Node]]:
        """The line before, the step and the line after, for each step."""
        for (before, after), step in zip(pairwise(self.lines()), self.steps, strict=True):
            yield before, step, after

    @property
    def status(self) -> Status:
        """The worst of the steps: proved if every step is."""
        return worst(step.judgement.status for step in self.steps)

    @property
    def bound(self) -> Fraction:
        """A bound on the probability that any step of the proof was passed falsely by the judge *exact*."""
        return sum((step.judgement.bound or Fraction(0) for step in self.steps), Fraction(0))


def apply_at(line: Node, redex: Node, contractum: Node, place: tuple[int, ...] | None) -> Node:
    """The line with the redex rewritten at one path, or everywhere. Raises CertificateError where it does not stand."""
    if place is None:
        after = substitute(line, {redex: contractum})
        if after is line and redex is not contractum:
            raise CertificateError(f"the line has no part {redex}: {line}")
        return after
    spine = [line]
    for position in place:
        if not 0 <= position < len(spine[-1].children):
            raise CertificateError(f"the path {place} leaves the line {line}")
        spine.append(spine[-1].children[position])
    if spine[-1] is not redex:
        raise CertificateError(f"at {place} stands {spine[-1]}, not {redex}")
    made = contractum
    for parent, position in zip(reversed(spine[:-1]), reversed(place), strict=True):
        children = list(parent.children)
        children[position] = made
        made = parent.rebuild(children)
    return made


def _denied(relation: Relation, redex: Node, contractum: Node) -> str:
    """What a refuted step says, denied."""
    match relation:
        case Relation.GRADIENT:
            return f"the gradient of {redex} is not {contractum}"
        case Relation.JACOBIAN:
            return f"the Jacobian of {redex} is not {contractum}"
        case Relation.EQUAL:
            return f"{redex} is not equal to {contractum}"
        case Relation.EQUIVALENT:
            return f"{redex} is not equivalent to {contractum}"
    return f"from {redex} does not follow ({relation.value}) {contractum}"
