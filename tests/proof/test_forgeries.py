"""Lines that are false, or do not follow, and look as if they did: none of them may be proved."""

import pytest

from symnn import derivation, derive
from symnn.algebra.functions import ARGUMENT, SIGMOID, define, primitive
from symnn.algebra.language import diag, exp, inv, matrix, relu, scalar, sqrt, squared_norm, total, trace, vector
from symnn.algebra.nodes import Differential, Equation, Node, Number, Ones, Several, Zeros
from symnn.algebra.sizes import dims
from symnn.errors import UnsupportedError
from symnn.proof.court import Court
from symnn.proof.judges.structure import is_invertible
from symnn.proof.proof import Proof
from symnn.proof.step import Condition, Judgement, Relation, Status

n, d, k = dims("n d k")
A, S = matrix("A", n, n), matrix("S", n, n, assume="symmetric")
x = vector("x", n, assume="positive")
u, r, w = vector("u", n), vector("r", n), vector("w", n)
s, t = scalar("s"), scalar("t")


def judged(
    relation: Relation,
    before: Node,
    after: Node,
    wrt: tuple[Node, ...] = (),
    *,
    statement: Node | None = None,
    line: Node | None = None,
    witness: Node | None = None,
    conditions: tuple[Condition, ...] = (),
) -> Judgement:
    court = Court(before if statement is None else statement, wrt)
    line = before if line is None else line
    return court.judge(relation, before, after, line=line, witness=witness, conditions=conditions)


# --- invertible factors ---------------------------------------------------------------------------------------------


def test_a_column_of_positive_entries_makes_no_invertible_matrix() -> None:
    before, after, factor = Equation(x @ x.T @ u, x @ x.T @ r), Equation(u, r), x @ x.T
    judgement = judged(
        Relation.EQUIVALENT, before, after, (u,), statement=squared_norm(u) + squared_norm(r), witness=factor
    )
    assert judgement.status is Status.REFUTED
    assert "singular" in judgement.reason


def test_an_author_may_not_cancel_it_either() -> None:
    with derivation(x @ x.T @ u - x @ x.T @ r) as proof:
        proof.line(Equation(x @ x.T @ u - x @ x.T @ r, Zeros(n, 1)), by="a stationary point")
        with pytest.raises(Exception, match="singular"):
            proof.line(Equation(u, r), by="cancelled", factor=x @ x.T)


TALL = matrix("T", n, d, assume="full column rank")
WIDE = matrix("W", d, n, assume="full row rank")
DEFINITE = matrix("P", n, n, assume="positive definite")
ENTRIES = vector("e", n, assume="signs")


@pytest.mark.parametrize(
    ("factor", "invertible"),
    [
        (x @ x.T, False),
        (x @ ENTRIES.T, False),
        (x.T @ x, True),
        (x.T @ ENTRIES, False),
        (x.T @ DEFINITE @ x, True),
        (TALL.T @ TALL, True),
        (TALL @ TALL.T, False),
        (WIDE @ WIDE.T, True),
        (WIDE.T @ WIDE, False),
        (TALL.T @ DEFINITE @ TALL, True),
        (TALL @ matrix("Q", d, d, assume="positive definite") @ TALL.T, False),
        (DEFINITE @ DEFINITE, True),
        (x @ x.T + x @ x.T, False),
        (x @ x.T + DEFINITE, True),
    ],
)
def test_which_products_are_invertible(factor: Node, invertible: bool) -> None:
    assert is_invertible(factor, ()) is invertible


def test_a_column_that_is_not_zero_may_have_zeros() -> None:
    before, after = Equation(diag(r) @ u, Zeros(n, 1)), Equation(u, Zeros(n, 1))
    conditions = (Condition("nonzero", r),)
    judgement = judged(
        Relation.EQUIVALENT, before, after, (u,), witness=diag(r), conditions=conditions, statement=u.T @ u
    )
    assert judgement.status is Status.UNDECIDED
    assert is_invertible(s, (Condition("nonzero", s),))


