"""Scalar expressions to SymPy and back, so that SymPy can differentiate, solve and simplify them.

What is not arithmetic between scalars (a norm, a trace, a product of vectors) goes as one opaque symbol and comes back
as the node that it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import sympy
from sympy import Expr, Rational, Symbol
from sympy.core.function import AppliedUndef
from sympy.functions.elementary.piecewise import ExprCondPair

from symnn.algebra.functions import ARGUMENT, PRIMITIVES, primitive_of_sympy
from symnn.algebra.masks import opposite
from symnn.algebra.nodes import (
    Add,
    Broadcast,
    Determinant,
    Diagonal,
    DiagonalPart,
    Differential,
    Equation,
    Extent,
    Function,
    Identity,
    Inverse,
    Map,
    MatMul,
    Multiply,
    Node,
    Number,
    Ones,
    Power,
    Several,
    SquaredNorm,
    Sum,
    Trace,
    Transpose,
    Variable,
    Where,
    Zeros,
)
from symnn.algebra.sizes import show_shape
from symnn.algebra.walk import fold
from symnn.errors import UnsupportedError

Result = TypeVar("Result")
Symbols = MutableMapping[Node, Any]

PLACE_HOLDER = Symbol("x", real=True)
"""What `functions.ARGUMENT` is in SymPy."""

# A scalar is its own transpose, trace, determinant, sum, diagonal and repetition.
_UNCHANGED = (Transpose, Trace, Determinant, Sum, Broadcast, Diagonal, DiagonalPart)

_REWRITTEN = (
    (sympy.sec, sympy.cos),
    (sympy.csc, sympy.sin),
    (sympy.cot, sympy.tan),
    (sympy.sech, sympy.cosh),
    (sympy.csch, sympy.sinh),
    (sympy.coth, sympy.tanh),
    (sympy.erfc, sympy.erf),
)


def symbol_of(variable: Variable) -> Symbol:
    """The real symbol of a scalar variable, with what is assumed of its sign."""
    return Symbol(variable.name, real=True, **sign_assumptions(variable))


def sign_assumptions(variable: Variable) -> dict[str, bool]:
    """What SymPy is told of the entries of a variable."""
    words = variable.assumptions
    if "positive" in words or ("positive definite" in words and variable.is_scalar):
        return {"positive": True}
    return {"nonnegative": True} if "nonnegative" in words else {}


# --- to SymPy -------------------------------------------------------------------------------------------------------


def scalar_to_sympy(node: Node, symbols: Symbols, *, expand: bool = True) -> Expr:
    """A scalar node as a SymPy expression.

    `symbols` is filled: variables, and every scalar part that is not arithmetic, with the real symbols that stand for
    them. Functions with a formula are expanded; with `expand=False` they stay applied, as undefined functions that are
    recorded in `symbols` too. Raises UnsupportedError for what is not a scalar value.
    """
    if not node.is_scalar:
        raise UnsupportedError(f"a scalar is expected, found {node}, which is {show_shape(node.shape)}")

    def combine(part: Node, values: Sequence[Any]) -> Any:
        return _scalar(part, values, symbols, expand)

    known = {part: _opaque(part, symbols) for part in _opaque_parts(node)}
    return fold(node, combine, known)


def _opaque_parts(root: Node) -> list[Node]:
    """The scalar parts that are not made of scalars, outermost first and not entered."""
    found: list[Node] = []
    seen = {root}
    stack = [root]
    while stack:
        node = stack.pop()
        operands = [child for child in node.children if not isinstance(child, Function)]
        if isinstance(node, Several | Equation | Function):
            raise UnsupportedError(f"a scalar value is expected, found {node}")
        if isinstance(node, Differential) or not all(child.is_scalar for child in operands):
            found.append(node)
            continue
        fresh = [child for child in reversed(operands) if child not in seen]
        seen.update(fresh)
        stack.extend(fresh)
    return found


def _opaque(node: Node, symbols: Symbols) -> Symbol:
    known = symbols.get(node)
    if known is None:
        sign = {"nonnegative": True} if isinstance(node, SquaredNorm) else {}
        known = symbols[node] = Symbol(f"#{len(symbols)}", real=True, **sign)
    return known


def _variable(variable: Variable, symbols: Symbols) -> Symbol:
    if variable is ARGUMENT:
        return symbols.setdefault(variable, PLACE_HOLDER)
    if variable not in symbols:
        wanted = symbol_of(variable)
        taken = wanted == PLACE_HOLDER or wanted in symbols.values()
        symbols[variable] = Symbol(f"#{len(symbols)}", **wanted.assumptions0) if taken else wanted
    return symbols[variable]


def _scalar(node: Node, values: Sequence[Any], symbols: Symbols, expand: bool) -> Any:
    match node:
        case Function():
            return node
        case Number():
            return node.value
        case Extent():
            return node.size
        case Variable():
            return _variable(node, symbols)
        case Identity() | Ones():
            return sympy.S.One
        case Zeros():
            return sympy.S.Zero
        case Add():
            return sympy.Add(*values)
        case Multiply() | MatMul():
            return sympy.Mul(*values)
        case Power():
            return values[0] ** values[1]
        case Inverse():
            return 1 / values[0]
        case SquaredNorm():
            return values[0] ** 2
        case Where():
            return chosen(*values)
        case Map():
            return _applied(node.function, values[-1], symbols, expand)
        case _ if isinstance(node, _UNCHANGED):
            return values[0]
    raise UnsupportedError(f"{type(node).__name__} is not a scalar that SymPy can take: {node}")


def chosen(mask: Any, then: Any, otherwise: Any) -> Any:
    """SymPy's choice between two scalars by a mask."""
    return sympy.Piecewise((then, sympy.Ne(mask, 0)), (otherwise, True))


