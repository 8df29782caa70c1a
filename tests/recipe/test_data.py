"""Checks of the data: what is in order passes, and each flaw is found with its numbers."""

import re

import numpy as np
import pytest

from symnn.recipe import data

HALF = [0, 1] * 10
X = np.random.default_rng(0).normal(size=(20, 2))


def test_sound_data_pass(usual):
    findings = [check(usual) for check in (data.sizes, data.numbers, data.classes, data.scale)]
    assert [finding.state for finding in findings] == ["passes"] * 4
    assert findings[0].found == "200 samples of 2 inputs; 25 numbers to learn from 200 targets"
    assert findings[2].found == "2 classes of 100 samples"


def test_the_first_number_that_is_not_finite_is_told(with_samples):
    holes = X.copy()
    holes[3, 1], holes[7, 0] = np.nan, -np.inf
    found = data.numbers(with_samples(holes, HALF))
    assert found.state == "fails"
    assert found.found == "2 of 40 inputs are not finite, the first in row 3, column 1"


def test_a_class_without_samples_fails(with_samples):
    found = data.classes(with_samples(X, [1] * 20))
    assert (found.state, found.found) == ("fails", "no sample of the class inner, up to 20 of others")


def test_classes_of_different_sizes_are_told_by_the_least_and_the_largest(with_samples):
    found = data.classes(with_samples(np.zeros((25, 2)), [0] * 10 + [1] * 15))
    assert (found.state, found.found) == ("passes", "2 classes of 10 to 15 samples")


def test_weights_that_balance_the_classes_are_proposed(with_samples):
    labels = [0] * 18 + [1] * 2
    found = data.classes(with_samples(X, labels))
    assert found.state == "warns"
    assert "class_weights = [0.556, 5]" in found.remedy
    for_many, for_few = map(float, re.findall(r"[\d.]+", found.remedy.partition("[")[2]))
    assert 18 * for_many == pytest.approx(2 * for_few, rel=1e-2)


@pytest.mark.parametrize(("factor", "shift"), [(100, 0), (0.01, 0), (1, 5)])
def test_another_scale_warns(with_samples, factor, shift):
    found = data.scale(with_samples(factor * X + shift, HALF))
    assert found.state == "warns" and 'preprocessing = "standardise"' in found.remedy


def test_columns_that_do_not_vary_are_counted(with_samples):
    flat = X.copy()
    flat[:, 1] = 1
    assert data.scale(with_samples(flat, HALF)).found.endswith("1 columns do not vary")


def test_more_numbers_to_learn_than_targets_need_samples_held_out(with_samples):
    from dataclasses import replace

    few = with_samples(X, HALF)
    assert data.sizes(few).state == "passes"
    nothing = replace(few.model, training=replace(few.model.training, validation=0))
    assert data.sizes(replace(few, model=nothing)).state == "warns"
