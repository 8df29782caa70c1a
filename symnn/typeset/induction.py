"""A theorem by induction over layers as a lecturer writes it: the network, the adjoints, and the gradients."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from symnn.algebra.functions import arbitrary_functions
from symnn.algebra.nodes import Function, Node
from symnn.algebra.renaming import renamed
from symnn.algebra.walk import all_names
from symnn.calculus.induction import FIRST, LAST, THIS, Chain, Induction
from symnn.calculus.recurrence import Formula, Layers, formulas, labels_in
from symnn.typeset.lines import gradient_symbols
from symnn.typeset.page import Claim
from symnn.typeset.spelling import Spelling, spelled

AND = Spelling("and", "and")
SAID_OF = {
    Layers.ONE: Spelling("", ""),
    Layers.ALL: Spelling("for l = 1, …, L", r"for $l = 1, \dots, L$"),
    Layers.ABOVE_FIRST: Spelling("for l = 2, …, L", r"for $l = 2, \dots, L$"),
    Layers.BELOW_LAST: Spelling("for l = L − 1, …, 1", r"for $l = L - 1, \dots, 1$"),
}


def claims(induction: Induction) -> tuple[Claim, ...]:
    """What the theorem says: words, each followed by formulas."""
    return (*_given(induction.chain), *_found(induction))


def _given(chain: Chain) -> Iterator[Claim]:
    """The definitions of a layer, and the objective."""
    labels, sizes = labels_in(chain, THIS), chain.layer.sizes(THIS)
    rows = [
        _equation(spelled(labels[label]), spelled(renamed(body, labels, sizes)))
        for label, body in chain.layer.definitions
    ]
    fed = _equation(spelled(chain.entering(FIRST)), spelled(chain.input(FIRST)))
    begin = Spelling(f"For l = 1, …, L, with {fed.text}, let", rf"For $l = 1, \dots, L$, with ${fed.latex}$, let")
    functions = arbitrary_functions(*(body for _, body in chain.layer.definitions), chain.objective)
    if functions:
        names = [spelled(Function(name)) for name in functions]
        shown = ", ".join(name.text for name in names), ", ".join(f"${name.latex}$" for name in names)
        begin = Spelling(
            *(
                f"For any differentiable {side}, {words[0].lower()}{words[1:]}"
                for side, words in zip(shown, begin, strict=True)
            )
        )
    yield Claim(begin, tuple(rows))
    objective = renamed(chain.objective, labels_in(chain, LAST), chain.layer.sizes(LAST))
    named = [_equation(spelled(node.label), spelled(node.body)) for node in all_names(objective)]
    yield Claim(AND, (*named, _objective(chain, objective)))


def _objective(chain: Chain, objective: Node) -> Spelling:
    made = spelled(objective)
    for penalty in map(spelled, chain.penalty_in(THIS)):
        summed = rf"\mathop{{\textstyle\sum}}\nolimits_{{l}} ({penalty.latex})"
        made = Spelling(f"{made.text} + ∑ₗ ({penalty.text})", f"{made.latex} + {summed}")
    return _equation(Spelling("f", "f"), made)


def _found(induction: Induction) -> Iterator[Claim]:
    """The adjoints from the last layer down, and the gradients."""
    chain = induction.chain
    adjoint, state = spelled(chain.adjoint(THIS)), spelled(chain.layer.variable(chain.state_label, THIS))
    begin = Spelling(
        f"Let {adjoint.text} be the gradient of f by {state.text}. Then",
        f"Let ${adjoint.latex}$ be the gradient of $f$ by ${state.latex}$. Then",
    )
    for layers, found in groupby(formulas(induction), lambda formula: formula.layers):
        words = (f"{word} {said}".rstrip() for word, said in zip(begin, SAID_OF[layers], strict=True))
        yield Claim(Spelling(*words), tuple(map(_spelled, found)))
        begin = AND


def _spelled(formula: Formula) -> Spelling:
    left = spelled(formula.variable)
    if formula.is_gradient:
        (left,) = gradient_symbols(formula.value, [formula.variable], "f")
    return _equation(left, spelled(formula.value))


def _equation(left: Spelling, right: Spelling) -> Spelling:
    return Spelling(f"{left.text} = {right.text}", f"{left.latex} = {right.latex}")
