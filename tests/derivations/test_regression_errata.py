"""What the documents print of regression that is not right, or right only under an assumption: refused and accepted."""

import pytest

from symnn import (
    Condition,
    apply,
    argument,
    derivation,
    dims,
    exp,
    inv,
    matrix,
    ones,
    scalar,
    squared_norm,
    total,
    vector,
)
from symnn.algebra.nodes import Function, Zeros, as_node
from symnn.errors import RefutedError, ShapeError
from symnn.results.result import derive

n, d = dims("n d")
X, W, Y = matrix("X", n, d + 1), vector("W", d + 1), vector("Y", n)
v, w, x, y = vector("v", d + 1), vector("w", n), vector("x", n), vector("y", n)
lam, p = scalar("lam", assume="positive"), scalar("p", assume="positive")
hessian = derive(squared_norm(X @ W - Y) / (2 * n), wrt=W).hessian


def test_b1_the_hessian_is_semi_definite_and_not_always_definite():
    wide = matrix("R", n, d, assume="full row rank")
    u = vector("u", d)
    kernel = u - wide.T @ inv(wide @ wide.T) @ wide @ u
    with argument("definite") as proof:
        with pytest.raises(RefutedError):
            proof.at_least(squared_norm(wide @ kernel) / n, 0, by="always positive", strict=True)
        proof.equal(wide @ kernel, Zeros(n, 1), by="RRᵀ(RRᵀ)⁻¹ = I")
        proof.semidefinite(hessian, by="vᵀHv = ‖Xv‖²/n", along=v, margin=squared_norm(X @ v) / n)
    assert proof.verdict == "proved"


def test_b1_only_full_column_rank_gives_the_kernel_away():
    back = inv(X.T @ X) @ X.T @ (X @ v)
    with argument("kernel") as proof:
        proof.equal(back, v, by="(XᵀX)⁻¹XᵀX = I", given=[Condition("full column rank", X)])
        with pytest.raises(RefutedError):
            proof.equal(X @ inv(X.T @ X) @ X.T @ w, w, by="the other way", given=[Condition("full column rank", X)])
    assert proof.verdict == "proved"


def test_b1_weights_with_an_intercept_need_a_column_of_ones():
    narrow = matrix("X", n, d)
    with pytest.raises(ShapeError, match="d"):
        narrow @ W
    assert (X @ W).shape == (n, 1)


def test_b6_the_gradient_of_the_penalty_is_a_column():
    with derivation(lam * squared_norm(W) / 2, wrt=W) as proof:
        for wrong in (2 * W, W):
            with pytest.raises(RefutedError):
                proof.line(wrong, by="a slip in the factor")
        with pytest.raises((RefutedError, ShapeError)):
            proof.line(2 * total(apply(Function("abs"), W)), by="a scalar")
        proof.line(lam * W, by="corrected")
    assert proof.verdict == "proved"


def test_b6_the_penalty_of_a_mean_is_not_that_of_a_sum():
    ours = derive(squared_norm(X @ W - Y) / (2 * n) + lam * squared_norm(W) / 2, wrt=W).solve()
    theirs = derive(squared_norm(X @ W - Y) / 2 + lam * squared_norm(W) / 2, wrt=W).solve()
    proof = derivation(ours.value)
    with pytest.raises(RefutedError):
        proof.line(theirs.value, by="the same λ")
    proof.line(derive(squared_norm(X @ W - Y) / 2 + n * lam * squared_norm(W) / 2, wrt=W).solve().value, by="nλ")


def test_l2_equal_inputs_leave_no_denominator():
    c = scalar("c")
    with derivation(n * total((c * ones(n)) ** 2) - total(c * ones(n)) ** 2) as proof:
        with pytest.raises(RefutedError):
            proof.line(c**2, by="a denominator after all")
        proof.line(0, by="n∑c² = (∑c)²")
    difference, deviations = n * total(x**2) - total(x) ** 2, squared_norm(x - total(x) / n)
    with argument("spread") as spread:
        with pytest.raises(RefutedError):
            spread.at_least(difference, 0, by="always positive", strict=True)
        spread.at_least(difference, 0, by="a sum of squares", margin=n * deviations)
    assert spread.verdict == "proved"


def test_l8_a_function_that_is_not_monotone_does_not_keep_an_order():
    a, b = scalar("a"), scalar("b")
    with argument("order") as proof:
        proof.at_least(exp(-a), exp(-b), by="falls", given=[b - a])
        with pytest.raises(RefutedError):
            proof.at_least(-(a**2), -(b**2), by="does not", given=[b - a])
        with pytest.raises(RefutedError):
            proof.at_most(exp(-a), exp(-b), by="rises?", given=[b - a])


def norm(of, exponent):
    return total(apply(Function("abs"), of) ** exponent) ** (1 / exponent)


def test_b7_below_one_there_is_no_triangle_inequality():
    with argument("triangle") as proof:
        with pytest.raises(RefutedError):
            proof.at_most(norm(x + y, p), norm(x, p) + norm(y, p), by="for every p")
        with pytest.raises(RefutedError):
            proof.at_least(norm(x, as_node(3)), norm(x, as_node(2)), by="the norm rises with p")
        proof.at_most(norm(x, as_node(3)), norm(x, as_node(2)), by="it falls")
    assert proof.verdict == "checked"
