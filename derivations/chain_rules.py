"""Chain rules: the Jacobian of a composition is the product of the Jacobians, the outer one first.

The functions φ₁, φ₂, … of each entry are any differentiable ones, with linear maps between them. A gradient has the
shape of its variable, and so its factors are transposed, the innermost one first. What depends on its variable in two
ways has a sum of two products. Five links have five factors, the last of them ∂f₅/∂f₄.
"""

import re
from functools import reduce
from operator import mul

from symnn import chapter, derivation, derive, diag, dims, matrix, scalar, total, vector
from symnn.algebra.nodes import Function

n, m, k = dims("n m k")
phi1, phi2, phi3, phi4, phi5 = links = [Function(f"phi{number}") for number in range(1, 6)]

s = scalar("s")
x = vector("x", k)
a = vector("a", n)
A = matrix("A", n, k)
B = matrix("B", m, n)

y = phi1(a * s)
with derivation(phi2(B @ y), wrt=s, title="From a scalar to a vector to a vector") as scalar_vector_vector:
    outer = diag(phi2.derivative()(B @ y)) @ B
    scalar_vector_vector.line(outer @ (phi1.derivative()(a * s) * a), by="∂z/∂s = (∂z/∂y)(∂y/∂s)")

y = phi1(A @ x)
with derivation(phi2(B @ y), wrt=x, title="From a vector to a vector to a vector") as vector_vector_vector:
    outer, inner = diag(phi2.derivative()(B @ y)) @ B, diag(phi1.derivative()(A @ x)) @ A
    vector_vector_vector.line(outer @ inner, by="∂z/∂x = (∂z/∂y)(∂y/∂x)")

y = A @ x
with derivation(total(phi1(y)), wrt=A, title="From a matrix to a vector to a scalar") as matrix_vector_scalar:
    matrix_vector_scalar.line(phi1.derivative()(y) @ x.T, by="∂z/∂Aᵢⱼ = Σₖ (∂z/∂yₖ)(∂yₖ/∂Aᵢⱼ)")

u, v = phi1(A @ x), phi2(A @ x)
with derivation(total(phi3(u * v)), wrt=x, title="By way of two variables") as two_variables:
    by_u, by_v = phi3.derivative()(u * v) * v, phi3.derivative()(u * v) * u
    first, second = A.T @ (phi1.derivative()(A @ x) * by_u), A.T @ (phi2.derivative()(A @ x) * by_v)
    two_variables.line(first + second, by="∂z/∂x = (∂u/∂x)ᵀ ∂z/∂u + (∂v/∂x)ᵀ ∂z/∂v")

values = [s]
for link in links:
    values.append(link(values[-1]))
factors = [link.derivative()(value) for link, value in zip(links, values, strict=False)]
with derivation(values[-1], wrt=s, title="A chain of five") as five:
    five.line(reduce(mul, factors), by="(∂f₁/∂s)(∂f₂/∂f₁)(∂f₃/∂f₂)(∂f₄/∂f₃)(∂f₅/∂f₄)")

shapes = {"A1": ("m", "n"), "A2": ("k", "m"), "x": ("n",), "c": ("k",)}
program = "f1 = A1 @ x; f2 = np.sin(f1); f3 = A2 @ f2; f4 = f3**2; f5 = c @ f4"
vectors = derive(f"{program}; f5", wrt="x", shapes=shapes, name="five")
with derivation(f"{program}; f5", wrt="x", shapes=shapes, title="The five factors of vectors") as five_of_vectors:
    product = "A1.T @ np.diag(np.cos(f1)) @ A2.T @ np.diag(2*f3) @ c"
    five_of_vectors.line(f"{program}; {product}", by="a factor for each link, from ∂f₁/∂x to ∂f₅/∂f₄")

shapes = {"a": ("n",), "B": ("m", "n"), "A": ("n", "k"), "x": ("k",)}
programs = {
    "scalar_vector_vector": ("y = np.tanh(a*s); np.sin(B@y)", "s"),
    "vector_vector_vector": ("y = np.tanh(A@x); np.sin(B@y)", "x"),
    "matrix_vector_scalar": ("y = A@x; np.sum(np.tanh(y))", "A"),
    "two_variables": ("u = np.tanh(A@x); v = np.sin(A@x); np.sum(np.exp(u*v))", "x"),
}
examples = [
    derive(
        program,
        wrt,
        {letter: shape for letter, shape in shapes.items() if letter in set(re.findall(r"\w+", program))},
        name=name,
    )
    for name, (program, wrt) in programs.items()
]

chapter(
    scalar_vector_vector,
    vector_vector_vector,
    matrix_vector_scalar,
    two_variables,
    five,
    vectors,
    five_of_vectors,
    *examples,
    source="L16",
)