def _applied(function: Function, argument: Any, symbols: Symbols, expand: bool) -> Any:
    if function.body is None or expand:
        return formula(function).xreplace({PLACE_HOLDER: argument})
    name = function.name + "'" * function.order
    head = symbols.setdefault(function, sympy.Function(name, real=True))
    return head(argument)


@lru_cache(maxsize=512)
def formula(function: Function) -> Expr:
    """A function of the table, of any order, as a SymPy expression in PLACE_HOLDER.

    At kinks the conventions of the table hold: sign, step and the derivative of relu are 0 at 0, derivatives of
    steps are 0. Raises UnsupportedError for a primitive that is not in the table, or where SymPy finds no derivative.
    """
    if function.order:
        lower = Function(function.name, function.args[1], function.order - 1)
        return differentiated(formula(lower), PLACE_HOLDER)
    if function.body is None:
        if function.name not in PRIMITIVES:
            raise UnsupportedError(f"the function {function.name} has no formula and is not in the table of functions")
        return PRIMITIVES[function.name].sympy(PLACE_HOLDER)
    symbols: dict[Node, Any] = {}
    expression = scalar_to_sympy(function.body, symbols)
    strange = [str(node) for node in symbols if node is not ARGUMENT]
    if strange:
        raise UnsupportedError(f"the formula of {function.name} contains more than x: {', '.join(strange)}")
    return expression


def differentiated(expression: Expr, by: Symbol) -> Expr:
    """SymPy's derivative by a real symbol, with the conventions of the table of functions at kinks."""
    raw = sympy.diff(expression, by)
    clean = raw.replace(sympy.DiracDelta, lambda *_: sympy.S.Zero)
    clean = clean.replace(sympy.Heaviside, lambda argument, *_: sympy.Heaviside(argument, 0))
    if clean.has(sympy.Derivative, sympy.Subs, sympy.re, sympy.im, sympy.conjugate):
        raise UnsupportedError(f"SymPy finds no derivative of {expression} by {by}")
    return clean


def derivative_of(function: Function) -> Node:
    """The derivative of an elementwise function, as a formula in the scalar `functions.ARGUMENT`."""
    return scalar_from_sympy(formula(function.derivative()), {PLACE_HOLDER: ARGUMENT})


# --- from SymPy -----------------------------------------------------------------------------------------------------


def scalar_from_sympy(expression: Any, back: Mapping[Any, Node]) -> Node:
    """A SymPy expression as a scalar node. `back` says which node a symbol stands for: the inverse of `symbols`.

    Positive integer symbols are sizes. Raises UnsupportedError for a symbol or a function that is not known.
    """
    if not isinstance(expression, sympy.Expr):
        raise UnsupportedError(f"a scalar expression of SymPy is expected, found {expression!r}")
    for head, target in _REWRITTEN:
        if expression.has(head):
            expression = expression.replace(head, lambda *given, h=head, t=target: h(*given).rewrite(t))

    def combine(part: Any, values: Sequence[Node]) -> Node:
        return node_of_scalar(part, values, back)

    memo: dict[Any, Node] = dict(back)
    return fold_sympy(expression, combine, memo)


