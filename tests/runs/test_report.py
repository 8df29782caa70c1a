"""A report passes only if it compared something and everything came out."""

from fractions import Fraction

import pytest

from symnn.runs.report import Claim, Comparison, Report

THIRD = Fraction(1, 3)


@pytest.mark.parametrize(
    ("exact", "computed", "tolerance", "rounding", "passed"),
    [
        (THIRD, 1 / 3, Fraction(0), 1e-15, True),
        (THIRD, 1 / 3, Fraction(0), 0.0, False),
        (THIRD + Fraction(1, 10**30), 1 / 3, Fraction(0), 1e-15, False),
        (THIRD + Fraction(1, 10**30), 1 / 3, Fraction(1, 10**30), 1e-15, True),
        (-THIRD, -1 / 3, Fraction(1, 2), 1e-15, False),
        (THIRD, 0.34, Fraction(0), 1e-3, False),
        (THIRD, float("nan"), Fraction(1), 1e9, False),
        (THIRD, float("inf"), Fraction(1), 1e9, False),
    ],
)
def test_both_the_exact_result_and_float64_must_come_out(exact, computed, tolerance, rounding, passed):
    assert Comparison("value", THIRD, exact, computed, tolerance, rounding).passed is passed


def test_differences_are_not_lost_in_rounding():
    comparison = Comparison("value", Fraction(1), Fraction(1) + Fraction(1, 10**40), 1.0)
    assert comparison.difference == Fraction(1, 10**40)
    assert comparison.lost == pytest.approx(1e-40)


def test_a_report_needs_comparisons_and_all_of_them():
    good, bad = Comparison("good", THIRD, THIRD, 1 / 3), Comparison("bad", THIRD, -THIRD, -1 / 3)
    report = Report("run")
    report.remark("nothing compared yet")
    assert not report.passed
    report.compare("first", [good])
    report.table("numbers", ["a"], [["1"]])
    assert report.passed
    report.compare("second", [good, bad])
    assert not report.passed
    assert [comparison.what for comparison in report.comparisons] == ["good", "good", "bad"]


@pytest.mark.parametrize(
    ("relation", "found", "passed"),
    [
        ("at least", 0.85, True),
        ("at least", 0.85 - 1e-12, False),
        ("at most", 0.85, True),
        ("at most", 0.85 + 1e-12, False),
        ("at least", float("nan"), False),
        ("at most", float("nan"), False),
    ],
)
def test_a_claim_is_an_inequality(relation, found, passed):
    report = Report("run")
    report.compare("accuracy", [Claim("best", relation, 0.85, found)])
    assert report.passed is passed
    (row,) = report.parts[0].table().rows
    assert row[0] == ("best" if passed else "best ✗")
    assert row[1] == f"{relation} 0.85"
