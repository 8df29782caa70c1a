"""Plots as data, and drawing them into a file by matplotlib (the extra `plot`)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
class Panel:
    """Fields, points, curves and bars on common axes, drawn in this order.

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


@dataclass(frozen=True)
class Plot:
    """Panels in rows, to be drawn into the file `name`.png."""

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
        figure = Figure(figsize=(4.4 * widest + 0.4, 3.2 * len(self.rows) + 0.5), layout="constrained")
        figure.suptitle(self.title)
        for axes_of_row, row in zip(figure.subplots(len(self.rows), widest, squeeze=False), self.rows, strict=True):
            for axes in axes_of_row[len(row) :]:
                axes.set_axis_off()
            for axes, panel in zip(axes_of_row, row, strict=False):
                _draw_panel(axes, panel)
        image = io.BytesIO()
        figure.savefig(image, format="png", dpi=110, metadata={"Software": "symnn"})
        path = folder / f"{self.name}.png"
        write_whole(path, image.getvalue())
        return path


def _draw_panel(axes: Any, panel: Panel) -> None:
    axes.set(title=panel.title, xlabel=panel.x_label, ylabel=panel.y_label)
    for field in panel.fields:
        draw = axes.contourf if field.filled else axes.contour
        draw(field.x, field.y, field.values, levels=list(field.levels), cmap="coolwarm", alpha=0.6)
    for bars in panel.bars:
        axes.stairs(bars.counts, bars.edges, fill=True, alpha=0.4, label=bars.label)
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
    if any(drawn.label for drawn in labelled):
        axes.legend(fontsize="small")
