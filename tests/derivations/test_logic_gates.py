"""The chapter on logic gates: each gate by its truth table, and wrong gates refused."""

import pytest

from symnn import argument, sigmoid
from symnn.errors import RefutedError
from symnn.learn.datasets.small import TRUTH_TABLES
from symnn.results.author import derivation


@pytest.fixture(scope="module")
def proofs(chapter):
    return {numbered.proof.title.partition(":")[0]: numbered.proof for numbered in chapter.proofs()}


TWO = {"a": "binary", "b": "binary"}
POLYNOMIALS = {
    "and": lambda a, b: a * b,
    "or": lambda a, b: a + b - a * b,
    "nor": lambda a, b: (1 - a) * (1 - b),
    "xnor": lambda a, b: a * b + (1 - a) * (1 - b),
    "xor": lambda a, b: a + b - 2 * a * b,
    "not": lambda a: 1 - a,
}


def test_what_the_chapter_says(proofs):
    assert list(proofs) == ["AND", "OR", "NOT", "NOR", "XNOR", "XOR"]
    lines = {name: [str(line) for line in proof.lines()] for name, proof in proofs.items()}
    assert lines["AND"] == ["where(σ(−30 + 20a + 20b) > ½, 1, 0)", "where(20a + 20b > 30, 1, 0)", "ab"]
    assert lines["OR"][-1] == "a + b − ab" and lines["NOT"][-1] == "1 − a" and lines["NOR"][-2] == "(1 − a)(1 − b)"
    assert lines["XNOR"][1] == "ab + (1 − a)(1 − b)" and lines["XOR"][2] == "a + b − 2ab"


@pytest.mark.parametrize("name", sorted(TRUTH_TABLES))
def test_the_polynomials_are_the_truth_tables(name):
    for *inputs, output in TRUTH_TABLES[name]:
        assert POLYNOMIALS[name](*inputs) == output


@pytest.mark.parametrize(
    ("weights", "right", "wrong"),
    [
        ("-30 + 20*a + 20*b", "a*b", "a + b - a*b"),
        ("-10 + 20*a + 20*b", "a + b - a*b", "a + b"),
        ("10 + (-20)*a + (-20)*b", "(1 - a)*(1 - b)", "1 - a*b"),
    ],
)
def test_another_table_is_refused(weights, right, wrong):
    with derivation(f"np.where(sigmoid({weights}) > 0.5, 1, 0)", assume=TWO) as proof:
        with pytest.raises(RefutedError):
            proof.line(wrong, by="wrong")
        proof.line(right, by="right")
    assert proof.verdict == "checked"


def test_the_gate_needs_inputs_of_0_and_1():
    with derivation("np.where(-30 + 20*a + 20*b > 0, 1, 0)") as proof:
        with pytest.raises(RefutedError):
            proof.line("a*b", by="for any numbers")
        proof.line("np.where(a + b > 1.5, 1, 0)", by="divide by 20")


def test_one_half_is_passed_at_zero_and_not_elsewhere():
    with derivation("np.where(sigmoid(z) > 0.5, 1, 0)") as proof:
        with pytest.raises(RefutedError):
            proof.line("np.where(z > 0.5, 1, 0)", by="the output taken for the argument")
        proof.line("np.where(z > 0, 1, 0)", by="σ(0) = ½")


def test_no_output_is_farther_than_the_sigmoid_of_minus_ten(chapter):
    (near,) = (part for part in chapter.parts if hasattr(part, "claims"))
    assert [claim.rule for claim in near.claims] == [f"all rows of {name}" for name in ("AND", "OR", "NOT", "NOR")]
    for claim in near.claims:
        with argument("Nearer") as proof:
            with pytest.raises(RefutedError):
                proof.at_most(claim.left, sigmoid(-11) ** 2, by="nearer than it is")
            proof.at_most(claim.left, sigmoid(-9) ** 2, by="with room")
