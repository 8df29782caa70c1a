"""Expressions entry by entry, as SymPy matrices at small explicit sizes: slow, and independent of every matrix rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import factorial
from typing import Any

import sympy
from sympy import ImmutableMatrix, Symbol

from symnn.algebra import nodes
from symnn.algebra.nodes import Differential, Function, Map, Node, Number, Variable
from symnn.algebra.scalars import PLACE_HOLDER, chosen, differentiated, fold_sympy, formula, sign_assumptions
from symnn.algebra.sizes import Size
from symnn.algebra.spectral_components import spectral
from symnn.algebra.walk import fold, variables
from symnn.errors import ShapeError, UnsupportedError

EXPANDED = 500


class UnfitSizesError(UnsupportedError):
    """At the sizes that were chosen a matrix has no inverse, or too many operations are needed."""


def explicit(
    node: Node,
    sizes: Mapping[str, int],
    values: Mapping[Variable, Any] | None = None,
    *,
    wrt: Iterable[Variable] | None = None,
    budget: int | None = None,
) -> Any:
    """The SymPy matrix of an expression at explicit sizes.

    A variable is a matrix of symbols (`entry`), or what `values` says. A differential is SymPy's derivative by the
    entries of the variables `wrt` (all variables, if None), times symbols `differential_entry`; symmetry of a
    differentiated variable and its `values` are put in after differentiation. Raises UnsupportedError where more than
    `budget` operations would be needed, or where a size has no value.
    """
    return Components(sizes, values or {}, variables(node) if wrt is None else wrt, budget)(node)


def entry(variable: Variable, row: int, col: int) -> Symbol:
    """The symbol of one entry; a scalar has its own name. Symmetry is not looked at."""
    name = variable.name if variable.is_scalar else f"{variable.name}[{row},{col}]"
    return Symbol(name, real=True, **sign_assumptions(variable))


def differential_entry(variable: Variable, row: int, col: int) -> Symbol:
    name = variable.name if variable.is_scalar else f"{variable.name}[{row},{col}]"
    return Symbol(f"d {name}", real=True)


def evaluated_size(size: Size, sizes: Mapping[str, int]) -> int:
    """A size as a positive integer. Raises UnsupportedError where a symbol has no value, ShapeError below 1."""
    missing = sorted(symbol.name for symbol in size.free_symbols if symbol.name not in sizes)
    if missing:
        raise UnsupportedError(f"the size {size} needs a value for {', '.join(missing)}")
    value = size.subs({symbol: sizes[symbol.name] for symbol in size.free_symbols})
    if not value.is_Integer or value < 1:
        raise ShapeError(f"the size {size} is {value} here; a size is a positive integer")
    return int(value)


class Components:
    """Evaluates expressions that share parts: both sides of a line, for instance."""

    def __init__(
        self,
        sizes: Mapping[str, int],
        values: Mapping[Variable, Any],
        wrt: Iterable[Variable],
        budget: int | None = None,
    ) -> None:
        self.sizes = sizes
        self.values = values
        self.wrt = tuple(wrt)
        self.budget = budget
        self.spent = 0
        self._sizes: dict[Size, int] = {}
        self._counts: dict[Any, int] = {}
        self._names: dict[str, Variable] = {}
        self._memo: dict[Node, Any] = {}
        self._free_memo: dict[Node, Any] = {}

    def __call__(self, node: Node) -> Any:
        """The entries of a node, as an immutable SymPy matrix."""
        return fold(node, self._combine, self._memo)

    def shape(self, node: Node) -> tuple[int, int]:
        return self._size(node.rows), self._size(node.cols)

    def _size(self, size: Size) -> int:
        if size not in self._sizes:
            self._sizes[size] = evaluated_size(size, self.sizes)
        return self._sizes[size]

    def free(self, node: Node) -> Any:
        """The entries with every entry of the differentiated variables a symbol of its own."""
        return fold(node, self._combine_free, self._free_memo)

    def settled(self, matrix: Any) -> Any:
        """What `free` gave, with the facts about the differentiated variables put in."""
        facts = {}
        for variable in self._present():
            rows, cols = self.shape(variable)
            value = self._variable(variable)
            for row in range(rows):
                for col in range(cols):
                    if entry(variable, row, col) != value[row, col]:
                        facts[entry(variable, row, col)] = value[row, col]
        return matrix.xreplace(facts) if facts else matrix

    def derivative(self, node: Node, variable: Variable, row: int, col: int) -> Any:
        """∂node/∂entry, entry by entry, with the facts put in afterwards."""
        return self.settled(self._derived(self.free(node), entry(variable, row, col)))

    def _derived(self, matrix: Any, by: Symbol) -> Any:
        return self._charged(matrix.applyfunc(lambda item: differentiated(item, by) if item.has(by) else sympy.S.Zero))

    def _charged(self, matrix: Any) -> Any:
        if self.budget is not None:
            self.charge(sum(map(self._count, matrix)))
        return matrix

    def _count(self, item: Any) -> int:
        """How many operations an entry is written with, and one more."""
        return 1 + fold_sympy(item, lambda _, counts: sum(counts) + max(len(counts) - 1, bool(counts)), self._counts)

    def charge(self, operations: int) -> None:
        """Raises UnsupportedError when the budget is spent."""
        self.spent += operations
        if self.budget is not None and self.spent > self.budget:
            raise UnfitSizesError(f"more than {self.budget} operations between entries are needed")

    def _combine_free(self, node: Node, children: Sequence[Any]) -> Any:
        if isinstance(node, Variable) and node in self.wrt:
            self._named(node)
            return ImmutableMatrix(*self.shape(node), lambda row, col: entry(node, row, col))
        if isinstance(node, Differential):
            return self._differential(children[0])
        return self._combine(node, children)

    def _combine(self, node: Node, children: Sequence[Any]) -> Any:
        match node:
            case Variable():
                return self._variable(node)
            case Differential():
                return self.settled(self._differential(self.free(node.operand)))
            case Function():
                return node
            case nodes.Several() | nodes.Equation():
                raise UnsupportedError(f"{type(node).__name__} has no entries: {node}")
        if len(children) and isinstance(node, nodes.Inverse | nodes.Determinant):
            side = children[0].rows
            if self.budget is not None:
                self.charge(factorial(side) * side * max(map(self._count, children[0])))
        return self._charged(ImmutableMatrix(_evaluated(node, children, self.shape(node), self.sizes)))

    def _differential(self, matrix: Any) -> Any:
        total = sympy.zeros(*matrix.shape)
        for variable in self._present():
            rows, cols = self.shape(variable)
            for row in range(rows):
                for col in range(cols):
                    part = self._derived(matrix, entry(variable, row, col))
                    total += part * differential_entry(variable, row, col)
        return ImmutableMatrix(total)

    def _present(self) -> list[Variable]:
        """The differentiated variables that any expression so far has contained; the others need no sizes."""
        return [variable for variable in self.wrt if variable.name in self._names]

    def _named(self, variable: Variable) -> None:
        if self._names.setdefault(variable.name, variable) is not variable:
            raise UnsupportedError(f"two different variables are called {variable.name}")

    def _variable(self, variable: Variable) -> Any:
        self._named(variable)
        if variable in self.values:
            value = ImmutableMatrix(self.values[variable])
            if value.shape != self.shape(variable):
                raise ShapeError(f"the value of {variable.name} is {value.shape}, expected {self.shape(variable)}")
            return value
        symmetric = {"symmetric", "positive definite"} & set(variable.assumptions)

        def at(row: Any, col: Any) -> Symbol:
            first, second = sorted((int(row), int(col))) if symmetric else (int(row), int(col))
            return entry(variable, first, second)

        return ImmutableMatrix(*self.shape(variable), at)


def _evaluated(node: Node, children: Sequence[Any], shape: tuple[int, int], sizes: Mapping[str, int]) -> Any:
    rows, cols = shape
    first: Any = children[0] if children else None
    match node:
        case Number():
            return [[node.value]]
        case nodes.Extent():
            return [[evaluated_size(node.size, sizes)]]
        case nodes.Identity():
            return sympy.eye(rows)
        case nodes.Ones():
            return sympy.ones(rows, cols)
        case nodes.Zeros():
            return sympy.zeros(rows, cols)
        case nodes.Commutation():
            high, wide = (evaluated_size(size, sizes) for size in node.args)
            return _entrywise(shape, lambda row, col: int(col == row // wide + high * (row % wide)))
        case nodes.Selection():
            ends = [evaluated_size(bound, sizes) for bound in node.bounds]
            return _entrywise(shape, lambda row, col: int(col == ends[0] - 1 + node.step * row))
        case nodes.Triangle():
            return _entrywise(shape, lambda row, col: int(col <= row + node.diagonal))
        case nodes.Add():
            return _entrywise(shape, lambda row, col: sympy.Add(*(child[row, col] for child in children)))
        case nodes.Multiply() | nodes.Hadamard():
            return _entrywise(shape, lambda row, col: sympy.Mul(*(child[row, col] for child in children)))
        case nodes.Scale():
            return children[1].applyfunc(lambda item: first[0, 0] * item)
        case nodes.Power():
            exponent = children[1]
            if exponent.shape == (1, 1):
                return first.applyfunc(lambda item: item ** exponent[0, 0])
            return _entrywise(shape, lambda row, col: first[row, col] ** exponent[row, col])
        case Map():
            body = formula(node.function)
            return children[-1].applyfunc(lambda item: body.xreplace({PLACE_HOLDER: item}))
        case nodes.Where():
            return _entrywise(shape, lambda row, col: chosen(*(child[row, col] for child in children)))
        case nodes.Broadcast():
            high, wide = first.shape
            return _entrywise(shape, lambda row, col: first[row if high > 1 else 0, col if wide > 1 else 0])
        case nodes.Diagonal():
            return sympy.diag(*first)
        case nodes.DiagonalPart():
            return [[first[row, row]] for row in range(rows)]
        case nodes.Unvec():
            rows = shape[0]
            return _entrywise(shape, lambda row, col: first[row + rows * col, 0])
        case nodes.BlockRows():
            across, high, wide = (evaluated_size(size, sizes) for size in node.args[2:])
            return _entrywise(
                shape,
                lambda row, col: first[row // across * high + col // wide, row % across * wide + col % wide],
            )
    return _evaluated_matrix_function(node, children)


def _evaluated_matrix_function(node: Node, children: Sequence[Any]) -> Any:
    first: Any = children[0] if children else None
    match node:
        case nodes.MatMul():
            product = first
            for factor in children[1:]:
                product = product * factor
            return product
        case nodes.Transpose():
            return first.T
        case nodes.Inner():
            return [[sympy.Add(*(left * right for left, right in zip(*children, strict=True)))]]
        case nodes.SquaredNorm():
            return [[sympy.Add(*(item**2 for item in first))]]
        case nodes.Trace():
            return [[first.trace()]]
        case nodes.Determinant():
            return [[determinant(first)]]
        case nodes.Inverse():
            below = determinant(first)
            if below == 0 or (below.count_ops() <= EXPANDED and sympy.expand(below) == 0):
                raise UnfitSizesError(f"{node} has no inverse at these sizes: the determinant is zero")
            return _entrywise(first.shape, lambda row, col: _cofactor(first, col, row) / below)
        case nodes.Sum():
            return _summed(first, node.axis)
        case nodes.Extreme() | nodes.ExtremePlace():
            return _extreme(node, first)
        case nodes.Named():
            return first
        case nodes.Softmax():
            return _entrywise(
                first.shape,
                lambda row, col: sympy.exp(first[row, col]) / sum(map(sympy.exp, _along(first, node.axis, row, col))),
            )
        case nodes.EntryProduct() | nodes.OtherProducts():
            return _products(node, children)
        case nodes.Exponential() | nodes.SingularNorm() | nodes.SingularPart():
            return spectral(node, children)
        case nodes.Kronecker():
            high, wide = children[1].shape
            shape = first.rows * high, first.cols * wide
            return _entrywise(
                shape, lambda row, col: first[row // high, col // wide] * children[1][row % high, col % wide]
            )
        case nodes.Vec():
            return [[first[row, col]] for col in range(first.cols) for row in range(first.rows)]
    raise UnsupportedError(f"{type(node).__name__} is not known entry by entry: {node}")


def determinant(matrix: Any) -> Any:
    """Laplace's expansion along the first row; SymPy's own simplifies on the way, which is slow."""
    if matrix.rows == 1:
        return matrix[0, 0]
    return sympy.Add(*(matrix[0, col] * _cofactor(matrix, 0, col) for col in range(matrix.cols)))


def _cofactor(matrix: Any, row: int, col: int) -> Any:
    if matrix.rows == 1:
        return sympy.S.One
    return (-1) ** (row + col) * determinant(matrix.minor_submatrix(row, col))


def _entrywise(shape: tuple[int, int], value: Any) -> Any:
    return ImmutableMatrix(*shape, lambda row, col: value(int(row), int(col)))


def _extreme(node: nodes.Extreme | nodes.ExtremePlace, matrix: Any) -> Any:
    """The extreme entries, or their places by comparing each entry with the extreme of the others."""
    extreme = sympy.Max if node.sign == 1 else sympy.Min

    def place(row: int, col: int) -> Any:
        others = _along(matrix, node.axis, row, col)
        others.remove(matrix[row, col])
        return sympy.Heaviside(node.sign * (matrix[row, col] - extreme(*others)), 0) if others else sympy.S.One

    if isinstance(node, nodes.ExtremePlace):
        return _entrywise(matrix.shape, place)
    return _entrywise(_left_over(matrix, node.axis), lambda row, col: extreme(*_along(matrix, node.axis, row, col)))


def _along(matrix: Any, axis: int, row: int, col: int) -> list[Any]:
    """All entries, or those of a column or a row."""
    return list(matrix[:, col] if axis == 0 else matrix[row, :] if axis == 1 else matrix)


def _left_over(matrix: Any, axis: int) -> tuple[int, int]:
    return matrix.rows if axis == 1 else 1, matrix.cols if axis == 0 else 1


def _products(node: nodes.EntryProduct | nodes.OtherProducts, children: Sequence[Any]) -> Any:
    """Products of entries, or of all others; along directions by SymPy's derivatives."""
    matrix, *directions = children
    if isinstance(node, nodes.EntryProduct):
        return _entrywise(
            _left_over(matrix, node.axis), lambda row, col: sympy.Mul(*_along(matrix, node.axis, row, col))
        )
    steps = [sympy.Dummy(f"s{place}", real=True) for place in range(len(directions))]
    for step, direction in zip(steps, directions, strict=True):
        matrix = matrix + step * direction
    # One entry is marked, so that it is the one that is left out also where others are equal to it.
    mark = sympy.Dummy("mark")

    def others(row: int, col: int) -> Any:
        marked = matrix.as_mutable()
        marked[row, col] = mark
        return sympy.Mul(*(entry for entry in _along(marked, node.axis, row, col) if entry is not mark))

    made = _entrywise(matrix.shape, others)
    for step in steps:
        made = made.diff(step).subs(step, 0)
    return made


def _summed(matrix: Any, axis: int) -> Any:
    rows, cols = matrix.shape
    if axis == 0:
        return [[sympy.Add(*matrix[:, col]) for col in range(cols)]]
    if axis == 1:
        return [[sympy.Add(*matrix[row, :])] for row in range(rows)]
    return [[sympy.Add(*matrix)]]
