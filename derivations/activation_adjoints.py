"""Backpropagation by the adjoints of the activations.

The notes carry C⁽ˡ⁾, the gradient by the activations of a layer, instead of that by what enters the activation: then
C⁽ˡ⁾ = (C⁽ˡ⁺¹⁾ ⊙ G′)W⁽ˡ⁺¹⁾ᵀ and ∇W⁽ˡ⁾ = A⁽ˡ⁻¹⁾ᵀ(C⁽ˡ⁾ ⊙ G′), with G′ of the layer whose C stands beside it. C⁽ᴸ⁾ is
(1/m)(S − Y) where the last layer is linear and softmax with cross-entropy follows; for a layer G it is what its loss
gives.
"""

from symnn import Backpropagation, backpropagation, chapter

shapes = {"A_before": ("m", "M_before"), "W": ("M_before", "M"), "Y": ("m", "M")}


def network(name: str) -> Backpropagation:
    return backpropagation(
        layer="Z = A_before @ W; A = sigmoid(Z)",
        loss="S = softmax(A, axis=1); -1/m * np.sum(Y * np.log(S))",
        shapes=shapes,
        assume={"Y": "onehot rows"},
        parameters="W",
        adjoint="C",
        name=name,
    )


theorem = network("")

chapter(theorem, theorem.at(2), network("four").at(4), source="H2")
