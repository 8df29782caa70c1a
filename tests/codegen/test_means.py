"""Means: sums that are divided by the number of their terms, and no others."""

from __future__ import annotations

import numpy as np
import pytest

from symnn import derive
from symnn.codegen.emit import emit_function_module, load_module

SHAPES = {"X": ("n", "d"), "Y": ("n", "d"), "y": ("n",), "w": ("d",)}

VALUES = {
    "np.mean(np.exp(X))": "return np.exp(X).mean()",
    "np.sum(np.exp(X))/X.shape[0]/X.shape[1]": "return np.exp(X).mean()",
    "np.sum(np.exp(y))/len(y)": "return np.exp(y).mean()",
    "3*np.sum(np.tanh(y)*np.exp(y) + y)/len(y)": "return 3 * np.mean(np.tanh(y) * np.exp(y) + y)",
    "np.sum(np.exp(X.sum(axis=0)/len(X)))": "return np.exp(X.mean(axis=0)).sum()",
    "np.sum(np.exp(X.sum(axis=1)/X.shape[1]))": "return np.exp(X.mean(axis=1)).sum()",
    "np.sum(np.exp(X))/len(X)": "return np.exp(X).sum() / n",
    "np.sum(np.exp(X.sum(axis=0)/X.shape[1]))": "return np.exp(X.sum(axis=0) / d).sum()",
    "np.sum(np.exp(y))/len(y)**2": "return np.exp(y).sum() / n**2",
    "np.mean(np.exp(y))*np.sum(np.exp(y))": "return total * total / n",
    "np.sum(X@w)/len(X)": "return np.mean(X @ w)",
    "-np.mean(-np.exp(X) - np.cos(Y))": "return np.mean(np.exp(X) + np.cos(Y))",
}


@pytest.mark.parametrize("objective", VALUES)
def test_means(objective: str) -> None:
    used = [name for name in SHAPES if name in objective.replace("np.exp", "").replace("shape", "")]
    result = derive(objective, used[0], {name: SHAPES[name] for name in used})
    code = result.numpy("value")
    assert code.splitlines()[-1].partition("  # ")[0].strip() == VALUES[objective]
    random = np.random.default_rng(0)
    point = {name: random.normal(size=[{"n": 5, "d": 3}[axis] for axis in SHAPES[name]]) for name in used}
    expected = eval(objective, {"np": np, **point})
    assert load_module(code, "means").value(**point) == pytest.approx(expected, rel=1e-13)


def test_a_mean_of_float32_stays_float32() -> None:
    specification = derive("np.mean(np.exp(X))", "X", {"X": ("n", "d")}).derivative("value").specification()
    value = load_module(emit_function_module(specification, dtype="float32"), "means").value
    assert value(np.ones((5, 3), np.float32)).dtype == np.float32
