"""Branches that are not chosen: no warning, no overflow, and the values and gradients that are chosen."""

from __future__ import annotations

import numpy as np
import pytest

from symnn import derive

SHAPES = {"x": ("n",), "y": ("n",)}
X = np.array([800.0, -800.0, 0.0, 0.25, 1.0, -1.5, 3.0])
Y = np.array([1.0, 0.0, 1.0, -1.0, 2.0, 0.5, 1.0])
WHOLE = np.minimum(X, 0)

CASES = {
    "np.sum(np.where(x > 0, x, np.exp(x) - 1))": (
        np.where(X > 0, X, np.expm1(WHOLE)),
        np.where(X > 0, 1, np.exp(WHOLE)),
    ),
    "np.sum(np.where(x > 0, np.log(np.abs(x)), 0))": (
        [np.log(x) if x > 0 else 0 for x in X],
        [1 / x if x > 0 else 0 for x in X],
    ),
    "np.sum(np.where(x > 1, np.sqrt(x - 1), x))": (
        [np.sqrt(x - 1) if x > 1 else x for x in X],
        [1 / (2 * np.sqrt(x - 1)) if x > 1 else 1 for x in X],
    ),
    "np.sum(np.where(np.abs(x) > 1, 1/x, x))": (
        [1 / x if abs(x) > 1 else x for x in X],
        [-1 / x**2 if abs(x) > 1 else 1 for x in X],
    ),
    "np.sum(np.where(x > 0, y*np.log(x), y))": (
        [y * np.log(x) if x > 0 else y for x, y in zip(X, Y, strict=True)],
        [y / x if x > 0 else 0 for x, y in zip(X, Y, strict=True)],
    ),
    "np.sum(np.where(x > 0, x**1.5, 0))": (np.maximum(X, 0) ** 1.5, 1.5 * np.sqrt(np.maximum(X, 0))),
    "np.sum(np.where(x > 0, np.sqrt(np.abs(x)) - 1, y*(-x)**2.5))": (
        [np.sqrt(x) - 1 if x > 0 else y * (-x) ** 2.5 for x, y in zip(X, Y, strict=True)],
        [0.5 / np.sqrt(x) if x > 0 else -2.5 * y * (-x) ** 1.5 for x, y in zip(X, Y, strict=True)],
    ),
    "np.sum(np.where(x > 0, x**1.5, 0) + np.where(x > 1, 2*x**1.5, 0))": (
        [(x > 0) * abs(x) ** 1.5 + 2 * (x > 1) * abs(x) ** 1.5 for x in X],
        [(x > 0) * 1.5 * abs(x) ** 0.5 + 3 * (x > 1) * abs(x) ** 0.5 for x in X],
    ),
    "np.sum(np.where(x > 0, np.where(x > 2, np.arccosh(x), np.log(x)), 0))": (
        [np.arccosh(x) if x > 2 else np.log(x) if x > 0 else 0 for x in X],
        [1 / np.sqrt(x**2 - 1) if x > 2 else 1 / x if x > 0 else 0 for x in X],
    ),
    "np.sum(np.where(np.abs(x) < 1, np.arcsin(x) + np.arctanh(x) - np.arccos(x), 0))": (
        [np.arcsin(x) + np.arctanh(x) - np.arccos(x) if abs(x) < 1 else 0 for x in X],
        [2 / np.sqrt(1 - x**2) + 1 / (1 - x**2) if abs(x) < 1 else 0 for x in X],
    ),
}


@pytest.mark.parametrize("objective", CASES)
def test_what_is_not_chosen_is_not_computed_with(objective: str) -> None:
    names = {name: shape for name, shape in SHAPES.items() if name != "y" or "y" in objective}
    result = derive(objective, "x", names)
    values = [X, Y][: len(names)] if objective.index("x") < objective.find("y") or "y" not in objective else [Y, X]
    value, gradient = CASES[objective]
    with np.errstate(all="raise", under="ignore"):
        assert result.derivative("value").function()(*values) == pytest.approx(np.sum(value), rel=1e-14)
        np.testing.assert_allclose(result.derivative("gradient").function()(*values), gradient, rtol=1e-14)


def test_the_lines_stay_short() -> None:
    def lines(objective: str, what: str) -> str:
        return derive(objective, "x", {"x": ("n",)}).numpy(what).rpartition("sizes)\n")[2]

    assert lines("np.sum(np.where(x > 0, x, np.exp(x) - 1))", "gradient") == (
        "    return np.where(x > 0, 1, np.exp(np.minimum(0, x)))  # (13)\n"
    )
    assert lines("np.sum(np.where(x > 1, np.sqrt(x - 1), x))", "value") == (
        "    condition = x > 1  # (1)\n"
        "    return np.where(condition, np.sqrt(np.where(condition, x - 1, 1)), x).sum()  # (1)\n"
    )
    untouched = lines("np.sum(np.where(x > 0, np.log(1 + x**2), np.log(1 + np.exp(x))))", "value")
    assert untouched == "    return np.where(x > 0, np.log1p(x**2), np.logaddexp(0, x)).sum()  # (1)\n"
