"""The chapter on polynomial features: numbers against lists of products, and wrong counts refused."""

from fractions import Fraction
from itertools import product

import pytest
from sympy import Function, Symbol, binomial

from symnn import argument
from symnn.errors import RefutedError
from symnn.results.author import derivation


@pytest.fixture(scope="module")
def code(chapter):
    space = {}
    exec(compile(chapter.module(), "polynomial_features.py", "exec"), space)
    return space


def test_every_line_of_a_derivation_is_proved(chapter):
    assert chapter.verdict == "checked"
    assert {numbered.proof.status.value for numbered in chapter.proofs() if numbered.proof.steps} == {"proved"}
    lines = {numbered.proof.title: str(numbered.proof.line) for numbered in chapter.proofs()}
    assert lines["Quadratic features"] == "½n(n + 1)" and lines["Cubic features"] == "⅙n(n + 1)(n + 2)"
    assert lines["One more input"] == "n + 1" and lines["One more input, cubic"] == "½n(n + 1)"


@pytest.mark.parametrize("n", [1, 2, 5, 7])
def test_the_code_counts_sets_of_factors(code, n):
    for name, degree in (("quadratic", 2), ("cubic", 3)):
        different = {tuple(sorted(factors)) for factors in product(range(n), repeat=degree)}
        assert code[f"{name}_value"](n) == len(different)


def test_the_printed_numbers(code):
    assert code["quadratic_value"](100) == 5_050
    assert code["cubic_value"](100) == pytest.approx(171_700, rel=1e-15)
    assert code["quadratic_value"](2_500) == 3_126_250


@pytest.mark.parametrize("wrong", ["n*(n - 1)/2", "n**2", "n*(n + 1)", "n**2/2 + n"])
def test_another_count_is_refused(wrong):
    with derivation("n + (n**2 - n)/2") as proof:
        with pytest.raises(RefutedError):
            proof.line(wrong, by="wrong")
        proof.line("n*(n + 1)/2", by="right")


def test_products_of_k_factors_are_gone_through(chapter):
    (of_any,) = (part for part in chapter.parts if hasattr(part, "claims"))
    assert [claim.judgement.judge for claim in of_any.claims] == ["enumeration", "sympy", "sympy", "sympy"]
    n, k = Symbol("n", integer=True, positive=True), Symbol("k", integer=True, positive=True)

    def listed(n, k):
        return Fraction(len({tuple(sorted(factors)) for factors in product(range(n), repeat=k)}))

    at = [{n: 2, k: 3}, {n: 3, k: 2}, {n: 4, k: 4}]
    with argument("Counts") as proof:
        for wrong in (binomial(n, k), n**k, binomial(n + k, k)):
            with pytest.raises(RefutedError):
                proof.cases(Function("M")(n, k), wrong, at=at, value=listed, by="wrong")
        proof.cases(Function("M")(n, k), binomial(n + k - 1, k), at=at, value=listed, by="right")
    assert proof.verdict == "checked"
