"""An author's proof, line by line: each line is judged as soon as it is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar

from symnn.algebra import notation
from symnn.algebra.names import one_variable_a_name
from symnn.algebra.nodes import Equation, Node, Several, Variable, as_node
from symnn.algebra.reader import read
from symnn.algebra.sizes import Size
from symnn.algebra.walk import substitute, variables
from symnn.errors import SymnnError
from symnn.proof.domain import domain
from symnn.proof.proof import Proof
from symnn.proof.step import Condition, Relation
from symnn.results.derivative import NOWHERE, Offsets, origins
from symnn.results.derivatives import parts_of
from symnn.results.problem import AssumptionSpec, Objective, ShapeSpec, Wanted, understand
from symnn.typeset.spelling import condition_text

if TYPE_CHECKING:
    from symnn.codegen import FunctionSpec


class derivation:  # noqa: N801
    """An author's proof, line by line: ``with derivation(cost, wrt=w) as proof: proof.line(…, by=…)``.

    With `wrt`, the first line is claimed to be the gradient of the objective (a tuple for several variables), and every
    further line to equal the one before. Without it, every line is claimed to equal the objective. A line may be an
    expression or NumPy text over the variables of the objective. Each line is judged at once: a false one raises
    RefutedError with a counterexample, one that no judge can decide is kept with the verdict undecided.

    With `function`, a chapter emits the last line as a function of this name: of several expressions, all of them.
    """

    lemmas: ClassVar[tuple[Proof, ...]] = ()
    rests_on: ClassVar[tuple[Proof, ...]] = ()

    def __init__(
        self,
        objective: Objective,
        wrt: Wanted | None = None,
        shapes: ShapeSpec | None = None,
        assume: AssumptionSpec | None = None,
        *,
        title: str = "",
        conditions: Sequence[Condition] = (),
        function: str = "",
        seed: int = 0,
    ) -> None:
        problem = understand(objective, shapes, assume)
        if not isinstance(function, str) or (function and not function.isidentifier()):
            raise SymnnError(f"function: the name of a function is expected, as 'step'; found {function!r}")
        self.function = function
        self.problem = problem if wrt is None else problem.by(wrt)
        self.proof = Proof(problem.objective, self.problem.wrt, title=title, conditions=conditions, seed=seed)

    def __enter__(self) -> derivation:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and not self.proof.steps:
            raise SymnnError(f"the derivation {self.proof.title!r} has no line; write one with .line(…, by=…)")

    def line(self, expression: Node | str | Sequence[Node | str], *, by: str, factor: Node | None = None) -> derivation:
        """Judge one more line. `by` is the reason that is printed.

        `factor`: for a line that is an equation, M of (left − right) before = M·(left − right) after.
        """
        claimed: Sequence[Any] = expression if isinstance(expression, list | tuple) else [expression]
        parts = [self._read(part) for part in claimed]
        made = parts[0] if len(parts) == 1 else Several(*parts)
        one_variable_a_name(variables(self.proof.line, made, *self.problem.parameters))
        before = self.proof.line
        if self.problem.wrt and not self.proof.steps:
            relation = Relation.GRADIENT if self.problem.objective.is_scalar else Relation.JACOBIAN
        elif isinstance(made, Equation) and isinstance(before, Equation):
            relation = Relation.EQUIVALENT
        elif isinstance(made, Equation):
            relation = Relation.STATIONARY
        else:
            relation = Relation.EQUAL
        self.proof.step(before, made, rule=by, relation=relation, place=(), witness=factor)
        return self

    def _read(self, part: Node | str) -> Node:
        if not isinstance(part, str):
            return as_node(part)
        names = {variable.name: variable for variable in self.problem.parameters}
        shapes = {name: _shape(variable) for name, variable in names.items()}
        tree = read(part, {name: shapes[name] for name in shapes if _mentions(part, name)}, None)
        replaced = {found: names[found.name] for found in variables(tree.value) if found.name in names}
        return substitute(tree.value, dict(replaced))

    @property
    def theorems(self) -> tuple[Proof, ...]:
        return (self.proof,)

    @property
    def verdict(self) -> str:
        return self.proof.status.value

    def latex(self) -> str:
        """The last line in LaTeX."""
        return notation.latex(self.proof.line)

    def functions(self, offsets: Offsets = NOWHERE) -> tuple[FunctionSpec, ...]:
        """The last line as a function of the variables of the objective, where the derivation names one.

        Raises SymnnError where the last line is an equation, which has no value.
        """
        from symnn.codegen import FunctionSpec

        if not self.function:
            return ()
        results = parts_of(self.proof.line)
        if any(isinstance(result, Equation) for result in results):
            raise SymnnError(f"the last line of {self.proof.title!r} is an equation, of which no function is made")
        conditions = [f"provided that {condition_text(condition)}" for condition in domain(*self.proof.lines())]
        theorem = [f"{notation.text(self.proof.statement)} = {notation.text(self.proof.line)}", *conditions]
        return (
            FunctionSpec(
                name=self.function,
                parameters=self.problem.parameters,
                results=results,
                ranks=tuple(_rank(result) for result in results),
                summary=f"{self.proof.title}.",
                theorem="\n".join(theorem),
                origin=origins(self.theorems, offsets),
            ),
        )


def _rank(node: Node) -> int:
    return 0 if node.is_scalar else 1 if node.is_column else 2


def _shape(variable: Variable) -> tuple[Size, ...]:
    return (variable.rows, variable.cols)[: variable.rank]


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
