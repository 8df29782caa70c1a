"""The command that derives: what it prints, its exit status, and that a user never sees a traceback."""

import json
import re

import numpy as np
import pytest

from symnn.codegen import load_module

RIDGE = "np.sum((y - X@w)**2)/2 + lam*np.sum(w**2)/2"
SHAPES = ["--shape", "X=n,d", "--shape", "y=n", "--shape", "w=d", "--assume", "lam=positive"]


def test_derive_prints_the_proof_and_the_code(symnn):
    result = symnn("derive", RIDGE, "--wrt", "w", *SHAPES, "--solve")
    assert result.exit_code == 0
    assert "∇_w f = Xᵀ(Xw − y) + λw" in result.stdout
    assert "w = (XᵀX + λI)⁻¹Xᵀy" in result.stdout
    assert "Verdict: proved" in result.stdout
    assert "Taken as scalars, since no shape is given: lam." in result.stdout
    assert "np.linalg.solve(X.T @ X + lam * np.eye(d), X.T @ y)" in result.stdout
    proofs = result.stdout[: result.stdout.index("\nCode\n")]
    assert max(map(len, proofs.splitlines())) <= 80
    assert "\x1b" not in result.stdout


def test_numbers_in_the_code_are_those_of_the_proofs(symnn):
    result = symnn("derive", RIDGE, "--wrt", "w", *SHAPES, "--solve", "--hessian")
    proofs, code = result.stdout.split("\nCode\n")
    for wanted in ("return X.T @ (X @ w - y) + lam * w  # ", "X.T @ y)  # "):
        ((number, *_),) = [
            re.findall(r"\((\d+)\)", line.rpartition("#")[2]) for line in code.splitlines() if wanted in line
        ]
        assert re.search(rf"^ +\({number}\) ", proofs, re.MULTILINE)


def test_json_has_the_promised_keys_and_code_that_runs(symnn):
    result = symnn("derive", RIDGE, "--wrt", "w", *SHAPES, "--solve", "--format", "json")
    document = json.loads(result.stdout)
    assert document["objective"] == RIDGE
    assert document["wrt"] == ["w"]
    assert document["gradient"] == "Xᵀ(Xw − y) + λw"
    assert document["verdict"] == "proved"
    assert document["assumptions"] == ["λ is positive"]
    assert document["inferred"] == ["lam"]
    assert document["solution"]["values"] == {"w": "(XᵀX + λI)⁻¹Xᵀy"}
    assert document["solution"]["kind"] == "minimum"
    keys = {"number", "rule", "statement", "relation", "latex", "judge", "sizes", "bound", "seed"}
    assert all(keys <= set(step) for step in document["steps"])
    numbers = [step["number"] for step in document["steps"]]
    assert numbers == sorted(set(numbers))
    exact = [step for step in document["steps"] if step["judge"] == "exact"]
    assert exact and all(0 < step["bound"] < 1e-12 for step in exact)
    module = load_module(document["numpy"], "derived")
    random = np.random.default_rng(3)
    X, y = random.normal(size=(7, 3)), random.normal(size=7)
    w = module.solution(y, X, 0.5)
    assert module.gradient(y, X, w, 0.5) == pytest.approx(np.zeros(3), abs=1e-12)


def test_several_variables_give_gradients_by_name(symnn):
    objective = "np.sum(v*(X@w + b - y)**2)"
    words = ["--wrt", "w,b", "--shape", "X=n,d", "--shape", "w=d", "--shape", "y=n", "--shape", "v=n"]
    document = json.loads(symnn("derive", objective, *words, "--format", "json").stdout)
    assert list(document["gradients"]) == ["w", "b"]
    assert document["solution"] is None
    assert "gradient" not in document


def test_a_vector_has_a_jacobian_and_a_scalar_a_hessian(symnn):
    vector = symnn("derive", "X@w", "--wrt", "w", "--shape", "X=n,d", "--shape", "w=d", "--format", "json")
    assert json.loads(vector.stdout)["jacobian"] == "X"
    scalar = symnn(
        "derive", "w@A@w", "--wrt", "w", "--shape", "A=d,d", "--shape", "w=d", "--hessian", "--format", "json"
    )
    assert json.loads(scalar.stdout)["hessian"] in ("A + Aᵀ", "Aᵀ + A")


FURTHER = ["np.trace(S@A) + x@S@x", "--wrt", "S,x", "--shape", "S=n,n", "--shape", "A=n,n", "--shape", "x=n"]


def test_further_derivatives_stand_on_the_same_page(symnn):
    words = [*FURTHER, "--assume", "S=symmetric", "--jacobian", "--symmetric", "--structured", "--hvp", "--directional"]
    result = symnn("derive", *words, "--mixed", "x,S")
    assert result.exit_code == 0
    proofs, code = result.stdout.split("\nCode\n")
    names = ("value", "gradient", "jacobian", "hvp", "directional", "symmetric_gradient", "structured_gradient")
    assert all(f"\ndef {name}(S, A, x" in code for name in (*names, "mixed_x_S"))
    assert proofs.count("Theorem. Gradient on symmetric matrices") == 1
    assert "Its gradient is the one on the space of" in proofs and "Matrix Cookbook" in proofs
    assert max(map(len, proofs.splitlines())) <= 80
    module = load_module(code.partition("----\n")[2].strip(), "derived")
    A, S, x, way = np.arange(9.0).reshape(3, 3), np.eye(3), np.arange(3.0), np.ones(3)
    assert module.mixed_x_S(S, A, x).shape == (3, 3, 3)
    assert np.array_equal(module.structured_gradient(S, A, 0 * x)[0], A + A.T - np.diag(np.diag(A)))
    assert module.jacobian(S, A, x)[0] == pytest.approx(module.gradient(S, A, x)[0])
    assert module.directional(S, A, x, 0 * S, way) == pytest.approx(2 * way @ x)


