"""Mean squared error: cost, gradient, Hessian.

The book's cost is a mean with one half. Its Hessian is positive definite exactly if the columns of X are independent:
vᵀHv is ‖Xv‖² over n, which is zero where Xv is. (That the Hessian is "always positive", as printed, needs this
assumption.)
"""

from symnn import chapter, derivation, derive, dims, matrix, squared_norm, transpose, vector

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

chapter(gradient, minimum, book, gradient.second(), form, source="B1")
