"""The logistic classifier: cross-entropy, gradient, Hessian.

P(y = 1 | x) = σ(wᵀx) for labels y of 0 and 1. What a sample costs is minus the logarithm of the probability of its
label; the cost of all, the cross-entropy, has the gradient Xᵀ(p − y) and the Hessian XᵀDX, where p = σ(Xw) and D is
diagonal with the entries p(1 − p).

The form vᵀXᵀDXv is a squared norm, so that the Hessian is positive semi-definite whatever the data are and the cost is
convex. The form is zero where Xv is: it is positive for all v ≠ 0 exactly if the columns of X are independent. With a
penalty ½λ‖w‖² and λ > 0 the Hessian is positive definite without that. Since p(1 − p) is at most ¼, the Hessian is
nowhere above ¼XᵀX, whose largest eigenvalue L tells how long the steps of gradient descent may be.
"""

from symnn import (
    argument,
    chapter,
    derivation,
    derive,
    diag,
    dims,
    exp,
    log,
    matrix,
    ones,
    scalar,
    sigmoid,
    squared_norm,
    total,
    transpose,
    vector,
)

n, d = dims("n d")
X = matrix("X", n, d, doc="one sample per row")
y = vector("y", n, assume="binary", doc="labels, 0 or 1")
w = vector("w", d, doc="weights")
v = vector("v", d, doc="any direction")
lam = scalar("lam", latex=r"\lambda", assume="positive", doc="penalty")

with derivation(
    "-np.log(sigmoid(w @ x)**y * (1 - sigmoid(w @ x))**(1 - y))",
    shapes={"x": ("d",), "w": ("d",)},
    assume={"y": "binary"},
    title="What one sample costs",
) as sample:
    sample.line("-y*np.log(sigmoid(w @ x)) - (1 - y)*np.log(1 - sigmoid(w @ x))", by="logarithm of a product")
    sample.line("-y*np.log(sigmoid(w @ x)) - (1 - y)*np.log(sigmoid(-w @ x))", by="1 − σ(z) = σ(−z)")
    sample.line("np.log(1 + np.exp(w @ x)) - y*(w @ x)", by="−log σ(z) = log(1 + exp(−z))")

p = sigmoid(X @ w)
cost = -total(y * log(p) + (1 - y) * log(1 - p))

gradient = derive(cost, wrt=w)
hessian = gradient.second()

with derivation(cost, wrt=w, title="By hand") as by_hand:
    by_hand.line(X.T @ (((1 - y) / (1 - p) - y / p) * p * (1 - p)), by="chain rule with σ′ = σ(1 − σ)")
    by_hand.line(X.T @ (-y * (1 - p) + (1 - y) * p), by="the logarithms' denominators cancel")
    by_hand.line(X.T @ (p - y), by="yp − yp = 0")

root = exp(-(X @ w) / 2) / (1 + exp(-(X @ w)))
with derivation(transpose(v) @ gradient.hessian @ v, title="The Hessian is positive semi-definite") as form:
    form.line(total(p * (1 - p) * (X @ v) ** 2), by="zᵀdiag(a)z = ∑ a ⊙ z²")
    form.line(squared_norm(root * (X @ v)), by="σ(z)(1 − σ(z)) = (exp(−z/2)/(1 + exp(−z)))²")

with argument("The Hessian is between 0 and ¼XᵀX") as between:
    between.semidefinite(gradient.hessian, by="it is RᵀR with R = D^½X", root=diag(root) @ X)
    between.semidefinite(
        X.T @ X / 4 - gradient.hessian,
        by="¼ − p(1 − p) = (p − ½)²",
        along=v,
        margin=total((p - ones(n) / 2) ** 2 * (X @ v) ** 2),
    )

penalised = derive(cost + lam * squared_norm(w) / 2, wrt=w, name="penalised")
with derivation(transpose(v) @ penalised.hessian @ v, title="With a penalty it is positive definite") as definite:
    definite.line(squared_norm(root * (X @ v)) + lam * squared_norm(v), by="vᵀλIv = λ‖v‖²")

chapter(sample, gradient, by_hand, hessian, form, between, penalised, definite, source=["L12", "S7"])
