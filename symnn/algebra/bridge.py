"""The bridge to SymPy: nodes as plain SymPy matrix expressions, built without evaluation, and SymPy's as nodes.

Scalars and components have rooms of their own, `scalars` and `components`; their words are offered here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, cast

import sympy
from sympy import MatrixSymbol, Symbol
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.diagonal import DiagMatrix, DiagonalMatrix, DiagonalOf
from sympy.matrices.expressions.hadamard import HadamardPower, HadamardProduct
from sympy.matrices.expressions.kronecker import KroneckerProduct
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.special import OneMatrix

from symnn.algebra import nodes
from symnn.algebra.components import explicit
from symnn.algebra.functions import ARGUMENT, PRIMITIVES, known_functions
from symnn.algebra.nodes import Function, Map, Node, Variable, as_node, broadcast, times
from symnn.algebra.scalars import (
    PLACE_HOLDER,
    chosen,
    derivative_of,
    fold_sympy,
    formula,
    inverted,
    node_of_scalar,
    scalar_from_sympy,
    scalar_to_sympy,
    sign_assumptions,
)
from symnn.algebra.sizes import ONE, Size, dim, same_shape, show_shape
from symnn.algebra.walk import fold, written_out
from symnn.errors import ShapeError, UnsupportedError

__all__ = [
    "derivative_of",
    "explicit",
    "formula",
    "from_sympy",
    "inverted",
    "scalar_from_sympy",
    "scalar_to_sympy",
    "to_sympy",
]

HIGHEST_POWER = 64


# --- to SymPy -------------------------------------------------------------------------------------------------------


def to_sympy(node: Node) -> Any:
    """The expression in plain SymPy, kept as it is written: no constructor evaluates, nothing is simplified.

    A 1×1 node becomes a scalar `Expr`; a matrix product that is one becomes its trace. An equation becomes `Eq`,
    several expressions a `Tuple`. Raises UnsupportedError for what SymPy has no word for (a differential), for two
    variables of one name, and for graphs too deep for SymPy's own recursion.
    """
    names: dict[str, Variable] = {}

    def combine(part: Node, values: Sequence[Any]) -> Any:
        if isinstance(part, Variable) and names.setdefault(part.name, part) is not part:
            raise UnsupportedError(f"two different variables are called {part.name}; SymPy would take them for one")
        return _to_sympy(part, values)

    try:
        return fold(written_out(node), combine)
    except RecursionError:
        raise UnsupportedError("the expression is nested too deep for SymPy") from None


def _to_sympy(node: Node, values: Sequence[Any]) -> Any:
    match node:
        case Function():
            return node
        case nodes.Differential():
            raise UnsupportedError("SymPy has no node for Differential")
        case nodes.Equation():
            return sympy.Eq(*values, evaluate=False)
        case nodes.Several():
            return sympy.Tuple(*values)
        case Variable():
            return _variable_to_sympy(node)
        case nodes.Identity() if not node.is_scalar:
            return sympy.Identity(node.rows)
        case nodes.Ones() if not node.is_scalar:
            return OneMatrix(*node.shape)
        case nodes.Zeros() if not node.is_scalar:
            return sympy.ZeroMatrix(*node.shape)
        case nodes.Commutation():
            return _commutation_to_sympy(*node.args)
        case nodes.Selection():
            return _matrix_of_entries(
                *node.shape, lambda row, col: sympy.KroneckerDelta(col, node.start + node.step * row)
            )
        case nodes.Triangle():
            return _matrix_of_entries(*node.shape, lambda row, col: sympy.Heaviside(row + node.diagonal - col, 1))
        case Map():
            return _map_to_sympy(node.function, values[1])
    if all(child.is_scalar for child in node.children) and node.is_scalar:
        return _scalar_to_sympy(node, values)
    return _matrix_to_sympy(node, values)


def _variable_to_sympy(variable: Variable) -> Any:
    if not variable.is_scalar:
        return MatrixSymbol(variable.name, *variable.shape)
    return Symbol(variable.name, **sign_assumptions(variable))


def _scalar_to_sympy(node: Node, values: Sequence[Any]) -> Any:
    match node:
        case nodes.Number() | nodes.Extent():
            return node.args[0]
        case nodes.Identity() | nodes.Ones():
            return sympy.S.One
        case nodes.Zeros():
            return sympy.S.Zero
        case nodes.Add():
            return sympy.Add(*values, evaluate=False)
        case nodes.Multiply() | nodes.MatMul():
            return sympy.Mul(*values, evaluate=False)
        case nodes.Power():
            return sympy.Pow(*values, evaluate=False)
        case nodes.Inverse():
            return sympy.Pow(values[0], -1, evaluate=False)
        case nodes.SquaredNorm():
            return sympy.Pow(values[0], 2, evaluate=False)
        case nodes.Where():
            return chosen(*values)
    return values[0]  # a scalar is its own transpose, trace, determinant, sum and diagonal


def _matrix_to_sympy(node: Node, values: Sequence[Any]) -> Any:
    first = values[0]
    match node:
        case nodes.Add():
            return sympy.MatAdd(*values)
        case nodes.Scale():
            return _product(node, values)
        case nodes.MatMul():
            return _product(node, values)
        case nodes.Hadamard():
            return HadamardProduct(*values)
        case nodes.Inner():
            return sympy.Trace(sympy.MatMul(sympy.Transpose(first), values[1]))
        case nodes.SquaredNorm():
            return sympy.Trace(sympy.MatMul(sympy.Transpose(first), first))
        case nodes.Power():
            return HadamardPower(*values)
        case nodes.Transpose():
            return sympy.Transpose(first)
        case nodes.Inverse():
            return sympy.Inverse(first)
        case nodes.Determinant():
            return sympy.Determinant(first)
        case nodes.Trace():
            return sympy.Trace(first)
        case nodes.Sum():
            left = [OneMatrix(1, first.rows)] if node.rows == 1 != first.rows else []
            right = [OneMatrix(first.cols, 1)] if node.cols == 1 != first.cols else []
            return _product(node, [*left, first, *right])
        case nodes.Broadcast():
            return _broadcast_to_sympy(node, first)
        case nodes.Diagonal():
            return DiagMatrix(first)
        case nodes.DiagonalPart():
            return DiagonalOf(first)
        case nodes.Kronecker():
            return KroneckerProduct(*values)
        case nodes.Vec():
            return _vec_to_sympy(first)
        case nodes.Unvec():
            rows = node.rows
            return _matrix_of_entries(*node.shape, lambda row, col: first[row + rows * col, 0])
        case nodes.BlockRows():
            return _block_rows_to_sympy(node, first)
    raise UnsupportedError(f"SymPy has no node for {type(node).__name__}")


def _vec_to_sympy(operand: Any) -> Any:
    return _matrix_of_entries(
        operand.rows * operand.cols,
        ONE,
        lambda row, _: operand[sympy.Mod(row, operand.rows), sympy.floor(row / operand.rows)],
    )


def _block_rows_to_sympy(node: nodes.BlockRows, operand: Any) -> Any:
    across, (high, wide) = node.grid[1], node.block

    def entry(row: Any, col: Any) -> Any:
        high_place, wide_place = sympy.floor(col / wide), sympy.Mod(col, wide)
        return operand[sympy.floor(row / across) * high + high_place, sympy.Mod(row, across) * wide + wide_place]

    return _matrix_of_entries(*node.shape, entry)


def _commutation_to_sympy(rows: Any, cols: Any) -> Any:
    return _matrix_of_entries(
        rows * cols,
        rows * cols,
        lambda row, col: sympy.KroneckerDelta(col, sympy.floor(row / cols) + rows * sympy.Mod(row, cols)),
    )


def _matrix_of_entries(rows: Any, cols: Any, entry: Callable[[Any, Any], Any]) -> Any:
    """SymPy has no node for the stacked columns of a matrix, say, but one for a matrix whose entries are told."""
    row, col = sympy.symbols("row col", integer=True, nonnegative=True)
    return sympy.FunctionMatrix(rows, cols, sympy.Lambda((row, col), entry(row, col)))


def _product(node: Node, factors: Sequence[Any]) -> Any:
    product = factors[0] if len(factors) == 1 else sympy.MatMul(*factors)
    return sympy.Trace(product) if node.is_scalar else product


def _broadcast_to_sympy(node: Node, operand: Any) -> Any:
    if not operand.is_Matrix:
        return sympy.MatMul(operand, OneMatrix(*node.shape))
    left = [] if operand.rows == node.rows else [OneMatrix(node.rows, operand.rows)]
    right = [] if operand.cols == node.cols else [OneMatrix(operand.cols, node.cols)]
    return _product(node, [*left, operand, *right])


def _map_to_sympy(function: Function, operand: Any) -> Any:
    if operand.is_Matrix:
        return ElementwiseApplyFunction(sympy.Lambda(PLACE_HOLDER, formula(function)), operand)
    if function.body is not None or function.order:
        return formula(function).xreplace({PLACE_HOLDER: operand})
    head = PRIMITIVES[function.name].sympy if function.name in PRIMITIVES else None
    if isinstance(head, type):
        return head(operand, evaluate=False)
    shape = formula(function)
    return shape.func(*(operand if arg == PLACE_HOLDER else arg for arg in shape.args), evaluate=False)


# --- from SymPy -----------------------------------------------------------------------------------------------------


def from_sympy(expression: Any, variables: Iterable[Variable] = (), ranks: Mapping[str, int] | None = None) -> Node:
    """A SymPy expression as a node, with the same structure.

    Symbols in the shape of a matrix are sizes, all others scalar variables. `variables` says which variables the
    symbols stand for; otherwise a `MatrixSymbol` becomes one of rank 2, or of the rank that `ranks` gives to its name.
    Raises UnsupportedError, naming what SymPy's expression has and symnn has not, and ShapeError where shapes do not
    fit.
    """
    arrival = _Arrival({variable.name: variable for variable in variables}, ranks or {})
    if not isinstance(expression, sympy.Basic):
        expression = sympy.sympify(expression, strict=True)
    arrival.collect_sizes(expression)
    made = fold_sympy(expression, arrival.combine, {})
    if not isinstance(made, Node):
        raise UnsupportedError(f"{type(expression).__name__} of SymPy has no counterpart in symnn")
    return made


class _Arrival:
    def __init__(self, variables: Mapping[str, Variable], ranks: Mapping[str, int]) -> None:
        self.variables = variables
        self.ranks = ranks
        self.sizes: set[Any] = set()

    def collect_sizes(self, root: Any) -> None:
        def combine(part: Any, _values: Sequence[None]) -> None:
            if isinstance(part, MatrixSymbol | sympy.Identity | sympy.ZeroMatrix | OneMatrix):
                self.sizes.update(*(size.free_symbols for size in part.shape))

        fold_sympy(root, combine, {})

    def size(self, given: Any) -> Size:
        if any(not symbol.is_Symbol for symbol in given.free_symbols):
            raise UnsupportedError(f"a size is made of symbols and integers, found {given}")
        return cast(Size, given.xreplace({symbol: dim(symbol.name) for symbol in given.free_symbols}))

    def combine(self, part: Any, values: Sequence[Any]) -> Any:
        """The node of one part; sizes and names inside of matrix atoms, and functions, have none and stay SymPy's."""
        if isinstance(part, MatrixSymbol):
            rows, cols = map(self.size, part.shape)
            return self.variable(str(part.name), rows, cols, 2)
        if isinstance(part, sympy.Lambda):
            return part
        if isinstance(part, sympy.Symbol):
            return self.symbol(part)
        if isinstance(part, sympy.Identity):
            return nodes.Identity(self.size(part.rows))
        if isinstance(part, OneMatrix):
            return nodes.Ones(*map(self.size, part.shape))
        if isinstance(part, sympy.ZeroMatrix):
            return nodes.Zeros(*map(self.size, part.shape))
        if isinstance(part, ExprCondPair | sympy.Ne) or part is sympy.true:
            return node_of_scalar(part, values, {})
        if isinstance(part, sympy.Tuple):
            return nodes.Several(*values) if all(isinstance(value, Node) for value in values) else part
        if not isinstance(part, sympy.Expr | sympy.Eq):
            return part
        if isinstance(part, sympy.MatrixExpr):
            return self.matrix(part, values)
        return self.scalar(part, values)

    def variable(self, name: str, rows: Size, cols: Size, rank: int, words: Sequence[str] = ()) -> Variable:
        known = self.variables.get(name)
        if known is None:
            return Variable(name, rows, cols, self.ranks.get(name, rank), words)
        if not same_shape(known.shape, (rows, cols)):
            raise ShapeError(
                f"the variable {name} is {show_shape(known.shape)}, SymPy's symbol is {show_shape((rows, cols))}"
            )
        return known

    def symbol(self, symbol: Any) -> Node:
        if symbol in self.sizes or symbol == dim(symbol.name):
            return nodes.Extent(dim(symbol.name))
        word = "positive" if symbol.is_positive else "nonnegative" if symbol.is_nonnegative else ""
        return self.variable(symbol.name, ONE, ONE, 0, [word] if word else [])

    def matrix(self, part: Any, values: Sequence[Any]) -> Node:
        if isinstance(part, sympy.MatMul):
            return _product_from_sympy(values)
        if isinstance(part, sympy.MatPow) and not isinstance(part, sympy.Inverse):
            return _matrix_power(values[0], part.exp)
        if isinstance(part, ElementwiseApplyFunction):
            return _elementwise(part.function, values[1])
        maker = _MAKERS.get(type(part))
        if maker is None:
            raise UnsupportedError(f"{type(part).__name__} of SymPy has no counterpart in symnn")
        return maker(*values[:1]) if isinstance(part, sympy.Inverse) else maker(*values)

    def entry(self, matrix: Node, row: Any, col: Any) -> Node:
        """One entry, picked by unit vectors."""
        factors = [matrix] if matrix.is_row else [nodes.unit(self.size(row), matrix.rows), matrix]
        factors += [] if matrix.is_column else [nodes.unit(self.size(col), matrix.cols).T]
        return nodes.MatMul(*factors) if len(factors) > 1 else matrix

    def scalar(self, part: Any, values: Sequence[Any]) -> Node:
        if isinstance(part, sympy.Eq):
            return nodes.Equation(*values)
        if isinstance(part, MatrixElement):
            return self.entry(values[0], part.i, part.j)
        maker = _MAKERS.get(type(part))
        if maker is not None:
            return maker(*values)
        return node_of_scalar(part, values, {})


