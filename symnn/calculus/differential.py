"""The differential of each kind of node (Magnus and Neudecker, Matrix Differential Calculus, chapters 8 and 9).

Each rule takes d(node) to an expression linear in the differentials of the node's parts. Parts in which no variable of
the derivation occurs have the differential zero and are left out. No gradient of a particular objective stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from symnn.algebra.functions import JUMPS
from symnn.algebra.nodes import (
    Add,
    BlockRows,
    Broadcast,
    Determinant,
    Diagonal,
    DiagonalPart,
    Differential,
    EntryProduct,
    Exponential,
    Extreme,
    ExtremePlace,
    Function,
    Hadamard,
    Inner,
    Inverse,
    Kronecker,
    Map,
    MatMul,
    Multiply,
    Node,
    Number,
    OtherProducts,
    Power,
    Scale,
    SingularNorm,
    SingularPart,
    Softmax,
    SquaredNorm,
    Sum,
    Trace,
    Transpose,
    Unvec,
    Variable,
    Vec,
    Where,
)
from symnn.algebra.walk import fold
from symnn.calculus import tidy
from symnn.calculus.rule import Rule, RuleTable
from symnn.errors import UnsupportedError

Varies = Callable[[Node], bool]

CONSTANT = "dA = 0 for a constant A, and by convention for steps and places of extremes at their jumps"


class Dependence:
    """Which nodes vary with the variables of a derivation, by more than jumps.

    Differentials themselves do not vary, d(dX) = 0; nor do the steps of which comparisons are made, but for their
    jumps, where they are taken as constant by convention.
    """

    def __init__(self, wrt: Iterable[Variable]) -> None:
        self._memo: dict[Node, bool] = dict.fromkeys(wrt, True)

    def __call__(self, node: Node) -> bool:
        return fold(node, self._combine, self._memo)

    @staticmethod
    def _combine(node: Node, children: Sequence[bool]) -> bool:
        return any(children) and not isinstance(node, Differential) and not _is_step(node)


DIFFERENTIALS: RuleTable[Callable[[Node, Varies], Node]] = RuleTable()
_differential = DIFFERENTIALS.rule


def differential_rule(node: Node, varies: Varies) -> tuple[Rule, Node]:
    """The rule for d(node), and what it gives. Raises UnsupportedError for a kind of node without a rule."""
    if not varies(node):
        return Rule("constant", CONSTANT, lambda _: None), tidy.zero(*node.shape)
    if type(node) not in DIFFERENTIALS:
        raise UnsupportedError(f"no rule gives the differential of {type(node).__name__}: {node}")
    name, statement, make = DIFFERENTIALS[type(node)]
    return Rule(name, statement, lambda _: None), make(node, varies)


def _each(node: Node, varies: Varies, combine: Callable[[list[Node]], Node]) -> Node:
    """The sum over the varying parts, one at a time replaced by its differential."""
    terms = []
    for position, child in enumerate(node.children):
        if varies(child):
            parts = list(node.children)
            parts[position] = Differential(child)
            terms.append(combine(parts))
    return tidy.add(terms)


@_differential("differential of a sum", Add)
def _add(node: Node, varies: Varies) -> Node:
    """d(A + B) = dA + dB"""
    return tidy.add([Differential(child) for child in node.children if varies(child)])


@_differential("product rule", Multiply)
def _multiply(node: Node, varies: Varies) -> Node:
    """d(a·b) = da·b + a·db"""
    return _each(node, varies, lambda parts: Multiply(*parts))


@_differential("product rule", Scale)
def _scale(node: Node, varies: Varies) -> Node:
    """d(a·B) = da·B + a·dB"""
    return _each(node, varies, lambda parts: Scale(*parts))


@_differential("product rule", MatMul)
def _matmul(node: Node, varies: Varies) -> Node:
    """d(AB) = dA·B + A·dB"""
    return _each(node, varies, lambda parts: MatMul(*parts))


@_differential("product rule", Hadamard)
def _hadamard(node: Node, varies: Varies) -> Node:
    """d(A ⊙ B) = dA ⊙ B + A ⊙ dB"""
    return _each(node, varies, lambda parts: Hadamard(*parts))


@_differential("product rule", Kronecker)
def _kronecker(node: Node, varies: Varies) -> Node:
    """d(A ⊗ B) = dA ⊗ B + A ⊗ dB"""
    return _each(node, varies, lambda parts: Kronecker(*parts))


@_differential("differential of rearranged entries", Vec, Unvec, BlockRows)
def _vec(node: Node, varies: Varies) -> Node:
    """d vec A = vec dA, and so for all that only moves entries"""
    return node.rebuild([Differential(node.children[0])])


@_differential("product rule", Inner)
def _inner(node: Node, varies: Varies) -> Node:
    """d⟨A, B⟩ = ⟨dA, B⟩ + ⟨A, dB⟩"""
    return _each(node, varies, lambda parts: Inner(*parts))


@_differential("differential of a squared norm", SquaredNorm)
def _squared_norm(node: Node, varies: Varies) -> Node:
    """d‖A‖² = 2⟨A, dA⟩"""
    operand = node.children[0]
    return tidy.scale(Number(2), tidy.inner(operand, Differential(operand)))


@_differential("differential of a transpose", Transpose)
def _transpose(node: Node, varies: Varies) -> Node:
    """d(Aᵀ) = (dA)ᵀ"""
    return Transpose(Differential(node.children[0]))


@_differential("differential of a trace", Trace)
def _trace(node: Node, varies: Varies) -> Node:
    """d tr A = tr dA"""
    return Trace(Differential(node.children[0]))


@_differential("differential of a sum of entries", Sum)
def _sum(node: Node, varies: Varies) -> Node:
    """d ΣA = Σ dA"""
    return node.rebuild([Differential(node.children[0])])


@_differential("differential of an extreme entry", Extreme)
def _extreme(node: Node, varies: Varies) -> Node:
    """d max A = Σ argmax A ⊙ dA, with the 1 at the one largest entry; by convention equal ones share it"""
    assert isinstance(node, Extreme)
    operand = node.children[0]
    place = ExtremePlace(operand, node.axis, node.sign)
    return tidy.total(Hadamard(place, Differential(operand)), node.axis)


@_differential("differential of a product of entries", EntryProduct)
def _entry_product(node: Node, varies: Varies) -> Node:
    """d prod A = Σ others A ⊙ dA, where others A has for each entry the product of all others"""
    assert isinstance(node, EntryProduct)
    operand = node.children[0]
    return tidy.total(Hadamard(OtherProducts(operand, node.axis), Differential(operand)), node.axis)


@_differential("differential of a softmax", Softmax)
def _softmax(node: Node, varies: Varies) -> Node:
    """ds = s ⊙ (dA − ∑ s ⊙ dA) for s = softmax(A), with the sum along its axis"""
    assert isinstance(node, Softmax)
    change = Differential(node.operand)
    mean = tidy.broadcast(tidy.total(tidy.hadamard([node, change]), node.axis), *node.shape)
    return tidy.hadamard([node, tidy.add([change, tidy.negative(mean)])])


@_differential("differential of a norm by singular values", SingularNorm)
def _singular_norm(node: Node, varies: Varies) -> Node:
    """dΣσ = ⟨UVᵀ, dA⟩ for A = U·diag(σ)·Vᵀ of full rank, and dσ = ⟨uvᵀ, dA⟩ for one simple singular value σ ≠ 0"""
    assert isinstance(node, SingularNorm)
    operand = node.children[0]
    return Inner(SingularPart(operand, node.kind), Differential(operand))


@_differential("differential of a function of a matrix", Exponential, SingularPart, OtherProducts)
def _along_directions(node: Node, varies: Varies) -> Node:
    """d f(A) = f′(A; dA), d f′(A; E) = f″(A; E, dA) + f′(A; dE), where f′(A; E) is the derivative along E"""
    operand, *directions = node.children
    terms = []
    for place, direction in enumerate(directions):
        if varies(direction):
            terms.append(node.rebuild([operand, *_replaced(directions, place, Differential(direction))]))
    if varies(operand):
        terms.append(type(node)(*node.args, Differential(operand)))
    return tidy.add(terms)


def _replaced(parts: Sequence[Node], place: int, part: Node) -> list[Node]:
    return [*parts[:place], part, *parts[place + 1 :]]


@_differential("differential of a repetition", Broadcast)
def _broadcast(node: Node, varies: Varies) -> Node:
    """A repeated row, column or scalar has the repeated differential"""
    return node.rebuild([Differential(node.children[0])])


@_differential("differential of a diagonal", Diagonal, DiagonalPart)
def _diagonal(node: Node, varies: Varies) -> Node:
    """d diag(A) = diag(dA)"""
    return node.rebuild([Differential(node.children[0])])


@_differential("differential of an inverse", Inverse)
def _inverse(node: Node, varies: Varies) -> Node:
    """d A⁻¹ = −A⁻¹ dA A⁻¹"""
    return tidy.negative(MatMul(node, Differential(node.children[0]), node))


@_differential("differential of a determinant", Determinant)
def _determinant(node: Node, varies: Varies) -> Node:
    """d det A = det A · tr(A⁻¹ dA)"""
    operand = node.children[0]
    return Multiply(node, Trace(MatMul(Inverse(operand), Differential(operand))))


@_differential("power rule", Power)
def _power(node: Node, varies: Varies) -> Node:
    """d A^k = k·A^(k−1) ⊙ dA + A^k ⊙ log A · dk, entry by entry"""
    base, exponent = node.children
    terms = []
    if varies(base):
        less = tidy.broadcast(tidy.MINUS_ONE, *exponent.shape)
        lowered = Number(exponent.value - 1) if isinstance(exponent, Number) else tidy.add([exponent, less])
        power = base if lowered is tidy.ONE else Power(base, lowered)
        derivative = tidy.scale(exponent, power) if exponent.is_scalar else Hadamard(exponent, power)
        terms.append(
            tidy.hadamard([derivative, Differential(base)]) if not base.is_scalar else derivative * Differential(base)
        )
    if varies(exponent):
        growth = tidy.hadamard([node, Map(Function("log"), base)])
        change = Differential(exponent)
        terms.append(tidy.scale(change, growth) if exponent.is_scalar else tidy.hadamard([growth, change]))
    return tidy.add(terms)


@_differential("chain rule", Map)
def _map(node: Node, varies: Varies) -> Node:
    """d f(A) = f′(A) ⊙ dA, entry by entry"""
    assert isinstance(node, Map)
    derivative = Map(node.function.derivative(), node.operand)
    if node.is_scalar:
        return Multiply(derivative, Differential(node.operand))
    return Hadamard(derivative, Differential(node.operand))


@_differential("differential of a choice", Where)
def _where(node: Node, varies: Varies) -> Node:
    """d where(M, A, B) = where(M, dA, dB); by convention also where a comparison in M is at its border"""
    assert isinstance(node, Where)
    parts = [Differential(part) if varies(part) else tidy.zero(*part.shape) for part in node.branches]
    terms = [tidy.where(node.mask, *parts)]
    if varies(node.mask):
        then, otherwise = node.branches
        change = tidy.add([then, tidy.negative(otherwise)])
        terms.append(tidy.hadamard([change, Differential(node.mask)]))
    return tidy.add(terms)


def _is_step(node: Node) -> bool:
    if isinstance(node, ExtremePlace):
        return True
    return isinstance(node, Map) and node.function.body is None and node.function.name in JUMPS
