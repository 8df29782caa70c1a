"""Values of graphs: exact where functions leave them rational, and what autograd and SymPy find otherwise."""

from fractions import Fraction

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import sympy

from symnn.algebra.reader import read
from symnn.errors import AssumptionError, ShapeError, UnsupportedError
from symnn.graphs import graph
from symnn.graphs.text import convention_line
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
        ({"x": 1, "y": [float("-inf")]}, "the value of y is too large"),
    ],
)
def test_data_that_do_not_fit_are_refused(data, message):
    with pytest.raises((ShapeError, Undefined), match=message):
        graph("x*np.sum(y)", {"y": ("n",)}).at(data)


def test_sizes_that_differ_are_told_with_both_names():
    with pytest.raises(ShapeError, match="the size n is 3 by the value of x, and 2 by that of W; it must be one"):
        graph("x@W@x", {"x": ("n",), "W": ("n", "n")}).at({"x": [1, 2, 3], "W": [[1, 2], [3, 4]]})


@pytest.mark.parametrize(
    ("text", "shapes", "assume", "data", "found"),
    [
        ("np.abs(x)*3", {}, {"x": "positive"}, {"x": -4}, "x is assumed positive, found -4"),
        ("x@A@x", {"x": "n", "A": "nn"}, {"A": "symmetric"}, {"x": [1, 1], "A": [[1, 2], [3, 4]]}, r"2 at \[0, 1\]"),
        ("x@y", {"x": "n", "y": "n"}, {"y": "onehot"}, {"x": [1, 1], "y": [1, 1]}, "found 2 entries that are 1"),
    ],
)
def test_values_that_are_not_what_is_assumed_are_refused(text, shapes, assume, data, found):
    with pytest.raises(AssumptionError, match=found):
        graph(text, {name: tuple(sizes) for name, sizes in shapes.items()}, assume).at(data)
    with pytest.raises(AssumptionError, match=found):
        value_at(read(text, {name: tuple(sizes) for name, sizes in shapes.items()}, assume).value, data)


def test_values_that_are_what_is_assumed_give_their_gradients():
    found = graph("x@A@x", {"x": ("n",), "A": ("n", "n")}, {"A": "symmetric"})
    assert found.at({"x": [1, 1], "A": [[1, 2], [2, 4]]}).backward[0].ravel().tolist() == [6, 12]


@pytest.mark.parametrize(
    ("text", "x", "said"),
    [
        ("np.log(x)", -1, r"log\(x\): log has no real value at -1"),
        ("np.log(x)", 0, r"log\(x\): log has no real value at 0"),
        ("3 + 1/(x - 1)**2", 1, r"1/\(x − 1\)²: a divisor is zero"),
        ("np.sqrt(x)", 0, "the gradient of √x by x: a divisor is zero"),
        ("np.exp(x)", 10**4, "exp at 10000 is too large for a float64"),
        ("np.exp(x)", Fraction(10) ** 300, r"exp at 1e\+300 is too large for a float64"),
        ("np.exp(x)*np.exp(x)", 500, r"exp\(x\) exp\(x\) is too large for a float64"),
        ("np.exp(x)*1000 + x", 705, "too large for a float64"),
        ("x**2*x", Fraction(10) ** 200, "x² is too large for a float64"),
        ("x**3", Fraction(10) ** 400, "the value of x is too large for a float64"),
        ("x**(x + 5/2)", -2, "the base of a power is -2; where the exponent is no whole number, it must be positive"),
    ],
)
def test_where_there_is_no_value_or_no_derivative_an_error_says_where(text, x, said):
    with pytest.raises(Undefined, match=said):
        graph(text).at({"x": x})


def test_a_long_part_is_named_by_its_vertex():
    text = "h = " + " + ".join(f"{k}*x*y**{k}" for k in range(2, 30)) + "; 1/h"
    with pytest.raises(Undefined, match=r"^f = 1/h: a divisor is zero$"):
        graph(text).at({"x": 0, "y": 1})


@pytest.mark.parametrize(
    ("text", "data", "said"),
    [
        ("np.abs(x)", {"x": 0}, "By convention, abs′(0) = 0."),
        ("np.abs(x)", {"x": 1}, ""),
        ("relu(x)*y", {"x": 0, "y": 2}, "By convention, relu′(0) = 0."),
        ("np.maximum(x, y)", {"x": 2, "y": 2}, "By convention, a comparison is a constant also where both sides are"),
        ("np.maximum(x, y)", {"x": 2, "y": 3}, ""),
        ("np.sqrt(x*x + np.abs(3 - 3))", {"x": 2}, ""),
    ],
)
def test_what_is_agreed_is_said_where_a_value_stands_at_a_kink(text, data, said):
    line = convention_line(graph(text).at(data))
    assert line.startswith(said) if said else not line


def test_what_is_agreed_of_equal_entries():
    found = graph("np.max(x)", {"x": ("n",)})
    said = "By convention, entries that are equally extreme share the derivative evenly."
    assert [convention_line(found.at({"x": x})) for x in ([2, 5, 5], [2, 5, 6])] == [said, ""]


def test_an_objective_that_is_no_scalar_is_refused_with_its_shape():
    with pytest.raises(UnsupportedError, match=r"this objective is \(n,\): make it one, as np.sum\(…\) does"):
        graph("x@W", {"x": ("n",), "W": ("n", "n")})


def test_the_value_of_an_expression_that_is_no_scalar():
    softmax = read("softmax(h)", {"h": ("n",)}).value
    assert value_at(softmax, {"h": [0, 0, 0, 0]}).ravel().tolist() == [QUARTER] * 4
    with pytest.raises(ShapeError, match="no value is given for h"):
        value_at(softmax, {})
