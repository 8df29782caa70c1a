"""The chapter on the perceptron: the gain in margin, its update on four points, and wrong formulas refused."""

import numpy as np
import pytest

from symnn.errors import RefutedError
from symnn.results.author import derivation
from symnn.results.result import derive

POINTS, LABELS = np.array([(3, -3), (4, -3), (1, 1), (1, 2)]), np.array([-1, -1, 1, 1])
SHAPES = {"x": ("d",), "w": ("d",)}
SIGNS = {"y": "signs"}


@pytest.fixture(scope="module")
def gradient(chapter):
    space = {}
    exec(compile(chapter.module(), "perceptron.py", "exec"), space)
    return space["gradient"]


def trained(gradient, rate=1.0):
    """Weights, offset and updates when a pass over the points changes nothing."""
    w, b, updates = np.zeros(2), 0.0, 0
    for _ in range(20):
        before = updates
        for x, label in zip(POINTS, LABELS, strict=True):
            by_w, by_b = gradient(label, w, x, b)
            updates += bool(np.any(by_w) or by_b)
            w, b = w - rate * by_w, b - rate * by_b
        if updates == before:
            return w.tolist(), b, updates
    raise AssertionError("no end of updates")


def test_what_the_chapter_says(chapter, lines):
    assert lines["The gain in margin of one update"] == "ywᵀx + ηxᵀx"
    assert lines["With an offset"] == "y(wᵀx + b) + η(xᵀx + 1)"
    assert lines["The margin of another sample"] == "ywᵀx + ηtyuᵀx"
    assert lines["Gradient"] == "−where(y(wᵀx + b) ≤ 0, y, 0)x, −where(y(wᵀx + b) ≤ 0, y, 0)"
    verdicts = {numbered.proof.title: numbered.proof.status.value for numbered in chapter.proofs()}
    assert (
        verdicts["The gain in margin of one update"] == verdicts["With an offset"] == verdicts["Gradient"] == "proved"
    )


def test_the_step_against_the_derived_gradient_is_the_rule_of_the_slides(chapter):
    update = next(part for part in chapter.parts if hasattr(part, "values"))
    assert {name: str(value) for name, value in update.values.items()} == {
        "w": "where(y(w₀ᵀx + b₀) ≤ 0, ηy, 0)x + w₀",
        "b": "where(y(w₀ᵀx + b₀) ≤ 0, ηy, 0) + b₀",
    }
    assert update.verdict == "proved" and update.kind == "minimum"
    space = {}
    exec(compile(chapter.module(), "perceptron.py", "exec"), space)
    w, x = np.array([0.5, -1.5, 2]), np.array([1.0, 2, -0.5])
    for b, label, fires in ((0.25, 1, True), (0.25, -1, False), (3.5, 1, True), (4.0, 1, False), (3.5, -1, True)):
        after, offset = space["update_solution"](0.3, label, w, x, b)
        assert fires == (label * (-3.5 + b) <= 0)
        assert after == pytest.approx(w + 0.3 * label * x * fires) and offset == pytest.approx(b + 0.3 * label * fires)


def test_four_points_from_zero_take_two_updates(gradient):
    assert trained(gradient) == ([-2, 4], 0, 2)


def test_another_rate_only_scales_what_is_learned(gradient):
    assert trained(gradient, rate=0.5) == ([-1, 2], 0, 2)


def test_an_update_that_fires_only_below_zero_never_moves_from_zero():
    strict = derive("np.where(y*(w @ x + b) < 0, -y*(w @ x + b), 0)", ["w", "b"], SHAPES, SIGNS)
    code = strict.first.function()
    order = [variable.name for variable in strict.parameters]

    def gradient(y, w, x, b):
        given = {"y": y, "w": w, "x": x, "b": b}
        return code(*(given[name] for name in order))

    assert trained(gradient) == ([0, 0], 0, 0)
    start = {"y": 1.0, "w": np.array([-1.0, 0]), "x": np.array([3.0, 2]), "b": 0.5}
    assert gradient(**start)[0].tolist() == [-3, -2]


def test_the_gain_in_numbers(gradient):
    w, x, label, rate = np.array([0.5, -1.5, 2]), np.array([1.0, 2, -0.5]), 1, 0.3
    by_w, by_b = gradient(label, w, x, 0.25)
    after = label * ((w - rate * by_w) @ x)
    assert label * (w @ x + 0.25) < 0
    assert after - label * (w @ x) == pytest.approx(rate * 5.25)
    assert by_b == -label


def test_the_gain_may_cost_another_sample_its_margin():
    w, x, other = np.array([1.0, 0]), np.array([-1.0, 1]), np.array([2.0, -1])
    assert (w @ x, w @ other) == (-1, 2)
    assert ((w + x) @ x, (w + x) @ other) == (1, -1)


UPDATED = "y*((w + eta*y*x) @ x)"


@pytest.mark.parametrize(
    "wrong",
    ["y*(w @ x) + eta", "y*(w @ x) + eta*y*(x @ x)", "y*(w @ x) - eta*(x @ x)", "y*(w @ x) + 2*eta*(x @ x)"],
    ids=["without the length of x", "a factor y", "sign", "twice"],
)
def test_a_wrong_gain_is_refused_and_the_right_one_accepted(wrong):
    with derivation(UPDATED, None, SHAPES, SIGNS) as proof:
        with pytest.raises(RefutedError, match="is not equal to"):
            proof.line(wrong, by="wrong")
        proof.line("y*(w @ x) + eta*(x @ x)", by="y² = 1")
    assert proof.verdict == "proved"


def test_the_gain_needs_labels_that_are_signs():
    with derivation(UPDATED, None, SHAPES) as proof:
        with pytest.raises(RefutedError, match="is not equal to"):
            proof.line("y*(w @ x) + eta*(x @ x)", by="y² = 1")
        proof.line("y*(w @ x) + eta*y**2*(x @ x)", by="multiply out")


def test_a_loss_of_the_margin_without_the_offset_is_refused():
    with derivation("np.where(y*(w @ x + b) <= 0, -y*(w @ x + b), 0)", None, SHAPES, SIGNS) as proof:
        with pytest.raises(RefutedError):
            proof.line("np.where(y*(w @ x) <= 0, -y*(w @ x + b), 0)", by="as it is printed")
        proof.line("np.maximum(0, -y*(w @ x + b))", by="corrected")


def test_the_gain_by_the_prediction_is_twice_where_it_is_wrong_and_else_nothing():
    both = {"y": "signs", "h": "signs"}
    with derivation("y*((w + eta*(y - h)*x) @ x) - y*(w @ x)", None, SHAPES, both) as proof:
        with pytest.raises(RefutedError):
            proof.line("np.where(h != y, eta*(x @ x), 0)", by="wrong")
        proof.line("np.where(h != y, 2*eta*(x @ x), 0)", by="right")
    assert proof.verdict == "checked"
