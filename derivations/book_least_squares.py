"""Mean squared error: cost, gradient, Hessian.

The book's cost is a mean with one half. Its Hessian is positive definite exactly if the columns of X are independent:
vᵀHv is ‖Xv‖² over n, which is zero where Xv is. (That the Hessian is "always positive", as printed, needs this
assumption.)
"""

from symnn import Condition, argument, chapter, derivation, derive, dims, inv, matrix, squared_norm, transpose, vector
from symnn.algebra.nodes import Zeros

n, d = dims("n d")
X = matrix("X", n, d + 1, doc="one sample per row, its first entry 1")
W = vector("W", d + 1, doc="weights, the intercept first")
Y = vector("Y", n, doc="targets")
v = vector("v", d + 1, doc="any direction")

cost = squared_norm(X @ W - Y) / (2 * n)

gradient = derive(cost, wrt=W)
minimum = gradient.solve()

with derivation(cost, wrt=W, title="The book's gradient") as book:
    book.line((X.T @ X @ W - X.T @ Y) / n, by="the book")

with derivation(transpose(v) @ gradient.hessian @ v, title="The quadratic form of the Hessian") as form:
    form.line(squared_norm(X @ v) / n, by="vᵀXᵀXv = ‖Xv‖²")

wide = matrix("R", n, d + 1, assume="full row rank", doc="as X, with fewer samples than weights")
level = v - wide.T @ inv(wide @ wide.T) @ wide @ v
with argument("The Hessian is semi-definite, and definite for full column rank") as definite:
    definite.semidefinite(gradient.hessian, by="vᵀHv = ‖Xv‖²/n", along=v, margin=squared_norm(X @ v) / n)
    definite.equal(wide @ level, Zeros(n, 1), by="fewer samples than weights: Hv = 0 for these v ≠ 0")
    definite.equal(
        inv(X.T @ X) @ X.T @ (X @ v),
        v,
        by="(XᵀX)⁻¹XᵀX = I: where Xv = 0, v is zero, too",
        given=[Condition("full column rank", X)],
    )

chapter(gradient, minimum, book, gradient.second(), form, definite, source="B1")
