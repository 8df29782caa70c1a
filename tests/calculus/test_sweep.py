"""The reverse sweep over programs: what is derived, what is named, what is shared, and that nothing false passes."""

from __future__ import annotations

import re

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn import derive
from symnn.algebra.nodes import Differential, Named
from symnn.algebra.walk import all_names, names_in, unnamed
from symnn.calculus.adjoint import term
from symnn.calculus.sweep import sweep
from symnn.codegen import load_module
from symnn.errors import RefutedError
from symnn.proof.court import Court
from symnn.proof.proof import Proof
from symnn.proof.step import Relation, Status
from symnn.results.derivatives import first_proof
from symnn.results.problem import understand

SHAPES = {
    "X": ("m", "d"),
    "W1": ("d", "h"),
    "b1": ("h",),
    "W2": ("h", "k"),
    "b2": ("k",),
    "Y": ("m", "k"),
    "V": ("d", "d"),
    "U": ("d", "d"),
    "g": ("d",),
}
SIZES = {"m": 5, "d": 3, "h": 4, "k": 2}
NETWORK = """
Z1 = X @ W1 + b1
A1 = sigmoid(Z1)
Z2 = A1 @ W2 + b2
S = softmax(Z2)
-np.sum(Y*np.log(S))/m
"""


def swept(text: str, wrt: list[str]) -> tuple[Proof, tuple[Proof, ...]]:
    names = {name: shape for name, shape in SHAPES.items() if re.search(rf"\b{name}\b", text)}
    problem = understand(text, names, {"Y": "onehot rows"} if "S)" in text else None).by(wrt)
    assert problem.program is not None
    proof = Proof(problem.program, problem.wrt)
    return proof, sweep(proof)


def meanings(proof: Proof) -> dict[str, str]:
    return {name.name: str(name.body) for name in all_names(proof.line)}


def arrays(names: list[str], seed: int = 0) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {name: random.normal(size=[SIZES[size] for size in SHAPES[name]]) for name in names}


def test_two_layers_with_softmax_and_cross_entropy() -> None:
    proof, _ = swept(NETWORK, ["W1", "b1", "W2", "b2"])
    found = meanings(proof)
    assert found["delta_Z2"] == "(1/m)(S − Y)"
    assert found["delta_A1"] == "δ_Z₂ W₂ᵀ"
    assert found["delta_Z1"] == "δ_A₁ ⊙ A₁ ⊙ (1ₘₓₕ − A₁)"
    assert str(proof.line.children[0]) == "Xᵀ δ_Z₁"
    assert str(proof.line.children[2]) == "A₁ᵀ δ_Z₂"
    assert "delta_S" not in found  # written out in the cross-entropy, where it cancels


def test_each_definition_is_one_judged_step() -> None:
    proof, _ = swept(NETWORK, ["W1", "b1", "W2", "b2"])
    assert [step.rule for step in proof.steps] == ["differential", *["reverse sweep"] * 4, "gradient"]
    assert proof.status is Status.CHECKED  # σ′ = σ(1 − σ) rests on digits
    assert all(step.judgement.status in (Status.PROVED, Status.CHECKED) for step in proof.steps)


@pytest.mark.parametrize("depth", [3, 6, 12])
def test_equal_layers_share_their_lemmas(depth: int) -> None:
    shapes: dict[str, tuple[str, ...]] = {"X": ("m", "s0"), "Y": ("m", f"s{depth}")}
    lines, before = [], "X"
    for layer in range(1, depth + 1):
        shapes[f"W{layer}"] = (f"s{layer - 1}", f"s{layer}")
        lines += [f"Z{layer} = {before} @ W{layer}", f"A{layer} = np.tanh(Z{layer})"]
        before = f"A{layer}"
    lines.append(f"np.sum((A{depth} - Y)**2)")
    problem = understand("\n".join(lines), shapes).by([f"W{layer}" for layer in range(1, depth + 1)])
    assert problem.program is not None
    proof = Proof(problem.program, problem.wrt)
    assert len(sweep(proof)) == 4  # the loss, a product that varies twice, the first product, tanh
    assert len(proof.steps) == 2 * depth + 3


