"""A step on a quadratic, in numbers: what it gains, its best length, Newton's step, and steps that are too long."""

import numpy as np
import pytest

from symnn.errors import RefutedError
from symnn.results.author import derivation
from symnn.results.result import derive

SHAPES = {"H": ("d", "d"), "c": ("d",), "w": ("d",)}
DEFINITE = {"H": "positive definite"}
COST = "w@H@w/2 + c@w"

random = np.random.default_rng(4)
d = 4
half = random.normal(size=(6, d))
H, c, w = half.T @ half, random.normal(size=d), random.normal(size=d)
g = H @ w + c


def value(at):
    return at @ H @ at / 2 + c @ at


def test_the_lines(chapter):
    said = {numbered.proof.title: str(numbered.proof.line) for numbered in chapter.proofs()}
    assert chapter.verdict == "proved"
    assert said["After a step"] == "½wᵀHw + cᵀw − η‖Hw + c‖² + ½η²(Hw + c)ᵀH(Hw + c)"
    assert said["The best length"] == "‖Hw + c‖²/((Hw + c)ᵀH(Hw + c))"
    assert said["Newton's step"] == "−H⁻¹c"


def test_the_code(chapter):
    space = {}
    exec(compile(chapter.module(), "descent_on_a_quadratic.py", "exec"), space)
    assert space["gradient"](w, H, c) == pytest.approx(g)
    assert space["solution"](H, c) == pytest.approx(w - np.linalg.solve(H, g))
    best = space["length_solution"](w, H, c)
    assert best == pytest.approx(g @ g / (g @ H @ g))
    assert all(value(w - best * g) < value(w - other * best * g) for other in (0.9, 1.1))
    assert value(w - 0.1 * g) == pytest.approx(value(w) - 0.1 * g @ g + 0.005 * g @ H @ g)


CLAIMS = {
    "the step's second order without its half": (
        "(w - eta*(H@w + c))@H@(w - eta*(H@w + c))/2 + c@(w - eta*(H@w + c))",
        "w@H@w/2 + c@w - eta*np.sum((H@w + c)**2) + eta**2*(H@w + c)@H@(H@w + c)",
        "w@H@w/2 + c@w - eta*np.sum((H@w + c)**2) + eta**2*(H@w + c)@H@(H@w + c)/2",
    ),
    "two gradients of a path with steps of the best length": (
        "(H@(w - (c@c)/(c@H@c)*c)) @ c",
        "w@H@c",
        "w@H@c - c@c",
    ),
    "Newton's step with a length that is not 1": (
        "w - np.linalg.inv(H)@(H@w + c)",
        "-np.linalg.inv(H)@c/2",
        "-np.linalg.inv(H)@c",
    ),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_wrong_line_is_refused(name):
    statement, wrong, right = CLAIMS[name]
    with derivation(statement, shapes=SHAPES, assume=DEFINITE) as proof:
        with pytest.raises(RefutedError):
            proof.line(wrong, by="a slip")
        proof.line(right, by="corrected")
    assert proof.verdict == "proved"


def test_a_step_falls_below_two_over_the_largest_eigenvalue_only(chapter):
    """On commute data, the step of the mean of squares falls at 0.15 and rises in the end at 0.16."""
    X = np.array([[1, 2.7, 1], [1, 4.1, 1], [1, 1.0, 0], [1, 5.2, 1], [1, 2.8, 0]])
    y = np.array([25.0, 33, 15, 45, 22])
    space = {}
    exec(compile(chapter.module(), "descent_on_a_quadratic.py", "exec"), space)
    hessian, linear = X.T @ X / len(y), -X.T @ y / len(y)
    assert np.round(np.linalg.eigvalsh(hessian), 4).tolist() == [0.0950, 0.1806, 13.3204]

    def values(eta, steps=200):
        at, found = np.zeros(3), []
        for _ in range(steps):
            found.append(space["value"](at, hessian, linear))
            at = at - eta * space["gradient"](at, hessian, linear)
        return np.array(found)

    assert np.all(np.diff(values(0.15)) < 0)
    assert values(0.16)[-1] > 1e6


def test_a_zero_of_the_derivative_need_not_be_a_minimum():
    """Newton's step on cos from 0.3 leads to a maximum."""
    cosine = derive("np.cos(x)", "x")
    slope, curvature = cosine.first.function(), cosine.second().function()
    at = 0.3
    for _ in range(6):
        at = at - slope(at) / curvature(at)
    assert slope(at) == pytest.approx(0, abs=1e-12)
    assert curvature(at) == pytest.approx(-1)
