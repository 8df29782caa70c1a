"""Optimisers: the emitted updates against loops written by hand and against PyTorch, step by step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from symnn.codegen import emit_function_module, load_module
from symnn.errors import UnsupportedError
from symnn.learn.optimisers import DECAYS, OPTIMISERS, decay_specification

RATE = 0.07
STEPS = 25
START = np.array([1.5, -2.0, 0.25, 3.0, 0.5])
SCALES = np.array([1.0, 10.0, 0.1, 2.0, 0.0])

Gradient = Callable[[Any], Any]


def gradient_at(parameter: Any) -> Any:
    """Of a function with curvatures of several sizes, which is no quadratic; the last entry's is zero."""
    return SCALES * (parameter + 0.3 * np.sin(3 * parameter))


@pytest.fixture(scope="module")
def modules() -> dict[str, ModuleType]:
    return {name: load_module(emit_function_module(rule.specification()), name) for name, rule in OPTIMISERS.items()}


def path(module: ModuleType, name: str, steps: int = STEPS, **changed: float) -> list[Any]:
    """The parameter after each step of the emitted update."""
    rule = OPTIMISERS[name]
    settings = {each: setting.default for each, setting in rule.settings.items()} | changed
    arguments = [variable.name for variable in rule.specification().parameters]
    found, parameter, state = [], START, [np.zeros_like(START) for _ in rule.state]
    for t in range(1, steps + 1):
        known = {"parameter": parameter, "gradient": gradient_at(parameter), "t": t, "learning_rate": RATE}
        known |= dict(zip(rule.state, state, strict=True)) | settings
        new = module.update(**{argument: known[argument] for argument in arguments})
        parameter, *state = new if rule.state else (new,)
        found.append(parameter)
    return found


# --- written by hand, each as its paper has it ----------------------------------------------------------------------


def by_hand_gd(theta: Any, steps: int) -> Any:
    for _ in range(steps):
        theta = theta - RATE * gradient_at(theta)
        yield theta


def by_hand_momentum(theta: Any, steps: int) -> Any:
    moved = 0
    for _ in range(steps):
        moved = 0.9 * moved - RATE * gradient_at(theta)
        theta = theta + moved
        yield theta


def by_hand_nesterov(theta: Any, steps: int) -> Any:
    """In Nesterov's own coordinates, seen from the place where the next gradient is taken."""
    moved = np.zeros_like(theta)
    for _ in range(steps):
        moved = 0.9 * moved - RATE * gradient_at(theta + 0.9 * moved)
        theta = theta + moved
        yield theta + 0.9 * moved


def by_hand_adagrad(theta: Any, steps: int) -> Any:
    """With the sum of outer products, of which the diagonal is taken."""
    total = np.zeros((len(theta), len(theta)))
    for _ in range(steps):
        slope = gradient_at(theta)
        total = total + np.outer(slope, slope)
        theta = theta - RATE * slope / (np.diag(total) ** 0.5 + 1e-8)
        yield theta


def by_hand_rmsprop(theta: Any, steps: int) -> Any:
    slopes: list[Any] = []
    for _ in range(steps):
        slopes.append(gradient_at(theta))
        mean = sum(0.1 * 0.9 ** (len(slopes) - 1 - i) * slope**2 for i, slope in enumerate(slopes))
        theta = theta - RATE * slopes[-1] / (np.sqrt(mean) + 1e-8)
        yield theta


def moments(slopes: list[Any]) -> tuple[Any, Any]:
    """The means of Adam as weighted sums over all steps so far, not corrected."""
    last = len(slopes) - 1
    first = sum(0.1 * 0.9 ** (last - i) * slope for i, slope in enumerate(slopes))
    second = sum(0.001 * 0.999 ** (last - i) * slope**2 for i, slope in enumerate(slopes))
    return first, second


def by_hand_adam(theta: Any, steps: int, *, corrected: bool = True, weight_decay: float = 0.0) -> Any:
    slopes: list[Any] = []
    for t in range(1, steps + 1):
        slopes.append(gradient_at(theta))
        first, second = moments(slopes)
        if corrected:
            first, second = first / (1 - 0.9**t), second / (1 - 0.999**t)
        theta = theta * (1 - RATE * weight_decay) - RATE * first / (np.sqrt(second) + 1e-8)
        yield theta


