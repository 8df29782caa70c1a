"""What a proof is made of: relations, conditions, judgements, and steps that cannot exist without a judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from symnn.algebra.nodes import Node


class Relation(Enum):
    """How the line after a step follows from the line before it."""

    EQUAL = "equal"
    """Both are equal, as functions of all variables while a differential is on the line, else as values."""
    DIFFERENTIAL = "differential"
    """The line after is the differential of the line before."""
    STACKED = "stacked"
    """The line after is vec of the line before: its columns, stacked."""
    GRADIENT = "gradient"
    """The line after is the gradient of the statement: dF = ⟨gradient, dX⟩, summed over the variables."""
    JACOBIAN = "jacobian"
    """The line after is the Jacobian J of the statement: vec dF = J·vec dX, where vec of a column is the column; summed
    over the variables, with a Jacobian for each."""
    STATIONARY = "stationary"
    """The line after is the equation that the line before is zero."""
    EQUIVALENT = "equivalent"
    """Two equations with the same solutions: (left − right) before = M·(left − right) after, with an invertible M."""
    SUBSTITUTION = "substitution"
    """A variable is replaced by its value from an equation on the same line, the witness."""
    POSITIVE = "positive"
    """The line before is a quadratic form in the variables, or in their differentials, positive unless all are zero."""


class Status(Enum):
    """What a judge says of a step, and what a proof's steps say together."""

    PROVED = "proved"
    CHECKED = "checked"
    UNDECIDED = "undecided"
    REFUTED = "refuted"


WORST_FIRST = (Status.REFUTED, Status.UNDECIDED, Status.CHECKED, Status.PROVED)


def worst(found: Iterable[Status]) -> Status:
    """The worst of all; proved where there is none."""
    return min(found, key=WORST_FIRST.index, default=Status.PROVED)


@dataclass(frozen=True)
class Condition:
    """Something that must hold for a theorem: an assumption word, and the node that it is said of.

    Beyond the words of variables there are ``invertible`` and ``nonzero``, and ``independent`` for a `Several` of
    linear maps that vanish together only at zero.
    """

    word: str
    node: Node


@dataclass(frozen=True)
class Counterexample:
    """Values at which a line is false.

    `values` maps each variable to rows of small rationals (or of decimal texts, where functions are involved); `entry`
    is the row and column where both sides differ, counted from 0.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, tuple[tuple[str, ...], ...]]
    entry: tuple[int, int]
    before: str
    after: str

    def __str__(self) -> str:
        sizes = ", ".join(f"{name} = {size}" for name, size in self.sizes.items())
        lines = [f"counterexample{' at ' + sizes if sizes else ''}:"]
        for name, rows in self.values.items():
            shown = "; ".join(" ".join(row) for row in rows)
            lines.append(f"  {name} = {shown if len(rows) == len(rows[0]) == 1 else '[' + shown + ']'}")
        row, column = self.entry
        lines.append(f"  entry ({row}, {column}): the line before gives {self.before}, the line after {self.after}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Judgement:
    """A verdict with all that is needed to repeat it.

    `judge` is one of shape, exact, digits, explicit, sign, structure; `bound` bounds the probability of a false pass
    (exact only); `sizes` are the sizes tried; `seed` the seed of the random values.
    """

    status: Status
    judge: str
    sizes: tuple[Mapping[str, int], ...] = ()
    bound: Fraction | None = None
    seed: int | None = None
    reason: str = ""
    counterexample: Counterexample | None = None


@dataclass(frozen=True)
class Step:
    """One rule at one place. `redex` became `contractum`; every other part of the line is as it was.

    `place` is the path of child positions from the top of the line to the redex; None means that every occurrence of
    the redex was rewritten (a shared node is one place). `uses` are the conditions that the rule rests on.
    """

    number: int
    relation: Relation
    rule: str
    statement: str
    redex: Node
    contractum: Node
    place: tuple[int, ...] | None
    judgement: Judgement
    witness: Node | None = None
    uses: tuple[Condition, ...] = ()
