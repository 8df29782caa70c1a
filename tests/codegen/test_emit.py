"""Emitted modules: values against a plain interpreter, form against ruff, and the same bytes everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symnn.algebra import nodes
from symnn.algebra.functions import ARGUMENT, SIGMOID, SOFTPLUS, define
from symnn.algebra.language import (
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
from symnn.algebra.nodes import Function, Identity, Map, Node, Ones, Variable, Zeros
from symnn.algebra.sizes import dims
from symnn.algebra.walk import size_symbols, variables
from symnn.codegen.emit import FunctionSpec, Header, content_hash, emit_function_module, emit_module, load_module
from symnn.errors import UnsupportedError
from symnn.results.result import derive

ROOT = Path(__file__).parents[2]
RUFF = Path(sys.executable).with_name("ruff")
n, d, m, k = dims("n d m k")
LENGTHS = {n: 5, d: 3, m: 4, k: 2}
X, y, w = matrix("X", n, d), vector("y", n), vector("w", d)
A, B, P = matrix("A", n, n), matrix("B", d, n), matrix("P", n, n, assume="positive definite")
v, u, C = vector("v", n, assume="positive"), vector("u", d), matrix("C", n, d)
lam, b = scalar("lam", assume="positive"), scalar("b")
column, row = matrix("column", n, 1), matrix("row", 1, d)
HEADER = Header("A test", "derivations/test.py", "0123456789abcdef", "symnn build test")


def parameters(root: Node) -> tuple[Variable, ...]:
    """The variables, and X where they do not tell all sizes."""
    found = variables(root)
    told = {axis for variable in found for axis in variable.shape}
    return tuple(found if set(size_symbols(root)) <= told else [*found, X])


def drawn(root: Node, seed: int = 0) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    found = {}
    for variable in parameters(root):
        axes = {0: (), 1: (variable.rows,), 2: variable.shape}[variable.rank]
        array = random.normal(size=tuple(int(axis.subs(LENGTHS)) for axis in axes))
        if "positive" in variable.assumptions:
            array = np.abs(array) + 0.5
        if "positive definite" in variable.assumptions:
            array = array @ array.T + np.eye(len(array))
        found[variable.name] = array
    return found


def spec_of(root: Node, name: str = "value", rank: int | None = None, **more: object) -> FunctionSpec:
    natural = sum(1 for size in root.shape if size != 1)
    return FunctionSpec(name, parameters(root), (root,), (natural if rank is None else rank,), "A function", **more)


def code_of(root: Node, **more: object) -> str:
    """The lines of the body after the checks."""
    source = emit_function_module(spec_of(root, **more))
    body = source.partition("def value(")[2].rpartition('"""')[2]
    return "\n".join(
        line.strip() for line in body.splitlines() if line.strip() and "_array(" not in line and "_scalar(" not in line
    ).replace("sizes = {}\n", "")


