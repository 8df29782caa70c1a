"""Terms linear in an unknown, brought to the form M·u: multiplied out, then one operation at a time to the left."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Diagonal,
    Equation,
    Hadamard,
    Identity,
    Inner,
    MatMul,
    Multiply,
    Node,
    Ones,
    Scale,
    Several,
    Sum,
    Trace,
    Transpose,
    Where,
)
from symnn.algebra.walk import dependents, depends, postorder
from symnn.calculus import tidy
from symnn.calculus.choices import CHOICE_IN_A_PRODUCT
from symnn.calculus.normal_form import NORMAL_FORM
from symnn.calculus.normalise import no_circle
from symnn.calculus.rule import RuleBook
from symnn.calculus.scalar_products import SQUARE
from symnn.errors import UnsupportedError
from symnn.proof.proof import Proof

# In the form M·u, products with ones and diagonal matrices stay products, and signs stay with their terms.
LINEAR_FORM: RuleBook = NORMAL_FORM.without(
    "ones and repetitions",
    "diagonal matrix times a column",
    "scalar product in normal order",
    "scalar product of entries",
    SQUARE,
    "sum of transposes",
    "signs and common factors",
    CHOICE_IN_A_PRODUCT,
)
SCALAR_FORM: RuleBook = NORMAL_FORM.without("signs and common factors", "sum of transposes", CHOICE_IN_A_PRODUCT)

Rewriting = tuple[str, str, Node]

_BUILDERS: dict[type[Node], Callable[[Sequence[Node]], Node]] = {
    MatMul: tidy.matmul,
    Multiply: tidy.product,
    Hadamard: tidy.hadamard,
    Scale: lambda parts: tidy.scale(*parts),
    Inner: lambda parts: tidy.inner(*parts),
    Transpose: lambda parts: tidy.transpose(*parts),
    Trace: lambda parts: tidy.trace(*parts),
    Diagonal: lambda parts: tidy.diagonal(*parts),
}


def _builder(node: Node) -> Callable[[Sequence[Node]], Node] | None:
    """How a node that distributes over sums is put together from new parts."""
    if isinstance(node, Sum):
        return lambda parts: tidy.total(parts[0], node.axis)
    if isinstance(node, Broadcast):
        return lambda parts: tidy.broadcast(parts[0], node.rows, node.cols)
    return _BUILDERS.get(type(node))


def multiply_out(proof: Proof, unknowns: Sequence[Node], part: int | None = None, *, fully: bool = False) -> None:
    """Multiply out every product of a sum in which an unknown occurs, and bring each term to the form M·u.

    `part` names the one expression of a `Several` line to work on; `fully` multiplies out sums without an unknown too,
    where they stand in a product with one. Each rewriting is one judged step.
    """
    expansion = _Expansion(proof, unknowns, fully)
    seen = {proof.line}
    while expansion.rewrite(proof.line if part is None else proof.line.children[part]):
        no_circle(proof, seen)


class _Expansion:
    def __init__(self, proof: Proof, unknowns: Sequence[Node], fully: bool) -> None:
        self.proof = proof
        self.unknowns = unknowns
        self.fully = fully
        self.scalar = all(unknown.is_scalar for unknown in unknowns)
        self.book = SCALAR_FORM if self.scalar else LINEAR_FORM

    def rewrite(self, root: Node) -> bool:
        """One rewriting of one node; False where nothing is left to do."""
        live = dependents(root, self.unknowns)
        for node in postorder(root):
            if node in self.unknowns:
                continue
            found = self._normal(node)
            if node in live:
                found = self._distributed(node, live) or _opened(node, live) or self._leftwards(node, live) or found
            if found is not None and found[2] is not node:
                self.proof.step(node, found[2], rule=found[0], statement=found[1])
                return True
        return False

    def _normal(self, node: Node) -> Rewriting | None:
        for rule in self.book[type(node)]:
            made = rule.apply(node)
            if made is not None and made is not node:
                return rule.name, rule.statement, made
        return None

    def _distributed(self, node: Node, live: set[Node]) -> Rewriting | None:
        """A(B + C) = AB + AC"""
        if isinstance(node, Equation | Several | Add):
            return None
        build = _builder(node)
        if build is None:
            return None
        for position, child in enumerate(node.children):
            if isinstance(child, Add) and (child in live or self.fully):
                terms = []
                for term in child.children:
                    parts = list(node.children)
                    parts[position] = term
                    terms.append(build(parts))
                return "distributive law", "A(B + C) = AB + AC", tidy.add(terms)
        return None

    def _leftwards(self, node: Node, live: set[Node]) -> Rewriting | None:
        if self.scalar:
            return None
        return _leftwards(node, live, self.unknowns)


def _opened(node: Node, live: set[Node]) -> Rewriting | None:
    """A choice between expressions with the unknown as a sum of products; other factors stay in a choice."""
    if not isinstance(node, Where) or node.mask in live or not any(branch in live for branch in node.branches):
        return None
    terms = []
    for place, branch in enumerate(node.branches):
        if not tidy.is_zero(branch):
            weights, inside = _weighted(branch, live)
            weight = tidy.hadamard(weights or [tidy.ones(*node.shape)])
            nothing = tidy.zero(*node.shape)
            choice = tidy.where(node.mask, *((nothing, weight) if place else (weight, nothing)))
            terms.append(tidy.hadamard([choice, *inside]))
    return "choice as products", "where(M, A ⊙ X, B ⊙ X) = where(M, A, 0) ⊙ X + where(M, 0, B) ⊙ X", tidy.add(terms)


def _weighted(node: Node, live: set[Node]) -> tuple[list[Node], list[Node]]:
    """Factors entry by entry without the unknown, and those with it."""
    if isinstance(node, MatMul) and node.is_column and isinstance(node.children[0], Diagonal):
        first, *rest = node.children
        if first not in live:
            return [first.children[0]], [tidy.matmul(rest)]
    factors = node.children if isinstance(node, Hadamard | Multiply) else (node,)
    return [part for part in factors if part not in live], [part for part in factors if part in live]


def _leftwards(node: Node, live: set[Node], unknowns: Sequence[Node]) -> Rewriting | None:
    """One linear operation on a column M·u written as a product from the left."""
    inside = [child for child in node.children if child in live]
    if len(inside) != 1 or isinstance(inside[0], Add):
        return None
    (inner,) = inside
    if isinstance(node, Hadamard) and node.is_column:
        weights = [child for child in node.children if child is not inner]
        made = tidy.matmul([tidy.diagonal(tidy.hadamard(weights)), inner])
        return "product of entries by a diagonal matrix", "v ⊙ x = diag(v)x", made
    if isinstance(node, Broadcast) and inner.is_scalar and node.is_column and inner not in unknowns:
        return (
            "repetition by ones",
            "a repeated scalar is a column of ones times it",
            tidy.matmul([Ones(node.rows, 1), inner]),
        )
    if isinstance(node, Sum) and inner.is_column:
        return "sum by ones", "Σx = 1ᵀx", tidy.matmul([Ones(1, inner.rows), inner])
    if isinstance(node, Sum) and node.axis == 1:
        return "sum by ones", "sums along the rows are Z1", tidy.matmul([inner, Ones(inner.cols, 1)])
    if not node.is_column and isinstance(node, Sum | Broadcast):
        return _by_ones(node, inner)
    if isinstance(node, Inner) and inner.is_column:
        other = next(child for child in node.children if child is not inner)
        return "inner product of columns", "⟨a, b⟩ = aᵀb", tidy.matmul([tidy.transpose(other), inner])
    return _flipped(node, live, unknowns) or _row_inwards(node, live)


def _by_ones(node: Sum | Broadcast, inner: Node) -> Rewriting | None:
    """Sums and repetitions of rows and columns of a matrix as products with ones."""
    if isinstance(node, Sum):
        if node.axis != 0:
            return None
        made = tidy.matmul([Ones(1, inner.rows), inner])
        return "sum by ones", "sums down the columns are 1ᵀZ", made
    if inner.is_row and not inner.is_scalar:
        return "repetition by ones", "a repeated row z is 1z", tidy.matmul([Ones(node.rows, 1), inner])
    if inner.is_column and not inner.is_scalar:
        return "repetition by ones", "a repeated column z is z1ᵀ", tidy.matmul([inner, Ones(1, node.cols)])
    return None


def _flipped(node: Node, live: set[Node], unknowns: Sequence[Node]) -> Rewriting | None:
    """A scalar with the unknown in front is turned round: uᵀa = aᵀu."""
    if not isinstance(node, MatMul) or not node.is_scalar:
        return None
    first = node.children[0]
    if isinstance(first, Transpose) and first.children[0] in unknowns and not any(c in live for c in node.children[1:]):
        made = MatMul(*(tidy.transpose(factor) for factor in reversed(node.children)))
        return "transpose of a scalar", "uᵀa = aᵀu", made
    return None


def _row_inwards(node: Node, live: set[Node]) -> Rewriting | None:
    """A column times the scalar r·u is the matrix (column)(row) times u."""
    if not isinstance(node, Scale) or node.children[0] not in live or node.children[1] in live:
        return None
    if not node.is_column:
        return None
    scalar, column = node.children
    factors = list(scalar.children) if isinstance(scalar, Multiply) else [scalar]
    word = next((factor for factor in factors if factor in live and isinstance(factor, MatMul)), None)
    if word is None:
        return None
    factors.remove(word)
    made = tidy.scale(tidy.product(factors), MatMul(column, word))
    return "scalar product inside a product", "(r·u)·a = a·r·u", made


def coefficient_of(term: Node, unknown: Node) -> Node:
    """M where the term is M·u. Raises UnsupportedError where it is of another form, or not linear."""
    coefficient = _coefficient_of(term, unknown)
    if coefficient is None or depends(coefficient, [unknown]):
        raise UnsupportedError(
            f"the equation has the term {term}, which is not of the form M·{unknown}; symnn solves equations that are "
            f"affine in the unknown, with the unknown on the right of each product"
        )
    return coefficient


def _coefficient_of(term: Node, unknown: Node) -> Node | None:
    factor, core = tidy.coefficient(term) if not term.is_scalar else (tidy.ONE, term)
    if core is unknown:
        return tidy.scale(factor, tidy.ONE if unknown.is_scalar else _identity(unknown))
    if unknown.is_scalar:
        scalar, rest = (core, tidy.ONE) if term.is_scalar else (factor, core)
        factors = scalar.children if isinstance(scalar, Multiply) else (scalar,)
        others = [part for part in factors if part is not unknown]
        if len(others) == len(factors) - 1:
            return tidy.scale(tidy.product(others), rest)
    if isinstance(core, MatMul) and core.children[-1] is unknown:
        before = core.children[:-1]
        return tidy.scale(factor, before[0] if len(before) == 1 else MatMul(*before))
    return None


def _identity(unknown: Node) -> Node:
    return Identity(unknown.rows)
