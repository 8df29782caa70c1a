"""A step of a program judged by itself: named values that stand on both sides are variables, equal for all values.

What such a question says is more than what was asked, and its cost does not depend on how large the rest of the program
is. A name is opened where it stands on one side only, or where its differential does: that of a definition is replaced
by those of its parts. Steps that differ in names and sizes alone are one question, which is judged once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from heapq import heappop, heappush

from symnn.algebra.nodes import Differential, Function, Named, Node, Several, Variable
from symnn.algebra.renaming import canonical
from symnn.algebra.walk import fold, substitute, written_out
from symnn.proof.judges.digits import Digits
from symnn.proof.judges.exact import Exact
from symnn.proof.judges.instance import SizePlan
from symnn.proof.judges.question import Question
from symnn.proof.step import Judgement, Relation, Status

LEFT, RIGHT, LEFT_DIFFERENTIATED, RIGHT_DIFFERENTIATED = 1, 2, 4, 8
BOTH, DIFFERENTIATED = LEFT | RIGHT, LEFT_DIFFERENTIATED | RIGHT_DIFFERENTIATED


class Opaque:
    """Asks *exact* and *digits* about steps with named values, for one derivation by the variables `wrt`."""

    def __init__(self, wrt: Sequence[Variable], seed: int) -> None:
        self._wrt = frozenset(wrt)
        self._seed = seed
        self._varying: dict[Node, bool] = dict.fromkeys(wrt, True)

    def judge(self, question: Question) -> Judgement | None:
        """A verdict for all values of the names on both sides; None where that does not settle the question."""
        if question.relation is not Relation.EQUAL:
            return None
        kept = _kept(question.left, question.right)
        if not kept:
            return None
        sides = written_out(substitute(Several(question.left, question.right), {name: name.label for name in kept}))
        varying = [name.label for name in kept if self._varies(name)]
        made = canonical(sides)
        varying += [variable for variable in made.names if variable in self._wrt]
        left, right = made.expression.children
        asked = replace(question, left=left, right=right)
        judgement = _judged(asked, tuple(made.names[label] for label in varying if label in made.names), self._seed)
        if judgement is None:
            return None
        written = {new.name: old.name for old, new in made.sizes.items()}
        return replace(
            judgement, sizes=tuple({written[name]: size for name, size in tried.items()} for tried in judgement.sizes)
        )

    def _varies(self, root: Node) -> bool:
        def combine(node: Node, parts: Sequence[bool]) -> bool:
            return any(parts) and not isinstance(node, Differential)

        return fold(root, combine, self._varying)


@lru_cache(maxsize=4096)
def _judged(question: Question, varying: tuple[Variable, ...], seed: int) -> Judgement | None:
    plan = SizePlan(question.left, question.right, seed=seed)
    for judge in (Exact(plan, varying, seed), Digits(plan, varying, seed)):
        judgement = judge.judge(question)
        if judgement.status in (Status.PROVED, Status.CHECKED):
            return judgement
    return None


def _kept(left: Node, right: Node) -> list[Named]:
    """The names that need not be opened: on both sides, and differentiated on both or on neither; from above."""
    places: dict[Named, int] = {}
    queue: list[tuple[int, int, Named]] = []

    def note(root: Node, is_right: bool, is_differentiated: bool) -> None:
        pending = [(root, is_differentiated)]
        seen = set()
        while pending:
            item = pending.pop()
            if item in seen:
                continue
            seen.add(item)
            node, inside = item
            if isinstance(node, Named):
                if node not in places:
                    heappush(queue, (-node.height, len(places), node))
                found = (LEFT << is_right) | ((LEFT_DIFFERENTIATED << is_right) if inside else 0)
                places[node] = places.get(node, 0) | found
            elif not isinstance(node, Function):
                pending.extend((child, inside or isinstance(node, Differential)) for child in node.children)

    note(left, False, False)
    note(right, True, False)
    kept = []
    while queue:
        # All names whose bodies hold this one are higher, and have been met.
        _, _, name = heappop(queue)
        found = places[name]
        if found & BOTH == BOTH and found & DIFFERENTIATED in (0, DIFFERENTIATED):
            kept.append(name)
            continue
        for is_right in (False, True):
            if found & (LEFT << is_right):
                note(name.body, is_right, False)
            if found & (LEFT_DIFFERENTIATED << is_right):
                note(name.body, is_right, True)
    return kept
