"""The chapter on Novikoff's bound: every line is proved, and without one of the assumptions it is refused."""

import pytest

from symnn import argument, dim, scalar, squared_norm, transpose, vector
from symnn.errors import RefutedError


@pytest.fixture(scope="module")
def claims(chapter):
    return {part.title: [f"{claim.left} {claim.sign} {claim.right}" for claim in part.claims] for part in chapter.parts}


d = dim("d")
w, x, u = (vector(name, d) for name in "wxu")
y = scalar("y", assume="signs")
eta, gamma, R, N = (scalar(name, assume="positive") for name in ("eta", "gamma", "R", "N"))
k = scalar("k", assume="nonnegative")

along, after = transpose(u) @ w, w + eta * y * x
is_wrong, is_short = -(y * (transpose(w) @ x)), R**2 - squared_norm(x)


def test_what_the_chapter_says(chapter, claims):
    assert chapter.verdict == "proved" and chapter.sources == ("L11",)
    assert claims["One update"] == [
        "uᵀ(w + ηyx) ≥ uᵀw + ηγ",
        "‖w + ηyx‖² = ‖w‖² + 2ηywᵀx + η²‖x‖²",
        "‖w + ηyx‖² ≤ ‖w‖² + η²R²",
    ]
    assert claims["k updates, by induction"] == [
        "uᵀ·0 = 0ηγ",
        "‖0‖² = 0η²R²",
        "uᵀ(w + ηyx) ≥ (k + 1)ηγ",
        "‖w + ηyx‖² ≤ (k + 1)η²R²",
    ]
    assert claims["The bound"][-2:] == ["(Nηγ)² ≤ Nη²R²", "N ≤ R²/γ²"]
    assert sum(part.argued_lines for part in chapter.parts) == 0


is_separated = y * (transpose(u) @ x) - gamma
has_grown, is_bounded = along - k * eta * gamma, k * eta**2 * R**2 - squared_norm(w)
STEPS = {
    "along u": (transpose(u) @ after, (k + 1) * eta * gamma, has_grown, [is_separated], has_grown + eta * is_separated),
    "length": (
        -squared_norm(after),
        -(k + 1) * eta**2 * R**2,
        is_bounded,
        [is_wrong, is_short],
        is_bounded + 2 * eta * is_wrong + eta**2 * is_short,
    ),
}


@pytest.mark.parametrize("name", STEPS)
def test_the_step_of_the_induction_needs_what_holds_before(name):
    left, right, before, given, margin = STEPS[name]
    with argument("k + 1 updates") as proof:
        with pytest.raises(RefutedError, match="the left side is"):
            proof.at_least(left, right, by="of the last update alone", given=given)
        proof.at_least(left, right, by="of those before, too", given=[*given, before], margin=margin)
    assert proof.verdict == "proved"


def test_an_offset_lengthens_every_sample():
    b = scalar("b")
    length = squared_norm(w) + b**2 + 2 * eta * y * (transpose(w) @ x + b)
    with argument("With an offset") as proof:
        with pytest.raises(RefutedError):
            proof.equal(squared_norm(after) + (b + eta * y) ** 2, length + eta**2 * squared_norm(x), by="without its 1")
        proof.equal(squared_norm(after) + (b + eta * y) ** 2, length + eta**2 * (squared_norm(x) + 1), by="with it")
    assert proof.verdict == "proved"


@pytest.mark.parametrize("left_out", range(2))
def test_an_update_needs_a_wrong_and_a_short_sample(left_out):
    given = [is_wrong, is_short]
    grows = squared_norm(after), squared_norm(w) + eta**2 * R**2
    with argument("One update") as proof:
        with pytest.raises(RefutedError, match="the left side is"):
            proof.at_most(*grows, by="without it", given=given[:left_out] + given[left_out + 1 :])
        proof.at_most(*grows, by="with it", given=given)
    assert proof.verdict == "checked"


@pytest.mark.parametrize("left_out", range(3))
def test_the_bound_needs_a_unit_vector_and_a_start_at_zero(left_out):
    """What was gone along u, the length of w (a start elsewhere may be longer), and ‖u‖ = 1; for η = 1."""
    given = has_ended, is_within, is_unit = along - N * gamma, N * R**2 - squared_norm(w), 1 - squared_norm(u)
    squares = (N * gamma) ** 2, N * R**2
    with argument("The bound") as proof:
        with pytest.raises(RefutedError, match="the left side is"):
            proof.at_most(*squares, by="without it", given=given[:left_out] + given[left_out + 1 :])
        crossed = squared_norm(u @ transpose(w) - w @ transpose(u)) / 2
        margin = has_ended**2 + 2 * N * gamma * has_ended + crossed + is_unit * squared_norm(w) + is_within
        proof.at_most(*squares, by="with it", given=given, margin=margin)
    assert proof.verdict == "proved"


@pytest.mark.parametrize(
    "wrong",
    [R / gamma, gamma**2 / R**2, R**2 / gamma, R**2 / (eta * gamma**2)],
    ids=["no square", "inverse", "one square", "by the rate"],
)
def test_another_bound_is_refused(wrong):
    rest = N * eta**2 * R**2 - (N * eta * gamma) ** 2
    with argument("The bound") as proof:
        with pytest.raises(RefutedError):
            proof.at_most(N, wrong, by="wrong", given=[rest])
        proof.at_most(N, R**2 / gamma**2, by="right", given=[rest], margin=rest / (N * eta**2 * gamma**2))
    assert proof.verdict == "proved"
