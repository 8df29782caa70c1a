"""Functions that stand in no table and objectives that nobody has published go through unchanged code.

Two functions are defined by a formula alone. The objectives apply them, and hide their minima behind the solutions of
linear systems and of each other's outputs, so that nothing about them can have been looked up. Each is derived, proved,
emitted, compared with differences of its own text by NumPy, and its proof is judged again from the stored form.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from known_cases import differences, evaluate

from symnn import Result, define, derive
from symnn.algebra.functions import known_functions
from symnn.algebra.reader import read_formula
from symnn.codegen import load_module
from symnn.proof.certificate import to_json, verify

RIPPLE = "x*np.sin(x)/(1 + x**2)"
SAG = "np.log1p(np.exp(x)*np.arctan(x)**2) - np.tanh(x/3)"

OBJECTIVES: Mapping[str, tuple[str, str, Mapping[str, tuple[Any, ...]], Mapping[str, str]]] = {
    "an attention that ripples and competes with its own transpose": (
        "S = ripple(X@W@X.T/np.sqrt(X.shape[1])); P = np.exp(S - S.T)/np.exp(S - S.T).sum(1, keepdims=True)\n"
        "np.sum((P@X - np.maximum(S, 0.2)@X)**2)/X.shape[0] + np.trace(W.T@W@W)",
        "W",
        {"X": ("n", "d"), "W": ("d", "d")},
        {},
    ),
    "a layer that is the solution of a system made by its own weights": (
        "K = A@A.T + np.diag(np.exp(v)) + 2*np.eye(v.shape[0]); z = np.linalg.solve(K, sag(B@u + v))\n"
        "0.5*z@K@z - np.log(np.linalg.det(K)) + t**2*np.sum(abs(z - v)) - np.log(1 + z@z)/t",
        "v",
        {"A": ("n", "d"), "B": ("n", "k"), "u": ("k",), "v": ("n",), "t": ()},
        {"t": "positive"},
    ),
    "the area that the columns of a rippled matrix span, against a quotient of norms": (
        "M = ripple(X) + sag(X@C); G = M.T@M + np.eye(X.shape[1])\n"
        "np.sqrt(np.linalg.det(G)) * np.linalg.norm(X@np.linalg.inv(G)) / (1 + np.linalg.norm(M - X)**2)",
        "X",
        {"X": ("n", "d"), "C": ("d", "d")},
        {},
    ),
}
SIZES = {"n": 4, "d": 3, "k": 2}


@pytest.fixture(scope="module", autouse=True)
def functions() -> Mapping[str, Callable[..., Any]]:
    """The two functions, defined for symnn by their formulas and for NumPy by evaluating them."""
    found: dict[str, Callable[..., Any]] = {}
    for name, formula in (("ripple", RIPPLE), ("sag", SAG)):
        define(name, read_formula(formula, name))
        found[name] = lambda z, formula=formula: evaluate(formula, {"x": z})
    return found


@pytest.fixture(scope="module", params=OBJECTIVES)
def problem(request: pytest.FixtureRequest) -> tuple[str, Result]:
    text, wrt, shapes, assume = OBJECTIVES[request.param]
    return text, derive(text, wrt, shapes, assume)


def values(result: Result) -> dict[str, Any]:
    random = np.random.default_rng(8)
    drawn = {part.name: random.normal(size=[SIZES[str(size)] for size in part.shape[: part.rank]])
             for part in result.parameters}  # fmt: skip
    return {name: array if array.ndim else abs(float(array)) for name, array in drawn.items()}


def emitted(result: Result, what: str) -> Callable[..., Any]:
    function: Callable[..., Any] = getattr(load_module(result.numpy(what), what), what)
    return function


def test_they_stand_in_no_table(functions: Mapping[str, Any]) -> None:
    with_bodies = {name for name, function in known_functions().items() if function.body is not None}
    assert set(functions) <= with_bodies
    assert all(known_functions()[name].derivative().body is not None for name in functions)


def test_derivation_is_proved_and_judged_again_from_its_stored_form(problem: tuple[str, Result]) -> None:
    _, result = problem
    assert result.verdict in ("proved", "checked")
    proofs = [*result.theorems, *result.details]
    assert sum(len(proof.steps) for proof in proofs) > 20
    assert verify(json.dumps(to_json(proofs))).holds


def test_value_and_gradient_are_those_of_the_text(problem: tuple[str, Result], functions: Mapping[str, Any]) -> None:
    text, result = problem
    given, name = values(result), result.wrt[0].name

    def value(array: Any) -> Any:
        return evaluate(text, {**functions, **given, name: array})

    assert emitted(result, "value")(*given.values()) == pytest.approx(float(value(given[name])), rel=1e-12)
    assert emitted(result, "gradient")(*given.values()) == pytest.approx(differences(value, given[name]), rel=1e-7)


def test_product_with_the_hessian_is_the_change_of_the_gradient(problem: tuple[str, Result]) -> None:
    _, result = problem
    given, name = values(result), result.wrt[0].name
    gradient, direction = emitted(result, "gradient"), np.random.default_rng(1).normal(size=given[name].shape)

    def along(step: float) -> Any:
        return gradient(*{**given, name: given[name] + step * direction}.values())

    found = emitted(result, "hvp")(*given.values(), direction)
    assert found == pytest.approx(differences(along, 0.0), rel=1e-6, abs=1e-7)


def test_emitted_code_passes_its_own_check(problem: tuple[str, Result]) -> None:
    _, result = problem
    assert result.check(seed=2).passed


def test_derivatives_of_the_functions_themselves_are_right(functions: Mapping[str, Any]) -> None:
    for name, function in functions.items():
        result = derive(f"{name}(z)", "z", {"z": ()})
        for point in (-2.3, -0.4, 0.7, 3.1):
            assert emitted(result, "gradient")(point) == pytest.approx(float(differences(function, point)), rel=1e-8)
