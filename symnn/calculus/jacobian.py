"""Jacobians, and so Hessians: the differential, brought to the form J·dx or J·vec dX, and J read off."""

from __future__ import annotations

from collections.abc import Sequence

from symnn.algebra.nodes import Differential, Node, Several
from symnn.algebra.walk import depends
from symnn.calculus import tidy
from symnn.calculus.collecting import COLLECTED
from symnn.calculus.linear import coefficient_of, multiply_out
from symnn.calculus.normal_form import NORMAL_FORM
from symnn.calculus.normalise import normalise, write_derivatives
from symnn.calculus.second import take_differential
from symnn.calculus.stacking import stack_columns
from symnn.proof.proof import Proof
from symnn.proof.step import Relation

# ⟨A, dX⟩ is stacked as it stands.
WITH_INNER_PRODUCTS = NORMAL_FORM.without("inner product")


def take_jacobian(proof: Proof) -> None:
    """Take the proof from an expression F to its Jacobians by the variables X, Y, … of the proof.

    They are the matrices of vec dF = J·vec dX + K·vec dY + …, where vec stacks columns: a row for each entry of F, a
    column for each entry of the variable, down the columns of both. For columns that is the usual Jacobian, for a
    scalar the stacked derivative. Afterwards the line is the Jacobian, or `Several` in the order of the variables.
    Raises UnsupportedError for a kind of node whose columns no rule stacks.
    """
    take_differential(proof)
    directions = [Differential(variable) for variable in proof.wrt]
    scalars = all(variable.is_scalar for variable in proof.wrt)
    normalise(proof, WITH_INNER_PRODUCTS)
    if scalars or (proof.statement.is_column and all(variable.is_column for variable in proof.wrt)):
        multiply_out(proof, directions)
    rows = proof.statement.rows * proof.statement.cols
    if not depends(proof.line, directions):
        _identify(proof, [tidy.zero(rows, variable.rows * variable.cols) for variable in proof.wrt])
        return
    if scalars and len(directions) == 1:
        _identify(proof, [tidy.vec(_collect(proof, directions[0]))])
    else:
        _identify(proof, stack_columns(proof, directions))
    write_derivatives(proof)
    normalise(proof, COLLECTED)


def _collect(proof: Proof, direction: Differential) -> Node:
    """The M of a line that is brought to the form dx·M for a scalar x."""
    matrix = tidy.add([coefficient_of(term, direction) for term in tidy.terms_of(proof.line)])
    product = tidy.scale(direction, matrix)
    if product is not proof.line:
        proof.step(proof.line, product, rule="collect", statement="A·dx + B·dx = (A + B)·dx", place=())
    return matrix


def _identify(proof: Proof, matrices: Sequence[Node]) -> None:
    proof.step(
        proof.line,
        matrices[0] if len(matrices) == 1 else Several(*matrices),
        rule="Jacobian",
        statement="vec dF = J·vec dX for every dX means that J is the Jacobian",
        relation=Relation.JACOBIAN,
        place=(),
    )
