"""The words in which something is assumed of a variable."""

from __future__ import annotations

from collections.abc import Iterable

from symnn.algebra.sizes import ONE, Shape, same_size, show_shape
from symnn.errors import AssumptionError

ASSUMPTIONS = (
    "positive",
    "nonnegative",
    "symmetric",
    "positive definite",
    "full column rank",
    "full row rank",
    "orthogonal",
    "onehot",
    "onehot rows",
    "binary",
    "signs",
)
SQUARE_ASSUMPTIONS = frozenset({"symmetric", "positive definite", "orthogonal"})
OPEN_ASSUMPTIONS = frozenset({"positive", "nonnegative", "full column rank", "full row rank"})
"""Words that small steps in every direction leave true, but at a border."""

OF_MATRICES = (*sorted(SQUARE_ASSUMPTIONS), "full column rank", "full row rank", "onehot", "onehot rows")

_ALL_ONE = "all of its entries would be 1"
_ONE_ENTRY = "that leaves a single entry"
_PERMUTATION = "that leaves permutations, which are not among the assumptions"

# What no matrix is, but for special ones that are better written down: two words, and what they leave together.
CONTRADICTIONS = (
    ({"positive"}, {"onehot", "onehot rows"}, "a matrix of which some entries are 0 is not positive"),
    ({"positive"}, {"binary", "signs"}, _ALL_ONE),
    ({"nonnegative", "binary"}, {"signs"}, _ALL_ONE),
    ({"onehot", "onehot rows"}, {"signs"}, "an entry that is 0 is no sign"),
    ({"onehot"}, {"onehot rows"}, "that leaves a single row"),
    ({"onehot"}, {"symmetric", "positive definite", "orthogonal"}, _ONE_ENTRY),
    ({"onehot rows"}, {"symmetric", "positive definite", "orthogonal"}, _PERMUTATION),
    ({"orthogonal"}, {"nonnegative", "binary"}, _PERMUTATION),
    ({"orthogonal"}, {"positive", "signs"}, _ONE_ENTRY),
    ({"orthogonal"}, {"positive definite"}, "that leaves the identity matrix"),
    ({"positive definite"}, {"binary"}, "that leaves the identity matrix"),
    ({"positive definite"}, {"signs"}, _ONE_ENTRY),
)


def assumption_words(name: str, given: Iterable[str], shape: Shape) -> tuple[str, ...]:
    """The words in their order, each once.

    Raises AssumptionError for one that is unknown or does not fit the shape, and for words that contradict each other.
    """
    found = set(given)
    if not found:
        return ()
    for word in sorted(found.difference(ASSUMPTIONS)):
        raise AssumptionError(f"{name}: unknown assumption {word!r}; the known ones are {', '.join(ASSUMPTIONS)}")
    for word in sorted(found & SQUARE_ASSUMPTIONS):
        if not same_size(*shape):
            raise AssumptionError(f"{name}: only a square matrix is {word}, this one is {show_shape(shape)}")
    for word in OF_MATRICES if same_size(shape[0], ONE) and same_size(shape[1], ONE) else ():
        if word in found:
            raise AssumptionError(f"{name}: {word} is said of vectors and matrices, this is a scalar")
    if "onehot rows" in found and same_size(shape[1], ONE):
        raise AssumptionError(f"{name}: a column of which each row is one-hot is a column of ones")
    for one, others, reason in CONTRADICTIONS:
        both = [word for word in ASSUMPTIONS if word in found & one] + [w for w in ASSUMPTIONS if w in found & others]
        if len(both) > 1 and found & one and found & others:
            raise AssumptionError(f"{name}: nothing is both {both[0]} and {both[-1]}: {reason}")
    return tuple(word for word in ASSUMPTIONS if word in found)
