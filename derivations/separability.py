"""Separable or not: what shows either.

Samples are separable where some w and b make every margin yᵢ(wᵀxᵢ + b) positive: such w and b show it. That there are
none is shown by weights α ≥ 0 of the samples, not all zero, with ∑ αᵢyᵢxᵢ = 0 and ∑ αᵢyᵢ = 0: then the margins of all w
and b, weighted by α, add up to zero; if all were at least γ > 0, their sum would be at least γ ∑ αᵢ > 0. In words: some
mean of the samples of one label is a mean of the samples of the other. For the exclusive or, all α may be 1: both
diagonals have one middle.

Then the least margin is never positive, whatever w and b are: every pass over the samples updates, and without a cap on
the passes the perceptron never ends.
"""

from symnn import argument, chapter, derivation, derive, dims, matrix, ones, scalar, total, transpose, vector

n, d = dims("n d")
X = matrix("X", n, d, doc="one sample per row")
y = vector("y", n, assume="signs", doc="labels, −1 or 1")
alpha = vector("alpha", n, latex=r"\alpha", assume="nonnegative", doc="weights of the samples")
w, b = vector("w", d), scalar("b")

weighted = transpose(alpha) @ (y * (X @ w + b))
sums = derive(weighted, wrt=[w, b], name="weighted_margins")

with derivation(weighted, title="Margins, weighted and added") as added:
    added.line(transpose(X.T @ (alpha * y)) @ w + (transpose(alpha) @ y) * b, by="collect w and b")

gamma = scalar("gamma", latex=r"\gamma", assume="positive", doc="at most every margin")
spare = y * (X @ w + b) - gamma * ones(n)
with argument("Separable samples have no such weights", note="Where the left side is zero, all α are.") as none:
    none.at_least(
        transpose(X.T @ (alpha * y)) @ w + (transpose(alpha) @ y) * b,
        gamma * total(alpha),
        by="every margin is at least γ",
        given=[spare],
        margin=transpose(alpha) @ spare,
    )

w1, w2, least = scalar("w1"), scalar("w2"), scalar("m", doc="at most each of the four margins")
margins = [-b, w2 + b, w1 + b, -(w1 + w2 + b)]
title = "Exclusive or: margins at (0, 0), (0, 1), (1, 0), (1, 1), labels − + + −"
with derivation(margins[0] + margins[1] + margins[2] + margins[3], title=title) as exclusive_or:
    exclusive_or.line("(1 - 1)*w1 + (1 - 1)*w2 + (-1 + 1 + 1 - 1)*b", by="collect w₁, w₂ and b")
    exclusive_or.line("0", by="each bracket is zero")

over = [margin - least for margin in margins]
note = "Whatever w₁, w₂ and b are, the least margin is at most 0."
with argument("Exclusive or: each pass updates", note=note) as wrong:
    wrong.at_most(least, 0, by="their mean is 0", given=over, margin=(over[0] + over[1] + over[2] + over[3]) / 4)

chapter(sums, added, none, exclusive_or, wrong, source="L10")
