"""The order in which people write terms and factors, as a sort key that is the same on every run and machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from symnn.algebra.nodes import (
    Add,
    Extent,
    Function,
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
    Variable,
    Where,
)
from symnn.algebra.walk import fold

Key = tuple[int, int, str, str]

_keys: WeakKeyDictionary[Node, Key] = WeakKeyDictionary()

# Of two factors of a scalar product the number comes first, then sizes, then powers and names, then what is compound.
_CLASSES: dict[type[Node], int] = {Number: 0, Extent: 1, Variable: 2, Power: 2, Ones: 1, Identity: 1, Add: 4}


def key(node: Node) -> Key:
    """Degree, class, name and a digest that tells apart what is otherwise alike."""
    return fold(node, _combine, _keys)  # type: ignore[arg-type]


def _combine(node: Node, children: Sequence[Key]) -> Key:
    digest = hashlib.sha256()
    digest.update(type(node).__name__.encode())
    position = iter(children)
    for argument in node.args:
        digest.update(
            (
                next(position)[3] if isinstance(argument, Node) and not isinstance(node, Function) else _plain(argument)
            ).encode()
        )
        digest.update(b"|")
    name = node.name if isinstance(node, Variable) else "".join(child[2] for child in children)[:40]
    return _degree(node, children), _CLASSES.get(type(node), 3), name, digest.hexdigest()


def _plain(argument: object) -> str:
    if isinstance(argument, Node):
        return key(argument)[3]
    return f"{type(argument).__name__}:{argument}"


def _degree(node: Node, children: Sequence[Key]) -> int:
    """How many variables stand in a product of this kind: 0 for constants, 2 for XᵀX."""
    degrees = [child[0] for child in children]
    if isinstance(node, Variable):
        return 1
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


def term_key(node: Node) -> tuple[int, str, str]:
    """Terms of a sum: the highest degree first."""
    degree, _, name, digest = key(node)
    return -degree, name, digest


def factor_key(node: Node) -> tuple[int, int, str, str]:
    """Commuting factors: numbers, sizes, names, then compound ones."""
    degree, kind, name, digest = key(node)
    return kind, degree, name, digest
