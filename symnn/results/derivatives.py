"""Every kind of derivative of a problem, each made by one function: value, first, second, along directions, mixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from symnn.algebra.nodes import Differential, Hadamard, Identity, Node, Several, Variable, Vec
from symnn.algebra.notation import text
from symnn.algebra.sizes import Size
from symnn.algebra.walk import count, names_in, substitute, unnamed
from symnn.calculus import tidy
from symnn.calculus.collecting import COLLECTED
from symnn.calculus.differential import Dependence
from symnn.calculus.gradient import take_gradient
from symnn.calculus.jacobian import take_jacobian
from symnn.calculus.logistic import WRITTEN_OUT
from symnn.calculus.normalise import normalise, write_derivatives
from symnn.calculus.second import take_differential
from symnn.calculus.sweep import sweep
from symnn.calculus.transposes import symmetric
from symnn.errors import SymnnError
from symnn.proof.proof import Proof
from symnn.results.derivative import Derivative, Output
from symnn.results.problem import Problem
from symnn.typeset.lines import gradient_symbols

Symbols: TypeAlias = Sequence[tuple[str, str]]

SHORT = 40
"""The number of nodes up to which the gradients of a program are also written out without its names."""


def first_proof(problem: Problem, title: str = "", note: str = "") -> Proof:
    """The proof of the gradient of a scalar, or of the Jacobian of a matrix, by all variables of a problem."""
    kind = title or ("Gradient" if problem.objective.is_scalar else "Jacobian")
    heading = f"{kind}: {problem.name}" if problem.name else kind
    proof = Proof(problem.objective, problem.wrt, title=heading, note=note, seed=problem.seed)
    if problem.objective.is_scalar:
        take_gradient(proof)
    else:
        normalise(proof, WRITTEN_OUT)
        take_jacobian(proof)
    return proof


def program_proof(problem: Problem) -> tuple[Proof, tuple[Proof, ...]]:
    """The proof of the gradient of a program by all variables of a problem, and the details behind it.

    Details are the lemmas that the steps of the sweep stand for, and the gradients written out, if they are not long. A
    program that has no definition in which a variable occurs has the proof of its expression, without details.
    """
    program = problem.program
    varies = Dependence(problem.wrt)
    if program is None or not program.is_scalar or not any(map(varies, names_in(program))):
        return first_proof(problem), ()
    heading = f"Gradient: {problem.name}" if problem.name else "Gradient"
    proof = Proof(program, problem.wrt, title=heading, seed=problem.seed)
    lemmas = sweep(proof)
    whole = unnamed(proof.line)[0]
    if count(whole) > SHORT or whole is proof.line:
        return proof, lemmas
    symbols = gradient_symbols(program, problem.wrt)
    details = Proof(proof.line, problem.wrt, title="The gradient written out", symbols=symbols, seed=problem.seed)
    details.step(proof.line, whole, rule="names", statement="a name stands for its value", place=())
    normalise(details, COLLECTED)
    return proof, (*lemmas, details)


def value(problem: Problem, proof: Proof) -> Derivative:
    """The objective itself."""
    output = Output("f", problem.objective, problem.rank, named=problem.program)
    return Derivative(problem, "value", "The objective.", (proof,), (output,))


def first(problem: Problem, proof: Proof, what: str = "", details: Sequence[Proof] = ()) -> Derivative:
    """The gradient of a scalar, the Jacobian of a matrix; of a scalar a Jacobian is the gradient.

    Where one of the `details` of a proof goes on from its last line, the expressions are those of its own last line.
    """
    what = what or ("gradient" if problem.objective.is_scalar else "jacobian")
    named = what == "gradient" or len(problem.wrt) > 1
    outputs = []
    for variable, shown, part in zip(problem.wrt, parts_of(proof.line), results_of(proof, details), strict=True):
        label = f"{'∇f by ' if what == 'gradient' else '∂f/∂'}{text(variable)}"
        name = variable.name if named else ""
        if problem.objective.is_scalar:
            outputs.append(Output(label, part, variable.rank, name=name, named=None if shown is part else shown))
        else:
            outputs.append(_jacobian_output(label, problem.objective, variable, part, name))
    summary = f"The {'gradient' if what == 'gradient' else 'Jacobian'} with respect to {_names(problem.wrt)}."
    return Derivative(problem, what, summary, (proof,), tuple(outputs), base=value(problem, proof))


def hessian(problem: Problem, proof: Proof) -> Derivative:
    """The Jacobians of the gradients, one block for each pair of variables; unconstrained like the gradient."""
    free, gradient = _unconstrained_gradient(problem, proof)
    several = len(free.wrt) > 1
    proofs, outputs = [], []
    for variable, output in zip(free.wrt, gradient.outputs, strict=True):
        title = f"Hessian: the rows of {text(variable)}" if several else "Hessian"
        proofs.append(_jacobian_proof(output.expression, free, title, gradient_symbols(free.objective, [variable])))
        for other, block in zip(free.wrt, parts_of(proofs[-1].line), strict=True):
            label = f"∂²f/∂{text(variable)}∂{text(other)}" if several else f"∇²f by {text(variable)}"
            name = f"{variable.name}_{other.name}"
            outputs.append(_jacobian_output(label, output.expression, other, block, name if several else ""))
    return Derivative(
        free,
        "hessian",
        f"The Hessian with respect to {_names(free.wrt)}.",
        tuple(proofs),
        tuple(outputs),
        base=gradient,
        compare="blocks" if several else "entries",
        nested=len(free.wrt) if several else 0,
        drawn=problem.parameters,
        lemmas=() if gradient.proof is proof else (gradient.proof,),
        rests_on=(proof,) if gradient.proof is proof else (),
    )


def hvp(problem: Problem, proof: Proof) -> Derivative:
    """The Hessian times a direction in each variable, without the Hessian: the differential of the gradient."""
    free, gradient = _unconstrained_gradient(problem, proof)
    ways = directions(free)
    symbols = gradient_symbols(free.objective, free.wrt)
    product = _differential_proof(gradient.expression, free, "Hessian times a direction", symbols)
    steps = {Differential(variable): way for variable, way in zip(free.wrt, ways, strict=True)}
    outputs = [
        Output(f"∇²f·direction by {text(variable)}", substitute(part, dict(steps)), variable.rank, name=name)
        for variable, part, name in zip(free.wrt, parts_of(product.line), _result_names(free), strict=True)
    ]
    return Derivative(
        free,
        "hvp",
        f"The Hessian with respect to {_names(free.wrt)} times {_a_direction(free)}.",
        (product,),
        tuple(outputs),
        base=gradient,
        compare="along",
        directions=ways,
        drawn=problem.parameters,
        lemmas=() if gradient.proof is proof else (gradient.proof,),
        rests_on=(proof,) if gradient.proof is proof else (),
    )


def mixed(problem: Problem, proof: Proof, by: Sequence[str | Variable]) -> Derivative:
    """∂²f/∂x∂y of two variables: the Jacobian by y of the gradient by x, unconstrained in both.

    `proof` is that of the gradients of the problem, among which that by x may be.
    """
    both = problem.by(list(dict.fromkeys(by))).unconstrained()
    outer, inner = replace(both, wrt=both.wrt[:1]), replace(both, wrt=both.wrt[-1:])
    x, y = outer.wrt[0], inner.wrt[0]
    is_known = both.objective is problem.objective and x in problem.wrt
    gradient = first(problem, proof) if is_known else first(outer, first_proof(outer))
    if is_known:
        gradient = replace(gradient, problem=outer, outputs=(gradient.outputs[problem.wrt.index(x)],))
    title = f"The gradient by {text(x)} differentiated by {text(y)}"
    block = _jacobian_proof(gradient.expression, inner, title, gradient_symbols(outer.objective, [x]))
    output = _jacobian_output(f"∂²f/∂{text(x)}∂{text(y)}", gradient.expression, y, block.line, "")
    summary = f"The second derivative with respect to {x.name} and {y.name}."
    return Derivative(
        inner,
        f"mixed_{x.name}_{y.name}",
        summary,
        (block,),
        (output,),
        base=gradient,
        lemmas=() if is_known else (gradient.proof,),
        rests_on=(proof,) if is_known else (),
        drawn=problem.parameters,
    )


def directional(problem: Problem) -> Derivative:
    """The differential of the objective at dx = direction, of any shape that the objective has."""
    free = problem.unconstrained()
    ways = directions(free)
    proof = _differential_proof(free.objective, free, "Derivative along a direction")
    steps = {Differential(variable): way for variable, way in zip(free.wrt, ways, strict=True)}
    output = Output("∇f along the direction", substitute(proof.line, dict(steps)), problem.rank)
    return Derivative(
        free,
        "directional",
        f"The derivative with respect to {_names(free.wrt)} along {_a_direction(free)}.",
        (proof,),
        (output,),
        base=value(free, proof),
        compare="along",
        directions=ways,
        drawn=problem.parameters,
    )


ON_SYMMETRIC = (
    "Of every step only its symmetric part counts: f(½(S + Sᵀ)) is differentiated, which is f at every symmetric S. "
    "Its gradient is the one on the space of symmetric matrices, and equals ½(G + Gᵀ) for the unconstrained gradient G."
)
STRUCTURED = (
    "The entries on and below the diagonal are the variables, and those above move with them: the derivative of Magnus "
    "and Neudecker and of the Matrix Cookbook, G + Gᵀ − I ⊙ G for the gradient G. Off the diagonal it is twice the "
    "gradient on symmetric matrices, so that it is none: its inner product with dS is not df."
)


def symmetric_gradient(problem: Problem) -> Derivative:
    """The gradient on the space of symmetric matrices, for the variables that are assumed to be symmetric.

    It is the gradient of f(½(S + Sᵀ)). Raises SymnnError where no variable of the derivative is symmetric.
    """
    chosen = [variable for variable in problem.wrt if symmetric(variable) and not variable.is_scalar]
    if not chosen:
        first_name = problem.wrt[0].name
        raise SymnnError(
            f"nothing says that {_names(problem.wrt)} is symmetric, so there is no gradient on symmetric matrices; "
            f'write assume={{"{first_name}": "symmetric"}}, or on the command line --assume {first_name}=symmetric'
        )
    halves: dict[Node, Node] = {variable: (variable + variable.T) / 2 for variable in chosen}
    folded = replace(problem, objective=substitute(problem.objective, halves), program=None)
    proof = first_proof(folded, "Gradient on symmetric matrices", ON_SYMMETRIC)
    outputs = [
        Output(f"∇f by symmetric {text(v)}" if v in chosen else f"∇f by {text(v)}", part, v.rank, name=v.name)
        for v, part in zip(problem.wrt, parts_of(proof.line), strict=True)
    ]
    return Derivative(
        problem,
        "symmetric_gradient",
        f"The gradient with respect to {_names(problem.wrt)} on the space of symmetric matrices.",
        (proof,),
        tuple(outputs),
        base=value(problem, proof),
        compare="symmetric",
    )


def structured_gradient(found: Derivative) -> Derivative:
    """The derivatives by the entries of symmetric matrices, where an entry above the diagonal is the one below it.

    That is H + Hᵀ − I ⊙ H for the symmetric gradient H, which is `found`.
    """
    problem = found.problem
    parts, symbols = [], []
    for variable, output, (name, formula) in zip(
        problem.wrt, found.outputs, gradient_symbols(problem.objective, problem.wrt), strict=True
    ):
        part = output.expression
        structure = symmetric(variable) and not variable.is_scalar
        parts.append(part + part.T - Hadamard(Identity(part.rows), part) if structure else part)
        symbols.append(
            (f"{name} + ({name})ᵀ − I ⊙ {name}", rf"{formula} + ({formula})^{{\top}} - I \odot {formula}")
            if structure
            else (name, formula)
        )
    statement = parts[0] if len(parts) == 1 else Several(*parts)
    title = "Derivatives by the entries of a symmetric matrix"
    proof = Proof(statement, problem.wrt, title=title, note=STRUCTURED, symbols=symbols, seed=problem.seed)
    normalise(proof, COLLECTED)
    outputs = [
        replace(output, label=f"∂f by the entries of {output.name}", expression=part)
        for output, part in zip(found.outputs, parts_of(proof.line), strict=True)
    ]
    return replace(
        found,
        what="structured_gradient",
        summary=f"The derivatives by the entries of symmetric {_names(problem.wrt)}.",
        theorems=(*found.theorems, proof),
        outputs=tuple(outputs),
        compare="structured",
    )


# --- parts ----------------------------------------------------------------------------------------------------------


def directions(problem: Problem) -> tuple[Variable, ...]:
    """A variable for a step in each variable of the derivative: `direction`, or `direction_w` where there are several.

    Raises SymnnError where a name is taken.
    """
    taken = {parameter.name for parameter in problem.parameters}
    made = []
    for variable in problem.wrt:
        name = "direction" if len(problem.wrt) == 1 else f"direction_{variable.name}"
        if name in taken:
            raise SymnnError(f"the name {name} is taken by a variable of the objective; rename it")
        made.append(Variable(name, *variable.shape, variable.rank))
    return tuple(made)


def parts_of(line: Node) -> tuple[Node, ...]:
    """The expressions on a line."""
    return line.children if isinstance(line, Several) else (line,)


def results_of(proof: Proof, details: Sequence[Proof] = ()) -> tuple[Node, ...]:
    """The expressions on the last line, or on that of a proof that goes on from it, without names."""
    last = next((detail.line for detail in details if detail.statement is proof.line), proof.line)
    return tuple(unnamed(*parts_of(last)))


def _unconstrained_gradient(problem: Problem, proof: Proof) -> tuple[Problem, Derivative]:
    """The problem without facts that steps break, and its gradient: the one that is known, where there are none."""
    free = problem.unconstrained()
    return free, first(free, proof if free is problem else first_proof(free), "gradient")


def _jacobian_proof(statement: Node, problem: Problem, title: str, symbols: Symbols = ()) -> Proof:
    proof = Proof(statement, problem.wrt, title=title, symbols=symbols, seed=problem.seed)
    take_jacobian(proof)
    return proof


def _differential_proof(statement: Node, problem: Problem, title: str, symbols: Symbols = ()) -> Proof:
    proof = Proof(statement, problem.wrt, title=title, symbols=symbols, seed=problem.seed)
    take_differential(proof)
    write_derivatives(proof)
    normalise(proof, COLLECTED)
    return proof


def _jacobian_output(label: str, function: Node, variable: Variable, matrix: Node, name: str) -> Output:
    """A Jacobian as an array of shape function.shape + variable.shape, where a column counts as one axis."""
    if variable.is_scalar and (whole := _unstacked(matrix)) is not None:
        return Output(label, whole, 2, name=name)
    axes = [() if node.is_scalar else (node.rows,) if node.is_column else node.shape for node in (function, variable)]
    folded: tuple[Size, ...] = (*axes[0], *axes[1]) if any(len(part) == 2 for part in axes) else ()
    return Output(label, matrix, sum(map(len, axes)), folded, name)


def _unstacked(column: Node) -> Node | None:
    """The matrix whose stacked columns these are, if it can be seen."""
    factor, rest = tidy.coefficient(column)
    return tidy.scale(factor, rest.children[0]) if isinstance(rest, Vec) else None


def _names(variables: Sequence[Variable]) -> str:
    return ", ".join(variable.name for variable in variables)


def _result_names(problem: Problem) -> list[str]:
    return [variable.name for variable in problem.wrt]


def _a_direction(problem: Problem) -> str:
    return "a direction" if len(problem.wrt) == 1 else "a direction in each"
