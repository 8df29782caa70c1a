"""Ridge regression with a mean: closed form, and how its λ relates to that of a sum.

The matrix (1/n)XᵀX + λI is invertible for every λ > 0. The solution is that of the sum of squares with nλ in place
of λ.
"""

from symnn import Identity, chapter, derivation, derive, dims, inv, matrix, scalar, squared_norm, substitute, vector

n, d = dims("n d")
X = matrix("X", n, d + 1, doc="one sample per row, its first entry 1")
W = vector("W", d + 1, doc="weights, the intercept first")
Y = vector("Y", n, doc="targets")
lam = scalar("lam", latex=r"\lambda", assume="positive", doc="penalty")

cost = squared_norm(X @ W - Y) / (2 * n) + lam * squared_norm(W) / 2

gradient = derive(cost, wrt=W)
minimum = gradient.solve()

with derivation(minimum.value, title="The book's closed form") as book:
    book.line(inv(X.T @ X / n + lam * Identity(d + 1)) @ (X.T @ Y / n), by="the book")

summed = derive(squared_norm(X @ W - Y) / 2 + lam * squared_norm(W) / 2, wrt=W).solve()
with derivation(substitute(summed.value, {lam: n * lam}), title="A sum with nλ") as same:
    same.line(minimum.value, by="(XᵀX + nλI)⁻¹ = (1/n)((1/n)XᵀX + λI)⁻¹")

chapter(gradient, minimum, book, same, source="B6")
