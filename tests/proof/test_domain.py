"""Where a theorem holds: conditions that are said once and no more than needed, and the conventions at kinks."""

from __future__ import annotations

import json
import re

import pytest

from symnn import derive
from symnn.account import Account
from symnn.errors import DomainError, SymnnError
from symnn.results.result import Result

SHAPES = {"x": "n", "y": "n", "w": "d", "B": "nd", "A": "nn", "X": "nn", "P": "nn"}


def derived(objective: str, wrt: str, **assume: str) -> Result:
    names = {name: tuple(shape) for name, shape in SHAPES.items() if _mentions(objective, name)}
    return derive(objective, wrt, names, {name: word.replace("_", " ") for name, word in assume.items()})


def _mentions(objective: str, name: str) -> bool:
    return re.search(rf"(?<![\w.]){name}(?!\w)", objective) is not None


CONDITIONS = {
    "np.sum(np.log(x))": ["every entry of x is positive"],
    "np.log(c)": ["c > 0"],
    "np.sum(np.log(1 + x**2) + np.log(1 + np.exp(x)))": [],
    "np.sum(np.log(1 - np.tanh(x)**2) + np.log(1 - sigmoid(x)))": [],
    "np.sum(np.log(1 - x))": ["every entry of 1ₙ − x is positive"],
    "np.sum(np.log(2*x))": ["every entry of x is positive"],
    "np.sum(np.log(x**2))": ["every entry of x is different from 0"],
    "np.sum(np.log(np.abs(x)))": ["every entry of x is different from 0"],
    "np.sum(np.sqrt(x))": ["every entry of x is positive"],
    "np.sum(np.sqrt(x)**2)": ["every entry of x is nonnegative"],
    "np.sum(np.sqrt(1 + x**2))": [],
    "np.sum(1/x)": ["every entry of x is different from 0"],
    "np.sum(x/(y*c))": ["c ≠ 0", "every entry of y is different from 0"],
    "np.sum(x)/np.sum(y)": ["∑ y ≠ 0"],
    "np.sum(x**-3)": ["every entry of x is different from 0"],
    "np.sum(x**1.5)": ["every entry of x is nonnegative"],
    "np.sum(x**c)": ["every entry of x is positive"],
    "np.sum(np.tan(x))": ["every entry of cos(x) is different from 0"],
    "np.linalg.norm(x)": ["x ≠ 0"],
    "np.linalg.norm(B@w - y)": ["Bw − y ≠ 0"],
    "np.linalg.norm(x)**2": [],
    "np.log(x@x)": ["x ≠ 0"],
    "(x@A@x)/(x@x)": ["x ≠ 0"],
    "np.linalg.det(X)": ["X is invertible"],
    "np.log(np.linalg.det(X))": ["det X > 0"],
    "np.log(np.abs(np.linalg.det(X)))": ["X is invertible"],
    "np.trace(np.linalg.inv(X))": ["X is invertible"],
    "np.sum(np.where(x > 0, np.log(x), 0))": [],
    "np.sum(np.where(x > 1, np.sqrt(x - 1), x))": [],
    "np.sum(np.where(x > 0, x, np.log(-x)))": ["every entry of where(x > 0, 1ₙ, −x) is positive"],
    "np.sum(np.where(x > 0, np.log(y), x))": ["every entry of where(x > 0, y, 1ₙ) is positive"],
    "np.sum(np.where(x > 0, 1/y, x)) + np.sum(1/y)": ["every entry of y is different from 0"],
    "np.sum(np.log(np.clip(x, 0.001, 0.999)))": [],
    "np.sum(np.log(np.log(x)))": ["every entry of log(x) is positive", "every entry of x is positive"],
}


def _conditions(result: Result) -> list[str]:
    return [said for said in result.assumptions if "convention" not in said]


@pytest.mark.parametrize("objective", CONDITIONS)
def test_conditions_are_said_once_and_no_more_than_needed(objective: str) -> None:
    wrt = next(name for name in ("w", "x", "X", "c") if _mentions(objective, name))
    assert _conditions(derived(objective, wrt)) == CONDITIONS[objective]


def test_conditions_that_are_assumed_are_not_said_again() -> None:
    assert _conditions(derived("np.sum(x*np.log(x))", "x", x="positive")) == ["x is positive"]
    assert _conditions(derived("np.log(np.linalg.det(P))", "P", P="positive_definite")) == ["P is positive definite"]
    quadratic = derived("y@np.linalg.inv(B.T@B)@y".replace("y", "w"), "w", B="full_column_rank")
    assert _conditions(quadratic) == ["B is full column rank"]


@pytest.mark.parametrize("objective", ["c*np.log(-2)", "np.sum(np.log(-np.exp(x)))", "np.sum(np.sqrt(-1 - x**2))",
                                       "c*np.log(0)"])  # fmt: skip
def test_what_has_a_value_nowhere_is_refused(objective: str) -> None:
    with pytest.raises(SymnnError) as caught:
        derived(objective, "x" if _mentions(objective, "x") else "c")
    assert isinstance(caught.value, DomainError) or "zero" in str(caught.value)


CONVENTIONS = {
    "np.sum(np.abs(x))": ["by convention, abs′(0) = 0"],
    "np.sum(np.maximum(x, 0))": ["by convention, relu′(0) = 0"],
    "np.sum(np.maximum(x, y))": ["by convention, a comparison is a constant also where both sides are equal"],
    "np.sum(np.sign(x)*y)": ["by convention, sign′(0) = 0"],
    "np.sum(np.sign(y)*x)": [],
    "np.max(x)": ["by convention, entries that are equally extreme share the derivative evenly"],
    "np.sum(np.tanh(x))": [],
    "np.sum(np.abs(y)*x)": [],
}


@pytest.mark.parametrize("objective", CONVENTIONS)
def test_conventions_at_kinks(objective: str) -> None:
    found = [said for said in derived(objective, "x").assumptions if "convention" in said]
    assert found == CONVENTIONS[objective]


def test_conditions_and_conventions_stand_everywhere() -> None:
    account = Account.of("np.sum(np.log(x)*np.abs(y))", ["x", "y"], {"x": ("n",), "y": ("n",)}, {})
    text = account.written("text")
    assert "provided that every entry of x is positive." in text
    assert "By convention, abs′(0) = 0." in text
    latex = account.written("latex")
    assert "provided that every entry of $x$ is positive." in latex
    assert r"By convention, $\operatorname{abs}'(0) = 0$." in latex
    document = json.loads(account.written("json"))
    said = ["every entry of x is positive", "by convention, abs′(0) = 0"]
    assert document["assumptions"] == said
    assert "provided that every entry of x is positive" in document["numpy"]
    assert "by convention, abs′(0) = 0" in document["numpy"]
