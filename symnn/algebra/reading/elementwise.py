"""Words for functions that act entry by entry, and for those along an axis that networks are made of."""

from __future__ import annotations

from dataclasses import replace

from symnn.algebra.activations import ACTIVATIONS
from symnn.algebra.functions import SIGMOID, SOFTPLUS, primitive
from symnn.algebra.nodes import Softmax
from symnn.algebra.reading import arrays, reductions
from symnn.algebra.reading.arrays import Array
from symnn.algebra.reading.word import Arguments, Build, Unary, Word, binary, unary
from symnn.errors import ShapeError

EXP, LOG, SQRT, ABS = map(primitive, ("exp", "log", "sqrt", "abs"))
ZERO, ONE, TWO = map(arrays.scalar, (0, 1, 2))
PI = arrays.multiply(arrays.scalar(4), arrays.mapped(primitive("arctan"), ONE))


def same(operand: Array) -> Array:
    """What NumPy gives back unchanged but for its type."""
    return replace(operand, is_condition=False)


def _log1p(operand: Array) -> Array:
    return arrays.mapped(LOG, arrays.add(ONE, operand))


def _expm1(operand: Array) -> Array:
    return arrays.subtract(arrays.mapped(EXP, operand), ONE)


def _logarithm(base: int) -> Unary:
    return lambda operand: arrays.divide(arrays.mapped(LOG, operand), arrays.mapped(LOG, arrays.scalar(base)))


def _exp2(operand: Array) -> Array:
    return arrays.mapped(EXP, arrays.multiply(arrays.mapped(LOG, TWO), operand))


def _hypot(left: Array, right: Array) -> Array:
    return arrays.mapped(SQRT, arrays.add(arrays.power(left, TWO), arrays.power(right, TWO)))


def _logaddexp(left: Array, right: Array) -> Array:
    """log(eᵃ + eᵇ) = a + log(1 + eᵇ⁻ᵃ)"""
    if arrays.is_constant(right, 0):
        left, right = right, left
    softplus = arrays.mapped(SOFTPLUS, arrays.subtract(right, left) if not arrays.is_constant(left, 0) else right)
    return softplus if arrays.is_constant(left, 0) else arrays.add(left, softplus)


def _angle(numerator: Array, denominator: Array) -> Unary:
    return lambda operand: arrays.multiply(operand, arrays.divide(numerator, denominator))


def _heaviside(given: Arguments) -> Array:
    if not arrays.is_constant(given.array("x2"), 0):
        raise given.refuse("x2", "read as 0 only: the value at zero")
    return arrays.mapped(primitive("step"), given.array("x1"))


def _rectified(slope: str) -> Build:
    """x where it is positive, else a slope times x; the slope is a number, or one for each column."""

    def build(given: Arguments) -> Array:
        operand = given.array("x")
        below = arrays.multiply(_number_or_row(given, slope), operand)
        return arrays.where(arrays.greater(operand, ZERO), operand, below)

    return build


def _number_or_row(given: Arguments, name: str) -> Array:
    """A parameter of a function that is taken of each entry of `x`: it does not spread what it is taken of."""
    operand, parameter = given.array("x"), given.array(name)
    if parameter.rank and (operand.rank < 2 or parameter.rank > 1):
        raise given.refuse(name, "a scalar, or for a matrix one number for each column")
    return parameter


def _elu(given: Arguments) -> Array:
    operand, alpha = given.array("x"), _number_or_row(given, "alpha")
    if arrays.is_constant(alpha, 1):
        return arrays.mapped(ACTIVATIONS["elu"], operand)
    below = arrays.multiply(alpha, _expm1(operand))
    return arrays.where(arrays.greater(operand, ZERO), operand, below)


def _swish(given: Arguments) -> Array:
    """Ramachandran et al., Searching for Activation Functions, 2017: x·σ(βx)"""
    operand, beta = given.array("x"), _number_or_row(given, "beta")
    if arrays.is_constant(beta, 1):
        return arrays.mapped(ACTIVATIONS["swish"], operand)
    return arrays.multiply(operand, arrays.mapped(SIGMOID, arrays.multiply(beta, operand)))


def _times(factor: Array, operand: Array) -> Array:
    return operand if arrays.is_constant(factor, 1) else arrays.multiply(factor, operand)


def _huber(given: Arguments) -> Array:
    """Huber, Robust Estimation of a Location Parameter, 1964: r²/2 within δ of zero, δ(|r| − δ/2) beyond."""
    residual, delta = given.array("r"), given.scalar("delta")
    size = arrays.mapped(ABS, residual)
    line = _times(delta, arrays.subtract(size, arrays.divide(delta, TWO)))
    return arrays.where(arrays.greater(size, delta), line, arrays.divide(arrays.power(residual, TWO), TWO))


def logsumexp(operand: Array, axis: int | None, keepdims: bool) -> Array:
    return arrays.mapped(LOG, reductions.total(arrays.mapped(EXP, operand), axis, keepdims))


def _logsumexp(given: Arguments) -> Array:
    return logsumexp(given.array("a"), given.axis(), given.flag("keepdims"))


def _along_axis(given: Arguments) -> tuple[Array, int | None]:
    """The operand and the axis: of a column without one all of it, else the last one, along the rows of a matrix."""
    operand = given.array("x")
    if not operand.rank:
        raise ShapeError("a softmax is taken of an array with axes")
    whole = given.values["axis"] is None and operand.node.is_column
    return operand, None if whole else -1 if given.values["axis"] is None else given.axis()


def _softmax(given: Arguments) -> Array:
    operand, axis = _along_axis(given)
    return reductions.reduced(operand, axis, True, Softmax)


def _log_softmax(given: Arguments) -> Array:
    operand, axis = _along_axis(given)
    return arrays.subtract(operand, logsumexp(operand, axis, True))


ELEMENTWISE: tuple[Word, ...] = (
    Word("square", "x", unary(lambda x: arrays.power(x, TWO))),
    Word("reciprocal", "x", unary(lambda x: arrays.divide(ONE, x))),
    Word("positive", "x", unary(same)),
    Word("log1p", "x", unary(_log1p)),
    Word("expm1", "x", unary(_expm1)),
    Word("exp2", "x", unary(_exp2)),
    Word("log2", "x", unary(_logarithm(2))),
    Word("log10", "x", unary(_logarithm(10))),
    Word("hypot", "x1 x2", binary(_hypot)),
    Word("logaddexp", "x1 x2", binary(_logaddexp)),
    Word("heaviside", "x1 x2", _heaviside),
    Word("deg2rad", "x", unary(_angle(PI, arrays.scalar(180)))),
    Word("radians", "x", unary(_angle(PI, arrays.scalar(180)))),
    Word("rad2deg", "x", unary(_angle(arrays.scalar(180), PI))),
    Word("degrees", "x", unary(_angle(arrays.scalar(180), PI))),
    Word("float64", "x", unary(same)),
    Word("asarray", "x", unary(same)),
    Word("array", "x", unary(same)),
    Word("copy", "x", unary(same), method=True),
    Word("float", "x", unary(same), own=True),
    Word("leaky_relu", "x negative_slope=0.01", _rectified("negative_slope"), own=True),
    Word("prelu", "x alpha", _rectified("alpha"), own=True),
    Word("swish", "x beta=1", _swish, own=True),
    Word("elu", "x alpha=1", _elu, own=True),
    Word("huber", "r delta=1", _huber, own=True),
    Word("logsumexp", "a axis=None keepdims=False", _logsumexp, own=True),
    Word("softmax", "x axis=None", _softmax, own=True),
    Word("log_softmax", "x axis=None", _log_softmax, own=True),
)
