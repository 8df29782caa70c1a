"""Differences catch every wrong gradient and pass every right one; autograd is the independent oracle."""

from __future__ import annotations

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from symnn.algebra.language import (
    det,
    diag,
    exp,
    inner,
    inv,
    log,
    matrix,
    mean,
    relu,
    scalar,
    sigmoid,
    softplus,
    squared_norm,
    tanh,
    total,
    trace,
    vector,
)
from symnn.algebra.nodes import Identity, Node, Variable
from symnn.algebra.sizes import dims
from symnn.algebra.walk import variables
from symnn.check import finite_differences
from symnn.check.finite_differences import CheckReport, check_derivative, check_stationary
from symnn.check.values import REAL, SMALL, choose_sizes, draw
from symnn.codegen.emit import FunctionSpec, emit_function_module, load_module
from symnn.errors import AssumptionError, UnsupportedError

n, d, h = dims("n d h")
X, y, w = matrix("X", n, d, assume="full column rank"), vector("y", n), vector("w", d)
lam, b = scalar("lam", assume="positive"), scalar("b")
W, V = matrix("W", d, h), vector("V", h)
S = matrix("S", d, d, assume="positive definite")
Q = matrix("Q", d, d, assume="symmetric")
column = matrix("column", d, 1)


def emitted(name: str, parameters: tuple[Variable, ...], *results: Node):  # type: ignore[no-untyped-def]
    ranks = tuple(sum(1 for size in result.shape if size != 1) for result in results)
    source = emit_function_module(FunctionSpec(name, parameters, results, ranks, "A function"))
    return vars(load_module(source, name))[name]


RIDGE = squared_norm(y - X @ w) / 2 + lam * squared_norm(w) / 2
GRADIENT = X.T @ (X @ w - y) + lam * w
PARAMETERS = (y, X, w, lam)


def check(objective: Node, gradient: Node, wrt: Variable, **more: int) -> CheckReport:
    parameters = tuple(variables(objective))
    return check_derivative(
        emitted("value", parameters, objective), emitted("gradient", parameters, gradient), parameters, (wrt,), **more
    )


