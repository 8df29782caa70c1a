"""An author's argument: each line has its judge, a false one is refused with what was found against it."""

from fractions import Fraction
from itertools import combinations

import pytest
import sympy
from sympy import stats

from symnn import Condition, SymnnError, argument, chapter, dim, exp, matrix, scalar, squared_norm, transpose, vector
from symnn.errors import RefutedError, ShapeError
from symnn.proof.step import Status

n, d = dim("n"), dim("d")
X, w, x, u = matrix("X", n, d), vector("w", d), vector("x", d), vector("u", d)
y = scalar("y", assume="signs")
eta = scalar("eta", assume="positive")
t = sympy.Symbol("t", positive=True, integer=True)


def test_each_kind_of_line_has_its_judge():
    sigma, b, m = sympy.Symbol("sigma", positive=True), *sympy.symbols("b m", positive=True, integer=True)
    with argument("all kinds") as proof:
        proof.equal(squared_norm(w), transpose(w) @ w, by="definition")
        proof.at_most(2 * transpose(w) @ x, squared_norm(w) + squared_norm(x), by="square", margin=squared_norm(w - x))
        proof.at_least(exp(eta), 1 + eta, by="convexity", strict=True)
        proof.semidefinite(transpose(X) @ X, by="Gram", root=X)
        proof.sympy(sympy.Integral(t * sigma, (sigma, 0, 1)), t / 2, by="integral")
        proof.converges(sympy.Sum(1 / t**2, (t, 1, sympy.oo)), by="p-series")
        proof.diverges(sympy.Sum(1 / t, (t, 1, sympy.oo)), by="p-series")
        proof.expectation(stats.Normal("Z", 0, sigma) ** 2, sigma**2, by="variance")
        proof.cases(sympy.binomial(m, b), sympy.binomial(m, b), at=[{m: 5, b: 2}], value=_subsets, by="counting")
        proof.argued("It goes on like that.", by="induction")
    found = [claim.judgement.judge for claim in proof.claims if claim.judgement]
    judges = ["exact", "margin", "instances", "margin", "sympy", "sympy", "sympy", "statistics", "enumeration"]
    assert found == judges
    assert (proof.judged, proof.argued_lines, proof.verdict) == (9, 1, "checked")
    assert [again.status for again in proof.judged_again(5)] == [
        claim.judgement.status for claim in proof.claims if claim.judgement
    ]


def _subsets(m, b):
    return Fraction(len(list(combinations(range(m), b))))


def test_a_false_line_is_refused_with_its_number_and_a_value():
    with argument("false", seed=3) as proof:
        proof.at_least(squared_norm(w), 0, by="a square", margin=squared_norm(w))
        with pytest.raises(RefutedError, match=r"line \(2\) of 'false' does not hold by 'guess'[\s\S]* left side is"):
            proof.at_most(squared_norm(w + x), squared_norm(w) + squared_norm(x), by="guess")
        with pytest.raises(RefutedError, match="the series diverges"):
            proof.converges(sympy.Sum(1 / sympy.sqrt(t), (t, 1, sympy.oo)), by="guess")
        with pytest.raises(RefutedError, match="counterexample"):
            proof.equal(squared_norm(w), 2 * squared_norm(w), by="guess")
    assert len(proof.claims) == 1


def test_matrices_are_not_compared():
    with argument("compared", seed=3) as proof:
        with pytest.raises(
            ShapeError, match=r"line \(1\) of 'compared' compares scalars, found w, which is d×1; write a"
        ):
            proof.at_most(w, 3, by="guess")
        proof.at_most(0, squared_norm(w), by="a square")
    assert len(proof.claims) == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (lambda proof: proof.sympy("t + 1", 2, by="x"), r"takes a SymPy expression, found 't \+ 1'; write it with"),
        (lambda proof: proof.sympy(y, t, by="x"), "takes a SymPy expression, found y; write it with SymPy's symbols"),
        (lambda proof: proof.converges(t**2, by="x"), r"takes a SymPy Sum, found t\*\*2"),
        (lambda proof: proof.diverges(1, by="x"), "takes a SymPy Sum, found 1"),
        (
            lambda proof: proof.at_least(y, t / 2, by="x"),
            r"takes an expression of symnn, found t/2; write its variables",
        ),
        (lambda proof: proof.expectation(t, 1, by="x"), "has no random symbol in t; write them as sympy.stats does"),
        (
            lambda proof: proof.semidefinite(transpose(X) @ X, root=transpose(X), by="x"),
            "takes a root R with RᵀR = XᵀX, so one of d columns, found Xᵀ, which is d×n",
        ),
        (lambda proof: proof.expectation(y, 1, by="x"), "takes a SymPy expression, found y"),
        (lambda proof: proof.integral_at_most(t, t, by="x"), "takes a SymPy Integral, found t"),
        (lambda proof: proof.argued(" ", by="x"), "has no words; write what is argued"),
        (
            lambda proof: proof.cases(t, t + sympy.Symbol("m"), at=[{t: 2}], value=lambda t: t, by="x"),
            r"has no value of m in the case \{t: 2\}; give every symbol one",
        ),
        (
            lambda proof: proof.cases(t, t, at=[{t: 2}], value=lambda size: size, by="x"),
            "calls `value` with t, and it takes size; name what it takes as the symbols are named",
        ),
        (
            lambda proof: proof.cases(t, t, at=[{t: 2}], value=lambda t: t / 2, by="x"),
            ": `value` is 1.0 at {'t': 2}; return a whole number or a Fraction, which are exact",
        ),
    ],
)
def test_what_no_line_can_be_made_of_is_refused(line, message):
    with argument("odd", seed=3) as proof:
        proof.at_most(0, squared_norm(w), by="a square")
        with pytest.raises(SymnnError, match=r"line \(2\) of 'odd' ?" + message):
            line(proof)
    assert len(proof.claims) == 1


