"""A network as the NumPy text of its objective: one named definition a line, for any layers, loss, penalty and weights.

Samples are rows. The sizes are symbolic: m samples, d inputs, M1, M2, … units, k outputs. The activation of the last
layer stands in the loss, so that what both make of each other is found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Protocol, TypeAlias

from symnn.errors import SymnnError
from symnn.learn.activations import LEARNED, STARTS, Activation, activation
from symnn.learn.expression import Expression
from symnn.learn.losses import Loss, loss

PENALTIES: Mapping[str, str] = MappingProxyType({"half": "lam / 2", "half mean": "lam / (2 * m)", "whole": "lam"})
"""What ‖W‖² is multiplied by: λ/2 (L15), λ/2m (S7), λ (B6)."""

OF_THE_LOSS: Mapping[str, tuple[str, ...]] = MappingProxyType({"Y": ("m", "k"), "v": ("m",), "c": ("k",), "lam": ()})
"""The shapes of the labels, of the weights of samples and of classes, and of λ."""

Shapes: TypeAlias = Mapping[str, tuple[str, ...]]

WITNESSES = tuple(Fraction(point) for point in (-3, -1, Fraction(-1, 3), Fraction(1, 3), 1, 3))
"""Where the last activation is looked at before it is taken for a probability."""


class Layer(Protocol):
    """What is asked of a layer here: the name or formula of its activation, and whether it has biases."""

    @property
    def activation(self) -> str: ...

    @property
    def bias(self) -> bool: ...


@dataclass(frozen=True)
class Program:
    """A NumPy text with what `symnn.derive` takes with it: the shapes of its variables, and what is assumed of them."""

    text: str
    shapes: Mapping[str, tuple[str, ...]]
    assumptions: Mapping[str, str]


@dataclass(frozen=True)
class Network:
    """A network in symbolic sizes.

    `forward` is what the last layer gives; `prediction` its probabilities, where the loss is of logits, else the same;
    `objective` the loss with its penalty. `parameters` are the names of all that is learned, in order: W1, b1, alpha1,
    W2, …; `starts` are the values that learned parameters of activations begin with.
    """

    objective: Program
    forward: Program
    prediction: Program
    parameters: tuple[str, ...]
    starts: Mapping[str, float]
    loss: Loss


def program(
    layers: Sequence[Layer],
    loss_text: str,
    *,
    penalty: str = "",
    penalise_biases: bool = False,
    class_weights: bool = False,
    sample_weights: bool = False,
) -> Network:
    """The network of these layers with a loss (L13, L15, S3, S7, H2, H3).

    `penalty` is one of PENALTIES, or "" for none; its λ is the variable `lam`. Weights of classes are `c`, of samples
    `v`; the labels are `Y`. Raises SymnnError where an activation, the loss or the penalty is not understood, or where
    the last activation and the loss do not fit.
    """
    if not layers:
        raise SymnnError("a network has at least one layer")
    activations = [_understood(layer, number) for number, layer in enumerate(layers, 1)]
    chosen = loss(loss_text)
    _check_pair(activations[-1], chosen)
    shapes = _shapes(layers, activations)
    *definitions, output = _forward(layers, activations)
    measured = chosen.objective(output, f"Z{len(layers)}", class_weights=class_weights, sample_weights=sample_weights)
    letters = "Wb" if penalise_biases else "W"
    penalised = {f"{letter}{number}" for number in range(1, len(layers) + 1) for letter in letters}
    squared = [name for name in shapes if name in penalised]
    objective = " + ".join([measured, *_penalty(penalty, squared)])
    predicted = activation(chosen.link).applied(output, len(layers)) if chosen.link else output
    learned = tuple(name for name in shapes if name != "X")
    return Network(
        objective=_with_data(definitions, objective, shapes, chosen),
        forward=_program(definitions, output, shapes, {}),
        prediction=_program(definitions, predicted, shapes, {}),
        parameters=learned,
        starts=_starts(activations),
        loss=chosen,
    )


def _understood(layer: Layer, number: int) -> Activation:
    try:
        return activation(layer.activation)
    except SymnnError as error:
        raise type(error)(f"layer {number}: {error}") from error


def _check_pair(last: Activation, chosen: Loss) -> None:
    """Raises SymnnError where probabilities are taken for logits, or other numbers for probabilities."""
    if chosen.link and last.text == activation(chosen.link).text:
        raise SymnnError(
            f"{chosen.name} is of logits and makes probabilities of them itself: write the last activation identity, "
            f"or keep {chosen.link} and write the loss {'binary_' if chosen.link == 'sigmoid' else ''}cross_entropy"
        )
    if not chosen.is_of_probabilities or last.is_along_rows:
        return
    for point in WITNESSES:
        value = last.at(point)
        if not 0 <= value <= 1:
            instead = "softmax or sigmoid" if chosen.labels == "onehot rows" else "sigmoid"
            raise SymnnError(
                f"{chosen.name} is of probabilities, and the last activation {last.text} is {value:.4g} at {point}: "
                f"write {instead}, or a loss of logits with identity"
            )


def _shapes(layers: Sequence[Layer], activations: Sequence[Activation]) -> dict[str, tuple[str, ...]]:
    """The shapes of the inputs and of all that is learned, layer by layer."""
    sizes = ["d", *(f"M{number}" for number in range(1, len(layers))), "k"]
    made: dict[str, tuple[str, ...]] = {"X": ("m", "d")}
    for number, (layer, function) in enumerate(zip(layers, activations, strict=True), 1):
        before, after = sizes[number - 1 : number + 1]
        made[f"W{number}"] = (before, after)
        if layer.bias:
            made[f"b{number}"] = (after,)
        for name in function.learned:
            short, is_of_units = LEARNED[name]
            made[f"{short}{number}"] = (after,) if is_of_units else ()
    return made


def _starts(activations: Sequence[Activation]) -> Mapping[str, float]:
    found = {
        f"{LEARNED[name][0]}{number}": STARTS[LEARNED[name][0]]
        for number, function in enumerate(activations, 1)
        for name in function.learned
    }
    return MappingProxyType(found)


def _forward(layers: Sequence[Layer], activations: Sequence[Activation]) -> list[str]:
    """The definitions of all layers, and last the expression that the last one gives."""
    lines, value = [], "X"
    for number, (layer, function) in enumerate(zip(layers, activations, strict=True), 1):
        lines.append(f"Z{number} = {value} @ W{number}" + (f" + b{number}" if layer.bias else ""))
        value = function.applied(f"Z{number}", number)
        if number < len(layers) and not function.is_identity:
            lines.append(f"A{number} = {value}")
            value = f"A{number}"
    return [*lines, value]


def _penalty(kind: str, squared: Sequence[str]) -> list[str]:
    if not kind:
        return []
    if kind not in PENALTIES:
        raise SymnnError(f"the penalty is one of {', '.join(PENALTIES)}; found {kind!r}")
    return [f"{PENALTIES[kind]} * ({' + '.join(f'np.sum({name}**2)' for name in squared)})"]


def _with_data(definitions: Sequence[str], objective: str, shapes: Shapes, chosen: Loss) -> Program:
    """The program of the objective, with the labels, the weights and the λ that it has."""
    used = Expression(objective, "an objective").names()
    given = {name: shape for name, shape in OF_THE_LOSS.items() if name in used}
    assumed: dict[str, str] = {"Y": chosen.labels} if chosen.labels else {}
    assumed |= {"lam": "nonnegative"} if "lam" in given else {}
    return _program(definitions, objective, {**shapes, **given}, assumed)


def _program(definitions: Sequence[str], value: str, shapes: Shapes, assumed: Mapping[str, str]) -> Program:
    return Program("\n".join([*definitions, value]), MappingProxyType(dict(shapes)), MappingProxyType(dict(assumed)))
