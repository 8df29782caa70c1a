"""The descent lemma: what a step of gradient descent gains, for every L-smooth cost.

A cost C is L-smooth where its gradient changes by at most L times the distance: ‖∇C(U) − ∇C(W)‖ ≤ L‖U − W‖. Nothing
else is asked of it. With g = ∇C(W), the lemma says of a step against the gradient that

C(W − ηg) ≤ C(W) − ½η(2 − ηL)‖g‖².

So the cost falls where g ≠ 0 and 0 < η < 2/L. Both conditions are needed: where g = 0 a step does not move, and on ½Lw²
one of length 2/L or more does not descend. A cost that is bounded from below cannot fall by the same amount for ever:
the squares ‖g‖² of all steps have a finite sum, so that the gradients tend to 0. The least squares cost is L-smooth
with the largest eigenvalue L of its Hessian.
"""

import sympy

from symnn import Condition, argument, chapter, diag, dim, matrix, ones, scalar, squared_norm, total, transpose, vector
from symnn.algebra.nodes import as_node

d = dim("d")
g = vector("g", d, doc="∇C(W)")
h = vector("h", d, doc="∇C(W + tD)")
D = vector("D", d, doc="step")
t = scalar("t", assume="positive", doc="where on the segment from W to W + D, at most 1")
L = scalar("L", assume="positive", doc="how smooth C is")
eta = scalar("eta", latex=r"\eta", assume="positive", doc="length of the step")
before = scalar("C0", doc="C(W)")
after = scalar("C1", doc="C(W − ηg)")

smooth = (L * t) ** 2 * squared_norm(D) - squared_norm(h - g)
with argument("The slope along the segment", note="C is L-smooth: ‖h − g‖ ≤ L‖tD‖.") as slope:
    slope.at_most(
        transpose(h) @ D,
        transpose(g) @ D + L * t * squared_norm(D),
        by="‖LtD − (h − g)‖² ≥ 0",
        given=[smooth],
        margin=(squared_norm(L * t * D - (h - g)) + smooth) / (2 * L * t),
    )

a, b, x = sympy.symbols("a b x", real=True)
F, gap = sympy.Function("F"), sympy.Function("s", real=True)
along = "By (1), the slope of F(x) = C(W + xD) is a + bx − s(x)² with some s, where a = gᵀD and b = L‖D‖²."
with argument("The bound on the whole step", note=along) as whole:
    whole.sympy(sympy.Integral(F(x).diff(x), (x, 0, 1)), F(1) - F(0), by="a value is the integral of the slope")
    slope_of_bound = sympy.Integral(a + b * x, (x, 0, 1))
    whole.integral_at_most(sympy.Integral(a + b * x - gap(x) ** 2, (x, 0, 1)), slope_of_bound, by="integrals keep ≤")
    whole.sympy(slope_of_bound, a + b / 2, by="the integral of x is ½")

step = -eta * g
bound = before + transpose(g) @ step + L / 2 * squared_norm(step) - after
with argument("The descent lemma", note="C(W + D) ≤ C(W) + gᵀD + ½L‖D‖² at D = −ηg.") as lemma:
    gain = eta * (2 - eta * L) * squared_norm(g) / 2
    lemma.at_least(before - after, gain, by="D = −ηg", given=[bound], margin=bound)
    falls = [Condition("positive", as_node(2 / L - eta)), Condition("positive", squared_norm(g))]
    lemma.at_least(
        gain,
        0,
        by="0 < η < 2/L and g ≠ 0",
        given=falls,
        margin=eta * L * (2 / L - eta) * squared_norm(g) / 2,
        strict=True,
    )
    lemma.at_most(
        eta * (2 - eta * L) / 2, 1 / (2 * L), by="the most is at η = 1/L", margin=(1 - eta * L) ** 2 / (2 * L)
    )

T = dim("T")
falls_by = vector("f", T, doc="by how much C falls in each of T steps")
squares = vector("q", T, doc="‖g‖² at each of them")
low = scalar("low", doc="a bound of C from below")
kappa = scalar("kappa", latex=r"\kappa", assume="positive", doc="½η(2 − ηL), for a length between 0 and 2/L")
enough, above = falls_by - kappa * squares, before - total(falls_by) - low
with argument("The gradients tend to 0", note="Each step gains κ‖g‖² at least; the last C is C₀ − ∑ f.") as vanish:
    vanish.at_most(
        total(squares),
        (before - low) / kappa,
        by="all falls together are at most C₀ − low",
        given=[enough, above],
        margin=(total(enough) + above) / kappa,
    )

w = scalar("w", doc="weight of the cost ½Lw², which is L-smooth")
with argument(
    "The limit 2/L is sharp", note="For C = ½Lw², a step leads to w − ηLw, and one of length 2/L to −w."
) as sharp:
    sharp.at_least(
        L * (w - eta * L * w) ** 2 / 2,
        L * w**2 / 2,
        by="η ≥ 2/L",
        given=[eta * L - 2],
        margin=L**2 * w**2 * eta * (eta * L - 2) / 2,
    )

Q = matrix("Q", d, d, assume="orthogonal", doc="eigenvectors of H as columns")
lam = vector("lam", d, latex=r"\lambda", assume="nonnegative", doc="eigenvalues of H, at most L")
difference = L * ones(d) - lam
with argument("A quadratic is L-smooth", note="∇C(W + D) − ∇C(W) = HD with H = Q diag(λ) Qᵀ.") as quadratic:
    quadratic.at_most(
        squared_norm(Q @ diag(lam) @ Q.T @ D),
        L**2 * squared_norm(D),
        by="in the eigenvectors' coordinates",
        given=[difference],
        margin=total(difference * (L * ones(d) + lam) * (Q.T @ D) ** 2),
    )

chapter(slope, whole, lemma, vanish, sharp, quadratic, source="B8")