OTHER_LAYERS = {
    "residual": "A = X + np.tanh(X@V)\nB = A + np.tanh(A@U)\nnp.sum(B**2)",
    "gated": "G = sigmoid(X@V)\nH = np.tanh(X@U)\nP = G*H + (1 - G)*X\nnp.sum(P**2*g)",
    "layer norm": (
        "Z = X@V\nM = Z.mean(axis=1, keepdims=True)\nD = Z - M\ns = np.sqrt((D**2).mean(axis=1, keepdims=True) + 0.1)\n"
        "N = D/s*g\nnp.sum(np.tanh(N@U))"
    ),
    "one weight twice": "A = np.tanh(X@V)\nB = np.tanh(A@V + X@U)\nC = B@V\nnp.sum(C*X)",
    "a value used by several": "A = X@V\nB = np.exp(-A**2)\nC = A*B\nnp.sum(C@U) + np.sum(A)**2",
}


def oracle(text: str, given_arrays: dict[str, np.ndarray], wrt: list[str]) -> list[np.ndarray]:
    """The gradient by autograd, which runs the same text."""
    *lines, last = text.splitlines()
    source = "\n".join([*lines, f"value = {last}"])

    def value(*varied: np.ndarray) -> float:
        scope = {
            "np": anp,
            "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
            **given_arrays,
            **dict(zip(wrt, varied, strict=True)),
        }
        exec(source, scope)
        return scope["value"]

    return [grad(value, place)(*(given_arrays[name] for name in wrt)) for place in range(len(wrt))]


@pytest.mark.parametrize("name", OTHER_LAYERS)
def test_layers_that_no_file_mentions(name: str) -> None:
    text = OTHER_LAYERS[name]
    used = [variable for variable in ("X", "V", "U", "g") if variable in text]
    wrt = [variable for variable in used if variable != "X"]
    result = derive(text, wrt, {variable: SHAPES[variable] for variable in used})
    assert result.verdict in ("proved", "checked")
    values = arrays(used)
    module = load_module(result.numpy("gradient"), "module")
    found = module.gradient(*(values[parameter.name] for parameter in result.parameters))
    for mine, theirs in zip(found, oracle(text, values, wrt), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-10, atol=1e-12)


FORMS = ["np.tanh({})", "{}@V", "{}*{}", "{} + X", "np.exp(-{}**2)", "{}@V + {}@U"]


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.sampled_from(["np.tanh({})", "{}@V", "{}*{}", "{} + X", "np.exp(-{}**2)", "{}@V + {}@U"]),
        min_size=1,
        max_size=6,
    )
)
def test_any_chain_of_definitions_has_the_gradient_of_autograd(forms: list[str]) -> None:
    lines, before = [], "X"
    for place, form in enumerate(forms):
        lines.append(f"T{place} = {form.format(before, before)}")
        before = f"T{place}"
    text = "\n".join([*lines, f"np.sum(np.tanh({before})*X) + np.sum(V*V)"])
    used = [variable for variable in ("X", "V", "U") if f"{variable}" in text]
    values = {name: 0.5 * value for name, value in arrays(used, seed=3).items()}
    result = derive(text, ["V", "X"], {variable: SHAPES[variable] for variable in used})
    module = load_module(result.numpy("gradient"), "module")
    found = module.gradient(*(values[parameter.name] for parameter in result.parameters))
    for mine, theirs in zip(found, oracle(text, values, ["V", "X"]), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-11)


def test_the_sweep_is_equal_to_the_gradient_of_the_whole_expression() -> None:
    problem = understand(
        NETWORK, {name: SHAPES[name] for name in ("X", "W1", "b1", "W2", "b2", "Y")}, {"Y": "onehot rows"}
    ).by(["W1", "W2"])
    proof, _ = swept(NETWORK, ["W1", "W2"])
    whole = first_proof(problem).line
    judgement = Court(whole, problem.wrt).judge(Relation.EQUAL, unnamed(proof.line)[0], whole)
    assert judgement.status in (Status.PROVED, Status.CHECKED)


def test_a_wrong_adjoint_is_refuted() -> None:
    """A step that forgets σ′, or a transpose, does not pass."""
    proof, _ = swept(NETWORK, ["W1", "b1", "W2", "b2"])
    lines = list(proof.lines())
    step = proof.steps[3]  # through A1
    made = next(name for name in names_in(step.contractum) if name.name == "delta_Z1")
    wrong = Named("delta_Z1", 2, made.body.children[0])
    broken = Proof(proof.statement, proof.wrt)
    for earlier in proof.steps[:3]:
        broken.step(
            earlier.redex, earlier.contractum, rule=earlier.rule, relation=earlier.relation, place=earlier.place
        )
    assert broken.line is lines[3]
    value = next(name for name in all_names(proof.statement) if name.name == "Z1")
    with pytest.raises(RefutedError, match="is not equal to"):
        broken.step(step.redex, term(wrong, Differential(value)), rule="reverse sweep")


