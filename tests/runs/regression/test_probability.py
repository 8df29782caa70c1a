"""Probability on data: independent likelihoods and posteriors, and wrong code that does not pass."""

import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.regression.probability import probability
from symnn.runs.report import Group, Table

PROJECT = Project(Path(__file__).parents[3])
X = np.array([[1, 2.7, 1], [1, 4.1, 1], [1, 1.0, 0], [1, 5.2, 1], [1, 2.8, 0]])
y = np.array([25.0, 33, 15, 45, 22])


@pytest.fixture(scope="module")
def report():
    return probability(PROJECT)


def group(report, word):
    return next(part for part in report.parts if isinstance(part, Group) and word in part.heading)


def test_all_numbers_come_out(report):
    assert report.passed
    assert len(list(report.comparisons)) == 26


def test_the_most_likely_variance_is_the_mean_of_the_squared_residuals(report):
    (variance,) = group(report, "RSS/N").comparisons
    residuals = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    assert variance.exact == Fraction(34231, 7140)
    assert variance.computed == pytest.approx(np.var(residuals))


def test_the_most_likely_variance_is_too_small_in_the_mean(report):
    rows = next(part for part in report.parts if isinstance(part, Table) and "draws" in part.heading).rows
    assert [row[0] for row in rows] == ["5", "10", "40"]
    for size, found, expected, _ in rows:
        assert float(expected) == pytest.approx((int(size) - 3) / int(size), abs=1e-4)
        assert float(found) == pytest.approx(float(expected), abs=0.03) and float(found) < 0.95


def test_the_dropped_constant_is_that_of_both_densities(report):
    rows = next(part for part in report.parts if isinstance(part, Table) and part.heading == "what is dropped").rows
    constant = 5 * math.log(2 * math.pi * 0.3**2) + 2 * math.log(2 * math.pi * 2**2)
    assert [float(row[3]) for row in rows] == pytest.approx([constant] * 3, abs=1e-6)


def test_the_best_line_by_risk_and_by_probability(report):
    line = X[:, :2]
    expected = {
        "least empirical": np.linalg.lstsq(line, y, rcond=None)[0],
        "least structural": np.linalg.solve(line.T @ line + 16 / 9 * np.eye(2), line.T @ y),
    }
    for word, weights in expected.items():
        assert [float(one.exact) for one in group(report, word).comparisons] == pytest.approx(weights)


def test_the_drawn_posteriors_are_normal_densities(report):
    plot = next(part for part in report.parts if isinstance(part, Plot) and part.name == "probability_posterior")
    for panel, count in zip(plot.rows[0], (1, 2, 5), strict=True):
        prior, likelihood, posterior = panel.curves
        x, minutes = X[:count, 1], y[:count]
        precision = x @ x / 100 + 1 / 25
        mean = x @ minutes / 100 / precision
        w = np.array(posterior.x)
        expected = np.exp(-precision * (w - mean) ** 2 / 2) * math.sqrt(precision / (2 * math.pi))
        assert np.array(posterior.y) == pytest.approx(expected, rel=1e-9, abs=1e-12)
        assert np.argmax(prior.y) < np.argmax(posterior.y) <= np.argmax(likelihood.y)


def test_level_lines_of_risk_and_density_are_the_same(report):
    plot = next(part for part in report.parts if isinstance(part, Plot) and part.name == "probability")
    for risk, density in plot.rows:
        (of_risk,), (of_density,) = risk.fields, density.fields
        assert np.exp(-np.array(of_risk.values) / 16) == pytest.approx(np.array(of_density.values), rel=1e-6)
        assert np.exp(-np.array(of_risk.levels) / 16) == pytest.approx(np.array(of_density.levels)[::-1])
        assert risk.points[0].x == density.points[0].x


class Tampered:
    """The project with the formulas of one chapter changed."""

    def __init__(self, chapter, **changes):
        self.chapter, self.changes = chapter, changes

    def _changed(self, chapter, formula):
        return replace(formula, **{name: change(formula) for name, change in self.changes.items()}) if (
            chapter == self.chapter
        ) else formula  # fmt: skip

    def objective(self, chapter):
        return self._changed(chapter, PROJECT.objective(chapter))

    def solution(self, chapter):
        return self._changed(chapter, PROJECT.solution(chapter))

    def formula(self, chapter, name, place=0):
        return self._changed(chapter, PROJECT.formula(chapter, name, place))

    def function(self, chapter, name):
        return PROJECT.function(chapter, name)


@pytest.mark.parametrize("chapter", ["maximum_likelihood", "maximum_a_posteriori"])
def test_a_wrong_formula_and_wrong_code_do_not_pass(chapter):
    assert not probability(Tampered(chapter, node=lambda formula: 2 * formula.node)).passed
    wrong = Tampered(chapter, function=lambda formula: lambda *arguments: 1.001 * formula.function(*arguments))
    assert not probability(wrong).passed
