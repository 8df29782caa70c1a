"""The interpreter against SymPy by components: values, differentials and second differentials."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.algebra import nodes
from symnn.algebra.functions import ARGUMENT, PRIMITIVES, SIGMOID, define
from symnn.algebra.language import exp, inv, matrix, scalar, total, vector
from symnn.algebra.nodes import Differential, Extent, Number, Power
from symnn.algebra.sizes import dims
from symnn.errors import ShapeError, UnsupportedError
from symnn.proof.judges.fields import FunctionsInvolved, RationalField, Singular
from symnn.proof.judges.instance import Draw, fractions
from symnn.proof.judges.interpreter import Interpreter, evaluate_rational

n, m = dims("n m")
T = sympy.Symbol("t")
A, B, S = matrix("A", n, m), matrix("B", m, n), matrix("S", n, n)
x = scalar("x")
SIZES = {n: 2, m: 3}
WRT = (A, S, x)


def _matrix(array, slope=None):
    made = sympy.Matrix(*array.shape, [sympy.Rational(entry) for entry in array.flat])
    return made if slope is None else made + T * _matrix(slope)


class Grower:
    """Grows a node and, with SymPy's explicit matrices over Q(t), what it ought to be."""

    def __init__(self, instance):
        self.pool = []
        for variable in (A, B, S, x):
            slope = instance.direction(variable) if variable in WRT else None
            self.pool.append((variable, _matrix(instance.value(variable), slope)))
        self.pool.append((Number(Fraction(2, 3)), sympy.Matrix([[sympy.Rational(2, 3)]])))
        self.pool.append((nodes.Identity(n), sympy.eye(2)))
        self.pool.append((Extent(m), sympy.Matrix([[3]])))

    def pick(self, draw, fits=lambda node: True):
        fitting = [pair for pair in self.pool if fits(pair[0])]
        return fitting[draw(st.integers(0, len(fitting) - 1))] if fitting else None

    def grow(self, draw):
        node, known = self.pick(draw)
        square = node.rows == node.cols and not node.is_scalar
        same = self.pick(draw, lambda other: other.shape == node.shape)
        right = self.pick(draw, lambda other: other.rows == node.cols)
        factor = self.pick(draw, lambda other: other.is_scalar)
        rows, cols = known.shape
        ones = sympy.ones
        choices = [
            (nodes.Add(node, same[0]), known + same[1]),
            (nodes.Hadamard(node, same[0]), known.multiply_elementwise(same[1])),
            (nodes.Inner(node, same[0]), sympy.Matrix([[(known.T * same[1]).trace()]])),
            (nodes.Scale(factor[0], node), factor[1][0, 0] * known),
            (nodes.Transpose(node), known.T),
            (nodes.Power(node, Number(2)), known.applyfunc(lambda entry: entry**2)),
            (nodes.SquaredNorm(node), sympy.Matrix([[sum(entry**2 for entry in known)]])),
            (nodes.Sum(node), sympy.Matrix([[sum(known)]])),
            (nodes.Sum(node, 0), ones(1, rows) * known),
            (nodes.Sum(node, 1), known * ones(cols, 1)),
        ]
        if right is not None:
            choices.append((nodes.MatMul(node, right[0]), known * right[1]))
        if node.is_scalar:
            choices.append((nodes.Broadcast(node, n, m), known[0, 0] * ones(2, 3)))
            if known[0, 0].subs(T, 0) != 0:
                choices.append((Power(node, Number(-2)), known.applyfunc(lambda entry: 1 / entry**2)))
        if square:
            choices += [
                (nodes.Trace(node), sympy.Matrix([[known.trace()]])),
                (nodes.Determinant(node), sympy.Matrix([[known.det()]])),
                (nodes.DiagonalPart(node), sympy.Matrix([known[i, i] for i in range(rows)])),
                (nodes.Diagonal(nodes.DiagonalPart(node)), sympy.diag(*[known[i, i] for i in range(rows)])),
            ]
            if known.subs(T, 0).det() != 0:
                choices.append((nodes.Inverse(node), known.inv()))
        made = choices[draw(st.integers(0, len(choices) - 1))]
        self.pool.append(made)
        return made


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_values_and_differentials_are_those_of_sympy(data):
    instance = Draw(SIZES, fractions(3, 1, (1, -1)), str(data.draw(st.integers(0, 999))))
    grower = Grower(instance)
    for _ in range(data.draw(st.integers(1, 5))):
        node, known = grower.grow(data.draw)
    run = Interpreter(instance, 2, WRT)
    for expression, order in ((node, 0), (Differential(node), 1), (Differential(Differential(node)), 2)):
        wanted = known.applyfunc(lambda entry, order=order: sympy.diff(entry, T, order).subs(T, 0))
        assert (_matrix(run(expression)[0]) - wanted).applyfunc(sympy.nsimplify) == sympy.zeros(*known.shape)


