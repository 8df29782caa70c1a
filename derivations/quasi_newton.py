"""BFGS and its kin: approximations of the Hessian from steps and changes of the gradient.

A step s changes the gradient by y. The secant equation B₊s = y asks of the new approximation what holds of the mean of
the Hessian along the step. BFGS adds to B a matrix UCUᵀ, where U has the two columns Bs and y: its rank is two, not
one, as is printed. It is not more; and not less where neither column is a multiple of the other, since C comes back
when UCUᵀ is multiplied from both sides, and has an inverse. A matrix D has at most rank one if and only if
(bᵀDc)Da = (bᵀDa)Dc for all a, b and c, which is so for the symmetric rank-one update (SR1). The inverse H of B has an
update of its own, so that no system needs to be solved.

Where yᵀs is positive, H₊ is positive definite with H: vᵀH₊v is a sum of two summands, of which none is negative. And
yᵀs is positive where a search along a direction of descent leaves only a part of the slope.

L-BFGS does not keep H, but pairs s, y. Each of them changes a vector before it is multiplied by the older matrix, and
once more afterwards, whatever that matrix is. That is the step of an induction over the pairs.
"""

from symnn import (
    Condition,
    Identity,
    Node,
    Variable,
    argument,
    chapter,
    derivation,
    dim,
    inv,
    matrix,
    matrix_unit,
    quadratic_form,
    scalar,
    substitute,
    unit_vector,
    vector,
)

d = dim("d")
B = matrix("B", d, d, assume="positive definite", doc="approximation of the Hessian")
H = matrix("H", d, d, assume="positive definite", doc="approximation of the inverse Hessian")
s = vector("s", d, doc="step")
y = vector("y", d, doc="change of the gradient")
g = vector("g", d, doc="vector, such as the gradient")
a, b, c, v = (vector(name, d) for name in "abcv")


def of_inverse(matrix: Node, s: Variable = s, y: Variable = y) -> Node:
    """The update of the inverse by BFGS."""
    left = Identity(d) - s @ y.T / (y.T @ s)
    return left @ matrix @ left.T + s @ s.T / (y.T @ s)


bfgs = B - B @ s @ s.T @ B / quadratic_form(s, B) + y @ y.T / (y.T @ s)
residual = y - B @ s
sr1 = B + residual @ residual.T / (residual.T @ s)

with derivation(bfgs @ s, title="BFGS obeys the secant equation") as secant:
    secant.line(y, by="sᵀBs and yᵀs cancel")

with derivation(of_inverse(H) @ y, title="So does its update of the inverse") as secant_of_inverse:
    secant_of_inverse.line(s, by="yᵀs cancels")

with derivation(of_inverse(inv(B)) @ bfgs, title="It is the inverse of the update of B") as inverse:
    inverse.line(Identity(d), by="multiply out, B⁻¹B = I")

first, second = unit_vector(2, 0), unit_vector(2, 1)
U = B @ s @ first.T + y @ second.T
C = matrix_unit(2, 2, 1, 1) / (y.T @ s) - matrix_unit(2, 2, 0, 0) / quadratic_form(s, B)
with derivation(bfgs - B, title="The change has at most rank two") as rank_two:
    rank_two.line(U @ C @ U.T, by="U = (Bs, y) has two columns")

K = matrix("K", 2, 2, doc="any matrix in place of C")
P = matrix("P", d, 2, assume="full column rank", doc="Bs and y as columns, none a multiple of the other")
back = inv(P.T @ P) @ P.T
with derivation(back @ (P @ K @ P.T) @ back.T, title="It has rank two, not less: C comes back") as not_less:
    not_less.line(K, by="(PᵀP)⁻¹PᵀP = I")

inverse_of_c = matrix_unit(2, 2, 1, 1) * (y.T @ s) - matrix_unit(2, 2, 0, 0) * quadratic_form(s, B)
with derivation(C @ inverse_of_c, title="C has an inverse") as invertible:
    invertible.line(Identity(2), by="sᵀBs and yᵀs cancel")

