"""A model file: the network, its loss, and how it is trained, as plain data that was checked.

The text is TOML. Every key is one record of the tables in `model_keys.py`; a key that is not there is refused.
"""

from __future__ import annotations

import keyword
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from symnn.codegen import emit_function_module, load_module
from symnn.errors import ModelError, SymnnError
from symnn.learn.activations import LEARNED, activation
from symnn.learn.datasets import LabelledData, labelled
from symnn.learn.keys import Refusal
from symnn.learn.losses import loss
from symnn.learn.model_keys import keys_for
from symnn.learn.network import program
from symnn.learn.optimisers import decay_specification
from symnn.learn.toml_lines import line_of

LONGEST_FILE = 200_000
MOST_PARAMETERS = 100_000_000
MOST_DECAYS = 1_000
"""In so many first epochs, and in the last one, the decay of the learning rate is looked at."""


@dataclass(frozen=True)
class Layer:
    """Z = A·W + b and then the activation: a name of the table, or a formula in x such as ``x * sigmoid(1.5 * x)``."""

    units: int
    activation: str
    bias: bool = True


@dataclass(frozen=True)
class Regularisation:
    """The penalty on the squares of the weights, and of the biases where `biases` is true.

    `penalty` is the form of the factor, with λ = `l2`, one of `symnn.learn.network.PENALTIES`: ``half`` is λ/2.
    """

    l2: float = 0.0
    penalty: str = "half"
    biases: bool = False


@dataclass(frozen=True)
class Initialisation:
    """How the weights begin; the biases begin at zero. `scale` multiplies what the name says."""

    weights: str = "xavier"
    scale: float = 1.0


@dataclass(frozen=True)
class Optimiser:
    """An optimiser by its name, with its settings; `decay` is a name, or a formula in t, the epochs that are done."""

    name: str
    learning_rate: float
    settings: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    decay: str = "none"


@dataclass(frozen=True)
class Training:
    """`batch` is None for all samples at once, `validation` a fraction of the training data or a count of samples.

    Training stops after `patience` epochs without a better loss on the validation data; None: never.
    """

    epochs: int
    batch: int | None = None
    seed: int = 0
    validation: float | int = 0
    patience: int | None = None


@dataclass(frozen=True)
class Data:
    """A data set, and how many of its first training and test samples are used; None: all."""

    name: str
    training: int | None = None
    test: int | None = None
    preprocessing: str = "none"


@dataclass(frozen=True)
class Model:
    """What a model file says. `name` is the stem of the file; `loss` a name, or a formula in Z or A and Y.

    Z and A are the values of the last layer before and after its activation, Y the targets. Samples are rows.
    With `class_weights`, a sample counts by the weight of its class. `rows` are those of the source documents.
    Without `data` the network is derived and emitted, but not trained by `symnn run`.
    """

    name: str
    title: str
    inputs: int
    layers: tuple[Layer, ...]
    loss: str
    regularisation: Regularisation
    initialisation: Initialisation
    optimiser: Optimiser
    training: Training
    data: Data | None = None
    dtype: str = "float64"
    class_weights: tuple[float, ...] | None = None
    rows: tuple[str, ...] | None = None

    @property
    def sizes(self) -> tuple[int, ...]:
        """The input size and the units of each layer: ``(784, 28, 10)``."""
        return (self.inputs, *(layer.units for layer in self.layers))

    @property
    def parameters(self) -> int:
        """How many numbers are learned: weights, biases, and parameters of activations."""
        count = 0
        for inputs, layer in zip(self.sizes, self.layers, strict=False):
            of_units = [LEARNED[name][1] for name in activation(layer.activation).learned]
            count += (inputs + layer.bias + sum(of_units)) * layer.units + of_units.count(False)
        return count


def read_model(path: Path) -> Model:
    """The model of a file. Raises ModelError with file and line where it is missing, no TOML, or not understood."""
    return parse_model(_text(path), path.stem, str(path))


