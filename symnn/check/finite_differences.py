"""Derivatives in code against central differences of the value in code, in float64.

Along a direction V the error e(h) = (f(x + hV) − f(x − hV)) / 2h − ⟨g, V⟩ is measured on a ladder of steps and fitted
as c + a₁h² + a₂h⁴ + a₃h⁶, each rung weighted by its round-off ε·|f| / h. Rungs that the model does not describe are
left out, the widest first. The derivative is right where c is zero within its own uncertainty, and that uncertainty
must be small enough to notice a relative error of 10⁻⁶. Where the one-sided derivatives differ, any value between them
is right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sympy import Symbol

from symnn.algebra.nodes import Variable
from symnn.algebra.sizes import Size
from symnn.arrays import Floats
from symnn.check.values import KINDS, MIDDLE, REAL, SMALL, axes_of, choose_sizes, draw
from symnn.errors import UnsupportedError

STEPS = 0.08 * 2.0 ** -np.arange(16)
FEWEST_RUNGS = 6
SURE = 6.0
"""How many standard deviations of round-off are allowed."""
CHANCES = (1.0, 8.0, 64.0)
"""How much larger than measured the round-off of a value may be."""
NOTICED = 1e-6
"""The relative error that must not pass."""
OWN_ROUND_OFF = 1e-10
"""The relative round-off that the derivative's own code may have."""
NO_DERIVATIVE = 1e-12
"""Below this a derivative counts as zero; then what must be noticed is absolute. All values drawn are of order one."""
DRAWS = ("normal", "normal", "positive", "normal", "unit", "small", "negative", "shares", "large", *KINDS)
"""How values are drawn, one kind after the other, until value and derivative are finite."""
MOST_ENTRIES, FEW_SUMS = 100, 12
"""A value with more entries than this is compared by so many random sums of its entries, at real sizes."""
MOST_UNITS = 500
"""Of more entries of the variables than this, all are moved at once, along random directions, also at small sizes."""
MOST_DERIVATIVES = 1_000_000
"""A derivative with more entries is compared at smaller sizes."""
EPSILON = float(np.finfo(np.float64).eps)

Function = Callable[..., Any]


@dataclass(frozen=True)
class Entry:
    """One comparison: where, what the code gives, what the differences give, and how far apart they may be."""

    place: str
    derivative: float
    difference: float
    tolerance: float
    scale: float
    sizes: str

    @property
    def error(self) -> float:
        return abs(self.derivative - self.difference)

    @property
    def badness(self) -> float:
        """The error in units of what is allowed."""
        return self.error / self.tolerance if math.isfinite(self.error) and self.tolerance > 0 else math.inf

    @property
    def passed(self) -> bool:
        return self.badness <= 1

    def __str__(self) -> str:
        allowed = "round-off hides the answer" if math.isnan(self.tolerance) else f"allowed {self.tolerance:.2g}"
        return (
            f"{self.place}: the code gives {self.derivative:.15g}, differences give {self.difference:.15g} "
            f"(apart {self.error:.2g}, {allowed}) at {self.sizes}"
        )


@dataclass(frozen=True)
class CheckReport:
    """What was compared, and the worst of it; `unseen` says where nothing was compared."""

    compared: int
    worst: Entry | None
    kinks: int
    reason: str = ""
    unseen: str = ""

    @property
    def passed(self) -> bool:
        return not self.reason and self.worst is not None and self.worst.passed

    def summary(self) -> str:
        """One or two lines of text."""
        if self.reason:
            return f"failed: {self.reason}"
        note = f", {self.kinks} at kinks" if self.kinks else ""
        note += f", {self.unseen}" if self.unseen else ""
        return f"{'passed' if self.passed else 'failed'}: {self.compared} comparisons{note}\n  worst: {self.worst}"


