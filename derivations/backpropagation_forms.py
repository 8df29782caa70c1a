"""Three forms of backpropagation are one: a batch as rows, one sample as a column, the bias among the weights.

The slides have one sample, a column, and W⁽ˡ⁾ with a row for each unit: the transposes of a batch of one row. With a 1
before the activations and the bias as the first column of Θ⁽ˡ⁾, the gradient by Θ⁽ˡ⁾ has that by the bias as its first
column, and the recursion leaves this column out.
"""

from symnn import Node, backpropagation, chapter, derivation, dim, renamed, unit_vector
from symnn.algebra.nodes import Selection

batch = backpropagation(
    layer="Z = A_before @ W + b; A = phi(Z)",
    loss="np.sum((A - Y)**2) / 2",
    shapes={"A_before": ("m", "M_before"), "W": ("M_before", "M"), "b": ("M",), "Y": ("m", "M")},
    parameters=["W", "b"],
    functions="phi",
    by="Z",
    title="A batch as rows",
    name="rows",
)
column = backpropagation(
    layer="z = W @ a_before + b; a = phi(z)",
    loss="np.sum((a - y)**2) / 2",
    shapes={"a_before": ("M_before",), "W": ("M", "M_before"), "b": ("M",), "y": ("M",)},
    parameters=["W", "b"],
    functions="phi",
    by="z",
    source="x",
    title="One sample as a column",
    name="column",
)
appended = backpropagation(
    layer="z = Theta @ np.concatenate((np.ones(1), a_before)); a = phi(z)",
    loss="np.sum((a - y)**2) / 2",
    shapes={"a_before": ("M_before",), "Theta": ("M", "M_before + 1"), "y": ("M",)},
    parameters="Theta",
    functions="phi",
    by="z",
    source="x",
    title="The bias as the first column of Θ",
    name="appended",
)

# A batch of one row.
one = {dim("m"): 1}
turned = {
    batch.variable(row, layer): column.variable(name, layer).T
    for row, name in (("Z", "z"), ("A", "a"), ("W", "W"), ("delta", "delta"))
    for layer in ("l-1", "l", "l+1")
}
with derivation(
    renamed(batch.recursion, turned, one), title="δ of one row is δ of the column, as a row"
) as same_adjoint:
    same_adjoint.line(column.recursion.T, by="transposes")
with derivation(
    renamed(batch.gradients["W"], turned, one), title="∇W of one row is that of the column, as a row"
) as same_weights:
    same_weights.line(column.gradients["W"].T, by="transposes")
with derivation(renamed(batch.gradients["b"], turned, one), title="∇b of one row is that of the column") as same_bias:
    same_bias.line(column.gradients["b"], by="a sum over one row")


def append(first: Node, rest: Node) -> Node:
    """The matrix [first rest] of a column and a matrix."""
    size = rest.cols
    return first @ unit_vector(size + 1, 0).T + rest @ Selection(size, size + 1, 1)


theta = {
    appended.variable("Theta", layer): append(column.variable("b", layer), column.variable("W", layer))
    for layer in ("l", "l+1")
}
with derivation(renamed(appended.recursion, theta, {}), title="δ with the bias in Θ is δ with W and b") as without_bias:
    without_bias.line(column.recursion, by="Θ = [b W], and the first row of Θᵀ is left out")
both = append(column.gradients["b"], column.gradients["W"])
with derivation(renamed(appended.gradients["Theta"], theta, {}), title="∇Θ has ∇b and ∇W side by side") as side_by_side:
    side_by_side.line(both, by="Θ = [b W]")

depth, phi = 3, {"phi": "tanh(x)"}

chapter(
    batch,
    column,
    same_adjoint,
    same_weights,
    same_bias,
    appended,
    without_bias,
    side_by_side,
    *(theorem.at(depth, phi) for theorem in (batch, column, appended)),
    source=["L17", "S3"],
)
