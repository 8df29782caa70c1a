"""Conditions as clauses."""

import pytest

from symnn.algebra.assumptions import ASSUMPTIONS
from symnn.algebra.language import matrix, scalar, vector
from symnn.algebra.nodes import Several
from symnn.algebra.sizes import dim
from symnn.proof.step import Condition
from symnn.typeset.spelling import condition_latex, condition_text, kind

A, X = matrix("A", "n", "n"), matrix("X", "n", "d")
v, lam = vector("v", "n"), scalar("lam")


@pytest.mark.parametrize(
    ("word", "node", "text", "latex"),
    [
        ("full column rank", X, "X has full column rank", "$X$ has full column rank"),
        ("positive", lam, "λ > 0", r"$\lambda > 0$"),
        ("positive", v, "every entry of v is positive", "every entry of $v$ is positive"),
        ("nonnegative", lam, "λ ≥ 0", r"$\lambda \ge 0$"),
        ("nonzero", lam, "λ ≠ 0", r"$\lambda \ne 0$"),
        ("signs", v, "every entry of v is 1 or −1", "every entry of $v$ is 1 or $-1$"),
        ("signs", lam, "λ is 1 or −1", r"$\lambda$ is 1 or $-1$"),
        ("binary", lam, "λ is 0 or 1", r"$\lambda$ is 0 or 1"),
        ("invertible", X.T @ X, "XᵀX is invertible", r"$X^{\top} X$ is invertible"),
        ("independent", Several(X @ vector("u", "d")), "Xu vanishes only at zero", "$X u$ vanishes only at zero"),
    ],
)
def test_conditions(word, node, text, latex):
    assert condition_text(Condition(word, node)) == text
    assert condition_latex(Condition(word, node)) == latex


@pytest.mark.parametrize("word", ASSUMPTIONS)
def test_every_assumption_can_be_said(word):
    assert condition_text(Condition(word, A)).startswith(("A ", "every entry", "one entry"))


def test_kinds():
    larger = matrix("B", "n", dim("d") + 1)
    assert [kind(node).text for node in (lam, v, X)] == ["scalar", "vector, n", "matrix, n×d"]
    assert kind(larger) == ("matrix, n×(d + 1)", r"matrix, $n \times (d + 1)$")
