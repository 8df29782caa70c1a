"""Newton's method: the step to where the gradient of a quadratic model vanishes.

From w to w + s, J changes by about gᵀs + ½sᵀHs with its gradient g and its Hessian H at w. The gradient of this model
vanishes at s = −H⁻¹g, with one variable at −J′/J″. That is its minimum where H is positive definite, and else need not
be: that a gradient vanishes is necessary for a minimum, not sufficient (as is printed). On cos, steps from 0.3 lead to
the maximum at 0.

Nor need the steps come to an end. √(1 + x²) is convex and has one minimum, but a step leads from x to −x³, which is
farther away for |x| > 1. Taking a part η < 1 of the step mends this: the slope of J along it is −ηgᵀH⁻¹g, negative for
a positive definite H, so that J falls if the part is small enough.

The third function is a curved valley in d dimensions, by which methods are often compared.
"""

from symnn import chapter, derivation, derive, dim, inv, matrix, quadratic_form, scalar, transpose, vector

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

cosine = derive("np.cos(x)", "x", name="cosine")
root = derive("np.sqrt(1 + x**2)", "x", name="root")
(y,) = root.wrt

with derivation(-root.gradient / root.hessian, title="The step on √(1 + x²)") as away:
    away.line(-y - y**3, by="multiply by (1 + x²)^(3/2)")

valley = derive("np.sum(100*(w[1:] - w[:-1]**2)**2 + (1 - w[:-1])**2)", "w", {"w": ("d",)}, name="valley")

chapter(
    one,
    step,
    model,
    steps,
    falls,
    cosine,
    cosine.second(),
    root,
    root.second(),
    away,
    valley,
    valley.second(),
    valley.hvp(),
    source="S11",
)
