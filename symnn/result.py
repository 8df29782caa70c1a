"""What a user works with: `derive` for the engine's proofs, `derivation` for an author's, and what comes of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, TypeAlias

from sympy import Expr, MatrixExpr

from symnn.algebra import notation
from symnn.algebra.assumptions import SQUARE_ASSUMPTIONS
from symnn.algebra.bridge import from_sympy
from symnn.algebra.names import one_variable_a_name
from symnn.algebra.nodes import Differential, Equation, Function, Node, Several, Variable, Vec, as_node
from symnn.algebra.reader import read, read_function
from symnn.algebra.sizes import Size, bounds_in_words, show_shape
from symnn.algebra.walk import size_bounds, substitute, variables
from symnn.calculus import tidy
from symnn.calculus.gradient import differentiate
from symnn.calculus.jacobian import take_jacobian
from symnn.calculus.normalise import normalise, write_derivatives
from symnn.calculus.second import take_differential
from symnn.calculus.stationary import StationaryPoint, solve_stationary
from symnn.errors import SymnnError, UnsupportedError
from symnn.proof.proof import Proof
from symnn.proof.step import Condition, Relation, worst
from symnn.typeset.spelling import condition_text

if TYPE_CHECKING:
    from symnn.check.finite_differences import CheckReport
    from symnn.codegen import FunctionSpec

Objective: TypeAlias = str | Node | Callable[..., object]
ShapeSpec = Mapping[str, Sequence[object]]
AssumptionSpec = Mapping[str, str | Sequence[str]]

WHAT = ("value", "gradient", "jacobian", "hessian", "hvp")


def derive(
    objective: Objective,
    wrt: str | Variable | Sequence[str | Variable],
    shapes: ShapeSpec | None = None,
    assume: AssumptionSpec | None = None,
    *,
    name: str = "",
    seed: int = 0,
) -> Result:
    """Derive the gradient of a scalar, or the Jacobian of a matrix, with a proof whose every step is judged.

    `objective` is NumPy text, a Python function (read, never run) or an expression; `shapes` gives the shape of each
    name of a text, `assume` its assumptions. `name` goes before the names of generated functions. Raises SymnnError
    where the input is not understood, has no derivative by rules, or a step is refuted.
    """
    statement, rank, parameters, inferred, text = _understood(objective, shapes, assume)
    chosen = _chosen(wrt, parameters)
    kind = "Gradient" if statement.is_scalar else "Jacobian"
    proof = Proof(statement, chosen, title=f"{kind}: {name}" if name else kind, seed=seed)
    if statement.is_scalar:
        differentiate(proof)
        write_derivatives(proof)
        normalise(proof)
    elif len(chosen) == 1:
        take_jacobian(proof)
    else:
        raise UnsupportedError(
            f"the objective is {show_shape(statement.shape)}, and a Jacobian is taken by one variable at a time; "
            f"found {len(chosen)} variables"
        )
    return Result(statement, chosen, tuple(parameters), proof, rank, tuple(inferred), text, name, seed)


def _understood(
    objective: Objective, shapes: ShapeSpec | None, assume: AssumptionSpec | None
) -> tuple[Node, int, Sequence[Variable], Sequence[str], str]:
    if isinstance(objective, Expr | MatrixExpr):
        objective = from_sympy(objective)
    if isinstance(objective, Node):
        if shapes or assume:
            raise SymnnError("an expression has its shapes and assumptions already; leave out `shapes` and `assume`")
        found = variables(objective)
        one_variable_a_name(found)
        return objective, 0 if objective.is_scalar else 1 if objective.is_column else 2, found, (), ""
    if isinstance(objective, str):
        reading = read(objective, shapes, assume)
    elif callable(objective):
        reading = read_function(objective, shapes, assume)
    else:
        raise SymnnError(
            f"the objective is NumPy text, a Python function or an expression of symnn or SymPy; "
            f"found {type(objective).__name__}"
        )
    rank = 0 if reading.value.is_scalar else reading.rank
    return reading.value, rank, reading.parameters, reading.inferred, reading.text


def _chosen(wrt: str | Variable | Sequence[str | Variable], parameters: Sequence[Variable]) -> tuple[Variable, ...]:
    wanted = [wrt] if isinstance(wrt, str | Variable) else list(wrt) if isinstance(wrt, list | tuple) else []
    if not all(isinstance(item, str | Variable) for item in wanted):
        raise SymnnError(f"wrt: a name, a variable or a list of them is expected, found {wrt!r}")
    known = {variable.name: variable for variable in parameters}
    chosen = []
    for item in wanted:
        name = item.name if isinstance(item, Variable) else str(item)
        found = known.get(name, known.get(f"{name}_"))
        if found is None or (isinstance(item, Variable) and item is not found):
            raise SymnnError(
                f"wrt: the objective has no variable {name}; it has {', '.join(known) or 'no variables at all'}"
            )
        chosen.append(found)
    if not chosen:
        raise SymnnError("wrt: name at least one variable to differentiate by")
    if len(set(chosen)) != len(chosen):
        raise SymnnError(f"wrt: a variable is named twice: {', '.join(variable.name for variable in chosen)}")
    return tuple(chosen)


def _origins(proof: Proof, offset: int = 0) -> dict[Node, int]:
    """The number of the equation in which each node first stands."""
    found: dict[Node, int] = {}
    for number, line in enumerate(proof.lines(), start=1 + offset):
        stack = [line]
        while stack:
            node = stack.pop()
            if node not in found:
                found[node] = number
                stack.extend(() if isinstance(node, Function) else node.children)
    return found


@dataclass(frozen=True)
class Result:
    """A judged derivative: expressions, the proof, and NumPy code."""

    objective: Node
    wrt: tuple[Variable, ...]
    parameters: tuple[Variable, ...]
    proof: Proof
    rank: int
    inferred: tuple[str, ...] = ()
    text: str = ""
    name: str = ""
    seed: int = 0
    _solutions: list[Solution] = field(default_factory=list, compare=False, repr=False)

    @property
    def gradients(self) -> Mapping[str, Node]:
        """The gradients by the names of their variables, in the order of `wrt`, each of its variable's shape."""
        if not self.objective.is_scalar:
            raise UnsupportedError(
                f"a gradient belongs to a scalar; this objective is {show_shape(self.objective.shape)}: "
                f"ask for .jacobian"
            )
        line = self.proof.line
        parts = line.children if isinstance(line, Several) else (line,)
        return MappingProxyType({variable.name: part for variable, part in zip(self.wrt, parts, strict=True)})

    @property
    def gradient(self) -> Node:
        """The gradient by the one variable."""
        self._one_variable("the gradient")
        return next(iter(self.gradients.values()))

    @property
    def jacobian(self) -> Node:
        """The Jacobian; of a scalar it is the gradient.

        Rows are the objective's entries, columns the variable's, matrices stacked column by column: d vec F = J·vec dX,
        so A·X·B has the Jacobian Bᵀ ⊗ A. `numpy("jacobian")` gives an array of shape output.shape + variable.shape.
        """
        self._one_variable("the Jacobian")
        return self.gradient if self.objective.is_scalar else self.proof.line

    @cached_property
    def hessian_proof(self) -> Proof:
        """The proof that leads from the gradient to the Hessian, its Jacobian."""
        self._one_variable("the Hessian")
        proof = Proof(self.gradient, self.wrt, title="Hessian", seed=self.seed)
        take_jacobian(proof)
        return proof

    @property
    def hessian(self) -> Node:
        """The Hessian by the one variable: the Jacobian of the gradient, a matrix stacked column by column."""
        return self.hessian_proof.line

    def second(self) -> Hessian:
        """The Hessian with its proof, as a part of a chapter."""
        return Hessian(self)

    @cached_property
    def _second(self) -> tuple[Proof, Variable, Node]:
        """The differential of the gradient, the direction, and the product of the Hessian with it."""
        self._one_variable("a product with the Hessian")
        (variable,) = self._free.wrt
        proof = Proof(self._free.gradient, [variable], title="Hessian times a direction", seed=self.seed)
        take_differential(proof)
        write_derivatives(proof)
        normalise(proof)
        if any(parameter.name == "direction" for parameter in self.parameters):
            raise SymnnError("the name direction is taken by a variable of the objective; rename it")
        direction = Variable("direction", variable.rows, variable.cols, variable.rank)
        return proof, direction, substitute(proof.line, {Differential(variable): direction})

    @cached_property
    def _free(self) -> Result:
        """The same derivative without the facts that a step in some direction breaks: unconstrained, like the first."""
        (variable,) = self.wrt
        kept = [word for word in variable.assumptions if word not in SQUARE_ASSUMPTIONS]
        if len(kept) == len(variable.assumptions):
            return self
        free = Variable(variable.name, *variable.shape, variable.rank, kept, variable.latex_name, variable.doc)
        return derive(substitute(self.objective, {variable: free}), free, seed=self.seed)

    def _one_variable(self, what: str) -> None:
        if len(self.wrt) != 1:
            names = ", ".join(variable.name for variable in self.wrt)
            raise SymnnError(f"{what} is one expression only for one variable, found {names}; use .gradients")

    @property
    def verdict(self) -> str:
        """proved, checked, undecided or refuted: the worst of all steps."""
        return self.proof.status.value

    @property
    def assumptions(self) -> tuple[str, ...]:
        """All that is assumed of the variables and their sizes, in words."""
        return (*assumption_texts(self.parameters), *bounds_in_words(size_bounds(self.objective)))

    def latex(self) -> str:
        """The derivative in LaTeX; several gradients are separated by commas."""
        return notation.latex(self.proof.line)

    def solve(self) -> Solution:
        """The stationary point, where the gradient is affine in the variables. Raises UnsupportedError elsewhere."""
        if not self._solutions:
            found = solve_stationary(self.objective, list(self.gradients.values()), self.wrt, self.seed)
            self._solutions.append(Solution(found, self))
        return self._solutions[0]

    # --- code ---

    def specification(self, what: str, offset: int = 0) -> FunctionSpec:
        """What `numpy` emits, as the emitter takes it. `offset` is added to equation numbers."""
        from symnn.codegen import FunctionSpec

        if what not in WHAT:
            raise SymnnError(f"numpy: {what!r} is not one of {', '.join(WHAT)}")
        parameters = self.parameters
        folded: tuple[Size, ...] = ()
        results: tuple[Node, ...]
        ranks: tuple[int, ...]
        if what == "value":
            results, ranks, origin = (self.objective,), (self.rank,), _origins(self.proof, offset)
        elif what == "gradient":
            results, origin = tuple(self.gradients.values()), _origins(self.proof, offset)
            ranks = tuple(variable.rank for variable in self.wrt)
        elif what == "jacobian":
            jacobian, origin = self.jacobian, _origins(self.proof, offset)
            rank, folded = (
                (self.wrt[0].rank, ()) if self.objective.is_scalar else _outer_axes(self.objective, self.wrt[0])
            )
            results, ranks = (jacobian,), (rank,)
            matrix = _unstacked(jacobian)
            if self.wrt[0].is_scalar and matrix is not None:
                results, ranks, folded = (matrix,), (2,), ()
                origin.setdefault(matrix, origin[jacobian])
        elif what == "hessian":
            results, origin = (self.hessian,), _origins(self.hessian_proof, offset)
            rank, folded = _outer_axes(self.wrt[0], self.wrt[0])
            ranks = (rank,)
        else:
            proof, direction, product = self._second
            results, origin, ranks = (product,), _origins(proof, offset), (self.wrt[0].rank,)
            free = dict(zip(self.wrt, self._free.wrt, strict=True))
            parameters = (*(free.get(parameter, parameter) for parameter in parameters), direction)
        return FunctionSpec(
            name=f"{self.name}_{what}" if self.name else what,
            parameters=parameters,
            results=results,
            ranks=ranks,
            summary=self._summary(what),
            theorem=self._theorem(what, results),
            origin=origin,
            result_names=tuple(variable.name for variable in self.wrt) if what == "gradient" else (),
            folded=folded,
        )

    def _summary(self, what: str) -> str:
        names = ", ".join(variable.name for variable in self.wrt)
        return {
            "value": "The objective.",
            "gradient": f"The gradient with respect to {names}.",
            "jacobian": f"The Jacobian with respect to {names}.",
            "hessian": f"The Hessian with respect to {names}.",
            "hvp": f"The Hessian with respect to {names} times a direction.",
        }[what]

    def _theorem(self, what: str, results: Sequence[Node]) -> str:
        objective = f"f = {notation.text(self.objective)}"
        if what == "value":
            return objective
        names = self.wrt
        if what == "gradient":
            lines = [f"∇f by {notation.text(v)} = {notation.text(g)}" for v, g in zip(names, results, strict=True)]
        else:
            label = {"jacobian": "∂f/∂", "hessian": "∇²f by ", "hvp": "∇²f·direction by "}[what]
            lines = [f"{label}{notation.text(names[0])} = {notation.text(results[0])}"]
        return "\n".join([objective, *lines])

    def functions(self, offset: int = 0) -> tuple[FunctionSpec, ...]:
        """What a chapter emits of this result: the value, and the gradient or the Jacobian."""
        derivative = "gradient" if self.objective.is_scalar else "jacobian"
        return self.specification("value", offset), self.specification(derivative, offset)

    def numpy(self, what: str) -> str:
        """The text of a standalone NumPy module with one function: value, gradient, jacobian, hessian or hvp.

        Its parameters are all variables of the objective in order of first appearance; `hvp` takes `direction` last.
        """
        from symnn.codegen import emit_function_module

        return emit_function_module(self.specification(what))

    def check(self, seed: int = 0) -> CheckReport:
        """Compare the emitted derivative with central differences of the emitted value."""
        from symnn.check.finite_differences import check_derivative
        from symnn.codegen import load_module

        what = "gradient" if self.objective.is_scalar else "jacobian"
        value = load_module(self.numpy("value"), "value")
        derivative = load_module(self.numpy(what), what)
        prefix = f"{self.name}_" if self.name else ""
        return check_derivative(
            getattr(value, f"{prefix}value"),
            getattr(derivative, prefix + what),
            self.parameters,
            self.wrt,
            seed=seed,
            bounds=size_bounds(self.objective),
        )