RIGHT = {
    "ridge": (RIDGE, GRADIENT, w),
    "ridge by lam": (RIDGE, squared_norm(w) / 2, lam),
    "least squares by X": (squared_norm(y - X @ w) / 2, (X @ w - y) @ w.T, X),
    "logistic": (
        total(softplus(X @ w + b)) - inner(y, X @ w + b),
        X.T @ (sigmoid(X @ w + b) - y),
        w,
    ),
    "network": (
        squared_norm(tanh(X @ W) @ V - y),
        2 * X.T @ (((tanh(X @ W) @ V - y) @ V.T) * (1 - tanh(X @ W) ** 2)),
        W,
    ),
    "log det": (log(det(S)), inv(S).T, S),
    "trace of an inverse": (trace(inv(S) @ W @ W.T), -(inv(S) @ W @ W.T @ inv(S)).T, S),
    "symmetric": (w.T @ Q @ w, w @ w.T, Q),
    "exponential": (total(exp(X * X)), 2 * X * exp(X * X), X),
    "logarithm": (total(log(X)), 1 / X, X),
    "diagonal": (w.T @ diag(w) @ w, 3 * w * w, w),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_gradients_pass(name: str) -> None:
    objective, gradient, wrt = RIGHT[name]
    for seed in range(3):
        report = check(objective, gradient, wrt, seed=seed)
        assert report.passed, report.summary()
        assert report.summary().startswith("passed")


WRONG = {
    "relative error of 1e-6": (1 + 1e-6, None),
    "relative error of -1e-6": (1 - 1e-6, None),
    "sign": (-1, None),
    "half": (0.5, None),
    "one entry": (1, 1e-5),
}


@pytest.mark.parametrize("objective", list(RIGHT))
@pytest.mark.parametrize("fault", WRONG)
def test_wrong_gradients_are_caught(objective: str, fault: str) -> None:
    value, gradient, wrt = RIGHT[objective]
    parameters = tuple(variables(value))
    right = emitted("gradient", parameters, gradient)
    factor, shift = WRONG[fault]

    def wrong(*arrays: np.ndarray) -> np.ndarray:
        result = np.array(right(*arrays)) * factor
        if shift is not None:
            result = np.array(result)
            result[(0,) * result.ndim] += shift * np.abs(result).max()
        return result

    report = check_derivative(emitted("value", parameters, value), wrong, parameters, (wrt,))
    assert not report.passed
    assert wrt.name in report.summary() or "random direction" in report.summary()
    assert report.worst is not None
    assert report.worst.error > report.worst.tolerance


def test_the_report_names_the_worst_entry_with_both_values() -> None:
    right = emitted("gradient", PARAMETERS, GRADIENT)

    def wrong(*arrays: np.ndarray) -> np.ndarray:
        result = right(*arrays)
        result[1] += 0.25
        return result

    report = check_derivative(emitted("value", PARAMETERS, RIDGE), wrong, PARAMETERS, (w,))
    assert report.worst is not None
    assert report.worst.place == "w[1]"
    assert report.worst.derivative - report.worst.difference == pytest.approx(0.25)
    assert "w[1]: the code gives" in report.summary()


def test_a_transposed_gradient_of_a_square_matrix_is_caught() -> None:
    B = matrix("B", d, d)
    objective = trace(B @ W @ W.T @ B) + w.T @ B @ column
    right = (W @ W.T @ B + B @ W @ W.T).T + w @ column.T
    assert check(objective, right, B).passed
    assert not check(objective, right.T, B).passed


def test_wrong_shapes_are_named() -> None:
    parameters = (column,)
    value = emitted("value", parameters, squared_norm(column))
    report = check_derivative(value, lambda z: 2 * z[:, 0], parameters, parameters)
    assert not report.passed
    assert "has shape (5,), expected (5, 1)" in report.reason
    assert check_derivative(value, lambda z: 2 * z, parameters, parameters).passed
    both = check_derivative(value, lambda z: (2 * z, 2 * z), parameters, parameters)
    assert "2 derivatives were returned for 1 variables" in both.reason


def test_several_variables_jacobians_and_hessians() -> None:
    parameters = (X, w, b, y)
    residual = X @ w + b - y
    value = emitted("value", parameters, squared_norm(residual) / 2)
    gradient = emitted("gradient", parameters, X.T @ residual, total(residual))
    assert check_derivative(value, gradient, parameters, (w, b)).passed
    assert not check_derivative(value, lambda *a: (gradient(*a)[0], -gradient(*a)[1]), parameters, (w, b)).passed
    parameters = (X, w)
    jacobian = emitted("jacobian", parameters, diag(1 - tanh(X @ w) ** 2) @ X)
    vector_value = emitted("value", parameters, tanh(X @ w))
    assert check_derivative(vector_value, jacobian, parameters, (w,)).passed
    assert not check_derivative(vector_value, lambda *a: jacobian(*a) * (1 + 1e-6), parameters, (w,)).passed
    hessian = emitted("hessian", PARAMETERS, X.T @ X + lam * Identity(d))
    gradient = emitted("gradient", PARAMETERS, GRADIENT)
    assert check_derivative(gradient, hessian, PARAMETERS, (w,)).passed
    assert not check_derivative(gradient, lambda *a: hessian(*a) + 1e-5, PARAMETERS, (w,)).passed


def test_kinks_are_intervals() -> None:
    z = vector("z", n)
    value = emitted("value", (z,), total(relu(z)))

    def at_zero(*arrays: np.ndarray) -> np.ndarray:
        return value(arrays[0] * 0 + (arrays[0] - pinned[arrays[0].size]))

    pinned: dict[int, np.ndarray] = {}

    def slope(between: float):  # type: ignore[no-untyped-def]
        def gradient(array: np.ndarray) -> np.ndarray:
            pinned[array.size] = array.copy()
            return np.full(array.shape, between)

        return gradient

    for between, expected in ((0.0, True), (0.5, True), (1.0, True), (1.0 + 1e-3, False), (-1e-3, False)):
        pinned.clear()
        gradient = slope(between)
        for seed in (0, 1):
            report = check_derivative(lambda array: at_zero(array) if array.size in pinned else value(array), gradient,
                                      (z,), (z,), seed=seed, directions=0)  # fmt: skip
            pinned.clear()
            assert report.passed is expected, (between, report.summary())
            assert report.kinks > 0


def test_relu_networks_pass_away_from_kinks() -> None:
    hidden = X @ W
    objective = mean(relu(hidden) @ V)

    def gradient(Xv: np.ndarray, Wv: np.ndarray, Vv: np.ndarray) -> np.ndarray:
        return Xv.T @ ((Xv @ Wv > 0) * Vv) / len(Xv)

    parameters = (X, W, V)
    value = emitted("value", parameters, objective)
    for seed in range(4):
        report = check_derivative(value, gradient, parameters, (W,), seed=seed)
        assert report.passed, report.summary()
        assert not check_derivative(value, lambda *a: gradient(*a) * (1 + 1e-6), parameters, (W,), seed=seed).passed


def test_a_value_that_is_nowhere_finite_fails() -> None:
    report = check(log(-squared_norm(w) - 1), w, w)
    assert not report.passed
    assert "no point with a finite value" in report.reason


def test_values_that_exist_for_symmetric_matrices_only() -> None:
    def value(matrix_: np.ndarray) -> float:
        if not np.array_equal(matrix_, matrix_.T):
            raise ValueError("symmetric matrices only")
        return float(np.sum(matrix_**2) / 2)

    assert check_derivative(value, lambda array: array, (Q,), (Q,)).passed
    assert not check_derivative(value, lambda array: array + np.diag(np.diag(array)), (Q,), (Q,)).passed


@pytest.mark.parametrize("value", [0.0, 1e3, -3e-200])
def test_a_constant_has_the_derivative_zero(value: float) -> None:
    x = vector("x", n)
    assert check_derivative(lambda x: value, np.zeros_like, (x,), (x,)).passed
    assert not check_derivative(lambda x: value, lambda x: np.full_like(x, 1e-5), (x,), (x,)).passed


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("factor", [1e-9, 1e299])
def test_values_of_all_magnitudes(factor: float) -> None:
    x = vector("x", n)

    def value(x):
        return factor * np.sum(np.sin(x))

    assert check_derivative(value, lambda x: factor * np.cos(x), (x,), (x,)).passed
    assert not check_derivative(value, lambda x: factor * 1.0001 * np.cos(x), (x,), (x,)).passed


@pytest.mark.parametrize(
    ("most", "compared", "unseen"),
    [(10**6, [15**2, 350**2], ""), (2000, [15**2, 40**2], ""), (1000, [15**2], "at small sizes only"), (100, [], "")],
)
def test_large_jacobians_are_compared_at_smaller_sizes(
    monkeypatch, most: int, compared: list[int], unseen: str
) -> None:
    monkeypatch.setattr(finite_differences, "MOST_DERIVATIVES", most)
    X = matrix("X", n, d)
    entries = []

    def jacobian(X):
        entries.append(X.size**2)
        return np.diag(1 / np.cosh(X.ravel()) ** 2).reshape(*X.shape, *X.shape)

    report = check_derivative(np.tanh, jacobian, (X,), (X,))
    assert (entries, report.passed, report.unseen) == (compared, bool(compared), unseen)
    assert bool(compared) or report.reason == "the derivative has more than 100 entries at small sizes"


def test_noise_that_hides_the_answer_is_no_pass() -> None:
    big = squared_norm(w) + 1e14
    for gradient in (2 * w, 0 * w):
        report = check(big, gradient, w)
        assert not report.passed
        assert "round-off hides the answer" in report.summary()


@pytest.mark.parametrize("name", ["ridge", "logistic", "network", "exponential"])
def test_autograd_agrees(name: str) -> None:
    plain = {
        "ridge": lambda y, X, w, lam: anp.sum((y - X @ w) ** 2) / 2 + lam * anp.sum(w**2) / 2,
        "logistic": lambda X, w, b, y: anp.sum(anp.log(1 + anp.exp(X @ w + b))) - y @ (X @ w + b),
        "network": lambda X, W, V, y: anp.sum((anp.tanh(X @ W) @ V - y) ** 2),
        "exponential": lambda X: anp.sum(anp.exp(X * X)),
    }[name]
    objective, gradient, wrt = RIGHT[name]
    parameters = tuple(variables(objective))
    sizes = choose_sizes(parameters, SMALL)
    random = np.random.default_rng(1)
    arrays = {each.name: draw(each, sizes, random, "normal") for each in parameters}
    names = list(plain.__code__.co_varnames[: plain.__code__.co_argcount])
    expected = autograd.grad(plain, names.index(wrt.name))(*(arrays[each] for each in names))
    got = emitted("gradient", parameters, gradient)(*arrays.values())
    np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-12)


