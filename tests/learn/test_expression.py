"""Expressions as a user types them: which names they have, and what becomes of them when names are replaced."""

import pytest

from symnn.errors import ReadError
from symnn.learn.expression import Expression, enclosed


def test_names_are_those_of_variables():
    expression = Expression("np.sum(x * sigmoid(beta * x)) + np.pi + sum(x**k for k in (1, 2))", "a formula")
    assert list(expression.names()) == ["x", "beta"]


def test_only_names_are_replaced_and_digits_stay():
    text = "relu(x=x) + 0.12345678901234567890123 * exp(xx) + 'x'"
    replaced = Expression(text, "a formula").with_names({"x": "Z1", "exp": "log"})
    assert replaced == "relu(x=Z1) + 0.12345678901234567890123 * log(xx) + 'x'"


def test_places_are_counted_in_letters_and_lines():
    assert Expression("(β * x\n + α * x)", "a formula").with_names({"x": "Z12", "α": "a"}) == "(β * Z12\n + a * Z12)"


@pytest.mark.parametrize("text", ["(lambda x: x)(x)", "sum(x for x in (1, 2)) * x", "(x := 2) * x"])
def test_a_name_of_its_own_is_not_replaced(text):
    with pytest.raises(ReadError, match="`x` means something else inside of a formula"):
        Expression(text, "a formula").with_names({"x": "Z1"})


@pytest.mark.parametrize("text", ["x = 2", "x; x", "def f(x): return x", "x +", "", None, 3])
def test_one_expression_is_expected(text):
    with pytest.raises(ReadError):
        Expression(text, "a formula")


@pytest.mark.parametrize(("text", "expected"), [("x", "x"), ("f(x)", "f(x)"), ("x + 1", "(x + 1)"), ("-x", "(-x)")])
def test_an_operand_stands_in_parentheses_where_it_needs_them(text, expected):
    assert enclosed(text) == expected


def test_a_name_that_is_not_known_is_refused_with_its_place():
    with pytest.raises(ReadError, match=r"line 1, column 9: a formula has no variable `Bx`\n.*\n.*\nIt has x."):
        Expression("A + A * Bx", "a formula").allow(["A"], "It has x.")
