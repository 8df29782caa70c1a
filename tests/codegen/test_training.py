"""Training modules: what they compute, against scikit-learn and against loops written by hand."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.neural_network import MLPClassifier, MLPRegressor

from symnn.errors import UnsupportedError

THREE_CLASSES = ((4, 7, 3), ("tanh", "identity"), "softmax_cross_entropy")
ONE_NUMBER = ((2, 5, 1), ("sigmoid", "identity"), "squared_error")
XOR_NETWORK = ((2, 6, 1), ("tanh", "sigmoid"), "binary_cross_entropy")
MARGINS = ((3, 5, 1), ("relu", "identity"), "hinge")


def blobs(samples: int = 90, seed: int = 1) -> tuple[Any, Any]:
    """Points around three centres in four dimensions."""
    generator = np.random.default_rng(seed)
    y = generator.integers(0, 3, samples)
    centres = np.array([[2, 0, 0, 1], [0, 2, 0, -1], [0, 0, 2, 0]])
    return centres[y] + 0.8 * generator.normal(size=(samples, 4)), y


def xor() -> tuple[Any, Any]:
    return np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]]), np.array([0, 1, 1, 0])


def test_golden(emit, golden) -> None:  # type: ignore[no-untyped-def]
    text = emit(
        *THREE_CLASSES, penalty=0.01, optimiser="adam", weights="he", decay="inverse_sqrt",
        batch=16, validation=0.2, patience=4, epochs=20, learning_rate=0.002,
    )  # fmt: skip
    golden("training.py.txt", text)


# --- the mathematics of the module ----------------------------------------------------------------------------------


@pytest.mark.parametrize("network", [THREE_CLASSES, ONE_NUMBER, XOR_NETWORK, MARGINS])
@pytest.mark.parametrize("penalty", [0.0, 0.3])
def test_gradients_are_those_of_the_loss(network, penalty, emitted) -> None:  # type: ignore[no-untyped-def]
    """Central differences of `loss` by every single parameter."""
    module = emitted(*network, penalty=penalty)
    generator = np.random.default_rng(3)
    X = generator.normal(size=(11, module.INPUTS))
    y = {
        "softmax_cross_entropy": generator.integers(0, 3, 11),
        "squared_error": generator.normal(size=11),
        "binary_cross_entropy": generator.integers(0, 2, 11),
        "hinge": generator.choice([-1, 1], 11),
    }[network[2]]
    parameters = {name: value + 0.1 for name, value in module.initialise(2).items()}
    found = module.gradients(parameters, X, y)
    assert list(found) == list(module.SHAPES)
    for name, gradient in found.items():
        assert gradient.shape == module.SHAPES[name]
        for place in np.ndindex(gradient.shape):
            sides = []
            for step in (1e-5, -1e-5):
                moved = parameters[name].copy()
                moved[place] += step
                sides.append(module.loss({**parameters, name: moved}, X, y))
            assert gradient[place] == pytest.approx((sides[0] - sides[1]) / 2e-5, abs=2e-9)


def continued(peer: Any, X: Any, y: Any, epochs: int, **first: Any) -> dict[str, Any]:
    """The weights of scikit-learn's network after one step; from there it is trained anew for some epochs."""
    peer.partial_fit(X, y, **first)
    found = {f"W{place}": weights.copy() for place, weights in enumerate(peer.coefs_, 1)}
    found |= {f"b{place}": biases.copy() for place, biases in enumerate(peer.intercepts_, 1)}
    peer.loss_curve_ = []
    del peer._optimizer
    for _ in range(epochs):
        peer.partial_fit(X, y)
    return found


