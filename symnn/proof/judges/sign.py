"""The judge *sign*: a quadratic form is positive, as a sum of weighted squares that vanish together only at zero.

No numbers are tried. Each term must be a nonnegative weight times the square of something linear. A term whose weight
is positive, and whose linear map is injective in one unknown, forces that unknown to be zero; when every unknown is
forced to zero, the form is positive everywhere else. What would have to be assumed for that is found by the same walk.
"""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Integer

from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Diagonal,
    Differential,
    Hadamard,
    Identity,
    Inner,
    Inverse,
    MatMul,
    Multiply,
    Node,
    Number,
    Ones,
    Power,
    Scale,
    Several,
    SquaredNorm,
    Sum,
    Transpose,
    Variable,
)
from symnn.algebra.walk import dependents, depends, fold, substitute
from symnn.proof.judges.entries import POSITIVE, has, sign_of
from symnn.proof.judges.structure import is_definite
from symnn.proof.step import Condition, Judgement, Status


def judge_sign(form: Node, wrt: Sequence[Variable], conditions: Sequence[Condition]) -> Judgement:
    """PROVED where the form is positive unless all unknowns are zero, else UNDECIDED with what is missing."""
    missing = needed(form, wrt, conditions)
    if missing is None:
        return Judgement(Status.UNDECIDED, "sign", reason="the form is not a sum of weighted squares")
    if missing:
        wanted = "; ".join(f"{condition.node} must be {condition.word}" for condition in missing)
        return Judgement(Status.UNDECIDED, "sign", reason=f"positivity would follow from: {wanted}")
    return Judgement(Status.PROVED, "sign", reason="a sum of squares with positive weights that vanish only at zero")


def needed(form: Node, wrt: Sequence[Variable], conditions: Sequence[Condition]) -> list[Condition] | None:
    """The conditions that are missing for positivity; None where the form is not a sum of weighted squares."""
    unknowns = _unknowns(form, wrt)
    squares = []
    for term in form.children if isinstance(form, Add) else (form,):
        square = _square(term, unknowns, conditions)
        if square is None:
            return None
        squares.append(square)
    return _Search(unknowns, conditions).run(squares)


def _unknowns(form: Node, wrt: Sequence[Variable]) -> list[Node]:
    directions: list[Node] = [Differential(variable) for variable in wrt]
    present = dependents(form, directions)
    return directions if form in present else list(wrt)


class _Search:
    def __init__(self, unknowns: Sequence[Node], conditions: Sequence[Condition]) -> None:
        self.unknowns = unknowns
        self.known = list(conditions)
        self.missing: list[Condition] = []
        self.zero: set[Node] = set()

    def run(self, squares: list[tuple[list[Node], Node]]) -> list[Condition] | None:
        for weights, _ in squares:
            for weight in weights:
                if sign_of(weight, self.known) is None and not self._assume_sign(weight):
                    return None
        while len(self.zero) < len(self.unknowns):
            forced = self._force(squares, add=False) or self._force(squares, add=True)
            if not forced:
                return None
            self.zero |= forced
        return self.missing

    def _assume_sign(self, weight: Node) -> bool:
        """Ask for the positivity of the one variable on which the sign of a weight hangs."""
        open_factors = [factor for factor in _factors(weight) if sign_of(factor, self.known) is None]
        if not all(isinstance(factor, Variable) for factor in open_factors):
            return False
        for factor in open_factors:
            self._assume(Condition(POSITIVE, factor))
        return sign_of(weight, self.known) is not None

    def _assume(self, condition: Condition) -> None:
        if condition not in self.known:
            self.known.append(condition)
            self.missing.append(condition)

    def _force(self, squares: list[tuple[list[Node], Node]], *, add: bool) -> set[Node]:
        """Unknowns that one square forces to zero; with `add`, under one more condition."""
        for weights, root in squares:
            if any(sign_of(weight, self.known) != POSITIVE for weight in weights):
                continue
            live = _without(root, self.zero)
            if live is None:
                continue
            open_unknowns = [u for u in self.unknowns if u not in self.zero and depends(live, [u])]
            if not open_unknowns:
                continue
            if len(open_unknowns) == 1 and self._injective(live, open_unknowns[0], add=add):
                return set(open_unknowns)
            if len(open_unknowns) > 1 and self._independent(live, add=add):
                return set(open_unknowns)
        return set()

    def _independent(self, live: Node, *, add: bool) -> bool:
        # Said of the variables themselves: their differentials are arbitrary too.
        named = {unknown: unknown.operand for unknown in self.unknowns if isinstance(unknown, Differential)}
        condition = Condition("independent", Several(substitute(live, named)))
        unknowns = [unknown for unknown in self.unknowns if depends(live, [unknown])]
        if (sum((u.rows * u.cols for u in unknowns), Integer(0)) - live.rows * live.cols).is_positive:
            return False
        if add:
            self._assume(condition)
        return condition in self.known

    def _injective(self, node: Node, unknown: Node, *, add: bool) -> bool:
        while node is not unknown:
            inner = [child for child in node.children if child in dependents(node, [unknown])]
            if len(inner) != 1:
                return False
            if not self._keeps_kernel(node, inner[0], add=add):
                return False
            node = inner[0]
        return True

    def _keeps_kernel(self, node: Node, inner: Node, *, add: bool) -> bool:
        """Whether `node` is zero only where its part `inner` is."""
        match node:
            case Transpose() | Broadcast() | Diagonal():
                return True
            case Scale() | Multiply():
                return all(
                    sign_of(part, self.known) == POSITIVE or _nonzero(part)
                    for part in node.children
                    if part is not inner
                )
            case Hadamard():
                return all(sign_of(part, self.known) == POSITIVE for part in node.children if part is not inner)
            case MatMul():
                position = node.children.index(inner)
                left, right = node.children[:position], node.children[position + 1 :]
                return all(self._full_rank(part, "full column rank", add=add) for part in left) and all(
                    self._full_rank(part, "full row rank", add=add) for part in right
                )
        return False

    def _full_rank(self, part: Node, word: str, *, add: bool) -> bool:
        if isinstance(part, Transpose):
            other = "full row rank" if word == "full column rank" else "full column rank"
            return self._full_rank(part.children[0], other, add=add)
        if isinstance(part, Identity | Inverse):
            return True
        if isinstance(part, Ones) and (part.cols if word == "full column rank" else part.rows) == 1:
            return True
        if has(part, (word, "orthogonal", "positive definite", "invertible"), self.known):
            return True
        if add and isinstance(part, Variable) and _can_have(part, word):
            self._assume(Condition(word, part))
            return True
        return False


