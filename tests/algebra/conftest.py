"""An oracle for the reader: nodes evaluated by NumPy, and texts run by NumPy, must give the same arrays."""

import ast
import math

import numpy as np
import pytest
from scipy import special

from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Determinant,
    Diagonal,
    DiagonalPart,
    Extent,
    Hadamard,
    Identity,
    Inner,
    Inverse,
    Kronecker,
    Map,
    MatMul,
    Multiply,
    Node,
    Number,
    Ones,
    Power,
    Scale,
    Selection,
    Softmax,
    SquaredNorm,
    Sum,
    Trace,
    Transpose,
    Triangle,
    Unvec,
    Variable,
    Vec,
    Where,
    Zeros,
)
from symnn.algebra.reader import read
from symnn.algebra.sizes import dim
from symnn.algebra.walk import fold

SIZES = {"n": 5, "d": 3, "k": 4}
SHAPES = {
    "X": ("n", "d"),
    "Z": ("n", "d"),
    "A": ("n", "n"),
    "S": ("d", "d"),
    "W": ("d", "k"),
    "c": ("n", 1),
    "e": ("d", 1),
    "r": (1, "d"),
    "v": ("n",),
    "w": ("d",),
    "a": (),
    "b": (),
}
ENTRYWISE = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "arctan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "arcsin": np.arcsin,
    "arccos": np.arccos,
    "arcsinh": np.arcsinh,
    "arccosh": np.arccosh,
    "arctanh": np.arctanh,
    "erf": special.erf,
    "erfc": special.erfc,
    "logit": special.logit,
    "swish": lambda z: z * special.expit(z),
    "gelu": lambda z: z * special.ndtr(z),
    "gelu_tanh": lambda z: z * special.expit(2 * np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)),
    "gelu_logistic": lambda z: z * special.expit(1.702 * z),
    "mish": lambda z: z * np.tanh(np.log1p(np.exp(z))),
    "softsign": lambda z: z / (1 + np.abs(z)),
    "log_sigmoid": special.log_expit,
    "selu": lambda z: 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(z)),
    "elu": lambda z, alpha=1: np.where(z > 0, z, alpha * np.expm1(z)),
    "relu6": lambda z: np.clip(z, 0, 6),
    "hard_tanh": lambda z: np.clip(z, -1, 1),
    "abs": np.abs,
    "sign": np.sign,
    "step": lambda z: np.heaviside(z, 0.0),
    "relu": lambda z: np.maximum(z, 0.0),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softplus": lambda z: np.logaddexp(0, z),
}


NETWORKS = {
    "leaky_relu": lambda z, negative_slope=0.01: np.where(z > 0, z, negative_slope * z),
    "prelu": lambda z, alpha: np.where(z > 0, z, alpha * z),
    "swish": lambda z, beta=1: z * special.expit(beta * z),
    "elu": ENTRYWISE["elu"],
    "huber": lambda r, delta=1: special.huber(delta, r),
    "softmax": lambda z, axis=-1: special.softmax(z, axis=axis),
    "log_softmax": lambda z, axis=-1: special.log_softmax(z, axis=axis),
    "logsumexp": special.logsumexp,
}


def arrays_for(names, seed=0):
    random = np.random.default_rng(seed)
    return {
        name: random.uniform(0.2, 1.5, [SIZES.get(size, size) for size in SHAPES[name]] or None)
        for name in SHAPES
        if name in names
    }


def numeric(node: Node, values) -> np.ndarray:
    """The matrix that a node is at `SIZES`, by NumPy: an interpreter of its own, without the reader's rules."""

    def size(symbolic):
        return int(symbolic.subs({dim(name): number for name, number in SIZES.items()}))

    def combine(node, parts):
        shape = size(node.rows), size(node.cols)
        match node:
            case Variable():
                return np.asarray(values[node.name], float).reshape(shape)
            case Number():
                return np.full((1, 1), float(node.value))
            case Extent():
                return np.full((1, 1), float(size(node.size)))
            case Identity():
                return np.eye(shape[0])
            case Ones():
                return np.ones(shape)
            case Where():
                return np.where(np.broadcast_to(parts[0], shape) > 0.5, parts[1], parts[2])
            case Zeros():
                return np.zeros(shape)
            case Add():
                assert all(part.shape == shape for part in parts)
                return np.sum(parts, axis=0)
            case Multiply() | Hadamard():
                assert all(part.shape == shape for part in parts)
                return np.prod(parts, axis=0)
            case Scale():
                return parts[0].item() * parts[1]
            case MatMul():
                return np.linalg.multi_dot(parts) if len(parts) > 1 else parts[0]
            case Inner():
                return np.sum(parts[0] * parts[1]).reshape(1, 1)
            case Power():
                return parts[0] ** parts[1].item()
            case Transpose():
                return parts[0].T
            case Inverse():
                return np.linalg.inv(parts[0])
            case Determinant():
                return np.linalg.det(parts[0]).reshape(1, 1)
            case Trace():
                return np.trace(parts[0]).reshape(1, 1)
            case SquaredNorm():
                return np.sum(parts[0] ** 2).reshape(1, 1)
            case Softmax():
                return special.softmax(parts[0], axis=None if node.axis < 0 else node.axis)
            case Sum():
                return np.sum(parts[0], axis=None if node.axis < 0 else node.axis, keepdims=True)
            case Broadcast():
                return np.broadcast_to(parts[0], shape)
            case Diagonal():
                return np.diag(parts[0][:, 0])
            case DiagonalPart():
                return np.diag(parts[0])[:, None]
            case Selection():
                rows = [size(node.start + 1) - 1 + node.step * row for row in range(shape[0])]
                assert min(rows) >= 0
                return np.eye(shape[1])[rows]
            case Kronecker():
                return np.kron(*parts)
            case Vec():
                return parts[0].reshape(-1, 1, order="F")
            case Unvec():
                return parts[0].reshape(shape, order="F")
            case Triangle():
                return np.tri(*shape, node.diagonal)
            case Map():
                return ENTRYWISE[node.function.name](parts[1])
        return np.zeros((1, 1))  # a Function, which has no value of its own

    return fold(node, combine)


@pytest.fixture(scope="session")
def agrees():
    """A function that holds a text against NumPy."""
    return _agrees


def _agrees(text: str, seed: int = 0) -> None:
    """The text read, and the text run by NumPy, give the same array."""
    names = [name for name in SHAPES if name in _names(text)]
    reading = read(text, {name: SHAPES[name] for name in names})
    values = arrays_for(names, seed)
    *before, last = [part.strip() for part in text.split(";")]
    scope = {"np": np, "math": math, "special": special, **ENTRYWISE, **NETWORKS, **values}
    exec("\n".join(before), scope)
    expected = np.asarray(eval(last, scope))
    assert expected.ndim == reading.rank, text
    found = numeric(reading.value, values)
    np.testing.assert_allclose(found.reshape(expected.shape), expected, rtol=1e-9, atol=1e-9, err_msg=text)
    natural = {0: (1, 1), 1: (expected.size, 1)}.get(expected.ndim, expected.shape)
    assert found.shape == natural, text


def _names(text):
    return {part.id for part in ast.walk(ast.parse(text)) if isinstance(part, ast.Name)}
