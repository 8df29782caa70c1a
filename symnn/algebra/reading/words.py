"""The words of NumPy that are read: one record each, with its parameters and what it builds."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from symnn.algebra.functions import SOFTPLUS, known_functions, primitive
from symnn.algebra.nodes import Determinant, Function, Inner, Inverse, Node, Number, Ones, SquaredNorm, Trace, Zeros
from symnn.algebra.reading import arrays, matrices, reductions
from symnn.algebra.reading.arrays import Array, Value
from symnn.algebra.reading.source import Source
from symnn.algebra.sizes import Size, same_shape
from symnn.errors import ReadError, ShapeError


@dataclass(frozen=True)
class Arguments:
    """The arguments of one call, by the names of the word's parameters."""

    source: Source
    call: ast.Call
    values: Mapping[str, Value]
    places: Mapping[str, ast.AST]

    def refuse(self, name: str, expected: str) -> ReadError:
        place = self.places.get(name, self.call)
        return self.source.refuse(place, f"the argument `{name}` is {expected}")

    def array(self, name: str) -> Array:
        value = self.values[name]
        if not isinstance(value, Array):
            raise self.refuse(name, "an expression")
        return value

    def flag(self, name: str) -> bool:
        value = self.values[name]
        if not isinstance(value, bool):
            raise self.refuse(name, "True or False")
        return value

    def integer(self, name: str) -> int:
        value = integer_of(self.values[name])
        if value is None:
            raise self.refuse(name, "a constant integer")
        return value

    def axis(self, name: str = "axis") -> int | None:
        value = self.values[name]
        if value is None:
            return None
        if isinstance(value, tuple) and {integer_of(part) for part in value} in ({0, 1}, {-1, -2}):
            return None
        return self.integer(name)

    def shape(self, name: str) -> tuple[Size, ...]:
        value = self.values[name]
        parts = value if isinstance(value, tuple) else (value,)
        if len(parts) > 2 or not all(isinstance(part, Array) for part in parts):
            raise self.refuse(name, "a size, or a tuple of at most two")
        return tuple(arrays.size_of(part) for part in parts if isinstance(part, Array))


def integer_of(value: Value) -> int | None:
    """The constant integer that a value is, or None."""
    if isinstance(value, Array) and not value.rank and isinstance(value.node, Number) and value.node.value.is_Integer:
        return int(value.node.value)
    return None


Build = Callable[[Arguments], Value]


@dataclass(frozen=True)
class Word:
    """A function of NumPy, or one of symnn's own.

    `name` is the path below ``numpy``; the last part alone is read too. `parameters` are written as NumPy names them, a
    default is None, True, False or an integer. `method` says that arrays have it too, `own` that NumPy does not: then
    a path is one below ``scipy``.
    """

    name: str
    parameters: str
    build: Build
    method: bool = False
    own: bool = False

    @property
    def bare(self) -> str:
        return self.name.rpartition(".")[2]

    def signature(self) -> Iterator[tuple[str, bool, Value]]:
        """Name, whether there is a default, and the default, of each parameter."""
        for parameter in self.parameters.split():
            name, has_default, default = parameter.partition("=")
            constant = DEFAULTS[default] if default in DEFAULTS else arrays.scalar(int(default))
            yield name, bool(has_default), constant


DEFAULTS: Mapping[str, Value] = {"": None, "None": None, "True": True, "False": False}

Unary = Callable[[Array], Array]
Binary = Callable[[Array, Array], Array]


def _unary(rule: Unary) -> Build:
    return lambda given: rule(given.array("x"))


def _binary(rule: Binary) -> Build:
    return lambda given: rule(given.array("x1"), given.array("x2"))


Along = Callable[[Array, int | None, bool], Array]


def _along(rule: Along) -> Build:
    return lambda given: rule(given.array("a"), given.axis(), given.flag("keepdims"))


