"""The judges' interpreter, one kind of node after the other, against SymPy by components; and broken interpreters."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

from symnn.algebra import nodes
from symnn.algebra.components import differential_entry, entry, explicit
from symnn.algebra.functions import PRIMITIVES, SIGMOID
from symnn.algebra.language import matrix, scalar, vector
from symnn.algebra.nodes import Differential, Node, Number
from symnn.algebra.sizes import dims
from symnn.algebra.walk import variables
from symnn.proof.judges import interpreter
from symnn.proof.judges.fields import DecimalField, Field, PrimeField, RationalField
from symnn.proof.judges.instance import Converted, Draw, fractions
from symnn.proof.judges.interpreter import RULES, Interpreter
from symnn.proof.judges.series import Series

n, d, k = dims("n d k")
SIZES = {n: 3, d: 2, k: 4}
A, B, X, Y, W = (matrix("A", n, n), matrix("B", n, n), matrix("X", n, d), matrix("Y", n, d), matrix("W", d, k))
u, x, y = vector("u", n), scalar("x"), scalar("y")
M, V = matrix("M", d, d), matrix("V", d, d)
BY_DIGITS = (nodes.Extreme, nodes.ExtremePlace, nodes.Exponential, nodes.SingularNorm, nodes.SingularPart)
WRT = (A, M, X, u, x)
LOGARITHM = nodes.Function("log")

EXAMPLES: dict[type[Node], list[Node]] = {
    nodes.Number: [Number(Fraction(2, 7))],
    nodes.Extent: [nodes.Extent(n * d + 1)],
    nodes.Variable: [A, Y],
    nodes.Identity: [nodes.Identity(n)],
    nodes.Ones: [nodes.Ones(n, d)],
    nodes.Zeros: [nodes.Zeros(n, d)],
    nodes.Add: [nodes.Add(X, Y, X * X)],
    nodes.Multiply: [nodes.Multiply(x, x, y)],
    nodes.Scale: [nodes.Scale(x, X)],
    nodes.Hadamard: [nodes.Hadamard(X, Y, X)],
    nodes.MatMul: [nodes.MatMul(M, M, W)],
    nodes.Inner: [nodes.Inner(X, A @ X)],
    nodes.SquaredNorm: [nodes.SquaredNorm(X)],
    nodes.Power: [X ** Number(3), u ** Number(-2), X ** nodes.Extent(d), nodes.Power(u, Number(0))],
    nodes.Transpose: [nodes.Transpose(X)],
    nodes.Inverse: [nodes.Inverse(M)],
    nodes.Determinant: [nodes.Determinant(A)],
    nodes.Trace: [nodes.Trace(A @ B)],
    nodes.Sum: [nodes.Sum(X), nodes.Sum(X, 0), nodes.Sum(X, 1)],
    nodes.Extreme: [nodes.Extreme(X), nodes.Extreme(X, 0, -1), nodes.Extreme(X, 1)],
    nodes.ExtremePlace: [nodes.ExtremePlace(Y), nodes.ExtremePlace(Y, 0), nodes.ExtremePlace(Y, 1, -1)],
    nodes.EntryProduct: [nodes.EntryProduct(X), nodes.EntryProduct(X, 1)],
    nodes.OtherProducts: [nodes.OtherProducts(X, 0), nodes.OtherProducts(Y, 1, X)],
    nodes.Exponential: [nodes.Exponential(M), nodes.Exponential(V, M)],
    nodes.SingularNorm: [nodes.SingularNorm(M, "spectral"), nodes.SingularNorm(Y, "nuclear")],
    nodes.SingularPart: [nodes.SingularPart(Y, "nuclear"), nodes.SingularPart(Y, "smallest")],
    nodes.Broadcast: [nodes.Broadcast(u, n, d), nodes.Broadcast(nodes.Sum(X, 0), k, d), nodes.Broadcast(x, n, d)],
    nodes.Diagonal: [nodes.Diagonal(u)],
    nodes.DiagonalPart: [nodes.DiagonalPart(A)],
    nodes.Kronecker: [nodes.Kronecker(X, W)],
    nodes.Vec: [nodes.Vec(X)],
    nodes.Unvec: [nodes.Unvec(nodes.Vec(X), d, n)],
    nodes.BlockRows: [nodes.BlockRows(nodes.Kronecker(X, W), *X.shape, *W.shape)],
    nodes.Commutation: [nodes.Commutation(n, d)],
    nodes.Selection: [nodes.Selection(n - 1, n, 1), nodes.Selection(2, k, 3, -2)],
    nodes.Triangle: [nodes.Triangle(n, k), nodes.Triangle(n, n, -1)],
    nodes.Where: [nodes.Where(nodes.Selection(d, n, 1).T, X, Y)],
    nodes.Differential: [Differential(A @ X), Differential(Differential(X * X))],
}
ARGUMENTS = {"arccosh": (x**2 + 4) / 3, **dict.fromkeys(("arcsin", "arccos", "arctanh"), x**2 / 13)}
FUNCTIONS = [nodes.Map(nodes.Function(name), ARGUMENTS.get(name, (x**2 + 1) / 3)) for name in PRIMITIVES]
FUNCTIONS += [SIGMOID(X @ W), SIGMOID.derivative()(u), nodes.Power(x**2 + 1, x)]


def test_every_kind_has_an_example() -> None:
    assert {*EXAMPLES, nodes.Function, nodes.Map} == set(RULES)


class Oracle:
    """The entries of an expression and of its differentials by SymPy, at the numbers of an instance."""

    def __init__(self, instance: Draw) -> None:
        self.instance = instance

    def __call__(self, node: Node) -> Any:
        sizes = {str(symbol): size for symbol, size in SIZES.items()}
        numbers: dict[Any, Any] = {}
        for variable in variables(node):
            for array, name in ((self.instance.value(variable), entry), (self.instance.direction(variable), dx)):
                for place, value in np.ndenumerate(array):
                    numbers[name(variable, *place)] = sympy.Rational(value)
        return explicit(node, sizes, wrt=WRT).xreplace(numbers)


def dx(variable: nodes.Variable, row: int, col: int) -> Any:
    return differential_entry(variable, row, col)


DRAWN = Draw(SIZES, fractions(9973, 3001, (1, -1)), "kinds")
for drawn in (A, B, X, Y, W, M, u, x, y):
    # Values depend on the order in which they are drawn, which is that of the tests otherwise.
    DRAWN.value(drawn), DRAWN.direction(drawn)
KNOWN: dict[Node, Any] = {}


def known(node: Node) -> Any:
    if node not in KNOWN:
        KNOWN[node] = Oracle(DRAWN)(node)
    return KNOWN[node]


def differentials(node: Node) -> list[Node]:
    """The node, its differential, and its second differential."""
    made = [node]
    while len(made) < 3:
        made.append(Differential(made[-1]))
    return made


def field_of(node: Node) -> Field:
    """Where a kind of node has values: those of rationals where it can."""
    return DecimalField(50) if isinstance(node, BY_DIGITS) else RationalField()


def agrees(node: Node, field: Field) -> bool:
    """Whether values, duals and second duals are those of SymPy, over a field."""
    run = Interpreter(Converted(DRAWN, field), 4, WRT)
    return all(_equal(run(part)[0], known(part), field) for part in differentials(node))


def _equal(found: Any, wanted: Any, field: Field) -> bool:
    if isinstance(field, DecimalField):
        full = np.broadcast_to(found, wanted.shape)
        pairs = zip(full.flat, wanted, strict=True)
        return all(abs(sympy.Float(str(mine), 45) - sympy.N(exact, 45)) < sympy.Float("1e-20") for mine, exact in pairs)
    numbers = np.empty(wanted.shape, dtype=object)
    numbers[:] = [[field.number(Fraction(str(value))) for value in row] for row in wanted.tolist()]
    return np.broadcast_shapes(found.shape, numbers.shape) == numbers.shape and bool(np.all(found == numbers))


KINDS = [pytest.param(node, id=f"{kind.__name__}: {node}") for kind, found in EXAMPLES.items() for node in found]


@pytest.mark.parametrize("node", KINDS)
def test_values_and_two_differentials_are_those_of_sympy(node: Node) -> None:
    assert agrees(node, field_of(node))
    if not isinstance(node, BY_DIGITS):
        assert agrees(node, PrimeField("kinds"))


@pytest.mark.parametrize("node", FUNCTIONS, ids=str)
def test_so_are_those_of_functions(node: Node) -> None:
    assert agrees(node, DecimalField(50))


# --- broken interpreters --------------------------------------------------------------------------------------------

Rule = Callable[[Interpreter, Any, Sequence[Series]], Series]


def _broken_in_general(rule: Rule) -> dict[str, Rule]:
    return {
        "negated": lambda run, node, parts: run.ring.scale(rule(run, node, parts), -1),
        "doubled": lambda run, node, parts: run.ring.scale(rule(run, node, parts), 2),
        "without differential": lambda run, node, parts: (rule(run, node, parts)[0], *[None] * run.order),
        "half a differential": lambda run, node, parts: _weakened(run, rule(run, node, parts)),
    }


def _weakened(run: Interpreter, series: Series) -> Series:
    return (*series[:2], *run.ring.scale(series[2:], Fraction(1, 2)))


def _each(change: Callable[[Any], Any]) -> Rule:
    return lambda run, node, parts: run.ring.each(RULES[type(node)](run, node, parts), change)


BROKEN: dict[type[Node], dict[str, Rule]] = {
    nodes.Transpose: {"left": lambda run, node, parts: run.ring.each(parts[0], lambda part: part.reshape(2, 3))},
    nodes.MatMul: {
        "a transpose": lambda run, node, parts: RULES[nodes.MatMul](
            run, node, [run.ring.each(parts[0], np.transpose), *parts[1:]]
        )
    },
    nodes.Sum: {"over the other axis": _each(lambda part: part[::-1, ::-1] * 3 - part.sum())},
    nodes.Vec: {
        "rows instead of columns": lambda run, node, parts: run.ring.each(parts[0], lambda part: part.reshape(-1, 1))
    },
    nodes.Unvec: {
        "rows instead of columns": lambda run, node, parts: run.ring.each(
            parts[0], lambda part: part.reshape(run.shape(node))
        )
    },
    nodes.BlockRows: {"turned": _each(lambda part: part[::-1, ::-1])},
    nodes.Kronecker: {"exchanged": lambda run, node, parts: run.ring.multiply(parts[1], parts[0], np.kron)},
    nodes.Commutation: {"transposed": _each(np.transpose)},
    nodes.Selection: {"from the end": _each(lambda part: part[::-1, ::-1])},
    nodes.Triangle: {"transposed": _each(lambda part: part[::-1, ::-1])},
    nodes.Where: {"exchanged": lambda run, node, parts: RULES[nodes.Where](run, node, [parts[0], parts[2], parts[1]])},
    nodes.Power: {
        "one more": lambda run, node, parts: run.ring.multiply(RULES[nodes.Power](run, node, parts), parts[0])
    },
    nodes.Inverse: {"transposed": _each(np.transpose)},
    nodes.Inner: {"squared": lambda run, node, parts: RULES[nodes.Inner](run, node, [parts[0], parts[0]])},
    nodes.Diagonal: {"turned": _each(lambda part: part[::-1, ::-1])},
    nodes.DiagonalPart: {"turned": _each(lambda part: part[::-1])},
    nodes.Broadcast: {"turned": _each(lambda part: part[::-1, ::-1])},
    nodes.Extreme: {
        "smallest": lambda run, node, parts: run.ring.scale(
            RULES[nodes.Extreme](run, node, [run.ring.scale(parts[0], -1)]), -1
        )
    },
    nodes.ExtremePlace: {
        "smallest": lambda run, node, parts: RULES[nodes.ExtremePlace](run, node, [run.ring.scale(parts[0], -1)])
    },
    nodes.Extent: {"one more": _each(lambda part: part + 1)},
    nodes.Identity: {"ones": _each(lambda part: part * 0 + 1)},
    nodes.Zeros: {"ones": _each(lambda part: part + 1)},
    nodes.Hadamard: {
        "first and last": lambda run, node, parts: RULES[nodes.Hadamard](run, node, [parts[0], parts[-1]])
    },
    nodes.Add: {"first and last": lambda run, node, parts: run.ring.add(parts[0], parts[-1])},
    nodes.Determinant: {"permanent sign": _each(lambda part: part + 1)},
    nodes.Trace: {"of the transpose, shifted": _each(lambda part: part + 1)},
}


@pytest.mark.parametrize("kind", EXAMPLES, ids=lambda kind: kind.__name__)
def test_a_kind_that_is_evaluated_wrongly_is_caught(kind: type[Node], monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless the mutant makes the same of the examples: a constant has no differential to lose."""
    rule = RULES[kind]
    caught = 0
    for name, broken in {**_broken_in_general(rule), **BROKEN.get(kind, {})}.items():
        same = True
        for node in EXAMPLES[kind]:
            right, run = (Interpreter(Converted(DRAWN, field_of(node)), 4, WRT) for _ in range(2))
            right = right(node)
            monkeypatch.setattr(interpreter, "RULES", {**RULES, kind: broken})
            same = same and _same(right, run(node))
            wrong = not agrees(node, field_of(node))
            monkeypatch.setattr(interpreter, "RULES", RULES)
            caught += wrong
            assert wrong or _same(right, run(node)), (name, node)
        assert not same or name in ("without differential", "half a differential") or kind is nodes.Zeros, name
    assert caught


def _same(left: Series, right: Series) -> bool:
    zero = np.zeros((1, 1), dtype=object)
    pairs = [
        (zero if mine is None else mine, zero if theirs is None else theirs)
        for mine, theirs in zip(left, right, strict=False)
    ]
    return all(
        np.all(np.equal(mine, theirs))
        if np.shape(mine) == np.shape(theirs) or mine is zero or theirs is zero
        else False
        for mine, theirs in pairs
    )
