"""Stationary points of objectives whose gradient is affine in the unknowns: normal equations, uniqueness, closed form.

One unknown after the other is isolated and put into the equations that are left. That its coefficient is invertible is
proved where it can be: the quadratic form of the coefficient, or the second differential, is written as a sum of
weighted squares, and the judge of signs says under which conditions it is positive. Else the invertibility itself
becomes a condition of the theorem. What sort of point it is, is said as far as such a lemma shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from symnn.algebra.nodes import Equation, Node, Several, Variable
from symnn.algebra.scalars import inverted, scalar_from_sympy, scalar_to_sympy
from symnn.algebra.sizes import same_shape, same_size
from symnn.algebra.walk import depends, substitute
from symnn.calculus import tidy
from symnn.calculus.definiteness import Lemma, matrix_lemma, negative_lemma, second_lemma
from symnn.calculus.isolation import System, isolate
from symnn.calculus.normalise import normalise
from symnn.errors import UnsupportedError
from symnn.proof.judges.structure import is_invertible
from symnn.proof.proof import Proof
from symnn.proof.step import Condition, Relation

MINIMUM, MAXIMUM, SADDLE = "minimum", "maximum", "saddle point"
CONSTRAINED, STATIONARY = "constrained minimum", "stationary point"

REST = "a principal block or Schur complement of a definite matrix is invertible"


@dataclass(frozen=True)
class StationaryPoint:
    """The one solution of gradient = 0.

    `kind` is ``minimum``, ``maximum``, ``saddle point``, ``constrained minimum`` (of the objective in some variables,
    the others being the multipliers of equations), or ``stationary point`` where none of these is shown. It is unique
    under `conditions`, which the lemmas use. Of a variable in `stacked`, the value is that of its stacked columns.
    """

    values: Mapping[Variable, Node]
    proof: Proof
    lemmas: tuple[Proof, ...]
    conditions: tuple[Condition, ...]
    kind: str
    stacked: frozenset[Variable] = frozenset()


def solve_stationary(
    objective: Node,
    gradients: Sequence[Node],
    wrt: Sequence[Variable],
    seed: int = 0,
    symbols: Sequence[tuple[str, str]] = (),
    *,
    directions: tuple[Node, Sequence[Variable]] | None = None,
    facts_hold: bool = False,
) -> StationaryPoint:
    """Solve gradient = 0 for all variables together.

    `symbols` are what the gradients are called in the proof; `directions` are the objective and its variables without
    facts that a step breaks, whose second differential is judged; with `facts_hold`, only steps are meant that break
    none of them, as among symmetric matrices. Raises UnsupportedError where the gradient is not
    affine in the unknowns or an unknown cannot be isolated.
    """
    return _Solver(gradients, wrt, directions or (objective, wrt), facts_hold, seed, symbols).run()


class _Solver:
    def __init__(
        self,
        gradients: Sequence[Node],
        wrt: Sequence[Variable],
        directions: tuple[Node, Sequence[Variable]],
        facts_hold: bool,
        seed: int,
        symbols: Sequence[tuple[str, str]],
    ) -> None:
        self.wrt = tuple(wrt)
        self.objective = directions[0]
        self.free = dict(zip(self.wrt, directions[1], strict=True))
        self.seed = seed
        self.gradients = tuple(gradients)
        statement = gradients[0] if len(gradients) == 1 else Several(*gradients)
        self.proof = Proof(statement, wrt, title="Stationary point", symbols=symbols, seed=seed)
        self.system = System(self.proof)
        self.lemmas: list[Proof] = []
        self.conditions: list[Condition] = []
        self.kind = ""
        self.by_coefficient = False
        # Else the coefficients are not those of the second differential: facts were used that steps break.
        self.is_derivative = facts_hold or all(variable is free for variable, free in self.free.items())
        self.blocks: list[Node] = []
        self.places: dict[Variable, int] = {}
        self.stacked: set[Variable] = set()

    def run(self) -> StationaryPoint:
        self._set_to_zero()
        if len(self.wrt) > 1:
            self._classify()
        while len(self.places) < len(self.wrt):
            self._take(*self._pivot())
        for unknown in reversed(list(self.places)):
            for place in self.places.values():
                self._put(unknown, place)
            normalise(self.proof)
        if all(variable.is_scalar for variable in self.wrt):
            for place in range(len(self.wrt)):
                self._one_fraction(place)
            normalise(self.proof)
        values = {variable: self.system[self.places[variable]].right for variable in self.wrt}
        self.proof.title = (self.kind or STATIONARY).capitalize()
        if self.blocks:
            self.proof.note = f"Invertible: {', '.join(map(str, self.blocks))}; for {REST}."
        return StationaryPoint(
            values,
            self.proof,
            tuple(self.lemmas),
            tuple(self.conditions),
            self.kind or STATIONARY,
            frozenset(self.stacked),
        )

    def _set_to_zero(self) -> None:
        line = self.proof.line
        equations = [Equation(part, tidy.zero(*part.shape)) for part in self.gradients]
        self.proof.step(
            line,
            equations[0] if len(equations) == 1 else Several(*equations),
            rule="stationary point",
            statement="at a stationary point the gradient is zero",
            relation=Relation.STATIONARY,
            place=(),
        )

    # --- elimination ------------------------------------------------------------------------------------------------

    def _pivot(self) -> tuple[Variable, int]:
        """The next unknown and the equation to isolate it from: its own where it occurs there, the smallest first."""
        free = [place for place in range(len(self.wrt)) if place not in self.places.values()]
        unknowns = sorted(
            (variable for variable in self.wrt if variable not in self.places),
            key=lambda variable: (not variable.is_scalar, not variable.is_column),
        )
        own = [(unknown, self.wrt.index(unknown)) for unknown in unknowns if self.wrt.index(unknown) in free]
        others = [
            (unknown, place)
            for place in free
            for unknown in unknowns
            if same_shape(unknown.shape, self.system[place].shape)
        ]
        for unknown, place in (*own, *others):
            if depends(self.system[place].left, [unknown]) or depends(self.system[place].right, [unknown]):
                return unknown, place
        equations = ", ".join(str(self.system[place]) for place in free)
        raise UnsupportedError(
            f"{unknowns[0]} does not occur in its equation {equations}: every value, or none, is stationary"
        )

    def _take(self, unknown: Variable, place: int) -> None:
        """Isolate an unknown and put its value into the equations that are still open."""
        number = isolate(self.system, place, unknown, self._establish)
        if self.by_coefficient and number.value < 0:
            self.kind = MAXIMUM
        normalise(self.proof)
        self.places[unknown] = place
        if self.system[place].left is not unknown:
            self.stacked.add(unknown)
        for other in range(len(self.wrt)):
            if other not in self.places.values():
                self._put(unknown, other)

    def _put(self, unknown: Variable, place: int) -> None:
        source, before = self.system[self.places[unknown]], self.system[place]
        if source is before or not any(depends(side, [unknown]) for side in before.children):
            return
        if unknown in self.stacked:
            raise UnsupportedError(
                f"{unknown} is given by its stacked columns only, {source}, and also occurs in {before}; "
                f"symnn solves several equations where each unknown is of the form A·U·B = R"
            )
        value = {unknown: source.right}
        left = before.left if before.left in self.wrt else substitute(before.left, dict(value))
        self.system.rewrite(
            place,
            Equation(left, substitute(before.right, dict(value))),
            "substitute",
            f"{unknown} from its equation",
            relation=Relation.SUBSTITUTION,
            witness=source,
        )

    def _one_fraction(self, place: int) -> None:
        """A scalar value as one fraction, by SymPy."""
        before = self.system[place]
        symbols: dict[Node, Any] = {}
        fraction = sympy.cancel(sympy.together(scalar_to_sympy(before.right, symbols, expand=False)))
        made = Equation(before.left, scalar_from_sympy(fraction, inverted(symbols)))
        self.system.rewrite(place, made, "one fraction", "brought to one fraction by SymPy")

    # --- why the equations have one solution, and of which kind it is -----------------------------------------------

    def _classify(self) -> None:
        """What the second differential shows of the point: all directions, or those that the equations leave."""
        if self._adopt(second_lemma, self.wrt, MINIMUM) or self._adopt(negative_lemma, self.wrt, MAXIMUM):
            return
        multipliers = self._multipliers()
        others = [variable for variable in self.wrt if variable not in multipliers]
        if multipliers and others:
            self._adopt(second_lemma, others, CONSTRAINED)
        elif len(self.wrt) > 1:
            self._saddle()

    def _adopt(self, lemma: Callable[..., Lemma | None], wrt: Sequence[Variable], kind: str) -> bool:
        found = self._lemma(lemma, wrt)
        if found is None:
            return False
        self._use(found)
        self.kind = kind
        return True

    def _lemma(self, lemma: Callable[..., Lemma | None], wrt: Sequence[Variable]) -> Lemma | None:
        return lemma(self.objective, [self.free[variable] for variable in wrt], self.conditions, self.seed)

    def _multipliers(self) -> list[Variable]:
        """The unknowns in which the objective is affine, together: their equations are constraints on the others."""
        chosen: list[Variable] = []
        for variable in self.wrt:
            trial = [*chosen, variable]
            own = [gradient for gradient, of in zip(self.gradients, self.wrt, strict=True) if of in trial]
            if not any(depends(gradient, trial) for gradient in own):
                chosen = trial
        return chosen

    def _saddle(self) -> None:
        """Along one unknown the objective has a minimum, along another a maximum."""
        up = next((variable for variable in self.wrt if self._lemma(second_lemma, [variable])), None)
        down = next((variable for variable in self.wrt if self._lemma(negative_lemma, [variable])), None)
        if up is not None and down is not None:
            self._adopt(second_lemma, [up], SADDLE)
            self._adopt(negative_lemma, [down], SADDLE)

    def _establish(self, matrix: Node, whole: Node) -> Sequence[Condition]:
        """Show that a coefficient is invertible, by a lemma where there is one, or make it a condition."""
        lemma = None
        if len(self.wrt) == 1 and not self.kind:
            (unknown,) = self.wrt
            if whole is not matrix or not same_size(whole.rows, unknown.rows):
                self._classify()
            if not self.kind:
                lemma = self._matrix_lemma(whole)
            if lemma is not None and self.is_derivative:
                self.kind, self.by_coefficient = MINIMUM, True
        if self._is_invertible(matrix):
            return self.conditions
        if lemma is None and self.kind not in (MINIMUM, MAXIMUM):
            lemma = self._matrix_lemma(matrix)
        if self._is_invertible(matrix):
            return self.conditions
        if lemma is not None:
            self._suppose(Condition("positive" if matrix.is_scalar else "positive definite", matrix))
            return self.conditions
        condition = Condition("nonzero" if matrix.is_scalar else "invertible", matrix)
        self._suppose(condition)
        if self.kind in (MINIMUM, MAXIMUM):
            self.blocks.append(matrix)
        else:
            self.conditions.append(condition)
        return self.conditions

    def _matrix_lemma(self, matrix: Node) -> Lemma | None:
        found = matrix_lemma(matrix, self.objective, self.conditions, self.seed)
        if found is not None:
            self._use(found)
        return found

    def _use(self, lemma: Lemma) -> None:
        self.lemmas.append(lemma.proof)
        for condition in lemma.conditions:
            self.conditions.append(condition)
            self._suppose(condition)

    def _is_invertible(self, matrix: Node) -> bool:
        return is_invertible(matrix, self.proof.conditions)

    def _suppose(self, condition: Condition) -> None:
        self.proof.conditions = (*self.proof.conditions, condition)
