"""Networks as texts: definitions, shapes and parameters in order, and what does not fit together."""

from dataclasses import dataclass

import pytest

from symnn import derive
from symnn.algebra.reader import read
from symnn.errors import ReadError, SymnnError
from symnn.learn.network import program


@dataclass(frozen=True)
class Layer:
    activation: str
    bias: bool = True


def test_a_network_is_one_definition_a_line():
    network = program([Layer("sigmoid"), Layer("prelu"), Layer("identity", bias=False)], "softmax_cross_entropy")
    assert network.objective.text.splitlines() == [
        "Z1 = X @ W1 + b1",
        "A1 = sigmoid(Z1)",
        "Z2 = A1 @ W2 + b2",
        "A2 = prelu(Z2, alpha2)",
        "Z3 = A2 @ W3",
        "np.sum(logsumexp(Z3, axis=1) - np.sum(Y * Z3, axis=1)) / m",
    ]
    assert network.parameters == ("W1", "b1", "W2", "b2", "alpha2", "W3")
    assert network.objective.shapes == {
        "X": ("m", "d"),
        "W1": ("d", "M1"),
        "b1": ("M1",),
        "W2": ("M1", "M2"),
        "b2": ("M2",),
        "alpha2": (),
        "W3": ("M2", "k"),
        "Y": ("m", "k"),
    }
    assert network.objective.assumptions == {"Y": "onehot rows"}
    assert network.starts == {"alpha2": 0.25}
    assert network.forward.text.endswith("\nZ3")
    assert network.prediction.text.endswith("\nsoftmax(Z3, axis=1)")
    assert "Y" not in network.forward.shapes


def test_a_parameter_is_learned_for_each_unit():
    network = program([Layer("prelu(x, alphas)"), Layer("x * sigmoid(beta * x)")], "squared_error")
    assert (network.objective.shapes["alpha1"], network.objective.shapes["beta2"]) == (("M1",), ())
    assert network.starts == {"alpha1": 0.25, "beta2": 1.0}


def test_all_three_texts_are_read():
    layers = [Layer("1 / (1 + np.exp(-2 * x))"), Layer("leaky_relu(x, 0.1)"), Layer("sigmoid")]
    network = program(layers, "binary_cross_entropy", penalty="half", class_weights=True, sample_weights=True)
    for part in (network.objective, network.forward, network.prediction):
        reading = read(part.text, part.shapes, part.assumptions)
        assert {variable.name for variable in reading.parameters} == set(part.shapes)


@pytest.mark.parametrize(
    ("penalty", "biases", "expected"),
    [
        ("half", False, "lam / 2 * (np.sum(W1**2) + np.sum(W2**2))"),
        ("half mean", True, "lam / (2 * m) * (np.sum(W1**2) + np.sum(b1**2) + np.sum(W2**2))"),
        ("whole", False, "lam * (np.sum(W1**2) + np.sum(W2**2))"),
    ],
)
def test_the_penalty_is_of_weights_and_if_asked_of_biases(penalty, biases, expected):
    layers = [Layer("swish(x, beta)"), Layer("identity", bias=False)]
    network = program(layers, "sum_squared_error", penalty=penalty, penalise_biases=biases)
    assert network.objective.text.splitlines()[-1] == f"np.sum((Z2 - Y)**2 / 2) + {expected}"
    assert network.objective.assumptions == {"lam": "nonnegative"}


def test_the_gradient_of_the_penalty_is_that_of_the_weights_alone():
    layers = [Layer("tanh")]
    for kind, expected in (("half", "λW₁"), ("half mean", " + λW₁)"), ("whole", "2λW₁")):
        network = program(layers, "squared_error", penalty=kind)
        bare = program(layers, "squared_error")
        with_penalty, without = (
            derive(part.text, ["W1", "b1"], part.shapes, part.assumptions).gradients
            for part in (network.objective, bare.objective)
        )
        assert with_penalty["b1"] is without["b1"]
        assert with_penalty["W1"] is not without["W1"]
        assert expected in str(with_penalty["W1"])


def test_what_does_not_fit_is_refused():
    with pytest.raises(SymnnError, match="at least one layer"):
        program([], "squared_error")
    with pytest.raises(ReadError, match=r"layer 2: .*no variable `w`"):
        program([Layer("tanh"), Layer("x * w")], "squared_error")
    with pytest.raises(SymnnError, match="is of logits and makes probabilities of them itself"):
        program([Layer("softmax")], "softmax_cross_entropy")
    with pytest.raises(SymnnError, match="write the loss binary_cross_entropy"):
        program([Layer("sigmoid")], "sum_sigmoid_cross_entropy")
    with pytest.raises(SymnnError, match="the penalty is one of half, half mean, whole; found 'third'"):
        program([Layer("tanh")], "squared_error", penalty="third")


def test_the_text_grows_with_the_number_of_layers():
    short, long = (program([Layer("mish")] * count, "squared_error", penalty="half") for count in (30, 300))
    assert len(long.objective.text) < 12 * len(short.objective.text)
    assert len(long.parameters) == 600
