"""Deeply nested texts: read level by level into the tree that Python itself would give."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.algebra.nodes import Map
from symnn.algebra.reader import read
from symnn.algebra.reading import nesting
from symnn.algebra.reading.nesting import parse_deep
from symnn.errors import ReadError

TEXTS = [
    "f(g(h(a, (b+c)*2, axis=0)), [1,(2,3)])",
    "((((((((x))))))))",
    "x = f((((a\n + b))), é=g(h(ü(1))))\ny = x",
    "sum((i*(x)) for i in range((3)))",
    "lambda x: ((((x+1)*2)))",
    "(((1,2)))[0]",
    "x[((((1))))]+f()()",
    "not (((x))) and (((y)))",
    "f('((', ((((2)))))",
    "a.b(c.d((e).f((g))))",
    "f(# (((\n((((x)))))",
]


@pytest.mark.parametrize("level", [2, 3, 5])
@pytest.mark.parametrize("text", TEXTS)
def test_the_tree_is_that_of_python(text: str, level: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nesting, "LEVEL", level)
    assert ast.dump(parse_deep(text), include_attributes=True) == ast.dump(ast.parse(text), include_attributes=True)


formulas = st.recursive(
    st.sampled_from(["x", "y", "2.5"]),
    lambda inner: (
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]} + {parts[1]})")
        | inner.map(lambda part: f"np.tanh({part})")
        | st.tuples(inner, inner).map(lambda parts: f"g( {parts[0]},\n k={parts[1]})")
        | inner.map(lambda part: f"(({part}))[0]")
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=100)
@given(formulas)
def test_the_tree_of_any_formula_is_that_of_python(text: str) -> None:
    level, nesting.LEVEL = nesting.LEVEL, 2
    try:
        assert ast.dump(parse_deep(text), include_attributes=True) == ast.dump(ast.parse(text), include_attributes=True)
    finally:
        nesting.LEVEL = level


def test_three_hundred_nested_calls_are_read() -> None:
    value = read("np.tanh(" * 300 + "x" + ")" * 300).value
    assert value.height == 301
    assert isinstance(value, Map)


def test_places_deep_inside_are_told() -> None:
    text = "np.tanh(" * 250 + "np.tnah(x)" + ")" * 250
    with pytest.raises(ReadError, match=r"line 1, column 2001: `np\.tnah` is not a function"):
        read(text)


def test_an_error_deep_inside_is_placed() -> None:
    with pytest.raises(ReadError, match=r"line 2, column 120[5-7]: this is not Python"):
        read("y = x\n" + "(" * 1204 + "x x" + ")" * 1204)


def test_a_deep_text_that_is_not_closed_is_refused() -> None:
    with pytest.raises(ReadError, match="nested"):
        read("np.tanh(" * 300 + "x" + ")" * 299)
