"""The walk over a shared graph: each node once, parts before what is made of them, however deep."""

import pytest

from symnn.algebra.language import matrix, tanh, vector
from symnn.algebra.nodes import Named
from symnn.algebra.sizes import dims
from symnn.algebra.walk import all_names, count, labelled, names_in, ordered, postorder, substitute, unnamed, variables

n, d = dims("n d")
X, w, y = matrix("X", n, d), vector("w", d), vector("y", n)
INNER = Named("r", 1, X @ w - y)
OUTER = Named("s", 1, tanh(INNER) + INNER)


def test_every_node_comes_once_after_its_children():
    root = (X @ w - y).T @ (X @ w - y)
    order = list(postorder(root))
    assert len(order) == len(set(order)) == count(root) and order[-1] is root
    for place, node in enumerate(order):
        assert all(child in order[:place] for child in node.children)
    assert variables(root) == [X, w, y]


@pytest.mark.parametrize(("step", "found"), [(1, [X, w, y]), (-1, [y, w, X])])
def test_the_parts_are_walked_in_the_order_that_is_asked_for(step, found):
    order = ordered([X @ w + y], lambda node: node.children[::step])
    assert [node for node in order if node in (X, w, y)] == found


def test_a_part_that_two_roots_share_comes_once():
    assert list(ordered([w, X @ w, w], lambda node: node.children)) == [w, X, X @ w]


def test_a_graph_deeper_than_the_stack_of_python_is_walked():
    root = y
    for _ in range(3_000):
        root = tanh(root) + y
    assert count(root) > 6_000
    assert variables(substitute(root, {y: X @ w})) == [X, w]


def test_names_stand_in_an_expression_or_in_the_bodies_of_others():
    root = OUTER.T @ y
    assert names_in(root) == [OUTER]
    assert all_names(root) == [INNER, OUTER]
    assert labelled(root) == vector("s", n).T @ y
    (plain,) = unnamed(root)
    assert all_names(plain) == [] and variables(plain) == [X, w, y]
