"""Gradient descent against stochastic gradient descent (L22): training curves of one network by both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symnn.learn.training import Trained, jobs_of, train_all
from symnn.plots import Panel, Plot
from symnn.runs.report import Claim, Report
from symnn.runs.run import Options, Sources, curve, mean_of, settings_of, spread

MODELS = {"digits_gd": "GD", "digits_sgd": "SGD"}
SHOWN = (1, 2, 5, 10, 20)


def gd_and_sgd(sources: Sources, options: Options) -> Report:
    """Train the same network with the same first weights by both, for as many passes over the samples."""
    trained = train_all(jobs_of(sources, MODELS, options.seeds, options.folder), options.watcher)
    report = Report("gd-and-sgd: gradient descent, and stochastic, on digits (row L22)")
    columns = ("", "weights", "learning rate", "batch", "epochs", "patience")
    report.table("Settings", columns, [(what, *settings_of(sources.model(name))) for name, what in MODELS.items()])
    rows = [
        (what, *(spread([one.history["loss"][passes - 1] for one in trained[name]], decimals=3) for passes in SHOWN))
        for name, what in MODELS.items()
    ]
    report.table(f"Training loss after some passes, over {options.seeds} seeds", ("", *map(str, SHOWN)), rows)
    _held_out(report, trained)
    first = {name: [one.history["loss"][4] for one in found] for name, found in trained.items()}
    report.compare(
        "After 5 passes",
        [
            Claim(
                "largest loss of SGD over least of GD",
                "at most",
                0.5,
                max(first["digits_sgd"]) / min(first["digits_gd"]),
            ),
        ],
    )
    report.remark(
        "A pass is the same work for both: one gradient for each sample. GD makes one step of it, SGD a step for each; "
        "the steps of SGD must be shorter, since each follows one sample alone. Of the rates 1, 2, 3, 5, 8 and 12 for "
        "GD, 5 is the greatest with which the loss falls all the time; of 0.01, 0.03 and 0.1 for SGD, 0.1 is the best. "
        "Loss is the mean over a pass while the "
        "weights change, so the first value of SGD is already that of a network that has learned."
    )
    report.plot(_curves(trained))
    return report


def _held_out(report: Report, trained: Mapping[str, Sequence[Trained]]) -> None:
    report.compare(
        "Mean accuracy on the samples that were held out, at the best pass",
        [Claim(what, "at least", 0.8, mean_of(trained[name], "validation_accuracy")) for name, what in MODELS.items()],
    )


def _curves(trained: Mapping[str, Sequence[Trained]]) -> Plot:
    panels = [
        Panel(
            title,
            "passes over the samples",
            label,
            [curve(what, trained[name], measure) for name, what in MODELS.items()],
            logarithmic_y=measure == "loss",
        )
        for title, label, measure in (
            ("Training", "loss", "loss"),
            ("Held out", "accuracy", "validation_accuracy"),
        )
    ]
    return Plot("gd_and_sgd", "Gradient descent against stochastic gradient descent on digits", [panels])
