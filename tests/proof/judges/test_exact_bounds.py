"""What the judge *exact* calls proved holds for all numbers and all sizes: lines that hold at some of them only."""

from fractions import Fraction

import pytest

from symnn.algebra.language import scalar
from symnn.algebra.nodes import Number
from symnn.proof.court import Court
from symnn.proof.judges.fields import random_prime
from symnn.proof.step import Relation, Status

SEEDS = range(12)
x = scalar("x")


def status(left, right, *, seed=0):
    return judged(left, right, seed=seed).status


def judged(left, right, *, seed=0):
    return Court(left, (), seed=seed).judge(Relation.EQUAL, left, right, line=left)


# --- one prime ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_no_prime_is_known_beforehand(seed):
    assert status((2**89 - 1) * x, Number(0), seed=seed) is Status.REFUTED
    assert status(x / (2**89 - 1), x / (2**89 - 1) + 1, seed=seed) is Status.REFUTED
    assert status(x / (2**89 - 1) + x, 2**89 * x / (2**89 - 1), seed=seed) is Status.PROVED


def test_the_primes_of_a_seed_that_is_known_are_no_more_than_two_trials():
    prime = random_prime("0:0")
    assert status(prime * x, Number(0)) is Status.REFUTED
    assert status(x / prime + x / prime, 2 * x / prime) is Status.PROVED


def test_the_height_of_the_coefficients_is_in_the_bound():
    low, high = (judged(many * (x + 1) ** 2, many * (x**2 + 2 * x + 1)) for many in (2, 2**4000))
    assert low.status is high.status is Status.PROVED
    assert high.bound > low.bound + Fraction(3999, 2**80)
