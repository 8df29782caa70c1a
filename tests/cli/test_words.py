"""What options say: shapes, assumptions and values."""

from fractions import Fraction

import pytest

from symnn.cli.words import parse_assumptions, parse_data, parse_shapes
from symnn.errors import ReadError, ShapeError


def test_shapes_are_matrices_columns_vectors_and_scalars():
    shapes = parse_shapes(["X=n,d", "y=(n,1)", "w = d", "s=", "A=3,k"])
    assert shapes == {"X": ("n", "d"), "y": ("n", 1), "w": ("d",), "s": (), "A": (3, "k")}
    with pytest.raises(ReadError, match="--shape '3=n' is not understood"):
        parse_shapes(["3=n"])
    with pytest.raises(ShapeError, match="gives X two shapes"):
        parse_shapes(["X=n", "X=d"])


def test_assumptions_of_one_name_are_collected():
    assert parse_assumptions(["A=symmetric", "A=positive definite", "l=positive,nonnegative"]) == {
        "A": ["symmetric", "positive definite"],
        "l": ["positive", "nonnegative"],
    }


@pytest.mark.parametrize("value", ["1e99999999", "-1E+00099999999", "[1, 2e-99999999]"])
def test_numbers_that_no_computer_ends_with_are_refused_at_once(value):
    with pytest.raises(ReadError, match=r"is beyond every float64; write a number between"):
        parse_data([f"x={value}"])
    assert parse_data(["x=1e0003", "y=[2E-2]"]) == {"x": 1000, "y": [Fraction(1, 50)]}
