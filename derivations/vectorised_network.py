"""A network for one sample in vectors, its cached values, and what training does with the gradients.

The entry w_jk of W goes from unit k of the layer before to unit j. Forward, z and a of every layer are kept; backward,
each layer needs its own a and the δ above it, and gives δaᵀ and δ. Gradient descent adds U to W and u to b: these have
the least value of the linear part of the cost, by the gradients G and g, and the squared distance from where one is
over 2η. So they are −ηG and −ηg.
"""

from symnn import backpropagation, chapter, derivation, derive

theorem = backpropagation(
    layer="z = W @ a_before + b; a = sigmoid(z)",
    loss="np.sum((a - y)**2) / 2",
    shapes={"a_before": ("M_before",), "W": ("M", "M_before"), "b": ("M",), "y": ("M",)},
    parameters=["W", "b"],
    by="z",
    source="x",
    name="network",
)

graph = derive("prediction = w*x + b; error = y - prediction; error**2", wrt=["w", "x", "b"], name="graph")
with derivation("(y - (w*x + b))**2", wrt=["w", "x", "b"], title="By the chain rule") as by_hand:
    error = "(y - (w*x + b))"
    by_hand.line([f"-2*{error}*x", f"-2*{error}*w", f"-2*{error}"], by="outer times inner derivative")

nearby = "np.sum(G*U) + np.sum(g*u) + (np.sum(U**2) + np.sum(u**2)) / (2*eta)"
shapes = {"G": ("k", "d"), "U": ("k", "d"), "g": ("k",), "u": ("k",)}
step = derive(nearby, wrt=["U", "u"], shapes=shapes, assume={"eta": "positive"}, name="update")
update = step.solve()

chapter(theorem, theorem.at(2), graph, by_hand, step, update, source=["B15", "B17", "B18"])
