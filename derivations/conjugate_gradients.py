"""Conjugate gradients: steps on a quadratic that never undo what an earlier one gained.

Of f(w) = ½wᵀHw + cᵀw with a positive definite H, r = −(Hw + c) is the residual. A step goes along p to the least value
on that line. The next direction is the next residual and so much of p that both are conjugate: p₊ᵀHp = 0. Likewise,
p = r + γq with the direction q before it.

Each theorem says what is left over, and all that is left over is zero by the ones before: rᵀq = 0 gives r₊ᵀp = 0, and
pᵀHq = 0 gives r₊ᵀr = 0, and that gives p₊ᵀHp = 0. The same follows for an older residual t with its direction
u = t + δz, and the residual t − κHu after it. So all residuals are orthogonal, and all directions conjugate. Of vectors
other than 0, d dimensions hold at most d that are orthogonal: after d steps at most the residual is 0, and w is the
minimum.

Of functions that are not quadratic, r is minus the gradient, and a search finds the length. With the form of β by Polak
and Ribière, the method begins anew where gradients hardly change.
"""

from fractions import Fraction

import sympy

from symnn import (
    argument,
    chapter,
    derivation,
    derive,
    dim,
    matrix,
    quadratic_form,
    scalar,
    squared_norm,
    substitute,
    transpose,
    vector,
)
from symnn.algebra.nodes import Several

d = dim("d")
H = matrix("H", d, d, assume="positive definite", doc="Hessian")
c = vector("c", d)
w = vector("w", d, doc="weights")
r = vector("r", d, doc="residual −(Hw + c)")
p = vector("p", d, doc="direction")
q = vector("q", d, doc="direction before p")
t, u, z = vector("t", d, doc="older residual"), vector("u", d, doc="its direction"), vector("z", d, doc="that before u")
eta = scalar("eta", latex=r"\eta", doc="length of the step")
gamma = scalar("gamma", latex=r"\gamma", doc="how much of q is in p")
delta = scalar("delta", latex=r"\delta", doc="how much of z is in u")
kappa = scalar("kappa", latex=r"\kappa", assume="positive", doc="length of the step along u")

cost = quadratic_form(w, H) / 2 + transpose(c) @ w
gradient = derive(cost, wrt=w)
by_length = derive(substitute(cost, {w: w + eta * p}), wrt=eta, name="length")
best = by_length.solve()

with derivation(best.value, title="The best length, by the residual") as length:
    length.line(substitute((r.T @ p) / quadratic_form(p, H), {r: -gradient.gradient}), by="r = −(Hw + c)")

best_step = substitute(cost, {w: w + best.value * p})
with derivation(cost - best_step, title="What a step of the best length gains") as gain:
    gain.line((p.T @ gradient.gradient) ** 2 / (2 * quadratic_form(p, H)), by="multiply out")

alpha = squared_norm(r) / quadratic_form(p, H)
next_r = r - alpha * (H @ p)
beta = squared_norm(next_r) / squared_norm(r)
next_p = next_r + beta * p

with derivation(-(H @ (w + alpha * p) + c), title="The next residual") as residual:
    residual.line(-(H @ w + c) - alpha * (H @ p), by="multiply out")

from_q = {p: r + gamma * q}
with derivation(substitute(p.T @ r - r.T @ r, from_q), title="The length is the best one if rᵀq = 0") as is_best:
    is_best.line(gamma * (r.T @ q), by="p = r + γq")

with derivation(substitute(next_r.T @ p, from_q), title="r₊ᵀp is 0 if rᵀq is") as along:
    along.line(gamma * (r.T @ q), by="α pᵀHp = rᵀr, p = r + γq")

with derivation(substitute(next_r.T @ r, from_q), title="r₊ᵀr is 0 if pᵀHq is") as orthogonal:
    orthogonal.line(substitute(alpha * gamma * (p.T @ H @ q), from_q), by="r = p − γq, α pᵀHp = rᵀr")

