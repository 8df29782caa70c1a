"""Backpropagation through any number of layers.

A network has L layers of widths M₀, M₁, …, and a batch of m samples as rows. What is differentiated is one layer and
the loss; the recursion from layer to layer comes out, and with it the start δ⁽ᴸ⁾, which depends on the loss and on what
the last layer gives to it: here softmax with cross-entropy, and then two other pairs. The activation φ is any function
of each entry, and may be another one in each layer: the step is about one layer alone.
"""

from symnn import backpropagation, chapter, derive

shapes = {"A_before": ("m", "M_before"), "W": ("M_before", "M"), "b": ("M",), "Y": ("m", "M")}

theorem = backpropagation(
    layer="Z = A_before @ W + b; A = phi(Z)",
    loss="P = softmax(Z, axis=1); -1/m * np.sum(Y * np.log(P))",
    shapes=shapes,
    assume={"Y": "onehot rows"},
    parameters=["W", "b"],
    functions="phi",
    by="Z",
    name="softmax",
)
with_sigmoid = theorem.at(2, {"phi": "sigmoid(x)"})

last = {"Z": ("m", "M"), "Y": ("m", "M")}
sigmoid = "A = sigmoid(Z); -1/m * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))"
binary = derive(sigmoid, wrt="Z", shapes=last, name="sigmoid_and_binary_cross_entropy")
linear = derive("1/(2*m) * np.sum((Z - Y)**2)", wrt="Z", shapes=last, name="linear_and_squared_error")

chapter(theorem, with_sigmoid, binary, linear, source=["L13", "L17", "B19"])
