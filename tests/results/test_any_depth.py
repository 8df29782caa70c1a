"""Backpropagation through any number of layers: what the theorem says, at depths, in three forms, and refusals."""

from itertools import pairwise

import numpy as np
import pytest

from symnn.algebra.nodes import Node
from symnn.algebra.renaming import renamed
from symnn.algebra.sizes import dim
from symnn.calculus.recurrence import Layers
from symnn.errors import ShapeError, SymnnError
from symnn.proof.certificate import to_json, verify
from symnn.proof.court import Court
from symnn.proof.step import Relation, Status
from symnn.results.any_depth import Backpropagation, backpropagation
from symnn.results.result import derive
from symnn.typeset.induction import claims

SQUARED = "np.sum((A - Y)**2) / (2*m)"
SHAPES = {"A_before": ("m", "M_before"), "W": ("M_before", "M"), "Y": ("m", "M")}
BIAS = {**SHAPES, "b": ("M",)}
SQUARE = {"A_before": ("m", "M"), "W": ("M", "M"), "Y": ("m", "M")}


def said(theorem: Backpropagation) -> list[str]:
    return repr(theorem).splitlines()


def test_sigmoid_layers_with_their_adjoints_by_the_sums():
    theorem = backpropagation("Z = A_before @ W + b; A = sigmoid(Z)", SQUARED, BIAS, ["W", "b"], by="Z")
    assert said(theorem) == [
        "Z⁽ˡ⁾ = A⁽ˡ⁻¹⁾W⁽ˡ⁾ + 1ₘ·b⁽ˡ⁾ᵀ",
        "A⁽ˡ⁾ = σ(Z⁽ˡ⁾)",
        "f = (1/(2m)) ∑ (A⁽ᴸ⁾ − Y)²",
        "δ⁽ᴸ⁾ = (1/m)(A⁽ᴸ⁾ − Y) ⊙ A⁽ᴸ⁾ ⊙ (1_(m×M_L) − A⁽ᴸ⁾)",
        "δ⁽ˡ⁾ = δ⁽ˡ⁺¹⁾W⁽ˡ⁺¹⁾ᵀ ⊙ A⁽ˡ⁾ ⊙ (1_(m×Mₗ) − A⁽ˡ⁾)",
        "∇_W⁽ˡ⁾ f = A⁽ˡ⁻¹⁾ᵀδ⁽ˡ⁾",
        "∇_b⁽ˡ⁾ f = ∑ⱼ δ⁽ˡ⁾ᵀ",
        "(checked)",
    ]
    assert str(theorem.recursion) == "δ⁽ˡ⁺¹⁾W⁽ˡ⁺¹⁾ᵀ ⊙ A⁽ˡ⁾ ⊙ (1_(m×Mₗ) − A⁽ˡ⁾)"
    assert list(theorem.gradients) == ["W", "b"]


def test_adjoints_by_the_activations_are_those_of_the_notes():
    theorem = backpropagation("Z = A_before @ W; A = sigmoid(Z)", SQUARED, SHAPES, "W")
    assert said(theorem)[3:-1] == [
        "δ⁽ᴸ⁾ = (1/m)(A⁽ᴸ⁾ − Y)",
        "δ_Z⁽ˡ⁾ = δ⁽ˡ⁾ ⊙ A⁽ˡ⁾ ⊙ (1_(m×Mₗ) − A⁽ˡ⁾)",
        "δ⁽ˡ⁾ = δ_Z⁽ˡ⁺¹⁾ W⁽ˡ⁺¹⁾ᵀ",
        "∇_W⁽ˡ⁾ f = A⁽ˡ⁻¹⁾ᵀ δ_Z⁽ˡ⁾",
    ]


