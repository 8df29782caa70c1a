"""Quadratic forms as sums of weighted squares: zᵀz = ‖z‖², zᵀdiag(v)z = Σ v ⊙ z²."""

from __future__ import annotations

from collections.abc import Sequence

from symnn.algebra.nodes import Diagonal, Hadamard, MatMul, Node, Number, Power, SquaredNorm, Sum
from symnn.algebra.walk import dependents, postorder
from symnn.calculus import tidy
from symnn.calculus.rule import RuleBook
from symnn.proof.proof import Proof

SQUARES = RuleBook()


def write_squares(proof: Proof, unknowns: Sequence[Node]) -> None:
    """Write each product on the line that is a square in the unknowns as one."""
    while True:
        live = dependents(proof.line, unknowns)
        for node in postorder(proof.line):
            made = (
                next((m for r in SQUARES[type(node)] if (m := r.apply(node)) is not None), None)
                if node in live
                else None
            )
            if made is not None:
                rule = SQUARES[type(node)][0]
                proof.step(node, made, rule=rule.name, statement=rule.statement)
                break
        else:
            return


@SQUARES.rule("square", MatMul)
def _palindrome(node: Node) -> Node | None:
    """zᵀz = ‖z‖², and zᵀdiag(v)z = Σ v ⊙ z²"""
    if not node.is_scalar:
        return None
    factors = node.children
    half = len(factors) // 2
    mirrored = [tidy.transpose(factor) for factor in reversed(factors[len(factors) - half :])]
    if mirrored != list(factors[:half]):
        return None
    root = tidy.matmul(factors[len(factors) - half :])
    if len(factors) % 2 == 0:
        return SquaredNorm(root) if not root.is_scalar else Power(root, Number(2))
    middle = factors[half]
    if isinstance(middle, Diagonal):
        return Sum(Hadamard(middle.children[0], Power(root, Number(2))))
    return None
