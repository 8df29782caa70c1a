"""What a user works with: results, solutions, authors' derivations, and the errors of wrong requests."""

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from symnn import Equation, derivation, derive, dims, matrix, scalar, sigmoid, squared_norm, trace, vector
from symnn.algebra.language import det, exp, log, total
from symnn.algebra.nodes import Number, Zeros
from symnn.codegen import load_module
from symnn.errors import ReadError, RefutedError, SymnnError, UnsupportedError

n, d = dims("n d")
X, y, w = matrix("X", n, d), vector("y", n), vector("w", d)
b, lam = scalar("b"), scalar("lam", latex=r"\lambda", assume="positive")
S, A = matrix("S", n, n, assume="symmetric"), matrix("A", n, n)
RIDGE = squared_norm(X @ w - y) / 2 + lam * squared_norm(w) / 2
SHAPES = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}


def loaded(source: str, name: str) -> Callable[..., Any]:
    space: dict[str, Any] = {}
    exec(compile(source, name, "exec"), space)
    return space[name]


# --- what is asked for ----------------------------------------------------------------------------------------------


def test_text_function_and_expression_give_one_gradient() -> None:
    def ridge(X, y, w, lam):  # type: ignore[no-untyped-def]
        return 0.5 * np.sum((X @ w - y) ** 2) + lam * w @ w / 2

    shapes = {**SHAPES, "lam": ()}
    by_text = derive("0.5*np.sum((X@w - y)**2) + lam*w@w/2", "w", shapes, {"lam": "positive"})
    by_function = derive(ridge, "w", shapes, {"lam": "positive"})
    assert str(by_text.gradient) == str(by_function.gradient) == str(derive(RIDGE, wrt=w).gradient)
    assert [parameter.name for parameter in by_text.parameters] == ["X", "w", "y", "lam"]
    assert [parameter.name for parameter in by_function.parameters] == ["X", "y", "w", "lam"]


def test_functions_are_taken_as_people_write_them() -> None:
    def ridge(X: np.ndarray[Any, Any], w: "Any", /, y: Any, *, lam: float = 0.1) -> float:
        """The penalised sum of squares.

        Arguments have hints, and one has a default value.
        """
        residual = X @ w - y
        return residual @ residual + lam * np.sum(w**2)  # type: ignore[no-any-return]

    found = derive(ridge, "w", SHAPES, {"lam": "positive"})
    assert str(found.gradient) == "2Xᵀ(Xw − y) + 2λw"
    assert [parameter.name for parameter in found.parameters] == ["X", "w", "y", "lam"]
    assert str(derive(lambda w, y: np.sum((w - y) ** 2), "w", {"w": ("d",), "y": ("d",)}).gradient) == "2(w − y)"


def test_a_closure_over_a_constant_is_refused_with_its_name() -> None:
    factor = 3.0
    with pytest.raises(ReadError, match=r"(?s)`factor` is no parameter of the function.*Make it a parameter"):
        derive(lambda w: factor * w @ w, "w", {"w": ("d",)})


def test_gradients_are_in_the_order_asked_for() -> None:
    objective = squared_norm(X @ w + b - y)
    assert list(derive(objective, wrt=[b, w]).gradients) == ["b", "w"]
    assert list(derive(objective, wrt=["w", "b"]).gradients) == ["w", "b"]
    assert [part.shape for part in derive(objective, wrt=[b, w, X]).gradients.values()] == [(1, 1), (d, 1), (n, d)]


def test_assumptions_and_inferred_scalars_are_told() -> None:
    result = derive("np.sum((X@w - y)**2) + lam*w@w", "w", SHAPES, {"lam": "positive"})
    assert result.inferred == ("lam",)
    assert result.assumptions == ("λ is positive",)
    assert result.verdict == "proved"
    assert result.latex() == r"2 X^{\top} (X w - y) + 2 \lambda w"


def test_jacobian_of_a_scalar_is_its_gradient() -> None:
    result = derive(RIDGE, wrt=w)
    assert result.jacobian is result.gradient
    assert derive(X @ w, wrt=w).jacobian is X


def test_solution_is_made_once() -> None:
    result = derive(RIDGE, wrt=w)
    assert result.solve() is result.solve()
    assert result.solve().value is result.solve().values["w"]
    assert result.solve().verdict == "proved"


def test_check_agrees_with_the_emitted_value() -> None:
    assert derive(RIDGE, wrt=w).check(seed=3).passed


def test_products_with_the_hessian_are_unconstrained_like_the_gradient() -> None:
    """Facts about a symmetric variable hold at its values, not along a direction."""
    random = np.random.default_rng(1)
    values = random.normal(size=(2, 3, 3))
    symmetric, weight = values[0] + values[0].T, values[1]
    direction = random.normal(size=(3, 3))
    found = loaded(derive(trace(S @ S @ S @ A), wrt=S).numpy("hvp"), "hvp")(symmetric, weight, direction)

    def gradient(M: Any) -> Any:
        W = weight
        return (M @ M @ W + M @ W @ M + W @ M @ M).T

    step = 1e-6
    expected = (gradient(symmetric + step * direction) - gradient(symmetric - step * direction)) / (2 * step)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-7)
    assert not np.allclose(found, found.T)


