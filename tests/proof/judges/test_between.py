"""What lies between the kinks of two sides is met, however near they are to each other."""

from fractions import Fraction

import pytest

from symnn import derivation, relu, scalar
from symnn.algebra.nodes import as_node
from symnn.errors import RefutedError
from symnn.proof.judges.between import Between, between_kinks
from symnn.proof.judges.fields import DecimalField
from symnn.proof.judges.instance import Draw, fractions
from symnn.proof.judges.interpreter import evaluate
from symnn.proof.judges.kinks import kinks_that_may_differ

SHAPES = {"w": ("d",), "x": ("d",), "X": ("n", "d"), "y": ("n",)}
WRONG = [
    ("np.maximum(0, w@x + b)**3/3", "np.where(w@x + b/2 <= 0, 0, (w@x + b)**2)*x", ("w", "x")),
    ("np.sum(np.maximum(0, X@w - y))", "X.T @ np.where(X@w - 0.9*y <= 0, 0, 1)", ("X", "w", "y")),
    ("np.where(w@w <= 1, w@w/2, np.sqrt(w@w) - 0.5)", "np.where(w@w <= 1.1, w, w/np.sqrt(w@w))", ("w",)),
]


@pytest.mark.parametrize(("objective", "wrong", "names"), WRONG)
def test_a_wrong_threshold_is_refuted_whatever_the_seed(objective, wrong, names):
    for seed in range(6):
        proof = derivation(objective, wrt="w", shapes={name: SHAPES[name] for name in names}, seed=seed)
        with pytest.raises(RefutedError, match="counterexample"):
            proof.line(wrong, by="a guess")


def test_a_right_threshold_that_is_written_in_another_way_is_passed():
    with derivation("np.maximum(0, w@x - b)", wrt="w", shapes={name: SHAPES[name] for name in "wx"}) as proof:
        proof.line("np.where(b >= w@x, 0, 1)*x", by="by cases")
    assert proof.verdict == "checked"


@pytest.mark.parametrize("digits", [3, 9])
@pytest.mark.parametrize("power", [1, 3])
def test_each_part_lies_between_two_kinks(power, digits):
    s, t = scalar("s"), scalar("t")
    near = Fraction(1, 10**digits)
    left, right = relu(s**power - t), relu(s**power - t + as_node(1) / 10**digits)
    kinks = kinks_that_may_differ(left, right)
    assert len(kinks) == 2 and kinks_that_may_differ(left, 2 * left) == []
    found = 0
    for seed in range(12):
        start, end = (Draw({}, fractions(16, 8, (1, -1)), f"{seed}:{side}") for side in "ab")
        for part in between_kinks(kinks, start, end):
            moved = Between(start, end, part)
            s_value, t_value = (moved.value(variable)[0, 0] for variable in (s, t))
            assert -near < s_value**power - t_value < 0
            rows = {s: [[s_value]], t: [[t_value]]}
            assert evaluate(left, rows, DecimalField(30))[0, 0] == 0 < evaluate(right, rows, DecimalField(30))[0, 0]
            found += 1
    assert found >= 3
