"""Mini-batches: the gradient of a batch is right in the mean, and how far off it is; and what a small step tells.

A batch of b of n samples has the mean of their gradients, the rows of G, as its gradient. In the mean over all batches
that is the gradient of the whole, by which each sample is equally likely to be in the batch. Drawn with replacement,
its variance is that of one sample over b. Drawn without, two samples are in the batch together less often than by
independent draws, and the variance is (n − b)/(n − 1) of that: zero for b = n.

A rule that stops where a step ΔW is small tells little of how far the minimum W* is. For the gradient of all samples,
‖W − W*‖ is at most ‖ΔW‖/(ημ) with the least eigenvalue μ of the Hessian, and that grows as η falls. For the gradient of
a batch not even this holds: where the batch is fitted, its gradient is zero, and with fewer samples than weights there
is such a point next to every W.
"""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import combinations, product

import sympy

from symnn import (
    Node,
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
N, B, i = sympy.symbols("n b i", integer=True, positive=True)
SIZES = [{N: size, B: batch} for size in (2, 3, 5, 6) for batch in range(1, size + 1)]


def chance(*wanted: int) -> Callable[..., Fraction]:
    """Of all batches of b of n samples, the part that holds the wanted ones."""

    def found(n: int, b: int) -> Fraction:
        batches = list(combinations(range(n), b))
        return Fraction(sum(set(wanted) <= set(batch) for batch in batches), len(batches))

    return found


one, two = sympy.Function("P")(i), sympy.Function("P")(i, sympy.Symbol("j"))
with argument(
    "How often samples are in a batch", note="P(i, …) is the chance that a batch without replacement holds them."
) as often:
    often.cases(one, B / N, at=SIZES, value=chance(0), by="all batches are gone through")
    often.cases(two, B * (B - 1) / (N * (N - 1)), at=SIZES, value=chance(0, 1), by="all batches are gone through")

everything, squares = G.T @ ones(n), squared_norm(G)
with derivation(b / n * everything / b, title="The mean of the batch's gradient, where P(i) = b/n") as unbiased:
    unbiased.line(everything / n, by="b cancels: the gradient of the whole")

mean = everything / n
with derivation(squared_norm(G - ones(n) @ mean.T) / n, title="The variance of one sample's gradient") as sample:
    sample.line(squares / n - squared_norm(mean), by="E‖g − m‖² = E‖g‖² − ‖m‖²")
variance = sample.proof.line


def of_batch(pairs: Node) -> Node:
    """The variance of a batch's gradient: b squares, and b(b − 1) products of two samples with the mean `pairs`."""
    squares_and_products: Node = b * squares / n + b * (b - 1) * pairs
    return squares_and_products / b**2 - squared_norm(mean)


with derivation(of_batch(squared_norm(everything) / n**2), title="The variance with replacement") as replaced:
    replaced.line(variance / b, by="two draws are any two samples")

others = (squared_norm(everything) - squares) / n / (n - 1)
with derivation(of_batch(others), title="The variance without replacement") as without:
    without.line((n - b) / (n - 1) * (variance / b), by="two draws are two different samples")


def ratio(n: int, b: int) -> Fraction:
    """The variance without over that with replacement, of the numbers 1, 4, 9, …, n²."""
    numbers = [Fraction(place * place) for place in range(1, n + 1)]
    middle = sum(numbers, Fraction(0)) / n

    def variance_of(batches: Iterable[Sequence[Fraction]]) -> Fraction:
        found = [(sum(batch, Fraction(0)) / b - middle) ** 2 for batch in batches]
        return sum(found, Fraction(0)) / len(found)

    return variance_of(combinations(numbers, b)) / variance_of(product(numbers, repeat=b))


V, W = sympy.Function("V"), sympy.Function("W")
with argument(
    "The ratio of both variances, once more", note="V is without, W with replacement, of 1, 4, …, n²."
) as again:
    again.cases(
        V(B) / W(B), (N - B) / (N - 1), at=[case for case in SIZES if case[N] < 6], value=ratio, by="all batches"
    )

# --- a small step ---------------------------------------------------------------------------------------------------

Q = matrix("Q", k, k, assume="orthogonal", doc="eigenvectors of the Hessian as columns")
lam = vector("lam", k, latex=r"\lambda", assume="nonnegative", doc="its eigenvalues")
E = vector("E", k, doc="W − W*")
mu = scalar("mu", latex=r"\mu", assume="positive", doc="at most every eigenvalue")
eta = scalar("eta", latex=r"\eta", assume="positive", doc="length of the step")
step = -eta * Q @ diag(lam) @ Q.T @ E
above = lam - mu * ones(k)
with argument("A small step of all samples", note="ΔW = −ηH(W − W*) with H = Q diag(λ) Qᵀ.") as small:
    small.at_most(
        squared_norm(E),
        squared_norm(step) / (eta * mu) ** 2,
        by="no eigenvalue is less than μ",
        given=[above],
        margin=total(above * (lam + mu * ones(k)) * (Q.T @ E) ** 2) / mu**2,
    )

X = matrix("X", m, k, assume="full row rank", doc="a batch, one sample per row")
Y = vector("Y", m, doc="its targets")
U = vector("U", k, doc="any weights")
of_rows = derive(squared_norm(X @ U - Y) / (2 * m), wrt=U, name="batch")
nearby = U + X.T @ inv(X @ X.T) @ (Y - X @ U)
with derivation(substitute(of_rows.gradient, {U: nearby}), title="No step where the batch is fitted") as fitted:
    fitted.line(Zeros(k, 1), by="XXᵀ(XXᵀ)⁻¹ = I")

chapter(often, unbiased, sample, replaced, without, again, small, of_rows, fitted, source=["B10", "B11"])
