"""The run of chain rules: every chain passes, and a wrong derivative does not."""

from pathlib import Path

import numpy as np
import pytest

from symnn.project import Project
from symnn.runs.differences import central_differences, largest_difference
from symnn.runs.networks import chain_rules
from symnn.runs.registry import RUNS
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


def test_all_chains_come_out():
    report = RUNS["chain-rules"].execute(PROJECT, Options())
    assert report.passed
    found = {claim.what: claim.found for claim in report.comparisons}
    assert len(found) == 6 and found.pop("largest difference") > 1
    assert max(found.values()) < 1e-8
    assert [row[1:] for row in report.parts[0].rows] == [
        ("s", "5"), ("x", "5 × 4"), ("A", "3 × 4"), ("x", "4"), ("x", "4"),
    ]  # fmt: skip


def test_a_derivative_that_is_wrong_in_one_entry_does_not_pass():
    class Wrong:
        def function(self, chapter, name):
            right = PROJECT.function(chapter, name)
            if name != "two_variables_gradient":
                return right
            return lambda **data: right(**data) + np.array([0, 0, 1e-6, 0])

    report = chain_rules.chain_rules(Wrong())
    assert [claim.what for claim in report.comparisons if not claim.passed] == ["x → tanh(Ax), sin(Ax) → Σ exp(uv)"]


@pytest.mark.parametrize(("shape", "value_shape"), [((), ()), ((3,), ()), ((2, 3), (4,)), ((), (2,))])
def test_central_differences_have_the_shape_of_the_value_and_then_of_the_argument(shape, value_shape):
    factor = np.arange(1.0, 1 + int(np.prod(value_shape + shape))).reshape(value_shape + shape)

    def value(x, c):
        return c + np.tensordot(factor, x, axes=len(shape))

    found = central_differences(value, {"x": np.ones(shape), "c": 2.0}, "x")
    assert found.shape == value_shape + shape and found == pytest.approx(factor, abs=1e-8)
    assert largest_difference(value, factor + 0.5, {"x": np.ones(shape), "c": 2.0}, "x") == pytest.approx(0.5, abs=1e-8)
