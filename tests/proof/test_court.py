"""The court: true lines pass, false lines are refused with a counterexample that can be read."""

from fractions import Fraction

import pytest

from symnn.algebra.functions import ARGUMENT, SIGMOID, SOFTPLUS, define
from symnn.algebra.language import (
    det,
    exp,
    inner,
    inv,
    log,
    matrix,
    mean,
    relu,
    scalar,
    sqrt,
    squared_norm,
    tanh,
    total,
    trace,
    vector,
)
from symnn.algebra.nodes import (
    Broadcast,
    Commutation,
    Differential,
    Equation,
    Exponential,
    Extent,
    Function,
    Hadamard,
    Identity,
    Kronecker,
    Number,
    Ones,
    Power,
    Scale,
    Several,
    Vec,
    Zeros,
)
from symnn.algebra.sizes import dims
from symnn.algebra.walk import substitute
from symnn.proof.court import Court
from symnn.proof.step import Condition, Relation, Status

n, d = dims("n d")
X, y, w = matrix("X", n, d), vector("y", n), vector("w", d)
A, B, C = (matrix(name, n, n) for name in "ABC")
Q = matrix("Q", n, n, assume="orthogonal")
S = matrix("S", n, n, assume="symmetric")
P = matrix("P", n, d, assume="full column rank")
u, v = vector("u", n), vector("v", n)
x, z = scalar("x"), scalar("z")
lam = scalar("lam", assume="positive")
change = Differential(A)
GRAM = squared_norm(u) * squared_norm(v) - inner(u, v) ** 2


def equal(before, after, line=None, wrt=()):
    return Court(before, tuple(wrt)).judge(Relation.EQUAL, before, after, line=before if line is None else line)


def softmax(logits):
    return Hadamard(exp(logits), Broadcast(Power(total(exp(logits)), Number(-1)), n, 1))


def sherman_morrison(sign):
    return inv(A) - Scale(Power(1 + sign * (v.T @ inv(A) @ u), Number(-1)), inv(A) @ u @ v.T @ inv(A))


def commutator():
    return A @ B - B @ A


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Q.T @ Q, Identity(n)),
        (Power(det(Q), Number(2)), Number(1)),
        (inv(A + u @ v.T), sherman_morrison(1)),
        (det(A + u @ v.T), det(A) * (1 + v.T @ inv(A) @ u)),
        ((A @ B).T, B.T @ A.T),
        (trace(S @ A), trace(S @ A.T)),
        (squared_norm(y - X @ w), y.T @ y - 2 * (y.T @ X @ w) + w.T @ X.T @ X @ w),
        (mean(X), total(X) / (Extent(n) * Extent(d))),
        (x ** Extent(n) * x, x ** (Extent(n) + 1)),
        (total(matrix("Y", n, d, assume="onehot rows"), 1), Ones(n, 1)),
        (vector("b", n, assume="binary") ** 2, vector("b", n, assume="binary")),
        (exp(x) + exp(x), 2 * exp(x)),
        (SIGMOID(x), 1 / (1 + exp(-x))),
    ],
)
def test_true_lines_are_proved(before, after):
    judgement = equal(before, after)
    assert judgement.status is Status.PROVED, judgement
    assert judgement.judge == "exact"
    assert judgement.sizes
    assert judgement.bound is not None and 0 < judgement.bound < Fraction(1, 10**15)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (det(-A), det(A)),
        (det(Q), Number(1)),
        (det(Q), det(matrix("R", n, n, assume="orthogonal"))),
        (inv(A + u @ v.T), sherman_morrison(-1)),
        ((A @ B).T, A.T @ B.T),
        (trace(A @ B @ C), trace(A @ C @ B)),
        (squared_norm(y - X @ w), y.T @ y - y.T @ X @ w + w.T @ X.T @ X @ w),
        (mean(X), total(X)),
        (total(matrix("Y", n, d, assume="onehot rows"), 0), Ones(1, d)),
        (commutator() @ commutator() @ C, C @ commutator() @ commutator()),
        (x, x + Number(Fraction(1, 10**9))),
    ],
)
def test_false_rational_lines_are_refuted_with_small_rationals(before, after):
    judgement = equal(before, after)
    assert judgement.status is Status.REFUTED
    found = judgement.counterexample
    assert found is not None
    assert Fraction(found.before) != Fraction(found.after)
    shown = [entry for rows in found.values.values() for row in rows for entry in row]
    assert all(abs(Fraction(entry).numerator) < 1000 for entry in shown)
    assert str(found).startswith("counterexample")