_MAKERS: Mapping[type, Callable[..., Node]] = {
    sympy.MatAdd: nodes.Add,
    HadamardProduct: nodes.Hadamard,
    HadamardPower: nodes.Power,
    sympy.Transpose: nodes.Transpose,
    sympy.Inverse: nodes.Inverse,
    sympy.Determinant: nodes.Determinant,
    sympy.Trace: nodes.Trace,
    DiagMatrix: nodes.Diagonal,
    DiagonalMatrix: lambda operand: nodes.Hadamard(operand, nodes.Identity(operand.rows)),
    DiagonalOf: nodes.DiagonalPart,
    KroneckerProduct: lambda *factors: reduce(nodes.Kronecker, factors),
}


def _product_from_sympy(factors: Sequence[Node]) -> Node:
    """Scalars stand in front of SymPy's products; a 1×1 factor among columns and rows is an ordinary factor."""
    count = next((index for index, factor in enumerate(factors) if not factor.is_scalar), len(factors))
    scalars, matrices = factors[:count], factors[count:]
    if not matrices:
        return nodes.Multiply(*scalars)
    product = matrices[0] if len(matrices) == 1 else nodes.MatMul(*matrices)
    if not scalars:
        return product
    return times(scalars[0] if len(scalars) == 1 else nodes.Multiply(*scalars), product)


