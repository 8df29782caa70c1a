"""Where a theorem holds: what its expressions need to have a value, and the conventions at kinks.

Both are read off the first and the last line of a proof, and so cannot be left out of it. Nothing is said that already
follows from how an expression is built, from what is assumed of its variables, or from another condition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from symnn.algebra.functions import ARGUMENT, JUMPS, kinks_of
from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Determinant,
    Diagonal,
    ExtremePlace,
    Function,
    Hadamard,
    Inner,
    Inverse,
    Map,
    MatMul,
    Multiply,
    Node,
    Number,
    Ones,
    Power,
    Scale,
    SingularPart,
    SquaredNorm,
    Sum,
    Transpose,
    Variable,
    Where,
)
from symnn.algebra.ranges import (
    ANY,
    NONNEGATIVE,
    POSITIVE,
    Range,
    constant_of,
    facts,
    is_square,
    limits,
    range_of,
)
from symnn.algebra.sizes import same_shape, same_size
from symnn.algebra.walk import dependents, postorder, substitute, unnamed, variables
from symnn.errors import DomainError
from symnn.proof.court import Court
from symnn.proof.judges.structure import is_definite, is_invertible
from symnn.proof.step import Condition, Relation, Status

Guards: TypeAlias = frozenset[tuple[Node, bool]]
"""The masks that let an entry be used, each with whether it must be 1 or 0."""
Need: TypeAlias = tuple[str, Node]
Guarded: TypeAlias = tuple[str, Node, Guards]

UNGUARDED: Guards = frozenset()
ENTRY_BY_ENTRY = (Add, Multiply, Hadamard, Scale, Power, Map, Where)

MET: Mapping[str, Callable[[Range], bool]] = {
    "positive": lambda entries: entries.is_positive,
    "nonnegative": lambda entries: entries.is_nonnegative,
    "nonzero": lambda entries: entries.is_nonzero,
    "not all zero": lambda entries: entries.is_nonzero,
}
IMPOSSIBLE: Mapping[str, Callable[[Range], bool]] = {
    "positive": lambda entries: entries.negated().is_nonnegative,
    "nonnegative": lambda entries: entries.negated().is_positive,
    "nonzero": lambda entries: entries.is_zero,
    "not all zero": lambda entries: entries.is_zero,
}
SIDES = {"positive": POSITIVE, "nonnegative": NONNEGATIVE}
SINGULAR = {
    "nuclear": "full rank",
    "spectral": "of one largest singular value",
    "smallest": "of one smallest singular value",
}
RANKS = frozenset({"full column rank", "full row rank"})
STRONGER: Mapping[str, tuple[str, ...]] = {
    "nonnegative": ("positive",),
    "nonzero": ("positive",),
    "not all zero": ("positive", "nonzero"),
}


@lru_cache(maxsize=256)
def domain(statement: Node, result: Node, given: tuple[Condition, ...] = ()) -> tuple[Condition, ...]:
    """The conditions under which both expressions have a value, each once, those that follow left out.

    `given` are conditions that the theorem has anyway. Raises DomainError for what has no value anywhere, as log(−2).
    """
    found: dict[Guarded, None] = {}
    for root in dict.fromkeys(unnamed(statement, result)):
        for node, guards in _guarded(root):
            for word, operand in needs(node):
                found.update(dict.fromkeys(_conditions(word, operand, guards, given)))
    known: list[Guarded] = [(condition.word, condition.node, UNGUARDED) for condition in given]
    left = [need for need in found if not any(_follows(need, other) for other in (*known, *found))]
    kept: list[Guarded] = []
    for need in left:
        if any(_same(need, other) for other in known):
            continue
        twin = next((place for place, other in enumerate(kept) if _same(need, other) or _same(other, need)), None)
        if twin is None:
            kept.append(need)
        else:
            kept[twin] = _joined(need, kept[twin])
    for need in list(kept):
        word, node, guards = need
        others = [other for other in (*known, *kept) if other != need and other[2] <= guards]
        if others and _is_met(word, node, _limits(guards, others), given):
            kept.remove(need)
    return tuple(Condition(word, _where_used(node, guards)) for word, node, guards in kept)


def _guarded(root: Node) -> Iterator[tuple[Node, Guards]]:
    """Every node with the masks under which alone its entries are used."""
    guards: dict[Node, Guards] = {root: UNGUARDED}
    for node in reversed(list(postorder(root))):
        mine = guards.get(node, UNGUARDED)
        yield node, mine
        for place, child in enumerate(node.children):
            inherited = mine if isinstance(node, ENTRY_BY_ENTRY) and same_shape(child.shape, node.shape) else UNGUARDED
            if isinstance(node, Where) and place:
                inherited = inherited | {(node.mask, place == 1)}
            guards[child] = guards[child] & inherited if child in guards else inherited


def needs(node: Node) -> Iterator[Need]:
    """What one operation asks of its operands."""
    match node:
        case Map():
            yield from _asked_by(node.function, node.operand)
        case Power():
            base, exponent = node.children
            value = constant_of(exponent)
            if value is None:
                yield "positive", base
            elif value.denominator > 1:
                yield "positive" if value < 0 else "nonnegative", base
            elif value < 0:
                yield "nonzero", base
        case Inverse():
            yield "nonzero" if node.is_scalar else "invertible", node.children[0]
        case SingularPart():
            yield SINGULAR[node.kind], node.operand


def _asked_by(function: Function, operand: Node) -> Iterator[Need]:
    if function.body is not None:
        for condition in domain(function.body, function.body):
            if condition.node is ARGUMENT or operand.is_scalar:
                yield condition.word, substitute(condition.node, {ARGUMENT: operand})
            elif not MET[condition.word](range_of(condition.node, {ARGUMENT: range_of(operand)})):
                yield condition.word, Map(Function(f"{function.name}_domain", condition.node), operand)
    elif function.name == "log":
        yield "positive", operand
    elif function.name == "sqrt":
        yield "positive" if function.order else "nonnegative", operand
    elif function.name == "tan":
        yield "nonzero", Map(Function("cos"), operand)


# --- the simplest form of a condition -------------------------------------------------------------------------------


def _conditions(word: str, operand: Node, guards: Guards, given: Sequence[Condition]) -> Iterator[Guarded]:
    pending: list[Guarded] = [(word, operand, guards)]
    while pending:
        word, node, guards = pending.pop()
        known = _limits(guards)
        if _is_met(word, node, known, given):
            continue
        if isinstance(node, Where) and word in MET:
            pending += [(word, node.children[place], guards | {(node.mask, place == 1)}) for place in (2, 1)]
            continue
        parts = _simpler(word, node, known)
        if parts is not None:
            pending += [(part_word, part, guards) for part_word, part in reversed(parts)]
            continue
        if not guards and word in IMPOSSIBLE and IMPOSSIBLE[word](range_of(node)):
            raise DomainError(f"{node} must be {word}, and never is; the expression has no value anywhere")
        yield word, node, guards


def _limits(guards: Guards, needs: Sequence[Guarded] = ()) -> dict[Node, Range]:
    """What is known of entries where masks let them be used, and where other conditions hold."""
    found: dict[Node, Range] = {}
    sides = [facts(mask, holds) for mask, holds in guards]
    sides += [limits(node, SIDES[word]) for word, node, _ in needs if word in SIDES]
    for side in sides:
        for node, entries in side.items():
            found[node] = entries.intersection(found.get(node, ANY))
    return found


def _is_met(word: str, node: Node, known: Mapping[Node, Range], given: Sequence[Condition]) -> bool:
    if word == "invertible":
        return is_invertible(node, given)
    if word in SINGULAR.values():
        return word == "full rank" and _has_full_rank(node, given)
    if isinstance(node, Determinant):
        matrix = node.children[0]
        return is_definite(matrix, given) if word != "nonzero" else is_invertible(matrix, given)
    return MET[word](range_of(node, known)) or (node.is_scalar and word == "nonzero" and is_invertible(node, given))


def _has_full_rank(node: Node, given: Sequence[Condition]) -> bool:
    words = node.assumptions if isinstance(node, Variable) else ()
    return bool(RANKS & set(words)) or (same_size(node.rows, node.cols) and is_invertible(node, given))


def _simpler(word: str, node: Node, known: Mapping[Node, Range]) -> list[Need] | None:
    """Conditions on parts of an expression that together say the same; None for one that is as simple as it can be."""
    if word == "invertible":
        return _simpler_matrix(node)
    if word in SINGULAR.values():
        return None
    parts = node.children
    match node:
        case Broadcast() | Transpose():
            return [(word, parts[0])]
        case Multiply() | Hadamard() | Scale() if word == "nonzero":
            return [(word, part) for part in parts]
        case Multiply() | Hadamard() | Scale() if word != "not all zero":
            open_parts = [part for part in parts if not range_of(part, known).is_positive]
            return [(word, open_parts[0])] if len(open_parts) == 1 and len(parts) > 1 else None
        case Scale() if word == "not all zero":
            return [("nonzero", parts[0]), (word, parts[1])]
        case Power() if isinstance(parts[1], Number):
            return _simpler_power(word, parts[0], parts[1])
        case Map() if node.function.name in ("abs", "relu", "sqrt") and not node.function.order:
            if word == "nonnegative":
                return []
            inner = "nonzero" if node.function.name == "abs" else "positive"
            return [("not all zero" if word == "not all zero" and inner == "nonzero" else inner, node.operand)]
        case Determinant() if word == "nonzero":
            return [("invertible", parts[0])]
        case SquaredNorm() | Inner() | MatMul() | Sum() if word != "nonnegative":
            root = _root_of_square(node)
            return None if root is None else [("nonzero" if root.is_scalar else "not all zero", root)]
    return None


def _simpler_power(word: str, base: Node, exponent: Number) -> list[Need] | None:
    if word == "not all zero":
        return [(word, base)] if exponent.value > 0 else []
    if word == "nonzero":
        return [(word, base)]
    if not exponent.value.is_Integer:
        return [("positive", base)] if word == "positive" else []
    if exponent.value % 2 == 0:
        return [("nonzero", base)] if word == "positive" else []
    return [(word, base)]


def _root_of_square(node: Node) -> Node | None:
    """The A of a sum of the squares of all entries of A."""
    match node:
        case SquaredNorm():
            return node.children[0]
        case Inner() if node.children[0] is node.children[1]:
            return node.children[0]
        case MatMul() if len(node.children) == 2 and is_square(node):
            return node.children[1]
        case Sum() if node.axis == -1 and isinstance(node.children[0], Power):
            base, exponent = node.children[0].children
            return base if isinstance(exponent, Number) and exponent.value > 0 and exponent.value % 2 == 0 else None
    return None


def _simpler_matrix(node: Node) -> list[Need] | None:
    match node:
        case Transpose() | Inverse():
            return [("invertible", node.children[0])]
        case Scale():
            return [("nonzero", node.children[0]), ("invertible", node.children[1])]
        case MatMul() if all(same_size(part.rows, part.cols) for part in node.children):
            return [("invertible", part) for part in node.children]
        case Diagonal():
            return [("nonzero", node.children[0])]
    return None


def _where_used(node: Node, guards: Guards) -> Node:
    """A node with 1, which meets all conditions, where a mask keeps its entries from being used."""
    one: Node = Number(1) if node.is_scalar else Ones(*node.shape)
    for mask, holds in sorted(guards, key=lambda guard: str(guard[0])):
        if same_shape(mask.shape, node.shape):
            node = Where(mask, node, one) if holds else Where(mask, one, node)
    return node


def _follows(need: Guarded, other: Guarded) -> bool:
    """Whether a condition follows from another one that says more."""
    (word, node, guards), (stronger, wider, fewer) = need, other
    if need == other or not fewer <= guards:
        return False
    if word == "invertible" and isinstance(wider, Determinant):
        return stronger in ("positive", "nonzero") and wider.children[0] is node
    return node is wider and (word == stronger or stronger in STRONGER.get(word, ()))


def _same(need: Guarded, other: Guarded) -> bool:
    """Whether two conditions say the same of expressions that are equal, or each other's transpose."""
    (word, node, guards), (known, twin, others) = need, other
    if guards != others or not (word == known or known in STRONGER.get(word, ())):
        return False
    if set(variables(node)) != set(variables(twin)):
        return False
    twins = [twin, Transpose(twin)] if word == "invertible" else [twin]
    court = Court(node, ())
    return any(
        same_shape(node.shape, each.shape)
        and court.judge(Relation.EQUAL, node, each, line=node).status is Status.PROVED
        for each in twins
    )


