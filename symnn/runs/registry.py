"""The registry of runs: what `symnn run NAME` executes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from symnn.errors import DataError
from symnn.formula import Derivations
from symnn.near import near
from symnn.runs.classification import circles, convergence, hinge, logic, logistic, margins, perceptron, softmax
from symnn.runs.descent import (
    conjugate_gradients,
    constant_steps,
    decay,
    look_ahead,
    mini_batches,
    newton,
    optimisers,
    second_order,
    step_sizes,
    wrong_end,
)
from symnn.runs.networks import (
    activations,
    backpropagation,
    chain_rules,
    fashion,
    fashion_sample,
    gd_and_sgd,
    gradient_check,
    graphs,
    initialisation,
    model_data,
    recipe,
    scaled,
    two_layers,
    updates,
)
from symnn.runs.regression import curves, features, least_squares, norms, probability, ridge, vector_calculus
from symnn.runs.report import Report
from symnn.runs.run import Options, Run, Sources


def _of_formulas(execute: Callable[[Derivations], Report]) -> Callable[[Sources, Options], Report]:
    """A run of formulas alone, which has no options."""
    return lambda sources, _: execute(sources)


RUNS: Mapping[str, Run] = MappingProxyType(
    {
        run.name: run
        for run in (
            Run("commute", _of_formulas(least_squares.commute), ("L1", "B1", "B2")),
            Run("one-variable", _of_formulas(least_squares.one_variable), ("L2",)),
            Run("polynomial", _of_formulas(curves.polynomial), ("L3", "L4", "B5")),
            Run("ridge", _of_formulas(ridge.ridge), ("L5", "B6")),
            Run("probability", _of_formulas(probability.probability), ("L6", "L7", "L8")),
            Run("vector-calculus", _of_formulas(vector_calculus.vector_calculus), ("B3",)),
            Run("norms", _of_formulas(norms.norms), ("B7",)),
            Run("perceptron", perceptron.perceptron, ("L9", "L10", "B12")),
            Run("descent", _of_formulas(constant_steps.descent), ("B8",)),
            Run("mini-batches", _of_formulas(mini_batches.mini_batches), ("B10", "B11")),
            Run("step-sizes", _of_formulas(step_sizes.step_sizes), ("B9",)),
            Run("updates", _of_formulas(updates.updates), ("B17", "L22")),
            Run("gd-and-sgd", gd_and_sgd.gd_and_sgd, ("L22",)),
            Run("margins", margins.margins, ("B4", "B12")),
            Run("features", _of_formulas(features.features), ("S1",)),
            Run("activations", _of_formulas(activations.activations), ("L14", "S6", "B16")),
            Run("chain-rules", _of_formulas(chain_rules.chain_rules), ("L16",)),
            Run("two-layers", _of_formulas(two_layers.two_layers), ("H2", "H3", "H4")),
            Run("graphs", _of_formulas(graphs.graphs), ("L18", "L19", "L20", "B14", "B18", "S8", "S9")),
            Run("convergence", convergence.convergence, ("L11",)),
            Run("logistic", logistic.logistic, ("L12", "S7")),
            Run("hinge", hinge.hinge, ("B11",)),
            Run("classes", softmax.classes, ("S5",)),
            Run("newton", _of_formulas(newton.newton), ("S11",)),
            Run("conjugate-gradients", _of_formulas(conjugate_gradients.conjugate_gradients), ("S11",)),
            Run("second-order", _of_formulas(second_order.second_order), ("S11",)),
            Run("gradient-check", _of_formulas(gradient_check.gradient_check), ("S12",)),
            Run("optimisers", optimisers.optimisers, ("S10",)),
            Run("look-ahead", _of_formulas(look_ahead.look_ahead), ("S10",)),
            Run("decay", decay.decay, ("S10",)),
            Run("amsgrad", _of_formulas(wrong_end.amsgrad), ("S10",)),
            Run("xor", logic.xor, ("S4",)),
            Run("circles", circles.circles, ("H1",)),
            Run("iris", model_data.of_model("iris", at_least=0.9)),
            Run("digits", model_data.of_model("digits", at_least=0.95), ("S5",)),
            Run("networks", backpropagation.networks, ("L13", "L15", "L17", "B13", "B15", "B19", "S3", "S7")),
            Run("recipe", recipe.recipe, ("S14",)),
            Run("initialisation", initialisation.initialisation, ("S13",)),
            Run("scaled-network", scaled.scaled_network, ("L21",)),
            Run("fashion-mnist-sample", fashion_sample.fashion_mnist_sample, ("L23",), has_files=True),
            Run("fashion-mnist", fashion.fashion_mnist, ("L22", "L23"), has_files=True, is_long=True),
        )
    }
)


def find_run(name: str, sources: Sources) -> Run:
    """A run by its name, or that of a model with data. Raises DataError for an unknown name."""
    if name in RUNS:
        return RUNS[name]
    models = [model for model in sources.models() if sources.model(model).data is not None]
    if name in models:
        return Run(name, model_data.of_model(name), has_files=True)
    meant = near(name, [*RUNS, *models])
    others = f"; the models with data are {', '.join(models)}" if models else ""
    known = f"did you mean {meant}?" if meant else f"there are {', '.join(RUNS)}{others}"
    raise DataError(f"there is no run {name!r}; {known}")
