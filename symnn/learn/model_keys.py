"""The keys of a model file: one record each, from which files are checked and the page of all keys is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from symnn.learn.activations import activation
from symnn.learn.datasets import LABELLED, PREPROCESSINGS
from symnn.learn.initialisers import INITIALISERS
from symnn.learn.keys import (
    LINE,
    TRUTH,
    Key,
    Table,
    Tables,
    arrays_of,
    constant,
    either,
    number,
    one_of,
    understood,
    whole,
)
from symnn.learn.losses import loss
from symnn.learn.network import PENALTIES
from symnn.learn.optimisers import OPTIMISERS, decay_specification

FORMS = ", ".join(f"{name} {text.replace('lam', 'λ').replace(' ', '')}" for name, text in PENALTIES.items())


def _settings(optimiser: Mapping[str, Any]) -> tuple[Key, ...]:
    """The settings of the optimiser that is named; of all of them where none is, which is refused for that."""
    name = optimiser.get("name")
    named = [OPTIMISERS[name]] if isinstance(name, str) and name in OPTIMISERS else OPTIMISERS.values()
    settings = {name: setting for each in named for name, setting in each.settings.items()}
    return tuple(
        Key(
            name,
            number(setting.least, setting.bound, repr(setting.default), open_above=True),
            setting.meaning,
            setting.default,
        )
        for name, setting in settings.items()
    )


LAYER = Table(
    (
        Key("units", whole(1, example="28"), "the number of its outputs"),
        Key(
            "activation",
            understood("a name, or a formula in x", "sigmoid", activation),
            "what is applied to each value, but softmax to each row",
        ),
        Key("bias", TRUTH, "whether a bias is added to each output", True),
    )
)
REGULARISATION = Table(
    (
        Key("l2", number(0, example="1e-4"), "λ, which multiplies the sum of the squares of the weights", 0.0),
        Key("penalty", one_of(tuple(PENALTIES)), f"how it does: {FORMS}", "half"),
        Key("biases", TRUTH, "whether the biases are penalised too", False),
    )
)
INITIALISATION = Table(
    (
        Key("weights", one_of(tuple(INITIALISERS), "xavier"), "how the weights begin", "xavier"),
        Key("scale", number(0, example="1.0", open_below=True), "a factor to that", 1.0),
    )
)
OPTIMISER = Table(
    (
        Key("name", one_of(tuple(OPTIMISERS), "adam"), "the rule of each step"),
        Key("learning_rate", number(0, example="0.01", open_below=True), "the length of a step"),
        Key(
            "decay",
            understood("a name, or a formula in t", "1/(1 + 0.1*t)", decay_specification),
            "what the learning rate is multiplied by after t epochs",
            "none",
        ),
    ),
    _settings,
    "settings",
)
TRAINING = Table(
    (
        Key("epochs", whole(1, example="30"), "how often the training data are gone through"),
        Key("batch", either(whole(1, example="32"), constant("all", None)), "the samples of one step", "all"),
        Key("seed", whole(0, 2**32 - 1), "of all random numbers", 0),
        Key(
            "validation",
            either(number(0, 1, "0.2", open_above=True), whole(1)),
            "the part of the training data, or the count of samples, that is held back to tell when to stop",
            0.0,
        ),
        Key("patience", whole(1, example="5"), "the epochs without improvement after which to stop", None),
    )
)
DATA = Table(
    (
        Key("name", one_of(tuple(LABELLED), "fashion-mnist"), "the data set"),
        Key(
            "training", either(whole(1, example="5000"), constant("all", None)), "so many first training samples", "all"
        ),
        Key("test", either(whole(1, example="1000"), constant("all", None)), "so many first test samples", "all"),
        Key(
            "preprocessing",
            one_of(PREPROCESSINGS),
            "whether each input gets mean 0, or mean 0 and variance 1, over the training samples",
            "none",
        ),
    )
)


def _inputs(example: str) -> Key:
    return Key("inputs", whole(1, example=example), "the number of inputs")


INPUTS = _inputs("784")
MODEL = Table(
    (
        Key("title", LINE, "the heading of its page"),
        Key("rows", arrays_of(LINE), "the rows of the source documents that it shows", None),
        INPUTS,
        Key("layers", Tables(LAYER), "the layers from the first to the last"),
        Key(
            "loss",
            understood("a name, or a formula in A and Y", "softmax_cross_entropy", loss),
            "what is minimised, over the samples of a batch",
        ),
        Key("class_weights", arrays_of(number(0, example="1.0")), "what a sample of each class counts", None),
        Key("regularisation", REGULARISATION, "the penalty on the weights", {}),
        Key("initialisation", INITIALISATION, "how the parameters begin", {}),
        Key("optimiser", OPTIMISER, "how the parameters change"),
        Key("training", TRAINING, "how long, and on what"),
        Key("data", DATA, "what `symnn run` trains on", None),
        Key("dtype", one_of(("float64", "float32")), "the type of all arrays", "float64"),
    )
)


def keys_for(document: Mapping[str, Any]) -> Table:
    """The keys of a model, in which the example of `inputs` is the number that the data set of a document has."""
    data = document.get("data")
    name = data.get("name") if isinstance(data, Mapping) else None
    if not isinstance(name, str) or name not in LABELLED:
        return MODEL
    inputs = _inputs(str(LABELLED[name].inputs))
    return replace(MODEL, keys=tuple(inputs if key is INPUTS else key for key in MODEL.keys))
