"""What a forger who can write any file, with its digest, cannot make `verify` say."""

from __future__ import annotations

from symnn.algebra.language import matrix, scalar, squared_norm, vector
from symnn.algebra.nodes import Differential, Identity
from symnn.algebra.sizes import dims
from symnn.proof.certificate import _established, to_json, verify
from symnn.proof.proof import Proof
from symnn.proof.step import Condition, Relation, Step

n, d = dims("n d")
X = matrix("X", n, d)
v, x = vector("v", d), vector("x", d)
lam = scalar("lam", assume="positive")


# --- what a lemma proves --------------------------------------------------------------------------------------------

RIDGE = X.T @ X + lam * Identity(d)
SQUARES = squared_norm(X @ v) + lam * squared_norm(v)
SKEW = matrix("A", d, d)


def lemma(form, *lines, direction=v, conditions=()):
    """A proof that a form is positive, by the lines in between."""
    proof = Proof(form, [direction], conditions=conditions)
    for line in lines:
        proof.step(proof.line, line, rule="rewrite", place=())
    proof.step(proof.line, proof.line, rule="positive", relation=Relation.POSITIVE, place=())
    return proof


def theorem(*conditions):
    proof = Proof(squared_norm(x), [x], conditions=conditions)
    proof.step(proof.line, Differential(proof.line), rule="d", relation=Relation.DIFFERENTIAL, place=())
    proof.step(proof.line, 2 * x, rule="gradient", relation=Relation.GRADIENT, place=())
    return proof


def said(*proofs):
    found = verify(to_json(proofs), seed=3)
    return str(found) if found.holds else found.reason


def definite(node):
    return Condition("positive definite", node)


def forged(statement, *lines, positive, place, direction=v, judged=None):
    """Steps that no court saw: a middle term is positive, and so it is said of the whole."""
    proof = Proof(statement, [direction])
    for line in lines:
        proof.step(proof.line, line, rule="rewrite", place=())
    judgement = lemma(positive if judged is None else judged, direction=direction).steps[-1].judgement
    number = len(proof.steps) + 2
    proof.steps.append(Step(number, Relation.POSITIVE, "positive", "", positive, positive, place, judgement))
    return proof


def test_an_honest_lemma_is_told_of():
    assert "is positive definite, as proved above" in said(lemma(v.T @ RIDGE @ v, SQUARES), theorem(definite(RIDGE)))
    p, t = scalar("p", assume="positive"), scalar("t")
    honest = lemma(p * p * t**2, direction=t)
    assert "is positive, as proved above" in said(honest, theorem(Condition("positive", p * p)))


def test_a_positive_part_says_nothing_of_the_whole():
    rank_one = x @ x.T
    form = v.T @ rank_one @ v
    fake = forged(form, form + squared_norm(v) - squared_norm(v), positive=squared_norm(v), place=(1,))
    assert "as proved above" not in said(fake, theorem(definite(rank_one)))


def test_only_the_last_step_and_only_equalities_before_it_prove_a_lemma():
    twice = lemma(v.T @ RIDGE @ v, SQUARES)
    twice.step(twice.line, twice.line, rule="again", relation=Relation.POSITIVE, place=())
    assert "as proved above" not in said(twice, theorem(definite(RIDGE)))
    later = lemma(v.T @ RIDGE @ v, SQUARES)
    later.step(later.line, later.line, rule="same", place=())
    assert "as proved above" not in said(later, theorem(definite(RIDGE)))


def test_a_direction_with_assumptions_is_not_every_direction():
    unit = vector("v", d, assume="onehot")
    form = unit.T @ RIDGE @ unit
    fake = lemma(form, squared_norm(X @ unit) + lam * squared_norm(unit), direction=unit)
    assert "as proved above" not in said(fake, theorem(definite(RIDGE)))


def test_a_matrix_that_is_not_symmetric_is_not_positive_definite():
    """vᵀ(I + A − Aᵀ)v is ‖v‖², whatever A is."""
    turned = Identity(d) + SKEW - SKEW.T
    assert "as proved above" not in said(lemma(v.T @ turned @ v, squared_norm(v)), theorem(definite(turned)))
    even = Identity(d) + SKEW + SKEW.T - SKEW - SKEW.T
    assert "as proved above" in said(lemma(v.T @ even @ v, squared_norm(v)), theorem(definite(even)))


def test_conditions_of_a_lemma_are_conditions_of_the_theorem():
    a, t = scalar("a"), scalar("t")
    given = Condition("positive", a)
    twice = lemma(2 * a * t**2, direction=t, conditions=[given])
    double = Condition("positive", 2 * a)
    assert "as proved above" in said(twice, theorem(double, given))
    assert "as proved above" not in said(twice, theorem(double))


def test_two_conditions_do_not_prove_each_other():
    """Whatever a judge may come to accept, a condition does not rest on itself."""
    a, b, t = scalar("a"), scalar("b"), scalar("t")
    first, second = Condition("positive", a), Condition("positive", b)
    one, other = (
        forged(c.node * t**2, positive=c.node * t**2, place=(), direction=t, judged=squared_norm(t))
        for c in (first, second)
    )
    one.conditions, other.conditions = (second,), (first,)
    assert _established([first, second], [one]) == {first}
    assert _established([first, second], [other]) == {second}
    assert _established([first, second], [one, other]) == {first}


def test_a_lemma_by_a_vector_does_not_speak_of_scalars():
    assert "as proved above" not in said(lemma(squared_norm(v)), theorem(Condition("positive", lam)))
