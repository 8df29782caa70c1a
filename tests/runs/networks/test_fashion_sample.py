"""The sample of Fashion-MNIST: the numbers are those of the emitted networks, and missing images are told."""

from pathlib import Path

import pytest

from symnn.errors import MissingDataError
from symnn.learn.datasets import samples_for_test, samples_for_training
from symnn.learn.datasets.fashion_mnist import DEBIAN
from symnn.learn.training import load_module
from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.networks import fashion, fashion_sample
from symnn.runs.registry import RUNS
from symnn.runs.report import Group, Table
from symnn.runs.run import Options

PROJECT = Project(Path(__file__).parents[3])
needs_images = pytest.mark.skipif(
    not DEBIAN.is_dir(), reason=f"Debian's package dataset-fashion-mnist is not installed: no {DEBIAN}"
)


@pytest.fixture
def small(monkeypatch):
    """One activation and two methods, which need no step for each image."""
    for where in (fashion, fashion_sample):
        monkeypatch.setattr(where, "ACTIVATIONS", {"tanh": "tanh"})
        monkeypatch.setattr(where, "METHODS", {"gd": "GD", "adam": "Adam"})


@needs_images
def test_the_numbers_are_those_of_the_emitted_networks(small):
    report = RUNS["fashion-mnist-sample"].execute(PROJECT, Options())
    samples, test = samples_for_training("fashion-mnist", 5000), samples_for_test("fashion-mnist", 1000)
    losses, right = {}, {}
    for method in ("gd", "adam"):
        module = load_module(PROJECT.module_path(f"fashion_mnist_tanh_{method}"))
        trained = module["fit"](samples.X, samples.y, seed=0, epochs=3, validation=0, patience=None, progress=None)
        losses[method] = trained.history["loss"]
        right[method] = module["accuracy"](trained.parameters, test.X, test.y)
    first, second = (part for part in report.parts if isinstance(part, Table))
    assert first.rows == [("tanh", f"{losses['gd'][-1]:.3f}", f"{losses['adam'][-1]:.3f}")]
    assert [float(cell) for cell in second.rows[0][1:]] == pytest.approx([100 * share for share in right.values()])
    (claims,) = (part for part in report.parts if isinstance(part, Group))
    assert [claim.found for claim in claims.comparisons] == pytest.approx([right["adam"], right["gd"], 22_270, 22_270])
    (plot,) = (part for part in report.parts if isinstance(part, Plot))
    assert plot.rows[0][0].curves[1].y == pytest.approx(losses["adam"])
    assert report.passed


@pytest.mark.parametrize("method", ["sgd", "adam"])
def test_a_network_that_learned_too_little_fails(method):
    scores = {("tanh", "gd"): 0.6, ("tanh", "minibatch"): 0.1, ("tanh", "sgd"): 0.8, ("tanh", "adam"): 0.8}
    for found, passed in ((0.8, True), (0.7, False)):
        report = fashion_sample.Report("a run")
        fashion_sample._claims(report, {**scores, ("tanh", method): found}, [22_270])
        assert report.passed is passed


def test_missing_images_are_told(small, tmp_path):
    with pytest.raises(MissingDataError, match="dataset-fashion-mnist"):
        RUNS["fashion-mnist-sample"].execute(PROJECT, Options(folder=tmp_path / "none"))