def test_a_counterexample_holds_when_it_is_worked_out_by_hand():
    found = equal(trace(A @ A), trace(A @ A.T)).counterexample
    ((a, b), (c, e)) = [[Fraction(entry) for entry in row] for row in found.values["A"]]
    assert found.sizes == {"n": 2}
    assert (Fraction(found.before), Fraction(found.after)) == (a * a + 2 * b * c + e * e, a * a + b * b + c * c + e * e)


POSITIVE = scalar("p", assume="positive")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (relu(v) - relu(-v), v),
        (softmax(v), softmax(v - Broadcast(x, n, 1))),
        (SIGMOID.derivative()(x), SIGMOID(x) * (1 - SIGMOID(x))),
        (SIGMOID.derivative().derivative()(x), SIGMOID(x) * (1 - SIGMOID(x)) * (1 - 2 * SIGMOID(x))),
        (SOFTPLUS.derivative()(x), SIGMOID(x)),
        (Function("exp").derivative()(x), exp(x)),
        (Function("tanh").derivative()(x), 1 - tanh(x) ** 2),
        (Function("relu").derivative()(x), Function("step")(x)),
        (Function("abs")(x) ** 2, x**2),
        (sqrt(POSITIVE**2), POSITIVE),
        (2 * log(POSITIVE), log(POSITIVE**2)),
        (POSITIVE ** Number(Fraction(1, 2)), sqrt(POSITIVE)),
        (sqrt(squared_norm(v)) ** 2, squared_norm(v)),
        (Function("log").derivative()(x**300 + z**2), 1 / (x**300 + z**2)),
        (Function("arctan").derivative()(x**80), 1 / (x**160 + 1)),
        (sqrt(GRAM) ** 2, GRAM),
        (inv(Exponential(40 * A)), Exponential(-40 * A)),
    ],
)
def test_true_lines_about_functions_are_checked(before, after):
    judgement = equal(before, after)
    assert (judgement.status, judgement.judge) == (Status.CHECKED, "digits"), judgement
    assert judgement.bound is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Function("sin").derivative()(x), -Function("cos")(x)),
        (sqrt(x**2), x),
        (SIGMOID.derivative()(x), SIGMOID(x) * (1 + SIGMOID(x))),
        (relu(v) + relu(-v), v),
        (softmax(v), softmax(2 * v)),
        (exp(x + z), exp(x) + exp(z)),
        (Function("relu").derivative()(x), Number(1)),
        (log(x**2), 2 * log(x)),
        (Function("log").derivative()(x**300 + z**2), 2 / (x**300 + z**2)),
        (Function("arctan").derivative()(x**80), 1 / x**160),
        (x**300, x**301),
    ],
)
def test_false_lines_about_functions_are_refuted_with_decimals(before, after):
    judgement = equal(before, after)
    assert (judgement.status, judgement.judge) == (Status.REFUTED, "digits"), judgement
    assert judgement.counterexample is not None
    assert judgement.counterexample.before != judgement.counterexample.after


