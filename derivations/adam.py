"""Adam: averages of gradients and of their squares, and where the correction of their bias comes from.

Both averages begin at zero. Each step multiplies the weights of all past gradients by β and gives 1 − β to the new one.
What is missing to a sum of 1 is multiplied by β in each step, and is 1 at first: after t steps the weights
(1 − β)βᵗ⁻ⁱ have the sum 1 − βᵗ. Where all gradients have one expectation, that of the average is 1 − βᵗ times as large;
this is the bias, and dividing by 1 − βᵗ removes it.

Without the correction the first step is (1 − β₁)/√(1 − β₂) times as long as the learning rate: √10 = 3.16 times for
β = (0.9, 0.999), whatever the gradient is. With it, the first step is as long as the learning rate in each entry.
"""

from collections.abc import Sequence
from fractions import Fraction

import sympy
from sympy import stats

from symnn import argument, chapter, derivation, derive, dim, matrix, ones, scalar, sqrt, substitute, total, vector
from symnn.algebra.nodes import as_node
from symnn.updates import update

n, size = dim("n"), dim("T")
theta = vector("theta", n, doc="parameters")
g = vector("g", n, doc="gradient")
m = vector("m", n, doc="average of the gradients so far")
S = vector("S", n, assume="nonnegative", doc="average of the squared gradients so far")
c = vector("c", n, assume="positive", doc="what the gradients are multiplied by, each parameter's by its own")
G = matrix("G", size, n, doc="the gradients of T steps, one a row")
w = vector("w", size, doc="the weights of these gradients in the average")
alpha = scalar("alpha", latex=r"\alpha", assume="positive", doc="learning rate")
beta = scalar("beta", latex=r"\beta", assume="positive", doc="β₁ or β₂")
beta1 = scalar("beta1", latex=r"\beta_1", assume="positive", doc="the part of the average of gradients that is kept")
beta2 = scalar("beta2", latex=r"\beta_2", assume="positive", doc="the part of the average of squares that is kept")

adam, biased = update("adam"), update("adam_biased")

# --- the weights ---------------------------------------------------------------------------------------------------

average = adam.step(first_moment=G.T @ w, gradient=g, beta1=beta)["first_moment"]
with derivation(average, title="One more gradient in the average") as one_more:
    one_more.line(G.T @ (beta * w) + (1 - beta) * g, by="weights: β times the old ones, and 1 − β")
squares = adam.step(second_moment=(G**2).T @ w, gradient=g, beta2=beta)["second_moment"]
with derivation(squares, title="One more gradient in the average of squares") as one_more_square:
    one_more_square.line((G**2).T @ (beta * w) + (1 - beta) * g**2, by="weights: β times the old ones, and 1 − β")
with derivation(as_node(1 - (total(beta * w) + (1 - beta))), title="What is missing to weights of sum 1") as missing:
    missing.line(beta * (1 - total(w)), by="∑ βw = β ∑ w")

# --- the bias --------------------------------------------------------------------------------------------------------

steps, i = sympy.symbols("t i", integer=True, positive=True)
kept = sympy.Symbol("beta", positive=True)
mu = sympy.Symbol("mu", real=True)
sigma = sympy.Symbol("sigma", positive=True)
weight = (1 - kept) * kept ** (steps - i)


def after_three_steps(moment: str, values: Sequence[sympy.Expr]) -> sympy.Expr:
    """An average of the table after three steps from zero, with random numbers for the gradients."""
    slopes = [scalar(f"g{number}") for number in (1, 2, 3)]
    value = as_node(0)
    for slope in slopes:
        value = adam.step(**{moment: value}, gradient=slope, beta1=beta, beta2=beta)[moment]
    names = {as_node(slope).to_sympy(): number for slope, number in zip(slopes, values, strict=True)}
    return value.to_sympy().subs({**names, beta.to_sympy(): kept})


