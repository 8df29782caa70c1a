"""A model trained on its data set from several seeds: iris, digits (S5), and every model file that names its data."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from symnn.learn.datasets import labelled
from symnn.learn.training import Trained, data_of, jobs_of, train_all
from symnn.plots import Panel, Plot
from symnn.runs.final import scores_on_test_samples
from symnn.runs.report import Claim, Report
from symnn.runs.run import Options, Sources, curve, settings_of, spread


def of_model(name: str, at_least: float | None = None) -> Callable[[Sources, Options], Report]:
    """The run of a model; `at_least` is what its mean test accuracy must reach, and else its loss must have fallen."""

    def execute(sources: Sources, options: Options) -> Report:
        model = sources.model(name)
        data = labelled(data_of(model).name)
        trained = train_all(jobs_of(sources, [name], options.seeds, options.folder), options.watcher)[name]
        report = Report(f"{name}: {model.title}")
        report.remark(f"Data: {data.about}. Source: {data.source}. Licence: {data.licence}.")
        columns = ("weights", "learning rate", "batch", "epochs", "patience")
        report.table("Settings", columns, [settings_of(model)])
        _results(report, trained, at_least)
        report.plot(_curves(name, model.title, trained))
        return report

    return execute


def _results(report: Report, trained: Sequence[Trained], at_least: float | None) -> None:
    test = scores_on_test_samples(trained, (None,))[None]
    measures = [measure for measure, values in trained[0].history.items() if values]
    rows = [
        (measure.replace("_", " "), spread([one.measure(measure) for one in trained], decimals=4))
        for measure in measures
    ]
    of_test = "test accuracy" if "accuracy" in measures else "test R²"
    rows += [(of_test, spread(test, decimals=4)), ("best epoch", spread([one.best + 1 for one in trained]))]
    rows += [("seconds", spread([one.seconds for one in trained]))]
    report.table(f"At the best epoch: mean and deviation over {len(trained)} seeds", ("", ""), rows)
    if at_least is not None:
        report.compare(f"Mean {of_test}", [Claim("over all seeds", "at least", at_least, float(np.mean(test)))])
        return
    losses = [one.history["loss"] for one in trained]
    fallen = [
        Claim(f"seed {one.job.seed}", "at most", found[0], found[-1])
        for one, found in zip(trained, losses, strict=True)
    ]
    report.compare("The loss of the last epoch is below that of the first", fallen)


def _curves(name: str, title: str, trained: Sequence[Trained]) -> Plot:
    history = trained[0].history

    def panel(label: str) -> list[Panel]:
        measures = {"training": label, "validation": f"validation_{label}"}
        lines = [curve(of, trained, measure) for of, measure in measures.items() if history.get(measure)]
        return [Panel("", "passes over the training samples", label, lines)] if lines else []

    row = panel("loss") + panel("accuracy")
    return Plot(name, title, [row])
