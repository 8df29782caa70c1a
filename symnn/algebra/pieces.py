"""Printed expressions, with what their neighbours have to know of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum, auto


class Level(IntEnum):
    """How tightly an expression holds together; an operand below the level that its place asks for gets parentheses."""

    LIST = auto()
    EQUATION = auto()
    SUM = auto()
    HADAMARD = auto()
    QUOTIENT = auto()
    PRODUCT = auto()
    PREFIX = auto()
    POWER = auto()
    DIFFERENTIAL = auto()
    ATOM = auto()


class Edge(Enum):
    """What an expression begins or ends with, as far as its neighbour in a product has to know."""

    PLAIN = auto()
    OPEN = auto()
    WORD = auto()
    DIGIT = auto()
    NUMBER = auto()
    OPERATOR = auto()
    PREFIX = auto()
    CALLABLE = auto()


@dataclass(frozen=True)
class Piece:
    """A printed expression. The body of a negative one lacks its minus sign; a greedy one takes in all that follows."""

    body: str
    level: Level = Level.ATOM
    start: Edge = Edge.PLAIN
    end: Edge = Edge.PLAIN
    negative: bool = False
    greedy: bool = False