def _can_have(part: Node, rank: str) -> bool:
    """Whether the shape allows a full rank: not where there is one row for many columns, or more columns than rows."""
    more, fewer = part.shape if rank == "full column rank" else (part.cols, part.rows)
    return not (fewer - more).is_positive and (more != 1 or fewer == 1)


def _nonzero(node: Node) -> bool:
    return isinstance(node, Number) and node.value != 0


def _factors(node: Node) -> tuple[Node, ...]:
    return node.children if isinstance(node, Multiply | Hadamard | Scale) else (node,)


def _square(term: Node, unknowns: Sequence[Node], conditions: Sequence[Condition]) -> tuple[list[Node], Node] | None:
    """The weights and the linear root of weight·‖root‖², weight·root², Σ weights ⊙ root² or rootᵀ·W·root."""
    live = dependents(term, unknowns)
    weights = [factor for factor in _factors(term) if factor not in live]
    rest = [factor for factor in _factors(term) if factor in live]
    if isinstance(term, MatMul) or len(rest) != 1:
        rest, weights = [term], []
    found = _root(rest[0], live, conditions)
    if found is None or not _linear(found[1], unknowns):
        return None
    return weights + found[0], found[1]


def _root(node: Node, live: set[Node], conditions: Sequence[Condition]) -> tuple[list[Node], Node] | None:
    two = Number(2)
    match node:
        case SquaredNorm():
            return [], node.children[0]
        case MatMul():
            return _quadratic(node, conditions)
        case Power() if node.is_scalar and node.children[1] is two:
            return [], node.children[0]
        case Sum(axis=-1):
            factors = _factors(node.children[0])
            roots = [factor for factor in factors if factor in live]
            if len(roots) == 1 and isinstance(roots[0], Power) and roots[0].children[1] is two:
                return [factor for factor in factors if factor is not roots[0]], roots[0].children[0]
    return None


def _quadratic(node: MatMul, conditions: Sequence[Condition]) -> tuple[list[Node], Node] | None:
    """The root of rootᵀ·W·root with a positive definite W, which has no weight to be asked about."""
    factors = node.children
    half = len(factors) // 2
    middle = factors[half]
    if len(factors) % 2 == 0 or middle.is_scalar or not is_definite(middle, conditions):
        return None
    for left, right in zip(reversed(factors[:half]), factors[half + 1 :], strict=True):
        if left is not Transpose(right) and right is not Transpose(left):
            return None
    return [], MatMul(*factors[half + 1 :]) if half > 1 else factors[-1]


def _linear(root: Node, unknowns: Sequence[Node]) -> bool:
    """Whether the expression is linear in the unknowns, without a constant part."""

    def degree(node: Node, degrees: Sequence[int]) -> int:
        if node in unknowns:
            return 1
        if isinstance(node, Add):
            return degrees[0] if len(set(degrees)) == 1 else 2
        if isinstance(node, MatMul | Multiply | Hadamard | Inner | Scale):
            return min(sum(degrees), 2)
        if isinstance(node, Transpose | Sum | Broadcast | Diagonal):
            return degrees[0]
        return 2 if any(degrees) else 0

    return fold(root, degree) == 1


def _without(root: Node, zero: set[Node]) -> Node | None:
    """The expression with the unknowns in `zero` set to zero; None where nothing is left."""
    if not zero:
        return root

    def combine(node: Node, children: Sequence[Node | None]) -> Node | None:
        if node in zero:
            return None
        if isinstance(node, Add):
            left = [child for child in children if child is not None]
            return Add(*left) if len(left) > 1 else left[0] if left else None
        if None in children:
            return None
        return node.rebuild([child for child in children if child is not None]) if children else node

    return fold(root, combine)
