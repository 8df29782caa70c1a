"""What options say: shapes and assumptions."""

import pytest

from symnn.cli.words import parse_assumptions, parse_shapes
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
