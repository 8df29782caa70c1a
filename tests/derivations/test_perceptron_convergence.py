"""The chapter on Novikoff's bound: every line is proved, and without one of the assumptions it is refused."""

from pathlib import Path

import pytest

from symnn import argument, dim, scalar, squared_norm, transpose, vector
from symnn.chapters import load_chapter
from symnn.errors import RefutedError

CHAPTER = load_chapter(Path(__file__).parents[2] / "derivations" / "perceptron_convergence.py")
CLAIMS = {part.title: [f"{claim.left} {claim.sign} {claim.right}" for claim in part.claims] for part in CHAPTER.parts}

d = dim("d")
w, x, u = (vector(name, d) for name in "wxu")
y = scalar("y", assume="signs")
gamma, R, N = (scalar(name, assume="positive") for name in ("gamma", "R", "N"))

along = transpose(u) @ w
is_wrong, is_short = -(y * (transpose(w) @ x)), R**2 - squared_norm(x)
has_ended, is_within, is_unit = along - N * gamma, N * R**2 - squared_norm(w), 1 - squared_norm(u)


def test_what_the_chapter_says():
    assert CHAPTER.verdict == "proved" and CHAPTER.sources == ("L11",)
    assert CLAIMS["One update"] == [
        "uᵀ(w + yx) ≥ uᵀw + γ",
        "‖w + yx‖² = ‖w‖² + 2ywᵀx + ‖x‖²",
        "‖w + yx‖² ≤ ‖w‖² + R²",
    ]
    assert CLAIMS["k updates"] == ["uᵀ(w + yx) ≥ (k + 1)γ", "‖w + yx‖² ≤ (k + 1)R²"]
    assert CLAIMS["The bound"][-2:] == ["(Nγ)² ≤ NR²", "N ≤ R²/γ²"]
    assert sum(part.argued_lines for part in CHAPTER.parts) == 0


@pytest.mark.parametrize("left_out", range(2))
def test_an_update_needs_a_wrong_and_a_short_sample(left_out):
    given = [is_wrong, is_short]
    grows = squared_norm(w + y * x), squared_norm(w) + R**2
    with argument("One update") as proof:
        with pytest.raises(RefutedError, match="the left side is"):
            proof.at_most(*grows, by="without it", given=given[:left_out] + given[left_out + 1 :])
        proof.at_most(*grows, by="with it", given=given)
    assert proof.verdict == "checked"


@pytest.mark.parametrize("left_out", range(3))
def test_the_bound_needs_a_unit_vector_and_a_start_at_zero(left_out):
    """What was gone along u, the length of w (a start elsewhere may be longer), and ‖u‖ = 1."""
    given = [has_ended, is_within, is_unit]
    with argument("The bound") as proof:
        with pytest.raises(RefutedError, match="the left side is"):
            proof.at_most((N * gamma) ** 2, N * R**2, by="without it", given=given[:left_out] + given[left_out + 1 :])
        crossed = squared_norm(u @ transpose(w) - w @ transpose(u)) / 2
        margin = has_ended**2 + 2 * N * gamma * has_ended + crossed + is_unit * squared_norm(w) + is_within
        proof.at_most((N * gamma) ** 2, N * R**2, by="with it", given=given, margin=margin)
    assert proof.verdict == "proved"


@pytest.mark.parametrize(
    "wrong", [R / gamma, gamma**2 / R**2, R**2 / gamma], ids=["no square", "inverse", "one square"]
)
def test_another_bound_is_refused(wrong):
    rest = N * R**2 - (N * gamma) ** 2
    with argument("The bound") as proof:
        with pytest.raises(RefutedError):
            proof.at_most(N, wrong, by="wrong", given=[rest])
        proof.at_most(N, R**2 / gamma**2, by="right", given=[rest], margin=rest / (N * gamma**2))
    assert proof.verdict == "proved"
