"""Gradient descent on a quadratic: what a step gains, the best step, and Newton's step.

For f(w) = ½wᵀHw + cᵀw with a symmetric H, a step of length η against the gradient g = ∇f(w) leads exactly to
f(w) − η‖g‖² + ½η²gᵀHg. The length with the least value is gᵀg/(gᵀHg), for a positive definite H. After it the new
gradient is orthogonal to g: the path turns by a right angle with each step.

What a step gains is η(1 − ½ηL)‖g‖² + ½η²gᵀ(LI − H)g for every L. Where no eigenvalue of H is greater than L, the second
summand is not negative, and the first is positive for 0 < η < 2/L and g ≠ 0: f falls. (That f falls is printed without
these conditions.) Newton's step −H⁻¹g leads to the minimum from everywhere.
"""

from symnn import (
    Identity,
    chapter,
    derivation,
    derive,
    dim,
    inv,
    matrix,
    quadratic_form,
    scalar,
    squared_norm,
    substitute,
    transpose,
    vector,
)
from symnn.algebra.nodes import Number

d = dim("d")
H = matrix("H", d, d, assume="positive definite", doc="Hessian")
c = vector("c", d)
w = vector("w", d, doc="weights")
eta = scalar("eta", latex=r"\eta", doc="length of the step")
L = scalar("L", doc="at least every eigenvalue of the Hessian")

cost = quadratic_form(w, H) / 2 + transpose(c) @ w

gradient = derive(cost, wrt=w)
minimum = gradient.solve()
g = gradient.gradient

after = substitute(cost, {w: w - eta * g})
with derivation(after, title="After a step") as step:
    step.line(cost - eta * squared_norm(g) + eta**2 * quadratic_form(g, H) / 2, by="expand in η")

with derivation(cost - after, title="What a step gains") as gain:
    gain.line(
        eta * (1 - eta * L / 2) * squared_norm(g) + eta**2 * quadratic_form(g, L * Identity(d) - H) / 2,
        by="expand in η, add and subtract L",
    )

by_length = derive(after, wrt=eta, name="length")
best = by_length.solve()
with derivation(best.value, title="The best length") as length:
    length.line(squared_norm(g) / quadratic_form(g, H), by="g = Hw + c")

to_best = {w: w - length.proof.line * g}
with derivation(substitute(g, to_best).T @ g, title="After a step of the best length, g₊ᵀg") as angle:
    angle.line(Number(0), by="g₊ = g − ηHg, ηgᵀHg = gᵀg")

with derivation(w - inv(gradient.hessian) @ g, title="Newton's step") as newton:
    newton.line(minimum.value, by="H⁻¹H = I")

chapter(gradient, minimum, gradient.second(), step, gain, by_length, best, length, angle, newton, source=["B8", "S11"])
