"""Step sizes of stochastic gradient descent, and what they do where the answer is known.

Robbins and Monro ask two things of the lengths η₁, η₂, … of the steps: that Σ ηₜ diverges, so that every point can be
reached, and that Σ ηₜ² converges, so that the noise of the samples dies out. C/t satisfies both. C/√t satisfies the
first one only: of its squares, Σ C²/t diverges. Both begin at t = 1; at t = 0 they have no value.

What they are for is seen at the mean m of samples, which is the minimum of ½E(w − x)². A step w − η(w − x) leaves an
expected squared error of (1 − η)²(w − m)² + η²σ². From step s on, that is at most exp(−∑ η) times the error at s, and
σ² times the sum of the squares. The first part dies out by the first condition; the second is small from the start for
a late s, by the second condition. So the conditions are sufficient. They are not necessary: with ηₜ = 1/t, w is the
mean of all samples so far, and the error is σ²/t; with ηₜ = C/√t it is about Cσ²/(2√t), which tends to zero as well,
but more slowly. With a constant η it does not fall below ησ²/(2 − η).

Nor are the conditions enough to be fast: where the curvature is μ, steps C/t leave of the first error a part of the
order T^(−c) after T steps, with c = Cμ, which may be nearly all of it.
"""

import sympy
from sympy import stats

from symnn import argument, chapter, derivation, derive, exp, scalar
from symnn.algebra.nodes import as_node

C, t = sympy.symbols("C t", positive=True)
k = sympy.Symbol("t", integer=True, positive=True)

with argument("C/t satisfies both conditions") as both:
    both.diverges(sympy.Sum(C / k, (k, 1, sympy.oo)), by="the harmonic series")
    both.converges(sympy.Sum((C / k) ** 2, (k, 1, sympy.oo)), by="p = 2 > 1")
    both.sympy(sympy.Sum(1 / k**2, (k, 1, sympy.oo)), sympy.pi**2 / 6, by="Euler")

with argument("C/√t satisfies the first one only") as first:
    first.diverges(sympy.Sum(C / sympy.sqrt(k), (k, 1, sympy.oo)), by="p = ½ ≤ 1")
    first.diverges(sympy.Sum((C / sympy.sqrt(k)) ** 2, (k, 1, sympy.oo)), by="its squares are C²/t")
    first.sympy(sympy.Limit(C / sympy.sqrt(t), t, 0), sympy.oo, by="no value at t = 0")

samples = {"w": ("k",), "x": ("k",)}
cost = derive("np.sum((w - x)**2)/2", wrt="w", shapes=samples)

eta, sigma = sympy.symbols("η σ", positive=True)
w, m = sympy.symbols("w m", real=True)
x = stats.Normal("x", m, sigma)
with argument("The expected squared error after a step", note="x is a sample with mean m and variance σ².") as error:
    error.expectation(w - eta * (w - x) - m, (1 - eta) * (w - m), by="E x = m")
    after = (1 - eta) ** 2 * (w - m) ** 2 + eta**2 * sigma**2
    error.expectation((w - eta * (w - x) - m) ** 2, after, by="E (x − m)² = σ²")

now = scalar("e", assume="nonnegative", doc="E(w − m)² before a step")
length, spread = scalar("eta", latex=r"\eta", assume="positive"), scalar("sigma", latex=r"\sigma", assume="positive")
one = as_node(1)
square = (one - 2 * length) * now + length**2 * (now + spread**2)
with derivation(
    square, title="E(w − m)² after a step, from E(w − m)² before it", function="expected_error"
) as after_it:
    after_it.line((one - length) ** 2 * now + length**2 * spread**2, by="E(w − m)(w − x) = e, E(w − x)² = e + σ²")

first_error = scalar("first", assume="nonnegative", doc="E(w − m)² at step s")
p, q = scalar("p", assume="positive", doc="exp(−∑ η) since s"), scalar("q", assume="nonnegative", doc="∑ η² since s")
f = scalar("f", assume="positive", doc="exp(−η), at most 1")
bounded, by_exp = p * first_error + spread**2 * q - now, f - (1 - length) ** 2
with argument("Both conditions are enough for the mean", note="Where no length is greater than 1.") as enough:
    enough.at_most((1 - length) ** 2, exp(-length), by="(1 − η)² ≤ 1 − η ≤ exp(−η)", given=[one - length])
    enough.at_most(
        after_it.proof.line,
        f * p * first_error + spread**2 * (q + length**2),
        by="from a step to the next, where (1 − η)² ≤ f ≤ 1",
        given=[bounded, by_exp, one - f],
        margin=f * bounded + by_exp * now + (1 - f) * spread**2 * q,
    )
    T, s = sympy.symbols("T s", integer=True, positive=True)
    lengths, squares = sympy.Sum(1 / k, (k, 1, T)), sympy.Sum(1 / k**2, (k, 1, s))
    enough.sympy(sympy.Limit(sympy.exp(-C * lengths), T, sympy.oo), 0, by="C/t: the error at s dies out")
    by = "C/t: all but a small rest of the squares come before a late s"
    enough.sympy(sympy.Limit(squares, s, sympy.oo), sympy.pi**2 / 6, by=by)


def following(error: sympy.Expr, length: sympy.Expr) -> sympy.Expr:
    """The expected squared error after a step of this length."""
    return (1 - length) ** 2 * error + length**2 * sigma**2


with argument("1/t: the mean of all samples so far") as mean:
    mean.expectation((x - m) ** 2, sigma**2, by="η = 1 leads from any w to the first sample")
    mean.sympy(following(sigma**2 / (t - 1), 1 / t), sigma**2 / t, by="from t − 1 to t")
    mean.sympy(sympy.Limit(sigma**2 / t, t, sympy.oo), 0, by="it tends to the mean")

e = sympy.Symbol("e", real=True)
with argument("A constant η: the noise stays") as constant:
    floor = eta * sigma**2 / (2 - eta)
    constant.sympy(following(floor, eta), floor, by="an error that a step keeps")
    constant.sympy(following(floor + e, eta) - floor, (1 - eta) ** 2 * e, by="what is above it falls")

with argument("C/√t: the error falls like Cσ²/(2√t)") as slower:
    guess = C * sigma**2 / 2
    change = following(guess / sympy.sqrt(t), C / sympy.sqrt(t)) - guess / sympy.sqrt(t)
    slower.sympy(sympy.Limit(t * change, t, sympy.oo), 0, by="a step keeps it, up to what is small beside 1/t")

c = sympy.Symbol("c", positive=True)
with argument(
    "C/t with a small c = Cμ: hardly any progress", note="Each step multiplies the error by 1 − c/t."
) as slow:
    slow.sympy(
        sympy.Limit(t * (1 - c / t - (1 - 1 / t) ** c), t, sympy.oo),
        0,
        by="t^(−c) falls alike, up to what is small beside 1/t",
    )
    slow.sympy(sympy.Pow(2 ** (1 / c), -c, evaluate=False), sympy.Rational(1, 2), by="half is left after 2^(1/c) steps")

chapter(both, first, cost, error, after_it, enough, mean, constant, slower, slow, source="B9")
