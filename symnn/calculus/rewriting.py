"""Rewriting from the inside out: every part of a line is brought to its final form once, after what it is made of.

The work is linear in the size of the line and the number of rewritings; a line is never searched from its beginning for
the next place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from symnn.algebra.nodes import Function, Named, Node
from symnn.errors import UnsupportedError
from symnn.proof.line import Line

Rewriting = tuple[str, str, Node]
"""The name of a rule, its statement, and what a node becomes by it."""


class Written(Protocol):
    """A line that is rewritten: that of a proof, or one of which no proof is kept."""

    @property
    def line(self) -> Node: ...

    def __contains__(self, part: Node) -> bool: ...

    def step(self, redex: Node, contractum: Node, *, rule: str, statement: str = "") -> None: ...


class Draft:
    """A line without a proof."""

    def __init__(self, node: Node) -> None:
        self._line = Line(node)

    @property
    def line(self) -> Node:
        return self._line.node

    def __contains__(self, part: Node) -> bool:
        return part in self._line

    def step(self, redex: Node, contractum: Node, *, rule: str, statement: str = "") -> None:
        self._line.replace(redex, contractum)


def rewrite(written: Written, rewriting: Callable[[Node], Rewriting | None]) -> None:
    """Rewrite every part until no rewriting is left; each is one step.

    Raises UnsupportedError where the rewritings run in a circle.
    """
    final: set[Node] = set()
    while not _Pass(written, rewriting, final).run():
        pass


class _Pass:
    """Once through the line. Where sums or products have joined in another way than expected, the next pass goes on."""

    def __init__(self, written: Written, rewriting: Callable[[Node], Rewriting | None], final: set[Node]) -> None:
        self.written = written
        self.rewriting = rewriting
        self.final = final
        self.values: dict[Node, Node] = {}
        self.follows: dict[Node, Node] = {}

    def run(self) -> bool:
        """Whether the line is in its final form now."""
        root = self.written.line
        stack = [root]
        while stack:
            node = stack[-1]
            if node in self.values:
                stack.pop()
                continue
            after = self.follows[node] if node in self.follows else self._rebuilt(node, stack)
            if after is None:
                continue
            if after in self.values and not self._is_back(after):
                self.values[node] = self.values[after]
            elif after is not node:
                stack.append(self._next(node, after))
            elif not self._rewritten(node):
                return False
        return self.values[root] is root

    def _rebuilt(self, node: Node, stack: list[Node]) -> Node | None:
        """The node over the final forms of its children; None where they are to be found first."""
        children = () if isinstance(node, Function | Named) else node.children
        missing = [child for child in children if child not in self.values or self._is_back(child)]
        if missing:
            if any(child in self.follows for child in missing):
                self._refuse_circle(node)
            stack.extend(reversed(missing))
            return None
        if all(self.values[child] is child for child in children):
            return node
        return node.rebuild([self.values[child] for child in children])

    def _is_back(self, child: Node) -> bool:
        """Whether a part that was rewritten stands on the line again, so that it is to be rewritten again."""
        if self.values[child] is child or child not in self.written:
            return False
        del self.values[child]
        self.follows.pop(child, None)
        return True

    def _next(self, node: Node, after: Node) -> Node:
        if after in self.follows:
            self._refuse_circle(node)
        self.follows[node] = after
        return after

    def _rewritten(self, node: Node) -> bool:
        """Rewrite a node whose children are final; False where it does not stand on the line."""
        found = None if node in self.final else self.rewriting(node)
        if found is None:
            self.final.add(node)
            self.values[node] = node
            return True
        if node not in self.written:
            return False
        rule, statement, made = found
        self.written.step(node, made, rule=rule, statement=statement)
        if made in self.written:
            self.follows[node] = made
        else:
            # It has joined what stands around it, which is next.
            self.values[node] = made
        return True

    def _refuse_circle(self, node: Node) -> None:
        raise UnsupportedError(
            f"the rules come back to a line that they met before, and find no normal form: {self.written.line}"
        )
