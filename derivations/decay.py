"""A learning rate that falls as α/√(t + 1): why a rate should fall where gradients are noisy, and what this one gives.

On the parabola ½θ² the gradient is θ. With noise ξ on it, of expectation 0 and variance σ², a step of descent with the
rate a makes (1 − a)²q + a²σ² of q, the expected square of θ. The best rate for one step is q/(q + σ²): nearly 1 while θ
is far away, and the less, the nearer it is. So rates must fall.

With a constant rate 0 < a < 2, q tends to aσ²/(2 − a), whatever it was at first: a small rate ends near the minimum,
but each step leaves (1 − a)² of what is above. With α/√(t + 1), after t steps or, in a model file, after t epochs, the
rates go to zero, but their sum has no bound. From the step on at which √(t + 1) ≥ α + 1/(2α), a bound K/√(t + 1) on q
is kept forever, for each K ≥ ασ²: however far away it begins, the noise dies out.
"""

import sympy
from sympy import stats

from symnn import Condition, argument, chapter, derive, scalar, sqrt, substitute
from symnn.algebra.nodes import as_node
from symnn.learn.optimisers import OPTIMISERS, decay_specification

theta = scalar("theta", doc="parameter")
q = scalar("q", assume="nonnegative", doc="expected square of θ before the step")
a = scalar("a", doc="learning rate of the step")
sigma = scalar("sigma", latex=r"\sigma", assume="positive", doc="standard deviation of the noise")
alpha = scalar("alpha", latex=r"\alpha", assume="positive", doc="learning rate of the first step")
K = scalar("K", assume="positive", doc="a bound for q√(t + 1)")
t = scalar("t", assume="nonnegative", doc="steps done before")

# --- one step --------------------------------------------------------------------------------------------------------

after = as_node((1 - a) ** 2 * q + a**2 * sigma**2)
expected = derive(after, wrt=a, name="expected")
best = expected.solve()

m = sympy.Symbol("theta", real=True)
rate, deviation = sympy.Symbol("a", real=True), sympy.Symbol("sigma", positive=True)
noise = stats.FiniteRV("xi", {-deviation: sympy.Rational(1, 2), deviation: sympy.Rational(1, 2)})
moved = OPTIMISERS["gd"].step(parameter=theta, gradient=theta + scalar("xi"), learning_rate=a)["parameter"]
moved = moved.to_sympy().subs({"theta": m, "a": rate, "xi": noise})
with argument("A step with noise", note="Noise ξ of expectation 0 and variance σ²: −σ or σ.") as step:
    step.expectation(moved, (1 - rate) * m, by="the gradient is θ + ξ, and E ξ = 0")
    step.expectation(moved**2, (1 - rate) ** 2 * m**2 + rate**2 * deviation**2, by="E ξ² = σ²; then q is E θ²")

# --- a constant rate -------------------------------------------------------------------------------------------------

floor = a * sigma**2 / (2 - a)
with argument("With a constant rate the noise stays") as constant:
    positive = [Condition("positive", a), Condition("positive", as_node(2 - a))]
    constant.equal(substitute(after, {q: floor}), floor, by="a q that each step keeps")
    constant.equal(after - floor, (1 - a) ** 2 * (q - floor), by="what is above it is multiplied")
    constant.at_most((1 - a) ** 2, 1, given=positive, margin=a * (2 - a), strict=True, by="by less than 1: it fades")

# --- a rate that falls -----------------------------------------------------------------------------------------------

formula = decay_specification("inverse_sqrt")
(done,), (falling,) = formula.parameters, formula.results
falling = substitute(falling, {done: t})
decay = derive(falling, wrt=t, name="decay")
k = sympy.Symbol("t", integer=True, nonnegative=True)
with argument("The rates fall to zero, and their sum has no bound") as rates:
    rates.at_most(decay.gradient, 0, margin=1 / (2 * sqrt(t + 1) ** 3), by="the derivative is not positive")
    rates.sympy(sympy.Limit(1 / sympy.sqrt(k + 1), k, sympy.oo), 0, by="they go to zero")
    rates.diverges(sympy.Sum(1 / sympy.sqrt(k + 1), (k, 0, sympy.oo)), by="p = ½ ≤ 1")

s, r = sqrt(t + 1), sqrt(t + 2)
late, enough, below = s - alpha - 1 / (2 * alpha), K - alpha * sigma**2, K / s - q
left = (1 - alpha / s) ** 2 * below
shorter = (r + 2 * s) / (2 * s**3 * r * (r + s) ** 2)
with argument(
    "With α/√(t + 1) the noise dies out", note="Given q ≤ K/√(t + 1), the same holds after the step, with t + 1 for t."
) as dies_out:
    dies_out.equal(1 / (2 * s**3) - 1 / s + 1 / r, shorter, by="√(t + 2) − √(t + 1) = 1/(√(t + 2) + √(t + 1))")
    dies_out.at_most(
        substitute(after, {a: alpha * falling}),
        K / r,
        given=[below, late, enough],
        margin=left + alpha * enough / s**2 + alpha * K * late / s**3 + K * shorter,
        by="q ≤ K/√(t + 1), √(t + 1) ≥ α + 1/(2α) and K ≥ ασ²",
    )
    dies_out.argued("So it holds at all later steps, too.", by="induction")
    dies_out.sympy(sympy.Limit(sympy.Symbol("K", positive=True) / sympy.sqrt(k + 1), k, sympy.oo), 0, by="the bound")

chapter(expected, best, step, constant, decay, rates, dies_out, source="S10")
