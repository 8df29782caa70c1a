"""Logic gates by units with given weights.

A sigmoid unit says true where its output is more than one half, which is where bias + weights · inputs is positive. By
the weights of the slides a single unit is AND, OR, NOT or NOR; each is written here as a polynomial of its inputs, that
is 1 where it is true and 0 where it is false, and equality is that of all rows of the truth table. No single unit is
XNOR or XOR (their rows are not separable), but a unit of two units is: XNOR is OR of AND and NOR, XOR is NOR of the
same two.

A unit's own output is no farther from 0 or 1 than σ(−10), about 0.00005: in each gate the argument that is nearest to
zero is −10 or 10.
"""

from symnn import argument, chapter, derivation, scalar, sigmoid

one, two = {"a": "binary"}, {"a": "binary", "b": "binary"}


def unit(argument: str) -> str:
    """True where the sigmoid of the argument is more than one half."""
    return f"np.where(sigmoid({argument}) > 0.5, 1, 0)"


and_unit, or_unit = unit("-30 + 20*a + 20*b"), unit("-10 + 20*a + 20*b")
not_unit, nor_unit = unit("10 + (-20)*a"), unit("10 + (-20)*a + (-20)*b")

with derivation(and_unit, assume=two, title="AND: −30, 20, 20") as and_gate:
    and_gate.line("np.where(-30 + 20*a + 20*b > 0, 1, 0)", by="σ(z) > ½ exactly if z > 0")
    and_gate.line("a*b", by="−30, −10, −10, 10: only both")

with derivation(or_unit, assume=two, title="OR: −10, 20, 20") as or_gate:
    or_gate.line("np.where(-10 + 20*a + 20*b > 0, 1, 0)", by="σ(z) > ½ exactly if z > 0")
    or_gate.line("a + b - a*b", by="−10, 10, 10, 30: all but neither")

with derivation(not_unit, assume=one, title="NOT: 10, −20") as not_gate:
    not_gate.line("np.where(10 + (-20)*a > 0, 1, 0)", by="σ(z) > ½ exactly if z > 0")
    not_gate.line("1 - a", by="10, −10")

with derivation(nor_unit, assume=two, title="NOR: 10, −20, −20") as nor_gate:
    nor_gate.line("np.where(10 + (-20)*a + (-20)*b > 0, 1, 0)", by="σ(z) > ½ exactly if z > 0")
    nor_gate.line("(1 - a)*(1 - b)", by="10, −10, −10, −30: only neither")
    nor_gate.line("1 - (a + b - a*b)", by="NOT of OR")

or_of_them = unit(f"-10 + 20*{and_unit} + 20*{nor_unit}")
nor_of_them = unit(f"10 + (-20)*{and_unit} + (-20)*{nor_unit}")

with derivation(or_of_them, assume=two, title="XNOR: OR of AND and NOR") as xnor_gate:
    xnor_gate.line("a*b + (1 - a)*(1 - b)", by="AND and NOR are never true together")
    xnor_gate.line("np.where(a == b, 1, 0)", by="both or neither")

with derivation(nor_of_them, assume=two, title="XOR: NOR of AND and NOR") as xor_gate:
    xor_gate.line("(1 - a*b)*(1 - (1 - a)*(1 - b))", by="NOR")
    xor_gate.line("a + b + (-2)*a*b", by="a² = a, b² = b")
    xor_gate.line("np.where(a == b, 0, 1)", by="one of them")

a, b = (scalar(name, assume="binary") for name in "ab")
with argument("How near to 0 and 1", note="By squares of distances.") as near:
    for argument_of_unit, truth, name in (
        (-30 + 20 * a + 20 * b, a * b, "AND"),
        (-10 + 20 * a + 20 * b, a + b - a * b, "OR"),
        (10 + (-20) * a, 1 - a, "NOT"),
        (10 + (-20) * a + (-20) * b, (1 - a) * (1 - b), "NOR"),
    ):
        near.at_most((sigmoid(argument_of_unit) - truth) ** 2, sigmoid(-10) ** 2, by=f"all rows of {name}")

chapter(and_gate, or_gate, not_gate, nor_gate, xnor_gate, xor_gate, near, source="S4")