def check_derivative(
    value: Function,
    derivative: Function,
    parameters: tuple[Variable, ...],
    wrt: tuple[Variable, ...],
    seed: int = 0,
    *,
    directions: int = 5,
    bounds: Sequence[Size] = (),
) -> CheckReport:
    """Compare a derivative with differences: every entry at small sizes, random directions at real sizes.

    `value` takes the arrays of `parameters` and returns an array of any shape; `derivative` takes the same and returns
    an array of shape value.shape + variable.shape, or a tuple of them where `wrt` has several variables. So a gradient
    is checked against its value, and a Hessian against its gradient. Symmetric variables are moved without symmetry
    where the value exists there, since gradients are unconstrained. Sizes are such that `bounds` are positive.
    """
    random = np.random.default_rng(seed)
    entries: list[Entry] = []
    unseen: dict[str, None] = {}
    kinks = 0
    for lengths, is_small in ((SMALL, True), (REAL, False)):
        point = _find_point(value, derivative, parameters, wrt, choose_sizes(parameters, lengths, bounds), random)
        if point is None and not is_small:
            sizes = choose_sizes(parameters, MIDDLE, bounds)
            point = _find_point(value, derivative, parameters, wrt, sizes, random)
            if point is None:
                unseen["at small sizes only"] = None
                break
        if point is None:
            point = f"the derivative has more than {MOST_DERIVATIVES} entries at small sizes"
        if isinstance(point, str):
            return CheckReport(len(entries), None, kinks, point)
        unseen.update({point.unseen: None} if point.unseen else {})
        point = point if is_small else point.summed(random)
        is_each = is_small and point.jacobian.shape[1] <= MOST_UNITS
        if is_small and not is_each:
            unseen["along random directions only"] = None
        chosen = point.units() if is_each else point.directions(random, directions)
        for place, direction in chosen:
            found, at_kink = _compare(point, place, direction)
            kinks += at_kink
            if isinstance(found, str):
                return CheckReport(len(entries), None, kinks, found)
            entries.extend(found)
    worst = max(entries, key=lambda entry: entry.badness)
    return CheckReport(len(entries), worst, kinks, unseen="; ".join(unseen))


# --- points and directions ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """Arrays at which value and derivative are finite. `jacobian` has a row for each entry of the value."""

    value: Function
    parameters: tuple[Variable, ...]
    wrt: tuple[Variable, ...]
    arrays: tuple[Floats, ...]
    jacobian: Floats
    output_shape: tuple[int, ...]
    sizes: str
    unseen: str = ""

    def at(self, direction: Floats, step: float) -> Floats:
        """The value at x + step · direction, as a vector; NaN where it does not exist."""
        moved = list(self.arrays)
        start = 0
        for variable in self.wrt:
            place = self.parameters.index(variable)
            array = self.arrays[place]
            moved[place] = array + step * direction[start : start + array.size].reshape(array.shape)
            start += array.size
        return _call(self.value, moved, self.jacobian.shape[0])

    def summed(self, random: np.random.Generator) -> Point:
        """The same point for random sums of the entries of a value that has many."""
        size = self.jacobian.shape[0]
        if size <= MOST_ENTRIES:
            return self
        weights = random.normal(size=(FEW_SUMS, size)) / math.sqrt(size)

        def sums(*arrays: Any) -> Floats:
            total: Floats = weights @ np.ravel(self.value(*arrays))
            return total

        return replace(self, value=sums, jacobian=weights @ self.jacobian, output_shape=(FEW_SUMS,))

    def units(self) -> Iterator[tuple[str, Floats]]:
        """A direction for each entry of each variable."""
        start, total = 0, self.jacobian.shape[1]
        for variable in self.wrt:
            array = self.arrays[self.parameters.index(variable)]
            for index in np.ndindex(array.shape):
                position = int(np.ravel_multi_index(index, array.shape)) if array.shape else 0
                direction = np.zeros(total)
                direction[start + position] = 1.0
                yield f"{variable.name}{list(index) if index else ''}", direction
            start += array.size

    def directions(self, random: np.random.Generator, count: int) -> Iterator[tuple[str, Floats]]:
        for number in range(1, count + 1):
            direction: Floats = random.normal(size=(self.jacobian.shape[1],))
            yield f"random direction {number}", np.divide(direction, np.linalg.norm(direction))

    def symmetric(self, direction: Floats) -> Floats | None:
        """The symmetric part of a direction in the variables that are symmetric; None if there are none."""
        parts, start, found = [], 0, False
        for variable in self.wrt:
            array = self.arrays[self.parameters.index(variable)]
            part = direction[start : start + array.size]
            if {"symmetric", "positive definite"} & set(variable.assumptions) and array.ndim == 2:
                square = part.reshape(array.shape)
                part, found = ((square + square.T) / 2).ravel(), True
            parts.append(part)
            start += array.size
        return np.concatenate(parts) if found else None


