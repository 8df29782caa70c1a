"""Newton's method: the step to where the gradient of a quadratic model vanishes.

From w to w + s, J changes by about gᵀs + ½sᵀHs with its gradient g and its Hessian H at w. The gradient of this model
vanishes at s = −H⁻¹g, with one variable at −J′/J″. That is its minimum where H is positive definite, and else need not
be: that a gradient vanishes is necessary for a minimum, not sufficient (as is printed). On cos, steps from 0.3 lead to
the maximum at 0.

Nor need the steps come to an end. √(1 + x²) is convex and has one minimum, but a step leads from x to −x³, which is
farther away for |x| > 1. Taking a part η < 1 of the step mends this: the slope of J along it is −ηgᵀH⁻¹g, negative for
a positive definite H, so that J falls if the part is small enough.

Near a minimum with J″ > 0, the error of a step is at most a multiple of the square of the error before it: digits that
are right double. On x − log x it is the square. The last function is a curved valley in d dimensions, by which methods
are often compared.
"""

import sympy

from symnn import argument, chapter, derivation, derive, dim, inv, matrix, quadratic_form, scalar, transpose, vector
from symnn.algebra.nodes import Number

slope, curvature = scalar("slope", doc="first derivative"), scalar("curvature", doc="second derivative")
h = scalar("h", doc="step")
one = derive(slope * h + curvature * h**2 / 2, wrt=h, name="one_variable")
step = one.solve()

d = dim("d")
g = vector("g", d, doc="gradient")
H = matrix("H", d, d, assume="symmetric", doc="Hessian")
s = vector("s", d, doc="step")
eta = scalar("eta", latex=r"\eta", assume="positive", doc="part of the step that is taken")

model = derive(transpose(g) @ s + quadratic_form(s, H) / 2, wrt=s, name="several_variables")
steps = model.solve()

with derivation(g.T @ (eta * steps.value), title="The slope of J along a part of the step") as falls:
    falls.line(-eta * quadratic_form(g, inv(H)), by="s = −H⁻¹g")

P = matrix("P", d, d, assume="positive definite", doc="positive definite Hessian")
with argument("A direction of descent") as descent:
    along = g.T @ (eta * (-inv(P) @ g))
    descent.at_most(along, 0, by="the inverse is positive definite, too", margin=eta * quadratic_form(g, inv(P)))

cosine = derive("np.cos(x)", "x", name="cosine")
root = derive("np.sqrt(1 + x**2)", "x", name="root")
(y,) = root.wrt

with derivation(-root.gradient / root.hessian, title="The step on √(1 + x²)") as away:
    away.line(-y - y**3, by="multiply by (1 + x²)^(3/2)")

logarithm = derive("x - np.log(x)", "x", name="logarithm")
(z,) = logarithm.wrt
place = z - logarithm.gradient / logarithm.hessian

with derivation(Number(1) - place, title="The error of a step on x − log x") as doubled:
    doubled.line((Number(1) - z) ** 2, by="J′ = 1 − 1/x, J″ = 1/x², the minimum is 1")

e, third, fourth = sympy.symbols("e third fourth", real=True)
second = sympy.Symbol("second", positive=True)
near = second * e**2 / 2 + third * e**3 / 6 + fourth * e**4 / 24
after = e - sympy.diff(near, e) / sympy.diff(near, e, 2)
with argument("The error e of a step, near a minimum at 0") as squared:
    squared.sympy(
        sympy.Limit(after / e**2, e, 0), third / (2 * second), by="Taylor's series of J, its derivatives at 0"
    )

valley = derive("np.sum(100*(w[1:] - w[:-1]**2)**2 + (1 - w[:-1])**2)", "w", {"w": ("d",)}, name="valley")

chapter(
    one,
    step,
    model,
    steps,
    falls,
    descent,
    cosine,
    cosine.second(),
    root,
    root.second(),
    away,
    logarithm,
    logarithm.second(),
    doubled,
    squared,
    valley,
    valley.second(),
    valley.hvp(),
    source="S11",
)