@dataclass(frozen=True)
class Hessian:
    """The Hessian of a result, with its proof and its function."""

    result: Result

    @property
    def proof(self) -> Proof:
        return self.result.hessian_proof

    def functions(self, offset: int = 0) -> tuple[FunctionSpec, ...]:
        """`hessian`, a matrix."""
        return (self.result.specification("hessian", offset),)


def _outer_axes(output: Node, variable: Variable) -> tuple[int, tuple[Size, ...]]:
    """The NumPy rank of an array of shape output.shape + variable.shape, where a column counts as one axis.

    Where one of both has two axes, the axes are told too: the array is not the matrix of the Jacobian.
    """
    axes = [() if node.is_scalar else (node.rows,) if node.is_column else node.shape for node in (output, variable)]
    rank = sum(map(len, axes))
    return rank, (*axes[0], *axes[1]) if any(len(part) == 2 for part in axes) else ()


def _unstacked(column: Node) -> Node | None:
    """The matrix whose stacked columns these are, if it can be seen."""
    factor, rest = tidy.coefficient(column)
    return tidy.scale(factor, rest.children[0]) if isinstance(rest, Vec) else None


def _assuming(variable: Variable, words: Sequence[str]) -> Variable:
    """The same variable with more assumed of it."""
    name, rows, cols, rank, _, latex, doc = variable.args
    return Variable(name, rows, cols, rank, (*variable.assumptions, *words), latex, doc)


