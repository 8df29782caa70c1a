"""The p-norm of a vector: its gradient, and what it is for p = 1, 2 and ∞.

The norm is (∑ |vᵢ|^p)^(1/p). Its gradient has the entries sign(vᵢ)(|vᵢ|/‖v‖)^(p − 1), which is meant for v ≠ 0, and for
p ≤ 1 where no entry is zero. Its product with v is the norm again, as of every function that grows with the length of
v, and its own norm is 1 for the exponent p/(p − 1). With growing p the norm falls, towards the largest entry. From
p = 1 on, a way around a corner is not shorter than the straight one; below, it may be.
"""

import sympy

from symnn import apply, argument, chapter, derivation, derive, dim, scalar, total, transpose, vector
from symnn.algebra.nodes import Function, Node, as_node

n = dim("n")
v, w = vector("v", n), vector("w", n)
p = scalar("p", assume="positive", doc="exponent")
q = scalar("q", assume="positive", doc="p − 1, or what is added to p")
c = scalar("c")
r, conjugate = q + 1, (q + 1) / q

absolute_value, sign = Function("abs"), Function("sign")


def norm(of: Node, exponent: Node) -> Node:
    return total(apply(absolute_value, of) ** exponent) ** (1 / exponent)


gradient = derive(norm(v, p), wrt=v)
with derivation(norm(v, p), wrt=v, title="The gradient by entries") as entries:
    entries.line(apply(sign, v) * (apply(absolute_value, v) / norm(v, p)) ** (p - 1), by="‖v‖^(1 − p) inside the power")

with derivation(norm(c * v, p), title="Of a multiple") as multiple:
    multiple.line(apply(absolute_value, c) * norm(v, p), by="|c|^p outside the sum and the root")

direction = apply(sign, v) * (apply(absolute_value, v) / norm(v, r)) ** q
with derivation(transpose(direction) @ v, title="The gradient times v, for p = q + 1") as along:
    along.line(norm(v, r), by="v ⊙ sign(v) = |v|")

with derivation(norm(direction, conjugate), title="The dual norm of the gradient") as dual:
    dual.line(as_node(1), by="(p − 1) · p/(p − 1) = p")

shapes = {"v": ("n",)}
euclidean = derive("np.linalg.norm(v)", wrt="v", shapes=shapes, name="euclidean")
with derivation(norm(v, as_node(2)), title="p = 2") as two:
    two.line(euclidean.objective, by="|vᵢ|² = vᵢ²")

absolute = derive("np.sum(np.abs(v))", wrt="v", shapes=shapes, name="absolute")
with derivation(norm(v, as_node(1)), title="p = 1") as one:
    one.line(absolute.objective, by="exponents of 1")

largest = derive("np.max(np.abs(v))", wrt="v", shapes=shapes, name="largest")
size, exponent = sympy.symbols("n p", positive=True)
with argument("Towards the largest entry", note="The norm is caught between two bounds that meet.") as limit:
    limit.at_most(largest.objective, norm(v, p), by="one of the summands")
    limit.at_most(norm(v, p), as_node(n) ** (1 / p) * largest.objective, by="n summands that are not larger")
    limit.sympy(sympy.Limit(size ** (1 / exponent), exponent, sympy.oo), 1, by="the bounds meet")
    limit.at_most(norm(v, p + q), norm(v, p), by="on the way, the norm falls")

with argument("For p = q + 1, two inequalities") as triangle:
    triangle.at_most(norm(v + w, r), norm(v, r) + norm(w, r), by="Minkowski's, the triangle's")
    triangle.at_most(transpose(v) @ w, norm(v, r) * norm(w, conjugate), by="Hölder's, for p and p/(p − 1)")

chapter(gradient, entries, multiple, along, dual, euclidean, two, absolute, one, largest, limit, triangle, source="B7")