def test_a_condition_that_never_holds_is_not_trusted() -> None:
    before, after, factor = Equation(u @ u.T @ w, Zeros(n, 1)), Equation(w, Zeros(n, 1)), u @ u.T
    conditions = (Condition("invertible", factor),)
    judgement = judged(
        Relation.EQUIVALENT, before, after, (w,), witness=factor, conditions=conditions, statement=u.T @ w
    )
    assert judgement.status is Status.UNDECIDED
    assert "singular" in judgement.reason


# --- whole lines ----------------------------------------------------------------------------------------------------


def test_positive_is_said_of_a_whole_scalar_line_that_stays() -> None:
    norm = squared_norm(u)
    assert judged(Relation.POSITIVE, norm, norm, (u,)).status is Status.PROVED
    assert judged(Relation.POSITIVE, norm, Number(-7), (u,)).status is Status.REFUTED
    assert judged(Relation.POSITIVE, norm, norm, (u,), line=-norm).status is Status.REFUTED
    assert judged(Relation.POSITIVE, u * u, u * u, (u,)).status is Status.REFUTED
    both = Several(norm, norm)
    assert judged(Relation.POSITIVE, both, both, (u,), statement=norm).status is Status.REFUTED


def test_stationary_is_a_whole_line() -> None:
    zero, line = Equation(s, Number(0)), Several(s, t)
    assert judged(Relation.STATIONARY, s, zero, (s, t), line=line).status is Status.REFUTED
    both = Several(zero, Equation(t, Number(0)))
    assert judged(Relation.STATIONARY, line, both, (s, t)).status is Status.PROVED


# --- derivatives ----------------------------------------------------------------------------------------------------


def test_a_gradient_has_no_differentials() -> None:
    change = Differential(w)
    statement = squared_norm(A @ w)
    forged = change * (Differential(statement) / squared_norm(change))
    judgement = judged(Relation.GRADIENT, statement, forged, (w,))
    assert judgement.status is Status.REFUTED
    assert "no differentials" in judgement.reason


def test_a_jacobian_has_no_differentials() -> None:
    change = Differential(w)
    forged = A @ change @ change.T / squared_norm(change)
    judgement = judged(Relation.JACOBIAN, A @ w, forged, (w,))
    assert judgement.status is Status.REFUTED
    assert "no differentials" in judgement.reason


def test_an_equation_has_no_differential() -> None:
    line = Equation(s - 3, Number(0))
    after = Equation(Differential(s - 3), Differential(Number(0)))
    assert judged(Relation.DIFFERENTIAL, line, after, (s,), statement=s - 3).status is Status.REFUTED
    lines, afters = Several(line, t), Several(after, Differential(t))
    assert judged(Relation.DIFFERENTIAL, lines, afters, (s, t), statement=Several(s - 3, t)).status is Status.REFUTED


def test_only_the_statement_is_differentiated() -> None:
    judgement = judged(Relation.DIFFERENTIAL, 2 * w, Differential(2 * w), (w,), statement=squared_norm(w))
    assert judgement.status is Status.REFUTED
    judgement = judged(Relation.DIFFERENTIAL, 2 * s, Differential(2 * s), (s,), statement=s)
    assert judgement.status is Status.REFUTED


def test_facts_about_the_variable_do_not_outlive_a_differential() -> None:
    first, second = trace(S.T @ Differential(S)) * 2, trace(S @ Differential(S)) * 2
    statement = trace(S.T @ S)
    true = judged(Relation.DIFFERENTIAL, first, Differential(first), (S,), statement=statement)
    assert true.status is Status.PROVED
    false = judged(Relation.DIFFERENTIAL, second, Differential(second), (S,), statement=statement)
    assert false.status is Status.REFUTED
    assert "before differentiating" in false.reason
    both = Several(trace(S.T @ A), t)
    lines = Several(trace(S @ A), t)
    after = Several(Differential(trace(S @ A)), Differential(t))
    assert judged(Relation.DIFFERENTIAL, lines, after, (S, t), statement=both).status is Status.REFUTED


def test_what_nobody_can_evaluate_is_not_proved_by_differentiating() -> None:
    statement, line = trace(inv(A - A)) + s, trace(inv(A - A)) + 2 * s
    judgement = judged(Relation.DIFFERENTIAL, line, Differential(line), (s,), statement=statement)
    assert judgement.status is Status.UNDECIDED


# --- substitution ---------------------------------------------------------------------------------------------------