def test_hvp_of_a_positive_definite_matrix() -> None:
    P = matrix("P", n, n, assume="positive definite")
    hvp = loaded(derive(log(det(P)), wrt=P).numpy("hvp"), "hvp")
    root, direction = np.random.default_rng(4).normal(size=(2, 3, 3))
    value = root @ root.T + np.eye(3)
    inverse = np.linalg.inv(value)
    assert hvp(value, direction) == pytest.approx(-inverse @ direction.T @ inverse)


def test_a_console_shows_the_derivatives_and_the_verdict() -> None:
    result = derive(RIDGE, wrt=[w, lam])
    assert repr(result) == "∇f by w = Xᵀ(Xw − y) + λw\n∇f by λ = ½‖w‖²\n(proved)"
    assert repr(derive(X @ w, wrt=w)) == "∂f/∂w = X\n(proved)"
    assert repr(derive(RIDGE, wrt=w).solve()) == "w = (XᵀX + λI)⁻¹Xᵀy\n(minimum, proved)"
    assert repr(derive(RIDGE, wrt=w).hvp()).endswith("XᵀX direction + λ direction\n(proved)")
    terms = [squared_norm(X @ w - vector(f"y_{k}", n)) for k in range(80)]
    long = derive(total(exp(X @ w)) + sum(terms, Number(0)), wrt=w)
    assert len(repr(long)) < 500 and " …\n(" in repr(long)


def test_a_notebook_shows_formulas() -> None:
    result = derive(RIDGE, wrt=w)
    assert result._repr_latex_() == rf"$\displaystyle {result.latex()}$"
    assert result.solve()._repr_latex_().startswith(r"$\displaystyle w = (X^{\top} X")


def test_results_can_be_pickled_and_go_on() -> None:
    result = derive(RIDGE, wrt=w, seed=5)
    result.solve()
    found = pickle.loads(pickle.dumps(result))
    assert found.gradient is result.gradient
    assert found.proof.steps == result.proof.steps and list(found.proof.lines()) == list(result.proof.lines())
    assert found.solve().value is result.solve().value and found.solve().conditions == result.solve().conditions
    assert found.hessian is result.hessian
    assert found.numpy("gradient") == result.numpy("gradient")
    assert found.proof.court.seed == 5


def test_a_pickled_proof_is_as_long_as_its_expressions() -> None:
    """Lines share their parts, and a pickle stores each part once."""
    x = vector("x", n)

    def size(depth: int) -> int:
        expression: Any = x
        for _ in range(depth):
            expression = exp(expression)
        return len(pickle.dumps(derive(total(expression), wrt=x).proof))

    assert size(40) - size(20) < 1.5 * (size(60) - size(40)) < 3 * (size(40) - size(20))


# --- errors ---------------------------------------------------------------------------------------------------------

ERRORS: list[tuple[Callable[[], Any], type[SymnnError], str]] = [
    (lambda: derive(RIDGE, wrt="q"), SymnnError, r"wrt: the objective has no variable q; it has X, w, y, lam"),
    (lambda: derive(RIDGE, wrt=vector("w", n)), SymnnError, "wrt: the objective has no variable w"),
    (lambda: derive("w@w", "d", {"w": ("d",)}), SymnnError, r"^wrt: d is a size; the variables are w$"),
    (lambda: derive(RIDGE, wrt=[w, w]), SymnnError, "wrt: a variable is named twice: w, w"),
    (lambda: derive(RIDGE, wrt=[w, "w"]), SymnnError, "wrt: a variable is named twice"),
    (lambda: derive(RIDGE, wrt=[]), SymnnError, "wrt: name at least one variable"),
    (
        lambda: derive(squared_norm(w) + squared_norm(vector("w", n)), wrt=w),
        SymnnError,
        "two different variables are named w: d×1",
    ),
    (
        lambda: derive(squared_norm(w) + total(vector("w", d, assume="positive")), wrt=w),
        SymnnError,
        r"two different variables are named w.*\['positive'\]",
    ),
    (lambda: derive(RIDGE, wrt=w, shapes={"X": ("n", "d")}), SymnnError, "has its shapes and assumptions already"),
    (lambda: derive(X @ w, wrt=w).gradient, UnsupportedError, r"a gradient belongs to a scalar.*ask for \.jacobian"),
    (lambda: derive(X @ w, wrt=w).solve(), UnsupportedError, "a gradient belongs to a scalar"),
    (lambda: derive(X @ w, wrt=[w, X]).jacobian, SymnnError, r"only for one variable, found w, X; use \.jacobians"),
    (lambda: derive(X @ w, wrt=w).hessian, UnsupportedError, "a gradient belongs to a scalar"),
    (lambda: derive(RIDGE, wrt=w).mixed("w", "q"), SymnnError, "the objective has no variable q"),
    (lambda: derive(RIDGE, wrt=w).derivative("value").check(), SymnnError, "value is no derivative"),
    (lambda: derive(RIDGE, wrt=[w, lam]).gradient, SymnnError, r"only for one variable, found w, lam; use \.gradients"),
    (lambda: derive(RIDGE, wrt=[w, lam]).hessian, SymnnError, "the Hessian is one expression only for one variable"),
    (lambda: derive(RIDGE, wrt=w).numpy("nonsense"), SymnnError, "numpy: 'nonsense' is not one of value, gradient"),
    (lambda: derive(RIDGE, wrt=w).solve().numpy("value"), SymnnError, "a solution emits 'solution', found 'value'"),
    (lambda: derive(total(exp(X @ w)), wrt=w).solve(), UnsupportedError, "not affine in w"),
    (lambda: derive(total(sigmoid(X @ w)), wrt=w).solve(), UnsupportedError, "not affine in w"),
    (
        lambda: derive(squared_norm(vector("direction", d)), wrt="direction").numpy("hvp"),
        SymnnError,
        "the name direction is taken by a variable of the objective; rename it",
    ),
    (
        lambda: derive(3, wrt="w"),
        SymnnError,
        "the objective is NumPy text, a Python function or an expression.*found int",
    ),  # type: ignore[arg-type]
    (lambda: derive(RIDGE, wrt={"w"}), SymnnError, "wrt: a name, a variable or a list of them is expected, found"),  # type: ignore[arg-type]
    (lambda: derive(RIDGE, wrt=None), SymnnError, "a list of them is expected, found None"),  # type: ignore[arg-type]
    (lambda: derive(RIDGE, wrt=w, name="3 x"), SymnnError, "name: the names of functions begin with it.*found '3 x'"),
    (lambda: derive(RIDGE, wrt=w, seed=-1), SymnnError, "seed: a whole number from 0 on is expected, found -1"),
    (
        lambda: derive(RIDGE, wrt=w).check(seed=True),
        SymnnError,
        "seed: a whole number from 0 on is expected, found True",
    ),
    (lambda: derive(RIDGE, wrt=w).solve().check(seed=0.5), SymnnError, "seed: a whole number"),  # type: ignore[arg-type]
    (lambda: derive("np.sum(w", "w", {"w": ("d",)}), ReadError, "line 1, column 7: this is not Python"),
]


