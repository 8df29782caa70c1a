"""The softmax as people write it: found where it was written out, differentiated, evaluated, and proved about."""

import numpy as np
import pytest
import sympy
from scipy.special import log_softmax, softmax

from symnn import derive
from symnn.algebra.bridge import to_sympy
from symnn.algebra.components import explicit
from symnn.algebra.language import matrix, vector
from symnn.algebra.nodes import Softmax, Sum
from symnn.algebra.notation import latex
from symnn.algebra.sizes import dims
from symnn.algebra.table import load, store
from symnn.errors import ShapeError
from symnn.proof.court import Court
from symnn.proof.step import Relation, Status

n, d = dims("n d")
z, X = vector("z", n), matrix("X", n, d)
LOGITS = {"X": ("n", "d"), "W": ("d", "k"), "Y": ("n", "k")}
CROSS_ENTROPIES = (
    "-np.sum(Y*(X@W - np.log(np.sum(np.exp(X@W), axis=1, keepdims=True))))",
    "-np.sum(Y*log_softmax(X@W, axis=1))",
    "-np.sum(Y*np.log(softmax(X@W)))",
    "-np.sum(Y*np.log(np.exp(X@W)/np.exp(X@W).sum(axis=1, keepdims=True)))",
)


def test_of_the_logarithm_of_a_sum_of_exponentials() -> None:
    found = derive("np.log(np.sum(np.exp(z)))", wrt="z", shapes={"z": ("n",)})
    assert str(found.objective) == "log(∑ exp(z))"
    assert str(found.gradient) == "softmax(z)"
    assert str(found.hessian) == "diag(softmax(z)) − softmax(z) softmax(z)ᵀ"


@pytest.mark.parametrize(
    "spelled", ["softmax(z)", "np.exp(z)/np.sum(np.exp(z))", "np.exp(z - np.max(z))/np.sum(np.exp(z - np.max(z)))"]
)
def test_its_jacobian(spelled: str) -> None:
    found = derive(spelled, wrt="z", shapes={"z": ("n",)}).derivative("jacobian")
    assert str(found.expression) == "diag(softmax(z)) − softmax(z) softmax(z)ᵀ"


@pytest.mark.parametrize("spelled", CROSS_ENTROPIES)
def test_of_cross_entropies(spelled: str) -> None:
    general = derive(spelled, wrt="W", shapes=LOGITS)
    assert str(general.gradient) == "Xᵀ((∑ⱼ Y)·1ₖᵀ ⊙ softmaxⱼ(XW) − Y)"
    assumed = derive(spelled, wrt="W", shapes=LOGITS, assume={"Y": "onehot rows"})
    assert str(assumed.gradient) == "Xᵀ(softmaxⱼ(XW) − Y)"


def test_shifted_exponentials_are_the_same_softmax() -> None:
    found = derive("np.log(np.sum(np.exp(z - np.max(z)))) + np.max(z)", wrt="z", shapes={"z": ("n",)})
    assert str(found.gradient) == "softmax(z)"


def test_the_code_does_not_overflow() -> None:
    spelled = "np.sum(v * softmax(z)) + np.log(np.sum(np.exp(z)))"
    found = derive(spelled, wrt="z", shapes={"z": ("n",), "v": ("n",)})
    space: dict[str, object] = {}
    exec(found.numpy("gradient"), space)  # the code that symnn emitted
    logits, weights = np.array([800.0, -800.0, 799.0]), np.array([1.0, -2.0, 5.0])
    shares = softmax(logits)
    with np.errstate(all="raise", under="ignore"):
        made = space["gradient"](v=weights, z=logits)
    np.testing.assert_allclose(made, shares * (weights - weights @ shares) + shares, rtol=1e-12)


def test_logarithms_in_code_do_not_underflow() -> None:
    found = derive("-np.sum(Y*np.log(softmax(Z)))", wrt="Z", shapes={"Z": ("n", "k"), "Y": ("n", "k")})
    space: dict[str, object] = {}
    exec(found.numpy("value"), space)  # the code that symnn emitted
    logits = np.array([[800.0, -800.0, 3.0], [1.0, 2.0, -5.0]])
    labels = np.array([[0.0, 1.0, 0.0], [0.5, 0.25, 0.25]])
    made = space["value"](Y=labels, Z=logits)
    np.testing.assert_allclose(made, -np.sum(labels * log_softmax(logits, axis=1)), rtol=1e-12)


@pytest.mark.parametrize("axis", Sum.AXES)
def test_entries_are_exponentials_by_their_sums(axis: int) -> None:
    numbers = np.arange(6).reshape(2, 3) ** 2 / 7
    made = explicit(Softmax(X, axis), {"n": 2, "d": 3}, {X: sympy.Matrix(numbers)})
    np.testing.assert_allclose(np.array(made, dtype=float), softmax(numbers, axis=None if axis == -1 else axis))
    assert explicit(Softmax(X, axis), {"n": 2, "d": 3}) == explicit(Softmax(X, axis).definition, {"n": 2, "d": 3})


def test_judges_tell_axes_and_arguments_apart() -> None:
    court = Court(Sum(X), (X,))
    assert court.judge(Relation.EQUAL, Softmax(X, 1), Softmax(X, 1).definition).status is not Status.REFUTED
    for wrong in (Softmax(X, 0), Softmax(X), Softmax(2 * X, 1), 2 * Softmax(X, 1)):
        assert court.judge(Relation.EQUAL, Softmax(X, 1), wrong).status is Status.REFUTED


def test_is_written_and_stored() -> None:
    assert latex(Softmax(z)) == r"\operatorname{softmax}(z)"
    assert load(store(Softmax(X, 1))) is Softmax(X, 1)
    assert to_sympy(Softmax(z)) == to_sympy(Softmax(z).definition)
    with pytest.raises(ShapeError, match="axis 0, 1 or both"):
        Softmax(X, 2)
