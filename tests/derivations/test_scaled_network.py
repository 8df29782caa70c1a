"""The class NeuralNetwork: what its chapter says, its code against NumPy, and gradients without k refused."""

import numpy as np
import pytest

from symnn.errors import RefutedError
from symnn.results.author import derivation

CLASS = "Z1 = X @ W1 + b1; A1 = tanh(Z1); Z2 = A1 @ W2 + b2; A2 = tanh(Z2); np.sum((k*A2 - Y)**2) / (2*m)"
SHAPES = {"X": ("m", "d"), "W1": ("d", "h"), "b1": ("h",), "W2": ("h", "o"), "b2": ("o",), "Y": ("m", "o")}
DELTA = "((k*A2 - Y) * (1 - A2**2) / m)"
DEFINED = CLASS.rpartition(";")[0]
WRONG = {
    "W2": (f"A1.T @ {DELTA}", f"k * A1.T @ {DELTA}"),
    "b1": (
        f"np.sum(({DELTA} @ W2.T) * (1 - A1**2), axis=0)",
        f"np.sum(k * ({DELTA} @ W2.T) * (1 - A1**2), axis=0)",
    ),
}


@pytest.mark.parametrize("wrt", WRONG)
def test_gradients_without_k_are_refused_in_both_layers(wrt):
    wrong, right = WRONG[wrt]
    with derivation(CLASS, wrt, SHAPES) as proof:
        with pytest.raises(RefutedError, match="is not"):
            proof.line(f"{DEFINED}; {wrong}", by="as it is printed")
        proof.line(f"{DEFINED}; {right}", by="corrected")
    assert proof.verdict in ("proved", "checked")


def test_every_gradient_has_the_factor_k(chapter):
    said = repr(chapter.parts[0]).splitlines()
    assert said[3] == "δ⁽ᴸ⁾ = (1/m)k(kA⁽ᴸ⁾ − Y) ⊙ φ′(Z⁽ᴸ⁾)"
    assert said[4] == "δ⁽ˡ⁾ = δ⁽ˡ⁺¹⁾W⁽ˡ⁺¹⁾ᵀ ⊙ φ′(Z⁽ˡ⁾)"
    assert said[6] == "∇_b⁽ˡ⁾ f = ∑ⱼ δ⁽ˡ⁾ᵀ"


ACTIVATIONS = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    "relu_cubed": (lambda z: np.maximum(z, 0) ** 3, lambda z: 3 * np.maximum(z, 0) ** 2),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_code_is_that_of_numpy(chapter, name):
    space = {}
    exec(compile(chapter.module(), "scaled_network.py", "exec"), space)
    random, k = np.random.default_rng(5), 3.5
    X, Y = random.normal(size=(7, 4)), random.normal(size=(7, 2))
    W1, b1, W2, b2 = (random.normal(size=shape) for shape in ((4, 3), (3,), (3, 2), (2,)))
    phi, slope = ACTIVATIONS[name]
    Z1 = X @ W1 + b1
    Z2 = phi(Z1) @ W2 + b2
    delta2 = k * (k * phi(Z2) - Y) / 7 * slope(Z2)
    delta1 = delta2 @ W2.T * slope(Z1)
    expected = (X.T @ delta1, delta1.sum(axis=0), phi(Z1).T @ delta2, delta2.sum(axis=0))
    given = (X, W1, b1, W2, b2, k, Y)
    assert space[f"{name}_value"](*given) == pytest.approx(((k * phi(Z2) - Y) ** 2).sum() / 14, rel=1e-12)
    for mine, theirs in zip(space[f"{name}_gradient"](*given), expected, strict=True):
        assert mine == pytest.approx(theirs, rel=1e-10, abs=1e-13)
