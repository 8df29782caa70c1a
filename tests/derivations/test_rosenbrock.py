"""Rosenbrock's valley in numbers: against SciPy's, in two and in more variables."""

import numpy as np
import pytest
from scipy.optimize import rosen, rosen_der, rosen_hess


def test_the_chapter(chapter):
    said = [numbered.proof for numbered in chapter.proofs() if hasattr(numbered, "proof")]
    assert chapter.verdict == "proved"
    assert [str(proof.line) for proof in said[1:]] == ["1002", "400"]
    curvatures = np.linalg.eigvalsh(rosen_hess(np.ones(2)))
    assert curvatures.sum() == pytest.approx(1002) and curvatures.prod() == pytest.approx(400)
    assert 2500 < curvatures[1] / curvatures[0] < 2510


@pytest.mark.parametrize("size", [2, 5])
def test_value_and_gradient_are_those_of_scipy(chapter, size):
    space = {}
    exec(compile(chapter.module(), "rosenbrock.py", "exec"), space)
    x = np.random.default_rng(size).normal(size=size)
    assert space["value"](x) == pytest.approx(rosen(x))
    np.testing.assert_allclose(space["gradient"](x), rosen_der(x), rtol=1e-12)
