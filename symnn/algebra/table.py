"""A shared graph as a flat table of plain lists, and back: what JSON and pickle store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sympy import Rational, Tuple
from sympy.core.symbol import Str

from symnn.algebra import nodes
from symnn.algebra.functions import check_formula, known_functions
from symnn.algebra.nodes import Function, Node
from symnn.algebra.sizes import Size, dim
from symnn.errors import CertificateError, SymnnError

Row = list[Any]

HIGHEST_POWER = 64
HIGHEST_DERIVATIVE = 64

KINDS: Mapping[str, type[Node]] = {
    name: kind
    for name, kind in vars(nodes).items()
    if isinstance(kind, type) and issubclass(kind, Node) and kind is not Node and not name.startswith("_")
}


class NodeTable:
    """Rows ``[kind, argument, …]``, each after the rows that it refers to.

    An argument is ``{"node": row}``, a text, a list of texts, or a number or size as a tree of lists.
    """

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._index: dict[Node, int] = {}

    def add(self, root: Node) -> int:
        """The row of a node; rows for all that it consists of are made first."""
        stack = [root]
        while stack:
            node = stack[-1]
            if node in self._index:
                stack.pop()
                continue
            missing = [child for child in node.children if child not in self._index]
            if missing:
                stack.extend(reversed(missing))
                continue
            stack.pop()
            self._index[node] = len(self.rows)
            self.rows.append([type(node).__name__, *map(self._argument, node.args)])
        return self._index[root]

    def _argument(self, argument: Any) -> Any:
        if isinstance(argument, Node):
            return {"node": self._index[argument]}
        if isinstance(argument, Str):
            return str(argument.name)
        if isinstance(argument, Tuple):
            return [str(item.name) for item in argument]
        return {"size": _size_to_tree(argument)}


def _size_to_tree(size: Size) -> Any:
    if size.is_Rational:
        return str(size)
    if size.is_Symbol:
        return ["dim", size.name]
    return ["sum" if size.is_Add else "product" if size.is_Mul else "power", *map(_size_to_tree, size.args)]


_SIZE_OPERATIONS: Mapping[str, Callable[[Size, Size], Size]] = {
    "sum": lambda left, right: left + right,
    "product": lambda left, right: left * right,
    "power": lambda left, right: _power(left, right),
}


def _power(base: Size, exponent: Size) -> Size:
    if not exponent.is_Integer or abs(exponent) > HIGHEST_POWER:
        raise CertificateError(f"a power of a size up to {HIGHEST_POWER} is expected, found {str(exponent)[:80]}")
    return base**exponent


def _size_from_tree(tree: Any) -> Size:
    if isinstance(tree, str):
        sign, digits = (-1, tree[1:]) if tree.startswith("-") else (1, tree)
        numerator, _, denominator = digits.partition("/")
        if not numerator.isdecimal() or (denominator and not denominator.isdecimal()) or len(tree) > 4000:
            raise CertificateError(f"a number is expected, found {tree[:80]!r}")
        return sign * Rational(int(numerator), int(denominator or "1"))
    match tree:
        case ["dim", str(name)]:
            return dim(name)
        case [str(operation), first, *rest] if operation in _SIZE_OPERATIONS:
            result = _size_from_tree(first)
            for part in rest:
                result = _SIZE_OPERATIONS[operation](result, _size_from_tree(part))
            return result
    raise CertificateError(f"a size is expected, found {str(tree)[:80]!r}")


def nodes_of(rows: Sequence[Row]) -> list[Node]:
    """The nodes of a table.

    Raises CertificateError where a row is not a node, names an unknown kind or a later row, or gives a function another
    meaning than it has here or in an earlier row.
    """
    built: list[Node] = []
    meanings: dict[str, Any] = {name: function.args[1] for name, function in known_functions().items()}
    for number, row in enumerate(rows):
        try:
            kind = KINDS[row[0]]
            built.append(kind(*(_argument_from(argument, built) for argument in row[1:])))
            if isinstance(built[-1], Function):
                _check_function(built[-1], meanings)
        except SymnnError as error:
            raise CertificateError(f"row {number} of the table of nodes: {error}") from error
        except (
            KeyError,
            IndexError,
            TypeError,
            ValueError,
            AttributeError,
            RecursionError,
            ZeroDivisionError,
        ) as error:
            raise CertificateError(f"row {number} of the table of nodes is malformed: {str(row)[:120]}") from error
    return built


def _check_function(function: Function, meanings: dict[str, Any]) -> None:
    """A function of the table as it is there, or one with a formula in the scalar `x` alone, one formula a name.

    A function without a formula that is in no table stands for any differentiable one.
    """
    name, body = function.name, function.body
    if not 0 <= function.order <= HIGHEST_DERIVATIVE:
        raise CertificateError(f"a derivative of order 0 to {HIGHEST_DERIVATIVE} is expected, found {function.order}")
    if not name.isidentifier():
        raise CertificateError(f"a function is named like a Python function, found {name!r}")
    if meanings.setdefault(name, function.args[1]) != function.args[1]:
        raise CertificateError(f"the name {name!r} belongs to another function")
    if body is not None:
        check_formula(name, body)


def _argument_from(argument: Any, built: list[Node]) -> Any:
    match argument:
        case {"node": int(index)} if 0 <= index < len(built):
            return built[index]
        case str():
            return Str(argument)
        case [*items] if all(isinstance(item, str) for item in items):
            return Tuple(*map(Str, items))
        case {"size": tree}:
            return _size_from_tree(tree)
    raise CertificateError(f"an argument is not understood: {str(argument)[:80]}")


def store(root: Node) -> list[Row]:
    """The table of one expression; the expression is its last row."""
    table = NodeTable()
    table.add(root)
    return table.rows


def load(rows: list[Row]) -> Node:
    return nodes_of(rows)[-1]