def _norm(given: Arguments) -> Array:
    operand, order, axis = given.array("x"), given.values["ord"], given.axis()
    of_matrix = operand.rank == 2 and axis is None and order is not None
    orders = (*reductions.INFINITIES, "fro", "nuc") if of_matrix else reductions.INFINITIES
    if not isinstance(order, Array | None) and order not in orders:
        raise given.refuse("ord", f"a number, np.inf{' or one of the texts fro and nuc' if of_matrix else ''}")
    assert isinstance(order, Array | str | None)
    if not of_matrix or order is None:
        return reductions.vector_norm(operand, order, axis, given.flag("keepdims"))
    return reductions.matrix_norm(operand, order, given.flag("keepdims"))


def _extreme(sign: int) -> Build:
    return _along(lambda operand, axis, keepdims: reductions.extreme(operand, axis, keepdims, sign))


def _spread(operand: Array, axis: int | None, keepdims: bool) -> Array:
    largest, smallest = (reductions.extreme(operand, axis, keepdims, sign) for sign in (1, -1))
    return arrays.subtract(largest, smallest)


def _squared_norm(operand: Array) -> Array:
    return Array(SquaredNorm(operand.node))


def _square_matrix(kind: type[Node], rank: int) -> Unary:
    def build(operand: Array) -> Array:
        if not operand.is_square:
            raise ShapeError(f"a square matrix is needed, found the shape {operand}")
        return Array(kind(operand.node), rank)

    return build


def _solve(given: Arguments) -> Array:
    left, right = given.array("a"), given.array("b")
    return arrays.matmul(_square_matrix(Inverse, 2)(left), right)


def _inner(left: Array, right: Array) -> Array:
    return arrays.dot(left, arrays.transpose(right))


def _vdot(left: Array, right: Array) -> Array:
    if left.rank != right.rank or not same_shape(left.shape, right.shape):
        raise ShapeError(f"two arrays of one shape are needed, found {left} and {right}")
    return Array(Inner(left.node, right.node))


def _outer(left: Array, right: Array) -> Array:
    return Array(arrays.column(left) @ arrays.turned(arrays.column(right)), 2)


def _with_zero(given: Arguments, build: Unary, instead: str) -> Array:
    left, right = given.array("x1"), given.array("x2")
    if arrays.is_constant(left, 0):
        return build(right)
    if arrays.is_constant(right, 0):
        return build(left)
    raise given.refuse("x1", f"the constant 0, or the other one is; write `{instead}`")


def _where(given: Arguments) -> Array:
    return arrays.where(given.array("condition"), given.array("x"), given.array("y"))


def _clip(given: Arguments) -> Array:
    made = given.array("a")
    if given.values["a_min"] is None and given.values["a_max"] is None:
        raise given.refuse("a_min", "needed, or `a_max` is")
    if given.values["a_min"] is not None:
        made = arrays.maximum(made, given.array("a_min"))
    return made if given.values["a_max"] is None else arrays.minimum(made, given.array("a_max"))


def _logaddexp(given: Arguments) -> Array:
    return _with_zero(given, lambda z: arrays.mapped(SOFTPLUS, z), "np.log(np.exp(a) + np.exp(b))")


def _heaviside(given: Arguments) -> Array:
    if not arrays.is_constant(given.array("x2"), 0):
        raise given.refuse("x2", "read as 0 only: the value at zero")
    return arrays.mapped(primitive("step"), given.array("x1"))


def _log1p(operand: Array) -> Array:
    return arrays.mapped(primitive("log"), arrays.add(arrays.scalar(1), operand))


def _expm1(operand: Array) -> Array:
    return arrays.subtract(arrays.mapped(primitive("exp"), operand), arrays.scalar(1))


def _logarithm(base: int) -> Unary:
    log = primitive("log")
    return lambda operand: arrays.divide(arrays.mapped(log, operand), arrays.mapped(log, arrays.scalar(base)))


