"""Expressions as people write them, in one line of text or LaTeX, by one walk with two dialects."""

from __future__ import annotations

from collections.abc import Sequence

from symnn.algebra.nodes import Node
from symnn.algebra.walk import fold


def text(root: Node) -> str:
    """A stand-in until the printer is written."""

    def combine(node: Node, parts: Sequence[str]) -> str:
        others = [str(arg) for arg in node.args if not isinstance(arg, Node)]
        return f"{type(node).__name__}({', '.join([*parts, *others[:1]])})"

    return fold(root, combine)


def latex(root: Node) -> str:
    return text(root)
