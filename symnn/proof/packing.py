"""A proof as plain data for pickling: all its expressions in one table, so that what they share is stored once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symnn.algebra.nodes import Node, Several
from symnn.proof.step import Condition, Step


class Table:
    """Expressions by number. Pickle takes one expression of all of them."""

    def __init__(self) -> None:
        self._numbers: dict[Node, int] = {}

    def number(self, node: Node | None) -> int | None:
        return None if node is None else self._numbers.setdefault(node, len(self._numbers))

    def conditions(self, conditions: Sequence[Condition]) -> list[tuple[str, int | None]]:
        return [(condition.word, self.number(condition.node)) for condition in conditions]

    def steps(self, steps: Sequence[Step]) -> list[tuple[Any, ...]]:
        return [
            (
                (step.number, step.relation, step.rule, step.statement),
                (self.number(step.redex), self.number(step.contractum), self.number(step.witness)),
                (step.place, step.judgement, self.conditions(step.uses)),
            )
            for step in steps
        ]

    def packed(self) -> Several:
        return Several(*(Several(node) for node in self._numbers))


class Shelf:
    """The other way round: expressions taken from their table by number."""

    def __init__(self, packed: Several) -> None:
        self._nodes = [part.children[0] for part in packed.children]

    def node(self, number: int) -> Node:
        return self._nodes[number]

    def conditions(self, stored: Sequence[tuple[str, int]]) -> tuple[Condition, ...]:
        return tuple(Condition(word, self.node(number)) for word, number in stored)

    def steps(self, stored: Sequence[tuple[Any, ...]]) -> list[Step]:
        return [
            Step(
                number,
                relation,
                rule,
                statement,
                self.node(redex),
                self.node(contractum),
                place,
                judgement,
                None if witness is None else self.node(witness),
                self.conditions(uses),
            )
            for (number, relation, rule, statement), (redex, contractum, witness), (place, judgement, uses) in stored
        ]
