"""Every kind of derivative in the form that `check_derivative` compares: entries, blocks, directions, symmetric steps.

Each comparison takes the function that was differentiated, its derivative, their parameters and the variables of the
derivative, and what else `check_derivative` takes. All of them end in central differences of the first function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from symnn.algebra.nodes import Variable
from symnn.arrays import Floats
from symnn.calculus.transposes import symmetric as symmetric_by_assumption
from symnn.check.finite_differences import CheckReport, Function, check_derivative

Comparison: TypeAlias = Callable[..., CheckReport]

SHORT = 0.125
"""Steps are drawn of order one; by this they are made short, so that they seldom leave a domain."""


def entries(
    base: Function, derivative: Function, parameters: tuple[Variable, ...], wrt: tuple[Variable, ...], **how: Any
) -> CheckReport:
    """A gradient or Jacobian: an array for each variable."""
    return check_derivative(base, derivative, parameters, wrt, **how)


def blocks(
    base: Function, derivative: Function, parameters: tuple[Variable, ...], wrt: tuple[Variable, ...], **how: Any
) -> CheckReport:
    """A Hessian of several variables: for each array of the base a tuple with an array for each variable."""

    def columns(*arrays: Floats) -> tuple[Floats, ...]:
        found = derivative(*arrays)
        shapes = [arrays[parameters.index(variable)].shape for variable in wrt]
        return tuple(
            np.concatenate([np.reshape(row[place], (-1, *shape)) for row in found])
            for place, shape in enumerate(shapes)
        )

    return check_derivative(_in_one(base), columns, parameters, wrt, **how)


def along(
    base: Function, derivative: Function, parameters: tuple[Variable, ...], wrt: tuple[Variable, ...], **how: Any
) -> CheckReport:
    """A derivative along directions, the last parameters of its function: the base moves by the length of a step."""
    directions = tuple(
        Variable(_fresh(f"direction_{variable.name}", parameters), *variable.shape, variable.rank) for variable in wrt
    )
    step = Variable(_fresh("step", parameters), 1, 1, 0)
    places = [parameters.index(variable) for variable in wrt]

    def moved(arrays: Sequence[Any]) -> tuple[list[Any], Sequence[Any]]:
        here, ways, length = list(arrays[: len(parameters)]), arrays[len(parameters) : -1], SHORT * float(arrays[-1])
        for place, way in zip(places, ways, strict=True):
            here[place] = here[place] + length * way
        return here, ways

    def value(*arrays: Any) -> Floats:
        return _in_one(base)(*moved(arrays)[0])

    def slope(*arrays: Any) -> Floats:
        here, ways = moved(arrays)
        return np.multiply(SHORT, _in_one(derivative)(*here, *ways))

    return check_derivative(value, slope, (*parameters, *directions, step), (step,), **how)


def symmetric(
    base: Function, derivative: Function, parameters: tuple[Variable, ...], wrt: tuple[Variable, ...], **how: Any
) -> CheckReport:
    """A gradient on symmetric matrices: of every step only the symmetric part is taken."""
    return check_derivative(on_symmetric(base, parameters, wrt), derivative, parameters, wrt, **how)


def structured(
    base: Function, derivative: Function, parameters: tuple[Variable, ...], wrt: tuple[Variable, ...], **how: Any
) -> CheckReport:
    """A derivative by the entries on and below the diagonal: the entry above moves with the one below."""
    steps = {
        parameters.index(variable): Variable(_fresh(f"step_{variable.name}", parameters), *variable.shape, 2)
        for variable in wrt
        if symmetric_by_assumption(variable) and not variable.is_scalar
    }

    def moved(arrays: Sequence[Any]) -> list[Any]:
        here = list(arrays[: len(parameters)])
        for place, step in zip(steps, arrays[len(parameters) :], strict=True):
            here[place] = here[place] + SHORT * (step + step.T - np.diag(np.diag(step)))
        return here

    def slopes(*arrays: Any) -> Any:
        found = derivative(*moved(arrays))
        parts = found if isinstance(found, tuple) else (found,)
        scaled = [
            SHORT * part if parameters.index(variable) in steps else part
            for part, variable in zip(parts, wrt, strict=True)
        ]
        return tuple(scaled) if isinstance(found, tuple) else scaled[0]

    by = tuple(steps.get(parameters.index(variable), variable) for variable in wrt)
    return check_derivative(lambda *a: base(*moved(a)), slopes, (*parameters, *steps.values()), by, **how)


def on_symmetric(function: Function, parameters: tuple[Variable, ...], wrt: tuple[Variable, ...]) -> Function:
    """The function of the symmetric part of each symmetric variable."""
    places = [parameters.index(v) for v in wrt if symmetric_by_assumption(v) and not v.is_scalar]

    def restricted(*arrays: Any) -> Any:
        return function(*((m + m.T) / 2 if place in places else m for place, m in enumerate(arrays)))

    return restricted


COMPARISONS: Mapping[str, Comparison] = {
    "entries": entries,
    "blocks": blocks,
    "along": along,
    "symmetric": symmetric,
    "structured": structured,
}


def _in_one(function: Function) -> Callable[..., Floats]:
    """The function with all its arrays in one vector."""

    def joined(*arrays: Any) -> Floats:
        found = function(*arrays)
        parts = found if isinstance(found, tuple) else (found,)
        return np.concatenate([np.ravel(np.asarray(part, dtype=np.float64)) for part in parts])

    return joined


def _fresh(name: str, taken: Sequence[Variable]) -> str:
    names = {variable.name for variable in taken}
    while name in names:
        name += "_"
    return name
