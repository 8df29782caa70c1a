"""Regression on one variable: intercept and slope as quotients of sums.

The two normal equations are solved for both unknowns together. The denominator n∑x² − (∑x)² is n∑(x − x̄)²: it is zero
where all x are equal, and only there. Then every line through that x and the mean of y has the least cost.
"""

from symnn import argument, chapter, derivation, derive, dim, ones, scalar, squared_norm, substitute, total, vector
from symnn.algebra.nodes import as_node

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

with argument("The denominator") as spread:
    deviations = squared_norm(x - total(x) / n)
    spread.equal(denominator, n * deviations, by="the mean of x taken off")
    spread.at_least(denominator, 0, by="a sum of squares", margin=n * deviations)

c = scalar("c", doc="the value of every x")
t = scalar("t", doc="a change of the slope")
same_x = {x: c * ones(n)}
with derivation(substitute(denominator, same_x), title="All x equal: no denominator") as zero:
    zero.line(as_node(0), by="n∑c² = (∑c)²")

turned = substitute(cost, {**same_x, beta0: beta0 - c * t, beta1: beta1 + t})
with derivation(turned, title="All x equal: lines turned about x = c cost the same") as degenerate:
    degenerate.line(substitute(cost, same_x), by="the line at x = c is where it was")

chapter(gradients, minimum, intercept, slope, spread, zero, degenerate, source="L2")
