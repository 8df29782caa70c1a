"""AdaGrad and RMSProp: a learning rate for each parameter, from the squares of its own gradients.

AdaGrad divides by the root of the sum of all squared gradients. With the root of their mean in its place and the rate
α/√(T + 1) after T steps it is the same, as long as what is added to the divisor shrinks as the rate does. Under a
constant gradient that is a step of α/√(t + 1) after t others, whatever the gradient is.

RMSProp takes an average of squares that forgets: each step multiplies the weights of all past squares by ρ, and gives
1 − ρ to the new one. What is missing to a sum of 1 is multiplied by ρ in each step: after t steps from zero it is ρᵗ.

Squares are taken entry by entry, ∇J ⊙ ∇J. Then a parameter in other units, for which its gradients are c times as
large, moves as before: an elongated valley along the axes is as good as a round one. With the inner product ∇Jᵀ∇J, as
printed, all parameters have one rate, and this is lost.
"""

from symnn import chapter, derivation, dim, matrix, ones, scalar, sqrt, total, vector
from symnn.algebra.nodes import as_node
from symnn.updates import update

n, size = dim("n"), dim("T")
theta = vector("theta", n, doc="parameters")
g = vector("g", n, doc="gradient")
S = vector("S", n, assume="nonnegative", doc="sum or mean of the squared gradients so far")
c = vector("c", n, assume="positive", doc="what the gradients are multiplied by, each parameter's by its own")
G = matrix("G", size, n, doc="the gradients of T steps, one a row")
w = vector("w", size, doc="the weights of their squares in the mean")
h = vector("h", n, assume="positive", doc="a gradient that stays as it is")
t = scalar("t", assume="nonnegative", doc="steps done before")
alpha = scalar("alpha", latex=r"\alpha", assume="positive", doc="learning rate")
rho = scalar("rho", latex=r"\rho", assume="positive", doc="the part of the mean of squares that is kept")
epsilon = scalar("epsilon", latex=r"\epsilon", assume="positive", doc="added to divisors")

adagrad, rmsprop = update("adagrad"), update("rmsprop")

# --- AdaGrad -----------------------------------------------------------------------------------------------------

so_far = (G**2).T @ ones(size)
in_table = adagrad.step(parameter=theta, gradient=g, sum_of_squares=so_far, learning_rate=alpha, epsilon=epsilon)
root = sqrt(as_node(size + 1))
root_mean_square = sqrt((so_far + g**2) / (size + 1))
by_mean = theta - (alpha / root) * g / (root_mean_square + epsilon / root)
with derivation(by_mean, title="AdaGrad by the root mean square of T + 1 gradients, with α/√(T + 1)") as forms:
    forms.line(in_table["parameter"], by="√(a/b) = √a/√b, and √(T + 1) cancels")
rate = alpha / sqrt(t + 1)
constant = adagrad.step(parameter=theta, gradient=h, sum_of_squares=t * h**2, learning_rate=alpha, epsilon=0)
with derivation(constant["parameter"], title="AdaGrad under a constant gradient") as steady:
    steady.line(theta - rate * h / h, by="√((t + 1)h²) = √(t + 1) h")

plain = {"parameter": theta, "learning_rate": alpha, "epsilon": 0}
stretched = adagrad.step(gradient=c * g, sum_of_squares=c**2 * S, **plain)
with derivation(stretched["parameter"], title="AdaGrad in other units") as units:
    units.line(adagrad.step(gradient=g, sum_of_squares=S, **plain)["parameter"], by="√(c²a) = c√a")

# --- RMSProp -----------------------------------------------------------------------------------------------------

mean = rmsprop.step(second_moment=(G**2).T @ w, gradient=g, rho=rho)["second_moment"]
with derivation(mean, title="One more gradient in the mean of squares") as one_more:
    one_more.line((G**2).T @ (rho * w) + (1 - rho) * g**2, by="weights: ρ times the old ones, and 1 − ρ")
with derivation(as_node(1 - (total(rho * w) + (1 - rho))), title="What is missing to weights of sum 1") as missing:
    missing.line(rho * (1 - total(w)), by="∑ ρw = ρ ∑ w")

kept = rmsprop.step(second_moment=h**2, gradient=h, rho=rho)
with derivation(kept["second_moment"], title="The mean of squares that a constant gradient keeps up") as fixed:
    fixed.line(h**2, by="ρ + (1 − ρ) = 1")

stretched = rmsprop.step(gradient=c * g, second_moment=c**2 * S, rho=rho, **plain)
with derivation(stretched["parameter"], title="RMSProp in other units") as other_units:
    other_units.line(rmsprop.step(gradient=g, second_moment=S, rho=rho, **plain)["parameter"], by="√(c²a) = c√a")

chapter(adagrad, rmsprop, forms, steady, units, one_more, missing, fixed, other_units, source="S10")