def _matrix_power(base: Node, exponent: Any) -> Node:
    if not exponent.is_Integer or abs(exponent) > HIGHEST_POWER:
        raise UnsupportedError(f"a matrix power has an integer exponent up to {HIGHEST_POWER}, found {exponent}")
    factor = base if exponent >= 0 else nodes.Inverse(base)
    if exponent == 0:
        return nodes.Identity(base.rows)
    return factor if abs(exponent) == 1 else nodes.MatMul(*[factor] * abs(int(exponent)))


def _elementwise(function: Any, operand: Node) -> Node:
    """A function of the table where the formula is one's, else the formula itself, entry by entry."""
    wanted = function(PLACE_HOLDER)
    for known in known_functions().values():
        if formula(known) == wanted:
            return Map(known, operand)
    spelled = scalar_from_sympy(wanted, {PLACE_HOLDER: ARGUMENT})

    def combine(node: Node, values: Sequence[Node]) -> Node:
        match node:
            case nodes.Add():
                return _accumulated(values, lambda left, right: left + right)
            case nodes.Multiply():
                return _accumulated(values, times)
            case nodes.Power():
                return values[0] ** values[1]
        return node if isinstance(node, Function) else node.rebuild(values)

    return broadcast(fold(spelled, combine, {ARGUMENT: operand}), *operand.shape)


def _accumulated(values: Sequence[Node], operation: Callable[[Node, Node], Node]) -> Node:
    result = as_node(values[0])
    for value in values[1:]:
        result = operation(result, value)
    return result
