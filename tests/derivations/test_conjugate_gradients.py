"""Conjugate gradients: SciPy's iterates, and residuals and directions that are orthogonal and conjugate."""

import runpy
from pathlib import Path

import numpy as np
import pytest
import sympy
from scipy.sparse.linalg import cg

from symnn.errors import RefutedError
from symnn.results.author import derivation

CODE = runpy.run_path(str(Path(__file__).parents[2] / "generated/conjugate_gradients.py"))

random = np.random.default_rng(3)
d = 6
half = random.normal(size=(9, d))
H, c = half.T @ half, random.normal(size=d)


def iterates(count):
    """Weights, residuals and directions of so many steps from zero."""
    w, r = np.zeros(d), -c
    states = [(w, r, r)]
    for _ in range(count):
        w, r, p = states[-1]
        states.append(CODE["step"](w=w, r=r, p=p, H=H))
    return [np.array(part) for part in zip(*states, strict=True)]


def test_iterates_are_scipys():
    theirs = []
    cg(H, -c, rtol=1e-12, maxiter=4, callback=lambda w: theirs.append(w.copy()))
    assert iterates(4)[0][1:] == pytest.approx(np.array(theirs), rel=1e-11, abs=1e-12)


def test_all_residuals_are_orthogonal_and_all_directions_conjugate_and_d_steps_end():
    weights, residuals, directions = iterates(d)
    products = residuals[:d] @ residuals[:d].T
    conjugate = directions[:d] @ H @ directions[:d].T
    assert np.abs(products - np.diag(np.diag(products))).max() < 1e-8
    assert np.abs(conjugate - np.diag(np.diag(conjugate))).max() < 1e-8
    assert weights[-1] == pytest.approx(np.linalg.solve(H, -c))


def test_the_chapter_goes_through_all_pairs_of_residuals_exactly():
    module = runpy.run_path(str(Path(__file__).parents[2] / "derivations/conjugate_gradients.py"))
    found = module["residuals"](4)
    matrix = sympy.Matrix(4, 4, lambda row, place: sympy.Rational(1, row + place + 1))
    assert found[0] == [-1, 2, -3, 4] and found[4] == [0, 0, 0, 0] != found[3]
    krylov = sympy.Matrix.hstack(*(matrix**power * sympy.Matrix(found[0]) for power in range(3)))
    assert all(krylov.row_join(sympy.Matrix(residual)).rank() == 3 for residual in found[:3])
    assert sympy.Matrix(found[3]).T * krylov == sympy.zeros(1, 3)


def test_the_best_length_is_that_of_the_residual():
    w, p = random.normal(size=d), random.normal(size=d)
    eta = CODE["length_solution"](w=w, p=p, H=H, c=c)
    assert eta == pytest.approx(-(H @ w + c) @ p / (p @ H @ p))
    values = [CODE["value"](w=w + (eta + shift) * p, H=H, c=c) for shift in (-1e-3, 0, 1e-3)]
    assert values[1] == min(values)


@pytest.mark.parametrize(
    ("statement", "wrong", "right"),
    [
        ("(r - (r@r)/(p@H@p)*(H@p)) @ p", "0", "r@p - r@r"),
        ("(r - (r@r)/(p@H@p)*(H@p)) @ r", "0", "r@r - (r@r)*(p@H@r)/(p@H@p)"),
    ],
)
def test_what_is_left_over_is_not_zero_by_itself(statement, wrong, right):
    shapes = {"r": ("d",), "p": ("d",), "H": ("d", "d")}
    with derivation(statement, shapes=shapes, assume={"H": "positive definite"}) as proof:
        with pytest.raises(RefutedError):
            proof.line(wrong, by="orthogonal without the steps before")
        proof.line(right, by="multiply out")
    assert proof.verdict == "proved"
