"""Books of rules: entered by kind, tried in order, taken apart by name."""

import pytest

from symnn.algebra.language import matrix
from symnn.algebra.nodes import Add, MatMul, Node, Transpose
from symnn.algebra.sizes import dims
from symnn.calculus.rule import Rule, RuleBook

n, d = dims("n d")
X = matrix("X", n, d)


@pytest.fixture
def book() -> RuleBook:
    made = RuleBook()

    @made.rule("first", Transpose)
    def _first(node: Node) -> Node | None:
        """(Aᵀ)ᵀ = A

        What follows is not printed.
        """
        return node.children[0]

    @made.rule("second", Transpose, Add)
    def _second(node: Node) -> Node | None:
        """A + B = B + A"""
        return None

    return made


def test_rules_are_entered_by_kind_in_order(book: RuleBook) -> None:
    assert [rule.name for rule in book[Transpose]] == ["first", "second"]
    assert [rule.name for rule in book[Add]] == ["second"]
    assert book[MatMul] == []


def test_statement_is_the_first_line(book: RuleBook) -> None:
    first = book[Transpose][0]
    assert isinstance(first, Rule)
    assert first.statement == "(Aᵀ)ᵀ = A"
    assert first.apply(Transpose(X)) is X


def test_all_names_each_rule_once(book: RuleBook) -> None:
    assert [rule.name for rule in book.all()] == ["first", "second"]


def test_without_and_only(book: RuleBook) -> None:
    assert [rule.name for rule in book.without("first").all()] == ["second"]
    assert [rule.name for rule in book.only("first").all()] == ["first"]
    assert [rule.name for rule in book.all()] == ["first", "second"]
    assert book.without("first", "second").all() == []
