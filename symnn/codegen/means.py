"""Means: a sum of entries that is divided by their number is NumPy's mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import prod

from symnn.algebra.sizes import ONE, Size
from symnn.codegen.instructions import Operation, Value
from symnn.codegen.program import Program


def write_means(program: Program, results: Sequence[Value]) -> None:
    """Make a mean of every sum that nothing else needs and that is divided by the number of its terms."""
    live = program.live(results)
    uses = Counter(operand for value in live for operand in program[value].operands)
    uses.update(results)
    for value in live:
        if program[value].operation is Operation.PRODUCT:
            for factor in program[value].operands[: program[value].detail]:
                if program[factor].operation is Operation.SUM and uses[factor] == 1:
                    _write_mean(program, value, factor)


def _write_mean(program: Program, value: Value, total: Value) -> None:
    """Turn a sum in a product into a mean, where the product has its number of terms below."""
    product, count = program[value], program[value].detail
    left: Size = _number_of_terms(program, total)
    kept = list(product.operands[:count])
    for divisor in product.operands[count:]:
        quotient = left / program[divisor].detail if program[divisor].operation is Operation.SIZE else ONE / 2
        if quotient.as_numer_denom()[1] == 1:
            left = quotient
        else:
            kept.append(divisor)
    if left != 1:
        return
    mean = replace(program[total], operation=Operation.MEAN)
    program.instructions[total] = mean
    program.instructions[value] = mean if kept == [total] else replace(product, operands=tuple(kept))


def _number_of_terms(program: Program, total: Value) -> Size:
    axes, axis = program.axes(program[total].operands[0]), program[total].detail
    return prod(axes, start=ONE) if axis is None else axes[axis]
