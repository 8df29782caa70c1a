"""How weights begin: zeros fail, small ones vanish, and Xavier's and He's keep the variance.

Where all units of a layer begin with the same weights, they stay the same: their scores, their δ and their gradients
are equal, whatever the activation, the loss and the data, and so are their weights after a step. Weights of zero are of
this kind; the layers then are as good as one unit each.

Of independent weights with mean 0 and variance v, a score has v times the squared length of its inputs in the mean, and
a unit's δ gets v times the squared length of the δ above. For an activation that is nearly the identity, a layer has
fan_in·v times the mean square of the layer below, and fan_out·v times that of δ above; for ReLU, half of both. Over
many layers a factor below 1 makes all vanish, and one above 1 makes it grow without bound. Xavier's variance makes the
mean of both factors 1, He's the factor of ReLU forward.
"""

import sympy
from sympy import stats

from symnn import (
    Identity,
    Result,
    argument,
    backpropagation,
    chapter,
    derivation,
    derive,
    ones,
    quadratic_form,
    relu,
    renamed,
    scalar,
    squared_norm,
    total,
    vector,
)
from symnn.algebra.nodes import Function

theorem = backpropagation(
    layer="Z = A_before @ W + b; A = phi(Z)",
    loss="np.sum((A - Y)**2) / 2",
    shapes={"A_before": ("m", "M_before"), "W": ("M_before", "M"), "b": ("M",), "Y": ("m", "M")},
    parameters=["W", "b"],
    functions="phi",
    by="Z",
)
phi = Function("phi")
below, W, Z, delta = (theorem.variable("A", "l-1"), *(theorem.variable(name) for name in ("W", "Z", "delta")))
m, (inputs, units) = Z.rows, W.shape
above = theorem.variable("W", "l+1").cols
w = vector("w", inputs, doc="the weights of every unit of layer l")
beta = scalar("beta", latex=r"\beta", doc="the bias of every unit of layer l")
z = vector("z", m, doc="the score of every unit of layer l")
u = vector("u", m, doc="the δ of every unit of layer l")
v = vector("v", above, doc="the weights from every unit of layer l to those above")
a = vector("a", m, doc="what every unit of layer l − 1 gives")
every = ones(units).T

with derivation(below @ (w @ every) + ones(m) @ (beta * ones(units)).T, title="Equal weights, equal scores") as scores:
    scores.line((below @ w + beta * ones(m)) @ every, by="W⁽ˡ⁾ = w1ᵀ and b⁽ˡ⁾ = β1")

equal = {theorem.variable("W", "l+1"): ones(units) @ v.T, Z: z @ every}
with derivation(renamed(theorem.recursion, equal, {}), title="Equal scores, equal δ") as adjoints:
    adjoints.line((theorem.variable("delta", "l+1") @ v * phi.derivative()(z)) @ every, by="Z⁽ˡ⁾ = z1ᵀ, W⁽ˡ⁺¹⁾ = 1vᵀ")

eta = scalar("eta", latex=r"\eta", doc="learning rate")
after = w @ every - eta * renamed(theorem.gradients["W"], {delta: u @ every}, {})
with derivation(after, title="Equal δ, equal gradients, equal weights after a step") as weights:
    weights.line((w - eta * (below.T @ u)) @ every, by="δ⁽ˡ⁾ = u1ᵀ")

with derivation(renamed(theorem.gradients["b"], {delta: u @ every}, {}), title="And of the biases") as biases:
    biases.line(total(u) * ones(units), by="δ⁽ˡ⁾ = u1ᵀ")


sigma, rho, spread = sympy.symbols("sigma rho s", positive=True)
first, second, third = (stats.Normal(f"w{place}", 0, sigma) for place in (1, 2, 3))
x1, x2, x3 = sympy.symbols("a1 a2 a3", real=True)
variance = scalar("v", assume="positive", doc="variance of each weight")
below_unit = vector("x", inputs, doc="what the layer below gives for a sample")
of_above = vector("delta_above", above, latex=r"\delta", doc="δ of the units above, for a sample")

