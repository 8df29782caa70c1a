"""One test for each chapter: it is proved, says what it should, and its code agrees with NumPy written by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symnn import argument
from symnn.chapters import Chapter
from symnn.project import Project

PROJECT = Project(Path(__file__).parents[2])
FOLDER = PROJECT.root / "derivations"
CHECKED = {
    "sigmoid",
    "activation_adjoints",
    "activations",
    "adam",
    "adaptive_rates",
    "amsgrad",
    "backpropagation",
    "chain_rules",
    "conjugate_gradients",
    "decay",
    "descent_lemma",
    "gradient_checking",
    "graphs",
    "hessian_products",
    "initialisation",
    "linear_classification",
    "logistic_classifier",
    "maximum_a_posteriori",
    "maximum_likelihood",
    "mini_batches",
    "network_losses",
    "newton",
    "norms",
    "perceptron",
    "regularised_network",
    "risk_and_likelihood",
    "softmax_jacobian",
    "step_sizes",
    "training_recipe",
    "two_layers",
    "vector_jacobians",
    "vectorised_network",
    "feature_maps",
    "logic_gates",
    "one_hot",
    "polynomial_features",
}

n, d = 7, 3
random = np.random.default_rng(2)
X, y, w = random.normal(size=(n, d)), random.normal(size=n), random.normal(size=d)
x, lam = random.normal(size=n), 0.7


def loaded(name: str) -> Chapter:
    return PROJECT.chapter(name)


def lines(name: str) -> dict[str, list[str]]:
    """The texts of the last lines of the proofs, by title."""
    found: dict[str, list[str]] = {}
    for numbered in loaded(name).proofs():
        found.setdefault(numbered.proof.title, []).append(str(numbered.proof.line))
    return found


def functions(name: str) -> dict[str, Callable[..., Any]]:
    space: dict[str, Any] = {}
    exec(compile(loaded(name).module(), f"{name}.py", "exec"), space)
    return {function.name: space[function.name] for function in loaded(name).functions()}


def near(expected: Any) -> Any:
    return pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.py")))
def test_every_chapter_holds(name: str) -> None:
    chapter = loaded(name)
    assert chapter.verdict == ("checked" if name in CHECKED else "proved")
    assert chapter.sources and chapter.title and chapter.introduction
    assert chapter.module() == PROJECT.module_text(name), "another process gave another module, or an older chapter"
    own = Path(__file__).with_name(f"test_{name}.py")
    assert own.exists() or callable(globals().get(f"test_{name}")), f"a chapter has a test of its own: write {own.name}"


def test_least_squares() -> None:
    said = lines("least_squares")
    assert said["Gradient"] == ["Xᵀ(Xw − y)"]
    assert said["Minimum"] == ["w = (XᵀX)⁻¹Xᵀy"]
    assert said["XᵀX is positive definite"] == ["‖Xv‖²"]
    code = functions("least_squares")
    assert code["value"](y, X, w) == near(0.5 * np.sum((y - X @ w) ** 2))
    assert code["gradient"](y, X, w) == near(X.T @ (X @ w - y))
    assert code["solution"](y, X) == near(np.linalg.lstsq(X, y, rcond=None)[0])


def test_ridge() -> None:
    said = lines("ridge")
    assert said["Gradient"] == ["Xᵀ(Xw − y) + λw"]
    assert said["Minimum"] == ["w = (XᵀX + λI)⁻¹Xᵀy"]
    assert said["The slides' closed form is the same"] == ["(XᵀX + λI)⁻¹Xᵀy"]
    code = functions("ridge")
    assert code["value"](y, X, w, lam) == near(0.5 * np.sum((y - X @ w) ** 2) + lam / 2 * w @ w)
    assert code["gradient"](y, X, w, lam) == near(X.T @ (X @ w - y) + lam * w)
    assert code["solution"](y, X, lam) == near(np.linalg.solve(X.T @ X + lam * np.eye(d), X.T @ y))


def test_one_variable() -> None:
    said = lines("one_variable")
    (point,) = said["Minimum"]
    assert point.startswith("β₀ = ((∑ y)‖x‖² − (∑ x)xᵀy)/(n‖x‖² − (∑ x)²), ")
    assert point.endswith("β₁ = (nxᵀy − (∑ x) ∑ y)/(n‖x‖² − (∑ x)²)")
    assert said["The slope in sums"] == ["(n ∑ x ⊙ y − (∑ x) ∑ y)/(n ∑ x² − (∑ x)²)"]
    code = functions("one_variable")
    slope, intercept = np.polyfit(x, y, 1)
    assert code["solution"](y, x) == near((intercept, slope))
    residual = y - 0.4 - 1.3 * x
    assert code["value"](y, 0.4, 1.3, x) == near(0.5 * residual @ residual)
    assert code["gradient"](y, 0.4, 1.3, x) == near((-residual.sum(), -x @ residual))


def test_polynomial() -> None:
    said = lines("polynomial")
    assert said["Minimum"] == ["w = (ΦᵀΦ)⁻¹Φᵀt"]
    assert said["Entry (i, j) of the matrix"] == ["∑ x^(i + j)"]
    assert said["Entry i of the right side"] == ["∑ x^i ⊙ t"]
    powers = np.vander(x, 4, increasing=True)
    assert functions("polynomial")["solution"](powers, y) == near(np.polyfit(x, y, 3)[::-1])


def test_book_least_squares() -> None:
    said = lines("book_least_squares")
    assert said["Gradient"] == ["(1/n)Xᵀ(XW − Y)"]
    assert said["Hessian"] == ["(1/n)XᵀX"]
    assert said["The quadratic form of the Hessian"] == ["(1/n)‖Xv‖²"]
    (minimum,) = (part for part in loaded("book_least_squares").parts if hasattr(part, "kind"))
    assert [(condition.word, str(condition.node)) for condition in minimum.conditions] == [("full column rank", "X")]
    code = functions("book_least_squares")
    assert code["gradient"](X, w, y) == near(X.T @ (X @ w - y) / n)
    assert code["hessian"](X, w, y) == near(X.T @ X / n)
    assert code["solution"](X, y) == near(np.linalg.lstsq(X, y, rcond=None)[0])


def test_book_ridge() -> None:
    said = lines("book_ridge")
    assert said["Gradient"] == ["(1/n)Xᵀ(XW − Y) + λW"]
    assert "((1/n)XᵀX + λI)" in said["A sum with nλ"][0]
    code = functions("book_ridge")
    assert code["gradient"](X, w, y, lam) == near(X.T @ (X @ w - y) / n + lam * w)
    assert code["solution"](X, y, lam) == near(np.linalg.solve(X.T @ X + n * lam * np.eye(d), X.T @ y))


def test_closed_form() -> None:
    said = lines("closed_form")
    assert said["Minimum"] == ["W = (XᵀX)⁻¹XᵀY"]
    assert said["Fitted values"] == ["X(XᵀX)⁻¹XᵀY"]
    assert said["The hat matrix is idempotent"] == said["The hat matrix is symmetric"] == ["X(XᵀX)⁻¹Xᵀ"]
    assert said["The trace of the hat matrix"] == ["d + 1"]
    assert functions("closed_form")["solution"](X, y) == near(np.linalg.lstsq(X, y, rcond=None)[0])


def test_sigmoid() -> None:
    said = lines("sigmoid")
    assert said["Gradient: sigmoid"] == ["σ(z)(1 − σ(z))"]
    (bounds,) = (part for part in loaded("sigmoid").parts if isinstance(part, argument))
    assert [claim.sign for claim in bounds.claims] == [">", "<", "=", "=", "="]
    code = functions("sigmoid")
    a = 1 / (1 + np.exp(-(X @ w + 0.3)))
    assert code["layer_value"](X, w, 0.3, y) == near(np.mean((a - y) ** 2) / 2)
    delta = (a - y) * a * (1 - a)
    by_weights, by_bias = code["layer_gradient"](X, w, 0.3, y)
    assert by_weights == near(X.T @ delta / n)
    assert by_bias == near(delta.mean())
    assert code["sigmoid_gradient"](0.3) == near(np.exp(-0.3) / (1 + np.exp(-0.3)) ** 2)


def test_vector_calculus() -> None:
    said = lines("vector_calculus")
    assert said["Jacobian: linear"] == ["X"]
    assert said["Gradient: symmetric"] == ["2SW"]
    assert said["The book's form"] == ["(A + Aᵀ)W"]
    A = random.normal(size=(d, d))
    code = functions("vector_calculus")
    assert code["linear_jacobian"](X, w) == near(X)
    assert code["quadratic_gradient"](w, A) == near((A + A.T) @ w)
    assert code["symmetric_gradient"](w, A + A.T) == near(2 * (A + A.T) @ w)


# --- networks -------------------------------------------------------------------------------------------------------

m, M0, M1, M2 = 6, 4, 3, 5
inputs, first, second = random.normal(size=(m, M0)), random.normal(size=(M0, M1)), random.normal(size=(M1, M2))
bias1, bias2 = random.normal(size=M1), random.normal(size=M2)
targets, labels = random.normal(size=(m, M2)), np.eye(M2)[random.integers(M2, size=m)]


def logistic(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def theorems(name: str) -> list[list[str]]:
    """What the theorems of a chapter say."""
    return [repr(part).splitlines() for part in loaded(name).parts if hasattr(part, "formulas")]


def test_backpropagation() -> None:
    ((*_, last, recursion, by_W, by_b, _),) = theorems("backpropagation")
    assert last == "δ⁽ᴸ⁾ = (1/m)(softmaxⱼ(Z⁽ᴸ⁾) − Y)"
    assert recursion == "δ⁽ˡ⁾ = δ⁽ˡ⁺¹⁾W⁽ˡ⁺¹⁾ᵀ ⊙ φ′(Z⁽ˡ⁾)"
    assert (by_W, by_b) == ("∇_W⁽ˡ⁾ f = A⁽ˡ⁻¹⁾ᵀδ⁽ˡ⁾", "∇_b⁽ˡ⁾ f = ∑ⱼ δ⁽ˡ⁾ᵀ")
    assert lines("backpropagation")["Gradient: sigmoid_and_binary_cross_entropy"] == ["(1/m)(A − Y)"]
    assert lines("backpropagation")["Gradient: linear_and_squared_error"] == ["(1/m)(Z − Y)"]
    hidden = logistic(inputs @ first + bias1)
    delta2 = (softmax(hidden @ second + bias2) - labels) / m
    delta1 = delta2 @ second.T * hidden * (1 - hidden)
    expected = inputs.T @ delta1, delta1.sum(axis=0), hidden.T @ delta2, delta2.sum(axis=0)
    found = functions("backpropagation")["softmax_gradient"](inputs, first, bias1, second, bias2, labels)
    for mine, theirs in zip(found, expected, strict=True):
        assert mine == near(theirs)


def test_backpropagation_forms() -> None:
    batch, column, appended = theorems("backpropagation_forms")
    assert column[4:7] == [
        "δ⁽ˡ⁾ = W⁽ˡ⁺¹⁾ᵀδ⁽ˡ⁺¹⁾ ⊙ φ′(z⁽ˡ⁾)",
        "∇_W⁽ˡ⁾ f = δ⁽ˡ⁾a⁽ˡ⁻¹⁾ᵀ",
        "∇_b⁽ˡ⁾ f = δ⁽ˡ⁾",
    ]
    assert batch[6] == "∇_b⁽ˡ⁾ f = ∑ⱼ δ⁽ˡ⁾ᵀ"
    assert appended[4] == "δ⁽ˡ⁾ = (Θ⁽ˡ⁺¹⁾ᵀ)[1:]δ⁽ˡ⁺¹⁾ ⊙ φ′(z⁽ˡ⁾)"
    equalities = [part for part in loaded("backpropagation_forms").parts if not hasattr(part, "formulas")]
    assert [part.verdict for part in equalities] == ["proved"] * 8
    rules = {rule for numbered in loaded("backpropagation_forms").proofs() for rule in _rules(numbered.proof)}
    assert "sum over what was repeated" in rules


def _rules(proof: Any) -> set[str]:
    return {step.rule for step in proof.steps}


def test_regularised_network() -> None:
    ((*_, by_W, by_b, _),) = theorems("regularised_network")
    assert (by_W, by_b) == ("∇_W⁽ˡ⁾ f = λW⁽ˡ⁾ + A⁽ˡ⁻¹⁾ᵀδ⁽ˡ⁾", "∇_b⁽ˡ⁾ f = ∑ⱼ δ⁽ˡ⁾ᵀ")
    hidden = np.tanh(inputs @ first + bias1)
    output = np.tanh(hidden @ second + bias2)
    delta2 = (output - targets) / m * (1 - output**2)
    delta1 = delta2 @ second.T * (1 - hidden**2)
    code = functions("regularised_network")
    arguments = inputs, first, bias1, second, bias2, targets, lam
    squares = np.sum((output - targets) ** 2) / (2 * m) + lam / 2 * (np.sum(first**2) + np.sum(second**2))
    assert code["value"](*arguments) == near(squares)
    by_first, _, by_second, _ = code["gradient"](*arguments)
    assert by_first == near(inputs.T @ delta1 + lam * first)
    assert by_second == near(hidden.T @ delta2 + lam * second)


def test_vectorised_network() -> None:
    said = lines("vectorised_network")
    assert said["By the chain rule"] == ["−2(y − (wx + b))x, −2(y − (wx + b))w, −2(y − (wx + b))"]
    code = functions("vectorised_network")
    assert code["graph_gradient"](5.0, 1.0, 1.0, 10.0) == near((-8, -40, -8))
    dW, db = code["update_solution"](first.T, bias1, 0.3)
    assert (dW, db) == (near(-0.3 * first.T), near(-0.3 * bias1))


def test_network_losses() -> None:
    units, classes = theorems("network_losses")
    assert units[3] == "δ⁽ᴸ⁾ = (1/m)(A⁽ᴸ⁾ − Y)"
    assert classes[4] == "δ⁽ᴸ⁾ = (1/m)(softmaxⱼ(Z⁽ᴸ⁾) − Y)"
    theta = [np.vstack([bias1, first]).T, np.vstack([bias2, second]).T]
    hidden = logistic(inputs @ first + bias1)
    delta = (softmax(hidden @ second + bias2) - labels) / m
    found = functions("network_losses")["classes_gradient"](inputs, *theta, labels, lam)
    expected = np.vstack([delta.sum(axis=0), hidden.T @ delta + lam / m * second]).T
    assert found[1] == near(expected)


def test_activation_adjoints() -> None:
    ((*_, last, inner, recursion, by_W, _),) = theorems("activation_adjoints")
    assert last == "C⁽ᴸ⁾ = (1/m)(softmaxⱼ(A⁽ᴸ⁾) − Y)"
    assert inner == "δ_Z⁽ˡ⁾ = C⁽ˡ⁾ ⊙ A⁽ˡ⁾ ⊙ (1_(m×Mₗ) − A⁽ˡ⁾)"
    assert (recursion, by_W) == ("C⁽ˡ⁾ = δ_Z⁽ˡ⁺¹⁾ W⁽ˡ⁺¹⁾ᵀ", "∇_W⁽ˡ⁾ f = A⁽ˡ⁻¹⁾ᵀ δ_Z⁽ˡ⁾")


def test_two_layers() -> None:
    assert lines("two_layers")["Gradient: last"] == ["(1/m)(S − Y)"]
    hidden = logistic(inputs @ first)
    delta = (softmax(hidden @ second) - labels) / m
    by_first, by_second = functions("two_layers")["gradient"](inputs, first, second, labels)
    assert by_first == near(inputs.T @ (delta @ second.T * hidden * (1 - hidden)))
    assert by_second == near(hidden.T @ delta)


def test_softmax_jacobian() -> None:
    said = lines("softmax_jacobian")
    assert said["Jacobian: softmax"] == ["diag(softmax(h)) − softmax(h) softmax(h)ᵀ"]
    assert said["Jacobian: product"] == ["I ⊗ H₁"]
    assert said["The columns of a product, stacked"] == ["(I ⊗ H₁) vec(W₂)"]
    s = softmax(x[None])[0]
    assert functions("softmax_jacobian")["softmax_jacobian"](x) == near(np.diag(s) - np.outer(s, s))
