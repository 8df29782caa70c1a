"""Momentum and Nesterov's look-ahead: their forms are one, and how long a step may be on a parabola.

Momentum keeps a velocity v, a sum of past gradients that fades by ρ. A velocity that is subtracted is one that is
added, with the other sign. Under a constant gradient it grows to α/(1 − ρ) times the gradient.

Nesterov takes the gradient where the velocity leads: at θ − ρv where v is subtracted. (At θ + ρv it is taken behind
the step; this sign is printed.) Written for the place φ = θ − ρv where the gradient is taken, the look-ahead is the
rule of the table; in the steps that were done, v = θ_before − θ, it is Nesterov's own form of 1983; and with
v = α·buffer, that of PyTorch.

On a parabola with curvature λ each rule is a linear map of (θ, v). It is stable, which means that it leads to the
minimum from everywhere, where both roots of its characteristic polynomial p are inside the unit circle: where
p(1) > 0, p(−1) > 0 and p(0) < 1. For αλ > 0 and 0 < ρ < 1 that is αλ < 2(1 + ρ) for momentum and
αλ < (2 + 2ρ)/(1 + 2ρ) for Nesterov, but with the wrong sign αλ < (1 − ρ)/ρ: at ρ = 0.9 that is 3.8, 1.357 and 0.111.
"""

from symnn import Node, chapter, derivation, derive, dim, scalar, substitute, vector
from symnn.algebra.nodes import as_node
from symnn.updates import update

n = dim("n")
theta = vector("theta", n, doc="parameters")
before = vector("before", n, latex=r"\theta_{\mathrm{before}}", doc="parameters before the last step")
v = vector("v", n, doc="velocity")
g = vector("g", n, doc="gradient where it is taken")
alpha = scalar("alpha", latex=r"\alpha", assume="positive", doc="learning rate")
rho = scalar("rho", latex=r"\rho", assume="positive", doc="momentum: the part of the velocity that is kept")
rates = {"learning_rate": alpha, "momentum": rho}

descent, momentum, nesterov = update("gd"), update("momentum"), update("nesterov")

# --- momentum --------------------------------------------------------------------------------------------------------

none = momentum.step(parameter=theta, velocity=v, gradient=g, learning_rate=alpha, momentum=0)
with derivation(none["parameter"], title="Without momentum it is gradient descent") as without:
    without.line(descent.step(parameter=theta, gradient=g, learning_rate=alpha)["parameter"], by="ρ = 0")

turned = momentum.step(parameter=theta, velocity=-v, gradient=g, **rates)
with derivation(-turned["velocity"], title="A velocity of the other sign") as other_velocity:
    other_velocity.line(rho * v - alpha * g, by="−v for v")
with derivation(turned["parameter"], title="Its step is added") as other_step:
    other_step.line(theta + (rho * v - alpha * g), by="−v for v")

steady = momentum.step(velocity=alpha * g / (1 - rho), gradient=g, **rates)
with derivation(steady["velocity"], title="The velocity that a constant gradient keeps up") as terminal:
    terminal.line(alpha * g / (1 - rho), by="ρ/(1 − ρ) + 1 = 1/(1 − ρ)")

# --- Nesterov --------------------------------------------------------------------------------------------------------

ahead = momentum.step(parameter=theta, velocity=v, gradient=g, **rates)
shifted = nesterov.step(parameter=theta - rho * v, velocity=v, gradient=g, **rates)
title = "The look-ahead, seen from where the gradient is taken"
with derivation(ahead["parameter"] - rho * ahead["velocity"], title=title) as look_ahead:
    look_ahead.line(shifted["parameter"], by="φ = θ − ρv")

moved = momentum.step(parameter=theta, velocity=before - theta, gradient=g, **rates)
with derivation(moved["parameter"], title="The look-ahead in Nesterov's form") as original:
    original.line(theta + rho * (theta - before) - alpha * g, by="v = θ_before − θ")

buffered = nesterov.step(parameter=theta, velocity=alpha * v, gradient=g, **rates)
with derivation(buffered["parameter"], title="The look-ahead in PyTorch's form") as pytorch:
    pytorch.line(theta - alpha * (g + rho * (rho * v + g)), by="α·v for v")

# --- on a parabola ---------------------------------------------------------------------------------------------------

a = scalar("a", doc="αλ, the learning rate times the curvature")
s = scalar("s", doc="how far ahead the gradient is taken: 1 for Nesterov, 0 for momentum, −1 for the wrong sign")
z = scalar("z", doc="what a step multiplies θ and v by")

fading = (1 - z) / z
kept = momentum.step(velocity=fading, gradient=a * (1 - s * rho * fading), learning_rate=1, momentum=rho)
p = z**2 - (1 + rho * (1 - a * s) - a) * z + rho * (1 - a * s)
characteristic = derive(p, wrt=a, name="characteristic")
with derivation(z * (kept["velocity"] - z * fading), title="The characteristic polynomial") as polynomial:
    polynomial.line(p, by="multiply by z")


def at(value: Node | int) -> Node:
    """The polynomial at a place."""
    return substitute(p, {z: as_node(value)})


with derivation(at(1), title="p(1)") as at_one:
    at_one.line(a, by="collect a")
with derivation(at(-1), title="p(−1)") as at_minus_one:
    at_minus_one.line(2 + 2 * rho - a * (1 + 2 * rho * s), by="collect a")
with derivation(1 - at(0), title="1 − p(0)") as at_zero:
    at_zero.line(1 - rho + a * rho * s, by="collect a")

chapter(
    descent,
    momentum,
    nesterov,
    without,
    other_velocity,
    other_step,
    terminal,
    look_ahead,
    original,
    pytorch,
    characteristic,
    polynomial,
    at_one,
    at_minus_one,
    at_zero,
    source="S10",
)
