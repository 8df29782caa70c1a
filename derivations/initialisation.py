"""How weights begin: zeros fail, small ones vanish, and Xavier's and He's keep the variance.

Where all units of a layer begin with the same weights, they stay the same: their scores, their δ and their gradients
are equal, whatever the activation, the loss and the data, and so are their weights after a step. Weights of zero are of
this kind; the layers then are as good as one unit each.
"""

from symnn import Result, backpropagation, chapter, derivation, derive, ones, renamed, scalar, total, vector
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


chapter(theorem, scores, adjoints, weights, biases, ten_layers("tanh"), ten_layers("relu"), source="S13")
