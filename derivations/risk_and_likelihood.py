"""Empirical and structural risk, maximum likelihood and maximum a posteriori.

The negative log likelihood and the empirical risk over σ² differ by what has the gradient zero by w, and so do the
negative log posterior and the structural risk over σ² with λ = σ²/ν²: each pair has the same minima, since it puts any
two weights into the same order. So do the densities themselves, in the opposite order: exp and −log are monotone.
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
from symnn.algebra.nodes import Zeros

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

with derivation(likelihood - empirical / sigma**2, wrt=w, title="Likelihood and empirical risk") as first:
    first.line(Zeros(d, 1), by="the difference does not depend on w")

with derivation(posterior - substitute(structural, {lam: sigma**2 / nu**2}) / sigma**2, wrt=w,
                title="Posterior and structural risk") as second:  # fmt: skip
    second.line(Zeros(d, 1), by="the difference does not depend on w")

most_likely = derive(likelihood, wrt=w, name="likelihood")
most_probable = derive(posterior, wrt=w, name="posterior")

u = vector("u", d, doc="other weights")
with argument("Monotone functions keep an order") as monotone:
    a, b = scalar("a"), scalar("b")
    monotone.at_least(exp(-a), exp(-b), by="exp(−·) falls", given=[b - a])
    p, q = scalar("p", assume="positive"), scalar("q", assume="positive")
    monotone.at_most(-log(q), -log(p), by="−log falls", given=[q - p])

risk = substitute(structural, {lam: sigma**2 / nu**2})
pairs = {"Empirical risk and likelihood": (empirical, likelihood), "Structural risk and posterior": (risk, posterior)}
orders = []
for title, (of_risk, of_density) in pairs.items():
    with argument(f"{title}: one order of all weights", note="The density is exp of minus what stands here.") as order:
        more_risk = substitute(of_risk, {w: u}) - of_risk
        less_likely = substitute(of_density, {w: u}) - of_density
        order.at_most(of_density, substitute(of_density, {w: u}), by="its difference is that of the risk over σ²",
                      given=[more_risk], margin=more_risk / sigma**2)  # fmt: skip
        order.at_most(of_risk, substitute(of_risk, {w: u}), by="and the other way round",
                      given=[less_likely], margin=sigma**2 * less_likely)  # fmt: skip
    orders.append(order)

chapter(first, second, most_likely, most_probable, monotone, *orders, source="L8")
