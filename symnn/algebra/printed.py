"""What a printer asks of an expression: what is constant, a count or a reciprocal, and what its parts are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from symnn.algebra import nodes
from symnn.algebra.dialects import Dialect
from symnn.algebra.nodes import Function, Node, Number, Variable

# An expression that would be longer is written with names for its parts, so that the output stays linear in the graph.
LONG = 2_000
LONG_PART = 1_000
REPEATED_PART = 20
PI = Variable("pi", 1, 1, 0)
QUARTER_OF_PI = nodes.Map(Function("arctan"), Number(1))


def power_of_quarters(factor: Node) -> int:
    """The n of (arctan 1)ⁿ, 0 for anything else."""
    if isinstance(factor, nodes.Power) and factor.children[0] is QUARTER_OF_PI:
        exponent = factor.children[1]
        return int(exponent.value) if isinstance(exponent, Number) and exponent.value.is_Integer else 0
    return int(factor is QUARTER_OF_PI)


def is_reciprocal(node: Node) -> bool:
    return isinstance(node, nodes.Power) and isinstance(node.children[1], Number) and node.children[1].value == -1


def is_constant(node: Node) -> bool:
    """A number, perhaps repeated to a matrix."""
    parts = node.children if isinstance(node, nodes.Scale | nodes.Broadcast) else (node,)
    return all(isinstance(part, Number | nodes.Ones) for part in parts)


def is_count(node: Node) -> bool:
    return isinstance(node, Number | nodes.Extent) or (
        isinstance(node, nodes.Multiply) and all(isinstance(child, Number | nodes.Extent) for child in node.children)
    )


def distinct_names(dialect: Dialect, variables: Sequence[Variable]) -> dict[Variable, str]:
    """What each variable is called; two that would look the same keep their names as typed."""
    names = {variable: dialect.name(variable.name, variable.latex_name) for variable in variables}
    count = Counter(names.values())
    return {variable: shown if count[shown] == 1 else dialect.typed(variable.name) for variable, shown in names.items()}


def parts_to_name(root: Node, everything: Sequence[Node]) -> tuple[set[Node], int]:
    """The parts that get a name, and the length above which any other part gets one too."""
    uses = Counter(child for node in everything for child in node.children)
    lengths: dict[Node, int] = {}
    for node in everything:
        inside = 0 if isinstance(node, Function) else sum(lengths[child] for child in node.children)
        lengths[node] = min(2 + inside, 1_000_000_000)
    if 2 * lengths[root] <= LONG:
        return set(), 1_000_000_000
    return {node for node, length in lengths.items() if uses[node] > 1 and length > REPEATED_PART}, LONG_PART
