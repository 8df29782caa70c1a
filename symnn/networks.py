"""A model file as a chapter: the proof of its network's gradients, and the module that is emitted from it.

The mathematics is that of symbolic sizes. Models that differ in sizes, optimiser or data alone share one derivation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from symnn.chapters import Chapter, Part
from symnn.codegen import FunctionSpec, Header, content_hash, emit_module
from symnn.derivative import NOWHERE, Derivative, Offsets, Output
from symnn.errors import SymnnError
from symnn.learn.model import Layer, Model, read_model
from symnn.learn.model_text import model_text
from symnn.learn.network import Network, Program, program
from symnn.problem import understand
from symnn.result import Result, derive


@dataclass(frozen=True)
class Derivation:
    """A network's text, the gradients of its objective, and what it gives and predicts, as functions of the same."""

    network: Network
    result: Result
    forward: Derivative
    prediction: Derivative

    def functions(self, offsets: Offsets = NOWHERE) -> tuple[FunctionSpec, ...]:
        """`forward` and `prediction` of the inputs, then `loss` and `gradients` of inputs and labels."""
        loss, gradients = self.result.functions(offsets)
        return (
            *self.forward.functions(offsets),
            *self.prediction.functions(offsets),
            replace(loss, name="loss", summary="The objective: the loss and the penalty."),
            replace(
                gradients, name="gradients", summary="The gradients of the objective, in the order of its parameters."
            ),
        )


@dataclass(frozen=True, kw_only=True)
class ModelChapter(Chapter):
    """The chapter of a model file: one part, the result of `derive` on the text of its network."""

    model: Model
    derivation: Derivation

    def functions(self) -> list[FunctionSpec]:
        """What the module is made of; their equations have the chapter's numbers."""
        return list(self.derivation.functions({numbered.proof: numbered.offset for numbered in self.proofs()}))

    def checked(self, part: Part) -> str:
        return "gradients"

    def code(self) -> str:
        content = content_hash(model_text(self.model), *(line for _, line in self.equations()))
        header = Header(self.title, self.made_from, content, self.command)
        return emit_module(header, self.functions(), self.model.dtype)


def load_network(path: Path) -> ModelChapter:
    """The chapter of a model file, proved. Raises SymnnError with the file where it cannot be read or derived."""
    model = read_model(path)
    try:
        derivation = derived(model)
    except SymnnError as error:
        error.args = (f"{path}: {error}", *error.args[1:])
        raise
    introduction = described(model)
    parts = (derivation.result,)
    return ModelChapter(
        name=path.stem,
        title=model.title,
        introduction=introduction,
        sources=(),
        parts=parts,
        made_from=f"models/{path.name}",
        model=model,
        derivation=derivation,
    )


def derived(model: Model) -> Derivation:
    """The derivation of a model's network. Raises SymnnError where the network cannot be derived."""
    regularisation = model.regularisation
    penalty = regularisation.penalty if regularisation.l2 else ""
    without_sizes = tuple(replace(layer, units=1) for layer in model.layers)
    return _derived(without_sizes, model.loss, penalty, regularisation.biases)


@lru_cache(maxsize=64)
def _derived(layers: tuple[Layer, ...], loss: str, penalty: str, penalise_biases: bool) -> Derivation:
    network = program(layers, loss, penalty=penalty, penalise_biases=penalise_biases)
    objective = network.objective
    result = derive(objective.text, list(network.parameters), objective.shapes, objective.assumptions)
    forward = _value(network.forward, "forward", "What the last layer gives.", result)
    prediction = _value(network.prediction, "prediction", "What the network predicts.", result)
    return Derivation(network, result, forward, prediction)


def _value(text: Program, what: str, summary: str, result: Result) -> Derivative:
    """A function of the network, whose lines have the numbers of the equations of the result."""
    problem = understand(text.text, text.shapes, text.assumptions)
    return Derivative(problem, what, summary, result.theorems, (Output("f", problem.objective, problem.rank),))


def described(model: Model) -> str:
    """The network and its training in words."""
    optimiser, training = model.optimiser, model.training
    layers = ", ".join(
        f"{layer.units:,} units ({layer.activation}{'' if layer.bias else ', no bias'})" for layer in model.layers
    )
    batch = "all samples at once" if training.batch is None else f"batches of {training.batch:,}"
    penalised = "all parameters" if model.regularisation.biases else "the weights"
    penalty = f" with λ = {model.regularisation.l2:g} on {penalised}" if model.regularisation.l2 else ""
    return (
        f"{model.inputs:,} inputs, then {layers}: {model.parameters:,} parameters. The loss is {model.loss}{penalty}. "
        f"It is trained by {optimiser.name} with learning rate {optimiser.learning_rate:g}, {batch}, "
        f"for at most {training.epochs:,} epochs."
    )
