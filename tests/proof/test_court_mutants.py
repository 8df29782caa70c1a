"""The court: a true identity with a small change at any place is refuted."""

from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.algebra.language import (
    inner,
    inv,
    matrix,
    trace,
)
from symnn.algebra.nodes import (
    Identity,
    MatMul,
    Number,
    Transpose,
)
from symnn.algebra.sizes import dim
from symnn.algebra.walk import substitute
from symnn.proof.court import Court
from symnn.proof.step import Relation, Status

n = dim("n")
A, B, C = (matrix(name, n, n) for name in "ABC")


def equal(before, after):
    return Court(before, ()).judge(Relation.EQUAL, before, after, line=before)


IDENTITIES = [
    (A @ (B + C), A @ B + A @ C),
    (inv(A @ B), inv(B) @ inv(A)),
    (trace(A @ B.T), inner(A, B)),
    (A @ B @ C + C, MatMul(A, B @ C) + C),
    (Transpose(A + 2 * B), A.T + 2 * B.T),
    (inv(Identity(n) + A) @ A, A @ inv(Identity(n) + A)),
]
MUTATIONS = [
    lambda node: 2 * node,
    lambda node: -node,
    lambda node: node.T if not node.is_scalar else node + 1,
    lambda node: node + (Identity(n) if not node.is_scalar else Number(1)),
]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(IDENTITIES), st.sampled_from(MUTATIONS), st.sampled_from([A, B, None]))
def test_mutants_of_true_identities_are_refuted(identity, mutation, place):
    before, after = identity
    assert equal(before, after).status is Status.PROVED
    mutant = mutation(after) if place is None else substitute(after, {place: mutation(place)})
    if mutant is not after:
        commuting = identity is IDENTITIES[5] and place is A
        judgement = equal(before, mutant)
        assert judgement.status is Status.REFUTED or commuting
        assert commuting or judgement.counterexample is not None
