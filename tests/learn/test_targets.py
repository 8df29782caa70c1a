"""What networks are told of classes, by the labels of their losses and the number of their outputs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from symnn.learn.model import read_model
from symnn.learn.targets import Targets

CLASSES = np.array([2, 0, 1, 2])
ONE_HOT = [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_a_loss_of_one_hot_rows_takes_the_numbers_of_the_classes():
    assert Targets("onehot rows", 3)(CLASSES) is CLASSES


@pytest.mark.parametrize("labels", ["binary", ""])
def test_an_output_for_each_class_is_one_for_it_alone(labels):
    found = Targets(labels, 3)(CLASSES)
    assert found.dtype == np.float64 and found.tolist() == ONE_HOT


def test_signs_are_minus_one_for_other_classes():
    assert np.array_equal(Targets("signs", 3)(CLASSES), 2 * np.array(ONE_HOT) - 1)


@pytest.mark.parametrize(("labels", "expected"), [("signs", [-1, 1, 1]), ("binary", [0, 1, 1]), ("", [0, 1, 1])])
def test_one_output_tells_the_second_of_two_classes(labels, expected):
    assert Targets(labels, 1)(np.array([0, 1, 1]))[:, 0].tolist() == expected


def test_a_model_tells_labels_and_outputs():
    model = read_model(Path(__file__).parents[2] / "models" / "iris.toml")
    assert Targets.of(model) == Targets("onehot rows", 3)
    assert Targets.of(replace(model, loss="sum_hinge")) == Targets("signs", 3)
    assert Targets.of(replace(model, loss="np.mean((A - Y)**4)")) == Targets("", 3)