def test_a_narrower_domain_is_refused_and_named():
    assert "no value" in equal(log(x**2), 2 * log(x)).counterexample.after


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (inv(A - A), B, "singular"),
        (log(-(x**2)) + x, z + x, "logarithm"),
        (exp(exp(exp(exp(10 + x**2)))) * x**0, exp(z), "too large"),
    ],
)
def test_what_nobody_can_decide_is_undecided(before, after, reason):
    judgement = equal(before, after)
    assert judgement.status is Status.UNDECIDED
    assert reason in judgement.reason


def test_shapes_come_first():
    judgement = equal((matrix("M", n, d)).T, matrix("M", n, d))
    assert (judgement.status, judgement.judge) == (Status.REFUTED, "shape")
    assert "d×n" in judgement.reason and "n×d" in judgement.reason


def test_under_a_differential_lines_must_be_equal_as_functions():
    before, after = trace(S @ A), trace(S.T @ A)
    assert equal(before, after, wrt=(S,)).status is Status.PROVED
    judgement = equal(before, after, line=Differential(before), wrt=(S,))
    assert judgement.status is Status.REFUTED
    assert "dS" in judgement.counterexample.values
    assert equal(trace(A @ B), trace(B @ A), line=Differential(trace(A @ B)), wrt=(A,)).status is Status.PROVED
    assert equal(before, after, line=Differential(before), wrt=(A,)).status is Status.PROVED


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        (Differential(det(A)), det(A) * trace(inv(A) @ change), Status.PROVED),
        (Differential(det(A)), det(A) * trace(inv(A).T @ change), Status.REFUTED),
        (Differential(inv(A)), -(inv(A) @ change @ inv(A)), Status.PROVED),
        (Differential(inv(A)), -(change @ inv(A) @ inv(A)), Status.REFUTED),
        (Differential(A @ B), change @ B, Status.PROVED),
        (Differential(A @ A), 2 * (A @ change), Status.REFUTED),
        (Differential(Differential(inv(A))), 2 * (inv(A) @ change @ inv(A) @ change @ inv(A)), Status.PROVED),
        (Differential(Differential(squared_norm(A))), 2 * squared_norm(change), Status.PROVED),
        (Differential(Differential(squared_norm(A))), squared_norm(change), Status.REFUTED),
        (Differential(change), Zeros(n, n), Status.PROVED),
        (Differential(tanh(A)), Function("tanh").derivative()(A) * change, Status.PROVED),
        (Differential(log(det(A))), trace(inv(A) @ change), Status.CHECKED),
    ],
)
def test_differentials(before, after, status):
    assert equal(before, after, wrt=(A,)).status is status


RIDGE = squared_norm(y - X @ w) / 2 + lam * squared_norm(w) / 2


@pytest.mark.parametrize(
    ("statement", "wrt", "gradient", "status"),
    [
        (RIDGE, (w,), -X.T @ (y - X @ w) + lam * w, Status.PROVED),
        (RIDGE, (w,), -2 * (X.T @ (y - X @ w)) + lam * w, Status.REFUTED),
        (RIDGE, (w,), -X.T @ (y - X @ w), Status.REFUTED),
        (squared_norm(y - X @ w) / n, (w,), Scale(1 / Extent(n), -2 * (X.T @ (y - X @ w))), Status.PROVED),
        (squared_norm(y - X @ w) / n, (w,), -2 * (X.T @ (y - X @ w)), Status.REFUTED),
        (det(A), (A,), Scale(det(A), inv(A).T), Status.PROVED),
        (det(A), (A,), Scale(det(A), inv(A)), Status.REFUTED),
        (trace(A @ B), (A, B), Several(B.T, A.T), Status.PROVED),
        (trace(A @ B), (A, B), Several(B.T, A), Status.REFUTED),
        (trace(S @ S), (S,), 2 * S, Status.PROVED),
        (trace(S @ A), (S,), A.T, Status.PROVED),
        (trace(S @ A), (S,), (A + A.T) / 2, Status.REFUTED),
        (log(det(A)), (A,), inv(A).T, Status.CHECKED),
        (total(SIGMOID(A)), (A,), SIGMOID(A) * (1 - SIGMOID(A)), Status.CHECKED),
        (total(SIGMOID(A)), (A,), SIGMOID(A).T * (1 - SIGMOID(A).T), Status.REFUTED),
        (total(relu(A)), (A,), Function("step")(A), Status.CHECKED),
    ],
)
def test_gradients_are_judged_against_the_statement(statement, wrt, gradient, status):
    judgement = Court(statement, wrt).judge(Relation.GRADIENT, statement, gradient, line=statement)
    assert judgement.status is status, judgement


