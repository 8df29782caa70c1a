"""The chapter on graphs: the values and adjoints of every node come out, and wrong lines are refused."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import sympy

from symnn.algebra.walk import all_names, unnamed
from symnn.chapters import load_chapter
from symnn.errors import RefutedError
from symnn.results.author import derivation
from symnn.results.result import derive

GRAPHS = Path(__file__).parents[2] / "derivations" / "graphs.py"


@cache
def parts():
    return {part.problem.name: part for part in load_chapter(GRAPHS).parts if part.problem.name}


def exact(node, values):
    return unnamed(node)[0].to_sympy().subs(values).doit()


def nodes(name, values):
    """The exact values of all nodes and adjoints that have a name, and of the end and the gradients."""
    result = parts()[name]
    named = all_names(result.problem.program, result.proof.line)
    found = {node.name: exact(node, values) for node in named}
    found["f"] = exact(result.problem.program, values)
    return found, {variable: exact(part, values) for variable, part in result.gradients.items()}


def emitted(name, values):
    result = parts()[name]
    arguments = [float(values[variable.name]) for variable in result.parameters]
    value, gradient = result.derivative("value").function(), result.first.function()
    return float(value(*arguments)), np.asarray(gradient(*arguments)).tolist()


def test_the_product_of_a_sum():
    values = {"x": -2, "y": 5, "z": -4}
    assert nodes("product", values) == ({"q": 3, "f": -12}, {"x": -4, "y": -4, "z": 3})
    assert emitted("product", values) == (-12, [-4, -4, 3])


def test_the_polynomial():
    values = {"x": 3, "y": 4}
    assert nodes("polynomial", values) == ({"h1": 9, "h2": 36, "h3": 6, "f": 42}, {"x": 24, "y": 10})
    assert emitted("polynomial", values) == (42, [24, 10])


def test_the_logistic_graph():
    values = {"w": 0, "x": 1, "b": 0}
    half, quarter = sympy.Rational(1, 2), sympy.Rational(1, 4)
    forward = {"h1": 0, "h2": 0, "h3": 0, "h4": 1, "h5": 2, "f": half}
    backward = {"delta_h5": -quarter, "delta_h3": -quarter, "delta_h2": quarter}
    assert nodes("logistic", values) == (forward | backward, {"w": quarter, "x": 0, "b": quarter})
    assert emitted("logistic", values) == (0.5, [0.25, 0, 0.25])


ENDS = {
    "h1": ("h2 = h1 + b; h3 = -h2; h4 = np.exp(h3); h5 = 1 + h4; 1/h5", 0, 0.25),
    "h2": ("h3 = -h2; h4 = np.exp(h3); h5 = 1 + h4; 1/h5", 0, 0.25),
    "h3": ("h4 = np.exp(h3); h5 = 1 + h4; 1/h5", 0, -0.25),
    "h4": ("h5 = 1 + h4; 1/h5", 1, -0.25),
    "h5": ("1/h5", 2, -0.25),
}


@pytest.mark.parametrize("node", ENDS)
def test_an_adjoint_is_the_derivative_of_the_end_by_its_node(node):
    end, value, adjoint = ENDS[node]
    gradient = derive(end, node).gradient
    assert float(gradient.to_sympy().subs({node: value, "b": 0})) == adjoint


def test_linear_regression():
    values = {"w": 5, "x": 1, "b": 1, "y": 10}
    found, gradients = nodes("line", values)
    assert found == {"prediction": 6, "error": 4, "f": 16, "delta_error": 8, "delta_prediction": -8}
    assert gradients == {"w": -8, "x": -40, "b": -8}
    assert emitted("line", values) == (16, [-8, -40, -8])


def test_the_curve():
    t = 0.7
    x, y = np.cos(t), t**2
    found, gradients = nodes("curve", {"t": t})
    by_x, by_y = y * np.exp(x * y), 1 + x * np.exp(x * y)
    expected = {"x": x, "y": y, "delta_x": by_x, "delta_y": by_y, "f": y + np.exp(x * y)}
    assert {name: float(value) for name, value in found.items()} == pytest.approx(expected, rel=1e-14)
    assert float(gradients["t"]) == pytest.approx(-by_x * np.sin(t) + by_y * 2 * t, rel=1e-14)
    value, gradient = emitted("curve", {"t": t})
    assert [value, gradient] == pytest.approx([float(found["f"]), float(gradients["t"])], rel=1e-14)
    assert parts()["curve"].check().passed


def test_arrays():
    random = np.random.default_rng(3)
    x, y, z = random.normal(size=(3, 3, 4))
    by_x, by_y, by_z = parts()["arrays"].first.function()(x, y, z)
    assert (by_x == y).all() and (by_y == x).all() and (by_z == np.ones((3, 4))).all()
    assert parts()["arrays"].derivative("value").function()(x, y, z) == pytest.approx(np.sum(x * y + z), rel=1e-14)


LOGISTIC = "(1/(1 + np.exp(-(w*x + b))))"
WRONG = {
    "the sum and the factor exchanged": ("q = x + y; q*z", "z", "z", "x + y"),
    "one use of y left out": ("h = x**2*y; h + (y + 2)", "y", "x**2", "x**2 + 1"),
    "the way by x left out": (
        "x = np.cos(t); y = t**2; y + np.exp(x*y)", "t",
        "x = np.cos(t); y = t**2; (1 + x*np.exp(x*y))*2*t",
        "x = np.cos(t); y = t**2; (1 + x*np.exp(x*y))*2*t - y*np.exp(x*y)*np.sin(t)",
    ),
    "the sign of −(wx + b) lost": (
        "1/(1 + np.exp(-(w*x + b)))", "w", f"-{LOGISTIC}*(1 - {LOGISTIC})*x", f"{LOGISTIC}*(1 - {LOGISTIC})*x",
    ),
    "B18: the sign of the derivative by the prediction": (
        "error = y - prediction; error**2", "prediction", "2*(y - prediction)", "-2*(y - prediction)",
    ),
    "B18: the sign of the derivative by the bias": (
        "error = y - (w*x + b); error**2", "b", "2*(y - (w*x + b))", "-2*(y - (w*x + b))",
    ),
    "B18: the sign of the derivative by the input": (
        "error = y - (w*x + b); error**2", "x", "2*w*(y - (w*x + b))", "-2*w*(y - (w*x + b))",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_line_is_refused_and_the_right_one_accepted(name):
    objective, wrt, wrong, right = WRONG[name]
    with derivation(objective, wrt) as proof:
        with pytest.raises(RefutedError, match=r"the gradient of .* is not"):
            proof.line(wrong, by="as it is printed")
        proof.line(right, by="corrected")
    assert proof.verdict in ("proved", "checked")
