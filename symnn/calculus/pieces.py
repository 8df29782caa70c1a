"""Products of functions that are powers on either side of 0: step·relu = relu, x·sign x = |x|, |x|² = x².

Each of them is found, not known: on either side of 0 a product of such functions of one argument is a multiple of a
power of the argument, and so is what it becomes.
"""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Rational

from symnn.algebra.nodes import Function, Hadamard, Map, Multiply, Node, Number, Power
from symnn.calculus import tidy
from symnn.calculus.rule import RuleBook

PIECES = RuleBook()

# f(x) = a·x^m for x < 0, and x^m for x > 0: the coefficient a and the power m. All are 0 at 0.
_SIDES: Mapping[str, tuple[int, int]] = {"abs": (-1, 1), "sign": (-1, 0), "step": (0, 0), "relu": (0, 1)}
_KINKED = {Function(name) for name in _SIDES}

_Powers = dict[Function | None, int]


@PIECES.rule("functions with a kink at 0", Multiply, Hadamard)
def _product(node: Node) -> Node | None:
    """|x|² = x², x·sign x = |x|, relu x · step x = relu x: products of powers on either side of 0"""
    powers: dict[Node, _Powers] = {}
    for factor in node.children:
        read = _read(factor)
        if read is not None:
            function, argument, exponent = read
            mine = powers.setdefault(argument, {})
            mine[function] = mine.get(function, 0) + exponent
    for argument, found in powers.items():
        made = None if found.keys() == {None} else _joined(argument, found)
        if made is not None:
            rest = [factor for factor in node.children if (read := _read(factor)) is None or read[1] is not argument]
            return tidy.hadamard([*made, *rest]) if made or rest else tidy.ones(*node.shape)
    return None


@PIECES.rule("functions with a kink at 0", Power)
def _power(node: Node) -> Node | None:
    """|x|² = x², step(x)² = step x: powers of functions that are powers on either side of 0"""
    read = _read(node)
    if read is None or read[0] is None:
        return None
    made = _joined(read[1], {read[0]: read[2]})
    return None if made is None else tidy.hadamard(made)


@PIECES.rule("power of a square root", Power)
def _square_root(node: Node) -> Node | None:
    """(√A)²ᵏ = Aᵏ, and A^(k/2) = (√A)ᵏ for odd k, entry by entry"""
    base, exponent = node.children
    root = Function("sqrt")
    if not isinstance(exponent, Number):
        return None
    if isinstance(base, Map) and base.function is root:
        return Power(base.operand, Number(exponent.value / 2)) if (exponent.value / 2).is_integer else None
    made = Map(root, base)
    odd = exponent.value.q == 2
    return (made if exponent.value.p == 1 else Power(made, Number(exponent.value.p))) if odd else None


@PIECES.rule("square root in a quotient", Multiply, Hadamard)
def _root_of_a_divisor(node: Node) -> Node | None:
    """√A ⊙ A⁻¹ = (√A)⁻¹ and A ⊙ (√A)⁻¹ = √A, entry by entry"""
    powers = dict(_based(factor) for factor in node.children)
    for root, exponent in powers.items():
        if not isinstance(root, Map) or root.function is not Function("sqrt") or exponent is None:
            continue
        own = powers.get(root.operand)
        if own is None or own * exponent > 0:
            continue
        rest = [factor for factor in node.children if _based(factor)[0] not in (root, root.operand)]
        power = Number(exponent + 2 * own)
        return tidy.hadamard([root if power is tidy.ONE else Power(root, power), *rest])
    return None


def _based(factor: Node) -> tuple[Node, Rational | None]:
    """The base and the exponent of a factor; no exponent where it is not a whole number."""
    base, exponent = factor.children if isinstance(factor, Power) else (factor, tidy.ONE)
    return base, exponent.value if isinstance(exponent, Number) and exponent.value.is_integer else None


def _read(factor: Node) -> tuple[Function | None, Node, int] | None:
    """The function, None for the argument itself, the argument, and the exponent, of a factor f(x)^k."""
    base, exponent = factor.children if isinstance(factor, Power) else (factor, tidy.ONE)
    if not isinstance(exponent, Number) or not exponent.value.is_integer or isinstance(base, Number):
        return None
    if isinstance(base, Map) and base.function in _KINKED:
        return base.function, base.operand, int(exponent.value)
    return None, base, int(exponent.value)


def _joined(argument: Node, powers: _Powers) -> list[Node] | None:
    """The shortest product with the same values; None where it is this one, or none of these functions has them."""
    left, total = 1, 0
    for function, exponent in powers.items():
        coefficient, power = (1, 1) if function is None else _SIDES[function.name]
        if coefficient == 0 and exponent < 0:
            return None
        left *= coefficient**exponent if exponent > 0 else coefficient ** (-exponent)
        total += power * exponent
    # Where nothing is divided by, the product is 0 at 0.
    divided = any(exponent < 0 for exponent in powers.values())
    wanted = _written(left, total, divided)
    if wanted is None or wanted == powers:
        return None
    bases = {function: argument if function is None else Map(function, argument) for function in wanted}
    return [bases[f] if k == 1 else Power(bases[f], Number(k)) for f, k in wanted.items()]


def _written(left: int, power: int, divided: bool) -> _Powers | None:
    """The function that is left·x^power for x < 0, x^power for x > 0 and 0 at 0, if that is not divided by."""
    if left == 0:
        if power < 0 or divided:
            return None
        return {Function("step"): 1} if power == 0 else {Function("relu"): power}
    if left == 1:
        return ({} if divided else None) if power == 0 else {None: power}
    if power == 0:
        return None if divided else {Function("sign"): 1}
    return {Function("abs"): power} if power % 2 else {None: power - 1, Function("abs"): 1}
