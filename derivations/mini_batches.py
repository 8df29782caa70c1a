"""Mini-batches: the gradient of a batch is right in the mean, and how far off it is; and what a small step tells.

A batch of b of n samples has the mean of their gradients, the rows of G, as its gradient: Gᵀz/b, where z counts how
often each sample is in the batch. In the mean over all batches that is the gradient of the whole, since each sample is
as likely as any other. The square ‖Gᵀz/b‖² is linear in zzᵀ, so that its mean needs no more than the mean of zzᵀ.
Drawn with replacement, the variance is that of one sample over b. Drawn without, two samples are in the batch together
less often than by independent draws, and the variance is (n − b)/(n − 1) of that: zero for b = n.

A rule that stops where a step ΔW is small tells little of how far the minimum W* is. For the gradient of all samples,
‖W − W*‖ is at most ‖ΔW‖/(ημ) with the least eigenvalue μ of the Hessian, and that grows as η falls. For the gradient of
a batch not even this holds: where the batch is fitted, its gradient is zero, and with fewer samples than weights there
is such a point next to every W.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import combinations, product

import sympy

from symnn import (
    Identity,
    argument,
    chapter,
    derivation,
    derive,
    diag,
    dims,
    inv,
    matrix,
    ones,
    scalar,
    squared_norm,
    substitute,
    total,
    vector,
)
from symnn.algebra.nodes import Zeros

n, d, k, m = dims("n d k m")
G = matrix("G", n, d, doc="the gradient of one sample per row")
b = scalar("b", assume="positive", doc="samples in a batch")
z = vector("z", n, doc="how often each sample is in a batch")
N, B = sympy.symbols("n b", integer=True, positive=True)
SIZES = [{N: size, B: batch} for size in (2, 3, 4, 5) for batch in range(1, size + 1)]


def batches(n: int, b: int, replaced: bool) -> list[tuple[int, ...]]:
    """All batches of b of n samples, in every order where samples may come again."""
    return list(product(range(n), repeat=b) if replaced else combinations(range(n), b))


def mean_of(*places: int, replaced: bool) -> Callable[..., Fraction]:
    """The mean over all batches of the product of how often the samples at these places are in them."""

    def found(n: int, b: int) -> Fraction:
        every = batches(n, b, replaced)
        return Fraction(sum(math.prod(batch.count(place) for place in places) for batch in every), len(every))

    return found


E, z_i, z_j = sympy.Function("E"), sympy.Symbol("z_i"), sympy.Symbol("z_j")
with argument("The mean of z and of zzᵀ, without replacement", note="All C(n, b) batches are equally likely.") as once:
    others, all_batches = sympy.binomial(N - 1, B - 1), sympy.binomial(N, B)
    once.sympy(others / all_batches, B / N, by="of all batches, the part that sample i is in")
    pairs = sympy.binomial(N - 2, B - 2)
    once.sympy(pairs / all_batches, B * (B - 1) / (N * (N - 1)), by="the part that both i and j are in")
    by = "all batches are gone through"
    once.cases(E(z_i), B / N, at=SIZES, value=mean_of(0, replaced=False), by=by)
    once.cases(E(z_i**2), B / N, at=SIZES, value=mean_of(0, 0, replaced=False), by=by)
    once.cases(E(z_i * z_j), B * (B - 1) / (N * (N - 1)), at=SIZES, value=mean_of(0, 1, replaced=False), by=by)

with argument("The mean of z and of zzᵀ, with replacement", note="All nᵇ draws in order are equally likely.") as again:
    together = B * (B - 1) / N**2
    by = "all draws are gone through"
    again.cases(E(z_i), B / N, at=SIZES, value=mean_of(0, replaced=True), by=by)
    again.cases(E(z_i**2), B / N + together, at=SIZES, value=mean_of(0, 0, replaced=True), by=by)
    again.cases(E(z_i * z_j), together, at=SIZES, value=mean_of(0, 1, replaced=True), by=by)

mean, one = G.T @ ones(n) / n, ones(n)
with derivation(G.T @ (b / n * one) / b, title="The mean of a batch's gradient Gᵀz/b, where E z = (b/n)1") as unbiased:
    unbiased.line(mean, by="b cancels: the gradient of the whole")

with derivation(squared_norm(G - one @ mean.T) / n, title="The variance of one sample's gradient") as sample:
    sample.line(squared_norm(G) / n - squared_norm(mean), by="E‖g − m‖² = E‖g‖² − ‖m‖²")
variance = sample.proof.line

with derivation(squared_norm(G.T @ z / b), title="The square of a batch's gradient is linear in zzᵀ") as linear:
    linear.line(total((z @ z.T) * (G @ G.T)) / b**2, by="‖Gᵀz‖² = zᵀGGᵀz")

with_replacement = b / n * Identity(n) + b * (b - 1) / n**2 * (one @ one.T)
square = total(with_replacement * (G @ G.T)) / b**2
with derivation(square - squared_norm(mean), title="The variance with replacement, by its E zzᵀ") as replaced:
    replaced.line(variance / b, by="∑ I ⊙ GGᵀ = ‖G‖², ∑ GGᵀ = ‖Gᵀ1‖²")

without_replacement = b / n * Identity(n) + b * (b - 1) / n / (n - 1) * (one @ one.T - Identity(n))
square = total(without_replacement * (G @ G.T)) / b**2
with derivation(square - squared_norm(mean), title="The variance without replacement, by its E zzᵀ") as without:
    without.line((n - b) / (n - 1) * (variance / b), by="∑ I ⊙ GGᵀ = ‖G‖², ∑ GGᵀ = ‖Gᵀ1‖²")


def ratio(n: int, b: int) -> Fraction:
    """The variance without over that with replacement, of the numbers 1, 4, 9, …, n²."""
    numbers = [Fraction(place * place) for place in range(1, n + 1)]
    middle = sum(numbers, Fraction(0)) / n

    def variance_of(drawn: Iterable[Sequence[int]]) -> Fraction:
        found = [(sum((numbers[place] for place in batch), Fraction(0)) / b - middle) ** 2 for batch in drawn]
        return sum(found, Fraction(0)) / len(found)

    return variance_of(batches(n, b, False)) / variance_of(batches(n, b, True))


V, W = sympy.Function("V"), sympy.Function("W")
with argument(
    "The ratio of both variances, once more", note="V is without, W with replacement, of 1, 4, …, n²."
) as by_cases:
    by_cases.cases(V(B) / W(B), (N - B) / (N - 1), at=SIZES, value=ratio, by="all batches")

# --- a small step ---------------------------------------------------------------------------------------------------

Q = matrix("Q", k, k, assume="orthogonal", doc="eigenvectors of the Hessian as columns")
lam = vector("lam", k, latex=r"\lambda", assume="nonnegative", doc="its eigenvalues")
D = vector("D", k, doc="W − W*")
mu = scalar("mu", latex=r"\mu", assume="positive", doc="at most every eigenvalue")
eta = scalar("eta", latex=r"\eta", assume="positive", doc="length of the step")
step = -eta * Q @ diag(lam) @ Q.T @ D
above = lam - mu * ones(k)
with argument("A small step of all samples", note="ΔW = −ηH(W − W*) with H = Q diag(λ) Qᵀ.") as small:
    small.at_most(
        squared_norm(D),
        squared_norm(step) / (eta * mu) ** 2,
        by="no eigenvalue is less than μ",
        given=[above],
        margin=total(above * (lam + mu * ones(k)) * (Q.T @ D) ** 2) / mu**2,
    )

X = matrix("X", m, k, assume="full row rank", doc="a batch, one sample per row")
Y = vector("Y", m, doc="its targets")
U = vector("U", k, doc="any weights")
of_rows = derive(squared_norm(X @ U - Y) / (2 * m), wrt=U, name="batch")
nearby = U + X.T @ inv(X @ X.T) @ (Y - X @ U)
with derivation(substitute(of_rows.gradient, {U: nearby}), title="No step where the batch is fitted") as fitted:
    fitted.line(Zeros(k, 1), by="XXᵀ(XXᵀ)⁻¹ = I")

chapter(
    once, again, unbiased, sample, linear, replaced, without, by_cases, small, of_rows, fitted, source=["B10", "B11"]
)
