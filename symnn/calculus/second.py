"""The differential of a line written out by rules: first differentials inside out, second differentials, directions."""

from __future__ import annotations

from symnn.algebra.nodes import Add, Differential, Multiply, Node, Variable
from symnn.algebra.walk import postorder
from symnn.calculus import tidy
from symnn.calculus.differential import Dependence, differential_rule
from symnn.calculus.normal_form import NORMAL_FORM
from symnn.calculus.normalise import normalise
from symnn.calculus.squares import write_squares
from symnn.proof.judges.structure import differential_of
from symnn.proof.proof import Proof
from symnn.proof.step import Relation

ARITHMETIC = NORMAL_FORM.only("arithmetic", "scalar factors")


def take_differential(proof: Proof) -> None:
    """Take the line to its differential, written out until only differentials of variables are left."""
    line = proof.line
    proof.step(
        line,
        differential_of(line),
        rule="differential",
        statement="take the differential of both sides",
        relation=Relation.DIFFERENTIAL,
        place=(),
    )
    varies = Dependence(proof.wrt)
    while (found := _open_differential(proof.line, proof.wrt)) is not None:
        operand = found.operand
        rule, made = differential_rule(operand, varies)
        proof.step(found, made, rule=rule.name, statement=rule.statement)


def _open_differential(line: Node, wrt: tuple[Variable, ...]) -> Differential | None:
    """An outermost differential that a rule can write out."""
    found = None
    for node in postorder(line):
        if isinstance(node, Differential) and node.operand not in wrt:
            found = node
    return found


def second_differential(proof: Proof) -> None:
    """Take a scalar statement F to d²F, a quadratic form in the differentials of the variables, as a sum of squares.

    d(dX) = 0: the variables move along straight lines.
    """
    take_differential(proof)
    normalise(proof, ARITHMETIC)
    take_differential(proof)
    directions: list[Node] = [Differential(variable) for variable in proof.wrt]
    normalise(proof)
    write_squares(proof, directions)
    _distribute(proof)


def _distribute(proof: Proof) -> None:
    """Multiply a sum of squares out with the number in front of it."""
    line = proof.line
    total = next((part for part in line.children if isinstance(part, Add)), None)
    if total is None or not isinstance(line, Multiply):
        return
    others = [part for part in line.children if part is not total]
    proof.step(
        line,
        tidy.add([tidy.product([*others, term]) for term in total.children]),
        rule="distributive law",
        statement="a(b + c) = ab + ac",
        place=(),
    )
