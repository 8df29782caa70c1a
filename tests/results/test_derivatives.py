"""Further derivatives: Jacobians and Hessians by several variables, products with them, mixed second derivatives."""

from typing import Any

import numpy as np
import pytest

from symnn.algebra.functions import ARGUMENT, define
from symnn.algebra.language import matrix, squared_norm, total, vector
from symnn.algebra.nodes import Function
from symnn.algebra.sizes import dims
from symnn.errors import SymnnError
from symnn.results.derivative import Derivative, origins
from symnn.results.result import Result, derive

n, d = dims("n d")
SIZES = {"n": 4, "d": 3, "k": 2, "m": 5}

Shapes = dict[str, tuple[Any, ...]]

OBJECTIVES: dict[str, tuple[str, list[str], Shapes, dict[str, str]]] = {
    "weights and offset": ("np.sum((X@w + b - y)**2)", ["w", "b"], {"X": ("n", "d"), "w": ("d",), "y": ("n",)}, {}),
    "bilinear and cubic": (
        "x@A@y + np.sum(x**3)",
        ["x", "y"],
        {"x": ("n",), "A": ("n", "d"), "y": ("d",)},
        {},
    ),
    "a matrix and a row": (
        "np.sum((X@W + b - Y)**2)",
        ["W", "b"],
        {"X": ("n", "d"), "W": ("d", "k"), "b": ("k",), "Y": ("n", "k")},
        {},
    ),
    "columns": ("np.sum(u*v*t)", ["u", "v", "t"], dict.fromkeys("uvt", ("n", 1)), {}),
    "symmetric": ("np.trace(S@S@A)", ["S"], {"S": ("n", "n"), "A": ("n", "n")}, {"S": "symmetric"}),
    "log det": ("np.log(np.linalg.det(S))", ["S"], {"S": ("n", "n")}, {"S": "positive definite"}),
}


def derived(name: str) -> Result:
    text, wrt, shapes, assume = OBJECTIVES[name]
    return derive(text, wrt, shapes, assume)


@pytest.mark.parametrize(
    ("name", "what"), [*((name, "hvp") for name in OBJECTIVES), *((name, "hessian") for name in list(OBJECTIVES)[:4])]
)
def test_second_derivatives_agree_with_differences_of_the_gradient(name: str, what: str) -> None:
    found = derived(name).derivative(what)
    assert found.verdict in ("proved", "checked")
    report = found.check(seed=2)
    assert report.passed, report.summary()


def values_of(result: Result, seed: int = 3) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    found: dict[str, Any] = {}
    for parameter in result.parameters:
        shape = [SIZES.get(str(size), 1) for size in parameter.shape][: parameter.rank]
        found[parameter.name] = random.normal(size=shape) if parameter.rank else float(random.normal())
    return found


def test_blocks_of_a_hessian_have_the_shapes_of_their_variables() -> None:
    result = derived("a matrix and a row")
    values = values_of(result)
    blocks = result.derivative("hessian").function()(*values.values())
    shapes = {"W": (3, 2), "b": (2,)}
    for row, first in zip(blocks, shapes.values(), strict=True):
        assert [block.shape for block in row] == [first + second for second in shapes.values()]
    across, back = blocks[0][1], blocks[1][0]
    assert np.allclose(across, np.moveaxis(back, 0, -1))
    assert np.allclose(blocks[1][1], 2 * SIZES["n"] * np.eye(2))
    assert list(result.hessians) == [("W", "W"), ("W", "b"), ("b", "W"), ("b", "b")]


def test_products_with_the_hessian_are_its_blocks_times_the_directions() -> None:
    result = derived("weights and offset")
    values = values_of(result)
    (ww, wb), (bw, bb) = result.derivative("hessian").function()(*values.values())
    way, length = np.array([0.3, -1.1, 0.7]), 1.7
    along_w, along_b = result.hvp().function()(*values.values(), way, length)
    assert along_w == pytest.approx(ww @ way + wb * length)
    assert along_b == pytest.approx(bw @ way + bb * length)


def test_a_hessian_by_a_symmetric_variable_is_unconstrained() -> None:
    """tr(S²) changes along dS by 2 tr(S dSᵀ) at symmetric S; its second differential is 2 tr(dS dS), not 2‖dS‖²."""
    result = derive("np.trace(S@S)", "S", {"S": ("n", "n")}, {"S": "symmetric"})
    assert str(result.gradient) == "2S"
    hessian = result.derivative("hessian").function()(np.eye(3))
    way = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    assert np.einsum("ijkl,ij,kl", hessian, way, way) == 0
    assert [proof.title for proof in result.second().lemmas] == ["Gradient"]


