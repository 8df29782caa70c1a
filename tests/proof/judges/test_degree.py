"""Degrees bound those of the polynomials that SymPy computes."""

import pytest
import sympy

from symnn.algebra.language import det, exp, inv, matrix, scalar, sigmoid, trace
from symnn.algebra.nodes import Add, Differential, Number
from symnn.algebra.sizes import dims
from symnn.proof.judges.degree import PER_DEGREE, Degrees

n = dims("n")[0]
A, B = matrix("A", n, n), matrix("B", n, n)
x = scalar("x")


def bound(left, right=None, order=0):
    return Degrees(lambda size: 2 if size == n else int(size), order).bound(left, Number(0) if right is None else right)


def explicit(build):
    entries = sympy.symbols("a:4 b:4")
    numerator, denominator = sympy.fraction(
        sympy.together(build(sympy.Matrix(2, 2, entries[:4]), sympy.Matrix(2, 2, entries[4:])))
    )
    return max(sympy.Poly(part, *entries).total_degree() for part in (numerator, denominator))


@pytest.mark.parametrize(
    ("node", "build"),
    [
        (det(A), lambda a, b: a.det()),
        (trace(A @ B @ A), lambda a, b: (a * b * a).trace()),
        (trace(inv(A) @ B), lambda a, b: (a.inv() * b).trace()),
        (trace(inv(A + B) @ inv(A)), lambda a, b: ((a + b).inv() * a.inv()).trace()),
        (1 / trace(A) + 1 / det(B), lambda a, b: 1 / a.trace() + 1 / b.det()),
        (trace(A) ** 5, lambda a, b: a.trace() ** 5),
    ],
)
def test_degrees_are_at_least_those_of_sympy(node, build):
    assert explicit(build) <= bound(node) / PER_DEGREE <= 16 * explicit(build)


def test_differentials_and_functions_cost_more():
    assert bound(det(A)) == 4 * PER_DEGREE
    assert bound(Differential(inv(A)), inv(A), order=1) > bound(inv(A), inv(A))
    assert bound(exp(x)) < bound(Add(exp(x), exp(2 * x))) < bound(sigmoid(x) + exp(x) + sigmoid(2 * x), order=1)


def test_deep_sharing_costs_linear_time():
    node = x
    for _ in range(400):
        node = node * node + node
    assert bound(node) > 1
