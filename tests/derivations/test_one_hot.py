"""The chapter on several classes: what it says, its code by hand, and wrong lines refused."""

import numpy as np
import pytest

from symnn import Identity, argument
from symnn.errors import RefutedError
from symnn.results.author import derivation


def test_what_the_chapter_says(lines):
    assert lines["Labels are equally far apart"] == "2(1 − yᵀt)"
    assert lines["What one sample costs"] == "log(∑ exp(z)) − yᵀz"
    assert lines["Gradient: sample"] == "softmax(z) − y"
    assert lines["Only differences count"] == "softmax(z)"
    assert lines["Two classes"] == "σ(u − v)"
    assert lines["Gradient: batch"] == "(1/n)Xᵀ(S − Y), (1/n) ∑ⱼ (S − Y)ᵀ"


def test_the_code_of_a_batch_by_hand(chapter):
    space = {}
    exec(compile(chapter.module(), "one_hot.py", "exec"), space)
    random = np.random.default_rng(9)
    X, W, b, classes = (
        random.normal(size=(7, 3)),
        random.normal(size=(3, 4)),
        random.normal(size=4),
        [0, 3, 1, 1, 2, 3, 0],
    )
    Y = np.eye(4)[classes]
    exponentials = np.exp(X @ W + b)
    S = exponentials / exponentials.sum(axis=1, keepdims=True)
    cost = -np.mean([np.log(S[row, place]) for row, place in enumerate(classes)])
    assert space["batch_value"](X, W, b, Y) == pytest.approx(cost)
    by_W, by_b = space["batch_gradient"](X, W, b, Y)
    assert by_W == pytest.approx(X.T @ (S - Y) / 7)
    assert by_b == pytest.approx((S - Y).mean(axis=0))


@pytest.mark.parametrize("wrong", ["2", "1 - y @ t", "2*(y @ t)", "2*(1 + y @ t)"])
def test_another_distance_is_refused(wrong):
    shapes, labels = dict.fromkeys(("y", "t"), ("k",)), dict.fromkeys(("y", "t"), "onehot")
    with derivation("np.sum((y - t)**2)", None, shapes, labels) as proof:
        with pytest.raises(RefutedError):
            proof.line(wrong, by="wrong")
        proof.line("2*(1 - y @ t)", by="right")


def test_the_gradient_needs_labels_with_one_entry():
    objective, shapes = "-np.sum(y * np.log(softmax(z)))", {"y": ("k",), "z": ("k",)}
    with derivation(objective, "z", shapes) as free:
        with pytest.raises(RefutedError):
            free.line("softmax(z) - y", by="for any y")
        free.line("np.sum(y)*softmax(z) - y", by="for any y")
    with derivation(objective, "z", shapes, {"y": "onehot"}) as proof:
        with pytest.raises(RefutedError):
            proof.line("y - softmax(z)", by="sign")
        proof.line("softmax(z) - y", by="∑ y = 1")


def test_a_smaller_input_has_not_the_larger_probability(chapter):
    order = next(part for part in chapter.parts if getattr(part, "title", "").startswith("The largest"))
    (claim,) = order.claims
    assert claim.judgement.judge == "instances"
    with argument("Order") as proof:
        for given in ([], [-claim.given[0].node]):
            with pytest.raises(RefutedError):
                proof.at_least(claim.left, claim.right, by="wrong", given=given)
        proof.at_least(claim.left, claim.right, by="right", given=claim.given)
    assert proof.verdict == "checked"


def test_the_jacobian_is_not_below_less_than_a_half(chapter):
    curved = next(part for part in chapter.parts if getattr(part, "title", "").startswith("The Jacobian"))
    assert [claim.judgement.judge for claim in curved.claims] == ["margin", "instances"]
    half = curved.claims[1].left
    with argument("Bounds") as proof:
        with pytest.raises(RefutedError):
            proof.semidefinite(half - Identity(half.rows) / 10, by="two fifths")
        proof.semidefinite(half, by="a half")
    assert proof.verdict == curved.verdict == "checked"
