"""Networks trained by their emitted modules, from several seeds and on several processes at a time.

No test sample is read here: how well a network does on those is told by `final.py` alone.
"""

from __future__ import annotations

import runpy
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from symnn.errors import TrainingError
from symnn.learn.datasets import Preprocessing, Samples, samples_for_training
from symnn.learn.model import Data, Model
from symnn.learn.targets import Targets
from symnn.processes import processors, workers

LITTLE = 1e10
"""So much work takes some seconds, as long as starting processes for it may."""


class Networks(Protocol):
    """Where a run takes its networks from: the model files of a project and the modules built from them."""

    def models(self) -> list[str]:
        """The names of all models, in alphabetical order."""

    def model(self, name: str) -> Model:
        """A model by its name."""

    def current_module(self, name: str) -> Path:
        """The file of its module. Raises ProjectError where that is not what the model file gives."""


class Watcher(Protocol):
    """Who is told how far a run is."""

    def say(self, text: str) -> None:
        """What is going to be done."""

    def begin(self, what: str, total: int) -> None:
        """So many trainings begin."""

    def advance(self) -> None:
        """One of them is done."""

    def end(self) -> None:
        """All of them are done, or no more will be."""


class Unwatched:
    """A watcher that says nothing to anybody."""

    def say(self, text: str) -> None:
        """Nobody hears it."""

    def begin(self, what: str, total: int) -> None:
        """Nobody hears it."""

    def advance(self) -> None:
        """Nobody hears it."""

    def end(self) -> None:
        """Nobody hears it."""


@dataclass(frozen=True)
class Job:
    """One training: a model, the file of its module, a seed, and the folder of the data where one was named.

    With `epochs` nothing is held out: all training samples are gone through so many times.
    """

    model: Model
    module: Path
    seed: int
    folder: Path | None = None
    epochs: int | None = None

    @property
    def arguments(self) -> tuple[Path, Data, Targets, int, Path | None, int | None]:
        """Those of `fit`, which another process is sent."""
        return self.module, data_of(self.model), Targets.of(self.model), self.seed, self.folder, self.epochs


@dataclass(frozen=True)
class Trained:
    """What came of a job: the parameters of the best epoch, the measures of all epochs by name, and the seconds.

    The best epoch is that of the least validation loss, or the last where nothing is held out; `best` counts from 0.
    """

    job: Job
    parameters: Mapping[str, np.ndarray]
    history: Mapping[str, Sequence[float]]
    best: int
    seconds: float

    def measure(self, name: str) -> float:
        """A measure at the best epoch; not a number where nothing was held out to measure it on."""
        values = self.history.get(name, ())
        return values[self.best] if values else float("nan")


def given_samples(data: Data, folder: Path | None) -> tuple[Samples, Preprocessing]:
    """The training samples that a model asks for, preprocessed, and how test samples must be, as these say."""
    samples = _read(data.name, data.training, folder)
    preprocess = Preprocessing.of(samples.X, data.preprocessing)
    return Samples(preprocess(samples.X), samples.y), preprocess


@lru_cache(maxsize=4)
def _read(name: str, count: int | None, folder: Path | None) -> Samples:
    return samples_for_training(name, count, folder)


@dataclass(frozen=True)
class Fitted:
    """The measures of all epochs by name, the best parameters, and the seconds that it took."""

    history: Mapping[str, Sequence[float]]
    parameters: Mapping[str, np.ndarray]
    seconds: float


def fit(module: Path, data: Data, targets: Targets, seed: int, folder: Path | None, epochs: int | None) -> Fitted:
    """Call `fit` of an emitted module. Raises TrainingError where it does not accept its samples, or cannot go on."""
    samples, _ = given_samples(data, folder)
    whole = {} if epochs is None else {"epochs": epochs, "validation": 0, "patience": None}
    began = time.perf_counter()
    try:
        found = load_module(module)["fit"](samples.X, targets(samples.y), seed=seed, progress=None, **whole)
    except (ArithmeticError, TypeError, ValueError) as error:
        raise TrainingError(f"{module.stem}, seed {seed}: {error}") from error
    seconds = time.perf_counter() - began
    return Fitted({name: tuple(values) for name, values in found.history.items()}, dict(found.best), seconds)


def trained_by(job: Job, fitted: Fitted) -> Trained:
    """What came of a job."""
    losses = fitted.history["validation_loss"]
    best = int(np.argmin(losses)) if losses else len(fitted.history["loss"]) - 1
    return Trained(job, fitted.parameters, fitted.history, best, fitted.seconds)


def data_of(model: Model) -> Data:
    """The data of a model. Raises TrainingError where it names none."""
    if model.data is None:
        raise TrainingError(f"the model {model.name} names no data to train on; write [data] and name = …")
    return model.data


def load_module(path: Path) -> Mapping[str, Any]:
    """The names that an emitted module defines. Raises TrainingError where it was not built, or trains nothing."""
    if not path.is_file():
        raise TrainingError(f"{path} was not built; run symnn build")
    module = runpy.run_path(str(path))
    if "fit" not in module:
        raise TrainingError(f"{path} has no function fit; run symnn build")
    return module


def jobs_of(networks: Networks, names: Iterable[str], seeds: int, folder: Path | None) -> list[Job]:
    """A job for each model and each of `seeds` seeds, from the model's own seed on."""
    found = []
    for name in names:
        model = networks.model(name)
        first = model.training.seed
        found += [Job(model, networks.current_module(name), seed, folder) for seed in range(first, first + seeds)]
    return found


def train_all(jobs: Sequence[Job], watcher: Watcher, processes: int | None = None) -> dict[str, list[Trained]]:
    """Run all jobs, longest first, and gather what came of them by the names of their models, seeds in order.

    Little work is done in this process, and more by others, one for each processor, unless `processes` says how many.
    Each of those computes in one thread, so that the numbers do not depend on how many there are.
    """
    little = sum(_work(job) for job in jobs) < LITTLE
    count = min(len(jobs), processes or (1 if little else processors()))
    watcher.begin("trainings", len(jobs))
    try:
        found = dict(_finished(jobs, count, watcher.advance))
    finally:
        watcher.end()
    gathered: dict[str, list[Trained]] = {job.model.name: [] for job in jobs}
    for place, job in enumerate(jobs):
        gathered[job.model.name].append(found[place])
    return gathered


def _finished(jobs: Sequence[Job], processes: int, advance: Callable[[], None]) -> Iterator[tuple[int, Trained]]:
    """The places of the jobs, in the order in which they end, with what came of each."""
    order = sorted(range(len(jobs)), key=lambda place: -_work(jobs[place]))
    if processes == 1:
        for place in order:
            yield place, trained_by(jobs[place], fit(*jobs[place].arguments))
            advance()
        return
    with workers(processes) as executor:
        futures: dict[Future[Fitted], int] = {executor.submit(fit, *jobs[place].arguments): place for place in order}
        try:
            for future in as_completed(futures):
                yield futures[future], trained_by(jobs[futures[future]], future.result())
                advance()
        except BrokenProcessPool as error:
            raise TrainingError(
                "a training process ended before it was done: it was killed, or memory is short"
            ) from error
        except BaseException:
            executor.shutdown(cancel_futures=True)
            raise


def _work(job: Job) -> float:
    """About how much there is to do: steps count, and more so the numbers that they go through."""
    model, samples = job.model, data_of(job.model).training or 1_000
    batch = model.training.batch or samples
    return (job.epochs or model.training.epochs) * (samples / batch) * (batch * model.parameters + 100_000)
