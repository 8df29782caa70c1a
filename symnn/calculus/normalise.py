"""Bringing a line of a proof to the normal form: rules from the inside out, until none applies."""

from __future__ import annotations

from collections.abc import Callable

from symnn.algebra.nodes import Map, Node
from symnn.calculus.elementwise import DERIVATIVES, found_through
from symnn.calculus.normal_form import NORMAL_FORM
from symnn.calculus.rewriting import Draft, Rewriting, rewrite
from symnn.calculus.rule import RuleBook
from symnn.errors import UnsupportedError
from symnn.proof.proof import Proof


def normalise(proof: Proof, book: RuleBook = NORMAL_FORM) -> None:
    """Rewrite the line of the proof until no rule applies; each rewriting is one judged step."""
    rewrite(proof, _by_rules(book))


def normal(node: Node, book: RuleBook = NORMAL_FORM) -> Node:
    """The normal form without a proof, for rules that compare two expressions."""
    draft = Draft(node)
    rewrite(draft, _by_rules(book))
    return draft.line


def _by_rules(book: RuleBook) -> Callable[[Node], Rewriting | None]:
    def rewriting(node: Node) -> Rewriting | None:
        for rule in book[type(node)]:
            made = rule.apply(node)
            if made is not None and made is not node:
                return rule.name, rule.statement, made
        return None

    return rewriting


def write_derivatives(proof: Proof) -> None:
    """Write f′(Z) out, and through f(Z) where that form is found: σ′(Z) = … = σ(Z) ⊙ (1 − σ(Z))."""
    derivative = DERIVATIVES[Map][0]
    through: dict[Node, Node] = {}

    def rewriting(node: Node) -> Rewriting | None:
        if node in through:
            return "derivative through the function", "f′ as a polynomial in f", through.pop(node)
        made = derivative.apply(node)
        if made is None:
            return None
        short = found_through(node)
        if short is not None and short is not made:
            # Products join: what is written out need not stand on the line as one part.
            if not proof.stays_whole(node, made):
                return "derivative through the function", "f′ as a polynomial in f", short
            through[made] = short
        return derivative.name, derivative.statement, made

    rewrite(proof, rewriting)


def no_circle(proof: Proof, seen: set[Node]) -> None:
    """Note the line; raises UnsupportedError where it was met before, so that no choice of rules can run for ever."""
    if proof.line in seen:
        raise UnsupportedError(
            f"the rules come back to a line that they met before, and find no normal form: {proof.line}"
        )
    seen.add(proof.line)