CASES: dict[str, Node] = {
    "ridge": squared_norm(y - X @ w) / 2 + lam * squared_norm(w) / 2,
    "ridge gradient": X.T @ (X @ w - y) + lam * w,
    "mean of squares": 2 / nodes.Extent(n) * (X.T @ (X @ w + b - y)),
    "normal equations": inv(X.T @ X) @ X.T @ y,
    "ridge solution": inv(X.T @ X + lam * Identity(d)) @ X.T @ y,
    "inverse itself": inv(P),
    "inverse of a sum, traced": trace(inv(P + lam * Identity(n)) @ A),
    "solve from the right": X.T @ inv(P),
    "solve from both sides": X.T @ inv(P) @ A @ inv(P).T @ X,
    "transposed inverse": inv(A).T @ X,
    "row times inverse": y.T @ inv(A) @ X,
    "determinant": det(A) * inv(A).T,
    "log determinant": log(det(P)),
    "quadratic form": quadratic_form(y, A),
    "outer": y @ w.T,
    "outer product of ones": ones(n) @ w.T + y @ ones(d).T,
    "ones on both sides": ones(n).T @ X @ ones(d),
    "row sums": X @ ones(d),
    "column sums": ones(n).T @ X,
    "matrix of ones in a product": X.T @ Ones(n, d),
    "count": ones(n).T @ ones(n),
    "diagonal on the left": diag(v) @ X,
    "diagonal on the right": B @ diag(v),
    "diagonal between": X.T @ diag(v) @ X,
    "diagonals": diag(v) @ diag(y) @ y,
    "inverse of a diagonal": inv(diag(v)) @ X,
    "diagonal itself": diag(y) + lam * Identity(n),
    "diagonal of a product": nodes.DiagonalPart(X @ B),
    "trace of a product": trace(X @ B),
    "trace of three": trace(X @ B @ A),
    "trace of outer": trace(y @ v.T @ A),
    "trace of a repeated row": trace(nodes.Broadcast(y.T, n, n)),
    "trace of ones": trace(Ones(n, n)),
    "inner": inner(X, C) + inner(y, v),
    "inner with ones": inner(X, Ones(n, d)),
    "norm of a matrix": squared_norm(X - C),
    "sum all": total(X * C) + total(X**2) + total(X),
    "sum of repeated": total(nodes.Broadcast(w.T, n, d)) + total(nodes.Broadcast(y, n, d)) + total(Ones(n, d)),
    "sum down repeated": total(nodes.Broadcast(y, n, d), 0),
    "sum along repeated": total(nodes.Broadcast(y, n, d), 1),
    "sum down repeated row": total(nodes.Broadcast(w.T, n, d), 0),
    "sum along repeated row": total(nodes.Broadcast(w.T, n, d), 1),
    "sum down": total(X, 0),
    "sum along": total(X, 1),
    "sum down a product": total(A @ X, 0),
    "sum of a product": total(A @ X),
    "sum of a column down": total(column, 0),
    "sum of a column along": total(column, 1),
    "sum of a row down": total(row, 0),
    "mean": mean(X) + mean(y),
    "mean down": mean(X, 0),
    "column plus row": nodes.Broadcast(y, n, d) + nodes.Broadcast(w.T, n, d),
    "transposed repetition": nodes.Broadcast(y, n, d).T @ X,
    "transposed row repetition": nodes.Broadcast(w.T, n, d).T @ y,
    "transposed sum of repetitions": (nodes.Broadcast(y, n, d) + 1).T,
    "bias by ones": X @ w + b * ones(n),
    "scalars": b**2 / (1 + lam) - 3 * b / 7,
    "sigmoid": sigmoid(X @ w + b),
    "written sigmoid": 1 / (1 + exp(-(X @ w))),
    "derivative of sigmoid": exp(-y) / (1 + exp(-y)) ** 2,
    "logistic loss": -(inner(v, log(sigmoid(X @ w))) + inner(1 - v, log(1 - sigmoid(X @ w)))),
    "softplus": softplus(y) + log(1 + exp(-y)),
    "softplus of a matrix": log(1 + exp(X)),
    "log sum exp": log(total(exp(y))),
    "log sum exp down": log(total(exp(X), 0)),
    "log sum exp along": log(total(exp(X), 1)),
    "softmax": exp(y) / total(exp(y)),
    "softmax along": exp(X) / total(exp(X), 1),
    "softmax down": C * exp(X) / total(exp(X), 0),
    "softmax of everything": exp(X) / total(exp(X)),
    "no softmax": exp(X) / total(exp(C), 1) + nodes.Broadcast(exp(y), n, d) / total(exp(X), 1),
    "sum of a transpose": total(X.T, 1),
    "relu": relu(X @ w) * Map(Function("step"), y),
    "sqrt and powers": sqrt(v) + v**-2 + v**3 / lam**2 + v ** nodes.Number("1/3") + v**lam,
    "tanh": tanh(X) * (1 - tanh(X) ** 2),
    "zero": nodes.Zeros(n, d),
    "identity": Identity(n) * lam,
    "negative": -X.T @ y,
    "fractions": X * nodes.Number("2/3") - C / 4 + nodes.Number("-3/5") * X,
    "one by one": (y.T @ y) * X,
    "sizes": (nodes.Extent(n) - 1) * b + nodes.Extent(n * d + 2),
    "a size alone": nodes.Extent(n) * nodes.Number(1) + total(y) * 0,
    "quadratic form of an inverse": y.T @ inv(A) @ y,
    "sandwich of an inverse": inv(P) @ y @ y.T @ inv(P),
    "sum of an inverse": total(inv(A), 1),
    "trace with an inverse": trace(inv(A) @ P),
    "trace with a diagonal": trace(diag(y) @ A),
    "diagonal of a square": nodes.DiagonalPart(A @ A.T),
    "diagonal of an outer product": nodes.DiagonalPart(y @ v.T),
    "diagonal of repeated rows": nodes.DiagonalPart(nodes.Broadcast(y.T, n, n)),
    "root of a sum of squares": sqrt(squared_norm(X @ w - y)),
    "small differences": (exp(y) - 1) * log(1 + v) * (1 - Map(Function("cos"), y)),
    "powers of sizes": y / nodes.Extent(n) ** 2,
    "derivative of a determinant": (3 * det(A)) * (A @ inv(A.T)),
    "variable alone": X,
    "variable transposed": X.T,
}


