"""The closed form of least squares and the hat matrix.

The fitted values are H·Y with the hat matrix H, a projection whose trace is the number of weights.
"""

from symnn import chapter, derivation, derive, dims, inv, matrix, squared_norm, trace, transpose, vector

n, d = dims("n d")
X = matrix("X", n, d + 1, assume="full column rank", doc="one sample per row, its first entry 1")
W = vector("W", d + 1, doc="weights, the intercept first")
Y = vector("Y", n, doc="targets")

cost = squared_norm(X @ W - Y) / (2 * n)

gradient = derive(cost, wrt=W)
minimum = gradient.solve()

H = X @ inv(X.T @ X) @ X.T

with derivation(X @ minimum.value, title="Fitted values") as fitted:
    fitted.line(H @ Y, by="H = X(XᵀX)⁻¹Xᵀ")

with derivation(H @ H, title="The hat matrix is idempotent") as idempotent:
    idempotent.line(H, by="(XᵀX)⁻¹XᵀX = I")

with derivation(transpose(H), title="The hat matrix is symmetric") as symmetric:
    symmetric.line(H, by="(XᵀX)⁻¹ is symmetric")

with derivation(trace(H), title="The trace of the hat matrix") as weights:
    weights.line(trace(inv(X.T @ X) @ X.T @ X), by="tr(AB) = tr(BA)")
    weights.line(d + 1, by="the trace of the identity")

chapter(gradient, minimum, fitted, idempotent, symmetric, weights, source="B2")
