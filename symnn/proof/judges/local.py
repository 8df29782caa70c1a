"""A question made local: what stands unchanged on both sides of a step becomes a variable, equal for all its values.

The new question says more than the old one, and its cost does not depend on how large the unchanged parts are. It is
asked only where both sides are analytic in those parts, so that agreement at random values extends to all of them; a
kink is met only where it is one of a part itself, which is then tried at zero, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import heappop, heappush

from symnn.algebra import nodes
from symnn.algebra.functions import ARGUMENT, kinks_of
from symnn.algebra.nodes import Differential, Function, Map, Node, Variable
from symnn.algebra.renaming import renamed
from symnn.algebra.sizes import dim
from symnn.algebra.walk import fold, postorder, size_symbols, variables
from symnn.proof.judges.digits import Digits
from symnn.proof.judges.instance import SizePlan
from symnn.proof.judges.question import Question
from symnn.proof.step import Judgement, Relation, Status

ANALYTIC = (
    nodes.Number,
    nodes.Extent,
    nodes.Variable,
    nodes.Identity,
    nodes.Ones,
    nodes.Zeros,
    nodes.Add,
    nodes.Multiply,
    nodes.Scale,
    nodes.MatMul,
    nodes.Hadamard,
    nodes.Inner,
    nodes.Power,
    nodes.Transpose,
    nodes.Broadcast,
    nodes.SquaredNorm,
    nodes.Trace,
    nodes.Sum,
    nodes.Diagonal,
    nodes.DiagonalPart,
    nodes.Kronecker,
    nodes.Vec,
    nodes.Commutation,
    nodes.Inverse,
    nodes.Determinant,
    nodes.Differential,
    nodes.Function,
    nodes.Map,
)

PART, MASK, SIZE = "part", "mask", "s"


@dataclass(frozen=True)
class LocalQuestion:
    """A question about a few parts by canonical names, so that the same step elsewhere asks the same.

    `varying` are the variables of the derivation in it, `sizes` the symbols that its own sizes stand for.
    """

    question: Question
    varying: tuple[Variable, ...]
    sizes: Mapping[str, str]
    kinked: bool


class Local:
    """Asks *digits* about the parts of a step that change, for one derivation by the variables `wrt`."""

    def __init__(self, wrt: Sequence[Variable], seed: int) -> None:
        self._seed = seed
        self._wrt = frozenset(wrt)
        self._varying: dict[Node, bool] = dict.fromkeys(wrt, True)
        self._variable: dict[Node, bool] = {}

    def judge(self, question: Question) -> Judgement | None:
        """CHECKED for all values of the unchanged parts; None where that does not settle the question."""
        return self._settled(self.localised(question)) or self._settled(self.localised(question, entered=True))

    def _settled(self, local: LocalQuestion | None) -> Judgement | None:
        if local is None:
            return None
        judgement = _judged(local.question, local.varying, self._seed)
        if judgement.status is not Status.CHECKED:
            return None
        if local.kinked and _judged(_at_kinks(local.question), local.varying, self._seed).status is Status.REFUTED:
            return None
        tried = tuple({local.sizes[name]: size for name, size in sizes.items()} for sizes in judgement.sizes)
        return replace(judgement, sizes=tried)

    def localised(self, question: Question, *, entered: bool = False) -> LocalQuestion | None:
        """The question with variables for its unchanged parts; None where it is not known to be analytic in them.

        `entered` are functions with a kink: where a rule is about the kink, as relu x · step x = relu x is, the
        argument stands there without the function, too.
        """
        if question.relation is not Relation.EQUAL:
            return None
        shared = _unchanged(question.left, question.right, entered)
        named: dict[Node, Node] = {}
        for part in _in_order((question.left, question.right), shared):
            named[part] = self._named(part, len(named))
        sides = [fold(side, _rebuilt, dict(named)) for side in (question.left, question.right)]
        fresh = {symbol: dim(f"{SIZE}{number}") for number, symbol in enumerate(size_symbols(*sides), start=1)}
        left, right = (renamed(side, {}, fresh) for side in sides)
        kinked = _kinked(left, right)
        if kinked is None:
            return None
        alone = {node: node for node in variables(*sides) if node in self._wrt}
        varying = [renamed(made, {}, fresh) for part, made in {**named, **alone}.items() if self._varies(part)]
        return LocalQuestion(
            replace(question, left=left, right=right, precision=question.order + max(map(_depth, (left, right)))),
            tuple(made for made in varying if isinstance(made, Variable)),
            {new.name: old.name for old, new in fresh.items()},
            kinked,
        )

    def _named(self, part: Node, number: int) -> Node:
        """A variable in the place of a part; constants stay, and variables of which something is assumed."""
        kept = part.assumptions if isinstance(part, Variable) else not self._has_variables(part)
        return part if kept else Variable(f"{PART}_{number}", *part.shape)

    def _varies(self, root: Node) -> bool:
        """Whether a part varies along the differentials of the derivation; d(dX) = 0."""

        def combine(node: Node, parts: Sequence[bool]) -> bool:
            straight = isinstance(node, Differential) and isinstance(node.operand, Variable)
            return any(parts) and not straight

        return fold(root, combine, self._varying)

    def _has_variables(self, root: Node) -> bool:
        return fold(root, lambda node, parts: isinstance(node, Variable) or any(parts), self._variable)


@lru_cache(maxsize=1024)
def _judged(question: Question, varying: tuple[Variable, ...], seed: int) -> Judgement:
    return Digits(SizePlan(question.left, question.right, seed=seed), varying, seed).judge(question)


# --- unchanged parts ------------------------------------------------------------------------------------------------


def _unchanged(left: Node, right: Node, entered: bool) -> set[Node]:
    """The largest nodes that stand on both sides, found from above without entering them."""
    sides = {left: 1}
    sides[right] = sides.get(right, 0) | 2
    queue: list[tuple[int, int, Node]] = []
    for number, node in enumerate(sides):
        heappush(queue, (-node.height, number, node))
    shared = set()
    while queue:
        # All nodes that hold this one are higher, and have been met.
        _, _, node = heappop(queue)
        if sides[node] == 3 and not (entered and isinstance(node, Map) and _has_kinks(node.function)):
            shared.add(node)
            continue
        for child in () if isinstance(node, Function) else node.children:
            if child not in sides:
                heappush(queue, (-child.height, len(sides), child))
            sides[child] = sides.get(child, 0) | sides[node]
    return shared


def _in_order(roots: Sequence[Node], shared: set[Node]) -> Iterator[Node]:
    """The unchanged parts in the order in which one reads them, each once."""
    seen: set[Node] = set()
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if node in shared:
            yield node
        elif not isinstance(node, Function):
            stack.extend(reversed(node.children))


def _rebuilt(node: Node, children: Sequence[Node]) -> Node:
    return node if isinstance(node, Function) or not children else node.rebuild(children)


def _depth(root: Node) -> int:
    """How many differentials stand inside each other."""

    def combine(node: Node, parts: Sequence[int]) -> int:
        return max(parts, default=0) + isinstance(node, Differential)

    return fold(root, combine)


# --- kinks ----------------------------------------------------------------------------------------------------------


def _kinked(*roots: Node) -> bool | None:
    """Whether there are kinks, all of them at the zeros of variables; None for other kinks, and for unknown nodes."""
    found = False
    for node in postorder(*roots):
        if not isinstance(node, ANALYTIC):
            return None
        if isinstance(node, Map):
            bare = _has_kinks(node.function)
            if bare is None or (bare and not isinstance(node.operand, Variable)):
                return None
            found = found or bare
    return found


def _has_kinks(function: Function) -> bool | None:
    """Whether a function has a kink, and only at zero; None for kinks elsewhere."""
    if function.body is None:
        kinks = kinks_of(function.name)
        return None if any(kinks) else bool(kinks)
    found = False
    for node in postorder(function.body):
        if not isinstance(node, ANALYTIC):
            return None
        if isinstance(node, Map):
            inner = _has_kinks(node.function)
            if inner is None or (inner and node.operand is not ARGUMENT):
                return None
            found = found or inner
    return found


def _at_kinks(question: Question) -> Question:
    """The question with entries of the parts zero here and there."""
    holed: dict[Node, Node] = {}
    for variable in variables(question.left, question.right):
        if not variable.assumptions:
            mask = Variable(f"{MASK}_{variable.name}", *variable.shape, assumptions=("binary",))
            holed[variable] = mask * variable
    left, right = (fold(side, _rebuilt, dict(holed)) for side in (question.left, question.right))
    return replace(question, left=left, right=right)
