"""The run that counts polynomial features: the printed numbers, and a wrong formula that does not pass."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from symnn.project import Project
from symnn.runs.registry import RUNS
from symnn.runs.regression.features import features, listed_products
from symnn.runs.report import Group, Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


def test_the_printed_numbers_come_out():
    report = RUNS["features"].execute(PROJECT, Options())
    assert report.passed
    printed, listed = (part for part in report.parts if isinstance(part, Group))
    assert [int(one.exact) for one in printed.comparisons] == [5_050, 171_700, 3_126_250]
    assert [int(one.expected) for one in listed.comparisons][:5] == [1, 3, 6, 55, 5_050]
    (table,) = (part for part in report.parts if isinstance(part, Table))
    assert table.rows[3] == ("images, 28×28", "784", "307,720", "80,622,640", "645 MB")


@pytest.mark.parametrize(("inputs", "degree"), [(1, 2), (4, 2), (5, 3), (9, 4)])
def test_products_are_listed_each_once(inputs, degree):
    assert listed_products(inputs, degree) == math.comb(inputs + degree - 1, degree)


def test_wrong_code_does_not_pass():
    class Tampered:
        def formula(self, chapter, name, place=0):
            formula = PROJECT.formula(chapter, name, place)
            return replace(formula, function=lambda n: formula.function(n) + 1)

    assert not features(Tampered()).passed
