"""The perceptron: its update, and what one update gains in margin.

Labels are −1 or 1. A sample is learned from where y(wᵀx + b) ≤ 0: w becomes w + ηyx, and b becomes b + ηy. Where it is
positive nothing changes. This is a step of stochastic gradient descent on max(0, −y(wᵀx + b)), with the derivative at
the border y(wᵀx + b) = 0 taken from the side where the sample is wrong: taken from the other side, nothing would ever
move from w = 0, b = 0. The step is the point that minimises the linear part of the loss and the squared distance from
where one is.

Written with the prediction h = ŷ, the update w + η(y − ŷ)x does nothing where ŷ = y, and else adds 2ηyx. On the border
the prediction must not be y, or nothing moves from zero: with the sign of 0, which is 0, the update there adds ηyx.

An update raises the margin ywᵀx by η‖x‖², and with an offset by η(‖x‖² + 1). That is the margin of one sample, and a
gain only for x ≠ 0; the margins of others may fall, and that updates come to an end needs separable samples.
"""

from symnn import chapter, derivation, derive, scalar, squared_norm, substitute, transpose, vector

shapes = {"x": ("d",), "w": ("d",)}
signs = {"y": "signs"}

loss = "np.where(y*(w @ x + b) <= 0, -y*(w @ x + b), 0)"
slope = derive(loss, wrt=["w", "b"], shapes=shapes, assume=signs)

with derivation(loss, shapes=shapes, assume=signs, title="The loss of which it is a descent") as border:
    border.line("np.maximum(0, -y*(w @ x + b))", by="zero on the border")

w, b = slope.wrt
w0, b0 = vector("w0", w.rows, doc="weights before"), scalar("b0", doc="offset before")
eta = scalar("eta", latex=r"\eta", doc="learning rate")
by_w, by_b = (substitute(gradient, {w: w0, b: b0}) for gradient in slope.gradients.values())
linear_part = eta * (transpose(by_w) @ w + by_b * b)
step = derive(linear_part + squared_norm(w - w0) / 2 + (b - b0) ** 2 / 2, wrt=[w, b], name="update")
update = step.solve()

with derivation("y*((w + eta*y*x) @ x)", shapes=shapes, assume=signs, title="The gain in margin of one update") as gain:
    gain.line("y*(w @ x) + eta*y**2*(x @ x)", by="multiply out")
    gain.line("y*(w @ x) + eta*(x @ x)", by="y² = 1")

with derivation("y*((w + eta*y*x) @ x + b + eta*y)", shapes=shapes, assume=signs, title="With an offset") as offset:
    offset.line("y*(w @ x + b) + eta*(x @ x + 1)", by="y² = 1")

others = {"x": ("d",), "w": ("d",), "u": ("d",)}
with derivation("y*((w + eta*t*u) @ x)", shapes=others, assume=signs, title="The margin of another sample") as other:
    other.line("y*(w @ x) + eta*t*y*(u @ x)", by="an update by the sample u with label t")

both = {"y": "signs", "h": "signs"}
with derivation(
    "y*((w + eta*(y - h)*x) @ x) - y*(w @ x)", shapes=shapes, assume=both, title="By the prediction"
) as by_h:
    by_h.line("eta*(1 - y*h)*(x @ x)", by="y² = 1")
    by_h.line("np.where(y*h <= 0, 2*eta*(x @ x), 0)", by="yŷ is −1 where ŷ ≠ y, and else 1")

prediction = derive(
    "-eta*(y - h)*(w @ x + b) + np.sum((w - w0)**2)/2 + (b - b0)**2/2",
    wrt=["w", "b"],
    shapes={**shapes, "w0": ("d",)},
    assume=signs,
    name="by_prediction",
)
by_prediction = prediction.solve()

chapter(slope, border, step, update, gain, offset, other, by_h, prediction, by_prediction, source=["L9", "B12"])