def _joined(need: Guarded, other: Guarded) -> Guarded:
    """The stronger word of two that are said of the same, and the shorter writing of it."""
    word = need[0] if need[0] in STRONGER.get(other[0], ()) else other[0]
    return word, min(other[1], need[1], key=lambda node: len(str(node))), other[2]


# --- conventions at kinks -------------------------------------------------------------------------------------------


def conventions(statement: Node, result: Node, wrt: Sequence[Variable]) -> tuple[Condition, ...]:
    """What is agreed where a derivative does not exist: the kinked functions of which something is left in the result.

    The node of such a condition is the function, or an `ExtremePlace`.
    """
    statement, result = unnamed(statement, result)
    live = dependents(statement, wrt)
    kinked = dict.fromkeys(
        node.function for node in postorder(statement) if isinstance(node, Map) and node.operand in live
    )
    names = dict.fromkeys(primitive for function in kinked for primitive in _primitives(function))
    used = dict.fromkeys(node.function for node in postorder(result) if isinstance(node, Map))
    left = {primitive for function in used for primitive in _primitives(function)}
    found: list[Node] = []
    for name in names:
        if kinks_of(name) and (name in JUMPS or left & JUMPS):
            found.append(Function(name))
    found += [node for node in postorder(result) if isinstance(node, ExtremePlace)][:1]
    return tuple(Condition("convention", node) for node in found)


def _primitives(function: Function) -> list[str]:
    """The names of the primitives that a function is made of."""
    if function.body is None:
        return [function.name]
    inner = [node.function for node in postorder(function.body) if isinstance(node, Map)]
    return [name for part in inner for name in _primitives(part)]
