"""Data sets: tables of exact numbers, and labelled samples for training and for the final test."""

from symnn.learn.datasets.catalogue import LABELLED, labelled, samples_for_test, samples_for_training
from symnn.learn.datasets.samples import PREPROCESSINGS, LabelledData, Preprocessing, Samples
from symnn.learn.datasets.tables import TABLES, Columns, Table, load, noisy_sine

__all__ = [
    "LABELLED",
    "PREPROCESSINGS",
    "TABLES",
    "Columns",
    "LabelledData",
    "Preprocessing",
    "Samples",
    "Table",
    "labelled",
    "load",
    "noisy_sine",
    "samples_for_test",
    "samples_for_training",
]
