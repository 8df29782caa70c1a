"""The run of the perceptron: its numbers by hand, certificates by hand, and wrong rules that do not pass."""

from pathlib import Path

import numpy as np
import pytest

from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.classification import perceptron
from symnn.runs.registry import RUNS
from symnn.runs.report import Group, Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["perceptron"].execute(PROJECT, Options())


def by_hand(X, y, cap):
    """Weights with the offset last, and the updates of each pass, in Python's integers and fractions."""
    w, updates = [0] * (len(X[0]) + 1), []
    for _ in range(cap):
        updates.append(0)
        for x, label in zip(X, y, strict=True):
            row = [*x, 1]
            if label * sum(a * b for a, b in zip(w, row, strict=True)) <= 0:
                w = [a + label * b for a, b in zip(w, row, strict=True)]
                updates[-1] += 1
        if not updates[-1]:
            break
    return w, updates


def table(report, word):
    return next(part for part in report.parts if isinstance(part, Table) and word in part.heading)


def group(report, word):
    return next(part for part in report.parts if isinstance(part, Group) and word in part.heading)


def test_the_printed_numbers_come_out(report):
    assert report.passed
    found = {one.what: (one.exact, one.computed) for one in group(report, "Learned").comparisons}
    assert found == {"w[0]": (-2, -2.0), "w[1]": (4, 4.0), "b": (0, 0.0), "updates": (2, 2.0)}
    assert [one.exact for one in group(report, "gain").comparisons] == [9 + 9 + 1, 1 + 1 + 1]
    assert table(report, "Updates").rows[1] == ("2", "(1, 1)", "+1", "-1", "(-2, 4)", "0", "2")


@pytest.mark.parametrize("place", range(4))
def test_each_run_is_that_by_hand(place):
    points = perceptron.SETS[place]
    X, y = np.array(points.X, dtype=float), np.array(points.y, dtype=float)
    learned = perceptron.learn(PROJECT.function("perceptron", "update_solution"), X, y, 20)
    weights, updates = by_hand(points.X, points.y, 20)
    assert learned.updates == tuple(updates)
    assert [*learned.w, learned.b] == pytest.approx([float(weight) for weight in weights], abs=1e-9)
    assert learned.ended == (place < 2) == (min(y * (X @ learned.w + learned.b)) > 0)


@pytest.mark.parametrize("place", [2, 3])
def test_the_weights_of_the_points_show_that_no_line_separates_them(place):
    points = perceptron.SETS[place]
    assert min(points.weights) >= 0 < max(points.weights)
    columns = zip(*([*x, 1] for x in points.X), strict=True)
    for entries in columns:
        assert sum(a * y * x for a, y, x in zip(points.weights, points.y, entries, strict=True)) == 0


def test_the_table_has_two_sets_that_end_and_two_that_do_not(report):
    rows = table(report, "Four runs").rows
    assert [row[2] == str(perceptron.CAP) for row in rows] == [False, False, True, True]
    assert [row[4] for row in rows][:2] == ["0", "0"]


def test_the_plot_shows_the_side_of_every_point(report):
    (plot,) = (part for part in report.parts if isinstance(part, Plot))
    (first, second), (third, fourth), (passes,) = plot.rows
    assert [len(panel.points[0].x) + len(panel.points[1].x) for panel in (first, second, third, fourth)] == [
        4,
        40,
        4,
        8,
    ]
    (field,) = second.fields
    for points, sign in zip(second.points, (-1, 1), strict=True):
        for x, y in zip(points.x, points.y, strict=True):
            column, row = (np.abs(np.array(grid) - at).argmin() for grid, at in ((field.x, x), (field.y, y)))
            assert sign * field.values[row][column] > -0.6
    assert [curve.y[-1] == 0 for curve in passes.curves] == [True, True, False, False]


def test_weights_come_back_where_no_line_separates(report):
    assert table(report, "come back").rows == [
        ("exclusive or", "after pass 1", "at the start", "(0, 0, 0)"),
        ("overlap", "after pass 16", "after pass 11", "(-5, -3, 2)"),
    ]
    overlap = perceptron.SETS[3]
    assert by_hand(overlap.X, overlap.y, 16)[0] == by_hand(overlap.X, overlap.y, 11)[0] == [-5, -3, 2]
    assert len({tuple(by_hand(overlap.X, overlap.y, cap)[0]) for cap in range(1, 16)}) == 15


def test_what_ends_does_not_come_back():
    assert perceptron.Learned((1, 0), ((0, 0), (1, 1), (1, 1))).came_back is None
    assert perceptron.Learned((1, 1, 1), ((0, 0), (1, 1), (2, 0), (1, 1))).came_back == (3, 1)


def test_the_rule_of_the_book_by_hand(report):
    """On the border the sign of 0 is no label, so that y − ŷ is y; elsewhere it is 2y or nothing."""
    w, b, updates = np.zeros(2), 0.0, 0
    for _ in range(2):
        for x, label in zip([(3, -3), (4, -3), (1, 1), (1, 2)], [-1, -1, 1, 1], strict=True):
            step = label - np.sign(w @ x + b)
            w, b, updates = w + step * np.array(x), b + step, updates + bool(step)
    assert table(report, "The book").rows[0] == ("four points", "2", str(updates), "0", f"({w[0]:g}, {w[1]:g}, {b:g})")
    assert [row[1] == str(perceptron.CAP) for row in table(report, "The book").rows] == [False, False, True, True]


class Tampered:
    """The project with another update."""

    def __init__(self, update):
        self.update = update

    def formula(self, chapter, name, place):
        return PROJECT.formula(chapter, name, place)

    def function(self, chapter, name):
        return self.update if name == "update_solution" else PROJECT.function(chapter, name)


def test_an_update_that_fires_only_below_zero_learns_nothing_and_does_not_pass():
    def strict(eta, y, w0, x, b0):
        step = eta * y * (y * (w0 @ x + b0) < 0)
        return w0 + step * x, b0 + step

    report = perceptron.perceptron(Tampered(strict), Options())
    failed = [one.what for one in report.comparisons if not one.passed]
    assert "four points: points that are wrong" in failed and "exclusive or" in failed


def test_a_set_called_separable_that_is_not_does_not_pass(monkeypatch):
    third = perceptron.SETS[2]
    claimed = perceptron.Labelled(third.name, third.X, third.y)
    monkeypatch.setattr(perceptron, "SETS", (*perceptron.SETS[:2], claimed, perceptron.SETS[3]))
    report = perceptron.perceptron(PROJECT, Options())
    assert [one.what for one in report.comparisons if not one.passed] == [
        "exclusive or",
        "exclusive or: points that are wrong",
    ]
