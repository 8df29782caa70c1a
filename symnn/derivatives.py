"""Every kind of derivative of a problem, each made by one function: value, first, second, along directions, mixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symnn.algebra.nodes import Differential, Node, Several, Variable, Vec
from symnn.algebra.notation import text
from symnn.algebra.sizes import Size
from symnn.algebra.walk import substitute
from symnn.calculus import tidy
from symnn.calculus.gradient import differentiate
from symnn.calculus.jacobian import take_jacobian
from symnn.calculus.normalise import normalise, write_derivatives
from symnn.calculus.second import take_differential
from symnn.derivative import Derivative, Output
from symnn.errors import SymnnError
from symnn.problem import Problem
from symnn.proof.proof import Proof


def first_proof(problem: Problem) -> Proof:
    """The proof of the gradient of a scalar, or of the Jacobian of a matrix, by all variables of a problem."""
    kind = "Gradient" if problem.objective.is_scalar else "Jacobian"
    proof = Proof(
        problem.objective, problem.wrt, title=f"{kind}: {problem.name}" if problem.name else kind, seed=problem.seed
    )
    if problem.objective.is_scalar:
        differentiate(proof)
        write_derivatives(proof)
        normalise(proof)
    else:
        take_jacobian(proof)
    return proof


def value(problem: Problem, proof: Proof) -> Derivative:
    """The objective itself."""
    output = Output("f", problem.objective, problem.rank)
    return Derivative(problem, "value", "The objective.", (proof,), (output,))


def first(problem: Problem, proof: Proof, what: str = "") -> Derivative:
    """The gradient of a scalar, the Jacobian of a matrix; of a scalar a Jacobian is the gradient."""
    what = what or ("gradient" if problem.objective.is_scalar else "jacobian")
    named = what == "gradient" or len(problem.wrt) > 1
    outputs = []
    for variable, part in zip(problem.wrt, parts_of(proof.line), strict=True):
        label = f"{'∇f by ' if what == 'gradient' else '∂f/∂'}{text(variable)}"
        name = variable.name if named else ""
        if problem.objective.is_scalar:
            outputs.append(Output(label, part, variable.rank, name=name))
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
        proofs.append(_jacobian_proof(output.expression, free, title))
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
    product = _differential_proof(gradient.expression, free, "Hessian times a direction")
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


def mixed(problem: Problem, by: Sequence[str | Variable]) -> Derivative:
    """∂²f/∂x∂y of two variables: the Jacobian by y of the gradient by x, unconstrained in both."""
    both = problem.by(list(dict.fromkeys(by))).unconstrained()
    outer, inner = replace(both, wrt=both.wrt[:1]), replace(both, wrt=both.wrt[-1:])
    gradient = first(outer, first_proof(outer))
    x, y = outer.wrt[0], inner.wrt[0]
    title = f"The gradient by {text(x)} differentiated by {text(y)}"
    block = _jacobian_proof(gradient.expression, inner, title)
    output = _jacobian_output(f"∂²f/∂{text(x)}∂{text(y)}", gradient.expression, y, block.line, "")
    summary = f"The second derivative with respect to {x.name} and {y.name}."
    return Derivative(
        inner,
        "mixed",
        summary,
        (gradient.proof, block),
        (output,),
        base=gradient,
        drawn=problem.parameters,
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


def _unconstrained_gradient(problem: Problem, proof: Proof) -> tuple[Problem, Derivative]:
    """The problem without facts that steps break, and its gradient: the one that is known, where there are none."""
    free = problem.unconstrained()
    return free, first(free, proof if free is problem else first_proof(free), "gradient")


def _jacobian_proof(statement: Node, problem: Problem, title: str) -> Proof:
    proof = Proof(statement, problem.wrt, title=title, seed=problem.seed)
    take_jacobian(proof)
    return proof


def _differential_proof(statement: Node, problem: Problem, title: str) -> Proof:
    proof = Proof(statement, problem.wrt, title=title, seed=problem.seed)
    take_differential(proof)
    write_derivatives(proof)
    normalise(proof)
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
