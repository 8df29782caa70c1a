"""The order of terms and factors: by degree and kind, then by name, and the same in every process."""

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.algebra.language import exp, matrix, scalar, squared_norm, trace, vector
from symnn.algebra.nodes import Add, Extent, Hadamard, Identity, MatMul, Multiply, Node, Number, Ones, Power, Transpose
from symnn.algebra.sizes import dims
from symnn.calculus.ordering import degree, factor_key, term_key

n, d = dims("n d")
X, A, B = matrix("X", n, d), matrix("A", n, n), matrix("B", n, n)
u, v = vector("u", n), vector("v", n)
a, b = scalar("a"), scalar("b")


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Number(7), 0),
        (Extent(n), 0),
        (Identity(n), 0),
        (a, 1),
        (MatMul(Transpose(X), X), 2),
        (Multiply(Number(2), a, b), 2),
        (squared_norm(X), 2),
        (Power(a, Number(3)), 3),
        (exp(MatMul(A, u)), 1),
        (Add(A, MatMul(A, B)), 2),
        (trace(A), 1),
    ],
    ids=str,
)
def test_degree(node: Node, expected: int) -> None:
    assert degree(node) == expected


def test_terms_of_high_degree_come_first() -> None:
    terms = [Ones(n, n), B, A, A @ A]
    assert sorted(terms, key=term_key) == [A @ A, A, B, Ones(n, n)]


def test_numbers_and_sizes_come_before_names_and_sums() -> None:
    factors = [Add(a, Number(1)), b, a, Extent(n), Number(2)]
    assert sorted(factors, key=factor_key) == [Number(2), Extent(n), a, b, Add(a, Number(1))]


def test_different_nodes_are_told_apart() -> None:
    alike = [
        Transpose(A),
        A,
        A + B,
        A @ B,
        Hadamard(A, B),
        B @ A,
        matrix("A", n, n, assume="symmetric"),
        matrix("A", n, d),
    ]
    for sort_key in (term_key, factor_key):
        keys = [sort_key(node) for node in alike]
        assert all((one == other) is (one is other) for one in keys for other in keys)


def test_a_plain_matrix_comes_before_its_transpose() -> None:
    assert sorted([Transpose(A) @ u, A @ u], key=term_key) == [A @ u, Transpose(A) @ u]


def test_a_power_stands_where_its_base_would() -> None:
    assert sorted([b, Power(a, Number(2))], key=factor_key) == [Power(a, Number(2)), b]


_names = st.lists(st.text("abxyz", min_size=1, max_size=4), min_size=3, max_size=3, unique=True).map(sorted)


@settings(max_examples=40, deadline=None)
@given(_names, st.permutations(range(8)))
def test_renaming_that_keeps_the_alphabet_keeps_the_order(names: list[str], shuffled: list[int]) -> None:
    def terms(first: str, second: str, third: str) -> list[Node]:
        M, N, z = matrix(first, n, n), matrix(second, n, n), vector(third, n)
        words = [M @ z, M.T @ z, N @ z, N @ M @ z, M @ N @ z, exp(M @ z), exp(M.T @ z), Hadamard(z, exp(N @ z))]
        return [words[place] for place in shuffled]

    for sort_key in (term_key, factor_key):
        orders = [
            sorted(range(8), key=lambda at, made=made, order=sort_key: order(made[at]))  # type: ignore[misc]
            for made in (terms(*names), terms("A", "B", "z"))
        ]
        assert orders[0] == orders[1]


def test_order_does_not_hang_on_the_process() -> None:
    program = (
        "from symnn import *\n"
        "from symnn.calculus.ordering import term_key\n"
        "n, d = dims('n d')\n"
        "X, w = matrix('X', n, d), vector('w', d)\n"
        "print(sorted([total(exp(X @ w)), squared_norm(w), total(tanh(X @ w)), total(w)], key=term_key))\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1 and found.pop().startswith("[")