def assumption_texts(parameters: Iterable[Variable]) -> tuple[str, ...]:
    """``λ is positive`` and the like for every assumption of every variable."""
    return tuple(f"{notation.text(variable)} is {word}" for variable in parameters for word in variable.assumptions)


@dataclass(frozen=True)
class Solution:
    """The stationary point of a result: its closed form, why it is the only one, and under which conditions."""

    point: StationaryPoint
    result: Result

    @property
    def values(self) -> Mapping[str, Node]:
        """The closed forms by the names of their variables."""
        return MappingProxyType({variable.name: value for variable, value in self.point.values.items()})

    @property
    def value(self) -> Node:
        """The closed form of the one variable."""
        self.result._one_variable("the closed form")
        return next(iter(self.values.values()))

    @property
    def proof(self) -> Proof:
        """From gradient = 0 to the closed form."""
        return self.point.proof

    @property
    def lemmas(self) -> tuple[Proof, ...]:
        """Why the equations have one solution."""
        return self.point.lemmas

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold besides the assumptions of the variables."""
        return self.point.conditions

    @property
    def kind(self) -> str:
        """minimum, maximum or stationary point."""
        return self.point.kind

    @property
    def verdict(self) -> str:
        """The worst of the proof, its lemmas, and the gradient that it starts from."""
        return worst(proof.status for proof in (self.result.proof, self.proof, *self.lemmas)).value

    def latex(self) -> str:
        """The closed forms as equations in LaTeX."""
        return notation.latex(self.proof.line)

    def functions(self, offset: int = 0) -> tuple[FunctionSpec, ...]:
        """`solution`: the closed form as a function of all other variables."""
        from symnn.codegen import FunctionSpec

        unknowns = self.result.wrt
        supposed = {variable: _assuming(variable, words) for variable, words in self._signs().items()}
        parameters = tuple(variable for variable in self.result.parameters if variable not in unknowns)
        values = tuple(substitute(self.point.values[unknown], dict(supposed)) for unknown in unknowns)
        origin = {substitute(node, dict(supposed)): line for node, line in _origins(self.proof, offset).items()}
        name = self.result.name
        return (
            FunctionSpec(
                name=f"{name}_solution" if name else "solution",
                parameters=tuple(supposed.get(variable, variable) for variable in parameters),
                results=values,
                ranks=tuple(variable.rank for variable in unknowns),
                summary=f"The {self.kind}, in closed form.",
                theorem="\n".join(
                    [
                        *(
                            f"{notation.text(unknown)} = {notation.text(value)}"
                            for unknown, value in zip(unknowns, values, strict=True)
                        ),
                        *(f"provided that {condition_text(condition)}" for condition in self.conditions),
                    ]
                ),
                origin=origin,
                result_names=tuple(variable.name for variable in unknowns),
                check_assumptions=True,
            ),
        )

    def _signs(self) -> dict[Variable, list[str]]:
        """The conditions on signs of variables, which the emitted code checks like assumptions."""
        found: dict[Variable, list[str]] = {}
        for condition in self.conditions:
            if condition.word in ("positive", "nonnegative") and isinstance(condition.node, Variable):
                found.setdefault(condition.node, []).append(condition.word)
        return found

    def numpy(self, what: str = "solution") -> str:
        """The text of a standalone NumPy module with the one function `solution`."""
        from symnn.codegen import emit_function_module

        if what != "solution":
            raise SymnnError(f"numpy: a solution emits 'solution', found {what!r}")
        return emit_function_module(self.functions()[0])


class derivation:  # noqa: N801
    """An author's proof, line by line: ``with derivation(cost, wrt=w) as proof: proof.line(…, by=…)``.

    With `wrt`, the first line is claimed to be the gradient of the objective (a tuple for several variables), and every
    further line to equal the one before. Without it, every line is claimed to equal the objective. A line may be an
    expression or NumPy text over the variables of the objective. Each line is judged at once: a false one raises
    RefutedError with a counterexample, one that no judge can decide is kept with the verdict undecided.
    """

    def __init__(
        self,
        objective: Objective,
        wrt: str | Variable | Sequence[str | Variable] | None = None,
        shapes: ShapeSpec | None = None,
        assume: AssumptionSpec | None = None,
        *,
        title: str = "",
        conditions: Sequence[Condition] = (),
        seed: int = 0,
    ) -> None:
        self.objective, _, self.parameters, _, _ = _understood(objective, shapes, assume)
        self.wrt = () if wrt is None else _chosen(wrt, self.parameters)
        self.proof = Proof(self.objective, self.wrt, title=title, conditions=conditions, seed=seed)

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
        one_variable_a_name(variables(self.proof.line, made, *self.parameters))
        before = self.proof.line
        if self.wrt and not self.proof.steps:
            relation = Relation.GRADIENT if self.objective.is_scalar else Relation.JACOBIAN
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
        names = {variable.name: variable for variable in self.parameters}
        shapes = {name: _shape(variable) for name, variable in names.items()}
        tree = read(part, {name: shapes[name] for name in shapes if _mentions(part, name)}, None)
        replaced = {found: names[found.name] for found in variables(tree.value) if found.name in names}
        return substitute(tree.value, dict(replaced))

    @property
    def verdict(self) -> str:
        return self.proof.status.value

    def latex(self) -> str:
        """The last line in LaTeX."""
        return notation.latex(self.proof.line)

    def functions(self, offset: int = 0) -> tuple[FunctionSpec, ...]:
        """An author's derivation emits no code of its own."""
        return ()


def _shape(variable: Variable) -> tuple[Size, ...]:
    return (variable.rows, variable.cols)[: variable.rank]


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
