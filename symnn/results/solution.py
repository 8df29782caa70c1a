"""A solution: the stationary point of a result in closed form, why it is the only one, and under which conditions."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from symnn.algebra import notation
from symnn.algebra.nodes import Commutation, MatMul, Node, Variable, Vec
from symnn.algebra.walk import substitute_all
from symnn.calculus.stationary import StationaryPoint, solve_stationary
from symnn.calculus.transposes import symmetric
from symnn.errors import SymnnError
from symnn.proof.court import Court
from symnn.proof.proof import Proof
from symnn.proof.step import Condition, Relation, Status, worst
from symnn.results.derivative import NOWHERE, REPR, Derivative, Offsets, origins, replaced_origins
from symnn.results.problem import as_seed
from symnn.typeset.lines import gradient_symbols
from symnn.typeset.spelling import condition_text

if TYPE_CHECKING:
    from symnn.check.finite_differences import CheckReport
    from symnn.codegen import FunctionSpec


def solution_of(gradient: Derivative) -> Solution:
    """The point where a gradient, or a gradient on symmetric matrices, is zero.

    Raises UnsupportedError where it is not affine in the variables or an unknown cannot be isolated.
    """
    problem = gradient.problem
    free = problem.unconstrained()
    point = solve_stationary(
        problem.objective,
        [output.expression for output in gradient.outputs],
        problem.wrt,
        problem.seed,
        gradient_symbols(problem.objective, problem.wrt),
        directions=(free.objective, free.wrt),
        facts_hold=gradient.what == "symmetric_gradient",
    )
    return Solution(point, gradient)


@dataclass(frozen=True, repr=False)
class Solution:
    """The stationary point of an objective, whose gradient is `gradient`."""

    point: StationaryPoint
    gradient: Derivative

    def __repr__(self) -> str:
        """What a console shows: the closed forms, the kind of the point, and its conditions."""
        rows = [textwrap.shorten(line, REPR, placeholder=" …") for line in self._equations()]
        provided = [f"provided that {condition_text(condition)}" for condition in self.conditions]
        return "\n".join([*rows, *provided, *self.remarks, f"({self.kind}, {self.verdict})"])

    def _repr_latex_(self) -> str:
        """What a notebook shows."""
        return rf"$\displaystyle {self.latex()}$"

    def _equations(self) -> list[str]:
        left = (Vec(unknown) if unknown in self.point.stacked else unknown for unknown in self.point.values)
        return [
            f"{notation.text(u)} = {notation.text(v)}" for u, v in zip(left, self.point.values.values(), strict=True)
        ]

    @property
    def values(self) -> Mapping[str, Node]:
        """The closed forms by the names of their variables; of one in `stacked`, of its stacked columns."""
        return MappingProxyType({variable.name: value for variable, value in self.point.values.items()})

    @property
    def stacked(self) -> frozenset[str]:
        """The names of matrices of which vec is given, their columns stacked; the emitted code returns the matrix."""
        return frozenset(variable.name for variable in self.point.stacked)

    @property
    def value(self) -> Node:
        """The closed form of the one variable."""
        if len(self.values) != 1:
            raise SymnnError(f"the closed form is one expression only for one variable, found {', '.join(self.values)}")
        return next(iter(self.values.values()))

    @property
    def proof(self) -> Proof:
        """From gradient = 0 to the closed form."""
        return self.point.proof

    @property
    def theorems(self) -> tuple[Proof, ...]:
        return (self.proof,)

    @property
    def lemmas(self) -> tuple[Proof, ...]:
        """Why the equations have one solution."""
        return self.point.lemmas

    @property
    def rests_on(self) -> tuple[Proof, ...]:
        """The proof of the gradient."""
        return self.gradient.theorems

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold besides the assumptions of the variables."""
        return self.point.conditions

    @cached_property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know besides: a solution that is not symmetric, although its variable is."""
        found = []
        for variable, value in self.point.values.items():
            if symmetric(variable) and not variable.is_scalar and not self._is_symmetric(variable, value):
                shown = f"vec({notation.text(variable)})" if variable in self.point.stacked else notation.text(variable)
                found.append(
                    f"{shown} = {notation.text(value)} makes the unconstrained gradient zero, and is not symmetric in "
                    f"general; among symmetric matrices the stationary point is that of solve(symmetric=True)."
                )
        return tuple(found)

    def _is_symmetric(self, variable: Variable, value: Node) -> bool:
        turned = MatMul(Commutation(*variable.shape), value) if variable in self.point.stacked else value.T
        court = Court(value, (), seed=self.gradient.problem.seed)
        found = court.judge(Relation.EQUAL, value, turned, line=value)
        return found.status in (Status.PROVED, Status.CHECKED)

    @property
    def kind(self) -> str:
        """minimum, maximum or stationary point."""
        return self.point.kind

    @property
    def verdict(self) -> str:
        """The worst of the proof, its lemmas, and the gradient that it starts from."""
        return worst(proof.status for proof in (*self.rests_on, self.proof, *self.lemmas)).value

    def latex(self) -> str:
        """The closed forms as equations in LaTeX."""
        return notation.latex(self.proof.line)

    # --- code ---

    def functions(self, offsets: Offsets = NOWHERE) -> tuple[FunctionSpec, ...]:
        """`solution`: the closed form as a function of all other variables."""
        from symnn.codegen import FunctionSpec

        problem = self.gradient.problem
        unknowns = problem.wrt
        supposed = self._supposed()
        parameters = tuple(variable for variable in problem.parameters if variable not in unknowns)
        values = substitute_all([self.point.values[unknown] for unknown in unknowns], dict(supposed))
        provided = [f"provided that {condition_text(condition)}" for condition in self.conditions]
        provided += self.remarks
        return (
            FunctionSpec(
                name=problem.named("solution"),
                parameters=tuple(supposed.get(variable, variable) for variable in parameters),
                results=tuple(values),
                ranks=tuple(variable.rank for variable in unknowns),
                folded=tuple(variable.shape if variable in self.point.stacked else () for variable in unknowns),
                summary=f"The {self.kind}, in closed form.",
                theorem="\n".join([*self._equations(), *provided]),
                origin=replaced_origins(origins([self.proof], offsets), dict(supposed)),
                result_names=tuple(variable.name for variable in unknowns),
                check_assumptions=True,
            ),
        )

    def _supposed(self) -> dict[Variable, Variable]:
        """The parameters with the conditions on their signs, which the emitted code checks like assumptions."""
        found: dict[Variable, list[str]] = {}
        for condition in self.conditions:
            if condition.word in ("positive", "nonnegative") and isinstance(condition.node, Variable):
                found.setdefault(condition.node, []).append(condition.word)
        return {variable: _assuming(variable, words) for variable, words in found.items()}

    def numpy(self, what: str = "solution") -> str:
        """The text of a standalone NumPy module with the one function `solution`."""
        from symnn.codegen import emit_function_module

        if what != "solution":
            raise SymnnError(f"numpy: a solution emits 'solution', found {what!r}")
        return emit_function_module(self.functions()[0])

    def check(self, seed: int = 0, function: Callable[..., Any] | None = None) -> CheckReport:
        """Whether the gradient vanishes at what the code of the solution, or the given function, returns.

        At a minimum the value must fall in no random direction.
        """
        from symnn.check.comparisons import on_symmetric
        from symnn.check.finite_differences import check_stationary
        from symnn.codegen import load_module

        (specification,) = self.functions()
        assert self.gradient.base is not None
        problem, supposed = self.gradient.problem, self._supposed()
        value, gradient = self.gradient.base.function(), self.gradient.function()
        if self.gradient.what == "symmetric_gradient":
            value = on_symmetric(value, problem.parameters, problem.wrt)
        return check_stationary(
            value,
            gradient,
            function or getattr(load_module(self.numpy(), "solution"), specification.name),
            tuple(supposed.get(parameter, parameter) for parameter in problem.parameters),
            problem.wrt,
            specification.parameters,
            seed=as_seed(seed),
            minimum=self.kind == "minimum",
        )


def _assuming(variable: Variable, words: list[str]) -> Variable:
    """The same variable with more assumed of it."""
    name, rows, cols, rank, _, latex, doc = variable.args
    return Variable(name, rows, cols, rank, (*variable.assumptions, *words), latex, doc)
