"""From expressions to a program over NumPy arrays: what each node means in arrays.

Columns and rows are one-dimensional arrays, scalars have no axes; `program.py` says how repeated values are kept small.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import cast

from sympy import Rational

from symnn.algebra import nodes
from symnn.algebra.functions import ARGUMENT, PRIMITIVES, SIGMOID, SOFTPLUS
from symnn.algebra.masks import is_mask
from symnn.algebra.nodes import Function, MatMul, Node, Transpose, Variable
from symnn.algebra.sizes import ONE, same_shape, same_size, show_shape
from symnn.algebra.walk import depends, postorder
from symnn.codegen import determinants
from symnn.codegen.chain import Factor, multiply, plain, whole
from symnn.codegen.diagonals import diagonal_part
from symnn.codegen.guards import guarded
from symnn.codegen.instructions import Axes, Operation, Value
from symnn.codegen.patterns import (
    axes_of,
    axis_in_code,
    design_of_gram,
    formula_of,
    helper_name,
    is_single,
    place_of_inverse,
)
from symnn.codegen.program import Program, order_of
from symnn.codegen.sums import dot, total
from symnn.errors import UnsupportedError

SYMMETRIC = frozenset({"symmetric", "positive definite"})
AGAINST_ZERO: Mapping[str, str] = {"relu": "np.maximum", "step": "np.heaviside"}


class Lowering:
    """Adds the instructions of expressions to one program.

    `equations` gives the number of the line of the proof in which a node first stands. `functions` collects the defined
    functions that the program calls, in order.
    """

    def __init__(self, program: Program, equations: Mapping[Node, int], functions: dict[Function, None]) -> None:
        self.program = program
        self.equations = equations
        self.functions = functions
        self.values: dict[Node, Value] = {}

    def bind(self, variable: Variable, axes: Axes | None = None, *, is_free: bool = False) -> Value:
        """Make a variable a parameter of the program; of one that is free it is not used that it is symmetric."""
        axes = axes_of(variable) if axes is None else axes
        is_symmetric = not is_free and len(axes) == 2 and not SYMMETRIC.isdisjoint(variable.assumptions)
        value = self.program.parameter(variable.name, axes, is_symmetric=is_symmetric)
        self.values[variable] = value
        return value

    def lower(self, *roots: Node) -> list[Value]:
        """The values of expressions; each may be smaller than its expression, see `Program.full`."""
        equation = self.program.equation
        for node in postorder(*roots):
            if not isinstance(node, Function) and node not in self.values:
                self.program.equation = self.equations.get(node, equation)
                self.values[node] = self._value(node)
        self.program.equation = equation
        return [self.values[root] for root in roots]

    def _value(self, node: Node) -> Value:
        method = _METHODS.get(type(node))
        if method is None:
            raise UnsupportedError(f"no code can be written for {type(node).__name__}: {node}")
        return method(self, node)

    def operands(self, node: Node) -> list[Value]:
        return [self.values[child] for child in node.children]

    # --- leaves -----------------------------------------------------------------------------------------------------

    def _variable(self, node: Node) -> Value:
        raise UnsupportedError(f"{cast(Variable, node).name} occurs in the expression and is not a parameter")

    def _number(self, node: Node) -> Value:
        return self.program.number(node.args[0])

    def _extent(self, node: Node) -> Value:
        return self.program.size(node.args[0])

    def _named(self, node: Node) -> Value:
        return self.program.keep(self.values[node.children[0]])

    def _identity(self, node: Node) -> Value:
        return self.program.eye(node.rows)

    def _ones(self, _node: Node) -> Value:
        return self.program.number(1)

    def _zeros(self, _node: Node) -> Value:
        return self.program.number(0)

    # --- entry by entry ---------------------------------------------------------------------------------------------

    def _add(self, node: Node) -> Value:
        return self.program.add(self.operands(node))

    def _product(self, node: Node) -> Value:
        return self.program.product(self.operands(node))

    def _scale(self, node: Node) -> Value:
        """A multiple; det A times a product with A⁻¹ has the adjugate in it, which singular matrices have too."""
        factor, operand = node.children
        scalars = list(factor.children) if isinstance(factor, nodes.Multiply) else [factor]
        parts = operand.children if isinstance(operand, MatMul) else (operand,)
        for determinant in scalars:
            if isinstance(determinant, nodes.Determinant) and not determinant.children[0].is_scalar:
                place, is_transposed = place_of_inverse(determinant.children[0], parts)
                if place is not None:
                    matrix = self.whole(determinant.children[0])
                    adjugate = self.program.call("_adjugate", matrix)
                    known = self.program.transpose(adjugate) if is_transposed else adjugate
                    scalars.remove(determinant)
                    rest = [self.values[scalar] for scalar in scalars]
                    return self.program.product([*rest, self._chain(parts, known={place: known})])
        return self.program.product(self.operands(node))

    def _power(self, node: Node) -> Value:
        return self.program.power(*self.operands(node))

    def _map(self, node: Node) -> Value:
        mapped = cast(nodes.Map, node)
        return self.apply(mapped.function, self.values[mapped.operand])

    def _where(self, node: Node) -> Value:
        safe, program = guarded(cast(nodes.Where, node)), self.program
        mask, then, otherwise = self.lower(*safe.children)
        if is_mask(node.children[0]):
            return program.where(mask, then, otherwise)
        opposite = program.add((program.number(1), program.scale(Rational(-1), mask)))
        return program.add((program.product((mask, then)), program.product((opposite, otherwise))))

    def apply(self, function: Function, operand: Value) -> Value:
        """A function, entry by entry. Derivatives of primitives are written out, so that they share what they can."""
        program = self.program
        if function.body is None and function.order == 0:
            if function.name not in PRIMITIVES:
                raise UnsupportedError(f"the function {function.name} has no formula and is not in the table")
            if function.name in AGAINST_ZERO:
                return program.call(AGAINST_ZERO[function.name], operand, program.number(0))
            if function.name == "log":
                return program.logarithm(operand)
            if function.name == "arctan" and program.constant(operand) == 1:
                return program.scale(Rational(1, 4), program.pi())
            if function.name == "sign":
                known = determinants.sign(program, operand)
                return program.call("np.sign", operand) if known is None else known
            return program.call("erf" if function.name == "erf" else f"np.{function.name}", operand)
        if function is SIGMOID:
            return program.call("_sigmoid", operand)
        if function is SOFTPLUS:
            return program.call("np.logaddexp", program.number(0), operand)
        formula = formula_of(function)
        if not depends(formula, [ARGUMENT]) or function.body is None:
            return self.written_out(formula, operand)
        self.functions.setdefault(function)
        return program.call(helper_name(function), operand)

    def written_out(self, formula: Node, operand: Value) -> Value:
        """A scalar formula with an array in the place of x: all of its parts work entry by entry."""
        inner = Lowering(self.program, {}, self.functions)
        inner.values[ARGUMENT] = operand
        equation = self.program.equation
        for node in postorder(formula):
            if not isinstance(node, Function) and node not in inner.values:
                self.program.equation = equation
                inner.values[node] = inner._value(node)
        self.program.equation = equation
        return inner.values[formula]

    # --- matrices ---------------------------------------------------------------------------------------------------

    def _transpose(self, node: Node) -> Value:
        (child,) = node.children
        value = self.values[child]
        return value if child.is_column or child.is_row else self.program.transpose(value)

    def _broadcast(self, node: Node) -> Value:
        (child,) = node.children
        value = self.values[child]
        is_repeated_column = child.is_column and not child.is_row and not node.is_column
        return self.program.column(value) if is_repeated_column else value

    def _diagonal(self, node: Node) -> Value:
        vector = self.program.full(self.operands(node)[0], (node.rows,)) if node.rows != 1 else self.operands(node)[0]
        return vector if node.rows == 1 else self.program.of_matrix(Operation.DIAGONAL, vector)

    def _diagonal_part(self, node: Node) -> Value:
        return diagonal_part(self.program, self.values[node.children[0]])

    def _determinant(self, node: Node) -> Value:
        return self._of_matrix(node, Operation.DETERMINANT)

    def _of_matrix(self, node: Node, operation: Operation) -> Value:
        value = self.whole(node.children[0])
        return value if node.children[0].is_scalar else self.program.of_matrix(operation, value)

    def whole(self, node: Node) -> Value:
        return self.program.full(self.values[node], axes_of(node))

    def _inverse(self, node: Node) -> Value:
        (child,) = node.children
        if child.is_scalar:
            return self.program.product((), (self.values[child],))
        return self._chain([node])

    def _matmul(self, node: Node) -> Value:
        return self._chain(node.children)

    def _chain(
        self,
        parts: Sequence[Node],
        before: Sequence[Factor] = (),
        after: Sequence[Factor] = (),
        known: Mapping[int, Value] = MappingProxyType({}),
    ) -> Value:
        """A product of nodes, with further factors on both sides; `known` are values to take at some places."""
        scalars: list[Value] = []
        factors = list(before)
        position = 0
        while position < len(parts):
            node = parts[position]
            if position in known:
                length, found = 1, [Factor(known[position], node.rows, node.cols)]
            else:
                length, found = self._factors(parts, position, scalars)
            factors.extend(found)
            position += length
        factors.extend(after)
        rows, cols = factors[0].rows, factors[-1].cols
        factors = [factor for factor in factors if not self._is_unit(factor)] or [factors[0]]
        product = multiply(self.program, factors)
        value = self.program.number(1) if product.value is None else product.value
        if not (same_size(product.rows, rows) and same_size(product.cols, cols)):
            raise UnsupportedError(f"a product of {show_shape((rows, cols))} was lowered to another shape")
        return self.program.product([*scalars, value])

    def _is_unit(self, factor: Factor) -> bool:
        """Whether a factor changes nothing: an identity matrix, or the scalar 1."""
        if factor.value is None or factor.kind != "plain":
            return False
        is_eye = self.program[factor.value].operation is Operation.EYE
        return is_eye or (factor.is_row and factor.is_column and self.program.constant(factor.value) == 1)

    def _factors(self, parts: Sequence[Node], position: int, scalars: list[Value]) -> tuple[int, list[Factor]]:
        """How many nodes were taken, and their factors."""
        node = parts[position]
        if isinstance(node, nodes.Inverse) and not node.is_scalar:
            (operand,) = node.children
            if isinstance(operand, nodes.Diagonal):
                vector = self.program.product((), (self.values[operand.children[0]],))
                return 1, [Factor(vector, node.rows, node.cols, "diagonal")]
            following = parts[position + 1] if position + 1 < len(parts) else None
            design = design_of_gram(operand)
            if design is not None and following is design.T:
                return 2, [Factor(self.whole(design), design.cols, design.rows, "pseudoinverse")]
            coefficient, core = self.program.parts(self.whole(operand))
            if core is None:
                raise UnsupportedError(f"the inverse of a constant matrix: {node}")
            scalars.append(self.program.number(1 / coefficient))
            return 1, [Factor(core, node.rows, node.cols, "inverse")]
        if isinstance(node, Transpose) and isinstance(node.children[0], nodes.Inverse):
            (operand,) = node.children[0].children
            matrix = self.program.transpose(self.whole(operand))
            return 1, [Factor(matrix, node.rows, node.cols, "inverse")]
        if isinstance(node, nodes.Selection):
            return 1, [Factor(None, node.rows, node.cols, "selection", node)]
        if isinstance(node, Transpose) and isinstance(node.children[0], nodes.Selection):
            return 1, [Factor(None, node.rows, node.cols, "placement", node.children[0])]
        if isinstance(node, nodes.Diagonal) and not node.is_scalar:
            return 1, [Factor(self.values[node.children[0]], node.rows, node.cols, "diagonal")]
        coefficient, core = self.program.parts(self.values[node])
        scalars.append(self.program.number(coefficient))
        repeated, found = plain(self.program, self.program.number(1) if core is None else core, node.rows, node.cols)
        if repeated is not None:
            scalars.append(repeated)
        return 1, found

    def _kronecker(self, node: Node) -> Value:
        """A column times a row is their outer product. Beside a matrix, NumPy takes a vector for a row."""
        left, right = node.children
        first, second = self.whole(left), self.whole(right)
        if left.is_column and right.is_row:
            return self.program.outer(first, second)
        if left.is_row and right.is_column:
            return self.program.outer(second, first)
        if not (left.is_column and right.is_column):
            first = self.program.column(first) if left.is_column else first
            second = self.program.column(second) if right.is_column else second
        return self.program.kronecker(first, second, axes_of(node))

    def _vec(self, node: Node) -> Value:
        (child,) = node.children
        value = self.whole(child)
        return value if child.is_row else self.program.vec(value)

    def _unvec(self, node: Node) -> Value:
        return self.program.unvec(self.whole(node.children[0]), axes_of(node))

    def _block_rows(self, node: Node) -> Value:
        blocks = cast(nodes.BlockRows, node)
        value = self.whole(node.children[0])
        return value if node.is_scalar else self.program.block_rows(value, blocks.grid + blocks.block, axes_of(node))

    def _commutation(self, node: Node) -> Value:
        return self.program.commutation(*node.args)

    def _selection(self, node: Node) -> Value:
        return self._chain([node])

    def _triangle(self, node: Node) -> Value:
        return self.program.triangle(node.rows, node.cols, cast(nodes.Triangle, node).diagonal)

    # --- sums of entries --------------------------------------------------------------------------------------------

    def _trace(self, node: Node) -> Value:
        (child,) = node.children
        if child.is_scalar:
            return self.values[child]
        if isinstance(child, MatMul) and len(child.children) > 1:
            return self._trace_of_product(child.children)
        value = self.values[child]
        if self.program.axes(value) != axes_of(child):
            return self._sum_of_diagonal_product(child)
        return self.program.of_matrix(Operation.TRACE, value)

    def _sum_of_diagonal_product(self, child: Node) -> Value:
        """The trace of what is repeated: the sum of the repeated vector."""
        value = self.values[child]
        if self.program.rank(value) == 0:
            return self.program.product((value, self.program.size(child.rows)))
        return self.program.total(value)

    def _trace_of_product(self, parts: Sequence[Node]) -> Value:
        """A cyclic shift that starts at a vector gives a scalar; else ⟨Aᵀ, B⟩ of two parts, without the product AB."""
        for shift, part in enumerate(parts):
            rotated = [*parts[shift:], *parts[:shift]]
            if part.is_row:
                return self._chain(rotated)
            if isinstance(part, nodes.Diagonal):
                diagonal = diagonal_part(self.program, self._chain(rotated[1:]))
                return dot(self.program, self.values[part.children[0]], diagonal, part.children[0])
        inverses = [shift for shift, part in enumerate(parts) if isinstance(part, nodes.Inverse)]
        rotated = [*parts[inverses[0] :], *parts[: inverses[0]]] if inverses else list(parts)
        if inverses and len(parts) == 2:
            return self.program.of_matrix(Operation.TRACE, self._chain(rotated))
        splits = range(2 if inverses else 1, len(parts))
        split = min(splits, key=lambda place: order_of(rotated[place].rows) * order_of(rotated[0].rows))
        left, right = rotated[:split], rotated[split:]
        first = whole(self.program, Factor(self._chain(left), left[0].rows, left[-1].cols))
        second = whole(self.program, Factor(self._chain(right), right[0].rows, right[-1].cols))
        return self.program.inner(self.program.transpose(first), second)

    def _inner(self, node: Node) -> Value:
        left, right = node.children
        return dot(self.program, self.values[left], self.values[right], node.children[0])

    def _squared_norm(self, node: Node) -> Value:
        (child,) = node.children
        value = self.values[child]
        if child.is_scalar:
            return self.program.power(value, self.program.number(2))
        return dot(self.program, value, value, child)

    def _sum(self, node: Node) -> Value:
        (child,) = node.children
        axis = cast(nodes.Sum, node).axis
        program = self.program
        if isinstance(child, MatMul | nodes.Inverse) and not child.is_column and not child.is_row:
            parts = child.children if isinstance(child, MatMul) else (child,)
            before = [Factor(None, ONE, child.rows)] if axis != 1 else []
            after = [Factor(None, child.cols, ONE)] if axis != 0 else []
            return self._chain(parts, before, after)
        if axis == -1 and isinstance(child, nodes.Hadamard) and len(child.children) == 2:
            left, right = self.operands(child)
            return dot(self.program, left, right, child)
        if axis == -1 and isinstance(child, nodes.Power) and child.children[1] is nodes.Number(2):
            return dot(self.program, self.values[child.children[0]], self.values[child.children[0]], child)
        return total(self.program, program.add([self.values[child]]), child.rows, child.cols, axis)

    def _extreme(self, node: Node) -> Value:
        (child,) = node.children
        extreme = cast(nodes.Extreme, node)
        if same_shape(node.shape, child.shape):
            return self.values[child]
        axis = axis_in_code(extreme)
        return self.program.reduction(
            self.whole(child), "np.max" if extreme.sign == 1 else "np.min", axis, axes_of(node)
        )

    def _entry_product(self, node: Node) -> Value:
        (child,) = node.children
        if same_shape(node.shape, child.shape):
            return self.values[child]
        axis = axis_in_code(cast(nodes.EntryProduct, node))
        return self.program.reduction(self.whole(child), "np.prod", axis, axes_of(node))

    def _softmax(self, node: Node) -> Value:
        return self.lower(cast(nodes.Softmax, node).definition)[0]

    def _other_products(self, node: Node) -> Value:
        others = cast(nodes.OtherProducts, node)
        if len(others.directions) > 1:
            raise UnsupportedError(f"no code is written for third derivatives of a product of entries: {node}")
        if is_single(others):
            return self.program.number(0 if others.directions else 1)
        parts = [self.whole(child) for child in node.children]
        name = "_products_of_others" + ("_derivative" if others.directions else "")
        return self.program.along(name, parts, axis_in_code(others), axes_of(node))

    def _exponential(self, node: Node) -> Value:
        parts = [self.whole(child) for child in node.children]
        name = "expm" if len(parts) == 1 else "_exponential_derivative"
        return self.program.call(name, *parts, axes=axes_of(node))

    def _singular_norm(self, node: Node) -> Value:
        matrix = self.whole(node.children[0])
        kind = cast(nodes.SingularNorm, node).kind
        if kind == "nuclear":
            return self.program.call("_nuclear_norm", matrix, axes=())
        return self.program.call(
            "np.linalg.norm", matrix, self.program.number(2 if kind == "spectral" else -2), axes=()
        )

    def _singular_part(self, node: Node) -> Value:
        part = cast(nodes.SingularPart, node)
        if len(part.directions) > 1:
            raise UnsupportedError(f"no code is written for third derivatives of a norm by singular values: {node}")
        which = self.program.number({"nuclear": 0, "spectral": 1, "smallest": -1}[part.kind])
        parts = [self.whole(child) for child in node.children]
        name = "_singular_part" + ("_derivative" if part.directions else "")
        return self.program.call(name, *parts, which, axes=axes_of(node))

    def _extreme_place(self, node: Node) -> Value:
        (child,) = node.children
        place = cast(nodes.ExtremePlace, node)
        if is_single(place):
            return self.program.number(1)
        operand = self.program.scale(Rational(place.sign), self.whole(child))
        return self.program.reduction(operand, "_place_of_largest", axis_in_code(place), axes_of(node))


_METHODS: Mapping[type[Node], Callable[[Lowering, Node], Value]] = {
    Variable: Lowering._variable,
    nodes.Number: Lowering._number,
    nodes.Extent: Lowering._extent,
    nodes.Identity: Lowering._identity,
    nodes.Ones: Lowering._ones,
    nodes.Zeros: Lowering._zeros,
    nodes.Add: Lowering._add,
    nodes.Multiply: Lowering._product,
    nodes.Scale: Lowering._scale,
    nodes.Hadamard: Lowering._product,
    nodes.Power: Lowering._power,
    nodes.Map: Lowering._map,
    nodes.Where: Lowering._where,
    Transpose: Lowering._transpose,
    nodes.Broadcast: Lowering._broadcast,
    nodes.Diagonal: Lowering._diagonal,
    nodes.DiagonalPart: Lowering._diagonal_part,
    nodes.Kronecker: Lowering._kronecker,
    nodes.Vec: Lowering._vec,
    nodes.Commutation: Lowering._commutation,
    nodes.Unvec: Lowering._unvec,
    nodes.BlockRows: Lowering._block_rows,
    nodes.Selection: Lowering._selection,
    nodes.Triangle: Lowering._triangle,
    nodes.Determinant: Lowering._determinant,
    nodes.Inverse: Lowering._inverse,
    MatMul: Lowering._matmul,
    nodes.Trace: Lowering._trace,
    nodes.Inner: Lowering._inner,
    nodes.SquaredNorm: Lowering._squared_norm,
    nodes.Sum: Lowering._sum,
    nodes.Named: Lowering._named,
    nodes.Softmax: Lowering._softmax,
    nodes.EntryProduct: Lowering._entry_product,
    nodes.OtherProducts: Lowering._other_products,
    nodes.Exponential: Lowering._exponential,
    nodes.SingularNorm: Lowering._singular_norm,
    nodes.SingularPart: Lowering._singular_part,
    nodes.Extreme: Lowering._extreme,
    nodes.ExtremePlace: Lowering._extreme_place,
}
