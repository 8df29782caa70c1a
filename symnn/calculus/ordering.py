"""The order in which people write terms and factors: by degree and kind, then by names, then by structure.

Nothing hangs on a process or on how names are spelled: to rename the variables so that their alphabetical order stays
keeps every order. Two different nodes are told apart by what they and their children are, then by their height and
length, then by the first children that differ; what was found for two nodes is kept, so that look-alikes are compared
once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cmp_to_key
from itertools import chain, islice
from typing import Any
from weakref import WeakKeyDictionary

from sympy import Rational, Tuple
from sympy.core.symbol import Str

from symnn.algebra.nodes import (
    Add,
    Extent,
    Hadamard,
    Identity,
    Inner,
    Map,
    MatMul,
    Multiply,
    Node,
    Number,
    Ones,
    Power,
    Scale,
    SquaredNorm,
    Transpose,
    Variable,
    Where,
    Zeros,
)
from symnn.algebra.walk import fold

# So many names in reading order are compared before the structure is.
NAMES = 6

# Of two factors of a scalar product the number comes first, then sizes, then powers and names, then what is compound.
_CLASSES: dict[type[Node], int] = {Number: 0, Extent: 1, Variable: 2, Ones: 1, Identity: 1, Add: 4}
_COMPOUND = 3

# Of two expressions with the same names the plain one comes first.
_PLAIN_FIRST = {kind: rank for rank, kind in enumerate((Number, Extent, Ones, Zeros, Identity, Variable, Power, Scale))}

_Measure = tuple[int, tuple[str, ...]]
_Shape = tuple[Any, ...]
_Look = tuple[_Shape, tuple[_Shape, ...], int, int]
_measures: WeakKeyDictionary[Node, _Measure] = WeakKeyDictionary()
_looks: WeakKeyDictionary[Node, _Look] = WeakKeyDictionary()
_compared: WeakKeyDictionary[Node, WeakKeyDictionary[Node, int]] = WeakKeyDictionary()


def degree(node: Node) -> int:
    """How many variables stand in a product of this kind: 0 for constants, 2 for XᵀX."""
    return _measure(node)[0]


def _measure(node: Node) -> _Measure:
    """The degree, and the first names in reading order."""
    return fold(node, _combine, _measures)  # type: ignore[arg-type]


def _combine(node: Node, children: Sequence[_Measure]) -> _Measure:
    if isinstance(node, Variable):
        return 1, (node.name,)
    read = [child[1] for child in children] * (2 if isinstance(node, SquaredNorm) else 1)
    names = tuple(islice(chain.from_iterable(read), NAMES))
    return _degree(node, [child[0] for child in children]), names


def _degree(node: Node, degrees: Sequence[int]) -> int:
    if isinstance(node, MatMul | Multiply | Hadamard | Scale | Inner):
        return sum(degrees)
    if isinstance(node, SquaredNorm):
        return 2 * degrees[0]
    if isinstance(node, Power):
        exponent = node.children[1]
        return abs(int(exponent.value)) * degrees[0] if isinstance(exponent, Number) else degrees[0] + degrees[1]
    if isinstance(node, Map):
        return min(1, degrees[1])
    if isinstance(node, Add | Where):
        return max(degrees)
    return degrees[0] if degrees else 0


def letters(node: Node) -> int:
    """How many variables a reader reads: shared parts count wherever they are written."""
    return _look(node)[-1]


def _look(node: Node) -> _Look:
    """What is compared of two nodes before their children are: shape, shapes of the children, height, letters."""
    return fold(node, _looked_at, _looks)  # type: ignore[arg-type]


def _looked_at(node: Node, children: Sequence[_Look]) -> _Look:
    height = 1 + max((child[2] for child in children), default=0)
    count = 1 if isinstance(node, Variable) else sum(child[3] for child in children)
    return _shape(node), tuple(child[0] for child in children), height, count


def _by_structure(left: Node, right: Node) -> int:
    """Negative, zero or positive: the order of two expressions at the first place where they differ."""
    path: list[tuple[Node, Node]] = []
    found = 0
    while left is not right:
        known = _compared.setdefault(left, WeakKeyDictionary()).get(right)
        if known is None:
            path.append((left, right))
            mine, theirs = _look(left), _look(right)
            known = 0 if mine == theirs else -1 if mine < theirs else 1
        if known:
            found = known
            break
        left, right = next(pair for pair in zip(left.children, right.children, strict=True) if pair[0] is not pair[1])
    for one, other in path:
        _compared[one][other] = found
    return found


def _shape(node: Node) -> _Shape:
    """What tells a node apart from others without its children."""
    kind = type(node)
    rank = _PLAIN_FIRST.get(kind, len(_PLAIN_FIRST) + (kind is Transpose))
    plain = tuple(_comparable(argument) for argument in node.args if not isinstance(argument, Node))
    return rank, kind.__name__, len(node.children), plain


def _comparable(argument: Any) -> Any:
    if isinstance(argument, Rational):
        return "", argument
    if isinstance(argument, Str):
        return argument.name, 0
    return "|".join(word.name for word in argument) if isinstance(argument, Tuple) else str(argument), 0


def _in_order(left: Sequence[Any], right: Sequence[Any]) -> int:
    (mine, one), (theirs, other) = left, right
    if mine != theirs:
        return -1 if mine < theirs else 1
    return _by_structure(one, other)


_sort_key = cmp_to_key(_in_order)


def term_key(node: Node) -> Any:
    """Terms of a sum: the highest degree first, plain ones first, then by names, the longer one first."""
    found, names = _measure(node)
    core = node.children[-1] if isinstance(node, Scale) else node
    plain = isinstance(core.children[0] if isinstance(core, Transpose) else core, Variable | Ones)
    return _sort_key(((-found, not plain, [(0, name) for name in names] + [(1, "")]), node))


def factor_key(node: Node) -> Any:
    """Commuting factors: numbers, sizes, names, then compound ones; a power stands where its base would."""
    base = node.children[0] if isinstance(node, Power) else node
    kind = _CLASSES.get(type(base), _COMPOUND)
    found, names = _measure(base)
    return _sort_key(((kind, found if kind >= _COMPOUND else 0, names, type(node) is Power), node))
