"""Whole trainings of emitted modules against PyTorch, step by step: every optimiser and decay that a model can name.

The batches that `fit` draws are recorded with the parameters before each step; PyTorch's own network, autograd,
optimiser and schedule of rates go through the same batches, and must be at the same parameters to 1e-12.
"""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from symnn.codegen import load_module
from symnn.learn.optimisers import OPTIMISERS
from symnn.networks import load_network

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install '.[oracle]'")

SAMPLES, BATCH, EPOCHS, RATE, PENALTY = 11, 4, 3, 0.05, 0.02
MODEL = """\
title = "A small network"
inputs = 3
loss = "softmax_cross_entropy"

[[layers]]
units = 5
activation = "tanh"

[[layers]]
units = 4
activation = "identity"

[regularisation]
l2 = {penalty}

[optimiser]
name = "{optimiser}"
learning_rate = {rate}
decay = "{decay}"

[training]
epochs = {epochs}
batch = {batch}
"""

# As in test_optimisers.py. PyTorch has no Adam without the correction; it is undone by what rate and ε are set to. Its
# velocity is a sum of gradients and not of steps, so that a rate that falls counts for what is kept, too: there the
# rate is 1, and the gradients are multiplied by it.
PEERS: dict[str, Callable[[Any], Any]] = {
    "gd": lambda theta: torch.optim.SGD(theta, RATE),
    "sgd": lambda theta: torch.optim.SGD(theta, RATE),
    "momentum": lambda theta: torch.optim.SGD(theta, RATE, momentum=0.9),
    "nesterov": lambda theta: torch.optim.SGD(theta, RATE, momentum=0.9, nesterov=True),
    "adagrad": lambda theta: torch.optim.Adagrad(theta, RATE, eps=1e-8),
    "rmsprop": lambda theta: torch.optim.RMSprop(theta, RATE, alpha=0.9),
    "adam": lambda theta: torch.optim.Adam(theta, RATE),
    "adam_biased": lambda theta: torch.optim.Adam(theta, RATE),
    "adamw": lambda theta: torch.optim.AdamW(theta, RATE),
    "nadam": lambda theta: torch.optim.NAdam(theta, RATE, momentum_decay=1e6),
    "amsgrad": lambda theta: torch.optim.Adam(theta, RATE, amsgrad=True),
}
DECAYS: dict[str, Callable[[Any], Any]] = {
    "none": lambda peer: torch.optim.lr_scheduler.ConstantLR(peer, 1.0),
    "inverse_sqrt": lambda peer: torch.optim.lr_scheduler.LambdaLR(peer, lambda t: (t + 1) ** -0.5),
    "0.85**t": lambda peer: torch.optim.lr_scheduler.ExponentialLR(peer, 0.85),
    "np.where(t < 2, 1, 0.1)": lambda peer: torch.optim.lr_scheduler.MultiStepLR(peer, [2], 0.1),
    "(1 + np.cos(np.pi*t/3))/2": lambda peer: torch.optim.lr_scheduler.CosineAnnealingLR(peer, 3),
}


@pytest.fixture(autouse=True)
def doubles() -> Iterator[None]:
    """Of what PyTorch's optimisers keep of their own, too."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def built(folder: Any, optimiser: str, decay: str, batch: str) -> ModuleType:
    path = folder / "small.toml"
    keys = {"optimiser": optimiser, "decay": decay, "batch": batch, "rate": RATE, "epochs": EPOCHS, "penalty": PENALTY}
    path.write_text(MODEL.format(**keys), encoding="utf-8")
    return load_module(load_network(path).module(), "small")


def trained(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What `differentiate` was given in each step of a training, and the parameters after the last."""
    random = np.random.default_rng(5)
    X, y = random.normal(size=(SAMPLES, 3)), random.integers(0, 4, SAMPLES)
    seen, differentiate = [], module.differentiate

    def recorded(X: Any, Y: Any, **parameters: Any) -> Any:
        seen.append({"X": X, "Y": Y, **{name: np.array(value) for name, value in parameters.items()}})
        return differentiate(X, Y, **parameters)

    monkeypatch.setattr(module, "differentiate", recorded)
    return seen, module.fit(X, y, progress=None).parameters


def loss(weights: dict[str, Any], batch: dict[str, Any]) -> Any:
    X, classes = torch.tensor(batch["X"]), torch.tensor(batch["Y"]).argmax(dim=1)
    scores = torch.tanh(X @ weights["W1"] + weights["b1"]) @ weights["W2"] + weights["b2"]
    squares = (weights["W1"] ** 2).sum() + (weights["W2"] ** 2).sum()
    return torch.nn.functional.cross_entropy(scores, classes) + PENALTY / 2 * squares


def without_correction(group: dict[str, Any], t: int, rate: float) -> None:
    first, second = 1 - 0.9**t, (1 - 0.999**t) ** 0.5
    group["lr"], group["eps"] = rate * first / second, 1e-8 / second


def assert_the_same(module: ModuleType, optimiser: str, decay: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many steps were compared."""
    seen, last = trained(module, monkeypatch)
    weights = {name: torch.tensor(seen[0][name], requires_grad=True) for name in module.SHAPES}
    peer = PEERS[optimiser](list(weights.values()))
    schedule, steps = DECAYS[decay](peer), len(seen) // EPOCHS
    for t, batch in enumerate([*seen, last]):
        for name, tensor in weights.items():
            np.testing.assert_allclose(batch[name], tensor.detach().numpy(), rtol=1e-12, atol=1e-13, err_msg=name)
        if t == len(seen):
            break
        if t and t % steps == 0:
            schedule.step()
        (group,) = peer.param_groups
        rate = group["lr"]
        if optimiser == "adam_biased":
            without_correction(group, t + 1, rate)
        factor = rate if optimiser in ("momentum", "nesterov") else 1.0
        if factor != 1.0:
            group["lr"] = 1.0
        peer.zero_grad()
        (factor * loss(weights, batch)).backward()
        peer.step()
        group["lr"] = rate
    return len(seen)


def test_every_optimiser_has_a_peer() -> None:
    assert PEERS.keys() == OPTIMISERS.keys()


@pytest.mark.parametrize("optimiser", PEERS)
def test_every_optimiser_in_mini_batches_with_a_falling_rate(optimiser, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    module = built(tmp_path, optimiser, "inverse_sqrt", str(BATCH))
    assert assert_the_same(module, optimiser, "inverse_sqrt", monkeypatch) == 9


@pytest.mark.parametrize("decay", DECAYS)
@pytest.mark.parametrize(("batch", "steps"), [("1", 33), ('"all"', 3)])
def test_every_decay_with_single_samples_and_with_all(decay, batch, steps, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    module = built(tmp_path, "sgd", decay, batch)
    assert assert_the_same(module, "sgd", decay, monkeypatch) == steps