def test_a_wrong_gradient_is_shown_by_its_entry():
    found = Court(trace(A @ B), (A,)).judge(Relation.GRADIENT, trace(A @ B), B, line=trace(A @ B)).counterexample
    row, column = found.entry
    b = found.values["B"]
    assert (found.before, found.after) == (b[column][row], b[row][column])
    assert set(found.values) == {"A", "B"}


@pytest.mark.parametrize(
    ("statement", "wrt", "gradient", "reason"),
    [
        (trace(X.T @ X), (X,), 2 * X.T, "n×d"),
        (X @ w, (w,), X, "only a scalar"),
        (trace(A @ B), (A, B), B.T, "2 gradients"),
    ],
)
def test_a_gradient_has_the_shape_of_its_variable(statement, wrt, gradient, reason):
    judgement = Court(statement, wrt).judge(Relation.GRADIENT, statement, gradient, line=statement)
    assert (judgement.status, judgement.judge) == (Status.REFUTED, "shape")
    assert reason in judgement.reason


def test_stacked_columns():
    line = A @ X
    court = Court(line, (X,))
    assert court.judge(Relation.STACKED, line, Vec(line), line=line).status is Status.PROVED
    for wrong in (Vec(line.T), Vec(A) @ Vec(X).T, line):
        assert court.judge(Relation.STACKED, line, wrong, line=line).status is Status.REFUTED
    for before, after, status in [
        (Vec(A @ X @ X.T), Kronecker(X, A) @ Vec(X), Status.PROVED),
        (Vec(A @ X @ X.T), Kronecker(X, A.T) @ Vec(X), Status.REFUTED),
        (Vec(A @ X @ X.T), Kronecker(A, X) @ Vec(X), Status.REFUTED),
        (Vec(X.T), Commutation(n, d) @ Vec(X), Status.PROVED),
        (Vec(X.T), Commutation(d, n) @ Vec(X), Status.REFUTED),
        (Commutation(n, d).T, Commutation(d, n), Status.PROVED),
        (Kronecker(A, X) @ Vec(X.T @ A.T), Vec(X @ X.T @ A.T @ A.T), Status.PROVED),
        (Kronecker(A, X), Kronecker(X, A), Status.REFUTED),
    ]:
        assert court.judge(Relation.EQUAL, before, after, line=before).status is status


def test_jacobians():
    for statement, jacobian, status in [
        (X @ w, X, Status.PROVED),
        (X @ w, 2 * X, Status.REFUTED),
        (A @ v + v, A + Identity(n), Status.PROVED),
        (A @ v + v, A.T + Identity(n), Status.REFUTED),
        (X @ w, X.T, Status.REFUTED),
    ]:
        wrt = (w,) if statement is X @ w else (v,)
        judgement = Court(statement, wrt).judge(Relation.JACOBIAN, statement, jacobian, line=statement)
        assert judgement.status is status
    for statement, variable, jacobian, status in [
        (A @ X, X, Kronecker(Identity(d), A), Status.PROVED),
        (A @ X, X, Kronecker(A, Identity(d)), Status.REFUTED),
        (A @ X, A, Kronecker(X.T, Identity(n)), Status.PROVED),
        (A @ X, A, Kronecker(X, Identity(n)), Status.REFUTED),
        (X.T, X, Commutation(n, d), Status.PROVED),
        (X.T, X, Commutation(d, n), Status.REFUTED),
        (w.T, w, Identity(d), Status.PROVED),
    ]:
        judgement = Court(statement, (variable,)).judge(Relation.JACOBIAN, statement, jacobian, line=statement)
        assert judgement.status is status
    found = Court(A @ X, (X,)).judge(Relation.JACOBIAN, A @ X, Kronecker(Identity(d), A.T), line=A @ X).counterexample
    row, column = (place % found.sizes["n"] for place in found.entry)
    assert found.entry[0] // found.sizes["n"] == found.entry[1] // found.sizes["n"]
    assert (found.before, found.after) == (found.values["A"][row][column], found.values["A"][column][row])
    found = Court(A @ v, (v,)).judge(Relation.JACOBIAN, A @ v, A.T, line=A @ v).counterexample
    row, column = found.entry
    assert (found.before, found.after) == (found.values["A"][row][column], found.values["A"][column][row])


