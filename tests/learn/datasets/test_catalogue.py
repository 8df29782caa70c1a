"""Labelled data sets: what is in them, that training and test are apart, and what is refused."""

import sys

import numpy as np
import pytest

from symnn.errors import DataError, MissingExtraError
from symnn.learn.datasets import LABELLED, Preprocessing, Samples, labelled, samples_for_test, samples_for_training
from symnn.learn.datasets.small import TRUTH_TABLES, circles

IN_MEMORY = [name for name, data in LABELLED.items() if not data.has_files]


@pytest.mark.parametrize("name", list(LABELLED))
def test_every_record_says_where_it_is_from(name):
    record = labelled(name)
    assert record.name == name
    assert record.about and record.source and record.licence


@pytest.mark.parametrize("name", IN_MEMORY)
def test_samples_are_what_the_record_says(name):
    record = labelled(name)
    for samples, size in zip((samples_for_training(name), samples_for_test(name)), record.sizes, strict=True):
        assert len(samples) == size
        assert samples.X.shape == (len(samples), record.inputs) and samples.X.dtype == np.float64
        assert np.isfinite(samples.X).all()
        assert set(samples.y.tolist()) == set(range(len(record.classes)))


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("and", lambda a, b: a & b),
        ("or", lambda a, b: a | b),
        ("nor", lambda a, b: 1 - (a | b)),
        ("xnor", lambda a, b: 1 - (a ^ b)),
        ("xor", lambda a, b: a ^ b),
        ("not", lambda a: 1 - a),
    ],
)
def test_gates(name, output):
    samples = samples_for_training(name)
    assert len(samples) == 2 ** samples.X.shape[1] == len({tuple(row) for row in samples.X})
    assert [output(*map(int, row)) for row in samples.X] == samples.y.tolist()
    assert len(TRUTH_TABLES) == 6


def test_circles_are_apart_and_the_same_on_every_machine():
    samples = samples_for_training("circles")
    radii = np.hypot(*samples.X.T)
    assert radii[samples.y == 0].max() < 1.5 < radii[samples.y == 1].min()
    assert samples.X[0].tolist() == [0.729155, 0.820434]
    again = circles(7, noise=0.2, seed=5)
    assert np.array_equal(again.X, circles(7, noise=0.2, seed=5).X)
    assert not np.array_equal(again.X, circles(7, noise=0.2, seed=6).X)
    assert np.bincount(again.y).tolist() == [7, 7]


@pytest.mark.parametrize(("name", "training", "test"), [("iris", 120, 30), ("digits", 1438, 359)])
def test_every_fifth_sample_is_kept_for_the_test(name, training, test):
    loaders = pytest.importorskip("sklearn.datasets", reason="scikit-learn is not installed")
    whole = getattr(loaders, f"load_{name}")(return_X_y=True)
    parts = samples_for_training(name), samples_for_test(name)
    assert [len(part) for part in parts] == [training, test]
    assert np.array_equal(parts[1].X * labelled(name).largest, whole[0][4::5])
    assert np.array_equal(parts[1].y, whole[1][4::5])
    assert np.array_equal(np.delete(whole[1], np.arange(4, len(whole[1]), 5)), parts[0].y)
    assert parts[0].X.max() <= 7.9


def test_iris_has_as_many_of_each_species_in_both_parts():
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    assert np.bincount(samples_for_training("iris").y).tolist() == [40, 40, 40]
    assert np.bincount(samples_for_test("iris").y).tolist() == [10, 10, 10]


@pytest.mark.parametrize("name", ["iris", "digits"])
def test_without_the_library_the_error_says_what_to_install(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(MissingExtraError, match=rf"{name} comes with scikit-learn.*pip install 'symnn\[data\]'"):
        samples_for_training(name)


def test_the_first_samples_are_taken():
    whole = samples_for_training("circles")
    assert np.array_equal(samples_for_training("circles", 13).X, whole.X[:13])
    for count in (0, -1, 201):
        with pytest.raises(DataError, match=f"from 1 to 200 can be taken, found {count}"):
            samples_for_training("circles", count)


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(
        DataError, match=r"no data set 'housing' of labelled samples; there are and, or, .*fashion-mnist"
    ):
        labelled("housing")


def test_a_folder_for_what_is_not_read_from_files_is_refused(tmp_path):
    with pytest.raises(DataError, match="xor is not read from files"):
        samples_for_training("xor", folder=tmp_path)


@pytest.mark.parametrize(("X", "y"), [((3, 2), (2,)), ((3,), (3,)), ((3, 2), (3, 1))])
def test_samples_have_one_label_each(X, y):
    with pytest.raises(DataError, match="one label each"):
        Samples(np.zeros(X), np.zeros(y, dtype=np.int64))


@pytest.mark.parametrize(
    ("name", "training", "other"),
    [
        ("none", [[1, 5, 0], [3, 5, 4]], [2, 6, 1]),
        ("centre", [[-1, 0, -2], [1, 0, 2]], [0, 1, -1]),
        ("standardise", [[-1, 0, -1], [1, 0, 1]], [0, 1, -0.5]),
    ],
)
def test_preprocessing_uses_the_given_samples_only(name, training, other):
    X = np.array([[1.0, 5.0, 0.0], [3.0, 5.0, 4.0]])
    preprocess = Preprocessing.of(X, name)
    assert preprocess(X).tolist() == training
    assert preprocess(np.array([[2.0, 6.0, 1.0]])).tolist() == [other]


def test_an_unknown_preprocessing_is_refused():
    with pytest.raises(DataError, match="no preprocessing 'whiten'; there are none, centre, standardise"):
        Preprocessing.of(np.ones((2, 3)), "whiten")
