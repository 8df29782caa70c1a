"""Labelled samples: inputs in rows beside the number of each sample's class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symnn.arrays import Floats
from symnn.errors import DataError

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Samples:
    """Inputs `X` (m×d) and labels `y` (m, integers from 0). Raises DataError where the two do not fit."""

    X: Floats
    y: Labels

    def __post_init__(self) -> None:
        if self.X.ndim != 2 or self.y.shape != self.X.shape[:1]:
            raise DataError(f"samples are rows with one label each, found X: {self.X.shape} and y: {self.y.shape}")

    def __len__(self) -> int:
        return len(self.y)


@dataclass(frozen=True)
class RawSamples:
    """Inputs and labels as a source holds them, of any integer or floating type."""

    X: NDArray[Any]
    y: NDArray[Any]

    def samples(self, largest: float, count: int | None) -> Samples:
        """The first `count` (None: all), with inputs divided by `largest`, as float64.

        Raises DataError where there are fewer.
        """
        if count is not None and not 1 <= count <= len(self.y):
            raise DataError(f"there are {len(self.y)} samples, so from 1 to {len(self.y)} can be taken, found {count}")
        return Samples(self.X[:count].astype(np.float64) / largest, self.y[:count].astype(np.int64))


Loader = Callable[[Path | None], RawSamples]


@dataclass(frozen=True)
class LabelledData:
    """A data set of labelled samples, where it comes from and under what licence.

    `training` and `test` read the two parts, of so many samples as `sizes` says, and nothing but a final report asks
    for the `test`. Both are given the folder that a user named, or None; a data set that is not read from files has no
    use for one (`has_files`). Inputs are divided by `largest`.
    """

    name: str
    about: str
    source: str
    licence: str
    inputs: int
    classes: tuple[str, ...]
    sizes: tuple[int, int]
    training: Loader
    test: Loader
    largest: float = 1.0
    has_files: bool = False


PREPROCESSINGS = ("none", "centre", "standardise")


@dataclass(frozen=True)
class Preprocessing:
    """Shifts and scales inputs as the training samples say (S14), each column for itself."""

    mean: Floats
    scale: Floats

    @classmethod
    def of(cls, X: Floats, name: str) -> Preprocessing:
        """What makes the means of the columns of `X` (m×d) zero, and if the name is standardise their variances 1.

        A column that does not vary is shifted only; none changes nothing. Raises DataError for another name.
        """
        if name not in PREPROCESSINGS:
            raise DataError(f"there is no preprocessing {name!r}; there are {', '.join(PREPROCESSINGS)}")
        deviation = X.std(axis=0) if name == "standardise" else np.ones(X.shape[1])
        mean = np.zeros(X.shape[1]) if name == "none" else X.mean(axis=0)
        return cls(mean, np.where(deviation > 0, deviation, 1.0))

    def __call__(self, X: Floats) -> Floats:
        return (X - self.mean) / self.scale


def every_fifth(X: NDArray[Any], y: NDArray[Any], *, test: bool) -> RawSamples:
    """The samples number 5, 10, 15 … for the test, all others for training."""
    fifth = np.arange(1, len(y) + 1) % 5 == 0
    kept = fifth if test else ~fifth
    return RawSamples(X[kept], y[kept])


def by_name(records: Sequence[LabelledData]) -> Mapping[str, LabelledData]:
    """Records under their names, which do not change."""
    return MappingProxyType({record.name: record for record in records})
