"""Logarithms of determinants, which may themselves overflow: by `slogdet`, also inside products, powers and |·|."""

from __future__ import annotations

from sympy import Integer, Rational

from symnn.codegen.instructions import Operation, Value
from symnn.codegen.program import Program


def logarithm(program: Program, value: Value) -> Value | None:
    """log of a product with determinants, which may themselves overflow: their signs stay in the product."""
    is_size = program[value].operation is Operation.CALL and program[value].detail == "np.abs"
    factor, core = program.parts(program[value].operands[0] if is_size else value)
    if core is None:
        return None
    product = program[core].operation is Operation.PRODUCT
    factors = program[core].operands if product else (core,)
    count = program[core].detail if product else 1
    rest: tuple[list[Value], list[Value]] = [program.number(abs(factor) if is_size else factor)], []
    powers: dict[Value, Rational] = {}
    for place, part in enumerate(factors):
        matrix, power = _power_of_determinant(program, part)
        if matrix is None:
            rest[place >= count].append(part)
        else:
            powers[matrix] = powers.get(matrix, Integer(0)) + (power if place < count else -power)
    if not powers:
        return None
    odd = [] if is_size else [matrix for matrix, power in powers.items() if power % 2]
    left = program.product(*rest)
    is_positive = (program.constant(left) or -Integer(1)) > 0
    name = "_log_determinant" if len(odd) == len(powers) == 1 and is_positive else "_log_absolute_determinant"
    if name != "_log_determinant":
        left = program.product([left, *(program.call("_sign_of_determinant", matrix, axes=()) for matrix in odd)])
    if is_size and not is_positive:
        left = program.call("np.abs", left)
    found = [program.scale(power, program.call(name, matrix, axes=())) for matrix, power in powers.items()]
    return program.add(found if program.constant(left) == 1 else [*found, program.logarithm(left)])


def sign(program: Program, value: Value) -> Value | None:
    """The sign of a determinant, which does not overflow; None for another value."""
    instruction = program[value]
    if instruction.operation is not Operation.DETERMINANT:
        return None
    return program.call("_sign_of_determinant", instruction.operands[0], axes=())


def _power_of_determinant(program: Program, value: Value) -> tuple[Value | None, Rational]:
    """The A and k of (det A)ᵏ with a whole k."""
    instruction, power = program[value], Integer(1)
    if instruction.operation is Operation.POWER:
        exponent = program.constant(instruction.operands[1])
        if exponent is not None and exponent.is_Integer:
            instruction, power = program[instruction.operands[0]], exponent
    return (instruction.operands[0] if instruction.operation is Operation.DETERMINANT else None), power
