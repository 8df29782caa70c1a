"""Central differences of values of any shape, by arguments of any shape."""

import numpy as np
import pytest

from symnn.runs.differences import SMALL, STEP, central_differences, largest_difference


def product(A, x):
    return A @ x


DATA = {"A": np.array([[1.0, -2, 0.5], [3, 0, 4]]), "x": np.array([0.3, -1, 2])}


def test_the_axes_are_those_of_the_value_then_those_of_the_argument():
    by_x, by_matrix = central_differences(product, DATA, "x"), central_differences(product, DATA, "A")
    assert by_x == pytest.approx(DATA["A"], abs=SMALL)
    assert by_matrix.shape == (2, 2, 3)
    assert by_matrix == pytest.approx(np.einsum("ik,j->ikj", np.eye(2), DATA["x"]), abs=SMALL)


def test_a_number_may_be_the_argument_and_the_rest_is_given_as_it_is():
    def power(x, kind):
        return x**3 if kind == "cube" else 0 * x

    assert central_differences(power, {"x": 2, "kind": "cube"}, "x") == pytest.approx(12, abs=SMALL)


def test_the_error_is_that_of_the_third_derivative():
    """(x + h)³ and (x − h)³ are apart by 6x²h + 2h³."""
    found = central_differences(lambda x: x**3, {"x": 0.0}, "x", step=0.5)
    assert float(found) == 0.25
    assert largest_difference(lambda x: x**3, 0.0, {"x": 0.0}, "x") == pytest.approx(STEP**2, rel=1e-9)


def test_the_worst_entry_counts():
    wrong = DATA["A"] + np.array([[0, 0, 0.25], [0, -0.5, 0]])
    assert largest_difference(product, wrong, DATA, "x") == pytest.approx(0.5, abs=SMALL)


def test_what_is_given_is_not_changed():
    before = DATA["x"].copy()
    central_differences(product, DATA, "x")
    assert np.array_equal(DATA["x"], before)
