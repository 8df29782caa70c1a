"""The sign of every entry of an expression, as far as it can be read off from its form. No numbers are tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod

from symnn.algebra.functions import ARGUMENT
from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Diagonal,
    DiagonalPart,
    Extent,
    Function,
    Hadamard,
    Identity,
    Inner,
    Map,
    MatMul,
    Multiply,
    Named,
    Node,
    Number,
    Ones,
    Power,
    Scale,
    Softmax,
    SquaredNorm,
    Sum,
    Trace,
    Transpose,
    Variable,
    Vec,
    Where,
)
from symnn.algebra.walk import fold
from symnn.proof.judges.structure import is_definite
from symnn.proof.step import Condition

POSITIVE, NONNEGATIVE = "positive", "nonnegative"

GROWING = (Add, Multiply, Scale, Hadamard, Sum, Broadcast, Transpose, MatMul, Inner, Trace, Vec)
"""Kinds that are positive where all their parts are, and nonnegative alike."""

OF_ANY: Mapping[str, str] = {
    "exp": POSITIVE,
    "cosh": POSITIVE,
    "abs": NONNEGATIVE,
    "sqrt": NONNEGATIVE,
    "relu": NONNEGATIVE,
    "step": NONNEGATIVE,
    "arccos": NONNEGATIVE,
    "arccosh": NONNEGATIVE,
}
"""Primitives whose values have a sign, whatever the argument."""

KEEPING = frozenset({"abs", "sqrt", "relu", "step", "sign", "tanh", "sinh", "arctan", "arcsinh", "erf"})
"""Primitives that are positive where their argument is, and zero at zero."""


def has(node: Node, words: Iterable[str], conditions: Sequence[Condition]) -> bool:
    """Whether one of the words is said of a node: by its own assumptions, or by a condition."""
    own = set(node.assumptions) if isinstance(node, Variable) else set()
    own |= {condition.word for condition in conditions if condition.node is node}
    return not own.isdisjoint(words)


def sign_of(root: Node, conditions: Sequence[Condition]) -> str | None:
    """Positive or nonnegative in every entry, or None where neither follows."""

    def combine(node: Node, signs: Sequence[str | None]) -> str | None:
        if has(node, (POSITIVE,), conditions):
            return POSITIVE
        found = _by_form(node, signs, conditions)
        if found is None and has(node, (NONNEGATIVE, "binary", "onehot", "onehot rows"), conditions):
            return NONNEGATIVE
        return found

    return fold(root, combine)


def _by_form(node: Node, signs: Sequence[str | None], conditions: Sequence[Condition]) -> str | None:
    match node:
        case Number():
            return POSITIVE if node.value > 0 else NONNEGATIVE if node.value == 0 else None
        case Extent() | Ones() | Softmax():
            return POSITIVE
        case SquaredNorm() | Identity():
            return NONNEGATIVE
        case Named() | DiagonalPart():
            return signs[0]
        case Diagonal():
            return NONNEGATIVE if signs[0] else None
        case Where():
            return _weaker(signs[1:])
        case Power():
            return _of_power(node, signs[0])
        case Map():
            return _of_function(node.function, signs[-1])
    if isinstance(node, GROWING) and None not in signs:
        return POSITIVE if POSITIVE in signs and isinstance(node, Add) else _weaker(signs)
    return NONNEGATIVE if _is_square(node, signs, conditions) else None


def _weaker(signs: Sequence[str | None]) -> str | None:
    return None if None in signs else POSITIVE if set(signs) == {POSITIVE} else NONNEGATIVE


def _of_power(node: Power, base: str | None) -> str | None:
    exponent = node.children[1]
    if base == POSITIVE:
        return POSITIVE
    if not isinstance(exponent, Number) or not exponent.value > 0:
        return None
    even = exponent.value.is_integer and exponent.value % 2 == 0
    return NONNEGATIVE if even or base == NONNEGATIVE else None


def _of_function(function: Function, argument: str | None) -> str | None:
    """A function with a formula has the sign of its formula; of derivatives nothing is read off."""
    if function.order:
        return None
    if function.body is not None:
        known = [Condition(argument, ARGUMENT)] if argument else []
        return sign_of(function.body, known)
    if function.name in KEEPING and argument is not None:
        return argument
    return OF_ANY.get(function.name)


def _is_square(node: Node, signs: Sequence[str | None], conditions: Sequence[Condition]) -> bool:
    """Whether a product is one of squares: x·x, A ⊙ A, ⟨A, A⟩, vᵀv, vᵀMv with a positive definite M.

    Factors that make up what a condition says to be nonnegative count as that, with anything positive beside them; a
    factor of the condition that may be zero must be among them, since it hides the sign of the others.
    """
    if isinstance(node, Multiply):
        signs_of = dict(zip(node.children, signs, strict=True))
        factors = Counter(part for part in node.children if signs_of[part] != POSITIVE)
        return any(
            _even(Counter({part: count for part, count in left.items() if signs_of.get(part) is None}))
            for left in (factors, *_without_conditions(factors, conditions))
        )
    if isinstance(node, Hadamard):
        return _even(Counter(part for part, sign in zip(node.children, signs, strict=True) if sign is None))
    if isinstance(node, Inner):
        return node.children[0] is node.children[1]
    if isinstance(node, Add):
        return _is_sum_of_conditions(node, signs, conditions)
    return isinstance(node, MatMul) and node.is_scalar and _is_quadratic_form(node.children, conditions)


def _even(factors: Counter[Node]) -> bool:
    """Whether a product of these factors is a square, but for a number that is not negative."""
    numbers = [factor.value for factor in factors.elements() if isinstance(factor, Number)]
    others = [count for factor, count in factors.items() if not isinstance(factor, Number)]
    return prod(numbers) >= 0 and all(count % 2 == 0 for count in others)


def _without_conditions(factors: Counter[Node], conditions: Sequence[Condition]) -> Iterator[Counter[Node]]:
    """What is left of a product, once the factors of each condition that it holds are taken out, one after another."""
    left = factors
    for condition in conditions:
        given = condition.node
        if condition.word not in (POSITIVE, NONNEGATIVE) or not isinstance(given, Multiply):
            continue
        others = [other for other in conditions if other is not condition]
        known = (POSITIVE, NONNEGATIVE) if condition.word == POSITIVE else (POSITIVE,)
        named = Counter(part for part in given.children if sign_of(part, others) not in known)
        letters = Counter({part: count for part, count in named.items() if not isinstance(part, Number)})
        if letters and letters <= left:
            left = left - letters
            numbers = Counter(part for part in named.elements() if isinstance(part, Number))
            left.update(numbers)
            yield left


def _is_sum_of_conditions(node: Add, signs: Sequence[str | None], conditions: Sequence[Condition]) -> bool:
    """Whether the terms without a sign are those of sums that conditions say to be nonnegative."""
    terms = Counter(part for part, sign in zip(node.children, signs, strict=True) if sign is None)
    rest = Counter(part for part, sign in zip(node.children, signs, strict=True) if sign is not None)
    for condition in conditions:
        given = condition.node
        if condition.word not in (POSITIVE, NONNEGATIVE) or not isinstance(given, Add):
            continue
        needed = Counter(given.children)
        if needed - rest <= terms and needed & terms:
            terms, rest = terms - needed, rest - needed
    return not terms


def _is_quadratic_form(factors: Sequence[Node], conditions: Sequence[Condition]) -> bool:
    scales = [factor.children[0] for factor in factors if isinstance(factor, Scale)]
    factors = [factor.children[1] if isinstance(factor, Scale) else factor for factor in factors]
    if None in [sign_of(scale, conditions) for scale in scales]:
        return False
    half, odd = divmod(len(factors), 2)
    if odd and (factors[half].is_scalar or not is_definite(factors[half], conditions)):
        return False
    pairs = zip(reversed(factors[:half]), factors[half + odd :], strict=True)
    return all(left is Transpose(right) or right is Transpose(left) for left, right in pairs)
