"""Values of graphs: exact where functions leave them rational, and what autograd and SymPy find otherwise."""

from fractions import Fraction

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import sympy

from symnn.algebra.reader import read
from symnn.errors import ShapeError
from symnn.graphs import graph
from symnn.graphs.values import value_at
from symnn.proof.judges.fields import Undefined

HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)


def by_name(found, arrays):
    return {vertex.label.name: array for vertex, array in zip(found.vertices, arrays, strict=True)}


def scalars(found, arrays):
    return {name: array.item() for name, array in by_name(found, arrays).items()}


def test_the_logistic_graph_is_exact():
    found = graph("h1 = w*x; h2 = h1 + b; h3 = -h2; h4 = np.exp(h3); h5 = 1 + h4; h6 = 1/h5; h6")
    values = found.at({"w": 0, "x": 1, "b": 0})
    forward = {"w": 0, "x": 1, "b": 0, "h1": 0, "h2": 0, "h3": 0, "h4": 1, "h5": 2, "f": HALF}
    backward = {"w": QUARTER, "x": 0, "b": QUARTER, "h1": QUARTER, "h2": QUARTER}
    backward |= {"h3": -QUARTER, "h4": -QUARTER, "h5": -QUARTER, "f": 1}
    assert scalars(found, values.forward) == forward and scalars(found, values.backward) == backward
    assert all(isinstance(array.item(), Fraction | int) for array in (*values.forward, *values.backward))
    assert [local.item() for local in values.local] == [1, 0, 1, 1, -1, 1, 1, -QUARTER]
    assert [part.item() for part in values.passed] == [
        QUARTER,
        0,
        QUARTER,
        QUARTER,
        QUARTER,
        -QUARTER,
        -QUARTER,
        -QUARTER,
    ]


def test_gradients_of_several_users_are_added():
    found = graph("a = x**2; a*y + np.sin(a)*0 + 3*a")
    values = found.at({"x": 5, "y": 7})
    assert scalars(found, values.backward)["a"] == 10
    assert scalars(found, values.backward)["x"] == 100


@pytest.mark.parametrize(
    ("text", "data", "value", "by_x"),
    [
        ("np.sqrt(x)", {"x": 9}, 3, Fraction(1, 6)),
        ("x**y", {"x": 2, "y": 3}, 8, 12),
        ("sigmoid(x)", {"x": 0}, HALF, QUARTER),
        ("np.tanh(x)*y", {"x": 0, "y": 5}, 0, 5),
        ("relu(x)", {"x": 0}, 0, 0),
        ("np.abs(x)", {"x": -4}, 4, -1),
        ("np.maximum(x, y)", {"x": 3, "y": 8}, 8, 0),
        ("np.where(x > 1, x*y, x**y)", {"x": Fraction(3, 2), "y": 4}, 6, 4),
    ],
)
def test_functions_are_exact_where_they_are_rational(text, data, value, by_x):
    found = graph(text)
    values = found.at(data)
    assert (values.forward[-1].item(), scalars(found, values.backward)["x"]) == (value, by_x)
    assert isinstance(values.forward[-1].item(), Fraction | int)


@pytest.mark.parametrize(
    "text", ["np.exp(np.sin(x)*y)/(1 + x**2)", "np.log(x + y)*np.tanh(x - y)", "x**y + np.arctan(x/y)", "gelu(x)*y"]
)
def test_sympy_finds_the_same_gradients(text):
    found = graph(text)
    data = {"x": Fraction(7, 10), "y": Fraction(13, 10)}
    values = found.at(data)
    expression = read(text).value.to_sympy()
    symbols = {symbol.name: symbol for symbol in expression.free_symbols}
    point = {symbols[name]: sympy.Rational(value.numerator, value.denominator) for name, value in data.items()}
    assert float(values.forward[-1].item()) == pytest.approx(float(expression.subs(point).doit()), rel=1e-14)
    for name, symbol in symbols.items():
        must = float(sympy.diff(expression.doit(), symbol).subs(point))
        assert float(scalars(found, values.backward)[name]) == pytest.approx(must, rel=1e-13)


