"""Separable or not: what shows either.

Samples are separable where some w and b make every margin yᵢ(wᵀxᵢ + b) positive: such w and b show it. That there are
none is shown by weights α ≥ 0 of the samples, not all zero, with ∑ αᵢyᵢxᵢ = 0 and ∑ αᵢyᵢ = 0: then the margins of all w
and b, weighted by α, add up to zero, so that they are not all positive. In words: some mean of the samples of one label
is a mean of the samples of the other. For the exclusive or, all α may be 1: the middle of each diagonal is the same.

A pass over samples that are not separable finds one that is wrong, whatever w and b are: without a cap on the passes,
the perceptron never ends.
"""

from symnn import chapter, derivation, derive, dims, matrix, scalar, transpose, vector

n, d = dims("n d")
X = matrix("X", n, d, doc="one sample per row")
y = vector("y", n, assume="signs", doc="labels, −1 or 1")
alpha = vector("alpha", n, latex=r"\alpha", assume="nonnegative", doc="weights of the samples")
w, b = vector("w", d), scalar("b")

weighted = transpose(alpha) @ (y * (X @ w + b))
sums = derive(weighted, wrt=[w, b], name="weighted_margins")

with derivation(weighted, title="Margins, weighted and added") as added:
    added.line(transpose(X.T @ (alpha * y)) @ w + (transpose(alpha) @ y) * b, by="collect w and b")

four_margins = "-b + (w2 + b) + (w1 + b) - (w1 + w2 + b)"
with derivation(four_margins, title="The margins at (0, 0), (0, 1), (1, 0), (1, 1), labels − + + −") as exclusive_or:
    exclusive_or.line("(1 - 1)*w1 + (1 - 1)*w2 + (-1 + 1 + 1 - 1)*b", by="collect w₁, w₂ and b")
    exclusive_or.line("0", by="each bracket is zero")

chapter(sums, added, exclusive_or, source="L10")
