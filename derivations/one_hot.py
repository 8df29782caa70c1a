"""Several classes: one-hot labels, softmax, cross-entropy.

A label of k classes is a column with a 1 at its class. Two different labels are as far from each other as any other
two: ‖y − t‖² is 2, so that no class lies between others, as it would between numbers 0, 1, 2. The cross-entropy of a
softmax with it is minus the logarithm of the probability of its class, and its gradient by the inputs z of the softmax
is s − y: what each class has of probability, too much or too little. The class with the largest input has the largest
probability: to choose a class no softmax is needed. The Jacobian of the softmax is the Hessian of the cost by z: it is
between 0 and ½I, so that the cost is convex, and nowhere curved by more than a half.

The softmax depends on differences of its inputs alone. Of two classes it is the sigmoid of the difference, so that the
logistic classifier is the case k = 2.
"""

from symnn import Identity, argument, chapter, derivation, derive, diag, exp, ones, scalar, total, transpose, vector

shapes, label = {"y": ("k",), "z": ("k",)}, {"y": "onehot"}
two_labels = dict.fromkeys(("y", "t"), ("k",)), dict.fromkeys(("y", "t"), "onehot")

with derivation("np.sum((y - t)**2)", None, *two_labels, title="Labels are equally far apart") as distance:
    distance.line("y @ y - 2*(y @ t) + t @ t", by="multiply out")
    distance.line("2*(1 - y @ t)", by="a label has one entry 1")

sample = "-np.sum(y * np.log(softmax(z)))"
with derivation(sample, shapes=shapes, assume=label, title="What one sample costs") as cost:
    cost.line("-np.log(y @ softmax(z))", by="the one entry of y takes one probability")
    cost.line("np.log(np.sum(np.exp(z))) - y @ z", by="logarithm of a quotient")

error = derive(sample, wrt="z", shapes=shapes, assume=label, name="sample")

with derivation("softmax(z + c)", shapes={"z": ("k",)}, title="Only differences count") as shifted:
    shifted.line("softmax(z)", by="exp(z + c) = exp(c)exp(z)")

with derivation("np.exp(u)/(np.exp(u) + np.exp(v))", title="Two classes") as two:
    two.line("1/(1 + np.exp(v - u))", by="divide by exp(u)")
    two.line("sigmoid(u - v)", by="definition")

first, second = scalar("u"), scalar("v")
others = scalar("c", assume="nonnegative", doc="the sum of the exponentials of the other classes")
norm = exp(first) + exp(second) + others
with argument("The largest input has the largest probability", note="Of two classes among k.") as order:
    order.at_least(exp(first) / norm, exp(second) / norm, by="exp increases", given=[first - second])

softmax = derive("softmax(z)", wrt="z", shapes={"z": ("k",)}, name="softmax")
(z,) = softmax.wrt
s, v = softmax.objective, vector("v", z.rows, doc="any direction")
spread = v - (transpose(s) @ v) * ones(z.rows)
p = exp(z) / total(exp(z))
with argument("The Jacobian of the softmax is between 0 and ½I") as curved:
    curved.semidefinite(softmax.jacobian, by="a variance with the weights s", along=v, margin=total(s * spread**2))
    curved.semidefinite(Identity(z.rows) / 2 - (diag(p) - p @ transpose(p)), by="s = p; of two halves it is ½")

batch = derive(
    "S = softmax(X @ W + b, axis=1); -np.sum(Y * np.log(S))/n",
    wrt=["W", "b"],
    shapes={"X": ("n", "d"), "W": ("d", "k"), "b": ("k",), "Y": ("n", "k")},
    assume={"Y": "onehot rows"},
    name="batch",
)

chapter(distance, cost, error, shifted, two, order, curved, batch, source="S5")
