"""What a user works with: `derive`, and the result that it gives, with all further derivatives of the objective."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from symnn.algebra import notation
from symnn.algebra.nodes import Node, Variable
from symnn.algebra.sizes import show_shape
from symnn.errors import SymnnError, UnsupportedError
from symnn.proof.domain import domain
from symnn.proof.proof import Proof
from symnn.proof.step import worst
from symnn.results.derivative import NOWHERE, Derivative, Offsets
from symnn.results.derivatives import (
    directional,
    first,
    hessian,
    hvp,
    mixed,
    program_proof,
    results_of,
    structured_gradient,
    symmetric_gradient,
    value,
)
from symnn.results.problem import AssumptionSpec, Objective, Problem, ShapeSpec, Wanted, named_and_seeded, understand
from symnn.results.solution import Solution, solution_of
from symnn.typeset.spelling import condition_text

if TYPE_CHECKING:
    from symnn.check.finite_differences import CheckReport
    from symnn.codegen import FunctionSpec
    from symnn.minimise import Minimum


def derive(
    objective: Objective,
    wrt: Wanted,
    shapes: ShapeSpec | None = None,
    assume: AssumptionSpec | None = None,
    *,
    name: str = "",
    seed: int = 0,
) -> Result:
    """Derive the gradient of a scalar, or the Jacobian of a matrix, with a proof whose every step is judged.

    `objective` is NumPy text, a Python function (read, never run) or an expression; `shapes` gives the shape of each
    name of a text, `assume` its assumptions. `name` goes before the names of generated functions. Raises SymnnError
    where the input is not understood, has a value nowhere, has no derivative by rules, or a step is refuted.
    """
    problem = named_and_seeded(understand(objective, shapes, assume).by(wrt), name, seed)
    domain(problem.objective, problem.objective)
    return Result(problem, *program_proof(problem))


@dataclass(frozen=True, repr=False)
class Result:
    """A judged derivative: expressions, the proof, NumPy code, and what can be derived further.

    Of a program, `details` prove how each kind of definition passes its adjoint on; the proof is the reverse sweep.
    """

    problem: Problem
    proof: Proof
    details: tuple[Proof, ...] = ()

    lemmas: ClassVar[tuple[Proof, ...]] = ()
    rests_on: ClassVar[tuple[Proof, ...]] = ()

    def __repr__(self) -> str:
        return repr(self.first)

    def _repr_latex_(self) -> str:
        return self.first._repr_latex_()

    # --- what was asked ---

    @property
    def objective(self) -> Node:
        return self.problem.objective

    @property
    def wrt(self) -> tuple[Variable, ...]:
        return self.problem.wrt

    @property
    def parameters(self) -> tuple[Variable, ...]:
        """All variables of the objective in order of first appearance."""
        return self.problem.parameters

    @property
    def inferred(self) -> tuple[str, ...]:
        """The names that were taken as scalars, since no shape was given for them."""
        return self.problem.inferred

    @property
    def assumptions(self) -> tuple[str, ...]:
        """All that is assumed, in words: of the variables, that all has a value, and the conventions at kinks."""
        conditions = [condition_text(condition) for condition in self.first.conditions]
        agreed = [f"by convention, {condition_text(condition)}" for condition in self.first.conventions]
        return (*self.problem.assumptions, *conditions, *agreed)

    # --- first derivatives ---

    @property
    def gradients(self) -> Mapping[str, Node]:
        """The gradients by the names of their variables, in the order of `wrt`, each of its variable's shape."""
        self._a_scalar()
        return self._by_name(results_of(self.proof, self.details))

    @property
    def gradient(self) -> Node:
        """The gradient by the one variable."""
        self._one_variable("the gradient", "gradients")
        return next(iter(self.gradients.values()))

    @property
    def jacobians(self) -> Mapping[str, Node]:
        """The Jacobians by the names of their variables, in the order of `wrt`; of a scalar they are the gradients.

        Rows are the objective's entries, columns the variable's, matrices stacked column by column: d vec F = J·vec dX,
        so A·X·B has the Jacobian Bᵀ ⊗ A. `numpy("jacobian")` gives arrays of shape output.shape + variable.shape.
        """
        return self.gradients if self.objective.is_scalar else self._by_name(results_of(self.proof, self.details))

    @property
    def jacobian(self) -> Node:
        """The Jacobian by the one variable, as in `jacobians`."""
        self._one_variable("the Jacobian", "jacobians")
        return next(iter(self.jacobians.values()))

    # --- second derivatives ---

    @property
    def hessian(self) -> Node:
        """The Hessian by the one variable: the Jacobian of the gradient, a matrix stacked column by column."""
        self._one_variable("the Hessian", "hessians")
        return self.second().expression

    @property
    def hessians(self) -> Mapping[tuple[str, str], Node]:
        """The blocks of the Hessian: at (x, y) the Jacobian by y of the gradient by x."""
        pairs = [(one.name, other.name) for one in self.wrt for other in self.wrt]
        blocks = [output.expression for output in self.second().outputs]
        return MappingProxyType(dict(zip(pairs, blocks, strict=True)))

    @cached_property
    def _second(self) -> Derivative:
        self._a_scalar()
        return hessian(self.problem, self.proof)

    def second(self) -> Derivative:
        """The Hessian with its proof, as a part of a chapter."""
        return self._second

    @cached_property
    def _products(self) -> Derivative:
        self._a_scalar()
        return hvp(self.problem, self.proof)

    def hvp(self) -> Derivative:
        """The Hessian times a direction, or a direction in each variable, with its proof; the Hessian is not formed."""
        return self._products

    def directional(self) -> Derivative:
        """The derivative along a direction, or a direction in each variable: df at dx = direction, with its proof.

        It has the shape of the objective, a scalar or a matrix.
        """
        return directional(self.problem)

    @cached_property
    def _symmetric(self) -> Derivative:
        return symmetric_gradient(self.problem)

    @property
    def symmetric_gradient(self) -> Node:
        """The gradient on the space of symmetric matrices by the one variable, ½(G + Gᵀ) for the unconstrained G.

        Raises SymnnError where nothing says that the variable is symmetric.
        """
        self._one_variable("the gradient", 'derivative("symmetric_gradient").outputs')
        return self.derivative("symmetric_gradient").expression

    @property
    def structured_gradient(self) -> Node:
        """The derivatives by the entries of the one symmetric variable, where those above the diagonal repeat others.

        That is G + Gᵀ − I ⊙ G, as in Magnus and Neudecker and in the Matrix Cookbook (section 2.8). It is twice the
        `symmetric_gradient` but on the diagonal, so ⟨structured gradient, dS⟩ is not df.
        """
        self._one_variable("the gradient", 'derivative("structured_gradient").outputs')
        return self.derivative("structured_gradient").expression

    def mixed(self, x: str | Variable, y: str | Variable) -> Derivative:
        """The second derivative ∂²f/∂x∂y of two variables: the Jacobian by y of the gradient by x, with its proof.

        As an array it has the shape of x followed by that of y. Raises SymnnError where the objective is no scalar or
        has no such variable.
        """
        self._a_scalar()
        return mixed(self.problem, self.proof, (x, y))

    # --- equations, code ---

    @property
    def verdict(self) -> str:
        """proved, checked, undecided or refuted: the worst of all steps."""
        return worst(proof.status for proof in (self.proof, *self.details)).value

    @property
    def theorems(self) -> tuple[Proof, ...]:
        return (self.proof,)

    def latex(self) -> str:
        """The derivative in LaTeX; several gradients are separated by commas."""
        return notation.latex(self.first.expression)

    @cached_property
    def _solution(self) -> Solution:
        self._a_scalar()
        return solution_of(self.first)

    @cached_property
    def _symmetric_solution(self) -> Solution:
        self._a_scalar()
        return solution_of(self._symmetric)

    def solve(self, *, symmetric: bool = False) -> Solution:
        """The stationary point, where the gradient is affine in the variables. Raises UnsupportedError elsewhere.

        With `symmetric`, the one among symmetric matrices: where `symmetric_gradient` is zero. Without, the gradient is
        unconstrained, and a solution that is not symmetric although its variable is says so in its `remarks`.
        """
        return self._symmetric_solution if symmetric else self._solution

    @cached_property
    def first(self) -> Derivative:
        """The gradient or the Jacobian, as a part of a chapter."""
        return first(self.problem, self.proof, details=self.details)

    def derivative(self, what: str) -> Derivative:
        """The value or one of the derivatives, with its proof and its function.

        `what` is value, gradient, jacobian, hessian, hvp, directional, symmetric_gradient or structured_gradient.
        Raises SymnnError for anything else.
        """
        made: Mapping[str, Callable[[], Derivative]] = {
            "value": lambda: value(self.problem, self.proof),
            "gradient": lambda: first(self.problem, self.proof, "gradient", self.details),
            "jacobian": lambda: first(self.problem, self.proof, "jacobian", self.details),
            "hessian": self.second,
            "hvp": self.hvp,
            "directional": self.directional,
            "symmetric_gradient": lambda: self._symmetric,
            "structured_gradient": lambda: structured_gradient(self._symmetric),
        }
        if what not in made:
            raise SymnnError(f"numpy: {what!r} is not one of {', '.join(made)}")
        if what.endswith("gradient"):
            self._a_scalar()
        return made[what]()

    def functions(self, offsets: Offsets = NOWHERE) -> tuple[FunctionSpec, ...]:
        """What a chapter emits of this result: the value, and the gradient or the Jacobian."""
        return value(self.problem, self.proof).specification(offsets), self.first.specification(offsets)

    def numpy(self, what: str) -> str:
        """The text of a standalone NumPy module with one function, as in `derivative`.

        Its parameters are all variables of the objective in order of first appearance; `hvp` and `directional` take
        `direction` last, or `direction_w` for each of several variables w. Derivatives by several variables are
        returned as tuples in the order of `wrt`, a Hessian as a tuple of its rows.
        """
        return self.derivative(what).numpy()

    def check(self, seed: int = 0, function: Callable[..., Any] | None = None) -> CheckReport:
        """Compare the emitted derivative, or the given function, with central differences of the emitted value."""
        return self.first.check(seed, function)

    def minimise(
        self,
        start: Mapping[str, Any],
        given: Mapping[str, Any] | None = None,
        *,
        method: str = "BFGS",
        tolerance: float | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> Minimum:
        """Minimise the objective by one of SciPy's methods, from `start`: an array for each variable, by name.

        All other arrays are `given`. The method gets the emitted functions that it takes; see `symnn.minimise`. Raises
        AssumptionError where an array is not what is assumed of it.
        """
        from symnn.check.assumed import require_assumed
        from symnn.minimise import BY_HESSIAN, BY_PRODUCTS, minimise

        self._a_scalar()
        names = [variable.name for variable in self.wrt]
        if set(start) != set(names):
            raise SymnnError(f"start: an array for each of {', '.join(names)} is expected")
        value = self.derivative("value").function()
        arrays = {**(given or {}), **start}
        value(**arrays)  # It refuses arrays that are missing or have other shapes.
        for variable in self.problem.parameters:
            require_assumed(variable, arrays[variable.name])
        return minimise(
            value,
            self.first.function(),
            {name: start[name] for name in names},
            given,
            method=method,
            hvp=self.hvp().function() if method in (*BY_PRODUCTS, *BY_HESSIAN) else None,
            tolerance=tolerance,
            options=options,
        )

    # --- requests that make no sense ---

    def _by_name(self, parts: tuple[Node, ...]) -> Mapping[str, Node]:
        return MappingProxyType({variable.name: part for variable, part in zip(self.wrt, parts, strict=True)})

    def _one_variable(self, what: str, mapping: str) -> None:
        if len(self.wrt) != 1:
            names = ", ".join(variable.name for variable in self.wrt)
            raise SymnnError(f"{what} is one expression only for one variable, found {names}; use .{mapping}")

    def _a_scalar(self) -> None:
        if not self.objective.is_scalar:
            raise UnsupportedError(
                f"a gradient belongs to a scalar; this objective is {show_shape(self.objective.shape)}: "
                f"ask for .jacobian"
            )
