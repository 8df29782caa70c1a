"""Fashion-MNIST (L21 to L23): activations by optimisers, descent by all samples or by few, and attempts to do better.

Everything is chosen by validation samples, which are cut from the training samples; test samples are read at the end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from symnn.errors import TrainingError
from symnn.learn.model import Data, Model
from symnn.learn.model_text import model_differences
from symnn.learn.training import Job, Networks, Trained, data_of, given_samples, jobs_of, train_all
from symnn.plots import Panel, Plot
from symnn.processes import processors
from symnn.runs.final import scores_on_test_samples
from symnn.runs.report import Claim, Report
from symnn.runs.run import Options, curve, mean_of, percent, settings_of

ACTIVATIONS = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}
METHODS = {"gd": "GD", "sgd": "SGD", "minibatch": "mini-batches", "adam": "Adam"}
ATTEMPT = "fashion_mnist_attempt_"
BEST_OF_TABLE, BEST_OF_HISTORY = 0.835, 0.845
"""What the best of the table, and of the history, must reach on the first 1,000 test images, chosen by validation."""

Trainings = Mapping[str, Sequence[Trained]]


@dataclass(frozen=True)
class Attempt:
    """A model of the history: what it changes against the best one before it, which is None for the first."""

    title: str
    against: int | None
    changes: tuple[str, ...]


def fashion_mnist(networks: Networks, options: Options) -> Report:
    """Train the networks of the table and of the history from all seeds, choose by validation, and report."""
    table = table_of_models()
    attempts = [name for name in networks.models() if name.startswith(ATTEMPT)]
    options.watcher.say(_plan(len(table), len(attempts), options.seeds))
    data = data_in_common([networks.model(name) for name in (*table, *attempts)])
    if not attempts:
        raise TrainingError(f"there is no attempt to do better; write one as models/{ATTEMPT}01.toml")
    jobs = jobs_of(networks, [*table, *attempts], options.seeds, options.folder)
    trained = train_all(jobs, options.watcher)
    chosen = [best_by_validation(names, trained) for names in (table, attempts)]
    again = train_all([job for name in chosen for job in with_all_samples(trained[name])], options.watcher)
    tests = {name: _tested(found) for name, found in trained.items()}
    report = Report(f"fashion-mnist: the first {counted(data.training)} images (rows L21 to L23)")
    _table(report, table, trained, tests)
    report.plot(curves(table, trained))
    report.plot(descent(trained))
    _history(report, attempts, trained, tests)
    _final(report, chosen, again)
    return report


def table_of_models() -> dict[str, tuple[str, str]]:
    """The models of the table by name, each with the keys of its activation and of its optimiser."""
    return {f"fashion_mnist_{key}_{method}": (key, method) for key in ACTIVATIONS for method in METHODS}


def data_in_common(models: Sequence[Model]) -> Data:
    """The data of models that are to be compared.

    Raises TrainingError where one has other data, or holds nothing out by which something could be chosen.
    """
    first = data_of(models[0])
    for model in models:
        found = data_of(model)
        if (found.name, found.training, found.test) != (first.name, first.training, first.test):
            raise TrainingError(
                f"{model.name} and {models[0].name} are compared, so their [data] must be the same samples"
            )
        if not model.training.validation:
            raise TrainingError(f"{model.name} holds no samples out to choose by; write validation = 0.2 in [training]")
    return first


def counted(samples: int | None) -> str:
    """So many samples, or all of them, where None stands for those."""
    return "all" if samples is None else f"{samples:,}"


def _plan(networks: int, attempts: int, seeds: int) -> str:
    return (
        f"{networks} networks of the table and {attempts} attempts, from {seeds} seeds each: "
        f"{(networks + attempts) * seeds} trainings on {processors()} processors, of some seconds each. Some training "
        "images are held out, and choose the epoch and the networks; those that are chosen are trained again on all "
        "training images. Then the test images are read."
    )


def best_by_validation(names: Iterable[str], trained: Trainings) -> str:
    """The name with the highest mean validation accuracy."""
    return max(names, key=lambda name: mean_of(trained[name], "validation_accuracy"))


def with_all_samples(trained: Sequence[Trained]) -> list[Job]:
    """The same trainings with nothing held out, for as many epochs as were best in the mean."""
    epochs = round(float(np.mean([one.best + 1 for one in trained])))
    return [replace(one.job, epochs=epochs) for one in trained]


@dataclass(frozen=True)
class Tested:
    """Accuracies on the first test images that the model asks for, and on all of them, one for each seed."""

    first: Sequence[float]
    every: Sequence[float]


def _tested(trained: Sequence[Trained]) -> Tested:
    count = data_of(trained[0].job.model).test
    found = scores_on_test_samples(trained, (count, None))
    return Tested(found[count], found[None])


# --- the table of activations and optimisers ------------------------------------------------------------------------


def _columns(trained: Trainings) -> tuple[str, ...]:
    """The headings of networks that are compared."""
    return "epoch", "training", "vali-\ndation", f"test\n{_first_test_images(trained)}", "test\nall", "s"


def _first_test_images(trained: Trainings) -> str:
    return counted(data_of(next(iter(trained.values()))[0].job.model).test)


def _measured(trained: Sequence[Trained], tested: Tested) -> tuple[str, ...]:
    """Means over the seeds at the best epochs: the columns of networks that are compared."""
    return (
        f"{np.mean([one.best + 1 for one in trained]):.0f}",
        percent([one.measure("accuracy") for one in trained]),
        percent([one.measure("validation_accuracy") for one in trained]),
        percent(tested.first),
        percent(tested.every),
        f"{np.mean([one.seconds for one in trained]):.1f}",
    )


def _table(
    report: Report, table: Mapping[str, tuple[str, str]], trained: Trainings, tests: Mapping[str, Tested]
) -> None:
    headings = {name: f"{ACTIVATIONS[key]}, {METHODS[method]}" for name, (key, method) in table.items()}
    settings = [(heading, *settings_of(trained[name][0].job.model)) for name, heading in headings.items()]
    rows = [(heading, *_measured(trained[name], tests[name])) for name, heading in headings.items()]
    report.table("Settings", ("", "weights", "learning rate", "batch", "epochs", "patience"), settings)
    report.table("Activations and optimisers", ("accuracy in %", *_columns(trained)), rows)
    seeds = len(trained[next(iter(table))])
    report.remark(
        f"Means over {seeds} seeds with standard deviations, at the epoch of the least validation loss; a seed says "
        "also which images are held out for validation. Training accuracy is the mean over the batches of that epoch; "
        "seconds are those of a whole training."
    )


def curves(table: Mapping[str, tuple[str, str]], trained: Trainings) -> Plot:
    """Loss and validation accuracy by epochs, one panel for each activation, one curve for each optimiser."""
    names = {what: name for name, what in table.items()}

    def panels(title: str, measure: str, label: str, limits: tuple[float, float]) -> list[Panel]:
        return [
            Panel(
                title.format(shown),
                "passes over the training samples",
                label,
                [curve(METHODS[method], trained[names[key, method]], measure) for method in METHODS],
                logarithmic=True,
                range=limits,
            )
            for key, shown in ACTIVATIONS.items()
        ]

    return Plot(
        "fashion-mnist-curves",
        f"Fashion-MNIST, {_sizes(trained[next(iter(table))])}: means over the seeds, with standard deviations",
        [
            panels("{}", "loss", "training loss", (0, 2.4)),
            panels("{}", "validation_accuracy", "validation accuracy", (0.3, 0.9)),
        ],
    )


def _sizes(trained: Sequence[Trained]) -> str:
    return str(list(trained[0].job.model.sizes))


def descent(trained: Trainings) -> Plot:
    """Gradient descent against stochastic gradient descent (L22): the loss by passes over the data, and by steps."""

    def panel(x_label: str, by_steps: bool) -> Panel:
        found = []
        for method in ("gd", "minibatch", "sgd"):
            of_method = trained[f"fashion_mnist_sigmoid_{method}"]
            job = of_method[0].job
            model, samples = job.model, len(given_samples(data_of(job.model), job.folder)[0])
            steps = steps_of_epoch(model, samples) if by_steps else 1
            batch = "all" if model.training.batch is None else str(model.training.batch)
            found.append(curve(f"{METHODS[method]}, batch {batch}", of_method, "loss", steps))
        return Panel("", x_label, "training loss", found, logarithmic=True, range=(0, 2.4))

    return Plot(
        "gd-against-sgd",
        f"Gradient descent against stochastic gradient descent: sigmoid, {_sizes(trained['fashion_mnist_sigmoid_gd'])}",
        [[panel("passes over the training samples", False), panel("steps", True)]],
    )


def steps_of_epoch(model: Model, samples: int) -> int:
    """How many steps the optimiser makes in one pass over those of the samples that are not held out."""
    training = model.training
    held_out = round(training.validation * samples) if isinstance(training.validation, float) else training.validation
    return math.ceil((samples - held_out) / (training.batch or samples - held_out))


# --- the history of attempts ----------------------------------------------------------------------------------------


def attempts_in_order(models: Sequence[Model], validation: Sequence[float]) -> list[Attempt]:
    """What each attempt changes against the best before it, by validation accuracy; of equals, the last."""
    found: list[Attempt] = []
    for place, model in enumerate(models):
        best = max(range(place), key=lambda earlier: (validation[earlier], earlier)) if place else None
        found.append(Attempt(model.title, best, () if best is None else changes(models[best], model)))
    return found


def changes(old: Model, new: Model) -> tuple[str, ...]:
    """What two models say otherwise, but for their titles; layers that differ are told as a whole."""
    layers = [", ".join(f"{layer.units} {layer.activation}" for layer in model.layers) for model in (old, new)]
    whole = [f"layers: {layers[0]} → {layers[1]}"] if old.layers != new.layers else []
    return (*whole, *model_differences(old, replace(new, title=old.title, layers=old.layers)))


def _history(report: Report, names: Sequence[str], trained: Trainings, tests: Mapping[str, Tested]) -> None:
    models = [trained[name][0].job.model for name in names]
    validation = [mean_of(trained[name], "validation_accuracy") for name in names]
    rows = []
    for number, (name, attempt) in enumerate(zip(names, attempts_in_order(models, validation), strict=True), 1):
        against = "" if attempt.against is None else f" Against {attempt.against + 1}: {'; '.join(attempt.changes)}."
        rows.append((f"{number}. {attempt.title}.{against}", *_measured(trained[name], tests[name])[2:]))
    report.table(
        "History of attempts, each against the best before it", ("accuracy in %", *_columns(trained)[2:]), rows
    )


# --- the end --------------------------------------------------------------------------------------------------------


def _final(report: Report, chosen: Sequence[str], again: Trainings) -> None:
    """The two that validation chose, trained again on all training samples, and what they must reach."""
    tests, first = [_tested(again[name]) for name in chosen], _first_test_images(again)
    rows = [
        (
            name.removeprefix("fashion_mnist_"),
            f"{again[name][0].job.epochs}",
            percent(tested.first),
            percent(tested.every),
        )
        for name, tested in zip(chosen, tests, strict=True)
    ]
    report.table(
        "The best of the table and the best attempt, trained again on all training images",
        ("accuracy in %", "epochs", f"test\n{first}", "test\nall"),
        rows,
    )
    table, attempt = tests
    gain = float(np.mean(attempt.every) - np.mean(table.every))
    report.compare(
        "Mean test accuracy over the seeds",
        [
            Claim(f"best of the table, {first} images", "at least", BEST_OF_TABLE, float(np.mean(table.first))),
            Claim(f"best attempt, {first} images", "at least", BEST_OF_HISTORY, float(np.mean(attempt.first))),
            Claim("best attempt above best of the table, all images", "at least", 0.0, gain),
        ],
    )
