"""Fashion-MNIST: what is chosen by what, what attempts change, and training on the real images."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from symnn.errors import TrainingError
from symnn.learn.datasets import samples_for_test, samples_for_training
from symnn.learn.datasets.fashion_mnist import DEBIAN
from symnn.learn.training import Job, Trained, Unwatched, jobs_of, load_module, train_all
from symnn.plots import Plot
from symnn.project import Project
from symnn.runs.networks import fashion
from symnn.runs.networks.fashion import (
    attempts_in_order,
    best_by_validation,
    data_in_common,
    steps_of_epoch,
    with_all_samples,
)
from symnn.runs.registry import RUNS
from symnn.runs.report import Group, Table
from symnn.runs.run import Options, curve

PROJECT = Project(Path(__file__).parents[3])
needs_images = pytest.mark.skipif(
    not DEBIAN.is_dir(), reason=f"Debian's package dataset-fashion-mnist is not installed: no {DEBIAN}"
)
MODEL = PROJECT.model("fashion_mnist_sigmoid_minibatch")


def trained(validation_accuracy, best=0, model=MODEL):
    history = {"validation_accuracy": (validation_accuracy,) * (best + 1), "loss": (2.0, 1.0)[: best + 1]}
    return Trained(Job(model, Path("module.py"), 0), {}, history, best, 1.0)


def test_the_best_has_the_highest_mean_validation_accuracy():
    found = {"first": [trained(0.7), trained(0.8)], "second": [trained(0.9), trained(0.62)], "third": [trained(0.74)]}
    assert best_by_validation(found, found) == "second"
    assert best_by_validation(["first", "third"], found) == "first"


def test_the_chosen_are_trained_on_all_samples_for_their_mean_best_epochs():
    jobs = with_all_samples([trained(0.7, 0), trained(0.7, 1)])
    assert [job.epochs for job in jobs] == [2, 2]
    assert [job.epochs for job in with_all_samples([trained(0.7, 1), trained(0.7, 1), trained(0.7, 0)])] == [2, 2, 2]


def test_attempts_say_what_they_change_against_the_best_before_them():
    wider = replace(MODEL, title="Wider", layers=(replace(MODEL.layers[0], units=64), *MODEL.layers[1:]))
    penalised = replace(wider, title="Penalised", regularisation=replace(MODEL.regularisation, l2=0.5))
    other = replace(MODEL, title="Other", training=replace(MODEL.training, batch=16))
    first, second, third, fourth = attempts_in_order([MODEL, wider, penalised, other], [0.8, 0.9, 0.85, 0.7])
    assert (first.against, first.changes) == (None, ())
    assert (second.against, second.changes) == (0, ("layers: 28 sigmoid, 10 identity → 64 sigmoid, 10 identity",))
    assert (third.against, third.changes) == (1, ("regularisation.l2: 0.0 → 0.5",))
    assert fourth.against == 1
    assert fourth.changes == (
        "layers: 64 sigmoid, 10 identity → 28 sigmoid, 10 identity",
        f"training.batch: {MODEL.training.batch} → 16",
    )


def test_networks_are_compared_on_the_same_samples_and_chosen_by_others():
    other = replace(MODEL, name="other", data=replace(MODEL.data, training=4000))
    with pytest.raises(TrainingError, match="other and fashion_mnist_sigmoid_minibatch are compared"):
        data_in_common([MODEL, other])
    blind = replace(MODEL, name="blind", training=replace(MODEL.training, validation=0, patience=None))
    with pytest.raises(TrainingError, match=r"blind holds no samples out to choose by; write validation = 0.2"):
        data_in_common([MODEL, blind])
    assert data_in_common([MODEL, replace(MODEL, data=replace(MODEL.data, preprocessing="centre"))]) == MODEL.data


def test_a_project_without_attempts_says_what_to_write(tmp_path):
    with pytest.raises(TrainingError, match=r"write one as models/fashion_mnist_attempt_01.toml"):
        fashion.fashion_mnist(Shortened(tmp_path, []), Options())


def test_steps_of_an_epoch():
    def steps(batch, validation, count=5000):
        return steps_of_epoch(
            replace(MODEL, training=replace(MODEL.training, batch=batch, validation=validation)), count
        )

    assert (steps(None, 1000), steps(1, 1000), steps(64, 1000), steps(64, 0.2), steps(7, 0, 50)) == (1, 4000, 63, 63, 8)


def test_curves_are_means_as_far_as_all_trainings_went():
    job = Job(MODEL, Path("module.py"), 0)
    histories = [{"loss": (4.0, 2.0, 1.0)}, {"loss": (2.0, 1.0)}]
    found = curve("loss", [Trained(job, {}, history, 0, 1.0) for history in histories], "loss", 63)
    assert (found.x, found.y, found.deviation) == ([63, 126], [3.0, 1.5], [1.0, 0.5])


def test_the_table_and_the_history_are_model_files():
    names = PROJECT.models()
    assert {f"fashion_mnist_{key}_{method}" for key in fashion.ACTIVATIONS for method in fashion.METHODS} <= set(names)
    for name in names:
        model = PROJECT.model(name)
        if not name.startswith("fashion_mnist"):
            continue
        assert model.data == replace(model.data, name="fashion-mnist", training=5000, test=1000)
        assert model.training.validation == 1000 and model.sizes[0] == 784 and model.sizes[-1] == 10
        if not name.startswith(fashion.ATTEMPT):
            assert model.parameters == 22_270
            assert model.layers[0].activation == name.split("_")[2]


# --- on the real images ---------------------------------------------------------------------------------------------


@needs_images
def test_mini_batches_learn_the_images_in_a_few_passes():
    samples = samples_for_training("fashion-mnist", 5000)
    module = load_module(PROJECT.module_path("fashion_mnist_sigmoid_minibatch"))
    training = module["fit"](samples.X, samples.y, epochs=8, patience=None, progress=None)
    assert training.history["validation_accuracy"][-1] > 0.8
    assert training.history["loss"][-1] < 0.65 < training.history["loss"][0]


@needs_images
def test_single_samples_learn_more_in_a_pass_than_all_samples_at_once():
    samples = samples_for_training("fashion-mnist", 500)
    losses = {}
    for method in ("gd", "sgd"):
        module = load_module(PROJECT.module_path(f"fashion_mnist_tanh_{method}"))
        training = module["fit"](samples.X, samples.y, epochs=25, validation=0, patience=None, progress=None)
        losses[method] = np.array(training.history["loss"])
    assert losses["gd"][24] < losses["gd"][0] / 2
    assert losses["sgd"][4] < losses["gd"][24]


class Shortened:
    """The project with its networks trained for one pass at most, by copies of their modules."""

    def __init__(self, folder, attempts):
        self.folder, self.attempts = folder, attempts

    def models(self):
        return [name for name in PROJECT.models() if not name.startswith(fashion.ATTEMPT) or name in self.attempts]

    def model(self, name):
        return PROJECT.model(name)

    def current_module(self, name):
        text = PROJECT.module_path(name).read_text(encoding="utf-8")
        path = self.folder / f"{name}.py"
        path.write_text(re.sub(r"^(EPOCHS, .* = )\d+", r"\g<1>1", text, flags=re.MULTILINE), encoding="utf-8")
        return path


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    attempts = [f"{fashion.ATTEMPT}0{number}" for number in (1, 2)]
    networks = Shortened(tmp_path_factory.mktemp("short"), attempts)
    return networks, RUNS["fashion-mnist"].execute(networks, Options(seeds=1))


@needs_images
def test_a_whole_run_says_all_it_must(short):
    _, report = short
    settings, results, history, final = (part for part in report.parts if isinstance(part, Table))
    assert [row[0] for row in results.rows] == [row[0] for row in settings.rows]
    assert len(results.rows) == 12 and results.rows[7][0] == "tanh, Adam"
    assert [row[1] for row in results.rows] == ["1"] * 12
    assert [row[0][:3] for row in history.rows] == ["1. ", "2. "]
    assert "Against 1: layers: 10 identity → 28 relu, 10 identity;" in history.rows[1][0]
    assert [row[1] for row in final.rows] == ["1", "1"]
    (claims,) = (part for part in report.parts if isinstance(part, Group))
    assert [claim.bound for claim in claims.comparisons] == [0.835, 0.845, 0.0]
    assert not report.passed, "one pass is not enough"


@needs_images
def test_the_claims_are_about_the_networks_that_validation_chose(short):
    networks, report = short
    (claims,) = (part for part in report.parts if isinstance(part, Group))
    _, results, _, final = (part for part in report.parts if isinstance(part, Table))
    best = max(results.rows, key=lambda row: float(row[3]))
    chosen = f"fashion_mnist_{final.rows[0][0]}"
    assert best[0] == ", ".join((fashion.ACTIVATIONS[chosen.split("_")[2]], fashion.METHODS[chosen.split("_")[3]]))
    job = replace(jobs_of(networks, [chosen], 1, None)[0], epochs=1)
    (again,) = train_all([job], Unwatched())[chosen]
    test = samples_for_test("fashion-mnist", 1000)
    accuracy = load_module(job.module)["accuracy"](again.parameters, test.X, test.y)
    assert claims.comparisons[0].found == pytest.approx(accuracy, abs=0.002)


@needs_images
def test_the_plots_of_a_run_have_all_curves(short):
    _, report = short
    curves, descent = (part for part in report.parts if isinstance(part, Plot))
    assert "[784, 28, 10]" in curves.title and "[784, 28, 10]" in descent.title
    assert [[len(panel.curves) for panel in row] for row in curves.rows] == [[4, 4, 4], [4, 4, 4]]
    assert [curve.label for curve in descent.rows[0][0].curves] == [
        "GD, batch all",
        "mini-batches, batch 64",
        "SGD, batch 1",
    ]
    assert [curve.x for curve in descent.rows[0][1].curves] == [[1], [63], [4000]]
