"""The recipe of training (S14): the checklist of a sound model, and of the same one spoiled in a few ways."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from symnn.learn.training import load_module
from symnn.recipe.checklist import Checklist, examine
from symnn.recipe.finding import Finding
from symnn.recipe.subject import Parameters, Subject
from symnn.runs.networks.recipe_reasons import reasons
from symnn.runs.report import Claim, Report
from symnn.runs.run import Options, Sources

MODEL = "iris"
SEED = 14


def _begun(change: Callable[[Parameters], Parameters]) -> Callable[[Subject], Subject]:
    """The subject with other parameters to begin with."""

    def spoiled(subject: Subject) -> Subject:
        initialise = subject.module["initialise"]
        return replace(subject, module={**subject.module, "initialise": lambda seed: change(initialise(seed))})

    return spoiled


def _times(factor: float) -> Callable[[Parameters], Parameters]:
    return lambda parameters: {name: factor * array for name, array in parameters.items()}


def _rated(factor: float) -> Callable[[Subject], Subject]:
    """The subject with a longer or shorter learning rate."""

    def spoiled(subject: Subject) -> Subject:
        optimiser = subject.model.optimiser
        changed = replace(optimiser, learning_rate=factor * optimiser.learning_rate)
        return replace(subject, model=replace(subject.model, optimiser=changed))

    return spoiled


def _relabelled(subject: Subject) -> Subject:
    """Classes that have nothing to do with the inputs."""
    return replace(subject, classes=np.random.default_rng(SEED).permutation(subject.classes))


def _summed(subject: Subject) -> Subject:
    """Gradients of a sum over the samples, and not of their mean."""
    differentiate = subject.module["differentiate"]

    def changed(X: np.ndarray, *others: np.ndarray, **rest: np.ndarray) -> tuple[np.ndarray, ...]:
        value, result, *slopes = differentiate(X, *others, **rest)
        return (value, result, *(len(X) * slope for slope in slopes))

    return replace(subject, module={**subject.module, "differentiate": changed})


def _in_one_order(subject: Subject) -> Subject:
    """Training that takes the samples in the same order whatever the seed."""
    fit = subject.module["fit"]

    def changed(*samples: np.ndarray, seed: int = 0, **rest: object) -> object:
        return fit(*samples, seed=0, **rest)

    return replace(subject, module={**subject.module, "fit": changed})


SPOILED: dict[str, tuple[Callable[[Subject], Subject], str]] = {
    "all weights zero": (_begun(_times(0.0)), "layers at the start"),
    "weights 30 times as large": (_begun(_times(30.0)), "loss at the start"),
    "inputs 100 times as large": (lambda subject: replace(subject, X=100 * subject.X), "scale"),
    "an input that is not a number": (lambda subject: replace(subject, X=_with_a_hole(subject.X)), "numbers"),
    "learning rate times 1,000": (_rated(1e3), "learning rate"),
    "learning rate ÷ 1,000": (_rated(1e-3), "learning rate"),
    "gradients of a sum, not of a mean": (_summed, "gradients"),
    "samples always in one order": (_in_one_order, "shuffling"),
    "classes shuffled": (_relabelled, "early stopping"),
}
"""What is done to the model, and the line of the checklist that must notice it."""


def recipe(sources: Sources, options: Options) -> Report:
    """The checklist of iris, which of its lines notice what was spoiled, and why the lines say what they say."""
    model = sources.model(MODEL)
    subject = Subject.of(model, load_module(sources.current_module(MODEL)))
    checklist = Checklist(MODEL, list(examine(subject)))
    report = Report(f"recipe: the training recipe as a checklist, of the model {MODEL} (row S14)")
    lines = [(finding.what, finding.mark, finding.found) for finding in checklist.findings]
    report.table(f"symnn recipe {MODEL}", ("line", "", "found"), lines, "left")
    report.compare("Lines that do not pass", [Claim(MODEL, "at most", 0, len(noticed(checklist.findings)))])
    report.plot(checklist.plot())
    rows, claims = [], []
    for what, (spoil, line) in SPOILED.items():
        found = noticed(list(examine(spoil(subject))))
        rows.append((what, ", ".join(f"{finding.mark} {finding.what}" for finding in found)))
        claims.append(Claim(what, "at least", 1, sum(finding.what == line for finding in found)))
    report.table("The same model spoiled: lines that warn (!) or fail (✗)", ("spoiled", "lines"), rows, "left")
    report.compare("Noticed by the line that is there for it", claims)
    reasons(report, sources, subject)
    return report


def noticed(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that do not pass."""
    return [finding for finding in findings if finding.state != "passes"]


def _with_a_hole(X: np.ndarray) -> np.ndarray:
    found = X.copy()
    found[2, 1] = np.nan
    return found
