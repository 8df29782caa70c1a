"""Activations: their derivatives, ranges, what they do far out and at kinks.

Each function is given by its formula alone, and SymPy differentiates it; what stands here besides is judged. The
sigmoid has the range (0, 1), tanh has (−1, 1): tanh x = 2σ(2x) − 1. Both saturate at both ends, where their derivatives
go to 0. ReLU is 0 with the derivative 0 on all negative numbers, and a unit that stays there is dead. ELU is
differentiable at 0 only for γ = 1. PReLU learns α by its derivative, and is max(αx, x) only for α ≤ 1. Swish falls to
its minimum −W(1/e)/β, where W is Lambert's function, and rises from there.
"""

import sympy
from sympy import Derivative, LambertW, Limit, Max, Min, oo, pi

from symnn import (
    argument,
    chapter,
    derivation,
    derive,
    dims,
    exp,
    matrix,
    ones,
    relu,
    scalar,
    sigmoid,
    softplus,
    substitute,
    tanh,
    vector,
)
from symnn.algebra.nodes import Zeros

formulas = {
    "sigmoid": ("sigmoid(x)", "x"),
    "tanh": ("np.tanh(x)", "x"),
    "relu": ("np.maximum(0, x)", "x"),
    "leaky_relu": ("leaky_relu(x, 0.1)", "x"),
    "prelu": ("prelu(x, alpha)", ["x", "alpha"]),
    "elu": ("elu(x, gamma)", "x"),
    "softplus": ("softplus(x)", "x"),
    "swish": ("swish(x, beta)", ["x", "beta"]),
    "gelu": ("gelu(x)", "x"),
    "gelu_tanh": ("gelu_tanh(x)", "x"),
    "gelu_logistic": ("gelu_logistic(x)", "x"),
}
derived = {name: derive(text, wrt=wrt, name=name) for name, (text, wrt) in formulas.items()}
softmax = derive("softmax(s)", wrt="s", shapes={"s": ("k",)}, name="softmax")

shapes = {"X": ("n", "d"), "w": ("d",)}
units = [
    derive(f"np.sum({text})", wrt=["w", "b"], shapes=shapes, name=f"{name}_unit")
    for name, text in (
        ("relu", "relu(X@w + b)"),
        ("leaky_relu", "leaky_relu(X@w + b, 0.1)"),
        ("sigmoid", "sigmoid(X@w + b)"),
    )
]

with derivation("np.tanh(x)", title="tanh is a sigmoid of twice the slope, from −1 to 1") as as_sigmoid:
    as_sigmoid.line("(np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))", by="what tanh is")
    as_sigmoid.line("(1 - np.exp(-2*x)) / (1 + np.exp(-2*x))", by="multiply by e⁻ˣ above and below")
    as_sigmoid.line("2/(1 + np.exp(-2*x)) - 1", by="1 − e = 2 − (1 + e)")
    as_sigmoid.line("2*sigmoid(2*x) - 1", by="what σ is")

with derivation("prelu(x, alpha)", wrt=["x", "alpha"], title="PReLU by its argument and by α") as by_alpha:
    by_alpha.line(["np.where(x > 0, 1, alpha)", "np.where(x > 0, 0, x)"], by="α stands below zero only")

with derivation("swish(x, beta)", wrt="x", title="The derivative of Swish") as of_swish:
    of_swish.line("sigmoid(beta*x) + beta*x*sigmoid(beta*x)*(1 - sigmoid(beta*x))", by="σ′ = σ(1 − σ)")

n, d = dims("n d")
x, gamma = scalar("x"), scalar("gamma", latex=r"\gamma", assume="positive")

with argument("Ranges") as ranges:
    ranges.at_least(sigmoid(x), 0, by="1/(1 + e⁻ˣ)", margin=sigmoid(x), strict=True)
    ranges.at_most(sigmoid(x), 1, by="1 − σ(x) = σ(−x)", margin=sigmoid(-x), strict=True)
    ranges.at_least(tanh(x), -1, by="1 + tanh x = 2σ(2x)", margin=2 * sigmoid(2 * x), strict=True)
    ranges.at_most(tanh(x), 1, by="1 − tanh x = 2σ(−2x)", margin=2 * sigmoid(-2 * x), strict=True)
    ranges.at_least(softplus(x), x, by="ln(1 + eˣ) ≥ ln eˣ")
    ranges.at_least(softplus(x), 0, by="ln(1 + eˣ) ≥ ln 1")
    ranges.at_least(relu(x), 0, by="max(0, x)", margin=relu(x))
    ranges.at_least(gamma * (exp(x) - 1), -gamma, by="ELU below zero", margin=gamma * exp(x), strict=True)

