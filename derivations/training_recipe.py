"""The training recipe: what a checklist of a network compares with.

Inputs that are shifted by their mean and divided by their deviation have mean 0 and mean square 1. A softmax of equal
scores costs ln k whatever the labels are, so that is the loss at the start of a network that knows nothing; the
gradient by the last bias is then the difference of 1/k and the share of each class. On samples that a linear layer
separates, all margins grow with the length of the weights, and the loss falls to zero: a small part can be learned by
heart. Gradient descent on a quadratic moves each weight, in the directions of the Hessian, by the part 1 − (1 − ηh)ᵗ of
its way in t steps: stopping early leaves the directions of little curvature h near the start, as a penalty does.
"""

import sympy

from symnn import argument, chapter, derivation, dim, log, mean, ones, scalar, vector
from symnn.algebra.nodes import as_node

m, k = dim("m"), dim("k")
x = vector("x", m, doc="one input, of all samples")
deviation = scalar("s", assume="positive", doc="its deviation")

with derivation(mean(x - mean(x) * ones(m)), title="A shifted input has mean 0") as shifted:
    shifted.line(mean(x) - mean(x), by="the mean of a sum")
    shifted.line(mean(x) * 0, by="equal terms")
with derivation(mean(((x - mean(x) * ones(m)) / deviation) ** 2), title="A scaled input") as scaled:
    scaled.line(mean((x - mean(x) * ones(m)) ** 2) / deviation**2, by="1, where s² is the mean square of the rest")

equal = "np.outer(c, np.ones(k))"
shapes, one_hot = {"c": ("m",), "Y": ("m", "k")}, {"Y": "onehot rows"}
loss = f"np.sum(logsumexp({equal}, axis=1) - np.sum(Y * {equal}, axis=1)) / m"
with derivation(loss, shapes=shapes, assume=one_hot, title="Equal scores cost ln k") as guessing:
    guessing.line(log(as_node(k)), by="log k·eᶜ = c + log k, and a row of Y has the sum 1")

scores = f"np.sum(softmax({equal}, axis=1) - Y, axis=0) / m"
with derivation(scores, shapes=shapes, assume=one_hot, title="The gradient by the last bias at equal scores") as shares:
    shares.line("np.ones(k) / k - np.sum(Y, axis=0) / m", by="a softmax of equal scores is 1/k; then shares of classes")

margin, length = sympy.symbols("gamma t", positive=True)
cost = sympy.log(1 + sympy.exp(-length * margin))
with argument(
    "Samples that a linear layer separates",
    note="With weights t times as long, a margin γ > 0 is tγ, and costs log(1 + e⁻ᵗᵞ).",
) as separable:
    slope = -margin / (1 + sympy.exp(length * margin))
    separable.sympy(sympy.Derivative(cost, length), slope, by="negative: longer weights cost less")
    separable.sympy(sympy.Limit(cost, length, sympy.oo), 0, by="and in the limit nothing")

target, h, eta = scalar("target"), scalar("h", doc="curvature"), scalar("eta", latex=r"\eta", doc="learning rate")
kept = scalar("kept", doc="(1 − ηh)ᵗ, the part of the way that t steps leave")
steps, excess, curvature, rate = sympy.symbols("t p h eta", positive=True)
with argument("Stopping early", note="In one direction, f = ½h(w − target)², and w begins at 0.") as stopping:
    after = (1 - kept) * target
    stopping.equal(
        after - eta * h * (after - target), (1 - kept * (1 - eta * h)) * target, by="a step multiplies what is left"
    )
    stopping.sympy(sympy.Limit((1 / (1 + excess)) ** steps, steps, sympy.oo), 0, by="0 < ηh < 1: nothing is left")
    stopped, penalised = 1 - (1 - rate * curvature) ** steps, curvature / (curvature + 1 / (rate * steps))
    stopping.sympy(
        sympy.Limit(stopped / penalised, curvature, 0), 1, by="little curvature: as far as with a penalty of 1/(ηt)"
    )

chapter(shifted, scaled, guessing, shares, separable, stopping, source="S14")
