"""The chapter on the logistic classifier: what it says, its code against NumPy by hand, and wrong formulas refused."""

import numpy as np
import pytest

from symnn import argument
from symnn.algebra.nodes import Variable
from symnn.algebra.walk import variables
from symnn.errors import RefutedError
from symnn.proof.judges.sign import judge_sign
from symnn.proof.step import Status
from symnn.results.author import derivation


@pytest.fixture(scope="module")
def lines(chapter):
    return {numbered.proof.title: numbered.proof.line for numbered in chapter.proofs()}


n, d = 7, 3
random = np.random.default_rng(12)
X, w, y = random.normal(size=(n, d)), random.normal(size=d), random.integers(2, size=n).astype(float)
p = 1 / (1 + np.exp(-X @ w))
lam = 0.7


@pytest.fixture(scope="module")
def code(chapter):
    space = {}
    exec(compile(chapter.module(), "logistic_classifier.py", "exec"), space)
    return space


def near(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_what_the_chapter_says(lines):
    assert str(lines["What one sample costs"]) == "log(1 + exp(wᵀx)) − ywᵀx"
    assert str(lines["Gradient"]) == str(lines["By hand"]) == "Xᵀ(σ(Xw) − y)"
    assert str(lines["Hessian"]) == "Xᵀ diag(σ(Xw) ⊙ (1ₙ − σ(Xw)))X"
    semidefinite, definite = (
        str(lines[title])
        for title in ("The Hessian is positive semi-definite", "With a penalty it is positive definite")
    )
    assert semidefinite.startswith("‖") and semidefinite.endswith("Xv‖²")
    assert definite == f"{semidefinite} + λ‖v‖²"


def test_the_code_agrees_with_the_cross_entropy_by_hand(code):
    cross_entropy = -np.sum(np.log(np.where(y == 1, p, 1 - p)))
    assert code["value"](y, X, w) == near(cross_entropy)
    assert code["gradient"](y, X, w) == near(sum((p[i] - y[i]) * X[i] for i in range(n)))
    assert code["hessian"](y, X, w) == near(sum(p[i] * (1 - p[i]) * np.outer(X[i], X[i]) for i in range(n)))
    assert code["penalised_value"](y, X, w, lam) == near(cross_entropy + lam / 2 * w @ w)
    assert code["penalised_gradient"](y, X, w, lam) == near(X.T @ (p - y) + lam * w)


def test_the_gradient_and_the_hessian_agree_with_differences(code):
    step = 1e-5
    for place, direction in enumerate(np.eye(d)):
        ahead, behind = w + step * direction, w - step * direction
        slope = (code["value"](y, X, ahead) - code["value"](y, X, behind)) / (2 * step)
        assert code["gradient"](y, X, w)[place] == pytest.approx(slope, abs=1e-8)
        row = (code["gradient"](y, X, ahead) - code["gradient"](y, X, behind)) / (2 * step)
        assert code["hessian"](y, X, w)[place] == pytest.approx(row, abs=1e-8)


def test_newton_steps_with_the_hessian_end_where_the_gradient_is_zero(code):
    labels = np.array([0.0, 1, 0, 1, 1, 0, 1])
    inputs = np.column_stack([np.ones(n), [-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5]])
    at = np.zeros(2)
    assert code["value"](labels, inputs, at) == near(n * np.log(2))
    for _ in range(8):
        at = at - np.linalg.solve(code["hessian"](labels, inputs, at), code["gradient"](labels, inputs, at))
    assert code["gradient"](labels, inputs, at) == pytest.approx(np.zeros(2), abs=1e-12)
    assert code["value"](labels, inputs, at) < n * np.log(2)


def test_the_hessian_is_zero_along_dependent_columns_and_nowhere_negative(code):
    dependent = np.column_stack([X[:, 0], X[:, 1], X[:, 0] - 2 * X[:, 1]])
    hessian = code["hessian"](y, dependent, w)
    null = np.array([1, -2, -1.0])
    assert null @ hessian @ null == pytest.approx(0, abs=1e-12)
    eigenvalues = np.linalg.eigvalsh(hessian)
    assert eigenvalues[0] == pytest.approx(0, abs=1e-12) and eigenvalues[1] > 0.01
    assert np.linalg.eigvalsh(code["hessian"](y, X, w))[0] > 0.01


def test_with_a_penalty_the_judge_of_signs_proves_the_form_positive_and_without_it_does_not(lines):
    for title, status in {
        "The Hessian is positive semi-definite": Status.UNDECIDED,
        "With a penalty it is positive definite": Status.PROVED,
    }.items():
        form = lines[title]
        (v,) = (variable for variable in variables(form) if isinstance(variable, Variable) and variable.name == "v")
        assert judge_sign(form, [v], ()).status is status


COST = "-np.sum(y*np.log(sigmoid(X @ w)) + (1 - y)*np.log(1 - sigmoid(X @ w)))"
SHAPES = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
FORM = "v @ X.T @ np.diag(sigmoid(X @ w)*(1 - sigmoid(X @ w))) @ X @ v"
FORM_SHAPES = {"X": ("n", "d"), "w": ("d",), "v": ("d",)}


@pytest.mark.parametrize(
    "wrong",
    [
        "X.T @ (y - sigmoid(X @ w))",
        "X.T @ ((sigmoid(X @ w) - y)*sigmoid(X @ w)*(1 - sigmoid(X @ w)))",
        "X.T @ (sigmoid(X @ w) - y) / n",
    ],
    ids=["sign", "the derivative of the squared error", "a mean for a sum"],
)
def test_a_wrong_gradient_is_refused_and_the_right_one_accepted(wrong):
    with derivation(COST, "w", SHAPES) as proof:
        with pytest.raises(RefutedError, match=r"the gradient of .* is not"):
            proof.line(wrong, by="wrong")
        proof.line("X.T @ (sigmoid(X @ w) - y)", by="right")
    assert proof.verdict == "checked"


def test_a_wrong_weight_in_the_form_of_the_hessian_is_refused():
    with derivation(FORM, shapes=FORM_SHAPES) as proof:
        with pytest.raises(RefutedError, match="is not equal to"):
            proof.line("np.sum(sigmoid(X @ w)*(X @ v)**2)", by="wrong")
        proof.line("np.sum(sigmoid(X @ w)*sigmoid(-(X @ w))*(X @ v)**2)", by="right")
    assert proof.verdict == "checked"


def test_the_cost_by_cases_is_the_cross_entropy_for_labels_of_0_and_1_alone():
    cases = "-np.where(y > 0, np.log(sigmoid(z)), np.log(1 - sigmoid(z)))"
    entropy = "-y*np.log(sigmoid(z)) - (1 - y)*np.log(1 - sigmoid(z))"
    with derivation(cases, assume={"y": "binary"}) as proof:
        proof.line(entropy, by="by cases")
    assert proof.verdict == "checked"
    with derivation(cases) as free:
        with pytest.raises(RefutedError):
            free.line(entropy, by="by cases")
        free.line(cases, by="as it is")


def test_the_hessian_is_between_zero_and_a_quarter(chapter):
    (between,) = (part for part in chapter.parts if hasattr(part, "claims"))
    assert [claim.judgement.judge for claim in between.claims] == ["margin", "margin"]
    X, w = (next(v for v in variables(between.claims[0].left) if v.name == name) for name in "Xw")
    hessian = between.claims[0].left
    with argument("Bounds") as proof:
        for wrong in (X.T @ X / 5 - hessian, hessian - X.T @ X / 100):
            with pytest.raises(RefutedError):
                proof.semidefinite(wrong, by="wrong")
        proof.semidefinite(X.T @ X / 4 - hessian, by="right")
    assert proof.verdict == "checked" and w.shape == (X.cols, 1)
