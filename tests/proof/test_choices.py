"""The judges on choices: true lines pass, false ones do not, nothing is said of a branch never met."""

import pytest

from symnn.algebra.functions import primitive
from symnn.algebra.language import log, matrix, scalar, sqrt, total, vector
from symnn.algebra.masks import greater, maximum, minimum, opposite, where
from symnn.algebra.nodes import Hadamard, Map, Node, Number, Where
from symnn.algebra.sizes import dims
from symnn.proof.court import Court
from symnn.proof.judges.explicit import judge_explicit
from symnn.proof.step import Judgement, Relation, Status

n, d = dims("n d")
X, Y, Z = matrix("X", n, d), matrix("Y", n, d), matrix("Z", n, d)
B = matrix("B", n, d, assume="binary")
v, u = vector("v", n), vector("u", n)
a, b = scalar("a"), scalar("b")
zero, one = Number(0), Number(1)
ABS, RELU, STEP = map(primitive, ("abs", "relu", "step"))


def judged(before: Node, after: Node) -> Judgement:
    return Court(before, ()).judge(Relation.EQUAL, before, after, line=before)


TRUE = [
    (where(greater(v, zero), v, -v), Map(ABS, v), Status.CHECKED),
    (where(greater(v, zero), v, zero), Map(RELU, v), Status.CHECKED),
    (maximum(v, u), u + Map(RELU, v - u), Status.CHECKED),
    (maximum(v, u) + minimum(v, u), v + u, Status.CHECKED),
    (where(opposite(greater(X, Y)), X, Y), where(greater(X, Y), Y, X), Status.PROVED),
    (Hadamard(Z, where(greater(X, Y), X, zero)), where(greater(X, Y), Hadamard(X, Z), zero), Status.PROVED),
    (where(greater(v, zero), log(v), v), where(greater(v, zero), log(2 * v) - log(2), v), Status.CHECKED),
    (where(greater(a, one), sqrt(a - 1) ** 2, b), where(greater(a, one), a - 1, b), Status.CHECKED),
    (where(greater(v, Number(100)), v, 2 * v), v + Hadamard(v, opposite(greater(v, Number(100)))), Status.PROVED),
    (Where(B, X, Y) - Y, Hadamard(B, X - Y), Status.PROVED),
]  # fmt: skip

FALSE = [
    (where(greater(v, zero), v, zero), v),
    (where(greater(v, zero), v, zero), Map(ABS, v)),
    (where(greater(v, zero), v, -v), where(greater(v, zero), -v, v)),
    (maximum(v, u), minimum(v, u)),
    (maximum(v, u), v + Map(RELU, v - u)),
    (where(greater(X, Y), X, Z), where(greater(Y, X), X, Z)),
    (where(greater(v, zero), log(v), v), where(greater(v, zero), log(v), 2 * v)),
    (where(greater(v, zero), log(v), v), where(greater(v, zero), log(2 * v), v)),
    (where(greater(v, zero), v, v**2), where(greater(v, zero), v, log(v))),
    (where(greater(v, Number(100)), v**2, v), v),
    (Where(B, X, Y), Hadamard(B, X)),
]


@pytest.mark.parametrize(("before", "after", "status"), TRUE, ids=str)
def test_true_lines(before: Node, after: Node, status: Status) -> None:
    assert judged(before, after).status is status


@pytest.mark.parametrize(("before", "after"), FALSE, ids=str)
def test_false_lines(before: Node, after: Node) -> None:
    judgement = judged(before, after)
    assert judgement.status is Status.REFUTED
    assert judgement.counterexample is not None


def test_a_branch_that_is_never_met_is_not_judged() -> None:
    far = greater(total(v), Number(10**6))
    judgement = judged(where(far, a**2, Map(ABS, a)), Map(ABS, a))
    assert judgement.status is Status.UNDECIDED
    assert "one branch was taken at all of the numbers tried" in judgement.reason


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        (where(greater(v, zero), v, -v), Map(ABS, v), Status.PROVED),
        (where(greater(v, zero), v, zero), Map(RELU, v), Status.PROVED),
        (maximum(a, b), minimum(a, b), Status.REFUTED),
        (where(greater(v, zero), v, zero), v, Status.REFUTED),
    ],
    ids=str,
)
def test_by_components(before: Node, after: Node, status: Status) -> None:
    assert judge_explicit(Relation.EQUAL, before, after, (), before).status is status