def fold_sympy(root: Any, combine: Callable[[Any, Sequence[Result]], Result], memo: dict[Any, Result]) -> Result:
    """The value of a SymPy expression from the bottom up; what `memo` knows, and a Lambda, is not entered."""
    stack = [root]
    while stack:
        part = stack[-1]
        if part in memo:
            stack.pop()
            continue
        arguments = () if isinstance(part, sympy.Lambda) else part.args
        missing = [arg for arg in arguments if arg not in memo]
        if missing:
            stack.extend(reversed(missing))
        else:
            stack.pop()
            memo[part] = combine(part, [memo[arg] for arg in arguments])
    return memo[root]


def node_of_scalar(part: Any, values: Sequence[Node], back: Mapping[Any, Node]) -> Node:
    """The node of one SymPy operation between scalars, given the nodes of its arguments."""
    if part.is_Number and part.is_finite:
        return Number(part if part.is_Rational else Rational(str(part)))
    if part is sympy.pi:
        return Multiply(Number(4), Map(Function("arctan"), Number(1)))
    if part is sympy.E:
        return Map(Function("exp"), Number(1))
    if part.is_Symbol:
        return _node_of_symbol(part)
    if part.is_Add:
        return Add(*values)
    if part.is_Mul:
        return Multiply(*values)
    if part.is_Pow:
        return _node_of_power(part, *values)
    if isinstance(part, AppliedUndef) and part.func in back:
        return Map(back[part.func], *values)
    return _node_of_function(part, values)


def _node_of_symbol(symbol: Any) -> Node:
    if symbol.is_integer and symbol.is_positive and not symbol.is_Dummy:
        return Extent(symbol.name)
    raise UnsupportedError(f"the symbol {symbol} of SymPy stands for no variable here")


def _node_of_power(part: Any, base: Node, exponent: Node) -> Node:
    if part.exp.is_Rational and part.exp.q == 2:
        root = Map(Function("sqrt"), base)
        return root if part.exp.p == 1 else Power(root, Number(part.exp.p))
    return Power(base, exponent)


def _node_of_function(part: Any, values: Sequence[Node]) -> Node:
    if isinstance(part, sympy.Max | sympy.Min):
        return _node_of_extreme(values, Number(1 if isinstance(part, sympy.Max) else -1))
    if isinstance(part, sympy.Heaviside) and part.args[1] != 0:
        if part.args[1] != sympy.S.Half:
            raise UnsupportedError(f"{part} has a value at 0 that no function of the table has")
        return Multiply(Number(Rational(1, 2)), Add(Number(1), Map(Function("sign"), values[0])))
    if isinstance(part, sympy.Piecewise):
        return _node_of_choice(part, values)
    if isinstance(part, ExprCondPair):
        return Several(*values)
    if isinstance(part, sympy.Ne) and part.args[1] in (0, 1):
        return values[0] if part.args[1] == 0 else opposite(values[0])
    if part is sympy.true:
        return Number(1)
    name, argument = primitive_of_sympy(part)
    return Map(Function(name), values[part.args.index(argument)])


def _node_of_choice(part: Any, values: Sequence[Node]) -> Node:
    """Choices by masks, the last one without a condition."""
    if part.args[-1].cond is not sympy.true:
        raise UnsupportedError(f"{part} of SymPy has no value where none of its conditions holds")
    made = values[-1].children[0]
    for pair in reversed(values[:-1]):
        then, mask = pair.children
        made = Where(mask, then, made)
    return made


def _node_of_extreme(values: Sequence[Node], sign: Number) -> Node:
    """max(a, b) = b + relu(a − b) and min(a, b) = b − relu(b − a), one value after the other."""
    zero, one = Number(0), Number(1)
    extreme, *others = sorted(values, key=lambda value: value is not zero)
    for other in others:
        gap = other if extreme is zero else other - extreme
        excess = Map(Function("relu"), gap if sign is one else -gap)
        signed = excess if sign is one else -excess
        extreme = signed if extreme is zero else extreme + signed
    return extreme


def inverted(symbols: Mapping[Node, Any]) -> dict[Any, Node]:
    """From `symbols`, as `scalar_to_sympy` fills it, the mapping that `scalar_from_sympy` takes."""
    return {symbol: node for node, symbol in symbols.items()}
