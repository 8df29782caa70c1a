"""What is asked: an objective that was understood, its parameters, and the variables to differentiate by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from sympy import Expr, MatrixExpr

from symnn.algebra import notation
from symnn.algebra.assumptions import OPEN_ASSUMPTIONS
from symnn.algebra.bridge import from_sympy
from symnn.algebra.names import one_variable_a_name
from symnn.algebra.nodes import Named, Node, Variable
from symnn.algebra.reader import read, read_function
from symnn.algebra.sizes import Size, bounds_in_words
from symnn.algebra.walk import names_in, size_bounds, substitute, variables
from symnn.errors import SymnnError

Objective: TypeAlias = str | Node | Callable[..., object]
Wanted: TypeAlias = str | Variable | Sequence[str | Variable]
ShapeSpec: TypeAlias = Mapping[str, Sequence[object]]
AssumptionSpec: TypeAlias = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Problem:
    """An objective with its parameters in order of first appearance.

    `rank` is the number of axes of the objective's array; `inferred` are the names that were taken as scalars, `text`
    is what was read, `name` goes before the names of generated functions, and `seed` is that of the judges. `program`
    is the objective in which intermediate results have names, where it is a program of several definitions.
    """

    objective: Node
    parameters: tuple[Variable, ...]
    rank: int
    wrt: tuple[Variable, ...] = ()
    inferred: tuple[str, ...] = ()
    text: str = ""
    name: str = ""
    seed: int = 0
    program: Node | None = None

    def by(self, wanted: Wanted) -> Problem:
        """The same objective, to be differentiated by the variables that are named.

        Raises SymnnError where there is none, one is named twice, or the objective has no such variable.
        """
        return replace(self, wrt=_chosen(wanted, self.parameters))

    def unconstrained(self) -> Problem:
        """The same problem without the facts that a step in some direction breaks, such as symmetry.

        A gradient may use them, but must not be differentiated again after it did.
        """
        free = {variable: _unconstrained(variable) for variable in self.wrt}
        if all(variable is other for variable, other in free.items()):
            return self
        parameters = tuple(free.get(parameter, parameter) for parameter in self.parameters)
        objective = substitute(self.objective, dict(free))
        program = None if self.program is None else substitute(self.program, dict(free))
        return replace(self, objective=objective, program=program, parameters=parameters, wrt=tuple(free.values()))

    def named(self, what: str) -> str:
        """The name of a generated function."""
        return f"{self.name}_{what}" if self.name else what

    @property
    def assumptions(self) -> tuple[str, ...]:
        """All that is assumed of the parameters and their sizes, in words: ``λ is positive``."""
        return (*assumption_texts(self.parameters), *bounds_in_words(self.bounds))

    @property
    def bounds(self) -> tuple[Size, ...]:
        """What must be positive of the sizes: the objective selects rows or columns by number."""
        return tuple(size_bounds(self.objective))


def named_and_seeded(problem: Problem, name: object, seed: object) -> Problem:
    """The problem with what its functions' names begin with, and the seed of its judges. Raises SymnnError."""
    if not isinstance(name, str) or (name and not name.isidentifier()):
        raise SymnnError(f"name: the names of functions begin with it, as line_gradient for 'line'; found {name!r}")
    return replace(problem, name=name, seed=as_seed(seed))


def as_seed(seed: object) -> int:
    """A seed of random values. Raises SymnnError for what is no whole number from 0 on."""
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise SymnnError(f"seed: a whole number from 0 on is expected, found {seed!r}")
    return seed


def assumption_texts(parameters: Iterable[Variable]) -> tuple[str, ...]:
    """``λ is positive`` and the like for every assumption of every variable."""
    return tuple(f"{notation.text(variable)} is {word}" for variable in parameters for word in variable.assumptions)


def understand(objective: Objective, shapes: ShapeSpec | None = None, assume: AssumptionSpec | None = None) -> Problem:
    """An objective as NumPy text, as a Python function (read, never run), or as an expression of symnn or SymPy.

    Raises SymnnError where it is none of these or is not understood.
    """
    if isinstance(objective, Expr | MatrixExpr):
        objective = from_sympy(objective)
    if isinstance(objective, Node):
        if shapes or assume:
            raise SymnnError("an expression has its shapes and assumptions already; leave out `shapes` and `assume`")
        found = variables(objective)
        one_variable_a_name(found)
        return Problem(objective, tuple(found), 0 if objective.is_scalar else 1 if objective.is_column else 2)
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
    return Problem(
        reading.value,
        tuple(reading.parameters),
        rank,
        inferred=tuple(reading.inferred),
        text=reading.text,
        program=_program(reading.named),
    )


def _program(value: Node) -> Node | None:
    """What a text comes to, by the names of its intermediate results; None where it has none."""
    while isinstance(value, Named):
        value = value.body
    return value if names_in(value) else None


def _chosen(wanted: Wanted, parameters: Sequence[Variable]) -> tuple[Variable, ...]:
    items = list(wanted) if isinstance(wanted, list | tuple) else [wanted]
    if not all(isinstance(item, str | Variable) for item in items):
        raise SymnnError(f"wrt: a name, a variable or a list of them is expected, found {wanted!r}")
    known = {variable.name: variable for variable in parameters}
    chosen = []
    for item in items:
        name = item.name if isinstance(item, Variable) else str(item)
        found = known.get(name, known.get(f"{name}_"))
        if found is None or (isinstance(item, Variable) and item is not found):
            sizes = {str(symbol) for variable in parameters for size in variable.shape for symbol in size.free_symbols}
            missing = f"the objective has no variable {name}; it has"
            reason = f"{name} is a size; the variables are" if name in sizes else missing
            raise SymnnError(f"wrt: {reason} {', '.join(known) or 'no variables at all'}")
        chosen.append(found)
    if not chosen:
        raise SymnnError("wrt: name at least one variable to differentiate by")
    if len(set(chosen)) != len(chosen):
        raise SymnnError(f"wrt: a variable is named twice: {', '.join(variable.name for variable in chosen)}")
    return tuple(chosen)


def _unconstrained(variable: Variable) -> Variable:
    kept = [word for word in variable.assumptions if word in OPEN_ASSUMPTIONS]
    if len(kept) == len(variable.assumptions):
        return variable
    return Variable(variable.name, *variable.shape, variable.rank, kept, variable.latex_name, variable.doc)
