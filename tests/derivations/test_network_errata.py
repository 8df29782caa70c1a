"""What the documents print of networks that is not right: each wrong formula is refused, and the right one accepted."""

import numpy as np
import pytest
import sympy

from symnn import argument, exp, scalar
from symnn.errors import ReadError, RefutedError
from symnn.results.author import derivation
from symnn.results.result import derive

SIGMOID = "sigmoid(w*x + b)"
TWO = "H1 = sigmoid(X @ W1); H2 = H1 @ W2; S = np.exp(H2) / np.sum(np.exp(H2), axis=1, keepdims=True)"
CROSS_ENTROPY = f"{TWO}; -np.sum(Y * np.log(S)) / m"
SHAPES = {"X": ("m", "d"), "W1": ("d", "h"), "W2": ("h", "k"), "Y": ("m", "k")}
ONEHOT = {"Y": "onehot rows"}
# All sizes equal, so that a wrong order of factors has a shape at all; m is the size.
EQUAL = dict.fromkeys(SHAPES, ("m", "m"))

LAST = "S = np.exp(H) / np.sum(np.exp(H), axis=1, keepdims=True); -np.sum(Y * np.log(S)) / m"
LAST_SHAPES = {"H": ("m", "k"), "Y": ("m", "k")}
SOFTMAX = "(np.exp(H) / np.sum(np.exp(H), axis=1, keepdims=True))"
OF_THE_LABEL = "(np.sum(Y * np.exp(H), axis=1, keepdims=True) / np.sum(np.exp(H), axis=1, keepdims=True))"

SCALED = "np.sum((k * np.tanh(X @ W + b) - y)**2) / 2"
SCALED_SHAPES = {"X": ("n", "d"), "W": ("d", "o"), "b": ("o",), "y": ("n", "o")}
DELTA = "((k * np.tanh(X @ W + b) - y) * (1 - np.tanh(X @ W + b)**2))"