def test_differential_lines():
    court = Court(RIDGE, (w,))
    assert court.judge(Relation.DIFFERENTIAL, RIDGE, Differential(RIDGE), line=RIDGE).status is Status.PROVED
    wrong = court.judge(Relation.DIFFERENTIAL, RIDGE, 2 * Differential(RIDGE), line=RIDGE)
    assert (wrong.status, wrong.judge) == (Status.REFUTED, "structure")
    part = court.judge(Relation.DIFFERENTIAL, y, Differential(y), line=RIDGE)
    assert "whole lines" in part.reason
    again = court.judge(
        Relation.DIFFERENTIAL, Differential(RIDGE), Differential(Differential(RIDGE)), line=Differential(RIDGE)
    )
    assert again.status is Status.PROVED


def test_a_fact_about_the_variable_may_not_be_used_before_differentiating():
    statement, line = trace(S @ A), trace(S.T @ A)
    judgement = Court(statement, (S,)).judge(Relation.DIFFERENTIAL, line, Differential(line), line=line)
    assert judgement.status is Status.REFUTED
    assert "before differentiating" in judgement.reason


def test_stationary_lines():
    court = Court(RIDGE, (w,))
    gradient = X.T @ (X @ w - y)
    for after, status in [
        (Equation(gradient, Zeros(d)), Status.PROVED),
        (Equation(2 * gradient, Zeros(d)), Status.REFUTED),
        (Equation(gradient, w), Status.REFUTED),
        (gradient, Status.REFUTED),
    ]:
        assert court.judge(Relation.STATIONARY, gradient, after, line=gradient).status is status
    both = Several(gradient, x)
    after = Several(Equation(gradient, Zeros(d)), Equation(x, Number(0)))
    assert court.judge(Relation.STATIONARY, both, after, line=both).status is Status.PROVED


NORMAL = Equation(X.T @ X @ w, X.T @ y)


@pytest.mark.parametrize(
    ("before", "after", "witness", "conditions", "status"),
    [
        (Equation(2 * w, w), Equation(w, Zeros(d)), None, (), Status.PROVED),
        (Equation(lam * w, X.T @ y), Equation(w, X.T @ y / lam), lam, (), Status.PROVED),
        (Equation(x * w, X.T @ y), Equation(w, X.T @ y / x), x, (), Status.UNDECIDED),
        (Equation(x * w, X.T @ y), Equation(w, X.T @ y / x), x, (Condition("nonzero", x),), Status.PROVED),
        (NORMAL, Equation(w, inv(X.T @ X) @ X.T @ y), X.T @ X, (), Status.UNDECIDED),
        (
            NORMAL,
            Equation(w, inv(X.T @ X) @ X.T @ y),
            X.T @ X,
            (Condition("invertible", X.T @ X),),
            Status.PROVED,
        ),
        (Equation(P.T @ P @ w, P.T @ y), Equation(w, inv(P.T @ P) @ P.T @ y), P.T @ P, (), Status.PROVED),
        (NORMAL, Equation(w, X.T @ y), X.T @ X, (), Status.REFUTED),
        (Equation(Zeros(d), Zeros(d)), Equation(w, X.T @ y), Number(0), (), Status.REFUTED),
        (Equation(X @ w, y), Equation(y, X @ w), Number(-1), (), Status.PROVED),
        (Equation(u @ v.T @ u, Zeros(n)), Equation(u, Zeros(n)), u @ v.T, (), Status.REFUTED),
    ],
)
def test_equivalent_equations(before, after, witness, conditions, status):
    court = Court(squared_norm(y - X @ w) + lam + squared_norm(P @ w), (w,))
    judgement = court.judge(Relation.EQUIVALENT, before, after, line=before, witness=witness, conditions=conditions)
    assert judgement.status is status, judgement
    if status is Status.UNDECIDED:
        assert "must be" in judgement.reason


