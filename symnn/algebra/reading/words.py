"""The words of NumPy that are read: one record each, with its parameters and what it builds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symnn.algebra.activations import ACTIVATIONS
from symnn.algebra.functions import known_functions, primitive
from symnn.algebra.nodes import Determinant, Function, Inner, Inverse, Node, Ones, SquaredNorm, Trace, Zeros
from symnn.algebra.reading import arrays, matrices, reductions
from symnn.algebra.reading.arrays import Array, Value
from symnn.algebra.reading.elementwise import ELEMENTWISE
from symnn.algebra.reading.rearranging import REARRANGING
from symnn.algebra.reading.word import Arguments, Build, Unary, Word, binary, unary
from symnn.algebra.sizes import same_shape
from symnn.errors import ShapeError

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


def _where(given: Arguments) -> Array:
    return arrays.where(given.array("condition"), given.array("x"), given.array("y"))


def _clip(given: Arguments) -> Array:
    made = given.array("a")
    if given.values["a_min"] is None and given.values["a_max"] is None:
        raise given.refuse("a_min", "needed, or `a_max` is")
    if given.values["a_min"] is not None:
        made = arrays.maximum(made, given.array("a_min"))
    return made if given.values["a_max"] is None else arrays.minimum(made, given.array("a_max"))


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
    return arrays.eye(given.size("N"))


def _matrix_power(given: Arguments) -> Array:
    return matrices.matrix_power(given.array("a"), given.integer("n"))


def _multi_dot(given: Arguments) -> Array:
    operands = given.values["arrays"]
    if not isinstance(operands, tuple) or not all(isinstance(operand, Array) for operand in operands):
        raise given.refuse("arrays", "a list of matrices")
    return matrices.product_of_all([operand for operand in operands if isinstance(operand, Array)])


def _length(given: Arguments) -> Array:
    several = given.values["x"]
    if isinstance(several, tuple):
        return arrays.scalar(len(several))
    operand = given.array("x")
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
    Word("dot", "x1 x2", binary(arrays.dot), method=True),
    Word("matmul", "x1 x2", binary(arrays.matmul)),
    Word("inner", "x1 x2", binary(_inner)),
    Word("vdot", "x1 x2", binary(_vdot)),
    Word("outer", "x1 x2", binary(_outer)),
    Word("trace", "a", _trace, method=True),
    Word("diag", "x", unary(arrays.diagonal)),
    Word("linalg.norm", "x ord=None axis=None keepdims=False", _norm),
    Word("linalg.inv", "x", unary(_square_matrix(Inverse, 2))),
    Word("linalg.det", "x", unary(_square_matrix(Determinant, 0))),
    Word("linalg.slogdet", "a", _slogdet),
    Word("linalg.solve", "a b", _solve),
    Word("linalg.matrix_power", "a n", _matrix_power),
    Word("linalg.expm", "A", lambda given: matrices.exponential(given.array("A")), own=True),
    Word("linalg.pinv", "x", unary(matrices.pseudoinverse)),
    Word("linalg.multi_dot", "arrays", _multi_dot),
    Word("eye", "N", _eye),
    Word("identity", "N", _eye),
    Word("ones", "shape", _filled(Ones)),
    Word("zeros", "shape", _filled(Zeros)),
    Word("full", "shape fill_value", _full),
    Word("ones_like", "a", _like(Ones)),
    Word("zeros_like", "a", _like(Zeros)),
    Word("shape", "x", lambda given: shape_of(given.array("x"))),
    Word("size", "x", unary(count_of)),
    Word("len", "x", _length, own=True),
    Word("add", "x1 x2", binary(arrays.add)),
    Word("subtract", "x1 x2", binary(arrays.subtract)),
    Word("multiply", "x1 x2", binary(arrays.multiply)),
    Word("divide", "x1 x2", binary(arrays.divide)),
    Word("true_divide", "x1 x2", binary(arrays.divide)),
    Word("power", "x1 x2", binary(arrays.power)),
    Word("negative", "x", unary(arrays.negated)),
    Word("float_power", "x1 x2", binary(arrays.power)),
    Word("maximum", "x1 x2", binary(arrays.maximum)),
    Word("minimum", "x1 x2", binary(arrays.minimum)),
    Word("fmax", "x1 x2", binary(arrays.maximum)),
    Word("fmin", "x1 x2", binary(arrays.minimum)),
    Word("where", "condition x y", _where),
    Word("clip", "a a_min=None a_max=None", _clip, method=True),
    Word("greater", "x1 x2", binary(arrays.greater)),
    Word("less", "x1 x2", binary(lambda x, y: arrays.greater(y, x))),
    Word("greater_equal", "x1 x2", binary(lambda x, y: arrays.opposite(arrays.greater(y, x)))),
    Word("less_equal", "x1 x2", binary(lambda x, y: arrays.opposite(arrays.greater(x, y)))),
    Word("equal", "x1 x2", binary(arrays.equal)),
    Word("not_equal", "x1 x2", binary(lambda x, y: arrays.opposite(arrays.equal(x, y)))),
    Word("logical_and", "x1 x2", binary(arrays.both)),
    Word("logical_or", "x1 x2", binary(arrays.either)),
    Word("logical_not", "x", unary(arrays.opposite)),
    Word("squared_norm", "x", unary(_squared_norm), own=True),
    *ELEMENTWISE,
    *REARRANGING,
)

# Functions of the table that NumPy has under the same name, and its other names for them.
NUMPY_FUNCTIONS = (
    *("exp", "log", "sqrt", "abs", "sign", "sin", "cos", "tan", "arcsin", "arccos", "arctan"),
    *("sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh"),
)
OTHER_NAMES = {
    "absolute": "abs",
    "fabs": "abs",
    "acos": "arccos",
    "acosh": "arccosh",
    "asin": "arcsin",
    "asinh": "arcsinh",
    "atan": "arctan",
    "atanh": "arctanh",
    "pow": "power",
}
OWN_OTHER_NAMES = {"silu": "swish", "expit": "sigmoid"}
# Functions of Python's module `math`, all of scalars.
MATH = [
    "exp",
    "exp2",
    "expm1",
    "log",
    "log2",
    "log10",
    "log1p",
    "sqrt",
    "pow",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
    "erf",
    "erfc",
    "fabs",
    "hypot",
    "radians",
    "degrees",
]


def elementwise(function: Function, own: bool) -> Word:
    """The word for a function of each entry; what is `own` is no word of NumPy."""
    return Word(function.name, "x", unary(lambda operand: arrays.mapped(function, operand)), own=own)


def vocabulary() -> dict[str, Word]:
    """Every word by the ways in which a call may name it: ``np.linalg.norm``, ``linalg.norm``, ``norm``."""
    words = list(WORDS)
    functions = {**known_functions(), **ACTIVATIONS}
    words += [elementwise(function, name not in NUMPY_FUNCTIONS) for name, function in functions.items()]
    found: dict[str, Word] = {}
    for word in words:
        found.setdefault(word.bare, word)
        if not word.own:
            found.setdefault(f"np.{word.name}", word)
        elif "." in word.name:
            found.setdefault(f"scipy.{word.name}", word)
    for other, name in OTHER_NAMES.items():
        found[other] = found[f"np.{other}"] = found[name]
    found |= {other: found[name] for other, name in OWN_OTHER_NAMES.items()}
    return found | {f"math.{name}": found[name] for name in MATH}


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
