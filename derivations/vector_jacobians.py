"""Jacobians of vectors: the rectifier, and the squared norm of a linear map.

The Jacobian of a function of each entry is a diagonal matrix: of max(0, x), with 1 where x is positive, else 0. So an
adjoint is passed back entry by entry, and that matrix is never formed. For f = ‖q‖² with q = Wx the adjoint of q is 2q,
which gives 2qxᵀ for W and 2Wᵀq for x.
"""

from symnn import chapter, derivation, derive

rectifier = derive("np.maximum(x, 0)", wrt="x", shapes={"x": ("n",)}, name="rectifier")

backward = {"x": ("n",), "delta": ("n",)}
with derivation(
    "delta @ np.maximum(x, 0)", wrt="x", shapes=backward, title="An adjoint passes the rectifier"
) as passed:
    passed.line("np.diag(x > 0).T @ delta", by="the transposed Jacobian times the adjoint")
    passed.line("np.where(x > 0, delta, 0)", by="entry by entry")

shapes = {"W": ("m", "n"), "x": ("n",)}
norm = derive("q = W @ x; np.sum(q**2)", wrt=["W", "x"], shapes=shapes, name="norm")
with derivation("np.sum((W @ x)**2)", wrt=["W", "x"], shapes=shapes, title="The slides' form") as slides:
    slides.line(["q = W @ x; 2*np.outer(q, x)", "q = W @ x; 2*W.T @ q"], by="∇_W f = 2qxᵀ, ∇ₓ f = 2Wᵀq")

chapter(rectifier, passed, norm, slides, source="S9")
