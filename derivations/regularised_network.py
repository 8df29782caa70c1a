"""A network with a penalty on its weights.

The objective is the mean loss of N samples and half λ times the squared weights of all layers; biases are not
penalised. Each layer adds λW⁽ˡ⁾ to its own gradient, and nothing to the recursion.
"""

from symnn import backpropagation, chapter

theorem = backpropagation(
    layer="Z = A_before @ W + b; A = np.tanh(Z)",
    loss="np.sum((A - Y)**2) / (2*N)",
    penalty="lam/2 * np.sum(W**2)",
    shapes={"A_before": ("N", "M_before"), "W": ("M_before", "M"), "b": ("M",), "Y": ("N", "M")},
    assume={"lam": "positive"},
    parameters=["W", "b"],
    by="Z",
)

chapter(theorem, theorem.at(2), source="L15")