def test_solutions_are_stationary() -> None:
    value, gradient = emitted("value", PARAMETERS, RIDGE), emitted("gradient", PARAMETERS, GRADIENT)
    solution = emitted("solution", (y, X, lam), inv(X.T @ X + lam * Identity(d)) @ X.T @ y)
    given = (y, X, lam)
    assert check_stationary(value, gradient, solution, PARAMETERS, (w,), given).passed
    off = check_stationary(value, gradient, lambda *a: solution(*a) * (1 + 1e-6), PARAMETERS, (w,), given)
    assert not off.passed
    assert "gradient by w[" in off.summary()
    top = check_stationary(lambda *a: -value(*a), lambda *a: -gradient(*a), solution, PARAMETERS, (w,), given)
    assert not top.passed
    assert "value at the solution" in top.summary()
    assert check_stationary(
        lambda *a: -value(*a), lambda *a: -gradient(*a), solution, PARAMETERS, (w,), given, minimum=False
    ).passed


def test_drawn_values_respect_assumptions() -> None:
    random = np.random.default_rng(0)
    sizes = choose_sizes((X, W), SMALL)
    assert len(set(sizes.values())) == 3
    assert sizes[n] >= sizes[d]

    def of(*words: str) -> np.ndarray:
        return draw(matrix("M", d, d, assume=words), sizes, random, "normal")

    assert (of("positive") > 0).all()
    assert np.linalg.eigvalsh(of("positive definite")).min() > 0
    symmetric = of("symmetric")
    np.testing.assert_array_equal(symmetric, symmetric.T)
    orthogonal = of("orthogonal")
    np.testing.assert_allclose(orthogonal.T @ orthogonal, np.eye(len(orthogonal)), atol=1e-12)
    assert set(np.unique(of("signs"))) <= {-1.0, 1.0}
    assert set(np.unique(of("binary"))) <= {0.0, 1.0}
    np.testing.assert_array_equal(of("onehot rows").sum(axis=1), 1)
    assert draw(vector("v", n, assume="onehot"), sizes, random, "normal").sum() == 1
    assert of("onehot").shape == (sizes[d], sizes[d]) and of("onehot").sum() == 1
    with pytest.raises(AssumptionError, match="no values are known"):
        of("signs", "symmetric")
    with pytest.raises(UnsupportedError, match="no sizes"):
        choose_sizes(
            (matrix("A", n, d, assume="full column rank"), matrix("B", d, n * 3, assume="full column rank")), REAL
        )