def test_names_that_are_taken_are_not_given_again() -> None:
    result = derive("z = np.tanh(x)\nnp.sum(delta_z*np.exp(z))", "x", {"x": ("n",), "delta_z": ("n",)})
    names = [name.name for name in all_names(result.proof.line)]
    assert names == ["z", "delta_z_"]
    assert result.check().passed


def test_the_same_name_twice_is_told_apart_by_a_number() -> None:
    result = derive(
        "a = x\nfor k in range(3):\n    a = np.tanh(W@a)\na@c", "W", {"x": ("n",), "W": ("n", "n"), "c": ("n",)}
    )
    assert [name.name for name in all_names(result.proof.statement)] == ["a", "a_2", "a_3"]
    assert result.check().passed


def test_the_gradient_of_a_short_program_is_also_written_out() -> None:
    result = derive("r = X@w - y\nr@r/2", "w", {"X": ("n", "d"), "w": ("d",), "y": ("n",)})
    assert str(result.proof.line) == "Xᵀr"
    assert str(result.gradient) == "Xᵀ(Xw − y)"
    assert result.details[-1].title == "The gradient written out"
    code = result.numpy("gradient")
    assert "r = X @ w - y  # (1)" in code
    assert "return X.T @ r" in code


def test_a_definition_in_which_nothing_varies_has_no_adjoint() -> None:
    result = derive("K = A.T@A\nx@K@x", "x", {"A": ("m", "n"), "x": ("n",)})
    assert result.details == ()
    assert str(result.gradient) == "2AᵀAx"


def test_penalties_are_summands_of_their_own_and_share_a_lemma() -> None:
    text = "Z = X@V\nA = np.tanh(Z)\nB = A@U\nnp.sum(B**2)/m + lam/2*(np.sum(V**2) + np.sum(U**2))"
    result = derive(text, ["V", "U"], {"X": ("m", "d"), "V": ("d", "d"), "U": ("d", "d")})
    assert [step.rule for step in result.proof.steps][:2] == ["differential", "differential of a sum"]
    assert [str(part) for part in result.proof.line.children] == ["Xᵀ δ_Z + λV", "Aᵀ δ_B + λU"]
    penalties = [detail for detail in result.details if str(detail.statement) in ("½λ ∑ V∘²", "½λ ∑ U∘²")]
    assert len(penalties) == 1
    assert result.check().passed


def test_terms_that_share_a_value_stay_together_so_that_they_can_cancel() -> None:
    """Both terms of a binary cross-entropy hold the probability: written out in both, σ(z) − y is left."""
    text = "z = X@w\np = sigmoid(z)\n-(y@np.log(p))/n - ((1 - y)@np.log(1 - p))/n + lam*(w@w)"
    result = derive(text, "w", {"X": ("n", "d"), "w": ("d",), "y": ("n",)})
    found = {name.name: str(name.body) for name in all_names(result.proof.line)}
    assert found["delta_z"] == "(1/n)(p − y)"
    assert result.check().passed


def test_summands_may_stand_behind_a_factor() -> None:
    result = derive(
        "r = X@w - y\ns = r@r\n3*(s + 2*(w@w + np.sum(w)))", "w", {"X": ("n", "d"), "w": ("d",), "y": ("n",)}
    )
    assert str(result.gradient) == "6Xᵀ(Xw − y) + 12w + 6·1_d"
    assert result.check().passed


def test_a_summand_may_be_a_named_value_itself() -> None:
    result = derive("a = x**2; b = a*y; c = y + 2; b + c", ["x", "y"])
    assert [str(result.gradients[name]) for name in "xy"] == ["2xy", "x² + 1"]
    assert str(result.proof.line) == "2yx, a + 1"
    assert result.verdict == "proved" and result.check().passed


def test_a_summand_that_others_use_has_one_adjoint_that_is_the_sum() -> None:
    result = derive("b = x**2*y; c = b*y; d = np.sin(c); b + d + c + np.exp(x)", ["x", "y"])
    found = {name.name: str(name.body) for name in all_names(result.proof.line)}
    assert found == {"b": "x²y", "c": "by", "delta_c": "cos(c) + 1", "delta_b": "δ_c y + 1"}
    assert result.check().passed
