"""Checks before the first step: the loss, units that differ, gradients that reach every layer, and that are right."""

from __future__ import annotations

import math

import numpy as np

from symnn.recipe.finding import Finding
from symnn.recipe.subject import MOST_SAMPLES, WITHIN, Parameters, Subject

SEEDS = 5
CLOSE, FAR = 1.5, 10.0
"""The loss at the start may be so many times what guessing costs; from the second on something is wrong."""
APART = 1e3
"""How many times as large the gradient of one layer may be as that of another."""
DIRECTIONS, FEW = 3, 20
MOVED = 0.1
"""So far from the start gradients are checked, since units may begin at a kink."""


def loss_at_start(subject: Subject) -> Finding:
    """The loss of fresh parameters against that of an output that knows nothing of its input: ln k for k classes."""
    batch, guessing = subject.some(MOST_SAMPLES), subject.baseline
    found = [subject.loss(subject.start(seed), batch) for seed in range(SEEDS)]
    k = subject.model.layers[-1].units
    told = [f"ln\N{NO-BREAK SPACE}{count}" for count in (k, 2) if math.isclose(guessing, math.log(count), rel_tol=1e-9)]
    said = f"{np.mean(found):.4g} in the mean over {SEEDS} seeds; guessing costs {guessing:.4g}"
    said += f" = {told[0]}" if told else ""
    what = "loss at the start"
    remedy = 'weights begin too large: write [initialisation] weights = "xavier" or "he", or a smaller scale'
    if not np.isfinite([*found, guessing]).all():
        return Finding(what, "fails", said, WITHIN)
    if max(found) > FAR * abs(guessing):
        return Finding(what, "fails", said, remedy)
    if np.mean(found) > CLOSE * abs(guessing):
        return Finding(what, "warns", said, remedy)
    return Finding(what, "passes", said)


def layers_at_start(subject: Subject) -> Finding:
    """Whether the units of each hidden layer differ, and how the gradients of the layers compare (S13)."""
    start, what = subject.start(), "layers at the start"
    hidden = subject.weights[:-1]
    equal = [name for name in hidden if start[name].shape[1] > 1 and not np.ptp(start[name], axis=1).any()]
    if equal:
        said = f"all units of {', '.join(equal)} begin with the same weights"
        return Finding(what, "fails", said, 'they stay the same for ever: write [initialisation] weights = "xavier"')
    slopes = subject.gradients(start, subject.some(MOST_SAMPLES))
    sizes = {name: float(np.sqrt(np.mean(slopes[name] ** 2))) for name in subject.weights}
    bad = [name for name, size in sizes.items() if not math.isfinite(size)]
    if bad:
        return Finding(what, "fails", f"the gradients of {', '.join(bad)} are not finite", WITHIN)
    least, most = min(sizes, key=sizes.__getitem__), max(sizes, key=sizes.__getitem__)
    said = f"root mean squares of gradients from {sizes[least]:.2g} ({least}) to {sizes[most]:.2g} ({most})"
    remedy = 'the variance is not kept from layer to layer: write [initialisation] weights = "he" for relu, or "xavier"'
    if not sizes[least] > 0:
        return Finding(what, "fails", said, remedy)
    if sizes[most] > APART * sizes[least]:
        return Finding(what, "warns", said, remedy)
    return Finding(what, "passes", said)


def gradient_check(subject: Subject) -> Finding:
    """The emitted gradients on real samples against central differences, along random directions of each array."""
    random = np.random.default_rng(subject.model.training.seed)
    here = {name: array + MOVED * random.normal(size=array.shape) for name, array in subject.start().items()}
    batch = subject.some(FEW)
    slopes = subject.gradients(here, batch)
    precision = float(np.finfo(subject.module["DTYPE"]).eps)
    step, allowed = precision ** (1 / 3), 20 * math.sqrt(precision)
    worst, place = 0.0, ""
    for name, slope in slopes.items():
        for _ in range(DIRECTIONS):
            direction = random.normal(size=slope.shape)
            direction /= np.linalg.norm(direction)
            above, below = (_moved(subject, here, name, sign * step * direction) for sign in (1, -1))
            difference = (subject.loss(above, batch) - subject.loss(below, batch)) / (2 * step)
            off = abs(difference - float(np.sum(slope * direction))) / max(1e-3, float(np.linalg.norm(slope)))
            if not math.isfinite(off):
                said = f"the loss or its gradient is not finite beside the start ({name})"
                return Finding("gradients", "fails", said, WITHIN)
            if off >= worst:
                worst, place = off, name
    said = f"{DIRECTIONS * len(slopes)} directions on {len(batch[0])} samples, off by at most {worst:.1e} ({place})"
    if not worst <= allowed:
        return Finding(
            "gradients", "fails", said, f"the module is not what symnn emits: symnn check {subject.model.name}"
        )
    return Finding("gradients", "passes", said)


def _moved(subject: Subject, parameters: Parameters, name: str, by: np.ndarray) -> Parameters:
    return {**parameters, name: parameters[name] + by}
