"""The computation graph of a scalar: a vertex for each value, an edge for each use, its local gradient derived."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Function,
    Hadamard,
    Inner,
    Multiply,
    Named,
    Node,
    Number,
    Power,
    Scale,
    Transpose,
    Variable,
)
from symnn.algebra.notation import text
from symnn.algebra.walk import dependents, ordered, variables
from symnn.codegen.parameters import show_axes
from symnn.errors import UnsupportedError
from symnn.graphs.values import Data, Values, evaluate
from symnn.proof.step import Status, worst
from symnn.results.problem import AssumptionSpec, Objective, ShapeSpec, understand
from symnn.results.result import derive

END = "f"
UNNAMED = "v"
ADJOINT = "delta"
PRODUCTS = (Multiply, Scale, Hadamard)


@dataclass(frozen=True)
class Vertex:
    """A value of the graph. `label` is a variable of its name; `operation` makes it of other labels.

    What the objective is given, a variable, has no operation.
    """

    label: Variable
    operation: Node | None = None

    @property
    def name(self) -> str:
        return text(self.label)

    def __str__(self) -> str:
        return self.name if self.operation is None else f"{self.name} = {text(self.operation)}"


@dataclass(frozen=True)
class Edge:
    """The use of one vertex by another, both by their places among the vertices.

    `local` is the gradient of the target by the source, in labels, where the target is a scalar. Of another target it
    is what the source is given for the adjoint of the target, which is called `adjoint` there.
    """

    source: int
    target: int
    local: Node
    adjoint: Variable | None = None


@dataclass(frozen=True)
class Graph:
    """Vertices, each after those that it is made of, and edges in the order of their targets; the last vertex is f.

    It is static: derived once, and evaluated at any data. `verdict` is the worst of all local gradients' proofs.
    """

    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]
    verdict: str

    def local(self, edge: Edge) -> str:
        """The local gradient as people write it: ``∂h₂/∂y = h₁``, or what an array passes on: ``x ← Wᵀδ_q``."""
        source, target = self.vertices[edge.source].name, self.vertices[edge.target].name
        formula = text(edge.local)
        return f"∂{target}/∂{source} = {formula}" if edge.adjoint is None else f"{source} ← {formula}"

    def at(self, data: Mapping[str, Data]) -> Values:
        """Values and gradients at data: exact fractions as far as functions leave them rational, else float64.

        `data` has a number, a sequence or a sequence of rows for the name of each variable. Raises ShapeError where
        one is missing, unknown or does not fit, AssumptionError where it is not what is assumed of the variable, and a
        subclass of `Undefined` where there is no value.
        """
        return evaluate(self, data)


def graph(objective: Objective, shapes: ShapeSpec | None = None, assume: AssumptionSpec | None = None) -> Graph:
    """The graph of a scalar objective, which is given as to `derive` (L18, L19, L20, B14, B18, S8, S9).

    Definitions of a program are vertices by their names; what has no name is called v1, v2, …, and the end f. Constants
    and signs belong to the operation that uses them. Raises UnsupportedError for what is no scalar or has no variable.
    """
    problem = understand(objective, shapes, assume)
    root = problem.objective if problem.program is None else problem.program
    if not root.is_scalar:
        raise UnsupportedError(
            f"a graph is that of a scalar; this objective is {show_axes(root.shape[: problem.rank])}: "
            f"make it one, as np.sum(…) does"
        )
    if not problem.parameters:
        raise UnsupportedError("a constant has no graph: the objective has no variable")
    return _Builder(root).graph()


class _Builder:
    """Finds the vertices of an expression, names them, and derives the local gradients."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.varying = dependents(root, variables(root))
        self.order = list(self._postorder())
        self.taken = {node.name for node in self.order if isinstance(node, Variable | Named)}
        self.labels = {node: self._label(node) for node in self.order}
        self.places = {label.name: place for place, label in enumerate(self.labels.values())}

    def graph(self) -> Graph:
        vertices: list[Vertex] = []
        edges: list[Edge] = []
        verdicts = []
        for place, node in enumerate(self.order):
            label = self.labels[node]
            if isinstance(node, Variable):
                vertices.append(Vertex(label))
                continue
            operation = self._operation(node, self.labels.__getitem__)
            vertices.append(Vertex(label, operation))
            adjoint = None
            if not operation.is_scalar:
                adjoint = Variable(self._fresh(_numbered(f"{ADJOINT}_{label.name}")), *label.shape, label.rank)
            result = derive(operation if adjoint is None else Inner(adjoint, operation), variables(operation))
            verdicts.append(Status(result.verdict))
            for name, local in result.gradients.items():
                edges.append(Edge(self.places[name], place, local, adjoint))
        return Graph(tuple(vertices), tuple(edges), worst(verdicts).value)

    def _postorder(self) -> Iterator[Node]:
        """The nodes that are vertices, variables first, each after its operands."""
        order = list(ordered([self.root], self._operands))
        yield from (node for node in order if isinstance(node, Variable))
        yield from (node for node in order if not isinstance(node, Variable))

    def _operands(self, node: Node) -> list[Node]:
        found: dict[Node, None] = {}

        def note(operand: Node) -> Node:
            found[operand] = None
            return operand

        if not isinstance(node, Variable):
            self._operation(node, note)
        return list(found)

    def _operation(self, node: Node, label: Callable[[Node], Node]) -> Node:
        """What a vertex does with its operands, each of them by its label."""
        body = node.body if isinstance(node, Named) else node
        if isinstance(body, Named | Variable):
            return label(body)
        return body.rebuild([self._part(body, child, label) for child in body.children])

    def _part(self, user: Node, child: Node, label: Callable[[Node], Node]) -> Node:
        """A child of an operation: by its label, but for constants, signs, divisors and what is turned or repeated."""
        if isinstance(child, Function) or child not in self.varying:
            return child
        if isinstance(child, Broadcast | Transpose):
            return child.rebuild([self._part(user, child.children[0], label)])
        if isinstance(user, Add) and isinstance(child, PRODUCTS) and isinstance(child.children[0], Number):
            _, *factors = child.children
            return child.children[0] * label(factors[0] if len(factors) == 1 else type(child)(*factors))
        if isinstance(user, PRODUCTS) and isinstance(child, Power) and child.children[1] is Number(-1):
            return Power(self._part(user, child.children[0], label), child.children[1])
        return label(child)

    def _label(self, node: Node) -> Variable:
        if isinstance(node, Variable):
            return node
        if isinstance(node, Named):
            return node.label
        rank = 0 if node.is_scalar else 1 if node.is_column else 2
        names = _numbered(END) if node is self.root else (f"{UNNAMED}{number}" for number in count(1))
        return Variable(self._fresh(names), *node.shape, rank)

    def _fresh(self, names: Iterator[str]) -> str:
        name = next(name for name in names if name not in self.taken)
        self.taken.add(name)
        return name


def _numbered(name: str) -> Iterator[str]:
    """name, name1, name2, …"""
    return (f"{name}{number or ''}" for number in count())
