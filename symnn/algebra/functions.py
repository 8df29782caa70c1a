"""The table of elementwise functions: primitives that SymPy knows, and functions defined by a formula in `x`.

No derivative stands here. Primitives are differentiated by SymPy, defined functions through their formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sympy

from symnn.algebra.nodes import Add, Differential, Extent, Function, Map, Multiply, Node, Number, Power, Variable
from symnn.algebra.walk import postorder, substitute
from symnn.errors import SymnnError, UnsupportedError

ARGUMENT = Variable("x", 1, 1, 0)


@dataclass(frozen=True)
class Primitive:
    """A function that the judges take as given."""

    name: str
    sympy: Any
    meaning: str
    kinks: tuple[int, ...] = ()
    convention: str = ""


def _step(x: Any) -> Any:
    return sympy.Heaviside(x, 0)


def _relu(x: Any) -> Any:
    return sympy.Max(x, 0)


PRIMITIVES: Mapping[str, Primitive] = MappingProxyType(
    {
        primitive.name: primitive
        for primitive in (
            Primitive("exp", sympy.exp, "the exponential"),
            Primitive("log", sympy.log, "the natural logarithm, of positive numbers"),
            Primitive("sqrt", sympy.sqrt, "the square root, of nonnegative numbers"),
            Primitive("sin", sympy.sin, "the sine"),
            Primitive("cos", sympy.cos, "the cosine"),
            Primitive("tan", sympy.tan, "the tangent"),
            Primitive("arctan", sympy.atan, "the inverse of the tangent"),
            Primitive("arcsin", sympy.asin, "the inverse of the sine, of numbers from -1 to 1"),
            Primitive("arccos", sympy.acos, "the inverse of the cosine, of numbers from -1 to 1"),
            Primitive("sinh", sympy.sinh, "the hyperbolic sine"),
            Primitive("cosh", sympy.cosh, "the hyperbolic cosine"),
            Primitive("tanh", sympy.tanh, "the hyperbolic tangent"),
            Primitive("arcsinh", sympy.asinh, "the inverse of the hyperbolic sine"),
            Primitive("arccosh", sympy.acosh, "the inverse of the hyperbolic cosine, of numbers from 1"),
            Primitive("arctanh", sympy.atanh, "the inverse of the hyperbolic tangent, of numbers between -1 and 1"),
            Primitive("erf", sympy.erf, "the error function"),
            Primitive("abs", sympy.Abs, "the absolute value", (0,), "abs'(0) = 0"),
            Primitive("sign", sympy.sign, "the sign, 0 at 0", (0,), "sign'(0) = 0"),
            Primitive("step", _step, "1 for positive numbers, else 0", (0,), "step'(0) = 0"),
            Primitive("relu", _relu, "the larger of x and 0", (0,), "relu'(0) = 0"),
        )
    }
)

JUMPS = frozenset({"sign", "step"})
"""Primitives that are constant but for their kinks."""

_defined: dict[str, Function] = {}


def kinks_of(name: str) -> tuple[int, ...]:
    """The kinks of a primitive; a function without a formula that is in no table stands for any differentiable one."""
    return PRIMITIVES[name].kinks if name in PRIMITIVES else ()


def arbitrary_functions(*roots: Node) -> list[str]:
    """The names of the functions that stand for any differentiable one, in order of first appearance."""
    found = (node for node in postorder(*roots) if isinstance(node, Function))
    return list(dict.fromkeys(node.name for node in found if node.body is None and node.name not in PRIMITIVES))


def with_formulas(root: Node, bodies: Mapping[str, Node]) -> Node:
    """The expression with a formula for each named function that stood for any: phi becomes phi0.

    A formula that is a function of x, such as tanh(x), is that function.
    """
    found = [node for node in postorder(root) if isinstance(node, Function) and node.name in bodies]
    return substitute(root, {node: _with_formula(node, bodies[node.name]) for node in found})


def _with_formula(function: Function, body: Node) -> Function:
    if isinstance(body, Map) and body.operand is ARGUMENT and not body.function.order:
        return Function(body.function.name, body.function.args[1], function.order)
    return Function(f"{function.name}0", body, function.order)


def primitive(name: str) -> Function:
    return Function(PRIMITIVES[name].name)


def define(name: str, body: Node) -> Function:
    """A new elementwise function, given by a formula in the scalar variable `x` alone.

    Raises SymnnError where the formula has anything else, or the name is taken by another function.
    """
    check_formula(name, body)
    made = Function(name, body)
    if name in PRIMITIVES or _defined.setdefault(name, made) is not made:
        raise SymnnError(f"the name {name} is taken by another function")
    return made


def check_formula(name: str, body: Node) -> None:
    """Raises SymnnError unless a formula is a scalar that is made of the scalar `x` alone.

    Another variable, a size or a differential would mean something else wherever the function is applied.
    """
    if not name.isidentifier():
        raise SymnnError(f"a function is named like a Python function, found {name!r}")
    for node in postorder(body):
        foreign = isinstance(node, Variable) and node is not ARGUMENT
        if foreign or isinstance(node, Extent | Differential) or not node.is_scalar:
            raise SymnnError(f"the formula of {name} may contain only the scalar x, found {node}")


def known_functions() -> Mapping[str, Function]:
    """All functions of the table by name."""
    return {**{name: Function(name) for name in PRIMITIVES}, **_defined}


def _exp(operand: Node) -> Node:
    return Map(Function("exp"), operand)


_x: Node = ARGUMENT
_one = Number(1)
SIGMOID = define("sigmoid", Power(Add(_one, _exp(Multiply(Number(-1), _x))), Number(-1)))
SOFTPLUS = define("softplus", Map(Function("log"), Add(_one, _exp(_x))))


# --- scalar formulas to SymPy and back ------------------------------------------------------------------------------


def primitive_of_sympy(expression: Any) -> tuple[str, Any]:
    """The primitive and its argument of an applied SymPy function. Raises UnsupportedError for one not in the table."""
    for name, record in PRIMITIVES.items():
        if isinstance(record.sympy, type) and isinstance(expression, record.sympy):
            return name, expression.args[0]  # type: ignore[attr-defined]
    if isinstance(expression, sympy.Heaviside):
        return "step", expression.args[0]
    if isinstance(expression, sympy.Max) and len(expression.args) == 2 and sympy.S.Zero in expression.args:
        return "relu", next(argument for argument in expression.args if argument != 0)
    raise UnsupportedError(f"the function {expression.func.__name__} of SymPy is not in the table of functions")
