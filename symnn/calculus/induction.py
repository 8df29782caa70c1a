"""A chain of equal layers of any number: the gradient of what it ends in, by induction over the layers.

A layer is a list of definitions. The `state` is one of them, through which alone a layer acts on all above it; its
adjoint, the gradient of f by it, goes from layer to layer:

    base  δ⁽ᴸ⁾ is the gradient of the objective by the state of the last layer;
    step  ⟨δ⁽ˡ⁺¹⁾, d state⁽ˡ⁺¹⁾⟩ = ⟨δ⁽ˡ⁾, d state⁽ˡ⁾⟩ + terms in the parameters, where the state of the layer l + 1
          is a function of that of l and of the parameters;
    end   ⟨δ⁽¹⁾, d state⁽¹⁾⟩ = terms in the parameters, since the input is constant.

Each of these is a reverse sweep over the definitions in it, in which the adjoint that comes from above is a variable of
which nothing is known. No recursion is written down here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sympy import Symbol

from symnn.algebra.names import in_layer, spelled_out, split_layer
from symnn.algebra.nodes import Differential, Named, Node, Several, Variable
from symnn.algebra.notation import text
from symnn.algebra.renaming import renamed, resized
from symnn.algebra.sizes import Size, dim, show_shape
from symnn.algebra.walk import names_in, surface, variables
from symnn.calculus import tidy
from symnn.calculus.sweep import sweep
from symnn.errors import ShapeError, SymnnError
from symnn.proof.proof import Proof

FIRST, THIS, ABOVE, LAST = "1", "l", "l+1", "L"

Place: TypeAlias = str | int
"""A layer of the theorem, counted from l or L, or a layer by its number where all are written out."""


@dataclass(frozen=True)
class Layer:
    """A layer: what enters it, its definitions in order as labels and bodies, its parameters, and its own sizes.

    `entering` is the value `carried` of the layer below. `widths` are the sizes that may differ from layer to layer,
    each with that of the layer below; `constants` are variables of these sizes that are no parameters. All other sizes
    and variables are the same for all layers. Raises ShapeError where what a layer carries on cannot enter the next.
    """

    entering: Variable
    definitions: tuple[tuple[Variable, Node], ...]
    carried: str
    parameters: tuple[Variable, ...]
    widths: Mapping[Symbol, Symbol]
    constants: tuple[Variable, ...] = ()

    def __post_init__(self) -> None:
        leaving = tuple(size.xreplace(dict(self.widths)) for size in self.label(self.carried).shape)
        if leaving != self.entering.shape:
            raise ShapeError(
                f"what leaves a layer enters the next: {self.carried} is {show_shape(self.label(self.carried).shape)}, "
                f"so that {self.entering.name} is {show_shape(leaving)}; found {show_shape(self.entering.shape)}"
            )

    def label(self, name: str) -> Variable:
        """The label of a definition. Raises SymnnError where there is none of this name."""
        for label, _ in self.definitions:
            if label.name == name:
                return label
        known = ", ".join(label.name for label, _ in self.definitions)
        raise SymnnError(f"the layer has no definition of {name}; it defines {known}")

    def sizes(self, layer: Place) -> dict[Symbol, Size]:
        """The sizes of a layer: M by its number, and M_before by that of the layer below."""
        under = below(layer)
        return {
            **{width: width_of(width, layer) for width in self.widths},
            **{before: width_of(width, under) for width, before in self.widths.items()},
        }

    def variable(self, variable: Variable, layer: Place) -> Variable:
        """A parameter, or the label of a definition, in a layer."""
        return resized(variable, name_in(variable.name, layer), self.sizes(layer))

    def values(self, layer: Place, entering: Node, given: Mapping[str, Node] | None = None) -> dict[Variable, Node]:
        """What the labels and parameters stand for in a layer; of `given` definitions, the value that is given."""
        known = given or {}
        sizes = self.sizes(layer)
        found: dict[Variable, Node] = {self.entering: entering}
        found.update((own, self.variable(own, layer)) for own in (*self.parameters, *self.constants))
        for label, body in self.definitions:
            made = known.get(label.name)
            if made is None:
                made = Named(name_in(label.name, layer), label.rank, renamed(body, found, sizes))
            found[label] = made
        return found


def name_in(name: str, layer: Place) -> str:
    """The name of something in a layer: W1 where layers are written out, W__l_plus_1 in the theorem."""
    if isinstance(layer, str):
        return in_layer(name, layer)
    return f"{name}_{layer}" if name[-1].isdigit() else f"{name}{layer}"


def width_of(width: Symbol, layer: Place) -> Size:
    """The size M of a layer: M1, or M_l_plus_1, printed Mₗ₊₁."""
    return dim(f"{width.name}_{spelled_out(layer)}" if isinstance(layer, str) else name_in(width.name, layer))


def below(layer: Place) -> Place:
    """The layer below."""
    if isinstance(layer, int):
        return layer - 1
    letter, sign, offset = re.fullmatch(r"([lL]?)([+-]?)(\d*)", layer).groups()  # type: ignore[union-attr]
    number = int(f"{sign}{offset or 0}") - 1
    return f"{letter}{number:+d}" if letter and number else letter or str(number)


@dataclass(frozen=True)
class Chain:
    """Layers, and the objective at their end.

    `objective` is made of labels and parameters of the last layer; `penalty`, a scalar of parameters alone, is added
    to it for every layer. The gradients by the `shared` variables, which all layers have in common, are sums over the
    layers. `source` enters the first layer. `state` is the definition whose adjoint goes from layer to layer.
    """

    layer: Layer
    objective: Node
    source: Variable
    state: str
    penalty: Node | None = None
    shared: tuple[Variable, ...] = ()
    adjoint_name: str = "delta"

    @property
    def state_label(self) -> Variable:
        return self.layer.label(self.state)

    def adjoint(self, layer: Place) -> Variable:
        """The adjoint of the state in a layer."""
        label = self.state_label
        free = Variable(self.adjoint_name, *label.shape, label.rank, (), "", f"the adjoint of {label.name}")
        return self.layer.variable(free, layer)

    def summed(self, shared: Variable, layer: Place) -> Variable:
        """What the layers from this one on add to the gradient by a shared variable."""
        return Variable(name_in(f"S_{shared.name}", layer), *shared.shape, shared.rank)

    def entering(self, layer: Place) -> Variable:
        """What enters a layer, by the name that it has in the layer below."""
        return resized(self.layer.entering, name_in(self.layer.carried, below(layer)), self.layer.sizes(layer))

    def above(self, layer: Place) -> dict[Variable, Node]:
        """What the labels stand for in a layer whose state is a variable.

        Raises SymnnError where what comes after the state is not made of the state alone.
        """
        state = self.layer.variable(self.state_label, layer)
        return self.layer.values(layer, self.entering(layer), {self.state: state})

    def checked(self, root: Node, layer: Place) -> Node:
        """The expression, where it sees what lies below a layer through the state alone. Raises SymnnError."""
        if self.entering(layer) in variables(root):
            label = self.state_label.name
            raise SymnnError(
                f"the adjoint of {label} alone does not go from layer to layer: what follows {label} is made of "
                f"{self.layer.entering.name} too; take the adjoint of {self.layer.carried}"
            )
        return root

    def penalty_in(self, layer: Place) -> tuple[Node, ...]:
        if self.penalty is None:
            return ()
        found: dict[Variable, Node] = {p: self.layer.variable(p, layer) for p in self.layer.parameters}
        return (renamed(self.penalty, found, self.layer.sizes(layer)),)

    def statement(self, state: Node, layer: Place) -> Node:
        """⟨δ, state⟩ of a layer, with what the layers from it on add by shared variables and its own penalty."""
        return tidy.add([*self._carried(state, layer, lambda node: node), *self.penalty_in(layer)])

    def differential(self, state: Node, layer: Place) -> Node:
        """The differential of the statement as it is claimed: ⟨δ, d state⟩ + …"""
        penalties = map(Differential, self.penalty_in(layer))
        return tidy.add([*self._carried(state, layer, Differential), *penalties])

    def _carried(self, state: Node, layer: Place, of: Callable[[Node], Node]) -> list[Node]:
        shared = [tidy.inner(self.summed(variable, layer), of(variable)) for variable in self.shared]
        return [tidy.inner(self.adjoint(layer), of(state)), *shared]

    def input(self, layer: Place) -> Variable:
        """What enters the first layer, which is `layer`."""
        return resized(self.source, self.source.name, self.layer.sizes(layer))


# --- the three sweeps -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stage:
    """The base, the step or the end: its proof, the lemmas of its sweep, and the gradients that it gives."""

    proof: Proof
    lemmas: tuple[Proof, ...]
    gradients: Mapping[Variable, Node]


@dataclass(frozen=True)
class Induction:
    """The three parts, and that the step takes what is claimed of the layer l + 1 to what is claimed of l."""

    chain: Chain
    base: Stage
    step: Stage
    end: Stage
    claim: Proof


def by_induction(chain: Chain, seed: int = 0) -> Induction:
    """The gradients of a chain of any number of layers. Raises SymnnError where the state does not carry them."""
    base, step, end = (_swept(chain, stage, seed) for stage in (_base(chain), _step(chain), _end(chain)))
    return Induction(chain, base, step, end, _claim(chain, step, seed))


@dataclass(frozen=True)
class _Asked:
    title: str
    note: str
    statement: Node
    by: tuple[Variable, ...]
    letter: str = "g"


def _base(chain: Chain) -> _Asked:
    statement = chain.checked(renamed(chain.objective, chain.above(LAST), chain.layer.sizes(LAST)), LAST)
    return _Asked(
        "The last layer",
        f"The adjoint of the last layer is the gradient of the objective by {_shown(chain, LAST)}.",
        statement,
        (chain.layer.variable(chain.state_label, LAST), *_parameters(chain, statement, LAST), *chain.shared),
        "f",
    )


def _state_above(chain: Chain) -> Node:
    """The state of the layer l + 1, made of that of the layer l."""
    below = chain.above(THIS)[chain.layer.label(chain.layer.carried)]
    return chain.checked(chain.layer.values(ABOVE, below)[chain.state_label], THIS)


def _step(chain: Chain) -> _Asked:
    layer, state = chain.layer, chain.state_label
    statement = chain.statement(_state_above(chain), ABOVE)
    return _Asked(
        "From the layer l + 1 to the layer l",
        f"By hypothesis df = ⟨{text(chain.adjoint(ABOVE))}, d{_shown(chain, ABOVE)}⟩ + …, so that f changes with the "
        f"layers up to l + 1 as g does.",
        statement,
        (
            layer.variable(state, THIS),
            *_parameters(chain, statement, ABOVE),
            *_parameters(chain, statement, THIS),
            *chain.shared,
        ),
    )


def _end(chain: Chain) -> _Asked:
    found = chain.layer.values(FIRST, chain.input(FIRST))
    statement = chain.statement(found[chain.state_label], FIRST)
    return _Asked(
        "The first layer",
        f"As in the step, and {chain.source.name} is constant: nothing but terms in the parameters is left.",
        statement,
        (*_parameters(chain, statement, FIRST), *chain.shared),
    )


def _parameters(chain: Chain, statement: Node, layer: Place) -> tuple[Variable, ...]:
    """The parameters of a layer that a statement depends on."""
    found = set(variables(statement))
    wanted = (chain.layer.variable(parameter, layer) for parameter in chain.layer.parameters)
    return tuple(parameter for parameter in wanted if parameter in found)


def _shown(chain: Chain, layer: Place) -> str:
    return text(chain.layer.variable(chain.state_label, layer))


def _swept(chain: Chain, asked: _Asked, seed: int) -> Stage:
    symbols = [(asked.letter, asked.letter)]
    proof = Proof(asked.statement, asked.by, title=asked.title, note=asked.note, symbols=symbols, seed=seed)
    lemmas = sweep(proof)
    _write_out_adjoints(proof, chain)
    parts = proof.line.children if isinstance(proof.line, Several) else (proof.line,)
    return Stage(proof, lemmas, dict(zip(asked.by, parts, strict=True)))


def _write_out_adjoints(proof: Proof, chain: Chain) -> None:
    """Adjoints of definitions that stand in one place only need no name."""
    own = {label.name for label, _ in chain.layer.definitions}
    while True:
        uses = Counter(child for node in surface(proof.line) if not isinstance(node, Named) for child in node.children)
        single = [node for node in names_in(proof.line) if split_layer(node.name)[0] not in own and uses[node] == 1]
        if not single:
            return
        proof.step(single[0], single[0].body, rule="definition", statement="the adjoint as it was found")


def _claim(chain: Chain, step: Stage, seed: int) -> Proof:
    """From df = ⟨δ, d state⟩ + dr of the layer l + 1 follows the same of the layer l."""
    rest = Variable(name_in("r", ABOVE), 1, 1, 0, (), "", "what the parameters of the layers above add to f")
    before = chain.differential(_state_above(chain), ABOVE)
    after = tidy.add([tidy.inner(gradient, Differential(variable)) for variable, gradient in step.gradients.items()])
    known, made = (tidy.add([side, Differential(rest)]) for side in (before, after))
    proof = Proof(known, tuple(step.gradients), symbols=[("df", r"\mathrm{d} f")], seed=seed)
    proof.step(known, made, rule="step", statement="what is shown of the differential below, from l + 1 to l")
    return proof