POINTS_IN_THE_DOMAIN = {
    "np.sum(np.log(1 - x))": "at values between 0.1 and 0.9 only",
    "np.sum(np.sqrt(1 - x**2))": "at values between 0.1 and 0.9 only",
    "np.sum(np.log(-x))": "at negative values only",
    "np.sum(np.log(np.log(x)))": "at values between 3.5 and 5 only",
    "np.log(1 - np.sum(x))": "",
    "np.log(1 - x@x)": "at small values only",
    "np.sum(np.log(x) * np.log(1 - x))": "at values between 0.1 and 0.9 only",
    "np.sum(x) * 0": "",
}


@pytest.mark.parametrize("objective", POINTS_IN_THE_DOMAIN)
def test_points_lie_in_the_domain_and_the_report_says_where(objective: str) -> None:
    from symnn import derive

    report = derive(objective, "x", {"x": ("n",)}).check()
    assert report.passed
    assert report.compared == 10
    assert POINTS_IN_THE_DOMAIN[objective] in report.summary()
    assert ("only" in report.summary()) == bool(POINTS_IN_THE_DOMAIN[objective])


def test_round_off_that_is_small_near_the_point_by_chance_does_not_hide_the_answer() -> None:
    from symnn import derive

    shapes = {"W": ("m", "n"), "X": ("m", "n"), "U": ("m", "k"), "V": ("k", "n")}
    result = derive("np.sum(W*(X-U@V)**2)", ["U", "V"], shapes)
    assert [result.check(seed=seed).passed for seed in range(4)] == [True] * 4
