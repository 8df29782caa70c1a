"""A derived formula, exactly and by its code."""

from fractions import Fraction

import numpy as np
import pytest

from symnn import derive, dims, inv, matrix, vector
from symnn.algebra.walk import variables
from symnn.errors import DataError
from symnn.formula import Formula, as_float, as_rows, combined, data_matrix, powers
from symnn.proof.judges.fields import FunctionsInvolved

n, d = dims("n d")
X, y = matrix("X", n, d), vector("y", n)
FORMULA = Formula(inv(X.T @ X) @ X.T @ y, lambda X, y: np.linalg.lstsq(X, y)[0], ("X", "y"))


def test_exact_and_computed_values_agree():
    values = {"X": [[1, 2], [3, 5], [1, Fraction(1, 3)]], "y": [1, 0, Fraction(2, 7)]}
    exact = FORMULA.exact(**values)
    assert all(isinstance(entry, Fraction) for row in exact for entry in row)
    weights = [row[0] for row in exact]
    fitted = combined(values["X"], weights)
    residual = [target - fit for target, fit in zip(values["y"], fitted, strict=True)]
    for column in range(2):
        assert sum(row[column] * rest for row, rest in zip(values["X"], residual, strict=True)) == 0
    assert FORMULA.computed(**values) == pytest.approx([float(row[0]) for row in exact], rel=1e-13)


def test_a_missing_value_is_named():
    with pytest.raises(DataError, match="needs a value for y"):
        FORMULA.exact(X=[[1]])
    with pytest.raises(DataError, match="needs a value for y"):
        FORMULA.computed(X=[[1]])


def test_numbers_vectors_and_matrices_become_rows_and_arrays():
    third = Fraction(1, 3)
    assert as_rows(third) == [[third]]
    assert as_rows([1, third]) == [[1], [third]]
    assert as_rows([[1, 2, third]]) == [[1, 2, third]]
    assert as_float(third) == 1 / 3
    assert as_float([1, third]).shape == (2,)
    assert as_float([[1, 2, third]]).shape == (1, 3)


def test_design_matrices():
    two, three = Fraction(2), Fraction(3)
    assert powers([two, three], 2) == [[1, 2, 4], [1, 3, 9]]
    assert powers([Fraction(0)], 1) == [[1, 0]]
    assert data_matrix({"a": [two], "b": [three], "c": [two]}, "b", "a") == [[1, 3, 2]]
    assert combined([[1, 2], [3, 4]], [two, three]) == [8, 18]


def test_of_a_formula_with_cases_the_case_is_known_exactly():
    x = vector("x", n)
    positive = derive("np.where(x > 0, 3*x, x)", "x", {"x": ("n",)}).objective
    formula = Formula(positive, lambda x: np.where(x > 0, 3 * x, x), ("x",))
    tiny = Fraction(1, 10**40)
    assert x.name in {variable.name for variable in variables(positive)}
    assert formula.exact(x=[tiny, -tiny, Fraction(0)]) == ((3 * tiny,), (-tiny,), (0,))


def test_a_function_without_rational_values_is_still_refused():
    formula = Formula(derive("exp(z)", "z").objective, np.exp, ("z",))
    with pytest.raises(FunctionsInvolved, match="exp has no exact value"):
        formula.exact(z=Fraction(1))
