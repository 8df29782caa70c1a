"""Jacobians, and so Hessians: the differential, brought to the form J·dx or J·vec dX, and J read off."""

from __future__ import annotations

from symnn.algebra.nodes import Differential, Node
from symnn.algebra.walk import depends
from symnn.calculus import tidy
from symnn.calculus.linear import coefficient_of, multiply_out
from symnn.calculus.normalise import normalise, write_derivatives
from symnn.calculus.second import take_differential
from symnn.calculus.stacking import stack_columns
from symnn.proof.proof import Proof
from symnn.proof.step import Relation


def take_jacobian(proof: Proof) -> None:
    """Take the proof from an expression F to its Jacobian J by the one variable X of the proof.

    J is the matrix of vec dF = J·vec dX, where vec stacks columns: a row for each entry of F, a column for each entry
    of X, down the columns of both. For columns that is the usual Jacobian, for a scalar X the stacked derivative.
    Raises UnsupportedError for a kind of node whose columns no rule stacks.
    """
    (variable,) = proof.wrt
    take_differential(proof)
    direction = Differential(variable)
    normalise(proof)
    if variable.is_scalar or (variable.is_column and proof.statement.is_column):
        multiply_out(proof, [direction])
    rows = proof.statement.rows * proof.statement.cols
    if not depends(proof.line, [direction]):
        _identify(proof, tidy.zero(rows, variable.rows * variable.cols))
        return
    if variable.is_scalar:
        matrix = _collect(proof, direction)
        _identify(proof, tidy.vec(matrix))
    else:
        _identify(proof, stack_columns(proof, direction))
    write_derivatives(proof)
    normalise(proof)


def _collect(proof: Proof, direction: Differential) -> Node:
    """The M of a line that is brought to the form dx·M for a scalar x."""
    matrix = tidy.add([coefficient_of(term, direction) for term in tidy.terms_of(proof.line)])
    product = tidy.scale(direction, matrix)
    if product is not proof.line:
        proof.step(proof.line, product, rule="collect", statement="A·dx + B·dx = (A + B)·dx", place=())
    return matrix


def _identify(proof: Proof, matrix: Node) -> None:
    proof.step(
        proof.line,
        matrix,
        rule="Jacobian",
        statement="vec dF = J·vec dX for every dX means that J is the Jacobian",
        relation=Relation.JACOBIAN,
        place=(),
    )
