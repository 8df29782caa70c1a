"""The judge of signs: sums of weighted squares that vanish only at zero are positive, and nothing else is passed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.algebra.language import diag, exp, inv, matrix, ones, quadratic_form, scalar, squared_norm, total, vector
from symnn.algebra.nodes import Add, Broadcast, Differential, Hadamard, MatMul, Node, Number, Scale, Several, Variable
from symnn.algebra.sizes import dims
from symnn.proof.court import Court
from symnn.proof.judges.sign import judge_sign, needed
from symnn.proof.step import Condition, Relation, Status

n, d, k = dims("n d k")
X, A, S = matrix("X", n, d), matrix("A", d, d), matrix("S", d, d, assume="symmetric")
full, wide = matrix("F", n, d, assume="full column rank"), matrix("R", d, n, assume="full row rank")
P, Q = matrix("P", d, d, assume="positive definite"), matrix("Q", d, d, assume="orthogonal")
v, y, z = vector("v", d), vector("y", n), vector("z", d)
weights, loose = vector("p", n, assume="positive"), vector("q", n)
some = vector("r", n, assume="nonnegative")
lam, mu = scalar("lam", assume="positive"), scalar("mu")
rho = scalar("rho", assume="nonnegative")
b, c, x = scalar("b"), scalar("c"), vector("x", n)

POSITIVE: dict[str, tuple[Node, list[Variable]]] = {
    "norm": (squared_norm(v), [v]),
    "multiple of a norm": (3 * lam * squared_norm(v) / n, [v]),
    "penalised": (squared_norm(X @ v) + lam * squared_norm(v), [v]),
    "nonnegative and positive": (rho * squared_norm(X @ v) + squared_norm(v), [v]),
    "full column rank": (squared_norm(full @ v), [v]),
    "transposed full row rank": (squared_norm(wide.T @ v), [v]),
    "orthogonal": (squared_norm(Q @ v), [v]),
    "product of injections": (squared_norm(full @ Q @ v), [v]),
    "weighted": (total(weights * (full @ v) ** 2), [v]),
    "positive definite": (quadratic_form(v, P), [v]),
    "inverse of a positive definite": (quadratic_form(v, inv(P)), [v]),
    "positive definite after an injection": (MatMul(v.T, Q.T, P, Q, v), [v]),
    "positive entries": (squared_norm(weights * (full @ v)), [v]),
    "scalar": (Number(2) * mu**2, [mu]),
    "repeated": (squared_norm(Broadcast(v, d, n)), [v]),
    "differential": (squared_norm(full @ Differential(v)) + squared_norm(Differential(b)), [v, b]),
    "one after the other": (squared_norm(b * x + full @ v) + lam * b**2, [v, b]),
    "diagonal of the unknown": (squared_norm(diag(v)), [v]),
}

NOT_POSITIVE: dict[str, tuple[Node, list[Variable]]] = {
    "indefinite": (squared_norm(X @ v) - squared_norm(v), [v]),
    "negative": (-squared_norm(v), [v]),
    "negative weight": (Number(-3) * squared_norm(full @ v), [v]),
    "weight of unknown sign": (mu * squared_norm(v), [v]),
    "nonnegative weight alone": (rho * squared_norm(v), [v]),
    "nonnegative weights alone": (total(some * (full @ v) ** 2), [v]),
    "weights of unknown sign": (total(loose * (full @ v) ** 2), [v]),
    "affine root": (squared_norm(full @ v - y), [v]),
    "affine scalar": ((mu - 1) ** 2, [mu]),
    "not injective": (squared_norm(X @ v), [v]),
    "full row rank does not inject": (squared_norm(matrix("K", k, d, assume="full row rank") @ v), [v]),
    "transposed full column rank": (squared_norm(full.T @ y), [y]),
    "symmetric": (quadratic_form(v, S), [v]),
    "any matrix": (quadratic_form(v, A), [v]),
    "sum of entries": (total(v) ** 2, [v]),
    "entries that may be zero": (squared_norm(some * (full @ v)), [v]),
    "multiple that may be zero": (squared_norm(mu * v), [v]),
    "one of two unknowns": (squared_norm(v), [v, z]),
    "difference of two unknowns": (squared_norm(v - z), [v, z]),
    "two unknowns": (squared_norm(b * x + c), [b, c]),
    "fourth power": (squared_norm(v) ** 2, [v]),
    "cross term": (squared_norm(v) + squared_norm(z) - 3 * v.T @ z, [v, z]),
    "quadratic root": (squared_norm(v * v), [v]),
    "function of the unknown": (squared_norm(exp(v)), [v]),
    "linear": (total(v), [v]),
    "constant": (Number(1), [v]),
    "mixed with a constant": (squared_norm(v) + 1, [v]),
    "different sides": (v.T @ P @ z, [v, z]),
}


@pytest.mark.parametrize("name", POSITIVE)
def test_positive_forms_are_proved(name: str) -> None:
    form, wrt = POSITIVE[name]
    judgement = judge_sign(form, wrt, ())
    assert (judgement.status, judgement.judge) == (Status.PROVED, "sign")
    assert needed(form, wrt, ()) == []


@pytest.mark.parametrize("name", NOT_POSITIVE)
def test_nothing_else_is_passed(name: str) -> None:
    form, wrt = NOT_POSITIVE[name]
    judgement = judge_sign(form, wrt, ())
    assert judgement.status is Status.UNDECIDED
    assert judgement.reason
    court = Court(form, tuple(wrt))
    assert court.judge(Relation.POSITIVE, form, form, line=form).status is not Status.PROVED


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("weight of unknown sign", [Condition("positive", mu)]),
        ("weights of unknown sign", [Condition("positive", loose)]),
        ("not injective", [Condition("full column rank", X)]),
        ("two unknowns", [Condition("independent", Several(b * x + Broadcast(c, n, 1)))]),
    ],
)
def test_what_is_missing_is_said_and_suffices(name: str, missing: list[Condition]) -> None:
    form, wrt = NOT_POSITIVE[name]
    assert needed(form, wrt, ()) == missing
    reason = judge_sign(form, wrt, ()).reason
    assert all(f"{condition.node} must be {condition.word}" in reason for condition in missing)
    assert judge_sign(form, wrt, missing).status is Status.PROVED


@pytest.mark.parametrize(
    "name", ["indefinite", "affine root", "affine scalar", "symmetric", "fourth power", "cross term", "constant"]
)
def test_no_condition_would_help(name: str) -> None:
    form, wrt = NOT_POSITIVE[name]
    assert needed(form, wrt, ()) is None
    assert judge_sign(form, wrt, ()).reason == "the form is not a sum of weighted squares"


def test_conditions_of_the_theorem_count() -> None:
    form = squared_norm(X @ v)
    assert judge_sign(form, [v], [Condition("full column rank", X)]).status is Status.PROVED
    assert judge_sign(form, [v], [Condition("full column rank", full)]).status is Status.UNDECIDED


numbers = st.integers(-2, 2).filter(bool)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(numbers, st.sampled_from(["v", "Xv", "Fv", "Qv", "v - z", "z", "entries"])), min_size=1, max_size=4
    )
)
def test_what_is_proved_has_no_counterexample(parts: list[tuple[int, str]]) -> None:
    """A form that passes is positive at every point that is tried, with an X that has a kernel."""
    roots: dict[str, Node] = {
        "v": v,
        "Xv": X @ v,
        "Fv": full @ v,
        "Qv": Q @ v,
        "v - z": v - z,
        "z": z,
        "entries": Hadamard(z, v),
    }
    terms = [Scale(Number(factor), squared_norm(roots[name])) for factor, name in parts]
    form = Add(*terms) if len(terms) > 1 else terms[0]
    if judge_sign(form, [v, z], ()).status is not Status.PROVED:
        return
    random = np.random.default_rng(0)
    F = random.normal(size=(4, 3))
    kernel = np.array([1.0, -1.0, 0.0])
    singular = np.outer(random.normal(size=4), [1.0, 1.0, 0.0])
    for at in (kernel, random.normal(size=3), np.zeros(3)):
        for to in (at, -at, random.normal(size=3), np.zeros(3)):
            if not at.any() and not to.any():
                continue
            values = {
                "v": at,
                "Xv": singular @ at,
                "Fv": F @ at,
                "Qv": at,
                "v - z": at - to,
                "z": to,
                "entries": at * to,
            }
            assert sum(factor * np.sum(values[name] ** 2) for factor, name in parts) > 0


def test_products_that_are_no_squares() -> None:
    assert judge_sign(MatMul(ones(1, d), v), [v], ()).status is Status.UNDECIDED
    assert judge_sign(MatMul(v.T, X.T, full, v), [v], ()).status is Status.UNDECIDED
