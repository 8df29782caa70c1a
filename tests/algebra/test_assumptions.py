"""Words of assumptions: what fits a shape, and what contradicts what."""

import pytest

from symnn import derive
from symnn.algebra.assumptions import ASSUMPTIONS, CONTRADICTIONS
from symnn.algebra.language import matrix, scalar, vector
from symnn.errors import AssumptionError

PAIRS = [
    (one, other, reason)
    for several, others, reason in CONTRADICTIONS
    for one in sorted(several)
    for other in sorted(others)
]


@pytest.mark.parametrize(("one", "other", "reason"), PAIRS)
def test_words_that_contradict_each_other_are_refused(one, other, reason):
    for words in ((one, other), (other, one)):
        with pytest.raises(AssumptionError, match="nothing is both") as caught:
            matrix("A", "n", "n", assume=words)
        assert reason in str(caught.value) and one in str(caught.value) and other in str(caught.value)


@pytest.mark.parametrize(
    "words",
    [
        ("positive", "nonnegative"),
        ("positive definite", "symmetric"),
        ("positive definite", "full column rank", "full row rank"),
        ("positive definite", "positive"),
        ("orthogonal", "symmetric"),
        ("orthogonal", "full column rank"),
        ("onehot", "binary", "nonnegative"),
        ("onehot rows", "binary", "nonnegative"),
        ("binary", "symmetric"),
        ("signs", "symmetric"),
    ],
)
def test_what_is_implied_or_possible_may_be_said(words):
    assert set(matrix("A", "n", "n", assume=words).assumptions) == set(words)


def test_every_word_is_possible_alone():
    for word in ASSUMPTIONS:
        assert matrix("A", "n", "n", assume=word).assumptions == (word,)


@pytest.mark.parametrize("word", ["symmetric", "positive definite", "orthogonal", "full row rank", "onehot"])
def test_words_of_matrices_are_not_said_of_scalars(word):
    with pytest.raises(AssumptionError, match="this is a scalar"):
        scalar("s", assume=word)


def test_a_column_has_no_onehot_rows():
    with pytest.raises(AssumptionError, match="column of ones"):
        vector("v", "n", assume="onehot rows")


def test_the_reader_refuses_them_too():
    with pytest.raises(AssumptionError, match="nothing is both"):
        derive("np.sum(w)", wrt="w", shapes={"w": ("n",)}, assume={"w": ["positive", "onehot"]})
