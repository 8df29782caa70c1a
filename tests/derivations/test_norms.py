"""The chapter on p-norms in numbers: NumPy's norms, differences, unit vectors, and wrong gradients refused."""

import numpy as np
import pytest

from symnn.errors import RefutedError
from symnn.results.author import derivation

v = np.array([0.7, -1.9, 0.2, 2.4, -0.4])


@pytest.fixture(scope="module")
def code(chapter):
    space = {}
    exec(compile(chapter.module(), "norms.py", "exec"), space)
    return space


def test_the_lines(chapter):
    said = {numbered.proof.title: str(numbered.proof.line) for numbered in chapter.proofs()}
    assert said["Gradient"] == "(∑ |v|^p)^(1/p − 1)(sign(v) ⊙ |v|^(p − 1))"
    assert said["Gradient: euclidean"] == "(1/‖v‖)v"
    assert said["Gradient: absolute"] == "sign(v)"
    assert said["Gradient: largest"] == "argmax(|v|) ⊙ sign(v)"
    assert said["The dual norm of the gradient"] == "1"
    assert said["p = 2"] == "‖v‖"


@pytest.mark.parametrize("p", [0.5, 1.0, 1.7, 2.0, 3.0, 9.0])
def test_values_and_gradients_are_those_of_numpy_and_of_differences(code, p):
    assert code["value"](v, p) == pytest.approx(np.linalg.norm(v, p))
    steps = 1e-6 * np.eye(v.size)
    differences = [(np.linalg.norm(v + step, p) - np.linalg.norm(v - step, p)) / 2e-6 for step in steps]
    assert code["gradient"](v, p) == pytest.approx(np.array(differences), rel=1e-7, abs=1e-9)


def test_the_special_cases(code):
    assert code["euclidean_gradient"](v) == pytest.approx(code["gradient"](v, 2.0))
    assert code["absolute_gradient"](v) == pytest.approx(code["gradient"](v, 1.0))
    assert code["largest_gradient"](v).tolist() == [0, 0, 0, 1, 0]
    assert code["largest_value"](v) == pytest.approx(np.linalg.norm(v, np.inf))
    assert code["gradient"](v, 200.0) == pytest.approx(code["largest_gradient"](v), abs=1e-9)


def test_the_steepest_direction_has_the_dual_norm_one(code):
    for p in (1.25, 2.0, 5.0):
        assert np.linalg.norm(code["gradient"](v, p), p / (p - 1)) == pytest.approx(1)


@pytest.mark.parametrize(
    "wrong",
    [
        "np.sign(v)*np.abs(v)**(p - 1)",
        "np.sign(v)*(np.abs(v)/np.linalg.norm(v, p))**p",
        "(np.abs(v)/np.linalg.norm(v, p))**(p - 1)",
        "p*np.sign(v)*(np.abs(v)/np.linalg.norm(v, p))**(p - 1)",
    ],
    ids=["without its norm", "the exponent", "without its sign", "with a factor p"],
)
def test_a_wrong_gradient_is_refused(wrong):
    with derivation("np.linalg.norm(v, p)", "v", {"v": ("n",)}, {"p": "positive"}) as proof:
        with pytest.raises(RefutedError):
            proof.line(wrong, by="a slip")
        proof.line("np.sign(v)*(np.abs(v)/np.linalg.norm(v, p))**(p - 1)", by="corrected")


def test_the_arguments_are_judged_line_by_line(chapter):
    found = [claim.judgement.judge for part in chapter.arguments() for claim in part.claims]
    assert found == ["instances", "instances", "sympy", "instances", "instances", "instances"]
