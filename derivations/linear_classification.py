"""Linear classification: the margin, and losses that are functions of it.

For a label y of −1 or 1 the margin of a sample is m = ywᵀx: it is positive where the sign of wᵀx is the label. The 0–1
loss counts where it is not. Its derivative is zero wherever it has one, so that no descent can use it; the hinge, the
squared hinge and the logistic loss are functions of the margin that decrease.

The gradient of half the squared hinge is (wᵀx − y)x where ywᵀx < 1, and else zero, as for least squares: y² = 1 is what
makes it so, and the formula is false for other numbers y. The hinge has no derivative at the margin 1; the formula
has zero there, which is a subgradient: every slope g from −1 to 0 gives a line through the kink that is nowhere above
the hinge, and so does every such g at the kink of the perceptron's loss max(0, −m), where its rule takes −1.

Hinge, squared hinge and the logistic loss by log 2 are nowhere below the 0–1 loss: where their mean is small, few
samples are wrong.
"""

from symnn import argument, chapter, derivation, derive, exp, log, relu, scalar

shapes = {"x": ("d",), "w": ("d",)}
signs = {"y": "signs"}

with derivation("np.sign(w @ x) != y", shapes=shapes, assume=signs, title="The 0–1 loss by the margin") as wrong:
    wrong.line("y*(w @ x) <= 0", by="ywᵀx > 0 exactly if wᵀx has the sign y")

zero_one = derive("np.where(y*(w @ x) <= 0, 1, 0)", wrt="w", shapes=shapes, assume=signs, name="zero_one")

hinge = derive("np.maximum(0, 1 - y*(w @ x))", wrt="w", shapes=shapes, assume=signs, name="hinge")
with derivation("np.maximum(0, 1 - y*(w @ x))", "w", shapes, signs, title="The hinge by cases") as hinge_by_cases:
    hinge_by_cases.line("np.where(y*(w @ x) < 1, -y*x, 0)", by="1 − ywᵀx or zero")

squared = "np.maximum(0, 1 - y*(w @ x))**2 / 2"
squared_hinge = derive(squared, wrt="w", shapes=shapes, assume=signs, name="squared_hinge")
with derivation(squared, "w", shapes, signs, title="The squared hinge by cases") as book:
    book.line("np.where(y*(w @ x) < 1, -y*(1 - y*(w @ x))*x, 0)", by="chain rule")
    book.line("np.where(y*(w @ x) < 1, (y**2*(w @ x) - y)*x, 0)", by="multiply out")
    book.line("np.where(y*(w @ x) < 1, (w @ x - y)*x, 0)", by="y² = 1")

with derivation("np.minimum(0, z)**2 / 2", title="Half a squared minimum without cases") as minimum:
    minimum.line("((z - np.abs(z))/2)**2 / 2", by="min(0, z) = ½(z − |z|)")
    minimum.line("(z**2 - np.abs(z)*z)/4", by="|z|² = z²")

with derivation(squared, shapes=shapes, assume=signs, title="The squared hinge without cases") as without_cases:
    without_cases.line("np.minimum(0, y*(w @ x) - 1)**2 / 2", by="max(0, −z) = −min(0, z)")
    without_cases.line("((y*(w @ x) - 1)**2 - np.abs(y*(w @ x) - 1)*(y*(w @ x) - 1))/4", by="z = ywᵀx − 1")

log_loss = "np.log(1 + np.exp(-y*(w @ x)))"
logistic = derive(log_loss, wrt="w", shapes=shapes, assume=signs, name="logistic")
with derivation(log_loss, shapes=shapes, assume=signs, title="The logistic loss is the cross-entropy") as entropy:
    entropy.line("-np.log(sigmoid(y*(w @ x)))", by="log(1 + exp(−z)) = −log σ(z)")
    entropy.line(
        "-(1 + y)/2*np.log(sigmoid(w @ x)) - (1 - y)/2*np.log(1 - sigmoid(w @ x))", by="labels ½(1 + y) of 0 and 1"
    )

m, g = scalar("m"), scalar("g")
slopes = [g + 1, -g]
with argument("Subgradients at the kinks", note="For every slope g from −1 to 0.") as kinks:
    at_one, at_zero = ((g + 1) * relu(z) - g * relu(-z) for z in (1 - m, -m))
    kinks.at_least(relu(1 - m), g * (m - 1), by="max(0, z) − max(0, −z) = z", margin=at_one, given=slopes)
    kinks.at_least(relu(-m), g * m, by="the same at 0", margin=at_zero, given=slopes)
    kinks.at_least(relu(1 - m) ** 2 / 2, 0, by="a square: at the margin 1 its slope is 0", margin=relu(1 - m) ** 2 / 2)

wrong_at = derive("np.where(m <= 0, 1, 0)", wrt="m").objective
is_wrong, beyond = -m, relu(m - 1) - m
with argument("Above the 0–1 loss", note="Where m > 0, it is 0, and they are not negative.") as above:
    above.at_least(relu(1 - m), 1, by="1 − m ≥ 1 where m ≤ 0", given=[is_wrong], margin=beyond)
    above.at_least(relu(1 - m) ** 2, 1, by="its square, too", given=[is_wrong], margin=beyond**2 + 2 * beyond)
    above.at_most(wrong_at, relu(1 - m), by="both cases of the hinge")
    above.at_most(wrong_at, relu(1 - m) ** 2, by="both cases of its square")
    above.at_most(wrong_at, log(1 + exp(-m)) / log(2), by="log 2 at m = 0, and decreasing")

rows = {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
mean = derive("np.mean(np.maximum(0, 1 - y*(X @ w))**2)/2", "w", rows, signs, name="mean_squared_hinge")
with derivation(
    "np.mean(np.maximum(0, 1 - y*(X @ w))**2)/2", "w", rows, signs, title="The mean of all rows"
) as of_rows:
    of_rows.line("X.T @ np.where(y*(X @ w) < 1, X @ w - y, 0) / n", by="each row by its case")

chapter(wrong, zero_one, hinge, hinge_by_cases, squared_hinge, book, minimum, without_cases, logistic, entropy, mean,
        of_rows, kinks, above, source=["B4", "B11"])  # fmt: skip
