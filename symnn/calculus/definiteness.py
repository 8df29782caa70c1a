"""Lemmas on signs: that a matrix is positive definite, and that a second differential is positive or negative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symnn.algebra.nodes import MatMul, Multiply, Node, Number, Power, Transpose, Variable
from symnn.algebra.walk import variables
from symnn.calculus import tidy
from symnn.calculus.linear import multiply_out
from symnn.calculus.second import second_differential
from symnn.calculus.squares import write_squares
from symnn.errors import RefutedError, UnsupportedError
from symnn.proof.judges.sign import needed
from symnn.proof.proof import Proof
from symnn.proof.step import Condition, Relation


@dataclass(frozen=True)
class Lemma:
    """A proof that a form is positive, and the conditions beyond the given ones under which it is."""

    proof: Proof
    conditions: tuple[Condition, ...]


def matrix_lemma(matrix: Node, objective: Node, given: Sequence[Condition], seed: int) -> Lemma | None:
    """vᵀMv > 0 for v ≠ 0, or mv² > 0 for a scalar; None where the form is no sum of weighted squares."""
    names = {variable.name for variable in variables(objective)}
    name = next(name for name in ("v", "p", "q", "u", "z", "v_") if name not in names)
    direction = Variable(name, matrix.rows, 1, 0 if matrix.is_scalar else 1)
    square = Power(direction, Number(2))
    form = Multiply(matrix, square) if matrix.is_scalar else MatMul(Transpose(direction), matrix, direction)
    word = "positive" if matrix.is_scalar else "positive definite"
    lemma = Proof(form, [direction], title=f"{matrix} is {word}", seed=seed)
    multiply_out(lemma, [direction], fully=True)
    write_squares(lemma, [direction])
    return _positive(lemma, given)


def second_lemma(objective: Node, wrt: Sequence[Variable], given: Sequence[Condition], seed: int) -> Lemma | None:
    """d²F > 0 for directions that are not all zero; None where it is no sum of weighted squares."""
    by = f" by {', '.join(map(str, wrt))}" if set(wrt) < set(variables(objective)) else ""
    lemma = Proof(objective, wrt, title=f"The second differential{by} is positive", seed=seed)
    try:
        second_differential(lemma)
    except (UnsupportedError, RefutedError):
        return None
    return _positive(lemma, given)


def negative_lemma(objective: Node, wrt: Sequence[Variable], given: Sequence[Condition], seed: int) -> Lemma | None:
    """d²(−F) > 0, in the same way."""
    found = second_lemma(tidy.negative(objective), wrt, given, seed)
    if found is not None:
        found.proof.title = found.proof.title.replace("differential", "differential of −F")
    return found


def _positive(lemma: Proof, given: Sequence[Condition]) -> Lemma | None:
    form = lemma.line
    missing = needed(form, lemma.wrt, given)
    if missing is None:
        return None
    lemma.conditions = (*given, *missing)
    lemma.step(
        form,
        form,
        rule="sum of squares",
        statement="weighted squares that vanish together only at zero",
        relation=Relation.POSITIVE,
        place=(),
        uses=missing,
    )
    return Lemma(lemma, tuple(missing))
