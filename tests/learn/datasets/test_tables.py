"""Tables are the printed numbers, exactly."""

from fractions import Fraction

import pytest

from symnn.errors import DataError
from symnn.learn.datasets import tables
from symnn.learn.datasets.tables import TABLES, Table, load, noisy_sine


def test_commute_is_the_printed_table():
    columns = load("commute")
    assert columns["distance"] == (Fraction(27, 10), Fraction(41, 10), 1, Fraction(26, 5), Fraction(14, 5))
    assert columns["weekday"] == (1, 1, 0, 1, 0)
    assert columns["minutes"] == (25, 33, 15, 45, 22)


def test_polynomial_is_exact_in_ninths_and_millionths():
    columns = load("polynomial")
    assert columns["x"][1] == Fraction(1, 9)
    assert columns["x"][9] == 1
    assert columns["t"][0] == Fraction(349486, 1_000_000)
    assert columns["t"][6] == Fraction(-848307, 1_000_000)


@pytest.mark.parametrize("name", list(TABLES))
def test_every_record_says_where_it_is_from(name):
    record = TABLES[name]
    assert record.name == name
    assert record.about and record.source and record.licence
    assert all(isinstance(value, Fraction) for column in load(name).values() for value in column)


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(DataError, match=r"no data set 'housing'; there are commute, polynomial"):
        load("housing")


def test_columns_of_different_lengths_are_refused(monkeypatch):
    torn = Table("torn", "about", "source", "licence", lambda: {"a": (Fraction(1),), "b": ()})
    monkeypatch.setattr(tables, "TABLES", {"torn": torn})
    with pytest.raises(DataError, match=r"different lengths: \{'a': 1, 'b': 0\}"):
        load("torn")


def test_the_same_seed_draws_the_same_sample():
    sample = noisy_sine(15, noise=0.3, seed=4)
    assert sample == noisy_sine(15, noise=0.3, seed=4)
    assert sample != noisy_sine(15, noise=0.3, seed=5)
    assert len(sample["x"]) == len(sample["t"]) == 15
    assert (sample["x"][0], sample["x"][14]) == (0, 1)


def test_without_noise_the_sample_is_the_sine():
    sample = noisy_sine(5, noise=0.0, seed=0)
    assert [float(value) for value in sample["t"]] == pytest.approx([0, 1, 0, -1, 0], abs=1e-6)


def test_one_sample_is_refused():
    with pytest.raises(DataError, match="at least 2"):
        noisy_sine(1, noise=0.3, seed=0)