def by_hand_nadam(theta: Any, steps: int) -> Any:
    slopes: list[Any] = []
    for t in range(1, steps + 1):
        slopes.append(gradient_at(theta))
        first, second = moments(slopes)
        ahead = 0.9 * first / (1 - 0.9 ** (t + 1)) + 0.1 * slopes[-1] / (1 - 0.9**t)
        theta = theta - RATE * ahead / (np.sqrt(second / (1 - 0.999**t)) + 1e-8)
        yield theta


def by_hand_amsgrad(theta: Any, steps: int) -> Any:
    slopes: list[Any] = []
    largest = np.zeros_like(theta)
    for t in range(1, steps + 1):
        slopes.append(gradient_at(theta))
        first, second = moments(slopes)
        largest = np.where(second > largest, second, largest)
        theta = theta - RATE * first / (1 - 0.9**t) / (np.sqrt(largest / (1 - 0.999**t)) + 1e-8)
        yield theta


BY_HAND: dict[str, Callable[[Any, int], Any]] = {
    "gd": by_hand_gd,
    "sgd": by_hand_gd,
    "momentum": by_hand_momentum,
    "nesterov": by_hand_nesterov,
    "adagrad": by_hand_adagrad,
    "rmsprop": by_hand_rmsprop,
    "adam": by_hand_adam,
    "adam_biased": lambda theta, steps: by_hand_adam(theta, steps, corrected=False),
    "adamw": lambda theta, steps: by_hand_adam(theta, steps, weight_decay=0.01),
    "nadam": by_hand_nadam,
    "amsgrad": by_hand_amsgrad,
}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_step_is_that_of_the_paper(name: str, modules: dict[str, ModuleType]) -> None:
    for emitted, expected in zip(path(modules[name], name), BY_HAND[name](START, STEPS), strict=True):
        np.testing.assert_allclose(emitted, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_the_given_arrays_are_left_alone(name: str, modules: dict[str, ModuleType]) -> None:
    rule = OPTIMISERS[name]
    arguments = [variable.name for variable in rule.specification().parameters]
    settings = {each: setting.default for each, setting in rule.settings.items()}
    arrays = {each: START + place for place, each in enumerate(("parameter", "gradient", *rule.state))}
    before = {each: array.copy() for each, array in arrays.items()}
    known = {**settings, "t": 3, "learning_rate": RATE, **arrays}
    modules[name].update(**{argument: known[argument] for argument in arguments})
    for each, array in arrays.items():
        np.testing.assert_array_equal(array, before[each])


def test_the_first_step_of_adam(modules: dict[str, ModuleType]) -> None:
    """S10: α corrected, and 0.1/√0.001 = 3.16 times as far biased."""
    moved = [START - path(modules[name], name, 1)[0] for name in ("adam", "adam_biased")]
    np.testing.assert_allclose(abs(moved[0][:4]), RATE, rtol=1e-6)
    np.testing.assert_allclose(abs(moved[1][:4]), 3.1623 * RATE, rtol=1e-4)


@pytest.mark.parametrize(("name", "ends_at"), [("adam", 1), ("adam_biased", 1), ("amsgrad", -1), ("gd", -1)])
def test_where_adam_fails_to_converge(name: str, ends_at: int, modules: dict[str, ModuleType]) -> None:
    """S10: slopes 3, −1, −1 in turn on [−1, 1], whose mean is least at −1 (Reddi, Kale, Kumar 2018, theorem 1)."""
    rule = OPTIMISERS[name]
    arguments = [variable.name for variable in rule.specification().parameters]
    place, state = np.array([0.0]), [np.zeros(1) for _ in rule.state]
    for t in range(1, 3001):
        slope = np.array([3.0 if t % 3 == 1 else -1.0])
        known = {"parameter": place, "gradient": slope, "t": t, "learning_rate": 0.5 / t**0.5}
        known |= {"beta1": 0.0, "beta2": 0.1, "epsilon": 1e-8, **dict(zip(rule.state, state, strict=True))}
        new = modules[name].update(**{argument: known[argument] for argument in arguments})
        place, *state = new if rule.state else (new,)
        place = np.clip(place, -1, 1)
    np.testing.assert_allclose(place, ends_at, atol=0.05)


# PyTorch has the same rules but for what is set here: AdaGrad adds 1e-10 to its divisor, RMSprop keeps 0.99, and NAdam
# lets β₁ grow with the steps, as its paper does too; with so large a decay of that growth β₁ stays. The velocity of SGD
# is not multiplied by the learning rate, but its step is, which is the same while the rate stays. Adam without the
# correction is not there; test_training_against_pytorch.py undoes PyTorch's.
TORCH: dict[str, Callable[[Any, Any], Any]] = {
    "gd": lambda optim, theta: optim.SGD(theta, RATE),
    "sgd": lambda optim, theta: optim.SGD(theta, RATE),
    "momentum": lambda optim, theta: optim.SGD(theta, RATE, momentum=0.9),
    "nesterov": lambda optim, theta: optim.SGD(theta, RATE, momentum=0.9, nesterov=True),
    "adagrad": lambda optim, theta: optim.Adagrad(theta, RATE, eps=1e-8),
    "rmsprop": lambda optim, theta: optim.RMSprop(theta, RATE, alpha=0.9),
    "adam": lambda optim, theta: optim.Adam(theta, RATE),
    "adamw": lambda optim, theta: optim.AdamW(theta, RATE),
    "nadam": lambda optim, theta: optim.NAdam(theta, RATE, momentum_decay=1e6),
    "amsgrad": lambda optim, theta: optim.Adam(theta, RATE, amsgrad=True),
}


def test_pytorch_has_all_but_one() -> None:
    assert OPTIMISERS.keys() - TORCH.keys() == {"adam_biased"}


@pytest.mark.parametrize("name", TORCH)
def test_every_step_is_that_of_torch(name: str, modules: dict[str, ModuleType], request: pytest.FixtureRequest) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    request.addfinalizer(partial(torch.set_default_dtype, torch.get_default_dtype()))
    torch.set_default_dtype(torch.float64)  # of what NAdam keeps of its own, too
    theta = torch.tensor(START)
    optimiser = TORCH[name](torch.optim, [theta])
    for emitted in path(modules[name], name):
        theta.grad = torch.tensor(gradient_at(theta.numpy()))
        optimiser.step()
        np.testing.assert_allclose(emitted, theta.numpy(), rtol=1e-12, atol=1e-13)


# --- decays ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decay", "expected"),
    [
        ("none", lambda t: 1),
        ("inverse_sqrt", lambda t: 1 / (t + 1) ** 0.5),
        ("1/(1 + 0.1*t)", lambda t: 10 / (10 + t)),
        ("0.95**t", lambda t: 0.95**t),
        ("np.exp(-t/20)", lambda t: np.exp(-t / 20)),
        ("np.where(t < 10, 1, 0.1)", lambda t: 1 if t < 10 else 0.1),
    ],
)
def test_a_decay_is_a_formula_in_the_epochs(decay: str, expected: Callable[[int], float]) -> None:
    module = load_module(emit_function_module(decay_specification(decay)), "decay")
    for t in (0, 1, 7, 10, 300):
        np.testing.assert_allclose(module.decay(t), expected(t), rtol=1e-13)


@pytest.mark.parametrize(
    ("decay", "reason"),
    [
        ("inverse_root", r"has inverse_root; it is a formula in t"),
        ("k/(t + 1)", r"has k; it is a formula in t"),
        ("1/(t", r"is no formula in t"),
        ("np.ones(3)*t", r"is no scalar"),
        ("__import__('os')", r"is no formula in t"),
    ],
)
def test_what_is_no_decay(decay: str, reason: str) -> None:
    with pytest.raises(UnsupportedError, match=reason):
        decay_specification(decay)


def test_the_named_decays_are_formulas() -> None:
    assert set(DECAYS) == {"none", "inverse_sqrt"}
