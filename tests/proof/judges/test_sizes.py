"""What the judge *exact* calls proved does not rest on a size that happens to be equal to a number."""

import pytest

from symnn.algebra import nodes
from symnn.algebra.language import det, inv, matrix, mean, ones, scalar, squared_norm, tanh, total, trace, vector
from symnn.algebra.nodes import Extent, Identity, Kronecker, MatMul, Number, Zeros
from symnn.algebra.sizes import dims
from symnn.proof.court import Court
from symnn.proof.judges.exact import Exact
from symnn.proof.judges.instance import SizePlan
from symnn.proof.judges.question import Question
from symnn.proof.step import Relation, Status

n, d = dims("n d")
X, A, S = matrix("X", n, d), matrix("A", n, n), matrix("S", n, n, assume="symmetric")
TALL, WIDER = (matrix("T", n, cols, assume="full column rank") for cols in (d, d + 1))
x, v, w = scalar("x"), vector("v", n), vector("w", d)
I = Identity(n)  # noqa: E741


def judged(left, right, seed=0):
    return Court(left, (), seed=seed).judge(Relation.EQUAL, left, right, line=left)


def zero_at(number, *zeros):
    made = Number(1)
    for zero in zeros:
        made = made * (number - zero)
    return made


NUMBERS = {
    "extent": Extent(n),
    "ones": ones(n).T @ ones(n),
    "sum of ones": total(ones(n)),
    "trace of the identity": trace(I),
    "trace of an inverse": trace(A @ inv(A)),
    "trace of a projection": trace(X @ inv(X.T @ X) @ X.T),
    "projection onto ones": ones(n).T @ inv(I + ones(n) @ ones(n).T) @ ones(n) * (1 + Extent(n)),
    "orthogonal": squared_norm(matrix("Q", n, n, assume="orthogonal")),
    "signs": squared_norm(vector("s", n, assume="signs")),
    "onehot rows": total(matrix("Y", n, d, assume="onehot rows")),
}


@pytest.mark.parametrize(("seed", "number"), list(enumerate(NUMBERS.values())), ids=NUMBERS)
def test_what_holds_at_small_sizes_is_refuted(seed, number):
    for zeros in ((3, 4), range(1, 9)):
        assert judged(zero_at(number, *zeros) * x, Number(0), seed).status is Status.REFUTED
        commutator = trace(A @ A.T @ A @ A) - trace(A @ A @ A.T @ A.T)
        assert judged(zero_at(number, *zeros) * commutator, Number(0), seed).status is Status.REFUTED
    assert judged((number - 3) * (number - 4) * x, (number**2 - 7 * number + 12) * x, seed).status is Status.PROVED


def test_a_size_is_no_polynomial_of_itself():
    judgement = judged(Extent(n) ** 2 * x, (7 * Extent(n) - 12) * x)
    assert judgement.status is Status.REFUTED
    assert judgement.counterexample is not None


@pytest.mark.parametrize("seed", range(2))
def test_no_relation_between_two_sizes_is_taken_for_granted(seed):
    difference = zero_at(Extent(n) - Extent(d), *range(-6, 7))
    assert judged(difference * x, Number(0), seed).status is Status.REFUTED
    assert judged(difference * trace(inv(TALL.T @ TALL)), Number(0), seed).status is Status.REFUTED
    assert judged(zero_at(Extent(d), *range(9)) * det(TALL.T @ TALL), Number(0), seed).status is Status.REFUTED


@pytest.mark.parametrize("number", [Extent(n), ones(n).T @ ones(n), trace(I)], ids=str)
def test_nor_is_it_checked_where_functions_are_involved(number):
    judgement = judged(zero_at(number, *range(1, 9)) * tanh(x), Number(0))
    assert judgement.status is Status.REFUTED
    assert "sizes" in judgement.reason


