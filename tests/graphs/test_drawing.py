"""Diagrams: boxes do not overlap, arrows lead from box to box, and matplotlib draws what they say."""

import pytest

from symnn.graphs import graph
from symnn.graphs.drawing import SMALL_CHARACTER, panel
from symnn.plots import _draw_panel

FOUND = graph("h1 = x**2; h2 = h1*y; h3 = y + 2; h2 + h3")
PANEL = panel("a graph", FOUND, FOUND.at({"x": 3, "y": 4}))


def test_boxes_lie_apart_and_inside():
    boxes = PANEL.diagram.boxes
    for place, box in enumerate(boxes):
        assert box.width / 2 <= box.x <= PANEL.diagram.width - box.width / 2
        assert box.height / 2 <= box.y <= PANEL.diagram.height - box.height / 2
        for other in boxes[:place]:
            apart = abs(box.x - other.x) - (box.width + other.width) / 2
            assert apart > 0 or abs(box.y - other.y) > (box.height + other.height) / 2


def test_arrows_lead_from_the_right_of_a_box_to_the_left_of_another():
    boxes = PANEL.diagram.boxes
    for edge, arrow in zip(FOUND.edges, PANEL.diagram.arrows, strict=True):
        source, target = boxes[edge.source], boxes[edge.target]
        assert (arrow.x[0], arrow.y[0]) == pytest.approx((source.x + source.width / 2, source.y))
        assert (arrow.x[-1], arrow.y[-1]) == pytest.approx((target.x - target.width / 2, target.y))


def test_the_text_of_an_arrow_leaves_much_of_it_to_be_seen():
    for arrow in PANEL.diagram.arrows:
        width = SMALL_CHARACTER * max(map(len, arrow.lines))
        assert abs(arrow.x[1] - arrow.x[0]) - width > 1


def test_what_is_given_is_told_from_what_is_made():
    assert [box.is_given for box in PANEL.diagram.boxes] == [True, True, False, False, False, False]
    assert [box.lines[1] for box in PANEL.diagram.boxes] == [f"value {value}" for value in (3, 4, 9, 36, 6, 42)]


def test_all_lines_are_drawn():
    figures = pytest.importorskip("matplotlib.figure", reason="matplotlib is not installed")
    axes = figures.Figure().subplots()
    _draw_panel(axes, PANEL)
    said = [text.get_text() for text in axes.texts if text.get_text()]
    wanted = [line for part in (*PANEL.diagram.arrows, *PANEL.diagram.boxes) for line in part.lines]
    assert sorted(said) == sorted(wanted)
    assert len(axes.patches) == 6 and axes.get_title() == "a graph" and not axes.axison
