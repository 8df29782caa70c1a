"""The keys of a model file: one record each, from which files are checked and the page of all keys is made."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from symnn.learn.keys import LINE, TRUTH, Key, Table, Tables, constant, either, name_or_formula, number, one_of, whole

ACTIVATION_NAMES = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "swish", "gelu", "softmax")
LOSS_NAMES = ("softmax_cross_entropy", "cross_entropy", "binary_cross_entropy", "squared_error")
WEIGHT_NAMES = ("xavier", "he", "normal", "zeros")
OPTIMISER_SETTINGS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "gd": {},
        "sgd": {},
        "momentum": {"momentum": 0.9},
        "nesterov": {"momentum": 0.9},
        "adagrad": {"epsilon": 1e-8},
        "rmsprop": {"rho": 0.9, "epsilon": 1e-8},
        "adam": {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    }
)
DECAY_NAMES = ("none", "inverse_sqrt")


def _settings(optimiser: Mapping[str, Any]) -> tuple[Key, ...]:
    """The settings of the optimiser that is named; of all of them where none is, which is refused for that."""
    name = optimiser.get("name")
    named = OPTIMISER_SETTINGS.get(name) if isinstance(name, str) else None
    settings = named if named is not None else {key: 0.0 for each in OPTIMISER_SETTINGS.values() for key in each}
    kind = number(0, 1, "0.9", open_above=True)
    return tuple(Key(name, kind, "a setting", value) for name, value in settings.items())


LAYER = Table(
    (
        Key("units", whole(1, example="28"), "the number of its outputs"),
        Key(
            "activation",
            name_or_formula(ACTIVATION_NAMES, {"x": ("m", "n")}, "sigmoid"),
            "what is applied to each value, but softmax to each row",
        ),
        Key("bias", TRUTH, "whether a bias is added to each output", True),
    )
)
REGULARISATION = Table(
    (
        Key("l2", number(0, example="1e-4"), "λ of the penalty λ/2 · ∑ W²", 0.0),
        Key("biases", TRUTH, "whether the biases are penalised too", False),
    )
)
INITIALISATION = Table(
    (
        Key("weights", one_of(WEIGHT_NAMES), "how the weights begin", "xavier"),
        Key("scale", number(0, example="1.0", open_below=True), "a factor to that", 1.0),
    )
)
OPTIMISER = Table(
    (
        Key("name", one_of(tuple(OPTIMISER_SETTINGS)), "the rule of each step"),
        Key("learning_rate", number(0, example="0.01", open_below=True), "the length of a step"),
        Key(
            "decay",
            name_or_formula(DECAY_NAMES, {"t": ()}, "1/(1 + 0.1*t)"),
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
        Key("name", LINE, "the data set"),
        Key(
            "training", either(whole(1, example="5000"), constant("all", None)), "so many first training samples", "all"
        ),
        Key("test", either(whole(1, example="1000"), constant("all", None)), "so many first test samples", "all"),
        Key("standardise", TRUTH, "whether each input gets mean 0 and variance 1 over the training data", False),
    )
)
MODEL = Table(
    (
        Key("title", LINE, "the heading of its page"),
        Key("inputs", whole(1, example="784"), "the number of inputs"),
        Key("layers", Tables(LAYER), "the layers from the first to the last"),
        Key(
            "loss",
            name_or_formula(LOSS_NAMES, {"Z": ("m", "k"), "A": ("m", "k"), "Y": ("m", "k")}, "softmax_cross_entropy"),
            "what is minimised, over the samples of a batch",
        ),
        Key("regularisation", REGULARISATION, "the penalty on the weights", {}),
        Key("initialisation", INITIALISATION, "how the parameters begin", {}),
        Key("optimiser", OPTIMISER, "how the parameters change"),
        Key("training", TRAINING, "how long, and on what"),
        Key("data", DATA, "what `symnn run` trains on", None),
        Key("dtype", one_of(("float64", "float32")), "the type of all arrays", "float64"),
    )
)