def _filled(kind: type[Node]) -> Build:
    return lambda given: arrays.ones(given.shape("shape"), kind)


def _full(given: Arguments) -> Array:
    value = given.array("fill_value")
    if value.rank:
        raise given.refuse("fill_value", "a scalar")
    return arrays.multiply(value, arrays.ones(given.shape("shape")))


def _like(kind: type[Node]) -> Build:
    return lambda given: arrays.ones(given.array("a").shape, kind)


def _eye(given: Arguments) -> Array:
    sizes = given.shape("N")
    if len(sizes) != 1:
        raise given.refuse("N", "one size")
    return arrays.eye(sizes[0])


def _matrix_power(given: Arguments) -> Array:
    return matrices.matrix_power(given.array("a"), given.integer("n"))


def _multi_dot(given: Arguments) -> Array:
    operands = given.values["arrays"]
    if not isinstance(operands, tuple) or not all(isinstance(operand, Array) for operand in operands):
        raise given.refuse("arrays", "a list of matrices")
    return matrices.product_of_all([operand for operand in operands if isinstance(operand, Array)])


def _length(operand: Array) -> Array:
    if not operand.rank:
        raise ShapeError("a scalar has no length")
    return arrays.extent(operand.node.rows)


def shape_of(operand: Array) -> tuple[Value, ...]:
    return tuple(arrays.extent(size) for size in operand.shape)


def count_of(operand: Array) -> Array:
    return arrays.extent(operand.node.rows * operand.node.cols)


def _slogdet(given: Arguments) -> Value:
    determinant = _square_matrix(Determinant, 0)(given.array("a"))
    magnitude = arrays.mapped(primitive("abs"), determinant)
    return arrays.mapped(primitive("sign"), determinant), arrays.mapped(primitive("log"), magnitude)


def _trace(given: Arguments) -> Array:
    return _square_matrix(Trace, 0)(given.array("a"))