CLAIMS = {
    "L17: the gradient of a layer with the weights that the next has after its update": (
        CROSS_ENTROPY, "W1", SHAPES, ONEHOT,
        f"{TWO}; X.T @ (((S - Y) @ (W2 - eta * H1.T @ (S - Y) / m).T) * H1 * (1 - H1)) / m",
        f"{TWO}; X.T @ (((S - Y) @ W2.T) * H1 * (1 - H1)) / m",
    ),
    "L21: an output that is scaled by k, and gradients that are not": (
        SCALED, "W", SCALED_SHAPES, None, f"X.T @ {DELTA}", f"k * X.T @ {DELTA}",
    ),
    "L21: the bias gradient of a batch without its sum": (
        SCALED, "b", SCALED_SHAPES, None, f"k * {DELTA}", f"np.sum(k * {DELTA}, axis=0)",
    ),
    "H2: products of matrices where entries are multiplied": (
        "np.sum(C * sigmoid(A @ W))", "A", dict.fromkeys("CAW", ("m", "m")), None,
        "C @ (sigmoid(A @ W) * (1 - sigmoid(A @ W))) @ W",
        "(C * sigmoid(A @ W) * (1 - sigmoid(A @ W))) @ W.T",
    ),
    "H2: the transpose left out": (
        "np.sum(C * sigmoid(A @ W))", "A", dict.fromkeys("CAW", ("m", "m")), None,
        "(C * sigmoid(A @ W) * (1 - sigmoid(A @ W))) @ W",
        "(C * sigmoid(A @ W) * (1 - sigmoid(A @ W))) @ W.T",
    ),
    "H3: the loss has a minus, its gradient has not": (
        LAST, "H", LAST_SHAPES, ONEHOT, f"(Y - {SOFTMAX}) / m", f"({SOFTMAX} - Y) / m",
    ),
    "H3: the entry of the label in place of the entry": (
        LAST, "H", LAST_SHAPES, ONEHOT,
        f"((1 - Y) * {OF_THE_LABEL} - Y * (1 - {SOFTMAX})) / m",
        f"((1 - Y) * {SOFTMAX} - Y * (1 - {SOFTMAX})) / m",
    ),
    "H3: order and sign of the gradient by W2": (
        CROSS_ENTROPY, "W2", EQUAL, ONEHOT, f"{TWO}; (Y - S) @ H1 / m", f"{TWO}; H1.T @ (S - Y) / m",
    ),
    "H3: products, order, transpose and sign of the gradient by W1": (
        CROSS_ENTROPY, "W1", EQUAL, ONEHOT,
        f"{TWO}; (Y - S) @ W2 @ (H1 * (1 - H1)) @ X / m",
        f"{TWO}; X.T @ (((S - Y) @ W2.T) * H1 * (1 - H1)) / m",
    ),
    "L17: a layer of softmax passed entry by entry": (
        f"np.sum(D * {SOFTMAX})", "H", {"H": ("m", "k"), "D": ("m", "k")}, None,
        f"D * {SOFTMAX} * (1 - {SOFTMAX})",
        f"{SOFTMAX} * (D - np.sum(D * {SOFTMAX}, axis=1, keepdims=True))",
    ),
    "B18: the sign of the inner derivative": (
        "(y - (w*x + b))**2", "w", {}, None, "2*(y - (w*x + b))*x", "-2*(y - (w*x + b))*x",
    ),
    "B18: a factor x in the gradient by the bias": (
        f"({SIGMOID} - y)**2 / 2", "b", {}, None,
        f"({SIGMOID} - y) * {SIGMOID} * (1 - {SIGMOID}) * x",
        f"({SIGMOID} - y) * {SIGMOID} * (1 - {SIGMOID})",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CLAIMS)
def test_the_wrong_formula_is_refused_and_the_right_one_accepted(name):
    objective, wrt, shapes, assume, wrong, right = CLAIMS[name]
    if "eta" in wrong:
        objective = f"{objective} + 0*eta"
    with derivation(objective, wrt, shapes, assume) as proof:
        with pytest.raises(RefutedError, match=r"the gradient of .* is not"):
            proof.line(wrong, by="as it is printed")
        proof.line(right, by="corrected")
    assert proof.verdict in ("proved", "checked")


def test_h3_the_loss_has_one_logarithm_and_a_minus():
    one = f"np.sum(Y * {SOFTMAX}, axis=1)"
    with derivation(LAST, None, LAST_SHAPES, ONEHOT) as proof:
        for wrong in (f"np.sum(np.log(-np.log({one}))) / m", f"np.sum(np.log({one})) / m"):
            with pytest.raises(RefutedError):
                proof.line(wrong, by="as it is printed, with a minus below the logarithm or without any")
        proof.line(f"-np.sum(np.log({one})) / m", by="corrected")
    assert proof.verdict in ("proved", "checked")


def test_the_numbers_of_the_graph_of_linear_regression():
    graph = derive("prediction = w*x + b; error = y - prediction; error**2", ["w", "x", "b"])
    values = {"w": 5.0, "x": 1.0, "b": 1.0, "y": 10.0}
    found = graph.first.function()(*(values[variable.name] for variable in graph.parameters))
    assert np.array(found).tolist() == [-8.0, -40.0, -8.0]


def test_b13_the_sigmoid_cannot_give_any_real_number():
    z = scalar("z")
    e = exp(-z)
    x = sympy.Symbol("x", real=True)
    with argument("Any real number") as proof:
        with pytest.raises(RefutedError):
            proof.at_least(1 / (1 + e), 1, by="as it is printed, also 1 and more")
        with pytest.raises(RefutedError):
            proof.at_most(1 / (1 + e), 0, by="and 0 and less")
        with pytest.raises(RefutedError):
            proof.sympy(sympy.Limit(1 / (1 + sympy.exp(-x)), x, sympy.oo), sympy.oo, by="without a bound")
        proof.at_most(1 / (1 + e), 1, by="the range is (0, 1)", margin=e / (1 + e), strict=True)


APPENDED = {"x": ("d",), "Theta1": ("h", "d + 1"), "Theta2": ("k", "h + 1")}
FIRST = "sigmoid(Theta1 @ np.concatenate((np.ones(1), x)))"


def test_s3_without_the_appended_one_the_second_layer_has_no_shape():
    with pytest.raises(ReadError, match=r"the inner sizes of `@` differ: \(k, h \+ 1\) against \(h,\)"):
        derive(f"np.sum(sigmoid(Theta2 @ {FIRST}))", "Theta2", APPENDED)
    right = derive(f"np.sum(sigmoid(Theta2 @ np.concatenate((np.ones(1), {FIRST}))))", "Theta2", APPENDED)
    assert right.verdict in ("proved", "checked") and right.check().passed
