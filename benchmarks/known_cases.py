"""Cases with known derivatives: how they are read, what values are drawn for them, and what is right at these values.

A case is an objective, and its derivative where one is known, as NumPy text; the file beside this one and those in
``tests/corpus`` say where each is from. What is right is found by NumPy alone: the objective is evaluated as it
stands and differentiated by central differences, extrapolated twice. The texts are executed, so read only files that
you trust.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import scipy

Values = Mapping[str, Any]

SIZES: tuple[Mapping[str, int], ...] = ({"n": 3, "d": 2, "k": 4, "m": 5}, {"n": 5, "d": 3, "k": 2, "m": 4})

ASSUMPTIONS = {
    "sym": "symmetric",
    "spd": "positive definite",
    "pos": "positive",
    "unit": "positive",
    "small": "positive",
    "two": "positive",
    "pm1": "signs",
    "b01": "binary",
    "onehot": "onehot",
    "onehotrows": "onehot rows",
}
"""What symnn is told of an attribute; one that is not here, such as ``big``, says only what values are drawn."""


@dataclass(frozen=True)
class Case:
    """One objective in all the ways in which it is written, and what is known of its derivative.

    `kind` is scalar (a gradient), vector (the Jacobian, columns stacked) or hessian. `refused` is a word of the reason
    where symnn refuses the case, else empty.
    """

    id: str
    source: str
    kind: str
    expressions: tuple[str, ...]
    shapes: Mapping[str, tuple[Any, ...]]
    attributes: Mapping[str, str]
    wrt: str
    derivative: str | None
    hessian: str | None
    refused: str = ""

    @property
    def assumptions(self) -> dict[str, str]:
        return {name: ASSUMPTIONS[word] for name, word in self.attributes.items() if word in ASSUMPTIONS}

    @property
    def what(self) -> str:
        """The function that symnn emits for it."""
        return {"scalar": "gradient", "vector": "jacobian", "hessian": "hessian"}[self.kind]


def read_cases(path: Path) -> list[Case]:
    return [_case(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _case(record: Mapping[str, Any]) -> Case:
    return Case(
        record["id"],
        record["source"],
        record["kind"],
        (record["expression"], *record.get("also", ())),
        {name: tuple(shape) for name, shape in record["shapes"].items()},
        record["attributes"],
        record["wrt"],
        record["derivative"],
        record["hessian"],
        record.get("refused", ""),
    )


# --- values ---------------------------------------------------------------------------------------------------------


def draw(case: Case, sizes: Mapping[str, int], random: np.random.Generator) -> dict[str, Any]:
    """Random arrays for all variables of a case."""
    return {
        name: _drawn(tuple(sizes.get(size, size) for size in shape), case.attributes.get(name), random)
        for name, shape in case.shapes.items()
    }


def _drawn(shape: tuple[int, ...], attribute: str | None, random: np.random.Generator) -> Any:
    normal = random.normal(size=shape)
    match attribute:
        case "sym":
            drawn = normal + normal.T
        case "spd":
            drawn = normal @ normal.T + np.eye(shape[0])
        case "pos":
            drawn = np.abs(normal) + 0.5
        case "unit":
            drawn = random.uniform(0.2, 0.8, size=shape)
        case "small":
            drawn = random.uniform(0.05, 0.2, size=shape)
        case "two":
            drawn = random.uniform(2, 3, size=shape)
        case "big":
            drawn = np.abs(normal) + 20
        case "pm1":
            drawn = np.sign(normal)
        case "b01":
            drawn = (normal > 0) * 1.0
            drawn.flat[:2] = 1, 0
        case "onehot":
            drawn = np.eye(shape[0])[:, [1]]
        case "onehotrows":
            drawn = np.eye(shape[1])[random.integers(0, shape[1], shape[0])]
        case _:
            drawn = normal
    return drawn if shape else float(drawn)


# --- what is right --------------------------------------------------------------------------------------------------


def _softmax(z: Any, axis: int | None = None) -> Any:
    return scipy.special.softmax(z, axis=axis)


OWN_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "sigmoid": scipy.special.expit,
    "softplus": lambda z: np.logaddexp(0, z),
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.expm1(z)),
    "swish": lambda z: z * scipy.special.expit(z),
    "gelu": lambda z: z / 2 * (1 + scipy.special.erf(z / np.sqrt(2))),
    "erf": scipy.special.erf,
    "softmax": _softmax,
    "logsumexp": scipy.special.logsumexp,
}
"""The functions that symnn reads by its own names, by SciPy."""


def evaluate(text: str, values: Values) -> Any:
    """The value of a NumPy text: statements, the last one an expression."""
    *statements, last = ast.parse(text).body
    names = {"np": np, "scipy": scipy, **OWN_FUNCTIONS, **values}
    exec(compile(ast.Module(statements, []), "<case>", "exec"), names)
    assert isinstance(last, ast.Expr)
    return np.asarray(eval(compile(ast.Expression(last.value), "<case>", "eval"), names), dtype=float)


def differences(function: Callable[[Any], Any], at: Any, step: float = 4e-4) -> Any:
    """The derivative of a function of one array, of shape value.shape + at.shape, by extrapolated differences."""
    point = np.array(at, dtype=float)

    def central(index: tuple[int, ...], width: float) -> Any:
        ends = []
        for sign in (1, -1):
            moved = point.copy()
            moved[index] += sign * width
            ends.append(function(moved if point.ndim else float(moved)))
        return (ends[0] - ends[1]) / (2 * width)

    def extrapolated(index: tuple[int, ...]) -> Any:
        one, two, four = (central(index, step / width) for width in (1, 2, 4))
        better = (4 * two - one) / 3, (4 * four - two) / 3
        return (16 * better[1] - better[0]) / 15

    columns = [extrapolated(index) for index in product(*map(range, point.shape))]
    return np.stack(columns, axis=-1).reshape((*np.shape(columns[0]), *point.shape))


def by_differences(case: Case, text: str, values: Values) -> Any:
    """The derivative that a case asks for, by differences of its text, laid out like the known ones.

    A Hessian is that of the known gradient where there is one, else by differences of differences.
    """

    def value(array: Any) -> Any:
        return evaluate(text, {**values, case.wrt: array})

    def total(array: Any) -> Any:
        return value(array).sum()

    at = values[case.wrt]
    if case.kind == "scalar":
        return differences(total, at)
    if case.kind == "vector":
        return laid_out(case, values, differences(value, at))
    if case.derivative is not None:
        known = case.derivative
        return laid_out(case, values, differences(lambda array: evaluate(known, {**values, case.wrt: array}), at))
    return laid_out(case, values, differences(lambda array: differences(total, array, 8e-3), at, 8e-3))


def by_known(case: Case, values: Values) -> Any | None:
    """The known derivative at the values, None where none is known: a matrix between stacked columns for a Jacobian."""
    text = case.hessian if case.kind == "hessian" else case.derivative
    return None if text is None else evaluate(text, values)


def laid_out(case: Case, values: Values, found: Any) -> Any:
    """An array of shape output.shape + variable.shape, columns counted as one axis or two, like the known ones.

    Raises ValueError where it has not that shape.
    """
    found, inner = np.asarray(found, dtype=float), np.shape(values[case.wrt])
    if case.kind == "scalar":
        outer: tuple[int, ...] = ()
    else:
        outer = inner if case.kind == "hessian" else evaluate(case.expressions[0], values).shape
    if [size for size in found.shape if size != 1] != [size for size in (*outer, *inner) if size != 1]:
        raise ValueError(f"{case.id}: the shape {found.shape} is not made of {outer} and {inner}")
    if case.kind == "scalar" or not inner:
        return found.reshape(outer + inner)
    backwards = *reversed(range(len(outer))), *reversed(range(len(outer), len(outer) + len(inner)))
    turned = found.reshape(outer + inner).transpose(backwards)
    return turned.reshape(int(np.prod(outer)), int(np.prod(inner)))


def agree(found: Any, wanted: Any, tolerance: float) -> bool:
    """Whether two derivatives in one layout are the same, up to axes of length 1, relative to the largest entry."""
    left, right = np.squeeze(found), np.squeeze(wanted)
    if left.shape != right.shape or not np.all(np.isfinite(left)):
        return False
    return bool(np.max(np.abs(left - right), initial=0) <= tolerance * (1 + np.max(np.abs(right), initial=0)))


def all_cases(folder: Path) -> Iterator[Case]:
    """The cases of all files of a folder."""
    for path in sorted(folder.glob("*.jsonl")):
        yield from read_cases(path)
