"""The judge *digits*: evaluates both sides to 50 and to 100 digits; what separates them must fall with the precision.

No probability is claimed, so agreement is called checked, not proved. A clear difference refutes if it is the same to
300 digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import islice
from random import Random
from typing import Any, TypeAlias

import mpmath
import numpy as np

from symnn.algebra import nodes
from symnn.algebra.nodes import Node, Variable
from symnn.algebra.walk import postorder
from symnn.errors import UnsupportedError
from symnn.proof.judges.between import Between, between_kinks
from symnn.proof.judges.fields import DecimalField, Field, OutsideDomain, RationalField, Side, Undefined
from symnn.proof.judges.instance import Converted, Draw, Numbers, SizePlan, Sizes, fractions
from symnn.proof.judges.interpreter import Interpreter
from symnn.proof.judges.kinks import Kinks, arguments, kinks_that_may_differ
from symnn.proof.judges.question import Direction, Question, entry_of, shown
from symnn.proof.judges.repeated import Layout, Repeated, RepeatedInterpreter, layouts
from symnn.proof.judges.series import Series
from symnn.proof.step import Counterexample, Judgement, Status

LOW, HIGH, SURE = 50, 100, 300
LOW_RESIDUAL, HIGH_RESIDUAL = mpmath.mpf("1e-40"), mpmath.mpf("1e-80")
CLEAR = mpmath.mpf("1e-20")
SHOWN_DIGITS = 12

Drawn: TypeAlias = Draw | Between | Repeated

BLOCKS = 9, 17

REQUIRED = 6
AGREEING = 2
ATTEMPTS = 48

# Signs alternate, so that every scalar and every first entry is seen on both sides of zero; small numbers keep an
# argument inside a domain around zero; large ones reach thresholds that are far from it.
FLAVOURS = (
    fractions(16, 8, (1, -1)),
    fractions(16, 8, (-1,)),
    fractions(640, 4, (1, -1)),
    fractions(16, 8, (1,)),
    fractions(16, 64, (1, -1)),
    fractions(24, 8, (1, -1)),
    fractions(8, 32, (1,)),
    fractions(640, 4, (1,)),
)
# Zeros, and entries that are equal, at which functions stand at their kinks.
TIES = 8
LARGEST_NUMBER = 10**30

WAYS = 16
WIDEST = 4
WIDE_DRAWS = 96
# So many of them go where several arguments may stand beyond their kinks together.
TOGETHER = 24


def wide(exponent: int, signs: Sequence[int]) -> Numbers:
    """Fractions of all magnitudes up to a power of ten, so that thresholds far from zero are crossed."""

    def positive(random: Random) -> Fraction:
        return Fraction(random.randint(1, 8 * 10 ** random.randint(0, exponent)), 8)

    return Numbers(RationalField(), lambda random: random.choice(signs) * positive(random), positive)


def ties() -> Numbers:
    """Zero, one and minus one; only one where it must be positive."""
    return Numbers(RationalField(), lambda random: Fraction(random.choice((-1, 0, 0, 1))), lambda _: Fraction(1))


class Digits:
    """Judges by draws of small rationals at small sizes, until enough of them have values on both sides."""

    def __init__(self, plan: SizePlan, wrt: Sequence[Variable], seed: int) -> None:
        self._plan = plan
        self._wrt = wrt
        self._seed = seed
        self._layouts: list[Layout] | None = None

    def judge(self, question: Question) -> Judgement:
        """CHECKED, REFUTED with a counterexample, or UNDECIDED where too few draws have values."""
        large = next((number for number in _numbers(question) if abs(number) > LARGEST_NUMBER), None)
        if large is not None:
            reason = f"a number of {len(str(large))} digits is too large or too small to be told from others"
            return Judgement(Status.UNDECIDED, "digits", seed=self._seed, reason=reason)
        agreed: list[Sizes] = []
        reasons: dict[str, None] = {}
        sides: set[Side] = set()
        kinks = Kinks(question.left, question.right)
        required = REQUIRED if arguments(question.left) == arguments(question.right) else ATTEMPTS // 2
        for draw, (sizes, numbers) in enumerate(self._draws()):
            if len(agreed) >= required and (draw >= ATTEMPTS // 2 or not (kinks.unseen or _unmet_branch(sides))):
                break
            seed = f"{self._seed}:digits:{draw}"
            try:
                place = self._difference(question, Draw(sizes, numbers, seed), sides)
            except Undefined as error:
                reasons[str(error)] = None
                if isinstance(error, OutsideDomain) and self._has_value(question, Draw(sizes, numbers, seed)):
                    return self._narrowed(question, Draw(sizes, numbers, seed), error)
                continue
            if place is None:
                agreed.append(sizes)
                kinks.note(self._interpreter(question, Draw(sizes, numbers, seed)))
                continue
            found = self._counterexample(question, sizes, numbers, seed)
            return Judgement(Status.REFUTED, "digits", (shown(sizes),), seed=self._seed, counterexample=found)
        tried = tuple({tuple(sizes.items()): shown(sizes) for sizes in agreed}.values())
        if len(agreed) < AGREEING:
            reason = f"no value at most of the numbers tried: {'; '.join(reasons)}"
            return Judgement(Status.UNDECIDED, "digits", seed=self._seed, reason=reason)
        refuted = (
            self._at_large_sizes(question)
            or self._at_borders(question, kinks)
            or self._between(question)
            or self._beyond(question, kinks, sides)
        )
        if refuted is not None:
            return refuted
        unmet = _unmet_branch(sides)
        if unmet is not None:
            reason = f"one branch was taken at all of the numbers tried: {unmet}"
            return Judgement(Status.UNDECIDED, "digits", tried, seed=self._seed, reason=reason)
        if kinks.unseen:
            reason = f"only one side of {kinks.unseen[0]} was seen at all of the numbers tried"
            return Judgement(Status.UNDECIDED, "digits", tried, seed=self._seed, reason=reason)
        return Judgement(Status.CHECKED, "digits", tried, seed=self._seed)

    def _beyond(self, question: Question, kinks: Kinks, sides: set[Side]) -> Judgement | None:
        """Goes further and further out for the sides of kinks that were not seen; a judgement only if it refutes."""
        chosen = [sizes for sizes, _ in zip(self._plan.small(), range(3), strict=False)] or [next(self._plan.large())]
        for draw in range(WIDE_DRAWS if kinks.unseen else 0):
            sizes = chosen[draw % len(chosen)]
            numbers = wide(1 + draw % WIDEST, ((1, -1), (-1,), (1,))[draw // WIDEST % 3])
            seed = f"{self._seed}:beyond:{draw}"
            new = kinks.unseen and kinks.are_new(self._interpreter(question, Draw(sizes, numbers, seed)))
            if not new and draw < WIDE_DRAWS - TOGETHER:
                continue
            try:
                place = self._difference(question, Draw(sizes, numbers, seed), sides)
            except Undefined:
                continue
            if place is not None:
                found = self._counterexample(question, sizes, numbers, seed)
                return Judgement(Status.REFUTED, "digits", (shown(sizes),), seed=self._seed, counterexample=found)
            kinks.note(self._interpreter(question, Draw(sizes, numbers, seed)))
        return None

    def _at_borders(self, question: Question, kinks: Kinks) -> Judgement | None:
        """Zeros and equal numbers where there are kinks, odd and even sizes where they are exponents; or None."""
        draws: list[tuple[Sizes, Numbers]] = []
        if kinks.found:
            small = list(islice(self._plan.small(), TIES))
            draws += [(small[draw % len(small)], ties()) for draw in range(TIES if small else 0)]
        if question.size_exponents:
            odd_and_even = self._plan.parities(question.size_exponents)
            draws += [(sizes, numbers) for sizes in odd_and_even for numbers in FLAVOURS[:2]]
        for draw, (sizes, numbers) in enumerate(draws):
            seed = f"{self._seed}:borders:{draw}"
            try:
                place = self._difference(question, Draw(sizes, numbers, seed), set())
            except Undefined:
                continue
            if place is not None:
                found = self._counterexample(question, sizes, numbers, seed)
                return Judgement(Status.REFUTED, "digits", (shown(sizes),), seed=self._seed, counterexample=found)
        return None

    def _between(self, question: Question) -> Judgement | None:
        """Tries values between the kinks of the one side and those of the other; a judgement only if it refutes."""
        kinks = kinks_that_may_differ(question.left, question.right)
        for way, (sizes, numbers) in enumerate(islice(self._draws(), WAYS) if kinks else ()):
            seeds = [f"{self._seed}:between:{way}:{end}" for end in ("start", "end")]
            start, end = Draw(sizes, numbers, seeds[0]), Draw(sizes, FLAVOURS[5 * (way % 2)], seeds[1])
            for part in between_kinks(kinks, start, end):
                try:
                    place = self._difference(question, Between(start, end, part), set())
                except Undefined:
                    continue
                if place is not None:
                    moved = partial(_moved, sizes, numbers, seeds[0], end, part)
                    found = self._counterexample_at(question, moved)
                    return Judgement(Status.REFUTED, "digits", (shown(sizes),), seed=self._seed, counterexample=found)
        return None

    def _at_large_sizes(self, question: Question) -> Judgement | None:
        """Tries sizes above those of all draws, where rows and columns repeat; a judgement only if it refutes."""
        if self._layouts is None:
            points = dict.fromkeys(self._plan.symbols, 2)
            self._layouts = list(layouts(self._plan, points, f"{self._seed}:digits", *BLOCKS))
        for draw, layout in enumerate(self._layouts):
            seed = f"{self._seed}:large:{draw}"
            instance = Repeated(layout, FLAVOURS[0], seed)
            try:
                place = self._difference(question, instance, set())
            except Undefined:
                continue
            except UnsupportedError:
                break
            if place is not None:
                reason = "both sides differ at these sizes, where rows and columns repeat"
                return Judgement(Status.REFUTED, "digits", (shown(layout.sizes),), seed=self._seed, reason=reason)
            break
        return None

    def _interpreter(self, question: Question, instance: Drawn, field: Field | None = None) -> Interpreter:
        converted = Converted(instance, field or DecimalField(LOW))
        if isinstance(instance, Repeated):
            return RepeatedInterpreter(converted, instance.layout, question.precision, self._wrt)
        return Interpreter(converted, question.precision, self._wrt)

    def _draws(self) -> Iterator[tuple[Sizes, Numbers]]:
        """Sizes from 2 and 3 first, single entries too, each flavour of numbers at each of them."""
        small = sorted(self._plan.small(), key=lambda sizes: abs(sum(sizes.values()) - 2.5 * len(sizes)))
        large = next(self._plan.large())
        chosen = [*small[:2], large, *small[2:4]] if self._plan.symbols else [large]
        for draw in range(ATTEMPTS):
            # Adding the round keeps a flavour from meeting always the same sizes.
            yield chosen[(draw + draw // len(FLAVOURS)) % len(chosen)], FLAVOURS[draw % len(FLAVOURS)]

    def _difference(self, question: Question, instance: Drawn, sides: set[Side]) -> tuple[int, int, int] | None:
        """The place of a clear difference. Raises Undefined where a side has no value, or nothing is clear."""
        low, high = (self._evaluated(question, instance, digits, sides) for digits in (LOW, HIGH))
        place = _first_clear_difference(low, high, question.order)
        if place is not None:
            self._confirm(question, instance, place, high)
        return place

    def _confirm(
        self, question: Question, instance: Drawn, place: tuple[int, int, int], seen: tuple[Series, Series]
    ) -> None:
        """Raises Undefined where a difference that was seen moves when more digits are computed."""
        sure = self._evaluated(question, instance, SURE, set())
        before, after = (entry_of(left, place) - entry_of(right, place) for left, right in (seen, sure))
        if abs(before - after) > CLEAR * abs(after):
            raise Undefined("what separates both sides depends on the precision")

    def _evaluated(self, question: Question, instance: Drawn, digits: int, sides: set[Side]) -> tuple[Series, Series]:
        field = DecimalField(digits)
        run = self._interpreter(question, instance, field)
        made = run(question.left), run(question.right)
        field.settle(*made[0], *made[1])
        sides |= field.sides
        return made

    def _has_value(self, question: Question, instance: Draw) -> bool:
        field = DecimalField(LOW)
        try:
            field.settle(*self._interpreter(question, instance, field)(question.left))
        except Undefined:
            return False
        return True

    def _narrowed(self, question: Question, instance: Draw, error: OutsideDomain) -> Judgement:
        """log(x²) is not 2·log(x): where the line before has a value, the line after must have it too."""
        before = self._interpreter(question, instance)(question.left)
        sides = _decimal(entry_of(before, (0, 0, 0))), f"no value ({error})"
        found = question.counterexample(instance, self._wrt, None, (0, 0, 0), sides)
        return Judgement(Status.REFUTED, "digits", (shown(instance.sizes),), seed=self._seed, counterexample=found)

    def _counterexample(self, question: Question, sizes: Sizes, numbers: Numbers, seed: str) -> Counterexample | None:
        return self._counterexample_at(question, lambda basis: Draw(sizes, numbers, seed, basis=basis))

    def _counterexample_at(
        self, question: Question, at: Callable[[Direction | None], Draw | Between]
    ) -> Counterexample | None:
        for direction in question.directions(at(None), self._wrt):
            instance = at(direction)
            try:
                low, high = (self._evaluated(question, instance, digits, set()) for digits in (LOW, HIGH))
                place = _first_clear_difference(low, high, question.order)
            except Undefined:
                continue
            if place is not None:
                before, after = (_decimal(entry_of(side, place)) for side in low)
                return question.counterexample(instance, self._wrt, direction, place, (before, after))
        return None


def _moved(sizes: Sizes, numbers: Numbers, seed: str, end: Draw, part: Fraction, basis: Direction | None) -> Between:
    return Between(Draw(sizes, numbers, seed, basis=basis), end, part)


def _numbers(question: Question) -> Iterator[int]:
    """Numerators and denominators, and 10 to the power of the exponents that are numbers."""
    for node in postorder(question.left, question.right):
        if isinstance(node, nodes.Number):
            yield from (int(node.value.p), int(node.value.q))
        elif isinstance(node, nodes.Power) and all(isinstance(part, nodes.Number) for part in node.children):
            yield 10 ** int(abs(node.children[1].value) // 1)


def _decimal(number: Any) -> str:
    return str(mpmath.nstr(mpmath.mpf(number), SHOWN_DIGITS))


def _unmet_branch(sides: set[Side]) -> Node | None:
    """A choice of which only one branch was ever taken, about whose other branch nothing is known."""
    choices = [(node, taken) for node, _, taken in sides if isinstance(node, Node)]
    return next((node for node, taken in choices if (node, 0, not taken) not in sides), None)


def _first_clear_difference(
    low: tuple[Series, Series], high: tuple[Series, Series], order: int
) -> tuple[int, int, int] | None:
    for position in range(order + 1):
        head = high[0][0]
        assert head is not None
        for row, column in np.ndindex(head.shape):
            place = position, row, column
            entries = [entry_of(side, place) for side in (*low, *high)]
            if _differ(*entries):
                return place
    return None


def _differ(left: Any, right: Any, precise_left: Any, precise_right: Any) -> bool:
    """Whether two numbers clearly differ; False where they clearly agree. Raises Undefined in between."""
    residual, precise = abs(left - right), abs(precise_left - precise_right)
    if precise == 0 and residual <= LOW_RESIDUAL * max(1, abs(left)):
        return False
    scale = max(abs(precise_left), abs(precise_right))
    if residual <= LOW_RESIDUAL * scale and precise <= HIGH_RESIDUAL * scale:
        return False
    if residual <= LOW_RESIDUAL and precise <= HIGH_RESIDUAL and precise <= LOW_RESIDUAL * residual:
        return False
    if precise > CLEAR * scale and abs(residual - precise) <= CLEAR * precise:
        return True
    raise Undefined("both sides are too close to tell")
