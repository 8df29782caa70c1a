"""The chapter on separability: what it says, its code by hand, and wrong certificates refused."""

import numpy as np
import pytest

from symnn import argument, scalar
from symnn.errors import RefutedError
from symnn.results.author import derivation


def test_what_the_chapter_says(chapter, lines):
    assert lines["Gradient: weighted_margins"] == "Xᵀ(α ⊙ y), αᵀy"
    assert lines["Margins, weighted and added"] == "(Xᵀ(α ⊙ y))ᵀw + (αᵀy)b"
    assert lines["Exclusive or: margins at (0, 0), (0, 1), (1, 0), (1, 1), labels − + + −"] == "0"
    assert chapter.verdict == "proved"


def test_the_code_gives_the_sums_of_the_samples(chapter):
    space = {}
    exec(compile(chapter.module(), "separability.py", "exec"), space)
    random = np.random.default_rng(3)
    X, y, alpha = random.normal(size=(5, 3)), np.array([1.0, -1, -1, 1, 1]), random.uniform(size=5)
    w, b = random.normal(size=3), 0.7
    by_w, by_b = space["weighted_margins_gradient"](alpha, y, X, w, b)
    assert by_w == pytest.approx(sum(alpha[i] * y[i] * X[i] for i in range(5)))
    assert by_b == pytest.approx(sum(alpha[i] * y[i] for i in range(5)))
    value = sum(alpha[i] * y[i] * (X[i] @ w + b) for i in range(5))
    assert space["weighted_margins_value"](alpha, y, X, w, b) == pytest.approx(value)


@pytest.mark.parametrize("wrong", ["b", "w1 - w2", "2*w1", "-4*b"])
def test_the_four_margins_add_up_to_nothing_else(wrong):
    with derivation("-b + (w2 + b) + (w1 + b) - (w1 + w2 + b)") as proof:
        with pytest.raises(RefutedError):
            proof.line(wrong, by="wrong")
        proof.line("0", by="right")


def test_four_points_with_the_labels_of_and_have_no_such_sum():
    with derivation("-b - (w2 + b) - (w1 + b) + (w1 + w2 + b)") as proof:
        with pytest.raises(RefutedError):
            proof.line("0", by="as for the exclusive or")
        proof.line("-2*b", by="right")


@pytest.fixture(scope="module")
def arguments(chapter):
    """That there is no separating line, and that there is none for the exclusive or."""
    return [part for part in chapter.parts if hasattr(part, "claims")]


def test_the_weighted_sum_needs_margins_that_are_as_large(arguments):
    (claim,) = arguments[0].claims
    assert claim.judgement.judge == "margin" and f"{claim.left} {claim.sign} {claim.right}".endswith("(αᵀy)b ≥ γ ∑ α")
    with argument("Without") as proof:
        with pytest.raises(RefutedError):
            proof.at_least(claim.left, claim.right, by="any margins")
        proof.at_least(claim.left, claim.right, by="at least γ", given=claim.given, margin=claim.question.margin)
    assert proof.verdict == "proved"


def test_no_line_has_four_positive_margins_for_the_exclusive_or_but_for_and(arguments):
    (claim,) = arguments[1].claims
    assert f"{claim.left} {claim.sign} {claim.right}" == "m ≤ 0" and len(claim.given) == 4
    assert claim.judgement.judge == "margin"
    for left_out in range(4):
        three = [given for place, given in enumerate(claim.given) if place != left_out]
        with pytest.raises(RefutedError, match="the left side is"):
            argument("Three points").at_most(claim.left, claim.right, by="there is a line", given=three)
    w1, w2, b, least = scalar("w1"), scalar("w2"), scalar("b"), scalar("m")
    of_and = [margin - least for margin in (-b, -(w2 + b), -(w1 + b), w1 + w2 + b)]
    mean = (of_and[0] + of_and[1] + of_and[2] + of_and[3]) / 4
    proof = argument("AND")
    with pytest.raises(RefutedError, match="margin"):
        proof.at_most(least, 0, by="as for the exclusive or", given=of_and, margin=mean)
