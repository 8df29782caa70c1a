"""Ten layers: what begins how, what theory says of it, and a run that fails where weights begin otherwise."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.networks import initialisation
from symnn.runs.registry import RUNS
from symnn.runs.report import Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["initialisation"].execute(PROJECT, Options())


def column(report, heading, place):
    (table,) = (part for part in report.parts if isinstance(part, Table) and part.heading == heading)
    return [float(row[place]) for row in table.rows]


def test_all_numbers_come_out(report):
    assert report.passed
    assert len(list(report.comparisons)) == 18


def test_small_weights_vanish_layer_by_layer(report):
    small = column(report, "Standard deviation of the activations, tanh", 2)
    factors = [after / before for before, after in pairwise(small[2:])]
    assert factors == pytest.approx([0.01 * np.sqrt(128)] * 7, rel=0.1)


def test_zero_weights_move_nothing(report):
    for what in ("Standard deviation of the activations", "Gradient by the weights (root mean square)"):
        assert column(report, f"{what}, tanh", 1) == column(report, f"{what}, ReLU", 1) == [0] * 10


def test_spreads_are_those_of_the_slides():
    found = [initialisation.spread(scheme) for scheme in initialisation.SCHEMES]
    assert found == pytest.approx([0, 0.01, np.sqrt(2 / 256), np.sqrt(2 / 128)], abs=1e-15)


def test_histograms_are_shares_of_all_activations(report):
    (plot,) = (part for part in report.parts if isinstance(part, Plot) and part.name.endswith("histograms"))
    assert [row[0].title for row in plot.rows] == ["tanh, zero", "ReLU, zero"]
    for panel in plot.rows[0]:
        assert [sum(bars.counts) for bars in panel.bars] == pytest.approx([1, 1, 1])
    zero = plot.rows[0][0].bars[2]
    middle = int(np.argmax(zero.counts))
    assert zero.edges[middle] == pytest.approx(-zero.edges[middle + 1]) and zero.counts[middle] == 1


@pytest.mark.parametrize(
    ("scheme", "wrong"),
    [
        ("He", ("xavier_normal", 1.0)),
        ("Xavier", ("normal", 0.01)),
        ("N(0, 0.01²)", ("normal", 0.1)),
        ("zero", ("he", 1.0)),
    ],
)
def test_a_scheme_that_is_another_does_not_pass(monkeypatch, scheme, wrong):
    monkeypatch.setattr(initialisation, "SCHEMES", {**initialisation.SCHEMES, scheme: wrong})
    monkeypatch.setattr(initialisation, "_histograms", lambda found: "")
    found = RUNS["initialisation"].execute(PROJECT, Options())
    failed = [claim.what for claim in found.comparisons if not claim.passed]
    assert failed and all(what.startswith(scheme) for what in failed)
