"""The sigmoid and one layer of it: σ′ = σ(1 − σ), and the gradients of the mean squared error.

The derivative of σ is found by SymPy from σ(x) = 1/(1 + e⁻ˣ), and the form through σ by linear algebra; no derivative
is written down here.
"""

from symnn import chapter, derivation, derive, dims, matrix, mean, scalar, sigmoid, total, vector

n, d = dims("n d")
z = scalar("z")
X = matrix("X", n, d, doc="one sample per row")
y = vector("y", n, doc="targets")
w = vector("w", d, doc="weights")
b = scalar("b", doc="bias")

derivative = derive(sigmoid(z), wrt=z, name="sigmoid")

a = sigmoid(X @ w + b)
layer = derive(mean((a - y) ** 2) / 2, wrt=[w, b], name="layer")

delta = (a - y) * a * (1 - a)
with derivation(mean((a - y) ** 2) / 2, wrt=[w, b], title="The book's gradients, averaged over the samples") as book:
    book.line((X.T @ delta / n, total(delta) / n), by="the book")

chapter(derivative, layer, book, source="B13")
