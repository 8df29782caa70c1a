"""Risks and likelihoods: the same gradients but for a factor, and differences that do not depend on the weights."""

import numpy as np
import pytest

from symnn.errors import RefutedError
from symnn.results.author import derivation

random = np.random.default_rng(8)
n, d = 7, 3
X, y, w, sigma, nu = random.normal(size=(n, d)), random.normal(size=n), random.normal(size=d), 0.9, 1.4


def test_the_lines(chapter):
    said = {numbered.proof.title: str(numbered.proof.line) for numbered in chapter.proofs()}
    first, second, *_ = said.values()
    assert first == "½‖y − Xw‖²/σ² + ½n log(2πσ²)"
    assert second == "(½‖y − Xw‖² + ½σ²‖w‖²/ν²)/σ² + ½n log(2πσ²) + ½d · log(2πν²)"
    assert said["Gradient: likelihood"] == "σ⁻²Xᵀ(Xw − y)"
    assert said["Gradient: posterior"] == "σ⁻²Xᵀ(Xw − y) + ν⁻²w"


def test_the_code(chapter):
    space = {}
    exec(compile(chapter.module(), "risk_and_likelihood.py", "exec"), space)
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


CONSTANTS = {
    "dropped": "0",
    "σ in place of σ²": "n*np.log(2*np.pi*sigma)/2",
    "that of one sample": "np.log(2*np.pi*sigma**2)/2",
}


@pytest.mark.parametrize("name", CONSTANTS)
def test_another_constant_is_refused_and_the_right_one_accepted(name):
    density = "np.exp(-(y - X@w)**2/(2*sigma**2))/np.sqrt(2*np.pi*sigma**2)"
    shapes = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
    risk = "np.sum((y - X@w)**2)/(2*sigma**2)"
    with derivation(f"-np.sum(np.log({density}))", shapes=shapes, assume={"sigma": "positive"}) as proof:
        with pytest.raises(RefutedError, match="is not equal to"):
            proof.line(f"{risk} + {CONSTANTS[name]}", by="a slip")
        proof.line(f"{risk} + n*np.log(2*np.pi*sigma**2)/2", by="the logarithm of a product")
    assert proof.verdict == "checked"


def test_the_constants_cancel_exactly_and_the_order_is_kept_by_a_positive_factor(chapter):
    judges = {
        part.title: [claim.judgement.judge for claim in part.claims]
        for part in chapter.parts
        if hasattr(part, "claims")
    }
    assert judges == {
        "Between two weights the constants cancel": ["exact", "exact"],
        "One order of all weights": ["margin", "margin", "instances", "instances"],
    }
