"""The run of second-order methods: all numbers come out, and a wrong update is told from SciPy's."""

from pathlib import Path

import numpy as np
import pytest

from symnn.project import Project
from symnn.runs.descent.second_order import START, beside_bfgs, beside_limited, run, scipys, valley_objective
from symnn.runs.registry import RUNS
from symnn.runs.report import Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


def test_all_numbers_come_out():
    report = RUNS["second-order"].execute(PROJECT, Options())
    assert report.passed
    assert len(list(report.comparisons)) == 18
    assert [len(part.rows) for part in report.parts if isinstance(part, Table)] == [6, 8]


def test_newtons_last_steps_square_the_distance():
    valley = valley_objective(PROJECT)
    distances = np.abs(run(PROJECT, valley, START, "Newton, whole").path - 1).max(axis=1)
    assert distances[-3] < 1e-4
    assert distances[-2] < 10 * distances[-3] ** 1.5


class Slipped:
    """The project, but for an update by BFGS in which a factor was lost."""

    def function(self, chapter, name):
        emitted = PROJECT.function(chapter, name)
        if name not in ("bfgs", "after"):
            return emitted
        return lambda **values: emitted(**values) * (1 + 1e-6)


def test_a_slip_in_an_update_is_told_from_scipys():
    valley = valley_objective(PROJECT)
    by_bfgs, limited = (scipys(valley, START, method, 8) for method in ("BFGS", "L-BFGS-B"))
    assert max(beside_bfgs(PROJECT, valley, by_bfgs)) < 1e-12
    assert beside_limited(PROJECT, limited) < 1e-12
    assert beside_bfgs(Slipped(), valley, by_bfgs)[1] > 1e-7
    assert beside_limited(Slipped(), limited) == pytest.approx(8e-6, rel=0.9)
