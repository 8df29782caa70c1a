"""What the judges *exact* and *digits* are asked: whether two expressions agree, and how a difference is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from sympy import Symbol

from symnn.algebra import nodes
from symnn.algebra.nodes import Node, Variable
from symnn.algebra.walk import fold, postorder, variables
from symnn.proof.judges.fields import FunctionsInvolved, Undefined
from symnn.proof.judges.instance import AtSizes, Draw, Instance, Numbers, SizePlan, Sizes, fractions
from symnn.proof.judges.interpreter import Interpreter
from symnn.proof.judges.series import Series
from symnn.proof.step import Counterexample, Relation

SEARCHED_SIZES = 40
LARGEST = 64
DRAWS_PER_SIZE = 6

Direction = tuple[Variable, int, int]


NO_SIZES: frozenset[Symbol] = frozenset()
_known_exponents: WeakKeyDictionary[Node, frozenset[Symbol]] = WeakKeyDictionary()


def _size_exponents(node: Node, parts: Sequence[frozenset[Symbol]]) -> frozenset[Symbol]:
    own = NO_SIZES
    if isinstance(node, nodes.Determinant):
        own = frozenset(node.children[0].rows.free_symbols)
    elif isinstance(node, nodes.Power) and not isinstance(node.children[1], nodes.Number):
        extents = (part for part in postorder(node.children[1]) if isinstance(part, nodes.Extent))
        own = own.union(*(extent.size.free_symbols for extent in extents))
    return own.union(*parts) if own or any(parts) else NO_SIZES


@dataclass(frozen=True)
class Question:
    """Whether the series of two nodes agree up to `order`, where evaluating them takes series of order `precision`.

    `relation` says what a difference means: for GRADIENT and JACOBIAN both nodes are differentials of the statement,
    and a counterexample names the entry of the derivative.
    """

    left: Node
    right: Node
    order: int
    precision: int
    relation: Relation = Relation.EQUAL

    @property
    def size_exponents(self) -> tuple[Symbol, ...]:
        """The sizes that are exponents, as they are of numbers that are taken out of a determinant."""
        sides = (fold(side, _size_exponents, _known_exponents) for side in (self.left, self.right))  # type: ignore[arg-type]
        return tuple(sorted(NO_SIZES.union(*sides), key=str))

    def directions(self, instance: Instance, wrt: Sequence[Variable]) -> Iterator[Direction | None]:
        """The unit directions where single entries of a derivative are in question, else one random direction."""
        if self.relation not in (Relation.GRADIENT, Relation.JACOBIAN):
            yield None
            return
        for variable in wrt:
            for row, column in np.ndindex(instance.size(variable.rows), instance.size(variable.cols)):
                yield variable, row, column

    def counterexample(
        self,
        instance: AtSizes,
        wrt: Sequence[Variable],
        direction: Direction | None,
        place: tuple[int, int, int],
        sides: tuple[str, str],
    ) -> Counterexample:
        """Names the values, those of differentials where they were random, the entry and both sides."""
        coefficient, row, column = place
        found = variables(self.left, self.right)
        values = {variable.name: _rows(instance.value(variable)) for variable in found}
        if self.precision and direction is None:
            values.update((f"d{node.name}", _rows(instance.direction(node))) for node in found if node in wrt)
        if direction is not None:
            variable, *place_of_entry = direction
            stacked = place_of_entry[0] + instance.size(variable.rows) * place_of_entry[1]
            row, column = place_of_entry if self.relation is Relation.GRADIENT else (row, stacked)
        before, after = (f"{side} in its differential" for side in sides) if coefficient else sides
        return Counterexample(shown(instance.sizes), values, (row, column), before, after)


def first_difference(left: Series, right: Series, order: int) -> tuple[int, int, int] | None:
    """The first coefficient up to `order`, and the entry in it, where two series differ exactly."""
    for position in range(order + 1):
        mine, theirs = left[position], right[position]
        if mine is None and theirs is None:
            continue
        different = np.argwhere(np.asarray((0 if mine is None else mine) != (0 if theirs is None else theirs)))
        if len(different):
            return position, int(different[0][0]), int(different[0][1])
    return None


def entry_of(series: Series, place: tuple[int, int, int]) -> Any:
    part = series[place[0]]
    return 0 if part is None else part[place[1:]]


def find_counterexample(
    question: Question, plan: SizePlan, wrt: Sequence[Variable], seed: int, failed: Mapping[str, int]
) -> Counterexample | None:
    """Small rationals at which both sides differ: at the smallest sizes, and then at those where a difference was seen.

    Raises FunctionsInvolved where a side contains a function that has no exact values, or may contain one that was
    never reached, since the rest has no exact value at any of them.
    """
    seen: Sizes = {symbol: failed[str(symbol)] for symbol in plan.symbols if str(symbol) in failed}
    huge = max(seen.values(), default=0) > LARGEST
    searched = chain(islice(plan.small(), SEARCHED_SIZES), plan.growing() if huge else [seen])
    reached = False
    for number, sizes in enumerate(searched):
        for draw in range(DRAWS_PER_SIZE if number < SEARCHED_SIZES or not huge else 1):
            numbers = fractions(1 + draw, 1, (1,) if draw == 0 else (1, -1))
            try:
                found = _at(question, sizes, numbers, f"{seed}:counterexample:{draw}", wrt)
            except Undefined:
                continue
            reached = True
            if found is not None:
                return found
    if not reached:
        raise FunctionsInvolved("no exact value at any of the numbers tried")
    return None


def _at(
    question: Question, sizes: Sizes, numbers: Numbers, seed: str, wrt: Sequence[Variable]
) -> Counterexample | None:
    for direction in question.directions(Draw(sizes, numbers, seed), wrt):
        instance = Draw(sizes, numbers, seed, basis=direction)
        run = Interpreter(instance, question.precision, wrt)
        left, right = run(question.left), run(question.right)
        place = first_difference(left, right, question.order)
        if place is not None:
            sides = str(entry_of(left, place)), str(entry_of(right, place))
            return question.counterexample(instance, wrt, direction, place, sides)
    return None


def shown(sizes: Mapping[Symbol, int]) -> dict[str, int]:
    return {str(symbol): size for symbol, size in sizes.items()}


def _rows(array: Any) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(str(entry) for entry in row) for row in array)
