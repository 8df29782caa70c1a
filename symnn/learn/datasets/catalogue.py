"""The labelled data sets by name; training samples and test samples come from different functions."""

from __future__ import annotations

from pathlib import Path

from symnn.errors import DataError
from symnn.learn.datasets.fashion_mnist import FASHION_MNIST
from symnn.learn.datasets.library import DIGITS, IRIS
from symnn.learn.datasets.samples import LabelledData, Samples, by_name
from symnn.learn.datasets.small import CIRCLES, GATES

LABELLED = by_name([*GATES, *CIRCLES, IRIS, DIGITS, FASHION_MNIST])


def labelled(name: str) -> LabelledData:
    """A data set by its name. Raises DataError for an unknown one."""
    if name not in LABELLED:
        raise DataError(f"there is no data set {name!r} of labelled samples; there are {', '.join(LABELLED)}")
    return LABELLED[name]


def samples_for_training(name: str, count: int | None = None, folder: Path | None = None) -> Samples:
    """The first `count` samples for training (None: all), from the files of `folder` where one is named.

    Raises DataError where the data set is unknown, missing or damaged, has fewer samples, or is not read from files.
    """
    data = _fitting(name, folder)
    return data.training(folder).samples(data.largest, count)


def samples_for_test(name: str, count: int | None = None, folder: Path | None = None) -> Samples:
    """The first `count` samples for the test. Only final reports call this: nothing is chosen by these samples."""
    data = _fitting(name, folder)
    return data.test(folder).samples(data.largest, count)


def _fitting(name: str, folder: Path | None) -> LabelledData:
    data = labelled(name)
    if folder is not None and not data.has_files:
        raise DataError(f"{name} is not read from files, so no folder can be named for it, found {folder}")
    return data
