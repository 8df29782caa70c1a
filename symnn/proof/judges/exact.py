"""The judge *exact*: evaluates both sides at random residues modulo a large prime, and bounds the chance of bad luck.

Every function is an atom here, so agreement proves, while disagreement refutes only where no function is involved. Then
the same interpreter finds a counterexample in small rationals. A line is tried at small sizes drawn by the seed, for
which the bound is computed, and at sizes of more than 80 bits (see `repeated`), so that no size is taken for a number
to which it happens to be equal. What holds for free variables holds for those of finitely many kinds; if it does not,
all their values are gone through at small sizes, and where they are too many the line is checked and not proved.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import chain, islice, product
from math import prod
from random import Random
from typing import Any

from sympy import Symbol

from symnn.algebra import nodes
from symnn.algebra.nodes import Extent, Node, Variable
from symnn.algebra.walk import fold, postorder
from symnn.errors import UnsupportedError
from symnn.proof.judges.degree import Degrees
from symnn.proof.judges.fields import SMALLEST_PRIME, Undefined
from symnn.proof.judges.instance import DISCRETE, Draw, Instance, SizePlan, Sizes, patterns, residues
from symnn.proof.judges.interpreter import Interpreter
from symnn.proof.judges.length import needed_sizes
from symnn.proof.judges.question import Question, first_difference, shown
from symnn.proof.judges.repeated import Layout, Repeated, RepeatedInterpreter, layouts
from symnn.proof.judges.series import Series
from symnn.proof.step import Judgement, Status

REQUIRED = 2
ATTEMPTS = 12
PATTERNS = 96
CHOICES = 2
ACCEPTED = Fraction(1, 10**15)
REPEATS = 4
LARGEST = 8, 6, 5, 4
"""Up to which sizes long products are tried: the first of them at which no matrix has more than MOST_ENTRIES."""
MOST_ENTRIES = 4096


class Trial:
    """One instance over the prime field, with an interpreter and degrees for each order of series."""

    def __init__(
        self,
        sizes: Sizes,
        seed: str,
        wrt: Sequence[Variable],
        *,
        chosen: Mapping[Variable, int] | None = None,
        free: bool = False,
    ) -> None:
        self.sizes = sizes
        self.instance: Instance = Draw(sizes, residues(seed), seed, chosen=chosen, free=free)
        self._wrt = wrt
        self._interpreters: dict[int, Interpreter] = {}
        self._degrees: dict[int, Degrees] = {}
        self._entries: dict[Node, int] = {}

    def agree(self, question: Question) -> bool:
        """Whether the coefficients up to `order` agree. Raises Undefined where a side has no value."""
        run = self._interpreters.get(question.precision)
        if run is None:
            run = self._interpreter(question.precision)
            self._interpreters[question.precision] = run
        return first_difference(run(question.left), run(question.right), question.order) is None

    def _interpreter(self, order: int) -> Interpreter:
        return Interpreter(self.instance, order, self._wrt)

    def entries(self, question: Question) -> int:
        """How many entries the largest matrix has."""

        def combine(node: Node, parts: Sequence[int]) -> int:
            return max(*parts, self.instance.size(node.rows) * self.instance.size(node.cols), 1)

        return max(fold(side, combine, self._entries) for side in (question.left, question.right))

    def bound(self, question: Question) -> Fraction:
        degrees = self._degrees.get(question.precision)
        if degrees is None:
            degrees = self._degrees[question.precision] = Degrees(self.instance.size, question.precision)
        return degrees.bound(question.left, question.right)

    @cached_property
    def shown_sizes(self) -> dict[str, int]:
        return shown(self.sizes)


class RepeatedTrial(Trial):
    """An instance of astronomical size. It has no bound of its own."""

    def __init__(self, layout: Layout, seed: str, wrt: Sequence[Variable], *, free: bool, turned: bool) -> None:
        super().__init__(layout.sizes, seed, wrt)
        self.instance = Repeated(layout, residues(seed), seed, free=free, turned=turned)
        self._layout = layout

    def _interpreter(self, order: int) -> Interpreter:
        return RepeatedInterpreter(self.instance, self._layout, order, self._wrt)


class PassiveTrial(Trial):
    """An instance in which what is only a number of rows or columns, like n or 1ᵀ1, has a random value of its own."""

    def __init__(self, sizes: Sizes, seed: str, wrt: Sequence[Variable], *, free: bool) -> None:
        super().__init__(sizes, seed, wrt, free=free)
        random = Random(f"{seed}:extents")
        self._extents: dict[object, int] = defaultdict(lambda: random.randrange(SMALLEST_PRIME))

    def _interpreter(self, order: int) -> Interpreter:
        return _Passive(self.instance, order, self._wrt, extents=self._extents)


class _Passive(Interpreter):
    def __init__(self, *given: Any, extents: Mapping[object, int]) -> None:
        super().__init__(*given)
        self._extents = extents

    def _combine(self, node: Node, parts: Sequence[Series]) -> Series:
        if isinstance(node, Extent):
            numbers = {symbol: self._extents[symbol] for symbol in sorted(node.size.free_symbols, key=str)}
            return self.number(Fraction(str(node.size.subs(numbers))))
        return self.number(Fraction(self._extents[node])) if _counts(node) else super()._combine(node, parts)


def _counts(node: Node) -> bool:
    """Whether a sum of products of entries is a number that the sizes alone determine."""
    return (
        isinstance(node, COUNTING) and node.is_scalar and not any(isinstance(part, OTHERS) for part in postorder(node))
    )


OTHERS = (Variable, nodes.Selection)
COUNTING = (nodes.Sum, nodes.Trace, nodes.MatMul, nodes.Inner, nodes.SquaredNorm, nodes.Determinant)


class _Differs(Exception):
    def __init__(self, trial: Trial) -> None:
        self.trial = trial


class Exact:
    """Keeps its trials, and in them every node that was evaluated, for the whole of a proof."""

    def __init__(self, plan: SizePlan, wrt: Sequence[Variable], seed: int) -> None:
        self._plan = plan
        self._wrt = wrt
        self._seed = seed
        self._free = _Trials(plan, wrt, seed, free=True)
        self._drawn = _Trials(plan, wrt, seed, free=False)
        self._lengths: dict[Node, Counter[Symbol]] = {}
        self._enumerated: dict[tuple[Variable, ...], tuple[bool, list[Trial]]] = {}
        self._kinds: dict[Node, frozenset[Variable]] = {}

    def judge(self, question: Question) -> Judgement:
        """PROVED, CHECKED where values are too many to go through, REFUTED where both sides differ (without a
        counterexample), or UNDECIDED with the reason."""
        judgement = self._tried(question, self._free)
        if judgement.status is Status.PROVED:
            return judgement
        kinds = self._discrete(question.left) | self._discrete(question.right)
        found = tuple(sorted(kinds, key=lambda variable: variable.name))
        if not found:
            return judgement
        judgement = self._tried(question, self._drawn)
        return judgement if judgement.status is not Status.PROVED else self._for_all_values(question, found, judgement)

    def _tried(self, question: Question, trials: _Trials) -> Judgement:
        passed: list[Trial] = []
        bounds: list[Fraction] = []
        reason = ""
        try:
            for position in range(ATTEMPTS):
                if len(passed) == REQUIRED:
                    break
                trial = trials.at(position)
                if trial is None:
                    break
                try:
                    bounds.append(self._bound(trial, trials, position, question))
                except Undefined as error:
                    reason = str(error)
                    continue
                passed.append(trial)
            if len(passed) < REQUIRED:
                few = "at one only" if passed else "no value at any"
                reason = f"{few} of the sizes and numbers tried: {reason}"
                return Judgement(Status.UNDECIDED, "exact", seed=self._seed, reason=reason)
            self._try_parities(question, trials)
            self._try_larger(question, trials, passed)
            huge = self._repeated(question, trials)
        except _Differs as difference:
            return Judgement(Status.REFUTED, "exact", (difference.trial.shown_sizes,), seed=self._seed)
        sizes = tuple(trial.shown_sizes for trial in [*passed, *huge])
        if max(bounds) > ACCEPTED:
            reason = f"the degree is too large for a bound below {ACCEPTED}"
            return Judgement(Status.UNDECIDED, "exact", sizes, max(bounds), self._seed, reason)
        if not huge and not self._sizes_are_passive(question, trials):
            reason = "it rests on sizes as numbers, and was tried at small sizes only"
            return Judgement(Status.CHECKED, "exact", sizes, None, self._seed, reason)
        return Judgement(Status.PROVED, "exact", sizes, max(bounds), self._seed)

    def _bound(self, trial: Trial, trials: _Trials, position: int, question: Question) -> Fraction:
        """The bound at these sizes after as many repetitions as it takes. Raises _Differs where one disagrees."""
        if not trial.agree(question):
            raise _Differs(trial)
        single = bound = trial.bound(question)
        for repeat in range(REPEATS):
            if bound <= ACCEPTED or single >= 1:
                break
            again = trials.repeat(position, repeat)
            if not again.agree(question):
                raise _Differs(again)
            bound *= single
        return bound

    def _try_parities(self, question: Question, trials: _Trials) -> None:
        """(−1)ⁿ, and so det(−A), may make a line true for odd or for even sizes. Raises _Differs."""
        symbols = question.size_exponents
        for trial in trials.parities(symbols) if symbols else ():
            try:
                if not trial.agree(question):
                    raise _Differs(trial)
            except Undefined:
                continue

    def _try_larger(self, question: Question, trials: _Trials, passed: list[Trial]) -> None:
        """Where products are long, sizes at which they are not too long; noted as passed. Raises _Differs."""
        needed = needed_sizes((question.left, question.right), self._lengths)
        for largest in LARGEST:
            wanted = {symbol: min(size, largest) for symbol, size in needed.items()}
            if all(any(trial.sizes.get(symbol, 0) >= size for trial in passed) for symbol, size in wanted.items()):
                return
            trial = trials.larger(wanted)
            if trial is None or trial.entries(question) > MOST_ENTRIES:
                continue
            try:
                if not trial.agree(question):
                    raise _Differs(trial)
            except Undefined:
                return
            passed.append(trial)
            return

    def _repeated(self, question: Question, trials: _Trials) -> list[Trial]:
        """A trial at astronomical sizes that had values, if there is one. Raises _Differs where one disagrees."""
        for several in trials.repeated():
            try:
                for trial in several:
                    if not trial.agree(question):
                        raise _Differs(trial)
            except Undefined:
                continue
            except UnsupportedError:
                break
            return several[:1]
        return []

    def _sizes_are_passive(self, question: Question, trials: _Trials) -> bool:
        """Whether the line holds whatever the numbers are that are written for sizes."""
        written = postorder(question.left, question.right)
        if not any(isinstance(node, Extent) or _counts(node) for node in written):
            return True
        for trial in trials.passive():
            try:
                return trial.agree(question)
            except Undefined:
                continue
        return False

    # --- variables of finitely many kinds ---------------------------------------------------------------------------

    def _discrete(self, root: Node) -> frozenset[Variable]:
        """The variables of finitely many kinds that occur."""

        def combine(node: Node, parts: Sequence[frozenset[Variable]]) -> frozenset[Variable]:
            if isinstance(node, Variable):
                return frozenset({node}) if DISCRETE.intersection(node.assumptions) else frozenset()
            different = set(parts)
            return different.pop() if len(different) == 1 else frozenset().union(*different)

        return fold(root, combine, self._kinds)

    def _for_all_values(self, question: Question, found: tuple[Variable, ...], judgement: Judgement) -> Judgement:
        if found not in self._enumerated:
            small = sorted(
                self._plan.small(), key=lambda sizes: (sum(size == 1 for size in sizes.values()), sum(sizes.values()))
            )
            every = [self._all_patterns(found, sizes, PATTERNS) for sizes in small[:CHOICES]]
            self._enumerated[found] = None not in every, list(chain.from_iterable(part or () for part in every))
        complete, trials = self._enumerated[found]
        bounds = [judgement.bound or Fraction(0)]
        sizes = list(judgement.sizes)
        for trial in trials:
            try:
                if not trial.agree(question):
                    return Judgement(Status.REFUTED, "exact", (trial.shown_sizes,), seed=self._seed)
            except Undefined:
                continue
            bounds.append(trial.bound(question))
            if trial.shown_sizes not in sizes:
                sizes.append(trial.shown_sizes)
        names = ", ".join(variable.name for variable in found)
        if not complete:
            reason = f"tried at some values of {names} only: they are too many to go through"
            return replace(judgement, status=Status.CHECKED, bound=None, reason=reason)
        return replace(judgement, sizes=tuple(sizes), bound=max(bounds), reason=f"for all values of {names}")

    def _all_patterns(self, found: Sequence[Variable], sizes: Sizes, most: int) -> list[Trial] | None:
        at = Draw(sizes, residues(""), "").size
        counts = [patterns(variable, at(variable.rows), at(variable.cols)) for variable in found]
        if prod(counts) > most:
            return None
        return [
            Trial(sizes, f"{self._seed}:pattern {number}", self._wrt, chosen=dict(zip(found, kinds, strict=True)))
            for number, kinds in enumerate(product(*map(range, counts)))
        ]


class _Trials:
    """The trials of a proof, made when they are asked for. Where `free`, all variables are drawn as free ones."""

    def __init__(self, plan: SizePlan, wrt: Sequence[Variable], seed: int, *, free: bool) -> None:
        self._plan = plan
        self._wrt = wrt
        self._seed = seed
        self._free = free
        self._sizes = plan.large()
        self._trials: list[Trial] = []
        self._repeats: dict[tuple[int, int], Trial] = {}
        self._huge: list[list[Trial]] = []
        self._larger: dict[tuple[tuple[Symbol, int], ...], Trial | None] = {}
        self._parities: dict[tuple[Symbol, ...], list[Trial]] = {}
        self._layouts = layouts(plan, next(plan.large()), f"{seed}", SMALLEST_PRIME, 2 * SMALLEST_PRIME)

    def at(self, position: int) -> Trial | None:
        while len(self._trials) <= position:
            sizes = next(self._sizes, None)
            if sizes is None:
                return None
            self._trials.append(Trial(sizes, f"{self._seed}:{len(self._trials)}", self._wrt, free=self._free))
        return self._trials[position]

    def repeat(self, position: int, repeat: int) -> Trial:
        again = self._repeats.get((position, repeat))
        if again is None:
            seed = f"{self._seed}:{position}:{repeat}"
            again = Trial(self._trials[position].sizes, seed, self._wrt, free=self._free)
            self._repeats[position, repeat] = again
        return again

    def larger(self, wanted: Mapping[Symbol, int]) -> Trial | None:
        """A trial at sizes of at least these, where some fit."""
        key = tuple(wanted.items())
        if key not in self._larger:
            sizes = self._plan.at_least(wanted)
            seed = f"{self._seed}:larger {len(self._larger)}"
            self._larger[key] = None if sizes is None else Trial(sizes, seed, self._wrt, free=self._free)
        return self._larger[key]

    def parities(self, symbols: tuple[Symbol, ...]) -> list[Trial]:
        if symbols not in self._parities:
            every = enumerate(self._plan.parities(symbols))
            self._parities[symbols] = [
                Trial(sizes, f"{self._seed}:parity {number}", self._wrt, free=self._free) for number, sizes in every
            ]
        return self._parities[symbols]

    def passive(self) -> Iterator[Trial]:
        for position, sizes in enumerate(islice(self._plan.large(), ATTEMPTS)):
            yield PassiveTrial(sizes, f"{self._seed}:passive:{position}", self._wrt, free=self._free)

    def repeated(self) -> Iterator[list[Trial]]:
        """One trial for each layout; two, one with the opposite values, for variables of finitely many kinds."""
        yield from self._huge
        for layout in self._layouts:
            seed = f"{self._seed}:repeated:{len(self._huge)}"
            turns = (False,) if self._free else (False, True)
            self._huge.append([RepeatedTrial(layout, seed, self._wrt, free=self._free, turned=turn) for turn in turns])
            yield self._huge[-1]
