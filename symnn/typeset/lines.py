"""A proof as the lines that a lecturer writes: what stands left of the sign, the sign, and what stands right of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from symnn.algebra.nodes import Add, Differential, Equation, Named, Node, Several, Variable
from symnn.algebra.notation import latex, text
from symnn.algebra.walk import all_names, postorder
from symnn.proof.proof import Proof
from symnn.proof.step import Relation, Step
from symnn.typeset.spelling import Spelling, spelled

NOTHING = Spelling("", "")
EQUALS = Spelling("=", "=")
IFF = Spelling("⟺", r"\iff")
GREATER = Spelling(">", ">")
LONG_SUM = 8


@dataclass(frozen=True)
class Line:
    """One numbered line. `left` is empty where it is that of the line before; `step` is None on the first line.

    There is one row, or one for each part of a system of several; of a system that a step changes in part, the parts
    that it changes.
    """

    number: int
    left: Spelling
    sign: Spelling
    rows: tuple[Spelling, ...]
    node: Node
    step: Step | None

    @property
    def rule(self) -> str:
        return self.step.rule if self.step else ""


def proof_lines(proof: Proof, offset: int = 0) -> list[Line]:
    """The lines of a proof; the first has the number offset + 1."""
    names = _names(proof)
    before: tuple[Spelling, ...] = ()
    lines: list[Line] = []
    for number, (node, step) in enumerate(zip(proof.lines(), (None, *proof.steps), strict=True), start=offset + 1):
        if step is not None:
            names = _renamed(names, step.relation, proof)
        goes_on = bool(lines) and names == before
        new = news(lines[-1].node, node) if goes_on else None
        left, sign, rows = _spelled(names, before, node if new is None else new, step, proof)
        if new is not None:
            rows = (Spelling(f"… + {rows[0].text}", rf"\dots + {rows[0].latex}"),)
        elif goes_on and step is not proof.steps[-1]:
            rows = _changed(rows, lines[-1].node, node)
        lines.append(Line(number, left, sign, rows, node, step))
        before = names
    return lines


def news(before: Node, node: Node) -> Node | None:
    """The terms of a long sum that are not on the line before, to be written after three dots; None: write it whole."""
    if not isinstance(node, Add) or len(node.children) <= LONG_SUM:
        return None
    terms = set(before.children) if isinstance(before, Add) else {before}
    kept = [term for term in node.children if term not in terms]
    return (Add(*kept) if len(kept) > 1 else kept[0]) if kept else None


def _changed(rows: tuple[Spelling, ...], before: Node, node: Node) -> tuple[Spelling, ...]:
    """The rows of the parts of a system that differ from those of the line before."""
    if not isinstance(node, Several) or not isinstance(before, Several) or len(rows) != len(node.children):
        return rows
    if len(before.children) != len(node.children):
        return rows
    parts = zip(rows, node.children, before.children, strict=True)
    return tuple(row for row, part, other in parts if part is not other) or rows


def _spelled(
    names: tuple[Spelling, ...], before: tuple[Spelling, ...], node: Node, step: Step | None, proof: Proof
) -> tuple[Spelling, Spelling, tuple[Spelling, ...]]:
    if step is not None and step.relation is Relation.POSITIVE:
        return NOTHING, GREATER, (_unless_zero(proof, node),)
    if _is_equation(node):
        follows = step is not None and step.relation is not Relation.STATIONARY
        return NOTHING, IFF if follows else NOTHING, _rows(node)
    if len(names) > 1 and isinstance(node, Several) and len(node.children) == len(names):
        return NOTHING, NOTHING, tuple(map(_equated, names, map(spelled, node.children)))
    if names and names != before:
        return names[0], EQUALS, _rows(node)
    return NOTHING, EQUALS if step else NOTHING, _rows(node)


def _rows(node: Node) -> tuple[Spelling, ...]:
    return tuple(map(spelled, node.children)) if isinstance(node, Several) else (spelled(node),)


def _equated(left: Spelling, right: Spelling) -> Spelling:
    return Spelling(f"{left.text} = {right.text}", f"{left.latex} = {right.latex}")


def _is_equation(node: Node) -> bool:
    parts = node.children if isinstance(node, Several) else (node,)
    return any(isinstance(part, Equation) for part in parts)


# --- what the lines are called --------------------------------------------------------------------------------------


def _names(proof: Proof) -> tuple[Spelling, ...]:
    """What the statement is called: f, the gradients where they are set to zero, or nothing."""
    relations = [step.relation for step in proof.steps]
    if _is_equation(proof.statement):
        return ()
    if proof.symbols:
        return tuple(Spelling(*symbol) for symbol in proof.symbols)
    if Relation.STATIONARY in relations and Relation.GRADIENT not in relations:
        return gradient_symbols(proof.statement, proof.wrt)
    if Relation.POSITIVE in relations and Relation.DIFFERENTIAL not in relations:
        return ()
    return (_function(proof),)


def _function(proof: Proof) -> Spelling:
    letter = letter_for(proof.statement)
    return Spelling(letter, letter)


def letter_for(objective: Node) -> str:
    """What an objective is called: a letter that is none of its variables."""
    taken = {text(node) for node in postorder(objective) if not node.children}
    return next((letter for letter in "fFgGhH" if letter not in taken), "f")


def gradient_symbols(objective: Node, wrt: Iterable[Variable], letter: str = "") -> tuple[Spelling, ...]:
    """What the gradients of an objective are called, of the given letter or of one that is none of its variables."""
    letter = letter or letter_for(objective)
    return tuple(
        Spelling(f"∇_{text(variable)} {letter}", rf"\nabla_{{\!{latex(variable)}}} {letter}") for variable in wrt
    )


def _renamed(names: tuple[Spelling, ...], relation: Relation, proof: Proof) -> tuple[Spelling, ...]:
    if relation is Relation.GRADIENT:
        return gradient_symbols(proof.statement, proof.wrt, _names(proof)[0].text)
    if relation is Relation.DIFFERENTIAL:
        return tuple(_differential(name) for name in names)
    if relation is Relation.STACKED:
        return tuple(Spelling(f"vec {name.text}", rf"\operatorname{{vec}} {name.latex}") for name in names)
    if relation is Relation.JACOBIAN:
        return tuple(_jacobian(_names(proof)[0], variable) for variable in proof.wrt)
    return names


def _differential(name: Spelling) -> Spelling:
    if len(name.text) == 1:
        return Spelling(f"d{name.text}", rf"\mathrm{{d}} {name.latex}")
    if len(name.text) == 2 and name.text[0] == "d":
        return Spelling(f"d²{name.text[1]}", rf"\mathrm{{d}}^{{2}} {name.text[1]}")
    return Spelling(f"d({name.text})", rf"\mathrm{{d}}({name.latex})")


def _jacobian(name: Spelling, variable: Variable) -> Spelling:
    below = spelled(variable)
    if name.text.startswith(f"∇_{below.text} "):
        return Spelling(name.text.replace("∇", "∇²", 1), name.latex.replace(r"\nabla", r"\nabla^{2}", 1))
    whole = name if len(name.text) == 1 else Spelling(f"({name.text})", f"({name.latex})")
    return Spelling(f"∂{whole.text}/∂{below.text}", rf"\frac{{\partial {whole.latex}}}{{\partial {below.latex}}}")


def _unless_zero(proof: Proof, node: Node) -> Spelling:
    differentials = any(isinstance(part, Differential) for part in postorder(node))
    unknowns = [spelled(Differential(variable) if differentials else variable) for variable in proof.wrt]
    return Spelling(
        "0 unless " + " and ".join(f"{unknown.text} = 0" for unknown in unknowns),
        r"0 \quad\text{unless}\quad " + r" \text{ and } ".join(f"{unknown.latex} = 0" for unknown in unknowns),
    )


# --- what a proof shows ---------------------------------------------------------------------------------------------


def theorem(lines: Sequence[Line]) -> list[tuple[str, tuple[Spelling, ...]]]:
    """What the lines of a proof show: words, each followed by a formula or a system of several."""
    shown = _shown(lines)
    given = all_names(lines[0].node)
    made = [name for name in all_names(lines[-1].node) if name not in set(given)]
    place = 1 if shown[0][0] == "Let" else len(shown)
    return [*shown[:place], *_where(given), *shown[place:], *_where(made)]


def _where(names: Sequence[Named]) -> list[tuple[str, tuple[Spelling, ...]]]:
    """What names stand for."""
    rows = tuple(_equated(spelled(name.label), spelled(name.body)) for name in names)
    return [("where", rows)] if rows else []


def _shown(lines: Sequence[Line]) -> list[tuple[str, tuple[Spelling, ...]]]:
    first, last = lines[0], lines[-1]
    begin = ("Let", _whole(first))
    if last is first:
        return [begin]
    named = next((line for line in reversed(lines) if line.left.text), None)
    if last.step is not None and last.step.relation is Relation.POSITIVE:
        shown = named.left if named else first.rows[0]
        positive = Spelling(f"{shown.text} > {last.rows[0].text}", f"{shown.latex} > {last.rows[0].latex}")
        return [begin, ("Then", (positive,))] if named else [("Always", (positive,))]
    if _is_equation(last.node):
        if _is_equation(first.node):
            return [("The statement", first.rows), ("holds if and only if", last.rows)]
        return [begin, ("This is zero if and only if", last.rows)]
    if not last.left.text and not last.sign.text:
        return [begin, ("Then", last.rows)]
    if named is None or named is first:
        return [("Always", (_equated(first.rows[0], last.rows[0]),))]
    return [begin, ("Then", (_equated(named.left, last.rows[0]),))]


def _whole(line: Line) -> tuple[Spelling, ...]:
    return (_equated(line.left, line.rows[0]),) if line.left.text else line.rows
