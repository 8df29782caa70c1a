"""Two circles and feature maps (H1): a linear layer fails on the plane, and succeeds on squares of coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from symnn.arrays import Floats
from symnn.learn.datasets import samples_for_training
from symnn.learn.datasets.samples import Labels
from symnn.learn.datasets.small import FEATURES
from symnn.learn.training import Trained, data_of, given_samples, jobs_of, load_module, train_all
from symnn.plots import Grid, Panel, Plot, Points
from symnn.runs.final import scores_on_test_samples
from symnn.runs.report import Claim, Report
from symnn.runs.run import Options, Sources, percent

BAG = tuple(FEATURES)
MODELS = {
    "circles": "the coordinates x₁, x₂ themselves",
    "circles_squares": "φ(x) = (x₁², x₂²)",
    "circles_bag": f"a bag of features: {', '.join(BAG)}",
}
"""Models of one linear layer with a sigmoid, by what they are given."""
GIVEN = {"circles": ("x₁", "x₂"), "circles_squares": ("x₁²", "x₂²"), "circles_bag": BAG}
EDGE = 2.6
"""How far the plane is drawn."""


def circles(sources: Sources, options: Options) -> Report:
    """Train a linear classifier on each kind of features."""
    jobs = jobs_of(sources, MODELS, options.seeds, None)
    trained = train_all(jobs, options.watcher)
    report = Report("circles: what a linear layer can tell apart depends on its features (row H1)")
    tests = {name: scores_on_test_samples(found, (None,))[None] for name, found in trained.items()}
    rows = [
        (what, percent([one.measure("accuracy") for one in trained[name]]), percent(tests[name]))
        for name, what in MODELS.items()
    ]
    report.table("Accuracy in % of a linear layer", ("features", "training", "test"), rows)
    samples = samples_for_training("circles")
    best = best_line(samples.X, samples.y)
    _chosen(report, trained)
    report.compare(
        "Mean test accuracy, and what no line is above",
        [
            Claim("on x₁, x₂", "at most", 0.7, float(np.mean(tests["circles"]))),
            Claim("the best of all lines, on the training samples", "at most", 0.75, best),
            Claim("on x₁², x₂²", "at least", 1.0, float(np.mean(tests["circles_squares"]))),
            Claim("on the bag", "at least", 1.0, float(np.mean(tests["circles_bag"]))),
        ],
    )
    report.remark(
        "On x₁ and x₂ no line is right for both circles: the mean of wᵀx + b at two opposite points is b, on either. "
        f"The best of all lines cuts an arc off the outer one, and is right for {100 * best:.1f} % of the training "
        "samples. By the squares the circles are lines, x₁² + x₂² = r²."
    )
    report.plot(_plot({name: found[0] for name, found in trained.items()}))
    return report


def best_line(X: Floats, y: Labels) -> float:
    """The largest accuracy of any line on points of the plane with labels 0 and 1.

    X: (n, 2). A line splits the points as it orders them by its normal: all places are tried for one direction after
    the other, half a degree apart, and with either side as 1.
    """
    angles = np.deg2rad(np.arange(0, 180, 0.5))
    order = np.argsort(X @ np.stack([np.cos(angles), np.sin(angles)]), axis=0)
    signs = np.where(y == 1, 1, -1)[order]
    gained = np.vstack([np.zeros(len(angles)), np.cumsum(signs, axis=0)])
    right = (gained[-1] - gained + np.sum(y == 0)) / len(y)
    return float(max(right.max(), 1 - right.min()))


def _chosen(report: Report, trained: Mapping[str, Sequence[Trained]]) -> None:
    """Which features of the bag the linear layer relies on: those with the largest weights."""
    weights = np.array([one.parameters["W1"][:, 0] for one in trained["circles_bag"]])
    order = np.argsort(-np.abs(weights).mean(axis=0))
    rows = [(BAG[place], f"{weights[:, place].mean():+.3f}") for place in order]
    report.table("What the linear layer chooses from the bag", ("feature", "mean weight"), rows)
    two = {BAG[place] for place in order[:2]}
    report.compare("The largest weights are those of", [Claim("x₁² and x₂²", "at least", 2, len(two & {"x₁²", "x₂²"}))])


def _plot(trained: Mapping[str, Trained]) -> Plot:
    """Where each model says outer, in the plane of x₁ and x₂, and for the squares in the plane of these."""
    samples = samples_for_training("circles")
    grid = Grid.of((-EDGE, EDGE), (-EDGE, EDGE), 90, 90)
    panels = []
    for name, one in trained.items():
        features = [FEATURES[feature](*grid.places.T) for feature in GIVEN[name]]
        said = _said(one, np.column_stack(features))
        panels.append(_panel(MODELS[name].partition(":")[0], ("x₁", "x₂"), samples.X, samples.y, grid, said))
    squared = Grid.of((0.0, EDGE**2), (0.0, EDGE**2), 90, 90)
    said = _said(trained["circles_squares"], squared.places)
    of_squares = _panel("φ(x) in its own plane", ("x₁²", "x₂²"), samples.X**2, samples.y, squared, said)
    return Plot("circles", "What a linear layer tells apart", (panels[:2], (panels[2], of_squares)))


def _said(one: Trained, features: Floats) -> Floats:
    """The probability of the outer circle."""
    _, preprocess = given_samples(data_of(one.job.model), one.job.folder)
    found: Floats = load_module(one.job.module)["predict_proba"](one.parameters, preprocess(features))
    return found


def _panel(title: str, labels: tuple[str, str], X: Floats, y: Labels, grid: Grid, said: Floats) -> Panel:
    return Panel(
        title,
        *labels,
        points=Points.of_classes(X, y, {0: "inner", 1: "outer"}),
        fields=[grid.field(said, (0.0, 0.5, 1.0), filled=True)],
        equal=True,
    )
