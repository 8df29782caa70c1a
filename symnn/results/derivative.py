"""A derivative as a user holds it: expressions with their proofs, the NumPy function made of them, and its check."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from symnn.algebra import notation
from symnn.algebra.nodes import Differential, Node, Several, Variable
from symnn.algebra.sizes import Size
from symnn.algebra.walk import all_names, count, substitute_all, surface
from symnn.errors import SymnnError
from symnn.proof.domain import conventions, domain
from symnn.proof.proof import Proof
from symnn.proof.step import Condition, worst
from symnn.results.problem import Problem, as_seed
from symnn.typeset.spelling import condition_text

if TYPE_CHECKING:
    from symnn.check.finite_differences import CheckReport
    from symnn.codegen import FunctionSpec

Offsets: TypeAlias = Mapping[Proof, int]
"""What is added to the number of a line of a proof, to make it the number of an equation."""

NOWHERE: Offsets = MappingProxyType({})
LONG_THEOREM = 400
"""Nodes beyond which the results of a theorem are written together."""
REPR = 400
"""How many characters of an expression a console shows."""


@dataclass(frozen=True)
class Output:
    """One array of a function: its expression, what it is called in text, and the number of its axes.

    `axes` are told where they are not those of the expression, a Jacobian of stacked columns that is unfolded.
    `named` is the expression in which intermediate results have names, where there are any.
    """

    label: str
    expression: Node
    rank: int
    axes: tuple[Size, ...] = ()
    name: str = ""
    named: Node | None = None

    @property
    def shown(self) -> Node:
        """The expression as it is written out in text and code."""
        return self.expression if self.named is None else self.named


@dataclass(frozen=True, repr=False)
class Derivative:
    """One derivative of an objective, or its value: a part of a chapter.

    `theorems` are its proofs in the order of reading, `lemmas` what they rest on, and `rests_on` proofs that stand
    elsewhere, the gradient that is differentiated again. `base` is the function that it is the derivative of, and
    `compare` names the way in which both are compared. Where the variables are without their assumptions for the sake
    of the derivative, `drawn` are the parameters with them.
    """

    problem: Problem
    what: str
    summary: str
    theorems: tuple[Proof, ...]
    outputs: tuple[Output, ...]
    base: Derivative | None = None
    compare: str = "entries"
    directions: tuple[Variable, ...] = ()
    nested: int = 0
    lemmas: tuple[Proof, ...] = ()
    rests_on: tuple[Proof, ...] = ()
    drawn: tuple[Variable, ...] = ()

    def __repr__(self) -> str:
        """What a console shows: each derivative and the verdict, large ones cut."""
        rows = [textwrap.shorten(f"{o.label} = {o.expression}", REPR, placeholder=" …") for o in self.outputs]
        return "\n".join([*rows, f"({self.verdict})"])

    def _repr_latex_(self) -> str:
        """What a notebook shows."""
        return rf"$\displaystyle {self.latex()}$"

    @property
    def proof(self) -> Proof:
        """The proof of a derivative that has one; the last of several."""
        return self.theorems[-1]

    @property
    def expression(self) -> Node:
        """The derivative, or `Several` where there are several variables."""
        parts = [output.expression for output in self.outputs]
        return parts[0] if len(parts) == 1 else Several(*parts)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Where the objective and the derivative have a value."""
        return domain(self.problem.objective, self.expression)

    @property
    def conventions(self) -> tuple[Condition, ...]:
        """What is agreed at kinks, where there is no derivative."""
        return conventions(self.problem.objective, self.expression, self.problem.wrt) if self.base else ()

    @property
    def verdict(self) -> str:
        """proved, checked, undecided or refuted: the worst of all proofs that it rests on."""
        return worst(proof.status for proof in (*self.theorems, *self.lemmas, *self.rests_on)).value

    def latex(self) -> str:
        """The derivative in LaTeX; several are separated by commas."""
        return notation.latex(self.expression)

    # --- code ---

    def specification(self, offsets: Offsets = NOWHERE) -> FunctionSpec:
        """What the emitter takes. Line k of a proof is equation (k + offset)."""
        from symnn.codegen import FunctionSpec

        objective = self.problem.objective if self.problem.program is None else self.problem.program
        shown = [output.shown for output in self.outputs]
        theorem = [f"f = {notation.text(objective)}"]
        if self.base is not None and len(shown) > 1 and count(*surface(*shown)) > LONG_THEOREM:
            # Written together, so that what several of them share is written once.
            labels = ", ".join(output.label for output in self.outputs)
            theorem.append(f"{labels} = {notation.text(Several(*shown))}")
        elif self.base is not None:
            theorem += [f"{output.label} = {notation.text(output.shown)}" for output in self.outputs]
        theorem += [
            f"{notation.text(node.label)} = {notation.text(node.body)}" for node in all_names(objective, *shown)
        ]
        theorem += [f"provided that {condition_text(condition)}" for condition in self.conditions]
        theorem += [f"by convention, {condition_text(condition)}" for condition in self.conventions]
        names = tuple(output.name for output in self.outputs)
        return FunctionSpec(
            name=self.problem.named(self.what),
            parameters=(*self.problem.parameters, *self.directions),
            results=tuple(output.shown for output in self.outputs),
            ranks=tuple(output.rank for output in self.outputs),
            summary=self.summary,
            theorem="\n".join(theorem),
            origin=self._origins(offsets),
            result_names=names if all(names) else (),
            folded=tuple(output.axes for output in self.outputs),
            nested=self.nested,
            free=() if self.base else self.problem.wrt,
        )

    def _origins(self, offsets: Offsets) -> dict[Node, int]:
        found = origins(self.theorems, offsets)
        if self.directions:
            steps = {Differential(v): d for v, d in zip(self.problem.wrt, self.directions, strict=True)}
            found = replaced_origins(found, steps)
        for output in self.outputs:
            found.setdefault(output.shown, offsets.get(self.proof, 0) + len(self.proof.steps) + 1)
        return found

    def functions(self, offsets: Offsets = NOWHERE) -> tuple[FunctionSpec, ...]:
        """The one function that a chapter emits of it."""
        return (self.specification(offsets),)

    def numpy(self) -> str:
        """The text of a standalone NumPy module with the one function.

        Its parameters are all variables of the objective in order of first appearance, and then the directions.
        """
        from symnn.codegen import emit_function_module

        return emit_function_module(self.specification())

    def function(self) -> Callable[..., Any]:
        """The emitted function, loaded."""
        from symnn.codegen import load_module

        found: Callable[..., Any] = getattr(load_module(self.numpy(), self.what), self.problem.named(self.what))
        return found

    def check(self, seed: int = 0, function: Callable[..., Any] | None = None) -> CheckReport:
        """Hold the emitted function, or the given one, against central differences of the function it derives from.

        Raises SymnnError for the value itself, which is the derivative of nothing.
        """
        from symnn.check.comparisons import COMPARISONS

        if self.base is None:
            raise SymnnError(f"{self.what} is no derivative; check what derives from it")
        parameters = self.drawn or self.problem.parameters
        places = [self.problem.parameters.index(variable) for variable in self.problem.wrt]
        wrt = tuple(parameters[place] for place in places)
        compare = COMPARISONS[self.compare]
        functions = self.base.function(), function or self.function()
        return compare(*functions, parameters, wrt, seed=as_seed(seed), bounds=self.problem.bounds)


def origins(proofs: Iterable[Proof], offsets: Offsets = NOWHERE) -> dict[Node, int]:
    """The number of the equation in which each node first stands."""
    found: dict[Node, int] = {}
    for proof in proofs:
        for node, number in proof.origins().items():
            found.setdefault(node, number + offsets.get(proof, 0))
    return found


def replaced_origins(found: Mapping[Node, int], replacements: Mapping[Node, Node]) -> dict[Node, int]:
    """The same numbers for nodes in which parts are written in another way."""
    return dict(zip(substitute_all(list(found), replacements), found.values(), strict=True))
