"""Polynomial curve fitting: the normal equations in sums of powers.

A polynomial of degree m is linear in its coefficients: column i of the design matrix holds the powers xⁱ, so the closed
form of least squares applies as it stands. The entries of the normal equations are sums of powers of the inputs.
"""

from symnn import chapter, derivation, derive, dims, matrix, squared_norm, total, vector

n, m, i, j = dims("n m i j")
Phi = matrix("Phi", n, m + 1, latex=r"\Phi", doc="powers of the inputs: entry (k, i) is the i-th power of input k")
t = vector("t", n, doc="targets")
w = vector("w", m + 1, doc="coefficients, constant term first")
x = vector("x", n, doc="inputs")

error = squared_norm(Phi @ w - t) / 2

gradient = derive(error, wrt=w)
minimum = gradient.solve()

with derivation((x**i).T @ x**j, title="Entry (i, j) of the matrix") as entry:
    entry.line(total(x**i * x**j), by="product of columns")
    entry.line(total(x ** (i + j)), by="powers of one base")

with derivation((x**i).T @ t, title="Entry i of the right side") as right_side:
    right_side.line(total(x**i * t), by="product of columns")

chapter(gradient, minimum, gradient.second(), entry, right_side, source=["L3", "L4", "B5"])