def test_autograd_finds_the_same_gradients_of_a_network():
    text = """
    A = np.tanh(X@W + b)
    Z = A@V
    S = softmax(Z, axis=1)
    -np.sum(Y*np.log(S))/m
    """
    shapes = {"X": ("m", "d"), "W": ("d", "h"), "b": ("h",), "V": ("h", "k"), "Y": ("m", "k")}
    random = np.random.default_rng(6)
    sizes = {"m": 5, "d": 3, "h": 4, "k": 2}
    data = {name: random.normal(size=[sizes[size] for size in shape]) for name, shape in shapes.items()}
    data["Y"] = np.eye(2)[[0, 1, 1, 0, 1]]

    def loss(X, W, b, V, Y):
        Z = anp.tanh(X @ W + b) @ V
        return -anp.sum(Y * (Z - anp.log(anp.sum(anp.exp(Z), axis=1, keepdims=True)))) / 5

    found = graph(text, shapes, {"Y": "onehot rows"})
    values = found.at(data)
    backward = by_name(found, values.backward)
    assert float(values.forward[-1].item()) == pytest.approx(loss(**data), rel=1e-13)
    for place, name in enumerate("XWbV"):
        must = autograd.grad(loss, place)(*data.values())
        assert backward[name].astype(float).reshape(must.shape) == pytest.approx(must, rel=1e-11, abs=1e-15)
    shape_of = {vertex.label.name: array.shape for vertex, array in zip(found.vertices, values.forward, strict=True)}
    assert {name: array.shape for name, array in backward.items()} == shape_of


def test_equal_largest_entries_share_the_gradient():
    found = graph("np.max(x)", {"x": ("n",)})
    assert found.at({"x": [2, 5, 5]}).backward[0].ravel().tolist() == [0, HALF, HALF]


def test_data_may_be_arrays_lists_and_fractions():
    found = graph("w@w", {"w": ("n",)})
    for data in (np.array([1.5, 2.0]), [1.5, 2], (Fraction(3, 2), 2)):
        assert found.at({"w": data}).forward[-1].item() == Fraction(25, 4)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"x": 1}, "no value is given for y"),
        ({"x": 1, "y": [1, 2], "z": 0}, "the objective has no variable z"),
        ({"x": [1, 2], "y": [1, 2]}, "x has 1 axes and 2 entries|the value of x has 1 axes"),
        ({"x": 1, "y": [[1, 2], [3, 4]]}, "the value of y has 2 axes"),
        ({"x": 1, "y": "abc"}, "not made of numbers"),
        ({"x": 1, "y": [[1, 2], [3]]}, "not made of numbers"),
        ({"x": 1, "y": []}, "0 entries"),
        ({"x": float("nan"), "y": [1]}, "not made of numbers"),
    ],
)
def test_data_that_do_not_fit_are_refused(data, message):
    with pytest.raises(ShapeError, match=message):
        graph("x*np.sum(y)", {"y": ("n",)}).at(data)


@pytest.mark.parametrize(
    ("text", "x"), [("np.log(x)", -1), ("1/x", 0), ("np.sqrt(x)", 0), ("np.exp(x)", 10**4), ("np.log(x)", 0)]
)
def test_where_there_is_no_value_or_no_derivative_an_error_says_so(text, x):
    with pytest.raises(Undefined):
        graph(text).at({"x": x})


def test_the_value_of_an_expression_that_is_no_scalar():
    softmax = read("softmax(h)", {"h": ("n",)}).value
    assert value_at(softmax, {"h": [0, 0, 0, 0]}).ravel().tolist() == [QUARTER] * 4
    with pytest.raises(ShapeError, match="no value is given for h"):
        value_at(softmax, {})
