"""Ridge regression: gradient, normal equations, closed form.

A penalty on the squared weights makes the normal equations solvable whatever the data are, for every λ > 0.
"""

from symnn import Identity, chapter, derivation, derive, dims, inv, matrix, scalar, squared_norm, substitute, vector

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

chapter(gradient, minimum, by_hand, same, source="L5")
