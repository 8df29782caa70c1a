"""Emitted functions at given values: differences, descent, and how far two gradients are apart."""

import numpy as np
import pytest

from symnn.runs.emitted import Emitted, apart


def value(A, x, c):
    return x @ A @ x / 2 + c * x.sum()


def gradient(A, x, c):
    return (A + A.T) @ x / 2 + c


A = np.array([[3.0, 1, 0], [0, 2, 0.5], [0, 0, 1]])
QUADRATIC = Emitted(value, gradient, {"A": A, "c": -1.5, "x": np.array([1.0, -2, 0.5])}, ("x",))


def test_differences_of_a_quadratic_are_its_gradient():
    assert QUADRATIC.differences()["x"] == pytest.approx(QUADRATIC.gradients()["x"], abs=1e-9)
    assert apart(QUADRATIC.gradients(), QUADRATIC.differences()) < 1e-9


def test_descent_reaches_the_minimum_and_leaves_the_start_alone():
    end, values = QUADRATIC.descended(0.3, 200)
    least = np.linalg.solve((A + A.T) / 2, np.full(3, 1.5))
    assert end.arguments["x"] == pytest.approx(least, abs=1e-10)
    assert len(values) == 201
    assert values[0] == value(A, np.array([1.0, -2, 0.5]), -1.5)
    assert QUADRATIC.arguments["x"].tolist() == [1, -2, 0.5]


def test_apart_is_in_units_of_the_largest_entry_and_of_the_worst_array():
    expected = {"W": np.array([[2.0, -4]]), "b": np.array([0.0])}
    found = {"W": np.array([[2.5, -4]]), "b": np.array([0.25])}
    assert apart(found, expected) == 0.25
    assert apart({**found, "b": expected["b"]}, expected) == 0.125


def test_gradients_by_other_names_are_not_compared():
    with pytest.raises(KeyError, match="gradients by W are compared with those by b"):
        apart({"W": np.ones(1)}, {"b": np.ones(1)})
