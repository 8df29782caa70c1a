"""The gradient of a scalar: the reverse sweep over the shared graph, one judged step for each rule.

The line is always a sum of terms ⟨G, d(node)⟩. The node that no other pending node is made of is taken, d(node) is
replaced by its rule, and the operations of the rule are moved to the side of G. Each node is taken once, so the number
of steps is linear in the size of the objective. At the end the line is Σ⟨Gᵢ, dXᵢ⟩ and the Gᵢ are the gradients.
"""

from __future__ import annotations

from collections.abc import Sequence

from symnn.algebra.nodes import Differential, Node, Several, Variable
from symnn.algebra.sizes import show_shape
from symnn.algebra.walk import ordered
from symnn.calculus import tidy
from symnn.calculus.adjoint import Holding, moved, term
from symnn.calculus.collecting import COLLECTED
from symnn.calculus.differential import Dependence, differential_rule
from symnn.calculus.logistic import WRITTEN_OUT
from symnn.calculus.normalise import normalise, write_derivatives
from symnn.errors import UnsupportedError
from symnn.proof.proof import Proof
from symnn.proof.step import Relation

IDENTIFICATION = "dF = ⟨G, dX⟩ for every dX means that G is the gradient"


def take_gradient(proof: Proof) -> None:
    """Take the proof from a scalar statement to its gradients in normal form, with derivatives written out.

    Raises UnsupportedError as `differentiate` does.
    """
    normalise(proof, WRITTEN_OUT)
    differentiate(proof)
    write_derivatives(proof)
    normalise(proof, COLLECTED)


def differentiate(proof: Proof) -> None:
    """Take the proof from a scalar statement F to its gradients with respect to the variables of the proof.

    Afterwards the line is the gradient, or `Several` gradients in the order of the variables. Raises UnsupportedError
    where the statement is no scalar or a node has no rule.
    """
    if not proof.line.is_scalar:
        raise UnsupportedError(
            f"a gradient needs a scalar objective, found one of shape {show_shape(proof.line.shape)}: {proof.line}; "
            f"ask for the Jacobian instead, or reduce it to a scalar, for example by a sum"
        )
    _Sweep(proof).run()


class _Sweep:
    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self.varies = Dependence(proof.wrt)
        self.holds = Holding()
        # Children are numbered after their parents, and left before right, so that a proof reads from left to right.
        order = reversed(list(ordered([proof.line], lambda node: node.children[::-1])))
        self.rank = {node: position for position, node in enumerate(order)}
        self.terms: dict[Node, list[Node]] = {}

    def run(self) -> None:
        statement = self.proof.line
        self.proof.step(
            statement,
            Differential(statement),
            rule="differential",
            statement="take the differential of both sides",
            relation=Relation.DIFFERENTIAL,
            place=(),
        )
        if not self.varies(statement):
            self.proof.step(
                Differential(statement), tidy.ZERO, rule="constant", statement="dA = 0 for a constant A", place=()
            )
        else:
            self.terms[statement] = [tidy.ONE]
        while pending := [node for node in self.terms if not isinstance(node, Variable)]:
            self._take(min(pending, key=self.rank.__getitem__))
        collected = [self._collected(each) if each in self.terms else None for each in self.proof.wrt]
        identify(self.proof, collected)

    def _take(self, node: Node) -> None:
        """Replace d(node) by its rule and move everything in front of the new differentials."""
        gradient = self._collected(node)
        old = term(gradient, Differential(node))
        rule, made = differential_rule(node, self.varies)
        self._replace(old, [(gradient, made)], rule.name, rule.statement)
        pending = [(gradient, made)]
        while pending:
            factor, linear = pending.pop()
            if tidy.is_zero(factor):
                continue
            if isinstance(linear, Differential):
                self.rank.setdefault(linear.operand, len(self.rank))
                self.terms.setdefault(linear.operand, []).append(factor)
                continue
            name, statement, parts = moved(factor, linear, self.holds)
            self._replace(term(factor, linear), parts, name, statement)
            pending.extend(reversed(parts))

    def _replace(self, old: Node, parts: Sequence[tuple[Node, Node]], rule: str, statement: str) -> None:
        new = tidy.add([term(*part) for part in parts])
        if new is not old:
            self.proof.step(old, new, rule=rule, statement=statement)

    def _collected(self, node: Node) -> Node:
        """The terms ⟨G, d(node)⟩, ⟨H, d(node)⟩, … joined to one, whose G is returned; they are pending no more."""
        gradients = self.terms.pop(node)
        if len(gradients) == 1:
            return gradients[0]
        joined = tidy.add(gradients)
        old = tidy.add([term(gradient, Differential(node)) for gradient in gradients])
        self.proof.step(
            old, term(joined, Differential(node)), rule="collect", statement="⟨G, dX⟩ + ⟨H, dX⟩ = ⟨G + H, dX⟩"
        )
        return joined


def identify(proof: Proof, gradients: Sequence[Node | None]) -> None:
    """The last step, from Σ⟨Gᵢ, dXᵢ⟩ to the Gᵢ: one for each variable of the proof, None where it is zero."""
    found = [
        tidy.zero(*variable.shape) if gradient is None else gradient
        for variable, gradient in zip(proof.wrt, gradients, strict=True)
    ]
    proof.step(
        proof.line,
        found[0] if len(found) == 1 else Several(*found),
        rule="gradient",
        statement=IDENTIFICATION,
        relation=Relation.GRADIENT,
        place=(),
    )
