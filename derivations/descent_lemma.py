"""The descent lemma: what a step of gradient descent gains, for every L-smooth cost.

A cost C is L-smooth where its gradient changes by at most L times the distance: ‖∇C(U) − ∇C(W)‖ ≤ L‖U − W‖. Nothing
else is asked of it. With g = ∇C(W), the lemma says of a step against the gradient that

C(W − ηg) ≤ C(W) − ½η(2 − ηL)‖g‖².

So the cost falls where g ≠ 0 and 0 < η < 2/L. Both conditions are needed. The least squares cost is L-smooth with the
largest eigenvalue L of its Hessian.
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
before = scalar("before", latex="C(W)", doc="C(W)")
after = scalar("after", latex=r"C(W - \eta g)", doc="C(W − ηg)")

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
phi = sympy.Function("φ")
along = "The slope of φ(x) = C(W + xD) is at most a + bx, with a = gᵀD and b = L‖D‖²."
with argument("The bound on the whole step", note=along) as whole:
    whole.sympy(sympy.Integral(phi(x).diff(x), (x, 0, 1)), phi(1) - phi(0), by="a value is the integral of the slope")
    whole.argued("The integral of the slope is at most that of its bound.", by="integrals keep ≤")
    whole.sympy(sympy.Integral(a + b * x, (x, 0, 1)), a + b / 2, by="∫₀¹ x dx = ½")

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

chapter(slope, whole, lemma, sharp, quadratic, source="B8")
