"""Vector calculus: the Jacobian of a linear map, the gradient of a quadratic form.

The gradient of a scalar has the shape of its variable; the Jacobian of a column has a row for each of its entries.
That the gradient of WᵀAW is 2AW, as the book also prints, holds for a symmetric A.
"""

from symnn import chapter, derivation, derive, dims, matrix, quadratic_form, vector

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

chapter(linear, quadratic, book, symmetric, source="B3")