def test_further_derivatives_are_in_the_json_by_name(symnn):
    words = [*FURTHER, "--assume", "S=symmetric", "--symmetric", "--hvp", "--hessian", "--format", "json"]
    document = json.loads(symnn("derive", *words).stdout)
    assert document["gradients"] == {"S": "xxᵀ + Aᵀ", "x": "2Sx"}
    assert document["symmetric_gradients"] == {"S": "xxᵀ + ½A + ½Aᵀ", "x": "2Sx"}
    assert set(document["hessians"]) == {"S_S", "S_x", "x_S", "x_x"}
    assert set(document["hvps"]) == {"S", "x"}


def test_a_jacobian_of_a_scalar_is_its_gradient_under_that_name(symnn):
    words = ["derive", "w@w", "--wrt", "w", "--shape", "w=n", "--jacobian"]
    document = json.loads(symnn(*words, "--format", "json").stdout)
    assert document["gradient"] == document["jacobian"] == "2w"
    assert "def jacobian(w):" in document["numpy"]
    assert symnn(*words).stdout.count("Theorem.") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--mixed", "x"], "--mixed 'x' is not understood; write --mixed x,y for two variables"),
        (["--mixed", "x,q"], "the objective has no variable q"),
        (["--symmetric"], "nothing says that S, x is symmetric"),
    ],
)
def test_further_derivatives_that_make_no_sense(symnn, words, message):
    result = symnn("derive", *FURTHER, *words)
    assert result.exit_code == 2
    assert message in result.stderr


def test_latex_is_a_document(symnn):
    result = symnn("derive", RIDGE, "--wrt", "w", *SHAPES, "--format", "latex")
    assert result.exit_code == 0
    assert result.stdout.startswith("\\documentclass") and result.stdout.rstrip().endswith("\\end{document}")
    assert r"X^{\top}" in result.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["foo(X)", "--wrt", "X", "--shape", "X=n,d"], "`foo` is not a function that is read"),
        (["np.summ(X)", "--wrt", "X", "--shape", "X=n,d"], "Did you mean `np.sum`?"),
        (["np.sum(X@w)", "--wrt", "w", "--shape", "X=n,d", "--shape", "w=n"], "line 1"),
        (["np.sum(w)", "--wrt", "z", "--shape", "w=n"], "the objective has no variable z"),
        (["np.sum(w)", "--wrt", "w", "--shape", "w"], "--shape 'w' is not understood; write --shape X=n,d"),
        (["np.sum(w)", "--wrt", "w", "--shape", "w=n", "--shape", "w=d"], "two shapes"),
        (["np.sum(w)", "--wrt", "w", "--shape", "w=n", "--shape", "u=n"], "u"),
        (["np.sum(w)", "--wrt", "w", "--shape", "w=n", "--assume", "w=huge"], "huge"),
        (["np.sum(w)", "--wrt", ",", "--shape", "w=n"], "name at least one variable"),
        (["np.sum(w)", "--wrt", "w", "--shape", "w=n", "--assume", "w="], "--assume 'w=' names no assumption"),
        (["__import__('os').system('true')", "--wrt", "x"], "line 1, column 1"),
        (["w +", "--wrt", "w"], "line 1"),
    ],
)
def test_bad_input_ends_with_a_message_and_status_2(symnn, words, message):
    result = symnn("derive", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith("symnn: ") and message in result.stderr
    assert result.stdout == ""


def test_a_solution_on_symmetric_matrices(symnn):
    words = ["derive", "np.sum((S - A)**2)", "--wrt", "S", "--shape", "S=n,n", "--shape", "A=n,n"]
    words += ["--assume", "S=symmetric", "--solve", "--format", "json"]
    plain, symmetric = (json.loads(symnn(*words, *more).stdout)["solution"] for more in ([], ["--symmetric"]))
    assert plain["values"] == {"S": "A"} and "not symmetric in general" in plain["remarks"][0]
    assert "½" in symmetric["values"]["S"] and symmetric["remarks"] == []


def test_pages_say_what_the_signs_mean(symnn):
    text = symnn("derive", RIDGE, "--wrt", "w", *SHAPES).stdout
    table = text[text.index("\nNotation\n") : text.index("\nTheorem.")]
    assert "⟨A, B⟩  the sum of all products of entries" in table and "Kₘₓₙ" not in table
    markdown = symnn("derive", RIDGE, "--wrt", "w", *SHAPES, "--format", "markdown").stdout
    assert "| sign | meaning |" in markdown and r"| $\mathrm{d}A$ | the differential of A |" in markdown


def test_a_missing_closed_form_leaves_the_gradient(symnn):
    done = symnn("derive", "-np.sum(w**3)", "--wrt", "w", "--shape", "w=d", "--solve")
    assert done.exit_code == 1
    assert "∇_w f = −3w²" in done.stdout
    assert "no closed form: the equation has the term" in done.stderr
    assert "affine" in done.stderr
