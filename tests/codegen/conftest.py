"""Training modules of small networks for the tests of what is emitted."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from symnn import derive
from symnn.codegen import FunctionSpec, Header, load_module
from symnn.codegen.training import Derived, Plan, training_module
from symnn.learn.initialisers import INITIALISERS
from symnn.learn.model import Layer
from symnn.learn.network import Program, program
from symnn.learn.optimisers import OPTIMISERS, decay_specification
from symnn.results.problem import understand

Emit = Callable[..., str]


@cache
def _derived(layers: tuple[tuple[int, str], ...], loss: str, penalty: str, biases: bool) -> tuple[Any, ...]:
    network = program([Layer(units, name, biases) for units, name in layers], loss, penalty=penalty)
    objective = network.objective
    result = derive(objective.text, list(network.parameters), objective.shapes, objective.assumptions)
    return network, *result.functions()


def _of(text: Program, name: str) -> FunctionSpec:
    problem = understand(text.text, text.shapes, text.assumptions)
    value = problem.objective if problem.program is None else problem.program
    return FunctionSpec(name, problem.parameters, (value,), (problem.rank,), name)


def training_text(
    sizes: tuple[int, ...],
    activations: tuple[str, ...],
    loss: str,
    *,
    penalty: float = 0.0,
    optimiser: str = "gd",
    weights: str = "xavier",
    decay: str = "none",
    biases: bool = True,
    **settings: Any,
) -> str:
    """The text of a training module; `settings` are those of a Plan."""
    layers = tuple(zip(sizes[1:], activations, strict=True))
    network, objective, gradients = _derived(layers, loss, "half" if penalty else "", biases)
    has_probabilities = bool(network.loss.link) or network.loss.is_of_probabilities
    rule, start = OPTIMISERS[optimiser], INITIALISERS[weights]
    derived = Derived(
        objective=objective,
        gradients=gradients,
        output=_of(network.forward, "output"),
        update=rule.specification(),
        decay=decay_specification(decay),
        spread=start.specification(),
        probabilities=_of(network.prediction, "probabilities") if has_probabilities else None,
    )
    units = {"d": sizes[0], "k": sizes[-1], **{f"M{place}": size for place, size in enumerate(sizes[1:-1], 1)}}
    shapes = {name: tuple(units[size] for size in network.objective.shapes[name]) for name in network.parameters}
    plan = Plan(
        inputs=sizes[0],
        outputs=sizes[-1],
        shapes=shapes,
        labels=network.loss.labels,
        starts=network.starts,
        penalties=("lam",) if penalty else (),
        distribution=start.distribution,
        threshold=0.5 if network.loss.is_of_probabilities else 0.0,
        **{
            "learning_rate": 0.5,
            "epochs": 3,
            "constants": {"lam": penalty} if penalty else {},
            "settings": {name: setting.default for name, setting in rule.settings.items()},
            **settings,
        },
    )
    return training_module(Header("A test", "models/test.toml", "0123456789abcdef", "symnn build test"), derived, plan)


@pytest.fixture(scope="session")
def emit() -> Emit:
    """Writes a training module."""
    return training_text


@pytest.fixture(scope="session")
def emitted() -> Callable[..., ModuleType]:
    """Writes and loads a training module, each only once."""

    @cache
    def loaded(*what: Any, **settings: Any) -> ModuleType:
        return load_module(training_text(*what, **settings), "network")

    return loaded
