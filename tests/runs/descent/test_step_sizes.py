"""Step sizes on the commute times: expected errors by another way, descents, and wrong code that does not pass."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from symnn.project import Project
from symnn.runs.descent import step_sizes
from symnn.runs.descent.constant_steps import Problem
from symnn.runs.registry import RUNS
from symnn.runs.report import Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])
SAMPLES = [Fraction(x) for x in (2, 3, 10)]
AFTER = PROJECT.function("step_sizes", "expected_error")


@pytest.fixture(scope="module")
def report():
    return RUNS["step-sizes"].execute(PROJECT, Options())


def table(report, word):
    return next(part for part in report.parts if isinstance(part, Table) and word in part.heading)


def test_all_numbers_come_out(report):
    assert report.passed
    exact = [one.exact for one in report.comparisons if one.what.startswith("t = ")]
    assert exact == [Fraction(528, 5) / t for t in range(1, 6)]


def test_the_sums(report):
    rows = {row[0]: list(map(float, row[1:])) for row in table(report, "first sum").rows}
    assert rows["1/t"][5] == pytest.approx(np.pi**2 / 6, abs=1e-4)
    assert rows["1/√t"][2] == pytest.approx(2 * np.sqrt(10**6), rel=1e-3)
    assert rows["1/√t"][5] == pytest.approx(np.log(10**6) + 0.5772, abs=1e-3)


def test_all_sequences_are_gone_through():
    exact, computed = step_sizes.by_all_sequences(PROJECT.formula("step_sizes", "gradient"), SAMPLES, 4)
    for steps in range(1, 5):
        means = [sum(drawn) / steps for drawn in product(SAMPLES, repeat=steps)]
        expected = sum((mean - 5) ** 2 for mean in means) / len(means)
        assert exact[steps - 1] == expected
        assert computed[steps - 1] == pytest.approx(float(expected))


@pytest.mark.parametrize("name", step_sizes.RULES)
def test_the_recursion_is_that_of_all_sequences(name):
    length, mean = step_sizes.RULES[name], 5.0
    for steps in (1, 2, 4):
        errors = []
        for drawn in product(SAMPLES, repeat=steps):
            w = 0.0
            for t, x in enumerate(drawn, start=1):
                w -= length(t) * (w - float(x))
            errors.append((w - mean) ** 2)
        assert step_sizes.expected_errors(AFTER, SAMPLES, length)[steps - 1] == pytest.approx(np.mean(errors))


def test_a_constant_length_stays_at_its_floor():
    variance, eta = 38 / 3, 0.1
    assert step_sizes.expected_errors(AFTER, SAMPLES, step_sizes.RULES["0.1"])[-1] == pytest.approx(
        eta * variance / (2 - eta)
    )


def test_the_first_step_of_least_squares_is_one_on_two_samples(monkeypatch):
    problem = Problem.of_commute(PROJECT)
    monkeypatch.setattr(step_sizes, "LONG", 1)
    monkeypatch.setattr(step_sizes, "SEEDS", 1)
    found = step_sizes.commute_distances(problem, lambda t: 0.06 / t)
    gradients = -problem.X * problem.Y[:, None]
    possible = [
        np.linalg.norm(-0.06 * (gradients[i] + gradients[j]) / 2 - problem.optimum) for i in range(5) for j in range(i)
    ]
    assert min(abs(found[0] - one) for one in possible) < 1e-12


def test_by_time_the_descent_hardly_comes_nearer(report):
    rows = {row[0]: list(map(float, row[1:])) for row in table(report, "least squares").rows}
    assert rows["η = 0.06/t"][0] - rows["η = 0.06/t"][3] < 0.5
    assert rows["η = 0.06/√t"][0] > 3 * rows["η = 0.06/√t"][3]


class Tampered:
    """The project with one emitted function replaced by a multiple of it."""

    def __init__(self, name, factor):
        self.name, self.factor = name, factor

    def function(self, chapter, name):
        return self._tampered(PROJECT.function(chapter, name), chapter, name)

    def formula(self, chapter, name):
        formula = PROJECT.formula(chapter, name)
        return replace(formula, function=self._tampered(formula.function, chapter, name))

    def _tampered(self, emitted, *name):
        if name != self.name:
            return emitted
        return lambda *values, **named: self.factor * emitted(*values, **named)


@pytest.mark.parametrize(
    ("name", "factor", "wrong"),
    [
        (("step_sizes", "gradient"), 1.01, "t = 2"),
        (("step_sizes", "gradient"), 0.5, "η = 1/t"),
        (("step_sizes", "expected_error"), 0.99, "η = 1/√t"),
    ],
)
def test_wrong_code_does_not_pass(monkeypatch, name, factor, wrong):
    """Least squares, which takes most of the time, is no part of it."""
    monkeypatch.setattr(step_sizes, "LONG", 10)
    monkeypatch.setattr(step_sizes, "LATE", (10,))
    report = RUNS["step-sizes"].execute(Tampered(name, factor), Options())
    assert wrong in [one.what for one in report.comparisons if not one.passed]


def test_steps_that_are_too_short_do_not_come_near():
    tampered = Tampered(("gradient_descent", "step_solution"), 0.1)
    assert step_sizes.commute_distances(Problem.of_commute(tampered), step_sizes.SMALL["0.06/√t"])[-1] > 1.5
