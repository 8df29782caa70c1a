"""The chapter on chain rules: what it says, its numbers, and a chain without its last factor refused."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from symnn.chapters import load_chapter
from symnn.errors import RefutedError
from symnn.results.author import derivation

CHAPTER = Path(__file__).parents[2] / "derivations" / "chain_rules.py"
SIZES = {"n": 3, "m": 5, "k": 4}
SHAPES = {"A1": ("m", "n"), "A2": ("k", "m"), "x": ("n",), "c": ("k",)}
PROGRAM = "f1 = A1 @ x; f2 = np.sin(f1); f3 = A2 @ f2; f4 = f3**2"
FOUR = f"{PROGRAM}; A1.T @ np.diag(np.cos(f1)) @ A2.T @ np.diag(2*f3)"

random = np.random.default_rng(5)
values = {name: random.normal(size=[SIZES[size] for size in shape]) for name, shape in SHAPES.items()}


@cache
def chapter():
    return load_chapter(CHAPTER)


def test_the_rules_for_any_functions_are_proved():
    said = {part.proof.title: (str(part.proof.line), part.verdict) for part in chapter().parts}
    assert said["From a scalar to a vector to a vector"] == ("diag(φ₂′(B φ₁(sa)))B(φ₁′(sa) ⊙ a)", "proved")
    assert said["From a vector to a vector to a vector"] == ("diag(φ₂′(B φ₁(Ax)))B diag(φ₁′(Ax))A", "proved")
    assert said["From a matrix to a vector to a scalar"] == ("φ₁′(Ax)xᵀ", "proved")
    both, verdict = said["By way of two variables"]
    assert both.count("Aᵀ(") == 2 and " + " in both and verdict == "proved"
    five, verdict = said["A chain of five"]
    assert [f"φ{index}′" in five for index in "₁₂₃₄₅"] == [True] * 5 and verdict == "proved"


def test_the_chain_of_five_with_vectors():
    A1, A2, x, c = (values[name] for name in ("A1", "A2", "x", "c"))
    f1 = A1 @ x
    f3 = A2 @ np.sin(f1)
    f4 = f3**2
    (result,) = (part for part in chapter().parts if hasattr(part, "problem") and part.problem.name == "five")
    arguments = [values[variable.name] for variable in result.parameters]
    links = np.diag(2 * f3) @ A2 @ np.diag(np.cos(f1)) @ A1
    assert result.derivative("value").function()(*arguments) == pytest.approx(c @ f4, rel=1e-13)
    assert result.first.function()(*arguments) == pytest.approx(c @ links, rel=1e-12)
    assert result.check().passed


def test_without_its_last_factor_a_chain_of_vectors_is_refused():
    """The printed chain ends with the derivative of f₄ by itself, which is 1, in place of that of f₅ by f₄."""
    with derivation(f"{PROGRAM}; c @ f4", "x", SHAPES) as proof:
        with pytest.raises(RefutedError, match=r"the gradient of .* is not"):
            proof.line(f"{FOUR} @ np.ones_like(c)", by="(∂f₁/∂x) ⋯ (∂f₄/∂f₃)(∂f₄/∂f₄)")
        proof.line(f"{FOUR} @ c", by="(∂f₁/∂x) ⋯ (∂f₄/∂f₃)(∂f₅/∂f₄)")
    assert proof.verdict == "checked"


def test_without_its_last_factor_a_chain_of_scalars_is_refused():
    program = "f1 = np.sin(x); f2 = f1**2; f3 = np.exp(f2); f4 = np.tanh(f3)"
    four = f"{program}; np.cos(x) * 2*f1 * f3 * (1 - f4**2)"
    with derivation(f"{program}; f4**3", "x") as proof:
        with pytest.raises(RefutedError, match=r"the gradient of .* is not"):
            proof.line(f"{four} * 1", by="last factor ∂f₄/∂f₄")
        proof.line(f"{four} * 3*f4**2", by="last factor ∂f₅/∂f₄")
    assert proof.verdict == "checked"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("np.cos(t)*t**2*c", "np.cos(t)*t**2*c + 2*t*np.sin(t)*c"),
        ("np.cos(t)*2*t*c", "np.cos(t)*t**2*c + 2*t*np.sin(t)*c"),
    ],
    ids=["one way left out", "the two ways multiplied"],
)
def test_two_variables_need_both_ways(wrong, right):
    with derivation("u = np.sin(t); v = t**2; np.sum(u*v*c)", "t", {"t": ("n",), "c": ("n",)}) as proof:
        with pytest.raises(RefutedError, match=r"the gradient of .* is not"):
            proof.line(wrong, by="by u alone")
        proof.line(right, by="by u and by v")


def test_the_order_of_jacobians_matters():
    objective, shapes = "B @ np.tanh(A @ x)", {"A": ("n", "n"), "B": ("n", "n"), "x": ("n",)}
    with derivation(objective, "x", shapes) as proof:
        with pytest.raises(RefutedError):
            proof.line("A @ np.diag(1 - np.tanh(A @ x)**2) @ B", by="the inner one first")
        proof.line("B @ np.diag(1 - np.tanh(A @ x)**2) @ A", by="the outer one first")


EXAMPLES = {
    "scalar_vector_vector": lambda a, B, s: np.sin(B @ np.tanh(a * s)),
    "vector_vector_vector": lambda A, B, x: np.sin(B @ np.tanh(A @ x)),
    "matrix_vector_scalar": lambda A, x: np.sum(np.tanh(A @ x)),
    "two_variables": lambda A, x: np.sum(np.exp(np.tanh(A @ x) * np.sin(A @ x))),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_are_those_of_their_names(name):
    (result,) = (part for part in chapter().parts if hasattr(part, "problem") and part.problem.name == name)
    shapes = {"a": (3,), "B": (5, 3), "A": (3, 4), "x": (4,), "s": ()}
    data = {letter: random.normal(size=shapes[letter]) for letter in EXAMPLES[name].__code__.co_varnames}
    given = [data[variable.name] for variable in result.parameters]
    assert result.derivative("value").function()(*given) == pytest.approx(EXAMPLES[name](**data), rel=1e-13)
    assert result.check().passed
