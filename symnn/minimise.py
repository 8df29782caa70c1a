"""Minimising an objective of several arrays by SciPy's methods, which get the emitted functions that they take.

The arrays are packed into one vector, which is what SciPy's methods take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from symnn.arrays import Floats, Packing
from symnn.errors import DataError, MissingExtraError, UnsupportedError

Emitted = Callable[..., Any]

BY_GRADIENT = ("CG", "BFGS", "L-BFGS-B", "TNC", "SLSQP")
BY_PRODUCTS = ("Newton-CG", "trust-ncg", "trust-krylov", "trust-constr")
BY_HESSIAN = ("dogleg", "trust-exact")
BY_VALUE = ("Nelder-Mead", "Powell", "COBYLA")
METHODS = (*BY_GRADIENT, *BY_PRODUCTS, *BY_HESSIAN, *BY_VALUE)
"""SciPy's methods, by what they take besides the value."""


@dataclass(frozen=True)
class Objective:
    """An objective of one vector: its emitted value, gradient and Hessian products, with the arguments that are given.

    `hvp` takes ``direction``, or ``direction_w`` for each of several arrays w.
    """

    value_of: Emitted
    gradient_of: Emitted
    packing: Packing
    given: Mapping[str, Any]
    hvp_of: Emitted | None = None

    def value(self, vector: Floats) -> float:
        return float(self.value_of(**self.given, **self.packing.unpack(vector)))

    def gradient(self, vector: Floats) -> Floats:
        return self.packing.pack_results(self.gradient_of(**self.given, **self.packing.unpack(vector)))

    def hvp(self, vector: Floats, direction: Floats) -> Floats:
        """The Hessian times a direction. Raises UnsupportedError where its function is not given."""
        if self.hvp_of is None:
            raise UnsupportedError("the method takes products with the Hessian: give the emitted function as hvp=")
        parts = self.packing.unpack(direction)
        several = len(parts) > 1
        ways = {f"direction_{name}" if several else "direction": part for name, part in parts.items()}
        return self.packing.pack_results(self.hvp_of(**self.given, **self.packing.unpack(vector), **ways))

    def hessian(self, vector: Floats) -> Floats:
        """The Hessian, column by column."""
        return np.array([self.hvp(vector, column) for column in np.eye(len(vector))]).T


@dataclass(frozen=True)
class Minimum:
    """What a method found. `path` has the places after each step, the start first, packed: (steps + 1) × entries.

    `scipy` is SciPy's own result: messages, counts of evaluations, approximations of the Hessian.
    """

    value: float
    converged: bool
    path: Floats
    packing: Packing
    scipy: Any

    @cached_property
    def arrays(self) -> Mapping[str, Any]:
        """The arrays by their names."""
        return MappingProxyType(self.packing.unpack(np.asarray(self.scipy.x)))

    def __getitem__(self, name: str) -> Any:
        return self.arrays[name]


def minimise(
    value: Emitted,
    gradient: Emitted,
    start: Mapping[str, ArrayLike],
    given: Mapping[str, Any] | None = None,
    *,
    method: str = "BFGS",
    hvp: Emitted | None = None,
    tolerance: float | None = None,
    options: Mapping[str, Any] | None = None,
) -> Minimum:
    """Minimise `value` over the arrays of `start` by one of SciPy's methods, from where they are.

    The functions are emitted ones: they take all arguments by name, those that are `given` stay as they are. `gradient`
    and `hvp` return one array for each of `start`, in that order. `tolerance` and `options` go to
    ``scipy.optimize.minimize``. Raises UnsupportedError for an unknown method, or for one that takes products with the
    Hessian where no `hvp` is given, DataError where shapes do not fit, and MissingExtraError without SciPy (S11).
    """
    try:
        from scipy import optimize
    except ImportError as error:
        raise MissingExtraError("minimisers are SciPy's: pip install 'symnn[fit]'") from error
    if method not in METHODS:
        raise UnsupportedError(f"there is no method {method!r}; there are {', '.join(METHODS)}")
    if not start:
        raise DataError("start: name at least one array to minimise over")
    packing = Packing.of(start)
    objective = Objective(value, gradient, packing, dict(given or {}), hvp)
    if method in (*BY_PRODUCTS, *BY_HESSIAN) and hvp is None:
        raise UnsupportedError(f"{method} takes products with the Hessian: give the emitted function as hvp=")
    path = [packing.pack(start)]
    found = optimize.minimize(
        objective.value,
        path[0],
        method=method,
        jac=None if method in BY_VALUE else objective.gradient,
        hessp=objective.hvp if method in BY_PRODUCTS else None,
        hess=objective.hessian if method in BY_HESSIAN else None,
        tol=tolerance,
        callback=lambda place, *_: path.append(np.array(place)),
        options=dict(options or {}),
    )
    return Minimum(float(found.fun), bool(found.success), np.array(path), packing, found)