def test_a_determinant_of_a_singular_matrix_has_a_differential():
    class AtTwo(Draw):
        def value(self, variable):
            return np.array([[Fraction(2)]], dtype=object)

        def direction(self, variable):
            return np.array([[Fraction(1)]], dtype=object)

    run = Interpreter(AtTwo({}, fractions(1, 1, (1,)), ""), 1, (x,))
    value, slope = run(nodes.Determinant(x * nodes.Identity(2) - nodes.Ones(2, 2)))
    assert (value[0, 0], slope[0, 0]) == (0, 2)


def test_integer_exponents_may_be_sizes():
    assert evaluate_rational(x ** Extent(n) + total(A), {x: [[2]], A: [[1, 1], [1, 1], [1, 1]]}) == ((14,),)


def test_defined_rational_functions_and_their_derivatives_are_exact():
    cubic = define("interpreter_cubic", ARGUMENT**3 / (1 + ARGUMENT**2))
    z = sympy.Symbol("z")
    formula = z**3 / (1 + z**2)
    function = cubic
    for order in range(4):
        wanted = sympy.diff(formula, z, order).subs(z, sympy.Rational(3, 2))
        ((found,),) = evaluate_rational(function(x), {x: [[Fraction(3, 2)]]})
        assert found == Fraction(int(wanted.p), int(wanted.q))
        function = function.derivative()


def test_a_body_with_matrix_operations_is_evaluated_entry_by_entry():
    summed = define("interpreter_summed", nodes.Sum(ARGUMENT) + ARGUMENT)
    v = vector("v", n)
    assert evaluate_rational(summed(v), {v: [[1], [2], [5]]}) == ((2,), (4,), (10,))


def test_what_has_no_exact_value_is_refused():
    with pytest.raises(FunctionsInvolved, match="exp"):
        evaluate_rational(exp(x), {x: [[1]]})
    with pytest.raises(Singular):
        evaluate_rational(1 / x, {x: [[0]]})
    with pytest.raises(Singular):
        evaluate_rational(inv(S), {S: [[1, 2], [2, 4]]})
    with pytest.raises(ShapeError, match="no value is given for x"):
        evaluate_rational(x, {})
    with pytest.raises(ShapeError, match="the size n is 2 by the value of A, and 3 by that of B; it must be one"):
        evaluate_rational(A @ B, {A: [[1, 2, 3], [4, 5, 6]], B: [[1, 2, 3]] * 3})
    with pytest.raises(UnsupportedError, match="Equation"):
        evaluate_rational(nodes.Equation(x, x), {x: [[1]]})


def test_nothing_but_the_function_itself_is_asked_of_a_primitive():
    asked = []

    class Recording(RationalField):
        def primitive(self, name, order, array):
            asked.append((name, order))
            return np.full(array.shape, Fraction(1, 7), dtype=object)

    instance = Draw({}, fractions(3, 1, (1,)), "record")
    instance.numbers = type(instance.numbers)(Recording(), instance.numbers.any, instance.numbers.positive)
    Interpreter(instance, 1, (x,))(SIGMOID.derivative()(x))
    assert {name for name, _ in asked} == {"exp"} <= set(PRIMITIVES)
