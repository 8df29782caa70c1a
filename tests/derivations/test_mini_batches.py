"""Mini-batches: the variances by all batches of random gradients, a bound on small steps, and wrong ratios refused."""

from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
import sympy

from symnn import argument, derivation
from symnn.algebra.walk import variables
from symnn.errors import RefutedError
from symnn.proof.judges.fields import RationalField
from symnn.proof.judges.interpreter import evaluate_rational

random = np.random.default_rng(6)
n, d = 5, 3
G = random.normal(size=(n, d))


def spread(batches):
    """Mean and mean squared distance from it of the batches' gradients."""
    found = np.array([G[list(batch)].mean(axis=0) for batch in batches])
    return found.mean(axis=0), np.mean(np.sum((found - found.mean(axis=0)) ** 2, axis=1))


def test_the_lines(chapter):
    said = {numbered.proof.title: numbered.proof for numbered in chapter.proofs() if hasattr(numbered.proof, "line")}
    assert chapter.verdict == "checked"
    assert str(said["The variance with replacement, by its E zzᵀ"].line) == "((1/n)‖G‖² − ‖(1/n)Gᵀ1ₙ‖²)/b"
    assert (
        str(said["The variance without replacement, by its E zzᵀ"].line)
        == "(n − b)((1/n)‖G‖² − ‖(1/n)Gᵀ1ₙ‖²)/((n − 1)b)"
    )
    assert [proof.status.value for proof in said.values()] == ["proved"] * len(said)


@pytest.mark.parametrize("b", range(1, n + 1))
def test_mean_and_variance_by_all_batches(b):
    one = np.sum(G**2) / n - np.sum(G.mean(axis=0) ** 2)
    mean, without = spread(combinations(range(n), b))
    assert mean == pytest.approx(G.mean(axis=0))
    assert without == pytest.approx((n - b) / (n - 1) * one / b, abs=1e-12)
    mean, replaced = spread(product(range(n), repeat=b))
    assert mean == pytest.approx(G.mean(axis=0))
    assert replaced == pytest.approx(one / b)


@pytest.mark.parametrize(
    ("title", "draws"), [("with", product(range(n), repeat=2)), ("without", combinations(range(n), 2))]
)
def test_the_mean_of_the_products_of_counts_is_the_one_that_is_put_in(chapter, title, draws):
    """E zzᵀ of the statement, by its emitted digits: the variance of G = I is that of z/b."""
    counts = np.array([[batch.count(place) for place in range(n)] for batch in draws], dtype=float)
    (statement,) = (found.proof.statement for found in chapter.proofs() if f"{title} replacement" in found.proof.title)
    second = np.mean([np.outer(z, z) for z in counts], axis=0)
    names = {variable.name: variable for variable in variables(statement)}
    rows = [[Fraction(int(i == j)) for j in range(n)] for i in range(n)]
    values = {names["G"]: rows, names["b"]: [[Fraction(2)]]}
    found = evaluate_rational(statement, values, RationalField())[0][0]
    assert float(found) == pytest.approx(np.trace(second) / 4 - 1 / n)


WRONG = {
    "n for n − 1": "(n - b)/n*(np.sum(G**2)/n - np.sum((G.T@np.ones(n)/n)**2))/b",
    "n − b + 1 for n − b": "(n - b + 1)/(n - 1)*(np.sum(G**2)/n - np.sum((G.T@np.ones(n)/n)**2))/b",
    "that with replacement": "(np.sum(G**2)/n - np.sum((G.T@np.ones(n)/n)**2))/b",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_ratio_is_refused(name):
    pairs = "(np.sum((G.T@np.ones(n))**2) - np.sum(G**2))/n/(n - 1)"
    statement = f"(b*np.sum(G**2)/n + b*(b - 1)*{pairs})/b**2 - np.sum((G.T@np.ones(n)/n)**2)"
    with derivation(statement, shapes={"G": ("n", "d")}) as proof:
        with pytest.raises(RefutedError):
            proof.line(WRONG[name], by="a slip")
        proof.line(WRONG["that with replacement"] + "*(n - b)/(n - 1)", by="corrected")
    assert proof.verdict == "proved"


def test_a_wrong_chance_is_refused():
    N, B = sympy.symbols("n b", integer=True, positive=True)
    P = sympy.Symbol("P")

    def both(n, b):
        batches = list(combinations(range(n), b))
        return Fraction(sum({0, 1} <= set(batch) for batch in batches), len(batches))

    with argument("pairs") as proof:
        with pytest.raises(RefutedError):
            proof.cases(P, B**2 / N**2, at=[{N: 4, B: 2}], value=both, by="as if they were independent")
        proof.cases(
            sympy.Symbol("P"),
            B * (B - 1) / (N * (N - 1)),
            at=[{N: 4, B: 2}, {N: 7, B: 3}],
            value=both,
            by="all batches",
        )


def test_a_small_step_bounds_the_distance_by_the_least_eigenvalue():
    X, optimum, eta = random.normal(size=(8, d)), random.normal(size=d), 0.03
    hessian = X.T @ X / 8
    least = np.linalg.eigvalsh(hessian)[0]
    for error in random.normal(size=(20, d)):
        step = -eta * hessian @ ((optimum + error) - optimum)
        assert np.linalg.norm(error) <= np.linalg.norm(step) / (eta * least) * (1 + 1e-12)


def test_next_to_any_weights_are_some_where_a_batch_makes_no_step(chapter):
    space = {}
    exec(compile(chapter.module(), "mini_batches.py", "exec"), space)
    X, Y, U = random.normal(size=(2, 4)), random.normal(size=2), random.normal(size=4)
    fitted = U + X.T @ np.linalg.solve(X @ X.T, Y - X @ U)
    assert np.abs(space["batch_gradient"](X, U, Y)).max() > 0.1
    assert np.abs(space["batch_gradient"](X, fitted, Y)).max() < 1e-12
