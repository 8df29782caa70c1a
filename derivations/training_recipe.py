"""The training recipe: what each line of its checklist compares with, and why.

Preprocessing. A column that is shifted by its mean and divided by its deviation has mean 0 and mean square 1. The mean
squared error of one weight and a bias then is equally curved in both, and one step of length 1 ends at its minimum.

The loss at the start. Equal scores cost ln k whatever the labels are, and where the classes are equally frequent no
other scores that are the same for all samples cost less. The gradient by the last bias is then the difference of 1/k
and the share of each class.

A small part. Where the rows of X are linearly independent, a linear layer gives any scores to them; t times the labels
cost ln(1 + (k − 1)e⁻ᵗ), which falls to 0. So few samples can be learned by heart, and a network that cannot is wrong.

The learning rate. In a direction of the curvature h, a step multiplies the loss by (1 − ηh)²: it falls for ηh < 2.

Shuffling. In random order every sample is as likely at every place. In the order of the classes a batch is of one
class, and its gradient by the last bias has the squared length 1 − 1/k where that of all samples is 0.

Gradient noise. The mean of b gradients of variance v has the variance v/b. With a constant rate the weight does not
come to rest: its variance tends to ηv/(bh(2 − ηh)), which a larger batch or a smaller rate makes small.

Early stopping. From 0, t steps go the part 1 − (1 − ηh)ᵗ of the way, and a penalty ½λw² leaves the part h/(h + λ) of
it. For little curvature both are the same with λ = 1/(ηt): the directions that the data hardly tell stay near 0.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations

import sympy
from sympy import stats

from symnn import (
    Condition,
    Node,
    argument,
    chapter,
    derivation,
    derive,
    dim,
    exp,
    inv,
    log,
    matrix,
    mean,
    ones,
    scalar,
    total,
    vector,
)
from symnn.algebra.nodes import as_node

m, d, k = dim("m"), dim("d"), dim("k")

# --- preprocessing --------------------------------------------------------------------------------------------------

x = vector("x", m, doc="one input, of all samples")
shift = mean(x) * ones(m)
rest = x - shift
with derivation(mean(rest), title="A shifted input has mean 0") as shifted:
    shifted.line(mean(x) - mean(x) * total(ones(m)) / m, by="the mean of a difference")
    shifted.line(as_node(0), by="the mean of m ones is 1")
with derivation(mean(rest**2 / mean(rest**2)), title="A scaled input has mean square 1") as scaled:
    scaled.line(mean(rest**2) / mean(rest**2), by="a number comes out of a mean")
    scaled.line(as_node(1), by="s² is the mean square of x − mean")

line = derive("np.sum((w*u + bias - y)**2) / (2*m)", wrt=["w", "bias"], shapes={"u": ("m",), "y": ("m",)}, name="line")
centred = "r = x - np.mean(x); u = r / np.sqrt(np.mean(r**2))"
with derivation(
    f"{centred}; np.sum((w*u + bias - y)**2) / (2*m)",
    wrt=["w", "bias"],
    shapes={"x": ("m",), "y": ("m",)},
    title="Of a scaled input, weight and bias do not disturb each other",
) as apart:
    apart.line([f"{centred}; w - np.mean(u*y)", "bias - np.mean(y)"], by="mean u = 0 and mean u² = 1")

# --- the loss at the start ------------------------------------------------------------------------------------------

equal = "np.outer(c, np.ones(k))"
shapes, one_hot = {"c": ("m",), "Y": ("m", "k")}, {"Y": "onehot rows"}
loss = f"np.sum(logsumexp({equal}, axis=1) - np.sum(Y * {equal}, axis=1)) / m"
with derivation(loss, shapes=shapes, assume=one_hot, title="Equal scores cost ln k") as guessing:
    guessing.line("np.sum(np.log(k*np.exp(c)) - c * np.sum(Y, axis=1)) / m", by="k equal exponentials")
    guessing.line("np.log(k) + np.sum(c * (1 - np.sum(Y, axis=1))) / m", by="the logarithm of a product")
    guessing.line(log(as_node(k)), by="a row of Y has the sum 1")

scores = f"np.sum(softmax({equal}, axis=1) - Y, axis=0) / m"
with derivation(scores, shapes=shapes, assume=one_hot, title="The gradient by the last bias at equal scores") as shares:
    shares.line("np.ones(k) / k - np.sum(Y, axis=0) / m", by="a softmax of equal scores is 1/k; then shares of classes")

guess = vector("z", k, doc="scores that are the same for all samples")
cost_of = "Of k classes with the same number of samples; the cost is log ∑ exp(z) less the mean of z."
with argument("No guess is better", note=cost_of) as best_guess:
    least = as_node(k) * exp(mean(guess))
    best_guess.at_least(total(exp(guess)), least, by="exp is convex: the mean of eᶻ is at least exp of the mean")
    best_guess.equal(log(least) - mean(guess), log(as_node(k)), by="so the cost is at least that of equal scores")

# --- a small part ---------------------------------------------------------------------------------------------------

X = matrix("X", m, d, assume="full row rank", doc="a small part of the samples")
T = matrix("T", m, k, doc="any scores")
with derivation(X @ (X.T @ inv(X @ X.T) @ T), title="Independent samples can be given any scores") as any_scores:
    any_scores.line(T, by="XXᵀ(XXᵀ)⁻¹ = I: W = Xᵀ(XXᵀ)⁻¹T")

t, others = scalar("t"), as_node(k) - 1
told = "np.sum(logsumexp(t*Y, axis=1) - np.sum(Y * (t*Y), axis=1)) / m"
with derivation(told, shapes={"Y": ("m", "k")}, assume=one_hot, title="Scores of t times the labels") as by_heart:
    by_heart.line(log(exp(t) + others) - t, by="one score of a row is t, and the others are 0")
    by_heart.line(log(1 + others * exp(-t)), by="t = log eᵗ")
classes, length = sympy.symbols("k t", positive=True)
with argument("They cost as little as one likes") as falling:
    cost = sympy.log(1 + (classes - 1) * sympy.exp(-length))
    falling.sympy(sympy.Limit(cost, length, sympy.oo), 0, by="e⁻ᵗ falls to 0")

# --- the learning rate ----------------------------------------------------------------------------------------------

w, target = scalar("w"), scalar("target", doc="where the loss is least")
h = scalar("h", assume="positive", doc="curvature")
eta = scalar("eta", latex=r"\eta", assume="positive", doc="learning rate")
along = "h*(w - target)**2/2"
direction = derive(along, wrt="w", assume={"h": "positive"}, name="direction")


def f(at: Node) -> Node:
    """The loss in one direction."""
    found: Node = h * (at - target) ** 2 / 2
    return found


after = w - eta * h * (w - target)
with argument("A step of descent", note="In one direction, f = ½h(w − target)².") as step:
    step.equal(f(after), (1 - eta * h) ** 2 * f(w), by="w − target is multiplied by 1 − ηh")
    factor = (1 - eta * h) ** 2
    short, long = (Condition("positive", as_node(number)) for number in (2 - eta * h, eta * h - 2))
    step.at_most(factor, 1, by="the loss falls", given=[short], margin=eta * h * (2 - eta * h), strict=True)
    step.at_least(factor, 1, by="the loss rises", given=[long], margin=eta * h * (eta * h - 2), strict=True)

# --- shuffling ------------------------------------------------------------------------------------------------------

N, place = sympy.symbols("n p", integer=True, positive=True)


def orders(hold: Callable[[tuple[int, ...], int], bool]) -> Callable[..., Fraction]:
    """Of all orders of n samples, the part of which something holds at a place p."""

    def found(n: int, p: int) -> Fraction:
        every = list(permutations(range(n)))
        return Fraction(sum(hold(order, p) for order in every), len(every))

    return found


PLACES = [{N: n, place: p} for n in (2, 3, 5) for p in range(1, n + 1)]
at_a_place, in_batch = sympy.Function("P")(place), sympy.Function("Q")(place)
with argument(
    "A random order", note="P(p) is the chance that a sample stands at place p, Q(p) that it is among the first p."
) as order:
    order.cases(at_a_place, 1 / N, at=PLACES, value=orders(lambda order, p: order[p - 1] == 0), by="all orders")
    order.cases(in_batch, place / N, at=PLACES, value=orders(lambda order, p: 0 in order[:p]), by="all orders")

sorted_shapes, one_class = {"y": ("k",)}, {"y": "onehot"}
with derivation(
    "np.sum((np.ones(k)/k - y)**2)", shapes=sorted_shapes, assume=one_class, title="A batch of one class pulls"
) as sorted_batch:
    sorted_batch.line("np.sum(np.ones(k))/k**2 - 2*np.sum(y)/k + np.sum(y**2)", by="multiply out")
    sorted_batch.line(as_node(1 - as_node(k) ** -1), by="y has one entry 1; the mean over all k labels is 0")

# --- gradient noise -------------------------------------------------------------------------------------------------

slope, rate, curvature, weight, spread = sympy.symbols("g eta h w sigma", positive=True)
draws = [stats.Normal(f"g{number}", slope, spread) for number in range(1, 4)]
noise = stats.Normal("e", 0, spread)
batch = scalar("b", assume="positive", doc="samples in a batch")
v = scalar("v", assume="positive", doc="the variance of one sample's gradient")
V = eta * v / (batch * h * (2 - eta * h))
positive = dict.fromkeys(("eta", "h", "v", "b"), "positive")
at_rest = derive("eta*v / (b*h*(2 - eta*h))", wrt="b", assume=positive, name="at_rest")
with argument("Noise", note="In one direction with the target 0: a step is w − η(hw + e), e of mean 0.") as noisy:
    noisy.expectation(sum(draws) / 3, slope, by="a batch is right in the mean: b = 3")
    noisy.expectation((sum(draws) / 3 - slope) ** 2, spread**2 / 3, by="and has the variance v/b")
    moved = weight - rate * (curvature * weight + noise)
    noisy.expectation(
        moved**2, (1 - rate * curvature) ** 2 * weight**2 + rate**2 * spread**2, by="e has mean 0 and is independent"
    )
    noisy.equal((1 - eta * h) ** 2 * V + eta**2 * v / batch, V, by="the variance that a step leaves as it is")

# --- early stopping -------------------------------------------------------------------------------------------------

kept = scalar("kept", doc="(1 − ηh)ᵗ, the part of the way that t steps leave")
steps, excess = sympy.symbols("t p", positive=True)
penalised = derive(f"{along} + lam*w**2/2", wrt="w", assume={"h": "positive", "lam": "positive"}, name="penalised")
with argument("Stopping early", note="In one direction, f = ½h(w − target)², and w begins at 0.") as stopping:
    here = (1 - kept) * target
    stopping.equal(
        here - eta * h * (here - target), (1 - kept * (1 - eta * h)) * target, by="a step multiplies what is left"
    )
    stopping.sympy(
        sympy.Limit((1 / (1 + excess)) ** steps, steps, sympy.oo), 0, by="nothing is left: 1 − ηh = 1/(1 + p) < 1"
    )
    stopped, shrunk = 1 - (1 - rate * curvature) ** steps, curvature / (curvature + 1 / (rate * steps))
    stopping.sympy(sympy.Limit(stopped / shrunk, curvature, 0), 1, by="little curvature: as far as with λ = 1/(ηt)")

chapter(
    *(shifted, scaled, line, apart),
    *(guessing, shares, best_guess),
    *(any_scores, by_heart, falling),
    *(direction, step),
    *(order, sorted_batch),
    *(noisy, at_rest),
    *(penalised, penalised.solve(), stopping),
    source="S14",
)
