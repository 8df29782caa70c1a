"""Step sizes of stochastic gradient descent, and what they do where the answer is known.

Robbins and Monro ask two things of the lengths η₁, η₂, … of the steps: that Σ ηₜ diverges, so that every point can be
reached, and that Σ ηₜ² converges, so that the noise of the samples dies out. C/t satisfies both. C/√t satisfies the
first one only: of its squares, Σ C²/t diverges. Both begin at t = 1; at t = 0 they have no value.

The conditions are sufficient, not necessary, as the mean m of samples shows, which is the minimum of ½E(w − x)². A step
w − η(w − x) leaves an expected squared error of (1 − η)²(w − m)² + η²σ². With ηₜ = 1/t, w is the mean of all samples so
far, and the error is σ²/t. With ηₜ = C/√t it is about Cσ²/(2√t), which tends to zero as well, but more slowly. With a
constant η it does not fall below ησ²/(2 − η). Nor are the conditions enough to be fast: where the curvature is μ, steps
C/t leave of the first error a part of the order T^(−c) after T steps, with c = Cμ, which may be nearly all of it.
"""

import sympy
from sympy import stats

from symnn import argument, chapter, derive

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

chapter(both, first, cost, error, mean, constant, slower, slow, source="B9")
