"""Ranges of entries: what is known of expressions, and that no value ever lies outside."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.algebra.functions import SIGMOID, SOFTPLUS, primitive
from symnn.algebra.language import exp, log, relu, scalar, sigmoid, sqrt, squared_norm, tanh, total, vector
from symnn.algebra.masks import greater, maximum, minimum, where
from symnn.algebra.nodes import Extent, Inner, Map, Node, Number
from symnn.algebra.ranges import facts, range_of
from symnn.algebra.sizes import dim
from symnn.codegen.emit import FunctionSpec, emit_function_module, load_module

n = dim("n")
x, y = vector("x", n), vector("y", n)
p, b, s = vector("p", n, assume="positive"), vector("b", n, assume="binary"), vector("s", n, assume="signs")
t = scalar("t", assume="nonnegative")

INTERVALS = {
    "[2, 2]": Number(2),
    "[1, inf)": Extent(n),
    "(0, inf)": exp(x),
    "(1, inf)": 1 + exp(-x),
    "(0, 1)": sigmoid(x),
    "(-1, 0)": -sigmoid(x),
    "(0, 2)": 1 - tanh(x),
    "(0, 2) ": Map(primitive("arctan"), Number(1)),
    "(0, 1] ": 1 - tanh(x) ** 2,
    "[0, inf)": x**2,
    "[0, inf) ": x * x,
    "[1, inf) ": sqrt(1 + x**2),
    "(0, inf) ": SOFTPLUS(x),
    "[0, inf)  ": squared_norm(x),
    "(0, inf)  ": squared_norm(p),
    "[0, inf)   ": Inner(x, x),
    "(0, inf)   ": total(p),
    "(-inf, inf)": p - p,
    "(-inf, inf) ": log(p),
    "[0, inf)    ": log(1 + x**2),
    "[-1, 1]": Map(primitive("sin"), x),
    "[0, 1]": Map(primitive("sin"), x) ** 2,
    "[0, 1] ": b,
    "[-1, 1] ": s,
    "[0, 1]  ": Map(primitive("abs"), s),
    "(-inf, 0)": -1 / p,
    "[1, inf)  ": 1 + x**2 / scalar("r") ** 2,
    "(0, inf)     ": scalar("r") ** Number(-2),
    "[1/2, inf)": maximum(x, Number("1/2")),
    "[1/4, 1/2]": minimum(maximum(x, Number("1/4")), Number("1/2")),
    "[0, inf)     ": relu(x),
    "(0, inf)    ": where(greater(x, Number(0)), x, exp(x)),
    "[0, inf)      ": t ** Number("1/2"),
}


@pytest.mark.parametrize("interval", INTERVALS)
def test_intervals(interval: str) -> None:
    found = range_of(INTERVALS[interval])
    shown = ["inf" if abs(end) == math.inf else str(end) for end in (abs(found.low), found.high)]
    sign = "-" if found.low < 0 else ""
    text = f"{'(' if found.low_open else '['}{sign}{shown[0]}, {shown[1]}{')' if found.high_open else ']'}"
    assert text == interval.strip()


def test_a_mask_tells_on_which_side_its_operand_is() -> None:
    mask = greater(Number(1), 2 * x)
    assert facts(mask, holds=True)[x].high == facts(mask, holds=False)[x].low == Fraction(1, 2)
    assert facts(mask, holds=True)[x].high_open
    assert not facts(mask, holds=False)[x].low_open
    assert facts(x, holds=True) == {}


LEAVES = st.sampled_from([x, y, p, s, b, t, Number(-2), Number("1/3")])


def _grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    functions = st.sampled_from([exp, tanh, relu, sigmoid, SIGMOID, lambda z: Map(primitive("abs"), z)])
    return st.one_of(
        st.builds(lambda left, right: left + right, inner, inner),
        st.builds(lambda left, right: left * right, inner, inner),
        st.builds(lambda left, right: left - right, inner, inner),
        st.builds(maximum, inner, inner),
        st.builds(minimum, inner, inner),
        st.builds(lambda base, power: base ** Number(power), inner, st.sampled_from([2, 3])),
        st.builds(lambda function, operand: function(operand), functions, inner),
        st.builds(squared_norm, inner),
        st.builds(total, inner),
    )


@settings(max_examples=120, deadline=None)
@given(root=st.recursive(LEAVES, _grown, max_leaves=6), seed=st.integers(0, 99))
def test_no_value_lies_outside(root: Node, seed: int) -> None:
    random = np.random.default_rng(seed)
    parameters = (x, y, p, s, b, t)
    rank = 0 if root.is_scalar else 1
    module = load_module(emit_function_module(FunctionSpec("value", parameters, (root,), (rank,), "A value")), "case")
    normal = random.normal(size=(2, 4))
    values = (*normal, random.uniform(0.1, 3, 4), random.choice([-1.0, 1.0], 4), random.integers(0, 2, 4), 0.5)
    with np.errstate(all="ignore"):
        found = np.asarray(module.value(*values), dtype=float)
    expected = range_of(root)
    slack = 1e-9 * (1 + np.abs(found))
    inside = (found >= float(expected.low) - slack) & (found <= float(expected.high) + slack)
    assert np.all(inside | ~np.isfinite(found)), (root, found, expected)


def test_odd_functions_keep_the_sign_of_what_is_away_from_zero():
    for name in ("arctan", "tanh", "erf", "sinh", "sign"):
        assert range_of(Map(primitive(name), Number(1))).is_positive
        assert range_of(Map(primitive(name), Number(-1))).negated().is_positive
        assert not range_of(Map(primitive(name), Number(0))).is_positive
