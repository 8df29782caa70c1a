"""Matrices whose rows and columns repeat, against the same matrices written out in full."""

import numpy as np
import pytest

from symnn.algebra import nodes
from symnn.algebra.functions import SIGMOID
from symnn.algebra.language import det, exp, inv, matrix, mean, ones, scalar, squared_norm, total, trace, vector
from symnn.algebra.nodes import Differential, Extent, Identity
from symnn.algebra.sizes import dims
from symnn.errors import UnsupportedError
from symnn.proof.judges.exact import SMALLEST_PRIME
from symnn.proof.judges.instance import SizePlan, fractions, residues
from symnn.proof.judges.interpreter import Interpreter
from symnn.proof.judges.repeated import Axis, Layout, Repeated, RepeatedInterpreter, layouts

n, d = dims("n d")
X, Y, A, B = matrix("X", n, d), matrix("Y", n, d), matrix("A", n, n), matrix("B", n, n)
v, w, x = vector("v", n), vector("w", d), scalar("x")
M = matrix("M", d + 1, d + 1)
BLOCKS = {n: Axis(2, {"d": 3, "n": 4}), d: Axis(1, {"d": 3})}


def positions(axis):
    """For each point of the whole axis, the point that is shown in its place, and its name."""
    made = [(place, ("single", place)) for place in range(axis.single)]
    for block, count in axis.blocks.items():
        made += [(axis.first(block) + min(copy, 1), (block, copy)) for copy in range(count)]
    return made


def whole(array, rows, cols):
    """A matrix in full: an entry of one block shows whether its row and its column are one point."""
    made = np.empty((rows.size, cols.size), dtype=object)
    for row, (high, (block, copy)) in enumerate(positions(rows)):
        for col, (wide, (other, turn)) in enumerate(positions(cols)):
            if block == other and block != "single":
                high = rows.first(block)
                wide = cols.first(block) + (copy != turn)
            made[row, col] = array[high, wide]
    return made


class Whole:
    """The instance written out."""

    def __init__(self, instance):
        self.field, self.size, self._instance = instance.field, instance.size, instance

    def value(self, variable):
        return whole(self._instance.value(variable), *map(self._instance.layout.axis, variable.shape))

    def direction(self, variable):
        return whole(self._instance.direction(variable), *map(self._instance.layout.axis, variable.shape))


EXPRESSIONS = [
    A @ B,
    X @ X.T @ A,
    X.T @ A @ Y,
    X.T @ X,
    trace(A @ B),
    trace(Identity(n)),
    nodes.Inner(X, Y),
    squared_norm(A),
    total(X, 0),
    total(X, 1),
    total(A * B),
    mean(X),
    inv(A) @ v,
    inv(A @ B),
    inv(X.T @ A @ X),
    det(A),
    det(X.T @ X),
    det(A @ B) * Extent(n * d),
    nodes.Hadamard(A, B) @ X,
    nodes.Hadamard(A, Identity(n)) @ v,
    nodes.Diagonal(v) @ X,
    nodes.DiagonalPart(A @ A),
    nodes.Broadcast(w.T, n, d) + ones(n) @ ones(d).T,
    nodes.Scale(x, X) ** 2,
    v ** (Extent(d) - 1),
    M @ M + inv(M),
    nodes.Where(A, B, nodes.Zeros(n, n)),
]
RANDOM = [exp(A) @ B, SIGMOID(X @ w), det(exp(A)), total(exp(X), 1) ** -1]


def compare(node, numbers, order):
    layout = Layout(BLOCKS, lambda: 5)
    instance = Repeated(layout, numbers, "seed")
    wrt = (A, X, v)
    short = RepeatedInterpreter(instance, layout, order, wrt)(node)
    full = Interpreter(Whole(instance), order, wrt)(node)
    for mine, theirs in zip(short, full, strict=True):
        if mine is None or theirs is None:
            assert mine is None or not np.any(mine != 0)
            assert theirs is None or not np.any(theirs != 0)
        else:
            rows, cols = map(layout.axis, node.shape)
            assert np.array_equal(whole(np.broadcast_to(mine, (rows.shown, cols.shown)), rows, cols), theirs)


@pytest.mark.parametrize("node", EXPRESSIONS, ids=str)
def test_the_short_form_is_the_whole(node):
    compare(node, fractions(9, 2, (1, -1)), 0)


@pytest.mark.parametrize("node", [*EXPRESSIONS, *RANDOM], ids=str)
def test_the_short_form_of_derivatives_is_the_whole(node):
    compare(Differential(node), residues("prime"), 2)


WORDS = [
    ("orthogonal",),
    ("orthogonal", "symmetric"),
    ("symmetric",),
    ("positive definite",),
    ("binary",),
    ("signs",),
    ("signs", "symmetric"),
    ("onehot",),
    ("onehot rows",),
]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
@pytest.mark.parametrize("seed", range(4))
def test_values_are_as_assumed(words, seed):
    layout = Layout(BLOCKS, lambda: 5)
    made = Repeated(layout, fractions(9, 2, (1, -1)), f"{seed}").value(matrix("A", n, n, assume=words))
    full = whole(made, BLOCKS[n], BLOCKS[n])
    assert full.shape == (9, 9)
    if "symmetric" in words or "positive definite" in words:
        assert np.array_equal(full, full.T)
    if "positive definite" in words:
        assert np.linalg.eigvalsh(full.astype(float))[0] > 0
    if "orthogonal" in words:
        assert np.array_equal(full @ full.T, np.eye(9, dtype=int))
    if "onehot" in words:
        assert full.sum() == 1
    if "onehot rows" in words:
        assert np.array_equal(full.sum(axis=1), [1] * 9)
    allowed = {"binary": {0, 1}, "onehot": {0, 1}, "onehot rows": {0, 1}, "signs": {-1, 1}}.get(words[0])
    assert allowed is None or set(full.ravel()) <= allowed


def test_what_cannot_be_told_apart_is_not_stacked():
    layout = Layout(BLOCKS, lambda: 5)
    run = RepeatedInterpreter(Repeated(layout, fractions(9, 2, (1,)), "0"), layout)
    for node in (nodes.Kronecker(A, B), nodes.Vec(X), nodes.Commutation(n, d)):
        with pytest.raises(UnsupportedError, match="repeat"):
            run(node)


def test_layouts_respect_ranks_and_are_astronomical():
    tall, wide = matrix("T", n, d + 1, assume="full column rank"), matrix("W", d, n, assume="full row rank")
    plan = SizePlan(tall, wide)
    found = list(layouts(plan, {n: 4, d: 3}, "0", SMALLEST_PRIME, 2 * SMALLEST_PRIME))
    assert found
    for layout in found:
        assert layout.sizes[n] >= layout.sizes[d] + 1 > SMALLEST_PRIME
        run = RepeatedInterpreter(Repeated(layout, residues("0"), "0"), layout)
    assert int(run(trace(tall @ inv(tall.T @ tall) @ tall.T) - Extent(d))[0][0, 0]) == 1


def test_a_row_that_repeats_is_counted():
    layout = Layout({n: Axis(1, {"n": 10**6})}, lambda: 5)
    run = RepeatedInterpreter(Repeated(layout, fractions(9, 2, (1,)), "0"), layout)
    assert run(total(ones(n)))[0][0, 0] == 10**6 + 1
    entries = Repeated(layout, fractions(9, 2, (1,)), "0").value(v)[:, 0]
    assert run(total(v))[0][0, 0] == entries[0] + 10**6 * entries[1]
