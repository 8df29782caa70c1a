"""Two layers with softmax and cross-entropy.

A hidden layer of sigmoid units, a linear layer, and the mean cross-entropy of the softmax with the one-hot rows of Y.
"""

from symnn import chapter, derivation, derive

shapes = {"X": ("m", "d"), "W1": ("d", "h"), "W2": ("h", "k"), "Y": ("m", "k")}
network = "H1 = sigmoid(X @ W1); H2 = H1 @ W2; S = softmax(H2, axis=1)"
loss = f"{network}; -1/m * np.sum(Y * np.log(S))"
assume = {"Y": "onehot rows"}

gradients = derive(loss, wrt=["W1", "W2"], shapes=shapes, assume=assume)

with derivation(loss, wrt=["W1", "W2"], shapes=shapes, assume=assume, title="The notes' form") as notes:
    first = f"{network}; X.T @ (((S - Y) @ W2.T) * H1 * (1 - H1)) / m"
    second = f"{network}; H1.T @ (S - Y) / m"
    notes.line([first, second], by="chain rule")

last = derive("S = softmax(H, axis=1); -1/m * np.sum(Y * np.log(S))", wrt="H",
              shapes={"H": ("m", "k"), "Y": ("m", "k")}, assume=assume, name="last")  # fmt: skip

chapter(gradients, notes, last, source="H3")
