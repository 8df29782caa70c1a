"""Graphs: vertices and edges are what the text says, local gradients are derived, and sharing is sharing."""

import pytest

from symnn.algebra.language import matrix, scalar, vector
from symnn.algebra.sizes import dims
from symnn.errors import ReadError, UnsupportedError
from symnn.graphs import graph


def vertices(*given):
    return [str(vertex) for vertex in graph(*given).vertices]


def edges(*given):
    found = graph(*given)
    return [found.local(edge) for edge in found.edges]


def test_names_of_a_program_are_vertices_and_the_end_is_f():
    program = "h1 = w*x; h2 = h1 + b; h3 = -h2; h4 = np.exp(h3); h5 = 1 + h4; 1/h5"
    made = ["w", "x", "b", "h₁ = wx", "h₂ = h₁ + b", "h₃ = −h₂", "h₄ = exp(h₃)", "h₅ = 1 + h₄", "f = 1/h₅"]
    assert vertices(program) == made
    assert edges(program) == [
        "∂h₁/∂w = x",
        "∂h₁/∂x = w",
        "∂h₂/∂h₁ = 1",
        "∂h₂/∂b = 1",
        "∂h₃/∂h₂ = −1",
        "∂h₄/∂h₃ = exp(h₃)",
        "∂h₅/∂h₄ = 1",
        "∂f/∂h₅ = −h₅⁻²",
    ]


def test_operations_without_a_name_are_numbered_past_names_that_are_taken():
    assert vertices("(x + v1)*z + f") == ["x", "v₁", "z", "f", "v₂ = x + v₁", "v₃ = v₂z", "f₁ = v₃ + f"]


def test_signs_divisors_and_constants_belong_to_the_operation_that_uses_them():
    assert vertices("(y - (w*x + b))**2")[4:] == ["v₁ = wx", "v₂ = v₁ + b", "v₃ = y − v₂", "f = v₃²"]
    assert vertices("3*x/(y + 1)")[2:] == ["v₁ = y + 1", "f = 3x/v₁"]
    assert vertices("c = 2; c*x + c") == ["x", "f = 2x + 2"]


def test_what_is_shared_is_one_vertex_and_one_edge_to_each_user():
    found = graph("np.exp(x*y)*np.sin(x*y) + x*y")
    assert [str(vertex) for vertex in found.vertices][2:5] == ["v₁ = xy", "v₂ = exp(v₁)", "v₃ = sin(v₁)"]
    assert sum(edge.source == 2 for edge in found.edges) == 3
    square = graph("x*x")
    assert len(square.edges) == 1 and square.local(square.edges[0]) == "∂f/∂x = 2x"


def test_a_variable_alone_is_the_identity():
    assert vertices("x") == ["x"] and edges("x") == []
    assert vertices("a = x; a") == ["x"]


def test_an_array_passes_its_adjoint_on():
    shapes = {"W": ("m", "n"), "x": ("n",)}
    assert vertices("q = W@x; np.sum(q**2)", shapes) == ["W", "x", "q = Wx", "v₁ = q²", "f = ∑ v₁"]
    assert edges("q = W@x; np.sum(q**2)", shapes) == [
        "W ← δ_q xᵀ", "x ← Wᵀ δ_q", "q ← 2(δ_v₁ ⊙ q)", "∂f/∂v₁ = 1ₘ",
    ]  # fmt: skip


def test_what_is_repeated_or_turned_belongs_to_its_user():
    shapes = {"X": ("n", "d"), "w": ("d",), "b": ()}
    assert vertices("np.sum(sigmoid(X@w + b))", shapes)[3:5] == ["v₁ = Xw", "v₂ = v₁ + b·1ₙ"]
    shapes = {"X": ("n", "d"), "A": ("d", "n")}
    assert vertices("np.trace(X.T @ A.T)", shapes)[2:] == ["v₁ = XᵀAᵀ", "f = tr(v₁)"]


def test_a_formula_that_nobody_has_seen_has_derived_local_gradients():
    found = graph("a = x*sigmoid(1.5*x); np.log(1 + a**2)")
    assert found.verdict == "checked"
    assert [found.local(edge) for edge in found.edges][-1].startswith("∂f/∂")
    assert graph("x**2*y").verdict == "proved"


def test_an_expression_and_a_function_have_graphs_too():
    n, d = dims("n d")
    X, w, c = matrix("X", n, d), vector("w", d), scalar("c")
    assert [str(vertex) for vertex in graph(c * (w.T @ w)).vertices] == ["c", "w", "v₁ = wᵀw", "f = cv₁"]

    def loss(X, w):
        residual = X @ w
        return residual @ residual

    assert vertices(loss, {"X": ("n", "d"), "w": ("d",)}) == ["X", "w", "residual = Xw", "f = residualᵀ residual"]
    with pytest.raises(UnsupportedError, match=r"this objective is \(n,\): make it one, as np.sum\(…\) does"):
        graph(X @ w)


def test_a_long_program_has_a_vertex_for_each_name():
    program = "; ".join(["h0 = 2*x", *(f"h{place} = h{place - 1} + x" for place in range(1, 60)), "h59"])
    assert len(graph(program).vertices) == 61


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("2 + 3", UnsupportedError, "a constant has no graph"),
        ("x +", ReadError, "line 1"),
    ],
)
def test_what_has_no_graph_is_refused(text, error, message):
    with pytest.raises(error, match=message):
        graph(text)
