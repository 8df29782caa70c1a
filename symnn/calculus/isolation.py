"""One unknown isolated from an equation that is affine in it: A·u·B = r becomes u = A⁻¹rB⁻¹.

Where the terms have no such form in common, as in A·U + U·B = R, the columns are stacked: M·vec U = vec R.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from math import gcd, lcm

from sympy import Rational

from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Diagonal,
    DiagonalPart,
    Equation,
    Extent,
    Hadamard,
    Identity,
    Inner,
    Inverse,
    Kronecker,
    MatMul,
    Multiply,
    Node,
    Number,
    Power,
    Scale,
    Several,
    Sum,
    Trace,
    Transpose,
    Variable,
    Vec,
    Where,
)
from symnn.algebra.sizes import Size
from symnn.algebra.walk import depends, fold
from symnn.calculus import tidy
from symnn.calculus.linear import LINEAR_FORM, SCALAR_FORM, coefficient_of, multiply_out
from symnn.calculus.normal_form import numeric_coefficient
from symnn.calculus.normalise import normal
from symnn.calculus.stacking import coefficient_of_columns, stack_in
from symnn.errors import UnsupportedError
from symnn.proof.proof import Proof
from symnn.proof.step import Condition, Relation, Status

Established = Callable[[Node, Node], Sequence[Condition]]
"""Shows that a matrix is invertible, or makes it a condition, and gives what that rests on.