def _call(function: Function, arrays: Sequence[Floats], size: int) -> Floats:
    try:
        with np.errstate(all="ignore"):
            result = np.asarray(function(*arrays), dtype=np.float64).ravel()
    except (ValueError, ArithmeticError):
        return np.full(size, np.nan)
    return result


def _find_point(
    value: Function,
    derivative: Function,
    parameters: tuple[Variable, ...],
    wrt: tuple[Variable, ...],
    sizes: Mapping[Symbol, int],
    random: np.random.Generator,
) -> Point | str | None:
    """A random point at which value and derivative are finite, or why there is none; None for too many entries."""
    shown = ", ".join(f"{symbol} = {length}" for symbol, length in sizes.items()) or "scalars"
    failure = ""
    missed = 0
    for kind in DRAWS:
        arrays = tuple(draw(variable, sizes, random, kind) for variable in parameters)
        try:
            with np.errstate(all="ignore"):
                output = np.asarray(value(*arrays), dtype=np.float64)
                if output.size * sum(arrays[parameters.index(variable)].size for variable in wrt) > MOST_DERIVATIVES:
                    return None
                given = derivative(*arrays)
        except (ValueError, ArithmeticError) as error:
            failure = f": {error}"
            continue
        if not np.all(np.isfinite(output)):
            failure = ": the value is not finite"
            continue
        jacobian = _jacobian(given, output, arrays, parameters, wrt)
        if isinstance(jacobian, str):
            return jacobian
        if np.all(np.isfinite(jacobian)):
            unseen = [KINDS[kind], f"and not at {missed} points without a finite derivative" if missed else ""]
            return Point(value, parameters, wrt, arrays, jacobian, output.shape, shown, " ".join(filter(None, unseen)))
        failure = ": the derivative is not finite"
        missed += 1
    return f"no point with a finite value and derivative was found in {len(DRAWS)} draws at {shown}{failure}"


def _jacobian(
    given: Any, output: Floats, arrays: Sequence[Floats], parameters: tuple[Variable, ...], wrt: tuple[Variable, ...]
) -> Floats | str:
    """The derivatives side by side, a row for each entry of the value, or what is wrong with their shapes."""
    parts = given if isinstance(given, tuple) else (given,)
    if len(parts) != len(wrt):
        return f"{len(parts)} derivatives were returned for {len(wrt)} variables"
    blocks = []
    for part, variable in zip(parts, wrt, strict=True):
        block = np.asarray(part, dtype=np.float64)
        shape = arrays[parameters.index(variable)].shape
        wanted = output.shape + shape
        kept = tuple(length for length in wanted if length != 1)
        if block.shape != wanted and tuple(length for length in block.shape if length != 1) != kept:
            return f"the derivative by {variable.name} has shape {block.shape}, expected {wanted}"
        if output.ndim == 0 and block.shape != wanted:
            return f"the gradient by {variable.name} has shape {block.shape}, expected {wanted}"
        blocks.append(block.reshape(output.size, -1))
    return np.hstack(blocks)


# --- the fit --------------------------------------------------------------------------------------------------------


def _compare(point: Point, place: str, direction: Floats) -> tuple[list[Entry] | str, int]:
    """The derivative along one direction against differences, for each entry of the value."""
    rows = _ladder(point, direction)
    if np.isfinite(rows[0]).all(axis=1).sum() < FEWEST_RUNGS:
        symmetric = point.symmetric(direction)
        if symmetric is None:
            return f"the value does not exist around the point along {place} at {point.sizes}", 0
        direction = symmetric
        rows = _ladder(point, direction)
        if np.isfinite(rows[0]).all(axis=1).sum() < FEWEST_RUNGS:
            return f"the value does not exist around the point along {place}, also symmetrically", 0
    forward, backward, centre, noise = rows
    analytic = point.jacobian @ direction
    # How large a derivative along such a direction is: of one entry the largest entry, of a direction the whole norm.
    is_unit = np.count_nonzero(direction) == 1
    scale_of_all = float(np.abs(point.jacobian).max(initial=0.0))
    unit = scale_of_all or 1.0
    scales = np.abs(point.jacobian).max(axis=1) if is_unit else unit * np.linalg.norm(point.jacobian / unit, axis=1)
    entries, kinks = [], 0
    for output in range(point.jacobian.shape[0]):
        name = place if not point.output_shape else f"{place}, entry {output} of the value"
        scale = max(float(scales[output]), 1e-3 * scale_of_all)
        entry, at_kink = _judge(
            forward[:, output], backward[:, output], centre[output], noise[output], analytic[output], scale
        )
        kinks += at_kink
        entries.append(Entry(name, float(analytic[output]), *entry, scale, point.sizes))
    return entries, kinks


