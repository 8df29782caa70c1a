"""The perceptron's updates come to an end: Novikoff's bound.

Let the offset be absorbed, so that each sample has a last entry 1, and let the perceptron start at w = 0. Let u be a
unit vector by which every margin yuᵀx is at least γ > 0: the samples are separable. Let R be at least the length of
every sample. Then there are at most R²/γ² updates, whatever their order is.

An update w + yx is made where ywᵀx ≤ 0. It adds at least γ to uᵀw, and at most R² to ‖w‖². After k of them uᵀw is at
least kγ, and ‖w‖² at most kR²: a sum of k steps that is at least k long in one direction, and at most √k in all. Since
uᵀw is at most ‖w‖, k is bounded. The learning rate does not matter: η scales w, and no sign depends on that.

Each assumption is used. A u that is longer than 1 makes γ larger and the bound wrong; so does a start elsewhere.
"""

from symnn import argument, chapter, dim, scalar, squared_norm, transpose, vector
from symnn.algebra.nodes import as_node

d = dim("d")
w = vector("w", d, doc="weights before the update")
x = vector("x", d, doc="the sample that is learned from")
y = scalar("y", assume="signs", doc="its label, −1 or 1")
u = vector("u", d, doc="a unit vector that separates")
gamma = scalar("gamma", latex=r"\gamma", assume="positive", doc="its least margin")
R = scalar("R", assume="positive", doc="the length of the longest sample")
k = scalar("k", assume="nonnegative", doc="how many updates there were so far")
N = scalar("N", assume="positive", doc="how many there are in the end, if any")

along, after = transpose(u) @ w, w + y * x
is_wrong = -(y * (transpose(w) @ x))
is_short = R**2 - squared_norm(x)
is_separated = y * (transpose(u) @ x) - gamma

with argument("One update", note="It is made where ywᵀx ≤ 0.") as update:
    update.at_least(
        transpose(u) @ after,
        along + gamma,
        by="the margin by u is at least γ",
        given=[is_separated],
        margin=is_separated,
    )
    update.equal(
        squared_norm(after), squared_norm(w) + 2 * y * (transpose(w) @ x) + squared_norm(x), by="multiply out, y² = 1"
    )
    update.at_most(
        squared_norm(after),
        squared_norm(w) + R**2,
        by="ywᵀx ≤ 0 and ‖x‖ ≤ R",
        given=[is_wrong, is_short],
        margin=2 * is_wrong + is_short,
    )

has_grown, is_bounded = along - k * gamma, k * R**2 - squared_norm(w)

with argument("k updates", note="For k = 0 both hold with w = 0; these are the steps from k to k + 1.") as induction:
    induction.at_least(
        transpose(u) @ after,
        (k + 1) * gamma,
        by="one update more",
        given=[has_grown, is_separated],
        margin=has_grown + is_separated,
    )
    induction.at_most(
        squared_norm(after),
        (k + 1) * R**2,
        by="one update more",
        given=[is_bounded, is_wrong, is_short],
        margin=is_bounded + 2 * is_wrong + is_short,
    )

has_ended, is_within, is_unit = along - N * gamma, N * R**2 - squared_norm(w), as_node(1) - squared_norm(u)
crossed = squared_norm(u @ transpose(w) - w @ transpose(u)) / 2
further = has_ended**2 + 2 * N * gamma * has_ended

with argument("The bound", note="Of N updates.") as bound:
    bound.equal(squared_norm(u) * squared_norm(w) - along**2, crossed, by="Lagrange's identity")
    bound.at_most(along**2, squared_norm(w), by="‖u‖ = 1", given=[is_unit], margin=crossed + is_unit * squared_norm(w))
    bound.at_most((N * gamma) ** 2, along**2, by="Nγ ≤ uᵀw", given=[has_ended], margin=further)
    bound.at_most(
        (N * gamma) ** 2,
        N * R**2,
        by="the three together",
        given=[has_ended, is_unit, is_within],
        margin=further + crossed + is_unit * squared_norm(w) + is_within,
    )
    rest = N * R**2 - (N * gamma) ** 2
    bound.at_most(N, R**2 / gamma**2, by="divide by Nγ²", given=[rest], margin=rest / (N * gamma**2))

chapter(update, induction, bound, source="L11")
