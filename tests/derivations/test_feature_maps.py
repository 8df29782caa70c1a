"""The chapter on feature maps: what it says, its code by hand, and wrong lines refused."""

import numpy as np
import pytest

from symnn.errors import RefutedError
from symnn.results.author import derivation


def test_what_the_chapter_says(chapter, lines):
    assert lines["A circle is a line in the squares"] == "1_dᵀx² − r²"
    assert lines["A line at opposite points"] == "b"
    assert lines["Gradient: bag"] == "Φᵀ(y ⊙ (σ(y ⊙ (Φv + b1ₙ)) − 1ₙ)), yᵀ(σ(y ⊙ (Φv + b1ₙ)) − 1ₙ)"

    (none,) = (part for part in chapter.parts if hasattr(part, "claims"))
    assert [f"{claim.left} {claim.sign} {claim.right}" for claim in none.claims] == ["b ≥ γ", "b ≤ −γ", "γ ≤ 0"]
    assert {claim.judgement.judge for claim in none.claims} == {"margin"}


def test_the_code_on_squares_is_the_gradient_by_hand(chapter):
    space = {}
    exec(compile(chapter.module(), "feature_maps.py", "exec"), space)
    random = np.random.default_rng(8)
    X, y, v, b = random.normal(size=(6, 2)), np.array([1.0, -1, -1, 1, 1, -1]), random.normal(size=2), 0.4
    Phi = X**2
    margins = y * (Phi @ v + b)
    assert space["bag_value"](y, Phi, v, b) == pytest.approx(np.log(1 + np.exp(-margins)).sum())
    by_v, by_b = space["bag_gradient"](y, Phi, v, b)
    errors = -y / (1 + np.exp(margins))
    assert by_v == pytest.approx([sum(errors[i] * X[i, k] ** 2 for i in range(6)) for k in range(2)])
    assert by_b == pytest.approx(errors.sum())


@pytest.mark.parametrize("wrong", ["np.sum(x) - r**2", "np.sum(x**2) - r", "np.sum(x**2) + r**2"])
def test_another_line_is_no_circle(wrong):
    with derivation("x @ x - r**2", shapes={"x": ("d",)}) as proof:
        with pytest.raises(RefutedError):
            proof.line(wrong, by="wrong")
        proof.line("np.sum(x**2) - r**2", by="φ(x) = x ⊙ x")


def test_squares_have_no_such_mean():
    with derivation("((w @ x**2 + b) + (w @ (-x)**2 + b))/2", shapes={"w": ("d",), "x": ("d",)}) as proof:
        with pytest.raises(RefutedError):
            proof.line("b", by="as for x itself")
        proof.line("w @ x**2 + b", by="squares forget the sign")