def assert_same_weights(training: Any, peer: Any, tolerance: float) -> None:
    for place, (weights, biases) in enumerate(zip(peer.coefs_, peer.intercepts_, strict=True), 1):
        np.testing.assert_allclose(training.parameters[f"W{place}"], weights, rtol=tolerance, atol=tolerance)
        np.testing.assert_allclose(training.parameters[f"b{place}"], biases, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(
    ("optimiser", "arguments", "tolerance"),
    [
        ("gd", {"solver": "sgd", "momentum": 0.0}, 1e-10),
        ("momentum", {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": False}, 1e-10),
        ("nesterov", {"solver": "sgd", "momentum": 0.9}, 1e-10),
        ("adam", {"solver": "adam"}, 1e-5),  # scikit-learn adds epsilon before the correction of the bias
    ],
)
def test_full_batches_are_those_of_scikit_learn(optimiser, arguments, tolerance, emitted) -> None:  # type: ignore[no-untyped-def]
    """The curve of the loss, all weights and the predictions; scikit-learn divides the penalty by the samples."""
    X, y = blobs()
    alpha, rate, epochs = 0.9, 0.05, 12
    module = emitted(*THREE_CLASSES, penalty=alpha / len(X), optimiser=optimiser, learning_rate=rate, epochs=epochs)
    peer = MLPClassifier(
        hidden_layer_sizes=(7,), activation="tanh", alpha=alpha, batch_size=len(X), learning_rate_init=rate,
        random_state=0, shuffle=False, **arguments,
    )  # fmt: skip
    start = continued(peer, X, y, epochs, classes=[0, 1, 2])
    training = module.fit(X, y, parameters=start, progress=None)
    np.testing.assert_allclose(training.history["loss"], peer.loss_curve_, rtol=tolerance)
    assert_same_weights(training, peer, 10 * tolerance)
    np.testing.assert_array_equal(module.predict(training.best, X), peer.predict(X))
    np.testing.assert_allclose(module.predict_proba(training.best, X), peer.predict_proba(X), rtol=10 * tolerance)
    assert module.accuracy(training.best, X, y) == peer.score(X, y)


def test_a_regression_is_that_of_scikit_learn(emitted) -> None:  # type: ignore[no-untyped-def]
    module = emitted((4, 6, 2), ("sigmoid", "identity"), "squared_error", learning_rate=0.05, epochs=9)
    X = blobs()[0]
    y = np.column_stack([np.sin(X[:, 0]), X[:, 1] * X[:, 2] + 1])
    peer = MLPRegressor(
        hidden_layer_sizes=(6,), activation="logistic", solver="sgd", alpha=0.0, batch_size=len(X),
        learning_rate_init=0.05, momentum=0.0, random_state=0, shuffle=False,
    )  # fmt: skip
    start = continued(peer, X, y, 9)
    training = module.fit(X, y, parameters=start, progress=None)
    # scikit-learn's loss is divided by the number of outputs, too; its gradient is not.
    np.testing.assert_allclose(training.history["loss"], 2 * np.array(peer.loss_curve_), rtol=1e-10)
    assert_same_weights(training, peer, 1e-9)
    assert module.score(training.best, X, y) == pytest.approx(peer.score(X, y), rel=1e-9)
    assert not hasattr(module, "predict_proba") and not hasattr(module, "accuracy")


def test_xor_is_learned(emitted) -> None:  # type: ignore[no-untyped-def]
    X, y = xor()
    module = emitted(*XOR_NETWORK, optimiser="adam", learning_rate=0.1, epochs=200)
    training = module.fit(X, y, progress=None)
    np.testing.assert_array_equal(module.predict(training.best, X), y)
    assert module.accuracy(training.best, X, y) == 1
    assert training.history["accuracy"][-1] == 1
    chances = module.predict_proba(training.best, X)
    assert chances.shape == (4,)
    np.testing.assert_array_equal(chances > 0.5, y == 1)


def test_margins_are_learned(emitted) -> None:  # type: ignore[no-untyped-def]
    X, y = blobs()
    y = np.where(y == 0, 1, -1)
    module = emitted(*MARGINS, optimiser="nesterov", learning_rate=0.02, epochs=60, batch=20)
    training = module.fit(X[:, :3], y, progress=None)
    assert module.accuracy(training.best, X[:, :3], y) > 0.9
    assert set(module.predict(training.best, X[:, :3])) == {-1, 1}
    assert not hasattr(module, "predict_proba")


# --- batches, splits, seeds -----------------------------------------------------------------------------------------


def spied(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Any]]:
    """The batches that the module is given from now on."""
    seen: list[tuple[Any, Any]] = []
    original = module.differentiate

    def differentiate(X: Any, Y: Any, **rest: Any) -> Any:
        seen.append((X, Y))
        return original(X, Y, **rest)

    monkeypatch.setattr(module, "differentiate", differentiate)
    return seen


def numbered(samples: int) -> tuple[Any, Any]:
    """Samples that tell their number by their first input, with labels that follow from it."""
    X, _ = blobs(samples)
    X[:, 0] = np.arange(samples)
    return X, np.arange(samples) % 3


def test_a_pass_takes_every_sample_once(emitted, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Batches of 8 of 21 samples: the last has 5, and every label stays with its sample."""
    X, y = numbered(21)
    module = emitted(*THREE_CLASSES, learning_rate=0.001)
    seen = spied(module, monkeypatch)
    module.fit(X, y, epochs=2, batch=8, progress=None)
    assert [len(batch) for batch, _ in seen] == [8, 8, 5] * 2
    passes = [np.concatenate([batch[:, 0] for batch, _ in seen[:3]]), np.concatenate([b[:, 0] for b, _ in seen[3:]])]
    for order in passes:
        assert sorted(order) == list(range(21))
    assert not np.array_equal(passes[0], passes[1])
    for batch, labels in seen:
        np.testing.assert_array_equal(labels.argmax(axis=1), batch[:, 0] % 3)


def test_the_last_batch_counts_by_its_own_size(emitted, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """A loop by hand over the same batches, with means over the samples of each."""
    X, y = numbered(21)
    X[:, 0] /= 21
    module = emitted(*THREE_CLASSES, learning_rate=0.3)
    seen = spied(module, monkeypatch)
    training = module.fit(X, y, epochs=1, batch=8, progress=None)
    parameters, losses = module.initialise(), []
    for batch, labels in seen[:]:
        W1, b1, W2, b2 = parameters.values()
        A = np.tanh(batch @ W1 + b1)
        E = np.exp(A @ W2 + b2)
        S = E / E.sum(axis=1, keepdims=True)
        losses.append(-np.log(S[labels == 1]).sum())
        D2 = (S - labels) / len(batch)
        D1 = D2 @ W2.T * (1 - A**2)
        slopes = (batch.T @ D1, D1.sum(axis=0), A.T @ D2, D2.sum(axis=0))
        parameters = {name: parameters[name] - 0.3 * slope for name, slope in zip(parameters, slopes, strict=True)}
    for name, expected in parameters.items():
        np.testing.assert_allclose(training.parameters[name], expected, rtol=1e-12, atol=1e-14)
    assert training.history["loss"] == pytest.approx([sum(losses) / 21])


@pytest.mark.parametrize(("validation", "held_out"), [(0.25, 15), (7, 7), (0.001, 1), (np.float64(0.5), 30)])
def test_held_out_samples_are_not_learned_from(validation, held_out, emitted, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    X, y = numbered(60)
    module = emitted(*THREE_CLASSES, learning_rate=0.001, optimiser="adam")
    seen = spied(module, monkeypatch)
    measured = []
    original = module.evaluate
    monkeypatch.setattr(module, "evaluate", lambda X, Y, **rest: measured.append(X) or original(X, Y, **rest))
    training = module.fit(X, y, epochs=3, batch=10, validation=validation, progress=None)
    learned = {number for batch, _ in seen for number in batch[:, 0]}
    apart = {number for batch in measured for number in batch[:, 0]}
    assert len(apart) == held_out
    assert learned | apart == set(range(60)) and not learned & apart
    assert {name: len(values) for name, values in training.history.items()} == dict.fromkeys(module.MEASURES, 3)


@given(data=st.data(), samples=st.integers(2, 40))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_samples_are_parted(data, samples, emitted) -> None:  # type: ignore[no-untyped-def]
    """Every pass takes every learned sample once, whatever the sizes; the held-out ones are the rest."""
    module = emitted(*THREE_CLASSES, learning_rate=0.001)
    validation = data.draw(st.integers(0, samples - 1))
    batch = data.draw(st.none() | st.integers(1, samples - validation))
    seen: list[Any] = []
    X, y = numbered(samples)
    original = module.differentiate
    module.differentiate = lambda X, Y, **rest: seen.append(X[:, 0]) or original(X, Y, **rest)
    try:
        training = module.fit(X, y, epochs=2, batch=batch, validation=validation, seed=samples, progress=None)
    finally:
        module.differentiate = original
    size = batch or samples - validation
    steps = -(-(samples - validation) // size)
    assert training.state["steps"] == len(seen) == 2 * steps
    assert all(len(rows) == size for place, rows in enumerate(seen, 1) if place % steps)
    passes = [sorted(np.concatenate(part)) for part in (seen[:steps], seen[steps:])]
    held_out = np.random.default_rng([samples, 0]).permutation(samples)[:validation]
    assert passes[0] == passes[1] == sorted(set(range(samples)) - set(held_out))


def test_the_best_parameters_are_kept(emitted) -> None:  # type: ignore[no-untyped-def]
    """A rate that is too large: the validation loss jumps, the best epoch is not the last, and patience ends it."""
    X, y = blobs(60)
    module = emitted(*THREE_CLASSES, penalty=0.3, learning_rate=3.0)
    losses: list[float] = []

    def measure(training: Any) -> None:
        W = training.parameters
        A = np.tanh(X[apart] @ W["W1"] + W["b1"])
        Z = A @ W["W2"] + W["b2"]
        losses.append(float(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(20), y[apart]])))

    apart = np.random.default_rng([5, 0]).permutation(60)[:20]
    training = module.fit(X, y, epochs=40, batch=10, validation=20, seed=5, patience=6, progress=measure)
    best = int(np.argmin(losses))
    assert training.history["validation_loss"] == pytest.approx(losses, rel=1e-9)
    assert len(losses) < 40 and len(losses) == best + 7
    assert training.best_epoch == best + 1
    assert module.has_ended(training)
    again = module.fit(X, y, epochs=best + 1, batch=10, validation=20, seed=5, progress=None)
    for name, expected in again.parameters.items():
        np.testing.assert_array_equal(training.best[name], expected)
    assert any(not np.array_equal(training.best[name], training.parameters[name]) for name in training.best)


def test_a_seed_tells_all(emitted) -> None:  # type: ignore[no-untyped-def]
    X, y = blobs()
    module = emitted(*THREE_CLASSES, learning_rate=0.1)
    runs = [module.fit(X, y, batch=16, validation=0.2, seed=seed, progress=None) for seed in (4, 4, 5)]
    assert runs[0].history == runs[1].history != runs[2].history
    for name in module.SHAPES:
        np.testing.assert_array_equal(runs[0].parameters[name], runs[1].parameters[name])
    assert not np.array_equal(runs[0].parameters["W1"], runs[2].parameters["W1"])


def test_what_is_given_stays_as_it_is(emitted) -> None:  # type: ignore[no-untyped-def]
    X, y = blobs()
    module = emitted(*THREE_CLASSES, optimiser="amsgrad", learning_rate=0.1)
    start = module.initialise(9)
    kept = {name: value.copy() for name, value in start.items()}
    inputs, labels = X.copy(), y.copy()
    training = module.fit(X, y, parameters=start, epochs=4, batch=32, validation=0.1, progress=None)
    np.testing.assert_array_equal(X, inputs)
    np.testing.assert_array_equal(y, labels)
    for name, value in kept.items():
        np.testing.assert_array_equal(start[name], value)
        assert not np.array_equal(training.parameters[name], value)


def test_a_step_by_hand(emitted) -> None:  # type: ignore[no-untyped-def]
    """The functions that `fit` is made of do the same one by one."""
    X, y = blobs()
    module = emitted(*THREE_CLASSES, optimiser="adam", learning_rate=0.02, decay="1/(1 + t)")
    parameters, state = module.initialise(), module.begin()
    for epoch in range(3):
        state = {**state, "epochs": epoch}
        parameters, state = module.step(parameters, module.gradients(parameters, X, y), state)
    training = module.fit(X, y, epochs=3, progress=None)
    assert state["steps"] == training.state["steps"] == 3
    for name, expected in parameters.items():
        np.testing.assert_array_equal(training.parameters[name], expected)
    moved = np.abs(module.initialise()["W2"] - module.fit(X, y, epochs=1, progress=None).parameters["W2"])
    np.testing.assert_allclose(moved, 0.02, rtol=1e-4)


@pytest.mark.parametrize("weights", ["he", "xavier", "zeros"])
def test_initial_parameters(weights, emitted) -> None:  # type: ignore[no-untyped-def]
    module = emitted((300, 200, 3), ("relu", "identity"), "softmax_cross_entropy", weights=weights)
    first, again, other = module.initialise(1), module.initialise(1), module.initialise(2)
    variance = {"he": 2 / 300, "xavier": 2 / 500, "zeros": 0}[weights]
    assert first["W1"].var() == pytest.approx(variance, rel=0.02, abs=1e-30)
    assert not first["b1"].any() and first["b1"].shape == (200,)
    np.testing.assert_array_equal(first["W1"], again["W1"])
    assert np.array_equal(first["W1"], other["W1"]) == (weights == "zeros")


def test_learned_slopes_begin_where_their_table_says(emitted) -> None:  # type: ignore[no-untyped-def]
    module = emitted((4, 7, 3), ("prelu", "identity"), "softmax_cross_entropy", optimiser="adam", learning_rate=0.05)
    X, y = blobs()
    start = module.initialise()
    name = next(name for name in start if name.startswith("alpha"))
    assert np.unique(start[name]) == 0.25
    training = module.fit(X, y, epochs=5, progress=None)
    assert np.shape(training.best[name]) == module.SHAPES[name]
    assert np.all(training.best[name] != 0.25)


@pytest.mark.parametrize("optimiser", ["gd", "adam", "nadam"])
@pytest.mark.parametrize("activation", ["tanh", "prelu"])
def test_float32_throughout(optimiser, activation, emitted) -> None:  # type: ignore[no-untyped-def]
    X, y = blobs()
    network = ((4, 7, 3), (activation, "identity"), "softmax_cross_entropy")
    chosen = {"penalty": 0.01, "optimiser": optimiser, "learning_rate": 0.05, "decay": "inverse_sqrt"}
    module = emitted(*network, dtype="float32", **chosen)
    training = module.fit(X, y, batch=16, validation=0.2, progress=None)
    arrays = [*training.parameters.values(), module.forward(training.best, X), module.predict_proba(training.best, X)]
    arrays += [array for group in module.STATE for array in training.state[group].values()]
    arrays += module.gradients(training.best, X, y).values()
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    wide = emitted(*network, **chosen)
    expected = wide.fit(X, y, batch=16, validation=0.2, progress=None)
    for name, value in expected.parameters.items():
        np.testing.assert_allclose(training.parameters[name], value, rtol=1e-3, atol=1e-4)


def test_images_of_bytes_are_converted(emitted) -> None:  # type: ignore[no-untyped-def]
    module = emitted(*THREE_CLASSES)
    X, y = (10 * np.abs(blobs()[0])).astype(np.uint8), blobs()[1].astype(np.uint8)
    trainings = [module.fit(X, y, progress=None), module.fit(X.astype(float), np.eye(3)[y], progress=None)]
    np.testing.assert_array_equal(trainings[0].parameters["W1"], trainings[1].parameters["W1"])


def test_progress_is_printed(emitted, capsys) -> None:  # type: ignore[no-untyped-def]
    X, y = blobs()
    emitted(*THREE_CLASSES).fit(X, y, epochs=60, validation=0.2)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 20
    number = r"[\d.e-]+"
    pattern = (
        rf"epoch 60 of 60: loss {number}, accuracy {number}, validation loss {number}, validation accuracy {number}"
    )
    assert re.fullmatch(pattern, lines[-1])


# --- what cannot be written -----------------------------------------------------------------------------------------


def test_constants_are_named(emit) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UnsupportedError, match="evaluate needs lam, which is neither learned nor given"):
        emit(*THREE_CLASSES, penalty=0.1, constants={})


def test_a_module_is_standard_python(emit) -> None:  # type: ignore[no-untyped-def]
    """No name of symnn, and nothing imported but NumPy and the standard library."""
    text = emit(*XOR_NETWORK, optimiser="adam")
    imported = set(re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE))
    assert imported == {"json", "os", "zlib", "dataclasses", "pathlib", "numpy"}
    assert all(len(line) <= 120 for line in text.splitlines())
