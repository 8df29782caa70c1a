"""Risks and likelihoods: the same gradients but for a factor, and differences that do not depend on the weights."""

from pathlib import Path

import numpy as np
import pytest

from symnn.chapters import load_chapter

CHAPTER = load_chapter(Path(__file__).parents[2] / "derivations/risk_and_likelihood.py")

random = np.random.default_rng(8)
n, d = 7, 3
X, y, w, sigma, nu = random.normal(size=(n, d)), random.normal(size=n), random.normal(size=d), 0.9, 1.4


def test_the_lines():
    said = {numbered.proof.title: str(numbered.proof.line) for numbered in CHAPTER.proofs()}
    assert said["Likelihood and empirical risk"] == said["Posterior and structural risk"] == "0"
    assert said["Gradient: likelihood"] == "σ⁻²Xᵀ(Xw − y)"
    assert said["Gradient: posterior"] == "σ⁻²Xᵀ(Xw − y) + ν⁻²w"


def test_the_code():
    space = {}
    exec(compile(CHAPTER.module(), "risk_and_likelihood.py", "exec"), space)
    least_squares = X.T @ (X @ w - y)
    assert space["likelihood_gradient"](y=y, X=X, w=w, sigma=sigma) == pytest.approx(least_squares / sigma**2)
    expected = (least_squares + sigma**2 / nu**2 * w) / sigma**2
    assert space["posterior_gradient"](y=y, X=X, w=w, sigma=sigma, nu=nu) == pytest.approx(expected)
    constants = []
    for at in (w, 2 * w, np.zeros(d)):
        risk = np.sum((y - X @ at) ** 2) / 2 + sigma**2 / nu**2 * at @ at / 2
        constants.append(space["posterior_value"](y=y, X=X, w=at, sigma=sigma, nu=nu) - risk / sigma**2)
    expected = n / 2 * np.log(2 * np.pi * sigma**2) + d / 2 * np.log(2 * np.pi * nu**2)
    assert constants == pytest.approx([expected] * 3)
