"""Activations, losses and gradients of whole networks against PyTorch's own functions; skipped where it is missing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from symnn import derive
from symnn.codegen import load_module
from symnn.learn.activations import TABLE
from symnn.learn.losses import LOSSES
from symnn.learn.network import Network, program

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install '.[oracle]'")
functional = torch.nn.functional

SIZES = {"m": 6, "d": 3, "M1": 4, "M2": 5, "k": 2}

ACTIVATIONS: dict[str, Callable[..., Any]] = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softmax": lambda z: functional.softmax(z, dim=1),
    "relu": functional.relu,
    "leaky_relu": functional.leaky_relu,
    "leaky_relu(x, 0.1)": lambda z: functional.leaky_relu(z, 0.1),
    "prelu": lambda z, alpha: functional.prelu(z, alpha.reshape(1)),
    "prelu(x, alphas)": functional.prelu,
    "elu": functional.elu,
    "elu(x, 1.5)": lambda z: functional.elu(z, 1.5),
    "softplus": functional.softplus,
    "swish": functional.silu,
    "swish(x, beta)": lambda z, beta: functional.silu(beta * z) / beta,
    "gelu": functional.gelu,
    "gelu_tanh": lambda z: functional.gelu(z, approximate="tanh"),
    "gelu_logistic": lambda z: functional.silu(1.702 * z) / 1.702,
    "selu": functional.selu,
    "mish": functional.mish,
    "softsign": functional.softsign,
    "hard_tanh": functional.hardtanh,
    "relu_cubed": lambda z: functional.relu(z) ** 3,
}


def classes(labels: Any) -> Any:
    return labels.argmax(dim=1)


LOSS_OF: dict[str, Callable[[Any, Any], Any]] = {
    "squared_error": lambda a, y: functional.mse_loss(a, y, reduction="sum") / 2,
    "absolute_error": lambda a, y: functional.l1_loss(a, y, reduction="sum"),
    "huber": lambda a, y: functional.huber_loss(a, y, reduction="sum"),
    "softmax_cross_entropy": lambda a, y: functional.cross_entropy(a, classes(y), reduction="sum"),
    "cross_entropy": lambda a, y: functional.nll_loss(torch.log(a), classes(y), reduction="sum"),
    "sigmoid_cross_entropy": lambda a, y: functional.binary_cross_entropy_with_logits(a, y, reduction="sum"),
    "binary_cross_entropy": lambda a, y: functional.binary_cross_entropy(a, y, reduction="sum"),
    "hinge": lambda a, y: functional.relu(1 - y * a).sum(),
    "squared_hinge": lambda a, y: (functional.relu(1 - y * a) ** 2).sum() / 2,
}
"""The sum over a batch; the plain name is the mean over samples."""

LAST = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}


@dataclass(frozen=True)
class Layer:
    activation: str
    bias: bool = True


def arrays_of(network: Network, seed: int) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    found: dict[str, Any] = {}
    for name, shape in network.objective.shapes.items():
        size = tuple(SIZES[axis] for axis in shape)
        found[name] = random.normal(size=size)
    labels = {
        "onehot rows": np.eye(SIZES["k"])[random.integers(0, SIZES["k"], SIZES["m"])],
        "binary": random.integers(0, 2, (SIZES["m"], SIZES["k"])).astype(float),
        "signs": random.choice([-1.0, 1.0], (SIZES["m"], SIZES["k"])),
    }
    found["Y"] = labels.get(network.loss.labels, found["Y"])
    return found


def by_torch(layers: tuple[Layer, ...], loss: str, given: dict[str, Any], wrt: tuple[str, ...]) -> list[Any]:
    tensors = {name: torch.tensor(array, dtype=torch.float64) for name, array in given.items()}
    for name in wrt:
        tensors[name].requires_grad_()
    value = tensors["X"]
    for number, layer in enumerate(layers, 1):
        value = functional.linear(value, tensors[f"W{number}"].T, tensors.get(f"b{number}"))
        learned = [tensors[f"{key}{number}"] for key in ("alpha", "beta") if f"{key}{number}" in tensors]
        value = ACTIVATIONS[layer.activation](value, *learned)
    total = LOSS_OF[loss.removeprefix("sum_")](value, tensors["Y"])
    total = total if loss.startswith("sum_") else total / SIZES["m"]
    return [gradient.numpy() for gradient in torch.autograd.grad(total, [tensors[name] for name in wrt])]


def assert_the_same(layers: tuple[Layer, ...], loss: str, seed: int = 0) -> None:
    network = program(layers, loss)
    given = arrays_of(network, seed)
    result = derive(
        network.objective.text, list(network.parameters), network.objective.shapes, network.objective.assumptions
    )
    function = load_module(result.numpy("gradient"), "generated").gradient
    found = function(**{parameter.name: given[parameter.name] for parameter in result.parameters})
    for name, mine, theirs in zip(
        network.parameters, found, by_torch(layers, loss, given, network.parameters), strict=True
    ):
        scale = float(np.abs(theirs).max())
        np.testing.assert_allclose(mine, theirs, rtol=1e-10, atol=1e-10 * scale, err_msg=name)


def test_every_name_has_a_counterpart() -> None:
    assert set(TABLE) <= ACTIVATIONS.keys()
    assert set(LOSSES) == LOSS_OF.keys()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation(name: str) -> None:
    """In the middle of three layers, so that its derivative meets what comes after it."""
    assert_the_same((Layer("tanh"), Layer(name, bias=False), Layer("identity")), "squared_error", seed=1)


@pytest.mark.parametrize("loss", [*LOSS_OF, *(f"sum_{name}" for name in LOSS_OF)])
def test_every_loss(loss: str) -> None:
    last = LAST.get(loss.removeprefix("sum_"), "identity")
    assert_the_same((Layer("swish"), Layer("relu"), Layer(last)), loss, seed=2)
