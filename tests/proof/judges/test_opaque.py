"""Steps of programs judged by themselves: what becomes a variable, what is opened, and what is not passed."""

from symnn import dims, matrix, tanh
from symnn.algebra.nodes import Add, Differential, Inner, MatMul, Named, Node, Ones, Transpose
from symnn.proof.court import Court
from symnn.proof.judges.opaque import Opaque
from symnn.proof.judges.question import Question
from symnn.proof.step import Judgement, Relation, Status

n, d, k = dims("n d k")
X, W, V, G = matrix("X", n, d), matrix("W", d, k), matrix("V", k, k), matrix("G", n, k)
Z = Named("Z", 2, X @ W)
A = Named("A", 2, tanh(Z))
B = Named("B", 2, A @ V)
delta = Named("delta_B", 2, 2 * B)


def asked(before: Node, after: Node) -> Judgement | None:
    return Opaque((W, V), 0).judge(Question(before, after, 0, 1))


def judged(before: Node, after: Node) -> Judgement:
    return Court(before, (W, V)).judge(Relation.EQUAL, before, after, line=before)


def test_a_definition_is_opened_and_its_parts_stay_closed() -> None:
    """⟨δ, dB⟩ = ⟨δVᵀ, dA⟩ + ⟨Aᵀδ, dV⟩ holds for every δ and A, whatever they stand for."""
    before = Inner(delta, Differential(B))
    after = Add(
        Inner(MatMul(delta, Transpose(V)), Differential(A)), Inner(MatMul(Transpose(A), delta), Differential(V))
    )
    found = asked(before, after)
    assert found is not None and found.status is Status.PROVED and found.judge == "exact"
    assert {name for sizes in found.sizes for name in sizes} == {"n", "k"}  # d is inside of Z alone


def test_the_same_step_of_another_layer_has_the_same_verdict() -> None:
    first = asked(
        Inner(delta, Differential(Named("C", 2, tanh(B)))), Inner(delta * (1 - tanh(B) ** 2), Differential(B))
    )
    second = asked(Inner(delta, Differential(A)), Inner(delta * (1 - tanh(Z) ** 2), Differential(Z)))
    assert first is not None and second is not None
    assert first.status is second.status is Status.CHECKED


def test_a_wrong_step_is_refuted_by_the_court() -> None:
    for wrong in (
        Inner(MatMul(delta, V), Differential(A)),  # without the transpose
        Inner(MatMul(delta, Transpose(V)), Differential(A)),  # without what V gets
        Inner(Named("delta_A", 2, 2 * MatMul(delta, Transpose(V))), Differential(A)),
    ):
        assert asked(Inner(delta, Differential(B)), wrong) is None
        assert judged(Inner(delta, Differential(B)), wrong).status is Status.REFUTED


def test_a_name_that_stands_for_something_else_is_no_common_part() -> None:
    other = Named("A", 2, tanh(Z) + Ones(n, k))
    assert judged(A * G, other * G).status is Status.REFUTED


def test_what_holds_for_the_value_of_a_name_alone_is_found_by_opening_it() -> None:
    """δ = 2B is no identity in δ and B, so the whole is asked."""
    assert judged(delta * G, 2 * B * G).status in (Status.PROVED, Status.CHECKED)
    assert judged(delta * G, 3 * B * G).status is Status.REFUTED


def test_lines_without_names_are_not_asked_about() -> None:
    assert asked(X @ W, X @ W + G - G) is None