def test_a_line_holds_where_what_is_given_holds_and_only_there():
    wrong = -y * (transpose(w) @ x)
    after, before = squared_norm(w + eta * y * x), squared_norm(w) + eta**2 * squared_norm(x)
    with argument("an update") as proof:
        proof.at_most(after, before, by="y wᵀx ≤ 0", given=[wrong], margin=2 * eta * wrong)
        proof.at_most(after, before, by="y wᵀx ≤ 0", given=[wrong])
        with pytest.raises(RefutedError):
            proof.at_most(after, before, by="always?")
    assert [claim.judgement.status for claim in proof.claims] == [Status.PROVED, Status.CHECKED]


def test_semidefinite_matrices_are_square_and_symmetric():
    A = matrix("A", d, d)
    with argument("definite") as proof:
        with pytest.raises(ShapeError, match="square"):
            proof.semidefinite(X, by="no")
        with pytest.raises(RefutedError):
            proof.semidefinite(transpose(X) @ X - transpose(A) @ A, by="no")
        with pytest.raises(RefutedError):
            proof.semidefinite(A, by="it is not symmetric")
        proof.semidefinite(transpose(X) @ X, by="tried")
        v = vector("v", d)
        proof.semidefinite(transpose(X) @ X, by="along v", along=v, margin=squared_norm(X @ v))
    assert [claim.judgement.status for claim in proof.claims] == [Status.CHECKED, Status.PROVED]


def test_the_vector_of_a_semidefinite_matrix_is_any_vector():
    positive, x_given = vector("h", d, assume="positive"), transpose(x) @ x - 1
    A = matrix("A", d, d, assume="positive")
    with argument("copositive") as proof:
        for along, given in ((positive, []), (x, [x_given]), (vector("z", n), []), (w, [])):
            with pytest.raises(SymnnError, match="`along` stands for any column"):
                proof.semidefinite(A + transpose(A) + w @ transpose(w), by="guess", along=along, given=given)
        v = vector("v", d)
        with pytest.raises(RefutedError):
            proof.semidefinite(v @ transpose(x) + x @ transpose(v), by="guess", given=[transpose(x) @ v])
        proof.semidefinite(v @ transpose(v), by="a square", root=transpose(v))
    assert proof.verdict == "proved"


def test_an_argument_without_a_line_and_one_of_words_alone_prove_nothing():
    with pytest.raises(SymnnError, match="has no line"), argument("empty"):
        pass
    with argument("words") as proof:
        proof.argued("It is so.", by="authority")
    assert proof.verdict == "undecided"


def test_a_line_that_is_undecided_says_what_would_help():
    with argument("open") as proof:
        proof.at_least(squared_norm(w), 0, by="a square", margin=squared_norm(w))
        proof.at_least(eta**2 + 1, 2 * eta, by="a square", margin=eta**2 - 2 * eta + 1)
        proof.at_least(eta, 5, by="what is given", given=[-1 - eta**2])
    hidden, never = proof.undecided
    assert (
        hidden.startswith("line (2) of 'open' is undecided: η² + 1 ≥ 2η\n") and "write it as a sum or product" in hidden
    )
    assert never.startswith("line (3) of 'open' is undecided: η ≥ 5\n") and "no values were found" in never


def test_conditions_of_rank_are_given_too():
    full = Condition("full column rank", X)
    with argument("rank") as proof:
        proof.at_least(squared_norm(X @ w), 0, by="a square", given=[full], margin=squared_norm(X @ w))
    assert proof.verdict == "proved"


def test_a_chapter_numbers_arguments_through_and_needs_no_code():
    from symnn.chapters import Chapter

    with argument("one", note="First.") as one:
        one.at_least(squared_norm(w), 0, by="a square", margin=squared_norm(w))
        one.argued("So it is.", by="words")
    with argument("two") as two:
        two.sympy(sympy.Limit(1 / t, t, sympy.oo), 0, by="a limit")
    chapter(one, two)
    made = Chapter("name", "Title", "", ("L11",), (one, two), "derivations/name.py")
    assert made.equations() == [(1, "‖w‖² ≥ 0"), (2, "So it is."), (3, "lim_(t → ∞) 1/t = 0")]
    assert made.page().code == "" and made.verdict == "checked"
