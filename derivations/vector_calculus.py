"""Vector calculus: the Jacobian of a linear map, the gradient of a quadratic form.

The gradient of a scalar has the shape of its variable; the Jacobian of a column has a row for each of its entries. Both
tell what a small step hD changes: the quotient by h is the gradient times D, but for what vanishes with h.
That the gradient of WᵀAW is 2AW, as the book also prints, holds for a symmetric A.
"""

from symnn import chapter, derivation, derive, dims, matrix, quadratic_form, scalar, substitute, transpose, vector

n, d = dims("n d")
X = matrix("X", n, d)
W = vector("W", d)
A = matrix("A", d, d)
S = matrix("S", d, d, assume="symmetric")

linear = derive(X @ W, wrt=W, name="linear")

quadratic = derive(quadratic_form(W, A), wrt=W, name="quadratic")
with derivation(quadratic_form(W, A), wrt=W, title="The book's form") as book:
    book.line((A + A.T) @ W, by="the book")

symmetric = derive(quadratic_form(W, S), wrt=W, name="symmetric")

D, h = vector("D", d, doc="any direction"), scalar("h", assume="positive", doc="length of the step")
with derivation((X @ (W + h * D) - X @ W) / h, title="The quotient of differences of XW") as straight:
    straight.line(X @ D, by="the Jacobian times D")

stepped = substitute(quadratic_form(W, A), {W: W + h * D})
with derivation((stepped - quadratic_form(W, A)) / h, title="The quotient of differences of WᵀAW") as quotient:
    quotient.line(transpose((A + A.T) @ W) @ D + h * quadratic_form(D, A), by="WᵀAD = DᵀAᵀW")

chapter(linear, quadratic, book, symmetric, straight, quotient, source="B3")
