"""Maximum likelihood in numbers: the density multiplied out, its best weights and the variance of the noise."""

import numpy as np
import pytest

from symnn import Identity, dims, inv, matrix, squared_norm, trace, vector
from symnn.algebra.nodes import as_node
from symnn.errors import RefutedError
from symnn.results.author import derivation

SHAPES = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
COST = "np.sum((y - X@w)**2)/(2*sigma**2) + n*np.log(sigma)"

random = np.random.default_rng(6)
n, d = 9, 4
X, y, w, sigma = random.normal(size=(n, d)), random.normal(size=n), random.normal(size=d), 0.8


@pytest.fixture(scope="module")
def code(chapter):
    space = {}
    exec(compile(chapter.module(), "maximum_likelihood.py", "exec"), space)
    return space


def test_the_lines(chapter):
    said = {numbered.proof.title: str(numbered.proof.line) for numbered in chapter.proofs()}
    assert said["Minimum"] == "w = (XᵀX)⁻¹Xᵀy"
    assert said["Least squares over σ²"] == "(1/σ²)Xᵀ(Xw − y)"
    assert said["The variance of the noise"] == "σ² = (1/n)‖y − Xw‖²"
    assert said["The residuals of targets Mw + e"] == "eᵀ(I − M(MᵀM)⁻¹Mᵀ)e"
    assert said["The trace of I − H"] == "n − d"


def test_the_value_is_that_of_the_density_multiplied_out(code):
    density = np.exp(-((y - X @ w) ** 2) / (2 * sigma**2)) / np.sqrt(2 * np.pi * sigma**2)
    assert code["by_weights_value"](y=y, X=X, w=w, sigma=sigma) == pytest.approx(-np.log(np.prod(density)))


def test_the_gradients_and_where_they_are_zero(code):
    gradient = code["by_weights_gradient"](y=y, X=X, w=w, sigma=sigma)
    assert gradient == pytest.approx(X.T @ (X @ w - y) / sigma**2)
    best = code["by_weights_solution"](y=y, X=X, sigma=sigma)
    assert best == pytest.approx(np.linalg.lstsq(X, y, rcond=None)[0])
    variance = np.mean((y - X @ best) ** 2)
    by_deviation = code["by_deviation_gradient"]
    assert by_deviation(y=y, X=X, w=best, sigma=np.sqrt(variance)) == pytest.approx(0, abs=1e-12)
    assert by_deviation(y=y, X=X, w=best, sigma=0.9 * np.sqrt(variance)) < 0
    assert by_deviation(y=y, X=X, w=best, sigma=1.1 * np.sqrt(variance)) > 0


CLAIMS = {
    "the sign of the residual": ("w", "X.T@(y - X@w)/sigma**2", "X.T@(X@w - y)/sigma**2"),
    "σ in place of σ²": ("w", "X.T@(X@w - y)/sigma", "X.T@(X@w - y)/sigma**2"),
    "the variance with n − 1": (
        "sigma",
        "n/sigma**3*(sigma**2 - np.sum((y - X@w)**2)/(n - 1))",
        "n/sigma**3*(sigma**2 - np.sum((y - X@w)**2)/n)",
    ),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_wrong_line_is_refused_and_the_right_one_accepted(name):
    wrt, wrong, right = CLAIMS[name]
    with derivation(COST, wrt, SHAPES, {"sigma": "positive"}) as proof:
        with pytest.raises(RefutedError, match="the gradient of"):
            proof.line(wrong, by="a slip")
        proof.line(right, by="corrected")
    assert proof.verdict in ("proved", "checked")


def test_the_residuals_keep_as_many_entries_of_the_noise_as_there_are_samples_more_than_weights():
    """σ̂² with n in place of n − d, and all of the noise in the residuals: refused."""
    size, count = dims("n d")
    M, e, noise = matrix("M", size, count, assume="full column rank"), vector("e", size), vector("w", count)
    H = M @ inv(M.T @ M) @ M.T
    with derivation(squared_norm(M @ noise + e - H @ (M @ noise + e))) as left:
        with pytest.raises(RefutedError):
            left.line(squared_norm(e), by="all of it")
        left.line(e.T @ (Identity(size) - H) @ e, by="HM = M")
    with derivation(trace(Identity(size) - H)) as kept:
        with pytest.raises(RefutedError):
            kept.line(as_node(size), by="no weight is fitted")
        kept.line(as_node(size) - as_node(count), by="tr H = d")
    assert left.verdict == kept.verdict == "proved"
