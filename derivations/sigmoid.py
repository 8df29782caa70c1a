"""The sigmoid and one layer of it: σ′ = σ(1 − σ), and the gradients of the mean squared error.

The derivative of σ is found by SymPy from σ(x) = 1/(1 + e⁻ˣ), and the form through σ by linear algebra; no derivative
is written down here. Its values lie between 0 and 1, and it comes as near to both as one likes: it cannot give any real
number.
"""

import sympy

from symnn import argument, chapter, derivation, derive, dims, exp, matrix, mean, scalar, sigmoid, total, vector

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

e = exp(-z)
x = sympy.Symbol("x", real=True)
with argument("The range of the sigmoid") as bounds:
    bounds.at_least(1 / (1 + e), 0, by="e⁻ᶻ > 0", margin=1 / (1 + e), strict=True)
    bounds.at_most(1 / (1 + e), 1, by="1 < 1 + e⁻ᶻ", margin=e / (1 + e), strict=True)
    bounds.equal(sigmoid(z), 1 / (1 + e), by="what σ is")
    bounds.sympy(sympy.Limit(1 / (1 + sympy.exp(-x)), x, sympy.oo), 1, by="as near to 1 as one likes")
    bounds.sympy(sympy.Limit(1 / (1 + sympy.exp(-x)), x, -sympy.oo), 0, by="and to 0")

chapter(derivative, bounds, layer, book, source="B13")
