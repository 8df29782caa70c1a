"""The chapter on losses of the margin: what it says, its code against NumPy by hand, and wrong formulas refused."""

import numpy as np
import pytest

from symnn import argument, derive, relu, scalar
from symnn.errors import RefutedError
from symnn.results.author import derivation

n, d = 7, 3
random = np.random.default_rng(4)
X, w = random.normal(size=(n, d)), random.normal(size=d)
y = np.array([1.0, -1, 1, 1, -1, -1, 1])
margins = y * (X @ w)


@pytest.fixture(scope="module")
def code(chapter):
    space = {}
    exec(compile(chapter.module(), "linear_classification.py", "exec"), space)
    return space


def near(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_what_the_chapter_says(lines):
    assert lines["The 0–1 loss by the margin"] == "1 − step(ywᵀx)"
    assert lines["Gradient: zero_one"] == "0"
    assert lines["Gradient: hinge"] == "−y step(1 − ywᵀx)x"
    assert lines["Gradient: squared_hinge"] == "−y relu(1 − ywᵀx)x"
    assert lines["The squared hinge by cases"] == "where(step(1 − ywᵀx)·1_d, (wᵀx − y)x, 0·1_d)"
    assert lines["Half a squared minimum without cases"] == "¼(z² − |z|z)"
    assert lines["Gradient: logistic"] == "y(σ(ywᵀx) − 1)x"
    assert lines["The mean of all rows"] == "(1/n)Xᵀ where(1ₙ > y ⊙ Xw, Xw − y, 0·1ₙ)"


def test_the_samples_are_on_both_sides_of_each_border():
    assert {(margin > 0) + (margin > 1) for margin in margins.tolist()} == {0, 1, 2}


def test_the_code_of_each_sample_agrees_with_cases_by_hand(code):
    for x, label, margin in zip(X, y, margins, strict=True):
        assert code["zero_one_value"](label, w, x) == (np.sign(w @ x) != label)
        assert code["zero_one_gradient"](label, w, x).tolist() == [0] * d
        assert code["hinge_value"](label, w, x) == near(1 - margin if margin < 1 else 0)
        assert code["hinge_gradient"](label, w, x) == near(-label * x if margin < 1 else 0 * x)
        assert code["squared_hinge_value"](label, w, x) == near((1 - margin) ** 2 / 2 if margin < 1 else 0)
        assert code["squared_hinge_gradient"](label, w, x) == near((w @ x - label) * x if margin < 1 else 0 * x)
        assert code["logistic_value"](label, w, x) == near(np.log(1 + np.exp(-margin)))
        assert code["logistic_gradient"](label, w, x) == near(-label * x / (1 + np.exp(margin)))


def test_the_mean_of_the_rows(code):
    taken = margins < 1
    assert code["mean_squared_hinge_value"](y, X, w) == near(np.sum((1 - margins[taken]) ** 2) / (2 * n))
    assert code["mean_squared_hinge_gradient"](y, X, w) == near(X[taken].T @ (X @ w - y)[taken] / n)


def test_hinge_and_logistic_loss_by_log_2_are_bounds_of_the_0_1_loss(code):
    for x, label in zip(X, y, strict=True):
        wrong = code["zero_one_value"](label, w, x)
        assert wrong <= code["hinge_value"](label, w, x)
        assert wrong <= 2 * code["squared_hinge_value"](label, w, x)
        assert wrong <= code["logistic_value"](label, w, x) / np.log(2)


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_at_the_margin_1_the_gradient_is_zero_as_the_formula_has_it(code, side):
    x = np.array([side, 2.0, 0])
    at = np.array([1.0, 0, 5])
    assert side * (at @ x) == 1
    assert code["hinge_gradient"](side, at, x).tolist() == [0] * d
    assert code["squared_hinge_gradient"](side, at, x).tolist() == [0] * d


SQUARED = "np.maximum(0, 1 - y*(w @ x))**2 / 2"
SHAPES = {"x": ("d",), "w": ("d",)}
BY_CASES = "np.where(y*(w @ x) < 1, (w @ x - y)*x, 0)"


@pytest.mark.parametrize(
    "wrong",
    [
        "(w @ x - y)*x",
        "np.where(y*(w @ x) < 1, (y - w @ x)*x, 0)",
        "np.where(y*(w @ x) < 0, (w @ x - y)*x, 0)",
        "np.where(y*(w @ x) > 1, (w @ x - y)*x, 0)",
        "np.where(y*(w @ x) < 1, -y*x, 0)",
        "np.where(y*(w @ x) < 1, 2*(w @ x - y)*x, 0)",
    ],
    ids=["without a case", "sign", "border at 0", "cases exchanged", "the hinge's", "without the half"],
)
def test_a_wrong_gradient_of_the_squared_hinge_is_refused_and_the_right_one_accepted(wrong):
    with derivation(SQUARED, "w", SHAPES, {"y": "signs"}) as proof:
        with pytest.raises(RefutedError, match=r"the gradient of .* is not"):
            proof.line(wrong, by="wrong")
        proof.line(BY_CASES, by="the book")
    assert proof.verdict == "checked"


def test_the_gradient_of_the_squared_hinge_needs_labels_that_are_signs():
    with derivation(SQUARED, "w", SHAPES) as proof:
        with pytest.raises(RefutedError, match=r"y = -?[0-9]"):
            proof.line(BY_CASES, by="the book")
        proof.line("np.where(y*(w @ x) < 1, (y**2*(w @ x) - y)*x, 0)", by="any number y")
    assert proof.verdict == "checked"


def test_half_a_squared_minimum_without_cases():
    with derivation("np.minimum(0, z)**2 / 2") as proof:
        for wrong in ("(z**2 + np.abs(z)*z)/4", "(z**2 - np.abs(z)*z)/2", "(z**2 - np.abs(z))/4"):
            with pytest.raises(RefutedError):
                proof.line(wrong, by="wrong")
        proof.line("(z**2 - np.abs(z)*z)/4", by="the notes")
    assert proof.verdict == "checked"


def test_the_0_1_loss_counts_the_border_as_wrong():
    with derivation("np.sign(w @ x) != y", None, SHAPES, {"y": "signs"}) as proof:
        with pytest.raises(RefutedError):
            proof.line("y*(w @ x) < 0", by="the border left out")
        proof.line("y*(w @ x) <= 0", by="with the border")
    assert proof.verdict == "checked"


def test_the_logistic_loss_is_the_cross_entropy_for_signs_alone():
    entropy = "-(1 + y)/2*np.log(sigmoid(w @ x)) - (1 - y)/2*np.log(1 - sigmoid(w @ x))"
    with derivation("np.log(1 + np.exp(-y*(w @ x)))", None, SHAPES) as free:
        with pytest.raises(RefutedError):
            free.line(entropy, by="cross-entropy")
        free.line("-np.log(sigmoid(y*(w @ x)))", by="log(1 + exp(−z)) = −log σ(z)")
    with derivation("np.log(1 + np.exp(-y*(w @ x)))", None, SHAPES, {"y": "signs"}) as proof:
        proof.line(entropy, by="cross-entropy")
    assert free.verdict == proof.verdict == "checked"


@pytest.fixture(scope="module")
def claims(chapter):
    return {part.title: part.claims for part in chapter.parts if hasattr(part, "claims")}


def test_what_is_argued_is_judged(claims):
    kinks, above = (
        [(f"{claim.left} {claim.sign} {claim.right}", claim.judgement.judge) for claim in part]
        for part in claims.values()
    )
    assert kinks[:2] == [("relu(1 − m) ≥ g(m − 1)", "margin"), ("relu(−m) ≥ gm", "margin")]
    assert above[:2] == [("relu(1 − m) ≥ 1", "margin"), ("relu(1 − m)² ≥ 1", "margin")]
    assert [judge for _, judge in above[2:]] == ["instances"] * 3


@pytest.mark.parametrize("given", [[], [0], [1]], ids=["any slope", "steep", "upward"])
def test_another_slope_is_no_subgradient(given):
    m, g = scalar("m"), scalar("g")
    slopes = [g + 1, -g]
    with argument("Subgradients") as proof:
        with pytest.raises(RefutedError, match="the left side is"):
            proof.at_least(relu(1 - m), g * (m - 1), by="wrong", given=[slopes[place] for place in given])
        proof.at_least(relu(1 - m), g * (m - 1), by="right", given=slopes)
    assert proof.verdict == "checked"


@pytest.mark.parametrize("low", ["np.maximum(0, -m)", "np.log(1 + np.exp(-m))", "np.maximum(0, 1 - m)/2"])
def test_other_losses_are_not_above_the_0_1_loss(low):
    losses = [derive(text, "m") for text in ("np.where(m <= 0, 1, 0)", low)]
    with argument("Above the 0–1 loss") as proof:
        with pytest.raises(RefutedError):
            proof.at_most(*(loss.objective for loss in losses), by="wrong")
        proof.at_most(0, losses[1].objective, by="right")
    assert proof.verdict == "checked"
