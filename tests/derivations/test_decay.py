"""A learning rate that falls: one noisy step by all its outcomes, the bound along a descent, and what is refused."""

import numpy as np
import pytest

from symnn import argument, scalar, sqrt
from symnn.errors import RefutedError


@pytest.fixture(scope="module")
def code(chapter):
    space = {}
    exec(compile(chapter.module(), "decay.py", "exec"), space)
    return space


def test_every_line_is_judged(chapter):
    assert [(each.title, each.judged, each.argued_lines) for each in chapter.arguments()] == [
        ("A step with noise", 2, 0),
        ("With a constant rate the noise stays", 3, 0),
        ("The rates fall to zero, and their sum has no bound", 3, 0),
        ("With α/√(t + 1) the noise dies out", 3, 1),
    ]
    assert chapter.verdict == "checked"


def test_the_expected_square_is_the_mean_over_all_noise(code):
    """From θ = ±3, each as likely, with noise −2 or 2: four ends."""
    rate = 0.3
    ends = [place - rate * (place + noise) for place in (-3, 3) for noise in (-2, 2)]
    assert code["expected_value"](rate, 9.0, 2.0) == pytest.approx(np.mean(np.square(ends)), rel=1e-14)


def test_no_rate_is_better_than_the_best(code):
    best = code["expected_solution"](9.0, 2.0)
    assert best == pytest.approx(9 / 13, rel=1e-14)
    least = code["expected_value"](best, 9.0, 2.0)
    assert least == pytest.approx(36 / 13, rel=1e-14)
    assert all(code["expected_value"](best + off, 9.0, 2.0) > least for off in (-0.01, 0.01, 0.3))


def test_the_decay_begins_with_one(code):
    """B9 prints C/√t from t = 0, where it has no value; t + 1 has one."""
    assert [code["decay_value"](t) for t in (0, 3, 99)] == [1, 0.5, 0.1]


@pytest.mark.parametrize(("alpha", "start"), [(0.1, 4.0), (1.0, 1e6), (1.9, 0.0)])
def test_the_bound_is_kept_forever(alpha, start, code):
    """From the first step on with √(t + 1) ≥ α + 1/(2α), by the emitted recursion."""
    q, sigma, bound = start, 1.5, None
    for t in range(3000):
        root = (t + 1) ** 0.5
        if bound is None and root >= alpha + 1 / (2 * alpha):
            bound = max(alpha * sigma**2, q * root)
        assert bound is None or q * root <= bound * (1 + 1e-12)
        q = code["expected_value"](alpha * code["decay_value"](t), q, sigma)
    assert bound is not None and q < 0.2


def test_a_bound_that_falls_faster_is_refused():
    """K/(t + 1) is not kept by rates α/√(t + 1)."""
    t = scalar("t", assume="nonnegative")
    rate = 1 / sqrt(t + 1)

    def after(q):
        return (1 - rate) ** 2 * q + rate**2

    with argument("rates 1/√(t + 1), σ = 1, K = 2") as proof:
        with pytest.raises(RefutedError):
            proof.at_most(after(2 / (t + 1)), 2 / (t + 2), by="the noise dies out at once")
        proof.at_most(after(2 * rate), 2 / sqrt(t + 2), given=[t - 3], by="more slowly")


def test_a_wrong_floor_is_refused():
    a, sigma = scalar("a", assume="positive"), scalar("sigma", assume="positive")
    with argument("a constant rate") as proof:
        for wrong in (a * sigma**2 / 2, a * sigma**2, a**2 * sigma**2 / (2 - a)):
            with pytest.raises(RefutedError):
                proof.equal((1 - a) ** 2 * wrong + a**2 * sigma**2, wrong, by="a slip")
        floor = a * sigma**2 / (2 - a)
        proof.equal((1 - a) ** 2 * floor + a**2 * sigma**2, floor, by="1 − (1 − a)² = a(2 − a)")
    assert proof.verdict == "proved"
