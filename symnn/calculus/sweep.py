"""The reverse sweep over a program: each definition passes its adjoint on to what it is made of, in one judged step.

The adjoint of a value a is the G in df = ⟨G, da⟩ + …. That of a definition a = A(b, c, …) gives those of b, c, … by a
lemma, the gradient of ⟨δ, A(b, c, …)⟩ for values b, c, … and an adjoint δ of which nothing is known. Definitions that
differ in names and sizes alone share a lemma, so that a network of a hundred equal layers needs a few. A definition
that only one other uses is written out there where that makes the adjoints simpler, as a softmax in a cross-entropy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symnn.algebra.nodes import Add, Differential, Inner, Multiply, Named, Node, Number, Several, Variable
from symnn.algebra.notation import text
from symnn.algebra.renaming import Canonical, canonical, renamed
from symnn.algebra.walk import all_names, count, labelled, names_in, substitute, substitute_all, surface
from symnn.calculus import tidy
from symnn.calculus.adjoint import term
from symnn.calculus.collecting import COLLECTED
from symnn.calculus.differential import Dependence
from symnn.calculus.gradient import identify, take_gradient
from symnn.calculus.normalise import normal
from symnn.calculus.ordering import term_key
from symnn.proof.proof import Proof
from symnn.proof.step import Relation

ADJOINT = "delta"
SWEEP = "⟨δ, da⟩ = ⟨β, db⟩ + ⟨γ, dc⟩ + … for a value a that is made of b, c, …, by the lemma on a"


@dataclass(frozen=True)
class Lemma:
    """How one definition passes its adjoint on: ⟨δ, dA⟩ = Σ ⟨contribution, d argument⟩, with its proof.

    The objective itself has the adjoint 1, and no `adjoint` here.
    """

    proof: Proof
    adjoint: Variable | None
    arguments: tuple[Variable, ...]
    contributions: tuple[Node, ...]


@dataclass
class Definition:
    """A named value whose differential is not zero, or the objective: its body and what it is made of, by labels.

    `parts` maps the labels in the body to what stands there; `written_out` are the names that the body has no more.
    """

    value: Node
    body: Node
    parts: Mapping[Variable, Node]
    arguments: tuple[Variable, ...]
    written_out: Mapping[Node, Variable] = field(default_factory=dict)


def sweep(proof: Proof) -> tuple[Proof, ...]:
    """Take the proof from a scalar statement with named values to its gradients by the variables of the proof.

    Afterwards the line is the gradient, or `Several`, in which the adjoints of definitions have names. Returns the
    lemmas that the steps of the sweep are instances of. Raises UnsupportedError as `take_gradient` does.
    """
    made = Sweep(proof)
    made.run()
    return tuple(made.used)


class Sweep:
    """Takes a proof from a scalar statement with named values to its gradients by the variables of the proof."""

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self.varies = Dependence(proof.wrt)
        self.lemmas = Lemmas(proof.court.seed)
        self.terms: dict[Node, list[Node]] = {}
        self.used: dict[Proof, None] = {}
        self.taken = {node.name for node in all_names(proof.line)} | {v.name for v in _all_variables(proof.line)}

    def run(self) -> None:
        """Afterwards the line is the gradient, or `Several`, in which the adjoints of definitions have names."""
        statement = self.proof.line
        self.proof.step(
            statement,
            Differential(statement),
            rule="differential",
            statement="take the differential of both sides",
            relation=Relation.DIFFERENTIAL,
            place=(),
        )
        summands = self._summands(statement)
        if len(summands) > 1:
            self.proof.step(
                Differential(statement),
                tidy.add([Differential(summand) for summand in summands]),
                rule="differential of a sum",
                statement="d(A + B) = dA + dB",
            )
        definitions = self._planned(statement, summands)
        self.users = _users(definitions, summands)
        self.terms.update({summand: [tidy.ONE] for summand in summands})
        for definition in definitions:
            self._take(definition)
        collected = [self._collected(each) if each in self.terms else None for each in self.proof.wrt]
        identify(self.proof, collected)

    # --- which definitions keep their names -------------------------------------------------------------------------

    def _summands(self, statement: Node) -> list[Node]:
        """The terms of the objective, those together that have a named value in common, which may cancel there."""
        groups: list[tuple[set[Node], list[Node]]] = []
        for summand in _terms(statement):
            names = {name for name in names_in(summand) if self.varies(name)}
            held = [summand]
            apart = []
            for others, others_held in groups:
                if names & others:
                    names |= others
                    held = [*others_held, *held]
                else:
                    apart.append((others, others_held))
            groups = [*apart, (names, held)]
        return [tidy.add(held) for _, held in groups] if len(groups) > 1 else [statement]

    def _planned(self, statement: Node, summands: Sequence[Node]) -> list[Definition]:
        """The summands of the objective and the definitions that vary, each before those that it is made of."""
        # A summand may be a named value itself, and then stands where the others need it.
        values = list(dict.fromkeys(filter(self.varies, [*all_names(statement), *summands])))
        found = {value: self._definition(value) for value in values}
        users = _users(list(found.values()), summands)
        for value in reversed(values):
            while value in found and (single := self._only_used_here(found, users, value)) is not None:
                merged = self._merged(found[value], found[single])
                if merged is None:
                    users[single] = 0  # it stays a definition of its own
                    continue
                found[value] = merged
                del found[single]
        return [found[value] for value in reversed(values) if value in found]

    def _definition(self, value: Node) -> Definition:
        root = value.body if isinstance(value, Named) else value
        inner = names_in(root)
        parts: dict[Variable, Node] = {node.label: node for node in inner}
        wrt = frozenset(self.proof.wrt)
        parts.update((node, node) for node in surface(root) if isinstance(node, Variable) and node in wrt)
        arguments = tuple(label for label, node in parts.items() if self.varies(node))
        return Definition(value, labelled(root), parts, arguments)

    def _only_used_here(self, found: Mapping[Node, Definition], users: Mapping[Node, int], value: Node) -> Node | None:
        definition = found[value]
        inner = [definition.parts[label] for label in definition.arguments]
        return next((node for node in inner if isinstance(node, Named) and node in found and users[node] == 1), None)

    def _merged(self, user: Definition, inner: Definition) -> Definition | None:
        """The user with the other definition written out in it, where the adjoints become simpler by that."""
        assert isinstance(inner.value, Named)
        label = inner.value.label
        apart, own = self.lemmas.of(user, self._adjoint_label(user)), self.lemmas.of(inner, self._adjoint_label(inner))
        passed = dict(zip(apart.arguments, apart.contributions, strict=True))
        whole = {label: inner.body}
        if own.adjoint is not None:
            whole[own.adjoint] = substitute(passed.pop(label), {label: inner.body})
        composed = substitute_all([*passed.values(), *own.contributions], whole)
        body = substitute(user.body, {label: inner.body})
        parts = {**user.parts, **inner.parts}
        del parts[label]
        arguments = tuple(
            dict.fromkeys([*(argument for argument in user.arguments if argument is not label), *inner.arguments])
        )
        names = {**user.written_out, **inner.written_out, inner.body: label}
        merged = Definition(user.value, body, {**parts, label: inner.value}, arguments, names)
        together = self.lemmas.of(merged, self._adjoint_label(user))
        return merged if _operations(together.contributions) < _operations(composed) else None

    # --- the sweep --------------------------------------------------------------------------------------------------

    def _take(self, definition: Definition) -> None:
        """Replace ⟨adjoint, d(definition)⟩ by what it gives for the values that the definition is made of."""
        adjoint = self._collected(definition.value)
        lemma = self.lemmas.of(definition, None if adjoint is tidy.ONE else self._adjoint_label(definition))
        self.used[lemma.proof] = None
        labels: dict[Node, Node] = dict(definition.parts)
        if lemma.adjoint is not None:
            labels[lemma.adjoint] = adjoint
        named = {definition.body: definition.value} if isinstance(definition.value, Named) else {}
        known = {**definition.written_out, **{body: _label(value) for body, value in named.items()}}
        labels.update((_label(value), value) for value in named.values())
        contributions = substitute_all(substitute_all(lemma.contributions, known), labels)
        old = term(adjoint, Differential(definition.value))
        parts = []
        for label, contribution in zip(lemma.arguments, contributions, strict=True):
            if tidy.is_zero(contribution):
                continue
            value = definition.parts[label]
            made = self._named(value, contribution) if self.users.get(value) == 1 else contribution
            self.terms.setdefault(value, []).append(made)
            parts.append(term(made, Differential(value)))
        new = tidy.add(parts) if parts else tidy.ZERO
        self.proof.step(old, new, rule="reverse sweep", statement=SWEEP)

    def _collected(self, value: Node) -> Node:
        """The adjoint of a value; the terms of several users joined to one, in normal form and by its name."""
        found = self.terms.pop(value, [])
        if len(found) == 1:
            return found[0]
        joined = _joined(found) if found else tidy.zero(*value.shape)
        joined = self._named(value, joined)
        if found:
            old = tidy.add([term(part, Differential(value)) for part in found])
            new = term(joined, Differential(value))
            self.proof.step(old, new, rule="collect", statement="⟨G, dX⟩ + ⟨H, dX⟩ = ⟨G + H, dX⟩")
        return joined

    def _named(self, value: Node, adjoint: Node) -> Node:
        """The adjoint of a definition by a name of its own; that of a variable is its gradient, and needs none."""
        if not isinstance(value, Named) or not adjoint.children or isinstance(adjoint, Named):
            return adjoint
        return Named(self._adjoint_name(value), value.rank, adjoint)

    def _adjoint_name(self, value: Named) -> str:
        name = f"{ADJOINT}_{value.name}"
        while name in self.taken:
            name += "_"
        return name

    def _adjoint_label(self, definition: Definition) -> Variable | None:
        if not isinstance(definition.value, Named):
            return None
        return Variable(self._adjoint_name(definition.value), *definition.value.shape, definition.value.rank)


class Lemmas:
    """The lemmas of a sweep, one for all definitions that differ in names and sizes alone."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._found: dict[tuple[Node, tuple[Variable, ...]], Lemma] = {}
        self._known: dict[tuple[Node, tuple[Variable, ...]], tuple[Lemma, Canonical]] = {}

    def of(self, definition: Definition, adjoint: Variable | None) -> Lemma:
        """The lemma of a definition, in its own names."""
        statement = definition.body if adjoint is None else _product(adjoint, definition.body)
        asked = statement, definition.arguments
        if asked not in self._found:
            self._found[asked] = self._lemma(definition, adjoint, statement)
        return self._found[asked]

    def _lemma(self, definition: Definition, adjoint: Variable | None, statement: Node) -> Lemma:
        made = canonical(statement)
        key = made.expression, tuple(made.names[argument] for argument in definition.arguments)
        if key not in self._known:
            proof = Proof(statement, definition.arguments, title=_title(definition), seed=self._seed)
            take_gradient(proof)
            contributions = proof.line.children if isinstance(proof.line, Several) else (proof.line,)
            lemma = Lemma(proof, adjoint, definition.arguments, contributions)
            self._known[key] = lemma, made
            return lemma
        lemma, other = self._known[key]
        if list(other.names) == list(made.names):
            return lemma
        names = dict(zip(other.names, made.names, strict=True))
        sizes = dict(zip(other.sizes, made.sizes, strict=True))
        contributions = tuple(renamed(part, names, sizes) for part in lemma.contributions)
        return Lemma(lemma.proof, adjoint, definition.arguments, contributions)


