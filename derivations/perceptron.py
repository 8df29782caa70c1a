"""The perceptron: its update, and what one update gains in margin.

Labels and predictions ŷ are −1 or 1. The update w + η(y − ŷ)x does nothing where ŷ = y, and else adds 2ηyx. It is a
step down the gradient of max(0, −y(wᵀx + b)), with the derivative at the border y(wᵀx + b) = 0 taken from the side
where the sample is wrong: taken from the other side, nothing would ever move from w = 0.

An update raises the margin ywᵀx by η‖x‖², and with an offset by η(‖x‖² + 1). That is the margin of one sample, and a
gain only for x ≠ 0; the margins of others may fall, and that updates come to an end needs separable samples.
"""

from symnn import chapter, derivation, derive

shapes = {"x": ("d",), "w": ("d",)}
signs = {"y": "signs"}

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
    by_h.line("np.where(h != y, 2*eta*(x @ x), 0)", by="yŷ is −1 where ŷ ≠ y, and else 1")

loss = "np.where(y*(w @ x + b) <= 0, -y*(w @ x + b), 0)"
update = derive(loss, wrt=["w", "b"], shapes=shapes, assume=signs)

with derivation(loss, shapes=shapes, assume=signs, title="The loss of which it is a descent") as border:
    border.line("np.maximum(0, -y*(w @ x + b))", by="zero on the border")

chapter(gain, offset, other, by_h, update, border, source="B12")
