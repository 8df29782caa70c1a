"""What an induction over layers says of a network with so many layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sympy import Symbol

from symnn.algebra.names import split_layer
from symnn.algebra.nodes import Named, Node, Variable
from symnn.algebra.renaming import renamed
from symnn.algebra.sizes import Size
from symnn.algebra.walk import all_names
from symnn.calculus import tidy
from symnn.calculus.induction import ABOVE, FIRST, LAST, THIS, Chain, Induction, Stage, name_in


def unrolled(induction: Induction, depth: int) -> tuple[Node, dict[Variable, Node]]:
    """The objective of a network of so many layers, and its gradients as the induction gives them.

    Values and adjoints keep their names, with the number of their layer.
    """
    network = _Unrolled(induction.chain, depth)
    return network.objective, network.gradients(induction)


class _Unrolled:
    """A network of so many layers, and what the theorem says of it."""

    def __init__(self, chain: Chain, depth: int) -> None:
        self.chain = chain
        self.depth = depth
        self.values: list[dict[Variable, Node]] = [{}]
        entering: Node = chain.input(1)
        for layer in range(1, depth + 1):
            self.values.append(chain.layer.values(layer, entering))
            entering = self.values[-1][chain.layer.label(chain.layer.carried)]
        end = renamed(chain.objective, self.values[depth], chain.layer.sizes(depth))
        self.objective = tidy.add([end, *(part for layer in range(1, depth + 1) for part in chain.penalty_in(layer))])

    def gradients(self, induction: Induction) -> dict[Variable, Node]:
        """The gradients by the parameters of each layer, and by shared variables, as the theorem gives them."""
        self.known: dict[Variable, Node] = {self.chain.input(FIRST): self.chain.input(1)}
        self.found: dict[Variable, list[Node]] = {}
        self._put(induction.base, {LAST: self.depth}, self.depth)
        for layer in range(self.depth - 1, 0, -1):
            self._put(induction.step, {ABOVE: layer + 1, THIS: layer}, layer)
        self._put(induction.end, {FIRST: 1}, 0)
        own = [self.chain.layer.variable(p, layer) for layer in self._layers for p in self.chain.layer.parameters]
        found = {variable: tidy.add(self.found[variable]) for variable in own if variable in self.found}
        return {**found, **{shared: self.known[self.chain.summed(shared, 0)] for shared in self.chain.shared}}

    @property
    def _layers(self) -> range:
        return range(1, self.depth + 1)

    def _put(self, stage: Stage, places: Mapping[str, int], lowest: int) -> None:
        """What a part of the theorem says of the layers with these numbers."""
        values, sizes = self._values(stage, places)
        for node in all_names(*stage.gradients.values()):
            if node not in values:  # the adjoint of a definition
                name, place = split_layer(node.name)
                values[node] = Named(name_in(name, places[place]), node.rank, renamed(node.body, values, sizes))
        for variable, gradient in stage.gradients.items():
            made = renamed(gradient, values, sizes)
            if variable in self.chain.shared:
                self.known[self.chain.summed(variable, lowest)] = made
            elif variable in self.states(places):
                label = self.chain.adjoint(lowest)
                self.known[label] = Named(label.name, label.rank, made)
            else:
                self.found.setdefault(cast(Variable, values[variable]), []).append(made)

    def states(self, places: Mapping[str, int]) -> dict[Variable, Node]:
        state = self.chain.state_label
        return {self.chain.layer.variable(state, place): self.values[number][state] for place, number in places.items()}

    def _values(self, stage: Stage, places: Mapping[str, int]) -> tuple[dict[Node, Node], dict[Symbol, Size]]:
        """What stands for the variables and the definitions of the theorem, and for its sizes."""
        chain, layer = self.chain, self.chain.layer
        values: dict[Node, Node] = {**self.known, **self.states(places)}
        labels = {
            layer.variable(label, place): self.values[number][label]
            for label, _ in layer.definitions
            for place, number in places.items()
        }
        values.update((node, labels[node.label]) for node in all_names(stage.proof.statement) if node.label in labels)
        sizes: dict[Symbol, Size] = {}
        for place, number in places.items():
            values.update(
                (layer.variable(p, place), layer.variable(p, number)) for p in (*layer.parameters, *layer.constants)
            )
            pairs = [(chain.adjoint(place), chain.adjoint(number))]
            pairs += [(chain.summed(shared, place), chain.summed(shared, number)) for shared in chain.shared]
            values.update((label, self.known[found]) for label, found in pairs if found in self.known)
            sizes.update(zip(layer.sizes(place).values(), layer.sizes(number).values(), strict=True))
        return values, sizes
