"""What an induction over layers says, in the names of values: the adjoints of each layer, and the gradients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from sympy import Symbol

from symnn.algebra.names import split_layer
from symnn.algebra.nodes import Named, Node, Variable
from symnn.algebra.renaming import renamed, resized
from symnn.algebra.sizes import Size
from symnn.algebra.walk import labelled, names_in, substitute, unnamed, variables
from symnn.calculus import tidy
from symnn.calculus.induction import ABOVE, FIRST, LAST, THIS, Chain, Induction, Stage, name_in
from symnn.errors import UnsupportedError
from symnn.proof.court import Court
from symnn.proof.step import Relation, Status


class Layers(Enum):
    """Of which layers a formula is said."""

    ONE = "one"
    ALL = "1, …, L"
    ABOVE_FIRST = "2, …, L"
    BELOW_LAST = "L − 1, …, 1"


@dataclass(frozen=True)
class Formula:
    """The adjoint of a value, a sum over layers, or the gradient by a variable."""

    layers: Layers
    variable: Variable
    value: Node
    is_gradient: bool = False


DOWN = {ABOVE: THIS, THIS: "l-1"}
TO_LAST = {ABOVE: LAST, THIS: "L-1"}
TO_FIRST = {ABOVE: FIRST, THIS: "0"}


def labels_in(chain: Chain, layer: str) -> dict[Variable, Node]:
    """The names in a layer; what enters it has the name of what leaves the layer below."""
    found = chain.layer
    own = (*(label for label, _ in found.definitions), *found.parameters, *found.constants)
    return {found.entering: chain.entering(layer), **{variable: found.variable(variable, layer) for variable in own}}


def in_general(chain: Chain, variable: Variable) -> Variable:
    """The same of a layer l, for something in one layer; any other variable as it is."""
    name, layer = split_layer(variable.name)
    if not layer:
        return variable
    sizes = zip(chain.layer.sizes(layer).values(), chain.layer.sizes(THIS).values(), strict=True)
    return resized(variable, name_in(name, THIS), dict(sizes))


def formulas(induction: Induction) -> tuple[Formula, ...]:
    """All that an induction says, each adjoint before what is made of it."""
    return tuple(_Recurrence(induction).formulas())


class _Recurrence:
    def __init__(self, induction: Induction) -> None:
        self.induction = induction
        self.chain = induction.chain
        self.layer = induction.chain.layer
        self.own = {label.name for label, _ in self.layer.definitions}

    def formulas(self) -> Iterator[Formula]:
        base, step = self.induction.base, self.induction.step
        yield from self._adjoints(base, LAST, Layers.ONE, {})
        yield from self._passed_on(base, LAST, Layers.ONE)
        yield from self._adjoints(step, ABOVE, Layers.ALL, DOWN)
        yield from self._adjoints(step, THIS, Layers.BELOW_LAST, {})
        yield from self._passed_on(step, THIS, Layers.BELOW_LAST)
        for parameter in self.layer.parameters:
            yield from self._gradient(parameter)
        for shared in self.chain.shared:
            yield Formula(Layers.ONE, shared, labelled(self.induction.end.gradients[shared]), is_gradient=True)

    def _passed_on(self, stage: Stage, layer: str, layers: Layers) -> Iterator[Formula]:
        """The adjoint of the state, and what is summed over the layers."""
        state = self.layer.variable(self.chain.state_label, layer)
        yield Formula(layers, self.chain.adjoint(layer), labelled(stage.gradients[state]))
        for shared in self.chain.shared:
            yield Formula(layers, self.chain.summed(shared, layer), labelled(stage.gradients[shared]))

    def _adjoints(self, stage: Stage, layer: str, layers: Layers, places: Mapping[str, str]) -> Iterator[Formula]:
        """The adjoints of definitions in a layer that have a name of their own."""
        for node in reversed(_inner_names(stage.gradients.values())):
            name, found = split_layer(node.name)
            if name not in self.own and found == layer:
                label = self._moved(node.label, places)
                assert isinstance(label, Variable)
                yield Formula(layers, label, self._moved(labelled(node.body), places))

    def _gradient(self, parameter: Variable) -> Iterator[Formula]:
        """What the step finds of a parameter in the upper of its two layers, in the lower, and what the base adds."""
        base, step, end = (stage.gradients for stage in (self.induction.base, self.induction.step, self.induction.end))
        first, this, above, last = (self.layer.variable(parameter, place) for place in (FIRST, THIS, ABOVE, LAST))
        upper = [labelled(step[above])] if above in step else []
        lower = [labelled(step[this])] if this in step else []
        top = [labelled(base[last])] if last in base else []
        down = [*lower, *(self._moved(part, DOWN) for part in upper)]
        fits = not upper or self._holds_at_first(step[above], end[first])
        if not fits and (lower or top):
            raise UnsupportedError(
                f"the gradient by {parameter.name} has a form of its own in the first and in the last layer; "
                f"take the adjoint of {self.layer.carried}"
            )
        if lower or top:
            if down:
                yield Formula(Layers.BELOW_LAST, this, tidy.add(down), is_gradient=True)
            top += [self._moved(part, TO_LAST) for part in upper]
            yield Formula(Layers.ONE, last, tidy.add(top), is_gradient=True)
        elif down:
            yield Formula(Layers.ALL if fits else Layers.ABOVE_FIRST, this, tidy.add(down), is_gradient=True)
            if not fits:
                yield Formula(Layers.ONE, first, labelled(end[first]), is_gradient=True)

    def _holds_at_first(self, step: Node, end: Node) -> bool:
        """Whether the step says of the first layer, which the input enters, what the end says."""
        source = self.chain.input(FIRST)
        values = self.layer.values(FIRST, source)
        labels = (label for label, _ in self.layer.definitions)
        fed: dict[Variable, Node] = {self.layer.variable(label, FIRST): values[label] for label in labels}
        made = self._moved(labelled(self._without_adjoints(step)), TO_FIRST)
        mine, theirs = unnamed(renamed(made, {**fed, self.chain.entering(FIRST): source}, {}), end)
        judgement = Court(mine, (), seed=self.induction.claim.court.seed).judge(Relation.EQUAL, mine, theirs)
        return judgement.status in (Status.PROVED, Status.CHECKED)

    def _without_adjoints(self, root: Node) -> Node:
        """The expression with the adjoints of definitions written out."""
        while named := [node for node in names_in(root) if split_layer(node.name)[0] not in self.own]:
            root = substitute(root, {node: node.body for node in named})
        return root

    def _moved(self, root: Node, places: Mapping[str, str]) -> Node:
        """What is said of some layers, said of others."""
        sizes: dict[Symbol, Size] = {}
        for place, other in places.items():
            sizes.update(zip(self.layer.sizes(place).values(), self.layer.sizes(other).values(), strict=True))
        found: dict[Variable, Node] = {}
        for variable in variables(root):
            name, layer = split_layer(variable.name)
            if layer in places:
                found[variable] = resized(variable, name_in(name, places[layer]), sizes)
        return renamed(root, found, sizes)


def _inner_names(roots: Iterable[Node]) -> list[Named]:
    """The named values in some expressions, and in the bodies of these."""
    found: dict[Named, None] = {}
    pending = names_in(*roots)
    while pending:
        node = pending.pop(0)
        if node not in found:
            found[node] = None
            pending += names_in(node.body)
    return list(found)
