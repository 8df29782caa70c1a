"""The perceptron's updates come to an end: Novikoff's bound.

Let u be a unit vector by which every margin yuᵀx is at least γ > 0: the samples are separable. Let R be at least the
length of every sample. Then the perceptron that starts at w = 0 makes at most R²/γ² updates, whatever the order of the
samples and the learning rate η are.

An update w + ηyx is made where ywᵀx ≤ 0. It adds at least ηγ to uᵀw, and at most η²R² to ‖w‖². By induction, after k of
them uᵀw is at least kηγ, and ‖w‖² at most kη²R²: the length grows at most like √k, and its part along u like k. Since
uᵀw is at most ‖w‖, k is bounded; η is on both sides, and leaves the bound.

An offset b is absorbed: it is the last entry of w, and each sample has a last entry 1. Then R² is at least ‖x‖² + 1.

Each assumption is used. A u that is longer than 1 makes γ larger and the bound wrong; so does a start elsewhere.
"""

from symnn import argument, chapter, dim, scalar, squared_norm, transpose, vector
from symnn.algebra.nodes import Zeros, as_node

d = dim("d")
w = vector("w", d, doc="weights before the update")
x = vector("x", d, doc="the sample that is learned from")
y = scalar("y", assume="signs", doc="its label, −1 or 1")
u = vector("u", d, doc="a unit vector that separates")
eta = scalar("eta", latex=r"\eta", assume="positive", doc="learning rate")
gamma = scalar("gamma", latex=r"\gamma", assume="positive", doc="the least margin by u")
R = scalar("R", assume="positive", doc="the length of the longest sample")
k = scalar("k", assume="nonnegative", doc="how many updates there were so far")
N = scalar("N", assume="positive", doc="how many there are in the end, if any")
b, c = scalar("b", doc="offset"), scalar("c", doc="offset of u")

along, after = transpose(u) @ w, w + eta * y * x
is_wrong = -(y * (transpose(w) @ x))
is_short = R**2 - squared_norm(x)
is_separated = y * (transpose(u) @ x) - gamma

with argument("One update", note="It is made where ywᵀx ≤ 0.") as update:
    update.at_least(
        transpose(u) @ after,
        along + eta * gamma,
        by="the margin by u is at least γ",
        given=[is_separated],
        margin=eta * is_separated,
    )
    update.equal(
        squared_norm(after),
        squared_norm(w) + 2 * eta * y * (transpose(w) @ x) + eta**2 * squared_norm(x),
        by="multiply out, y² = 1",
    )
    update.at_most(
        squared_norm(after),
        squared_norm(w) + eta**2 * R**2,
        by="ywᵀx ≤ 0 and ‖x‖ ≤ R",
        given=[is_wrong, is_short],
        margin=2 * eta * is_wrong + eta**2 * is_short,
    )

with argument("With an offset", note="The same, for the samples (x, 1), the weights (w, b) and (u, c).") as offset:
    offset.equal(
        transpose(u) @ after + c * (b + eta * y),
        along + c * b + eta * y * (transpose(u) @ x + c),
        by="the margin by (u, c)",
    )
    offset.equal(
        squared_norm(after) + (b + eta * y) ** 2,
        squared_norm(w) + b**2 + 2 * eta * y * (transpose(w) @ x + b) + eta**2 * (squared_norm(x) + 1),
        by="multiply out, y² = 1",
    )

has_grown, is_bounded = along - k * eta * gamma, k * eta**2 * R**2 - squared_norm(w)

with argument("k updates, by induction", note="From k = 0 at w = 0, each time from k to k + 1.") as induction:
    start = Zeros(d, 1)
    induction.equal(transpose(u) @ start, 0 * eta * gamma, by="k = 0: nothing gone along u")
    induction.equal(squared_norm(start), 0 * eta**2 * R**2, by="k = 0: no length")
    induction.at_least(
        transpose(u) @ after,
        (k + 1) * eta * gamma,
        by="k + 1: one update more",
        given=[has_grown, is_separated],
        margin=has_grown + eta * is_separated,
    )
    induction.at_most(
        squared_norm(after),
        (k + 1) * eta**2 * R**2,
        by="k + 1: one update more",
        given=[is_bounded, is_wrong, is_short],
        margin=is_bounded + 2 * eta * is_wrong + eta**2 * is_short,
    )

has_ended, is_within = along - N * eta * gamma, N * eta**2 * R**2 - squared_norm(w)
is_unit = as_node(1) - squared_norm(u)
crossed = squared_norm(u @ transpose(w) - w @ transpose(u)) / 2
further = has_ended**2 + 2 * N * eta * gamma * has_ended

with argument("The bound", note="Of N updates: (Nηγ)² ≤ (uᵀw)² ≤ ‖w‖² ≤ Nη²R².") as bound:
    bound.equal(squared_norm(u) * squared_norm(w) - along**2, crossed, by="Lagrange's identity")
    bound.at_most(along**2, squared_norm(w), by="‖u‖ = 1", given=[is_unit], margin=crossed + is_unit * squared_norm(w))
    bound.at_most((N * eta * gamma) ** 2, along**2, by="Nηγ ≤ uᵀw", given=[has_ended], margin=further)
    bound.at_most(
        (N * eta * gamma) ** 2,
        N * eta**2 * R**2,
        by="the three together",
        given=[has_ended, is_unit, is_within],
        margin=further + crossed + is_unit * squared_norm(w) + is_within,
    )
    rest = N * eta**2 * R**2 - (N * eta * gamma) ** 2
    bound.at_most(N, R**2 / gamma**2, by="divide by Nη²γ²", given=[rest], margin=rest / (N * eta**2 * gamma**2))

chapter(update, offset, induction, bound, source="L11")