It is told the whole coefficient, too: of the stacked columns of the unknown where the matrix is one of two factors.
"""


class System:
    """The equations on the last line of a proof."""

    def __init__(self, proof: Proof) -> None:
        self.proof = proof

    def __getitem__(self, place: int) -> Equation:
        line = self.proof.line
        found = line.children[place] if isinstance(line, Several) else line
        assert isinstance(found, Equation)
        return found

    def part(self, place: int) -> int | None:
        """The place as `multiply_out` takes it."""
        return place if isinstance(self.proof.line, Several) else None

    def rewrite(
        self,
        place: int,
        made: Equation,
        rule: str,
        statement: str,
        *,
        relation: Relation = Relation.EQUAL,
        witness: Node | None = None,
        uses: Sequence[Condition] = (),
    ) -> None:
        """One step on one equation, unless it is as wanted already."""
        before = self[place]
        if made is not before:
            path = (place,) if isinstance(self.proof.line, Several) else ()
            self.proof.step(
                before,
                made,
                rule=rule,
                statement=statement,
                relation=relation,
                place=path,
                witness=witness,
                uses=uses,
            )


@dataclass(frozen=True)
class Sides:
    """The factors of a term left·u·right; of a scalar unknown the left one is all."""

    left: Node
    right: Node


def isolate(system: System, place: int, unknown: Variable, establish: Established) -> Number:
    """Take one equation to u = …, or to vec U = …, and give the number by which it was divided on the way.

    Raises UnsupportedError where the equation is not affine in the unknown or does not contain it.
    """
    multiply_out(system.proof, [unknown], system.part(place))
    _separate(system, place, unknown)
    sides = _common_sides(system[place].left, unknown)
    if sides is None:
        return _isolate_stacked(system, place, unknown, establish)
    _write(system, place, unknown, sides, system[place].right, "collect the unknown", "A·u + B·u = (A + B)·u")
    sides, number = _divide(system, place, unknown, sides)
    _multiply_by_inverses(system, place, unknown, sides, establish)
    return number


def _separate(system: System, place: int, unknown: Variable) -> None:
    """Everything without the unknown goes to the right."""
    before = system[place]
    terms = tidy.terms_of(before.left)
    linear = [term for term in terms if depends(term, [unknown])]
    constant = [term for term in terms if term not in linear]
    if not linear:
        raise UnsupportedError(
            f"{unknown} does not occur in its equation {before}: every value, or none, is stationary"
        )
    for term in linear:
        if _degree(term, unknown) > 1:
            raise UnsupportedError(
                f"the equation has the term {term}, which is not affine in {unknown}; symnn solves equations that are "
                f"affine in the unknown"
            )
    if constant:
        right = normal(tidy.add([before.right, tidy.negative(tidy.add(constant))]))
        made = Equation(tidy.add(linear), right)
        statement = "A + c = 0 if and only if A = −c"
        system.rewrite(place, made, "move to the other side", statement, relation=Relation.EQUIVALENT)


def _degree(term: Node, unknown: Variable) -> int:
    """0 without the unknown, 1 where the term is linear in it, 2 for everything else."""

    def combine(node: Node, degrees: Sequence[int]) -> int:
        if node is unknown:
            return 1
        if isinstance(node, MatMul | Multiply | Scale | Hadamard | Inner | Kronecker):
            return min(sum(degrees), 2)
        if isinstance(node, Add | Transpose | Sum | Trace | Broadcast | Diagonal | DiagonalPart | Vec):
            return max(degrees)
        if isinstance(node, Where) and not degrees[0]:
            return max(degrees)
        return 2 if any(degrees) else 0

    return fold(term, combine)


# --- what the terms have in common ----------------------------------------------------------------------------------


def _common_sides(left: Node, unknown: Variable) -> Sides | None:
    """A and B where the terms are A·u·B together; None where there are no such."""
    terms = tidy.terms_of(left)
    if unknown.is_scalar:
        return Sides(normal(tidy.add([coefficient_of(term, unknown) for term in terms]), SCALAR_FORM), tidy.ONE)
    found = [_sides(term, unknown) for term in terms]
    known = [sides for sides in found if sides is not None]
    if len(known) < len(found):
        return None
    if len({sides.right for sides in known}) == 1:
        return Sides(normal(tidy.add([sides.left for sides in known]), LINEAR_FORM), known[0].right)
    cores = [tidy.coefficient(sides.left) for sides in known]
    if len({core for _, core in cores}) == 1:
        rights = [tidy.scale(factor, sides.right) for (factor, _), sides in zip(cores, known, strict=True)]
        return Sides(cores[0][1], normal(tidy.add(rights), LINEAR_FORM))
    return None


def _sides(term: Node, unknown: Variable) -> Sides | None:
    """A and B of a term A·u·B."""
    factor, core = tidy.coefficient(term)
    factors = core.children if isinstance(core, MatMul) else (core,)
    if factors.count(unknown) != 1:
        return None
    place = factors.index(unknown)
    sides = [*factors[:place], *factors[place + 1 :], factor]
    if any(depends(side, [unknown]) for side in sides):
        return None
    before, after = factors[:place], factors[place + 1 :]
    left = tidy.matmul(before) if before else _identity(unknown.rows)
    return Sides(tidy.scale(factor, left), tidy.matmul(after) if after else _identity(unknown.cols))


def _identity(size: Size) -> Node:
    return tidy.ONE if size == 1 else Identity(size)


def _is_one(node: Node) -> bool:
    return node is tidy.ONE or isinstance(node, Identity)


def _write(system: System, place: int, unknown: Variable, sides: Sides, right: Node, rule: str, statement: str) -> None:
    """The equation left·u·right = r, which says the same."""
    system.rewrite(place, Equation(_product(sides, unknown), right), rule, statement)


def _product(sides: Sides, unknown: Variable) -> Node:
    if not unknown.is_scalar:
        return tidy.matmul([sides.left, unknown, sides.right])
    made = tidy.product([sides.left, unknown])
    return made if sides.left is tidy.ONE or isinstance(made, Multiply) else Multiply(sides.left, unknown)


def _divide(system: System, place: int, unknown: Variable, sides: Sides) -> tuple[Sides, Number]:
    """Divide both sides by the number and the sizes that all terms have in common."""
    right = system[place].right
    on_the_right = _is_one(sides.left) and not _is_one(sides.right)
    matrix = sides.right if on_the_right else sides.left
    factor = common_factor([matrix, right])
    if factor is tidy.ONE:
        return sides, Number(1)
    reciprocal = normal(Power(factor, tidy.MINUS_ONE))
    reduced = normal(_scaled_terms(reciprocal, matrix), SCALAR_FORM if unknown.is_scalar else LINEAR_FORM)
    sides = Sides(sides.left, reduced) if on_the_right else Sides(reduced, sides.right)
    made = Equation(
        tidy.product([sides.left, unknown]) if unknown.is_scalar else _product(sides, unknown),
        normal(_scaled_terms(reciprocal, right)),
    )
    system.rewrite(
        place,
        made,
        "divide by a common factor",
        "c·A = c·B if and only if A = B, for c ≠ 0",
        relation=Relation.EQUIVALENT,
        witness=factor,
    )
    return sides, numeric_coefficient(factor)[0]


def common_factor(nodes: Sequence[Node]) -> Node:
    """The number, and the powers of sizes, that every term of every node has; the sign is the first term's."""
    terms = [term for node in nodes if not tidy.is_zero(node) for term in tidy.terms_of(node)]
    numbers = [numeric_coefficient(term)[0].value for term in terms]
    number = Rational(
        reduce(gcd, (abs(int(value.p)) for value in numbers)), reduce(lcm, (int(value.q) for value in numbers))
    )
    if numbers[0] < 0:
        number = -number
    shared = [factor for factor in _scalar_factors(terms[0]) if _is_size(factor)]
    shared = [factor for factor in shared if all(factor in _scalar_factors(term) for term in terms)]
    return tidy.product([Number(number), *shared])


