"""Nadam and AdamW: Adam with Nesterov's look-ahead, and Adam with a weight decay of its own.

Momentum's step is what is kept of the old velocity, and the new gradient. Nesterov's step, seen from where the gradient
is taken, is the same with the new velocity in the place of the old one: it has what the next step will keep. Nadam does
this to the numerator of Adam: the part that is kept is that of the next step, with the correction of the next step,
1 − β₁ᵗ⁺¹; the gradient's part is that of this step.

A penalty ½λ‖θ‖² adds λθ to the gradient. In gradient descent that is the same as a decay, which shrinks θ by αλθ in
each step. In Adam it is not: the gradient is divided by D, and so is what the penalty adds, so that parameters with
large gradients decay less. AdamW decays all alike. With a divisor D that does not change, its decay is the penalty
½λ ∑ D ⊙ θ², in which every parameter has its own weight; without a divisor it is ½λ‖θ‖² itself.
"""

from symnn import Node, chapter, derivation, derive, dim, ones, scalar, sqrt, squared_norm, substitute, total, vector
from symnn.algebra.nodes import as_node
from symnn.learn.optimisers import OPTIMISERS
from symnn.updates import update

n = dim("n")
theta = vector("theta", n, doc="parameters")
g = vector("g", n, doc="gradient")
m = vector("m", n, doc="velocity, or average of gradients, before the step")
S = vector("S", n, assume="nonnegative", doc="average of squared gradients before the step")
D = vector("D", n, assume="positive", doc="divisors: √ŝ + ε for the corrected average ŝ of squares")
t = scalar("t", assume="positive", doc="the number of the step")
alpha = scalar("alpha", latex=r"\alpha", assume="positive", doc="learning rate")
rho = scalar("rho", latex=r"\rho", doc="momentum")
lam = scalar("lam", latex=r"\lambda", assume="positive", doc="weight decay, or penalty")
beta1 = scalar("beta1", latex=r"\beta_1", assume="positive", doc="the part of the average of gradients that is kept")
beta2 = scalar("beta2", latex=r"\beta_2", assume="positive", doc="the part of the average of squares that is kept")
epsilon = scalar("epsilon", latex=r"\epsilon", assume="positive", doc="added to divisors")

nadam, adamw = update("nadam"), update("adamw")
descent, momentum, nesterov, adam = (OPTIMISERS[name] for name in ("gd", "momentum", "nesterov", "adam"))
none = ones(n) * 0

# --- the look-ahead --------------------------------------------------------------------------------------------------

rates = {"parameter": theta, "gradient": g, "learning_rate": alpha, "momentum": rho}
velocity = momentum.step(velocity=m, **rates)["velocity"]
title = "Momentum that keeps the new velocity is Nesterov's step"
with derivation(momentum.step(velocity=velocity, **rates)["parameter"], title=title) as look_ahead:
    look_ahead.line(nesterov.step(velocity=m, **rates)["parameter"], by="ρv⁺ + αg for ρv + αg")

averages = {"first_moment": m, "second_moment": S, "beta1": beta1, "beta2": beta2, "epsilon": epsilon, "t": t}
given = {"parameter": theta, "gradient": g, "learning_rate": alpha, **averages}
of_adam = adam.step(**given)
divisor = sqrt(of_adam["second_moment"] / (1 - beta2**t)) + epsilon


def divided(step: Node) -> Node:
    """A step of Adam's kin, written with D for its divisors."""
    return substitute(step, {divisor: D})


adam_step, nadam_step = divided(of_adam["parameter"]), divided(nadam.step(**given)["parameter"])
next_kept = substitute(adam_step, {m: of_adam["first_moment"], g: none, t: t + 1})
new_gradient = substitute(adam_step, {m: none})
with derivation(
    next_kept + new_gradient - theta, title="Adam that keeps what the next step keeps is Nadam"
) as nadam_is:
    nadam_is.line(nadam_step, by="β₁m⁺/(1 − β₁ᵗ⁺¹) for β₁m/(1 − β₁ᵗ)")

# --- weight decay ----------------------------------------------------------------------------------------------------

adamw_step = divided(adamw.step(weight_decay=lam, **given)["parameter"])
with derivation(adamw_step, title="AdamW is Adam with a decay of its own") as decay:
    decay.line(adam_step - alpha * lam * theta, by="−αλθ apart from Adam's step")

penalty = derive(lam * squared_norm(theta) / 2, wrt=theta, name="penalty")
decayed = descent.step(parameter=theta, gradient=g + penalty.gradient, learning_rate=alpha)["parameter"]
with derivation(decayed, title="In gradient descent a penalty is a decay") as of_descent:
    of_descent.line(theta - alpha * g - alpha * lam * theta, by="∇½λ‖θ‖² = λθ")

weighted = derive(lam * total(D * theta**2) / 2, wrt=theta, name="weighted_penalty")
memoryless: dict[Node, Node] = {m: none, t: as_node(1)}
with derivation(substitute(adamw_step, memoryless), title="AdamW's decay as a penalty, if divisors stay") as scaled:
    scaled.line(substitute(substitute(adam_step, memoryless), {g: g + weighted.gradient}), by="λD ⊙ θ/D = λθ")

undivided = substitute(substitute(adamw_step, memoryless), {D: ones(n)})
with derivation(undivided, title="Without divisors AdamW's decay is the penalty") as plain:
    plain.line(decayed, by="D = 1")

chapter(nadam, adamw, look_ahead, nadam_is, decay, penalty, of_descent, weighted, scaled, plain, source="S10")
