"""Least squares: gradient, normal equations, closed form.

The sum of squared residuals of a linear model, with one sample per row. The slides keep one sample per column;
their formulas are judged here as the author's lines, and their closed form is proved equal to ours.
"""

from symnn import (
    Condition,
    argument,
    chapter,
    derivation,
    derive,
    dims,
    inv,
    matrix,
    squared_norm,
    substitute,
    vector,
)

n, d = dims("n d")
X = matrix("X", n, d, doc="one sample per row")
y = vector("y", n, doc="targets")
w = vector("w", d, doc="weights")

cost = squared_norm(y - X @ w) / 2

gradient = derive(cost, wrt=w)
minimum = gradient.solve()

A = matrix("A", d, n, doc="one sample per column, as on the slides")
with derivation(squared_norm(y - A.T @ w) / 2, wrt=w, title="Samples as columns") as slides:
    slides.line(-A @ (y - A.T @ w), by="the slides")
    slides.line(A @ A.T @ w - A @ y, by="multiply out")

with derivation(substitute(inv(A @ A.T) @ A @ y, {A: X.T}), title="Both closed forms are equal") as same:
    same.line(minimum.value, by="A = Xᵀ")

best = minimum.value
with argument("No other weights have a smaller cost") as least:
    least.at_least(
        cost,
        substitute(cost, {w: best}),
        by="the residual at the minimum is orthogonal to the columns of X",
        given=[Condition("full column rank", X)],
        margin=squared_norm(X @ (w - best)) / 2,
    )

chapter(gradient, minimum, slides, same, least, source="L1")
