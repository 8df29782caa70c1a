"""Linear combinations of values as exponents, and the logarithms of sums of exponentials among them.

An exponent is Σ cᵢ·vᵢ with rational cᵢ, written as sorted pairs, so that eᵃ·e⁻ᵃ = 1 is seen. The logarithm of a sum of
exponentials is one value; what it is the logarithm of is remembered, so that it can be taken apart again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sympy import Integer, Rational

from symnn.codegen.instructions import Operation, Value
from symnn.codegen.program import Program

Exponent: TypeAlias = tuple[tuple[Value, Rational], ...]
Terms: TypeAlias = Mapping[Exponent, Rational]
"""Σ c·exp(e): the coefficient c of each exponent e."""

NOTHING: Exponent = ()
MOST_PARTS = 16


def plus(left: Exponent, right: Exponent, factor: Rational = Integer(1)) -> Exponent:  # noqa: B008
    """left + factor · right"""
    total = dict(left)
    for value, coefficient in right:
        total[value] = total.get(value, Integer(0)) + factor * coefficient
    return tuple(sorted((value, coefficient) for value, coefficient in total.items() if coefficient != 0))


def multiple(exponent: Exponent, factor: Rational) -> Exponent:
    return plus(NOTHING, exponent, factor)


def length(exponent: Exponent) -> Rational:
    """How long an exponent is when it is written."""
    return sum((abs(factor) for _, factor in exponent), Integer(0))


@dataclass
class Exponents:
    """Exponents over the values of one program."""

    program: Program
    origins: dict[Exponent, tuple[Value, Rational]] = field(default_factory=dict)
    """A value that was met as a multiple of an exponent with a first coefficient of 1, so that it is not put together
    anew, and that multiple."""
    meanings: dict[Value, Exponent] = field(default_factory=dict)
    """The exponent that a value was made for."""
    sums: dict[Value, Terms] = field(default_factory=dict)
    """The logarithms of sums entry by entry, L = log Σ c·exp(e)."""
    totals: dict[Value, tuple[Exponent, int | None]] = field(default_factory=dict)
    """The logarithms of sums along an axis or over all, L = log Σ exp(e), by the e that each entry has."""

    def of(self, value: Value) -> Exponent:
        """A value as an exponent, sums opened."""
        found: dict[Value, Rational] = {}
        pending = [(Integer(1), value)]
        while pending:
            factor, part = pending.pop()
            instruction = self.program[part]
            if part in self.meanings:
                for atom, own in self.meanings[part]:
                    found[atom] = found.get(atom, Integer(0)) + factor * own
            elif instruction.operation is Operation.NUMBER:
                one = self.program.number(1)
                found[one] = found.get(one, Integer(0)) + factor * instruction.detail
            elif instruction.operation is Operation.SCALE:
                pending.append((factor * instruction.detail, instruction.operands[0]))
            elif instruction.operation is Operation.ADD and len(found) + len(pending) < MOST_PARTS:
                pairs = zip(instruction.detail, instruction.operands, strict=True)
                pending.extend((factor * own, term) for own, term in pairs)
            else:
                found[part] = found.get(part, Integer(0)) + factor
        exponent = plus(NOTHING, tuple(found.items()))
        self._remember(exponent, value)
        return exponent

    def _remember(self, exponent: Exponent, value: Value) -> None:
        if exponent:
            leading = exponent[0][1]
            self.origins.setdefault(multiple(exponent, 1 / leading), (value, leading))

    def _origin(self, exponent: Exponent) -> Value | None:
        """The value of an exponent of which a multiple was met."""
        if not exponent:
            return None
        leading = exponent[0][1]
        known = self.origins.get(multiple(exponent, 1 / leading))
        return None if known is None else self.program.scale(leading / known[1], known[0])

    def value(self, exponent: Exponent) -> Value:
        """The value of an exponent; what is added to a logarithm of a sum goes into it where that is shorter."""
        known = self._origin(exponent)
        if known is not None:
            return known
        left = dict(exponent)
        logarithms = []
        for atom, times in exponent:
            if atom in self.totals:
                logarithms.append(self.program.scale(left.pop(atom), atom))
            if atom not in self.sums:
                continue
            del left[atom]
            terms = self.sums[atom]
            support = {value for part in terms for value, _ in part}
            inside = tuple((value, left[value] / times) for value in support if value in left)
            shifted = {plus(part, inside): factor for part, factor in terms.items()}
            if _sizes(shifted) < _sizes(terms) + length(inside):
                meaning = plus(inside, ((atom, Integer(1)),))
                atom = self._logarithm(shifted)
                self.meanings.setdefault(atom, meaning)
                left = {value: factor for value, factor in left.items() if value not in support}
            logarithms.append(self.program.scale(times, atom))
        whole = self._origin(tuple(sorted(left.items())))
        linear = [self.program.scale(factor, value) for value, factor in sorted(left.items())]
        linear = linear if whole is None else [whole]
        made = self.program.add([*linear, *logarithms])
        self._remember(exponent, made)
        if len(exponent) > 1:
            self.meanings.setdefault(made, exponent)
        return made

    def of_sum(self, terms: Terms) -> tuple[Rational, Exponent]:
        """The c and e of c·exp(e) = Σ cᵢ·exp(eᵢ), for positive coefficients; sums that differ by a factor share e."""
        if len(terms) == 1:
            ((exponent, factor),) = terms.items()
            return factor, exponent
        base = max(terms, key=lambda part: sorted((plus(other, part, Integer(-1)), terms[other]) for other in terms))
        content = terms[base] if len(set(terms.values())) == 1 else Integer(1)
        shifted = {plus(part, base, Integer(-1)): factor / content for part, factor in terms.items()}
        atom = self._logarithm(shifted)
        self.sums[atom] = shifted
        return content, plus(base, ((atom, Integer(1)),))

    def of_total(self, exponent: Exponent, axis: int | None) -> Exponent:
        """log Σ exp(e) along an axis or over all; what is the same in all terms is put in front."""
        outside = tuple((value, factor) for value, factor in exponent if self._is_constant(value, axis))
        inside = plus(exponent, outside, Integer(-1))
        front = NOTHING
        for value, factor in outside:
            front = plus(front, ((self._without_axis(value), factor),))
        if not inside:
            return front
        own = self._own_axis(inside, axis)
        logarithm = self.program.log_sum_exp(self.value(inside), own)
        self.totals[logarithm] = inside, own
        return plus(front, ((logarithm, Integer(1)),))

    def _logarithm(self, terms: Terms) -> Value:
        """np.logaddexp of all terms, zero first."""
        parts = []
        for exponent in sorted(terms, key=lambda part: (part != NOTHING, bool(part) and bool(part[0][1] < 0), part)):
            shown = [] if exponent == NOTHING else [self.value(exponent)]
            if terms[exponent] != 1:
                shown.append(self.program.call("np.log", self.program.number(terms[exponent])))
            parts.append(self.program.add(shown))
        made = parts[0]
        for part in parts[1:]:
            made = self.program.call("np.logaddexp", made, part)
        return made

    # --- shapes -----------------------------------------------------------------------------------------------------

    def _is_constant(self, value: Value, axis: int | None) -> bool:
        """Whether a part of an exponent is the same along an axis of a matrix."""
        axes = self.program.axes(value)
        if not axes:
            return True
        is_column = len(axes) == 2 and axes[1] == 1
        return (axis == 1 and is_column) or (axis == 0 and len(axes) == 1)

    def _without_axis(self, value: Value) -> Value:
        axes = self.program.axes(value)
        return self.program.transpose(value) if len(axes) == 2 else value

    def _own_axis(self, exponent: Exponent, axis: int | None) -> int | None:
        axes = self.program.joint(value for value, _ in exponent)
        return axis if len(axes) == 2 and 1 not in axes else None

    def moved(self, exponent: Exponent, move: Callable[[Value], Value]) -> Exponent:
        """An exponent whose values are all transposed, or made columns; what they are the logarithms of goes along."""
        made = NOTHING
        for value, factor in exponent:
            target = move(value)
            made = plus(made, ((target, factor),))
            if value in self.sums:
                terms = self.sums[value].items()
                self.sums.setdefault(target, {_each(part, move): weight for part, weight in terms})
            if value in self.totals:
                self.totals.setdefault(target, self.totals[value])
        return made


def _each(exponent: Exponent, move: Callable[[Value], Value]) -> Exponent:
    return tuple(sorted((move(value), factor) for value, factor in exponent))


def _sizes(terms: Terms) -> Rational:
    return sum(map(length, terms), Integer(0))
