"""Activations of layers: names, formulas, learned parameters, and what is refused."""

import pytest

from symnn.algebra.reader import read
from symnn.errors import ReadError
from symnn.learn.activations import TABLE, activation


@pytest.mark.parametrize("name", TABLE)
def test_every_name_of_the_table_is_a_formula(name):
    reading = read(activation(name).applied("Z3", 3), {"Z3": ("m", "M3")})
    assert [str(size) for size in reading.value.shape] == ["m", "M3"]
    assert {variable.name for variable in reading.parameters} <= {"Z3", "alpha3"}


@pytest.mark.parametrize(
    ("text", "applied", "learned"),
    [
        ("identity", "Z2", ()),
        ("sigmoid", "sigmoid(Z2)", ()),
        ("tanh", "tanh(Z2)", ()),
        ("softmax", "softmax(Z2, axis=1)", ()),
        ("prelu", "prelu(Z2, alpha2)", ("alpha",)),
        ("prelu(x, alphas)", "prelu(Z2, alpha2)", ("alphas",)),
        ("swish(x, beta)", "swish(Z2, beta2)", ("beta",)),
        (" x * sigmoid(1.5 * x) ", "Z2 * sigmoid(1.5 * Z2)", ()),
        (
            "np.where(x > 0, x, alpha * np.expm1(x / beta))",
            "np.where(Z2 > 0, Z2, alpha2 * np.expm1(Z2 / beta2))",
            ("alpha", "beta"),
        ),
    ],
)
def test_applied_to_the_scores_of_a_layer(text, applied, learned):
    made = activation(text)
    assert (made.applied("Z2", 2), made.learned) == (applied, learned)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sigmod", "Did you mean `sigmoid`?"),
        ("huber", "the activation `huber` is unknown"),
        ("prelu(x, gamma)", "an activation has no variable `gamma`"),
        ("x * m", "an activation has no variable `m`"),
        ("x - np.mean(x)", "taken of each entry by itself; this has a `Sum` of several"),
        ("x @ x.T", "taken of each entry by itself"),
        ("x[0]", "taken of each entry by itself"),
        ("softmax(x)", "taken of each entry by itself; this has a `Softmax` of several"),
        ("1 / (1 + np.exp(-1))", "an activation is a formula in `x`"),
        ("x = 3", "an activation is one expression"),
        ("alpha * x + alphas", "for the layer or for each unit, not both"),
        ("__import__('os').system(x)", "the method `.system` is not read"),
        ("x if x > 0 else 0", "where"),
        ("np.sort(x)", "The order of entries jumps"),
        (0.5, "read from a text"),
        ("0 * x @ 3", "takes vectors and matrices"),
    ],
)
def test_what_is_no_activation_is_refused(text, message):
    with pytest.raises(ReadError) as caught:
        activation(text)
    assert message in str(caught.value)
