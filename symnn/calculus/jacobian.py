"""Jacobians of columns by columns, and so Hessians: the differential, brought to the form J·dx, and J read off."""

from __future__ import annotations

from symnn.algebra.nodes import Add, Differential, Node
from symnn.algebra.sizes import show_shape
from symnn.algebra.walk import depends
from symnn.calculus import tidy
from symnn.calculus.linear import coefficient_of, multiply_out
from symnn.calculus.normalise import normalise, write_derivatives
from symnn.calculus.second import take_differential
from symnn.errors import UnsupportedError
from symnn.proof.proof import Proof
from symnn.proof.step import Relation


def differentiate_column(proof: Proof) -> None:
    """Take the proof from a column F to its Jacobian by the one variable of the proof, a column or a scalar.

    Raises UnsupportedError for matrices, whose Jacobians are not matrices.
    """
    (variable,) = proof.wrt
    for role, node in (("function", proof.statement), ("variable", variable)):
        if not node.is_column:
            raise UnsupportedError(
                f"a Jacobian is derived for a column by a column; the {role} {node} is {show_shape(node.shape)}. "
                f"Ask for the gradient of a scalar, or for the product of the Hessian with a direction (hvp)"
            )
    take_differential(proof)
    direction = Differential(variable)
    if not depends(proof.line, [direction]):
        _identify(proof, tidy.zero(proof.statement.rows, variable.rows))
        return
    normalise(proof)
    multiply_out(proof, [direction])
    matrix = tidy.add([coefficient_of(term, direction) for term in _terms(proof.line)])
    product = tidy.matmul([matrix, direction]) if not variable.is_scalar else tidy.scale(direction, matrix)
    if product is not proof.line:
        proof.step(proof.line, product, rule="collect", statement="A·dx + B·dx = (A + B)·dx", place=())
    _identify(proof, matrix)
    write_derivatives(proof)
    normalise(proof)


def _terms(node: Node) -> tuple[Node, ...]:
    return node.children if isinstance(node, Add) else (node,)


def _identify(proof: Proof, matrix: Node) -> None:
    proof.step(
        proof.line,
        matrix,
        rule="Jacobian",
        statement="dF = J·dx for every dx means that J is the Jacobian",
        relation=Relation.JACOBIAN,
        place=(),
    )
