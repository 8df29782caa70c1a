"""From a program to lines of code: what gets a name of its own, and which name.

A value that is used more than once is computed once and named; a value that is used once stands where it is used, as
long as the line stays short.
"""

from __future__ import annotations

import keyword
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from symnn.codegen.instructions import Instruction, Operation, Value
from symnn.codegen.program import Program
from symnn.codegen.spelling import Speller, Text, name

LONGEST_LINE = 80
LEAVES = frozenset({Operation.PARAMETER, Operation.NUMBER, Operation.SIZE, Operation.NAMED})
NEVER_NAMED = LEAVES | {Operation.TRANSPOSE, Operation.COLUMN, Operation.ONLY_COLUMN}
WORDS: Mapping[Operation, str] = {
    Operation.SCALE: "scaled",
    Operation.PRODUCT: "product",
    Operation.POWER: "power",
    Operation.MATMUL: "product",
    Operation.INNER: "inner",
    Operation.OUTER: "outer",
    Operation.KRONECKER: "product",
    Operation.VEC: "stacked",
    Operation.UNVEC: "unstacked",
    Operation.BLOCK_ROWS: "blocks",
    Operation.COMMUTATION: "commutation",
    Operation.SELECT: "part",
    Operation.PLACE: "placed",
    Operation.TRIANGLE: "triangle",
    Operation.SUM: "total",
    Operation.MEAN: "mean",
    Operation.SOLVE: "solution",
    Operation.LEAST_SQUARES: "solution",
    Operation.INVERSE: "inverse",
    Operation.DETERMINANT: "determinant",
    Operation.TRACE: "trace",
    Operation.EYE: "identity",
    Operation.DIAGONAL: "diagonal",
    Operation.DIAGONAL_PART: "diagonal",
    Operation.FULL: "repeated",
    Operation.COMPARE: "condition",
    Operation.WHERE: "chosen",
    Operation.TRANSPOSE: "transposed",
    Operation.COLUMN: "column",
    Operation.ONLY_COLUMN: "column",
    Operation.PARAMETER: "value",
    Operation.NUMBER: "value",
    Operation.SIZE: "size",
}


@dataclass(frozen=True)
class Assignment:
    """A line ``target = text``, with the number of its equation."""

    target: str
    text: str
    equation: int | None

    @property
    def comment(self) -> str:
        return "" if self.equation is None else f"  # ({self.equation})"


class Names:
    """Python names that are still free."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = {unicodedata.normalize("NFKC", name) for name in taken}
        self.counts: dict[str, int] = {}

    def fresh(self, wish: str) -> str:
        """The wish itself, as Python reads it, or the wish with the first free number behind it."""
        wish = found = unicodedata.normalize("NFKC", wish)
        while found in self.taken or keyword.iskeyword(found):
            self.counts[wish] = self.counts.get(wish, 1) + 1
            found = f"{wish}_{self.counts[wish]}"
        self.taken.add(found)
        return found


@dataclass
class Schedule:
    """The lines before the results, and the texts of the results. Values with a wish get a line of that name."""

    program: Program
    speller: Speller
    names: Names
    wishes: Mapping[Value, str] = field(default_factory=dict)
    lines: list[Assignment] = field(default_factory=list)
    texts: dict[Value, Text] = field(default_factory=dict)
    roles: dict[Value, str] = field(default_factory=dict)

    def run(self, results: Sequence[Value]) -> list[Text]:
        live = self.program.live(results)
        uses = Counter(operand for value in live for operand in self.program[value].operands)
        uses.update(results)
        for value in live:
            if self.program[value].operation is Operation.SOLVE:
                matrix, right_side = self.program[value].operands
                self.roles.setdefault(right_side, "right_side")
                self.roles[matrix] = "matrix"
        for value in live:
            self.texts[value] = self._written(value)
            if self._needs_name(value, uses[value]):
                self._assign(value)
        return [self.texts[result] for result in results]

    def _needs_name(self, value: Value, uses: int) -> bool:
        operation = self.program[value].operation
        if value in self.wishes:
            return operation not in LEAVES
        return uses > 1 and operation not in NEVER_NAMED and not self._is_short(value)

    def _is_short(self, value: Value) -> bool:
        """Whether a value is as quick and as clear to write again: a sign or a factor before a name."""
        instruction = self.program[value]
        if instruction.operation is Operation.SCALE and self.program.rank(value) == 0:
            return self.program[instruction.operands[0]].operation in NEVER_NAMED
        return False

    def _written(self, value: Value) -> Text:
        """The text of a value; operands are named, the longest first, until it is short enough."""
        operands = self.program[value].operands
        while True:
            text = self.speller.spell(value, [self.texts[operand] for operand in operands])
            inlined = [operand for operand in dict.fromkeys(operands) if self._can_be_named(operand)]
            if len(text.text) <= LONGEST_LINE or not inlined:
                return text
            self._assign(max(inlined, key=lambda operand: len(self.texts[operand].text)))

    def _can_be_named(self, value: Value) -> bool:
        return self.program[value].operation not in LEAVES and not self.texts[value].text.isidentifier()

    def _assign(self, value: Value) -> None:
        self.named(value, self._wish(value))

    def named(self, value: Value, wish: str) -> Text:
        """Give a value a line and a name of its own."""
        target = self.names.fresh(wish)
        self.lines.append(Assignment(target, self.texts[value].text, self.program[value].equation))
        self.texts[value] = name(target)
        return self.texts[value]

    def _wish(self, value: Value) -> str:
        """A telling name: the wished one, its role in a solve, ``residual``, ``XtX`` for a product, or a word."""
        instruction = self.program[value]
        if value in self.wishes:
            return self.wishes[value]
        if value in self.roles and instruction.operation is Operation.ADD:
            return self.roles[value]
        if instruction.operation is Operation.CALL:
            word: str = instruction.detail.rpartition(".")[2].lstrip("_")
            return f"{word}_value"
        if instruction.operation is Operation.ADD:
            is_difference = min(instruction.detail) < 0
            if is_difference and instruction.axes and Operation.NUMBER not in self._kinds(instruction):
                return "residual"
            return "difference" if is_difference else "combined"
        if instruction.operation is Operation.MATMUL:
            spelled = "".join(self._letters(operand) or " " for operand in instruction.operands)
            if " " not in spelled and len(spelled) <= 6:
                return spelled
        return WORDS[instruction.operation]

    def _kinds(self, instruction: Instruction) -> set[Operation]:
        return {self.program[operand].operation for operand in instruction.operands}

    def _letters(self, value: Value) -> str:
        instruction = self.program[value]
        if instruction.operation is Operation.PARAMETER:
            return str(instruction.detail)
        if instruction.operation is Operation.TRANSPOSE:
            inner = self._letters(instruction.operands[0])
            return f"{inner}t" if inner else ""
        return ""
