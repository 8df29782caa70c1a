"""Optimisers at work: emitted updates with their state, against loops written by hand."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from symnn.learn.optimisers import OPTIMISERS
from symnn.project import Project
from symnn.runs.descent.stepping import CHAPTERS, LABELS, emitted_update

PROJECT = Project(Path(__file__).parents[3])
SCALES = np.array([1.0, 10.0, 0.1])


def gradient(place):
    return SCALES * place


def test_every_optimiser_of_the_table_has_a_chapter_and_a_label():
    """`sgd` is the rule of `gd`, with other gradients."""
    assert {*CHAPTERS, "sgd"} == set(OPTIMISERS) and LABELS.keys() == CHAPTERS.keys()
    assert OPTIMISERS["sgd"].updates == OPTIMISERS["gd"].updates


def test_descent_is_that_by_hand():
    path = list(islice(emitted_update(PROJECT, "gd").path(gradient, np.ones(3), 0.05), 21))
    np.testing.assert_allclose(path[20], (1 - 0.05 * SCALES) ** 20, rtol=1e-13)


def test_the_state_is_kept_and_settings_can_be_changed():
    update = emitted_update(PROJECT, "momentum", momentum=0.5)
    path = list(islice(update.path(gradient, np.ones(3), 0.05), 11))
    place, velocity = np.ones(3), np.zeros(3)
    for found in path[1:]:
        velocity = 0.5 * velocity + 0.05 * SCALES * place
        place = place - velocity
        np.testing.assert_allclose(found, place, rtol=1e-13)


def test_steps_are_counted_from_one():
    """The correction of Adam depends on them: its first step is as long as the learning rate."""
    update = emitted_update(PROJECT, "adam", epsilon=0.0)
    _, first = islice(update.path(gradient, np.ones(3), 0.05), 2)
    np.testing.assert_allclose(first, 0.95, rtol=1e-13)


@pytest.mark.filterwarnings("ignore:overflow")
def test_a_path_ends_where_it_is_not_finite():
    path = list(islice(emitted_update(PROJECT, "gd").path(lambda place: place * 1e200, np.ones(1), 1.0), 50))
    assert len(path) == 2
