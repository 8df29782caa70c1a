"""Stable code: what overflows or cancels as it is written is computed in a form that does not.

Products, quotients and logarithms of exponentials are brought to the forms of `forms.py`; eᵘ − 1, log(1 + u) and
1 − cos u have functions of their own, and 1 − σ(u) is σ(−u).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sympy import Integer, Rational

from symnn.codegen import determinants
from symnn.codegen.forms import Forms
from symnn.codegen.growth import GrowingProgram
from symnn.codegen.instructions import Axes, Operation, Value

HALF = Rational(1, 2)
ONE = Integer(1)


class StableProgram(GrowingProgram):
    """A program whose products, quotients and logarithms do not overflow before their value does."""

    def __init__(self) -> None:
        super().__init__()
        self.forms = Forms(self)
        self.complements: dict[Value, tuple[Value, Value]] = {}
        """For each σ(−u) that was written 1 − σ(u), the 1 and the σ(u)."""

    def add(self, terms: Iterable[Value]) -> Value:
        value = super().add(terms)
        factor, rest = self.parts(value)
        if rest is None or self[rest].operation is not Operation.ADD or len(self[rest].operands) != 2:
            return value
        pairs = list(zip(self[rest].operands, self[rest].detail, strict=True))
        (one, constant), (other, slope) = sorted(pairs, key=lambda pair: self.constant(pair[0]) is None)
        if self.constant(one) != 1 or constant + slope != 0 or self[other].operation is not Operation.CALL:
            return value
        if self[other].detail == "np.exp":
            return self.scale(factor * slope, self.call("np.expm1", self[other].operands[0]))
        if self[other].detail == "_sigmoid":
            opposite = self.scale(-ONE, self[other].operands[0])
            made = self.call("_sigmoid", opposite)
            if made > other:
                self.complements[made] = one, other
            return self.scale(-factor * slope, made)
        if self[other].detail == "np.cos":
            half = self.scale(HALF, self[other].operands[0])
            return self.scale(-2 * factor * slope, self.power(self.call("np.sin", half), self.number(2)))
        return value

    def reuse(self, results: Sequence[Value]) -> None:
        """Leave 1 − σ(u) as it is written where σ(u) is computed anyway and 1 − σ(u) only multiplies arrays of data.

        It errs by a rounding of 1, which does not show in a sum over many entries, and one sigmoid is saved. Alone, in
        a denominator, or beside nothing but exponentials, σ(−u) keeps its digits.
        """
        live = self.live(results)
        computed = set(live)
        spared = {opposite for opposite, (_, sigmoid) in self.complements.items() if sigmoid in computed}
        spared.difference_update(results)
        for value in live:
            operation, operands, count = self[value].operation, self[value].operands, self[value].detail
            if operation is not Operation.PRODUCT or not any(map(self._is_data, operands)):
                spared.difference_update(operands)
            else:
                spared.difference_update(operands[count:])
        for opposite in spared:
            written = replace(
                self[opposite], operation=Operation.ADD, operands=self.complements[opposite], detail=(ONE, -ONE)
            )
            self.instructions[opposite] = written

    def _is_data(self, value: Value) -> bool:
        return self.rank(value) > 0 and not self.is_pure(value)

    def product(self, factors: Iterable[Value], divisors: Iterable[Value] = ()) -> Value:
        coefficient, above, below = self._gathered(factors, divisors)
        changed = self.forms.quotient(above, below)
        if changed is not None:
            own, above, below = self._gathered(*changed)
            coefficient = coefficient * own
        return self._quotient(coefficient, above, below)

    def inner(self, left: Value, right: Value) -> Value:
        if self.forms.quotient(*self._gathered([left, right], [])[1:]) is None:
            return super().inner(left, right)
        return self.total(self.full(self.product([left, right]), self.axes(left)))

    def call(self, name: str, *operands: Value, axes: Axes | None = None) -> Value:
        if name == "np.sqrt" and not self.forms.growths.of(operands[0]):
            squared = self[operands[0]]
            if squared.operation is Operation.INNER and len(set(squared.operands)) == 1:
                return super().call("np.linalg.norm", squared.operands[0], axes=())
        return super().call(name, *operands, axes=axes)

    def logarithm(self, value: Value) -> Value:
        instruction = self[value]
        if instruction.operation is Operation.CALL and instruction.detail == "np.sqrt":
            return self.scale(HALF, self.logarithm(instruction.operands[0]))
        if instruction.operation is Operation.PRODUCT and instruction.detail == 0:
            return self.scale(-ONE, self.logarithm(self.product(instruction.operands)))
        known = self.forms.logarithm(value)
        if known is None:
            known = determinants.logarithm(self, value)
        return super().logarithm(value) if known is None else known
