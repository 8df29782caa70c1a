"""Code of networks: it reads as one would write it, and gives the gradients that autograd gives."""

from __future__ import annotations

import sys
from dataclasses import replace

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from autograd.scipy.special import erf, logsumexp

from symnn import derive
from symnn.algebra.language import matrix, mean, ones, scalar, sqrt, total, vector
from symnn.algebra.language import sigmoid as sigmoid_of
from symnn.algebra.nodes import Named, Node, Softmax
from symnn.algebra.sizes import dims
from symnn.codegen.emit import FunctionSpec, emit_function_module, load_module
from symnn.errors import ShapeError
from symnn.results.result import Result

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
        "Z1 = X @ W1 + b1",
        "A1 = _sigmoid(Z1)",
        "Z2 = A1 @ W2 + b2",
        "residual = Z2 - Y",
        "return np.vdot(residual, residual) / 2 + lam * np.vdot(W1, W1) / 2",
    ]
    assert lines(result, "gradient") == [
        "Z1 = X @ W1 + b1",
        "A1 = _sigmoid(Z1)",
        "Z2 = A1 @ W2 + b2",
        "delta_Z2 = Z2 - Y",
        "delta_A1 = delta_Z2 @ W2.T",
        "delta_Z1 = delta_A1 * A1 * (1 - A1)",
        "gradient_W1 = X.T @ delta_Z1 + lam * W1",
        "gradient_b1 = delta_Z1.sum(axis=0)",
        "gradient_W2 = A1.T @ delta_Z2",
        "gradient_b2 = delta_Z2.sum(axis=0)",
        "return gradient_W1, gradient_b1, gradient_W2, gradient_b2",
    ]


@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("loss", LOSSES)
def test_no_activation_is_computed_twice(loss: str, biases: bool) -> None:
    for activation, call in (("sigmoid(Z1)", "_sigmoid("), ("np.tanh(Z1)", "np.tanh("), ("np.exp(Z1)", "np.exp(")):
        code = lines(network(activation, LOSSES[loss][0], biases=biases), "gradient")
        assert len([line for line in code if "X @ W1" in line]) == 1
        assert len([line for line in code if f"{call}Z1" in line]) == 1
        assert not any("logaddexp" in line or "_log_sum_exp" in line for line in code)


def layers(*, named: bool = True, checked: bool = True) -> FunctionSpec:
    """The gradient of a network by its first weights, of definitions with names."""
    m, d, h, k = dims("m d h k")
    X, W1, W2, Y = matrix("X", m, d), matrix("W1", d, h), matrix("W2", h, k), matrix("Y", m, k)
    b, lam = vector("b", k), scalar("lam")

    def name(given: str, value: Node) -> Node:
        return Named(given, 2, value) if named else value

    Z1 = name("Z1", X @ W1)
    A1 = name("A1", sigmoid_of(Z1))
    Z2 = name("Z2", A1 @ W2 + ones(m) @ b.T)
    S = name("S", Softmax(Z2, 1))
    D1 = name("X", (S - Y) @ W2.T * A1 * (1 - A1))
    return FunctionSpec(
        name="gradient",
        parameters=(X, W1, W2, Y, b, lam),
        results=(X.T @ D1 / sqrt(lam) / 3, mean(S)),
        ranks=(2, 0),
        summary="A gradient",
        checked=checked,
    )


def test_values_have_the_names_that_are_wished_and_lines_of_their_own() -> None:
    code = emit_function_module(layers())
    assert [line.strip() for line in code[code.index("    Z1 = ") :].splitlines()] == [
        "Z1 = X @ W1",
        "A1 = _sigmoid(Z1)",
        "Z2 = A1 @ W2 + b",
        "S = _softmax(Z2, 1)",
        "X_2 = ((S - Y) @ W2.T) * A1 * (1 - A1)",
        "result_1 = X.T @ X_2 / (3 * np.sqrt(lam))",
        "result_2 = S.mean()",
        "return result_1, result_2",
    ]


def test_a_name_that_python_keeps_for_itself_is_refused() -> None:
    with pytest.raises(ShapeError, match="a variable is named like a Python variable, found 'lambda'"):
        Named("lambda", 2, matrix("X", *dims("m d")))


class Strict(np.ndarray):
    """An array whose every result is of its own dtype, or of no floating dtype."""

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **settings):
        plain = [part.view(np.ndarray) if isinstance(part, Strict) else part for part in inputs]
        if out:
            settings["out"] = tuple(part.view(np.ndarray) if isinstance(part, Strict) else part for part in out)
        result = getattr(ufunc, method)(*plain, **settings)
        assert result.dtype.kind != "f" or result.dtype == self.dtype, (ufunc, result.dtype)
        return result.view(Strict) if isinstance(result, np.ndarray) else result


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_what_is_not_checked_is_the_same_function_without_a_look_at_its_arguments(dtype: str) -> None:
    checked = load_module(emit_function_module(layers(), dtype=dtype), "checked").gradient
    code = emit_function_module(layers(checked=False), dtype=dtype)
    quick = load_module(code, "quick").gradient
    assert "_array" not in code
    assert "Raises" not in code
    random = np.random.default_rng(1)
    shapes = {"X": (5, 4), "W1": (4, 3), "W2": (3, 2), "Y": (5, 2), "b": (2,)}
    arrays = {name: random.normal(size=shape).astype(dtype).view(Strict) for name, shape in shapes.items()}
    found = quick(**arrays, lam=0.7)
    for ours, theirs in zip(found, checked(**arrays, lam=0.7), strict=True):
        assert np.asarray(ours).dtype == dtype
        assert np.array_equal(ours, theirs)


