"""Iris and digits, as scikit-learn (the extra `data`) holds them: every fifth sample is for the test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from symnn.errors import MissingExtraError
from symnn.learn.datasets.samples import LabelledData, Loader, RawSamples, every_fifth


def _library(name: str) -> Any:
    try:
        from sklearn import datasets
    except ImportError as error:
        raise MissingExtraError(
            f"{name} comes with scikit-learn, which is missing: pip install 'symnn[data]'"
        ) from error
    return datasets


def _iris(*, test: bool) -> Loader:
    def load(_: Path | None) -> RawSamples:
        iris = _library("iris").load_iris()
        return every_fifth(iris.data, iris.target, test=test)

    return load


def _digits(*, test: bool) -> Loader:
    def load(_: Path | None) -> RawSamples:
        digits = _library("digits").load_digits()
        return every_fifth(digits.data, digits.target, test=test)

    return load


IRIS = LabelledData(
    "iris",
    "lengths and widths of sepals and petals in cm, 50 flowers of each of three species: 120 for training, 30 for test",
    "R. A. Fisher, The use of multiple measurements in taxonomic problems, 1936, as scikit-learn holds it (row B11)",
    "CC BY 4.0 (UCI Machine Learning Repository)",
    4,
    ("setosa", "versicolor", "virginica"),
    (120, 30),
    _iris(test=False),
    _iris(test=True),
)

DIGITS = LabelledData(
    "digits",
    "1,797 handwritten digits of 8×8 pixels, scaled to [0, 1]: 1,438 for training, 359 for the test",
    "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, 1998, as scikit-learn holds it (row S5)",
    "CC BY 4.0 (UCI Machine Learning Repository)",
    64,
    tuple("0123456789"),
    (1_438, 359),
    _digits(test=False),
    _digits(test=True),
    largest=16.0,
)
