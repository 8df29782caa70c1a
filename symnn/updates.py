"""The update of an optimiser as a part of a chapter: what one step adds, proved, and the function of one step."""

from __future__ import annotations

from dataclasses import replace

from symnn.algebra.nodes import Add, Node, Several
from symnn.algebra.walk import unnamed, variables
from symnn.codegen import FunctionSpec
from symnn.errors import UnsupportedError
from symnn.learn.optimisers import OPTIMISERS
from symnn.results.author import derivation
from symnn.results.derivative import NOWHERE, Offsets, origins


class update(derivation):  # noqa: N801
    """One step of an optimiser of the table, by its name: ``update("adam")`` emits the function ``adam_update``.

    The first line is the new parameter without the old one, and the new state, as they are computed; in the second,
    the formulas are put into each other, which leaves what a step adds. `step` gives the formulas with expressions in
    the place of names (S10). Raises UnsupportedError for an unknown name.
    """

    def __init__(self, name: str) -> None:
        if name not in OPTIMISERS:
            raise UnsupportedError(f"there is no optimiser {name!r}; there are {', '.join(OPTIMISERS)}")
        self.optimiser = OPTIMISERS[name]
        self.step = self.optimiser.step
        new, *state = self.optimiser.specification().results
        (parameter,) = (variable for variable in variables(new) if variable.name == "parameter")
        written, *states = unnamed(new, *state)
        super().__init__(_together(new - parameter, *state), title=self.optimiser.title)
        added = [term for term in written.children if term is not parameter]
        self.line((added[0] if len(added) == 1 else Add(*added), *states), by="the formulas put into each other")

    def functions(self, offsets: Offsets = NOWHERE) -> tuple[FunctionSpec, ...]:
        """The function of one step: the new parameter and the new state, from the old ones and the gradient."""
        specification = self.optimiser.specification()
        stated = dict.fromkeys(specification.results, offsets.get(self.proof, 0) + 1)
        return (
            replace(
                specification,
                name=f"{self.optimiser.name}_update",
                summary=f"{self.optimiser.title}: one step.",
                origin=stated | origins(self.theorems, offsets),
            ),
        )


def _together(first: Node, *others: Node) -> Node:
    return Several(first, *others) if others else first
