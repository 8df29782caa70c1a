"""A chain of layers as it is read from texts: names, sizes, parameters, and what enters."""

import pytest

from symnn.algebra.sizes import dim
from symnn.errors import SymnnError
from symnn.results.layer_texts import read_chain

LAYER, LOSS = "Z = A_before @ W + c * b; A = np.tanh(Z)", "np.sum((A - Y)**2) + lam*np.sum(V**2)"
SHAPES = {
    "A_before": ("m", "M_before"), "W": ("M_before", "M"), "b": ("M",), "c": (), "Y": ("m", "M"), "V": ("p", "q"),
}  # fmt: skip


def names(found):
    return [variable.name for variable in found]


def test_a_layer_has_its_definitions_its_parameters_and_the_sizes_that_change():
    chain = read_chain(LAYER, LOSS, SHAPES, ["b", "W"], by="Z", shared="c")
    layer = chain.layer
    assert (layer.entering.name, layer.carried, chain.state) == ("A_before", "A", "Z")
    assert [label.name for label, _ in layer.definitions] == ["Z", "A"]
    assert (names(layer.parameters), names(chain.shared), layer.constants) == (["b", "W"], ["c"], ())
    assert layer.widths == {dim("M"): dim("M_before")}
    assert (chain.source.name, chain.source.shape) == ("X", (dim("m"), dim("M_before")))
    assert str(chain.objective) == "∑ (A − Y)² + λ ∑ V²" and chain.penalty is None


def test_what_leaves_the_layer_is_the_state_where_nothing_else_is_named():
    assert read_chain(LAYER, LOSS, SHAPES, "W").state == "A"


def test_what_has_the_sizes_of_a_layer_and_is_not_learned_is_a_constant_of_it():
    assert names(read_chain(LAYER, LOSS, SHAPES, "W").layer.constants) == ["b"]


def test_the_loss_may_name_what_enters_the_first_layer():
    shapes = {"A_before": ("m", "M"), "W": ("M", "M"), "U": ("m", "M")}
    chain = read_chain("A = A_before @ W + U", "np.sum(A*U)", shapes, "W", source="U")
    assert chain.source.name == "U" and chain.source.shape == (dim("m"), dim("M"))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"shapes": {**SHAPES, "K": ("m",)}}, "a shape or an assumption is given for K, which stands in none"),
        ({"adjoint": "W"}, "the adjoints are named W, which stands in the texts; give another name by adjoint"),
        ({"adjoint": "Z"}, "the adjoints are named Z"),
        ({"parameters": ["W", "W"]}, "parameters: different names are expected"),
        ({"functions": "g"}, "g is what an objective is called on the page"),
        ({"layer": 3}, "a layer is a text such as .*, found int"),
        ({"penalty": 3}, "the penalty is a text such as .*, found int"),
    ],
)
def test_texts_that_do_not_fit_each_other_are_refused(given, reason):
    asked = {"layer": LAYER, "loss": LOSS, "shapes": SHAPES, "parameters": "W", **given}
    with pytest.raises(SymnnError, match=reason):
        read_chain(asked.pop("layer"), asked.pop("loss"), asked.pop("shapes"), asked.pop("parameters"), **asked)