change = sr1 - B
with derivation(sr1 @ s, title="SR1 obeys the secant equation") as secant_of_sr1:
    secant_of_sr1.line(y, by="(y − Bs)ᵀs cancels")

with derivation((b.T @ change @ c) * (change @ a), title="The change of SR1 has at most rank one") as rank_one:
    rank_one.line((b.T @ change @ a) * (change @ c), by="all columns are multiples of y − Bs")

with derivation(of_inverse(H), title="One step of BFGS", function="bfgs") as step:
    of_square = (1 + quadratic_form(y, H) / (y.T @ s)) / (y.T @ s) * (s @ s.T)
    step.line(H + of_square - (H @ y @ s.T + s @ (H @ y).T) / (y.T @ s), by="multiply out")

with derivation(B + residual @ residual.T / (residual.T @ s), title="One step of SR1", function="sr1") as step_of_sr1:
    step_of_sr1.line(B + residual @ residual.T / (y.T @ s - quadratic_form(s, B)), by="(y − Bs)ᵀs = yᵀs − sᵀBs")

with derivation(quadratic_form(v, of_inverse(H)), title="Why it stays positive definite") as positive:
    shifted = v - (s.T @ v) / (y.T @ s) * y
    positive.line(quadratic_form(shifted, H) + (s.T @ v) ** 2 / (y.T @ s), by="multiply out")

new_g = vector("new_g", d, doc="gradient after the step")
part = scalar("part", assume="nonnegative", doc="of the slope that may be left, less than 1")
steepness, kept = -(g.T @ s), new_g.T @ s - part * (g.T @ s)
note = "A semi-definite matrix that has an inverse is definite, and H₊ has one: B₊, by the theorem above."
with argument("Why H₊ stays positive definite", note=note) as definite:
    given = [Condition("positive", y.T @ s)]
    definite.semidefinite(of_inverse(H), along=v, margin=positive.proof.line, given=given, by="two summands")
    by_search = "a search that leaves at most this part of the slope"
    definite.at_least((new_g - g).T @ s, (1 - part) * steepness, by=by_search, given=[kept], margin=kept)

alpha, r = scalar("alpha", latex=r"\alpha"), vector("r", d, doc="vector")
shares = (s.T @ g) / (y.T @ s)
with derivation((s.T @ g) / (y.T @ s), title="The share of a pair", function="share") as share:
    share.line((s.T @ g) / (s.T @ y), by="yᵀs = sᵀy")

with derivation((Identity(d) - y @ s.T / (y.T @ s)) @ g, title="Before the older matrix", function="before") as before:
    before.line(g - shares * y, by="α = sᵀg/(yᵀs)")

with derivation(
    (Identity(d) - s @ y.T / (y.T @ s)) @ r + alpha * s, title="After the older matrix", function="after"
) as after:
    after.line(r + (alpha - (y.T @ r) / (y.T @ s)) * s, by="s outside")

last = substitute(after.proof.line, {alpha: shares, r: H @ before.proof.line})
with derivation(of_inverse(H) @ g, title="L-BFGS: one pair around any older matrix") as one_pair:
    one_pair.line(last, by="before, H, after")

gamma = scalar("gamma", latex=r"\gamma", assume="positive", doc="in place of the oldest matrix γI")
s2, y2 = vector("s2", d, doc="newer step"), vector("y2", d, doc="newer change of the gradient")
q2 = substitute(before.proof.line, {s: s2, y: y2})
older = substitute(last, {H: gamma * Identity(d), g: q2})
newer = substitute(after.proof.line, {s: s2, y: y2, alpha: substitute(shares, {s: s2, y: y2}), r: older})
with derivation(of_inverse(of_inverse(gamma * Identity(d)), s2, y2) @ g, title="Two pairs") as two_pairs:
    two_pairs.line(newer, by="one pair around another")

chapter(
    secant,
    secant_of_inverse,
    inverse,
    rank_two,
    not_less,
    invertible,
    secant_of_sr1,
    rank_one,
    step,
    step_of_sr1,
    positive,
    definite,
    share,
    before,
    after,
    one_pair,
    two_pairs,
    source="S11",
)
