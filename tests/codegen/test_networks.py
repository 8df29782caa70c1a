"""Code of networks: it reads as one would write it, and gives the gradients that autograd gives."""

from __future__ import annotations

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from autograd.scipy.special import erf, logsumexp

from symnn import derive
from symnn.codegen.emit import load_module
from symnn.result import Result

SHAPES = {"X": ("m", "d"), "W1": ("d", "h"), "b1": ("h",), "W2": ("h", "k"), "b2": ("k",), "Y": ("m", "k")}
LENGTHS = {"m": 7, "d": 5, "h": 4, "k": 3}
WEIGHTS = ["W1", "b1", "W2", "b2"]
SQUARES = "np.sum((Z2 - Y)**2)/2"


def sigmoid(z):
    return 0.5 * (1 + anp.tanh(z / 2))


ACTIVATIONS = {
    "sigmoid": ("sigmoid(Z1)", sigmoid),
    "tanh": ("np.tanh(Z1)", anp.tanh),
    "relu": ("np.maximum(Z1, 0)", lambda z: anp.maximum(z, 0)),
    "softplus": ("np.log(1 + np.exp(Z1))", lambda z: anp.logaddexp(0, z)),
    "gelu": ("Z1*(1 + erf(Z1/np.sqrt(2)))/2", lambda z: z * (1 + erf(z / anp.sqrt(2))) / 2),
    "swish": ("Z1*sigmoid(Z1)", lambda z: z * sigmoid(z)),
    "exponential": ("np.exp(Z1)", anp.exp),
}
LOSSES = {
    "squares": (SQUARES, lambda z, y: anp.sum((z - y) ** 2) / 2),
    "softmax cross-entropy": (
        "-np.sum(Y*np.log(np.exp(Z2)/np.sum(np.exp(Z2), axis=1, keepdims=True)))/len(X)",
        lambda z, y: -anp.sum(y * (z - logsumexp(z, axis=1, keepdims=True))) / len(y),
    ),
    "binary cross-entropy": (
        "-np.mean(Y*np.log(sigmoid(Z2)) + (1 - Y)*np.log(1 - sigmoid(Z2)))",
        lambda z, y: anp.mean(y * anp.logaddexp(0, -z) + (1 - y) * anp.logaddexp(0, z)),
    ),
    "hinge": ("np.mean(np.maximum(1 - Y*Z2, 0))", lambda z, y: anp.mean(anp.maximum(1 - y * z, 0))),
    "squares of sigmoids": ("np.mean((sigmoid(Z2) - Y)**2)", lambda z, y: anp.mean((sigmoid(z) - y) ** 2)),
    "counts": ("np.sum(np.exp(Z2) - Y*Z2)", lambda z, y: anp.sum(anp.exp(z) - y * z)),
}


def network(activation: str, loss: str, *, biases: bool = True) -> Result:
    text = f"Z1 = X @ W1 + b1; A1 = {activation}; Z2 = A1 @ W2 + b2; {loss} + lam*np.sum(W1**2)/2"
    text = text if biases else text.replace(" + b1", "").replace(" + b2", "")
    wrt = WEIGHTS if biases else ["W1", "W2"]
    shapes = {name: shape for name, shape in SHAPES.items() if biases or not name.startswith("b")}
    return derive(text, wrt, shapes, {"lam": "positive"})


def lines(result: Result, what: str) -> list[str]:
    """The lines of the function, without the checks of its arguments and the numbers of equations."""
    code = result.numpy(what)
    body = [line.partition("  # ")[0].strip() for line in code[code.rindex('"""') + 4 :].splitlines()]
    return [line for line in body if "_array(" not in line and "_scalar(" not in line and line != "sizes = {}"]


def drawn(names: list[str]) -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    values = {name: random.normal(size=[LENGTHS[axis] for axis in SHAPES.get(name, ())]) / 2 for name in names}
    return {**values, "Y": np.eye(3)[random.integers(0, 3, 7)], "lam": 0.3}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_are_those_of_autograd(activation: str, loss: str) -> None:
    (text, f), (objective, g) = ACTIVATIONS[activation], LOSSES[loss]
    result = network(text, objective)
    point = drawn([variable.name for variable in result.parameters])

    def reference(weights):
        W1, b1, W2, b2 = weights
        return g(f(point["X"] @ W1 + b1) @ W2 + b2, point["Y"]) + point["lam"] * anp.sum(W1**2) / 2

    expected = autograd.grad(reference)([point[name] for name in WEIGHTS])
    found = load_module(result.numpy("gradient"), "network").gradient(**point)
    for name, ours, theirs in zip(WEIGHTS, found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-13, err_msg=name)


def test_a_network_of_sigmoids_reads_as_one_would_write_it() -> None:
    result = network("sigmoid(Z1)", SQUARES)
    assert lines(result, "value") == [
        "residual = _sigmoid(X @ W1 + b1) @ W2 + b2 - Y",
        "return np.vdot(residual, residual) / 2 + lam * np.vdot(W1, W1) / 2",
    ]
    assert lines(result, "gradient") == [
        "sigmoid_value = _sigmoid(X @ W1 + b1)",
        "residual = sigmoid_value @ W2 - Y + b2",
        "product = sigmoid_value * (residual @ W2.T) * (1 - sigmoid_value)",
        "gradient_W1 = X.T @ product + lam * W1",
        "gradient_b1 = product.sum(axis=0)",
        "gradient_W2 = sigmoid_value.T @ residual",
        "gradient_b2 = residual.sum(axis=0)",
        "return gradient_W1, gradient_b1, gradient_W2, gradient_b2",
    ]


@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("loss", LOSSES)
def test_no_activation_is_computed_twice(loss: str, biases: bool) -> None:
    for activation, call in (("sigmoid(Z1)", "_sigmoid("), ("np.tanh(Z1)", "np.tanh("), ("np.exp(Z1)", "np.exp(")):
        code = lines(network(activation, LOSSES[loss][0], biases=biases), "gradient")
        first = [line for line in code if "X @ W1" in line]
        assert len(first) == 1
        assert call in first[0]
        assert not any("logaddexp" in line or "_log_sum_exp" in line for line in code)


def test_a_slope_alone_keeps_its_digits() -> None:
    code = derive("np.sum(sigmoid(x))", "x", {"x": ("n",)}).numpy("gradient")
    slope = load_module(code, "slope").gradient(np.array([40.0, -40.0]))
    np.testing.assert_allclose(slope, np.exp(-40) / (1 + np.exp(-40)) ** 2, rtol=1e-14)


def test_two_complements_of_each_other_are_not_made_of_each_other() -> None:
    result = derive("np.sum(y*(1 - sigmoid(x)) + z*(1 - sigmoid(-x)))", "x", dict.fromkeys("xyz", ("n",)))
    x, y, z = np.array([0.5, -1.0]), np.array([2.0, 3.0]), np.array([5.0, 7.0])
    s = 1 / (1 + np.exp(-x))
    function = load_module(result.numpy("value"), "case").value
    assert function(y=y, x=x, z=z) == pytest.approx(float(np.sum(y * (1 - s) + z * s)), rel=1e-14)
    gradient = load_module(result.numpy("gradient"), "case").gradient
    np.testing.assert_allclose(gradient(y=y, x=x, z=z), (z - y) * s * (1 - s), rtol=1e-13)
