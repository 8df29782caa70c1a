"""Gradient descent against stochastic gradient descent: what each does in a pass, and claims that can fail."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from symnn.learn.training import given_samples, load_module
from symnn.project import Project
from symnn.runs.networks import gd_and_sgd
from symnn.runs.registry import RUNS
from symnn.runs.report import Plot, Table
from symnn.runs.run import Options

pytest.importorskip("sklearn")
PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["gd-and-sgd"].execute(PROJECT, Options(seeds=1))


def test_all_numbers_come_out(report):
    assert report.passed
    table = next(part for part in report.parts if isinstance(part, Table) and "passes" in part.heading)
    descent, stochastic = (list(map(float, row[1:])) for row in table.rows)
    assert descent == sorted(descent, reverse=True)
    assert all(fast < slow / 2 for fast, slow in zip(stochastic[1:], descent[1:], strict=True))
    (panels,) = next(part for part in report.parts if isinstance(part, Plot)).rows
    assert [curve.label for curve in panels[0].curves] == ["GD", "SGD"]


def test_a_pass_is_one_step_or_one_for_each_sample():
    for name, steps in (("digits_gd", 1), ("digits_sgd", 25)):
        module = load_module(PROJECT.current_module(name))
        samples, _ = given_samples(PROJECT.model(name).data, None)
        before = module["initialise"](0)
        trained = module["fit"](samples.X[:25], samples.y[:25], epochs=1, seed=0, validation=0, progress=None)
        assert trained.state["steps"] == steps
        if steps == 1:
            gradients = module["gradients"](before, samples.X[:25], samples.y[:25])
            for each, array in before.items():
                assert trained.parameters[each] == pytest.approx(array - 5.0 * gradients[each])


def test_a_descent_that_did_not_learn_does_not_pass(monkeypatch):
    learned = gd_and_sgd.train_all

    def barely(jobs, watcher):
        found = learned(jobs, watcher)
        slow = [replace(one, history={**one.history, "loss": [2.3] * 20}) for one in found["digits_sgd"]]
        return {**found, "digits_sgd": slow}

    monkeypatch.setattr(gd_and_sgd, "train_all", barely)
    report = RUNS["gd-and-sgd"].execute(PROJECT, Options(seeds=1))
    assert [one.what for one in report.comparisons if not one.passed] == ["largest loss of SGD over least of GD"]
    assert np.isfinite([one.found for one in report.comparisons]).all()
