"""The run of graphs: all printed numbers come out, the book's sign does not, and the pictures hold every edge."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.networks import graphs
from symnn.runs.registry import RUNS
from symnn.runs.report import Claim, Comparison, Group, Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["graphs"].execute(PROJECT, Options())


def group(report, start):
    (found,) = (part for part in report.parts if isinstance(part, Group) and part.heading.startswith(start))
    return {one.what: one for one in found.comparisons}


def table(report, start):
    return next(part for part in report.parts if isinstance(part, Table) and part.heading.startswith(start)).rows


NUMBERS = {
    "L18": {"f": 42, "∂f/∂x": 24, "∂f/∂y": 10},
    "L19": {"f": Fraction(1, 2), "∂f/∂w": Fraction(1, 4), "∂f/∂x": 0, "∂f/∂b": Fraction(1, 4)},
    "S8": {"f": -12, "∂f/∂x": -4, "∂f/∂y": -4, "∂f/∂z": 3},
    "B18": {"f": 16, "∂f/∂w": -8, "∂f/∂x": -40, "∂f/∂b": -8},
}


@pytest.mark.parametrize("row", NUMBERS)
def test_the_numbers_of_the_scalar_graphs(report, row):
    found = group(report, f"{row}: printed")
    assert {what: one.exact for what, one in found.items()} == NUMBERS[row]
    assert {what: one.computed for what, one in found.items()} == NUMBERS[row]


def test_the_numbers_of_the_linear_map(report):
    found = group(report, "S9: printed")
    must = [".116", ".088", ".176", ".104", ".208", "-.112", ".636"]
    assert [one.exact for one in found.values()] == [Fraction(number) for number in must]
    assert [one.computed for one in found.values()] == pytest.approx([float(number) for number in must], abs=1e-15)


def test_the_rectifier_passes_what_comes_back_where_its_input_is_positive(report):
    largest, *passed = group(report, "S9: the Jacobian").values()
    assert (largest.exact, largest.computed) == (0, 0.0)
    assert [(one.exact, one.computed) for one in passed] == [(0, 0.0), (-7, -7.0), (3, 3.0), (0, 0.0)]


def test_the_gradient_by_the_prediction_has_the_right_sign(report):
    (found,) = group(report, "B18: the gradient").values()
    assert (found.exact, found.computed) == (-8, -8.0)


@pytest.mark.parametrize(
    "gradients", [{"w": ["8"], "x": ["-40"], "b": ["-8"]}, {"w": ["-8"], "x": ["40"], "b": ["-8"]}]
)
def test_the_sign_that_the_book_prints_does_not_come_out(monkeypatch, gradients):
    line = next(printed for printed in graphs.GRAPHS if printed.row == "B18")
    monkeypatch.setattr(graphs, "GRAPHS", (replace(line, gradients=gradients),))
    wrong = graphs.graphs(PROJECT)
    assert not wrong.passed
    assert [one.passed for one in group(wrong, "B18: printed").values()].count(False) == 1


def test_the_curve_against_its_derivative_by_hand(report):
    t = 0.7
    x, y = np.cos(t), t**2
    slope = y * np.exp(x * y) * -np.sin(t) + (1 + x * np.exp(x * y)) * 2 * t
    row = next(row for row in table(report, "B14") if row[0] == "t")
    assert float(row[2]) == pytest.approx(slope, rel=2e-4)
    assert all(isinstance(one, Claim) and one.passed for one in group(report, "B14").values())


def test_a_graph_is_derived_once_or_anew(report):
    rows = table(report, "L20: derived once")
    assert [row[1:3] for row in rows] == [("1", "200"), ("1", "200"), ("5", "5")]
    assert all(float(row[3]) > 0 for row in rows)
    assert [one.exact for one in group(report, "L20: the largest").values()] == [0, 0, 0]


def test_a_graph_that_depends_on_its_data(report):
    assert [(row[0], row[2]) for row in table(report, "L20: a dynamic")] == [
        ("2", "4"),
        ("3/2", "5"),
        ("5", "3"),
        ("11", "2"),
    ]
    slopes = group(report, "L20: the slope")
    assert {what: one.exact for what, one in slopes.items()} == {
        "x = 2": 8 * 2**7, "x = 3/2": 16 * Fraction(3, 2) ** 15, "x = 5": 4 * 5**3, "x = 11": 2 * 11,
    }  # fmt: skip


def test_all_numbers_come_out(report):
    assert report.passed
    assert sum(isinstance(one, Comparison) for one in report.comparisons) == 35


def test_the_picture_has_a_box_for_each_vertex_and_an_arrow_for_each_edge(report, tmp_path):
    (plot,) = (part for part in report.parts if isinstance(part, Plot))
    diagrams = {row[0].title[:3]: row[0].diagram for row in plot.rows}
    assert {name: (len(one.boxes), len(one.arrows)) for name, one in diagrams.items()} == {
        "L18": (6, 6), "L19": (9, 8), "S8:": (5, 4), "B18": (8, 7), "S9:": (5, 4), "B14": (6, 7),
        "L20": (6, 5),
    }  # fmt: skip
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    assert plot.draw(tmp_path).read_bytes()[1:4] == b"PNG"
