"""How an instruction is written in NumPy: texts with their precedence, so that brackets stand only where they must."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sympy import Rational

from symnn.algebra.nodes import Selection
from symnn.algebra.sizes import Size
from symnn.codegen.instructions import Axes, Operation, Value
from symnn.codegen.program import Program
from symnn.errors import UnsupportedError

COMPARISON, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)
EXACT_INTEGERS = 2**53


@dataclass(frozen=True)
class Text:
    """A piece of Python. `is_simple` says that the formatter writes no spaces around a power of it.

    `parts` are the operands of a product that was not given a name, so that a factor can still be put in.
    """

    text: str
    precedence: int = ATOM
    is_simple: bool = False
    is_product_of_matrices: bool = False
    parts: tuple[Text, ...] = ()

    def at(self, precedence: int) -> str:
        """The text as an operand that must bind at least so tightly."""
        return self.text if self.precedence >= precedence else f"({self.text})"


def name(text: str) -> Text:
    return Text(text, ATOM, True)


def number(value: Rational) -> Text:
    """A rational as a literal, or as a quotient of two."""
    if value.q == 1:
        text = str(value) if abs(value) < EXACT_INTEGERS else repr(float(value))
        return Text(text, SIGN if value < 0 else ATOM, True)
    return Text(f"{number(Rational(value.p)).text} / {number(Rational(value.q)).text}", PRODUCT)


def size(expression: Size, names: Mapping[str, str]) -> Text:
    """A size in terms of the names of the sizes that it consists of."""
    if expression.is_Integer:
        return number(Rational(expression))
    if expression.is_Symbol:
        return name(names[expression.name])
    parts = expression.as_ordered_terms() if expression.is_Add else expression.as_ordered_factors()
    if expression.is_Add:
        written = size(parts[0], names).at(SUM)
        for part in parts[1:]:
            negative = part.as_coeff_Mul()[0] < 0
            written += f" {'-' if negative else '+'} {size(-part if negative else part, names).at(PRODUCT)}"
        return Text(written, SUM)
    if expression.is_Mul and all(not part.is_Rational or part.is_Integer for part in parts):
        if parts[0] == -1:
            return Text(f"-{size(-expression, names).at(SIGN)}", SIGN)
        return Text(" * ".join(size(part, names).at(SIGN) for part in parts), PRODUCT)
    if expression.is_Pow and expression.exp.is_Integer and expression.exp > 0:
        base = size(expression.base, names)
        return Text(f"{base.at(ATOM)}{'**' if base.is_simple else ' ** '}{expression.exp}", POWER)
    raise UnsupportedError(f"the size {expression} cannot be computed in whole numbers")


class Speller:
    """Writes instructions, given the texts of their operands and the names of the sizes."""

    def __init__(self, program: Program, sizes: Mapping[str, str], dtype: str) -> None:
        self.program = program
        self.sizes = sizes
        self.scalar_type = f"np.{dtype}"
        self.dtype = "" if dtype == "float64" else f", dtype=np.{dtype}"

    def spell(self, value: Value, operands: Sequence[Text]) -> Text:
        instruction = self.program[value]
        detail = instruction.detail
        match instruction.operation:
            case Operation.PARAMETER:
                return name(detail)
            case Operation.NUMBER:
                return number(detail)
            case Operation.SIZE:
                return size(detail, self.sizes)
            case Operation.SCALE:
                return self._scale(value, operands)
            case Operation.ADD:
                return self._add(value, operands)
            case Operation.PRODUCT:
                return replace(self._fraction(Rational(1), value, operands), parts=tuple(operands))
            case Operation.POWER:
                return self._narrowed(value, self._power(value, *operands))
            case Operation.NAMED:
                return name(detail)
            case Operation.CALL:
                return self._narrowed(value, self._call(detail, operands))
            case Operation.COMPARE:
                left, right = operands
                return Text(f"{left.at(SUM)} {detail} {right.at(SUM)}", COMPARISON)
            case Operation.WHERE:
                return self._where(value, operands)
            case _:
                return self._array(value, operands)

    def _array(self, value: Value, operands: Sequence[Text]) -> Text:
        instruction = self.program[value]
        detail = instruction.detail
        first = operands[0] if operands else Text("")
        match instruction.operation:
            case Operation.TRANSPOSE:
                return Text(f"{first.at(ATOM)}.T", ATOM, first.is_simple)
            case Operation.COLUMN:
                return Text(f"{first.at(ATOM)}[:, None]")
            case Operation.ONLY_COLUMN:
                return Text(f"{first.at(ATOM)}[:, 0]")
            case Operation.MATMUL:
                return self._matmul(*operands)
            case Operation.INNER:
                is_matrix = self.program.rank(instruction.operands[0]) == 2
                return self._call("np.vdot", operands) if is_matrix else self._matmul(*operands)
            case Operation.OUTER:
                return self._call("np.outer", operands)
            case Operation.SUM:
                return self._along("sum", first, detail)
            case Operation.MEAN:
                return self._along("mean", first, detail)
            case Operation.EYE:
                return Text(f"np.eye({size(detail, self.sizes).text}{self.dtype})")
            case Operation.FULL:
                return self._full(value, first, detail)
            case Operation.VEC:
                return Text(f'{first.at(ATOM)}.flatten(order="F")')
            case Operation.UNVEC:
                return Text(f'{first.at(ATOM)}.reshape({self.shape(detail)}, order="F")')
            case Operation.BLOCK_ROWS:
                down, across, high, wide = detail
                axes = self.shape((down, high, across, wide)), self.shape(self.program.axes(value))
                return Text(f"{first.at(ATOM)}.reshape({axes[0]}).swapaxes(1, 2).reshape({axes[1]})")
            case Operation.SELECT:
                selection, axis = detail
                return Text(f"{first.at(ATOM)}[{', '.join([':'] * axis + [self._place(selection)])}]")
            case Operation.PLACE:
                place = self._place(selection := detail)
                place = place if selection.is_unit else f"np.s_[{place}]"
                return Text(f"_placed({first.text}, {size(detail.cols, self.sizes).text}, {place})")
            case Operation.TRIANGLE:
                shape = ", ".join(size(axis, self.sizes).text for axis in detail[:2])
                only = {0: "[0, 0]", 1: "[0]" if detail[0] == 1 else "[:, 0]", 2: ""}[self.program.rank(value)]
                return Text(f"np.tri({shape}{f', {detail[2]}' if detail[2] else ''}{self.dtype}){only}")
            case Operation.COMMUTATION:
                shape = ", ".join(size(axis, self.sizes).text for axis in detail)
                return Text(f"_commutation({shape})")
            case _:
                return self._call(_CALLS[instruction.operation], operands)

    def _place(self, selection: Selection) -> str:
        """What a selection picks, as a subscript."""
        if selection.is_unit:
            from_the_end = selection.start - selection.cols
            place = from_the_end if from_the_end.is_Integer and from_the_end < 0 else selection.start
            return size(place, self.sizes).text
        start, stop, step = selection.slice
        bounds = ["" if bound is None else size(bound, self.sizes).text for bound in (start, stop)]
        return ":".join(bounds + ([str(step)] if step != 1 else []))

    def _call(self, function: str, operands: Sequence[Text]) -> Text:
        return Text(f"{function}({', '.join(operand.text for operand in operands)})")

    def _where(self, value: Value, operands: Sequence[Text]) -> Text:
        """NumPy would choose between whole numbers as integers, and gives scalars as arrays without axes."""
        condition, then, otherwise = operands
        if all(self.program.is_plain_python(operand) for operand in self.program[value].operands[1:]):
            is_whole = then.text.lstrip("-").isdigit() and otherwise.text.lstrip("-").isdigit()
            if self.dtype:
                then = Text(f"{self.scalar_type}({then.text})")
            elif is_whole:
                then = Text(f"{then.text}.0")
        chosen = self._call("np.where", [condition, then, otherwise])
        return chosen if self.program.rank(value) else Text(f"{chosen.text}[()]")

    def _matmul(self, left: Text, right: Text) -> Text:
        first = left.text if left.is_product_of_matrices else left.at(ATOM)
        return Text(f"{first} @ {right.at(ATOM)}", PRODUCT, False, True)

    def _along(self, function: str, operand: Text, axis: int | None) -> Text:
        along = "" if axis is None else f"axis={axis}"
        if operand.precedence == ATOM:
            return Text(f"{operand.text}.{function}({along})")
        return Text(f"np.{function}({operand.text}{', ' if along else ''}{along})")

    def shape(self, axes: Axes) -> str:
        texts = [size(axis, self.sizes).text for axis in axes]
        return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"

    def _full(self, value: Value, operand: Text, axes: Axes) -> Text:
        source = self.program[value].operands[0]
        constant = self.program.constant(source)
        shape = size(axes[0], self.sizes).text if len(axes) == 1 else self.shape(axes)
        if constant in (0, 1):
            return Text(f"np.{'ones' if constant else 'zeros'}({shape}{self.dtype})")
        if self.program.rank(source) == 0:
            dtype = self.dtype or ", dtype=np.float64"
            return Text(f"np.full({shape}, {operand.text}{dtype})")
        return Text(f"np.broadcast_to({operand.text}, {self.shape(axes)}).copy()")

    def _power(self, value: Value, base: Text, exponent: Text) -> Text:
        power = self.program.constant(self.program[value].operands[1])
        is_whole = power is not None and power.is_Integer and power >= 0
        if self.program.is_plain_python(self.program[value].operands[0]) and not is_whole:
            return self._call("np.float_power", [base, exponent])
        spaced = "**" if base.is_simple and exponent.is_simple else " ** "
        return Text(f"{base.at(ATOM)}{spaced}{exponent.at(ATOM)}", POWER)

    def _narrowed(self, value: Value, text: Text) -> Text:
        """NumPy makes a float64 of a function of whole numbers, which would widen all that it meets."""
        if self.dtype and all(self.program.is_plain_python(operand) for operand in self.program[value].operands):
            return Text(f"{self.scalar_type}({text.text})")
        return text

    # --- sums and products ------------------------------------------------------------------------------------------

    def _add(self, value: Value, operands: Sequence[Text]) -> Text:
        instruction = self.program[value]
        written = ""
        for place, (operand, factor) in enumerate(zip(operands, instruction.detail, strict=True)):
            source = instruction.operands[place]
            term = self.multiple(abs(factor), source, operand)
            if not written:
                written = self.multiple(factor, source, operand).at(SUM)
            else:
                written += f" {'-' if factor < 0 else '+'} {term.at(PRODUCT)}"
        return Text(written, SUM)

    def _scale(self, value: Value, operands: Sequence[Text]) -> Text:
        instruction = self.program[value]
        return self.multiple(instruction.detail, instruction.operands[0], operands[0])

    def multiple(self, factor: Rational, value: Value, operand: Text) -> Text:
        """A rational multiple of a value whose text is known."""
        if self.program.constant(value) == 1:
            return number(factor)
        if factor == 1:
            return operand
        if operand.parts:
            return self._fraction(factor, value, operand.parts)
        if factor == -1:
            return Text(f"-{operand.at(ATOM)}", SIGN, operand.is_simple)
        return self._quotient(factor, [operand], [], self.program.rank(value) == 0)

    def _fraction(self, factor: Rational, value: Value, operands: Sequence[Text]) -> Text:
        instruction = self.program[value]
        count: int = instruction.detail
        ranks = [self.program.rank(operand) for operand in instruction.operands]
        scalars = [text for text, rank in zip(operands[:count], ranks[:count], strict=True) if rank == 0]
        arrays = [text for text, rank in zip(operands[:count], ranks[:count], strict=True) if rank > 0]
        scalars_below = [text for text, rank in zip(operands[count:], ranks[count:], strict=True) if rank == 0]
        arrays_below = [text for text, rank in zip(operands[count:], ranks[count:], strict=True) if rank > 0]
        if not arrays:
            return self._quotient(factor, scalars, [*scalars_below, *arrays_below], True)
        if scalars or abs(factor.p) != 1:
            front = self._quotient(factor, scalars, scalars_below, True)
            head = f"({front.text})" if front.is_product_of_matrices else front.at(PRODUCT)
            product = Text(" * ".join([head, *(array.at(SIGN) for array in arrays)]), PRODUCT)
            return self._divided(product, arrays_below)
        if factor.p == -1:
            arrays[0] = Text(f"-{arrays[0].at(ATOM)}", SIGN)
        constants = [number(Rational(factor.q))] if factor.q != 1 else []
        return self._divided(self._joined(arrays), [*constants, *scalars_below, *arrays_below])

    def _joined(self, factors: Sequence[Text]) -> Text:
        if len(factors) == 1:
            return factors[0]
        return Text(" * ".join(factor.at(SIGN) for factor in factors), PRODUCT)

    def _divided(self, above: Text, below: Sequence[Text]) -> Text:
        if not below:
            return above
        divisor = below[0].at(SIGN) if len(below) == 1 else f"({self._joined(below).text})"
        return Text(f"{above.at(PRODUCT)} / {divisor}", PRODUCT)

    def _quotient(self, factor: Rational, above: Sequence[Text], below: Sequence[Text], is_scalar: bool) -> Text:
        """factor · above / below, the numerator of the factor first and its denominator last."""
        divisors = [number(Rational(factor.q)), *below] if factor.q != 1 else list(below)
        factors = list(above)
        if factor.p != 1 or not factors:
            factors.insert(0, number(Rational(factor.p)))
        if factor.p == -1 and len(factors) == 2:
            factors = [Text(f"-{factors[1].at(ATOM)}", SIGN)]
        elif factor.p < 0 and len(factors) > 1:
            factors[0] = Text(factors[0].text, ATOM)
        if factor.q != 1 and abs(factor.p) != 1 and not is_scalar and not below:
            return Text(f"{number(factor).text} * {self._joined(above).at(SIGN)}", PRODUCT)
        return self._divided(self._joined(factors), divisors)


_CALLS: Mapping[Operation, str] = {
    Operation.SOLVE: "np.linalg.solve",
    Operation.LEAST_SQUARES: "_least_squares",
    Operation.INVERSE: "np.linalg.inv",
    Operation.DETERMINANT: "np.linalg.det",
    Operation.TRACE: "np.trace",
    Operation.DIAGONAL: "np.diag",
    Operation.DIAGONAL_PART: "np.diag",
    Operation.KRONECKER: "np.kron",
}
