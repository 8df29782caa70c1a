"""Maximum likelihood: normal noise leads to least squares.

The targets are y ~ N(Xw, σ²I). The negative log likelihood is RSS/(2σ²) with RSS = ‖y − Xw‖², plus what does not depend
on w: its gradient by w is that of least squares over σ², and it has the same minimum. By σ the gradient is n/σ³ times
σ² − RSS/n, which is negative below and positive above: the least value is at σ² = RSS/n. Fitted residuals are shorter
than the noise is: RSS/n is (n − d)/n of the noise's variance in the mean.
"""

import sympy
from sympy import stats

from symnn import (
    Equation,
    Identity,
    argument,
    chapter,
    derivation,
    derive,
    dims,
    exp,
    inv,
    log,
    matrix,
    scalar,
    sqrt,
    squared_norm,
    substitute,
    total,
    trace,
    vector,
)
from symnn.algebra.bridge import from_sympy
from symnn.algebra.nodes import Number, as_node

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

noise = derive(RSS / n, wrt=w, name="variance")

z = scalar("z", assume="positive")
ratio = RSS / (n * sigma**2)
convex = ratio - 1 - log(ratio)
at_best = substitute(cost, {sigma: sqrt(RSS / n)})
with argument("No other variance is more likely") as most_likely:
    most_likely.at_most(log(z), z - 1, by="the logarithm lies below its tangent at 1")
    most_likely.at_least(cost, at_best, by="the line before for z = RSS/(nσ²)", given=[convex], margin=n * convex / 2)

full = matrix("M", n, d, assume="full column rank", doc="as X, of full column rank")
residuals = Identity(n) - full @ inv(full.T @ full) @ full.T
drawn = vector("e", n, doc="the noise, as it was drawn")
targets = full @ w + drawn
fitted = full @ inv(full.T @ full) @ full.T @ targets
with derivation(squared_norm(targets - fitted), title="The residuals of targets Mw + e") as left:
    left.line(squared_norm(residuals @ drawn), by="(I − H)M = 0: w is fitted whatever it is")
    left.line(drawn.T @ residuals @ drawn, by="(I − H)ᵀ(I − H) = I − H")

with derivation(trace(residuals), title="The trace of I − H") as kept:
    kept.line(trace(Identity(n)) - trace(Identity(d)), by="tr H = d")
    kept.line(as_node(n) - as_node(d), by="n − d entries of the noise are left")

deviation = sympy.Symbol("sigma", positive=True)
first, second = (stats.Normal(name, 0, deviation) for name in ("e1", "e2"))
a, b, c = sympy.symbols("a b c", real=True)
middle = (first + second) / 2
with argument("The mean of RSS/n", note="So that of eᵀ(I − H)e is σ²(n − d); here for two entries.") as shorter:
    shorter.expectation(a * first**2 + 2 * b * first * second + c * second**2, deviation**2 * (a + c),
                        by="the mean of eᵀAe is σ² tr A")  # fmt: skip
    rss = (first - middle) ** 2 + (second - middle) ** 2
    shorter.expectation(rss / 2, deviation**2 / 2, by="two samples of one unknown mean, d = 1")

chapter(likelihood, by_weights, weights, over, by_deviation, variance, noise, most_likely, left, kept,
        shorter, source="L6")  # fmt: skip
