"""Plots are drawn into files, whole or not at all."""

import struct
import sys

import numpy as np
import pytest

from symnn.errors import MissingExtraError
from symnn.plots import Bars, Curve, Field, Grid, Panel, Plot, Points

CURVE = Curve("training", (1, 10, 100), (0.9, 0.5, 0.2), (0.1, 0.1, 0.05))
PLOT = Plot(
    "curves",
    "Two rows",
    (
        (
            Panel("loss", "passes", "loss", (CURVE, Curve("test", (1, 10), (0.8, 0.6))), logarithmic=True),
            Panel("attempts", "attempt", "accuracy", (Curve("", (0, 1), (0.5, 0.6), (0.1, 0.1)),), marked=True),
        ),
        (Panel("alone", "x", "y", (Curve("", (0, 1), (0.5, 0.6)),), ticks=("a", "b"), range=(0, 1)),),
    ),
)


def test_a_plot_is_a_png_of_its_name(tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    path = PLOT.draw(tmp_path / "new")
    assert path == tmp_path / "new" / "curves.png"
    content = path.read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    assert width > height > 300
    assert [found.name for found in path.parent.iterdir()] == ["curves.png"]


def test_what_is_drawn_is_what_was_given(tmp_path, monkeypatch):
    figures = pytest.importorskip("matplotlib.figure", reason="matplotlib is not installed")
    drawn = []
    original = figures.Figure.savefig

    def kept(self, *arguments, **options):
        drawn.append(self)
        return original(self, *arguments, **options)

    monkeypatch.setattr(figures.Figure, "savefig", kept)
    PLOT.draw(tmp_path)
    loss, attempts, alone, empty = drawn[0].axes
    assert [line.get_xydata().tolist() for line in loss.lines] == [
        [[1, 0.9], [10, 0.5], [100, 0.2]],
        [[1, 0.8], [10, 0.6]],
    ]
    assert loss.get_xscale() == "log" and alone.get_xscale() == "linear"
    assert [text.get_text() for text in loss.get_legend().get_texts()] == ["training", "test"]
    assert [label.get_text() for label in alone.get_xticklabels()] == ["a", "b"]
    assert attempts.get_ylabel() == "accuracy" and attempts.get_legend() is None
    assert not empty.axison


def test_without_matplotlib_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'symnn\[plot\]'"):
        PLOT.draw(tmp_path)
    assert not list(tmp_path.iterdir())


def test_fields_points_and_bars_stand_on_common_axes():
    figures = pytest.importorskip("matplotlib.figure", reason="matplotlib is not installed")
    from symnn.plots import _draw_panel

    axes = figures.Figure().subplots()
    field = Field((0.0, 1.0, 2.0), (0.0, 1.0), ((0.0, 1.0, 2.0), (1.0, 2.0, 3.0)), levels=(0.5, 1.5))
    panel = Panel(
        "plane",
        "x",
        "y",
        points=(Points("one class", (0.5, 1.5), (0.2, 0.7)),),
        bars=(Bars("", (0, 1, 2), (3, 4)),),
        fields=(field,),
        logarithmic_y=True,
        equal=True,
    )
    _draw_panel(axes, panel)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one class"]
    (contours,), (points,) = axes.collections, axes.lines
    assert list(contours.levels) == [0.5, 1.5]
    assert points.get_xydata().tolist() == [[0.5, 0.2], [1.5, 0.7]]
    assert axes.patches[0].get_data().values.tolist() == [3, 4]
    assert axes.get_yscale() == "log"


def test_a_function_is_drawn_where_its_values_were_taken():
    grid = Grid.of((0, 2), (5, 6), columns=3, rows=2)
    assert grid.places.tolist() == [[0, 5], [1, 5], [2, 5], [0, 6], [1, 6], [2, 6]]
    field = grid.field([10 * x + y for x, y in grid.places], levels=[7.5])
    assert field == Field([0, 1, 2], [5, 6], [[5, 15, 25], [6, 16, 26]], [7.5])


def test_a_grid_around_points_has_a_margin_on_every_side():
    grid = Grid.around(np.array([[1.0, -2.0], [4.0, 0.0], [2.0, 3.0]]), margin=0.5, count=7)
    assert (grid.x[0], grid.x[-1], grid.y[0], grid.y[-1]) == (0.5, 4.5, -2.5, 3.5)
    assert len(grid.places) == 49


def test_values_that_are_not_one_for_each_place_are_refused():
    with pytest.raises(ValueError, match="cannot reshape"):
        Grid.of((0, 1), (0, 1), 3, 2).field([1.0] * 5, levels=[0.0])


def test_samples_are_drawn_by_their_classes():
    X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert Points.of_classes(X, [1, -1, 1], {-1: "no", 1: "yes"}) == [
        Points("no", [3], [4]),
        Points("yes", [1, 5], [2, 6]),
    ]
