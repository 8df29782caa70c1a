"""A proof: a statement, its variables, and a chain of judged steps. A step is added only with its judgement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, cast

from symnn.algebra.names import one_variable_a_name
from symnn.algebra.nodes import Node, Several, Variable
from symnn.algebra.walk import variables
from symnn.errors import CertificateError, RefutedError
from symnn.proof.court import Court
from symnn.proof.line import Line
from symnn.proof.packing import Shelf, Table
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
        self._line = Line(statement)
        self._depth = self.court.depth(statement)
        self._is_statement, self._is_differential = True, False

    def _note(self, relation: Relation) -> None:
        """Whether the line is equal to the statement, or to its differential."""
        is_first = self._is_statement and relation is Relation.DIFFERENTIAL
        self._is_differential = is_first or (self._is_differential and relation is Relation.EQUAL)
        self._is_statement = self._is_statement and relation is Relation.EQUAL

    @property
    def line(self) -> Node:
        """The last line. A proof of many steps does not build it after each of them, but when it is asked for."""
        return self._line.node

    def __contains__(self, part: Node) -> bool:
        """Whether a part stands on the last line."""
        return part in self._line

    def stays_whole(self, part: Node, form: Node) -> bool:
        """Whether a form in the place of a part of the last line stays one part there."""
        return self._line.stays_whole(part, form)

    def origins(self) -> Mapping[Node, int]:
        """The number of the equation in which each part of the last line first stood, and of what was put in before."""
        self._line.node  # noqa: B018  what stands on the line is known once it is built
        return self._line.origins

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
        if place is not None and place_of(self.line, place) is not redex:
            raise CertificateError(f"at {place} stands {place_of(self.line, place)}, not {redex}")
        if place is None and not self._line.offers(redex):
            raise CertificateError(f"the line has no part {redex}: {self.line}")
        whole = self.line if relation is not Relation.EQUAL else None
        judgement = self.court.judge(
            relation,
            redex,
            contractum,
            line=whole,
            depth=self._depth,
            witness=witness,
            conditions=self.conditions,
            is_differential=self._is_differential,
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
        self._note(relation)
        exchange(self._line, redex, contractum, place)
        if self.court.depth(redex) != self.court.depth(contractum):
            self._depth = self.court.depth(self.line)

    def __reduce__(self) -> tuple[Any, ...]:
        table = Table()
        numbers = table.number(self.statement), [table.number(each) for each in self.wrt]
        steps, conditions = table.steps(self.steps), table.conditions(self.conditions)
        said = self.title, self.note, self.symbols
        return _unpacked, (table.packed(), numbers, said, conditions, steps, self.court.seed)

    def take_over(self, steps: Sequence[Step]) -> None:
        """Steps that were judged when they were stored, after those that are here."""
        self.steps.extend(steps)
        for step in steps:
            self._note(step.relation)
            exchange(self._line, step.redex, step.contractum, step.place)
        self._depth = self.court.depth(self.line)

    def lines(self) -> Iterator[Node]:
        """Every line, replayed from the statement. Raises CertificateError where a step does not fit its line."""
        line = Line(self.statement)
        yield line.node
        for step in self.steps:
            exchange(line, step.redex, step.contractum, step.place)
            yield line.node

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


def _unpacked(
    packed: Several,
    numbers: tuple[int, list[int]],
    said: tuple[str, str, tuple[tuple[str, str], ...]],
    conditions: list[tuple[str, int]],
    steps: list[tuple[Any, ...]],
    seed: int,
) -> Proof:
    shelf = Shelf(packed)
    statement, wrt = numbers
    title, note, symbols = said
    by = [cast(Variable, shelf.node(each)) for each in wrt]
    proof = Proof(shelf.node(statement), by, title=title, note=note, symbols=symbols, seed=seed)
    proof.conditions = shelf.conditions(conditions)
    proof.take_over(shelf.steps(steps))
    return proof


def apply_at(line: Node, redex: Node, contractum: Node, place: tuple[int, ...] | None) -> Node:
    """The line with the redex rewritten at one path, or everywhere. Raises CertificateError where it does not stand."""
    made = Line(line)
    exchange(made, redex, contractum, place)
    return made.node


def exchange(line: Line, redex: Node, contractum: Node, place: tuple[int, ...] | None) -> None:
    """Rewrite the redex at one path, or everywhere. Raises CertificateError where it does not stand."""
    if place is None:
        line.replace(redex, contractum)
        return
    if place_of(line.node, place) is not redex:
        raise CertificateError(f"at {place} stands {place_of(line.node, place)}, not {redex}")
    spine = [line.node]
    for position in place:
        spine.append(spine[-1].children[position])
    made = contractum
    for parent, position in zip(reversed(spine[:-1]), reversed(place), strict=True):
        children = list(parent.children)
        children[position] = made
        made = parent.rebuild(children)
    line.begin_again(made)


def place_of(line: Node, place: tuple[int, ...]) -> Node:
    """What stands at a path of child positions. Raises CertificateError for a path that leaves the line."""
    node = line
    for position in place:
        if not 0 <= position < len(node.children):
            raise CertificateError(f"the path {place} leaves the line {line}")
        node = node.children[position]
    return node


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
