"""The class NeuralNetwork: factor k, sum over the batch, and training by emitted updates."""

from pathlib import Path

import numpy as np
import pytest

from symnn.learn.training import load_module
from symnn.project import Project
from symnn.runs.emitted import Emitted
from symnn.runs.networks.scaled import trained
from symnn.runs.registry import RUNS
from symnn.runs.report import Group, Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["scaled-network"].execute(PROJECT, Options())


def test_all_numbers_come_out(report):
    assert report.passed
    assert len(list(report.comparisons)) == 16
    rows = next(part for part in report.parts if isinstance(part, Table)).rows
    assert [row[0] for row in rows] == ["tanh", "sigmoid", "ReLU", "ReLU³"]


def test_without_k_three_quarters_are_missing(report):
    printed = next(part for part in report.parts if isinstance(part, Group) and "prints" in part.heading)
    assert [claim.found for claim in printed.comparisons] == pytest.approx([0.75] * 4, abs=1e-8)


@pytest.mark.parametrize(("model", "batch"), [("gate", None), ("gate", 2), ("xor", None)])
def test_training_is_that_of_numpy(model, batch):
    X, y, rate = np.array([[1.0], [2], [-1], [0.5], [3]]), np.array([2.0, 1, 0, -1, 3]), 0.02

    def value(X, Y, w):
        return ((w * X[:, 0] - Y) ** 2).sum() / (2 * len(X))

    def gradient(X, Y, w):
        return ((w * X[:, 0] - Y) * X[:, 0]).sum() / len(X)

    line = Emitted(value, gradient, {"X": X, "Y": y, "w": np.array(0.5)}, ("w",))
    found = trained(line, load_module(PROJECT.module_path(model)), rate, batch, epochs=3)
    w, expected, random = 0.5, [value(X, y, 0.5)], np.random.default_rng(21)
    first = second = t = 0
    for _ in range(3):
        order = random.permutation(5) if batch else np.arange(5)
        for start in range(0, 5, batch or 5):
            rows = order[start : start + (batch or 5)]
            slope, t = gradient(X[rows], y[rows], w), t + 1
            if model == "gate":
                w -= rate * slope
                continue
            first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
            w -= rate * (first / (1 - 0.9**t)) / (np.sqrt(second / (1 - 0.999**t)) + 1e-8)
        expected.append(value(X, y, w))
    assert found == pytest.approx(expected, rel=1e-12)
