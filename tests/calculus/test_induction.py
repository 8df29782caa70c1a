"""Layers and chains: names and sizes in a layer, what a state determines, and the three stages of an induction."""

import pytest

from symnn.algebra.language import matrix, sigmoid, squared_norm, tanh
from symnn.algebra.nodes import Differential, Named, Node, Variable
from symnn.algebra.sizes import dims
from symnn.calculus.induction import Chain, Layer, below, by_induction, name_in, width_of
from symnn.errors import ShapeError, SymnnError
from symnn.proof.step import Relation, Status

m, M, before = dims("m M M_before")
entering, W = matrix("A_before", m, before), matrix("W", before, M)
Z, A, Y = matrix("Z", m, M), matrix("A", m, M), matrix("Y", m, M)
X = matrix("X", m, before)


def layer(output: Node) -> Layer:
    return Layer(entering, ((Z, entering @ W), (A, output)), "A", (W,), {M: before})


@pytest.mark.parametrize(
    ("place", "under"), [("l+1", "l"), ("l", "l-1"), ("L", "L-1"), ("L-1", "L-2"), ("1", "0"), (3, 2)]
)
def test_the_layer_below(place, under):
    assert below(place) == under


def test_names_and_sizes_belong_to_a_layer():
    assert (name_in("W", "l+1"), name_in("W", 3), name_in("W1", 3)) == ("W__l_plus_1", "W3", "W1_3")
    assert str(width_of(M, "l-1")) == "M_l_minus_1"
    found = layer(tanh(Z)).variable(W, "l+1")
    assert (found.name, list(map(str, found.shape))) == ("W__l_plus_1", ["M_l", "M_l_plus_1"])


def test_the_values_of_a_layer_are_named_and_made_of_what_enters():
    values = layer(tanh(Z)).values(2, matrix("H", m, width_of(M, 1)))
    assert isinstance(values[A], Named)
    assert str(values[Z].body) == "HW₂"
    assert values[A].body is tanh(values[Z])


def test_what_leaves_a_layer_must_fit_the_next():
    with pytest.raises(ShapeError, match="A is m×M, so that A_before is m×M_before; found M_before×m"):
        turned = matrix("A_before", before, m)
        Layer(turned, ((A, turned.T @ W),), "A", (W,), {M: before})


def test_the_stages_of_an_induction_are_judged_gradients_of_opaque_adjoints():
    found = by_induction(Chain(layer(tanh(Z)), squared_norm(A - Y) / 2, X, "Z"))
    for stage in (found.base, found.step, found.end):
        assert Relation.GRADIENT in [step.relation for step in stage.proof.steps]
        assert stage.proof.status in (Status.PROVED, Status.CHECKED)
        assert tuple(stage.gradients) == stage.proof.wrt
    assert [variable.name for variable in found.step.gradients] == ["Z__l", "W__l_plus_1"]
    assert str(found.step.proof.statement) == "⟨δ⁽ˡ⁺¹⁾, Z⁽ˡ⁺¹⁾⟩"
    assert "delta__l_plus_1" not in [variable.name for variable in found.step.proof.wrt]


def test_the_induction_itself_is_a_judged_line_between_differentials():
    found = by_induction(Chain(layer(tanh(Z)), squared_norm(A - Y) / 2, X, "Z"))
    (step,) = found.claim.steps
    assert (step.relation, step.judgement.status) == (Relation.EQUAL, Status.CHECKED)
    assert str(step.redex) == "⟨δ⁽ˡ⁺¹⁾, dZ⁽ˡ⁺¹⁾⟩ + dr⁽ˡ⁺¹⁾"
    state = found.chain.layer.variable(Z, "l")
    assert isinstance(state, Variable)
    assert str(Differential(state)) in str(step.contractum)


def test_a_state_beside_which_something_else_is_passed_on_is_refused():
    square = matrix("A_before", m, m), matrix("W", m, m), matrix("Z", m, m), matrix("A", m, m)
    lower, weights, inner, upper = square
    residual = Layer(lower, ((inner, lower @ weights), (upper, lower + sigmoid(inner))), "A", (weights,), {})
    with pytest.raises(SymnnError, match="the adjoint of Z alone does not go from layer to layer"):
        by_induction(Chain(residual, squared_norm(upper), matrix("X", m, m), "Z"))
    assert by_induction(Chain(residual, squared_norm(upper), matrix("X", m, m), "A")).step.gradients
