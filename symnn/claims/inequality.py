"""The judges of inequalities: *margin* proves one by an identity whose sign is evident, *instances* tries to break it.

left ≤ right is proved where right − left equals a margin exactly, and the margin is a sum or product of squares, norms,
positive functions, and of what is given to be nonnegative. Without a margin, the inequality is tried at values of all
magnitudes and sizes, at kinks, and at values that descend to where it is tightest; that is evidence, and no proof.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, partial, reduce
from itertools import chain, combinations, islice
from random import Random
from typing import Any

import mpmath
import numpy as np

from symnn.algebra.nodes import Add, Hadamard, Multiply, Node, Number, Scale
from symnn.algebra.walk import postorder, written_out
from symnn.claims.descent import descend
from symnn.claims.instances import REAL, At, Point, Valued, is_of_full_rank, points, waves
from symnn.errors import SymnnError
from symnn.proof.court import Court
from symnn.proof.judges.entries import NONNEGATIVE, POSITIVE, sign_of
from symnn.proof.judges.fields import Array, Undefined
from symnn.proof.judges.interpreter import Interpreter
from symnn.proof.judges.kinks import Kink, Kinks
from symnn.proof.step import Condition, Judgement, Relation, Status

DIGITS, SURE = 30, 120
"""What is tried is worked out to so many digits; what seems to fail, to those and to twice as many."""
CLEAR, EQUAL = REAL.mpf("1e-18"), REAL.mpf("1e-100")
"""Two sides that are nearer, relatively, are not told apart; to SURE digits, they are the same."""
SETTLED = REAL.mpf("1e-6")
"""A difference that moves by more of itself when more digits are worked out is rounding."""
REQUIRED = 12
"""At so many points at least all that is given must hold."""
FIRST, TIGHTEST, ANY = 4, 2, 2
"""Searches start from so many points: the first, those of the least slack, and any."""
STEPS, MOST_COORDINATES = 30, 14
"""The steps of a descent, and the numbers that it moves."""
BROUGHT_IN, ROOM, HELD = 40, REAL.mpf("1e-6"), REAL.mpf("1e-24")
"""So many points are moved to where conditions hold with this room, until what is broken is as little as that."""
CORNERED, MOST_CORNERS, EDGE = 30, 4, REAL.mpf("1e-9")
"""Points from which corners are sought, sets of conditions that barely hold, and how barely they do, relatively."""
PENALTIES = (10, 10**4, 10**7)
"""The weights of what is broken, one descent after the other."""
HALVINGS = 24
"""Of the way from the last point at which conditions hold."""
LONGEST, MOST_SHOWN, FEW = 14, 12, 4
"""Characters of a fraction, entries of an array, and entries of the rows of a larger one, that a reason shows."""
MOST_NUMBERS, MOST_PAIRS = 16, 15
"""Numbers of the expressions that are tried, and pairs of kinks between which values are."""
SPREAD, REACH, CRESTS = 800, 100, 20
"""Points up to this far from zero at which waves are tried, and the tightest of them, from which is descended."""
ROUNDED = (0, 1, 2, 3, 6, 12, 40)
"""Digits of denominators to which points are rounded."""

NOWHERE = "no values were found at which all that is given holds; check that it can, or give a margin"
VALUELESS = (
    "both sides have values at too few of the numbers tried; say what is assumed of the variables, or give a margin"
)
EVIDENT = "write it as a sum or product of squares, norms, positive functions, and of what is given"
TOUCHING = "instead of < write ≤, or give a margin that is positive: both sides come together near"


@dataclass(frozen=True)
class Measured:
    """Both sides at a point, and by how much what is given is broken there."""

    less: Any
    more: Any
    broken: Any
    holds: bool

    @property
    def slack(self) -> Any:
        """How far the smaller side is below the other, beside 1 and both."""
        return (self.more - self.less) / (1 + abs(self.less) + abs(self.more))

    @property
    def relative(self) -> Any:
        """The same beside both alone."""
        size = abs(self.less) + abs(self.more)
        return (self.more - self.less) / size if size else size


@dataclass(frozen=True)
class Inequality:
    """left ≤ right, or left < right where it is `strict`, wherever the `conditions` hold."""

    left: Node
    right: Node
    conditions: tuple[Condition, ...] = ()
    margin: Node | None = None
    strict: bool = False
    is_turned: bool = False
    """Whether it was written with the larger side on the left."""

    def judge(self, seed: int) -> Judgement:
        """PROVED by the margin, CHECKED at instances, REFUTED with one where it fails, or UNDECIDED."""
        if self.margin is None:
            return self._written_out()._tried(seed)
        court = Court(self.right - self.left, (), seed=seed)
        identity = court.judge(
            Relation.EQUAL, self.right - self.left, self.margin, conditions=[c for c in self.conditions if _of_rank(c)]
        )
        if identity.status in (Status.REFUTED, Status.UNDECIDED):
            wrong = "the margin is not the right side minus the left (of ≥ and >: the left minus the right)"
            return Judgement(identity.status, identity.judge, seed=seed, reason=f"{wrong}: {_why(identity)}")
        sign = sign_of(self.margin, self.conditions)
        if sign == POSITIVE or (sign is not None and not self.strict):
            if not self._written_out()._is_possible(seed):
                return Judgement(Status.UNDECIDED, "margin", seed=seed, reason=NOWHERE)
            return replace(identity, judge="margin", seed=seed, reason=f"the identity by {identity.judge}")
        tried = self._written_out()._tried(seed)
        if tried.status is Status.REFUTED:
            return tried
        word = POSITIVE if self.strict else NONNEGATIVE
        reason = f"the form of the margin does not show that it is {word}; {EVIDENT}"
        return Judgement(Status.UNDECIDED, "margin", seed=seed, reason=reason)

    # --- at instances -----------------------------------------------------------------------------------------------

    def _tried(self, seed: int) -> Judgement:
        sizes: dict[str, Mapping[str, int]] = {}
        held: list[tuple[Any, Point]] = []
        outside: list[Point] = []
        reason = NOWHERE if self.conditions else VALUELESS
        try:
            for point in points(self._roots, seed):
                found = self._measured(point)
                if found is None or not found.holds:
                    outside += [point] if found else []
                    continue
                sizes[str(point.shown_sizes)] = point.shown_sizes
                held.append((found.slack, point))
                if self._fails(point, found):
                    return self._refuted(point, seed)
            if len(held) < REQUIRED:
                held += self._brought_in(outside)
        except SymnnError as error:
            reason = str(error)
        if len(held) < REQUIRED:
            reason = f"{reason} (of the values tried, {len(held)} could be used, and {REQUIRED} are needed)"
            return Judgement(Status.UNDECIDED, "instances", seed=seed, reason=reason)
        touching: Point | None = None
        for point in self._nearer(held, Random(f"{seed}:starts")):
            found = self._measured(point)
            if found is None or not found.holds:
                continue
            if self._fails(point, found):
                return self._refuted(point, seed)
            if touching is None and self.strict and self._touches(point, found):
                touching = point
        if touching is not None:
            return Judgement(Status.UNDECIDED, "instances", seed=seed, reason=f"{TOUCHING} {_shown(touching)}")
        return Judgement(Status.CHECKED, "instances", tuple(sizes.values()), seed=seed)

    @cached_property
    def _roots(self) -> list[Node]:
        return [self.left, self.right, *(condition.node for condition in self.conditions)]

    def _written_out(self) -> Inequality:
        """The same of expressions that all have values."""
        known: dict[Node, Node] = {}
        given = tuple(replace(each, node=written_out(each.node, known)) for each in self.conditions)
        left, right = (written_out(side, known) for side in (self.left, self.right))
        return replace(self, left=left, right=right, conditions=given, margin=None)

    def _measured(self, point: Point, digits: int = DIGITS, room: Any = 0) -> Measured | None:
        """Both sides at a point, and what is given; None where something has no value."""
        field = Valued(digits, is_far=not self.strict)
        run = Interpreter(At(point, field))
        try:
            for variable in point.cores:
                if not is_of_full_rank(point.value(variable), variable.assumptions):
                    return None
            broken, holds = self._broken(run, room)
            less, more = (_head(run, side) for side in (self.left, self.right))
            field.settle(less, more)
        except (Undefined, ZeroDivisionError, OverflowError):
            return None
        return Measured(less[0, 0], more[0, 0], broken, holds)

    def _broken(self, run: Interpreter, room: Any = 0) -> tuple[Any, bool]:
        """How far what is given is from holding with some room, beside the sizes of its terms; and whether it holds."""
        broken, holds = REAL.mpf(0), True
        for condition in self.conditions:
            if _of_rank(condition):
                value = _head(run, condition.node)
                run.field.settle(value)
                holds = holds and is_of_full_rank(value, (condition.word,))
                continue
            for entry, size in _sized(run, condition.node):
                holds = bool(holds and (entry > 0 or (entry == 0 and condition.word == NONNEGATIVE)))
                short = room * size - entry
                broken += (short / size) ** 2 if size and short > 0 else 0
        return broken, holds

    def _fails(self, point: Point, found: Measured) -> bool:
        """Whether the inequality is false there, also to many more digits."""
        if found.relative >= -CLEAR and not (self.strict and abs(found.slack) <= CLEAR):
            return False
        precise, surest = self._measured(point, SURE), self._measured(point, 2 * SURE)
        if precise is None or surest is None or not surest.holds:
            return False
        gap = surest.more - surest.less
        if abs(gap - (precise.more - precise.less)) > SETTLED * abs(gap):
            return self.strict  # What moves with the digits is rounding: both sides are equal.
        return bool(surest.relative < -CLEAR / 2 or (self.strict and abs(surest.relative) < EQUAL))

    # --- at instances that are looked for ---------------------------------------------------------------------------

    def _nearer(self, held: Sequence[tuple[Any, Point]], random: Random) -> Iterator[Point]:
        """Points at kinks, where conditions barely hold, and where a descent of the slack ends, with others near."""
        movable = [pair for pair in held if pair[0] and 0 < len(pair[1].coordinates()) <= MOST_COORDINATES]
        tightest = sorted(movable, key=lambda pair: pair[0])[:TIGHTEST]
        pairs = [*movable[:FIRST], *tightest, *random.sample(movable, min(len(movable), ANY))]
        starts = [point for _, point in pairs]
        some = [point for _, point in random.sample(movable, min(len(movable), CORNERED))]
        yield from self._at_kinks(starts[-2:])
        yield from self._at_numbers(starts[:1])
        yield from self._at_waves(starts[:1], random)
        yield from self._at_corners(some)
        yield from self._downhill(starts)

    def _at_kinks(self, starts: Sequence[Point]) -> Iterator[Point]:
        """At kinks, and where the slack ends that descends from between two of them."""
        kinks = Kinks(*self._roots).all
        for start in starts:
            found = [self._least(start, partial(_distance, kink), HELD) for kink in kinks]
            for point in found:
                yield from _near(point)
            for one, other in islice(combinations(found, 2), MOST_PAIRS):
                middle = one.between(other, REAL.mpf(1) / 2)
                yield middle
                yield from self._downhill([middle])

    def _at_numbers(self, starts: Sequence[Point]) -> Iterator[Point]:
        """At the numbers that stand in the expressions, near which a narrow function may have its value."""
        found = dict.fromkeys(node.value for node in postorder(*self._roots) if isinstance(node, Number))
        for start in starts:
            coordinates = start.coordinates()
            for value in islice((sign * float(value) for value in found for sign in (1, -1)), MOST_NUMBERS):
                yield from _near(start.placed([value] * len(coordinates), coordinates))

    def _at_waves(self, starts: Sequence[Point], random: Random) -> Iterator[Point]:
        """Where the slack ends that descends from the tightest of many places, if a function rises and falls always."""
        for start in starts if waves(*self._roots) else ():
            coordinates = start.coordinates()
            known = []
            for place in range(SPREAD):
                point = start.placed([random.uniform(-REACH, REACH) for _ in coordinates], coordinates)
                found = self._measured(point)
                known += [(found.slack, place, point)] if found is not None and found.holds else []
            yield from self._downhill([point for _, _, point in sorted(known)[:CRESTS]])

    def _at_corners(self, starts: Sequence[Point]) -> Iterator[Point]:
        """Where several conditions barely hold, and where the slack is less as long as they do."""
        for chosen in self._corners():
            to_spare = partial(self._to_spare, chosen)
            known = [(far, place) for place, far in enumerate(map(to_spare, starts)) if far is not None]
            for _, place in sorted(known)[:TIGHTEST]:
                corner = self._least(starts[place], to_spare, HELD)
                yield from _near(corner)
                along = self._least(corner, partial(self._along, to_spare))
                yield from _near(self._least(along, to_spare, HELD))

    def _downhill(self, starts: Sequence[Point]) -> Iterator[Point]:
        """Where the slack is less and less, as far as what is given holds."""
        for place, start in enumerate(starts):
            point = start
            for penalty in PENALTIES if self.conditions else (0,):
                end = self._least(point, partial(self._penalised, penalty, place % 2 == 0))
                point = self._last_inside(point, end)
                yield from _near(point)

    def _corners(self) -> list[tuple[Condition, ...]]:
        """Conditions that may hold with nothing to spare at once, the most of them first."""
        loose = [condition for condition in self.conditions if not _of_rank(condition)]
        counts = range(len(loose), 0, -1)
        return list(islice(chain.from_iterable(combinations(loose, count) for count in counts), MOST_CORNERS))

    def _to_spare(self, chosen: Collection[Condition], point: Point) -> Any:
        """How far chosen conditions are from holding with next to nothing to spare, and how far others are broken."""
        run = Interpreter(At(point, Valued(DIGITS)))
        try:
            entries = [pair for condition in chosen for pair in _sized(run, condition.node)]
            broken, _ = self._broken(run)
        except (Undefined, ZeroDivisionError, OverflowError):
            return None
        return sum(((entry / size - EDGE) ** 2 for entry, size in entries if size), broken)

    def _along(self, to_spare: Callable[[Point], Any], point: Point) -> Any:
        """The slack, and how far a point is from where chosen conditions barely hold."""
        found, apart = self._measured(point), to_spare(point)
        return None if found is None or apart is None else found.slack + PENALTIES[-1] * apart

    def _penalised(self, penalty: int, is_relative: bool, point: Point) -> Any:
        """The slack and what is broken; the plain difference of the sides falls where the slack is level far out."""
        found = self._measured(point)
        if found is None:
            return None
        return (found.slack if is_relative else found.more - found.less) + penalty * found.broken

    def _least(self, start: Point, value: Callable[[Point], Any], enough: Any = -ROOM) -> Point:
        """The point to which a value descends from a start."""
        coordinates = start.coordinates()
        if value(start) is None:
            return start
        steps = descend(
            lambda steps: value(start.moved(steps, coordinates)),
            [REAL.mpf(0)] * len(coordinates),
            STEPS,
            lambda found: bool(found < enough),
        )
        return start.moved(steps, coordinates)

    def _last_inside(self, start: Point, end: Point) -> Point:
        """The last point on the way to the end at which all that is given still holds."""
        if not self.conditions:
            return end
        low, high = REAL.mpf(0), REAL.mpf(1)
        if self._holds(end):
            return end
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._holds(start.between(end, middle)) else (low, middle)
        return start.between(end, low)

    def _holds(self, point: Point) -> bool:
        found = self._measured(point)
        return found is not None and found.holds

    def _brought_in(self, outside: Sequence[Point]) -> list[tuple[Any, Point]]:
        """Points moved to where all that is given holds."""
        made = []
        for start in outside[:: max(1, len(outside) // BROUGHT_IN)]:
            if 0 < len(start.coordinates()) <= MOST_COORDINATES:
                point = self._least(start, lambda at: getattr(self._measured(at, room=ROOM), "broken", None), HELD)
                found = self._measured(point)
                made += [(found.slack, point)] if found is not None and found.holds else []
        return made

    def _is_possible(self, seed: int) -> bool:
        """Whether values were found at which all that is given holds, as far as numbers tell."""
        if not any(not _of_rank(condition) for condition in self.conditions):
            return True
        is_strict = any(condition.word == POSITIVE for condition in self.conditions)
        outside: list[Point] = []
        for point, _ in zip(points(self._roots, seed), range(80), strict=False):
            found = self._given(point)
            if found is not None and found[1]:
                return True
            outside += [point] if found is not None else []
        movable = [point for point in outside if 0 < len(point.coordinates()) <= MOST_COORDINATES]
        for start in movable[:: max(1, len(movable) // BROUGHT_IN)]:
            found = self._given(self._least(start, self._how_broken, HELD))
            if found is not None and found[0] < HELD and (found[1] or not is_strict):
                return True
        return False

    def _how_broken(self, point: Point) -> Any:
        found = self._given(point)
        return None if found is None else found[0]

    def _given(self, point: Point) -> tuple[Any, bool] | None:
        """How far what is given is from holding, where something is positive with some room, and whether it holds."""
        room = ROOM if any(condition.word == POSITIVE for condition in self.conditions) else 0
        try:
            return self._broken(Interpreter(At(point, Valued(DIGITS))), room)
        except (Undefined, ZeroDivisionError, OverflowError):
            return None

    def _touches(self, point: Point, found: Measured) -> bool:
        """Whether both sides meet here to many digits, and do not come nearer still further out."""
        if abs(found.slack) > CLEAR:
            return False
        coordinates = point.coordinates()
        around = []
        for place in range(len(coordinates)):
            for step in (-1, 1):
                steps = [step if index == place else 0 for index in range(len(coordinates))]
                around.append(self._measured(point.moved(steps, coordinates)))
        return all(each is not None and each.slack >= found.slack / 2 for each in around)

    def _refuted(self, point: Point, seed: int) -> Judgement:
        for digits in ROUNDED:
            rounded = point.rounded(digits)
            found = self._measured(rounded)
            if found is not None and found.holds and self._fails(rounded, found):
                point = rounded
                break
        found = self._measured(point, SURE)
        assert found is not None
        sides = (found.more, found.less) if self.is_turned else (found.less, found.more)
        left, right = (mpmath.nstr(side, 12) for side in sides)
        if left == right and not self.strict:
            left, right = (mpmath.nstr(side, 40) for side in sides)
        reason = f"at {_shown(point)} the left side is {left} and the right side is {right}"
        return Judgement(Status.REFUTED, "instances", seed=seed, reason=reason)


def _head(run: Interpreter, node: Node) -> Array:
    value = run(node)[0]
    assert value is not None
    return value


def _sized(run: Interpreter, node: Node) -> list[tuple[Any, Any]]:
    """The entries of a value, each with what it would be if nothing in its sums cancelled."""
    value = _head(run, node)
    run.field.settle(value)
    sizes = np.broadcast_to(_size(run, node), value.shape)
    return list(zip(value.ravel().tolist(), sizes.ravel().tolist(), strict=True))


def _size(run: Interpreter, node: Node) -> Array:
    if isinstance(node, Add):
        return reduce(operator.add, (_size(run, child) for child in node.children))
    if isinstance(node, Multiply | Hadamard | Scale):
        return reduce(operator.mul, (_size(run, child) for child in node.children))
    return abs(_head(run, node))


def _of_rank(condition: Condition) -> bool:
    return condition.word not in (POSITIVE, NONNEGATIVE)


def _why(judgement: Judgement) -> str:
    return str(judgement.counterexample or judgement.reason)


def _near(point: Point) -> Iterator[Point]:
    """A point, those in small numbers next to it, and those a little to its sides."""
    yield point
    yield from (point.rounded(digits) for digits in ROUNDED[:4])
    coordinates = point.coordinates()
    for step in (-REAL.mpf("1e-3"), REAL.mpf("1e-3")):
        yield point.moved([step] * len(coordinates), coordinates)


def _distance(kink: Kink, point: Point) -> Any:
    """How far the nearest entry is from a kink, squared; None where there is no value."""
    try:
        nearest = min(map(abs, kink.distances(Interpreter(At(point, Valued(DIGITS))))), default=None)
    except (Undefined, ZeroDivisionError, OverflowError):
        return None
    return None if nearest is None else nearest**2


def _shown(point: Point) -> str:
    """The values of all variables, as fractions where these are short."""
    texts = []
    for variable in point.cores:
        value = point.value(variable)
        if value.size > MOST_SHOWN and len(set(value.ravel().tolist())) == 1:
            shape = "×".join(map(str, value.shape[: variable.rank]))
            texts.append(f"{variable.name} = {_number(value.flat[0])} in all {shape} entries")
            continue
        most = FEW if value.size > MOST_SHOWN else MOST_SHOWN
        rows = [" ".join(map(_number, row[:most])) + (" …" if len(row) > most else "") for row in value[:most]]
        text = "; ".join(rows) + (" …" if len(value) > most else "")
        sizes = f" of size {'×'.join(map(str, value.shape))}" if value.size > MOST_SHOWN else ""
        texts.append(f"{variable.name} = {text if variable.is_scalar else f'[{text}]{sizes}'}")
    return "; ".join(texts)


def _number(entry: Any) -> str:
    text = str(entry)
    exact = isinstance(entry, Fraction | int) and len(text) < LONGEST
    return (
        text
        if exact
        else str(mpmath.nstr(REAL.mpf(getattr(entry, "numerator", entry)) / getattr(entry, "denominator", 1), 12))
    )