@pytest.mark.parametrize("name", CASES)
def test_values_agree_with_a_plain_interpreter(name: str, interpret: Callable[..., np.ndarray]) -> None:
    root = CASES[name]
    values = drawn(root)
    source = emit_function_module(spec_of(root))
    got = load_module(source, "case").value(*values.values())
    expected = interpret(root, values, LENGTHS)
    kept = tuple(length for length, size in zip(expected.shape, root.shape, strict=True) if size != 1)
    assert np.shape(got) == kept
    np.testing.assert_allclose(got, expected.reshape(kept), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_all_cases_pass_ruff(tmp_path: Path, dtype: str) -> None:
    specs = [spec_of(root, f"case_{place}", origin={root: place}) for place, root in enumerate(CASES.values())]
    target = tmp_path / "emitted.py"
    target.write_text(emit_module(HEADER, specs, dtype), encoding="utf-8")
    for command in (["format", "--diff"], ["check"]):
        done = subprocess.run(
            [RUFF, *command, "--config", ROOT / "pyproject.toml", "--no-cache", target],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", [name for name in CASES if "log det" not in name])
def test_float32_stays_float32(name: str, interpret: Callable[..., np.ndarray]) -> None:
    root = CASES[name]
    arrays = {key: value.astype(np.float32) for key, value in drawn(root).items()}
    got = load_module(emit_function_module(spec_of(root), dtype="float32"), "case").value(*arrays.values())
    if np.ndim(got):
        assert got.dtype == np.float32
    expected = interpret(root, arrays, LENGTHS)
    np.testing.assert_allclose(got, expected.reshape(np.shape(got)), rtol=2e-3, atol=2e-3)


LINES = {
    "quadratic form of an inverse": "return y @ np.linalg.solve(A, y)",
    "sandwich of an inverse": "solution = np.linalg.solve(P, y)\nreturn np.outer(solution, solution)",
    "sum of an inverse": "n = A.shape[0]\nreturn np.linalg.solve(A, np.ones(n))",
    "trace with an inverse": "return np.trace(np.linalg.solve(A, P))",
    "trace with a diagonal": "return y @ np.diag(A)",
    "diagonal of a square": "return np.sum(A * A, axis=1)",
    "diagonal of an outer product": "return y * v",
    "diagonal of repeated rows": "return y.copy()",
    "root of a sum of squares": "return np.linalg.norm(X @ w - y)",
    "small differences": "return 2 * np.expm1(y) * np.log1p(v) * np.sin(y / 2) ** 2",
    "powers of sizes": "n = y.shape[0]\nreturn y / n**2",
    "derivative of a determinant": "return 3 * (A @ _adjugate(A).T)",
    "ridge gradient": "return X.T @ (X @ w - y) + lam * w",
    "mean of squares": "n = X.shape[0]\nreturn 2 / n * (X.T @ (X @ w + b - y))",
    "normal equations": "return _least_squares(X, y)",
    "ridge solution": "d = X.shape[1]\nreturn np.linalg.solve(X.T @ X + lam * np.eye(d), X.T @ y)",
    "ridge": "residual = y - X @ w\nreturn residual @ residual / 2 + lam * (w @ w) / 2",
    "inverse itself": "return np.linalg.inv(P)",
    "solve from the right": "return np.linalg.solve(P, X).T",
    "row times inverse": "return np.linalg.solve(A.T, y) @ X",
    "quadratic form": "return y @ A @ y",
    "row sums": "return X.sum(axis=1)",
    "column sums": "return X.sum(axis=0)",
    "diagonal on the left": "return v[:, None] * X",
    "diagonal on the right": "return B * v",
    "diagonal between": "return (X.T * v) @ X",
    "inverse of a diagonal": "return X / v[:, None]",
    "trace of a product": "return np.vdot(X.T, B)",
    "outer": "return np.outer(y, w)",
    "column plus row": "return y[:, None] + w",
    "bias by ones": "return X @ w + b",
    "norm of a matrix": "residual = X - C\nreturn np.vdot(residual, residual)",
    "sum of a product": "return np.sum(A.sum(axis=0) @ X)",
    "written sigmoid": "return _sigmoid(X @ w)",
    "derivative of sigmoid": "return _sigmoid(y) * _sigmoid(-y)",
    "softplus": "return np.logaddexp(0, y) + np.logaddexp(0, -y)",
    "relu": "return np.maximum(X @ w, 0) * np.heaviside(y, 0)",
    "log determinant": "return _log_determinant(P)",
    "variable alone": "return X.copy()",
    "negative": "return -(X.T @ y)",
    "softmax": "return _softmax(y)",
    "softmax along": "return _softmax(X, 1)",
    "sum of a transpose": "return X.sum(axis=0)",
    "one by one": "return (y @ y) * X",
}


@pytest.mark.parametrize("name", LINES)
def test_lines_as_written_by_hand(name: str) -> None:
    assert code_of(CASES[name]) == LINES[name]


def test_products_are_ordered_by_cost() -> None:
    assert code_of(X.T @ X @ w) == "return X.T @ (X @ w)"
    assert code_of(A @ A @ A @ y) == "return A @ (A @ (A @ y))"
    assert code_of(y.T @ A @ A) == "return y @ A @ A"
    assert code_of(inv(P) @ X.T.T @ w) == "return np.linalg.solve(P, X @ w)"


def test_normal_equations_are_recognised_by_structure_only() -> None:
    assert "_least_squares(C, y)" in code_of(inv(C.T @ C) @ C.T @ y)
    assert "_least_squares" not in code_of(inv(X.T @ X) @ C.T @ y)
    assert "_least_squares" not in code_of(inv(X.T @ C) @ X.T @ y)
    source = load_module(emit_function_module(spec_of(inv(X.T @ X) @ X.T @ y)), "case")
    with pytest.raises(np.linalg.LinAlgError, match="linearly dependent: rank 1 of 3"):
        source.value(np.ones((5, 3)), np.ones(5))


def test_shared_parts_are_computed_once() -> None:
    residual = X @ w - y
    root = squared_norm(residual) + inner(residual, v)
    assert code_of(root) == "residual = X @ w - y\nreturn residual @ residual + residual @ v"


def test_equation_numbers_stand_on_the_lines() -> None:
    residual = X @ w - y
    root = squared_norm(residual) / 2
    lines = code_of(root, origin={root: 7, residual: 3}).splitlines()
    assert lines == ["residual = X @ w - y  # (3)", "return residual @ residual / 2  # (7)"]
    inherited = code_of(root, origin={root: 7}).splitlines()
    assert inherited[0].endswith("# (7)")


def test_deep_graphs_are_short_programs() -> None:
    z = y
    for _ in range(300):
        z = tanh(A @ z)
        z = z * z + z
    source = emit_function_module(spec_of(z))
    assert source.count("np.tanh") == 300
    assert np.isfinite(load_module(source, "deep").value(0.1 * np.eye(5), np.ones(5))).all()


@pytest.mark.parametrize("big", [-800.0, 800.0])
def test_stable_forms_do_not_overflow(big: float) -> None:
    at = np.array([big, 0.5, -0.5, 1.0, 2.0])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for root in (sigmoid(y), 1 / (1 + exp(-y)), exp(y) / (1 + exp(y)), softplus(y), log(1 + exp(y)),
                     log(sigmoid(y)), log(1 - sigmoid(y)), exp(-y) / (1 + exp(-y)) ** 2,
                     Map(SIGMOID.derivative(), y), Map(SOFTPLUS.derivative(), y), log(total(exp(y))),
                     exp(y) / total(exp(y))):  # fmt: skip
            got = load_module(emit_function_module(spec_of(root)), "case").value(at)
            assert np.isfinite(got).all(), root
    kept = load_module(emit_function_module(spec_of(sigmoid(y))), "case").value(np.array([-40.0, 0, 1, 2, 3]))
    assert kept[0] == pytest.approx(np.exp(-40.0), rel=1e-14)


def test_defined_functions_become_helpers() -> None:
    bent = define("bent_of_emission", (sqrt(ARGUMENT**2 + 1) - 1) / 2 + ARGUMENT)
    root = Map(bent, X @ w) + Map(bent.derivative(), y)
    module = load_module(emit_function_module(spec_of(root)), "case")
    values = drawn(root)
    z, t = values["X"] @ values["w"], values["y"]
    expected = (np.sqrt(z**2 + 1) - 1) / 2 + z + t / (2 * np.sqrt(t**2 + 1)) + 1
    np.testing.assert_allclose(module.value(*values.values()), expected, rtol=1e-13)
    assert "def _bent_of_emission(x):" in emit_function_module(spec_of(root))


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "sin", "tan", "arctan", "sinh", "cosh", "tanh", "erf"])
@pytest.mark.parametrize("order", [1, 2])
def test_derivatives_of_primitives(name: str, order: int) -> None:
    from mpmath import mp

    plain = {"arctan": mp.atan}.get(name) or getattr(mp, name)
    function = Function(name)
    for _ in range(order):
        function = function.derivative()
    at = np.array([0.3, 0.7, 1.1, 0.2, 0.9])
    got = load_module(emit_function_module(spec_of(Map(function, y))), "case").value(at)
    np.testing.assert_allclose(got, [float(mp.diff(plain, point, order)) for point in at], rtol=1e-9)


