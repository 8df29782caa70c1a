"""The judge *exact*: evaluates both sides at random residues modulo a large prime, and bounds the chance of bad luck.

Every function is an atom here, so agreement proves, while disagreement refutes only where no function is involved. Then
the same interpreter finds a counterexample in small rationals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from random import Random

from symnn.algebra.nodes import Node, Variable
from symnn.algebra.walk import variables
from symnn.proof.judges.degree import Degrees
from symnn.proof.judges.fields import Undefined
from symnn.proof.judges.instance import DISCRETE, Draw, SizePlan, Sizes, patterns, residues
from symnn.proof.judges.interpreter import Interpreter
from symnn.proof.judges.question import Question, first_difference, shown
from symnn.proof.step import Judgement, Status

REQUIRED = 2
ATTEMPTS = 12
PATTERNS = 16
ACCEPTED = Fraction(1, 10**15)
REPEATS = 4


class Trial:
    """One instance over the prime field, with an interpreter and degrees for each order of series."""

    def __init__(
        self, sizes: Sizes, seed: str, wrt: Sequence[Variable], chosen: Mapping[Variable, int] | None = None
    ) -> None:
        self.sizes = sizes
        self.instance = Draw(sizes, residues(seed), seed, chosen=chosen)
        self._wrt = wrt
        self._interpreters: dict[int, Interpreter] = {}
        self._degrees: dict[int, Degrees] = {}

    def agree(self, question: Question) -> bool:
        """Whether the coefficients up to `order` agree. Raises Undefined where a side has no value."""
        run = self._interpreters.get(question.precision)
        if run is None:
            run = Interpreter(self.instance, question.precision, self._wrt)
            self._interpreters[question.precision] = run
        return first_difference(run(question.left), run(question.right), question.order) is None

    def bound(self, question: Question) -> Fraction:
        degrees = self._degrees.get(question.precision)
        if degrees is None:
            degrees = self._degrees[question.precision] = Degrees(self.instance.size, question.precision)
        return degrees.bound(question.left, question.right)

    @property
    def shown_sizes(self) -> dict[str, int]:
        return shown(self.sizes)


class Exact:
    """Keeps its trials, and in them every node that was evaluated, for the whole of a proof."""

    def __init__(self, plan: SizePlan, wrt: Sequence[Variable], seed: int) -> None:
        self._plan = plan
        self._wrt = wrt
        self._seed = seed
        self._sizes = plan.large()
        self._trials: list[Trial] = []
        self._repeats: dict[tuple[int, int], Trial] = {}
        self._enumerated: dict[tuple[Variable, ...], list[Trial]] = {}

    def judge(self, question: Question) -> Judgement:
        """PROVED, or REFUTED where both sides differ (without a counterexample), or UNDECIDED with the reason."""
        passed: list[Trial] = []
        bounds: list[Fraction] = []
        reason = ""
        for position in range(ATTEMPTS):
            trial = self._trial(position)
            if trial is None or len(passed) == REQUIRED:
                break
            try:
                if not trial.agree(question):
                    return Judgement(Status.REFUTED, "exact", (trial.shown_sizes,), seed=self._seed)
                bound = self._repeated(position, trial, question)
            except Undefined as error:
                reason = str(error)
                continue
            if bound is None:
                return Judgement(Status.REFUTED, "exact", (trial.shown_sizes,), seed=self._seed)
            passed.append(trial)
            bounds.append(bound)
        if not passed:
            reason = f"no value at any of the sizes and numbers tried: {reason}"
            return Judgement(Status.UNDECIDED, "exact", seed=self._seed, reason=reason)
        for trial in self._enumerations(question):
            try:
                if not trial.agree(question):
                    return Judgement(Status.REFUTED, "exact", (trial.shown_sizes,), seed=self._seed)
            except Undefined:
                continue
            bounds.append(trial.bound(question))
            if trial.sizes not in [known.sizes for known in passed]:
                passed.append(trial)
        sizes = tuple(trial.shown_sizes for trial in passed)
        if max(bounds) > ACCEPTED:
            reason = f"the degree is too large for a bound below {ACCEPTED}"
            return Judgement(Status.UNDECIDED, "exact", sizes, max(bounds), self._seed, reason)
        return Judgement(Status.PROVED, "exact", sizes, max(bounds), self._seed)

    def _trial(self, position: int) -> Trial | None:
        while len(self._trials) <= position:
            sizes = next(self._sizes, None)
            if sizes is None:
                return None
            self._trials.append(Trial(sizes, f"{self._seed}:{len(self._trials)}", self._wrt))
        return self._trials[position]

    def _repeated(self, position: int, trial: Trial, question: Question) -> Fraction | None:
        """The bound at these sizes after as many repetitions as it takes; None where one of them disagrees."""
        single = bound = trial.bound(question)
        for repeat in range(REPEATS):
            if bound <= ACCEPTED or single >= 1:
                break
            again = self._repeats.get((position, repeat))
            if again is None:
                again = Trial(trial.sizes, f"{self._seed}:{position}:{repeat}", self._wrt)
                self._repeats[position, repeat] = again
            if not again.agree(question):
                return None
            bound *= single
        return bound

    def _enumerations(self, question: Question) -> list[Trial]:
        """Trials at small sizes that go through the values of variables of finitely many kinds."""
        found = tuple(sorted(discrete_variables(question.left, question.right), key=lambda variable: variable.name))
        if not found:
            return []
        if found not in self._enumerated:
            # The smallest sizes but 1, at which many false lines hold.
            small = list(self._plan.small())
            sizes = min(small, key=lambda sizes: (sum(size == 1 for size in sizes.values()), sum(sizes.values())))
            self._enumerated[found] = list(self._all_patterns(found, sizes))
        return self._enumerated[found]

    def _all_patterns(self, found: Sequence[Variable], sizes: Sizes) -> Iterator[Trial]:
        at = Draw(sizes, residues(""), "").size
        counts = [patterns(variable, at(variable.rows), at(variable.cols)) for variable in found]
        random = Random(f"{self._seed}:patterns")
        every = product(*map(range, counts)) if prod(counts) <= PATTERNS else None
        drawn = (tuple(random.randrange(count) for count in counts) for _ in range(PATTERNS))
        for number, kinds in enumerate(drawn if every is None else every):
            chosen = dict(zip(found, kinds, strict=True))
            yield Trial(sizes, f"{self._seed}:pattern {number}", self._wrt, chosen)


def discrete_variables(*roots: Node) -> list[Variable]:
    return [variable for variable in variables(*roots) if DISCRETE.intersection(variable.assumptions)]
