"""Checks of the data: sizes, numbers, classes and scale."""

from __future__ import annotations

import numpy as np

from symnn.recipe.finding import Finding
from symnn.recipe.subject import Subject

IMBALANCE = 5.0
"""How many times as many samples the largest class may have as the smallest."""
LEAST_SCALE, LARGEST_SCALE = 0.1, 3.0
"""The root mean square of all inputs should lie between; and a column's mean should not be larger than the latter."""


def sizes(subject: Subject) -> Finding:
    """How many samples, inputs and classes there are, and how many numbers are learned from them."""
    (m, inputs), outputs = subject.X.shape, subject.model.layers[-1].units
    learned, told = subject.model.parameters, m * outputs
    said = f"{m:,} samples of {inputs} inputs; {learned:,} numbers to learn from {told:,} targets"
    held = subject.model.training.validation or subject.model.regularisation.l2
    if learned > told and not held:
        remedy = "the samples can be learned by heart: write [regularisation] l2, or hold out [training] validation"
        return Finding("sizes", "warns", said, remedy)
    return Finding("sizes", "passes", said)


def numbers(subject: Subject) -> Finding:
    """Whether all inputs are finite."""
    bad = np.argwhere(~np.isfinite(subject.X))
    if len(bad):
        row, column = bad[0]
        said = f"{len(bad)} of {subject.X.size:,} inputs are not finite, the first in row {row}, column {column}"
        return Finding("numbers", "fails", said, "leave such samples out of the data set, or fill them in")
    return Finding("numbers", "passes", f"all {subject.X.size:,} inputs are finite")


def classes(subject: Subject) -> Finding:
    """How many samples each class has."""
    names = subject.about_data.classes
    counts = np.bincount(subject.classes, minlength=len(names))
    least, most = int(counts.argmin()), int(counts.argmax())
    if counts[least] == 0:
        said = f"no sample of the class {names[least]}, up to {counts[most]:,} of others"
        return Finding("classes", "fails", said, "take more samples: [data] training")
    many = f"{counts[most]:,}" if counts[least] == counts[most] else f"{counts[least]:,} to {counts[most]:,}"
    said = f"{len(names)} classes of {many} samples"
    if counts[most] > IMBALANCE * counts[least]:
        weights = ", ".join(f"{len(subject.classes) / (len(names) * count):.3g}" for count in counts)
        remedy = f"the largest class outweighs the smallest: write class_weights = [{weights}]"
        return Finding("classes", "warns", said, remedy)
    return Finding("classes", "passes", said)


def scale(subject: Subject) -> Finding:
    """Whether inputs are of order one, and columns not far from zero, after the preprocessing of the model."""
    size = float(np.sqrt(np.mean(subject.X**2)))
    means, varying = np.abs(subject.X.mean(axis=0)), np.ptp(subject.X, axis=0) > 0
    constant = f", {np.count_nonzero(~varying)} columns do not vary" if not varying.all() else ""
    said = f"root mean square {size:.3g}, means of columns up to {means.max():.2g}{constant}"
    if LEAST_SCALE <= size <= LARGEST_SCALE and means.max() <= LARGEST_SCALE:
        return Finding("scale", "passes", said)
    wanted = "another scale" if subject.data.preprocessing == "standardise" else 'preprocessing = "standardise"'
    return Finding("scale", "warns", said, f"steps suit inputs of order one: write [data] {wanted}")
