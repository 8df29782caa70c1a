"""Formulas and conditions in both spellings at once: plain text, and LaTeX."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from symnn.algebra.functions import PRIMITIVES
from symnn.algebra.names import size_latex, size_text
from symnn.algebra.nodes import Function, Node, Several, Variable
from symnn.algebra.notation import latex, text
from symnn.algebra.sizes import Size, inequalities
from symnn.algebra.walk import size_bounds
from symnn.proof.domain import conventions, domain
from symnn.proof.proof import Proof
from symnn.proof.step import Condition


class Spelling(NamedTuple):
    """One piece of writing. For formulas, `latex` is for math mode; for sentences, it has its own dollar signs."""

    text: str
    latex: str


def spelled(node: Node) -> Spelling:
    return Spelling(text(node), latex(node))


_SAID = {
    "symmetric": "{} is symmetric",
    "positive definite": "{} is positive definite",
    "full column rank": "{} has full column rank",
    "full row rank": "{} has full row rank",
    "orthogonal": "{} is orthogonal",
    "onehot": "one entry of {} is 1 and the others are 0",
    "onehot rows": "one entry of each row of {} is 1 and the others are 0",
    "binary": "every entry of {} is 0 or 1",
    "signs": "every entry of {} is 1 or −1",
    "invertible": "{} is invertible",
    "not all zero": "{} ≠ 0",
    "full rank": "{} has full rank",
    "of one largest singular value": "the largest singular value of {} is simple",
    "of one smallest singular value": "the smallest singular value of {} is simple and not 0",
}
_COMPARED = {"positive": (">", ">"), "nonnegative": ("≥", r"\ge"), "nonzero": ("≠", r"\ne")}
_ENTRIES = {"positive": "positive", "nonnegative": "nonnegative", "nonzero": "different from 0"}


def condition(given: Condition) -> Spelling:
    """A condition as a clause: X has full column rank, λ > 0."""
    word, node = given.word, given.node
    if word == "independent":
        maps = node.children if isinstance(node, Several) else (node,)
        shown = Spelling(" and ".join(map(text, maps)), " and ".join(f"${latex(part)}$" for part in maps))
        verb = "vanish together" if len(maps) > 1 else "vanishes"
        return Spelling(*(f"{side} {verb} only at zero" for side in shown))
    if word == "convention":
        return _convention(node)
    shown = spelled(node)
    if word in _COMPARED:
        if node.is_scalar:
            sign = _COMPARED[word]
            return Spelling(f"{shown.text} {sign[0]} 0", f"${shown.latex} {sign[1]} 0$")
        return Spelling(*(f"every entry of {side} is {_ENTRIES[word]}" for side in (shown.text, f"${shown.latex}$")))
    pattern = _SAID[word].removeprefix("every entry of " if node.is_scalar else "")
    if word == "not all zero":
        return Spelling(pattern.format(shown.text), rf"${shown.latex} \ne 0$")
    return Spelling(pattern.format(shown.text), pattern.replace("−1", "$-1$").format(f"${shown.latex}$"))


def _convention(node: Node) -> Spelling:
    """A convention, which is said of a function or of the place of the largest entry."""
    if not isinstance(node, Function):
        said = "entries that are equally extreme share the derivative evenly"
        return Spelling(said, said)
    if node.name == "step":
        said = "a comparison is a constant also where both sides are equal"
        return Spelling(said, said)
    written = PRIMITIVES[node.name].convention
    name, _, rest = written.partition("'")
    return Spelling(written.replace("'", "′"), rf"$\operatorname{{{name}}}'{rest}$")


def condition_text(given: Condition) -> str:
    return condition(given).text


def condition_latex(given: Condition) -> str:
    """A sentence for LaTeX or Markdown, with its formulas between dollar signs."""
    return condition(given).latex


def provided(proof: Proof, conditions: Iterable[Condition]) -> list[Spelling]:
    """What must hold for a theorem: rows that are picked exist, all has a value, and its conditions, each once."""
    bounds = inequalities(size_bounds(proof.statement, proof.line))
    sizes = [
        Spelling(f"{size_text(left)} ≥ {size_text(right)}", rf"${size_latex(left)} \ge {size_latex(right)}$")
        for left, right in bounds
    ]
    given = tuple(conditions)
    return list(dict.fromkeys([*sizes, *map(condition, (*domain(proof.statement, proof.line, given), *given))]))


def agreed(proof: Proof) -> list[Spelling]:
    """The conventions at kinks that a theorem rests on."""
    return list(map(condition, conventions(proof.statement, proof.line, proof.wrt)))


def assumptions(variable: Variable) -> tuple[Condition, ...]:
    """What is assumed of a variable."""
    return tuple(Condition(word, variable) for word in variable.assumptions)


def kind(variable: Variable) -> Spelling:
    """Scalar, vector or matrix with its sizes."""
    if variable.is_scalar:
        return Spelling("scalar", "scalar")
    rows, cols = variable.shape
    if variable.rank == 1:
        return Spelling(f"vector, {size_text(rows)}", f"vector, ${size_latex(rows)}$")
    texts, formulas = zip(*(_side(size) for size in (rows, cols)), strict=True)
    times = r" \times "
    return Spelling(f"matrix, {'×'.join(texts)}", f"matrix, ${times.join(formulas)}$")


def _side(size: Size) -> Spelling:
    shown = Spelling(size_text(size), size_latex(size))
    return Spelling(f"({shown.text})", f"({shown.latex})") if size.is_Add else shown
