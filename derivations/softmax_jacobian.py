"""The Jacobian of the softmax, and of a product by its second factor.

The softmax s of a column h has the Jacobian diag(s) − ssᵀ. Stacked column by column, H₁W₂ is (I ⊗ H₁) vec W₂.
"""

from symnn import chapter, derivation, derive, dims, matrix
from symnn.algebra.nodes import Identity, Kronecker, Vec

softmax = derive("np.exp(h) / np.sum(np.exp(h))", wrt="h", shapes={"h": ("n",)}, name="softmax")

m, d, k = dims("m d k")
H1, W2 = matrix("H1", m, d), matrix("W2", d, k)
product = derive(H1 @ W2, wrt=W2, name="product")
with derivation(Vec(H1 @ W2), title="The columns of a product, stacked") as stacked:
    stacked.line(Kronecker(Identity(k), H1) @ Vec(W2), by="vec(AXB) = (Bᵀ ⊗ A) vec X")

chapter(softmax, product, stacked, source="H4")
