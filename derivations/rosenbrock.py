"""Rosenbrock's valley: a bent valley with a nearly flat floor, on which optimisers are compared.

The value is nowhere negative, and zero where every entry is 1, which is the minimum. In two variables the valley is the
parabola x₂ = x₁². At (1, 1) the trace of the Hessian is 1002 and its determinant 400, so that the larger curvature is
about 2,500 times the smaller one.
"""

from symnn import argument, chapter, derivation, derive, det, dim, ones, substitute, trace, vector
from symnn.algebra.nodes import as_node

text = "np.sum(100*(x[1:] - x[:-1]**2)**2 + (1 - x[:-1])**2)"

n = dim("n")
x, pair = vector("x", n), vector("x", 2)
valley = derive(text, wrt="x", shapes={"x": ("n",)})
plane = derive(text, wrt="x", shapes={"x": (2,)})

with argument("The minimum") as minimum:
    minimum.at_least(valley.objective, 0, margin=valley.objective, by="a sum of squares")
    minimum.equal(substitute(valley.objective, {x: ones(n)}), 0, by="every square is zero")
    minimum.equal(substitute(valley.gradient, {x: ones(n)}), ones(n) * 0, by="so is the gradient")

curvatures = substitute(plane.hessian, {pair: ones(2)})
with derivation(trace(curvatures), title="The sum of the two curvatures at (1, 1)") as added:
    added.line(as_node(1002), by="1002")
with derivation(det(curvatures), title="Their product") as multiplied:
    multiplied.line(as_node(400), by="400")

chapter(valley, minimum, added, multiplied, source="S10")
