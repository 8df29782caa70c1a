"""Empirical and structural risk, maximum likelihood and maximum a posteriori.

The negative log likelihood is the empirical risk over σ² plus ½n log(2πσ²). The negative log posterior is the
structural risk over σ² with λ = σ²/ν² plus that and ½d log(2πν²), but for the probability of the data. These constants
are often dropped: they do not depend on w, and cancel between any two weights. So each pair puts all weights into the
same order, and has the same minima. The densities put them into the opposite order: exp and −log are monotone.
"""

import sympy

from symnn import (
    argument,
    chapter,
    derivation,
    derive,
    dims,
    exp,
    log,
    matrix,
    scalar,
    sqrt,
    squared_norm,
    substitute,
    total,
    vector,
)
from symnn.algebra.bridge import from_sympy
from symnn.algebra.nodes import Node

n, d = dims("n d")
pi = from_sympy(sympy.pi)
X = matrix("X", n, d, doc="one sample per row")
y = vector("y", n, doc="targets")
w = vector("w", d, doc="weights")
sigma = scalar("sigma", latex=r"\sigma", assume="positive", doc="standard deviation of the noise")
nu = scalar("nu", latex=r"\nu", assume="positive", doc="standard deviation of the prior")
lam = scalar("lam", latex=r"\lambda", assume="positive", doc="penalty")

empirical = squared_norm(y - X @ w) / 2
structural = empirical + lam * squared_norm(w) / 2

likelihood = -total(log(exp(-((y - X @ w) ** 2) / (2 * sigma**2)) / sqrt(2 * pi * sigma**2)))
posterior = likelihood - total(log(exp(-(w**2) / (2 * nu**2)) / sqrt(2 * pi * nu**2)))

risk = substitute(structural, {lam: sigma**2 / nu**2})
constant, constant_of_prior = n * log(2 * pi * sigma**2) / 2, d * log(2 * pi * nu**2) / 2
written, written_with_prior = empirical / sigma**2 + constant, risk / sigma**2 + constant + constant_of_prior

with derivation(likelihood, title="−log likelihood: the empirical risk over σ², and a constant") as first:
    first.line(written, by="the logarithm of a product")

with derivation(
    posterior, title="−log posterior: the structural risk over σ² with λ = σ²/ν², and a constant"
) as second:
    second.line(written_with_prior, by="the logarithm of a product")

most_likely = derive(likelihood, wrt=w, name="likelihood")
most_probable = derive(posterior, wrt=w, name="posterior")

u = vector("u", d, doc="other weights")


def gain(of: Node) -> Node:
    """How much more it is for u than for w."""
    return substitute(of, {w: u}) - of


with argument("Between two weights the constants cancel") as between:
    between.equal(gain(empirical) / sigma**2, gain(written), by="without a prior")
    between.equal(gain(risk) / sigma**2, gain(written_with_prior), by="with a prior")

a, b, c = scalar("a"), scalar("b"), scalar("c", assume="positive")
p, q = scalar("p", assume="positive"), scalar("q", assume="positive")
with argument(
    "One order of all weights", note="By risk (a and b), by −log density (ca and cb), and by density."
) as order:
    order.at_least(c * a, c * b, by="c = 1/σ² is positive", given=[a - b], margin=c * (a - b))
    order.at_least(a, b, by="and the other way round", given=[c * a - c * b], margin=(c * a - c * b) / c)
    order.at_least(exp(-a), exp(-b), by="exp(−·) falls", given=[b - a])
    order.at_most(-log(q), -log(p), by="−log falls", given=[q - p])

chapter(first, second, most_likely, most_probable, between, order, source="L8")
