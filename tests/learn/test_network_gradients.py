"""Gradients of networks against PyTorch, whose functions are its own, and against autograd, which runs the text itself.

The gradient by the scores of the last layer is where an activation and a loss meet: every pair is tried there. What
stands before it is tried for every activation, and with every loss, in networks of two layers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from symnn import derive
from symnn.codegen import load_module
from symnn.errors import SymnnError
from symnn.learn.activations import TABLE
from symnn.learn.losses import LOSSES
from symnn.learn.network import Program, program

anp = pytest.importorskip("autograd.numpy", reason="autograd is not installed")
special = pytest.importorskip("autograd.scipy.special", reason="autograd is not installed")
autograd = pytest.importorskip("autograd", reason="autograd is not installed")

SIZES = {"m": 5, "d": 3, "M1": 4, "k": 2}

OWN_ACTIVATIONS = (
    "x * sigmoid(1.5 * x)",
    "np.where(x > 0.25, x**2, np.sin(x) / 3)",
    "alpha * np.log(1 + np.exp(beta * x)) - prelu(x, 0.3)",
    "(1 + tanh(x)) / 2",
)
OWN_LOSSES = (
    "np.sum(np.log(1 + (A - Y)**2)) / m",
    "np.sum(np.exp(-Y * A)) / (k * m)",
    "np.mean(logaddexp(0, A - Y)) + 0.01 * np.sum(np.abs(Z)**3)",
)
VARIANTS = ("leaky_relu(x, 0.1)", "elu(x, 1.5)", "swish(x, betas)", "prelu(x, alphas)")


@dataclass(frozen=True)
class Layer:
    activation: str
    bias: bool = True


def arrays_of(shapes: Mapping[str, tuple[str, ...]], labels: str, seed: int) -> dict[str, Any]:
    """Values for all variables: labels as the loss wants them, all else of either sign."""
    random = np.random.default_rng(seed)
    found: dict[str, Any] = {}
    for name, shape in shapes.items():
        size = tuple(SIZES[axis] for axis in shape)
        if name == "Y" and labels:
            made = {
                "onehot rows": np.eye(SIZES["k"])[random.integers(0, SIZES["k"], SIZES["m"])],
                "binary": random.integers(0, 2, size).astype(float),
                "signs": random.choice([-1.0, 1.0], size),
            }[labels]
        elif name in ("v", "c", "lam"):
            made = random.uniform(0.5, 2, size)
        else:
            made = random.normal(size=size)
        found[name] = made if shape else float(made)
    return found


def gradients(made: Program, wrt: tuple[str, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """What the emitted function returns, after its proof was judged and it was held against central differences."""
    result = derive(made.text, list(wrt), made.shapes, made.assumptions)
    assert result.verdict in ("proved", "checked"), [
        str(step.judgement.reason) for step in result.proof.steps if step.judgement.status.value == "undecided"
    ]
    assert result.check().passed
    function = load_module(result.numpy("gradient"), "generated").gradient
    found = function(**{parameter.name: given[parameter.name] for parameter in result.parameters})
    return dict(zip(wrt, found if len(wrt) > 1 else [found], strict=True))


def assert_same(found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        scale = max(1.0, float(np.max(np.abs(array))))
        np.testing.assert_allclose(found[name], array, rtol=1e-10, atol=1e-10 * scale, err_msg=name)


# --- autograd: the text itself is run -------------------------------------------------------------------------------

PI = np.pi
BY_AUTOGRAD = {
    "np": anp,
    "tanh": anp.tanh,
    "sigmoid": special.expit,
    "relu": lambda z: anp.where(z > 0, z, 0 * z),
    "leaky_relu": lambda z, slope=0.01: anp.where(z > 0, z, slope * z),
    "prelu": lambda z, alpha: anp.where(z > 0, z, alpha * z),
    "elu": lambda z, alpha=1: anp.where(z > 0, z, alpha * (anp.exp(z) - 1)),
    "softplus": lambda z: anp.log(1 + anp.exp(z)),
    "swish": lambda z, beta=1: z / (1 + anp.exp(-beta * z)),
    "gelu": lambda z: z * (1 + special.erf(z / anp.sqrt(2))) / 2,
    "gelu_tanh": lambda z: z / 2 * (1 + anp.tanh(anp.sqrt(2 / PI) * (z + 0.044715 * z**3))),
    "gelu_logistic": lambda z: z * special.expit(1.702 * z),
    "selu": lambda z: 1.0507009873554805 * anp.where(z > 0, z, 1.6732632423543772 * (anp.exp(z) - 1)),
    "mish": lambda z: z * anp.tanh(anp.log(1 + anp.exp(z))),
    "softsign": lambda z: z / (1 + anp.abs(z)),
    "hard_tanh": lambda z: anp.where(anp.abs(z) < 1, z, anp.sign(z)),
    "softmax": lambda z, axis: anp.exp(z) / anp.sum(anp.exp(z), axis=axis, keepdims=True),
    "logsumexp": special.logsumexp,
    "logaddexp": anp.logaddexp,
    "huber": lambda r: anp.where(anp.abs(r) < 1, r**2 / 2, anp.abs(r) - 0.5),
}


def by_autograd(made: Program, wrt: tuple[str, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    *definitions, last = made.text.split("\n")

    def objective(*varied: Any) -> Any:
        scope = {**BY_AUTOGRAD, **SIZES, **given, **dict(zip(wrt, varied, strict=True))}
        exec("\n".join(definitions), scope)
        return eval(last, scope)

    found = autograd.grad(objective, tuple(range(len(wrt))))(*(given[name] for name in wrt))
    return dict(zip(wrt, found, strict=True))


def fits(name: str, loss: str) -> bool:
    try:
        program([Layer(name)], loss)
    except SymnnError:
        return False
    return True


PAIRS = [(name, loss) for name in (*TABLE, *OWN_ACTIVATIONS) for loss in LOSSES if fits(name, loss)]
PAIRS += [(name, loss) for name in ("tanh", "softmax", *OWN_ACTIVATIONS) for loss in OWN_LOSSES]

# The margin 1 − Y·softmax has one sign, so that the kink of the hinge is never seen from its other side.
ONE_SIDED = {("softmax", "hinge"), ("softmax", "squared_hinge")}


def of_scores(name: str, loss: str) -> tuple[Program, tuple[str, ...]]:
    """The objective of a layer as a function of its scores Z1, and of what its activation learns."""
    network = program([Layer(name)], loss)
    shapes = {key: shape for key, shape in network.objective.shapes.items() if key not in ("X", "W1", "b1")}
    made = Program(
        network.objective.text.partition("\n")[2], {"Z1": ("m", "k"), **shapes}, network.objective.assumptions
    )
    return made, ("Z1", *(key for key in network.parameters if key not in ("W1", "b1")))


@pytest.mark.parametrize(("name", "loss"), [pair for pair in PAIRS if pair not in ONE_SIDED])
def test_every_activation_with_every_loss(name: str, loss: str) -> None:
    made, wrt = of_scores(name, loss)
    given = arrays_of(made.shapes, made.assumptions.get("Y", ""), seed=len(name))
    assert_same(gradients(made, wrt, given), by_autograd(made, wrt, given))


def test_where_only_one_side_of_a_kink_exists_nothing_is_claimed() -> None:
    for name, loss in sorted(ONE_SIDED):
        made, wrt = of_scores(name, loss)
        result = derive(made.text, list(wrt), made.shapes, made.assumptions)
        assert result.verdict == "undecided"
        assert result.check().passed


@pytest.mark.parametrize("name", (*TABLE, *VARIANTS, *OWN_ACTIVATIONS))
def test_every_activation_in_a_network(name: str) -> None:
    network = program(
        [Layer(name), Layer("identity")], "squared_error", penalty="half", penalise_biases=True, sample_weights=True
    )
    given = arrays_of(network.objective.shapes, "", seed=3)
    found = gradients(network.objective, network.parameters, given)
    assert_same(found, by_autograd(network.objective, network.parameters, given))
    assert list(found) == ["W1", "b1", *[f"{key}1" for key in ("alpha", "beta") if f"{key}1" in found], "W2", "b2"]


@pytest.mark.parametrize("loss", [*LOSSES, *(f"sum_{name}" for name in LOSSES), *OWN_LOSSES])
def test_every_loss_of_a_network(loss: str) -> None:
    last = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}.get(loss.removeprefix("sum_"), "identity")
    network = program([Layer("tanh"), Layer(last, bias=False)], loss)
    given = arrays_of(network.objective.shapes, network.loss.labels, seed=1)
    found = gradients(network.objective, network.parameters, given)
    assert_same(found, by_autograd(network.objective, network.parameters, given))


@pytest.mark.parametrize(
    ("loss", "last"),
    [
        ("softmax_cross_entropy", "identity"),
        ("sum_cross_entropy", "softmax"),
        ("sigmoid_cross_entropy", "identity"),
        ("binary_cross_entropy", "sigmoid"),
    ],
)
def test_weights_of_classes_and_samples(loss: str, last: str) -> None:
    network = program([Layer("tanh"), Layer(last)], loss, class_weights=True, sample_weights=True, penalty="half mean")
    given = arrays_of(network.objective.shapes, network.loss.labels, seed=2)
    found = gradients(network.objective, network.parameters, given)
    assert_same(found, by_autograd(network.objective, network.parameters, given))
