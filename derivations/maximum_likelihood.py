"""Maximum likelihood: normal noise leads to least squares.

The targets are y ~ N(Xw, σ²I). The negative log likelihood is RSS/(2σ²) with RSS = ‖y − Xw‖², plus what does not depend
on w: its gradient by w is that of least squares over σ², and it has the same minimum. By σ the gradient is n/σ³ times
σ² − RSS/n, which is negative below and positive above: the least value is at σ² = RSS/n.
"""

import sympy

from symnn import (
    Equation,
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
    total,
    vector,
)
from symnn.algebra.bridge import from_sympy
from symnn.algebra.nodes import Number

n, d = dims("n d")
pi = from_sympy(sympy.pi)
X = matrix("X", n, d, doc="one sample per row")
y = vector("y", n, doc="targets")
w = vector("w", d, doc="weights")
sigma = scalar("sigma", latex=r"\sigma", assume="positive", doc="standard deviation of the noise")

density = exp(-((y - X @ w) ** 2) / (2 * sigma**2)) / sqrt(2 * pi * sigma**2)
RSS = squared_norm(y - X @ w)
cost = RSS / (2 * sigma**2) + n * log(sigma) + n * log(2 * pi) / 2

with derivation(-total(log(density)), title="The negative log likelihood") as likelihood:
    likelihood.line(cost, by="the logarithm of a product")

by_weights = derive(cost, wrt=w, name="by_weights")
weights = by_weights.solve()

with derivation(by_weights.gradient, title="Least squares over σ²") as over:
    over.line(derive(RSS / 2, wrt=w).gradient / sigma**2, by="the gradient of least squares")

by_deviation = derive(cost, wrt=sigma, name="by_deviation")
with derivation(by_deviation.gradient, title="The variance of the noise") as variance:
    variance.line(n / sigma**3 * (sigma**2 - RSS / n), by="n/σ³ outside")
    variance.line(Equation(variance.proof.line, Number(0)), by="at the least value")
    variance.line(Equation(sigma**2, RSS / n), by="n/σ³ is positive", factor=n / sigma**3)

chapter(likelihood, by_weights, weights, over, by_deviation, variance, source="L6")
