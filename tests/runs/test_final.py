"""Test samples are read in one place, after everything was chosen, and preprocessed as the training samples say."""

from dataclasses import replace
from pathlib import Path

import pytest

from symnn.errors import DataError
from symnn.learn.datasets import LABELLED, catalogue
from symnn.learn.training import Job, Trained, Unwatched, jobs_of, train_all
from symnn.project import Project
from symnn.runs.final import scores_on_test_samples, unseen_samples

PROJECT = Project(Path(__file__).parents[2])


def one_job(name):
    return jobs_of(PROJECT, [name], 1, None)[0]


def test_one_file_alone_reads_test_samples():
    source = Path(__file__).parents[2] / "symnn"
    callers = [path.name for path in source.rglob("*.py") if "samples_for_test(" in path.read_text(encoding="utf-8")]
    assert sorted(callers) == ["catalogue.py", "final.py"]


def test_training_goes_on_without_test_samples_and_the_final_report_does_not(monkeypatch):
    def forbidden(_):
        raise DataError("test samples were read")

    sealed = {"circles-squares": replace(LABELLED["circles-squares"], test=forbidden)}
    monkeypatch.setattr(catalogue, "LABELLED", sealed)
    trained = train_all([one_job("circles_squares")], Unwatched())["circles_squares"]
    with pytest.raises(DataError, match="test samples were read"):
        scores_on_test_samples(trained, (None,))


def test_test_samples_are_preprocessed_as_the_training_samples_say():
    trained = train_all([one_job("circles_squares")], Unwatched())["circles_squares"]
    found = scores_on_test_samples(trained, (13, None))
    training, test = (LABELLED["circles-squares"].training(None), LABELLED["circles-squares"].test(None))
    X = (test.X - training.X.mean(axis=0)) / training.X.std(axis=0)
    scores = X @ trained[0].parameters["W1"][:, 0] + trained[0].parameters["b1"][0]
    right = (scores > 0) == (test.y == 1)
    assert found == {13: [right[:13].mean()], None: [right.mean()]}


def test_without_an_accuracy_it_is_the_score(tmp_path, monkeypatch):
    job = one_job("xor")
    path = tmp_path / "given.py"
    path.write_text("fit = None\nscore = lambda parameters, X, y: parameters['share'] * len(y)\n", encoding="utf-8")
    trained = Trained(Job(job.model, path, 0), {"share": 0.25}, {}, 0, 0.0)
    assert scores_on_test_samples([trained], (2, None)) == {2: [0.5], None: [1.0]}


def test_unseen_samples_are_none_of_the_training_samples():
    seen = {tuple(row) for row in LABELLED["circles"].training(None).X.tolist()}
    unseen = unseen_samples("circles")
    assert len(unseen.X) and not any(tuple(row) in seen for row in unseen.X.tolist())
