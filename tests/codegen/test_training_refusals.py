"""What training modules refuse, and what they say: samples, labels, options, parameters, numbers that overflow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

CLASSES = ((4, 7, 3), ("tanh", "identity"), "softmax_cross_entropy")
CHANCE = ((4, 5, 1), ("tanh", "sigmoid"), "binary_cross_entropy")
SIGNS = ((4, 5, 1), ("tanh", "identity"), "hinge")
NUMBERS = ((4, 5, 2), ("tanh", "identity"), "squared_error")
MIXTURE = ((4, 5, 2), ("tanh", "sigmoid"), "binary_cross_entropy")


def samples(count: int = 10) -> Any:
    return np.random.default_rng(0).normal(size=(count, 4))


def with_entry(array: Any, place: Any, value: float) -> Any:
    changed = np.array(array, dtype=float)
    changed[place] = value
    return changed


@pytest.mark.parametrize(
    ("X", "error", "reason"),
    [
        (samples()[:, :3], ValueError, r"X must have shape \(m, 4\).*; got \(10, 3\)"),
        (samples()[0], ValueError, r"X must have shape \(m, 4\), 2 axes; got \(4,\)"),
        (samples()[:0], ValueError, "X must not be empty"),
        (with_entry(samples(), (6, 2), np.nan), ValueError, r"X\[6, 2\] is not finite"),
        (with_entry(samples(), (0, 3), -np.inf), ValueError, r"X\[0, 3\] is not finite"),
        (samples() + 1j, TypeError, "X must be an array of real numbers; got ndarray of dtype complex128"),
        ([["a"] * 4] * 10, TypeError, "X must be an array of real numbers"),
        ([[1, 2, 3, 4], [5, 6]], TypeError, "X must be an array of real numbers; its rows differ in length"),
        (samples()[:9], ValueError, r"y must have shape \(m,\) = \(9,\) because X has m = 9; got \(10,\)"),
    ],
)
def test_inputs(X, error, reason, emitted) -> None:  # type: ignore[no-untyped-def]
    module = emitted(*CLASSES)
    y = np.arange(10) % 3
    with pytest.raises(error, match=reason):
        module.fit(X, y, progress=None)
    with pytest.raises(error, match=reason):
        module.loss(module.initialise(), X, y)
    if not reason.startswith("y"):
        with pytest.raises(error, match=reason):
            module.predict(module.initialise(), X)


NAMES = ["cat", "dog", "cow", "cat", "dog", "cow", "cat", "dog", "cow", "cat"]


@pytest.mark.parametrize(
    ("network", "y", "error", "reason"),
    [
        (CLASSES, np.arange(10), ValueError, r"y\[3\] is 3; labels are whole numbers from 0 to 2"),
        (CLASSES, with_entry(np.zeros(10), 4, -1), ValueError, r"y\[4\] is -1; labels are whole numbers from 0 to 2"),
        (CLASSES, with_entry(np.zeros(10), 4, 0.5), ValueError, r"y\[4\] is 0\.5; labels are whole numbers"),
        (CLASSES, with_entry(np.zeros(10), 4, np.nan), ValueError, r"y\[4\] is nan; labels are whole numbers"),
        (CLASSES, np.ones((10, 3)), ValueError, r"y\[0\] is \[1\.0, 1\.0, 1\.0\]; a row of labels has one 1"),
        (CLASSES, np.zeros((10, 4)), ValueError, r"y must have shape \(m, 3\)"),
        (CLASSES, NAMES, TypeError, "y must be an array of real numbers"),
        (CHANCE, np.arange(10) % 3, ValueError, "y has 2 in row 2; labels are 0 and 1"),
        (CHANCE, np.zeros((10, 2)), ValueError, r"y must have shape \(m, 1\)"),
        (SIGNS, np.arange(10) % 2, ValueError, "y has 0 in row 0; labels are -1 and 1"),
        (NUMBERS, np.zeros(10), ValueError, r"y must have shape \(m, 2\), 2 axes; got \(10,\)"),
        (NUMBERS, with_entry(np.zeros((10, 2)), (7, 1), np.nan), ValueError, r"y\[7, 1\] is not finite"),
    ],
)
def test_labels(network, y, error, reason, emitted) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error, match=reason):
        emitted(*network).fit(samples(), y, progress=None)


@pytest.mark.parametrize(
    ("network", "y"),
    [
        (CLASSES, np.eye(3)[np.arange(10) % 3]),
        (CLASSES, [0, 1, 2, 0, 1, 2, 0, 1, 2, 0]),
        (CLASSES, (np.arange(10) % 3).astype(float)),
        (CHANCE, np.arange(10) % 2),
        (CHANCE, (np.arange(10) % 2)[:, None]),
        (SIGNS, np.where(np.arange(10) % 2, 1, -1)),
        (MIXTURE, np.column_stack([np.arange(10) % 2, np.arange(10) < 4])),
        (NUMBERS, samples()[:, :2]),
    ],
)
def test_labels_that_are_understood(network, y, emitted) -> None:  # type: ignore[no-untyped-def]
    module = emitted(*network)
    X = samples()
    training = module.fit(X, y, progress=None)
    predicted = module.predict(training.best, X)
    single = network[0][-1] == 1 or network is CLASSES
    assert predicted.shape == ((10,) if single else (10, 2))
    if network is NUMBERS:
        rest, variation = ((y - predicted) ** 2).sum(axis=0), ((y - y.mean(axis=0)) ** 2).sum(axis=0)
        assert module.score(training.best, X, y) == pytest.approx(np.mean(1 - rest / variation))
    else:
        labels = np.reshape(y, predicted.shape) if np.size(y) == predicted.size else np.argmax(y, axis=1)
        assert module.accuracy(training.best, X, y) == np.mean(labels == predicted)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"batch": 11}, "a batch of 11 is larger than the 10 samples to learn from; None takes all"),
        ({"batch": 9, "validation": 2}, "a batch of 9 is larger than the 8 samples to learn from"),
        ({"batch": 0}, "batch is a whole number from 1 on; got 0"),
        ({"batch": True}, "batch is a whole number from 1 on; got True"),
        ({"batch": 2.5}, r"batch is a whole number from 1 on; got 2\.5"),
        ({"epochs": 0}, "epochs is a whole number from 1 on; got 0"),
        ({"epochs": "3"}, "epochs is a whole number from 1 on; got '3'"),
        ({"epochs": None}, "epochs is a whole number from 1 on; got None"),
        ({"epochs": -3}, "epochs is a whole number from 1 on; got -3"),
        ({"seed": -1}, "seed is a whole number from 0 on; got -1"),
        ({"validation": 1.0}, r"validation is a part from 0 to below 1, or a number of samples; got 1\.0"),
        ({"validation": -0.1}, r"validation is a part from 0 to below 1, or a number of samples; got -0\.1"),
        ({"validation": float("nan")}, "validation is a part from 0 to below 1, or a number of samples; got nan"),
        ({"validation": 10}, "validation holds out 10 samples, and leaves none of 10 to learn from"),
        ({"validation": 0.99}, "validation holds out 10 samples, and leaves none of 10 to learn from"),
        ({"patience": 3}, "patience looks at the validation loss, and no samples are held out"),
        ({"patience": 0, "validation": 2}, "patience is a whole number from 1 on; got 0"),
    ],
)
def test_options(options, reason, emitted) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=reason):
        emitted(*CLASSES).fit(samples(), np.arange(10) % 3, **{"progress": None, **options})


@pytest.mark.parametrize(
    ("change", "error", "reason"),
    [
        (lambda given: given.pop("b1"), ValueError, "the parameters are W1, b1, W2, b2; missing or unknown: b1"),
        (lambda given: given.update(W9=1), ValueError, "the parameters are W1, b1, W2, b2; missing or unknown: W9"),
        (lambda given: given.update(W1=given["W1"].T), ValueError, r"W1 must have shape \(4, 7\).*; got \(7, 4\)"),
        (lambda given: given.update(b2="none"), TypeError, "b2 must be an array of real numbers"),
    ],
)
def test_parameters(change, error, reason, emitted) -> None:  # type: ignore[no-untyped-def]
    module = emitted(*CLASSES)
    given = module.initialise()
    change(given)
    for call in (
        lambda: module.forward(given, samples()),
        lambda: module.gradients(given, samples(), np.zeros(10)),
        lambda: module.fit(samples(), np.zeros(10), parameters=given),
    ):
        with pytest.raises(error, match=reason):
            call()


def test_gradients_of_other_shapes(emitted) -> None:  # type: ignore[no-untyped-def]
    module = emitted(*CLASSES)
    parameters = module.initialise()
    with pytest.raises(ValueError, match="there are gradients of W1, b1, W2 for the parameters W1, b1, W2, b2"):
        module.step(parameters, {name: parameters[name] for name in ("W1", "b1", "W2")}, module.begin())
    wrong = {**parameters, "b1": np.zeros((7, 7))}
    with pytest.raises(ValueError, match=r"b1 has shape \(7,\), its gradient \(7, 7\)"):
        module.step(parameters, wrong, module.begin())


# --- numbers that overflow --------------------------------------------------------------------------------------------


def test_a_loss_that_is_not_finite(emitted) -> None:  # type: ignore[no-untyped-def]
    """Squared errors with a rate that is much too large: the error tells when, and where the gradient is largest."""
    module = emitted((4, 5, 2), ("identity", "identity"), "squared_error", learning_rate=1e3)
    y = samples()[:, :2]
    with pytest.raises(FloatingPointError) as caught:
        module.fit(samples(), y, epochs=100, batch=5, progress=None)
    parameters, state, generator = module.initialise(), module.begin(), np.random.default_rng([0, 1])
    batches = (rows for _ in range(100) for rows in np.split(generator.permutation(10), 2))
    with np.errstate(all="ignore"):
        for rows in batches:
            found = module.gradients(parameters, samples()[rows], y[rows])
            value = module.loss(parameters, samples()[rows], y[rows])
            sizes = {name: float(np.abs(gradient).max()) for name, gradient in found.items()}
            if not np.isfinite([value, *sizes.values()]).all():
                break
            parameters, state = module.step(parameters, found, state)
    name = max(sizes, key=lambda name: np.inf if np.isnan(sizes[name]) else sizes[name])
    steps = state["steps"]
    assert str(caught.value) == (
        f"epoch {steps // 2 + 1}, step {steps + 1}: the loss is {value:g}, and the largest gradient is that of {name}, "
        f"{sizes[name]:g}; try a smaller learning rate than 1000"
    )


def test_a_loss_that_is_not_finite_before_the_first_step_is_no_matter_of_the_rate(emitted) -> None:  # type: ignore[no-untyped-def]
    module = emitted((4, 5, 2), ("identity", "identity"), "squared_error", learning_rate=1e-3)
    with pytest.raises(FloatingPointError) as caught:
        module.fit(samples(), 1e200 * samples()[:, :2], batch=5, progress=None)
    said = str(caught.value)
    assert said.startswith("epoch 1, step 1: the loss is inf, and the largest gradient is that of ")
    assert "; no step was taken yet: inputs lie outside of the domain" in said and "learning rate" not in said


def test_parameters_that_are_not_finite_after_the_last_step(emitted) -> None:  # type: ignore[no-untyped-def]
    module = emitted((4, 5, 2), ("identity", "identity"), "squared_error", learning_rate=1e308)
    with pytest.raises(FloatingPointError, match="epoch 1: W1 is not finite after the last step"):
        module.fit(100 * samples(), samples()[:, :2], epochs=1, progress=None)


def test_a_validation_loss_that_is_not_finite(emitted) -> None:  # type: ignore[no-untyped-def]
    """Weights that are finite, and whose outputs are not for the one sample that is held out."""
    module = emitted((4, 5, 2), ("identity", "identity"), "squared_error", learning_rate=1e-300)
    X = np.ones((10, 4))
    X[np.random.default_rng([0, 0]).permutation(10)[0]] = 1e300
    with pytest.raises(FloatingPointError, match="epoch 1: the validation loss is inf"):
        module.fit(X, X[:, :2] / 1e300, validation=1, progress=None)


def test_a_callers_floating_point_settings_do_not_matter(emitted) -> None:  # type: ignore[no-untyped-def]
    module = emitted(*CLASSES, optimiser="adam")
    y = np.arange(10) % 3
    with np.errstate(all="raise"):
        strict = module.fit(100 * samples(), y, progress=None)
    assert strict.history == module.fit(100 * samples(), y, progress=None).history


def test_equal_numbers_have_no_score(emitted) -> None:  # type: ignore[no-untyped-def]
    module = emitted(*NUMBERS)
    with pytest.raises(ValueError, match="y has no variance that could be explained"):
        module.score(module.initialise(), samples(), np.ones((10, 2)))
