"""Emitted updates at any learning rate do what `step` of their module does at its own."""

from pathlib import Path

import numpy as np
import pytest

from symnn.codegen import emit_function_module, load_module
from symnn.learn.emitted_update import Update
from symnn.learn.optimisers import OPTIMISERS
from symnn.project import Project

PROJECT = Project(Path(__file__).parents[2])


@pytest.mark.parametrize("name", ["gate", "xor"])
def test_three_steps_are_those_of_the_module(name):
    module = PROJECT.module(name)
    random = np.random.default_rng(1)
    here = there = module["initialise"](0)
    update = Update.of_module(module)
    state, kept = update.begin(here), module["begin"]()
    for number in (1, 2, 3):
        slopes = {key: random.normal(size=array.shape) for key, array in here.items()}
        here, state = update.step(here, slopes, state, number, module["LEARNING_RATE"])
        there, kept = module["step"](there, slopes, kept)
        for key, array in there.items():
            assert np.array_equal(here[key], array)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_rule_of_the_table_takes_steps(name):
    rule = OPTIMISERS[name]
    module = vars(load_module(emit_function_module(rule.specification()), "rule"))
    settings = {key: setting.default for key, setting in rule.settings.items()}
    update = Update.of_module({**module, "STATE": rule.state, "SETTINGS": settings})
    w, state = {"w": np.array([3.0, -2.0])}, update.begin({"w": np.zeros(2)})
    before = w["w"].copy()
    for number in range(1, 400):
        w, state = update.step(w, {"w": w["w"]}, state, number, 0.01)
    assert np.abs(w["w"]).sum() < np.abs(before).sum()
    assert before.tolist() == [3, -2]
