"""Where a line has kinks, on which sides of them arguments have stood, and on which sides they can stand at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy

from symnn.algebra import nodes
from symnn.algebra.functions import ARGUMENT, kinks_of
from symnn.algebra.nodes import Function, Node
from symnn.algebra.walk import fold, postorder
from symnn.proof.judges.fields import Undefined
from symnn.proof.judges.interpreter import Interpreter

Signs = frozenset[int]

POSITIVE: Signs = frozenset({1})
NONNEGATIVE: Signs = frozenset({0, 1})
NONZERO: Signs = frozenset({-1, 1})
ANY: Signs = frozenset({-1, 0, 1})

WORDS = {
    "positive": POSITIVE,
    "nonnegative": NONNEGATIVE,
    "binary": NONNEGATIVE,
    "onehot": NONNEGATIVE,
    "onehot rows": NONNEGATIVE,
    "signs": NONZERO,
}


@dataclass(frozen=True)
class Kink:
    """A function that is applied where it has a kink.

    `arguments` are its argument, inside of formulas of other functions, and the arguments of those; the outermost
    first.
    """

    name: str
    place: int
    arguments: tuple[Node, ...]

    def sides(self, run: Interpreter) -> Iterator[int]:
        """The signs of the distances of all entries from the kink."""
        for distance in self.distances(run):
            yield int(distance > 0) - int(distance < 0)

    def distances(self, run: Interpreter) -> Iterator[Any]:
        """How far every entry that has a value is above the kink."""
        value = run(self.arguments[0])[0]
        for argument in self.arguments[1:]:
            assert value is not None
            value = Interpreter(run.instance, known={ARGUMENT: (value,)})(argument)[0]
        assert value is not None
        for entry in value.ravel().tolist():
            if entry == entry:  # not NaN, which stands where there is no value
                yield entry - self.place

    def possible(self) -> Signs:
        """The signs that the distances may have, by what is assumed of the variables."""
        signs = ANY
        for argument in self.arguments:
            signs = possible_signs(argument, signs)
        return signs if self.place == 0 else ANY

    def __str__(self) -> str:
        return f"the kink of {self.name} at {self.place}, for {' in '.join(map(str, reversed(self.arguments)))}"


class Kinks:
    """The kinks of some expressions, with the sides on which arguments have stood at the numbers tried."""

    def __init__(self, *roots: Node) -> None:
        self._open = {kink: kink.possible() - {0} for kink in _kinks(*roots)}

    def note(self, run: Interpreter) -> None:
        for kink in self._open:
            self._open[kink] -= _seen(kink, run)

    @property
    def found(self) -> bool:
        return bool(self._open)

    @property
    def all(self) -> list[Kink]:
        """Every kink."""
        return list(self._open)

    @property
    def unseen(self) -> list[Kink]:
        """Kinks that have a side on which no argument has stood."""
        return [kink for kink, sides in self._open.items() if sides]

    def are_new(self, run: Interpreter) -> bool:
        """Whether an argument stands where none has stood before."""
        return any(self._open[kink] & _seen(kink, run) for kink in self.unseen)


def _seen(kink: Kink, run: Interpreter) -> Signs:
    try:
        return frozenset(kink.sides(run))
    except Undefined:
        return frozenset()


def _kinks(*roots: Node) -> Iterator[Kink]:
    stack: list[tuple[tuple[Node, ...], tuple[Node, ...]]] = [((), roots)]
    while stack:
        outer, inner = stack.pop()
        for node in postorder(*inner):
            if not isinstance(node, nodes.Map):
                continue
            arguments = (*outer, node.children[1])
            if node.function.body is not None:
                stack.append((arguments, (node.function.body,)))
            else:
                yield from (Kink(node.function.name, place, arguments) for place in kinks_of(node.function.name))


def arguments(root: Node) -> frozenset[tuple[Node, ...]]:
    """What stands where functions have kinks: where it is not the same in two expressions, their cases may differ."""
    return frozenset(kink.arguments for kink in _kinks(root))


def kinks_that_may_differ(left: Node, right: Node) -> list[Kink]:
    """The kinks of two expressions, where those of one do not stand at the same arguments as those of the other."""
    return [] if arguments(left) == arguments(right) else list(dict.fromkeys(_kinks(left, right)))


# --- the signs that entries can have --------------------------------------------------------------------------------


def possible_signs(root: Node, argument: Signs = ANY) -> Signs:
    """All signs that entries of an expression can have, by the words said of its variables; often more than those."""

    def combine(node: Node, parts: Sequence[Signs]) -> Signs:
        return argument if node is ARGUMENT else _signs(node, parts)

    return fold(root, combine)


def _signs(node: Node, parts: Sequence[Signs]) -> Signs:
    match node:
        case nodes.Number():
            return frozenset({int(sympy.sign(node.value))})
        case nodes.Zeros():
            return frozenset({0})
        case nodes.Extent() | nodes.Ones():
            return POSITIVE
        case nodes.Identity() | nodes.Commutation() | nodes.Selection() | nodes.Triangle():
            return NONNEGATIVE
        case nodes.SquaredNorm() | nodes.ExtremePlace():
            return NONNEGATIVE
        case nodes.Variable():
            return frozenset.intersection(ANY, *(WORDS.get(word, ANY) for word in node.assumptions))
        case nodes.Add():
            return _each(_plus, parts)
        case nodes.Multiply() | nodes.Hadamard() | nodes.Scale() | nodes.Kronecker():
            return _each(_times, parts)
        case nodes.MatMul() | nodes.Inner():
            return NONNEGATIVE if _is_square(node) else _summed(_each(_times, parts))
        case nodes.Sum() | nodes.Trace():
            return _summed(parts[0])
        case (
            nodes.Transpose()
            | nodes.Broadcast()
            | nodes.DiagonalPart()
            | nodes.Vec()
            | nodes.Unvec()
            | nodes.BlockRows()
            | nodes.Extreme()
        ):
            return parts[0]
        case nodes.Diagonal():
            return parts[0] | {0}
        case nodes.Power():
            return _power(parts[0], node.children[1])
        case nodes.Map():
            return _applied(node.function, parts[1])
        case nodes.Where():
            return parts[1] | parts[2]
    return ANY


def _each(combined: Callable[[int, int], Signs], parts: Sequence[Signs]) -> Signs:
    made = parts[0]
    for part in parts[1:]:
        made = frozenset().union(*(combined(left, right) for left, right in product(made, part)))
    return made


def _plus(left: int, right: int) -> Signs:
    return ANY if left * right < 0 else frozenset({left or right})


def _times(left: int, right: int) -> Signs:
    return frozenset({left * right})


def _summed(signs: Signs) -> Signs:
    return ANY if signs >= NONZERO else signs


def _is_square(node: Node) -> bool:
    """Whether it is ⟨a, a⟩ or aᵀa."""
    if isinstance(node, nodes.Inner):
        return node.children[0] is node.children[1]
    half, odd = divmod(len(node.children), 2)
    pairs = zip(node.children[:half], reversed(node.children[half:]), strict=not odd)
    return node.is_scalar and not odd and all(left.T is right or left is right.T for left, right in pairs)


def _power(base: Signs, exponent: Node) -> Signs:
    if base <= POSITIVE:
        return POSITIVE
    if not isinstance(exponent, nodes.Number) or not exponent.value.is_integer:
        return NONNEGATIVE
    return base if exponent.value % 2 else frozenset(sign * sign for sign in base) if exponent.value else POSITIVE


def _applied(function: Function, argument: Signs) -> Signs:
    if function.order:
        return ANY
    if function.body is not None:
        return possible_signs(function.body, argument)
    match function.name:
        case "exp" | "cosh":
            return POSITIVE
        case "abs":
            return frozenset(sign * sign for sign in argument)
        case "sqrt":
            return argument & NONNEGATIVE
        case "relu" | "step":
            return frozenset(max(sign, 0) for sign in argument)
        case "sign" | "arctan" | "arcsin" | "arcsinh" | "arctanh" | "sinh" | "tanh" | "erf":
            return argument
    return ANY
