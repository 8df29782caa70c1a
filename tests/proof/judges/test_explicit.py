"""The judge by components: it passes what is true, refutes what is false, and says so where it cannot tell."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import pytest
import sympy

from symnn.algebra.functions import primitive
from symnn.algebra.language import (
    apply,
    det,
    exp,
    inv,
    log,
    matrix,
    mean,
    ones,
    relu,
    scalar,
    sigmoid,
    sqrt,
    squared_norm,
    tanh,
    total,
    trace,
    vector,
)
from symnn.algebra.nodes import (
    Commutation,
    Differential,
    Equation,
    Identity,
    Kronecker,
    Number,
    Several,
    Vec,
    Zeros,
)
from symnn.algebra.sizes import dims
from symnn.algebra.walk import substitute
from symnn.proof.judges.explicit import judge_explicit
from symnn.proof.judges.vanishing import is_zero_fraction, vanishes
from symnn.proof.step import Condition, Relation, Status

n, d = dims("n d")
X, y, w = matrix("X", n, d), vector("y", n), vector("w", d)
A, B = matrix("A", n, n), matrix("B", n, n)
S = matrix("S", n, n, assume="symmetric")
P = matrix("P", n, n, assume="positive definite")
Q = matrix("Q", n, n, assume="orthogonal")
F = matrix("F", n, d, assume="full column rank")
hot = vector("h", n, assume="onehot")
mask = vector("m", n, assume="binary")
lam, t, a = scalar("lam", assume="positive"), scalar("t"), scalar("a", assume="positive")
ridge = squared_norm(y - X @ w) / 2 + lam * squared_norm(w) / 2
dw = Differential(w)


def equal(before, after, wrt=(), **more):
    return judge_explicit(Relation.EQUAL, before, after, wrt, before, **more)


def gradient(statement, after, *wrt):
    return judge_explicit(Relation.GRADIENT, Differential(statement), after, wrt, statement)


TRUE = {
    "gram": lambda: equal((X.T @ X).T, X.T @ X),
    "inverse of a product": lambda: equal(inv(A @ B), inv(B) @ inv(A)),
    "determinant of a product": lambda: equal(det(A @ B), det(A) * det(B)),
    "trace": lambda: equal(trace(A @ B), trace(B @ A)),
    "orthogonal": lambda: equal(Q @ Q.T, Identity(n)),
    "one hot": lambda: equal(hot * hot, hot),
    "binary": lambda: equal(mask**3, mask),
    "relu": lambda: equal(relu(t) - relu(-t), t),
    "sign": lambda: equal(relu(y) * apply(primitive("sign"), y), relu(y)),
    "softmax": lambda: equal(exp(w + t) / total(exp(w + t)), exp(w) / total(exp(w))),
    "sigmoid": lambda: equal(sigmoid(X @ w), 1 - sigmoid(-(X @ w))),
    "roots": lambda: equal(sqrt(lam) * sqrt(a), sqrt(lam * a)),
    "tanh": lambda: equal(tanh(t), 2 * sigmoid(2 * t) - 1),
    "ridge": lambda: gradient(ridge, X.T @ (X @ w - y) + lam * w, w),
    "two variables": lambda: gradient(
        squared_norm(X @ w + t), Several(2 * X.T @ (X @ w + t), 2 * total(X @ w + t)), w, t
    ),
    "unconstrained": lambda: gradient(trace(S @ S), 2 * S, S),
    "log det": lambda: gradient(log(det(P)), inv(P), P),
    "differential": lambda: judge_explicit(
        Relation.DIFFERENTIAL, sigmoid(w), sigmoid(w) * (1 - sigmoid(w)) * dw, [w], sigmoid(w)
    ),
    "differential of an inverse": lambda: judge_explicit(
        Relation.DIFFERENTIAL, inv(P), -inv(P) @ Differential(P) @ inv(P), [P], inv(P)
    ),
    "jacobian": lambda: judge_explicit(Relation.JACOBIAN, Differential(X @ w), X, [w], X @ w),
    "jacobian of a matrix": lambda: judge_explicit(
        Relation.JACOBIAN, Differential(A @ X), Kronecker(Identity(d), A), [X], A @ X
    ),
    "jacobian by commutation": lambda: judge_explicit(
        Relation.JACOBIAN, Differential(X.T), Commutation(n, d), [X], X.T
    ),
    "stacked columns": lambda: judge_explicit(Relation.STACKED, A @ X, Vec(A @ X), [X], A @ X),
    "stationary": lambda: judge_explicit(
        Relation.STATIONARY, X.T @ y, Equation(X.T @ y, Zeros(d, 1)), [w], squared_norm(y)
    ),
    "equivalent": lambda: judge_explicit(
        Relation.EQUIVALENT,
        Equation(F.T @ F @ w, F.T @ y),
        Equation(w, inv(F.T @ F) @ F.T @ y),
        [w],
        ridge,
        witness=F.T @ F,
        conditions=[Condition("invertible", F.T @ F)],
    ),
    "substitution": lambda: judge_explicit(
        Relation.SUBSTITUTION,
        t * y,
        (lam + 1) * y,
        [t],
        t * y,
        line=Several(Equation(t, lam + 1), t * y),
        witness=Equation(t, lam + 1),
    ),
    "positive": lambda: judge_explicit(Relation.POSITIVE, lam * squared_norm(dw), Number(0), [w], ridge),
    "an inverse that exists at tall sizes": lambda: equal(inv(X.T @ X) @ X.T @ X, Identity(d)),
    "symmetric as a value": lambda: equal(S.T, S, [S]),
}


@pytest.mark.parametrize("judged", TRUE.values(), ids=TRUE)
def test_true_lines_pass(judged):
    judgement = judged()
    assert (judgement.status, judgement.judge) == (Status.PROVED, "explicit"), judgement.reason
    for sizes in judgement.sizes:
        assert len(set(sizes.values())) == len(sizes) and set(sizes.values()) <= {2, 3, 4, 5}


FALSE = {
    "det of minus": lambda: equal(det(-A), det(A)),
    "det orthogonal": lambda: equal(det(Q), Number(1)),
    "commutator at 2 only": lambda: equal((A @ B - B @ A) @ (A @ B - B @ A) @ A, A @ (A @ B - B @ A) @ (A @ B - B @ A)),
    "transposed gradient": lambda: gradient(trace(A @ B), B, A),
    "factor 2": lambda: gradient(squared_norm(w), w, w),
    "sum for mean": lambda: equal(mean(y), total(y)),
    "symmetric below a differential": lambda: equal(S.T, S, [S], line=Differential(S.T)),
    "a constrained gradient": lambda: gradient(trace(S @ A), (A + A.T) / 2, S),
    "a step at zero": lambda: equal(apply(primitive("step"), t) + apply(primitive("step"), -t), Number(1)),
    "shape": lambda: gradient(squared_norm(w), 2 * w.T, w),
    "one of two": lambda: gradient(t * total(w), t * ones(d), w, t),
    "not a root": lambda: equal(sqrt(lam + a), sqrt(lam) + sqrt(a)),
    "onehot": lambda: equal(hot * hot, ones(n)),
    "wrong factor": lambda: judge_explicit(
        Relation.EQUIVALENT, Equation(2 * w, 2 * w), Equation(w, w + w), [w], ridge, witness=Number(2)
    ),
    "not a square": lambda: judge_explicit(Relation.POSITIVE, total(dw), Number(0), [w], ridge),
    "negative": lambda: judge_explicit(Relation.POSITIVE, -squared_norm(dw), Number(0), [w], ridge),
    "jacobian": lambda: judge_explicit(Relation.JACOBIAN, Differential(A @ y), A.T, [y], A @ y),
    "jacobian of a matrix": lambda: judge_explicit(
        Relation.JACOBIAN, Differential(A @ X), Kronecker(A, Identity(d)), [X], A @ X
    ),
    "stacked rows": lambda: judge_explicit(Relation.STACKED, A @ A, Vec((A @ A).T), [A], A @ A),
}


@pytest.mark.parametrize("judged", FALSE.values(), ids=FALSE)
def test_false_lines_are_refuted(judged):
    judgement = judged()
    assert judgement.status is Status.REFUTED, judgement.reason
    assert judgement.counterexample or judgement.reason


def test_a_counterexample_can_be_checked_by_hand():
    found = equal(trace(A @ A), trace(A) ** 2).counterexample
    value = sympy.Matrix([[sympy.Rational(entry) for entry in row] for row in found.values["A"]])
    assert value.shape == (found.sizes["n"],) * 2
    assert sympy.Rational(found.before) == (value * value).trace() != value.trace() ** 2 == sympy.Rational(found.after)


def test_both_parities_are_tried():
    first, second = equal((X @ square() @ X.T).T, X @ square().T @ X.T).sizes
    assert all((first[name] - second[name]) % 2 for name in ("n", "d"))


def square():
    return matrix("A", d, d)


def test_a_determinant_is_refuted_at_an_odd_size():
    assert equal(det(-A), det(A)).counterexample.sizes["n"] % 2 == 1


UNDECIDED = {
    "too many entries": (lambda: equal(vector("v", n * d * 60), vector("v", n * d * 60) + 0), "entries"),
    "a witness that may be singular": (
        lambda: judge_explicit(Relation.EQUIVALENT, Equation(A @ y, A @ B @ y), Equation(y, B @ y), [y], y, witness=A),
        "invertible",
    ),
    "an equation that is not on the line": (
        lambda: judge_explicit(Relation.SUBSTITUTION, t * y, lam * y, [t], t * y, witness=Equation(t, lam)),
        "does not stand on the line",
    ),
    "too many operations": (
        lambda: equal(inv(inv(A @ B @ A @ B) @ A) @ inv(B @ A @ A), inv(inv(A @ B @ A @ B) @ A) @ inv(B @ A @ A) + 0),
        "",
    ),
}


@pytest.mark.parametrize(("judged", "reason"), UNDECIDED.values(), ids=UNDECIDED)
def test_what_it_cannot_tell_is_undecided(judged, reason):
    judgement = judged()
    assert judgement.status is Status.UNDECIDED and reason in judgement.reason


def test_a_deep_line_ends_without_a_crash():
    node = t
    for _ in range(3000):
        node = tanh(node) + t
    assert judge_explicit(Relation.EQUAL, node, substitute(node, {t: lam}), [], node).status is not Status.PROVED


@pytest.mark.parametrize(
    ("expression", "zero"),
    [
        ("relu", True),
        ("jump", False),
        ("rational", True),
        ("product", True),
    ],
)
def test_zero_is_told(expression, zero):
    x, z = sympy.symbols("x z", real=True)
    cases = {
        "relu": sympy.Max(0, x - z) - sympy.Max(0, z - x) - x + z,
        "jump": sympy.Heaviside(x - z, 0) + sympy.Heaviside(z - x, 0) - 1,
        "rational": 1 / (1 + x) + x / (1 + x) - 1,
        "product": sympy.exp(x) * sympy.exp(-x + z) - sympy.exp(z),
    }
    assert vanishes(cases[expression]) is zero


@pytest.mark.parametrize("zero", [True, False])
def test_sums_over_many_different_denominators_are_told_from_zero(zero):
    """Over one common denominator, 2 ** 14 terms would stand above it."""
    found = sympy.Integer(0)
    for z in sympy.symbols("z:14", real=True):
        s = 1 / (1 + sympy.exp(-z))
        found += sympy.exp(-z) * s**2 - s * (1 - s)
    assert is_zero_fraction(found + (0 if zero else 1 / (2 + z))) is zero


def test_a_sum_of_different_denominators_may_be_zero_by_their_common_one():
    x, z = sympy.symbols("x z", real=True)
    assert is_zero_fraction(1 / (x - z) - 1 / (x + z) - 2 * z / (x**2 - z**2))
    assert not is_zero_fraction(1 / (x - z) - 1 / (x + z) - 2 * x / (x**2 - z**2))


def test_values_of_discrete_variables_are_gone_through_only_where_they_matter():
    many = matrix("Y", 5, 4, assume="onehot rows")
    assert equal(many + many, 2 * many).status is Status.PROVED
    needed = equal(many * many, many)
    assert needed.status is Status.UNDECIDED and "more than 64 values of Y" in needed.reason
    wrong = equal(hot + hot, hot)
    assert wrong.status is Status.REFUTED and sorted(sum(wrong.counterexample.values["h"], ())) == ["0", "1"]


def imported(module, seen):
    """The modules of symnn that a module imports, directly or through others."""
    if module in seen:
        return seen
    seen.add(module)
    tree = ast.parse(Path(importlib.util.find_spec(module).origin).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("symnn"):
            for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                if is_module(name):
                    imported(name, seen)
    return seen


def is_module(name):
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def test_it_shares_nothing_with_the_calculus_and_the_other_judges():
    found = imported("symnn.proof.judges.explicit", set())
    assert "symnn.algebra.components" in found and "symnn.proof.judges.vanishing" in found
    judges = {name for name in found if name.startswith("symnn.proof.judges.")}
    assert judges == {f"symnn.proof.judges.{name}" for name in ("explicit", "discrete", "vanishing")}
    assert not any(name.startswith("symnn.calculus") for name in found)
