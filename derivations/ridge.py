"""Ridge regression: gradient, normal equations, closed form.

A penalty on the squared weights makes the normal equations solvable whatever the data are, for every λ > 0. A larger
penalty leads to shorter weights, and to larger residuals of the training samples.
"""

from symnn import (
    Identity,
    argument,
    chapter,
    derivation,
    derive,
    dims,
    inv,
    matrix,
    scalar,
    squared_norm,
    substitute,
    vector,
)

n, d = dims("n d")
X = matrix("X", n, d, doc="one sample per row")
y = vector("y", n, doc="targets")
w = vector("w", d, doc="weights")
lam = scalar("lam", latex=r"\lambda", assume="positive", doc="penalty")

cost = squared_norm(y - X @ w) / 2 + lam * squared_norm(w) / 2

gradient = derive(cost, wrt=w)
minimum = gradient.solve()

with derivation(cost, wrt=w, title="By hand") as by_hand:
    by_hand.line(-X.T @ (y - X @ w) + lam * w, by="chain rule")
    by_hand.line((X.T @ X + lam * Identity(d)) @ w - X.T @ y, by="collect w")

A = matrix("A", d, n, doc="one sample per column, as on the slides")
slides = inv(A @ A.T + lam * Identity(d)) @ A @ y
with derivation(substitute(slides, {A: X.T}), title="The slides' closed form is the same") as same:
    same.line(minimum.value, by="A = Xᵀ")

with argument("No other weights have a smaller cost") as least:
    least.at_least(
        cost,
        substitute(cost, {w: minimum.value}),
        by="the gradient at the minimum is zero",
        margin=(squared_norm(X @ (w - minimum.value)) + lam * squared_norm(w - minimum.value)) / 2,
    )

u = vector("u", d, doc="the best weights for the penalty λ + ε")
epsilon = scalar("epsilon", latex=r"\varepsilon", assume="positive", doc="what is added to the penalty")
best_before = substitute(cost, {w: u}) - cost
best_after = substitute(cost, {lam: lam + epsilon}) - substitute(cost, {w: u, lam: lam + epsilon})
with argument("A larger penalty", note="Let w be best for the penalty λ, and u for λ + ε.") as larger:
    larger.at_most(
        squared_norm(u),
        squared_norm(w),
        by="the two given lines added",
        given=[best_before, best_after],
        margin=2 / epsilon * (best_before + best_after),
    )
    larger.at_least(
        squared_norm(y - X @ u),
        squared_norm(y - X @ w),
        by="the first given line, and shorter weights",
        given=[best_before, best_after],
        margin=2 * best_before + 2 * lam / epsilon * (best_before + best_after),
    )

chapter(gradient, minimum, by_hand, same, least, larger, source="L5")
