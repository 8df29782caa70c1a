"""What an induction over layers says of the layers: which formula of which layer, and in which names."""

from symnn.algebra.language import matrix, squared_norm, tanh
from symnn.algebra.nodes import Node
from symnn.algebra.sizes import dims
from symnn.calculus.induction import Chain, Layer, by_induction
from symnn.calculus.recurrence import Layers, formulas, in_general, labels_in

m, M, before = dims("m M M_before")
entering, W, V = matrix("A_before", m, before), matrix("W", before, M), matrix("V", M, M)
Z, A, Y = matrix("Z", m, M), matrix("A", m, M), matrix("Y", m, M)
X = matrix("X", m, before)


def chain(objective: Node, state: str = "Z", **given: object) -> Chain:
    return Chain(
        Layer(entering, ((Z, entering @ W), (A, tanh(Z))), "A", (W,), {M: before}), objective, X, state, **given
    )


def said(found: Chain) -> list[tuple[str, str, str, bool]]:
    made = formulas(by_induction(found))
    return [(str(one.variable), str(one.value), one.layers.value, one.is_gradient) for one in made]


def test_the_adjoint_of_each_layer_comes_before_the_gradient_that_is_made_of_it():
    assert said(chain(squared_norm(A - Y) / 2)) == [
        ("δ⁽ᴸ⁾", "(A⁽ᴸ⁾ − Y) ⊙ (1_(m×M_L) − A⁽ᴸ⁾²)", "one", False),
        ("δ⁽ˡ⁾", "δ⁽ˡ⁺¹⁾W⁽ˡ⁺¹⁾ᵀ ⊙ (1_(m×Mₗ) − A⁽ˡ⁾²)", "L − 1, …, 1", False),
        ("W⁽ˡ⁾", "A⁽ˡ⁻¹⁾ᵀδ⁽ˡ⁾", "1, …, L", True),
    ]


def test_what_the_loss_adds_to_the_last_layer_is_said_of_it_alone():
    *_, below, last = said(chain(squared_norm(A - Y) / 2 + squared_norm(W)))
    assert below == ("W⁽ˡ⁾", "A⁽ˡ⁻¹⁾ᵀδ⁽ˡ⁾", "L − 1, …, 1", True)
    assert last[0] == "W⁽ᴸ⁾" and "A⁽ᴸ⁻¹⁾ᵀδ⁽ᴸ⁾" in last[1] and "2W⁽ᴸ⁾" in last[1]


def test_a_shared_variable_has_sums_over_the_layers_above():
    square = matrix("A_before", m, M)
    layer = Layer(square, ((A, tanh(square @ V)),), "A", (), {})
    made = formulas(by_induction(Chain(layer, squared_norm(A - Y) / 2, matrix("X", m, M), "A", shared=(V,))))
    assert [(one.layers, one.is_gradient) for one in made if one.variable.name.startswith("S_V")] == [
        (Layers.ONE, False), (Layers.BELOW_LAST, False),
    ]  # fmt: skip
    assert [one.variable for one in made if one.is_gradient] == [V]


def test_names_of_one_layer_are_said_of_any():
    found = chain(squared_norm(A - Y))
    last = labels_in(found, "L")
    assert [str(node) for node in last.values()] == ["A⁽ᴸ⁻¹⁾", "Z⁽ᴸ⁾", "A⁽ᴸ⁾", "W⁽ᴸ⁾"]
    assert [str(in_general(found, last[each])) for each in (Z, W)] == ["Z⁽ˡ⁾", "W⁽ˡ⁾"]
    assert str(in_general(found, last[W]).rows) == "M_l_minus_1"
    assert in_general(found, Y) is Y
