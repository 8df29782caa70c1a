"""Rates that stay and rates that fall: floors exactly, runs side by side, and wrong decays that do not pass."""

from pathlib import Path

import numpy as np
import pytest

from symnn.project import Project
from symnn.runs.descent import decay
from symnn.runs.registry import RUNS
from symnn.runs.report import Claim, Comparison, Report, Table
from symnn.runs.run import Options

pytest.importorskip("sklearn")
PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["decay"].execute(PROJECT, Options(seeds=1))


@pytest.fixture(scope="module")
def noisy():
    return decay.Noisy.of(PROJECT)


def test_all_numbers_come_out(report):
    assert report.passed
    found = [str(one.exact) for one in report.comparisons if isinstance(one, Comparison)]
    assert found == ["1/3", "1/39", "100/101", "1/10"]
    assert sum(isinstance(one, Claim) for one in report.comparisons) == 7


def test_what_is_expected_is_the_sum_of_what_all_steps_leave(noisy):
    """Without the recursion: (Π(1 − aₜ))²θ₀² + Σ aₜ² Π(1 − aₛ)² over the later steps s."""
    pairs = noisy.squares(noisy.rules[decay.FALLING])
    rates, squares = [], []
    for _ in range(40):
        q, rate = next(pairs)
        squares.append(q)
        rates.append(rate)
    np.testing.assert_allclose(rates, 0.5 / np.sqrt(np.arange(1, 41)), rtol=1e-15)
    for t in (1, 7, 39):
        left = np.array([np.prod([1 - a for a in rates[first:t]]) for first in range(t + 1)])
        expected = (left[0] * decay.START) ** 2 + np.sum((np.array(rates[:t]) * left[1:]) ** 2)
        assert squares[t] == pytest.approx(expected, rel=1e-12)


def test_the_best_rates_are_about_one_over_t(noisy):
    pairs = noisy.squares(noisy.rules[decay.BEST])
    for t in range(50):
        q, rate = next(pairs)
        assert 1 / q == pytest.approx(t + 1 / decay.START**2, rel=1e-12)
        assert rate == pytest.approx(1 / (t + 1 + 1 / decay.START**2), rel=1e-12)


def test_the_bound_is_that_of_the_chapter():
    """α = ½: from √(t + 1) ≥ 1.5 on, which is t = 2; K is q√3 there, or ½ where that is more."""
    first, bounds = decay.bound(np.array([9.0, 9.0, 4.0, 1.0, 1.0]))
    assert first == 2
    np.testing.assert_allclose(bounds, 4 * np.sqrt(3) / np.sqrt([3, 4, 5]), rtol=1e-14)
    assert decay.bound(np.zeros(4))[1].tolist() == [0.5 / np.sqrt(3), 0.25]


def test_the_model_files_differ_in_the_decay_alone(report):
    stays, falls = (PROJECT.model(name) for name in decay.MODELS)
    assert (stays.optimiser.decay, falls.optimiser.decay) == ("none", "inverse_sqrt")
    assert stays.training == falls.training and stays.layers == falls.layers
    table = next(part for part in report.parts if isinstance(part, Table) and "Loss of iris" in part.heading)
    first, second = (row[1:] for row in table.rows)
    assert first[0] == second[0] and float(second[-1]) < float(first[-1])


class Staying:
    """The project, with a decay that does not decay."""

    def function(self, chapter, name):
        return (lambda t: 1.0) if name == "decay_value" else PROJECT.function(chapter, name)


class Tampered(Staying):
    """With a step that goes too far, too."""

    def function(self, chapter, name):
        emitted = super().function(chapter, name)
        return (lambda *given: 1.1 * emitted(*given)) if name == "gd_update" else emitted


@pytest.mark.parametrize(("sources", "wrong"), [(Staying(), "0.5/√(t + 1): over that"), (Tampered(), "found over")])
def test_wrong_code_does_not_pass(sources, wrong):
    noisy = decay.Noisy.of(sources)
    pairs = {
        name: [next(found) for _ in range(201)] for name in noisy.rules for found in [noisy.squares(noisy.rules[name])]
    }
    expected = {name: np.array([q for q, _ in found]) for name, found in pairs.items()}
    report = Report("decay")
    measured = {name: noisy.measured([rate for _, rate in found[:-1]]) for name, found in pairs.items()}
    padded = [
        {name: np.resize(values, decay.STEPS + 1) for name, values in each.items()} for each in (expected, measured)
    ]
    decay._parabola(report, *padded)
    assert any(one.what.startswith(wrong) for one in report.comparisons if not one.passed)
