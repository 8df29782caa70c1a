"""Why the recipe's lines say what they say: in numbers that were worked out another way, and wrong ones refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from symnn.learn.training import load_module
from symnn.project import Project
from symnn.recipe.subject import Subject
from symnn.runs.networks import recipe_reasons
from symnn.runs.report import Group, Report, Table

PROJECT = Project(Path(__file__).parents[3])
TABLES = {
    "steps": "Preprocessing",
    "noise": "Gradient noise",
    "stopping": "Early stopping: the part",
}


@pytest.fixture(scope="module")
def subject():
    pytest.importorskip("sklearn")
    return Subject.of(PROJECT.model("iris"), load_module(PROJECT.current_module("iris")))


@pytest.fixture(scope="module")
def report(subject):
    made = Report("reasons")
    recipe_reasons.reasons(made, PROJECT, subject)
    return made


def table(report, what):
    (found,) = (part for part in report.parts if isinstance(part, Table) and part.heading.startswith(TABLES[what]))
    return found.rows


def test_all_numbers_come_out(report):
    assert report.passed
    assert len(list(report.comparisons)) == 3 + 3 + len(recipe_reasons.NOISY) + 3


def test_scaled_inputs_take_one_step_and_others_as_many_as_their_curvatures_ask(report):
    rows = {name: (float(ratio), int(steps)) for name, ratio, steps in table(report, "steps")}
    x = np.array([2.7, 4.1, 1.0, 5.2, 2.8])
    low, high = np.linalg.eigvalsh([[np.mean(x**2), np.mean(x)], [np.mean(x), 1.0]])
    ratio, steps = rows["distance, as it is"]
    assert ratio == pytest.approx(high / low, rel=1e-3)
    factor = (high - low) / (high + low)
    assert steps == pytest.approx(np.log(1e-7) / np.log(factor), rel=0.25)
    assert [rows[f"{name}, shifted and scaled"] for name in ("distance", "weekday")] == [(1.0, 1), (1.0, 1)]


def test_stopped_and_penalised_parts(report):
    for h, stopped, penalised in table(report, "stopping"):
        assert float(stopped) == pytest.approx(1 - (1 - 0.02 * float(h)) ** 50, abs=1e-5)
        assert float(penalised) == pytest.approx(float(h) / (float(h) + 1), abs=1e-5)


def test_the_limit_of_the_noise(report):
    limits = {(rate, size): float(limit) for rate, size, limit, _ in table(report, "noise")}
    assert limits["0.1", "1"] == pytest.approx(0.4 / 1.9, abs=1e-4)
    assert limits["0.1", "16"] == pytest.approx(limits["0.1", "1"] / 16, abs=1e-4)
    assert limits["1", "1"] == 4


def test_wrong_gradients_at_the_start_do_not_come_out(subject):
    differentiate = subject.module["differentiate"]

    def of_a_sum(X, *others, **rest):
        value, result, *slopes = differentiate(X, *others, **rest)
        return value, result, *(len(X) * slope for slope in slopes)

    spoiled = replace(subject, module={**subject.module, "differentiate": of_a_sum})
    made = Report("spoiled")
    recipe_reasons._at_the_start(made, spoiled)
    (group,) = (part for part in made.parts if isinstance(part, Group))
    assert [claim.passed for claim in group.comparisons] == [True, False, False]
