"""Subjects of small networks, made from texts of model files, with samples that a test gives."""

from dataclasses import replace

import numpy as np
import pytest

from symnn.codegen import load_module
from symnn.learn.model import parse_model
from symnn.networks import ModelChapter, derived
from symnn.recipe.subject import Subject

TEXT = """
title = "A network under examination"
inputs = 2
loss = "{loss}"

[[layers]]
units = 6
activation = "{activation}"

[[layers]]
units = {units}
activation = "{last}"

[initialisation]
weights = "{weights}"

[optimiser]
name = "{optimiser}"
learning_rate = {rate}

[training]
epochs = 120
batch = {batch}
{training}

[data]
name = "circles"
"""
USUAL = {
    "loss": "binary_cross_entropy",
    "activation": "tanh",
    "units": 1,
    "last": "sigmoid",
    "weights": "xavier",
    "optimiser": "adam",
    "rate": 0.1,
    "batch": 32,
    "training": "validation = 0.2\npatience = 40",
}


def subject_of(**changed):
    """A subject of the usual network with other settings, on two circles."""
    model = parse_model(TEXT.format(**{**USUAL, **changed}), "examined")
    chapter = ModelChapter("examined", "", "", (), (derived(model).result,), "", model=model, derivation=derived(model))
    return Subject.of(model, vars(load_module(chapter.module(), "examined")))


@pytest.fixture(scope="session")
def usual():
    return subject_of()


@pytest.fixture
def with_samples(usual):
    def made(X, classes):
        return replace(usual, X=np.array(X, dtype=float), classes=np.array(classes))

    return made
