"""Mini-batches on the commute table: all batches by brute force, the rule that stops too early, and wrong code."""

from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest

from symnn.project import Project
from symnn.runs.descent import mini_batches
from symnn.runs.descent.constant_steps import Problem
from symnn.runs.descent.mini_batches import KINDS
from symnn.runs.registry import RUNS
from symnn.runs.report import Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])
X = [[Fraction(1), Fraction(x), Fraction(day)] for x, day in zip((2, 5, 7, 1), (1, 0, 1, 0), strict=True)]
Y = [Fraction(y) for y in (3, -4, 6, 11)]


@pytest.fixture(scope="module")
def report():
    return RUNS["mini-batches"].execute(PROJECT, Options())


@pytest.fixture(scope="module")
def problem():
    return Problem.of_commute(PROJECT)


def test_all_numbers_come_out(report):
    assert report.passed
    ratios = [one for one in report.comparisons if one.what.startswith("b = ")][5:]
    assert [one.exact for one in ratios] == [1, Fraction(3, 4), Fraction(1, 2), Fraction(1, 4), 0]


@pytest.mark.parametrize("replaced", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_moments_are_those_of_all_draws_in_order(size, replaced):
    draws = product(range(4), repeat=size) if replaced else permutations(range(4), size)
    per_sample = [[-x * y for x in row] for row, y in zip(X, Y, strict=True)]
    found = [[sum(per_sample[place][axis] for place in draw) / size for axis in range(3)] for draw in draws]
    mean = [sum(entries) / len(found) for entries in zip(*found, strict=True)]
    variance = sum(sum((a - b) ** 2 for a, b in zip(one, mean, strict=True)) for one in found) / len(found)
    moments = mini_batches.moments(PROJECT.formula("gradient_descent", "gradient"), X, Y, size, replaced)
    assert (moments.mean, moments.variance) == (mean, variance)
    assert moments.mean64 == pytest.approx(np.array(mean, dtype=float))
    assert moments.variance64 == pytest.approx(float(variance))


def test_counts_of_draws():
    assert dict(mini_batches.all_batches(2, 3, True)) == {
        (0, 0): 1, (0, 1): 2, (0, 2): 2, (1, 1): 1, (1, 2): 2, (2, 2): 1,
    }  # fmt: skip
    assert dict(mini_batches.all_batches(2, 3, False)) == {(0, 1): 2, (0, 2): 2, (1, 2): 2}


def test_the_rule_stops_at_its_first_small_step(problem):
    run = mini_batches.stopped(problem, 3, 40)
    steps = np.linalg.norm(np.diff(run.path, axis=0), axis=1)
    assert steps[run.steps - 1] < 0.02 and np.all(steps[: run.steps - 1] >= 0.02)
    assert len(run.path) == 41 and run.steps < 40
    assert mini_batches.stopped(problem, 3).path == pytest.approx(run.path[: run.steps + 1])


def test_each_step_is_one_on_two_samples(problem):
    run = mini_batches.stopped(problem, 1)
    for t, (before, after) in enumerate(zip(run.path[:-1], run.path[1:], strict=True), start=1):
        gradients = [problem.X[i] * (problem.X[i] @ before - problem.Y[i]) for i in range(5)]
        pairs = [(gradients[i] + gradients[j]) / 2 for i in range(5) for j in range(i)]
        assert min(np.abs(after - before + 0.06 / np.sqrt(t) * pair).max() for pair in pairs) < 1e-12


def test_the_rule_stops_far_away(report, problem):
    rows = next(part for part in report.parts if isinstance(part, Table)).rows
    assert [row[0] for row in rows] == ["0", "1", "2", "3", "4"]
    assert all(float(row[2]) < 0.02 and 3 < float(row[5]) < 5 and float(row[7]) < 1.5 for row in rows)
    assert problem.optimum == pytest.approx([2897 / 476, 1555 / 238, 431 / 204])


class Tampered:
    """The project with multiples of the emitted gradient, of which moments are made, and of the step."""

    def __init__(self, gradient, descent):
        self.gradient, self.descent = gradient, descent

    def function(self, chapter, name):
        emitted = PROJECT.function(chapter, name)
        return (lambda *values: self.descent * emitted(*values)) if name == "step_solution" else emitted

    def formula(self, chapter, name):
        formula = PROJECT.formula(chapter, name)
        return replace(formula, function=lambda *values: self.gradient * formula.function(*values))


@pytest.mark.parametrize(("gradient", "descent", "wrong"), [(1.001, 1, KINDS[0]), (1, 0.1, "median")])
def test_wrong_code_does_not_pass(gradient, descent, wrong):
    report = RUNS["mini-batches"].execute(Tampered(gradient, descent), Options())
    assert wrong in [one.what for one in report.comparisons if not one.passed]


def test_a_descent_that_never_stops_comes_to_an_end(problem):
    never = replace(problem, step=lambda X, W, Y, eta: np.ones(3))
    assert mini_batches.stopped(never, 0).steps == mini_batches.LONG