with argument("Slopes: who rises, and who saturates") as slopes:
    slope = sigmoid(x) * (1 - sigmoid(x))
    slopes.at_least(slope, 0, by="the sigmoid rises: 1 − σ(x) = σ(−x)", margin=sigmoid(x) * sigmoid(-x), strict=True)
    slopes.at_least(1 - tanh(x) ** 2, 0, by="tanh rises", margin=4 * sigmoid(2 * x) * sigmoid(-2 * x), strict=True)
    slopes.at_most(slope, 0.25, by="a sigmoid passes back a quarter at most", margin=(sigmoid(x) - 0.5) ** 2)
    slopes.at_most(1 - tanh(x) ** 2, 1, by="and tanh all of it", margin=tanh(x) ** 2)
    slopes.at_most(
        slope, exp(-x), by="far to the right next to nothing", margin=exp(-x) * sigmoid(-x) * (1 + sigmoid(x))
    )
    slopes.at_most(slope, exp(x), by="and far to the left", margin=exp(x) * sigmoid(x) * (1 + sigmoid(-x)))

X, s = matrix("X", n, d), vector("s", n, assume="positive", doc="how far below zero the scores are")
dead, leaking = (derive(f"np.sum({text})", wrt="z", shapes={"z": ("n",)}) for text in ("relu(z)", "leaky_relu(z, 0.1)"))
(z,) = dead.wrt
with derivation(X.T @ substitute(dead.gradient, {z: -s}), title="A dead unit of ReLU gets no gradient") as no_gradient:
    no_gradient.line(Zeros(d, 1), by="every score is negative: z = −s")
with derivation(X.T @ leaking.gradient, title="A leaky one keeps a tenth") as a_tenth:
    a_tenth.line(X.T @ ones(n) / 10 + 0.9 * (X.T @ dead.gradient), by="0.1 where z ≤ 0, and 0.1 + 0.9 where not")

below_one, extremes = "np.maximum((1 - s)*x, x)", "np.maximum(x, 0) + np.minimum(gamma*(np.exp(x) - 1), 0)"
with derivation(below_one, assume={"s": "nonnegative"}, title="PReLU as a maximum, for α = 1 − s ≤ 1") as as_maximum:
    as_maximum.line("prelu(x, 1 - s)", by="αx ≥ x where x ≤ 0")

with derivation(
    extremes, assume={"gamma": "positive"}, title="ELU as a maximum and a minimum, for γ ≥ 0"
) as as_extremes:
    as_extremes.line("elu(x, gamma)", by="eˣ − 1 has the sign of x")

r, h = sympy.symbols("x h", real=True)
g, b, alpha = sympy.symbols("gamma beta alpha", positive=True)
logistic = 1 / (1 + sympy.exp(-r))

with argument("Far out") as far_out:
    far_out.sympy(Limit(logistic, r, -oo), 0, by="e⁻ˣ grows")
    far_out.sympy(Limit(logistic, r, oo), 1, by="e⁻ˣ falls to 0")
    far_out.sympy(Limit(sympy.tanh(r), r, -oo), -1, by="2σ(2x) − 1")
    far_out.sympy(Limit(sympy.tanh(r), r, oo), 1, by="2σ(2x) − 1")
    far_out.sympy(Limit(Derivative(logistic, r).doit(), r, oo), 0, by="the sigmoid saturates")
    far_out.sympy(Limit(Derivative(logistic, r).doit(), r, -oo), 0, by="at both ends")
    far_out.sympy(Limit(1 - sympy.tanh(r) ** 2, r, oo), 0, by="so does tanh")
    far_out.sympy(Limit(1 - sympy.tanh(r) ** 2, r, -oo), 0, by="at both ends")
    far_out.sympy(Limit(sympy.log(1 + sympy.exp(r)) - r, r, oo), 0, by="softplus comes near ReLU")
    far_out.sympy(Limit(r * logistic, r, -oo), 0, by="Swish goes back to 0")

with argument("At the kinks: slopes from the left and from the right") as kinks:
    kinks.sympy(Limit(Max(0, h) / h, h, 0, "-"), 0, by="ReLU from the left")
    kinks.sympy(Limit(Max(0, h) / h, h, 0, "+"), 1, by="ReLU from the right")
    kinks.sympy(Limit(alpha * Min(0, h) / h, h, 0, "-"), alpha, by="PReLU from the left; leaky ReLU is α = 0.1")
    kinks.sympy(Limit(g * (sympy.exp(h) - 1) / h, h, 0, "-"), g, by="ELU from the left, and 1 from the right")

swish = r / (1 + sympy.exp(-b * r))
place = -(1 + LambertW(sympy.exp(-1))) / b
share, normal = (1 + sympy.erf(r / sympy.sqrt(2))) / 2, sympy.exp(-(r**2) / 2) / sympy.sqrt(2 * pi)
with argument("The minimum of Swish, and what GELU is") as smooth:
    smooth.sympy(sympy.diff(swish, r).subs(r, place), 0, by="t + 1 + eᵗ = 0 at t = βx = −1 − W(1/e)")
    smooth.sympy(swish.subs(r, place), -LambertW(sympy.exp(-1)) / b, by="there tσ(t) = t + 1")
    smooth.sympy(Derivative(share, r), normal, by="GELU is xΦ(x): Φ′ is the density of the normal distribution")
    smooth.sympy(Limit(share, r, -oo), 0, by="and Φ begins at 0")

forms = (as_sigmoid, by_alpha, of_swish, as_maximum, as_extremes)
parts = (*forms, ranges, slopes, far_out, no_gradient, a_tenth, kinks, smooth)
chapter(*derived.values(), softmax, *units, *parts, source=["L14", "S6", "B16"])
