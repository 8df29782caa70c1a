"""The chapter on Jacobians of vectors: its numbers, and wrong forms refused."""

from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from symnn.algebra.walk import all_names, variables
from symnn.chapters import load_chapter
from symnn.errors import RefutedError
from symnn.proof.judges.interpreter import evaluate_rational
from symnn.results.author import derivation

CHAPTER = Path(__file__).parents[2] / "derivations" / "vector_jacobians.py"
W = [[Fraction("0.1"), Fraction("0.5")], [Fraction("-0.3"), Fraction("0.8")]]
X = [Fraction("0.2"), Fraction("0.4")]


@cache
def parts():
    return {part.problem.name: part for part in load_chapter(CHAPTER).parts if part.problem.name}


def test_the_numbers_of_the_norm_of_a_linear_map():
    norm = parts()["norm"]
    w, x = np.array(W, float), np.array(X, float)
    arguments = [{"W": w, "x": x}[variable.name] for variable in norm.parameters]
    assert norm.derivative("value").function()(*arguments) == pytest.approx(0.116, abs=1e-15)
    by_w, by_x = norm.first.function()(*arguments)
    assert by_w == pytest.approx(np.array([[0.088, 0.176], [0.104, 0.208]]), abs=1e-15)
    assert by_x == pytest.approx(np.array([-0.112, 0.636]), abs=1e-15)


def test_the_numbers_are_exact_in_rationals():
    def found(node):
        given = {variable: {"W": W, "x": [[entry] for entry in X]}[variable.name] for variable in variables(node)}
        return [list(row) for row in evaluate_rational(node, given)]

    norm = parts()["norm"]
    assert found(norm.objective) == [[Fraction("0.116")]]
    assert found(norm.gradients["W"]) == [
        [Fraction("0.088"), Fraction("0.176")],
        [Fraction("0.104"), Fraction("0.208")],
    ]
    assert found(norm.gradients["x"]) == [[Fraction("-0.112")], [Fraction("0.636")]]


def test_what_the_norm_says():
    norm = parts()["norm"]
    assert {name: str(node) for name, node in norm.gradients.items()} == {"W": "2Wxxᵀ", "x": "2WᵀWx"}
    named = {node.name: str(node.body) for node in all_names(norm.problem.program, norm.proof.line)}
    assert named == {"q": "Wx", "delta_q": "2q"}
    assert [str(part) for part in norm.proof.line.children] == ["δ_q xᵀ", "Wᵀ δ_q"]


def test_the_norm_with_other_sizes():
    random = np.random.default_rng(4)
    w, x = random.normal(size=(3, 5)), random.normal(size=5)
    by_w, by_x = parts()["norm"].first.function()(w, x)
    assert by_w == pytest.approx(2 * np.outer(w @ x, x), rel=1e-13)
    assert by_x == pytest.approx(2 * w.T @ (w @ x), rel=1e-12)


def test_the_rectifier():
    rectifier = parts()["rectifier"]
    assert str(rectifier.jacobian) == "diag(step(x))"
    assert rectifier.first.function()(np.array([1.0, -2, 3, -1, 0])).tolist() == np.diag([1.0, 0, 1, 0, 0]).tolist()
    assert "by convention, relu′(0) = 0" in rectifier.assumptions
    assert rectifier.check().passed


SQUARE = {"W": ("n", "n"), "x": ("n",)}
WRONG = {
    "the transpose left out": ("np.sum((W @ x)**2)", "x", SQUARE, "2*W @ (W @ x)", "2*W.T @ (W @ x)"),
    "the factor 2 left out": ("np.sum((W @ x)**2)", "W", SQUARE, "np.outer(W @ x, x)", "2*np.outer(W @ x, x)"),
    "the outer product turned round": (
        "np.sum((W @ x)**2)", "W", SQUARE, "2*np.outer(x, W @ x)", "2*np.outer(W @ x, x)",
    ),
    "1 where x is negative": (
        "np.maximum(x, 0)", "x", {"x": ("n",)}, "np.diag(x < 0)", "np.diag(x > 0)",
    ),
    "an adjoint chosen by its own sign": (
        "delta @ np.maximum(x, 0)", "x", {"x": ("n",), "delta": ("n",)},
        "np.maximum(delta, 0)", "np.where(x > 0, delta, 0)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_line_is_refused_and_the_right_one_accepted(name):
    objective, wrt, shapes, wrong, right = WRONG[name]
    with derivation(objective, wrt, shapes) as proof:
        with pytest.raises(RefutedError, match=r"the (gradient|Jacobian) of .* is not"):
            proof.line(wrong, by="as it is printed")
        proof.line(right, by="corrected")
    assert proof.verdict in ("proved", "checked")
