"""Regression on one variable: intercept and slope as quotients of sums.

The two normal equations are solved for both unknowns together. The solution is unique unless all x are equal.
"""

from symnn import chapter, derivation, derive, dim, scalar, squared_norm, total, vector

n = dim("n")
x = vector("x", n, doc="inputs")
y = vector("y", n, doc="targets")
beta0 = scalar("beta0", doc="intercept")
beta1 = scalar("beta1", doc="slope")

cost = squared_norm(y - beta0 - beta1 * x) / 2

gradients = derive(cost, wrt=[beta0, beta1])
minimum = gradients.solve()

denominator = n * total(x**2) - total(x) ** 2

with derivation(minimum.values["beta0"], title="The intercept in sums") as intercept:
    intercept.line((total(x**2) * total(y) - total(x) * total(x * y)) / denominator, by="products of columns as sums")

with derivation(minimum.values["beta1"], title="The slope in sums") as slope:
    slope.line((n * total(x * y) - total(x) * total(y)) / denominator, by="products of columns as sums")

chapter(gradients, minimum, intercept, slope, source="L2")