def test_columns_are_taken_in_without_checks_too() -> None:
    n, d = dims("n d")
    X, y, w = matrix("X", n, d), matrix("y", n, 1), matrix("w", d, 1)
    spec = FunctionSpec("gradient", (X, w, y), (X.T @ (X @ w - y),), (2,), "A gradient", checked=False)
    gradient = load_module(emit_function_module(spec), "columns").gradient
    random = np.random.default_rng(2)
    arrays = [random.normal(size=shape) for shape in ((5, 3), (3, 1), (5, 1))]
    np.testing.assert_allclose(gradient(*arrays), arrays[0].T @ (arrays[0] @ arrays[1] - arrays[2]), rtol=1e-13)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_float32_stays_float32(activation: str) -> None:
    result = network(ACTIVATIONS[activation][0], LOSSES["softmax cross-entropy"][0])
    point = drawn([variable.name for variable in result.parameters])
    arrays = {name: np.asarray(value, dtype=np.float32).view(Strict) for name, value in point.items() if name != "lam"}
    for what in ("value", "gradient"):
        spec = replace(result.derivative(what).specification(), checked=False)
        function = getattr(load_module(emit_function_module(spec, dtype="float32"), "network"), what)
        found = function(**arrays, lam=0.3)
        assert {np.asarray(part).dtype for part in (found if what == "gradient" else [found])} == {np.dtype("float32")}


def calls(specification: FunctionSpec) -> int:
    """How many functions are called, Python's and those in C, while a function is emitted."""
    found = 0

    def count(_frame: object, event: str, _what: object) -> None:
        nonlocal found
        found += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        emit_function_module(specification)
    finally:
        sys.setprofile(None)
    return found


def deep(number: int, activation: str, shapes: dict[str, tuple[str, ...]]) -> FunctionSpec:
    definitions = [f"A{place} = {activation}(A{place - 1} @ W{place} + b{place})" for place in range(1, number + 1)]
    weights = {name: shapes[name[0]] for place in range(1, number + 1) for name in (f"W{place}", f"b{place}")}
    text = "; ".join([*definitions, f"np.sum((A{number} - Y)**2)/2"])
    result = derive(text, list(weights), {"A0": ("m", "d"), "Y": ("m", "d"), **weights})
    return result.derivative("gradient").specification()


@pytest.mark.parametrize("activation", ["sigmoid", "np.tanh", "np.exp"])
def test_twice_the_layers_take_twice_the_work(activation: str) -> None:
    few, more, most = (deep(number, activation, {"W": ("d", "d"), "b": ("d",)}) for number in (2, 8, 14))
    calls(few)  # what is asked once and for all
    least = calls(few)
    assert calls(most) - least < 2.2 * (calls(more) - least)


def test_twice_the_parameters_take_twice_the_work() -> None:
    d, h = dims("d h")

    def squares(number: int) -> FunctionSpec:
        weights = tuple(matrix(f"W{place}", d, h) for place in range(number))
        whole = total(weights[0] * weights[0])
        for weight in weights[1:]:
            whole = whole + total(weight * weight)
        return FunctionSpec("value", weights, (whole,), (0,), "A sum")

    calls(squares(20))  # what is asked once and for all
    assert calls(squares(160)) < 2.3 * calls(squares(80))


def test_a_named_value_is_used_as_a_whole() -> None:
    code = lines(network("np.tanh(Z1)", "3*np.sum(np.cos(Z2) - Y)"), "gradient")
    assert "delta_Z2 = -3 * np.sin(Z2)" in code
    assert "gradient_b2 = delta_Z2.sum(axis=0)" in code
    assert "gradient_W2 = A1.T @ delta_Z2" in code


def test_what_a_choice_is_computed_from_does_not_decide_how_it_is_guarded() -> None:
    activation, loss = "np.where(Z1 > 0, Z1, np.exp(Z1) - 1)", "np.sum(np.log(np.cosh(Z2 - Y)))"
    result = network(activation, loss)
    point = drawn([variable.name for variable in result.parameters]) | {"b1": np.full(4, 800.0)}
    with np.errstate(all="raise"):
        found = load_module(result.numpy("gradient"), "network").gradient(**point)
    assert all(np.all(np.isfinite(array)) for array in found) and any(np.any(array) for array in found)


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
