"""Gradient descent against stochastic gradient descent: one pass over the samples in one step, or in several.

The samples are in two parts; the cost is the sum of both parts' costs. A pass of gradient descent is one step by the
gradient of the sum. A pass of stochastic gradient descent is a step by the first part, and then one by the second from
where the first one led. It does the same up to a term in η²: for the same work, with n parts, it goes as far as
gradient descent on the sum, which is n times as far as on the mean. The term in η² is the price: it depends on the
order of the parts, and it need not vanish at the minimum, where only the sum of both gradients is zero.
"""

from symnn import chapter, derivation, derive, dims, matrix, scalar, squared_norm, substitute, vector
from symnn.algebra.nodes import Node

n, m, d = dims("n m d")
X1, Y1 = matrix("X1", n, d, doc="the first part of the samples"), vector("Y1", n, doc="its targets")
X2, Y2 = matrix("X2", m, d, doc="the second part"), vector("Y2", m, doc="its targets")
W = vector("W", d, doc="weights")
eta = scalar("eta", latex=r"\eta", doc="length of a step")

first, second = squared_norm(X1 @ W - Y1) / 2, squared_norm(X2 @ W - Y2) / 2
whole = derive(first + second, wrt=W)
of_first, of_second = derive(first, wrt=W, name="first"), derive(second, wrt=W, name="second")


def step(at: Node, gradient: Node) -> Node:
    """Where a step leads from a point, against a gradient that is given at W."""
    return at - eta * substitute(gradient, {W: at})


one_step = step(W, whole.gradient)
with derivation(step(step(W, of_first.gradient), of_second.gradient), title="A pass in two steps") as pass_of_two:
    pass_of_two.line(one_step + eta**2 * (X2.T @ X2 @ of_first.gradient), by="one step, and a term in η²")

with derivation(step(step(W, of_second.gradient), of_first.gradient), title="In the other order") as other_order:
    other_order.line(one_step + eta**2 * (X1.T @ X1 @ of_second.gradient), by="the term in η² is another one")

chapter(whole, of_first, of_second, pass_of_two, other_order, source="L22")
