"""The run of the circles: the best of all lines by hand, the weights of the bag, borders, and other features."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from symnn.learn.datasets import samples_for_training
from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.classification import circles
from symnn.runs.classification.circles import best_line
from symnn.runs.registry import RUNS
from symnn.runs.report import Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])
SAMPLES = samples_for_training("circles")


@pytest.fixture(scope="module")
def report():
    return RUNS["circles"].execute(PROJECT, Options(seeds=1))


@pytest.mark.parametrize(("labels", "right"), [((0, 0, 1, 1), 1), ((1, 0, 0, 0), 1), ((0, 1, 1, 0), 0.75)])
def test_the_best_line_of_four_points_in_a_row(labels, right):
    X = np.array([[0.0, 1], [1, 2], [2, 3], [3, 4]])
    assert best_line(X, np.array(labels)) == right


def test_no_random_line_is_better_than_the_best_and_on_squares_one_is_right_for_all():
    random = np.random.default_rng(5)
    w, b = random.normal(size=(2, 4_000)), random.uniform(-3, 3, size=4_000)
    found = np.mean((SAMPLES.X @ w + b > 0) == (SAMPLES.y == 1)[:, None], axis=0)
    best = best_line(SAMPLES.X, SAMPLES.y)
    assert 2 / 3 - 0.02 < np.maximum(found, 1 - found).max() <= best + 1e-12 < 0.75
    assert best_line(SAMPLES.X**2, SAMPLES.y) == 1


def test_all_numbers_come_out(report):
    assert report.passed
    accuracies, weights = (part.rows for part in report.parts if isinstance(part, Table))
    assert [row[2] for row in accuracies][1:] == ["100.0", "100.0"] and float(accuracies[0][2]) < 70
    assert {row[0] for row in weights[:2]} == {"x₁²", "x₂²"}
    assert all(float(row[1]) > 10 * abs(float(weights[2][1])) for row in weights[:2])


def test_the_plot_of_the_circles_shows_where_each_model_says_outer(report):
    (plot,) = (part for part in report.parts if isinstance(part, Plot))
    (plane, squares), (bag, of_squares) = plot.rows
    for panel, right in ((plane, False), (squares, True), (bag, True)):
        (field,) = panel.fields
        middle = len(field.x) // 2
        corners = [field.values[row][column] for row in (0, -1) for column in (0, -1)]
        assert (field.values[middle][middle] < 0.5 < min(corners)) == right
    assert [len(points.x) for points in of_squares.points] == [100, 100]
    (field,) = of_squares.fields
    assert field.values[0][0] < 0.5 < field.values[-1][0] and field.values[0][-1] > 0.5


def test_features_that_do_not_separate_do_not_pass(monkeypatch):
    monkeypatch.setattr(circles, "MODELS", {**circles.MODELS})
    original = circles.jobs_of

    def swapped(networks, names, seeds, folder):
        """The plane's own coordinates in the place of their squares."""
        jobs = original(networks, names, seeds, folder)
        plane = jobs[0].model.data
        return [
            replace(job, model=replace(job.model, data=plane)) if job.model.name == "circles_squares" else job
            for job in jobs
        ]

    monkeypatch.setattr(circles, "jobs_of", swapped)
    report = RUNS["circles"].execute(PROJECT, Options(seeds=1))
    assert [claim.what for claim in report.comparisons if not claim.passed] == ["on x₁², x₂²"]
