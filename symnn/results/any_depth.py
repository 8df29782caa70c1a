"""Backpropagation: the gradients of a network of any number of equal layers, proved by induction over the layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from symnn.algebra import notation
from symnn.algebra.functions import arbitrary_functions, with_formulas
from symnn.algebra.names import split_layer
from symnn.algebra.nodes import Node, Several, Variable
from symnn.algebra.reader import read_formula
from symnn.algebra.walk import unnamed, variables
from symnn.calculus.induction import LAST, THIS, Chain, Induction, Stage, by_induction
from symnn.calculus.recurrence import Formula, formulas, in_general
from symnn.calculus.unrolling import unrolled
from symnn.errors import SymnnError
from symnn.proof.proof import Proof
from symnn.proof.step import Relation, worst
from symnn.results.derivative import NOWHERE, Offsets
from symnn.results.layer_texts import read_chain
from symnn.results.problem import AssumptionSpec, Problem, ShapeSpec, as_seed
from symnn.results.result import Result
from symnn.typeset.induction import claims
from symnn.typeset.page import Section

if TYPE_CHECKING:
    from symnn.codegen import FunctionSpec


def backpropagation(
    layer: str,
    loss: str,
    shapes: ShapeSpec,
    parameters: str | Sequence[str],
    *,
    by: str = "",
    penalty: str = "",
    shared: str | Sequence[str] = (),
    assume: AssumptionSpec | None = None,
    source: str = "X",
    adjoint: str = "delta",
    functions: str | Sequence[str] = (),
    title: str = "Backpropagation",
    name: str = "",
    seed: int = 0,
) -> Backpropagation:
    """The theorem of backpropagation (L17, B19, H2) for one layer, given as definitions, and a loss.

    ``backpropagation("Z = A_before @ W + b; A = sigmoid(Z)", "np.sum((A - Y)**2) / (2*m)", {"A_before": ("m",
    "M_before"), "W": ("M_before", "M"), "b": ("M",), "Y": ("m", "M")}, ["W", "b"], by="Z")``: `A_before` is the A of
    the layer below, and `source` that of the first; a size M with an M_before differs from layer to layer. The loss is
    made of what the last layer defines. Each layer has `parameters` of its own; `shared` variables are the same in all
    layers, and the gradients by them are sums over the layers. `penalty`, made of parameters, is added to the loss for
    each layer. `by` is the definition whose `adjoint` goes from layer to layer; what leaves the layer, if not told.
    `functions` are names that stand for any differentiable function of each entry, as f in ``A = f(Z)``: the theorem
    holds for every one, and for another in each layer.

    Raises SymnnError where a text is not understood, what leaves a layer cannot enter the next, or the adjoint of `by`
    does not determine that of the layer below.
    """
    chain = read_chain(
        layer,
        loss,
        shapes,
        parameters,
        by=by,
        penalty=penalty,
        shared=shared,
        assume=assume,
        source=source,
        adjoint=adjoint,
        functions=functions,
    )
    return Backpropagation(by_induction(chain, as_seed(seed)), title, name)


@dataclass(frozen=True, repr=False)
class Backpropagation:
    """The theorem and its proof: a part of a chapter. `at(depth)` is what it says of a network of so many layers."""

    induction: Induction
    title: str
    name: str = ""

    lemmas: ClassVar[tuple[Proof, ...]] = ()
    rests_on: ClassVar[tuple[Proof, ...]] = ()

    def __repr__(self) -> str:
        rows = [claim.formulas for claim in claims(self.induction)]
        return "\n".join([*(formula.text for row in rows for formula in row), f"({self.verdict})"])

    @property
    def chain(self) -> Chain:
        return self.induction.chain

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Base, step and end."""
        return self.induction.base, self.induction.step, self.induction.end

    @property
    def theorems(self) -> tuple[Proof, ...]:
        """The claim, then base, step and end."""
        return self.induction.claim, *(stage.proof for stage in self.stages)

    @property
    def details(self) -> tuple[Proof, ...]:
        """How each kind of definition passes its adjoint on: what the sweeps of base, step and end rest on."""
        found = dict.fromkeys(lemma for stage in self.stages for lemma in stage.lemmas)
        return tuple(lemma for lemma in found if not isinstance(lemma.line, Variable))

    @property
    def verdict(self) -> str:
        """The worst of all proofs."""
        return worst(proof.status for proof in (*self.theorems, *self.details)).value

    def functions(self, offsets: Offsets = NOWHERE) -> tuple[FunctionSpec, ...]:
        """A theorem on any number of layers emits no code; what it says `at` a depth does."""
        return ()

    def described(self, section: Section) -> Section:
        """The theorem by its claims; base, step and end by their names; the variables as those of a layer l."""
        found = tuple(dict.fromkeys(in_general(self.chain, variable) for variable in section.variables))
        section = replace(section, variables=found)
        if section.proof is self.induction.claim:
            state = self.chain.layer.variable(self.chain.state_label, THIS)
            said = f"df = ⟨{notation.text(self.chain.adjoint(THIS))}, d{notation.text(state)}⟩ + …"
            remark = (
                f"By induction on l, from L down to 1: of every l it is shown that {said}, where the dots stand for "
                f"terms in the parameters of the layers above l. Base, step and end follow; what the step shows takes "
                f"this from l + 1 to l."
            )
            shown = (*self.theorems[1:], *self.details)
            return replace(section, title=self.title, claims=claims(self.induction), remarks=(remark,), rests_on=shown)
        kinds = {stage.proof: kind for stage, kind in zip(self.stages, ("base", "step", "end"), strict=True)}
        return replace(section, kind=kinds.get(section.proof, "lemma"))

    # --- what is proved ---------------------------------------------------------------------------------------------

    @cached_property
    def formulas(self) -> tuple[Formula, ...]:
        """All that the theorem says, each adjoint before what is made of it."""
        return formulas(self.induction)

    @property
    def last(self) -> Node:
        """The adjoint δ⁽ᴸ⁾ of the last layer, made of its values by name."""
        return self._adjoint(LAST)

    @property
    def recursion(self) -> Node:
        """The adjoint δ⁽ˡ⁾ of a layer, made of that of the layer above and of values by name."""
        return self._adjoint(THIS)

    @property
    def gradients(self) -> Mapping[str, Node]:
        """The gradients by the parameters of a layer l, and by shared variables, made of values by name.

        Of the first and the last layer `formulas` may say more.
        """
        shared = [formula.variable for formula in self.formulas if formula.is_gradient]
        layers = {self.variable(p.name): p.name for p in self.chain.layer.parameters}
        names = {**{variable: variable.name for variable in shared if variable in self.chain.shared}, **layers}
        found = {formula.variable: formula.value for formula in self.formulas if formula.is_gradient}
        return MappingProxyType({name: found[variable] for variable, name in names.items() if variable in found})

    def variable(self, name: str, layer: str = THIS) -> Variable:
        """What stands for a definition, a parameter or the adjoint of a layer: l, l+1, l-1, L, 1.

        Raises SymnnError for a name that the layer does not have.
        """
        adjoint = self.chain.adjoint(THIS)
        if split_layer(adjoint.name)[0] == name:
            return self.chain.adjoint(layer)
        own = {parameter.name: parameter for parameter in (*self.chain.layer.parameters, *self.chain.layer.constants)}
        return self.chain.layer.variable(own[name] if name in own else self.chain.layer.label(name), layer)

    def _adjoint(self, layer: str) -> Node:
        return next(formula.value for formula in self.formulas if formula.variable is self.chain.adjoint(layer))

    # --- a network that is written out ------------------------------------------------------------------------------

    def at(self, depth: int, functions: Mapping[str, str] | None = None) -> Result:
        """The gradients of a network of so many layers, as the theorem gives them, judged to be its gradients.

        The layers count from 1: W1, b1, W2, … of sizes M0, M1, M2, … `functions` are formulas in x for names that stand
        for any function, ``{"f": "x * sigmoid(x)"}``. Raises SymnnError for no layer, or a formula that is not read.
        """
        if isinstance(depth, bool) or not isinstance(depth, int) or depth < 1:
            raise SymnnError(f"a network has at least one layer, found the depth {depth!r}")
        objective, gradients = unrolled(self.induction, depth)
        known = arbitrary_functions(objective)
        for name in functions or {}:
            if name not in known:
                raise SymnnError(
                    f"{name} does not stand for any function; there is {', '.join(known) or 'none that does'}"
                )
        bodies = {name: read_formula(formula, name) for name, formula in (functions or {}).items()}
        if bodies:
            objective = with_formulas(objective, bodies)
            gradients = {variable: with_formulas(gradient, bodies) for variable, gradient in gradients.items()}
        (whole,) = unnamed(objective)
        found = variables(whole)
        order = [variable for variable in (self.chain.input(1), *gradients) if variable in found]
        parameters = tuple(dict.fromkeys([*order, *found]))
        seed = self.induction.base.proof.court.seed
        problem = Problem(whole, parameters, 0, tuple(gradients), name=self.name, seed=seed, program=objective)
        proof = Proof(objective, problem.wrt, title=f"The theorem for L = {depth}", seed=seed)
        line = next(iter(gradients.values())) if len(gradients) == 1 else Several(*gradients.values())
        proof.step(objective, line, rule="the theorem", relation=Relation.GRADIENT, place=())
        return Result(problem, proof)
