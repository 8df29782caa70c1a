"""A network whose output is scaled: the lecture's class NeuralNetwork.

What the last layer gives is multiplied by a number k, so that an activation with a bounded range can reach targets
beyond it. The factor k then stands in every gradient, since all of them come from δ⁽ᴸ⁾, and the gradient by a bias is
the sum of δ over the samples of the batch. The activation is any function; code is emitted for tanh, sigmoid, ReLU and
ReLU³.
"""

from symnn import Backpropagation, backpropagation, chapter

ACTIVATIONS = {"tanh": "tanh(x)", "sigmoid": "sigmoid(x)", "relu": "relu(x)", "relu_cubed": "relu(x)**3"}


def network(name: str = "") -> Backpropagation:
    """The theorem; its code is called by this name."""
    return backpropagation(
        layer="Z = A_before @ W + b; A = phi(Z)",
        loss="np.sum((k*A - Y)**2) / (2*m)",
        shapes={"A_before": ("m", "M_before"), "W": ("M_before", "M"), "b": ("M",), "Y": ("m", "M")},
        parameters=["W", "b"],
        functions="phi",
        by="Z",
        name=name,
    )


written_out = [network(name).at(2, {"phi": formula}) for name, formula in ACTIVATIONS.items()]

chapter(network(), *written_out, source="L21")
