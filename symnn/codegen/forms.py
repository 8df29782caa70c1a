"""Forms of values that grow exponentially, in which what overflows cancels before it is computed.

Every value that grows exponentially is also m ⊙ Σ cᵢ·exp(eᵢ), with a mantissa m that does not, by one rule for each
operation. In products and quotients the exponents are added before anything is computed, so that what overflows above
and below cancels; a logarithm takes them out. No function of a model is known here: 1/(1 + e⁻ᵘ), the softmax,
tanh by exponentials and log Σ eᵘ come about from the rules for sums, products and powers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sympy import Integer, Rational

from symnn.algebra.sizes import same_shape
from symnn.codegen.exponents import NOTHING, Exponent, Exponents, Terms, length, multiple, plus
from symnn.codegen.growth import MOVES, GrowingProgram, Growths, inherits, inverted, is_in_danger
from symnn.codegen.instructions import Instruction, Operation, Value

MOST_TERMS = 9
MOST_GROUPS = 16
HALF = Rational(1, 2)
ONE = Integer(1)


@dataclass(frozen=True)
class Form:
    """mantissa ⊙ Σ c·exp(e)"""

    mantissa: Value
    terms: Terms


@dataclass(frozen=True)
class Scaled:
    """mantissa ⊙ exp(exponent)"""

    mantissa: Value
    exponent: Exponent


class Forms:
    """The forms of the values of one program, each found once."""

    def __init__(self, program: GrowingProgram) -> None:
        self.program = program
        self.exponents = Exponents(program)
        self.growths = Growths(program, self.exponents, lambda value: self.form(value).terms)
        self._forms: dict[Value, Form] = {}

    # --- what the program asks --------------------------------------------------------------------------------------

    def quotient(self, above: Sequence[Value], below: Sequence[Value]) -> tuple[list[Value], list[Value]] | None:
        """Other factors and divisors with the same quotient, or None where it is fine as it is written."""
        if not any(map(self.program.grows, below)) and not any(map(self.program.may_overflow, above)):
            return None
        growths = {value: self.growths.of(value) for value in (*above, *below) if self.program.grows(value)}
        is_ratio = any(growths.get(value) for value in below)
        signed = [*map(growths.get, above), *(inverted(growths[value]) for value in below if value in growths)]
        taken = [value for value, growth in growths.items() if growth]
        if not is_ratio and not is_in_danger([growth for growth in signed if growth]):
            taken = [value for value in growths if self._is_exponential(value)]
            if len(taken) < 2:
                return None
        forms = {value: self.form(value) for value in taken}
        growing = {value: self.scaled(form) for value, form in forms.items() if set(form.terms) != {NOTHING}}
        growing = {value: scaled for value, scaled in growing.items() if scaled.exponent}
        if not growing:
            return None
        growing = self._needed(above, below, growing, forms)
        factors = [growing[value].mantissa if value in growing else value for value in above]
        divisors = [growing[value].mantissa if value in growing else value for value in below]
        return [*factors, *self.exponentials(self._ratio(above, below, growing))], divisors

    def _is_exponential(self, value: Value) -> bool:
        instruction = self.program[value]
        return instruction.operation is Operation.CALL and instruction.detail == "np.exp"

    def _needed(
        self,
        above: Sequence[Value],
        below: Sequence[Value],
        growing: dict[Value, Scaled],
        forms: Mapping[Value, Form],
    ) -> dict[Value, Scaled]:
        """Those that must be taken together for the quotient to stay small: no sigmoid that can stand for itself."""
        small = [value for value in growing if value not in below and self._stays_small(forms[value])]
        wild = {value: scaled for value, scaled in growing.items() if value not in small}
        for more in ([], *([value] for value in small)):
            chosen = {**wild, **{value: growing[value] for value in more}}
            if not self._bounded(self._ratio(above, below, chosen))[1]:
                return chosen
        return growing

    def _ratio(self, above: Sequence[Value], below: Sequence[Value], growing: Mapping[Value, Scaled]) -> Exponent:
        """The exponent of a quotient of those values that grow."""
        exponent = NOTHING
        for side, sign in ((above, 1), (below, -1)):
            for value in side:
                if value in growing:
                    exponent = plus(exponent, growing[value].exponent, Integer(sign))
        return exponent

    def logarithm(self, operand: Value) -> Value | None:
        """The logarithm of a value that grows; None where it is fine as it is written."""
        if not self.growths.of(operand):
            return None
        form = self.form(operand)
        if set(form.terms) == {NOTHING}:
            return None
        if min(form.terms.values()) > 0:
            content, exponent = self.exponents.of_sum(form.terms)
            scaled = Scaled(self.program.scale(content, form.mantissa), exponent)
        elif self._stays_small(form):
            return None
        else:
            scaled = self.scaled(form)
        logarithm = self.exponents.value(scaled.exponent)
        if self.program.constant(scaled.mantissa) == 1:
            return logarithm
        return self.program.add([logarithm, self.program.logarithm(scaled.mantissa)])

    # --- exponentials as values -------------------------------------------------------------------------------------

    def exponentials(self, exponent: Exponent) -> list[Value]:
        """The factors of exp(e): sigmoids and softmaxes where all of it consists of them, else one exponential."""
        parts, rest = self._bounded(exponent)
        if not rest:
            return [self.program.power(part, self.program.number(times)) for part, times in parts.items()]
        if len(exponent) == 1 and exponent[0][1] == 1 and exponent[0][0] in self.exponents.sums:
            return [self._sum(self.exponents.sums[exponent[0][0]])]
        return [self.program.call("np.exp", self.exponents.value(exponent))]

    def _stays_small(self, form: Form) -> bool:
        """Whether all exponentials of a form are sigmoids, softmaxes and the like."""
        return not any(self._bounded(exponent)[1] for exponent in form.terms)

    def _bounded(self, exponent: Exponent) -> tuple[Mapping[Value, int], Exponent]:
        """Powers of exp(z − log Σ eᶻ), of which σ(u) = exp(u − log(1 + eᵘ)) is one, and the rest of the exponent."""
        found: dict[tuple[Value, Exponent], int] = {}
        rest = exponent
        for atom, times in exponent:
            candidates = [self.exponents.totals[atom][0]] if atom in self.exponents.totals else []
            candidates = candidates or list(self.exponents.sums.get(atom, ()))
            if not candidates or times >= 0 or not times.is_Integer or -times > MOST_GROUPS:
                continue
            for _ in range(-int(times)):
                shares = [plus(candidate, ((atom, ONE),), -ONE) for candidate in candidates]
                left = [plus(rest, share, -ONE) for share in shares]
                fits = [
                    place for place, share in enumerate(shares) if length(left[place]) == length(rest) - length(share)
                ]
                if not fits:
                    break
                best = min(fits, key=lambda place: length(left[place]))
                found[atom, candidates[best]] = found.get((atom, candidates[best]), 0) + 1
                rest = left[best]
        if rest:
            return {}, rest
        parts: dict[Value, int] = {}
        for (atom, share), times in found.items():
            value = self._share(atom, share)
            parts[value] = parts.get(value, 0) + times
        return parts, rest

    def _share(self, atom: Value, part: Exponent) -> Value:
        """exp(part − atom), where exp(part) is one of the terms whose sum the atom is the logarithm of."""
        if atom in self.exponents.totals:
            return self.program.softmax(self.exponents.value(part), self.exponents.totals[atom][1])
        terms = self.exponents.sums[atom]
        if len(terms) == 2 and set(terms.values()) == {1}:
            (other,) = (term for term in terms if term != part)
            return self.program.call("_sigmoid", self.exponents.value(plus(part, other, -ONE)))
        return self.program.call("np.exp", self.exponents.value(plus(part, ((atom, ONE),), -ONE)))

    def _sum(self, terms: Terms) -> Value:
        parts = []
        for exponent, factor in terms.items():
            parts.append(self.program.as_written([self.program.number(factor), *self.exponentials(exponent)]))
        return self.program.add(parts)

    # --- forms ------------------------------------------------------------------------------------------------------

    def scaled(self, form: Form) -> Scaled:
        """A form with one exponent. A difference of two exponentials is their sum times a hyperbolic tangent."""
        program = self.program
        if len(form.terms) == 1:
            ((exponent, factor),) = form.terms.items()
            return Scaled(program.scale(factor, form.mantissa), exponent)
        signs = {factor > 0 for factor in form.terms.values()}
        if len(signs) == 1:
            content, exponent = self.exponents.of_sum({part: abs(factor) for part, factor in form.terms.items()})
            return Scaled(program.scale(content if True in signs else -content, form.mantissa), exponent)
        if len(form.terms) == 2 and sum(form.terms.values()) == 0:
            (first, factor), (second, _) = form.terms.items()
            half = multiple(plus(first, second, -ONE), HALF)
            if half[0][1] < 0:
                half, factor = multiple(half, -ONE), -factor
            slope = program.call("np.tanh", self.exponents.value(half))
            _, exponent = self.exponents.of_sum({first: ONE, second: ONE})
            return Scaled(program.as_written([program.number(factor), form.mantissa, slope]), exponent)
        _, exponent = self.exponents.of_sum(dict.fromkeys(form.terms, ONE))
        shifted = {plus(part, exponent, -ONE): factor for part, factor in form.terms.items()}
        return Scaled(program.as_written([form.mantissa, self._sum(shifted)]), exponent)

    def form(self, value: Value) -> Form:
        """The form of a value; those of its operands are found first."""
        stack = [value]
        while stack:
            top = stack[-1]
            if top in self._forms:
                stack.pop()
                continue
            instruction = self.program[top]
            has_form = self.program.is_pure(top) or bool(self.growths.of(top))
            wanted = instruction.operands if has_form and inherits(instruction) else ()
            missing = [part for part in wanted if part not in self._forms]
            if missing:
                stack.extend(missing)
            else:
                stack.pop()
                self._forms[top] = self._made(top, instruction) if has_form else self._plain(top)
        return self._forms[value]

    def _plain(self, value: Value) -> Form:
        factor, rest = self.program.parts(value)
        return Form(self.program.number(1) if rest is None else rest, {NOTHING: factor})

    def _made(self, value: Value, instruction: Instruction) -> Form:
        operation = instruction.operation
        rule = _RULES.get(operation)
        if operation in MOVES:
            return self._moved(instruction)
        if rule is None:
            return self._plain(value)
        made = rule(self, instruction)
        if made is None or not made.terms:
            return self._plain(value)
        return made

    def _operands(self, instruction: Instruction) -> list[Form]:
        return [self.form(operand) for operand in instruction.operands]

    def _called(self, instruction: Instruction) -> Form | None:
        operand, *axis = instruction.operands
        one = self.program.number(1)
        if instruction.detail == "np.sqrt":
            scaled = self.scaled(self.form(operand))
            root = self.program.call("np.sqrt", scaled.mantissa)
            return Form(root, {multiple(scaled.exponent, HALF): ONE})
        inside = self.exponents.of(operand)
        opposite = multiple(inside, -ONE)
        match instruction.detail:
            case "_softmax":
                along = int(self.program[axis[0]].detail) if axis else None
                total = self.exponents.of_total(inside, along)
                shift = self.exponents.moved(total, self.program.column) if along == 1 else total
                return Form(one, {plus(inside, shift, -ONE): ONE})
            case "np.exp":
                return Form(one, {inside: ONE})
            case "np.expm1":
                return Form(one, {inside: ONE, NOTHING: -ONE})
            case "np.cosh":
                return Form(one, {inside: HALF, opposite: HALF})
            case "np.sinh":
                return Form(one, {inside: HALF, opposite: -HALF})
            case "_sigmoid":
                content, below = self.exponents.of_sum({NOTHING: ONE, opposite: ONE})
                return Form(one, {multiple(below, -ONE): 1 / content})
            case "np.tanh":
                content, below = self.exponents.of_sum({inside: ONE, opposite: ONE})
                return Form(one, {plus(inside, below, -ONE): 1 / content, plus(opposite, below, -ONE): -1 / content})
        return None

    def _scale(self, instruction: Instruction) -> Form:
        (form,) = self._operands(instruction)
        return Form(form.mantissa, {part: factor * instruction.detail for part, factor in form.terms.items()})

    def _add(self, instruction: Instruction) -> Form | None:
        """Terms with one mantissa stay apart, so that they can cancel; else all are brought to one exponent."""
        forms = []
        for factor, form in zip(instruction.detail, self._operands(instruction), strict=True):
            forms.append(Form(form.mantissa, {part: factor * own for part, own in form.terms.items()}))
        if len({form.mantissa for form in forms}) == 1:
            total: dict[Exponent, Rational] = {}
            for form in forms:
                for part, factor in form.terms.items():
                    total[part] = total.get(part, Integer(0)) + factor
            total = {part: factor for part, factor in total.items() if factor != 0}
            return Form(forms[0].mantissa, self._expanded(total)) if total else None
        scaled = [self.scaled(form) for form in forms]
        exponent = self._common([part.exponent for part in scaled])
        if not exponent:
            return None
        parts = [
            self.program.as_written([part.mantissa, *self.exponentials(plus(part.exponent, exponent, -ONE))])
            for part in scaled
        ]
        return Form(self.program.add(parts), {exponent: ONE})

    def _common(self, exponents: Sequence[Exponent]) -> Exponent:
        """An exponent by which all can be divided without overflow: one of them, or the logarithm of their sum."""
        for candidate in dict.fromkeys(exponents):
            if not any(self._bounded(plus(other, candidate, -ONE))[1] for other in exponents):
                return candidate
        return self.exponents.of_sum(dict.fromkeys(exponents, ONE))[1]

    def _expanded(self, terms: Terms) -> Terms:
        """exp(kL) written out where terms then cancel: 1 − eᵘ/(1 + eᵘ) = 1/(1 + eᵘ)."""
        for atom in dict.fromkeys(value for part in terms for value, _ in part if value in self.exponents.sums):
            lowest = min(dict(part).get(atom, Integer(0)) for part in terms)
            made: dict[Exponent, Rational] = {}
            for part, factor in terms.items():
                power = dict(part).get(atom, Integer(0)) - lowest
                if not power.is_Integer or power > 4:
                    return terms
                raised: dict[Exponent, Rational] = {plus(part, ((atom, power),), -ONE): factor}
                for _ in range(int(power)):
                    raised = _multiplied(raised, self.exponents.sums[atom])
                for each, own in raised.items():
                    made[each] = made.get(each, Integer(0)) + own
            made = {part: factor for part, factor in made.items() if factor != 0}
            if made and len(made) < len(terms):
                terms = made
        return terms

    def _product(self, instruction: Instruction) -> Form:
        count = instruction.detail
        made = Form(self.program.number(1), {NOTHING: ONE})
        for place, form in enumerate(self._operands(instruction)):
            made = self._times(made, form if place < count else self._raised(form, -ONE))
        return made

    def _times(self, left: Form, right: Form) -> Form:
        if len(left.terms) > 1 and len(right.terms) > 1:
            left, right = self._collapsed(left), self._collapsed(right)
        mantissa = self.program.as_written([left.mantissa, right.mantissa])
        factor, rest = self.program.parts(mantissa)
        terms = {part: factor * own for part, own in _multiplied(left.terms, right.terms).items() if own != 0}
        if not terms:
            return Form(mantissa, {NOTHING: ONE})
        return Form(self.program.number(1) if rest is None else rest, terms)

    def _collapsed(self, form: Form) -> Form:
        scaled = self.scaled(form)
        return Form(scaled.mantissa, {scaled.exponent: ONE})

    def _raised(self, form: Form, power: Rational) -> Form:
        if power in (2, 3) and min(form.terms.values()) < 0 and len(form.terms) ** int(power) <= MOST_TERMS:
            terms = _multiplied(form.terms, form.terms)
            terms = terms if power == 2 else _multiplied(terms, form.terms)
            terms = {part: factor for part, factor in terms.items() if factor != 0}
            return Form(self.program.power(form.mantissa, self.program.number(power)), terms)
        scaled = self.scaled(form)
        mantissa = self.program.power(scaled.mantissa, self.program.number(power))
        return Form(mantissa, {multiple(scaled.exponent, power): ONE})

    def _power(self, instruction: Instruction) -> Form | None:
        base, exponent = instruction.operands
        power = self.program.constant(exponent)
        if power is not None:
            return self._raised(self.form(base), power)
        scaled = self.scaled(self.form(base))
        if self.program.grows(exponent) or self.program.constant(scaled.mantissa) != 1:
            return None
        inside = self.program.as_written([exponent, self.exponents.value(scaled.exponent)])
        return Form(self.program.number(1), {self.exponents.of(inside): ONE})

    def _moved(self, instruction: Instruction) -> Form:
        (form,) = self._operands(instruction)
        move: Callable[[Value], Value] = self.program.transpose
        if instruction.operation is Operation.COLUMN:
            move = self.program.column
        return Form(move(form.mantissa), {self.exponents.moved(part, move): own for part, own in form.terms.items()})

    # --- sums of entries --------------------------------------------------------------------------------------------

    def _total(self, instruction: Instruction) -> Form:
        """What is repeated counts as often as it stands in the sum: terms are summed at their whole shape."""
        (form,) = self._operands(instruction)
        axis, axes = instruction.detail, self.program.axes(instruction.operands[0])
        is_whole = all(same_shape(self.program.joint(value for value, _ in part), axes) for part in form.terms)
        if is_whole and self.program.constant(form.mantissa) == 1:
            made: dict[Exponent, Rational] = {}
            for part, factor in form.terms.items():
                total = self.exponents.of_total(part, axis)
                made[total] = made.get(total, Integer(0)) + factor
            return Form(form.mantissa, {part: own for part, own in made.items() if own != 0})
        scaled = self.scaled(form)
        outside = self.exponents.of_total(scaled.exponent, axis)
        shift = self.exponents.moved(outside, self.program.column) if axis == 1 else outside
        shares = self.exponentials(plus(scaled.exponent, shift, -ONE))
        whole = self.program.full(self.program.as_written([scaled.mantissa, *shares]), axes)
        return Form(self.program.total(whole, axis), {outside: ONE})

    def _inner(self, instruction: Instruction) -> Form:
        left, right = (self.scaled(form) for form in self._operands(instruction))
        exponent = plus(left.exponent, right.exponent)
        outside = self.exponents.of_total(exponent, None)
        shares = self.program.as_written(self.exponentials(plus(exponent, outside, -ONE)))
        mantissas = self.program.as_written([left.mantissa, right.mantissa])
        axes = self.program.axes(instruction.operands[0])
        if self.program.axes(mantissas) == self.program.axes(shares) == axes:
            total = self.program.inner(mantissas, shares)
        else:
            total = self.program.total(self.program.full(self.program.as_written([mantissas, shares]), axes))
        return Form(total, {outside: ONE})

    def _matmul(self, instruction: Instruction) -> Form:
        """Each row on the left and each column on the right is divided by its own largest growth."""
        sides, made = [], NOTHING
        ranks = [self.program.rank(operand) for operand in instruction.operands]
        for place, (operand, form) in enumerate(zip(instruction.operands, self._operands(instruction), strict=True)):
            scaled = self.scaled(form)
            if not scaled.exponent:
                sides.append(operand)
                continue
            axis = (1 - place) if ranks[place] == 2 else None
            outside = self.exponents.of_total(scaled.exponent, axis)
            shift = self.exponents.moved(outside, self.program.column) if axis == 1 else outside
            shares = self.exponentials(plus(scaled.exponent, shift, -ONE))
            whole = self.program.as_written([scaled.mantissa, *shares])
            sides.append(self.program.full(whole, self.program.axes(operand)))
            if place == 0 and ranks == [2, 2]:
                outside = self.exponents.moved(outside, self.program.column)
            made = plus(made, outside)
        return Form(self.program.matmul(*sides), {made: ONE})


def _multiplied(left: Terms, right: Terms) -> dict[Exponent, Rational]:
    made: dict[Exponent, Rational] = {}
    for mine, factor in left.items():
        for theirs, own in right.items():
            part = plus(mine, theirs)
            made[part] = made.get(part, Integer(0)) + factor * own
    return made


_RULES: Mapping[Operation, Callable[[Forms, Instruction], Form | None]] = {
    Operation.CALL: Forms._called,
    Operation.SCALE: Forms._scale,
    Operation.ADD: Forms._add,
    Operation.PRODUCT: Forms._product,
    Operation.POWER: Forms._power,
    Operation.SUM: Forms._total,
    Operation.INNER: Forms._inner,
    Operation.MATMUL: Forms._matmul,
}