def _title(definition: Definition) -> str:
    value = definition.value
    return f"The adjoints that {text(_label(value))} passes on" if isinstance(value, Named) else "The last adjoints"


def _product(adjoint: Variable, body: Node) -> Node:
    return Multiply(adjoint, body) if body.is_scalar else Inner(adjoint, body)


def _label(value: Node) -> Variable:
    assert isinstance(value, Named)
    return value.label


def _joined(found: Sequence[Node]) -> Node:
    """The sum of contributions in normal form; what names stand for is not looked at."""
    names = names_in(*found)
    joined = normal(substitute(tidy.add(found), {name: name.label for name in names}), COLLECTED)
    named = substitute(joined, {name.label: name for name in names})
    return tidy.add(sorted(named.children, key=term_key)) if isinstance(named, Add) else named


def _terms(statement: Node) -> list[Node]:
    """The terms of a scalar, a factor before a sum being one before each of its terms."""
    found: list[Node] = []
    stack = [(statement, tidy.ONE)]
    while stack:
        node, factor = stack.pop()
        sums = [child for child in node.children if isinstance(child, Add)] if isinstance(node, Multiply) else []
        if isinstance(node, Add):
            stack.extend((child, factor) for child in reversed(node.children))
        elif len(sums) == 1:
            others = [child for child in node.children if child is not sums[0]]
            stack.append((sums[0], tidy.product([factor, *others])))
        else:
            found.append(tidy.product([factor, node]))
    return found


def _users(definitions: Sequence[Definition], summands: Sequence[Node]) -> dict[Node, int]:
    """How many definitions each value is used by; one that is a summand of the objective is used by that, too."""
    users: dict[Node, int] = {summand: 1 for summand in summands if isinstance(summand, Named)}
    for definition in definitions:
        for label in definition.arguments:
            value = definition.parts[label]
            users[value] = users.get(value, 0) + 1
    return users


def _operations(parts: Sequence[Node]) -> int:
    """How many different operations there are in all."""
    return count(*parts) - sum(1 for node in surface(*parts) if not node.children or isinstance(node, Number))


def _all_variables(root: Node) -> list[Variable]:
    roots = [root, *(node.body for node in all_names(root))]
    return [node for node in surface(*roots) if isinstance(node, Variable)]
