"""A report passes only if it compared something and everything came out."""

from fractions import Fraction

import pytest

from symnn.learn.report import Comparison, Report


@pytest.mark.parametrize(
    ("expected", "found", "tolerance", "passed"),
    [
        (Fraction(1, 3), Fraction(2, 6), 0, True),
        (Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**30), 0, False),
        (Fraction(1, 3), 1 / 3, 0, False),
        (Fraction(1, 3), 1 / 3, 1e-15, True),
        (0.5, 0.6, 0.11, True),
        (0.5, 0.6, 0.09, False),
        (-125.0, 125.0, 1.0, False),
    ],
)
def test_a_comparison_is_exact_or_within_its_tolerance(expected, found, tolerance, passed):
    assert Comparison("value", expected, found, tolerance).passed is passed


def test_the_difference_is_not_lost_in_rounding():
    assert Comparison("value", Fraction(1), Fraction(1) + Fraction(1, 10**40), 0).difference == pytest.approx(1e-40)


def test_not_a_number_never_passes():
    assert not Comparison("value", 1.0, float("nan"), 1e6).passed
    assert not Comparison("value", 1.0, float("inf"), 1e6).passed


def test_a_report_needs_comparisons_and_all_of_them():
    report = Report("run")
    report.remark("nothing compared yet")
    assert not report.passed
    report.compare("first", [Comparison("a", 1, 1, 0)])
    report.table("numbers", ["a"], [["1"]])
    assert report.passed
    report.compare("second", [Comparison("b", 1, 1, 0), Comparison("c", 1, 2, 0)])
    assert not report.passed
    assert [comparison.what for comparison in report.comparisons] == ["a", "b", "c"]
