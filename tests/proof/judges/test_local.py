"""Lines judged by what changes on them alone, where all the rest may have any value."""

import pytest

from symnn import dims, exp, matrix, relu, scalar, tanh, vector
from symnn.algebra.functions import primitive
from symnn.algebra.masks import minimum
from symnn.algebra.nodes import Differential, Function, Inverse, Map, Node, Number, Ones, Variable
from symnn.algebra.walk import count
from symnn.proof.court import Court
from symnn.proof.judges.local import Local
from symnn.proof.judges.question import Question
from symnn.proof.step import Judgement, Relation, Status

n, d, k = dims("n d k")
X, W, V = matrix("X", n, d), matrix("W", d, k), matrix("V", k, k)
a, b = scalar("a"), scalar("b")
STEP, SIGN = primitive("step"), primitive("sign")


def slope(name: str, operand: Node) -> Node:
    return Map(Function(name).derivative(), operand)


def judged(before: Node, after: Node, wrt: tuple[Variable, ...] = (a,)) -> Judgement:
    return Court(before, wrt).judge(Relation.EQUAL, before, after, line=before)


def test_an_unchanged_part_becomes_one_variable_of_its_shape() -> None:
    deep = tanh(tanh(X @ W) @ V)
    local = Local((W,), 0).localised(Question(slope("tanh", deep), 1 - tanh(deep) ** 2, 0, 0))
    assert local is not None
    assert count(local.question.left) == 3  # tanh′, the part, and tanh′ of it
    assert [(part.name, part.shape) for part in local.varying] == [("part_0", dims("s1 s2"))]
    assert local.sizes == {"s1": "n", "s2": "k"}
    assert not local.kinked


def test_the_same_step_in_another_layer_asks_the_same() -> None:
    local = Local((W, V), 0)
    first, second = tanh(X @ W), tanh(tanh(X @ W) @ V @ W.T)
    asked = [local.localised(Question(slope("tanh", z), 1 - tanh(z) ** 2, 0, 0)) for z in (first, second)]
    assert asked[0] is not None and asked[1] is not None
    assert asked[0].question == asked[1].question
    assert asked[1].sizes == {"s1": "n", "s2": "d"}


def test_parts_that_do_not_vary_stay_constant() -> None:
    before, after = Differential(tanh(a) * tanh(b)), Differential(tanh(a)) * tanh(b)
    local = Local((a,), 0).localised(Question(before, after, 0, 1))
    assert local is not None and len(local.varying) == 1
    assert judged(before, after).status is Status.PROVED
    assert judged(before, after, (a, b)).status is Status.REFUTED


def test_assumptions_of_a_variable_are_kept() -> None:
    p = scalar("p", assume="positive")
    before, after = primitive("sqrt")(p * p), p
    local = Local((), 0).localised(Question(before, after, 0, 0))
    assert local is not None and local.question.right is p
    assert judged(before, after).status is Status.CHECKED
    assert judged(primitive("sqrt")(a * a), a).status is Status.REFUTED


def test_a_fact_about_a_part_is_found_by_judging_the_whole() -> None:
    """√(z²) = z holds for z = exp(a), not for every z."""
    z = primitive("exp")(a)
    assert Local((a,), 0).judge(Question(primitive("sqrt")(z * z), z, 0, 0)) is None
    assert judged(primitive("sqrt")(z * z), z).status is Status.CHECKED


def test_an_identity_that_fails_exactly_at_a_kink_is_refuted_where_a_part_stands_there() -> None:
    """step z = (1 + sign z)/2 holds for every z but 0, and relu(x) is 0 at every second x."""
    x = vector("x", n)
    z = relu(x)
    before, after = Map(STEP, z), (Ones(n) + Map(SIGN, z)) / 2
    local = Local((x,), 0).localised(Question(before, after, 0, 0))
    assert local is not None and local.kinked
    assert judged(before, after, (x,)).status is Status.REFUTED


def test_the_argument_of_a_kink_is_a_part_where_it_stands_outside_of_it_too() -> None:
    """relu z · step z = relu z holds for all z; 2 + sin a is positive, so that the kink is not met on both sides."""
    z = 2 + primitive("sin")(a)
    before, after = relu(z) * Map(STEP, z) * a, relu(z) * a
    assert Local((a,), 0).localised(Question(before, after, 0, 0)) is None
    assert Local((a,), 0).localised(Question(before, after, 0, 0), entered=True) is not None
    assert judged(before, after).status is Status.CHECKED
    assert judged(relu(z) * (1 - Map(STEP, z)) * a, relu(z) * a).status is Status.REFUTED
    assert judged(Map(STEP, z) * a, a).status is Status.UNDECIDED


def test_kinks_elsewhere_are_judged_with_all_that_is_in_them() -> None:
    """z > 3 and z ≥ 3 are the same for random z, and differ for min(x, 3) at every x above 3."""
    z = minimum(a, Number(3))
    before, after = Map(STEP, z - 3), 1 - Map(STEP, 3 - z)
    assert Local((a,), 0).localised(Question(before, after, 0, 0)) is None
    assert judged(before, after).status is Status.REFUTED


def test_what_has_no_value_anywhere_is_not_cancelled() -> None:
    nowhere = a * b - b * a
    assert judged(nowhere / nowhere * tanh(a), tanh(a)).status is Status.UNDECIDED
    singular = X.T @ X - X.T @ X
    assert judged(Inverse(singular) @ singular @ W, W).status is Status.UNDECIDED


@pytest.mark.parametrize("function", [relu, tanh])
def test_sizes_are_those_of_the_proof(function: object) -> None:
    z = X @ W
    before = slope("relu", z) if function is relu else slope("tanh", z)
    after = Map(STEP, z) if function is relu else Ones(n, k) - tanh(z) ** 2
    judgement = judged(before, after, (W,))
    assert judgement.status is Status.CHECKED
    assert judgement.sizes and all(set(sizes) == {"n", "k"} for sizes in judgement.sizes)


def test_a_variable_on_one_side_alone_varies_too() -> None:
    """d(b·eᵃ) is not b·d(eᵇ), although the b on both sides is constant: the a on the left is not."""
    before, after = Differential(b * exp(a)), b * Differential(exp(b))
    local = Local((a,), 0).localised(Question(before, after, 0, 1))
    assert local is not None and len(local.varying) == 1
    assert judged(before, after).status is Status.REFUTED
