"""The run of the documents' networks: its numbers come out, and a wrong gradient does not pass."""

from pathlib import Path

import numpy as np
import pytest

from symnn.project import Project
from symnn.runs.networks.backpropagation import Iris, columns_of, rows_of, summed, theta_of, weights_of
from symnn.runs.registry import RUNS
from symnn.runs.report import Group, Table
from symnn.runs.run import Options

pytest.importorskip("sklearn")

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["networks"].execute(PROJECT, Options())


def failed(report):
    return [
        (part.heading.partition(":")[0], claim.what)
        for part in report.parts
        if isinstance(part, Group)
        for claim in part.comparisons
        if not claim.passed
    ]


def test_all_rows_come_out(report):
    assert report.passed
    headings = " ".join(part.heading for part in report.parts if isinstance(part, Group))
    assert all(row in headings for row in RUNS["networks"].rows)
    assert len(list(report.comparisons)) == 23


def test_losses_at_the_start_are_those_of_numpy(report):
    iris, layers = Iris.load(), weights_of(4, 6, 3)
    rows = next(part for part in report.parts if isinstance(part, Table)).rows
    A1 = 1 / (1 + np.exp(-(iris.X @ layers["W1"] + layers["b1"])))
    Z2 = A1 @ layers["W2"] + layers["b2"]
    loss = np.mean(np.log(np.exp(Z2).sum(axis=1)) - (iris.Y * Z2).sum(axis=1))
    weights = sum((layers[name] ** 2).sum() for name in ("W1", "W2"))
    assert float(rows[0][2]) == pytest.approx(loss, abs=5e-5)
    assert float(rows[3][2]) == pytest.approx(loss + 0.05 / 240 * weights, abs=5e-5)
    assert rows[2][2] == "0.1250"
    assert all(float(row[3]) < float(row[2]) / 3 for row in rows)


def test_bias_and_weights_side_by_side_and_apart_again():
    layers = weights_of(4, 6, 3)
    theta = {"Theta1": theta_of(layers, 1), "Theta2": theta_of(layers, 2)}
    assert theta["Theta1"].shape == (6, 5) and theta["Theta2"].shape == (3, 7)
    assert theta["Theta2"][2, 0] == layers["b2"][2]
    found = rows_of(theta)
    assert found.keys() == layers.keys()
    assert all(np.array_equal(found[name], layers[name]) for name in layers)
    assert columns_of(layers)["W1"].shape == (6, 4)
    assert summed([layers, layers, layers])["b1"] == pytest.approx(3 * layers["b1"])


class Tampered:
    """The project with one emitted gradient replaced."""

    def __init__(self, chapter, name, change):
        self.place, self.change = (chapter, name), change

    def __getattr__(self, name):
        return getattr(PROJECT, name)

    def function(self, chapter, name):
        found = PROJECT.function(chapter, name)
        if (chapter, name) != self.place:
            return found

        def changed(**arguments):
            return self.change(*found(**arguments))

        return changed


CHANGES = {
    "L17: the recursion": ("backpropagation", "softmax_gradient", "L13, L17, B19", "the gradients of a model's module"),
    "L15: the penalty": ("regularised_network", "gradient", "L15", "gradients without penalty (L21, k = 1) and λW"),
    "S3: the bias in Θ": ("backpropagation_forms", "appended_gradient", "L17, S3", "S3: the sum with the bias in Θ"),
    "B15: a column": ("vectorised_network", "network_gradient", "B15", "the gradients of a batch (L21, k = 1)"),
    "S7: classes": ("network_losses", "classes_gradient", "S7", "softmax: a model's gradients plus (λ/m)W"),
    "B13: one layer": ("sigmoid", "layer_gradient", "B13", "central differences of the value"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_gradient_that_is_wrong_by_a_millionth_does_not_pass(name):
    chapter, function, heading, what = CHANGES[name]
    wrong = Tampered(chapter, function, lambda first, *rest: (first * (1 + 1e-6), *rest))
    found = failed(RUNS["networks"].execute(wrong, Options()))
    assert (heading, what) in found
    assert {each for each, _ in found} <= {heading}
