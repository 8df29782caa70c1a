"""Adam's wrong end and AMSGrad's right one, in numbers and exactly; wrong inequalities are refused."""

from fractions import Fraction

import numpy as np
import pytest

from symnn import argument, scalar, sqrt
from symnn.errors import RefutedError
from symnn.learn.optimisers import OPTIMISERS


@pytest.fixture(scope="module")
def amsgrad(chapter):
    space = {}
    exec(compile(chapter.module(), "amsgrad.py", "exec"), space)
    return space["amsgrad_update"]


def test_the_chapter_has_every_line_judged(chapter):
    assert chapter.verdict == "checked"
    assert [(each.title, each.judged, each.argued_lines) for each in chapter.arguments()] == [
        ("The largest average never falls", 2, 0),
        ("Adam goes to the wrong end", 14, 0),
        ("AMSGrad goes to the right end", 6, 0),
    ]


def test_from_the_wrong_end_adam_is_back_there_after_three_steps():
    """By Reddi's own formulas, whatever the average of squares was; for C² ≥ 5."""
    random = np.random.default_rng(7)
    for C in (5**0.5, 3.0, 10.0):
        beta = 1 / (1 + C**2)
        for t in (1, 2, 4, 1000):
            for v in (0.0, C**2, *(C**2 * random.uniform(size=5))):
                place = 0.0
                for step, slope in enumerate((C, -1.0, -1.0)):
                    v = beta * v + (1 - beta) * slope**2
                    place -= slope / np.sqrt((t + step) * v)
                assert place >= 0


def test_from_everywhere_adam_goes_up():
    """Three slopes from the eighth step on, by Reddi's own formulas: by 5/12 of α/√(t(1 − β₂)), or more."""
    random = np.random.default_rng(3)
    for C in (5**0.5, 3.0, 10.0):
        beta = 1 / (1 + C**2)
        for t in (8, 10, 1000):
            for v in (0.0, C**2, *(C**2 * random.uniform(size=5))):
                moved = 0.0
                for step, slope in enumerate((C, -1.0, -1.0)):
                    v = beta * v + (1 - beta) * slope**2
                    moved -= slope / np.sqrt((t + step) * v)
                assert moved >= 5 / 12 / np.sqrt(t * (1 - beta))


@pytest.mark.parametrize("C", [5**0.5, 3.0, 10.0])
def test_three_slopes_move_amsgrad_towards_the_right_end(C, amsgrad):
    """By the emitted update, with rates α/√t that undo its correction; the small slopes leave the largest average."""
    beta2 = 1 / (1 + C**2)
    place, first, second, largest = (np.zeros(1) for _ in range(4))
    for cycle in range(30):
        before, seen = place[0], []
        for step, slope in enumerate((C, -1.0, -1.0)):
            t = 3 * cycle + step + 1
            rate = 0.3 / np.sqrt(t * (1 - beta2**t))
            gradient = np.array([slope])
            place, first, second, largest = amsgrad(place, gradient, first, second, largest, t, rate, 0.0, beta2, 0.0)
            seen.append(largest[0])
        assert seen[0] == seen[1] == seen[2] <= C**2
        assert before - place[0] >= 0.3 * (C - 2) / (C * np.sqrt(3 * cycle + 1)) * (1 - 1e-12)


def test_more_than_amsgrad_moves_is_refused():
    """With C − 1 for C − 2, as if there were one small slope; and without C² ≥ 5 the small ones may raise L."""
    t, L, C = (scalar(name, assume="positive") for name in ("t", "L", "C"))
    moved = C / sqrt(t * L) - 1 / sqrt((t + 1) * L) - 1 / sqrt((t + 2) * L)
    with argument("three slopes") as proof:
        with pytest.raises(RefutedError):
            proof.at_least(moved, (C - 1) / sqrt(t * L), given=[t - 1], by="a slip")
        proof.at_least(moved, (C - 2) / sqrt(t * L), given=[t - 1], by="two small slopes")
        with pytest.raises(RefutedError):
            proof.at_most(2 * C**2 / (1 + C**2), L, given=[L - C**4 / (1 + C**2)], by="for every slope")
        proof.at_most(2 * C**2 / (1 + C**2), L, given=[L - C**4 / (1 + C**2), C**2 - 5], by="for large ones")


def test_a_small_slope_may_be_too_small_for_it():
    """C² ≥ 5 is asked for: without it the second rise may be less than half of the fall."""
    t, v3 = scalar("t", assume="positive"), scalar("v3", assume="positive")
    C = scalar("C", assume="positive")
    beta2 = 1 / (1 + C**2)
    rest, bound = C**2 * beta2, (1 + 2 * beta2) * C**2 * beta2
    with argument("the second rise") as proof:
        with pytest.raises(RefutedError):
            proof.at_most((t + 2) * v3, 4 * t * rest, given=[bound - v3, t - 1], by="for every slope")
        proof.at_most((t + 2) * v3, 4 * t * rest, given=[bound - v3, t - 1, C**2 - 5], by="for large slopes")


def test_divisors_never_fall(amsgrad):
    random = np.random.default_rng(1)
    place, first, second, largest = np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3)
    for t in range(1, 40):
        before = largest
        gradient = random.normal(size=3) * (10 if t % 7 == 0 else 1)
        place, first, second, largest = amsgrad(place, gradient, first, second, largest, t, 0.1, 0.9, 0.9, 1e-8)
        assert np.all(largest >= before) and np.all(largest >= second)


def test_adams_divisor_does_fall():
    average, slope, kept = scalar("v", assume="nonnegative"), scalar("g"), Fraction(1, 2)
    after = OPTIMISERS["adam"].step(second_moment=average, gradient=slope, beta2=kept)["second_moment"]
    with pytest.raises(RefutedError):
        argument("Adam").at_least(after, average, by="as for AMSGrad")


def test_the_fall_is_not_below_half_of_what_is_claimed():
    t, v1, C = scalar("t", assume="positive"), scalar("v1", assume="positive"), scalar("C", assume="positive")
    rest = C**2 / (1 + C**2)
    fall = C / sqrt(t * v1)
    with argument("the fall") as proof:
        with pytest.raises(RefutedError):
            proof.at_most(fall, 1 / (2 * sqrt(t * rest)), given=[v1 - rest * C**2], by="half of it")
        proof.at_most(fall, 1 / sqrt(t * rest), given=[v1 - rest * C**2], by="all of it")