def test_a_derivative_shares_its_function() -> None:
    root = Map(Function("tanh"), y) + Map(Function("tanh").derivative(), y)
    assert code_of(root).count("np.tanh") == 1


def test_error_function_names_scipy() -> None:
    source = emit_function_module(spec_of(Map(Function("erf"), y)))
    assert "from scipy.special import erf" in source
    assert "SciPy" in source
    assert "scipy" not in emit_function_module(spec_of(tanh(y)))


def test_ranks_of_results() -> None:
    def of(root: Node, rank: int) -> np.ndarray:
        return load_module(emit_function_module(spec_of(root, rank=rank)), "case").value(*drawn(root).values())

    assert of(column * 2, 2).shape == (5, 1)
    assert "result = 2 * column\n    return result[:, None]" in emit_function_module(spec_of(column * 2, rank=2))
    assert of(row * 2, 2).shape == (1, 3)
    assert of(column * 2, 1).shape == (5,)
    assert of(squared_norm(y), 2).shape == (1, 1)
    assert of(squared_norm(y), 0).shape == ()
    assert of(column + 0 * column, 2).shape == (5, 1)
    with pytest.raises(UnsupportedError, match="cannot be returned"):
        emit_function_module(spec_of(X, rank=1))


def test_results_are_never_views_of_arguments() -> None:
    for root in (X, X.T, column, y, nodes.DiagonalPart(A)):
        values = drawn(root)
        got = load_module(emit_function_module(spec_of(root, rank=2 if root is column else None)), "c").value(
            *values.values()
        )
        got[...] = 0
        assert all(np.all(array != 0) for array in values.values())


