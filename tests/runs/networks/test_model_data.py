"""Runs of single models: circles by their features, iris, digits, and any model that names its data."""

from dataclasses import replace
from pathlib import Path

import pytest

from symnn.errors import DataError
from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.classification import circles
from symnn.runs.networks.model_data import of_model
from symnn.runs.registry import RUNS, find_run
from symnn.runs.report import Table
from symnn.runs.run import Options, percent, spread

PROJECT = Project(Path(__file__).parents[3])


def test_a_linear_layer_needs_squares_to_tell_circles_apart():
    report = RUNS["circles"].execute(PROJECT, Options(seeds=2))
    assert report.passed
    line, squares, bag = (claim.found for claim in list(report.comparisons)[1:])
    assert line < 0.7 and squares == bag == 1
    chosen = next(part for part in report.parts if isinstance(part, Table) and "chooses" in part.heading)
    assert {row[0] for row in chosen.rows[:2]} == {"x₁²", "x₂²"}


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


@pytest.mark.parametrize(("name", "at_least"), [("iris", 0.9), ("digits", 0.95)])
def test_the_data_of_the_library_are_learned(name, at_least):
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    report = RUNS[name].execute(PROJECT, Options(seeds=1))
    assert report.passed
    (claim,) = report.comparisons
    assert claim.bound == at_least <= claim.found < 1
    (plot,) = (part for part in report.parts if isinstance(part, Plot))
    assert [[panel.y_label for panel in row] for row in plot.rows] == [["loss", "accuracy"]]
    assert [curve.label for curve in plot.rows[0][1].curves] == ["training", "validation"]


def test_a_higher_bound_than_what_is_reached_does_not_pass():
    assert not of_model("circles", at_least=0.9)(PROJECT, Options(seeds=1)).passed


def test_every_model_with_data_has_a_run():
    run = find_run("circles_squares", PROJECT)
    report = run.execute(PROJECT, Options(seeds=2))
    assert report.passed
    assert [claim.what for claim in report.comparisons] == ["seed 0", "seed 1"]
    assert all(claim.found < claim.bound / 2 for claim in report.comparisons)


def test_an_unknown_run_is_refused_with_the_known_ones():
    with pytest.raises(DataError, match=r"no run 'titanic'; there are commute, .*; the models with data are .*circles"):
        find_run("titanic", PROJECT)


def test_spreads():
    assert spread([1.0]) == "1.0"
    assert spread([1.0, 2.0, 4.5], decimals=2) == "2.50±1.80"
    assert percent([0.5, 0.75]) == "62.5±17.7"


def test_the_plot_of_the_circles_shows_where_each_model_says_outer():
    report = RUNS["circles"].execute(PROJECT, Options(seeds=1))
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
