"""A sample of Fashion-MNIST (L23) in seconds: the networks of its table after a few passes, from one seed each.

Nothing is chosen, so nothing is held out, and the test images may be read for every network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from symnn.learn.training import Trained, jobs_of, train_all
from symnn.plots import Panel, Plot
from symnn.processes import processors
from symnn.runs.final import scores_on_test_samples
from symnn.runs.networks.fashion import ACTIVATIONS, METHODS, counted, data_in_common, table_of_models
from symnn.runs.report import Claim, Report
from symnn.runs.run import Options, Sources, curve, percent

PASSES = 3
PARAMETERS = 22_270
LEARNED, HARDLY = 0.75, 0.65
"""What SGD and Adam must reach on the test images with every activation, and what GD does not reach with any."""


def fashion_mnist_sample(sources: Sources, options: Options) -> Report:
    """Train each network for a few passes over all training images, and tell how many test images it has right."""
    table = table_of_models()
    models = [sources.model(name) for name in table]
    data = data_in_common(models)
    jobs = [replace(job, epochs=PASSES) for job in jobs_of(sources, table, 1, options.folder)]
    trained = train_all(jobs, options.watcher, processors())
    scores = {name: scores_on_test_samples(found, (data.test,))[data.test] for name, found in trained.items()}
    of = {table[name]: (trained[name], scores[name]) for name in table}
    report = Report(f"fashion-mnist-sample: {PASSES} passes over {counted(data.training)} images (row L23)")
    for heading, place in (("training loss of the last pass", 0), (f"% of {counted(data.test)} test images right", 1)):
        rows = [(ACTIVATIONS[key], *(_cells(*of[key, method])[place] for method in METHODS)) for key in ACTIVATIONS]
        report.table(f"After {PASSES} passes: {heading}", ("", *METHODS.values()), rows)
    _claims(report, {what: score for what, (_, (score,)) in of.items()}, [model.parameters for model in models])
    report.plot(_curves({what: found for what, (found, _) in of.items()}))
    report.remark(
        f"{list(models[0].sizes)} each, from one seed. A pass is one step of GD and {counted(data.training)} of SGD. "
        "`symnn run fashion-mnist` trains them to the end, from five seeds, and others to do better; it takes minutes."
    )
    return report


def _cells(trained: Sequence[Trained], scores: Sequence[float]) -> tuple[str, str]:
    return f"{trained[0].history['loss'][-1]:.3f}", percent(scores)


def _claims(report: Report, scores: Mapping[tuple[str, str], float], parameters: Sequence[int]) -> None:
    by_all = [score for (_, method), score in scores.items() if method == "gd"]
    by_few = [score for (_, method), score in scores.items() if method in ("sgd", "adam")]
    report.compare(
        "Test images, and parameters",
        [
            Claim("the worst by SGD or Adam", "at least", LEARNED, min(by_few)),
            Claim("the best by GD", "at most", HARDLY, max(by_all)),
            Claim("least number of parameters", "at least", PARAMETERS, min(parameters)),
            Claim("largest number of parameters", "at most", PARAMETERS, max(parameters)),
        ],
    )


def _curves(trained: Mapping[tuple[str, str], Sequence[Trained]]) -> Plot:
    panels = [
        Panel(
            shown,
            "passes over the training images",
            "training loss" if not place else "",
            [curve(what, trained[key, method], "loss") for method, what in METHODS.items()],
            range=(0, 2.6),
        )
        for place, (key, shown) in enumerate(ACTIVATIONS.items())
    ]
    return Plot("fashion-mnist-sample", f"Fashion-MNIST in {PASSES} passes, by the steps of four methods", [panels])
