"""A program over NumPy arrays: numbered instructions, equal ones merged, each with the symbolic shape of its array.

A value may be smaller than the matrix that it stands for: NumPy's broadcasting repeats it where it meets its like, and
`full` where it must stand alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import sympy
from sympy import Integer, Rational

from symnn.algebra.nodes import Selection
from symnn.algebra.sizes import ONE, Size, same_shape
from symnn.codegen.instructions import PLAIN_PYTHON, Axes, Instruction, Operation, Value
from symnn.errors import UnsupportedError

MOST_OPERANDS = 8
LARGEST = Integer(10) ** 300


class Program:
    """Instructions in order; every method adds one, or finds an equal one, and returns its number."""

    def __init__(self) -> None:
        self.instructions: list[Instruction] = []
        self.equation: int | None = None
        self._plain: list[bool] = []
        self._symmetric: set[Value] = set()
        self._kept: set[Value] = set()
        self._known: dict[tuple[Operation, tuple[Value, ...], Any], Value] = {}

    def __getitem__(self, value: Value) -> Instruction:
        return self.instructions[value]

    def axes(self, value: Value) -> Axes:
        return self.instructions[value].axes

    def rank(self, value: Value) -> int:
        return len(self.axes(value))

    def _emit(self, operation: Operation, operands: Sequence[Value], axes: Axes, detail: Any = None) -> Value:
        key = (operation, tuple(operands), detail)
        if key not in self._known:
            self._known[key] = len(self.instructions)
            self.instructions.append(Instruction(operation, key[1], detail, axes, self.equation))
            is_plain = operation in PLAIN_PYTHON and all(self._plain[operand] for operand in operands)
            self._plain.append(is_plain)
            if self._keeps_symmetry(operation, key[1]):
                self._symmetric.add(self._known[key])
        return self._known[key]

    # --- leaves -----------------------------------------------------------------------------------------------------

    def parameter(self, name: str, axes: Axes, *, is_symmetric: bool = False) -> Value:
        value = self._emit(Operation.PARAMETER, (), axes, name)
        if is_symmetric:
            self._symmetric.add(value)
        return value

    def number(self, value: object) -> Value:
        rational = Rational(value)
        if abs(rational) > LARGEST:
            raise UnsupportedError(f"the constant {str(rational)[:20]}… does not fit a float64")
        return self._emit(Operation.NUMBER, (), (), rational)

    def pi(self) -> Value:
        return self._emit(Operation.NAMED, (), (), "np.pi")

    def size(self, size: Size) -> Value:
        return self.number(size) if size.is_Rational else self._emit(Operation.SIZE, (), (), size)

    def eye(self, size: Size) -> Value:
        return self.number(1) if size == 1 else self._emit(Operation.EYE, (), (size, size), size)

    # --- entry by entry ---------------------------------------------------------------------------------------------

    def constant(self, value: Value) -> Rational | None:
        """The rational that a value is, if it is one."""
        instruction = self[value]
        return instruction.detail if instruction.operation is Operation.NUMBER else None

    def parts(self, value: Value) -> tuple[Rational, Value | None]:
        """A value as a rational factor and the rest, which is None for a constant."""
        instruction = self[value]
        if instruction.operation is Operation.NUMBER:
            return instruction.detail, None
        if instruction.operation is Operation.SCALE and value not in self._kept:
            return instruction.detail, instruction.operands[0]
        return Integer(1), value

    def keep(self, value: Value) -> Value:
        """The value, from which no factor is taken any more: where it has a name, others are made of it as a whole."""
        self._kept.add(value)
        return value

    def scale(self, factor: Rational, value: Value) -> Value:
        own, rest = self.parts(value)
        factor = factor * own
        if rest is None or factor == 0:
            return self.number(factor)
        return rest if factor == 1 else self._emit(Operation.SCALE, (rest,), self.axes(rest), factor)

    def add(self, terms: Iterable[Value]) -> Value:
        constant = Integer(0)
        merged: dict[Value, Rational] = {}
        for term in terms:
            factor, rest = self.parts(term)
            if rest is None:
                constant += factor
            else:
                merged[rest] = merged.get(rest, Integer(0)) + factor
        found = [(rest, factor) for rest, factor in merged.items() if factor != 0]
        if constant != 0:
            place = len(found) if found and found[0][1] > 0 and constant < 0 else 0
            found.insert(place, (self.number(1), constant))
        if not found:
            return self.number(0)
        if found[0][1] < 0:
            found.sort(key=lambda pair: bool(pair[1] < 0))
        while len(found) > MOST_OPERANDS:
            found[:MOST_OPERANDS] = [(self._sum_of(found[:MOST_OPERANDS]), Integer(1))]
        return self._sum_of(found)

    def _terms(self, value: Value) -> list[tuple[Value, Rational]]:
        """The operands of a sum, each with its rational factor."""
        return list(zip(self[value].operands, self[value].detail, strict=True))

    def _sum_of(self, found: Sequence[tuple[Value, Rational]]) -> Value:
        if len(found) == 1:
            return self.scale(found[0][1], found[0][0])
        rests, factors = zip(*found, strict=True)
        return self._emit(Operation.ADD, rests, self.joint(rests), tuple(factors))

    def joint(self, values: Iterable[Value]) -> Axes:
        """The shape of the result where values meet entry by entry."""
        axes: Axes = ()
        for value in values:
            mine = self.axes(value)
            longer, shorter = (axes, mine) if len(axes) >= len(mine) else (mine, axes)
            head = longer[: len(longer) - len(shorter)]
            axes = head + tuple(
                right if left == 1 else left for left, right in zip(longer[len(head) :], shorter, strict=True)
            )
        return axes

    def product(self, factors: Iterable[Value], divisors: Iterable[Value] = ()) -> Value:
        return self._quotient(*self._gathered(factors, divisors))

    def _gathered(
        self, factors: Iterable[Value], divisors: Iterable[Value]
    ) -> tuple[Rational, list[Value], list[Value]]:
        """The rational factor of a quotient, its other factors and its divisors. Those of zero are none."""
        coefficient: Rational = Integer(1)
        above: list[Value] = []
        below: list[Value] = []
        pending = [(factor, True) for factor in factors] + [(divisor, False) for divisor in divisors]
        for value, is_factor in pending:
            own, rest = self.parts(value)
            if own == 0 and not is_factor:
                raise UnsupportedError("the expression divides by the constant zero")
            coefficient = coefficient * own if is_factor else coefficient / own
            if rest is None:
                continue
            up, down = self._fraction(rest)
            above.extend(up if is_factor else down)
            below.extend(down if is_factor else up)
        return (coefficient, above, below) if coefficient != 0 else (coefficient, [], [])

    def _quotient(self, coefficient: Rational, above: Sequence[Value], below: Sequence[Value]) -> Value:
        if not above and not below:
            return self.number(coefficient)
        if len(above) == 1 and not below:
            return self.scale(coefficient, above[0])
        above = sorted(above, key=lambda value: self.rank(value) > 0)
        below = sorted(below, key=lambda value: self.rank(value) > 0)
        core = self._emit(Operation.PRODUCT, [*above, *below], self.joint([*above, *below]), len(above))
        return self.scale(coefficient, core)

    def log_sum_exp(self, exponent: Value, axis: int | None = None) -> Value:
        """The logarithm of the sum of exponentials of an array's entries, over one axis or all."""
        axes = self.axes(exponent)
        if axis is None:
            return self.call("_log_sum_exp", exponent, axes=())
        return self.call("_log_sum_exp", exponent, self.number(axis), axes=axes[:axis] + axes[axis + 1 :])

    def softmax(self, exponent: Value, axis: int | None = None) -> Value:
        """The exponentials of an array's entries divided by their sum, over one axis or all."""
        return self.call("_softmax", exponent, *([] if axis is None else [self.number(axis)]))

    def _fraction(self, value: Value) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
        """Factors and divisors. Only reciprocals are taken apart: other products may be shared."""
        instruction = self[value]
        if instruction.operation is Operation.PRODUCT and instruction.detail == 0:
            return (), instruction.operands
        return (value,), ()

    def power(self, base: Value, exponent: Value) -> Value:
        number = self.constant(exponent)
        if number is None:
            return self._emit(Operation.POWER, (base, exponent), self.joint((base, exponent)))
        if number < 0:
            return self.product((), (self.power(base, self.number(-number)),))
        if number == 0:
            return self.number(1)
        if number == 1:
            return base
        constant = self.constant(base)
        if constant is not None and number.is_Integer and number <= 64:
            return self.number(constant**number)
        if number == Rational(1, 2):
            return self.call("np.sqrt", base)
        return self._emit(Operation.POWER, (base, exponent), self.axes(base))

    def logarithm(self, value: Value) -> Value:
        """The natural logarithm, entry by entry."""
        instruction = self[value]
        ones = [place for place, part in enumerate(instruction.operands) if self.constant(part) == 1]
        if instruction.operation is Operation.ADD and ones and instruction.detail[ones[0]] == 1:
            pairs = list(zip(instruction.detail, instruction.operands, strict=True))
            del pairs[ones[0]]
            return self.call("np.log1p", self.add(self.scale(factor, part) for factor, part in pairs))
        return self.call("np.log", value)

    def call(self, name: str, *operands: Value, axes: Axes | None = None) -> Value:
        return self._emit(Operation.CALL, operands, self.joint(operands) if axes is None else axes, name)

    def reduction(self, array: Value, function: str, axis: int | None, axes: Axes) -> Value:
        """A function of NumPy or of the module that takes an array and an axis."""
        return self.along(function, [array], axis, axes)

    def along(self, function: str, arrays: Sequence[Value], axis: int | None, axes: Axes) -> Value:
        """A function of several arrays and an axis behind them."""
        return self.call(function, *arrays, *([] if axis is None else [self.number(axis)]), axes=axes)

    def compare(self, relation: str, value: Value) -> Value:
        """Whether a value is in a relation to zero, with what is subtracted in it on the right side."""
        factor, rest = self.parts(value)
        instruction = self[value if rest is None else rest]
        terms = [(factor, value if rest is None else rest)]
        if rest is None:
            terms = [(factor, self.number(1))]
        elif instruction.operation is Operation.ADD:
            terms = [(factor * own, term) for own, term in zip(instruction.detail, instruction.operands, strict=True)]
        if len(terms) > 1 and all(own > 0 for own, _ in terms):
            # A constant alone stands on the right: w > −1.
            constants = [(own, term) for own, term in terms if self.constant(term) is not None]
            right = self.add(self.scale(-own, term) for own, term in constants)
            left = self.add(self.scale(own, term) for own, term in terms if (own, term) not in constants)
            return self._emit(Operation.COMPARE, (left, right), self.joint((left, right)), relation)
        left = self.add(self.scale(own, term) for own, term in terms if own > 0)
        right = self.add(self.scale(-own, term) for own, term in terms if own < 0)
        return self._emit(Operation.COMPARE, (left, right), self.joint((left, right)), relation)

    def condition(self, mask: Value) -> Value:
        """The condition that an array of zeros and ones stands for."""
        instruction = self[mask]
        if instruction.operation is Operation.CALL and instruction.detail == "np.heaviside":
            return self.compare(">", instruction.operands[0])
        if instruction.operation is Operation.ADD and instruction.detail == (1, -1):
            one, other = instruction.operands
            if self.constant(one) == 1 and self[self.condition(other)].detail == ">":
                return self.compare("<=", self[other].operands[0])
        return mask

    def where(self, mask: Value, then: Value, otherwise: Value) -> Value:
        """A choice by an array of zeros and ones; that of the larger or smaller of two is NumPy's own."""
        condition = self.condition(mask)
        instruction = self[condition]
        if instruction.operation is Operation.COMPARE:
            pair, sides = (then, otherwise), instruction.operands
            if sides in (pair, pair[::-1]):
                larger = (sides == pair) == (instruction.detail == ">")
                return self.call("np.maximum" if larger else "np.minimum", then, otherwise)
        return self._emit(Operation.WHERE, (condition, then, otherwise), self.joint((condition, then, otherwise)))

    # --- arrays -----------------------------------------------------------------------------------------------------

    def transpose(self, value: Value) -> Value:
        """The transpose of a matrix, or of what stands for one: a vector, repeated as a row, becomes a column."""
        factor, rest = self.parts(value)
        if rest is None or self.rank(rest) == 0:
            return value
        instruction = self[rest]
        if instruction.operation is Operation.TRANSPOSE or instruction.operation is Operation.COLUMN:
            return self.scale(factor, instruction.operands[0])
        if rest in self._symmetric:
            return value
        if self.rank(rest) == 1:
            return self.scale(factor, self.column(rest))
        rows, cols = instruction.axes
        if cols == 1:
            return self.scale(factor, self._emit(Operation.ONLY_COLUMN, (rest,), (rows,)))
        return self.scale(factor, self._emit(Operation.TRANSPOSE, (rest,), (cols, rows)))

    def _keeps_symmetry(self, operation: Operation, operands: Sequence[Value]) -> bool:
        """Whether a matrix is symmetric by how it is made: AᵀA and AAᵀ, identities, and what is made of such."""
        if operation in (Operation.EYE, Operation.DIAGONAL):
            return True
        if operation is Operation.MATMUL:
            pairs = operands, operands[::-1]
            return any(self[a].operation is Operation.TRANSPOSE and self[a].operands == (b,) for a, b in pairs)
        if operation not in (Operation.SCALE, Operation.ADD, Operation.PRODUCT, Operation.INVERSE):
            return False
        matrices = [operand for operand in operands if self.rank(operand)]
        return bool(matrices) and self._symmetric.issuperset(matrices)

    def column(self, vector: Value) -> Value:
        factor, rest = self.parts(vector)
        if rest is None or self.rank(rest) == 0:
            return vector
        above, below = self._fraction(rest)
        if not above:
            return self.scale(factor, self.product((), map(self.column, below)))
        return self.scale(factor, self._emit(Operation.COLUMN, (rest,), (self.axes(rest)[0], ONE)))

    def full(self, value: Value, axes: Axes) -> Value:
        """The value at its whole shape."""
        if same_shape(self.axes(value), axes):
            return value
        return self._emit(Operation.FULL, (value,), axes, axes)

    def inner(self, left: Value, right: Value) -> Value:
        mine, first = self.parts(left)
        theirs, second = self.parts(right)
        if first is None or second is None or not same_shape(self.axes(first), self.axes(second)):
            raise UnsupportedError("an inner product takes two arrays of one shape")
        return self.scale(mine * theirs, self._emit(Operation.INNER, (first, second), ()))

    def total(self, value: Value, axis: int | None = None) -> Value:
        """The sum of an array's entries, over one axis or all."""
        factor, rest = self.parts(value)
        if rest is None or self.rank(rest) == 0:
            return value
        if self[rest].operation is Operation.ADD and max(self[rest].detail) < 0:
            factor, rest = -factor, self._sum_of([(term, -own) for term, own in self._terms(rest)])
        if self[rest].operation is Operation.TRANSPOSE:
            rest, axis = self[rest].operands[0], None if axis is None else 1 - axis
        axes = self.axes(rest)
        left = () if axis is None or len(axes) == 1 else axes[:axis] + axes[axis + 1 :]
        whole = None if len(axes) == 1 else axis
        return self.scale(factor, self._emit(Operation.SUM, (rest,), left, whole))

    def matmul(self, left: Value, right: Value) -> Value:
        """NumPy's ``@`` of arrays at their whole shapes."""
        mine, first = self.parts(left)
        theirs, second = self.parts(right)
        if first is None or second is None:
            raise UnsupportedError("a matrix product takes arrays")
        if self.rank(first) == 1 and self.rank(second) == 1:
            return self.inner(left, right)
        axes = self.axes(first)[:-1] + self.axes(second)[1:]
        return self.scale(mine * theirs, self._emit(Operation.MATMUL, (first, second), axes))

    def outer(self, left: Value, right: Value) -> Value:
        mine, first = self.parts(left)
        theirs, second = self.parts(right)
        if first is None or second is None:
            raise UnsupportedError("an outer product takes vectors")
        axes = self.axes(first) + self.axes(second)
        return self.scale(mine * theirs, self._emit(Operation.OUTER, (first, second), axes))

    def kronecker(self, left: Value, right: Value, axes: Axes) -> Value:
        """NumPy's `kron`, which takes a vector beside a matrix for a row."""
        mine, first = self.parts(left)
        theirs, second = self.parts(right)
        if first is None or second is None:
            raise UnsupportedError("a Kronecker product takes arrays")
        return self.scale(mine * theirs, self._emit(Operation.KRONECKER, (first, second), axes))

    def vec(self, matrix: Value) -> Value:
        factor, rest = self.parts(matrix)
        if rest is None:
            raise UnsupportedError("the columns of a matrix are stacked, not those of a number")
        rows, cols = self.axes(rest)
        return self.scale(factor, self._emit(Operation.VEC, (rest,), (rows * cols,)))

    def unvec(self, vector: Value, axes: Axes) -> Value:
        factor, rest = self.parts(vector)
        if rest is None:
            raise UnsupportedError("a vector is unstacked to a matrix, not a number")
        return self.scale(factor, self._emit(Operation.UNVEC, (rest,), axes, axes))

    def block_rows(self, matrix: Value, blocks: Axes, axes: Axes) -> Value:
        factor, rest = self.parts(matrix)
        if rest is None:
            raise UnsupportedError("blocks of a matrix are laid out as rows, not of a number")
        return self.scale(factor, self._emit(Operation.BLOCK_ROWS, (rest,), axes, blocks))

    def commutation(self, rows: Size, cols: Size) -> Value:
        return self._emit(Operation.COMMUTATION, (), (rows * cols, rows * cols), (rows, cols))

    def select(self, value: Value, selection: Selection, axis: int = 0) -> Value:
        """The rows, or the columns, that a selection picks; a single one loses the axis."""
        factor, rest = self.parts(value)
        if rest is None:
            raise UnsupportedError("rows of an array are picked, not those of a number")
        axes = list(self.axes(rest))
        axes[axis : axis + 1] = [] if selection.is_unit else [selection.rows]
        return self.scale(factor, self._emit(Operation.SELECT, (rest,), tuple(axes), (selection, axis)))

    def place(self, value: Value, selection: Selection) -> Value:
        """The rows of an array, or a single row, where a selection would pick them, and zeros elsewhere."""
        factor, rest = self.parts(value)
        rest = self.number(1) if rest is None else rest
        axes = (selection.cols, *self.axes(rest)[0 if selection.is_unit else 1 :])
        return self.scale(factor, self._emit(Operation.PLACE, (rest,), axes, selection))

    def triangle(self, rows: Size, cols: Size, diagonal: int) -> Value:
        axes = tuple(size for size in (rows, cols) if size != 1)
        return self._emit(Operation.TRIANGLE, (), axes, (rows, cols, diagonal))

    def solve(self, matrix: Value, right: Value, *, least_squares: bool = False) -> Value:
        """The solution of a linear system, or of a least-squares problem, for a vector or a matrix on the right."""
        operation = Operation.LEAST_SQUARES if least_squares else Operation.SOLVE
        factor, rest = self.parts(right)
        if rest is None:
            raise UnsupportedError("a linear system takes an array on its right side")
        axes = (self.axes(matrix)[1], *self.axes(rest)[1:])
        return self.scale(factor, self._emit(operation, (matrix, rest), axes))

    def of_matrix(self, operation: Operation, matrix: Value) -> Value:
        """Inverse, determinant or trace of a square matrix, a diagonal matrix, or a diagonal."""
        side = self.axes(matrix)[0]
        axes: Axes = (side, side) if operation in (Operation.INVERSE, Operation.DIAGONAL) else ()
        return self._emit(operation, (matrix,), (side,) if operation is Operation.DIAGONAL_PART else axes)

    # --- questions --------------------------------------------------------------------------------------------------

    def is_plain_python(self, value: Value) -> bool:
        """Whether only numbers and sizes are in it, for which Python's own arithmetic holds: powers may be complex."""
        return self._plain[value]

    def live(self, results: Iterable[Value]) -> list[Value]:
        """The values that the results need, in order."""
        needed: set[Value] = set()
        pending = list(results)
        while pending:
            value = pending.pop()
            if value not in needed:
                needed.add(value)
                pending.extend(self[value].operands)
        return sorted(needed)


@lru_cache(maxsize=4096)
def order_of(size: Size) -> int:
    """A size as a plain number, to compare costs: every symbolic size counts as one large number."""
    return int(sympy.sympify(size).subs(dict.fromkeys(size.free_symbols, 1000)))