def _ladder(point: Point, direction: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Values on both sides for each step, the value at the point, and the round-off of a value."""
    forward = np.array([point.at(direction, step) for step in STEPS])
    backward = np.array([point.at(direction, -step) for step in STEPS])
    centre = point.at(direction, 0.0)
    near = np.array([point.at(direction, step) for step in 1e-9 * np.arange(-4.0, 5.0)])
    line = np.vander(np.arange(-4.0, 5.0), 2)
    unit = float(np.abs(centre).max()) or 1.0
    near = np.where(np.isfinite(near), near, centre) / unit
    residual = near - line @ np.linalg.lstsq(line, near, rcond=None)[0]
    # A small entry may be what is left of terms as large as the other entries.
    noise = unit * np.maximum(EPSILON * np.abs(centre / unit).max(), 2 * residual.std(axis=0))
    both = np.isfinite(forward) & np.isfinite(backward)
    return np.where(both, forward, np.nan), np.where(both, backward, np.nan), centre, np.maximum(noise, 1e-150)


def _judge(
    forward: Floats, backward: Floats, centre: float, noise: float, analytic: float, scale: float
) -> tuple[tuple[float, float], int]:
    """What the differences give and how far off the derivative may be; and whether a kink was met."""
    central = (forward - backward) / (2 * STEPS)
    limit, deviation = _extrapolated(central, noise, 2)
    floor = OWN_ROUND_OFF * scale
    noticeable = max(scale, abs(limit)) if scale > NO_DERIVATIVE else 1.0
    if SURE * deviation + floor > NOTICED * noticeable:
        deviation = np.nan
    tolerance = SURE * deviation + floor + noise
    if abs(limit - analytic) <= tolerance:
        return (limit, float(tolerance)), 0
    right, right_deviation = _extrapolated((forward - centre) / STEPS, 2 * noise, 1)
    left, left_deviation = _extrapolated((centre - backward) / STEPS, 2 * noise, 1)
    one_sided = SURE * max(right_deviation, left_deviation) + floor + noise
    if np.isfinite(one_sided) and abs(right - left) > max(10 * one_sided, 1e-4 * max(abs(right), abs(left))):
        low, high = min(left, right), max(left, right)
        return (float(np.clip(analytic, low, high)), float(one_sided)), 1
    return (limit, float(tolerance)), 0


def _extrapolated(quotients: Floats, noise: float, order: int) -> tuple[float, float]:
    """The limit of difference quotients at step 0 and its standard deviation, NaN where no model describes them.

    `order` is 2 for central quotients, whose error has even powers of the step only, and 1 for one-sided ones. The
    round-off near the point can by chance be smaller than along the ladder, so that a larger one is tried, too; the
    deviation grows with it.
    """
    for chance in CHANCES:
        limit, deviation = _fitted(quotients, chance * noise, order)
        if np.isfinite(deviation):
            break
    return limit, deviation


def _fitted(quotients: Floats, noise: float, order: int) -> tuple[float, float]:
    """The limit and its standard deviation if a value has this round-off; the widest rungs are left out first."""
    known = np.isfinite(quotients)
    steps, values = STEPS[known], quotients[known]
    while len(steps) >= FEWEST_RUNGS:
        sigma = noise / steps + EPSILON * np.abs(values)
        unit = float(sigma.max())
        if not 0 < unit < math.inf:
            break
        sigma = sigma / unit
        terms = steps[:, None] / steps[0]
        model = np.hstack([terms ** (order * power) for power in range(4)])
        weighted = model / sigma[:, None]
        wanted = values / unit / sigma
        solution, _, _, _ = np.linalg.lstsq(weighted, wanted, rcond=None)
        misfits = weighted @ solution - wanted
        if np.max(np.abs(misfits)) <= SURE:
            covariance = np.linalg.pinv(weighted.T @ weighted)
            # A rung just beyond a kink may fit by stretching what the others say.
            stretched = max(1.0, float(misfits @ misfits) / (len(steps) - model.shape[1]))
            return float(solution[0] * unit), float(np.sqrt(covariance[0, 0] * stretched) * unit)
        steps, values = steps[1:], values[1:]
    return float(values[-1]) if len(values) else np.nan, np.nan


# --- solutions ------------------------------------------------------------------------------------------------------


def check_stationary(
    value: Function,
    gradient: Function,
    solution: Function,
    parameters: tuple[Variable, ...],
    wrt: tuple[Variable, ...],
    given: tuple[Variable, ...],
    seed: int = 0,
    *,
    minimum: bool = True,
) -> CheckReport:
    """Check that the gradient vanishes at a solution, and with `minimum` that the value falls in no random direction.

    `value` and `gradient` take the arrays of `parameters`, `solution` those of `given`; it returns the array of the one
    variable of `wrt`, or a tuple. The gradient may be as large as its change when the solution moves by 10⁻⁹ of itself.
    """
    random = np.random.default_rng(seed)
    entries: list[Entry] = []
    for lengths in (SMALL, REAL):
        sizes = choose_sizes(parameters, lengths)
        shown = ", ".join(f"{symbol} = {length}" for symbol, length in sizes.items()) or "scalars"
        arrays = {variable: draw(variable, sizes, random) for variable in parameters}
        found = solution(*(arrays[variable] for variable in given))
        parts = found if isinstance(found, tuple) else (found,)
        if len(parts) != len(wrt):
            raise UnsupportedError(f"{len(parts)} solutions were returned for {len(wrt)} variables")
        for variable, part in zip(wrt, parts, strict=True):
            wanted = tuple(int(axis.subs(sizes)) for axis in axes_of(variable))
            if np.shape(part) != wanted:
                return CheckReport(0, None, 0, f"{variable.name} has shape {np.shape(part)}, expected {wanted}")
            arrays[variable] = np.asarray(part, dtype=np.float64)
        entries.extend(_stationary(value, gradient, parameters, wrt, arrays, random, minimum, shown))
    return CheckReport(len(entries), max(entries, key=lambda entry: entry.badness), 0)


def _stationary(
    value: Function,
    gradient: Function,
    parameters: tuple[Variable, ...],
    wrt: tuple[Variable, ...],
    arrays: dict[Variable, Floats],
    random: np.random.Generator,
    minimum: bool,
    sizes: str,
) -> Iterator[Entry]:
    def moved(steps: dict[Variable, Floats]) -> list[Floats]:
        return [arrays[variable] + steps.get(variable, 0.0) for variable in parameters]

    def gradients(steps: dict[Variable, Floats]) -> list[Floats]:
        result = gradient(*moved(steps))
        return [np.asarray(part) for part in (result if isinstance(result, tuple) else (result,))]

    length = max(float(np.abs(arrays[variable]).max()) for variable in wrt) or 1.0
    here = gradients({})
    change = [0.0] * len(wrt)
    start = float(value(*moved({})))
    for trial in range(1, 6):
        steps = {variable: length * random.normal(size=arrays[variable].shape) for variable in wrt}
        for place, (before, after) in enumerate(zip(here, gradients(steps), strict=True)):
            change[place] = max(change[place], float(np.abs(after - before).max()))
        if minimum:
            for factor in (1.0, 1e-2, 1e-4):
                other = float(value(*moved({variable: factor * step for variable, step in steps.items()})))
                allowed = 64 * EPSILON * max(abs(start), abs(other)) + 1e-300
                where = f"value at the solution, and the lower of it and {factor:g} along random direction {trial}"
                yield Entry(where, start, min(start, other), allowed, abs(start), sizes)
    for variable, part, most in zip(wrt, here, change, strict=True):
        index = tuple(int(each) for each in np.unravel_index(int(np.argmax(np.abs(part))), part.shape))
        where = f"gradient by {variable.name}{list(index) if index else ''} at the solution"
        yield Entry(where, float(part[index]), 0.0, 1e-9 * most + 1e-300, most, sizes)