half = sympy.Rational(1, 2)
gradients = [stats.FiniteRV(f"g_{number}", {mu - sigma: half, mu + sigma: half}) for number in (1, 2, 3)]
with argument(
    "The bias, and its correction", note="Gradients of expectation μ and variance σ²: μ − σ or μ + σ."
) as bias:
    bias.sympy(
        kept * weight, weight.subs(steps, steps + 1), by="β times the weight (1 − β)βᵗ⁻ⁱ is that of the next step"
    )
    bias.sympy(weight.subs(i, steps), 1 - kept, by="the newest gradient has 1 − β")
    bias.argued("So the weight of gradient i after t steps is (1 − β)βᵗ⁻ⁱ.", by="induction")
    bias.sympy(sympy.Sum(weight, (i, 1, steps)), 1 - kept**steps, by="a geometric sum: the sum of the weights")
    bias.sympy(sympy.Sum(weight * mu, (i, 1, steps)), (1 - kept**steps) * mu, by="the expectation of a sum")
    bias.expectation(
        after_three_steps("first_moment", gradients), (1 - kept**3) * mu, by="the average after three steps"
    )
    bias.expectation(
        after_three_steps("second_moment", gradients),
        (1 - kept**3) * (mu**2 + sigma**2),
        by="the average of squares, E g² = μ² + σ²",
    )
    corrected = after_three_steps("first_moment", gradients) / (1 - kept**3)
    bias.expectation(corrected, mu, by="corrected: divided by 1 − β³")
    bias.sympy(sympy.Limit(1 - sympy.Rational(9, 10) ** steps, steps, sympy.oo), 1, by="late in a training it is gone")

# --- the first step ------------------------------------------------------------------------------------------------

nothing = 0 * ones(n)
start = {"parameter": theta, "gradient": g, "first_moment": nothing, "second_moment": nothing}
rates = {"learning_rate": alpha, "beta1": beta1, "beta2": beta2, "epsilon": 0}
direction = g / sqrt(g**2)

one = as_node(1)
factor = (one - beta1) / sqrt(one - beta2)
with derivation(biased.step(**start, **rates)["parameter"], title="The first step without the correction") as too_long:
    too_long.line(theta - alpha * factor * direction, by="the averages are (1 − β₁)g and (1 − β₂)g²")
with derivation(adam.step(**start, **rates, t=1)["parameter"], title="The first step of Adam") as first_step:
    first_step.line(theta - alpha * direction, by="1 − β¹ = 1 − β cancels")

corrected = scalar("corrected", doc="1 with the correction, 0 without it")
share1, share2 = (one - beta1) / (one - corrected * beta1), (one - beta2) / (one - corrected * beta2)
squared = alpha**2 * share1**2 / share2
longer = derive(squared, wrt=alpha, name="first_step")
with derivation(substitute(squared, {corrected: as_node(0)}), title="Its square without the correction") as unlike:
    unlike.line(alpha**2 * (one - beta1) ** 2 / (one - beta2), by="corrected = 0")
with derivation(substitute(squared, {corrected: one}), title="Its square with it") as like:
    like.line(alpha**2, by="corrected = 1")

usual = {alpha: one, beta1: as_node(Fraction("0.9")), beta2: as_node(Fraction("0.999"))}
with derivation(
    substitute(unlike.proof.line, usual), title="Its square without it, for α = 1 and β = (0.9, 0.999)"
) as ten:
    ten.line(as_node(10), by="0.1²/0.001")

# --- units ---------------------------------------------------------------------------------------------------------

t = scalar("t", assume="positive", doc="the number of the step")
own = adam.step(parameter=theta, gradient=g, first_moment=m, second_moment=S, t=t, **rates)
others = adam.step(parameter=theta, gradient=c * g, first_moment=c * m, second_moment=c**2 * S, t=t, **rates)
with derivation(others["parameter"], title="Adam in other units") as units:
    units.line(own["parameter"], by="√(c²a) = c√a")

chapter(
    adam,
    biased,
    one_more,
    one_more_square,
    missing,
    bias,
    too_long,
    first_step,
    longer,
    unlike,
    like,
    ten,
    units,
    source="S10",
)