@pytest.mark.parametrize(
    ("loss", "assume", "last"),
    [
        ("-np.sum(Y*np.log(np.exp(Z) / np.sum(np.exp(Z), axis=1, keepdims=True))) / m", {"Y": "onehot rows"},
         "(1/m)(softmaxⱼ(Z⁽ᴸ⁾) − Y)"),
        ("-np.sum(Y*np.log(sigmoid(Z)) + (1 - Y)*np.log(1 - sigmoid(Z))) / m", None, "(1/m)(σ(Z⁽ᴸ⁾) − Y)"),
        ("np.sum((Z - Y)**2) / (2*m)", None, "(1/m)(Z⁽ᴸ⁾ − Y)"),
    ],
)  # fmt: skip
def test_the_base_cases_of_output_and_loss(loss, assume, last):
    theorem = backpropagation("Z = A_before @ W; A = np.tanh(Z)", loss, SHAPES, "W", by="Z", assume=assume)
    assert str(theorem.last) == last
    assert str(theorem.recursion) == "δ⁽ˡ⁺¹⁾W⁽ˡ⁺¹⁾ᵀ ⊙ (1_(m×Mₗ) − A⁽ˡ⁾²)"


UNSEEN = {
    "residual": ("A = A_before + sigmoid(A_before @ W)", SQUARE, ["W"], {}),
    "named gates": (
        "G = sigmoid(A_before @ U); H = np.tanh(A_before @ W); A = G * H + (1 - G) * H**2",
        {**SHAPES, "U": ("M_before", "M")},
        ["U", "W"],
        {},
    ),
    "one weight twice": ("A = np.tanh(np.tanh(A_before @ W) @ W)", SQUARE, ["W"], {}),
    "normalised": (
        "Z = A_before @ W; C = Z - np.mean(Z, axis=1, keepdims=True);"
        "N = C / np.sqrt(np.mean(C**2, axis=1, keepdims=True) + 1); A = np.tanh(g*N + b)",
        {**BIAS, "g": ("M",)},
        ["W", "g", "b"],
        {},
    ),
    "a slope that is learned": ("Z = A_before @ W; A = np.where(Z > 0, Z, s*Z)", SHAPES, ["W", "s"], {"by": "Z"}),
    "before and after the state": ("Z = A_before @ W; A = np.tanh(Z) @ W", SQUARE, ["W"], {"by": "Z"}),
    "shared": ("A = np.tanh(A_before @ W + b)", {**SQUARE, "b": ("M",)}, ["b"], {"shared": "W"}),
    "shared after the state": ("Z = A_before @ W; A = np.tanh(Z) @ W", SQUARE, (), {"by": "Z", "shared": "W"}),
    "penalised by a mean": ("A = np.tanh(A_before @ W)", SHAPES, ["W"], {"penalty": "lam*np.sum(W**2)/(2*m*M)"}),
    "penalised": (
        "Z = A_before @ W + b; A = np.tanh(Z)",
        BIAS,
        ["W", "b"],
        {"by": "Z", "penalty": "lam*np.sum(W**2)/2"},
    ),
    "input in every layer": ("A = np.tanh(A_before @ W + X)", {**SQUARE, "X": ("m", "M")}, ["W"], {}),
    "masked": ("A = D * np.tanh(A_before @ W)", {**SHAPES, "D": ("m", "M")}, ["W"], {}),
    "appended one": (
        "Z = np.concatenate((np.ones((m, 1)), A_before), axis=1) @ T.T; A = np.tanh(Z)",
        {"A_before": ("m", "M_before"), "T": ("M", "M_before + 1"), "Y": ("m", "M")},
        ["T"],
        {"by": "Z"},
    ),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_layers_that_no_file_mentions_at_depths(name):
    """Judged to be the gradient of the network that is written out, equal to what is derived there, and by values."""
    layer, shapes, parameters, given = UNSEEN[name]
    theorem = backpropagation(layer, SQUARED, shapes, parameters, **given)
    assert theorem.verdict in ("proved", "checked")
    for depth in (1, 2):
        unrolled = theorem.at(depth)
        assert unrolled.verdict in ("proved", "checked")
        whole = derive(unrolled.objective, list(unrolled.wrt))
        court = Court(unrolled.objective, unrolled.wrt)
        for variable, gradient in unrolled.gradients.items():
            found = court.judge(Relation.EQUAL, gradient, whole.gradients[variable])
            assert found.status in (Status.PROVED, Status.CHECKED), (name, depth, variable)
    assert theorem.at(3).check(seed=1).passed


def test_five_layers_against_a_recursion_in_numpy():
    theorem = backpropagation("Z = A_before @ W + b; A = np.tanh(Z)", SQUARED, BIAS, ["W", "b"], by="Z")
    unrolled = theorem.at(5)
    assert [variable.name for variable in unrolled.wrt] == [f"{w}{k}" for k in range(1, 6) for w in "Wb"]
    random = np.random.default_rng(3)
    widths, m = [4, 3, 5, 2, 6, 3], 7
    X, Y = random.normal(size=(m, widths[0])), random.normal(size=(m, widths[-1]))
    W = [random.normal(size=pair) for pair in pairwise(widths)]
    b = [random.normal(size=width) for width in widths[1:]]
    A = [X]
    for weight, bias in zip(W, b, strict=True):
        A.append(np.tanh(A[-1] @ weight + bias))
    delta, expected = (A[-1] - Y) / m * (1 - A[-1] ** 2), []
    for k in range(4, -1, -1):
        expected = [A[k].T @ delta, delta.sum(axis=0), *expected]
        delta = delta @ W[k].T * (1 - A[k] ** 2)
    values = {"X": X, "Y": Y, **{f"W{k + 1}": W[k] for k in range(5)}, **{f"b{k + 1}": b[k] for k in range(5)}}
    found = unrolled.first.function()(*(values[variable.name] for variable in unrolled.parameters))
    for mine, theirs in zip(found, expected, strict=True):
        assert mine == pytest.approx(theirs, rel=1e-12, abs=1e-14)


HEAD = "np.sum((A @ V - Y)**2) / 2 + lam*np.sum(W**2)"


def test_what_only_the_loss_has_belongs_to_the_last_layer():
    shapes = {"A_before": ("m", "M"), "W": ("M", "M"), "V": ("M", "k"), "Y": ("m", "k")}
    theorem = backpropagation("Z = A_before @ W; A = np.tanh(Z)", HEAD, shapes, ["W", "V"], by="Z")
    assert said(theorem)[5:-1] == [
        "∇_W⁽ˡ⁾ f = A⁽ˡ⁻¹⁾ᵀδ⁽ˡ⁾",
        "∇_W⁽ᴸ⁾ f = 2λW⁽ᴸ⁾ + A⁽ᴸ⁻¹⁾ᵀδ⁽ᴸ⁾",
        "∇_V⁽ᴸ⁾ f = A⁽ᴸ⁾ᵀ(A⁽ᴸ⁾V⁽ᴸ⁾ − Y)",
    ]
    assert [formula.layers for formula in theorem.formulas[2:]] == [Layers.BELOW_LAST, Layers.ONE, Layers.ONE]
    unrolled = theorem.at(2)
    assert [variable.name for variable in unrolled.wrt] == ["W1", "W2", "V2"]
    assert unrolled.check().passed


def test_values_and_adjoints_keep_their_names_in_a_network_that_is_written_out():
    theorem = backpropagation("Z = A_before @ W; A = np.tanh(Z)", SQUARED, SHAPES, "W", by="Z")
    assert str(theorem.at(2).proof.line) == "Xᵀδ₁, A₁ᵀδ₂"
    code = theorem.at(2).numpy("gradient")
    assert "delta1 = (delta2 @ W2.T) * (1 - A1**2)" in code
    assert code.index("delta2 = ") < code.index("delta1 = ") < code.index("gradient_W1 = X.T @ delta1")


def test_a_size_in_a_text_without_an_array_of_it_is_a_size():
    theorem = backpropagation("A = A_before @ W", "np.sum((A - Y)**2)", SHAPES, "W", penalty="np.sum(W**2)/m")
    assert [variable.name for variable in theorem.at(1).parameters] == ["X", "W1", "Y"]
    assert theorem.at(1).check().passed


def test_a_fact_that_the_input_does_not_have_is_not_used_in_the_first_layer():
    """|A| = A for what a sigmoid gives, but not for X."""
    layer = "Z = np.abs(A_before) @ W; A = sigmoid(Z)"
    theorem = backpropagation(layer, SQUARED, SHAPES, "W", by="Z")
    random = np.random.default_rng(8)
    X, W1, W2, Y = (random.normal(size=shape) for shape in ((5, 3), (3, 4), (4, 2), (5, 2)))
    hidden = 1 / (1 + np.exp(-np.abs(X) @ W1))
    output = 1 / (1 + np.exp(-hidden @ W2))
    delta = (output - Y) / 5 * output * (1 - output)
    by_first, by_second = theorem.at(2).first.function()(X, W1, W2, Y)
    assert by_second == pytest.approx(hidden.T @ delta, rel=1e-12)
    assert by_first == pytest.approx(np.abs(X).T @ (delta @ W2.T * hidden * (1 - hidden)), rel=1e-12)
    (gradient,) = [formula for formula in theorem.formulas if formula.is_gradient]
    assert (str(gradient.value), gradient.layers) == ("abs(A⁽ˡ⁻¹⁾)ᵀδ⁽ˡ⁾", Layers.ALL)


# --- three forms of one theorem -------------------------------------------------------------------------------------


def equal(left: Node, right: Node) -> bool:
    return Court(left, ()).judge(Relation.EQUAL, left, right).status is Status.PROVED


def test_one_sample_as_a_column_is_a_batch_of_one_row():
    rows = backpropagation("Z = A_before @ W + b; A = sigmoid(Z)", SQUARED, BIAS, ["W", "b"], by="Z")
    shapes = {"A_before": ("M_before",), "W": ("M", "M_before"), "b": ("M",), "Y": ("M",)}
    column = backpropagation(
        "Z = W @ A_before + b; A = sigmoid(Z)", "np.sum((A - Y)**2) / 2", shapes, ["W", "b"], by="Z"
    )
    assert said(column)[4:7] == [
        "δ⁽ˡ⁾ = W⁽ˡ⁺¹⁾ᵀδ⁽ˡ⁺¹⁾ ⊙ A⁽ˡ⁾ ⊙ (1_Mₗ − A⁽ˡ⁾)",
        "∇_W⁽ˡ⁾ f = δ⁽ˡ⁾A⁽ˡ⁻¹⁾ᵀ",
        "∇_b⁽ˡ⁾ f = δ⁽ˡ⁾",
    ]
    turned = {
        rows.variable(name, layer): column.variable(name, layer).T
        for name in ("W", "A", "Z", "delta")
        for layer in ("l-1", "l", "l+1", "L")
    }
    one_row = {dim("m"): dim("m") / dim("m")}
    assert equal(renamed(rows.recursion, turned, one_row), column.recursion.T)
    assert equal(renamed(rows.gradients["W"], turned, one_row), column.gradients["W"].T)
    assert equal(renamed(rows.gradients["b"], turned, one_row), column.gradients["b"])
    assert not equal(renamed(rows.gradients["W"], turned, one_row), column.gradients["W"])


# --- any activation ------------------------------------------------------------------------------------------------


COLUMN = {"a_before": ("M_before",), "W": ("M", "M_before"), "b": ("M",), "y": ("M",)}
ANY = "z = W @ a_before + b; a = phi(z)"


def test_the_theorem_for_any_activation_is_proved_and_judged_again():
    theorem = backpropagation(ANY, "np.sum((a - y)**2) / 2", COLUMN, ["W", "b"], by="z", source="x", functions="phi")
    assert said(theorem)[3:] == [
        "δ⁽ᴸ⁾ = (a⁽ᴸ⁾ − y) ⊙ φ′(z⁽ᴸ⁾)",
        "δ⁽ˡ⁾ = W⁽ˡ⁺¹⁾ᵀδ⁽ˡ⁺¹⁾ ⊙ φ′(z⁽ˡ⁾)",
        "∇_W⁽ˡ⁾ f = δ⁽ˡ⁾a⁽ˡ⁻¹⁾ᵀ",
        "∇_b⁽ˡ⁾ f = δ⁽ˡ⁾",
        "(proved)",
    ]
    assert claims(theorem.induction)[0].words.text.startswith("For any differentiable φ, for l = 1, …, L")
    found = verify(to_json(theorem.theorems), seed=4)
    assert found.holds and found.status is Status.PROVED
    chosen = [theorem.at(2, {"phi": formula}).proof for formula in ("np.tanh(x)", "x * sigmoid(x)")]
    assert verify(to_json([*theorem.theorems, *chosen]), seed=4).holds
    assert "for any differentiable function phi, of each entry" in found.theorems[1]


def test_a_formula_for_the_activation_gives_code_and_any_function_none():
    theorem = backpropagation(ANY, "np.sum((a - y)**2) / 2", COLUMN, ["W", "b"], by="z", source="x", functions="phi")
    assert theorem.at(2).verdict == "proved"
    with pytest.raises(SymnnError, match="the function phi has no formula"):
        theorem.at(2).numpy("gradient")
    with pytest.raises(SymnnError, match="psi does not stand for any function; there is phi"):
        theorem.at(2, {"psi": "x**2"})
    swish = theorem.at(3, {"phi": "x * sigmoid(1.5 * x)"})
    assert swish.verdict in ("proved", "checked")
    assert swish.check().passed


@pytest.mark.parametrize(
    ("functions", "reason"),
    [
        ("tanh", "tanh is the name of something else"),
        ("W", "W is the name of something else"),
        ("f", "name the function phi"),
    ],
)
def test_a_name_that_is_taken_cannot_stand_for_any_function(functions, reason):
    with pytest.raises(SymnnError, match=reason):
        backpropagation(ANY, "np.sum((a - y)**2)", COLUMN, "W", functions=functions)


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "given", "reason"),
    [
        ("Z = A_before @ W; A = A_before + sigmoid(Z)", {"by": "Z", "shapes": SQUARE},
         "the adjoint of Z alone does not go from layer to layer: what follows Z is made of A_before too; take the "
         "adjoint of A"),
        ("A = np.tanh(A_before @ W)", {"by": "B"}, "the layer has no definition of B; it defines A"),
        ("A = np.tanh(A_before @ W)", {"parameters": "V"}, "parameters: no variable V stands in the texts"),
        ("A = np.tanh(A_before @ W)", {"shared": "W"}, "W is one of the parameters of every layer, or shared by all"),
        ("A = np.tanh(A_before @ W)", {"penalty": "np.sum(A**2)"}, "A is a value in it"),
        ("A = np.tanh(A_before @ W)", {"loss": "A - Y"}, "the loss is a scalar, found one of shape m×M"),
        ("np.tanh(A_before @ W)", {}, "a layer is a list of definitions such as"),
        ("A = np.tanh(X @ W)", {}, "one value enters a layer from the one before.*found none"),
        ("A = np.tanh(A_before @ W + B_before)", {}, "found A_before, B_before"),
        ("B = np.tanh(A_before @ W)", {}, "the layer does not define A"),
        ("A = np.tanh(W); B = A_before", {}, "A does not depend on A_before"),
        ("A = np.tanh(A_before @ W", {}, "never closed"),
        ("A = np.tanh(A_before @ W + c__l)", {}, "c__l is the name of something in one layer"),
    ],
)  # fmt: skip
def test_what_is_no_chain_of_layers_is_refused(layer, given, reason):
    asked = {"loss": "np.sum((A - Y)**2)", "shapes": SHAPES, "parameters": "W", **given}
    with pytest.raises(SymnnError, match=reason):
        backpropagation(layer, asked.pop("loss"), asked.pop("shapes"), asked.pop("parameters"), **asked)


def test_an_output_that_cannot_enter_the_next_layer_is_refused():
    with pytest.raises(ShapeError, match="A is m×M, so that A_before is m×M; found m×d"):
        shapes = {"A_before": ("m", "d"), "W": ("d", "M"), "Y": ("m", "M")}
        backpropagation("A = np.tanh(A_before @ W)", "np.sum((A - Y)**2)", shapes, "W")


@pytest.mark.parametrize("depth", [0, -1, 1.0, True, "2"])
def test_a_network_without_layers_is_refused(depth):
    theorem = backpropagation("A = A_before @ W", "np.sum((A - Y)**2)", SHAPES, "W")
    with pytest.raises(SymnnError, match="a network has at least one layer, found the depth"):
        theorem.at(depth)