def test_several_results() -> None:
    residual = X @ w + b - y
    spec = FunctionSpec(
        "gradient", (X, w, b, y), (X.T @ residual, total(residual)), (1, 0), "Gradients", "",
        {X.T @ residual: 4, total(residual): 5, residual: 2}, ("w", "b"),
    )  # fmt: skip
    source = emit_function_module(spec)
    assert "gradient_w = X.T @ residual  # (4)" in source
    assert "return gradient_w, gradient_b  # (4), (5)" in source


def test_refusals() -> None:
    for root in (nodes.Differential(y), nodes.Equation(y, v)):
        with pytest.raises(UnsupportedError, match="no code can be written"):
            emit_function_module(spec_of(root))
    with pytest.raises(UnsupportedError, match="not a parameter"):
        emit_function_module(FunctionSpec("value", (X,), (X @ w,), (1,), ""))
    with pytest.raises(UnsupportedError, match="size m occurs in no parameter"):
        emit_function_module(FunctionSpec("value", (y,), (nodes.Extent(m) * y,), (1,), ""))
    with pytest.raises(UnsupportedError, match="cannot be called np"):
        emit_function_module(spec_of(scalar("np") + 1))
    with pytest.raises(UnsupportedError, match="two different variables"):
        emit_function_module(FunctionSpec("value", (scalar("a"), vector("a", n)), (lam,), (0,), ""))
    with pytest.raises(UnsupportedError, match="function named"):
        emit_module(HEADER, [spec_of(lam), spec_of(b)])
    with pytest.raises(UnsupportedError, match="float64 or float32"):
        emit_module(HEADER, [spec_of(lam)], "float16")


