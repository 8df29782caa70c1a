"""Runs of single models: iris, digits, and any model that names its data."""

from pathlib import Path

import pytest

from symnn.errors import DataError
from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.networks.model_data import of_model
from symnn.runs.registry import RUNS, find_run
from symnn.runs.run import Options, percent, spread

PROJECT = Project(Path(__file__).parents[3])


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
