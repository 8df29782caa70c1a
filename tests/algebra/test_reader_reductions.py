"""Extremes and norms mean what NumPy means by them, for each order and axis; what has no derivative is refused."""

import re

import numpy as np
import pytest

from symnn.algebra.nodes import Extreme, SquaredNorm
from symnn.algebra.reader import read
from symnn.codegen.emit import FunctionSpec, emit_function_module, load_module
from symnn.errors import ReadError

random = np.random.default_rng(3)
ARRAYS = {
    "X": random.normal(size=(5, 3)),
    "y": random.normal(size=5),
    "c": random.normal(size=(5, 1)),
    "r": random.normal(size=(1, 3)),
}
SHAPES = {"X": ("n", "d"), "y": ("n",), "c": ("n", 1), "r": (1, "d")}


def read_here(text):
    return read(text, {name: shape for name, shape in SHAPES.items() if re.search(rf"\b{name}\b", text)})


def evaluated(text):
    reading = read_here(text)
    spec = FunctionSpec("value", reading.parameters, (reading.value,), (reading.rank,), "The value.")
    function = load_module(emit_function_module(spec), "value").value
    return function(*(ARRAYS[variable.name] for variable in reading.parameters))


REDUCTIONS = [
    f"{function}({operand}{arguments})"
    for function in ("np.max", "np.amin", "np.ptp")
    for operand in ("X", "y", "c", "r")
    for arguments in ("", ", axis=0", ", axis=-1, keepdims=True", ", keepdims=True")
]
NORMS = [
    f"np.linalg.norm({operand}, {order}{arguments})"
    for operand, orders in {
        "X": ("None", "1", "-1", "np.inf", "-np.inf", "'fro'"),
        "y": ("None", "1", "2", "3", "4", "0.5", "-2", "np.inf", "-np.inf"),
        "c": ("1", "-1", "np.inf", "'fro'"),
        "r": ("1", "-1", "np.inf", "-np.inf"),
    }.items()
    for order in orders
    for arguments in ("", ", keepdims=True")
] + [f"np.linalg.norm(X, {order}, axis={axis})" for order in ("None", "1", "2", "3", "np.inf") for axis in (0, 1)]


@pytest.mark.parametrize("text", [*REDUCTIONS, *NORMS])
def test_value_is_that_of_numpy(text):
    expected = eval(text, {"np": np}, ARRAYS)
    np.testing.assert_allclose(evaluated(text), expected, rtol=1e-14)
    assert np.shape(evaluated(text)) == np.shape(expected)


def test_methods_are_the_functions():
    assert read("X.max(axis=1)", {"X": ("n", "d")}).value is read("np.max(X, axis=1)", {"X": ("n", "d")}).value
    assert isinstance(read("X.min()", {"X": ("n", "d")}).value, Extreme)


def test_even_orders_need_no_absolute_value():
    assert (
        read("np.linalg.norm(y, 4)**4", {"y": ("n",)}).value.children[0].children[0]
        is read("np.sum(y**4)", {"y": ("n",)}).value
    )
    assert isinstance(read("np.linalg.norm(y, 2)**2", {"y": ("n",)}).value, SquaredNorm)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("np.linalg.norm(y, 0)", "jumps"),
        ("np.linalg.norm(y, 'fro')", "a number, np.inf"),
        ("np.linalg.norm(y, 'nuc')", "a number, np.inf"),
        ("np.linalg.norm(X, 3)", "np.sum\\(np.abs\\(X\\)\\*\\*p\\)"),
        ("np.linalg.norm(X, 'max')", "one of the texts fro and nuc"),
        ("np.linalg.norm(y, y)", "a scalar, found the shape"),
        ("max(a, b)", "np.maximum"),
        ("np.inf * y", "an expression is expected"),
        ("np.max(X, axis=2)", "has no axis 2"),
        ("np.max(X, initial=0)", "`initial` of `max` is not read"),
    ],
)
def test_refusal_names_the_reason(text, reason):
    with pytest.raises(ReadError, match=reason):
        read_here(text)
