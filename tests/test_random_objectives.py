"""Random objectives: value, gradient or Jacobian, Hessian and product with the Hessian agree with NumPy's differences.

The benchmark `random_objectives` tries thousands; what failed there once has a line here.
"""

import warnings

import numpy as np
import pytest
from garden import Objective, Part, below, random_objective, written
from known_cases import differences, evaluate
from random_objectives import failure, smaller


@pytest.mark.parametrize("seed", range(7000, 7030))
def test_no_objective_is_wrong_or_crashes(seed: int) -> None:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        assert failure(random_objective(seed))[0] in ("right", "refused", "unclear", "undefined")


def test_a_seed_gives_one_objective() -> None:
    first, again = random_objective(11), random_objective(11)
    assert first.text == again.text
    assert first.shapes == again.shapes
    assert first.wrt == again.wrt
    assert len({random_objective(seed).text for seed in range(50)}) > 40


def test_what_stands_in_two_places_has_a_name() -> None:
    x = Part("x", ("n",))
    inner = Part("np.exp({})", ("n",), (x,))
    root = Part("({}).sum()", (), (Part("({})*({})", ("n",), (inner, inner)),))
    assert written(root) == "t0=np.exp(x);((t0)*(t0)).sum()"
    assert [part.template for part in below(root)] == ["x", "np.exp({})", "({})*({})", "({}).sum()"]


def test_a_wrong_derivative_is_noticed_and_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oracle is broken on purpose: where it takes exp for exp − 1, the values disagree."""
    objective = Objective(Part("({}).sum()", (), (Part("np.exp({})", ("n",), (Part("x", ("n",)),)),)), {"x": ""}, "x")
    assert failure(objective)[0] == "right"
    monkeypatch.setattr(
        "random_objectives.evaluate", lambda text, values: evaluate(text.replace("exp", "expm1"), values)
    )
    assert failure(objective) == ("wrong", "value")
    assert {made.text for made in smaller(objective)} == {"(x).sum()"}


def test_differences_are_as_good_as_the_derivative() -> None:
    point = np.array([[0.3, -1.2], [2.0, 0.1], [0.4, 0.9]])
    found = differences(lambda array: np.sin(array).sum(0), point)
    wanted = np.zeros((2, 3, 2))
    for row in range(3):
        for column in range(2):
            wanted[column, row, column] = np.cos(point[row, column])
    assert found == pytest.approx(wanted, abs=1e-10)
