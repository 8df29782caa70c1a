"""Losses: what their names mean, what they weigh, which gradient each has by the scores, and what is refused."""

import numpy as np
import pytest

from symnn import derive
from symnn.codegen import load_module
from symnn.errors import ReadError, SymnnError
from symnn.learn.losses import LOSSES, loss

SHAPES = {"Z": ("m", "k"), "Y": ("m", "k"), "v": ("m",), "c": ("k",)}


def gradient(name: str, output: str = "Z", **weights: bool) -> str:
    """The gradient of a loss by the scores Z, as text; its function is checked."""
    chosen = loss(name)
    text = chosen.objective(output, "Z", **weights)
    used = {
        key: shape
        for key, shape in SHAPES.items()
        if key in ("Z", "Y") or weights.get({"v": "sample_weights", "c": "class_weights"}[key])
    }
    result = derive(text, "Z", used, {"Y": chosen.labels} if chosen.labels else None)
    assert result.check().passed
    return str(result.gradient)


@pytest.mark.parametrize(
    ("name", "output", "expected"),
    [
        ("softmax_cross_entropy", "Z", "(1/m)(softmaxⱼ(Z) − Y)"),
        ("cross_entropy", "softmax(Z, axis=1)", "(1/m)(softmaxⱼ(Z) − Y)"),
        ("sum_softmax_cross_entropy", "Z", "softmaxⱼ(Z) − Y"),
        ("sigmoid_cross_entropy", "Z", "(1/m)(σ(Z) − Y)"),
        ("binary_cross_entropy", "sigmoid(Z)", "(1/m)(σ(Z) − Y)"),
        ("sum_binary_cross_entropy", "sigmoid(Z)", "σ(Z) − Y"),
        ("sum_squared_error", "Z", "Z − Y"),
        ("mean_squared_error", "Z", "(1/m)(Z − Y)"),
        ("absolute_error", "Z", "(1/m) sign(Z − Y)"),
        ("huber", "Z", "(1/m) where(abs(Z − Y) > 1ₘₓₖ, sign(Z − Y), Z − Y)"),
        ("hinge", "Z", "−(1/m)(Y ⊙ step(1ₘₓₖ − Y ⊙ Z))"),
        ("sum_squared_hinge", "Z", "−Y ⊙ relu(1ₘₓₖ − Y ⊙ Z)"),
        ("np.mean((A - Y)**4)", "Z", "−(4/(km))(Y − Z)³"),
    ],
)
def test_the_gradient_by_the_scores(name, output, expected):
    assert gradient(name, output) == expected


@pytest.mark.parametrize(
    ("name", "weights", "expected"),
    [
        ("softmax_cross_entropy", {"class_weights": True}, "(1/m)((Yc)·1ₖᵀ ⊙ (softmaxⱼ(Z) − Y))"),
        ("softmax_cross_entropy", {"sample_weights": True}, "(1/m)(v·1ₖᵀ ⊙ (softmaxⱼ(Z) − Y))"),
        ("sum_squared_error", {"sample_weights": True}, "v·1ₖᵀ ⊙ (Z − Y)"),
    ],
)
def test_weights_of_classes_and_samples_stay_readable(name, weights, expected):
    assert gradient(name, **weights) == expected


def test_weights_count_as_they_say():
    """The weighted loss of one-hot labels is the sum over samples of v times the weight of the class times the loss."""
    rng = np.random.default_rng(5)
    scores, labels = rng.normal(size=(4, 3)), np.eye(3)[[2, 0, 1, 1]]
    v, c = rng.uniform(1, 2, 4), rng.uniform(1, 2, 3)
    text = loss("softmax_cross_entropy").objective("Z", "Z", class_weights=True, sample_weights=True)
    value = load_module(derive(text, "Z", SHAPES, {"Y": "onehot rows"}).numpy("value"), "weighted").value
    each = np.log(np.exp(scores).sum(axis=1)) - scores[range(4), [2, 0, 1, 1]]
    arguments = {"v": v, "Y": labels, "c": c, "Z": scores}
    assert value(**arguments) == pytest.approx(np.sum(v * c[[2, 0, 1, 1]] * each) / 4, rel=1e-13)


def test_a_weight_of_a_binary_label_is_that_of_ones():
    text = loss("sum_sigmoid_cross_entropy").objective("Z", "Z", class_weights=True)
    assert text == "np.sum((1 + Y * (c - 1)) * (softplus(Z) - Y * Z))"


def test_names_say_mean_or_sum():
    for name in LOSSES:
        assert loss(name) == loss(f"mean_{name}")
        assert loss(f"sum_{name}").objective("A2", "Z2") + " / m" == loss(name).objective("A2", "Z2")


def test_a_formula_has_the_output_the_scores_and_the_labels():
    assert loss("np.sum((A - Y)**2 * Z)").objective("tanh(Z2) + 1", "Z2") == "np.sum(((tanh(Z2) + 1) - Y)**2 * Z2)"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hing", "the loss `hing` is unknown. Did you mean `hinge`?"),
        ("mean_hing", "Did you mean `mean_hinge`?"),
        ("A - Y", "a loss is one number for a batch"),
        ("np.sum(Y)", "a loss is a formula in `A`"),
        ("np.sum(A - B)", "a loss has no variable `B`"),
        ("np.sum(A @ Y)", "inner sizes"),
        ("np.sum(open(A))", "open"),
        (None, "read from a text"),
    ],
)
def test_what_is_no_loss_is_refused(text, message):
    with pytest.raises(ReadError) as caught:
        loss(text)
    assert message in str(caught.value)


def test_weights_without_a_place_are_refused():
    with pytest.raises(SymnnError, match="mean_squared_error has no classes that could be weighted"):
        loss("squared_error").objective("A", "Z", class_weights=True)
    with pytest.raises(SymnnError, match="does not use the weights `v` of the samples"):
        loss("np.mean((A - Y)**4)").objective("A", "Z", sample_weights=True)


def test_the_softmax_jacobian_stands_on_the_way_to_its_gradient():
    """diag(s) − ssᵀ by itself, and its product with a column as the rule that leads from −y/s to s − y."""
    assert str(derive("softmax(s)", "s", {"s": ("k",)}).jacobian) == "diag(softmax(s)) − softmax(s) softmax(s)ᵀ"
    shapes, assume = {"z": ("k",), "y": ("k",)}, {"y": "onehot"}
    result = derive("-np.sum(y * np.log(softmax(z)))", "z", shapes, assume)
    assert str(result.gradient) == "softmax(z) − y"
    assert "differential of a softmax" in [step.rule for step in result.proof.steps]
