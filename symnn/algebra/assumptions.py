"""The words in which something is assumed of a variable."""

from __future__ import annotations

from collections.abc import Iterable

from symnn.algebra.sizes import Shape, same_size, show_shape
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


def assumption_words(name: str, given: Iterable[str], shape: Shape) -> tuple[str, ...]:
    """The words in their order, each once. Raises AssumptionError for one that is unknown or does not fit the shape."""
    found = set(given)
    for word in sorted(found.difference(ASSUMPTIONS)):
        raise AssumptionError(f"{name}: unknown assumption {word!r}; the known ones are {', '.join(ASSUMPTIONS)}")
    for word in sorted(found & SQUARE_ASSUMPTIONS):
        if not same_size(*shape):
            raise AssumptionError(f"{name}: only a square matrix is {word}, this one is {show_shape(shape)}")
    return tuple(word for word in ASSUMPTIONS if word in found)
