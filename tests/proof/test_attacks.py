"""False lines as an attacker writes them: parities, domains, branches, kinks, levels, tiny numbers. None may pass."""

from fractions import Fraction
from itertools import combinations, permutations

import pytest

from symnn.algebra.functions import SIGMOID
from symnn.algebra.language import det, exp, inv, log, matrix, relu, scalar, sqrt, tanh, vector
from symnn.algebra.masks import greater, opposite, where
from symnn.algebra.nodes import Add, Extent, Extreme, Function, MatMul, Node, Number, Sum, Zeros
from symnn.algebra.sizes import dims
from symnn.proof.court import Court
from symnn.proof.step import Judgement, Relation, Status

n, d = dims("n d")
A, D = matrix("A", n, n), matrix("D", d, d)
x, y, p = scalar("x"), scalar("y"), scalar("p", assume="positive")
v = vector("v", n)
N, M, half, minus = Extent(n), Extent(d), Number(Fraction(1, 2)), Number(-1)
absolute, sign, step, tan, arctan, sin, erf = (
    Function(name) for name in ("abs", "sign", "step", "tan", "arctan", "sin", "erf")
)

FALSE = {
    "parity of a size": (minus**N, Number(1)),
    "parity of a sum of sizes": (minus ** (N + M), Number(1)),
    "parity of a product of sizes": (minus ** (N * M), Number(1)),
    "parities of determinants": (det(-A) * det(-D), det(A) * det(D)),
    "half a size": ((x**2) ** (N * half), x**N),
    "half a sum of sizes": ((x**2) ** ((N + M) * half), x ** (N + M)),
    "half a product of sizes": ((x**2) ** (N * M * half), x ** (N * M)),
    "root of a square": (sqrt(x**2), x),
    "square of a root": (x, sqrt(x) ** 2),
    "half powers": (x, x**half * x**half),
    "third powers": (x ** Number(Fraction(1, 3)), -((-x) ** Number(Fraction(1, 3)))),
    "absolute value": (absolute(x), x),
    "logarithm of a square": (log(x**2), 2 * log(x)),
    "logarithm of a product": (log(x * y), log(x) + log(y)),
    "root of a product": (sqrt(x * y), sqrt(x) * sqrt(y)),
    "arcs": (arctan(tan(x)), x),
    "a series that ends": (sin(x), x - x**3 / 6 + x**5 / 120),
    "tanh is level": (tanh(x**2 + 400), Number(1)),
    "sigmoid is level": (SIGMOID(x**2 + 400), Number(1)),
    "erf is level": (erf(x**2 + 20), Number(1)),
    "softplus far out": (log(1 + exp(x**2 + 500)), x**2 + 500),
    "nothing": (exp(-(x**2) - 500), Number(0)),
    "less than nothing": (exp(-exp(exp(Number(2) + x**2))), Number(0)),
    "a tiny number": (tanh(x) + Number(10) ** -150, tanh(x)),
    "a tiny fraction": (tanh(x), tanh(x) + Number(Fraction(1, 10**150))),
    "a step at its jump": (step(x), 1 - step(-x)),
    "a sign at zero": (sign(x), 2 * step(x) - 1),
    "a square of a sign": (sign(x) ** 2, Number(1)),
    "a comparison of equals": (
        where(greater(x, y), Number(1), Number(0)),
        where(opposite(greater(y, x)), Number(1), Number(0)),
    ),
    "largest and smallest": (Extreme(v) + Extreme(-v), Number(0)),
    "largest of all": (Extreme(v), Sum(v)),
}

TRUE = {
    "square of a sign": (sign(x) ** 2 * x, x),
    "absolute value": (absolute(x) * sign(x), x),
    "root of a square": (sqrt(p**2), p),
    "absolute root": (sqrt(x**2), absolute(x)),
    "largest of two": (where(greater(x, y), x, y), (x + y + absolute(x - y)) * half),
    "parts": (relu(x) - relu(-x), x),
    "powers of a size": (x**N * x**M, x ** (N + M)),
    "even powers": ((x**2) ** (N * M), x ** (2 * N * M)),
    "determinants": (det(-A) * det(-A), det(A) ** 2),
    "parities": (det(-A), minus**N * det(A)),
    "inverse": (inv(-A) @ v, -(inv(A) @ v)),
}


def judged(left, right, seed) -> Judgement:
    return Court(left, (), seed=seed).judge(Relation.EQUAL, left, right, line=left)


def alternating(factors) -> Node:
    """The sum of the products in all orders, with the signs of the permutations."""
    terms = []
    for order in permutations(range(len(factors))):
        product = MatMul(*(factors[place] for place in order))
        terms.append(-product if sum(a > b for a, b in combinations(order, 2)) % 2 else product)
    return Add(*terms)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [2, 3, 4])
def test_identities_of_small_matrices_are_none(size, seed):
    """Aᵏ is a sum of lower powers at size k, so that these commutators depend on each other."""
    B = matrix("B", n, n)
    powers = [MatMul(*[A] * count) if count > 1 else A for count in range(1, size + 1)]
    assert judged(alternating([power @ B - B @ power for power in powers]), Zeros(n, n), seed).status is Status.REFUTED


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("left", "right"), FALSE.values(), ids=FALSE)
def test_false_lines_are_not_passed(left, right, seed):
    assert judged(left, right, seed).status in (Status.REFUTED, Status.UNDECIDED)


@pytest.mark.parametrize(("left", "right"), TRUE.values(), ids=TRUE)
def test_true_lines_beside_them_are(left, right):
    assert judged(left, right, 0).status in (Status.PROVED, Status.CHECKED)