WORDS: tuple[Word, ...] = (
    Word("sum", "a axis=None keepdims=False", _along(reductions.total), method=True),
    Word("mean", "a axis=None keepdims=False", _along(reductions.mean), method=True),
    Word("prod", "a axis=None keepdims=False", _along(reductions.product), method=True),
    Word("max", "a axis=None keepdims=False", _extreme(1), method=True),
    Word("min", "a axis=None keepdims=False", _extreme(-1), method=True),
    Word("amax", "a axis=None keepdims=False", _extreme(1)),
    Word("amin", "a axis=None keepdims=False", _extreme(-1)),
    Word("ptp", "a axis=None keepdims=False", _along(_spread)),
    Word("dot", "x1 x2", _binary(arrays.dot), method=True),
    Word("matmul", "x1 x2", _binary(arrays.matmul)),
    Word("inner", "x1 x2", _binary(_inner)),
    Word("vdot", "x1 x2", _binary(_vdot)),
    Word("outer", "x1 x2", _binary(_outer)),
    Word("trace", "a", _trace, method=True),
    Word("transpose", "x", _unary(arrays.transpose), method=True),
    Word("ravel", "x", _unary(arrays.flat), method=True),
    Word("diag", "x", _unary(arrays.diagonal)),
    Word("linalg.norm", "x ord=None axis=None keepdims=False", _norm),
    Word("linalg.inv", "x", _unary(_square_matrix(Inverse, 2))),
    Word("linalg.det", "x", _unary(_square_matrix(Determinant, 0))),
    Word("linalg.slogdet", "a", _slogdet),
    Word("linalg.solve", "a b", _solve),
    Word("linalg.matrix_power", "a n", _matrix_power),
    Word("linalg.expm", "A", lambda given: matrices.exponential(given.array("A")), own=True),
    Word("linalg.pinv", "x", _unary(matrices.pseudoinverse)),
    Word("linalg.multi_dot", "arrays", _multi_dot),
    Word("eye", "N", _eye),
    Word("identity", "N", _eye),
    Word("ones", "shape", _filled(Ones)),
    Word("zeros", "shape", _filled(Zeros)),
    Word("full", "shape fill_value", _full),
    Word("ones_like", "a", _like(Ones)),
    Word("zeros_like", "a", _like(Zeros)),
    Word("shape", "x", lambda given: shape_of(given.array("x"))),
    Word("size", "x", _unary(count_of)),
    Word("len", "x", _unary(_length), own=True),
    Word("add", "x1 x2", _binary(arrays.add)),
    Word("subtract", "x1 x2", _binary(arrays.subtract)),
    Word("multiply", "x1 x2", _binary(arrays.multiply)),
    Word("divide", "x1 x2", _binary(arrays.divide)),
    Word("true_divide", "x1 x2", _binary(arrays.divide)),
    Word("power", "x1 x2", _binary(arrays.power)),
    Word("negative", "x", _unary(arrays.negated)),
    Word("square", "x", _unary(lambda x: arrays.power(x, arrays.scalar(2)))),
    Word("exp2", "x", _unary(lambda x: arrays.power(arrays.scalar(2), x))),
    Word("float_power", "x1 x2", _binary(arrays.power)),
    Word("reciprocal", "x", _unary(lambda x: arrays.divide(arrays.scalar(1), x))),
    Word("maximum", "x1 x2", _binary(arrays.maximum)),
    Word("minimum", "x1 x2", _binary(arrays.minimum)),
    Word("fmax", "x1 x2", _binary(arrays.maximum)),
    Word("fmin", "x1 x2", _binary(arrays.minimum)),
    Word("where", "condition x y", _where),
    Word("clip", "a a_min=None a_max=None", _clip, method=True),
    Word("greater", "x1 x2", _binary(arrays.greater)),
    Word("less", "x1 x2", _binary(lambda x, y: arrays.greater(y, x))),
    Word("greater_equal", "x1 x2", _binary(lambda x, y: arrays.opposite(arrays.greater(y, x)))),
    Word("less_equal", "x1 x2", _binary(lambda x, y: arrays.opposite(arrays.greater(x, y)))),
    Word("logical_and", "x1 x2", _binary(arrays.both)),
    Word("logical_or", "x1 x2", _binary(arrays.either)),
    Word("logical_not", "x", _unary(arrays.opposite)),
    Word("heaviside", "x1 x2", _heaviside),
    Word("logaddexp", "x1 x2", _logaddexp),
    Word("log1p", "x", _unary(_log1p)),
    Word("expm1", "x", _unary(_expm1)),
    Word("log2", "x", _unary(_logarithm(2))),
    Word("log10", "x", _unary(_logarithm(10))),
    Word("squared_norm", "x", _unary(_squared_norm), own=True),
)

# Functions of the table that NumPy has under the same name, and its other names for them.
NUMPY_FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "tan", "arctan", "sinh", "cosh", "tanh", "abs", "sign")
OTHER_NAMES = {"absolute": "abs", "fabs": "abs", "atan": "arctan"}

