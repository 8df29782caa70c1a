"""Arrays are compared with what is assumed of their variables, as fractions exactly and as floats up to rounding."""

from fractions import Fraction

import numpy as np
import pytest

from symnn.algebra.assumptions import ASSUMPTIONS
from symnn.algebra.nodes import Variable
from symnn.algebra.sizes import dim
from symnn.check.assumed import FOUND, require_assumed
from symnn.check.values import draw
from symnn.errors import AssumptionError

n, m = dim("n"), dim("m")
SHAPES = {
    "positive": (n, m),
    "nonnegative": (n, m),
    "symmetric": (n, n),
    "positive definite": (n, n),
    "full column rank": (n, m),
    "full row rank": (m, n),
    "orthogonal": (n, n),
    "onehot": (n, m),
    "onehot rows": (n, m),
    "binary": (n, m),
    "signs": (n, m),
}


def exact(array):
    return np.vectorize(Fraction, otypes=[object])(array)


def test_every_word_is_compared():
    assert set(FOUND) == set(ASSUMPTIONS) == set(SHAPES)


@pytest.mark.parametrize("word", ASSUMPTIONS)
def test_what_is_drawn_for_a_word_is_as_it_says(word):
    variable = Variable("A", *SHAPES[word], 2, [word])
    for seed in range(5):
        array = draw(variable, {n: 6, m: 4}, np.random.default_rng(seed))
        require_assumed(variable, array)
        require_assumed(variable, exact(array))


@pytest.mark.parametrize(
    ("word", "array", "found"),
    [
        ("positive", [[1, 2], [0, 3]], "0 at [1, 0]"),
        ("nonnegative", [[1, 2], [0, -3]], "-3 at [1, 1]"),
        ("symmetric", [[1, 2], [3, 4]], "2 at [0, 1] and 3 at [1, 0]"),
        ("positive definite", [[1, 2], [3, 4]], "2 at [0, 1] and 3 at [1, 0]"),
        ("positive definite", [[-1, 0], [0, 4]], "-1 at [0, 0]"),
        ("positive definite", [[1, 2], [2, 4]], "the first 2 rows and columns with a determinant that is not positive"),
        ("full column rank", [[1, 2], [2, 4], [3, 6]], "rank 1 of 2 columns"),
        ("full column rank", [[1, 2, 3]], "rank 1 of 3 columns"),
        ("full row rank", [[0, 0], [0, 0]], "rank 0 of 2 rows"),
        ("orthogonal", [[1, 2], [3, 4]], "10 at [0, 0] of its transpose times itself"),
        ("onehot", [[1, 0], [0, 1]], "2 entries that are 1"),
        ("onehot", [[0, 0], [0, 0]], "0 entries that are 1"),
        ("onehot", [[2, 0], [0, -1]], "2 at [0, 0]"),
        ("onehot rows", [[1, 0], [1, 1]], "2 entries that are 1 in row 1"),
        ("onehot rows", [[1, 0], [0, 3]], "3 at [1, 1]"),
        ("binary", [[1, 0], [0, 3]], "3 at [1, 1]"),
        ("signs", [[1, -1], [0, 1]], "0 at [1, 0]"),
    ],
)
@pytest.mark.parametrize("taken", [np.array, exact])
def test_what_is_not_as_assumed_is_refused_with_what_was_found(word, array, found, taken):
    rows, cols = (n, n) if len(array) == len(array[0]) else (n, m)
    with pytest.raises(AssumptionError) as caught:
        require_assumed(Variable("A", rows, cols, 2, [word]), taken(array))
    assert str(caught.value) == (
        f"A is assumed {word}, found {found}; give A a value as assumed, or leave out the assumption"
    )


def test_numbers_and_vectors_have_their_own_places():
    with pytest.raises(AssumptionError, match="x is assumed positive, found -4; "):
        require_assumed(Variable("x", 1, 1, 0, ["positive"]), -4)
    with pytest.raises(AssumptionError, match=r"y is assumed binary, found 1/2 at \[1\]; "):
        require_assumed(Variable("y", n, 1, 1, ["binary"]), [0, Fraction(1, 2)])
    with pytest.raises(AssumptionError, match="v is assumed full column rank, found rank 0 of 1 columns"):
        require_assumed(Variable("v", n, 1, 1, ["full column rank"]), [0.0, 0.0])
    require_assumed(Variable("y", n, 1, 1, ["binary"]), [True, False])


def test_long_fractions_are_told_as_decimals():
    with pytest.raises(AssumptionError, match=r"x is assumed signs, found 1e-300; "):
        require_assumed(Variable("x", 1, 1, 0, ["signs"]), Fraction(1, 10**300))
    with pytest.raises(AssumptionError, match=r"x is assumed binary, found -0\.3333 at \[1\]; "):
        require_assumed(Variable("x", n, 1, 1, ["binary"]), [0, Fraction(-(10**20), 3 * 10**20 + 1)])


def test_not_a_number_is_nothing_that_is_assumed():
    with pytest.raises(AssumptionError, match=r"found nan at \[0\]"):
        require_assumed(Variable("x", n, 1, 1, ["positive"]), [float("nan")])


def test_rounding_is_allowed_and_scales_do_not_matter():
    random = np.random.default_rng(0)
    tall = random.normal(size=(40, 5)) * 10.0 ** np.arange(-20, 20, 8)
    gram = tall.T @ tall
    require_assumed(Variable("S", n, n, 2, ["positive definite"]), np.linalg.inv(gram[:3, :3]))
    require_assumed(Variable("S", n, n, 2, ["positive definite"]), exact([[1, 0], [0, Fraction(1, 10**400)]]))
    factor, _ = np.linalg.qr(random.normal(size=(30, 30)))
    require_assumed(Variable("Q", n, n, 2, ["orthogonal"]), factor)
    with pytest.raises(AssumptionError, match="orthogonal"):
        require_assumed(Variable("Q", n, n, 2, ["orthogonal"]), factor.round(5))
    with pytest.raises(AssumptionError, match="rank 5 of 6 columns"):
        dependent = np.column_stack([random.normal(size=(40, 5)), np.zeros(40)])
        dependent[:, 5] = dependent[:, :5] @ random.normal(size=5)
        require_assumed(Variable("X", n, m, 2, ["full column rank"]), dependent)