def _scalar_factors(term: Node) -> list[Node]:
    factor = tidy.coefficient(term)[0] if not term.is_scalar else term
    return list(factor.children) if isinstance(factor, Multiply) else [factor]


def _is_size(factor: Node) -> bool:
    return isinstance(factor, Extent) or (isinstance(factor, Power) and isinstance(factor.children[0], Extent))


def _scaled_terms(factor: Node, node: Node) -> Node:
    return tidy.add([tidy.scale(factor, term) for term in tidy.terms_of(node)])


# --- inverses -------------------------------------------------------------------------------------------------------


def _multiply_by_inverses(system: System, place: int, unknown: Variable, sides: Sides, establish: Established) -> None:
    kept = [side for side in (sides.left, sides.right) if not _is_one(side)]
    whole = kept[0] if len(kept) == 1 else sides.left
    if len(kept) == 2:
        whole = tidy.kronecker(tidy.transpose(sides.right), sides.left)
    uses: Sequence[Condition] = ()
    for side in kept or [sides.left]:
        uses = establish(side, whole)
    if not kept:
        return
    right = system[place].right
    if unknown.is_scalar:
        value, witness = tidy.scale(Power(sides.left, tidy.MINUS_ONE), right), sides.left
    else:
        value = tidy.matmul([_inverse(sides.left), right, _inverse(sides.right)])
        witness = sides.left if _is_one(sides.right) else tidy.kronecker(tidy.transpose(sides.right), sides.left)
    statement = "M·u = r if and only if u = M⁻¹r, for invertible M"
    if not _is_one(sides.right):
        statement = "A·U·B = R if and only if U = A⁻¹RB⁻¹, for invertible A and B"
    system.rewrite(
        place,
        Equation(unknown, value),
        "multiply by the inverse",
        statement,
        relation=Relation.EQUIVALENT,
        witness=witness,
        uses=uses,
    )
    _not_singular(system, witness)


def _inverse(side: Node) -> Node:
    return side if _is_one(side) else Inverse(side)


def _isolate_stacked(system: System, place: int, unknown: Variable, establish: Established) -> Number:
    """M·vec U = vec R, and vec U = M⁻¹ vec R. Raises UnsupportedError where no rule stacks the equation so."""
    before = system[place]
    system.rewrite(
        place,
        Equation(tidy.vec(before.left) if before.left.is_column else Vec(before.left), tidy.vec(before.right)),
        "stacked columns",
        "two matrices are equal if and only if their stacked columns are",
        relation=Relation.EQUIVALENT,
    )
    try:
        stack_in(system.proof, lambda: system[place].left, [unknown])
        matrix = coefficient_of_columns(system[place].left, unknown)
    except UnsupportedError as error:
        raise UnsupportedError(
            f"the equation {before} is not of the form A·{unknown}·B + … = R: {error}; symnn solves equations that "
            f"are affine in the unknown"
        ) from error
    if depends(matrix, [unknown]):
        raise UnsupportedError(f"the equation {before} is not affine in {unknown}")
    matrix = normal(matrix, LINEAR_FORM)
    columns = tidy.vec(unknown)
    right = system[place].right
    system.rewrite(
        place, Equation(tidy.matmul([matrix, columns]), right), "collect the unknown", "A·u + B·u = (A + B)·u"
    )
    factor = common_factor([matrix, right])
    if factor is not tidy.ONE:
        reciprocal = normal(Power(factor, tidy.MINUS_ONE))
        matrix = normal(_scaled_terms(reciprocal, matrix), LINEAR_FORM)
        right = normal(_scaled_terms(reciprocal, right))
        system.rewrite(
            place,
            Equation(tidy.matmul([matrix, columns]), right),
            "divide by a common factor",
            "c·A = c·B if and only if A = B, for c ≠ 0",
            relation=Relation.EQUIVALENT,
            witness=factor,
        )
    uses = establish(matrix, matrix)
    system.rewrite(
        place,
        Equation(columns, tidy.matmul([Inverse(matrix), right])),
        "multiply by the inverse",
        "M·u = r if and only if u = M⁻¹r, for invertible M",
        relation=Relation.EQUIVALENT,
        witness=matrix,
        uses=uses,
    )
    _not_singular(system, matrix)
    return numeric_coefficient(factor)[0]


def _not_singular(system: System, matrix: Node) -> None:
    """Raises UnsupportedError where the last step divided by what has no inverse wherever it was tried."""
    judgement = system.proof.steps[-1].judgement
    if judgement.status is Status.UNDECIDED:
        raise UnsupportedError(f"no equation gives one solution: {judgement.reason or f'{matrix} has no inverse'}")
