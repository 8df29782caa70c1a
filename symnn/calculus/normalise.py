"""Bringing a line of a proof to the normal form: rules from the inside out, until none applies."""

from __future__ import annotations

from symnn.algebra.nodes import Map, Node
from symnn.algebra.walk import postorder, substitute
from symnn.calculus.elementwise import DERIVATIVES, found_through
from symnn.calculus.normal_form import NORMAL_FORM
from symnn.calculus.rule import RuleBook
from symnn.errors import UnsupportedError
from symnn.proof.proof import Proof


def normalise(proof: Proof, book: RuleBook = NORMAL_FORM) -> None:
    """Rewrite the line of the proof until no rule applies; each rewriting is one judged step."""
    done: set[Node] = set()
    seen = {proof.line}
    while _rewrite_one(proof, book, done):
        no_circle(proof, seen)


def no_circle(proof: Proof, seen: set[Node]) -> None:
    """Note the line; raises UnsupportedError where it was met before, so that no choice of rules can run for ever."""
    if proof.line in seen:
        raise UnsupportedError(
            f"the rules come back to a line that they met before, and find no normal form: {proof.line}"
        )
    seen.add(proof.line)


def write_derivatives(proof: Proof) -> None:
    """Write f′(Z) out, and through f(Z) where that form is found: σ′(Z) = … = σ(Z) ⊙ (1 − σ(Z))."""
    derivative = DERIVATIVES[Map][0]
    while True:
        found = ((node, made) for node in postorder(proof.line) if (made := derivative.apply(node)) is not None)
        node, made = next(found, (None, None))
        if node is None or made is None:
            return
        line = proof.line
        proof.step(node, made, rule=derivative.name, statement=derivative.statement)
        short = found_through(node)
        if short is None or short is made:
            continue
        written = substitute(line, {node: short})
        # Products join: what was written out need not stand on the line as one part.
        apart = made in postorder(proof.line)
        proof.step(
            made if apart else proof.line,
            short if apart else written,
            rule="derivative through the function",
            statement="f′ as a polynomial in f",
            place=None if apart else (),
        )


def _rewrite_one(proof: Proof, book: RuleBook, done: set[Node]) -> bool:
    for node in postorder(proof.line):
        if node in done:
            continue
        for candidate in book[type(node)]:
            made = candidate.apply(node)
            if made is not None and made is not node:
                proof.step(node, made, rule=candidate.name, statement=candidate.statement)
                return True
        done.add(node)
    return False


def normal(node: Node, book: RuleBook = NORMAL_FORM) -> Node:
    """The normal form without a proof, for rules that compare two expressions."""
    done: set[Node] = set()
    changed = True
    while changed:
        changed = False
        for part in postorder(node):
            if part in done:
                continue
            made = next((m for r in book[type(part)] if (m := r.apply(part)) is not None and m is not part), None)
            if made is not None:
                node, changed = substitute(node, {part: made}), True
                break
            done.add(part)
    return node