NOT_YET = {
    "reshape": "Write `v[:, None]` for a column, `v[None, :]` for a row, `c.ravel()` for one axis.",
    "var": "Write `np.mean((x - np.mean(x))**2)`.",
    "std": "Write `np.sqrt(np.mean((x - np.mean(x))**2))`.",
    "cbrt": "Write `x**(1/3)` for positive numbers.",
    "lstsq": "Write `np.linalg.pinv(X) @ y` and assume `full column rank` of X, or `np.linalg.solve(X.T@X, X.T@y)`.",
    "cholesky": "Write `np.linalg.slogdet(A)[1]` for a log-determinant, `np.linalg.solve(A, b)` for a solution.",
    "qr": "Write the formula with `np.linalg.solve`, `np.linalg.det` or `np.linalg.pinv`.",
    "svd": "Of singular values `np.linalg.norm(X, 'nuc')`, `np.linalg.norm(X, 2)` and `np.linalg.det` are read.",
    "eig": "Of eigenvalues `np.trace` and `np.linalg.det` are read, and `np.linalg.norm(X, 2)`.",
    "eigh": "Of eigenvalues `np.trace` and `np.linalg.det` are read, and `np.linalg.norm(X, 2)`.",
    "eigvals": "Of eigenvalues `np.trace` and `np.linalg.det` are read, and `np.linalg.norm(X, 2)`.",
    "eigvalsh": "Of eigenvalues `np.trace` and `np.linalg.det` are read, and `np.linalg.norm(X, 2)`.",
    "argmax": "An index jumps, and has no derivative of use; the largest entry is `np.max(x)`.",
    "argmin": "An index jumps, and has no derivative of use; the smallest entry is `np.min(x)`.",
    "sort": "Of sorted entries the first and the last are read: `np.min(x)` and `np.max(x)`.",
    "median": "Of sorted entries the first and the last are read: `np.min(x)` and `np.max(x)`.",
    "nansum": "Write `np.sum(x)`; an array with missing values has no derivative.",
    "matrix_rank": "A rank jumps, and has no derivative of use; assume `full column rank` or `full row rank`.",
    "cond": "Write `np.linalg.norm(A) * np.linalg.norm(np.linalg.inv(A))`, the condition number by the Frobenius norm.",
    "sqrtm": "A square root of a matrix has no rule here; write the formula for its square.",
    "logm": "A logarithm of a matrix has no rule here; `np.linalg.slogdet(A)[1]` is its trace.",
    "cov": "Write `D.T @ D / (D.shape[0] - 1)` with `D = X - np.mean(X, axis=0)`.",
    "corrcoef": "Write it with `D = X - np.mean(X, axis=0)`: `D.T @ D` over the roots of its diagonal.",
    "softmax": "Write `np.exp(z) / np.sum(np.exp(z))`.",
    "average": "Write `np.mean(x)`, or `np.sum(v * x) / np.sum(v)`.",
    "array": "Give the array a name and a shape.",
    "asarray": "Write the name alone.",
}


def _elementwise(function: Function, own: bool) -> Word:
    return Word(function.name, "x", _unary(lambda operand: arrays.mapped(function, operand)), own=own)


def vocabulary() -> dict[str, Word]:
    """Every word by the ways in which a call may name it: ``np.linalg.norm``, ``linalg.norm``, ``norm``."""
    words = list(WORDS)
    functions = known_functions()
    words += [_elementwise(function, name not in NUMPY_FUNCTIONS) for name, function in functions.items()]
    found: dict[str, Word] = {}
    for word in words:
        found.setdefault(word.bare, word)
        if not word.own:
            found.setdefault(f"np.{word.name}", word)
        elif "." in word.name:
            found.setdefault(f"scipy.{word.name}", word)
    for other, name in OTHER_NAMES.items():
        found[other] = found[f"np.{other}"] = found[name]
    return found


METHODS: Mapping[str, Word] = {word.bare: word for word in WORDS if word.method} | {
    "flatten": next(word for word in WORDS if word.name == "ravel")
}

PROPERTIES: Mapping[str, Callable[[Array], Value]] = {
    "T": arrays.transpose,
    "shape": shape_of,
    "size": count_of,
    "ndim": lambda operand: arrays.scalar(operand.rank),
}

CONSTANTS: Mapping[str, Callable[[], Value]] = {
    "newaxis": lambda: None,
    "inf": lambda: reductions.INFINITY,
    "e": lambda: arrays.mapped(primitive("exp"), arrays.scalar(1)),
    "pi": lambda: arrays.multiply(arrays.scalar(4), arrays.mapped(primitive("arctan"), arrays.scalar(1))),
}
