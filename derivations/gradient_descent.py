"""Gradient descent for least squares: the step, and what decides between converging and diverging.

The step D has the least value of the linear part of the cost and ‖D‖²/(2η): it goes against the gradient. With V where
the gradient vanishes, a step leaves (I − ηH)(W − V) of the error W − V. Along the eigenvectors of H, which are the
columns of Q, each part of the error is multiplied by its own factor 1 − ηλ. A factor is less than 1 in size for
0 < η < 2/λ, all of them are for 0 < η < 2/L with the largest eigenvalue L. From 2/L on, the part along that eigenvector
does not fall. The smallest eigenvalue has the factor nearest to 1, and decides how long it all takes.
"""

from symnn import (
    Condition,
    Identity,
    argument,
    chapter,
    derivation,
    derive,
    diag,
    dims,
    matrix,
    ones,
    scalar,
    squared_norm,
    substitute,
    transpose,
    vector,
)
from symnn.algebra.nodes import as_node

n, d = dims("n d")
X = matrix("X", n, d + 1, doc="one sample per row, its first entry 1")
W = vector("W", d + 1, doc="weights")
D = vector("D", d + 1, doc="step")
V = vector("V", d + 1, doc="weights where the gradient is zero")
Y = vector("Y", n, doc="targets")
eta = scalar("eta", latex=r"\eta", assume="positive", doc="length of the step")
Q = matrix("Q", d + 1, d + 1, assume="orthogonal", doc="eigenvectors of H as columns")
lam = vector("lam", d + 1, latex=r"\lambda", doc="eigenvalues of H")
E = vector("E", d + 1, doc="error W − V")

cost = squared_norm(X @ W - Y) / (2 * n)
gradient = derive(cost, wrt=W)
g, H = gradient.gradient, gradient.hessian

linear_part = derive(transpose(g) @ D + squared_norm(D) / (2 * eta), wrt=D, name="step")
step = linear_part.solve()

with derivation(step.value, title="The step goes against the gradient") as against:
    against.line(-eta * g, by="∇C = (1/n)Xᵀ(XW − Y)")

at_zero = substitute(g, {W: V})
with derivation((W - V) - eta * (g - at_zero), title="What a step leaves of the error, since ∇C(V) = 0") as error:
    error.line((Identity(d + 1) - eta * H) @ (W - V), by="∇C(W) − ∇C(V) = H(W − V)")

with derivation(Q.T @ (E - eta * Q @ diag(lam) @ Q.T @ E), title="Along the eigenvectors of H = Q diag(λ) Qᵀ") as parts:
    parts.line((ones(d + 1) - eta * lam) * (Q.T @ E), by="QᵀQ = I")

mu = scalar("mu", latex=r"\mu", assume="positive", doc="one of the eigenvalues")
with argument("A factor below 1, and one that is not") as factors:
    below, beyond = as_node(2 / mu - eta), eta * mu - 2
    factors.at_most(
        (1 - eta * mu) ** 2,
        1,
        by="0 < η < 2/μ",
        given=[Condition("positive", below)],
        margin=eta * mu**2 * below,
        strict=True,
    )
    factors.at_least((1 - eta * mu) ** 2, 1, by="η ≥ 2/μ", given=[beyond], margin=eta * mu * beyond)

chapter(gradient, linear_part, step, against, error, parts, factors, source="B8")