def test_substitution():
    value = Equation(x, 2 * z)
    other = Equation(x * x + z, lam)
    line = Several(value, other)
    court = Court(lam * x + z, (x, z))

    def judged(after, witness=value, before=other):
        return court.judge(Relation.SUBSTITUTION, before, after, line=line, witness=witness)

    assert judged(substitute(other, {x: 2 * z})).status is Status.PROVED
    assert judged(Equation(4 * z**2 + z, lam)).status is Status.PROVED
    assert judged(Equation(2 * z**2 + z, lam)).status is Status.REFUTED
    assert "does not stand" in judged(other, Equation(x, z)).reason
    assert "both sides" in judged(other, Equation(x, x + z)).reason
    assert "left side is a variable" in judged(other, Equation(x + z, z)).reason
    differential = Differential(x) * x
    assert "differential" in judged(Differential(2 * z) * (2 * z), before=differential).reason


def test_positive_forms_go_to_the_judge_of_signs():
    dw = Differential(w)
    court = Court(RIDGE, (w,))
    form = squared_norm(X @ dw) + lam * squared_norm(dw)
    assert court.judge(Relation.POSITIVE, form, form, line=form).status is Status.PROVED
    weak = squared_norm(X @ dw)
    assert court.judge(Relation.POSITIVE, weak, weak, line=weak).status is not Status.PROVED


def test_a_deep_network_is_judged_within_its_bound():
    layer = X
    for position in range(40):
        layer = SIGMOID(layer @ matrix(f"W{position}", d, d))
    first = matrix("W0", d, d)
    statement = total(layer)
    judgement = equal(Differential(statement), total(Differential(layer)), wrt=(first,))
    assert judgement.status is Status.PROVED
    assert judgement.bound < Fraction(1, 10**15)
    assert equal(Differential(statement), 2 * total(Differential(layer)), wrt=(first,)).status is Status.REFUTED


def test_lines_of_several_parts_are_compared_part_by_part():
    before = Several(Equation(trace(A @ B), x), det(A.T))
    assert equal(before, Several(Equation(trace(B @ A), x), det(A))).status is Status.PROVED
    assert equal(before, Several(Equation(trace(B @ A), x), det(B))).status is Status.REFUTED
    assert equal(before, Several(det(A), Equation(trace(B @ A), x))).status is Status.REFUTED


def test_other_seeds_draw_other_numbers_and_agree():
    cubic = define("court_cubic", ARGUMENT**3)
    for seed in range(3):
        court = Court(cubic(x), (x,), seed=seed)
        judgement = court.judge(Relation.EQUAL, cubic.derivative()(x), 3 * x**2, line=cubic.derivative()(x))
        assert (judgement.status, judgement.seed) == (Status.PROVED, seed)


def test_no_trust_is_put_in_symmetric_looking_trials_of_one_parity():
    for size in (2, 3):
        M = matrix("M", size, size)
        assert (equal(det(-M), det(M)).status is Status.PROVED) == (size % 2 == 0)
