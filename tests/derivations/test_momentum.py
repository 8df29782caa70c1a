"""Momentum and Nesterov in numbers: their forms lead through the same places, and the printed sign is refused."""

import numpy as np
import pytest

from symnn import derivation, dim, matrix, scalar, vector
from symnn.errors import RefutedError
from symnn.learn.optimisers import OPTIMISERS

RATE, KEPT = 0.05, 0.8
H = np.diag([1.0, 7.0, 0.3])

n = dim("n")
theta, v, g = (vector(name, n) for name in ("theta", "v", "g"))
alpha, rho = scalar("alpha"), scalar("rho")
rates = {"learning_rate": alpha, "momentum": rho}
momentum, nesterov = OPTIMISERS["momentum"], OPTIMISERS["nesterov"]


@pytest.fixture(scope="module")
def code(chapter):
    space = {}
    exec(compile(chapter.module(), "momentum.py", "exec"), space)
    return space


def test_the_lines(chapter):
    proofs = [numbered.proof for numbered in chapter.proofs() if hasattr(numbered, "proof")]
    said = {proof.title: str(proof.line) for proof in proofs}
    assert said["Without momentum it is gradient descent"] == "θ − αg"
    assert said["Its step is added"] == "θ + ρv − αg"
    assert said["The look-ahead in Nesterov's form"] == "θ + ρ(θ − before) − αg"
    assert said["The characteristic polynomial"] == "z² − (1 + ρ(1 − as) − a)z + ρ(1 − as)"
    always, circle, limits = chapter.arguments()
    assert (always.judged, always.argued_lines) == (5, 1)
    assert [str(claim.right) for claim in limits.claims[:3]] == ["a", "2 + 2ρ − a(1 + 2ρs)", "1 − ρ + aρs"]
    assert chapter.verdict == "proved" and circle.argued_lines == limits.argued_lines == 0


def test_all_forms_of_the_look_ahead_lead_through_the_same_places(code):
    start = np.array([2.0, -1.0, 0.5])
    place, velocity, before = start, np.zeros(3), start
    shifted, shifted_velocity = start, np.zeros(3)
    for _ in range(30):
        gradient = H @ (place - KEPT * velocity)
        historic = place + KEPT * (place - before)
        expected = historic - RATE * H @ historic
        before = place
        place, velocity = code["momentum_update"](place, gradient, velocity, RATE, KEPT)
        shifted, shifted_velocity = code["nesterov_update"](shifted, H @ shifted, shifted_velocity, RATE, KEPT)
        np.testing.assert_allclose(place, expected, atol=1e-14)
        np.testing.assert_allclose(shifted, place - KEPT * velocity, atol=1e-14)


@pytest.mark.parametrize("ahead", [1.0, 0.0, -1.0])
def test_the_polynomial_is_that_of_the_step_as_a_matrix(ahead, code):
    a = 0.37

    def step(place, velocity):
        return code["momentum_update"]([place], [a * (place - ahead * KEPT * velocity)], [velocity], 1.0, KEPT)

    step_matrix = np.hstack([np.array(step(1.0, 0.0)), np.array(step(0.0, 1.0))])
    for z in (-1.0, 0.0, 1.0, 2.5):
        found = code["characteristic_value"](z=z, rho=KEPT, a=a, s=ahead)
        np.testing.assert_allclose(found, np.polyval(np.poly(step_matrix), z), atol=1e-14)


def test_the_velocity_under_a_constant_gradient(code):
    place, velocity = np.zeros(2), np.zeros(2)
    for _ in range(400):
        place, velocity = code["momentum_update"](place, [3.0, -0.2], velocity, RATE, KEPT)
    np.testing.assert_allclose(velocity, RATE * np.array([3.0, -0.2]) / (1 - KEPT), rtol=1e-12)


def test_the_gradient_behind_the_step_is_no_look_ahead():
    """S10 prints θ + ρv for the place of the gradient, with a velocity that is subtracted."""
    H = matrix("H", n, n)

    def both(sign):
        """The look-ahead form with the gradient of ½θᵀHθ at θ ± ρv, moved on as far; the table's rule from there."""
        at = theta + sign * rho * v
        step = momentum.step(parameter=theta, velocity=v, gradient=H @ at, **rates)
        table = nesterov.step(parameter=at, velocity=v, gradient=H @ at, **rates)
        return step["parameter"] + sign * rho * step["velocity"], table["parameter"]

    printed, right = both(+1), both(-1)
    with derivation(right[0]) as proof:
        proof.line(right[1], by="the look-ahead")
    assert proof.verdict == "proved"
    proof = derivation(printed[0])
    with pytest.raises(RefutedError):
        proof.line(printed[1], by="as printed")


def test_an_added_velocity_with_the_sign_of_a_subtracted_one_is_refused():
    step = momentum.step(parameter=theta, velocity=-v, gradient=g, **rates)
    with derivation(step["parameter"]) as proof:
        with pytest.raises(RefutedError):
            proof.line(theta + (rho * v + alpha * g), by="a slip")
        proof.line(theta + (rho * v - alpha * g), by="−v for v")