@pytest.mark.parametrize("number", [Extent(n), ones(n).T @ ones(n), trace(I)], ids=str)
def test_nor_proved_where_columns_are_stacked(number):
    product = nodes.Kronecker(A, S)
    assert judged(zero_at(number, *range(1, 9)) * product, Zeros(n * n, n * n)).status is not Status.PROVED
    assert judged(number * product, nodes.Kronecker(number * A, S)).status is Status.PROVED


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (trace(TALL @ inv(TALL.T @ TALL) @ TALL.T), Extent(d)),
        (trace(WIDER @ inv(WIDER.T @ WIDER) @ WIDER.T), Extent(d) + 1),
        (trace(X @ inv(X.T @ X) @ X.T), Extent(d)),
        (total(ones(n)), Extent(n)),
        (mean(X @ w), ones(n).T @ X @ w / Extent(n)),
        (det(2 * A), 2 ** Extent(n) * det(A)),
        (x ** Extent(n) * x, x ** (Extent(n) + 1)),
        (inv(I + ones(n) @ ones(n).T) @ ones(n), ones(n) / (1 + Extent(n))),
        (squared_norm(v - mean(v) * ones(n)), squared_norm(v) - Extent(n) * mean(v) ** 2),
        (X @ inv(X.T @ X + Identity(d)) @ X.T, I - inv(I + X @ X.T)),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_what_holds_at_all_sizes_is_proved(left, right, seed):
    judgement = judged(left, right, seed)
    assert judgement.status is Status.PROVED
    small, other, huge = judgement.sizes
    assert all((small[name] - other[name]) % 2 for name in small)
    assert min(huge.values()) > 2**80


def test_small_sizes_depend_on_the_seed():
    found = {tuple(judged(X @ w, X @ w + 0 * (X @ w), seed).sizes[0].items()) for seed in range(12)}
    assert len(found) > 3
    assert all(len(dict(sizes).values()) == len(set(dict(sizes).values())) for sizes in found)


# --- one instance ---------------------------------------------------------------------------------------------------


def test_values_at_a_single_choice_of_sizes_are_not_enough():
    """vvᵀ is invertible only at size 1."""
    left, right = inv(v @ v.T) @ v, 2 * (inv(v @ v.T) @ v) - inv(v @ v.T) @ v
    judgement = Exact(SizePlan(left), (), 0).judge(Question(left, right, 0, 0))
    assert judgement.status is Status.UNDECIDED
    assert "at one only" in judgement.reason


def test_where_only_one_choice_of_sizes_fits_it_is_tried_twice():
    wide, tall = matrix("M", n, 3, assume="full row rank"), matrix("N", n, 3, assume="full column rank")
    judgement = judged(trace(wide.T @ tall), nodes.Inner(wide, tall))
    assert judgement.status is Status.PROVED
    assert [sizes["n"] for sizes in judgement.sizes] == [3, 3]


# --- finitely many values -------------------------------------------------------------------------------------------

COUNTS = {
    "binary": (total(vector("b", n, assume="binary")), range(5)),
    "signs": (total(vector("s", n, assume="signs")), range(-4, 5)),
    "trace": (trace(matrix("Q", n, n, assume=("symmetric", "orthogonal"))), range(-4, 5)),
}


@pytest.mark.parametrize(("number", "values"), COUNTS.values(), ids=COUNTS)
@pytest.mark.parametrize("seed", range(8))
def test_a_few_values_are_not_all(number, values, seed):
    for most in range(2, len(values) + 1):
        assert judged(zero_at(number, *values[:most]), Number(0), seed).status is not Status.PROVED


@pytest.mark.parametrize("seed", range(3))
def test_what_finitely_many_values_are_good_for_is_proved(seed):
    b, s = vector("b", n, assume="binary"), vector("s", n, assume="signs")
    hot, rows = vector("h", n, assume="onehot"), matrix("Y", n, d, assume="onehot rows")
    Q = matrix("Q", n, n, assume=("symmetric", "orthogonal"))
    for left, right in [
        (b.T @ b, total(b)),
        (s.T @ s, Extent(n)),
        (total(hot), Number(1)),
        (rows @ ones(d), ones(n)),
        (trace(Q @ Q), Extent(n)),
        (Q @ Q, I),
    ]:
        judgement = judged(left, right, seed)
        assert judgement.status is Status.PROVED
        assert "for all values" in judgement.reason


def test_values_that_are_too_many_are_no_proof():
    B = matrix("B", n, n, assume="binary")
    judgement = judged(squared_norm(B) ** 2, total(B) ** 2)
    assert judgement.status is Status.CHECKED and judgement.bound is None
    assert judged((B + B) @ B, 2 * (B @ B)).status is Status.PROVED


def test_long_products_are_tried_at_sizes_at_which_matrices_stay_small():
    several = [matrix(name, n, n) for name in "ABCDEFGHIJKLMN"]
    product = MatMul(*several)
    tensor = Kronecker(MatMul(*several[:7]), Kronecker(MatMul(*several[7:]), several[0]))
    for left, largest in ((product, 8), (tensor, 4)):
        judgement = judged(left + left - left, left)
        assert judgement.status is Status.PROVED
        assert max(sizes["n"] for sizes in judgement.sizes if sizes["n"] < 100) == largest
