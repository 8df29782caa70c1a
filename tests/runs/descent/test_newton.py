"""The run of Newton's method: all numbers come out, exact errors are squares, and a wrong step does not pass."""

from fractions import Fraction
from pathlib import Path

import pytest

from symnn.project import Project
from symnn.runs.descent.newton import OneVariable, exact_path, refusal
from symnn.runs.registry import RUNS
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


def test_all_numbers_come_out():
    report = RUNS["newton"].execute(PROJECT, Options())
    assert report.passed
    assert len(list(report.comparisons)) == 11


def test_errors_are_squared_exactly():
    assert [1 - x for x in exact_path(PROJECT, Fraction(1, 3), 3)] == [Fraction(2, 3) ** (2**step) for step in range(4)]


def test_a_damped_path_falls_where_a_whole_one_climbs():
    root = OneVariable.of(PROJECT, "root")
    whole, (damped, parts) = root.path(2.0, 2), root.damped_path(2.0, 6)
    assert whole[1:] == pytest.approx([-8.0, 512.0], rel=1e-9)
    values = [root.value(x) for x in damped]
    assert values == sorted(values, reverse=True)
    assert parts[0] == 0.25 and parts[-1] == 1


def test_the_minimum_of_the_model_is_refused_where_it_has_none():
    assert "positive" in refusal(PROJECT, OneVariable.of(PROJECT, "cosine"))
    assert refusal(PROJECT, OneVariable.of(PROJECT, "root")) == ""
