"""Diagonals and traces of products, without the products."""

from __future__ import annotations

from symnn.codegen.instructions import Operation, Value
from symnn.codegen.program import Program


def diagonal_part(program: Program, value: Value) -> Value:
    """The diagonal of a square matrix, or of what stands for one by repetition."""
    factor, rest = program.parts(value)
    if rest is None or program.rank(rest) < 2:
        return value
    instruction = program[rest]
    match instruction.operation:
        case Operation.TRANSPOSE:
            return program.scale(factor, diagonal_part(program, instruction.operands[0]))
        case Operation.OUTER:
            return program.scale(factor, program.product(instruction.operands))
        case Operation.DIAGONAL:
            return program.scale(factor, instruction.operands[0])
        case Operation.MATMUL:
            left, right = instruction.operands
            return program.scale(factor, program.total(program.product((left, program.transpose(right))), 1))
    if instruction.axes[1] == 1:
        return program.transpose(value)
    return program.of_matrix(Operation.DIAGONAL_PART, value)
