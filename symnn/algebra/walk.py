"""The one walk over a shared graph: iterative, each node once. Everything that reads an expression uses it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from sympy import Symbol

from symnn.algebra.nodes import Extent, Function, Named, Node, Selection, Softmax, Variable
from symnn.algebra.sizes import Size

Result = TypeVar("Result")
Part = TypeVar("Part", bound=Node)


def postorder(*roots: Node) -> Iterator[Node]:
    """Every node below the roots once, children before parents, left before right.

    Bodies of functions are not entered.
    """
    return ordered(roots, _operands)


def ordered(roots: Sequence[Part], parts: Callable[[Part], Sequence[Part]]) -> Iterator[Part]:
    """Every node once, after what `parts` says that it is made of; the parts of one in their order."""
    seen: set[Part] = set()
    stack = [(root, False) for root in reversed(roots)]
    while stack:
        node, ready = stack.pop()
        if ready:
            yield node
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((part, False) for part in reversed(parts(node)) if part not in seen)


def _operands(node: Node) -> Sequence[Node]:
    return () if isinstance(node, Function) else node.children


def fold(
    root: Node, combine: Callable[[Node, Sequence[Result]], Result], memo: dict[Node, Result] | None = None
) -> Result:
    """The value of `root`, computed from the bottom: `combine` takes a node and the values of its children."""
    values = {} if memo is None else memo
    stack = [root]
    while stack:
        node = stack[-1]
        if node in values:
            stack.pop()
            continue
        children = () if isinstance(node, Function) else node.children
        missing = [child for child in children if child not in values]
        if missing:
            stack.extend(reversed(missing))
        else:
            stack.pop()
            values[node] = combine(node, [values[child] for child in children])
    return values[root]


def substitute(root: Node, replacements: Mapping[Node, Node]) -> Node:
    """`root` with every occurrence of the given nodes replaced; what is put in is not searched again."""
    return substitute_all([root], replacements)[0]


def substitute_all(roots: Iterable[Node], replacements: Mapping[Node, Node]) -> list[Node]:
    """The same for several expressions; what they share is walked once."""

    def combine(node: Node, children: Sequence[Node]) -> Node:
        if isinstance(node, Function) or all(map(_same_object, children, node.children)):
            return node
        return node.rebuild(children)

    memo = dict(replacements)
    return [fold(root, combine, memo) for root in roots]


def written_out(root: Node, memo: dict[Node, Node] | None = None) -> Node:
    """The expression with what every name and every softmax stands for. `memo` keeps what was walked before."""

    def combine(node: Node, children: Sequence[Node]) -> Node:
        if isinstance(node, Function):
            return node
        if isinstance(node, Named):
            return children[0]
        made = node if all(map(_same_object, children, node.children)) else node.rebuild(children)
        return made.definition if isinstance(made, Softmax) else made

    return fold(root, combine, memo)


def unnamed(*roots: Node) -> list[Node]:
    """The expressions with what every name stands for in its place; what they share is walked once."""
    memo: dict[Node, Node] = {}

    def combine(node: Node, children: Sequence[Node]) -> Node:
        if isinstance(node, Named):
            return children[0]
        if isinstance(node, Function) or all(map(_same_object, children, node.children)):
            return node
        return node.rebuild(children)

    return [fold(root, combine, memo) for root in roots]


def surface(*roots: Node) -> Iterator[Node]:
    """Every node once that stands in the expressions themselves: the bodies of names are not entered."""
    seen: set[Node] = set()
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        yield node
        if not isinstance(node, Function | Named):
            stack.extend(reversed(node.children))


def names_in(*roots: Node) -> list[Named]:
    """The named values that stand in the expressions themselves, in order of first appearance."""
    return [node for node in surface(*roots) if isinstance(node, Named)]


def all_names(*roots: Node) -> list[Named]:
    """The named values in the expressions and in the bodies of others, each after those that it is made of."""
    return list(ordered(names_in(*roots), lambda node: names_in(node.body)))


def labelled(root: Node) -> Node:
    """The expression with a variable in the place of each named value."""
    return substitute(root, {node: node.label for node in names_in(root)})


def _same_object(left: Node, right: Node) -> bool:
    return left is right


def variables(*roots: Node) -> list[Variable]:
    """The variables in order of first appearance."""
    return [node for node in postorder(*roots) if isinstance(node, Variable)]


def dependents(root: Node, of: Iterable[Node]) -> set[Node]:
    """The nodes of `root` in which one of the given nodes occurs."""
    found: set[Node] = set(of)
    for node in postorder(root):
        if not isinstance(node, Function) and any(child in found for child in node.children):
            found.add(node)
    return found


def depends(root: Node, of: Iterable[Node]) -> bool:
    return root in dependents(root, of)


def size_symbols(*roots: Node) -> list[Symbol]:
    """The symbolic sizes that occur, in order of first appearance."""
    found: dict[Symbol, None] = {}
    for node in postorder(*roots):
        for size in (*node.shape, *bounds_of(node)):
            if not size.is_Number:
                found.update(dict.fromkeys(sorted(size.free_symbols, key=str)))
    return list(found)


def bounds_of(node: Node) -> tuple[Size, ...]:
    """What must be positive besides the sizes of a node's shape: a size used as a number, the distance from an end."""
    match node:
        case Extent():
            return (node.size,)
        case Selection():
            return node.bounds
    return ()


def size_bounds(*roots: Node) -> list[Size]:
    """What must be positive besides the symbols themselves: sizes made of several parts, distances from ends."""
    found: dict[Size, None] = {}
    for node in postorder(*roots):
        found.update((size, None) for size in (*node.shape, *bounds_of(node)) if not size.is_Atom)
    return list(found)


def count(*roots: Node) -> int:
    """The number of different nodes."""
    return sum(1 for _ in postorder(*roots))
