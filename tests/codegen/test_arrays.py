"""The arrays that emitted functions take and give: dtypes, layouts, no argument changed, no result shared."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest

from symnn import derive
from symnn.codegen.emit import emit_function_module, load_module

SHAPES = {
    **{"a": ("n",), "b": ("n",), "x": ("n",), "w": ("d",), "X": ("n", "d"), "A": ("n", "n"), "B": ("n", "n")},
    **{"c": ("n", 1), "s": ()},
}
LENGTHS = {"n": 4, "d": 3, 1: 1}
OBJECTIVES = {
    "a@x": "x",
    "np.sum(A*B)": "A",
    "np.trace(A@B)": "A",
    "s*np.sum(a*x)": "s,x",
    "np.sum(a*x) + np.sum(b*x)": "a,b",
    "a@X@w": "X",
    "np.sum(c*c)/2": "c",
    "np.sum(a*x[::-1])": "x",
    "np.sum(np.where(x > 0, a*x, b*x))": "x",
    "x@x/2": "x",
}


def strided(array: np.ndarray) -> np.ndarray:
    whole = np.zeros([2 * length for length in array.shape] or [2], array.dtype)
    view = whole[(slice(None, None, 2),) * array.ndim] if array.ndim else whole[:1].reshape(())
    view[...] = array
    return view


def reversed_axes(array: np.ndarray) -> np.ndarray:
    return array.T.copy().T


LAYOUTS: list[Callable[[np.ndarray], np.ndarray]] = [np.copy, strided, reversed_axes]


def flat(result: Any) -> list[Any]:
    found = [result]
    while any(isinstance(part, tuple) for part in found):
        found = [inner for part in found for inner in (part if isinstance(part, tuple) else (part,))]
    return found


@pytest.mark.parametrize("what", ["value", "gradient", "hvp"])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_arrays_in_and_out(objective: str, what: str) -> None:
    wrt = OBJECTIVES[objective].split(",")
    names = {name: shape for name, shape in SHAPES.items() if name in free_names(objective)}
    derivative = derive(objective, wrt, names).derivative(what)
    for dtype in ("float64", "float32"):
        function = getattr(load_module(emit_function_module(derivative.specification(), dtype=dtype), "case"), what)
        for lengths in (LENGTHS, dict.fromkeys(LENGTHS, 1)):
            random = np.random.default_rng(0)
            given = {
                name: np.asarray(random.integers(-9, 9, [lengths[size] for size in shape_of(name, wrt)]))
                for name in inspect.signature(function).parameters
            }
            results = [
                called(function, {name: layout(array.astype(kind)) for name, array in given.items()}, dtype)
                for layout in LAYOUTS
                for kind in ("float64", "float32", "int64")
            ]
            for result in results:
                for part, wanted in zip(result, results[0], strict=True):
                    np.testing.assert_allclose(part, wanted, rtol=1e-6)


def free_names(objective: str) -> set[str]:
    return set(compile(objective, "objective", "eval").co_names) - {"np"}


def shape_of(name: str, wrt: list[str]) -> tuple[Any, ...]:
    return SHAPES[name] if name in SHAPES else SHAPES[name.removeprefix("direction_") if len(wrt) > 1 else wrt[0]]


def called(function: Callable[..., Any], arrays: dict[str, np.ndarray], dtype: str) -> list[Any]:
    """The results of a call whose arguments cannot be written to."""
    for array in arrays.values():
        array.setflags(write=False)
    results = flat(function(**arrays))
    assert not any(np.shares_memory(*pair) for pair in product(results, arrays.values()))
    assert not any(np.shares_memory(*pair) for pair in combinations(results, 2))
    for result in results:
        assert np.ndim(result) == 0 or (result.dtype == dtype and result.flags.writeable)
    return results
