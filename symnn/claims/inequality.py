"""The judges of inequalities: *margin* proves one by an identity whose sign is evident, *instances* tries to break it.

left ≤ right is proved where right − left equals a margin exactly, and the margin is a sum or product of squares, norms,
positive functions, and of what is given to be nonnegative. Without a margin, the inequality is tried at random values,
and at values that are moved on and on to where it is tightest; that is evidence, and no proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from random import Random
from typing import Any

import mpmath
import numpy as np

from symnn.algebra.nodes import Node, Variable
from symnn.algebra.walk import variables
from symnn.errors import SymnnError
from symnn.proof.court import Court
from symnn.proof.judges.digits import FLAVOURS, ties
from symnn.proof.judges.entries import NONNEGATIVE, POSITIVE, sign_of
from symnn.proof.judges.fields import DecimalField, Undefined
from symnn.proof.judges.instance import DISCRETE, Draw, SizePlan
from symnn.proof.judges.interpreter import evaluate
from symnn.proof.step import Condition, Judgement, Relation, Status

Values = dict[Variable, tuple[tuple[Fraction, ...], ...]]

DIGITS, SURE = 30, 120
CLEAR = mpmath.mpf("1e-18")
DRAWS, REQUIRED = 160, 12
STARTS, MOVES = 6, 40


@dataclass(frozen=True)
class Inequality:
    """left ≤ right, or left < right where it is `strict`, wherever the `conditions` hold."""

    left: Node
    right: Node
    conditions: tuple[Condition, ...] = ()
    margin: Node | None = None
    strict: bool = False

    def judge(self, seed: int) -> Judgement:
        """PROVED by the margin, CHECKED at instances, REFUTED with one where it fails, or UNDECIDED."""
        if not self.left.is_scalar or not self.right.is_scalar:
            return Judgement(Status.REFUTED, "shape", reason="scalars are compared, not matrices")
        if self.margin is None:
            return self._tried(seed)
        court = Court(self.right - self.left, (), seed=seed)
        identity = court.judge(
            Relation.EQUAL, self.right - self.left, self.margin, conditions=[c for c in self.conditions if _of_rank(c)]
        )
        if identity.status in (Status.REFUTED, Status.UNDECIDED):
            wrong = "the margin is not the right side minus the left"
            return Judgement(identity.status, identity.judge, seed=seed, reason=f"{wrong}: {_why(identity)}")
        sign = sign_of(self.margin, self.conditions)
        if sign == POSITIVE or (sign is not None and not self.strict):
            return replace(identity, judge="margin", seed=seed, reason=f"the identity by {identity.judge}")
        tried = self._tried(seed)
        if tried.status is Status.REFUTED:
            return tried
        reason = f"the form of the margin does not show that it is {POSITIVE if self.strict else NONNEGATIVE}"
        return Judgement(Status.UNDECIDED, "margin", seed=seed, reason=reason)

    # --- at instances -----------------------------------------------------------------------------------------------

    def _tried(self, seed: int) -> Judgement:
        sizes: dict[str, Mapping[str, int]] = {}
        tightest: list[tuple[Any, Values]] = []
        reason = "the conditions held at too few of the values tried"
        try:
            for values, shown in self._draws(seed):
                slack = self._slack(values)
                if slack is None:
                    continue
                sizes[str(shown)] = shown
                tightest.append((slack, values))
                if self._fails(values, slack):
                    return self._refuted(values, seed)
        except SymnnError as error:
            reason = str(error)
        if len(tightest) < REQUIRED:
            return Judgement(Status.UNDECIDED, "instances", seed=seed, reason=reason)
        tightest.sort(key=lambda pair: pair[0])
        for place, (slack, values) in enumerate(tightest[:STARTS]):
            found = self._moved(values, slack, Random(f"{seed}:moves:{place}"))
            if found is not None:
                return self._refuted(found, seed)
        return Judgement(Status.CHECKED, "instances", tuple(sizes.values()), seed=seed)

    @cached_property
    def _variables(self) -> list[Variable]:
        return variables(self.left, self.right, *(condition.node for condition in self.conditions))

    def _draws(self, seed: int) -> Iterator[tuple[Values, Mapping[str, int]]]:
        """Values at small sizes: of all magnitudes and signs, and with zeros and entries that are equal."""
        plan = SizePlan(self.left, self.right, *(condition.node for condition in self.conditions), seed=seed)
        choices = [sizes for sizes, _ in zip(plan.small(), range(24), strict=False)]
        flavours = (*FLAVOURS, ties())
        for number in range(DRAWS):
            draw = Draw(choices[number % len(choices)], flavours[number % len(flavours)], f"{seed}:inequality:{number}")
            values = {variable: _rows(draw.value(variable)) for variable in self._variables}
            yield values, {str(symbol): size for symbol, size in draw.sizes.items()}

    def _slack(self, values: Values, digits: int = DIGITS) -> Any:
        """(right − left) over their magnitude; None where a condition fails or something has no value."""
        field = DecimalField(digits)
        try:
            for condition in self.conditions:
                if condition.word in (POSITIVE, NONNEGATIVE):
                    least = min(evaluate(condition.node, values, field).ravel())
                    if least < 0 or (condition.word == POSITIVE and least == 0):
                        return None
            left, right = (evaluate(side, values, field)[0, 0] for side in (self.left, self.right))
        except (Undefined, ZeroDivisionError, OverflowError):
            return None
        return (right - left) / (1 + abs(left) + abs(right))

    def _fails(self, values: Values, slack: Any) -> bool:
        """Whether the inequality is false there, also to many more digits."""
        if slack < -CLEAR:
            precise = self._slack(values, SURE)
            return precise is not None and bool(precise < -CLEAR / 2)
        if not self.strict or slack > CLEAR:
            return False
        precise = self._slack(values, SURE)
        return precise is not None and bool(abs(precise) < mpmath.mpf(10) ** (-SURE // 2))

    def _moved(self, values: Values, slack: Any, random: Random) -> Values | None:
        """Values from which the slack was made smaller step by step, if that led to where the inequality is false."""
        movable = [variable for variable in values if not DISCRETE.union(_SHAPED) & set(variable.assumptions)]
        length = Fraction(1)
        for _ in range(MOVES if movable else 0):
            chosen = random.choice(movable)
            moved = {**values, chosen: _shifted(values[chosen], chosen, length, random)}
            found = self._slack(moved)
            if found is not None and found < slack:
                values, slack = moved, found
                if self._fails(values, slack):
                    return values
            else:
                length = length * 7 / 8
        return None

    def _refuted(self, values: Values, seed: int) -> Judgement:
        field = DecimalField(DIGITS)
        left, right = (mpmath.nstr(evaluate(side, values, field)[0, 0], 12) for side in (self.left, self.right))
        given = "; ".join(f"{variable.name} = {_shown(rows)}" for variable, rows in values.items())
        reason = f"at {given} the left side is {left} and the right side is {right}"
        return Judgement(Status.REFUTED, "instances", seed=seed, reason=reason)


_SHAPED = frozenset({"symmetric", "positive definite"})


def _of_rank(condition: Condition) -> bool:
    return condition.word not in (POSITIVE, NONNEGATIVE)


def _why(judgement: Judgement) -> str:
    return str(judgement.counterexample or judgement.reason)


def _rows(array: Any) -> tuple[tuple[Fraction, ...], ...]:
    return tuple(tuple(Fraction(entry) for entry in row) for row in np.asarray(array))


def _shown(rows: tuple[tuple[Fraction, ...], ...]) -> str:
    text = "; ".join(" ".join(map(str, row)) for row in rows)
    return text if len(rows) == len(rows[0]) == 1 else f"[{text}]"


def _shifted(
    rows: tuple[tuple[Fraction, ...], ...], variable: Variable, length: Fraction, random: Random
) -> tuple[tuple[Fraction, ...], ...]:
    """One entry moved, added to or stretched; one that must be positive is stretched."""
    row, column = random.randrange(len(rows)), random.randrange(len(rows[0]))
    stretched = rows[row][column] * (1 + length * random.choice((-1, 1)) * Fraction(random.randint(1, 7), 8))
    if {POSITIVE, NONNEGATIVE} & set(variable.assumptions) or random.random() < 0.5:
        entry = stretched
    else:
        entry = rows[row][column] + length * Fraction(random.randint(-16, 16), 8)
    made = [list(each) for each in rows]
    made[row][column] = entry.limit_denominator(10**6)
    return tuple(map(tuple, made))
