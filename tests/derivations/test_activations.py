"""The chapter on activations: what it says, and the documents' wrong ranges and slopes refused."""

from pathlib import Path

import numpy as np
import pytest
import sympy

from symnn import argument, derivation, scalar, sigmoid, tanh
from symnn.errors import RefutedError
from symnn.project import Project

PROJECT = Project(Path(__file__).parents[2])


def chapter():
    return PROJECT.chapter("activations")


def result(name):
    return next(part for part in chapter().parts if getattr(getattr(part, "problem", None), "name", "") == name)


def test_the_chapter_holds_and_nothing_of_it_is_argued():
    assert chapter().verdict == "checked"
    claims = [claim for part in chapter().parts for claim in getattr(part, "claims", ())]
    assert len(claims) == 32 and all(claim.judgement is not None for claim in claims)


def test_derivatives_as_they_are_printed():
    assert str(result("sigmoid").gradient) == "σ(x)(1 − σ(x))"
    assert str(result("tanh").gradient) == "1 − tanh(x)²"
    assert str(result("softplus").gradient) == "σ(x)"
    assert {name: str(node) for name, node in result("prelu").gradients.items()} == {
        "x": "where(x > 0, 1, α)", "alpha": "where(x > 0, 0, x)",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["elu", "swish", "gelu", "gelu_tanh", "gelu_logistic"])
def test_emitted_derivatives_agree_with_differences(name):
    assert result(name).check(seed=3).passed


def test_units_that_are_dead_and_leak():
    X = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.25]])
    w, b = np.array([-1.0, -2.0]), -6.0
    for name, factor in (("relu_unit", 0), ("leaky_relu_unit", 0.1)):
        by_w, by_b = result(name).first.function()(X, w, b)
        assert by_w == pytest.approx(factor * X.sum(axis=0), abs=1e-15) and by_b == pytest.approx(factor * 3)


def test_gelu_keeps_the_decimals_of_its_tanh_form():
    assert "0.044715x³ + x" in str(result("gelu_tanh").gradient)
    assert "0.134145x² + 1" in str(result("gelu_tanh").gradient)


def test_a_dead_unit_and_a_leaky_one_on_the_page():
    lines = {numbered.proof.title: str(numbered.proof.line) for numbered in chapter().proofs()}
    assert lines["A dead unit of ReLU gets no gradient"] == "0"
    assert lines["A leaky one keeps a tenth"] == "0.1Xᵀ1ₙ + 0.9Xᵀ step(z)"


x = scalar("x")
RANGES = {
    "L14: tanh maps into (0, 1)": (
        lambda proof: proof.at_least(tanh(x), 0, by="as it is printed"),
        lambda proof: proof.at_least(tanh(x), -1, by="corrected", margin=2 * sigmoid(2 * x), strict=True),
    ),
    "B13, B16: the sigmoid takes values above 1": (
        lambda proof: proof.at_least(sigmoid(x), 1, by="as it is printed"),
        lambda proof: proof.at_most(sigmoid(x), 1, by="corrected", margin=sigmoid(-x), strict=True),
    ),
    "S6: a sigmoid passes back a fifth at most": (
        lambda proof: proof.at_most(sigmoid(x) * (1 - sigmoid(x)), 0.2, by="wrong"),
        lambda proof: proof.at_most(sigmoid(x) * (1 - sigmoid(x)), 0.25, by="right", margin=(sigmoid(x) - 0.5) ** 2),
    ),
}


@pytest.mark.parametrize("name", RANGES)
def test_a_wrong_range_is_refused_and_the_right_one_accepted(name):
    wrong, right = RANGES[name]
    with argument(name) as proof:
        with pytest.raises(RefutedError):
            wrong(proof)
        right(proof)
    assert proof.claims[-1].judgement.judge == "margin"


def test_elu_has_the_slope_1_from_the_left_only_for_gamma_1():
    g, h = sympy.Symbol("gamma", positive=True), sympy.Symbol("h", real=True)
    quotient = g * (sympy.exp(h) - 1) / h
    with argument("ELU at 0") as proof:
        with pytest.raises(RefutedError):
            proof.sympy(sympy.Limit(quotient, h, 0, "-"), 1, by="as it is printed, for every γ")
        proof.sympy(sympy.Limit(quotient.subs(g, 1), h, 0, "-"), 1, by="γ = 1")


PRELU = "np.maximum(alpha*x, x)", "prelu(x, alpha)"
BELOW_ONE = "np.maximum((1 - s)*x, x)", "prelu(x, 1 - s)"
ELU = "np.maximum(x, 0) + np.minimum(gamma*(np.exp(x) - 1), 0)", "elu(x, gamma)"


@pytest.mark.parametrize(
    ("wrong", "right", "assume"),
    [(PRELU, BELOW_ONE, {"s": "nonnegative"}), (ELU, ELU, {"gamma": "positive"})],
    ids=["S6: PReLU without α ≤ 1", "L14: ELU without γ ≥ 0"],
)
def test_a_form_without_its_assumption_is_refused(wrong, right, assume):
    with pytest.raises(RefutedError), derivation(wrong[0]) as proof:
        proof.line(wrong[1], by="as it is printed")
    with derivation(right[0], assume=assume) as proof:
        proof.line(right[1], by="with its assumption")
    assert proof.verdict == "checked"
