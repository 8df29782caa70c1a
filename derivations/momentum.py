"""Momentum and Nesterov's look-ahead: their forms are one, and how long a step may be on a parabola.

Momentum keeps a velocity v, a sum of past gradients that fades by ρ. A velocity that is subtracted is one that is
added, with the other sign. Under a constant gradient it grows to α/(1 − ρ) times the gradient.

Nesterov takes the gradient where the velocity leads: at θ − ρv where v is subtracted. (At θ + ρv it is taken behind
the step; this sign is printed.) Written for the place φ = θ − ρv where the gradient is taken, the look-ahead is the
rule of the table; in the steps that were done, v = θ_before − θ, it is Nesterov's own form of 1983; and with
v = α·buffer, that of PyTorch, as long as α stays: a rate that falls shortens there what was kept, too.

On a parabola with curvature λ each rule is a linear map of (θ, v). It is stable, which means that it leads to the
minimum from everywhere, where both roots of its characteristic polynomial p are inside the unit circle: where
p(1) > 0, p(−1) > 0 and p(0) < 1. (A step multiplies an eigenvector (1, v) by a root z: 1 − v⁺ = z and v⁺ = zv, so that
v = (1 − z)/z.) For αλ > 0 and 0 < ρ < 1 that is αλ < 2(1 + ρ) for momentum and αλ < (2 + 2ρ)/(1 + 2ρ) for Nesterov,
but with the wrong sign αλ < (1 − ρ)/ρ, for ρ ≥ ⅕: at ρ = 0.9 that is 3.8, 1.357 and 0.111.
"""

from symnn import Condition, Node, argument, chapter, derivation, derive, dim, scalar, substitute, vector
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

with argument(
    "The forms agree at every step", note="What holds before a step holds after it, whatever the gradient is."
) as always:
    always.equal(theta - rho * (0 * v), theta, by="at first v = 0, and φ = θ")
    always.equal(ahead["parameter"] - rho * ahead["velocity"], shifted["parameter"], by="φ⁺ = θ⁺ − ρv⁺ for φ = θ − ρv")
    always.equal(ahead["velocity"], shifted["velocity"], by="with one velocity v⁺ for both")
    always.equal(theta - moved["parameter"], moved["velocity"], by="v⁺ = θ − θ⁺ for v = θ_before − θ")
    always.equal(buffered["velocity"], alpha * (rho * v + g), by="v⁺ = α·buffer⁺ for v = α·buffer")
    always.argued("So the places are those of the look-ahead after any number of steps.", by="induction")

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


def at(place: int, ahead: Node | int = s) -> Node:
    """The polynomial at a place."""
    return substitute(p, {z: as_node(place), s: as_node(ahead)})


one = as_node(1)
r, q = scalar("r"), scalar("q")
x, y = scalar("x"), scalar("y")
of_one, of_minus_one, rest = (one - r) * (one - q), (one + r) * (one + q), one - r * q
inside = [Condition("positive", part) for part in (of_one, of_minus_one, rest)]
with argument(
    "Where both roots are inside the unit circle",
    note="Roots r and q: p(1) = (1 − r)(1 − q), p(−1) = (1 + r)(1 + q), p(0) = rq; all that is asked for is positive.",
) as circle:
    circle.equal(z**2 + x**2 + y**2 + 2 * x * z, (z + x) ** 2 + y**2, by="complex roots −x ± iy have the square p(0)")
    circle.equal((1 - r**2) * (1 - q**2), of_one * of_minus_one, by="p(1) p(−1) is not 0, so that r² and q² are not 1")
    same_side = 2 * ((1 - r**2) ** 2 + r**2 * of_one * of_minus_one) / (rest * (of_one + of_minus_one))
    circle.at_most(r**2, 1, by="1 − r²q² = (1 − r²) + r²(1 − q²) is positive", given=inside, margin=same_side)

half = one / 2
with argument("How long a step may be", note="p(1) = a is positive; so must p(−1) and 1 − p(0) be.") as limits:
    limits.equal(at(1), a, by="collect a")
    limits.equal(at(-1), 2 + 2 * rho - a * (1 + 2 * rho * s), by="collect a")
    limits.equal(1 - at(0), 1 - rho + a * rho * s, by="collect a: positive for s ≥ 0 and ρ < 1")
    limits.equal(at(-1, 0), 2 * (1 + rho) - a, by="momentum, s = 0")
    nesterov_limit = (2 + 2 * rho) / (1 + 2 * rho)
    limits.equal(at(-1, 1), (1 + 2 * rho) * (nesterov_limit - a), by="Nesterov, s = 1")
    too_long = 1 - at(0, -1)
    limits.equal(too_long, rho * ((1 - rho) / rho - a), by="the wrong sign, s = −1")
    limits.at_least(
        at(-1, -1), 0, given=[a, rho - half], margin=2 + 2 * rho + 2 * a * (rho - half), by="p(−1) of it for ρ ≥ ½"
    )
    limits.at_least(
        at(-1, -1),
        0,
        given=[one - rho - a * rho, half - rho, rho * 5 - one],
        margin=2 * (half - rho) / rho * (1 - rho - a * rho) + (rho * 5 - one) / rho,
        by="p(−1) of it for ½ ≥ ρ ≥ ⅕",
    )

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
    always,
    characteristic,
    polynomial,
    circle,
    limits,
    source="S10",
)
