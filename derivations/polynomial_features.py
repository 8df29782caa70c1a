"""Polynomial features: how many products of n inputs there are.

Of n² ordered pairs of inputs, n are squares; the others are n(n − 1), and each product of two different inputs stands
twice among them. Of cubes there are n, of products like x₁²x₂ n(n − 1), since the order tells which is squared, and of
three different inputs n(n − 1)(n − 2)/6. For n = 100 that gives 5,050 and 171,700 features, for 2,500 pixels 3,126,250
quadratic ones: networks learn features since nobody can list them.

One more input brings n + 1 more quadratic features, itself with each of the others and its square.
"""

from symnn import chapter, derivation, derive

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

chapter(quadratic, cubic, of_two, of_three, more, layer, source="S1")
