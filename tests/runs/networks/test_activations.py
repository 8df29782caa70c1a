"""The page of activations: printed numbers come out of the search, and wrong ones do not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import erf

from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.networks import gelu_forms
from symnn.runs.registry import RUNS
from symnn.runs.report import Group, Report, Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])


@pytest.fixture(scope="module")
def report():
    return RUNS["activations"].execute(PROJECT, Options())


def group(report, start):
    (found,) = (part for part in report.parts if isinstance(part, Group) and part.heading.startswith(start))
    return {one.what: one for one in found.comparisons}


def table(report, start):
    rows = next(part for part in report.parts if isinstance(part, Table) and part.heading.startswith(start)).rows
    return {row[0]: row[1:] for row in rows}


def test_all_numbers_come_out(report):
    assert report.passed


def test_the_errors_of_the_forms_of_gelu(report):
    x = np.linspace(-6, 6, 1_200_001)
    gelu = x * (1 + erf(x / np.sqrt(2))) / 2
    forms = {
        "tanh form": (x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) / 2, 1),
        "logistic form": (x / (1 + np.exp(-1.702 * x)), -1),
    }
    for name, (form, side) in forms.items():
        error = np.abs(form - gelu) * (side * x > 0)
        found = group(report, f"GELU's {name}")
        assert found["largest error"].computed == pytest.approx(error.max(), rel=1e-9)
        assert float(found["largest error"].exact) == pytest.approx(error.max(), rel=1e-9)
        assert found["near x"].computed == pytest.approx(x[error.argmax()], abs=2e-5)
    assert float(group(report, "GELU's tanh")["largest error"].exact) == pytest.approx(4.73e-4, abs=5e-7)
    assert float(group(report, "GELU's logistic")["largest error"].exact) == pytest.approx(2.03e-2, abs=5e-5)


@pytest.mark.parametrize("wrong", [("4.83e-4", "5e-7", "2.70", 6), ("4.73e-4", "5e-7", "2.60", 6)])
def test_other_numbers_do_not_come_out(monkeypatch, report, wrong):
    from symnn.runs.networks.activations import _activation

    monkeypatch.setattr(gelu_forms, "PRINTED", {"gelu_tanh": wrong})
    names = {name: _activation(PROJECT, name) for name in ("gelu", "gelu_tanh")}
    made = Report("forms")
    gelu_forms.errors(made, {name: (one.value, one.expression) for name, one in names.items()})
    assert not made.passed


def test_ranges_turns_and_slopes(report):
    rows = table(report, "Ranges")
    assert rows["sigmoid"] == ("(0, 1)", "rises", "0, 0", "")
    assert rows["tanh"] == ("(−1, 1)", "rises", "0, 0", "")
    assert rows["ReLU"] == ("[0, ∞)", "rises", "0, 1", "(−∞, 0]")
    assert rows["Swish, β = 1"] == ("[−0.2785, ∞)", "falls to −1.2785", "0, 1", "")
    assert rows["GELU"][:2] == ("[−0.1700, ∞)", "falls to −0.7518")
    assert len(rows) == 11


def test_kinks(report):
    rows = table(report, "Kinks")
    assert rows["ReLU"] == ("0", "0", "1", "0", "no")
    assert rows["ELU, γ = 1"] == ("0", "1", "1", "1", "yes")
    assert rows["ELU, γ = ½"] == ("0", "1/2", "1", "0.5", "no")


def test_values_and_derivatives(report):
    values, slopes = table(report, "f by"), table(report, "f′ by")
    assert values["ELU, γ = 1"] == ("−0.8647", "−0.6321", "0.0000", "1.0000", "2.0000")
    assert slopes["sigmoid"] == ("0.1050", "0.1966", "0.2500", "0.1966", "0.1050")
    assert slopes["leaky ReLU"] == ("0.1000", "0.1000", "0.1000", "1.0000", "1.0000")


def test_far_out_nothing_overflows(report):
    rows = table(report, "Stable forms")
    assert rows["softplus"] == ("0", "800", "0", "1") and rows["ELU, γ = 1"] == ("−1", "800", "0", "1")
    assert rows["PReLU, α = ¼"] == ("−200", "800", "0.25", "1") and len(rows) == 11
    assert len(group(report, "How far they are from the formulas there")) == 11


def test_a_form_that_overflows_is_noticed(report):
    from symnn.runs.networks.activations import _activation, _far_out

    def naive(x):
        return np.log(1 + np.exp(np.float64(x)))

    with pytest.raises(FloatingPointError, match="overflow"):
        _far_out(Report("naive"), {"softplus": replace(_activation(PROJECT, "softplus"), value=naive)})


def test_swish_by_beta(report):
    assert group(report, "How far the emitted derivatives")["Swish by β"].passed
    gradient = PROJECT.function("activations", "swish_gradient")
    x, beta, step = 1.25, 0.75, 1e-6
    above, below = (x / (1 + np.exp(-(beta + sign * step) * x)) for sign in (1, -1))
    assert gradient(x=x, beta=beta)[1] == pytest.approx((above - below) / (2 * step), rel=1e-8)


def test_a_dead_unit_and_a_leaky_one(report):
    found = group(report, "A unit with negative scores")
    assert [float(one.exact) for one in found.values()] == [0, 0, 0, 1.58, 0.3, 0.5]
    assert group(report, "A saturated")["|∂/∂w|"].found < 1e-4


def test_the_plot_has_a_panel_for_each(report, tmp_path):
    (plot,) = (part for part in report.parts if isinstance(part, Plot))
    assert [len(row) for row in plot.rows] == [4, 4, 4]
    assert plot.rows[2][3].title == "errors of GELU's forms"
    f, slope = plot.rows[0][1].curves
    assert f.y == pytest.approx(np.tanh(f.x), abs=1e-15) and slope.y == pytest.approx(1 - np.tanh(f.x) ** 2, abs=1e-15)
