"""A model written is read back as the same model, whatever it says; and what differs between two models."""

import tomllib
from dataclasses import replace
from types import MappingProxyType

from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.learn.datasets import PREPROCESSINGS
from symnn.learn.initialisers import INITIALISERS
from symnn.learn.model import (
    Data,
    Initialisation,
    Layer,
    Model,
    Optimiser,
    Regularisation,
    Training,
    parse_model,
)
from symnn.learn.model_text import model_differences, model_text
from symnn.learn.optimisers import OPTIMISERS
from symnn.learn.toml_lines import line_of

NUMBERS = st.floats(1e-12, 1e12)
COUNTS = st.integers(1, 1_000_000)
WORDS = st.text().map(lambda text: "".join(filter(str.isprintable, text)).strip()).filter(bool)
HIDDEN = st.sampled_from(["sigmoid", "tanh", "softmax", "prelu", "x", "x * sigmoid(1.5 * x)", "prelu(x, alphas)"])
LAST = st.sampled_from(
    [
        ("identity", "softmax_cross_entropy"),
        ("softmax", "sum_cross_entropy"),
        ("1/(1 + np.exp(-2*x))", "binary_cross_entropy"),
        ("relu", "np.sum(np.abs(A - Y)**3)/m"),
        ("gelu", "mean_squared_error"),
    ]
)


@st.composite
def optimisers(draw):
    record = OPTIMISERS[draw(st.sampled_from(sorted(OPTIMISERS)))]
    numbers = {
        name: draw(st.floats(setting.least, 0.5) | st.just(setting.default))
        for name, setting in record.settings.items()
    }
    decay = draw(st.sampled_from(["none", "inverse_sqrt", "1/(1 + 0.25*t)"]))
    return Optimiser(record.name, draw(NUMBERS), MappingProxyType(numbers), decay)


@st.composite
def trainings(draw, samples):
    validation = draw(st.floats(0, 0.5) | st.integers(1, samples - 1))
    left = samples - (validation if validation >= 1 else max(1, round(validation * samples)))
    return Training(
        draw(COUNTS),
        draw(st.none() | st.integers(1, left)),
        draw(st.integers(0, 2**32 - 1)),
        validation,
        draw(st.none() | COUNTS) if validation else None,
    )


@st.composite
def models(draw):
    preprocessing = st.sampled_from(PREPROCESSINGS)
    data = draw(
        st.none()
        | st.builds(Data, st.just("digits"), st.integers(2, 1438), st.none() | st.integers(1, 359), preprocessing)
    )
    hidden = draw(st.lists(st.builds(Layer, st.integers(1, 99), HIDDEN, st.booleans()), max_size=3))
    activation, loss = draw(LAST)
    units = 10 if data else draw(st.integers(2, 99))
    return Model(
        name="drawn",
        title=draw(WORDS),
        inputs=64 if data else draw(st.integers(1, 999)),
        layers=(*hidden, Layer(units, activation, draw(st.booleans()))),
        loss=loss,
        regularisation=Regularisation(
            draw(st.just(0.0) | NUMBERS), draw(st.sampled_from(["half", "whole"])), draw(st.booleans())
        ),
        initialisation=Initialisation(draw(st.sampled_from(sorted(INITIALISERS))), draw(NUMBERS)),
        optimiser=draw(optimisers()),
        training=draw(trainings(data.training if data else 5_000)),
        data=data,
        dtype=draw(st.sampled_from(["float64", "float32"])),
        class_weights=draw(st.none() | st.just((0.5,) * units)) if "cross_entropy" in loss else None,
    )


@settings(max_examples=60, deadline=None)
@given(models())
def test_a_written_model_reads_back(model):
    assert parse_model(model_text(model), "drawn") == model


@settings(max_examples=20, deadline=None)
@given(models(), st.data())
def test_the_line_of_every_key_is_found(model, data):
    """Comments and empty lines between them that look like keys do not mislead."""
    noise = st.sampled_from([[], [""], ["# units = 1"], ["# [[layers]]", "  "]])
    lines = [line for written in model_text(model).splitlines() for line in (*data.draw(noise), written)]
    text = "\n".join(lines)

    def check(found, path):
        for key, value in found.items() if isinstance(found, dict) else enumerate(found):
            place = line_of(text, (*path, key))
            if isinstance(value, dict):
                assert lines[place - 1].strip("[]") == [part for part in (*path, key) if isinstance(part, str)][-1]
            if isinstance(value, dict) or (isinstance(value, list) and isinstance(value[0], dict)):
                check(value, (*path, key))
            elif not isinstance(found, list):
                assert lines[place - 1].startswith(f"{key} = ")

    check(tomllib.loads(text), ())


@settings(max_examples=20, deadline=None)
@given(models(), models())
def test_models_differ_where_they_are_not_equal(old, new):
    assert model_differences(old, old) == []
    assert bool(model_differences(old, new)) == (old != new)


def test_differences_name_the_key_and_both_values():
    old = Model(
        "old", "Old", 2, (Layer(3, "tanh"),), "squared_error", Regularisation(), Initialisation(),
        Optimiser("gd", 0.5), Training(10), Data("xor"),
    )  # fmt: skip
    new = replace(
        old,
        layers=(Layer(3, "relu"), Layer(1, "identity", bias=False)),
        optimiser=Optimiser("momentum", 0.25, MappingProxyType({"momentum": 0.9})),
        training=replace(old.training, batch=4, patience=3),
        data=None,
    )
    assert model_differences(old, new) == [
        'layers[1].activation: "tanh" → "relu"',
        "layers[2].units: none → 1",
        'layers[2].activation: none → "identity"',
        "layers[2].bias: none → false",
        'optimiser.name: "gd" → "momentum"',
        "optimiser.learning_rate: 0.5 → 0.25",
        "optimiser.momentum: none → 0.9",
        'training.batch: "all" → 4',
        "training.patience: none → 3",
        'data.name: "xor" → none',
        'data.training: "all" → none',
        'data.test: "all" → none',
        'data.preprocessing: "none" → none',
    ]
