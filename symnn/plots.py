"""Plots as data, and drawing them into a file by matplotlib (the extra `plot`)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from symnn.arrays import Floats
from symnn.errors import MissingExtraError
from symnn.files import write_whole


@dataclass(frozen=True)
class Curve:
    """Points joined by lines, with how far each may be off, where that is known (as a standard deviation)."""

    label: str
    x: Sequence[float]
    y: Sequence[float]
    deviation: Sequence[float] = ()


@dataclass(frozen=True)
class Points:
    """Points that are not joined, such as samples of one class."""

    label: str
    x: Sequence[float]
    y: Sequence[float]

    @classmethod
    def of_classes(cls, X: Floats, labels: ArrayLike, names: Mapping[Any, str]) -> list[Points]:
        """The samples X (m, 2) of each class, by the names of the labels (m,)."""
        return [cls(name, *X[np.equal(labels, label)].T.tolist()) for label, name in names.items()]


@dataclass(frozen=True)
class Bars:
    """A histogram: counts, each between two neighbouring edges, of which there is one more."""

    label: str
    edges: Sequence[float]
    counts: Sequence[float]


@dataclass(frozen=True)
class Field:
    """A function of two variables, `values[row][column]` at (x[column], y[row]).

    It is drawn as lines at the `levels`, or filled where `filled` says so.
    """

    x: Sequence[float]
    y: Sequence[float]
    values: Sequence[Sequence[float]]
    levels: Sequence[float]
    filled: bool = False


@dataclass(frozen=True)
class Grid:
    """A grid on the plane, on which functions of two variables are drawn: x of its columns (c,), y of its rows (r,)."""

    x: Floats
    y: Floats

    @classmethod
    def of(cls, x: tuple[float, float], y: tuple[float, float], columns: int = 80, rows: int = 80) -> Grid:
        """So many columns and rows from the first number to the second."""
        return cls(np.linspace(*x, columns), np.linspace(*y, rows))

    @classmethod
    def around(cls, points: Floats, margin: float, count: int = 80) -> Grid:
        """A grid of count × count places on which all points (m, 2) lie, with a margin."""
        low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
        return cls.of((low[0], high[0]), (low[1], high[1]), count, count)

    @property
    def places(self) -> Floats:
        """All places, row by row: (rc, 2)."""
        return np.column_stack([axis.ravel() for axis in np.meshgrid(self.x, self.y)])

    def field(self, values: ArrayLike, levels: Sequence[float], filled: bool = False) -> Field:
        """A function by its values (rc,) at the places."""
        rows = np.reshape(values, (len(self.y), len(self.x)))
        return Field(self.x.tolist(), self.y.tolist(), rows.tolist(), levels, filled)


@dataclass(frozen=True)
class Box:
    """Lines of text in a box around (x, y); `lines` are what it is, its value and its gradient, as far as known."""

    x: float
    y: float
    width: float
    height: float
    lines: Sequence[str]
    is_given: bool = False


@dataclass(frozen=True)
class Arrow:
    """An arrow through points, with lines of text in its middle: a local gradient, and what is passed back."""

    x: Sequence[float]
    y: Sequence[float]
    lines: Sequence[str]


@dataclass(frozen=True)
class Diagram:
    """Boxes and arrows on a plane of a width and a height in inches, from (0, 0) on."""

    boxes: Sequence[Box]
    arrows: Sequence[Arrow]
    width: float
    height: float


@dataclass(frozen=True)
class Panel:
    """Fields, points, curves and bars on common axes, drawn in this order; or a diagram, which has no axes.

    `marked` joins no points of curves, but marks each; `ticks` are words below x = 0, 1, 2 …; `range` is that of y;
    `logarithmic` and `logarithmic_y` are the axes; with `equal`, units are as long on both.
    """

    title: str
    x_label: str
    y_label: str
    curves: Sequence[Curve] = ()
    logarithmic: bool = False
    marked: bool = False
    ticks: Sequence[str] = ()
    range: tuple[float, float] | None = None
    points: Sequence[Points] = ()
    bars: Sequence[Bars] = ()
    fields: Sequence[Field] = ()
    logarithmic_y: bool = False
    equal: bool = False
    diagram: Diagram | None = None


BOX_COLOURS = ("black", "tab:blue", "tab:red")
ARROW_COLOURS = ("dimgray", "tab:red")
MANY = 5
"""Of more curves, the legend stands beside the axes, as it does where equal units leave room there."""
LINE_HEIGHT = 0.155
"""Of the text in diagrams, in inches."""


@dataclass(frozen=True)
class Plot:
    """Panels in rows, to be drawn into the file `name`.png. Rows with diagrams are as high as these."""

    name: str
    title: str
    rows: Sequence[Sequence[Panel]]

    def draw(self, folder: Path) -> Path:
        """Write the file, whole or not at all, and tell where it is.

        Raises MissingExtraError without matplotlib, OSError where the folder cannot be written to.
        """
        try:
            from matplotlib.figure import Figure
        except ImportError as error:
            raise MissingExtraError("plots are drawn by matplotlib: pip install 'symnn[plot]'") from error
        widest = max(len(row) for row in self.rows)
        sizes = [[_size(panel) for panel in row] for row in self.rows]
        widths = [max(row[column][0] for row in sizes if len(row) > column) for column in range(widest)]
        heights = [max(height for _, height in row) for row in sizes]
        figure = Figure(figsize=(sum(widths) + 0.4, sum(heights) + 0.5), layout="constrained")
        figure.suptitle(self.title)
        grid = figure.subplots(len(self.rows), widest, squeeze=False, width_ratios=widths, height_ratios=heights)
        for axes_of_row, row in zip(grid, self.rows, strict=True):
            for axes in axes_of_row[len(row) :]:
                axes.set_axis_off()
            for axes, panel in zip(axes_of_row, row, strict=False):
                _draw_panel(axes, panel)
        image = io.BytesIO()
        figure.savefig(image, format="png", dpi=110, metadata={"Software": "symnn"})
        path = folder / f"{self.name}.png"
        write_whole(path, image.getvalue())
        return path


def _size(panel: Panel) -> tuple[float, float]:
    return (4.4, 3.2) if panel.diagram is None else (panel.diagram.width, panel.diagram.height + 0.4)


def _draw_diagram(axes: Any, diagram: Diagram) -> None:
    from matplotlib.patches import FancyBboxPatch

    axes.set(xlim=(0, diagram.width), ylim=(0, diagram.height))
    axes.set_aspect("equal")
    axes.set_axis_off()
    for arrow in diagram.arrows:
        points = list(zip(arrow.x, arrow.y, strict=True))
        axes.plot(arrow.x[:-1], arrow.y[:-1], color="gray", linewidth=1)
        axes.annotate("", points[-1], points[-2], arrowprops={"arrowstyle": "->", "color": "gray", "shrinkA": 0})
    for arrow in diagram.arrows:
        (x, other_x), (y, other_y) = arrow.x[:2], arrow.y[:2]
        _write(axes, (x + other_x) / 2, (y + other_y) / 2, arrow.lines, ARROW_COLOURS, 7.5, "white")
    for box in diagram.boxes:
        corner = box.x - box.width / 2, box.y - box.height / 2
        style, colour = ("square,pad=0", "whitesmoke") if box.is_given else ("round,pad=0,rounding_size=0.1", "white")
        axes.add_patch(FancyBboxPatch(corner, box.width, box.height, style, facecolor=colour, edgecolor="black"))
        _write(axes, box.x, box.y, box.lines, BOX_COLOURS, 9, "none")


def _write(axes: Any, x: float, y: float, lines: Sequence[str], colours: Sequence[str], size: float, back: str) -> None:
    top = y + LINE_HEIGHT * (len(lines) - 1) / 2
    for place, (line, colour) in enumerate(zip(lines, colours, strict=False)):
        behind = {"facecolor": back, "edgecolor": "none", "pad": 1.5}
        at = top - LINE_HEIGHT * place
        axes.text(x, at, line, color=colour, fontsize=size, ha="center", va="center", bbox=behind, parse_math=False)


def _draw_panel(axes: Any, panel: Panel) -> None:
    if panel.diagram is not None:
        axes.set_title(panel.title)
        _draw_diagram(axes, panel.diagram)
        return
    axes.set(title=panel.title, xlabel=panel.x_label, ylabel=panel.y_label)
    for field in panel.fields:
        draw = axes.contourf if field.filled else axes.contour
        draw(
            field.x,
            field.y,
            field.values,
            levels=list(field.levels),
            cmap="coolwarm" if field.filled else "viridis",
            alpha=0.6,
        )
    for bars in panel.bars:
        axes.stairs(bars.counts, bars.edges, fill=True, alpha=0.4, label=bars.label)
        axes.locator_params(axis="x", nbins=5)
    for points in panel.points:
        axes.plot(points.x, points.y, "o", ms=4.5, mec="black", mew=0.4, label=points.label)
    for curve in panel.curves:
        if panel.marked:
            axes.errorbar(curve.x, curve.y, yerr=list(curve.deviation) or None, fmt="o", capsize=3, label=curve.label)
        else:
            axes.plot(curve.x, curve.y, label=curve.label, linewidth=1.4)
            if curve.deviation:
                low, high = (
                    [y + sign * off for y, off in zip(curve.y, curve.deviation, strict=True)] for sign in (-1, 1)
                )
                axes.fill_between(curve.x, low, high, alpha=0.15)
    if panel.logarithmic:
        axes.set_xscale("log")
    if panel.logarithmic_y:
        axes.set_yscale("log")
    if panel.equal:
        axes.set_aspect("equal")
    if panel.ticks:
        axes.set_xticks(range(len(panel.ticks)), panel.ticks)
    if panel.range:
        axes.set_ylim(panel.range)
    axes.grid(alpha=0.3)
    labelled: tuple[Curve | Points | Bars, ...] = (*panel.curves, *panel.points, *panel.bars)
    labels = sum(bool(drawn.label) for drawn in labelled)
    if labels:
        beside = {"loc": "upper left", "bbox_to_anchor": (1.02, 1.0), "borderaxespad": 0.0}
        axes.legend(fontsize="small", **(beside if panel.equal or labels > MANY else {}))
