"""Training modules of small networks, and a plain interpreter, for the tests of what is emitted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from symnn import derive
from symnn.algebra import nodes
from symnn.algebra.nodes import Function, Identity, Map, MatMul, Node, Ones, Variable, Zeros
from symnn.algebra.walk import fold
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


PLAIN = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "sin": np.sin,
    "cos": np.cos,
    "abs": np.abs,
    "sign": np.sign,
    "relu": lambda z: np.where(z > 0, z, 0),
    "step": lambda z: np.where(z > 0, 1.0, 0.0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softplus": lambda z: np.log(1 + np.exp(z)),
}
AXES = {-1: None, 0: 0, 1: 1}


def _interpreted(root: Node, values: dict[str, np.ndarray], lengths: Mapping[Any, int]) -> np.ndarray:
    """Every node as a two-dimensional array, by its definition."""

    def shape(node: Node) -> tuple[int, int]:
        return tuple(int(size.subs(lengths)) for size in node.shape)

    def product(parts: list[np.ndarray]) -> np.ndarray:
        result = parts[0]
        for part in parts[1:]:
            result = result @ part
        return result

    def combine(node: Node, parts: list[np.ndarray]) -> np.ndarray:
        match node:
            case Variable():
                return np.asarray(values[node.name], dtype=float).reshape(shape(node))
            case nodes.Number():
                return np.array([[float(node.value)]])
            case nodes.Extent():
                return np.array([[float(node.size.subs(lengths))]])
            case Identity():
                return np.eye(shape(node)[0])
            case Ones():
                return np.ones(shape(node))
            case Zeros():
                return np.zeros(shape(node))
            case nodes.Add():
                return sum(parts)
            case nodes.Multiply() | nodes.Scale() | nodes.Hadamard():
                result = parts[0]
                for part in parts[1:]:
                    result = result * part
                return result
            case MatMul():
                return product(list(parts))
            case nodes.Inner():
                return np.array([[np.sum(parts[0] * parts[1])]])
            case nodes.Power():
                return parts[0] ** parts[1]
            case nodes.Transpose():
                return parts[0].T
            case nodes.Inverse():
                return np.linalg.inv(parts[0])
            case nodes.Determinant():
                return np.array([[np.linalg.det(parts[0])]])
            case nodes.Trace():
                return np.array([[np.trace(parts[0])]])
            case nodes.SquaredNorm():
                return np.array([[np.sum(parts[0] ** 2)]])
            case nodes.Sum():
                return np.sum(parts[0], axis=AXES[node.axis], keepdims=True)
            case nodes.Broadcast():
                return np.broadcast_to(parts[0], shape(node))
            case nodes.Diagonal():
                return np.diag(parts[0][:, 0])
            case nodes.DiagonalPart():
                return np.diag(parts[0])[:, None]
            case Function():
                return np.zeros(())
            case Map():
                return PLAIN[node.function.name](parts[1])
        raise AssertionError(type(node))

    return fold(root, combine)


@pytest.fixture(scope="session")
def interpret() -> Callable[..., np.ndarray]:
    """Works an expression out, node by node, at the values of its variables and the lengths of its sizes."""
    return _interpreted
