"""The normal form of choices: equal branches, common factors, and sums and products of choices by one mask.

Factors go into a choice with a zero branch, so that what is not chosen is not computed with: 0·∞ has no value.
"""

from __future__ import annotations

from collections import Counter

from symnn.algebra.nodes import Add, Hadamard, Multiply, Node, Number, Where
from symnn.calculus import tidy
from symnn.calculus.rule import RuleBook

CHOICE_IN_A_PRODUCT = "choice in a product"
CHOICES_BY_ONE_MASK = "choices by one mask"

CHOICES = RuleBook()


@CHOICES.rule("choice", Where)
def _where(node: Node) -> Node | None:
    """where(M, A, A) = A, a common factor is in front"""
    return tidy.where(*node.children)


@CHOICES.rule("choice inside a choice", Where)
def _nested(node: Node) -> Node | None:
    """where(M, A, B ⊙ where(M, C, D)) = where(M, A, B ⊙ D)"""
    assert isinstance(node, Where)
    branches = []
    for place, branch in enumerate(node.branches):
        factors = branch.children if isinstance(branch, Hadamard | Multiply) else (branch,)
        inside = [isinstance(factor, Where) and factor.mask is node.mask for factor in factors]
        known = [part.children[1 + place] if same else part for part, same in zip(factors, inside, strict=True)]
        branches.append(tidy.hadamard(known) if any(inside) else branch)
    made = tidy.where(node.mask, *branches)
    return None if made is node else made


@CHOICES.rule(CHOICE_IN_A_PRODUCT, Hadamard, Multiply)
def _product(node: Node) -> Node | None:
    """where(M, A, 0) ⊙ B = where(M, A ⊙ B, 0)"""
    choice = next((factor for factor in node.children if _has_zero(factor)), None)
    others = [factor for factor in node.children if factor is not choice]
    numbers = [factor for factor in others if isinstance(factor, Number)]
    rest = [factor for factor in others if not isinstance(factor, Number)]
    if not isinstance(choice, Where) or not rest or len(others) != len(node.children) - 1:
        return None
    branches = [part if tidy.is_zero(part) else tidy.hadamard([*rest, part]) for part in choice.branches]
    made = tidy.scale(tidy.product(numbers), tidy.where(choice.mask, *branches))
    reordered = type(made) is type(node) and Counter(made.children) == Counter(node.children)
    return None if reordered else made


def _has_zero(node: Node) -> bool:
    return isinstance(node, Where) and any(map(tidy.is_zero, node.branches))


@CHOICES.rule(CHOICES_BY_ONE_MASK, Add)
def _sum(node: Node) -> Node | None:
    """where(M, A, 0) + where(M, 0, B) = where(M, A, B)"""
    known: dict[Node, tuple[int, Node, Where]] = {}
    for place, term in enumerate(node.children):
        number, core = tidy.factored(term)
        if not isinstance(core, Where):
            continue
        if core.mask not in known:
            known[core.mask] = place, number, core
            continue
        first, factor, other = known[core.mask]
        pairs = zip(other.branches, core.branches, strict=True)
        branches = [tidy.add([tidy.scale(factor, mine), tidy.scale(number, theirs)]) for mine, theirs in pairs]
        rest = [part for at, part in enumerate(node.children) if at not in (first, place)]
        return tidy.add([tidy.where(core.mask, *branches), *rest])
    return None
