"""Maximum a posteriori: a normal prior leads to ridge regression.

The targets are y ~ N(Xw, σ²I), and the weights have the prior w ~ N(0, ν²I). The negative log posterior is, but for
the probability of the data, ‖y − Xw‖²/(2σ²) + ‖w‖²/(2ν²) plus what does not depend on w: that is 1/σ² times the cost of
ridge regression with λ = σ²/ν². (It is printed as proportional; but the difference is constant, and the ratio is not.)
The posterior is normal: its mean is the most probable w, and the probability of the data, by which it is divided, is an
integral over all w. (It is printed as a sum; but there are no steps in w.)
"""

import sympy

from symnn import (
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
    transpose,
    vector,
)
from symnn.algebra.bridge import from_sympy

n, d = dims("n d")
pi = from_sympy(sympy.pi)
X = matrix("X", n, d, doc="one sample per row")
y = vector("y", n, doc="targets")
w = vector("w", d, doc="weights")
sigma = scalar("sigma", latex=r"\sigma", assume="positive", doc="standard deviation of the noise")
nu = scalar("nu", latex=r"\nu", assume="positive", doc="standard deviation of the prior")
lam = scalar("lam", latex=r"\lambda", assume="positive", doc="penalty")

noise = exp(-((y - X @ w) ** 2) / (2 * sigma**2)) / sqrt(2 * pi * sigma**2)
prior = exp(-(w**2) / (2 * nu**2)) / sqrt(2 * pi * nu**2)
constant = n * log(2 * pi * sigma**2) / 2 + d * log(2 * pi * nu**2) / 2
cost = squared_norm(y - X @ w) / (2 * sigma**2) + squared_norm(w) / (2 * nu**2) + constant

with derivation(-total(log(noise)) - total(log(prior)), title="The negative log posterior") as posterior:
    posterior.line(cost, by="the logarithm of a product")

gradient = derive(cost, wrt=w)
minimum = gradient.solve()

penalised = squared_norm(y - X @ w) / 2 + lam * squared_norm(w) / 2
with derivation(cost - constant, title="Ridge regression over σ²") as over:
    over.line(substitute(penalised, {lam: sigma**2 / nu**2}) / sigma**2, by="λ = σ²/ν²")

ridge = derive(penalised, wrt=w, name="ridge")
closed_form = ridge.solve()
with derivation(minimum.value, title="The closed form of ridge regression") as same:
    same.line(substitute(closed_form.value, {lam: sigma**2 / nu**2}), by="λ = σ²/ν²")

precision = X.T @ X / sigma**2 + Identity(d) / nu**2
best = inv(precision) @ X.T @ y / sigma**2
a, z = sympy.Symbol("a", positive=True), sympy.Symbol("z", real=True)
with argument("The posterior is normal, with the mean w* = A⁻¹Xᵀy/σ² for A = XᵀX/σ² + I/ν²") as normal:
    normal.equal(best, minimum.value, by="the most probable weights")
    normal.equal(
        cost - substitute(cost, {w: best}), transpose(w - best) @ precision @ (w - best) / 2, by="complete the square"
    )
    normal.at_least(
        cost,
        substitute(cost, {w: best}),
        by="a sum of squares",
        margin=squared_norm(X @ (w - best)) / (2 * sigma**2) + squared_norm(w - best) / (2 * nu**2),
    )
    normal.sympy(
        sympy.Integral(sympy.exp(-a * z**2 / 2), (z, -sympy.oo, sympy.oo)),
        sympy.sqrt(2 * sympy.pi / a),
        by="what the posterior of one weight is divided by, a = A",
    )

chapter(posterior, gradient, minimum, over, ridge, closed_form, same, normal, source="L7")
