"""Printed pieces put together: where parentheses, dots and spaces must stand, in one dialect."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from symnn.algebra.dialects import Dialect
from symnn.algebra.pieces import Edge, Level, Piece


class Joiner:
    """What all printed expressions have in common, whatever their nodes are."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def signed(self, piece: Piece) -> str:
        return self.dialect.minus + piece.body if piece.negative else piece.body

    def parenthesized(self, piece: Piece) -> Piece:
        return Piece(self.dialect.parentheses(self.signed(piece)), start=Edge.OPEN)

    def operand(self, piece: Piece, level: Level) -> Piece:
        """The piece, in parentheses unless it holds together at least as tightly as `level`."""
        if piece.negative:
            return self.parenthesized(piece) if level > Level.SUM else Piece(self.signed(piece), Level.SUM)
        return piece if piece.level >= level else self.parenthesized(piece)

    def joint(self, left: Piece, right: Piece) -> str:
        if left.end is Edge.PREFIX:
            return self.dialect.spaced_dot
        if right.start is Edge.NUMBER or (left.end is Edge.NUMBER and right.start is Edge.DIGIT):
            return self.dialect.dot
        if left.end is Edge.CALLABLE and right.start is Edge.OPEN:
            return self.dialect.dot
        if right.start is Edge.OPERATOR:
            return " "
        return self.dialect.thin if Edge.WORD in (left.end, right.start) else self.dialect.juxtaposed

    def product(self, factors: Sequence[Piece]) -> Piece:
        """Factors side by side; each holds together as a factor must."""
        body = factors[0].body
        for left, right in pairwise(factors):
            body += self.joint(left, right) + right.body
        level = factors[0].level if len(factors) == 1 else Level.PRODUCT
        return Piece(body, level, factors[0].start, factors[-1].end, greedy=factors[-1].greedy)

    def factor(self, piece: Piece, last: bool) -> Piece:
        """A factor of a product; only the last one may take in what follows."""
        if piece.greedy and not piece.negative:
            return piece if last else self.parenthesized(piece)
        return self.operand(piece, Level.PREFIX)

    def call(self, name: Piece, argument: str) -> Piece:
        return Piece(name.body + self.dialect.parentheses(argument), start=name.start)
