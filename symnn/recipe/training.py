"""Checks by training: the order of samples, a small part by heart, the learning rate, noise, and when to stop."""

from __future__ import annotations

import math
from itertools import islice, repeat
from typing import Any

import numpy as np

from symnn.arrays import Floats, Packing
from symnn.plots import Curve, Panel
from symnn.recipe.finding import Finding, State
from symnn.recipe.subject import MOST_SAMPLES, SHORTER, WITHIN, Batch, Parameters, Subject

PART, STEPS, LEARNED, NEARLY = 20, 3_000, 0.01, 0.1
"""So many samples are to be learned in so many steps down to a part of what guessing costs."""
RATES = tuple(10.0 ** (half / 2) for half in range(-10, 5))
RANGE_STEPS, SHOWN = 30, 3.0
"""Steps at each rate; losses of more times that at the start are not drawn."""
SHORT, BARELY = 30.0, 0.5
"""A rate so many times below the best is too small, where it lowers the loss by less than this part."""
SIZES, DRAWS, OF_NOISE = (1, 2, 4, 8, 16, 32, 64, 128), 40, 200
"""Mini-batches of these sizes, each drawn so many times from so many samples."""
UNEQUAL = 1e-4
"""So far may the gradient of some samples be from the mean of theirs, as a part of it."""
ROUNDED = 100.0
"""A mean gradient of so many rounding errors of a sample's is zero."""
NOISY = 100.0
"""The variance of a batch's gradient may be so many times its squared length."""
ENOUGH = 50
"""From so many samples on, some can be held out."""
HELD_OUT = 0.2
"""The part of the samples to hold out where a model holds out none."""
USEFUL, FALLING = 0.9, 0.01
"""In parts of the cost of guessing: the held-out loss must be below one, and its last tenth may gain the other."""
RISEN = 1.1
"""How many times its least value the held-out loss may be at the end."""


