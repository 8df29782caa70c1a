"""The judge *structure*: relations decided by how expressions are built, and what makes a factor invertible."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Commutation,
    Diagonal,
    Differential,
    Equation,
    Extent,
    Function,
    Hadamard,
    Identity,
    Inverse,
    Kronecker,
    Map,
    MatMul,
    Multiply,
    Node,
    Number,
    Ones,
    Power,
    Scale,
    Several,
    Transpose,
    Variable,
    Vec,
    Zeros,
)
from symnn.algebra.sizes import same_size
from symnn.algebra.walk import depends, fold, postorder, substitute
from symnn.proof.step import Condition, Judgement, Status

PROVED = Judgement(Status.PROVED, "structure")


def refuted(reason: str) -> Judgement:
    return Judgement(Status.REFUTED, "structure", reason=reason)


def differential_of(line: Node) -> Node:
    """The line that says the differential: of each part, and of both sides of an equation."""
    match line:
        case Several():
            return Several(*map(differential_of, line.children))
        case Equation():
            return Equation(Differential(line.left), Differential(line.right))
    return Differential(line)


def judge_stacked(before: Node, after: Node) -> Judgement:
    """Whether the line after is vec of the line before."""
    if isinstance(before, Equation | Several):
        return refuted("the columns of one expression are stacked")
    return PROVED if after is Vec(before) else refuted("the line after must be vec of the line before, as it stands")


def judge_stationary(before: Node, after: Node) -> Judgement:
    """Whether the line after says that every part of the line before is zero."""
    parts = before.children if isinstance(before, Several) else (before,)
    equations = after.children if isinstance(after, Several) else (after,)
    fitting = len(parts) == len(equations) and all(
        isinstance(equation, Equation) and equation.left is part and _is_zero(equation.right)
        for part, equation in zip(parts, equations, strict=True)
    )
    return PROVED if fitting else refuted("the line after must say that the line before, as it stands, is zero")


def _is_zero(node: Node) -> bool:
    return isinstance(node, Zeros) or (isinstance(node, Number) and node.value == 0)


def substituted(before: Node, line: Node, witness: Node | None) -> Node | Judgement:
    """The line before with a variable replaced by its value, or the judgement that this may not be done."""
    if not isinstance(witness, Equation) or not isinstance(witness.left, Variable):
        return refuted("a substitution needs an equation whose left side is a variable")
    if depends(witness.right, [witness.left]):
        return refuted(f"{witness.left.name} stands on both sides of the equation that is to give its value")
    if any(isinstance(node, Differential) for node in postorder(line, before)):
        return refuted("a differential stands on the line, and an equation may hold at one point only")
    parts = line.children if isinstance(line, Several) else (line,)
    if witness not in parts:
        return refuted(f"the equation for {witness.left.name} does not stand on the line")
    if before is witness or before not in parts:
        return refuted("a value is put into another whole part of the line than the equation that gives it")
    return substitute(before, {witness.left: witness.right})


# --- invertible factors ---------------------------------------------------------------------------------------------

INVERTIBLE, SEMIDEFINITE, DEFINITE = "invertible", "semidefinite", "positive definite"
TALL, WIDE = "full column rank", "full row rank"

WORDS = {
    TALL: {TALL},
    WIDE: {WIDE},
    "invertible": {INVERTIBLE},
    "nonzero": {INVERTIBLE},
    "positive": {INVERTIBLE, SEMIDEFINITE, DEFINITE},
    "positive definite": {INVERTIBLE, SEMIDEFINITE, DEFINITE},
    "nonnegative": {SEMIDEFINITE},
    "orthogonal": {INVERTIBLE},
    "signs": {INVERTIBLE},
}
MATRIX_WORDS = frozenset({"invertible", "positive definite", "orthogonal"})

Facts = frozenset[str]
ALL: Facts = frozenset({INVERTIBLE, SEMIDEFINITE, DEFINITE})
NONE: Facts = frozenset()


def is_invertible(root: Node, conditions: Sequence[Condition]) -> bool:
    """Whether a scalar is nonzero, or a square matrix invertible, by the words said of its parts."""
    return INVERTIBLE in _known(root, conditions)


def is_definite(root: Node, conditions: Sequence[Condition]) -> bool:
    """Whether a scalar is positive, or a square matrix positive definite, by the words said of its parts."""
    return DEFINITE in _known(root, conditions)


def _known(root: Node, conditions: Sequence[Condition]) -> Facts:
    stated: dict[Node, Facts] = {}
    for condition in conditions:
        if _says_something(condition.word, condition.node):
            stated[condition.node] = stated.get(condition.node, NONE) | WORDS[condition.word]

    def combine(node: Node, parts: Sequence[Facts]) -> Facts:
        return _facts(node, parts, stated) | stated.get(node, NONE)

    return fold(root, combine)


def _facts(node: Node, parts: Sequence[Facts], stated: Collection[Node]) -> Facts:
    """What is known of a scalar (definite means positive), of a square matrix, or of the entries of a column."""
    match node:
        case Number():
            return ALL if node.value > 0 else frozenset({SEMIDEFINITE} if node.value == 0 else {INVERTIBLE})
        case Extent() | Identity():
            return ALL
        case Ones() if node.is_column:
            return ALL
        case Variable():
            return frozenset().union(*(WORDS[word] for word in node.assumptions if _says_something(word, node)))
        case Add():
            common = frozenset.intersection(*parts) - {INVERTIBLE}
            if SEMIDEFINITE in common and any(DEFINITE in part for part in parts):
                return ALL
            return common & {SEMIDEFINITE}
        case Multiply() | Scale():
            return frozenset.intersection(*parts)
        case Hadamard() if node.is_column:
            return frozenset.intersection(*parts)
        case MatMul():
            return _product(node.children, parts)
        case Inverse():
            return ALL if SEMIDEFINITE in parts[0] else frozenset({INVERTIBLE})
        case Diagonal():
            return parts[0] & ALL
        case Transpose():
            turned = {TALL: WIDE, WIDE: TALL}
            return frozenset(turned.get(fact, fact) for fact in parts[0] if fact in turned or _is_square(node))
        case Kronecker() if all(map(_is_square, node.children)):
            return frozenset.intersection(*parts) & ALL
        case Commutation():
            return frozenset({INVERTIBLE})
        case Broadcast() if node.is_column:
            return parts[0] & ALL
        case Power() if node.is_column and isinstance(node.children[1], Number):
            return _power(node.children[1], parts[0])
        case Map() if node.is_column and node.function is Function("exp"):
            return ALL
    return NONE


def _power(exponent: Number, base: Facts) -> Facts:
    if DEFINITE in base:
        return ALL
    if exponent.value.is_integer and exponent.value % 2 == 0:
        return ALL if INVERTIBLE in base else frozenset({SEMIDEFINITE})
    return base & ALL


def _product(factors: Sequence[Node], parts: Sequence[Facts]) -> Facts:
    """What AᵀA or AᵀPA has from P, and from the rank of A; else a product of invertible matrices is invertible."""
    if len(factors) in (2, 3) and (factors[0] is factors[-1].T or factors[0].T is factors[-1]):
        middle = ALL if len(factors) == 2 else parts[1]
        if DEFINITE in middle and _has_full_column_rank(factors[-1], parts[-1]):
            return ALL
        if SEMIDEFINITE in middle:
            return frozenset({SEMIDEFINITE})
    invertible = all(_is_square(factor) and INVERTIBLE in part for factor, part in zip(factors, parts, strict=True))
    return frozenset({INVERTIBLE}) if invertible else NONE


def _has_full_column_rank(node: Node, facts: Facts) -> bool:
    return TALL in facts or (INVERTIBLE in facts and (_is_square(node) or node.is_column))


def _says_something(word: str, node: Node) -> bool:
    """Whether a word makes facts of a node: some are said of square matrices, one of scalars, the others of entries."""
    if word == "nonzero":
        return node.is_scalar
    return word in WORDS and (word in (TALL, WIDE) or (_is_square(node) if word in MATRIX_WORDS else node.is_column))


def _is_square(node: Node) -> bool:
    return same_size(node.rows, node.cols)
