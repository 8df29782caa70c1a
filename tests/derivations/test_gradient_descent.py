"""Gradient descent for least squares: the emitted step, the error that it leaves, and wrong lines refused."""

import numpy as np
import pytest

from symnn.errors import RefutedError
from symnn.results.author import derivation

random = np.random.default_rng(8)
n, d = 7, 3
X, W, Y = random.normal(size=(n, d + 1)), random.normal(size=d + 1), random.normal(size=n)
eta = 0.3


@pytest.fixture(scope="module")
def module(chapter):
    space = {}
    exec(compile(chapter.module(), "gradient_descent.py", "exec"), space)
    return space


def test_the_lines(chapter):
    said = {numbered.proof.title: str(numbered.proof.line) for numbered in chapter.proofs()}
    assert chapter.verdict == "proved"
    assert said["What a step leaves of the error, since ∇C(V) = 0"] == "(I − η((1/n)XᵀX))(W − V)"
    assert said["Along the eigenvectors of H = Q diag(λ) Qᵀ"] == "(1_(d + 1) − ηλ) ⊙ QᵀE"


def test_the_emitted_step(module):
    step = module["step_solution"](X, W, Y, eta)
    assert step == pytest.approx(-eta * X.T @ (X @ W - Y) / n)
    for other in random.normal(size=(5, d + 1)):
        assert module["step_value"](X, W, Y, step, eta) < module["step_value"](X, W, Y, step + other, eta)


def test_the_error_is_multiplied_along_each_eigenvector(module):
    solution = np.linalg.lstsq(X, Y)[0]
    eigenvalues, vectors = np.linalg.eigh(X.T @ X / n)
    after = W + module["step_solution"](X, W, Y, eta)
    assert vectors.T @ (after - solution) == pytest.approx((1 - eta * eigenvalues) * (vectors.T @ (W - solution)))


SHAPES = {"X": ("n", "k"), "W": ("k",), "V": ("k",)}
CLAIMS = {
    "the error without its 1/n": (
        "(W - V) - eta*X.T@(X@W - X@V)/n",
        "(W - V) - eta*X.T@X@(W - V)",
        "(np.eye(k) - eta*X.T@X/n)@(W - V)",
    ),
    "the factor of the step alone": (
        "(W - V) - eta*X.T@(X@W - X@V)/n",
        "-eta*X.T@X@(W - V)/n",
        "W - V - eta*X.T@X@(W - V)/n",
    ),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_wrong_line_is_refused(name):
    statement, wrong, right = CLAIMS[name]
    with derivation(statement, shapes=SHAPES) as proof:
        with pytest.raises(RefutedError):
            proof.line(wrong, by="a slip")
        proof.line(right, by="corrected")
    assert proof.verdict == "proved"
