"""A theorem over layers, written out for so many of them: against differentiating the same network as a whole."""

import pytest

from symnn.algebra.language import matrix, squared_norm, tanh
from symnn.algebra.sizes import dims
from symnn.algebra.walk import all_names, unnamed, variables
from symnn.calculus.induction import Chain, Layer, by_induction
from symnn.calculus.unrolling import unrolled
from symnn.proof.court import Court
from symnn.proof.step import Relation, Status

m, M, before = dims("m M M_before")
entering, W = matrix("A_before", m, before), matrix("W", before, M)
Z, A, Y = matrix("Z", m, M), matrix("A", m, M), matrix("Y", m, M)
CHAIN = Chain(
    Layer(entering, ((Z, entering @ W), (A, tanh(Z))), "A", (W,), {M: before}),
    squared_norm(A - Y) / 2,
    matrix("X", m, before),
    "Z",
    squared_norm(W),
)
INDUCTION = by_induction(CHAIN)


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_each_layer_has_its_own_names_and_a_gradient(depth):
    objective, gradients = unrolled(INDUCTION, depth)
    numbers = range(1, depth + 1)
    assert [node.name for node in all_names(objective)] == [f"{name}{layer}" for layer in numbers for name in "ZA"]
    assert [variable.name for variable in gradients] == [f"W{layer}" for layer in numbers]
    assert {variable.name for variable in variables(objective)} == {"X", "Y", *(f"W{layer}" for layer in numbers)}


def test_the_gradients_are_those_of_the_network_as_a_whole():
    """The court judges them by values and differentials of the objective without names."""
    objective, gradients = unrolled(INDUCTION, 2)
    plain, *found = unnamed(objective, *gradients.values())
    for variable, gradient in zip(gradients, found, strict=True):
        court = Court(plain, (variable,))
        judged = court.judge(Relation.GRADIENT, plain, gradient)
        wrong = court.judge(Relation.GRADIENT, plain, gradient + 2 * variable)
        assert (judged.status, wrong.status) == (Status.CHECKED, Status.REFUTED), variable


def test_a_layer_passes_its_adjoint_on_by_name():
    _, gradients = unrolled(INDUCTION, 3)
    deltas = [node.name for node in all_names(*gradients.values()) if node.name.startswith("delta")]
    assert deltas == ["delta3", "delta2", "delta1"]