def parse_model(text: str, name: str, file: str = "model") -> Model:
    """The model of a text. Raises ModelError as `read_model` does; `file` is what its messages call the text."""
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ModelError(f"{file}: a model's file is named like a Python module, found {name!r}; write my_model.toml")
    try:
        document = tomllib.loads(text)
    except RecursionError:
        raise ModelError(f"{file} is no model file: its arrays or tables are nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        raise ModelError(_no_toml(file, text, str(error))) from None
    try:
        model = _model(name, keys_for(document).check(document))
        _check_together(model)
    except Refusal as refusal:
        raise ModelError(f"{_place(file, text, refusal)}: {refusal}") from None
    return model


def _text(path: Path) -> str:
    if path.is_dir():
        raise ModelError(f"{path} is a folder; a model is one file, such as models/{path.name}.toml")
    try:
        found = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from None
    if len(found) > LONGEST_FILE:
        raise ModelError(f"{path} is no model file: it has {len(found):,} bytes; at most {LONGEST_FILE:,} are read")
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = found[: error.start].count(b"\n") + 1
        raise ModelError(
            f"{path}, line {line}: a model file is UTF-8 text, found byte {error.start} to be none"
        ) from None


def _no_toml(file: str, text: str, said: str) -> str:
    """What the parser says, with its place in front; at the end of the document that is the last line."""
    reason, _, place = said.removesuffix(")").partition(" (at ")
    if not place.startswith("line "):
        place = f"line {text.rstrip().count(chr(10)) + 1}, at its end"
    return f"{file}, {place}: this is no TOML: {reason}"


def _place(file: str, text: str, refusal: Refusal) -> str:
    """The file, and the line of the nearest table or key that the text has."""
    path = refusal.path
    while path:
        line = line_of(text, path)
        if line is not None:
            return f"{file}, line {line}"
        path = path[:-1]
    return file


def _model(name: str, found: Mapping[str, Any]) -> Model:
    return Model(
        name=name,
        title=found["title"],
        rows=found["rows"],
        inputs=found["inputs"],
        layers=tuple(Layer(**layer) for layer in found["layers"]),
        loss=found["loss"],
        regularisation=Regularisation(**found["regularisation"]),
        initialisation=Initialisation(**found["initialisation"]),
        optimiser=Optimiser(**found["optimiser"]),
        training=Training(**found["training"]),
        class_weights=found["class_weights"],
        data=Data(**found["data"]) if found["data"] is not None else None,
        dtype=found["dtype"],
    )


# --- what single keys cannot tell -----------------------------------------------------------------------------------


def _check_together(model: Model) -> None:
    """Raises Refusal where keys that are right by themselves do not fit each other."""
    if model.parameters > MOST_PARAMETERS:
        said = f"the network has {model.parameters:,} parameters; at most {MOST_PARAMETERS:,} are emitted"
        raise Refusal(("layers",), f"{said}: write fewer units")
    _check_loss(model)
    _check_decay(model.optimiser.decay, model.training.epochs)
    if model.training.patience is not None and not model.training.validation:
        raise Refusal(
            ("training", "patience"),
            "training stops early by the loss on a validation split, and there is none: write validation = 0.2",
        )
    if model.data is not None:
        data = labelled(model.data.name)
        _check_network(model, data)
        _check_taken(model.data, data)
        _check_split(model.training, model.data.training or data.sizes[0])


def _check_loss(model: Model) -> None:
    last, place = model.layers[-1], len(model.layers) - 1
    weights = model.class_weights
    try:
        objective = program(model.layers, model.loss, class_weights=weights is not None).objective
    except SymnnError as error:
        raise Refusal(("loss",), str(error)) from None
    if "v" in objective.shapes:
        raise Refusal(("loss",), "v stands for the weights of samples, which a model file does not have: leave it out")
    if "c" in objective.shapes and weights is None:
        raise Refusal(("loss",), "c stands for the weights of classes: write class_weights = [1.0, …], too")
    if weights is not None and len(weights) != last.units:
        raise Refusal(
            ("class_weights",), f"there is one weight for each of the {last.units} outputs, found {len(weights)}"
        )
    if last.units == 1 and "softmax" in (loss(model.loss).link, last.activation):
        raise Refusal(
            ("layers", place, "units"),
            "the softmax of one unit is always 1: write a unit for each class, or the loss "
            '"binary_cross_entropy" after the activation "sigmoid"',
        )


def _check_decay(decay: str, epochs: int) -> None:
    """Raises Refusal unless the learning rate is multiplied by a finite number, not below 0, in every epoch."""
    function = load_module(emit_function_module(decay_specification(decay)), "decay").decay
    with np.errstate(all="ignore"):
        for t in dict.fromkeys((*range(min(epochs, MOST_DECAYS)), epochs - 1)):
            multiplier = float(function(float(t)))
            if not 0 <= multiplier < math.inf:
                raise Refusal(
                    ("optimiser", "decay"),
                    f"{decay}, by which the learning rate is multiplied, is {multiplier:g} at t = {t} epochs; "
                    "write a formula with finite values from 0 on, such as 1/(1 + 0.1*t)",
                )


def _check_network(model: Model, data: LabelledData) -> None:
    if model.inputs != data.inputs:
        raise Refusal(
            ("inputs",), f"{data.name} has {data.inputs} inputs, found {model.inputs}; write inputs = {data.inputs}"
        )
    classes, units = len(data.classes), model.layers[-1].units
    one_output = classes == 2 and loss(model.loss).labels != "onehot rows"
    if units != classes and not (one_output and units == 1):
        wanted = f"1 or {classes}" if one_output else str(classes)
        raise Refusal(
            ("layers", len(model.layers) - 1, "units"),
            f"{data.name} has {classes} classes, so the last layer has {wanted} units; found {units}",
        )


def _check_taken(taken: Data, data: LabelledData) -> None:
    """Raises Refusal where more samples are asked for than a data set has."""
    for part, count, size in zip(("training", "test"), (taken.training, taken.test), data.sizes, strict=True):
        if count is not None and count > size:
            raise Refusal(
                ("data", part),
                f"{data.name} has {size:,} {part} samples, found {count:,}; write a number from 1 to {size:,}, "
                f'or {part} = "all"',
            )


def _check_split(training: Training, samples: int) -> None:
    """Raises Refusal where more samples are held out, or taken for a step, than there are."""
    validation = training.validation
    held_out = max(1, round(validation * samples)) if 0 < validation < 1 else int(validation)
    left = samples - held_out
    if left < 1:
        raise Refusal(
            ("training", "validation"),
            f"{held_out:,} samples for validation leave none of the {samples:,} training samples to learn from, found "
            f"validation = {validation}; write a part such as 0.2",
        )
    if training.batch is not None and training.batch > left:
        without = f", of which validation holds out {held_out:,}" if held_out else ""
        raise Refusal(
            ("training", "batch"),
            f"a batch of {training.batch:,} is larger than the {left:,} samples to learn from: there are {samples:,} "
            f'training samples{without}; write a number from 1 to {left:,}, or batch = "all"',
        )
