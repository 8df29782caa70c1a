"""Where a value overflows or vanishes as it is written: in which directions of which exponents.

exp(u) overflows where u goes up and vanishes where u goes down; a sigmoid only vanishes, a sum vanishes only where all
of its terms do, and what stands under a fraction bar does the opposite. A product is in danger where one factor may
overflow while another vanishes: NumPy gives ∞ · 0 where the product has a value. It is not where both grow in the same
directions, as in (y − eᵘ)eᵘ, nor where a product of matrices meets what has other directions: what comes back through
the layers of a network would have to overflow where a unit is dead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from symnn.codegen.exponents import NOTHING, Exponent, Exponents, Terms
from symnn.codegen.instructions import Axes, Instruction, Operation, Value
from symnn.codegen.program import Program

Directions: TypeAlias = frozenset[tuple[Value, int]]
"""Parts of exponents, each with the sign of its coefficient: it makes the exponential large where it has this sign."""

MOVES = frozenset({Operation.TRANSPOSE, Operation.COLUMN, Operation.ONLY_COLUMN})
ARITHMETIC = frozenset({Operation.SCALE, Operation.ADD, Operation.PRODUCT, Operation.POWER})
TRANSPARENT = MOVES | ARITHMETIC | {Operation.SUM, Operation.INNER, Operation.MATMUL}
OVERFLOWING = frozenset({"np.exp", "np.expm1", "np.cosh", "np.sinh"})
GROWING = OVERFLOWING | {"np.tanh", "_sigmoid", "_softmax"}

NOWHERE: Directions = frozenset()
MOST_DIRECTIONS = 16


@dataclass(frozen=True)
class Growth:
    """The directions in which a value overflows, and those of exponentials with which it vanishes.

    In one that is `mixed`, a product of matrices has brought different entries together.
    """

    large: Directions = NOWHERE
    small: Directions = NOWHERE
    is_mixed: bool = False

    def __bool__(self) -> bool:
        return bool(self.large or self.small)


BOUNDED = Growth()


def inherits(instruction: Instruction) -> bool:
    """Whether an instruction grows as its operands do, and not by an exponential of its own."""
    return instruction.operation in TRANSPARENT or instruction.detail == "np.sqrt"


def is_in_danger(growths: Sequence[Growth]) -> bool:
    """Whether, in a product of such values, one may overflow while another vanishes."""
    return any(
        _is_against(large, small)
        for place, large in enumerate(growths)
        if large.large
        for other, small in enumerate(growths)
        if small.small and place != other
    )


def _is_against(large: Growth, small: Growth) -> bool:
    if large.large & _opposite(small.small):
        return True
    return not (large.is_mixed or small.is_mixed) and large.large != small.small


def inverted(growth: Growth) -> Growth:
    """The growth of the reciprocal."""
    return Growth(_opposite(growth.small), _opposite(growth.large), growth.is_mixed)


class GrowingProgram(Program):
    """A program that knows which values have exponentials in them, and which are made of them and of numbers alone."""

    def __init__(self) -> None:
        super().__init__()
        self._growing: list[bool] = []
        self._pure: list[bool] = []
        self._overflowing: list[bool] = []

    def _emit(self, operation: Operation, operands: Sequence[Value], axes: Axes, detail: Any = None) -> Value:
        value = super()._emit(operation, operands, axes, detail)
        if value == len(self._growing):
            inherited = inherits(self[value])
            is_exponential = operation is Operation.CALL and detail in GROWING
            self._growing.append(is_exponential or (inherited and any(map(self.grows, operands))))
            is_alone = inherited and all(map(self.is_pure, operands))
            self._pure.append(is_exponential or is_alone or operation is Operation.NUMBER)
            is_large = operation is Operation.CALL and detail in OVERFLOWING
            below = operands[detail:] if operation is Operation.PRODUCT else ()
            below = operands if operation is Operation.POWER and self.constant(operands[1]) is None else below
            is_inverse = any(map(self.grows, below))
            self._overflowing.append(is_large or is_inverse or (inherited and any(map(self.may_overflow, operands))))
        return value

    def grows(self, value: Value) -> bool:
        """Whether exponentials are in it, through operations for which there are rules."""
        return self._growing[value]

    def may_overflow(self, value: Value) -> bool:
        """Whether exponentials in it may make it overflow: it is quickly asked, and never wrongly denied."""
        return self._overflowing[value]

    def is_pure(self, value: Value) -> bool:
        """Whether nothing but exponentials and numbers is in it."""
        return self._pure[value]

    def as_written(self, factors: Iterable[Value], divisors: Iterable[Value] = ()) -> Value:
        """A product without a look at how its factors grow."""
        return Program.product(self, factors, divisors)


class Growths:
    """The growth of the values of one program, each found once.

    `terms_of` gives the Σ c·exp(e) that a value made of exponentials and numbers alone is: what cancels in it is seen.
    """

    def __init__(self, program: GrowingProgram, exponents: Exponents, terms_of: Callable[[Value], Terms]) -> None:
        self.program = program
        self.exponents = exponents
        self.terms_of = terms_of
        self._known: dict[Value, Growth] = {}

    def of(self, value: Value) -> Growth:
        """The growth of a value; that of its operands is found first."""
        stack = [value]
        while stack:
            top = stack[-1]
            if top in self._known or not self.program.grows(top):
                stack.pop()
                continue
            instruction = self.program[top]
            wanted = instruction.operands if inherits(instruction) else ()
            missing = [part for part in wanted if part not in self._known and self.program.grows(part)]
            if missing:
                stack.extend(missing)
            else:
                stack.pop()
                self._known[top] = self._made(top, instruction)
        return self._known.get(value, BOUNDED)

    def _made(self, value: Value, instruction: Instruction) -> Growth:
        operands = [self._known.get(operand, BOUNDED) for operand in instruction.operands]
        is_mixed = instruction.operation is Operation.MATMUL or any(part.is_mixed for part in operands)
        match instruction.operation:
            case Operation.CALL:
                return operands[0] if instruction.detail == "np.sqrt" else self._called(instruction)
            case Operation.ADD:
                large = _joined(part.large for part in operands)
                return Growth(large, self._where_sum_vanishes(value, operands), is_mixed)
            case Operation.POWER if self.program.constant(instruction.operands[1]) is None:
                both = _joined([operands[0].large, operands[0].small])
                both |= _opposite(both)
                return Growth(both, both, is_mixed)
            case Operation.PRODUCT:
                count = instruction.detail
                operands = [*operands[:count], *map(inverted, operands[count:])]
        return Growth(_joined(part.large for part in operands), _joined(part.small for part in operands), is_mixed)

    def _called(self, instruction: Instruction) -> Growth:
        up = self.directions(self.exponents.of(instruction.operands[0]))
        both = up | _opposite(up)
        match instruction.detail:
            case "np.exp":
                bounds = {(atom, sign) for atom, sign in up if self._is_nonnegative(atom)}
                high, low = ({each for each in bounds if each[1] == sign} for sign in (1, -1))
                return Growth(up - low, up - high)
            case "np.expm1":
                return Growth(up)
            case "np.cosh" | "np.sinh":
                return Growth(both)
            case "_sigmoid":
                return Growth(NOWHERE, up)
            case "_softmax":
                return Growth(NOWHERE, both)
        return BOUNDED

    def _is_nonnegative(self, value: Value) -> bool:
        """Whether a value is an absolute value or an even power, so that its exponential is bounded on one side."""
        instruction = self.program[value]
        if instruction.operation is Operation.POWER:
            power = self.program.constant(instruction.operands[1])
            return power is not None and bool(power.p % 2 == 0)
        return instruction.operation is Operation.CALL and instruction.detail == "np.abs"

    def _where_sum_vanishes(self, value: Value, terms: Sequence[Growth]) -> Directions:
        if all(term.small for term in terms):
            return _joined(term.small for term in terms)
        if not self.program.is_pure(value):
            return NOWHERE
        exponentials = self.terms_of(value)
        return NOWHERE if NOTHING in exponentials else _joined(map(self.directions, exponentials))

    def directions(self, exponent: Exponent) -> Directions:
        """The directions in which an exponent goes up, through transposes and the logarithms of sums in it."""
        found: set[tuple[Value, int]] = set()
        pending = [(atom, 1 if factor > 0 else -1) for atom, factor in exponent]
        while pending:
            atom, sign = pending.pop()
            while self.program[atom].operation in MOVES:
                atom = self.program[atom].operands[0]
            if (atom, sign) in found:
                continue
            found.add((atom, sign))
            inside = list(self.exponents.sums.get(atom, ()))
            inside += [self.exponents.totals[atom][0]] if atom in self.exponents.totals else []
            pending.extend((part, sign if factor > 0 else -sign) for each in inside for part, factor in each)
        return frozenset(found)


def _opposite(directions: Directions) -> Directions:
    return frozenset((atom, -sign) for atom, sign in directions)


def _joined(parts: Iterable[Directions]) -> Directions:
    """All directions; of very many the latest, so that the cost of a deep graph stays linear."""
    joined = NOWHERE.union(*parts)
    return joined if len(joined) <= MOST_DIRECTIONS else frozenset(sorted(joined)[-MOST_DIRECTIONS:])
