"""Polynomial features: how many products of n inputs there are.

Of n² ordered pairs of inputs, n are squares; the others are n(n − 1), and each product of two different inputs stands
twice among them. Of cubes there are n, of products like x₁²x₂ n(n − 1), since the order tells which is squared, and of
three different inputs n(n − 1)(n − 2)/6. For n = 100 that gives 5,050 and 171,700 features, for 2,500 pixels 3,126,250
quadratic ones: networks learn features since nobody can list them.

Of k factors there are as many products as ways to place k equal marks into n places, of which each may have several.

One more input brings n + 1 more quadratic features, itself with each of the others and its square.
"""

from fractions import Fraction
from itertools import combinations_with_replacement

from sympy import Function, Sum, Symbol, binomial

from symnn import argument, chapter, derivation, derive

quadratic = derive("n*(n + 1)/2", wrt="n", name="quadratic")
cubic = derive("n*(n + 1)*(n + 2)/6", wrt="n", name="cubic")

with derivation("n + (n**2 - n)/2", title="Quadratic features") as of_two:
    of_two.line("n*(n + 1)/2", by="squares, and pairs of different inputs by twos")

with derivation("n + n*(n - 1) + n*(n - 1)*(n - 2)/6", title="Cubic features") as of_three:
    of_three.line("n*(1 + (n - 1) + (n - 1)*(n - 2)/6)", by="n in front")
    of_three.line("n*(n + 1)*(n + 2)/6", by="multiply out: n² + 3n + 2 = (n + 1)(n + 2)")

with derivation("(n + 1)*(n + 2)/2 - n*(n + 1)/2", title="One more input") as more:
    more.line("n + 1", by="(n + 2) − n = 2")

with derivation("n*(n + 1)*(n + 2)/6 - (n - 1)*n*(n + 1)/6", title="One more input, cubic") as layer:
    layer.line("n*(n + 1)/2", by="the last input with each quadratic feature")

n, k, i = (Symbol(name, integer=True, positive=True) for name in "nki")
products = Function("M")


def listed(n: int, k: int) -> Fraction:
    """How many products of k factors there are, gone through one by one."""
    return Fraction(sum(1 for _ in combinations_with_replacement(range(n), k)))


with argument("Products of k factors", note="M(n, k) is how many there are of n inputs.") as of_any:
    small = [{n: inputs, k: factors} for inputs in range(1, 7) for factors in range(1, 6)]
    of_any.cases(products(n, k), binomial(n + k - 1, k), at=small, value=listed, by="k marks in n places")
    last = Sum(binomial(i + k - 2, k - 1), (i, 1, n))
    of_any.sympy(last, binomial(n + k - 1, k), by="the last input i, and k − 1 factors among the first i")
    of_any.sympy(binomial(n + 1, 2), n * (n + 1) / 2, by="k = 2")
    of_any.sympy(binomial(n + 2, 3), n * (n + 1) * (n + 2) / 6, by="k = 3")

chapter(quadratic, cubic, of_two, of_three, more, layer, of_any, source="S1")