JACOBIANS: dict[str, tuple[str, list[str], Shapes, list[str]]] = {
    "a product of two": ("X@w", ["w", "X"], {"X": ("n", "d"), "w": ("d",)}, ["X", "wᵀ ⊗ I"]),
    "a scalar factor": ("X@w*b", ["w", "b"], {"X": ("n", "d"), "w": ("d",)}, ["bX", "Xw"]),
    "two scalars": ("b*c*np.ones(3)", ["b", "c"], {}, ["c1₃", "b1₃"]),
    "a matrix of three": (
        "A@X@B + b*C",
        ["X", "b", "A"],
        {"A": ("m", "n"), "X": ("n", "d"), "B": ("d", "k"), "C": ("m", "k")},
        ["Bᵀ ⊗ A", "vec(C)", "BᵀXᵀ ⊗ I"],
    ),
    "a function": (
        "np.exp(X@w + b)",
        ["b", "w"],
        {"X": ("n", "d"), "w": ("d",)},
        ["exp(Xw + b1ₙ)", "diag(exp(Xw + b1ₙ))X"],
    ),
    "one that is absent": ("X@w + 0*y", ["y", "w"], {"X": ("n", "d"), "w": ("d",), "y": ("n",)}, ["0", "X"]),
}


@pytest.mark.parametrize("name", JACOBIANS)
def test_jacobians_by_several_variables(name: str) -> None:
    text, wrt, shapes, expected = JACOBIANS[name]
    result = derive(text, wrt, shapes)
    assert list(result.jacobians) == wrt
    assert [str(jacobian) for jacobian in result.jacobians.values()] == expected
    assert result.verdict in ("proved", "checked")
    report = result.check(seed=4)
    assert report.passed, report.summary()


@pytest.mark.parametrize(
    ("pair", "expected"), [(("x", "y"), "A"), (("y", "x"), "Aᵀ"), (("x", "x"), "6 diag(x)"), (("A", "y"), "I ⊗ x")]
)
def test_mixed_second_derivatives_of_any_two_variables(pair: tuple[str, str], expected: str) -> None:
    found = derived("bilinear and cubic").mixed(*pair)
    assert str(found.expression) == expected
    assert found.verdict == "proved"
    assert [proof.title for proof in found.lemmas] == (["Gradient"] if pair[0] == "A" else [])
    report = found.check(seed=5)
    assert report.passed, report.summary()


def test_a_mixed_derivative_uses_no_fact_before_it_differentiates_again() -> None:
    """The gradient of tr(STS) by T is (SS)ᵀ; by a symmetric S it is S², whose differential would be another one."""
    shapes: Shapes = {"S": (3, 3), "T": (3, 3)}
    found = derive("np.trace(S@T@S)", "T", shapes, {"S": "symmetric"}).mixed("T", "S")
    report = found.check(seed=1)
    assert report.passed, report.summary()


SYMMETRIC: dict[str, tuple[str, list[str], Shapes, dict[str, str], str, str]] = {
    "a trace": (
        "np.trace(S@A)",
        ["S"],
        {"S": ("n", "n"), "A": ("n", "n")},
        {"S": "symmetric"},
        "½A + ½Aᵀ",
        "A + Aᵀ − ½(I ⊙ (A + Aᵀ))",
    ),
    "log det": ("np.log(np.linalg.det(S))", ["S"], {"S": ("n", "n")}, {"S": "positive definite"}, "S⁻¹", ""),
    "with another variable": (
        "np.trace(A@np.linalg.inv(S)) + np.sum((S@x - y)**2)",
        ["S", "x"],
        {"S": ("n", "n"), "A": ("n", "n"), "x": ("n",), "y": ("n",)},
        {"S": "symmetric"},
        "",
        "",
    ),
    "a function": ("np.sum(np.exp(S)*A)", ["S"], {"S": ("n", "n"), "A": ("n", "n")}, {"S": "symmetric"}, "", ""),
}