def test_header_and_hash() -> None:
    source = emit_module(HEADER, [spec_of(CASES["ridge"], theorem="f = ½‖y − Xw‖² + ½λ‖w‖²")])
    for text in ("derivations/test.py", "symnn build test", "0123456789abcdef", "NumPy alone", "f = ½‖y"):
        assert text in source
    assert content_hash("a", "b") != content_hash("ab")
    quoted = Header('Ends """ here', "back\\slash", "x", 'command "q"')
    assert "value" in vars(load_module(emit_module(quoted, [spec_of(lam)]), "quoted"))


def test_the_bytes_do_not_depend_on_the_hash_seed() -> None:
    program = (
        "import sys; sys.path[:0] = [sys.argv[1], sys.argv[2]]\n"
        "import test_emit as t\n"
        "specs = [t.spec_of(root, f'case_{place}') for place, root in enumerate(t.CASES.values())]\n"
        "print(t.content_hash(t.emit_module(t.HEADER, specs)))"
    )
    found = set()
    for seed in ("0", "1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", program, str(ROOT), str(Path(__file__).parent)]
        found.add(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    assert len(found) == 1


def test_golden_ridge(golden) -> None:  # type: ignore[no-untyped-def]
    gradient = X.T @ (X @ w - y) + lam * w
    specs = [
        FunctionSpec("value", (y, X, w, lam), (CASES["ridge"],), (0,), "The objective", "", {CASES["ridge"]: 1}),
        FunctionSpec("gradient", (y, X, w, lam), (gradient,), (1,), "The gradient by w", "", {gradient: 9}),
        FunctionSpec("solution", (y, X, lam), (CASES["ridge solution"],), (1,), "The minimum", "",
                     {CASES["ridge solution"]: 14}, (), True),
    ]  # fmt: skip
    golden("ridge.py.txt", emit_module(HEADER, specs))


LEAVES = [X, C, nodes.Broadcast(w.T, n, d), nodes.Broadcast(y, n, d), Ones(n, d), nodes.Broadcast(b, n, d), Zeros(n, d)]


@st.composite
def matrices(draw) -> Node:  # type: ignore[no-untyped-def]
    """A random n×d expression."""
    root = draw(st.sampled_from(LEAVES))
    for _ in range(draw(st.integers(1, 6))):
        other = draw(st.sampled_from(LEAVES))
        root = draw(
            st.sampled_from(
                [
                    root + other,
                    root * other,
                    root - 2 * other,
                    lam * root,
                    A @ root,
                    root @ other.T @ root,
                    diag(y) @ root,
                    root @ diag(u),
                    nodes.Broadcast(total(root, 0), n, d),
                    nodes.Broadcast(total(root, 1), n, d) + other,
                    total(root) * other,
                    inner(root, other) * root,
                    squared_norm(root) * other + root,
                    sigmoid(root),
                    y @ (root.T @ y).T,
                    Ones(n, n) @ root,
                    root @ Ones(d, d),
                    inv(P) @ root,
                    trace(root @ other.T) * root,
                ]
            )
        )
    return root


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(root=matrices(), form=st.sampled_from(["whole", "all", "down", "along", "transposed"]))
def test_random_expressions(root: Node, form: str, interpret: Callable[..., np.ndarray]) -> None:
    root = {"whole": root, "all": total(root), "down": total(root, 0), "along": total(root, 1),
            "transposed": root.T @ root}[form]  # fmt: skip
    values = drawn(root)
    got = load_module(emit_function_module(spec_of(root)), "case").value(*values.values())
    expected = interpret(root, values, LENGTHS).reshape(np.shape(got))
    np.testing.assert_allclose(got, expected, rtol=1e-8, atol=1e-8 * (1 + np.abs(expected).max()))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("rank", range(6))
def test_the_derivative_of_a_determinant_at_singular_matrices(rank: int, dtype: str) -> None:
    random = np.random.default_rng(rank)
    matrix = random.normal(size=(5, rank)) @ random.normal(size=(rank, 5))
    source = emit_function_module(spec_of(det(A) * inv(A).T), dtype=dtype)
    found = load_module(source, "case").value(matrix.astype(dtype))
    minors = [[np.linalg.det(np.delete(np.delete(matrix, i, 0), j, 1)) for j in range(5)] for i in range(5)]
    cofactors = np.array([[(-1) ** (i + j) for j in range(5)] for i in range(5)]) * minors
    size = max(1.0, np.linalg.norm(matrix, 2) ** 4)
    np.testing.assert_allclose(found, cofactors, rtol=0, atol={"float64": 1e-13, "float32": 1e-5}[dtype] * size)
    assert found.dtype == dtype


def test_only_one_inverse_of_several_becomes_the_adjugate(interpret: Callable[..., np.ndarray]) -> None:
    root = det(A) * (inv(A) @ P @ inv(A))
    values = drawn(root)
    found = load_module(emit_function_module(spec_of(root)), "case").value(*values.values())
    np.testing.assert_allclose(found, interpret(root, values, LENGTHS), rtol=1e-10)


def test_symmetry_is_used_where_the_function_is_not_differentiated() -> None:
    root = P.T @ y
    assert "return P @ y" in emit_function_module(spec_of(root))
    assert "return P.T @ y" in emit_function_module(FunctionSpec("value", (P, y), (root,), (1,), "A value", free=(P,)))


def test_a_result_that_leaves_no_room_for_its_comment_has_a_line_of_its_own() -> None:
    text = derive("np.sum(100*(w[1:] - w[:-1]**2)**2 + (1 - w[:-1])**2)", "w", {"w": ("d",)}).numpy("hessian")
    assert max(map(len, text.splitlines())) <= 120
    assert "    return (\n        400 * " in text
