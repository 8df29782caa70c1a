"""Logic by networks: given weights give the truth tables, and wrong weights do not pass."""

from pathlib import Path

import numpy as np
import pytest

from symnn.learn.datasets.small import TRUTH_TABLES
from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.classification import logic
from symnn.runs.registry import RUNS
from symnn.runs.report import Group
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.fixture(scope="module")
def report():
    return RUNS["xor"].execute(PROJECT, Options(seeds=2))


def claims(report):
    return {claim.what: claim for part in report.parts if isinstance(part, Group) for claim in part.comparisons}


def test_all_gates_and_networks_come_out(report):
    assert report.passed
    found = claims(report)
    assert list(found) == ["AND", "OR", "NOR", "NOT", "XNOR", "XOR", "accuracy, seed 0", "accuracy, seed 1"]
    assert found["AND"].found == pytest.approx(sigmoid(-10.0), rel=1e-12)


def test_the_table_shows_every_row(report):
    rows = {row[0]: row[1:] for row in report.parts[0].rows}
    assert len(rows) == sum(len(TRUTH_TABLES[name]) for name in ("and", "or", "nor", "not", "xnor", "xor"))
    assert rows["XOR(1, 0)"] == ("1", "0.999955")
    assert rows["NOT(1)"] == ("0", "0.000045")


@pytest.mark.parametrize(("name", "wrong"), [("and", "AND"), ("nor", "NOR"), ("or", "OR")])
def test_wrong_weights_do_not_pass(monkeypatch, name, wrong):
    monkeypatch.setattr(logic, "GIVEN", {**logic.GIVEN, name: (-3, 2, 2)})
    report = RUNS["xor"].execute(PROJECT, Options(seeds=1))
    assert not report.passed and not claims(report)[wrong].passed


def test_xor_that_was_not_learned_does_not_pass(monkeypatch):
    learned = logic.train_all

    def barely(jobs, watcher):
        return learned([job.__class__(job.model, job.module, job.seed, job.folder, 1) for job in jobs], watcher)

    monkeypatch.setattr(logic, "train_all", barely)
    report = RUNS["xor"].execute(PROJECT, Options(seeds=1))
    assert [claim.what for claim in claims(report).values() if not claim.passed] == ["accuracy, seed 0"]


def test_the_plot_shows_each_gate_with_its_rows(report):
    (plot,) = (part for part in report.parts if isinstance(part, Plot))
    panels = [panel for row in plot.rows for panel in row]
    assert [panel.title for panel in panels] == ["AND", "OR", "NOR", "XNOR", "XOR", "XOR, learned"]
    for panel in panels:
        (field,) = panel.fields
        for points, truth in zip(panel.points, (0, 1), strict=True):
            for a, b in zip(points.x, points.y, strict=True):
                column, row = (int(np.argmin(np.abs(np.array(grid) - at))) for grid, at in ((field.x, a), (field.y, b)))
                assert field.values[row][column] == pytest.approx(truth, abs=0.05)
        assert sum(len(points.x) for points in panel.points) == 4