def order(subject: Subject) -> Finding:
    """How mixed the classes are in the order of the data, and that `fit` draws an order of its own for each pass."""
    labels, m, what = subject.classes, len(subject.classes), "shuffling"
    changes = int(np.count_nonzero(np.diff(labels)))
    expected = m * (1 - float(np.sum((np.bincount(labels) / m) ** 2)))
    said = f"the class changes {changes:,} times from sample to sample; in random order {expected:,.0f} times"
    batch = subject.model.training.batch
    if batch is None or batch >= m:
        return Finding(what, "passes", f"{said}. A step takes all samples, in any order")
    count = min(m, max(MOST_SAMPLES, 2 * batch))
    X, y = subject.X[:count], subject.targets[:count]
    options = {"parameters": subject.start(), "epochs": 1, "batch": min(batch, count // 2), "progress": None}
    try:
        runs = [subject.module["fit"](X, y, seed=seed, validation=0, patience=None, **options) for seed in (0, 1)]
    except FloatingPointError as error:
        return _diverged(what, error)
    first, second = (_flat(run.parameters) for run in runs)
    if np.array_equal(first, second):
        return Finding(what, "fails", f"{said}. Training takes them as they come", "draw a new order for every pass")
    return Finding(what, "passes", f"{said}. Training draws a new order for every pass")


def _diverged(what: str, error: FloatingPointError) -> Finding:
    """What `fit` says of a loss that is not finite: the place, and after a semicolon what to do."""
    found, _, remedy = str(error).partition("; ")
    return Finding(what, "fails", found, remedy or SHORTER)


def overfit(subject: Subject) -> Finding:
    """A small part of the samples, learned by heart with the model's own optimiser and rate."""
    batch, what = subject.some(PART), "a small part"
    loss = best = math.inf
    parameters, taken = subject.start(), 0
    for after in subject.descend(subject.model.optimiser.learning_rate, repeat(batch, STEPS)):
        loss, taken = subject.loss(after, batch), taken + 1
        if loss < best:
            best, parameters = loss, after
        if best <= LEARNED * abs(subject.baseline) or not math.isfinite(loss):
            break
    if not math.isfinite(best):
        return Finding(what, "fails", f"the loss of {len(batch[0])} samples is {loss:g} at once", subject.of_overflow)
    accuracy = subject.accuracy(parameters, batch)
    right = "" if accuracy is None else f", {100 * accuracy:.0f} % right"
    said = f"{len(batch[0])} samples in {taken:,} steps: loss {best:.2g}{right}; guessing costs {subject.baseline:.3g}"
    if best <= LEARNED * abs(subject.baseline):
        return Finding(what, "passes", said)
    if best <= NEARLY * abs(subject.baseline):
        return Finding(what, "warns", said, "it is nearly learned by heart: a larger learning rate, or more units")
    if not math.isfinite(loss):
        return Finding(what, "fails", f"{said}; then the loss is {loss:g}", subject.of_overflow)
    remedy = "what cannot be learned by heart cannot be learned: more units or layers, or another learning rate"
    return Finding(what, "fails", said, remedy)


def learning_rate(subject: Subject) -> Finding:
    """A range test: a few steps at each of many rates; the largest that still lowers the loss, and the best."""
    batch = subject.some(MOST_SAMPLES)
    before = subject.loss(subject.start(), batch)
    own, what = subject.model.optimiser.learning_rate, "learning rate"
    if not math.isfinite(before):
        return Finding(what, "fails", f"the loss is {before:g} at the start", WITHIN)

    def after(rate: float) -> float:
        steps = subject.descend(rate, islice(subject.batches(subject.model.training.batch), RANGE_STEPS))
        *_, last = steps
        loss = subject.loss(last, batch)
        return loss if math.isfinite(loss) else math.inf

    losses = {rate: after(rate) for rate in RATES}
    falling = [rate for rate, loss in losses.items() if loss < before]
    best = min(losses, key=losses.__getitem__)
    finite = [(rate, loss) for rate, loss in losses.items() if loss < SHOWN * abs(before)]
    curve = Curve("", [rate for rate, _ in finite], [loss for _, loss in finite])
    panel = Panel(f"{RANGE_STEPS} steps at each rate", "learning rate", "loss", [curve], logarithmic=True)
    if not falling:
        said = f"the loss falls at no rate from {RATES[0]:g} to {RATES[-1]:g}"
        return Finding(what, "fails", said, "look at the layers and at the scale of the inputs first", [panel])
    said = f"{own:g}; in {RANGE_STEPS} steps the loss falls up to {falling[-1]:.2g}, most at {best:.2g}"
    of_own = after(own)
    if not of_own < before:
        return Finding(what, "fails", said, f"steps are too long: write learning_rate = {best / 3:.1g}", [panel])
    if own * SHORT < best and of_own > BARELY * before:
        return Finding(what, "warns", said, f"steps are short: try learning_rate = {10 * own:.1g}", [panel])
    return Finding(what, "passes", said, panels=[panel])


def noise(subject: Subject) -> Finding:
    """The variance of mini-batch gradients at the start against their size b, beside v/b · (n − b)/(n − 1) (B10)."""
    batch, what = subject.some(OF_NOISE), "gradient noise"
    n, start = len(batch[0]), subject.start()
    mean, squares = _of_single(subject, start, batch)
    whole = _flat(subject.gradients(start, batch))
    length = float(mean @ mean)
    if not math.isfinite(squares):
        return Finding(what, "fails", f"the gradients of {n} samples, or their squares, are not finite", WITHIN)
    if math.sqrt(length) <= ROUNDED * float(np.finfo(mean.dtype).eps) * math.sqrt(squares):
        said = f"the mean gradient of {n} samples is zero at the start"
        return Finding(what, "warns", said, 'a mean step leads nowhere: write [initialisation] weights = "xavier"')
    if float(np.linalg.norm(whole - mean)) > UNEQUAL * max(math.sqrt(length), 1e-8):
        times = float(np.linalg.norm(whole)) / math.sqrt(length)
        said = f"the gradient of {n} samples is {times:.3g} times the mean of theirs"
        return Finding(what, "warns", said, "a step is as long as its batch is large: write a mean_ loss")
    variance = squares - length
    random = np.random.default_rng(subject.model.training.seed)
    measured, expected = {}, {}
    for size in (size for size in SIZES if size < n):
        rows = [random.permutation(n)[:size] for _ in range(DRAWS)]
        off = [_flat(subject.gradients(start, (batch[0][some], batch[1][some]))) - mean for some in rows]
        measured[size] = float(np.mean([each @ each for each in off]))
        expected[size] = variance / size * (n - size) / (n - 1)
    if not measured or variance <= 0:
        return Finding(what, "passes", f"{n} samples: too few, or all of one gradient, for noise to matter")
    ratio = float(np.mean([measured[size] / expected[size] for size in measured]))
    even = f"as large as the gradient at b = {variance / length:.2g}"
    said = f"falls as 1/b, {ratio:.2f} times what is expected; {even}"
    panel = Panel("gradient noise at the start", "size b of the batch", "variance of the gradient", [
        Curve("measured", list(measured), list(measured.values())),
        Curve("v/b · (n − b)/(n − 1)", list(expected), list(expected.values())),
    ], logarithmic=True, logarithmic_y=True)  # fmt: skip
    size = min(subject.model.training.batch or n, n)
    if variance / size > NOISY * length:
        remedy = f"at b = {size} a step is mostly noise: a larger batch, or a learning rate that decays"
        return Finding(what, "warns", said, remedy, [panel])
    return Finding(what, "passes", said, panels=[panel])


def _of_single(subject: Subject, parameters: Parameters, batch: Batch) -> tuple[Floats, float]:
    """The mean of the gradients of single samples, and of their squared lengths."""
    total, squares, (X, Y) = None, 0.0, batch
    for place in range(len(X)):
        one = _flat(subject.gradients(parameters, (X[place : place + 1], Y[place : place + 1])))
        total = one if total is None else total + one
        squares += float(one @ one)
    assert total is not None
    return total / len(X), squares / len(X)


def _flat(arrays: Parameters) -> Floats:
    return Packing.of(arrays).pack(arrays)


def _batch_of_rest(batch: int | None, m: int) -> int | None:
    """The batch, or all samples where it is more than what is left of them."""
    return batch if batch is None or batch <= m - round(HELD_OUT * m) else None


def early_stopping(subject: Subject) -> Finding:
    """The validation loss over all epochs: where it is least, and whether training stops there."""
    training, m, what = subject.model.training, len(subject.X), "early stopping"
    if m < ENOUGH:
        return Finding(what, "warns", f"{m} samples are too few to hold any out", "judge the network by other samples")
    options: dict[str, Any] = {"parameters": subject.start(), "progress": None}
    if not training.validation:
        options |= {"validation": HELD_OUT, "patience": None, "batch": _batch_of_rest(training.batch, m)}
    try:
        run = subject.module["fit"](subject.X, subject.targets, **options)
    except FloatingPointError as error:
        return _diverged(what, error)
    losses, of_training = run.history["validation_loss"], run.history["loss"]
    best, epochs = int(np.argmin(losses)), len(losses)
    places = list(range(1, epochs + 1))
    curves = [Curve("training", places, of_training), Curve("held out", places, losses)]
    panels = [Panel("early stopping", "epochs", "loss", curves, logarithmic_y=min(losses + of_training) > 0)]
    said = f"held-out loss least, {losses[best]:.3g}, after {best + 1} of {epochs} epochs; {losses[-1]:.3g} at the end"
    if not losses[best] < USEFUL * subject.baseline:
        state: State = "warns" if losses[best] < subject.baseline else "fails"
        said += f"; guessing costs {subject.baseline:.3g}"
        return Finding(what, state, said, "it tells hardly anything of new samples: look at the lines above", panels)
    if not training.validation:
        remedy = f"nothing is held out: write validation = {HELD_OUT:g}, patience = 10"
        return Finding(what, "warns", said, remedy, panels)
    if training.patience is None and losses[-1] > RISEN * losses[best]:
        return Finding(what, "warns", said, "it rises again: write patience = 10", panels)
    if best + 1 == training.epochs and losses[-epochs // 10] - losses[best] > FALLING * subject.baseline:
        return Finding(what, "warns", said, f"it still falls at the end: write epochs = {2 * training.epochs}", panels)
    return Finding(what, "passes", said, panels=panels)
