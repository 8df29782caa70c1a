"""The nodes of an expression: strict about shapes, shared, and kept exactly as they were written.

Every node is a matrix of symbolic size; a scalar is a 1×1 matrix, a vector is a column. Equal nodes are one object, so
an expression is a graph and equality is identity. A node lives in SymPy's containers (`Basic`), but SymPy's walks treat
a shared graph as a tree: use `symnn.algebra.walk` instead. `func` and `args` rebuild a node, as everywhere in SymPy.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, ClassVar, Self, cast
from weakref import WeakValueDictionary

from sympy import Basic, Expr, Integer, Rational, Tuple
from sympy.core.symbol import Str

from symnn.algebra.assumptions import assumption_words
from symnn.algebra.nodes.operands import no_lines, one_shape, only_scalars
from symnn.algebra.sizes import ONE, Shape, Size, as_size, same_shape, same_size, show_shape
from symnn.errors import ShapeError

# Products and sums are associative, so nested ones are joined. The bounds keep a shared graph from growing into a tree.
JOINED_FACTORS = 16
JOINED_TERMS = 4096

RANKS = (0, 1, 2)

_interned: WeakValueDictionary[tuple[Any, ...], Node] = WeakValueDictionary()


class Node(Basic):  # type: ignore[misc]
    """A matrix expression of shape ``rows × cols``. Build it with operators and functions; it never changes."""

    __slots__ = ("__weakref__", "children", "cols", "height", "rows")

    # What only lines of a proof may be says here what it is; `Several` alone takes it as a part.
    only_a_line: ClassVar[str] = ""
    takes_lines: ClassVar[bool] = False

    rows: Size
    cols: Size
    children: tuple[Node, ...]
    height: int
    args: tuple[Any, ...]

    __array_ufunc__ = None
    is_Matrix = False  # noqa: N815
    is_commutative = False

    def __new__(cls, *args: Any) -> Self:
        return cls._make(args, ONE, ONE)

    @classmethod
    def _make(cls, args: tuple[Any, ...], rows: Size, cols: Size) -> Self:
        key = (cls, *args)
        known = _interned.get(key)
        if known is not None:
            return cast(Self, known)
        node = Basic.__new__(cls, *args)
        node.rows, node.cols = rows, cols
        node.children = tuple(arg for arg in args if isinstance(arg, Node))
        node.height = 1 + max((child.height for child in node.children), default=0)
        if not cls.takes_lines:
            no_lines(node.children, cls.__name__)
        _interned[key] = node
        return cast(Self, node)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    __hash__ = object.__hash__

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        from symnn.algebra.table import load, store  # the table is one floor up, and pickling is the one call back

        return load, (store(self),)

    # SymPy's printers dispatch on class names, and some of these names are SymPy's too: they are sent here instead.
    def _sympystr(self, _printer: Any) -> str:
        return str(self)

    def _latex(self, _printer: Any) -> str:
        from symnn.algebra.notation import latex

        return latex(self)

    def __str__(self) -> str:
        from symnn.algebra.notation import text

        return text(self)

    __repr__ = __str__
    _sympyrepr = _sympystr

    def rebuild(self, children: Sequence[Node]) -> Node:
        """The same node over other children."""
        fresh = iter(children)
        return type(self)(*(next(fresh) if isinstance(arg, Node) else arg for arg in self.args))

    def to_sympy(self) -> Any:
        """Plain SymPy, built without evaluation. Raises UnsupportedError for what SymPy cannot say."""
        from symnn.algebra.bridge import to_sympy

        return to_sympy(self)

    @property
    def shape(self) -> Shape:
        return self.rows, self.cols

    @property
    def is_scalar(self) -> bool:
        return bool(self.rows == 1 and self.cols == 1)

    @property
    def is_column(self) -> bool:
        return bool(self.cols == 1)

    @property
    def is_row(self) -> bool:
        return bool(self.rows == 1)

    @property
    def T(self) -> Node:
        return self if self.is_scalar else Transpose(self)

    def __add__(self, other: object) -> Node:
        left, right = aligned(self, as_node(other), "+")
        return Add(left, right)

    def __radd__(self, other: object) -> Node:
        return as_node(other) + self

    def __sub__(self, other: object) -> Node:
        left, right = aligned(self, as_node(other), "-")
        return Add(left, -right)

    def __rsub__(self, other: object) -> Node:
        return as_node(other) - self

    def __neg__(self) -> Node:
        number, rest = _leading_number(self)
        return rest if number == -1 else times(Number(-number), rest)

    def __pos__(self) -> Node:
        return self

    def __mul__(self, other: object) -> Node:
        return times(self, as_node(other))

    def __rmul__(self, other: object) -> Node:
        return times(as_node(other), self)

    def __matmul__(self, other: object) -> Node:
        right = as_node(other)
        return times(self, right) if self.is_scalar or right.is_scalar else MatMul(self, right)

    def __rmatmul__(self, other: object) -> Node:
        return as_node(other) @ self

    def __truediv__(self, other: object) -> Node:
        divisor = as_node(other)
        if isinstance(divisor, Number):
            return times(divisor.reciprocal(), self)
        inverse = Power(divisor, Number(-1))
        if divisor.is_scalar:
            return inverse if self is Number(1) else times(inverse, self)
        return times(self, inverse)

    def __rtruediv__(self, other: object) -> Node:
        return as_node(other) / self

    def __pow__(self, exponent: object) -> Node:
        raised = as_node(exponent)
        return Power(self, raised) if raised.is_scalar else Power(*aligned(self, raised, "**"))

    def __rpow__(self, base: object) -> Node:
        return as_node(base) ** self

    def __bool__(self) -> bool:
        raise ShapeError("an expression has no truth value; compare with `is`, or let `derivation` judge the line")

    def __iter__(self) -> Any:
        raise ShapeError("an expression cannot be iterated over; its size is symbolic")


def as_node(value: object) -> Node:
    """Take a number or a size as a scalar node. Decimals are exact: ``0.1`` is one tenth."""
    if isinstance(value, Node):
        return value
    if isinstance(value, bool):
        raise ShapeError(f"an expression is expected, found the truth value {value}")
    if isinstance(value, int | Fraction | Rational):
        return Number(value)
    if isinstance(value, float):
        return Number(Rational(repr(value)))
    if isinstance(value, Expr):
        return Extent(value)
    raise ShapeError(f"an expression or a number is expected, found {type(value).__name__}: {value!r}")


def times(left: Node, right: Node) -> Node:
    """The product that ``*`` means: of scalars, of a scalar and a matrix, or entry by entry."""
    if left.is_scalar and right.is_scalar:
        if isinstance(left, Number) and isinstance(right, Number):
            return Number(left.value * right.value)
        if isinstance(right, Number):
            left, right = right, left
        return Multiply(left, right)
    if left.is_scalar:
        return Scale(left, right)
    if right.is_scalar:
        return Scale(right, left)
    return Hadamard(*aligned(left, right, "*"))


def _leading_number(node: Node) -> tuple[Rational, Node]:
    """The number that stands before a product, and what is left without it."""
    if isinstance(node, Multiply) and isinstance(node.children[0], Number) and len(node.children) > 1:
        first, *rest = node.children
        return first.value, rest[0] if len(rest) == 1 else Multiply(*rest)
    if isinstance(node, Scale) and isinstance(node.children[0], Number):
        return node.children[0].value, node.children[1]
    return Rational(1), node


def aligned(left: Node, right: Node, operator: str) -> tuple[Node, Node]:
    """Both operands at their common shape: an axis of literal length 1 is repeated, a symbolic one never."""
    if same_shape(left.shape, right.shape):
        return left, right
    shape: list[Size] = []
    for mine, theirs in zip(left.shape, right.shape, strict=True):
        if not same_size(mine, theirs) and mine != 1 and theirs != 1:
            raise ShapeError(
                f"the operands of {operator} have different shapes: {left} is {show_shape(left.shape)}, "
                f"{right} is {show_shape(right.shape)}"
            )
        shape.append(theirs if mine == 1 else mine)
    return broadcast(left, *shape), broadcast(right, *shape)


def broadcast(operand: Node, rows: Size, cols: Size) -> Node:
    """The operand itself where it has the shape already, else its repetition; that of the number 1 is all ones."""
    if same_shape(operand.shape, (rows, cols)):
        return operand
    return Ones(rows, cols) if isinstance(operand, Number) and operand.value == 1 else Broadcast(operand, rows, cols)


def _joined(cls: type[Node], parts: Iterable[Node], limit: int) -> list[Node]:
    joined: list[Node] = []
    pending = list(parts)
    for position, part in enumerate(pending):
        rest = len(pending) - position - 1
        if type(part) is cls and len(joined) + len(part.children) + rest <= (JOINED_TERMS if position == 0 else limit):
            joined.extend(part.children)
        else:
            joined.append(part)
    return joined


# --- leaves ---------------------------------------------------------------------------------------------------------


class Number(Node):
    """A rational constant."""

    __slots__ = ()

    def __new__(cls, value: object) -> Self:
        return cls._make((Rational(value),), ONE, ONE)

    @property
    def value(self) -> Rational:
        return self.args[0]

    def reciprocal(self) -> Number:
        if self.value == 0:
            raise ShapeError("division by the constant zero")
        return Number(1 / self.value)


class Extent(Node):
    """A size used as a number: the n of 1/n."""

    __slots__ = ()

    def __new__(cls, size: object) -> Node:
        value = as_size(size)
        return Number(value) if value.is_Rational else cls._make((value,), ONE, ONE)

    @property
    def size(self) -> Size:
        return cast(Size, self.args[0])


class Variable(Node):
    """A named scalar, vector or matrix with its assumptions.

    `rank` is the number of axes that the NumPy array of this name has: 0, 1 or 2. A vector of rank 1 is a column here.
    """

    __slots__ = ()

    def __new__(
        cls,
        name: object,
        rows: object = 1,
        cols: object = 1,
        rank: object = 2,
        assumptions: Iterable[object] = (),
        latex: object = "",
        doc: object = "",
    ) -> Self:
        text = str(name)
        if not text.isidentifier() or keyword.iskeyword(text):
            raise ShapeError(f"a variable is named like a Python variable, found {text!r}")
        shape = as_size(rows), as_size(cols)
        axes = int(cast(int, rank))
        if axes not in RANKS or (axes < 2 and shape[1] != 1) or (axes < 1 and shape[0] != 1):
            raise ShapeError(f"{text} is {show_shape(shape)} and cannot be an array with the number of axes {axes}")
        words = assumption_words(text, map(str, assumptions), shape)
        args = (
            Str(text),
            *shape,
            Integer(axes),
            Tuple(*map(Str, words)),
            Str(str(latex)),
            Str(str(doc)),
        )
        return cls._make(args, *shape)

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    @property
    def rank(self) -> int:
        return int(self.args[3])

    @property
    def assumptions(self) -> tuple[str, ...]:
        return tuple(word.name for word in self.args[4])

    @property
    def latex_name(self) -> str:
        return str(self.args[5].name)

    @property
    def doc(self) -> str:
        return str(self.args[6].name)


class Identity(Node):
    """The identity matrix."""

    __slots__ = ()

    def __new__(cls, size: object) -> Self:
        side = as_size(size)
        return cls._make((side,), side, side)


class _Constant(Node):
    __slots__ = ()

    def __new__(cls, rows: object, cols: object = 1) -> Self:
        shape = as_size(rows), as_size(cols)
        return cls._make(shape, *shape)


class Ones(_Constant):
    """A matrix of ones."""

    __slots__ = ()


class Zeros(_Constant):
    """A matrix of zeros."""

    __slots__ = ()


# --- sums and products ----------------------------------------------------------------------------------------------


class Add(Node):
    """A sum of matrices of one shape."""

    __slots__ = ()

    def __new__(cls, *terms: Node) -> Self:
        shape = one_shape(terms, "a sum")
        return cls._make(tuple(_joined(cls, terms, JOINED_FACTORS)), *shape)


class Multiply(Node):
    """A product of scalars."""

    __slots__ = ()

    def __new__(cls, *factors: Node) -> Self:
        only_scalars(factors, "a product of scalars")
        return cls._make(tuple(_joined(cls, factors, JOINED_FACTORS)), ONE, ONE)


class Scale(Node):
    """A scalar times a matrix."""

    __slots__ = ()

    def __new__(cls, factor: Node, operand: Node) -> Node:
        only_scalars([factor], "the factor of a scalar multiple")
        return Multiply(factor, operand) if operand.is_scalar else cls._make((factor, operand), *operand.shape)


class MatMul(Node):
    """A product of matrices."""

    __slots__ = ()

    def __new__(cls, *factors: Node) -> Self:
        parts = _joined(cls, factors, JOINED_FACTORS)
        for left, right in pairwise(parts):
            if not same_size(left.cols, right.rows):
                raise ShapeError(
                    f"the inner sizes of a matrix product differ: {left} is {show_shape(left.shape)}, "
                    f"{right} is {show_shape(right.shape)}"
                )
        return cls._make(tuple(parts), parts[0].rows, parts[-1].cols)


class Hadamard(Node):
    """A product entry by entry."""

    __slots__ = ()

    def __new__(cls, *factors: Node) -> Node:
        shape = one_shape(factors, "a product entry by entry")
        if factors[0].is_scalar:
            return Multiply(*factors)
        return cls._make(tuple(_joined(cls, factors, JOINED_FACTORS)), *shape)


class Inner(Node):
    """The inner product ⟨A, B⟩ = tr(AᵀB), the sum of all products of entries."""

    __slots__ = ()

    def __new__(cls, left: Node, right: Node) -> Node:
        one_shape([left, right], "an inner product")
        return Multiply(left, right) if left.is_scalar else cls._make((left, right), ONE, ONE)


class Power(Node):
    """A power, entry by entry, with one exponent for all entries or one for each."""

    __slots__ = ()

    def __new__(cls, base: Node, exponent: Node) -> Self:
        if not exponent.is_scalar:
            one_shape([base, exponent], "a power with an exponent for each entry")
        return cls._make((base, exponent), *base.shape)


class Transpose(Node):
    """The transpose."""

    __slots__ = ()

    def __new__(cls, operand: Node) -> Self:
        return cls._make((operand,), operand.cols, operand.rows)


class Broadcast(Node):
    """A scalar, row or column repeated to a larger shape."""

    __slots__ = ()

    def __new__(cls, operand: Node, rows: object, cols: object) -> Self:
        shape = as_size(rows), as_size(cols)
        for mine, wanted in zip(operand.shape, shape, strict=True):
            if mine != 1 and not same_size(mine, wanted):
                raise ShapeError(
                    f"only an axis of length 1 is repeated: {operand} is {show_shape(operand.shape)}, "
                    f"wanted {show_shape(shape)}"
                )
        return cls._make((operand, *shape), *shape)
