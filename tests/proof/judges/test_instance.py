"""Sizes and random values respect the assumptions."""

from itertools import islice

import numpy as np
import pytest
import sympy

from symnn.algebra.language import matrix, ones, scalar, vector
from symnn.algebra.nodes import Variable
from symnn.algebra.sizes import dims
from symnn.errors import ShapeError
from symnn.proof.judges.fields import random_prime
from symnn.proof.judges.instance import Draw, SizePlan, fractions, patterns, residues

n, d, k = dims("n d k")
SMALL = fractions(5, 2, (1, -1))
STREAMS = [SMALL, residues("test")]


@pytest.mark.parametrize("symbols", [(n,), (n, d), (n, d, k)])
def test_sizes_are_distinct_and_turn_their_parity(symbols):
    first, second = islice(SizePlan(*(ones(symbol) for symbol in symbols)).large(), 2)
    for sizes in (first, second):
        assert len(set(sizes.values())) == len(symbols)
    assert all((first[symbol] - second[symbol]) % 2 for symbol in symbols)


def test_a_matrix_of_full_column_rank_is_tall_and_one_of_full_row_rank_wide():
    tall = SizePlan(matrix("X", n, d, assume="full column rank"))
    wide = SizePlan(matrix("X", n, d, assume="full row rank"))
    assert all(sizes[n] >= sizes[d] for sizes in (*islice(tall.large(), 8), *tall.small()))
    assert all(sizes[n] <= sizes[d] for sizes in (*islice(wide.large(), 8), *wide.small()))


def test_compound_sizes_are_positive_integers():
    plan = SizePlan(ones(n - 2, d))
    assert all(sizes[n] > 2 for sizes in (*islice(plan.large(), 8), *plan.small()))


def test_contradictory_sizes_are_refused():
    tall, wide = matrix("X", n + 1, n, assume="full row rank"), matrix("Y", n, n)
    with pytest.raises(ShapeError, match="no sizes fit"):
        next(SizePlan(tall, wide).large())


@pytest.mark.parametrize("numbers", STREAMS)
def test_values_are_as_assumed(numbers):
    draw = Draw({n: 4, d: 3}, numbers, "7")
    reduced = numbers.field.reduce

    def value(*words, rows=n, cols=n):
        return draw.value(Variable("V" + "".join(words).replace(" ", ""), rows, cols, 2, words))

    assert (value("symmetric") == value("symmetric").T).all()
    assert not (value() == value().T).all()
    for words in (("orthogonal",), ("symmetric", "orthogonal")):
        rotation = value(*words)
        assert (reduced(rotation.T @ rotation) == np.eye(4, dtype=int)).all()
        assert ("symmetric" not in words) or (rotation == rotation.T).all()
    assert sorted(value("onehot", cols=1).ravel()) == [0, 0, 0, 1]
    assert (value("onehot rows", cols=d).sum(axis=1) == 1).all()
    assert set(value("binary").flat) <= {0, 1}
    assert (reduced(value("signs") ** 2) == 1).all()


def test_signs_and_definiteness_hold_over_the_rationals():
    draw = Draw({n: 3}, SMALL, "1")
    assert (draw.value(vector("p", n, assume="positive")) > 0).all()
    definite = draw.value(matrix("P", n, n, assume="positive definite"))
    assert sympy.Matrix(3, 3, [sympy.Rational(entry) for entry in definite.flat]).is_positive_definite
    assert any(entry < 0 for entry in draw.value(matrix("M", n, n)).flat)


def test_patterns_go_through_all_values():
    onehot, rows = vector("y", n, assume="onehot"), matrix("Y", n, d, assume="onehot rows")
    binary, rotation = vector("b", n, assume="binary"), matrix("Q", n, n, assume="orthogonal")
    for variable in (onehot, rows, binary):
        count = patterns(variable, *(2 if size == d else 3 if size == n else 1 for size in variable.shape))
        seen = {
            tuple(Draw({n: 3, d: 2}, SMALL, "", chosen={variable: kind}).value(variable).flat) for kind in range(count)
        }
        assert len(seen) == count
    signs = [Draw({n: 3}, SMALL, "", chosen={rotation: kind}).value(rotation) for kind in range(2)]
    assert {sympy.Matrix(3, 3, [sympy.Rational(entry) for entry in value.flat]).det() for value in signs} == {1, -1}


def test_directions_are_free_and_values_repeat_with_their_seed():
    symmetric = matrix("S", n, n, assume="symmetric")
    draws = [Draw({n: 3}, residues("a"), seed) for seed in ("a", "a", "b")]
    first, again, other = (draw.value(symmetric) for draw in draws)
    assert (first == again).all()
    assert not (first == other).all()
    slope = draws[0].direction(symmetric)
    assert not (slope == slope.T).all()
    assert all(0 <= entry < random_prime("a") for entry in slope.flat)
    unit = Draw({n: 3}, SMALL, "", basis=(symmetric, 1, 2))
    assert unit.direction(symmetric).sum() == unit.direction(symmetric)[1, 2] == 1
    assert unit.direction(scalar("x"))[0, 0] == 0