with argument(
    "One layer forward and backward", note="Weights are independent, with mean 0 and variance v: E(wwᵀ) = vI."
) as one_layer:
    one_layer.expectation(first**2, sigma**2, by="the diagonal of E(wwᵀ)")
    one_layer.expectation(first * second, 0, by="the rest of it: independent, mean 0")
    score = first * x1 + second * x2 + third * x3
    one_layer.expectation(score**2, sigma**2 * (x1**2 + x2**2 + x3**2), by="three inputs")
    one_layer.equal(
        quadratic_form(below_unit, variance * Identity(inputs)),
        variance * squared_norm(below_unit),
        by="any number: E(wᵀx)² = xᵀE(wwᵀ)x",
    )
    one_layer.equal(
        quadratic_form(of_above, variance * Identity(above)),
        variance * squared_norm(of_above),
        by="backward: wᵀδ with the weights to the units above",
    )
    one_layer.expectation(stats.Uniform("u", -spread, spread) ** 2, spread**2 / 3, by="uniform weights in ±s: v = s²/3")

small = sympy.Symbol("z", real=True)
number = scalar("s", doc="a score, as likely as −s")
normal = stats.Normal("z", 0, rho)
with argument("What the activation makes of it") as activation:
    ratio = sympy.Limit(sympy.tanh(small) / small, small, 0)
    activation.sympy(ratio, 1, by="tanh is the identity for small scores: the variance stays")
    activation.equal(relu(number) ** 2 + relu(-number) ** 2, number**2, by="s and −s share s², and are as likely")
    activation.expectation(sympy.Max(0, normal) ** 2, rho**2 / 2, by="so ReLU halves it: a normal score")
    activation.expectation(
        sympy.Piecewise((1, normal > 0), (0, True)), sympy.Rational(1, 2), by="backward: ReLU′² is 1 half of the time"
    )

depth, excess = sympy.symbols("L p", positive=True)
with argument("Over L layers", note="A factor below 1 is 1/(1 + p) for some p > 0, one above 1 is 1 + p.") as layers:
    layers.sympy(sympy.Limit((1 / (1 + excess)) ** depth, depth, sympy.oo), 0, by="a factor below 1: all vanishes")
    layers.sympy(sympy.Limit((1 + excess) ** depth, depth, sympy.oo), sympy.oo, by="a factor above 1: it explodes")

fans = {"fan_in": "positive", "fan_out": "positive"}
xavier = derive("((fan_in*v + fan_out*v)/2 - 1)**2", wrt="v", assume=fans, name="xavier")
he = derive("(fan_in*v/2 - 1)**2", wrt="v", assume={"fan_in": "positive"}, name="he")
of_xavier, of_he = xavier.solve(), he.solve()

LAYERS = range(1, 11)


def ten_layers(phi: str) -> Result:
    """Ten layers of M units, and the sum of the products of every Aₗ with a matrix Cₗ.

    The gradient by Cₗ is Aₗ. The gradients by the weights are those of whatever loss has the gradients Cₗ by Aₗ.
    """
    definitions = [f"A{layer} = {phi}({f'A{layer - 1}' if layer > 1 else 'X'} @ W{layer})" for layer in LAYERS]
    probes = " + ".join(f"np.sum(C{layer} * A{layer})" for layer in LAYERS)
    shapes = {"X": ("m", "M")}
    shapes |= {f"W{layer}": ("M", "M") for layer in LAYERS} | {f"C{layer}": ("m", "M") for layer in LAYERS}
    wrt = [f"{name}{layer}" for name in "WC" for layer in LAYERS]
    return derive("; ".join([*definitions, probes]), wrt=wrt, shapes=shapes, name=phi)


chapter(
    *(theorem, scores, adjoints, weights, biases),
    *(one_layer, activation, layers),
    *(xavier, of_xavier, he, of_he),
    *(ten_layers("tanh"), ten_layers("relu")),
    source="S13",
)
