"""The bridge to SymPy: what is written is what arrives, and components agree with NumPy."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy.matrices.expressions.special import OneMatrix

from symnn.algebra import nodes
from symnn.algebra.bridge import (
    derivative_of,
    explicit,
    formula,
    from_sympy,
    inverted,
    scalar_from_sympy,
    scalar_to_sympy,
    to_sympy,
)
from symnn.algebra.components import differential_entry, entry
from symnn.algebra.functions import ARGUMENT, PRIMITIVES, SIGMOID, known_functions, primitive
from symnn.algebra.language import (
    apply,
    det,
    diag,
    exp,
    inner,
    inv,
    log,
    matrix,
    mean,
    ones,
    quadratic_form,
    relu,
    scalar,
    sigmoid,
    softplus,
    sqrt,
    squared_norm,
    tanh,
    total,
    trace,
    vector,
)
from symnn.algebra.nodes import Differential, Equation, Extent, Function, Identity, Inverse, Map, Number, Several
from symnn.algebra.sizes import dims
from symnn.algebra.walk import fold
from symnn.errors import ShapeError, UnsupportedError

n, d = dims("n d")
X, y, w = matrix("X", n, d), vector("y", n), vector("w", d)
A, B = matrix("A", n, n), matrix("B", n, n)
lam, t = scalar("lam", assume="positive"), scalar("t")

KEPT = [
    -X.T @ (y - X @ w) + lam * w,
    inv(X.T @ X + lam * Identity(d)) @ X.T @ y,
    trace(A @ B.T) * 2 + log(det(A)),
    lam**2 / 3 + t * exp(-t) - sqrt(lam),
    (X * X) @ w,
    sigmoid(X @ w),
    apply(primitive("erf"), y) + tanh(y),
    diag(y) @ X,
    nodes.DiagonalPart(A),
    X**2,
    Equation(X.T @ X @ w, X.T @ y),
    Several(X.T @ y, lam * w),
    (lam / n) * w,
    A @ ones(n, n),
    relu(t),
    nodes.Zeros(n, d) + X,
]


@pytest.mark.parametrize("node", KEPT, ids=lambda node: type(node).__name__)
def test_there_and_back_gives_the_same_node(node):
    assert from_sympy(to_sympy(node), [X, y, w, A, B, lam, t]) is node


def test_the_argument_of_a_function_is_not_a_variable_of_that_name():
    x = vector("x", d)
    node = sigmoid(X @ x) * apply(primitive("sin"), X @ x)
    assert from_sympy(to_sympy(node), [X, x]) is node


def test_nothing_is_evaluated_on_the_way():
    w_, X_ = sympy.MatrixSymbol("w", d, 1), sympy.MatrixSymbol("X", n, d)
    assert to_sympy(X.T.T) == sympy.Transpose(sympy.Transpose(X_))
    assert to_sympy(A @ inv(A)).args == (sympy.MatrixSymbol("A", n, n), sympy.Inverse(sympy.MatrixSymbol("A", n, n)))
    assert to_sympy(squared_norm(w)) == sympy.Trace(sympy.MatMul(sympy.Transpose(w_), w_))
    assert to_sympy(t + t).args == (sympy.Symbol("t"), sympy.Symbol("t"))
    assert to_sympy(total(X, 0)) == sympy.MatMul(OneMatrix(1, n), X_)
    assert to_sympy(total(X, 1)) == sympy.MatMul(X_, OneMatrix(d, 1))


def test_a_product_that_is_a_scalar_is_a_scalar_in_sympy():
    found = to_sympy(2 * (w.T @ w))
    assert isinstance(found, sympy.Expr) and not found.is_Matrix and found.has(sympy.Trace)


def test_assumptions_travel_with_scalars():
    assert to_sympy(lam) == sympy.Symbol("lam", positive=True)
    assert from_sympy(sympy.Symbol("lam", positive=True)) is lam
    assert from_sympy(sympy.Symbol("t")) is t


SIZED = {
    "normal": lambda X, y, w, A: X.T @ (X @ w - y),
    "inverse": lambda X, y, w, A: inv(A) @ y,
    "norms": lambda X, y, w, A: squared_norm(y - X @ w) / 2 + inner(X, X) * trace(A) - det(A),
    "sums": lambda X, y, w, A: total(X, 0) @ w + total(total(X, 1) * y) + total(X * X),
    "broadcast": lambda X, y, w, A: X + y + total(X, 0) + 2,
    "diagonal": lambda X, y, w, A: diag(y) @ A @ y + ones(3, 1),
    "functions": lambda X, y, w, A: sigmoid(X @ w) * exp(y) - tanh(y) ** 3,
    "mean": lambda X, y, w, A: mean(y * y) + quadratic_form(y, A),
    "slope": lambda X, y, w, A: Map(SIGMOID.derivative(), X @ w),
}


@pytest.mark.parametrize("make", SIZED.values(), ids=SIZED)
def test_values_of_the_plain_form_and_of_the_components_agree(make):
    variables = [matrix("X", 3, 2), vector("y", 3), vector("w", 2), matrix("A", 3, 3)]
    node = make(*variables)
    draw = np.random.default_rng(5)
    values = {
        item: sympy.Matrix(draw.integers(1, 5, [int(s) for s in item.shape]) / sympy.Integer(2)) for item in variables
    }
    by_components = explicit(node, {}, values)
    plain = to_sympy(node).xreplace(
        {sympy.MatrixSymbol(item.name, *item.shape): sympy.ImmutableMatrix(value) for item, value in values.items()}
    )
    plain = plain.replace(OneMatrix, lambda rows, cols: sympy.ImmutableMatrix.ones(rows, cols)).doit()
    plain = plain.as_explicit() if plain.is_Matrix else sympy.Matrix([[plain]])
    assert plain.shape == by_components.shape
    assert max(abs(sympy.N(item, 30)) for item in plain - by_components) < 1e-25


def test_a_diagonal_is_what_sympy_calls_one():
    M = matrix("M", 3, 3)
    found = to_sympy(nodes.DiagonalPart(M)).as_explicit()
    assert list(found) == [sympy.MatrixSymbol("M", 3, 3)[index, index] for index in range(3)]


def test_sympy_expressions_of_a_user_are_read():
    k = sympy.Symbol("k")
    M, v = sympy.MatrixSymbol("M", k, k), sympy.MatrixSymbol("v", k, 1)
    (size,) = dims("k")
    made, column = matrix("M", size, size), vector("v", size)
    assert from_sympy(M**3 * v, ranks={"v": 1}) is nodes.MatMul(made, made, made, column)
    assert from_sympy(M**-2, [made]) is nodes.MatMul(Inverse(made), Inverse(made))
    assert from_sympy((v.T * M * v), [column, made]) is column.T @ made @ column
    factors = from_sympy(2 * sympy.Trace(M) / k, [made]).children
    assert set(factors) == {Number(2), Extent(size) ** -1, trace(made)}
    assert from_sympy(v.applyfunc(sympy.sin), [column]) is apply(primitive("sin"), column)
    shown = from_sympy(v.applyfunc(lambda z: z**2 * sympy.exp(z) + 1), [column])
    value = explicit(shown, {"k": 2}, {column: [[1], [2]]})
    assert list(value) == [sympy.E + 1, 4 * sympy.exp(2) + 1]


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (lambda: to_sympy(Differential(w)), "Differential"),
        (lambda: to_sympy(vector("w", d) + matrix("w", d, 1)), "two different variables are called w"),
        (lambda: from_sympy(sympy.MatrixSymbol("M", 2, 2) ** sympy.Symbol("p")), "integer exponent"),
        (lambda: from_sympy(sympy.gamma(sympy.Symbol("z"))), "gamma"),
        (lambda: from_sympy(sympy.I), "ImaginaryUnit"),
        (lambda: scalar_from_sympy(sympy.Symbol("unknown"), {}), "stands for no variable"),
        (lambda: scalar_from_sympy(sympy.Heaviside(sympy.Symbol("z"), 1), {sympy.Symbol("z"): t}), "value at 0"),
        (lambda: scalar_to_sympy(w, {}), "d×1"),
        (lambda: formula(Function("nothing")), "nothing"),
        (lambda: explicit(X, {"n": 2}), "needs a value for d"),
        (lambda: explicit(inv(A @ A), {"n": 3}, budget=50), "more than 50 operations"),
        (lambda: explicit(inv(ones(2, 2)), {}), "no inverse"),
    ],
)
def test_what_cannot_be_brought_over_is_named(expression, reason):
    with pytest.raises(UnsupportedError, match=reason):
        expression()


def test_a_known_variable_of_another_shape_is_refused():
    with pytest.raises(ShapeError, match="X is n×d"):
        from_sympy(sympy.MatrixSymbol("X", d, n), [X])


def test_deep_expressions_end_in_an_error_of_ours_or_arrive():
    node = w
    for _ in range(4000):
        node = nodes.Scale(t, nodes.Transpose(nodes.Transpose(node)))
    try:
        to_sympy(node)
    except UnsupportedError as error:
        assert "too deep" in str(error)


# --- scalars --------------------------------------------------------------------------------------------------------


def test_what_is_not_arithmetic_is_opaque_and_comes_back():
    norm, weight = squared_norm(y - X @ w), squared_norm(w)
    symbols = {}
    found = scalar_to_sympy(norm / n + lam * weight + norm, symbols)
    assert set(symbols) == {norm, weight, lam}
    assert found == symbols[norm] / n + lam_of(symbols) * symbols[weight] + symbols[norm]
    (answer,) = sympy.solve(found - 1, symbols[lam])
    back = scalar_from_sympy(answer, inverted(symbols))
    assert scalar_to_sympy(back, symbols).equals((1 - symbols[norm] * (1 + 1 / n)) / symbols[weight])


def lam_of(symbols):
    return symbols[lam]


def test_two_variables_of_one_name_stay_apart():
    other = scalar("t", doc="another one")
    symbols = {}
    assert scalar_to_sympy(t - other, symbols) != 0
    assert scalar_from_sympy(symbols[other], inverted(symbols)) is other


def test_functions_are_expanded_or_kept():
    symbols = {}
    kept = scalar_to_sympy(sigmoid(t), symbols, expand=False)
    assert SIGMOID in symbols and scalar_from_sympy(kept, inverted(symbols)) is sigmoid(t)
    assert scalar_to_sympy(sigmoid(t), {}).has(sympy.exp)


leaves = st.one_of(
    st.sampled_from([lam, t, squared_norm(w), trace(A), Extent(n)]),
    st.fractions(-3, 3, max_denominator=4).map(Number),
)
expressions = st.recursive(
    leaves,
    lambda inner_: st.one_of(
        st.tuples(inner_, inner_).map(lambda pair: pair[0] + pair[1]),
        st.tuples(inner_, inner_).map(lambda pair: pair[0] * pair[1]),
        inner_.map(exp),
        inner_.map(relu),
        inner_.map(lambda item: softplus(item) ** 2),
    ),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None)
@given(expressions)
def test_scalars_keep_their_value_there_and_back(node):
    symbols = {}
    there = scalar_to_sympy(node, symbols)
    again = scalar_to_sympy(scalar_from_sympy(there, inverted(symbols)), symbols)
    point = {symbol: sympy.Rational(7, 5 + index) for index, symbol in enumerate(symbols.values())} | {n: 3}
    difference = sympy.N((there - again).xreplace(point), 30)
    assert abs(difference) <= 1e-20 * (1 + abs(sympy.N(there.xreplace(point), 30)))


# --- derivatives ----------------------------------------------------------------------------------------------------


def value_at(node, x):
    """The value of a formula in the scalar x by mpmath, independently of SymPy."""

    def combine(part, children):
        match part:
            case nodes.Variable():
                assert part is ARGUMENT
                return x
            case Number():
                return mpmath.mpf(int(part.value.p)) / int(part.value.q)
            case nodes.Add():
                return mpmath.fsum(children)
            case nodes.Multiply():
                return mpmath.fprod(children)
            case nodes.Power():
                return children[0] ** children[1]
            case Map():
                return applied(part.function, children[1])
            case nodes.Where():
                return children[1] if children[0] else children[2]
        return None

    return fold(node, combine)


def applied(function, x):
    if function.body is not None:
        return value_at(function.body, x)
    special = {
        "arctan": mpmath.atan,
        **{f"arc{name}": getattr(mpmath, f"a{name}") for name in ("sin", "cos", "sinh", "cosh", "tanh")},
        "abs": abs,
        "sign": mpmath.sign,
        "step": lambda z: mpmath.mpf(z > 0),
        "relu": lambda z: max(z, mpmath.mpf(0)),
    }
    return special.get(function.name, getattr(mpmath, function.name, None))(x)


POINTS = {
    **dict.fromkeys(("log", "sqrt"), ("0.7", "2.3")),
    **dict.fromkeys(("arcsin", "arccos", "arctanh"), ("-0.3", "0.7")),
    **dict.fromkeys(("arccosh",), ("1.3", "2.7")),
    **dict.fromkeys(("logit",), ("0.3", "0.7")),
}


@pytest.mark.parametrize("function", known_functions().values(), ids=lambda function: function.name)
@pytest.mark.parametrize("order", [0, 1])
def test_derivatives_agree_with_differences(function, order):
    higher = Function(function.name, function.args[1], order)
    lower = higher if order == 0 else None
    with mpmath.workdps(60):
        for x in POINTS.get(function.name, ("-1.3", "0.7")):
            point, step = mpmath.mpf(x), mpmath.mpf("1e-15")
            below = derivative_of(function) if order else None
            at = (lambda z, f=below: value_at(f, z)) if order else (lambda z, f=lower: applied(f, z))
            wanted = (at(point + step) - at(point - step)) / (2 * step)
            assert abs(value_at(derivative_of(higher), point) - wanted) < 1e-25


def test_conventions_at_kinks():
    assert derivative_of(primitive("relu")) is Map(primitive("step"), ARGUMENT)
    assert derivative_of(primitive("abs")) is Map(primitive("sign"), ARGUMENT)
    assert derivative_of(primitive("step")) is Number(0)


def test_every_primitive_has_a_derivative():
    assert all(derivative_of(primitive(name)).is_scalar for name in PRIMITIVES)


# --- components -----------------------------------------------------------------------------------------------------


def test_symmetric_variables_share_their_symbols():
    S = matrix("S", n, n, assume="symmetric")
    found = explicit(S, {"n": 3})
    assert found == found.T and len(found.free_symbols) == 6


def test_a_differential_is_unconstrained_and_symmetry_holds_afterwards():
    S = matrix("S", n, n, assume="symmetric")
    found = explicit(Differential(trace(S @ S)), {"n": 2})[0, 0]
    directions = [differential_entry(S, row, col) for row in range(2) for col in range(2)]
    assert len(set(directions)) == 4
    assert sympy.expand(found) == sympy.expand(
        2 * sum(entry(S, *sorted((row, col))) * differential_entry(S, row, col) for row in range(2) for col in range(2))
    )


def test_only_the_variables_of_the_derivation_have_differentials():
    assert explicit(Differential(X @ w), {"n": 2, "d": 1}, wrt=[w]) == sympy.Matrix(
        [[entry(X, row, 0) * differential_entry(w, 0, 0)] for row in range(2)]
    )
    assert list(explicit(Differential(y), {"n": 2}, wrt=[w])) == [0, 0]


def test_second_differentials_take_the_same_direction():
    found = explicit(Differential(Differential(t**3)), {}, wrt=[t])[0, 0]
    assert sympy.expand(found) == 6 * entry(t, 0, 0) * differential_entry(t, 0, 0) ** 2


def test_kronecker_products_stacked_columns_and_commutations():
    product = nodes.Kronecker(X, A)
    assert to_sympy(product) == sympy.KroneckerProduct(to_sympy(X), to_sympy(A))
    assert from_sympy(to_sympy(product), [X, A]) is product
    sizes = {"n": 2, "d": 3}
    numbers = sympy.Matrix(2, 3, range(1, 7))
    square = sympy.Matrix([[1, -2], [5, 3]])
    values = {X: numbers, A: square}
    assert explicit(product, sizes, values) == sympy.kronecker_product(numbers, square)
    assert explicit(nodes.Vec(X), sizes, values) == numbers.vec()
    assert explicit(nodes.Commutation(n, d) @ nodes.Vec(X), sizes, values) == numbers.T.vec()
    for node in (nodes.Vec(X), nodes.Commutation(n, d)):
        plain = sympy.Matrix(to_sympy(node).subs({n: 2, d: 3}).as_explicit())
        plain = plain.subs(dict(zip(sympy.MatrixSymbol("X", 2, 3).as_explicit(), numbers, strict=True)))
        assert plain == explicit(node, sizes, values).as_mutable()
