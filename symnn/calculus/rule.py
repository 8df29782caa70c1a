"""A rule: its name, its statement, and what it does to a node. One rule, one place in a line, one step of a proof.

Rules that rewrite a node stand in a `RuleBook`, several for one kind of node; differentials, adjoints and stackings,
one for each kind, in a `RuleTable`. Both are filled by decorators that read the statement from the docstring.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from symnn.algebra.nodes import Node

Make = TypeVar("Make", bound=Callable[..., object])


@dataclass(frozen=True)
class Rule:
    """`apply` takes the node that the rule is about and gives what it becomes, or None where it does not apply."""

    name: str
    statement: str
    apply: Callable[[Node], Node | None]


class RuleTable(dict[type[Node], tuple[str, str, Make]], Generic[Make]):
    """One rule for each kind of node: its name, its statement, and a function, of one signature for the table."""

    def rule(self, name: str, *kinds: type[Node]) -> Callable[[Make], Make]:
        """Enter a function as the rule for the given kinds."""

        def enter(make: Make) -> Make:
            for kind in kinds:
                self[kind] = name, statement_of(make), make
            return make

        return enter


class RuleBook(defaultdict[type[Node], list[Rule]]):
    """Rules by the kind of node that they are about, in the order in which they are tried."""

    def __init__(self) -> None:
        super().__init__(list)

    def rule(
        self, name: str, *kinds: type[Node]
    ) -> Callable[[Callable[[Node], Node | None]], Callable[[Node], Node | None]]:
        """Enter a function as a rule; the first line of its docstring is the statement that a proof prints."""

        def enter(apply: Callable[[Node], Node | None]) -> Callable[[Node], Node | None]:
            made = Rule(name, statement_of(apply), apply)
            for kind in kinds:
                self[kind].append(made)
            return apply

        return enter

    def include(self, other: RuleBook) -> None:
        """Enter the rules of another book after those that are here."""
        for kind, rules in other.items():
            self[kind].extend(rules)

    def without(self, *names: str) -> RuleBook:
        """The same rules but for those of the given names."""
        book = RuleBook()
        for kind, rules in self.items():
            book[kind] = [rule for rule in rules if rule.name not in names]
        return book

    def only(self, *names: str) -> RuleBook:
        """The rules of the given names."""
        return self.without(*{rule.name for rule in self.all()}.difference(names))

    def all(self) -> list[Rule]:
        """Every rule once."""
        return list(dict.fromkeys(rule for rules in self.values() for rule in rules))


def statement_of(function: Callable[..., object]) -> str:
    """What a rule says: the first line of its docstring."""
    return (function.__doc__ or "").strip().partition("\n")[0]