@pytest.mark.parametrize("name", SYMMETRIC)
def test_gradients_on_symmetric_matrices(name: str) -> None:
    """Against differences along symmetric steps; the structured one against those that move two entries together."""
    text, wrt, shapes, assume, symmetric, structured = SYMMETRIC[name]
    result = derive(text, wrt, shapes, assume)
    for what, expected in (("symmetric_gradient", symmetric), ("structured_gradient", structured)):
        found = result.derivative(what)
        assert found.verdict in ("proved", "checked")
        if expected:
            assert str(found.expression) == expected
        report = found.check(seed=3)
        assert report.passed, report.summary()
    assert result.derivative("symmetric_gradient") is result.derivative("symmetric_gradient")


def test_the_three_gradients_by_a_symmetric_matrix_differ_as_they_must() -> None:
    result = derive("np.trace(S@A)", "S", {"S": ("n", "n"), "A": ("n", "n")}, {"S": "symmetric"})
    A = np.arange(9.0).reshape(3, 3)
    functions = {what: result.derivative(what).function() for what in ("gradient", "symmetric_gradient")}
    functions["structured"] = result.derivative("structured_gradient").function()
    found = {what: function(np.eye(3), A) for what, function in functions.items()}
    assert np.array_equal(found["gradient"], A.T)
    assert np.array_equal(found["symmetric_gradient"], (A + A.T) / 2)
    assert np.array_equal(found["structured"], A + A.T - np.diag(np.diag(A)))
    assert str(result.gradient) == "Aᵀ"
    assert result.structured_gradient is result.derivative("structured_gradient").expression


def test_a_gradient_on_symmetric_matrices_needs_a_symmetric_variable() -> None:
    with pytest.raises(SymnnError, match=r'nothing says that x is symmetric.*assume=\{"x": "symmetric"\}'):
        derive("x@x", "x", {"x": ("n",)}).symmetric_gradient  # noqa: B018


DIRECTIONAL = {
    "a scalar": ("np.sum((X@w - y)**2)", ["w"], {"X": ("n", "d"), "w": ("d",), "y": ("n",)}, {}, ()),
    "a vector by two": ("np.exp(X@w + b)", ["w", "b"], {"X": ("n", "d"), "w": ("d",)}, {}, (4,)),
    "a matrix": ("A@X@B", ["X"], {"A": ("m", "n"), "X": ("n", "d"), "B": ("d", "k")}, {}, (5, 2)),
    "a column": ("X@c", ["X", "c"], {"X": ("n", "d"), "c": ("d", 1)}, {}, (4, 1)),
    "an inverse": ("np.linalg.inv(S)@S", ["S"], {"S": ("n", "n")}, {"S": "positive definite"}, (4, 4)),
}


@pytest.mark.parametrize("name", DIRECTIONAL)
def test_derivatives_along_directions(name: str) -> None:
    text, wrt, shapes, assume, shape = DIRECTIONAL[name]
    result = derive(text, wrt, shapes, assume)
    found = result.directional()
    assert found.verdict in ("proved", "checked")
    report = found.check(seed=3)
    assert report.passed, report.summary()
    values = values_of(result)
    ways = [np.ones(np.shape(values[name])) for name in wrt]
    assert np.shape(found.function()(*values.values(), *ways)) == shape


def test_directions_are_parameters_after_all_others() -> None:
    result = derived("weights and offset")
    assert [way.name for way in result.hvp().directions] == ["direction_w", "direction_b"]
    assert [way.name for way in derived("symmetric").directional().directions] == ["direction"]
    assert "def hvp(X, w, b, y, direction_w, direction_b):" in result.numpy("hvp")


def test_a_wrong_derivative_does_not_pass_its_check() -> None:
    found: list[Derivative] = [derived("symmetric").hvp(), derived("weights and offset").second()]
    found.append(derived("bilinear and cubic").mixed("x", "y"))
    for derivative in found:
        right = derivative.function()

        def wrong(*arrays: Any, right: Any = right) -> Any:
            given = right(*arrays)
            if isinstance(given, tuple):
                return ((1.001 * given[0][0], given[0][1]), given[1])
            return 1.001 * given

        assert derivative.check(seed=6).passed
        assert not derivative.check(seed=6, function=wrong).passed


def test_the_value_of_the_body_of_a_function_has_no_equation() -> None:
    bent = define("bent_for_origins", ARGUMENT**3 + ARGUMENT)
    result = derive(total(bent(vector("w", d))) + squared_norm(matrix("X", n, d)), wrt="w")
    found = origins([result.proof])
    body = Function("bent_for_origins", bent.args[1]).body
    assert body is not None and body not in found and body.children[0] not in found
