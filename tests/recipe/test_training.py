"""Checks by training: each passes on a sound network and notices what is wrong with another."""

import re
from dataclasses import replace

import numpy as np
import pytest

from symnn.learn.model import Layer
from symnn.recipe import training
from symnn.recipe.checklist import examine
from symnn.recipe.subject import SHORTER, Subject
from tests.recipe.conftest import subject_of


def rated(subject, rate):
    optimiser = replace(subject.model.optimiser, learning_rate=rate)
    return replace(subject, model=replace(subject.model, optimiser=optimiser))


def test_a_sound_network_passes(usual):
    for check in (training.order, training.overfit, training.learning_rate, training.noise):
        found = check(usual)
        assert found.state == "passes", found


def test_the_order_of_the_classes_is_counted(usual):
    mixed = replace(usual, classes=np.array([0, 1] * 100))
    assert training.order(mixed).found.startswith("the class changes 199 times")
    sorted_ = replace(usual, classes=np.repeat([0, 1], 100))
    assert training.order(sorted_).found.startswith(
        "the class changes 1 times from sample to sample; in random order 100"
    )


def test_training_that_does_not_shuffle_fails(usual):
    fit = usual.module["fit"]

    def same(X, y, *, seed, **options):
        return fit(X, y, seed=0, **options)

    found = training.order(replace(usual, module={**usual.module, "fit": same}))
    assert found.state == "fails" and "as they come" in found.found


def test_one_linear_layer_cannot_learn_circles_by_heart(usual):
    line = subject_of(activation="identity")
    found = training.overfit(line)
    assert found.state == "fails" and "3,000 steps" in found.found
    assert isinstance(line, Subject) and line.model.layers[0] == Layer(6, "identity")


@pytest.mark.parametrize(("rate", "state"), [(300.0, "fails"), (0.1, "passes"), (1e-5, "warns")])
def test_a_rate_is_compared_with_those_that_lower_the_loss(usual, rate, state):
    found = training.learning_rate(rated(usual, rate))
    assert found.state == state
    (panel,) = found.panels
    (curve,) = panel.curves
    assert min(curve.y) < curve.y[0]


def test_noise_falls_as_theory_says(usual):
    found = training.noise(usual)
    measured, expected = found.panels[0].curves
    assert measured.x == [1, 2, 4, 8, 16, 32, 64, 128]
    assert measured.y == pytest.approx(expected.y, rel=0.5)
    batch = usual.some(200)
    singles = [
        np.concatenate([np.ravel(array) for array in usual.gradients(usual.start(), (x[None], y[None])).values()])
        for x, y in zip(*batch, strict=True)
    ]
    assert expected.y[0] == pytest.approx(np.var(singles, axis=0).sum(), rel=1e-9)
    assert expected.y[-1] == pytest.approx(expected.y[0] / 128 * 72 / 199, rel=1e-9)


def test_a_loss_that_is_a_sum_warns():
    found = training.noise(subject_of(loss="sum_binary_cross_entropy"))
    assert found.state == "warns" and "is 200 times the mean of theirs" in found.found


def test_nothing_held_out_warns_and_is_tried_all_the_same():
    found = training.early_stopping(subject_of(training=""))
    assert found.state == "warns" and "validation = 0.2" in found.remedy
    assert len(found.panels[0].curves[1].y) == 120


def test_a_loss_that_still_falls_at_the_last_epoch_warns():
    found = training.early_stopping(subject_of(rate=0.005))
    assert found.state == "warns" and found.remedy == "it still falls at the end: write epochs = 240"


def test_a_network_that_stops_in_time_passes():
    stopping = "validation = 0.2\npatience = 10\n[regularisation]\nl2 = 0.003"
    found = training.early_stopping(subject_of(training=stopping))
    assert found.state == "passes"
    of_training, held_out = found.panels[0].curves
    assert len(of_training.y) == len(held_out.y) == int(np.argmin(held_out.y)) + 11


@pytest.mark.parametrize("seed", range(4))
def test_classes_that_have_nothing_to_do_with_the_inputs_do_not_pass(usual, seed):
    random = replace(usual, classes=np.random.default_rng(seed).permutation(usual.classes))
    found = training.early_stopping(random)
    assert found.state in ("warns", "fails") and found.found.endswith("guessing costs 0.693")


def test_few_samples_are_not_held_out(with_samples):
    found = training.early_stopping(with_samples([[0, 1], [1, 0]], [0, 1]))
    assert (found.state, found.found) == ("warns", "2 samples are too few to hold any out")


@pytest.mark.parametrize(
    "changed",
    [
        {"activation": "relu_cubed", "optimiser": "momentum", "rate": 30, "last": "identity", "loss": "squared_error"},
        {"activation": "relu", "optimiser": "gd", "rate": 1e200, "last": "identity", "loss": "squared_error"},
        {"rate": 1e300, "last": "identity", "loss": "squared_error"},
    ],
    ids=["momentum", "gd", "adam"],
)
def test_training_that_diverges_fails_with_advice_and_no_line_raises(changed):
    subject = subject_of(**changed)
    found = {finding.what: finding for finding in examine(subject)}
    assert found["gradients"].state == "passes"
    place = r"epoch \d+, step \d+: the loss is (nan|inf), and the largest gradient is that of [Wb][12], (nan|inf)"
    for what in ("shuffling", "early stopping"):
        assert found[what].state == "fails" and re.fullmatch(place, found[what].found), found[what]
        assert found[what].remedy == f"try a smaller learning rate than {changed['rate']:g}"
    assert (found["a small part"].state, found["a small part"].remedy) == ("fails", SHORTER)
    assert found["learning rate"].remedy.startswith("steps are too long: write learning_rate = ")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "changed", [{"activation": "np.log(x)"}, {"weights": 'normal"\nscale = 1e200\n#', "activation": "softplus(x)**2"}]
)
def test_a_loss_without_a_value_at_the_start_does_not_blame_the_learning_rate(changed):
    findings = list(examine(subject_of(**changed, last="identity", loss="squared_error")))
    assert [finding.state for finding in findings[:4]] == ["passes"] * 4
    for finding in findings[4:]:
        assert finding.state == "fails" and finding.remedy.startswith("no step was taken yet: "), finding
    assert findings[-1].found.startswith("epoch 1, step 1: the loss is ")


def test_a_step_after_which_the_loss_is_lost_is_told(usual):
    found = training.overfit(rated(usual, np.nan))
    assert (found.found, found.remedy) == ("the loss of 20 samples is nan at once", SHORTER)


def test_a_gradient_of_zero_up_to_rounding_is_told(usual):
    nothing = {name: 0 * array for name, array in usual.start().items()}
    found = training.noise(replace(usual, module={**usual.module, "initialise": lambda seed: nothing}))
    assert found.state == "warns" and found.found == "the mean gradient of 200 samples is zero at the start"
    assert "larger batch" not in found.remedy and "[initialisation]" in found.remedy


@pytest.mark.parametrize("loss", ["squared_error", "hinge", "np.mean((A - Y)**4)"])
@pytest.mark.parametrize("units", [1, 2])
def test_any_labels_can_be_made_of_classes(loss, units):
    subject = subject_of(loss=loss, units=units, last="identity")
    _, Y = subject.samples
    assert Y.shape == (200, units) and set(Y[:, -1] == Y.max()) == {True, False}
    assert np.array_equal(Y[:, -1] > 0, subject.classes == 1)
    for check in (training.order, training.overfit, training.early_stopping):
        assert check(subject).state != "fails"
