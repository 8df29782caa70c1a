"""docs/activations.md lists activations and losses with what is derived of them; --update-golden writes it."""

from pathlib import Path

from symnn import derive
from symnn.algebra import notation
from symnn.algebra.functions import known_functions
from symnn.algebra.reader import read
from symnn.learn.activations import TABLE, activation
from symnn.learn.losses import LOSSES, loss

PAGE = Path(__file__).parents[2] / "docs" / "activations.md"
LABELS = {"": "numbers", "onehot rows": "one-hot rows", "binary": "0 or 1", "signs": "−1 or 1"}
PAIRS = (
    ("softmax_cross_entropy", "identity"),
    ("cross_entropy", "softmax"),
    ("sigmoid_cross_entropy", "identity"),
    ("binary_cross_entropy", "sigmoid"),
    ("squared_error", "identity"),
    ("squared_error", "sigmoid"),
    ("absolute_error", "identity"),
    ("huber", "identity"),
    ("hinge", "identity"),
    ("squared_hinge", "identity"),
)

HEAD = """\
# Activations and losses

No derivative on this page was typed: each stands in a proof that was judged, and the page is compared with them by a
test. Any other activation is a formula in `x`, such as `"x * sigmoid(1.5 * x)"`, and any other loss one in `A`, `Z` and
`Y`, such as `"np.mean((A - Y)**4)"`: A is what the last layer gives, Z its scores, Y the labels, all of m×k.

Parameters that are learned with the weights are named in the formula: `alpha` and `beta` are one number for a layer,
`alphas` and `betas` one for each of its units, as in `"prelu(x, alphas)"` or `"swish(x, beta)"`.

## Activations

f(x) is written through the functions of the table, f′(x) through f where that form is found.

| name | f(x) | f′(x) | at kinks |
|---|---|---|---|
"""

LOSSES_HEAD = """
The softmax is taken of each row. Its Jacobian, of one row as a column: {jacobian}.

## Losses

The names mean the mean over samples; `mean_` may stand before them, and `sum_` for the sum. Weights of samples v
multiply the loss of each sample, weights of classes c those of each class; a mean still divides by m.

| name | of a sample or an entry | labels |
|---|---|---|
"""

PAIRS_HEAD = """
## The gradient by the scores of the last layer

| loss | last activation | ∇ by Z |
|---|---|---|
"""


def row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def formula(name: str) -> str:
    """The body of the function of this name, else its formula."""
    function = known_functions().get(name)
    if function is not None and function.body is not None:
        return notation.text(function.body)
    return notation.text(read(activation(name).text).value)


def activation_row(name: str) -> str:
    result = derive(activation(name).text, "x")
    said = [text.removeprefix("by convention, ") for text in result.assumptions if text.startswith("by convention")]
    return row(f"`{name}`", formula(name), str(result.gradient), "; ".join(said))


def pair_row(name: str, last: str) -> str:
    chosen = loss(name)
    text = chosen.objective(activation(last).applied("Z", 1), "Z")
    result = derive(text, "Z", {"Z": ("m", "k"), "Y": ("m", "k")}, {"Y": chosen.labels} if chosen.labels else None)
    return row(f"`{name}`", f"`{last}`", str(result.gradient))


def page() -> str:
    """The page as the tables and the proofs make it."""
    rows = [activation_row(name) for name in TABLE if name != "softmax"]
    jacobian = derive("softmax(s)", "s", {"s": ("k",)}).jacobian
    losses = [row(f"`{name}`", f"`{made.formula}`", LABELS[made.labels]) for name, made in LOSSES.items()]
    pairs = [pair_row(*pair) for pair in PAIRS]
    parts = [HEAD, *rows, LOSSES_HEAD.format(jacobian=jacobian).rstrip("\n"), *losses, PAIRS_HEAD.rstrip("\n"), *pairs]
    return "\n".join(part.rstrip("\n") for part in parts) + "\n"


def test_the_page_is_what_is_derived(request):
    if request.config.getoption("--update-golden"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()
