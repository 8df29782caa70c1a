"""The Hessian of a network times a direction.

The Hessian of a loss by all weights is a matrix with as many entries as the square of their number. Its product with a
direction is the derivative of the gradient along it: as long as the gradient, and as quickly computed. Newton's step is
found from such products by conjugate gradients, and no Hessian is formed.
"""

from symnn import chapter, derive

network = derive(
    """
    A = np.tanh(X @ W1 + b1)
    S = softmax(A @ W2 + b2, axis=1)
    -np.sum(Y*np.log(S))/m + lam*(np.sum(W1**2) + np.sum(W2**2))/2
    """,
    wrt=["W1", "b1", "W2", "b2"],
    shapes={"X": ("m", "d"), "W1": ("d", "h"), "b1": ("h",), "W2": ("h", "k"), "b2": ("k",), "Y": ("m", "k")},
    assume={"Y": "onehot rows", "lam": "positive"},
)

chapter(network, network.hvp(), source="S11")
