"""Methods that descend by emitted formulas: each has its direction, and a search along it finds how far to go."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from symnn.arrays import Floats
from symnn.formula import Derivations
from symnn.minimise import Objective

FALL, LEVEL = 1e-4, 0.1
"""A step must make J fall by this part of what its slope promises, and may leave this part of the slope."""
HALVINGS = 60
EPSILON = float(np.finfo(np.float64).eps)


class Directions(Protocol):
    """Where to go from w with the gradient g. `learn` is told each step and by what it changed the gradient."""

    def at(self, w: Floats, g: Floats) -> Floats: ...

    def learn(self, step: Floats, change: Floats) -> None: ...


class SteepestDescent:
    """Against the gradient."""

    def at(self, w: Floats, g: Floats) -> Floats:
        return -g

    def learn(self, step: Floats, change: Floats) -> None:
        """Nothing is kept."""


@dataclass
class Newton:
    """To where the gradient of the quadratic model vanishes, by the Hessian of the objective."""

    derivations: Derivations
    objective: Objective

    def at(self, w: Floats, g: Floats) -> Floats:
        step = self.derivations.function("newton", "several_variables_solution")
        return np.asarray(step(H=self.objective.hessian(w), g=g))

    def learn(self, step: Floats, change: Floats) -> None:
        """Nothing is kept."""


@dataclass
class ConjugateGradients:
    """The form by Polak and Ribière; it begins anew where β would be negative."""

    derivations: Derivations
    residual: Floats | None = None
    direction: Floats = field(default_factory=lambda: np.zeros(0))

    def at(self, w: Floats, g: Floats) -> Floats:
        if self.residual is None or (self.residual + g) @ g < 0:
            self.direction = -g
        else:
            formula = self.derivations.function("conjugate_gradients", "direction")
            self.direction = np.asarray(formula(new=-g, r=self.residual, p=self.direction))
        self.residual = -g
        return self.direction

    def learn(self, step: Floats, change: Floats) -> None:
        """The residual and the direction before it are all that is kept."""


@dataclass
class Bfgs:
    """By an approximation of the inverse Hessian, the identity at first."""

    derivations: Derivations
    inverse: Floats | None = None

    def at(self, w: Floats, g: Floats) -> Floats:
        return -g if self.inverse is None else -self.inverse @ g

    def learn(self, step: Floats, change: Floats) -> None:
        before = np.eye(len(step)) if self.inverse is None else self.inverse
        formula = self.derivations.function("quasi_newton", "bfgs")
        self.inverse = np.asarray(formula(s=step, y=change, H=before))


@dataclass
class LimitedBfgs:
    """By the newest pairs of steps and changes; what stands for the oldest matrix is sᵀy/(yᵀy) of the newest pair."""

    derivations: Derivations
    memory: int = 5
    pairs: deque[tuple[Floats, Floats]] = field(default_factory=deque)

    def at(self, w: Floats, g: Floats) -> Floats:
        return -self.times(g)

    def times(self, vector: Floats, oldest: float | None = None) -> Floats:
        """The approximation of the inverse Hessian times a vector."""
        share, before, after = (
            self.derivations.function("quasi_newton", name) for name in ("share", "before", "after")
        )
        shares = []
        for s, y in reversed(self.pairs):
            shares.append(share(s=s, y=y, g=vector))
            vector = before(s=s, y=y, g=vector)
        if self.pairs and oldest is None:
            s, y = self.pairs[-1]
            oldest = float((s @ y) / (y @ y))
        vector = vector if oldest is None else oldest * vector
        for s, y in self.pairs:
            vector = after(s=s, y=y, r=vector, alpha=shares.pop())
        return vector

    def learn(self, step: Floats, change: Floats) -> None:
        self.pairs.append((step, change))
        if len(self.pairs) > self.memory:
            self.pairs.popleft()


@dataclass(frozen=True)
class Descent:
    """The places after each step, the start first: values, lengths of gradients, and how often a gradient was asked."""

    path: Floats
    values: Floats
    slopes: Floats
    evaluations: int

    @property
    def steps(self) -> int:
        return len(self.path) - 1


def descend(
    objective: Objective, start: Floats, directions: Directions, search: Search, *, steps: int, tolerance: float
) -> Descent:
    """Go along the directions until no entry of the gradient is greater than the tolerance, or for so many steps.

    Where a direction does not descend, that of steepest descent is taken.
    """
    counted = Counted(objective)
    w, g = start, counted.gradient(start)
    path, slopes = [w], [g]
    while len(path) <= steps and np.abs(g).max() > tolerance:
        direction = directions.at(w, g)
        if search is not whole_step and g @ direction >= 0:
            direction = -g
        step = search(counted, w, g, direction) * direction
        w, before = w + step, g
        g = counted.gradient(w)
        directions.learn(step, g - before)
        path.append(w)
        slopes.append(g)
    values = [objective.value(place) for place in path]
    return Descent(np.array(path), np.array(values), np.linalg.norm(slopes, axis=1), counted.evaluations)


@dataclass
class Counted:
    """An objective that counts how often its gradient is asked."""

    objective: Objective
    evaluations: int = 0

    def value(self, w: Floats) -> float:
        return self.objective.value(w)

    def gradient(self, w: Floats) -> Floats:
        self.evaluations += 1
        return self.objective.gradient(w)


# --- how far to go ---------------------------------------------------------------------------------------------------

Search = Callable[[Counted, Floats, Floats, Floats], float]
"""A length for a direction from w, where the gradient is g."""


def whole_step(counted: Counted, w: Floats, g: Floats, direction: Floats) -> float:
    """The direction itself is the step."""
    return 1.0


def halved(counted: Counted, w: Floats, g: Floats, direction: Floats) -> float:
    """The first of 1, ½, ¼ … at which J falls by enough."""
    length = 1.0
    for _ in range(HALVINGS):
        if _falls(counted, w, g, length * direction):
            break
        length /= 2
    return length


def levelled(counted: Counted, w: Floats, g: Floats, direction: Floats) -> float:
    """A length at which J has fallen by enough, and its slope is nearly level (Wolfe's conditions).

    Too short ones are doubled, until one is too long; then the middle between both is taken.
    """
    slope, low, high, length = abs(float(g @ direction)), 0.0, math.inf, 1.0
    for _ in range(HALVINGS):
        step = length * direction
        left = float(counted.gradient(w + step) @ direction)
        if left > LEVEL * slope or not _falls(counted, w, g, step):
            high = length
        elif left < -LEVEL * slope:
            low = length
        else:
            break
        length = 2 * low if math.isinf(high) else (low + high) / 2
    return length


def _falls(counted: Counted, w: Floats, g: Floats, step: Floats) -> bool:
    """Whether J falls by a part of what its slope promises, or as far as can be told in float64."""
    value = counted.value(w)
    return counted.value(w + step) <= value + FALL * float(g @ step) + EPSILON * abs(value)
