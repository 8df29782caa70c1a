"""Stationary points of objectives whose gradient is affine in the unknowns: normal equations, uniqueness, closed form.

One unknown after the other is isolated (M·u = r, u = M⁻¹r) and put into the remaining equations. That M is invertible
is proved, not assumed: the quadratic form of M, or the second differential for several unknowns, is written as a sum of
weighted squares, and the judge of signs says under which conditions it is positive. Where it is no such sum, the
invertibility of M itself becomes a condition of the theorem.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import gcd, lcm
from typing import Any

import sympy
from sympy import Rational

from symnn.algebra.nodes import (
    Equation,
    Extent,
    Inverse,
    MatMul,
    Multiply,
    Node,
    Number,
    Power,
    Several,
    Transpose,
    Variable,
)
from symnn.algebra.scalars import inverted, scalar_from_sympy, scalar_to_sympy
from symnn.algebra.walk import depends, substitute, variables
from symnn.calculus import tidy
from symnn.calculus.linear import LINEAR_FORM, SCALAR_FORM, coefficient_of, multiply_out
from symnn.calculus.normal_form import numeric_coefficient
from symnn.calculus.normalise import normal, normalise
from symnn.calculus.second import second_differential
from symnn.calculus.squares import write_squares
from symnn.errors import UnsupportedError
from symnn.proof.judges.sign import needed
from symnn.proof.judges.structure import is_invertible
from symnn.proof.proof import Proof
from symnn.proof.step import Condition, Relation


@dataclass(frozen=True)
class StationaryPoint:
    """The one solution of gradient = 0.

    `kind` is ``minimum``, ``maximum`` or ``stationary point``; it is unique under `conditions`, which the lemmas use.
    """

    values: Mapping[Variable, Node]
    proof: Proof
    lemmas: tuple[Proof, ...]
    conditions: tuple[Condition, ...]
    kind: str


def solve_stationary(
    objective: Node,
    gradients: Sequence[Node],
    wrt: Sequence[Variable],
    seed: int = 0,
    symbols: Sequence[tuple[str, str]] = (),
) -> StationaryPoint:
    """Solve gradient = 0 for all variables together. `symbols` are what the gradients are called in the proof.

    Raises UnsupportedError where the gradient is not affine in the unknowns or an unknown cannot be isolated.
    """
    return _Solver(objective, gradients, wrt, seed, symbols).run()


class _Solver:
    def __init__(
        self,
        objective: Node,
        gradients: Sequence[Node],
        wrt: Sequence[Variable],
        seed: int,
        symbols: Sequence[tuple[str, str]],
    ) -> None:
        self.objective = objective
        self.wrt = tuple(wrt)
        self.seed = seed
        statement = gradients[0] if len(gradients) == 1 else Several(*gradients)
        self.proof = Proof(statement, wrt, title="Stationary point", symbols=symbols, seed=seed)
        self.single = len(gradients) == 1
        self.lemmas: list[Proof] = []
        self.conditions: list[Condition] = []
        self.shown: list[Condition] = []
        self.definite = False
        self.maximum = False
        self.solved: list[Variable] = []

    def run(self) -> StationaryPoint:
        self._set_to_zero()
        if not self.single:
            self._joint_lemma()
        order = sorted(self.wrt, key=lambda variable: not variable.is_scalar)
        for variable in order:
            self._isolate(variable)
        for variable in reversed(order):
            self._substitute_back(variable)
        if all(variable.is_scalar for variable in self.wrt):
            for place in range(len(self.wrt)):
                self._one_fraction(place)
            self._simplify()
        values = {variable: self._equation(place).right for place, variable in enumerate(self.wrt)}
        kind = ("maximum" if self.maximum else "minimum") if self.definite else "stationary point"
        return StationaryPoint(values, self.proof, tuple(self.lemmas), tuple(self.conditions), kind)

    # --- the chain of equations ---

    def _equation(self, place: int) -> Equation:
        found = self.proof.line if self.single else self.proof.line.children[place]
        assert isinstance(found, Equation)
        return found

    def _place(self, place: int) -> tuple[int, ...]:
        return () if self.single else (place,)

    def _set_to_zero(self) -> None:
        line = self.proof.line
        parts = [line] if self.single else list(line.children)
        equations = [Equation(part, tidy.zero(*part.shape)) for part in parts]
        self.proof.step(
            line,
            equations[0] if self.single else Several(*equations),
            rule="stationary point",
            statement="at a stationary point the gradient is zero",
            relation=Relation.STATIONARY,
            place=(),
        )

    def _isolate(self, unknown: Variable) -> None:
        place = self.wrt.index(unknown)
        multiply_out(self.proof, [unknown], None if self.single else place)
        self._separate(place, unknown)
        matrix = self._collect(place, unknown)
        matrix = self._divide(place, matrix, unknown)
        self._prove_invertible(matrix)
        if matrix is not tidy.ONE:
            self._invert(place, matrix, unknown)
        self._simplify()
        self.solved.append(unknown)
        self._substitute(unknown)

    def _invert(self, place: int, matrix: Node, unknown: Variable) -> None:
        before = self._equation(place)
        inverse = Power(matrix, tidy.MINUS_ONE) if matrix.is_scalar else Inverse(matrix)
        value = tidy.matmul([inverse, before.right]) if not matrix.is_scalar else tidy.scale(inverse, before.right)
        self.proof.step(
            before,
            Equation(unknown, value),
            rule="multiply by the inverse",
            statement="M·u = r if and only if u = M⁻¹r, for invertible M",
            relation=Relation.EQUIVALENT,
            place=self._place(place),
            witness=matrix,
            uses=self.conditions,
        )

    def _simplify(self) -> None:
        normalise(self.proof)

    def _separate(self, place: int, unknown: Variable) -> None:
        """Everything without the unknown goes to the right."""
        before = self._equation(place)
        terms = tidy.terms_of(before.left)
        constant = [term for term in terms if not depends(term, [unknown])]
        linear = [term for term in terms if depends(term, [unknown])]
        if not linear:
            raise UnsupportedError(
                f"{unknown} does not occur in its equation {before}: every value, or none, is stationary"
            )
        if constant:
            right = normal(tidy.negative(tidy.add(constant)))
            self.proof.step(
                before,
                Equation(tidy.add(linear), right),
                rule="move to the other side",
                statement="A + c = 0 if and only if A = −c",
                relation=Relation.EQUIVALENT,
                place=self._place(place),
            )

    def _collect(self, place: int, unknown: Variable) -> Node:
        before = self._equation(place)
        terms = tidy.terms_of(before.left)
        coefficients = [coefficient_of(term, unknown) for term in terms]
        matrix = normal(tidy.add(coefficients), SCALAR_FORM if unknown.is_scalar else LINEAR_FORM)
        made = Equation(
            tidy.matmul([matrix, unknown]) if not unknown.is_scalar else tidy.product([matrix, unknown]), before.right
        )
        if unknown.is_scalar and matrix is not tidy.ONE and not isinstance(made.left, Multiply):
            made = Equation(Multiply(matrix, unknown), before.right)
        if made is not before:
            self.proof.step(
                before, made, rule="collect the unknown", statement="A·u + B·u = (A + B)·u", place=self._place(place)
            )
        return matrix

    def _divide(self, place: int, matrix: Node, unknown: Variable) -> Node:
        """Divide both sides by the number and the sizes that all terms have in common."""
        before = self._equation(place)
        factor = _common_factor([matrix, before.right])
        if factor is tidy.ONE:
            return matrix
        if self.single and numeric_coefficient(factor)[0].value < 0:
            self.maximum = True
        reciprocal = normal(Power(factor, tidy.MINUS_ONE))
        reduced = normal(_scaled_terms(reciprocal, matrix), SCALAR_FORM if unknown.is_scalar else LINEAR_FORM)
        right = normal(_scaled_terms(reciprocal, before.right))
        left = tidy.matmul([reduced, unknown]) if not unknown.is_scalar else tidy.product([reduced, unknown])
        self.proof.step(
            before,
            Equation(left, right),
            rule="divide by a common factor",
            statement="c·A = c·B if and only if A = B, for c ≠ 0",
            relation=Relation.EQUIVALENT,
            place=self._place(place),
            witness=factor,
        )
        return reduced

    def _substitute(self, unknown: Variable) -> None:
        """Put the value of an isolated unknown into the equations that are still open."""
        for place, variable in enumerate(self.wrt):
            if variable not in self.solved:
                self._put(unknown, place)

    def _substitute_back(self, unknown: Variable) -> None:
        for place, variable in enumerate(self.wrt):
            if variable is not unknown:
                self._put(unknown, place)
        self._simplify()

    def _put(self, unknown: Variable, place: int) -> None:
        source = self._equation(self.wrt.index(unknown))
        before = self._equation(place)
        right = substitute(before.right, {unknown: source.right})
        left = before.left if before.left in self.wrt else substitute(before.left, {unknown: source.right})
        made = Equation(left, right)
        if made is before:
            return
        self.proof.step(
            before,
            made,
            rule="substitute",
            statement=f"{unknown} from its equation",
            relation=Relation.SUBSTITUTION,
            place=self._place(place),
            witness=source,
        )

    def _one_fraction(self, place: int) -> None:
        """A scalar value as one fraction, by SymPy."""
        before = self._equation(place)
        symbols: dict[Node, Any] = {}
        fraction = sympy.cancel(sympy.together(scalar_to_sympy(before.right, symbols, expand=False)))
        made = Equation(before.left, scalar_from_sympy(fraction, inverted(symbols)))
        if made is not before:
            self.proof.step(
                before,
                made,
                rule="one fraction",
                statement="brought to one fraction by SymPy",
                place=self._place(place),
            )

    # --- why the equations have one solution ---

    def _prove_invertible(self, matrix: Node) -> None:
        if self.single and not self._lemma(matrix):
            self._require(matrix)
        if not self.single and not self.definite:
            self._require(matrix)
        # Of several unknowns the matrices are blocks left over in the elimination: definite, of either sign.
        words = ("positive", "positive definite") if self.single else ("nonzero", "invertible")
        word = words[not matrix.is_scalar]
        if self.definite and not isinstance(matrix, Number | Extent):
            self.shown.append(Condition(word, matrix))
        self.proof.conditions = (*self.conditions, *self.shown)

    def _require(self, matrix: Node) -> None:
        if is_invertible(matrix, self.conditions):
            return
        self.conditions.append(Condition("nonzero" if matrix.is_scalar else "invertible", matrix))

    def _lemma(self, matrix: Node) -> bool:
        """Prove vᵀMv > 0 for v ≠ 0; the conditions for that become conditions of the theorem."""
        names = {variable.name for variable in variables(self.objective)}
        name = next(name for name in ("v", "p", "q", "u", "z", "v_") if name not in names)
        if matrix.is_scalar:
            direction = Variable(name, 1, 1, 0)
            form: Node = Multiply(matrix, Power(direction, Number(2)))
        else:
            direction = Variable(name, matrix.rows, 1, 1)
            form = MatMul(Transpose(direction), matrix, direction)
        word = "positive" if matrix.is_scalar else "positive definite"
        lemma = Proof(form, [direction], title=f"{matrix} is {word}", seed=self.seed)
        multiply_out(lemma, [direction], fully=True)
        write_squares(lemma, [direction])
        return self._positive(lemma)

    def _joint_lemma(self) -> None:
        """Prove d²F > 0, or d²(−F) > 0, for directions that are not all zero."""
        objectives = {"": self.objective, " of −F": tidy.negative(self.objective)}
        for of, objective in objectives.items():
            lemma = Proof(objective, self.wrt, title=f"The second differential{of} is positive", seed=self.seed)
            second_differential(lemma)
            if self._positive(lemma):
                self.maximum = objective is not self.objective
                return

    def _positive(self, lemma: Proof) -> bool:
        form = lemma.line
        missing = needed(form, lemma.wrt, ())
        if missing is None:
            return False
        lemma.conditions = tuple(missing)
        lemma.step(
            form,
            form,
            rule="sum of squares",
            statement="weighted squares that vanish together only at zero",
            relation=Relation.POSITIVE,
            place=(),
            uses=missing,
        )
        self.conditions.extend(missing)
        self.lemmas.append(lemma)
        self.definite = True
        return True


def _scalar_factors(term: Node) -> list[Node]:
    factor = tidy.coefficient(term)[0] if not term.is_scalar else term
    return list(factor.children) if isinstance(factor, Multiply) else [factor]


def _common_factor(nodes: Sequence[Node]) -> Node:
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


def _is_size(factor: Node) -> bool:
    return isinstance(factor, Extent) or (isinstance(factor, Power) and isinstance(factor.children[0], Extent))


def _scaled_terms(factor: Node, node: Node) -> Node:
    return tidy.add([tidy.scale(factor, term) for term in tidy.terms_of(node)])
