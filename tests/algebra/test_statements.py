"""Statements mean what Python means: local functions, loops, choices by constants, conditions of scalars."""

import numpy as np
import pytest

from symnn import derive
from symnn.algebra.reader import read, read_function


@pytest.mark.parametrize(
    "text",
    [
        *("f = lambda z: z**2; f(v) + f(a)", "f = lambda z, s=2: s*z; f(v) + f(v, 3) + f(s=a, z=v)"),
        "(lambda z: z + 1)(v)",
        *("f = lambda z: z**2; g = lambda z: f(z) + f(f(z)); g(v)", "f = lambda v: v + 1; f(2*v)"),
        *("t = v + 1; t += 2; t", "t = a; t *= b; t -= 1; t /= 2; t **= 2; t", "t = X@w; t *= 2; t"),
        *("t = 2*v; s = 3*v; t += s; t + s", "t: float = 2*a; t", "(p, q), r_ = (a, b), v; p*q*r_"),
        *("a if a > b else b", "(a if 1 < 2 else b)*b", "a if a > b and b > 0 else b - 1", "v*(2 if not a > b else 3)"),
        *("np.where(v == v, v, 0)", "(v != 2*v)*v", "(0 < a < b < 9)*v", "1.0*(a == a)"),
        *("sum([v, 2*v, a])", "sum(i*a for i in (1, 2.5, b))", "t = [a, b, 3]; t[0]*t[-1]"),
        *("sum([a**i for i in range(3)])", "t = 0; t += a; t"),
        *("(v > 1).astype(float)*v", "np.sum(v, dtype=float)", "'''of a text'''; a + 1", "np.equal(v, v)*v"),
        *("t = (v, w); t[0]@t[0] + t[1]@t[1]", "len([a, b])*v", "f = lambda: a; f()*v", "np.not_equal(v, 1)*v"),
    ],
)  # fmt: skip
def test_python_computes_the_same(text, agrees):
    agrees(text)


BLOCKS = {
    "a loop with a choice": ("""
        total = 0
        for i in range(4):
            if i == 0:
                total = total + a
            elif i > 2:
                total = total + i*a**2
            else:
                pass
        total
    """, "0 + a + 3*a**2"),
    "a function with statements": ("""
        import numpy as np
        def layer(z, weights):
            '''One layer.'''
            h = z @ weights
            return np.tanh(h)
        np.sum(layer(X, W))
    """, "np.sum(np.tanh(X @ W))"),
    "a function that returns from a branch": ("""
        def power(z, k):
            if k == 0:
                return 1
            else:
                return z**k
        power(a, 0) + power(a, 2)
    """, "1 + a**2"),
    "a function in a function": ("""
        def outer(z):
            def inner(y):
                return y*z
            return inner(z) + inner(2)
        outer(a)
    """, "a*a + 2*a"),
    "a function sees what is assigned later": ("""
        def f(z):
            return z*scale
        scale = 3
        f(a)
    """, "a*3"),
    "a name of the objective may be a parameter inside": ("""
        def f(a):
            return a**2
        f(b) + a
    """, "b**2 + a"),
    "an own sigmoid": ("""
        def sigmoid(z):
            return 1/(1 + np.exp(-z))
        sigmoid(a)
    """, "1/(1 + np.exp(-a))"),
}  # fmt: skip


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks(name):
    text, plain = BLOCKS[name]
    shapes = {"X": ("n", "d"), "W": ("d", "k")} if "X" in plain else {}
    assert read(text, shapes).value is read(plain, shapes).value


def network(X, W1, W2, y):
    """A function with a local one."""

    def layer(z, weights):
        return np.maximum(z @ weights, 0)

    h = layer(X, W1)
    for _ in range(2):
        h = layer(h, W2)
    return np.sum((h[:, 0] - y) ** 2)


def test_a_python_function_with_a_local_function():
    shapes = {"X": ("n", "d"), "W1": ("d", "k"), "W2": ("k", "k"), "y": ("n",)}
    reading = read_function(network, shapes)
    assert [variable.name for variable in reading.parameters] == ["X", "W1", "W2", "y"]
    result = derive(network, "W2", shapes)
    assert result.verdict in ("proved", "checked")
    assert result.check().passed


@pytest.mark.parametrize(
    "objective",
    [
        "np.sum((x > 0)*x**2)",
        "np.sum(np.where(y == 1, x**2, x))",
        "np.sum((0.5 <= y) * (y < 1) * x)",
        "np.sum(np.where((x != 0) & (x < 1), x**3, 2*x))",
    ],
)
def test_derivatives_by_masks(objective):
    result = derive(objective, "x", {"x": ("n",), "y": ("n",)} if "y" in objective else {"x": ("n",)})
    assert result.verdict in ("proved", "checked")
    assert result.check().passed
