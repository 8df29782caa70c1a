"""Feature maps: circles that no line separates become lines.

By φ(x) = x ⊙ x, in the plane φ(x₁, x₂) = (x₁², x₂²), the circle of radius r round the origin becomes the line with the
weights (1, 1) and the offset −r²: a linear layer on φ(x) tells the inside from the outside. On x itself none does: at x
and −x its values have the mean b, so that the values on each circle round the origin have the mean b; to tell two of
them apart, the mean would have to be negative on one and positive on the other.

In the layer nothing changes but what it is given: it is linear in its weights, and the gradient has the rows φ(xᵢ) in
the place of xᵢ. With a bag of many features the gradient by each weight is the sum of the samples' errors times that
feature, so that what tells nothing of the errors gets no weight.
"""

from symnn import (
    argument,
    chapter,
    derivation,
    derive,
    dims,
    exp,
    log,
    matrix,
    ones,
    scalar,
    squared_norm,
    total,
    transpose,
    vector,
)

n, d, k = dims("n d k")
x, w = vector("x", d, doc="a point"), vector("w", d, doc="weights")
b, r = scalar("b", doc="offset"), scalar("r", doc="radius")

with derivation(squared_norm(x) - r**2, title="A circle is a line in the squares") as circle:
    circle.line(transpose(ones(d)) @ x**2 - r**2, by="φ(x) = x ⊙ x, weights 1, offset −r²")

with derivation(((transpose(w) @ x + b) + (transpose(w) @ -x + b)) / 2, title="A line at opposite points") as mean:
    mean.line(b, by="the mean at two opposite points is the offset")

z, gamma = vector("z", d, doc="a point of another circle"), scalar("gamma", latex=r"\gamma", doc="a margin")
there, here = ((transpose(w) @ point + b, transpose(w) @ -point + b) for point in (z, x))
outside, inside = [value - gamma for value in there], [-gamma - value for value in here]
note = "Let the values at z and −z be at least γ, and those at x and −x at most −γ: then γ is not positive."
with argument("No line separates circles round one centre", note=note) as none:
    none.at_least(b, gamma, by="the mean at z and −z", given=outside, margin=(outside[0] + outside[1]) / 2)
    none.at_most(b, -gamma, by="the mean at x and −x", given=inside, margin=(inside[0] + inside[1]) / 2)
    margin = (outside[0] + outside[1] + inside[0] + inside[1]) / 4
    none.at_most(gamma, 0, by="γ ≤ b ≤ −γ", given=[*outside, *inside], margin=margin)

X = matrix("X", n, d, doc="one sample per row")
y = vector("y", n, assume="signs", doc="labels, −1 or 1")
Phi = matrix("Phi", n, k, latex=r"\Phi", doc="one row of features per sample")
v = vector("v", k, doc="weights of the features")

bag = derive(total(log(1 + exp(-(y * (Phi @ v + b))))), wrt=[v, b], name="bag")

chapter(circle, mean, none, bag, source="H1")
