"""Two circles and feature maps (H1): a linear layer fails on the plane, and succeeds on squares of coordinates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from symnn.learn.datasets.small import FEATURES
from symnn.runs.final import scores_on_test_samples
from symnn.runs.report import Claim, Report
from symnn.runs.run import Options, Sources, percent
from symnn.runs.training import Trained, jobs_of, train_all

BAG = tuple(FEATURES)
MODELS = {
    "circles": "the coordinates x₁, x₂ themselves",
    "circles_squares": "φ(x) = (x₁², x₂²)",
    "circles_bag": f"a bag of features: {', '.join(BAG)}",
}
"""Models of one linear layer with a sigmoid, by what they are given."""


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
    _chosen(report, trained)
    report.compare(
        "Mean test accuracy",
        [
            Claim("on x₁, x₂", "at most", 0.7, float(np.mean(tests["circles"]))),
            Claim("on x₁², x₂²", "at least", 1.0, float(np.mean(tests["circles_squares"]))),
            Claim("on the bag", "at least", 1.0, float(np.mean(tests["circles_bag"]))),
        ],
    )
    return report


def _chosen(report: Report, trained: Mapping[str, Sequence[Trained]]) -> None:
    """Which features of the bag the linear layer relies on: those with the largest weights."""
    weights = np.array([one.parameters["W1"][:, 0] for one in trained["circles_bag"]])
    order = np.argsort(-np.abs(weights).mean(axis=0))
    rows = [(BAG[place], f"{weights[:, place].mean():+.3f}") for place in order]
    report.table("What the linear layer chooses from the bag", ("feature", "mean weight"), rows)
    two = {BAG[place] for place in order[:2]}
    report.compare("The largest weights are those of", [Claim("x₁² and x₂²", "at least", 2, len(two & {"x₁²", "x₂²"}))])
