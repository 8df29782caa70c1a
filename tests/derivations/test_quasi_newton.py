"""BFGS and its kin: SciPy's updates, ranks, and the printed claim that BFGS changes by rank one."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import BFGS, SR1, LbfgsInvHessProduct

from symnn.chapters import load_chapter
from symnn.claims.argument import argument
from symnn.errors import RefutedError
from symnn.results.author import derivation

CODE = runpy.run_path(str(Path(__file__).parents[2] / "generated/quasi_newton.py"))
SHAPES = {"B": ("d", "d"), "s": ("d",), "y": ("d",)}
ALL_SHAPES = {**SHAPES, "a": ("d",), "b": ("d",), "c": ("d",)}
SYMMETRIC = {"B": "positive definite"}
BY_BFGS = "np.outer(y, y)/(y@s) - np.outer(B@s, B@s)/(s@B@s)"
BY_SR1 = "np.outer(y - B@s, y - B@s)/((y - B@s)@s)"

random = np.random.default_rng(8)
d = 5
half = random.normal(size=(7, d))
H, v = half.T @ half, random.normal(size=d)
steps = random.normal(size=(3, d))
changes = steps @ (np.diag(np.arange(1.0, d + 1)) + 0.1)


def minors(change):
    """(bᵀDc)Da and (bᵀDa)Dc, which are equal for all a, b, c where D has at most rank one."""
    return f"(b@({change})@c)*(({change})@a)", f"(b@({change})@a)*(({change})@c)"


def test_the_change_of_bfgs_is_not_of_rank_one():
    left, right = minors(BY_BFGS)
    with derivation(left, shapes=ALL_SHAPES, assume=SYMMETRIC) as proof:
        with pytest.raises(RefutedError):
            proof.line(right, by="rank one, as is printed")
        proof.line(left, by="as it was")


def test_a_matrix_that_comes_back_by_other_factors_is_refused():
    """PKPᵀ has the rank of K where P has full column rank: K comes back, and by PᵀP alone it does not."""
    shapes = {"P": ("d", 2), "K": (2, 2)}
    back = "np.linalg.inv(P.T@P) @ P.T @ P @ K @ P.T"
    with derivation(f"{back} @ P @ np.linalg.inv(P.T@P)", shapes=shapes, assume={"P": "full column rank"}) as proof:
        with pytest.raises(RefutedError):
            proof.line("P.T @ P @ K", by="one inverse forgotten")
        proof.line("K", by="(PᵀP)⁻¹PᵀP = I")
    assert proof.verdict == "proved"


def test_the_change_of_sr1_is_of_rank_one():
    left, right = minors(BY_SR1)
    with derivation(left, shapes=ALL_SHAPES, assume=SYMMETRIC) as proof:
        proof.line(right, by="rank one")
    assert proof.verdict == "proved"


def test_without_a_positive_product_the_update_need_not_be_definite():
    chapter = load_chapter(Path(__file__).parents[2] / "derivations/quasi_newton.py")
    (definite,) = (part for part in chapter.parts if isinstance(part, argument))
    assert definite.verdict == "proved"
    matrix = definite.claims[0].left
    with argument("Without yᵀs > 0") as proof:
        with pytest.raises(RefutedError):
            proof.semidefinite(matrix, by="as it was")
        proof.equal(matrix, matrix, by="as it stands")
    assert min(np.linalg.eigvalsh(CODE["bfgs"](s=steps[0], y=-changes[0], H=H))) < 0
    assert min(np.linalg.eigvalsh(CODE["bfgs"](s=steps[0], y=changes[0], H=H))) > 0


def test_ranks_in_numbers():
    s, y = steps[0], changes[0]
    assert np.linalg.matrix_rank(CODE["bfgs"](s=s, y=y, H=H) - H) == 2
    assert np.linalg.matrix_rank(CODE["sr1"](s=s, y=y, B=H) - H) == 1


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("(B + np.outer(y, y)/(y@s) + np.outer(B@s, B@s)/(s@B@s)) @ s", f"(B + {BY_BFGS}) @ s"),
        ("(B + np.outer(y - B@s, y - B@s)/(y@s)) @ s", f"(B + {BY_SR1}) @ s"),
    ],
)
def test_an_update_that_breaks_the_secant_equation_is_refused(wrong, right):
    with derivation(wrong, shapes=SHAPES, assume=SYMMETRIC) as broken:
        with pytest.raises(RefutedError):
            broken.line("y", by="secant equation")
        broken.line(wrong, by="as it was")
    with derivation(right, shapes=SHAPES, assume=SYMMETRIC) as proof:
        proof.line("y", by="secant equation")
    assert proof.verdict == "proved"


@pytest.mark.parametrize(("name", "strategy", "matrix"), [("bfgs", BFGS, "inv_hess"), ("sr1", SR1, "hess")])
def test_updates_are_scipys(name, strategy, matrix):
    theirs = strategy(init_scale=1.0)
    theirs.initialize(d, matrix)
    mine = np.eye(d)
    for s, y in zip(steps, changes, strict=True):
        theirs.update(s, y)
        mine = CODE[name](s=s, y=y, **{"H" if name == "bfgs" else "B": mine})
    assert mine == pytest.approx(theirs.get_matrix(), rel=1e-10, abs=1e-12)


def test_two_changes_of_a_vector_for_each_pair_are_the_matrix():
    vector, shares = v, []
    for s, y in zip(steps[::-1], changes[::-1], strict=True):
        shares.append(CODE["share"](s=s, y=y, g=vector))
        vector = CODE["before"](s=s, y=y, g=vector)
    matrix = np.eye(d)
    for s, y in zip(steps, changes, strict=True):
        vector = CODE["after"](s=s, y=y, r=vector, alpha=shares.pop())
        matrix = CODE["bfgs"](s=s, y=y, H=matrix)
    assert vector == pytest.approx(matrix @ v, rel=1e-10)
    assert vector == pytest.approx(LbfgsInvHessProduct(steps, changes) @ v, rel=1e-10)
