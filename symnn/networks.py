"""A model file as a chapter: the proof of its network's gradients, and the module that trains it.

The mathematics is that of symbolic sizes. Models that differ in sizes, optimiser or data alone share one derivation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from symnn.chapters import Chapter
from symnn.check.comparisons import entries
from symnn.check.finite_differences import CheckReport
from symnn.codegen import FunctionSpec, Header, content_hash, load_module
from symnn.codegen.training import Derived, Plan, training_module
from symnn.errors import SymnnError
from symnn.learn.initialisers import INITIALISERS
from symnn.learn.model import Layer, Model, read_model
from symnn.learn.model_text import described, model_text
from symnn.learn.network import Network, Program, program
from symnn.learn.optimisers import OPTIMISERS, decay_specification
from symnn.results.derivative import NOWHERE, Derivative, Offsets, Output
from symnn.results.problem import understand
from symnn.results.result import Result, derive


@dataclass(frozen=True)
class Derivation:
    """A network's text, the gradients of its objective, and what it gives and predicts, as functions of the same."""

    network: Network
    result: Result
    forward: Derivative
    prediction: Derivative

    def functions(self, offsets: Offsets = NOWHERE) -> dict[str, FunctionSpec]:
        """The functions that a training module is made of, under the names of the fields of `Derived`."""
        objective, gradients = self.result.functions(offsets)
        found = {"objective": objective, "gradients": gradients, "output": self.forward.specification(offsets)}
        if self.network.loss.link or self.network.loss.is_of_probabilities:
            found["probabilities"] = self.prediction.specification(offsets)
        return found


@dataclass(frozen=True, kw_only=True)
class ModelChapter(Chapter):
    """The chapter of a model file: one part, the result of `derive` on the text of its network."""

    model: Model
    derivation: Derivation

    def code(self) -> str:
        """The training module. Its lines have the chapter's numbers of equations."""
        content = content_hash(model_text(self.model), *(line for _, line in self.equations()))
        header = Header(self.title, self.made_from, content, self.command)
        offsets = {numbered.proof: numbered.offset for numbered in self.proofs()}
        optimiser, initialisation = self.model.optimiser, self.model.initialisation
        derived = Derived(
            **self.derivation.functions(offsets),
            update=OPTIMISERS[optimiser.name].specification(),
            decay=decay_specification(optimiser.decay),
            spread=INITIALISERS[initialisation.weights].specification(initialisation.scale),
        )
        return training_module(header, derived, plan(self.model, self.derivation.network))

    def check(self, module: Mapping[str, Any], seed: int = 0) -> CheckReport:
        """Compare the gradients of the module with differences of its loss, by every parameter of a small network.

        What is of float32 is compared as the same code of float64.
        """
        if self.model.dtype != "float64":
            twin = replace(self, model=replace(self.model, dtype="float64"))
            module = vars(load_module(twin.code(), self.name))
        problem = self.derivation.result.problem
        learned = {variable.name for variable in problem.wrt}

        def scaled(arrays: Sequence[Any]) -> tuple[dict[str, Any], dict[str, float]]:
            """The arrays by name, weights divided by √inputs, so that a deep network stays smooth; and what by."""
            found, factors = {}, {}
            for variable, array in zip(problem.parameters, arrays, strict=True):
                is_weights = variable.name in learned and variable.rank == 2
                factors[variable.name] = 1 / math.sqrt(len(array)) if is_weights else 1.0
                found[variable.name] = array * factors[variable.name]
            return found, factors

        def value(*arrays: Any) -> Any:
            return module["evaluate"](**scaled(arrays)[0])[0]

        def gradients(*arrays: Any) -> Any:
            given, factors = scaled(arrays)
            _, _, *found = module["differentiate"](**given)
            slopes = tuple(factors[variable.name] * slope for variable, slope in zip(problem.wrt, found, strict=True))
            return slopes if len(slopes) > 1 else slopes[0]

        return entries(value, gradients, problem.parameters, problem.wrt, seed=seed, bounds=problem.bounds)


def load_network(path: Path) -> ModelChapter:
    """The chapter of a model file, proved. Raises SymnnError with the file where it cannot be read or derived."""
    model = read_model(path)
    try:
        derivation = derived(model)
    except SymnnError as error:
        error.args = (f"{path}: {error}", *error.args[1:])
        raise
    return ModelChapter(
        name=path.stem,
        title=model.title,
        introduction=described(model),
        sources=model.rows or (),
        parts=(derivation.result,),
        made_from=f"models/{path.name}",
        model=model,
        derivation=derivation,
    )


# --- the mathematics ------------------------------------------------------------------------------------------------


def derived(model: Model) -> Derivation:
    """The derivation of a model's network. Raises SymnnError where the network cannot be derived."""
    regularisation = model.regularisation
    penalty = regularisation.penalty if regularisation.l2 else ""
    without_sizes = tuple(replace(layer, units=1) for layer in model.layers)
    return _derived(without_sizes, model.loss, penalty, regularisation.biases, model.class_weights is not None)


@lru_cache(maxsize=64)
def _derived(
    layers: tuple[Layer, ...], loss: str, penalty: str, penalise_biases: bool, class_weights: bool
) -> Derivation:
    network = program(layers, loss, penalty=penalty, penalise_biases=penalise_biases, class_weights=class_weights)
    objective = network.objective
    result = derive(objective.text, list(network.parameters), objective.shapes, objective.assumptions)
    forward = _value(network.forward, "output", "What the last layer gives.", result)
    prediction = _value(network.prediction, "probabilities", "What the network predicts.", result)
    return Derivation(network, result, forward, prediction)


def _value(text: Program, what: str, summary: str, result: Result) -> Derivative:
    """A function of the network, whose lines have the numbers of the equations of the result."""
    problem = understand(text.text, text.shapes, text.assumptions)
    output = Output("f", problem.objective, problem.rank, named=problem.program)
    return Derivative(problem, what, summary, result.theorems, (output,))


# --- the numbers ----------------------------------------------------------------------------------------------------


def plan(model: Model, network: Network) -> Plan:
    """What the training module needs to know of a model besides its mathematics."""
    optimiser, training = model.optimiser, model.training
    symbols = ["d", *(f"M{number}" for number in range(1, len(model.layers))), "k"]
    sizes = dict(zip(symbols, model.sizes, strict=True))
    constants: dict[str, float | tuple[float, ...]] = {}
    if "lam" in network.objective.shapes:
        constants["lam"] = model.regularisation.l2
    if model.class_weights is not None:
        constants["c"] = model.class_weights
    return Plan(
        inputs=model.inputs,
        outputs=model.layers[-1].units,
        shapes={name: tuple(sizes[size] for size in network.objective.shapes[name]) for name in network.parameters},
        labels=network.loss.labels,
        learning_rate=optimiser.learning_rate,
        epochs=training.epochs,
        batch=training.batch,
        seed=training.seed,
        validation=training.validation,
        patience=training.patience,
        settings=optimiser.settings,
        constants=constants,
        penalties=("lam",) if "lam" in constants else (),
        starts=network.starts,
        distribution=INITIALISERS[model.initialisation.weights].distribution,
        threshold=0.5 if network.loss.is_of_probabilities else 0.0,
        dtype=model.dtype,
    )
