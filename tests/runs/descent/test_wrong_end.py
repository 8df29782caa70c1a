"""Adam at the wrong end: emitted updates go where a loop by hand goes, and Adam in AMSGrad's place does not pass."""

from pathlib import Path

import numpy as np
import pytest

from symnn.project import Project
from symnn.runs.descent.wrong_end import places, slopes
from symnn.runs.registry import RUNS
from symnn.runs.report import Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["amsgrad"].execute(PROJECT, Options())


def test_adam_ends_at_the_wrong_end_and_amsgrad_at_the_right_one(report):
    assert report.passed
    found = {one.what: one.found for one in report.comparisons}
    assert found["Adam: the wrong end"] > 0.99 and found["AMSGrad: the right end"] < -0.99


def test_at_the_wrong_end_a_cycle_costs_two(report):
    """There all slopes are paid for at a distance of 2 from the best place, but where it had just fallen."""
    table = next(part for part in report.parts if isinstance(part, Table))
    lost = {row[0]: float(row[3]) for row in table.rows}
    assert lost["Adam"] == pytest.approx(2 * (3 - 2) / 3, abs=0.02)
    assert lost["AMSGrad"] < lost["gradient descent"] < 0.05


def test_slopes_come_in_turn():
    assert slopes(7).tolist() == [3, -1, -1, 3, -1, -1, 3]


def by_hand(keeps_largest, steps=200):
    """Reddi, Kale, Kumar 2018, with the correction of the average of squares."""
    place, average, largest = 0.0, 0.0, 0.0
    for t, slope in enumerate(slopes(steps), 1):
        average = 0.1 * average + 0.9 * slope**2
        largest = max(largest, average) if keeps_largest else average
        place -= 0.5 / t**0.5 * slope / (largest / (1 - 0.1**t)) ** 0.5
        place = min(1.0, max(-1.0, place))
        yield place


@pytest.mark.parametrize(("name", "keeps_largest"), [("adam", False), ("amsgrad", True)])
def test_the_places_are_those_by_hand(name, keeps_largest):
    np.testing.assert_allclose(places(PROJECT, name, 200), list(by_hand(keeps_largest)), atol=1e-7)


class Swapped:
    """The project, with Adam's divisor in AMSGrad."""

    def function(self, chapter, name):
        if name != "amsgrad_update":
            return PROJECT.function(chapter, name)
        adam = PROJECT.function("adam", "adam_update")

        def update(largest_moment, **arguments):
            return (*adam(**arguments), largest_moment)

        return update


def test_adam_in_the_place_of_amsgrad_does_not_pass():
    report = RUNS["amsgrad"].execute(Swapped(), Options())
    wrong = ["AMSGrad: the right end", "AMSGrad: it dies out"]
    assert [one.what for one in report.comparisons if not one.passed] == wrong