with derivation(next_p.T @ H @ p, title="p₊ᵀHp is 0 if r₊ᵀr is") as conjugate:
    conjugate.line((next_r.T @ r) / alpha, by="αHp = r − r₊, p₊ = r₊ + βp")

with derivation(next_r.T @ t, title="r₊ᵀt is 0 if rᵀt, pᵀHu and pᵀHz are") as orthogonal_to_older:
    older_u = t + delta * z
    left_over = r.T @ t - alpha * (p.T @ H @ older_u) + alpha * delta * (p.T @ H @ z)
    orthogonal_to_older.line(left_over, by="t = u − δz")

with derivation(next_p.T @ H @ u, title="p₊ᵀHu is 0 if r₊ᵀt, r₊ᵀt₊ and pᵀHu are") as conjugate_to_older:
    next_t = t - kappa * (H @ u)
    conjugate_to_older.line(
        (next_r.T @ t - next_r.T @ next_t) / kappa + beta * (p.T @ H @ u), by="κHu = t − t₊, p₊ = r₊ + βp"
    )


def product_of(row: list[Fraction], column: list[Fraction]) -> Fraction:
    """The sum of all products."""
    return sum((one * other for one, other in zip(row, column, strict=True)), Fraction(0))


def residuals(size: int) -> list[list[Fraction]]:
    """All residuals of so many steps from 0, where H[i, j] = 1/(i + j + 1) and c = (1, −2, 3, …)."""
    matrix = [[Fraction(1, row + place + 1) for place in range(size)] for row in range(size)]
    r = [Fraction(-((-1) ** place) * (place + 1)) for place in range(size)]
    found, p = [r], r
    for _ in range(size):
        image = [product_of(row, p) for row in matrix]
        length = product_of(r, r) / product_of(p, image)
        new = [entry - length * other for entry, other in zip(r, image, strict=True)]
        share = product_of(new, new) / product_of(r, r)
        r, p = new, [entry + share * other for entry, other in zip(new, p, strict=True)]
        found.append(r)
    return found


D = sympy.Symbol("d", integer=True, positive=True)
SIZES = [{D: size} for size in range(1, 7)]
with argument("After d steps", note="From w = 0, where H[i, j] = 1/(i + j + 1) and c = (1, −2, 3, …).") as in_all:
    in_all.argued(
        "At the first step q is 0, and all that is left over is 0; so it is after each of the others.",
        by="induction over the steps, by the theorems above",
    )
    in_all.cases(
        sympy.Function("greatest")(sympy.Symbol("|rᵀt|")),
        0,
        at=SIZES,
        value=lambda d: max(
            abs(product_of(r, t)) for place, r in enumerate(residuals(d)) for t in residuals(d)[:place]
        ),
        by="all pairs of residuals",
    )
    in_all.cases(
        sympy.Symbol("‖r‖²"), 0, at=SIZES, value=lambda d: product_of(residuals(d)[d], residuals(d)[d]), by="d steps"
    )

state = Several(w + alpha * p, next_r, next_p)
with derivation(state, title="One step", function="step") as step:
    step.line((w + p * alpha, next_r, next_p), by="w₊, r₊ and p₊ from w, r and p")

new = vector("new", d, doc="new residual −g")
share = squared_norm(new) / squared_norm(r)
with derivation(share - new.T @ (new - r) / squared_norm(r), title="Two forms of β, equal if r₊ᵀr is 0") as forms:
    forms.line((new.T @ r) / squared_norm(r), by="r₊ᵀ(r₊ − r) = ‖r₊‖² − r₊ᵀr")

with derivation(
    new + new.T @ (new - r) / squared_norm(r) * p, title="The direction by Polak and Ribière", function="direction"
) as polak_ribiere:
    polak_ribiere.line(new + (new.T @ new - new.T @ r) / squared_norm(r) * p, by="multiply out")

chapter(
    gradient,
    by_length,
    best,
    length,
    gain,
    residual,
    is_best,
    along,
    orthogonal,
    conjugate,
    orthogonal_to_older,
    conjugate_to_older,
    in_all,
    step,
    forms,
    polak_ribiere,
    source="S11",
)