@pytest.mark.parametrize(("request_made", "kind", "reason"), ERRORS, ids=[reason[:50] for _, _, reason in ERRORS])
def test_wrong_requests(request_made: Callable[[], Any], kind: type[SymnnError], reason: str) -> None:
    with pytest.raises(kind, match=reason):
        request_made()


# --- authors' derivations -------------------------------------------------------------------------------------------


def test_lines_may_be_texts_and_tuples() -> None:
    with derivation("np.sum((X@w - y)**2)", wrt="w", shapes=SHAPES, title="by text") as proof:
        proof.line("2*X.T@(X@w - y)", by="chain rule").line("2*X.T@X@w - 2*X.T@y", by="multiplied out")
    assert (proof.verdict, len(proof.proof.steps), proof.proof.title) == ("proved", 2, "by text")
    with derivation(squared_norm(X @ w + b - y), wrt=[w, b]) as several:
        several.line((2 * X.T @ (X @ w + b - y), "2*np.sum(X@w + b - y)"), by="both at once")
    assert several.verdict == "proved"
    assert several.functions() == ()
    assert several.latex()


def test_equations() -> None:
    with derivation(X.T @ (X @ w - y)) as proof:
        proof.line(Equation(X.T @ (X @ w - y), Zeros(d, 1)), by="at a stationary point")
        proof.line(Equation(X.T @ X @ w, X.T @ y), by="to the other side")
        with pytest.raises(RefutedError):
            proof.line(Equation(X.T @ X @ w, -X.T @ y), by="a wrong sign")
        proof.line(Equation(2 * X.T @ X @ w, 2 * X.T @ y), by="doubled", factor=Number(1) / 2)
    assert len(proof.proof.steps) == 3


def test_a_derivation_has_a_line() -> None:
    with pytest.raises(SymnnError, match="the derivation 'empty' has no line"), derivation(RIDGE, title="empty"):
        pass


def test_an_error_inside_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), derivation(RIDGE):
        raise ZeroDivisionError


def test_a_sign_that_the_solution_needs_is_checked_by_its_code() -> None:
    shapes = {"X": ("n", "d"), "w": ("d",), "y": ("n",), "v": ("n",)}
    solution = derive("np.sum(v*(X@w - y)**2)", "w", shapes).solve()
    module = load_module(solution.numpy(), "weighted")
    X, y = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]), np.array([1.0, -1.0, 2.0])
    assert np.allclose(module.solution(np.ones(3), X, y), np.linalg.lstsq(X, y, rcond=None)[0])
    with pytest.raises(ValueError, match="v must be positive"):
        module.solution(-np.ones(3), X, y)
    assert "provided that X has full column rank" in solution.numpy()


def test_the_mean_of_the_rows_is_solved_for() -> None:
    X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.5]])
    solution = derive("np.sum((X - m)**2)/2", "m", {"X": ("n", "d"), "m": ("d",)}).solve()
    assert solution.kind == "minimum"
    assert np.allclose(load_module(solution.numpy(), "rows").solution(X), X.mean(axis=0))