def test_no_value_is_put_into_a_differential() -> None:
    value = Equation(s, Number(3))
    line = Several(Differential(s), value)
    for before, after in [(s, Number(3)), (Differential(s), Differential(Number(3))), (value, value)]:
        judgement = judged(
            Relation.SUBSTITUTION, before, after, (s,), statement=Several(s, s), line=line, witness=value
        )
        assert judgement.status is Status.REFUTED
        assert "a differential stands on the line" in judgement.reason


def test_the_equation_that_gives_a_value_stays() -> None:
    value, other = Equation(s, Number(3)), Equation(s * t, Number(6))
    line = Several(value, other)
    for before, after in [(s, Number(3)), (value, Equation(Number(3), Number(3))), (line, line)]:
        judgement = judged(Relation.SUBSTITUTION, before, after, (s, t), statement=s * t, line=line, witness=value)
        assert judgement.status is Status.REFUTED
        assert "another whole part" in judgement.reason
    after = Equation(3 * t, Number(6))
    judgement = judged(Relation.SUBSTITUTION, other, after, (s, t), statement=s * t, line=line, witness=value)
    assert judgement.status is Status.PROVED


def test_a_proof_has_a_court_of_its_own() -> None:
    with pytest.raises(TypeError):
        Proof(s**2, [s], court=Court(3 * s, (s,)))


# --- conditions that cannot hold ------------------------------------------------------------------------------------


def test_no_rank_is_asked_for_that_the_shape_forbids() -> None:
    result = derive("w.T@np.outer(x,x)@w - 2*w@r", "w", shapes={"w": "n", "x": "n", "r": "n"})
    with pytest.raises(UnsupportedError, match="xxᵀ is said to be invertible, and was singular"):
        result.solve()


# --- kinks ----------------------------------------------------------------------------------------------------------


def equal(before: Node, after: Node) -> Judgement:
    return judged(Relation.EQUAL, before, after)


p, q = scalar("p", assume="positive"), vector("q", n, assume="nonnegative")
RAMP = define("forgery_ramp", relu(ARGUMENT - 500))
ABS, STEP = primitive("abs"), primitive("step")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (relu(s - 100), Number(0)),
        (relu(s - 100) + relu(s), relu(s)),
        (relu(s + 5000), s + 5000),
        (relu(s - 1000 * p), Number(0)),
        (ABS(s - 2000), 2000 - s),
        (STEP(s + 2000), Number(1)),
        (RAMP(s), Number(0)),
        (total(relu(u - 300 * Ones(n, 1))), Number(0)),
        (relu(total(q) - 3000), Number(0)),
        (relu(p - 100), Number(0)),
        (relu(s**2 - 1000), Number(0)),
    ],
    ids=str,
)
def test_far_kinks_are_crossed(before: Node, after: Node) -> None:
    judgement = equal(before, after)
    assert judgement.status is Status.REFUTED, judgement
    assert judgement.counterexample is not None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (relu(s - 10**9), Number(0)),
        (relu(RAMP(s) - 10**9), Number(0)),
        (ABS(s + 10**9), s + 10**9),
    ],
    ids=str,
)
def test_nothing_is_said_of_a_side_that_was_never_seen(before: Node, after: Node) -> None:
    judgement = equal(before, after)
    assert judgement.status is Status.UNDECIDED, judgement
    assert "only one side of the kink of" in judgement.reason


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (relu(squared_norm(u)), squared_norm(u)),
        (relu(w.T @ w), squared_norm(w)),
        (relu(s**2 + 1), s**2 + 1),
        (ABS(p), p),
        (ABS(-p), p),
        (relu(-p), Number(0)),
        (relu(total(q)), total(q)),
        (relu(exp(u)), exp(u)),
        (ABS(SIGMOID(u)), SIGMOID(u)),
        (relu(relu(u)), relu(u)),
        (sqrt(p**2), p),
        (relu(s - 100) - relu(100 - s), s - 100),
        (RAMP(s) - relu(500 - s), s - 500),
    ],
    ids=str,
)
def test_a_side_on_which_nothing_can_stand_need_not_be_seen(before: Node, after: Node) -> None:
    judgement = equal(before, after)
    assert judgement.status is Status.CHECKED, judgement
