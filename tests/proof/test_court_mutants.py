"""The court: a true identity with a small change at any place is refuted."""

from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.algebra.language import (
    exp,
    inner,
    inv,
    matrix,
    scalar,
    squared_norm,
    total,
    trace,
    vector,
)
from symnn.algebra.nodes import (
    Broadcast,
    Differential,
    Hadamard,
    Identity,
    MatMul,
    Number,
    Power,
    Scale,
    Transpose,
)
from symnn.algebra.sizes import dims
from symnn.algebra.walk import substitute
from symnn.proof.court import Court
from symnn.proof.step import Relation, Status

n, d = dims("n d")
X, y, w = matrix("X", n, d), vector("y", n), vector("w", d)
A, B, C = (matrix(name, n, n) for name in "ABC")
Q = matrix("Q", n, n, assume="orthogonal")
S = matrix("S", n, n, assume="symmetric")
P = matrix("P", n, d, assume="full column rank")
u, v = vector("u", n), vector("v", n)
x, z = scalar("x"), scalar("z")
lam = scalar("lam", assume="positive")
change = Differential(A)
GRAM = squared_norm(u) * squared_norm(v) - inner(u, v) ** 2


def equal(before, after, line=None, wrt=()):
    return Court(before, tuple(wrt)).judge(Relation.EQUAL, before, after, line=before if line is None else line)


def softmax(logits):
    return Hadamard(exp(logits), Broadcast(Power(total(exp(logits)), Number(-1)), n, 1))


def sherman_morrison(sign):
    return inv(A) - Scale(Power(1 + sign * (v.T @ inv(A) @ u), Number(-1)), inv(A) @ u @ v.T @ inv(A))


def commutator():
    return A @ B - B @ A


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
