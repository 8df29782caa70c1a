"""Stable forms: code at ±800 against 720 digits, for formulas as people write them, in float64 and float32."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np
import pytest
from sympy import Symbol

from symnn import derive
from symnn.algebra import nodes
from symnn.algebra.functions import ARGUMENT
from symnn.algebra.nodes import Node, Variable
from symnn.algebra.walk import fold
from symnn.codegen.emit import emit_function_module, load_module
from symnn.codegen.patterns import formula_of

LENGTHS = {Symbol(name, integer=True, positive=True): length for name, length in zip("ndmk", (5, 3, 4, 2), strict=True)}
SHAPES = {
    **dict.fromkeys("abcxyz", ("n",)),
    **{"w": ("d",), "v": ("n",), "X": ("n", "d"), "Y": ("n", "k"), "Z": ("n", "k"), "V": ("m", "k")},
    **{"S": ("n", "m"), "P": ("m", "k"), "A": ("n", "n"), "B": ("n", "n")},
}
PRIMITIVES: dict[str, Callable[[Any], Any]] = {
    **{name: getattr(mpmath, name) for name in ("exp", "log", "sqrt", "cosh", "sinh", "tanh", "sign")},
    **{"abs": abs, "relu": lambda x: max(x, mpmath.mpf(0)), "step": lambda x: mpmath.mpf(x > 0)},
}


def exactly(root: Node, values: dict[Variable, np.ndarray]) -> np.ndarray:
    """The value of an expression by its definition, entry by entry, in 720 digits."""
    memo: dict[Node, np.ndarray] = {}
    for variable, array in values.items():
        numbers = np.vectorize(mpmath.mpf, otypes=[object])(np.asarray(array, dtype=float))
        memo[variable] = numbers.reshape(_lengths(variable))
    with mpmath.workdps(720):
        return np.vectorize(float, otypes=[float])(fold(root, _exact, memo))


def _lengths(node: Node) -> tuple[int, ...]:
    return tuple(int(size.subs(LENGTHS)) for size in node.shape)


def _exact(node: Node, parts: Sequence[np.ndarray]) -> np.ndarray:
    match node:
        case nodes.Function():
            return np.zeros(())
        case nodes.Number():
            return np.full((1, 1), mpmath.mpf(int(node.value.p)) / int(node.value.q), dtype=object)
        case nodes.Extent():
            return np.full((1, 1), mpmath.mpf(int(node.size.subs(LENGTHS))), dtype=object)
        case nodes.Ones() | nodes.Zeros():
            return np.full(_lengths(node), mpmath.mpf(isinstance(node, nodes.Ones)), dtype=object)
        case nodes.Add():
            return sum(parts[1:], parts[0])
        case nodes.Multiply() | nodes.Scale() | nodes.Hadamard():
            return np.prod(np.broadcast_arrays(*parts), axis=0)
        case nodes.MatMul():
            return np.linalg.multi_dot(parts) if len(parts) > 2 else parts[0] @ parts[1]
        case nodes.Inner():
            return np.sum(parts[0] * parts[1], keepdims=True)
        case nodes.SquaredNorm():
            return np.sum(parts[0] ** 2, keepdims=True)
        case nodes.Power():
            return parts[0] ** parts[1]
        case nodes.Softmax():
            axis = None if node.axis < 0 else node.axis
            exponentials = np.vectorize(mpmath.exp, otypes=[object])(parts[0])
            return exponentials / np.sum(exponentials, axis=axis, keepdims=True)
        case nodes.Transpose():
            return parts[0].T
        case nodes.Sum():
            return np.sum(parts[0], axis=None if node.axis < 0 else node.axis, keepdims=True)
        case nodes.Broadcast():
            return np.broadcast_to(parts[0], _lengths(node))
        case nodes.Diagonal():
            return np.diag(parts[0][:, 0])
        case nodes.Where():
            return np.where(parts[0] == 1, parts[1], parts[2])
        case nodes.Map():
            return np.vectorize(_function(node.function), otypes=[object])(parts[1])
    raise AssertionError(type(node))


def _function(function: nodes.Function) -> Callable[[Any], Any]:
    if function.body is None and not function.order:
        return PRIMITIVES[function.name]
    return lambda x: fold(formula_of(function), _exact, {ARGUMENT: np.full((1, 1), x, dtype=object)})[0, 0]


def drawn(variable: Variable, size: float, random: np.random.Generator) -> np.ndarray:
    shape = {0: (), 1: (variable.rows,), 2: variable.shape}[variable.rank]
    lengths = [int(axis.subs(LENGTHS)) for axis in shape]
    if variable.name in ("v", "P", "Y"):
        return random.integers(2, 9, lengths) / 4
    if variable.name in ("y", "X", "V"):
        return random.choice([-1.0, 1.0], lengths)
    return random.choice([-size, size, size - 1.5, 0.5, -(2.0**-10)], lengths)


OBJECTIVES = {
    "softplus": ("np.sum(np.log(1+np.exp(x)))", "x"),
    "softplus with log1p": ("np.sum(np.log1p(np.exp(-x)))", "x"),
    "logaddexp": ("np.sum(np.log(np.exp(a)+np.exp(b)))", "ab"),
    "three exponentials": ("np.sum(np.log(np.exp(a)+np.exp(b)+np.exp(c)))", "abc"),
    "log-sum-exp": ("np.log(np.exp(z).sum())", "z"),
    "log-mean-exp": ("np.log(np.mean(np.exp(z)))", "z"),
    "one and all": ("np.log(1+np.sum(np.exp(z)))", "z"),
    "rows": ("np.sum(np.log(np.sum(np.exp(Z),axis=1)))", "Z"),
    "columns": ("np.sum(np.log(np.sum(np.exp(Z),axis=0)))", "Z"),
    "weights": ("np.log(np.sum(v*np.exp(z)))", "zv"),
    "products of matrices": ("np.sum(np.log(np.exp(S)@P))", "SP"),
    "log cosh": ("np.sum(np.log(np.cosh(x)))", "x"),
    "log cosh by exponentials": ("np.sum(np.log((np.exp(x)+np.exp(-x))/2))", "x"),
    "softmax and squares": ("np.sum((np.exp(Z)/np.exp(Z).sum(axis=1,keepdims=True)-Y)**2)", "ZY"),
    "softmax and logarithms": ("np.sum(Y*np.log(np.exp(Z)/np.exp(Z).sum(axis=1,keepdims=True)))", "ZY"),
    "softmax down": ("np.sum(Y*(np.exp(Z)/np.exp(Z).sum(axis=0)))", "ZY"),
    "mean by exponentials": ("np.sum(np.exp(z)*y)/np.sum(np.exp(z))", "zy"),
    "mean by a product": ("(np.exp(z)@y)/np.sum(np.exp(z))", "zy"),
    "squares of a softmax": ("np.sum((np.exp(z)/np.sum(np.exp(z)))**2)", "z"),
    "quotient of squares": ("np.sum(np.exp(z)**2)/np.sum(np.exp(z))**2", "z"),
    "twice above, a square below": ("np.sum(np.exp(2*z))/np.sum(np.exp(z))**2", "z"),
    "entropy": ("p=np.exp(z)/np.sum(np.exp(z)); -np.sum(p*np.log(p))", "z"),
    "attention": ("np.sum(((np.exp(S)/np.exp(S).sum(axis=1,keepdims=True))@V)**2)", "SV"),
    "attention, divided last": ("np.sum(((np.exp(S)@V)/np.exp(S).sum(axis=1,keepdims=True))**2)", "SV"),
    "sigmoid": ("np.sum((1/(1+np.exp(-x))-y)**2)", "xy"),
    "sigmoid from above": ("np.sum((np.exp(x)/(1+np.exp(x))-y)**2)", "xy"),
    "derivative of the sigmoid": ("np.sum(np.exp(-x)/(1+np.exp(-x))**2)", "x"),
    "sigmoid of a difference": ("np.sum(np.exp(x-y)/(1+np.exp(x-y)))", "xy"),
    "root of the sigmoid": ("np.sum(np.sqrt(np.exp(x)/(1+np.exp(x))))", "x"),
    "tanh by exponentials": ("np.sum(y*(np.exp(x)-np.exp(-x))/(np.exp(x)+np.exp(-x)))", "xy"),
    "tanh by one exponential": ("np.sum(((np.exp(2*x)-1)/(np.exp(2*x)+1)-y)**2)", "xy"),
    "hyperbolic quotient": ("np.sum(np.sinh(x)/np.cosh(x))", "x"),
    "hyperbolic secant": ("np.sum(1/np.cosh(x))", "x"),
    "log of sech squared": ("np.sum(np.log(1-np.tanh(x)**2))", "x"),
    "log of the sigmoid": ("np.sum(np.log(sigmoid(x))+np.log(1-sigmoid(x)))", "x"),
    "log of one minus": ("np.sum(np.log(1-1/(1+np.exp(-x))))", "x"),
    "cross-entropy": ("p=1/(1+np.exp(-X@w)); -np.sum(y*np.log(p)+(1-y)*np.log(1-p))", "Xwy"),
    "cross-entropy from above": ("p=np.exp(x)/(1+np.exp(x)); -np.sum(y*np.log(p)+(1-y)*np.log(1-p))", "xy"),
    "cross-entropy of sigmoids": ("p=sigmoid(X@w); -np.mean(y*np.log(p)+(1-y)*np.log(1-p))", "Xwy"),
    "cross-entropy with logits": ("np.sum(np.maximum(x,0)-x*y+np.log(1+np.exp(-np.abs(x))))", "xy"),
    "logistic loss": ("np.sum(np.log(1+np.exp(-y*(X@w))))", "Xwy"),
    "a repeated row": ("np.log(np.sum(np.exp(w)+np.exp(X)))", "wX"),
    "a repeated row, down": ("np.sum(np.log(np.sum(np.exp(w)+np.exp(X), axis=0)))", "wX"),
    "a repeated column": ("np.sum(np.log(np.sum(np.exp(x)[:,None]+np.exp(Z), axis=1)))", "xZ"),
    "one in each entry": ("np.sum(np.log(np.sum(1+np.exp(Z), axis=1)))", "Z"),
    "one from each entry": ("np.sum(np.sum(np.exp(np.tanh(Z))-1, axis=0)/(1+np.exp(-np.sum(Z, axis=0))))", "Z"),
    "swish": ("np.sum(x/(1+np.exp(-x))+x*sigmoid(x))", "x"),
    "log of a number and a sigmoid": ("np.sum((0.1+sigmoid(x))**y)", "yx"),
    "log of a difference": ("np.sum(np.log(2-sigmoid(x)))", "x"),
    "log of a difference of sigmoids": ("np.sum(np.log(1.1-sigmoid(x))*np.log(1.1-0.5*np.tanh(x)**2))", "x"),
    "mish": ("np.sum(np.tanh(np.log(1+np.exp(x)))*x)", "x"),
}


@pytest.mark.parametrize("name", OBJECTIVES)
def test_formulas_at_800(name: str) -> None:
    objective, used = OBJECTIVES[name]
    wrt = "w" if "w" in used else used[0]
    result = derive(objective, wrt, {each: SHAPES[each] for each in used})
    random = np.random.default_rng(0)
    points = [{each: drawn(each, size, random) for each in result.parameters} for size in (30.0, 800.0)]
    for what, root in (("value", result.objective), ("gradient", result.gradient)):
        expected = [exactly(root, point) for point in points]
        for dtype, accuracy in (("float64", 1e-11), ("float32", 2e-4)):
            function = getattr(
                load_module(emit_function_module(result.derivative(what).specification(), dtype=dtype), "case"), what
            )
            for point, wanted in zip(points, expected, strict=True):
                with warnings.catch_warnings(), np.errstate(under="ignore"):
                    warnings.simplefilter("error")
                    got = function(*(array.astype(dtype) for array in point.values()))
                assert np.asarray(got).dtype == dtype
                allowed = accuracy * max(1.0, float(np.abs(wanted).max()))
                np.testing.assert_allclose(np.reshape(got, wanted.shape), wanted, rtol=0, atol=allowed)


def test_one_minus_a_sigmoid_keeps_its_digits() -> None:
    points = np.array([30.0, 800.0, -30.0, 0.5])
    result = derive("np.sum((1 - 1/(1 + np.exp(-x)))**2)", "x", {"x": ("n",)})
    with mpmath.workdps(400):
        opposite = [1 / (1 + mpmath.exp(mpmath.mpf(x))) for x in points]
        gradient = [float(-2 * (1 - part) * part**2) for part in opposite]
        value = float(sum(part**2 for part in opposite[:2]))
    np.testing.assert_allclose(result.derivative("gradient").function()(points), gradient, rtol=1e-14)
    assert result.derivative("value").function()(points[:2]) == pytest.approx(value, rel=1e-14)


def test_cross_entropy_by_exponentials_has_the_gradient_of_sigmoids() -> None:
    objective, _ = OBJECTIVES["cross-entropy from above"]
    assert str(derive(objective, "x", {"x": ("n",), "y": ("n",)}).gradient) == "σ(x) − y"
