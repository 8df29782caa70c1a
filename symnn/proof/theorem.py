"""The theorem of a proof in words that come from its nodes alone, and what the lemmas before it prove of it."""

from __future__ import annotations

from collections.abc import Sequence

from symnn.algebra.functions import ARGUMENT, arbitrary_functions
from symnn.algebra.names import printable
from symnn.algebra.nodes import Function, MatMul, Multiply, Node, Number, Power, Transpose, Variable
from symnn.algebra.sizes import bounds_in_words, same_shape, show_shape
from symnn.algebra.walk import all_names, depends, postorder, size_bounds, variables
from symnn.proof.court import Court
from symnn.proof.domain import conventions, domain
from symnn.proof.proof import Proof
from symnn.proof.step import Condition, Relation, Status


def theorem_text(
    statement: Node,
    result: Node,
    wrt: Sequence[Node],
    conditions: Sequence[Condition],
    relations: Sequence[Relation],
    earlier: Sequence[Proof] = (),
) -> str:
    """What is proved: the first and the last line, all that occurs in them, and the conditions.

    `relations` are those of the steps in their order, `earlier` the proofs that may be lemmas.
    """
    words = dict.fromkeys(relation.value for relation in relations) or {"equal": None}
    roots = [statement, result, *wrt, *(condition.node for condition in conditions)]
    lines = [f"theorem: {statement}", f"  leads to {result}", f"  by the relations {', '.join(words)}"]
    lines += [f"  with respect to {', '.join(map(str, wrt))}"] if wrt else []
    lines += [f"  where {_declaration(variable)}" for variable in variables(*roots)]
    lines += [f"  where {node.name} = {node.body}" for node in all_names(*roots)]
    lines += [f"  where {words_of_bound}" for words_of_bound in bounds_in_words(size_bounds(*roots))]
    lines += [f"  for any differentiable function {name}, of each entry" for name in arbitrary_functions(*roots)]
    lines += [f"  where {function(ARGUMENT)} = {function.body}" for function in _defined_functions(*roots)]
    proved = established(conditions, earlier)
    for condition in conditions:
        lines.append(f"  if {condition.node} is {condition.word}{', as proved above' if condition in proved else ''}")
    lines += [
        f"  if {condition.node} is {condition.word}" for condition in domain(statement, result, tuple(conditions))
    ]
    for condition in conventions(statement, result, [node for node in wrt if isinstance(node, Variable)]):
        lines.append(f"  by convention at the kinks of {condition.node}")
    return "\n".join(lines)


def _defined_functions(*roots: Node) -> list[Function]:
    """The functions with a formula, each after those that its formula uses."""
    found: dict[Function, None] = {}
    pending = [Function(node.name, node.args[1]) for node in postorder(*roots) if isinstance(node, Function)]
    while pending:
        function = pending.pop()
        body = function.body
        if body is not None:
            found.pop(function, None)
            found[function] = None
            pending += [Function(node.name, node.args[1]) for node in postorder(body) if isinstance(node, Function)]
    return list(reversed(found))


def _declaration(variable: Variable) -> str:
    axes = f"{variable.rank} axes" if variable.rank != 1 else "1 axis"
    facts = [show_shape(variable.shape), *([] if variable.is_scalar and not variable.rank else [axes])]
    facts += [*variable.assumptions, *([f"printed {printable(variable.latex_name)}"] if variable.latex_name else [])]
    return f"{variable.name}: {', '.join(facts)}" + (f" ({printable(variable.doc)})" if variable.doc else "")


def established(conditions: Sequence[Condition], earlier: Sequence[Proof]) -> set[Condition]:
    """The conditions that lemmas prove, under conditions that no lemma proves: none rests on itself."""
    proved: set[Condition] = set()
    grounds: set[Condition] = set()
    for lemma in earlier:
        for condition in conditions:
            left = set(conditions) - proved - {condition}
            if condition not in grounds and set(lemma.conditions) <= left and _establishes(lemma, condition):
                proved.add(condition)
                grounds |= set(lemma.conditions)
    return proved


def _establishes(lemma: Proof, condition: Condition) -> bool:
    """Whether a lemma proves that vᵀMv for a symmetric M, or mv² for a scalar m, is positive for every v ≠ 0."""
    if lemma.status is not Status.PROVED or not lemma.steps or len(lemma.wrt) != 1:
        return False
    *before, last = lemma.steps
    if last.relation is not Relation.POSITIVE or any(step.relation is not Relation.EQUAL for step in before):
        return False
    if list(lemma.lines())[-2] is not last.redex or last.contractum is not last.redex:
        return False
    (direction,), node = lemma.wrt, condition.node
    fixed = [node, *(given.node for given in lemma.conditions)]
    if direction.assumptions or any(depends(root, [direction]) for root in fixed):
        return False
    if condition.word == "positive":
        scalars = node.is_scalar and direction.is_scalar
        return scalars and lemma.statement is Multiply(node, Power(direction, Number(2)))
    if condition.word != "positive definite" or not direction.is_column:
        return False
    if not same_shape((direction.rows, direction.rows), node.shape):
        return False
    symmetric = Court(node, ()).judge(Relation.EQUAL, node, Transpose(node), line=node)
    return symmetric.status is Status.PROVED and lemma.statement is MatMul(Transpose(direction), node, direction)
