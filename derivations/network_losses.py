"""Losses of networks: logistic and softmax cross-entropy with a penalty that leaves out the bias.

The bias is the first column of Θ⁽ˡ⁾, and the penalty (λ/2m)ΣΘ² is over the others. With one output unit or several
sigmoid units the loss is the binary cross-entropy, with a softmax the cross-entropy; in both δ⁽ᴸ⁾ is (1/m)(h − y).
"""

from symnn import backpropagation, chapter, derive

classifier = derive(
    "h = sigmoid(X @ theta + bias); -np.sum(y*np.log(h) + (1 - y)*np.log(1 - h))/m + lam/(2*m)*np.sum(theta**2)",
    wrt=["theta", "bias"],
    shapes={"X": ("m", "d"), "theta": ("d",), "y": ("m",)},
    assume={"lam": "positive"},
    name="logistic",
)

shapes = {"A_before": ("m", "s_before"), "Theta": ("s", "s_before + 1"), "Y": ("m", "s")}
layer = "Z = np.concatenate((np.ones((m, 1)), A_before), axis=1) @ Theta.T; A = sigmoid(Z)"
penalty = "lam/(2*m) * np.sum(Theta[:, 1:]**2)"

units = backpropagation(
    layer,
    loss="-1/m * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))",
    penalty=penalty,
    shapes=shapes,
    assume={"lam": "positive"},
    parameters="Theta",
    by="Z",
    title="Sigmoid units with binary cross-entropy",
    name="units",
)
softmax = backpropagation(
    layer,
    loss="H = softmax(Z, axis=1); -1/m * np.sum(Y * np.log(H))",
    penalty=penalty,
    shapes=shapes,
    assume={"lam": "positive", "Y": "onehot rows"},
    parameters="Theta",
    by="Z",
    title="Softmax with cross-entropy",
    name="classes",
)

chapter(classifier, units, softmax, softmax.at(2), source="S7")
