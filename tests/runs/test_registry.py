"""What can be run: each by one name, for rows that there are, and any model with data."""

from collections import Counter
from pathlib import Path

import pytest

from symnn.errors import DataError
from symnn.inspection.rows import DOCUMENTS
from symnn.project import Project
from symnn.runs.registry import RUNS, find_run

PROJECT = Project(Path(__file__).parents[2])
CODES = [code for document in DOCUMENTS for code in document.rows]


def test_a_run_is_found_by_its_own_name():
    assert [run.name for run in RUNS.values()] == list(RUNS)
    assert find_run("commute", PROJECT) is RUNS["commute"]


def test_every_row_of_the_sources_has_a_run_and_every_run_names_rows_that_there_are():
    named = Counter(code for run in RUNS.values() for code in run.rows)
    assert set(named) == set(CODES)
    assert max(Counter(CODES).values()) == 1


def test_a_model_with_data_is_a_run_and_one_without_is_none():
    with_data = [name for name in PROJECT.models() if PROJECT.model(name).data is not None]
    found = find_run("circles_bag", PROJECT)
    assert (found.name, found.has_files, found.rows) == ("circles_bag", True, ()) and "circles_bag" in with_data
    with pytest.raises(DataError, match=r"there is no run 'nobody'; there are commute, .*circles_bag"):
        find_run("nobody", PROJECT)


def test_the_runs_that_take_minutes_are_few_and_say_so():
    assert [name for name, run in RUNS.items() if run.is_long] == ["fashion-mnist"]


@pytest.mark.parametrize(
    ("name", "meant"), [("gradient_check", "gradient-check"), ("Newton", "newton"), ("Circles-Bag", "circles_bag")]
)
def test_a_name_that_is_near_a_run_is_told_that_one_alone(name, meant):
    with pytest.raises(DataError) as caught:
        find_run(name, PROJECT)
    assert str(caught.value) == f"there is no run {name!r}; did you mean {meant}?"
