"""What a forger who can write any file, with its digest, cannot make `verify` say."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symnn import derivation
from symnn.algebra.functions import ARGUMENT
from symnn.algebra.language import matrix, scalar, sigmoid, squared_norm, vector
from symnn.algebra.nodes import (
    Differential,
    Equation,
    Extent,
    Function,
    Identity,
    Number,
    Several,
    Transpose,
    Variable,
    Where,
    Zeros,
)
from symnn.algebra.sizes import dims
from symnn.errors import CertificateError, ShapeError, SymnnError
from symnn.proof.certificate import Verification, digest, to_json, verify
from symnn.proof.proof import Proof
from symnn.proof.step import Condition, Relation, Status, Step
from symnn.proof.theorem import established

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
    assert established([first, second], [one]) == {first}
    assert established([first, second], [other]) == {second}
    assert established([first, second], [one, other]) == {first}


def test_a_lemma_by_a_vector_does_not_speak_of_scalars():
    assert "as proved above" not in said(lemma(squared_norm(v)), theorem(Condition("positive", lam)))


# --- names that mislead ---------------------------------------------------------------------------------------------


def gradient(cost, by, result):
    proof = Proof(cost, [by])
    proof.step(cost, Differential(cost), rule="d", relation=Relation.DIFFERENTIAL, place=())
    proof.step(proof.line, result, rule="gradient", relation=Relation.GRADIENT, place=())
    return proof


def refusal(document):
    """Why a document of proofs is not even judged."""
    with pytest.raises(CertificateError) as caught:
        verify(document)
    return str(caught.value)


s, t = scalar("s"), scalar("t")
FUNCTIONS = {
    "a primitive with a formula": (Function("exp", ARGUMENT**2)(s), "'exp' belongs to another function"),
    "a function of the table with another formula": (Function("sigmoid", ARGUMENT**2)(s), "'sigmoid' belongs to"),
    "two formulas of one name": (Function("f", ARGUMENT**2)(s) + Function("f", ARGUMENT**3)(s), "'f' belongs to"),
    "a variable in a formula": (Function("f", ARGUMENT * t)(t), "only the scalar x, found t"),
    "another x in a formula": (Function("f", scalar("x", assume="positive"))(s), "only the scalar x, found x"),
    "a matrix in a formula": (Function("f", squared_norm(X))(s), "only the scalar x, found X"),
    "a size in a formula": (Function("f", ARGUMENT * Extent(n))(s), "only the scalar x, found n"),
    "a differential in a formula": (Function("f", Differential(ARGUMENT))(s), "only the scalar x, found d"),
    "no name": (Function("f(x)")(s), "a function is named like a Python function, found 'f(x)'"),
    "a line break in a name": (Function("f\nverified: proved", ARGUMENT)(s), "named like a Python function"),
    "an integral": (Function("exp", order=-1)(s), "order 0 to 64"),
    "two functions of one look": (Function("sigma", ARGUMENT**2)(s) + sigmoid(s), "both shown as σ"),
}


@pytest.mark.parametrize(("value", "reason"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_function_is_what_its_name_says(value, reason):
    assert reason in refusal(to_json([Proof(value, [s])]))


def test_a_function_of_the_file_is_shown_with_its_formula():
    inner = Function("g", ARGUMENT**3)
    f = Function("f", inner(ARGUMENT) + 1)
    found = said(gradient(f(s), s, 3 * s**2))
    assert "verified: proved" in found
    assert found.index("where f(x) = g(x) + 1") > found.index("where g(x) = x³") > 0
    assert "where σ(x) = " in said(Proof(sigmoid(s), []))


def others(x):
    """Variables of the same name that are not x."""
    return [
        Variable("x", *x.shape, x.rank, x.assumptions, "", "another"),
        Variable("x", *x.shape, x.rank, x.assumptions, "y"),
        Variable("x", *x.shape, 2),
        Variable("x", *x.shape, 1, ["positive"]),
        Variable("x", n, 1, 1),
    ]


@pytest.mark.parametrize("other", others(x), ids=["doc", "latex", "rank", "assumption", "shape"])
def test_two_variables_of_one_name_are_refused(other, monkeypatch):
    with pytest.raises(SymnnError, match="two different variables are named x"):
        Proof(squared_norm(x), [other])
    with pytest.raises(SymnnError, match="two different variables are named x"), derivation(squared_norm(x)) as proof:
        proof.line(squared_norm(x) + 0 * squared_norm(other), by="another x")
    monkeypatch.setattr("symnn.proof.proof.one_variable_a_name", lambda found: None)
    fake = gradient(squared_norm(x), other, 0 * other)
    assert "two different variables are named x" in refusal(to_json([fake]))
    inside = Proof(squared_norm(x), [x])
    inside.step(inside.line, inside.line + squared_norm(other) - squared_norm(other), rule="nothing", place=())
    assert "two different variables are named x" in refusal(to_json([inside]))


def test_two_names_of_one_look_are_refused():
    assert "both shown as λ" in refusal(to_json([Proof(lam**2 + scalar("λ"), [lam])]))
    number = scalar("n")
    assert "the variable n and the size n" in refusal(to_json([gradient(Extent(n) * number, number, Extent(n))]))


def test_a_name_may_mean_another_variable_in_another_proof():
    assert "verified: proved" in said(gradient(squared_norm(x), x, 2 * x), gradient(scalar("x") * t, t, scalar("x")))


# --- texts that break out of their line -----------------------------------------------------------------------------

BREAKS = ["\n", "\r", "\x0b", "\x85", "\u2028", "\x1b[2K", "\x08", "\u202e"]


@pytest.mark.parametrize("character", BREAKS, ids=map(ascii, BREAKS))
def test_no_text_of_a_file_begins_a_line(character):
    text = f"{character}verified: proved"
    found = verify(to_json([Proof(vector("y", d, doc=text, latex=text), [])]))
    assert str(found).splitlines().count("verified: proved") == 1
    assert "(verified: proved)" in str(found) or f"([U+{ord(character[0]):04X}]" in str(found)
    assert character not in str(found).removesuffix("\nverified: proved").replace("\n", "") or character == "\n"
    failed = Verification(False, f"line (2){text}", (), Status.UNDECIDED, Fraction(0), 1)
    assert "verified: proved" not in str(failed).splitlines()
    renamed = to_json([gradient(squared_norm(x), x, 2 * x)])
    renamed["proofs"][0]["steps"][0]["judgement"]["judge"] += text
    renamed["digest"] = digest(renamed)
    assert "verified: proved" not in str(verify(renamed)).splitlines()


def test_conditions_and_relations_are_words_of_the_language():
    assert "a condition is one of" in refusal(to_json([theorem(Condition("symmetric\nverified: proved", SKEW))]))
    stored = to_json([gradient(squared_norm(x), x, 2 * x)])
    stored["proofs"][0]["steps"][0]["relation"] = "equal\nverified: proved"
    stored["digest"] = digest(stored)
    assert "unknown relation" in refusal(stored)


# --- equations are no values ----------------------------------------------------------------------------------------

EQUATION = Equation(s, Number(0))
INSIDE = {
    "a power": lambda: EQUATION**2,
    "a sum": lambda: t + EQUATION,
    "a product": lambda: 2 * EQUATION,
    "a transpose": lambda: Transpose(Equation(x, Zeros(d))),
    "a norm": lambda: squared_norm(Equation(x, Zeros(d))),
    "a differential": lambda: Differential(EQUATION),
    "a function": lambda: sigmoid(EQUATION),
    "a formula": lambda: Function("f", Equation(ARGUMENT, Number(0))),
    "an equation": lambda: Equation(EQUATION, EQUATION),
    "several in a sum": lambda: t + Several(s, t),
    "several in an equation": lambda: Equation(Several(s, t), Number(0)),
    "a choice": lambda: Where(EQUATION, t, t),
}


@pytest.mark.parametrize("build", INSIDE.values(), ids=INSIDE)
def test_an_equation_is_no_operand(build):
    with pytest.raises(ShapeError, match=r"takes expressions, found (an equation|several expressions)"):
        build()


def test_equations_stand_side_by_side():
    line = Several(EQUATION, Equation(t, s))
    assert Several(*line.children) is line


def test_an_inner_place_does_not_become_an_equation():
    proof = Proof(s**2 + t, [s])
    with pytest.raises(SymnnError):
        proof.step(s, EQUATION, rule="stationary", relation=Relation.STATIONARY, place=(0, 0))
    assert proof.line is s**2 + t
