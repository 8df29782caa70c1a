"""Networks are trained by their emitted modules; the numbers do not depend on how many processes do it."""

import math
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from symnn.errors import TrainingError
from symnn.learn.datasets import samples_for_training
from symnn.learn.model import Data
from symnn.learn.training import Unwatched, jobs_of, load_module, train_all
from symnn.processes import ONE_THREAD
from symnn.project import Project

PROJECT = Project(Path(__file__).parents[2])


class Told:
    """A watcher that keeps what it is told."""

    def __init__(self):
        self.events = []

    def say(self, text):
        self.events.append(text)

    def begin(self, what, total):
        self.events.append((what, total))

    def advance(self):
        self.events.append("one")

    def end(self):
        self.events.append("end")


def one_job(name, **changes):
    return replace(jobs_of(PROJECT, [name], 1, None)[0], **changes)


def edited(tmp_path, name, old, new):
    """A copy of a module with one piece of its text replaced."""
    text = PROJECT.module_path(name).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / f"{name}.py"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_a_job_for_each_model_and_seed_from_the_models_own_on():
    jobs = jobs_of(PROJECT, ["xor", "circles"], 3, None)
    assert [(job.model.name, job.seed) for job in jobs] == [
        (name, seed) for name in ("xor", "circles") for seed in range(3)
    ]
    assert jobs[4].module == PROJECT.module_path("circles")


def test_what_comes_out_is_what_the_module_itself_gives():
    told = Told()
    (found,) = train_all([one_job("circles_squares", seed=7)], told)["circles_squares"]
    module = load_module(PROJECT.module_path("circles_squares"))
    samples = samples_for_training("circles-squares")
    X = (samples.X - samples.X.mean(axis=0)) / samples.X.std(axis=0)
    training = module["fit"](X, samples.y, seed=7, progress=None)
    assert found.parameters.keys() == training.best.keys()
    assert all(np.array_equal(found.parameters[name], array) for name, array in training.best.items())
    assert found.history["loss"] == tuple(training.history["loss"])
    assert found.best == len(found.history["loss"]) - 1 and math.isnan(found.measure("validation_loss"))
    assert found.seconds > 0
    assert told.events == [("trainings", 1), "one", "end"]


def test_processes_do_not_change_the_numbers():
    jobs = jobs_of(PROJECT, ["circles", "xor"], 2, None)
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    apart, here = (train_all(jobs, Unwatched(), processes) for processes in (2, 1))
    assert {name: os.environ.get(name) for name in ONE_THREAD} == before
    assert list(apart) == ["circles", "xor"]
    for name in apart:
        assert [one.job.seed for one in apart[name]] == [0, 1]
        for one, other in zip(apart[name], here[name], strict=True):
            assert one.history == other.history
            assert all(np.array_equal(one.parameters[key], other.parameters[key]) for key in one.parameters)
    assert not np.array_equal(apart["xor"][0].parameters["W1"], apart["xor"][1].parameters["W1"])


def test_the_best_epoch_has_the_least_validation_loss():
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    (found,) = train_all([one_job("iris")], Unwatched())["iris"]
    losses = found.history["validation_loss"]
    assert found.best == int(np.argmin(losses)) < len(losses) - 1
    assert found.measure("validation_loss") == min(losses)
    (whole,) = train_all([one_job("iris", epochs=4)], Unwatched())["iris"]
    assert len(whole.history["loss"]) == 4 and not whole.history["validation_loss"] and whole.best == 3


def test_a_model_without_data_cannot_be_trained():
    job = one_job("xor")
    with pytest.raises(TrainingError, match="the model xor names no data to train on"):
        train_all([replace(job, model=replace(job.model, data=None))], Unwatched())


def test_a_missing_module_and_one_that_trains_nothing(tmp_path):
    with pytest.raises(TrainingError, match=r"xor.py was not built; run symnn build"):
        train_all([one_job("xor", module=tmp_path / "xor.py")], Unwatched())
    (tmp_path / "old.py").write_text("answer = 42\n", encoding="utf-8")
    with pytest.raises(TrainingError, match=r"old.py has no function fit"):
        load_module(tmp_path / "old.py")


@pytest.mark.parametrize("processes", [1, 2])
def test_a_loss_that_is_not_finite_ends_the_run_with_model_seed_and_epoch(tmp_path, processes):
    path = edited(tmp_path, "circles", "LEARNING_RATE, SETTINGS = 0.05", "LEARNING_RATE, SETTINGS = 1e308")
    told = Told()
    with pytest.raises(TrainingError, match=r"circles, seed 5: epoch \d+"):
        train_all([one_job("circles", module=path, seed=seed) for seed in (5, 5)], told, processes)
    assert told.events[-1] == "end"


def test_samples_that_do_not_fit_the_network_are_refused_by_its_module():
    job = one_job("xor")
    with pytest.raises(TrainingError, match="xor, seed 0: X must have shape"):
        train_all([replace(job, model=replace(job.model, data=Data("not")))], Unwatched())


WAITING = """
import os, time
from pathlib import Path


def fit(X, y, **options):
    (Path(__file__).parent / f"{os.getpid()}.pid").touch()
    time.sleep(60)
"""
PARENT = """
from pathlib import Path
from symnn.learn.training import Unwatched, jobs_of, train_all
from symnn.project import Project

if __name__ == "__main__":
    networks = Project(Path({root!r}))
    networks.__class__.current_module = lambda *_: Path({module!r})
    train_all(jobs_of(networks, ["xor"], 2, None), Unwatched(), 2)
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="there is no /proc to look for processes in")
def test_workers_end_when_the_run_is_killed(tmp_path):
    module, script = tmp_path / "waiting.py", tmp_path / "parent.py"
    module.write_text(WAITING, encoding="utf-8")
    script.write_text(PARENT.format(root=str(PROJECT.root), module=str(module)), encoding="utf-8")
    parent = subprocess.Popen([sys.executable, str(script)], env={**os.environ, "PYTHONPATH": str(PROJECT.root)})
    try:
        workers = until(lambda: [path.stem for path in tmp_path.glob("*.pid")], 2)
    finally:
        parent.kill()
        parent.wait()
    assert until(lambda: [worker for worker in workers if not is_running(worker)], 2) == workers


def test_a_worker_that_ends_is_told(tmp_path):
    module = tmp_path / "ending.py"
    module.write_text("import os\n\n\ndef fit(X, y, **options):\n    os._exit(3)\n", encoding="utf-8")
    with pytest.raises(TrainingError, match="a training process ended before it was done"):
        train_all([one_job("xor", module=module, seed=seed) for seed in (0, 1)], Unwatched(), 2)


def is_running(process):
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(found, count):
    """What a function finds, once it is so many, within a minute."""
    for _ in range(600):
        if len(values := found()) == count:
            return values
        time.sleep(0.1)
    raise AssertionError(f"{count} were expected, found {found()}")
