"""Words for unit vectors and matrix units: values, derivatives, and places outside."""

import numpy as np
import pytest

from symnn import derive, dims, matrix, matrix_unit, unit_vector
from symnn.algebra.components import explicit
from symnn.codegen import load_module
from symnn.errors import ShapeError

n, d = dims("n d")


def test_units_are_one_at_their_place() -> None:
    assert explicit(unit_vector(4, 2), {}).tolist() == [[0], [0], [1], [0]]
    assert explicit(matrix_unit(2, 3, 0, 2), {}).tolist() == [[0, 0, 1], [0, 0, 0]]


def test_an_entry_is_a_product_with_units() -> None:
    X = matrix("X", n, d)
    result = derive((unit_vector(n, 1).T @ X @ unit_vector(d, 0)) ** 2, wrt=X)
    assert result.gradient is derive("X[1, 0]**2", "X", {"X": ("n", "d")}).gradient
    assert result.verdict == "proved" and result.assumptions == ("n ≥ 2",)
    gradient = load_module(result.numpy("gradient"), "gradient").gradient
    x = np.arange(6.0).reshape(3, 2)
    assert gradient(x).tolist() == [[0, 0], [2 * x[1, 0], 0], [0, 0]]


def test_a_place_outside_is_refused() -> None:
    with pytest.raises(ShapeError, match="do not lie within 3 rows"):
        unit_vector(3, 3)
