"""AMSGrad, and an example on which Adam goes to the wrong end.

On [−1, 1] slopes C, −1, −1 come in turn, again and again. Their sum C − 2 is positive, so that −1 is the best place.
With β₁ = 0 and β₂ = 1/(1 + C²) Adam goes to 1, from wherever it is: the large slope enters the average of squares just
before it is divided by its root, so that its step is as short as that of a small slope, and β₂ has made the average
forget it when the small ones come, of which there are two. (Reddi, Kale and Kumar 2018, theorem 1; rates α/√t, without
the correction; C² ≥ 5.)

AMSGrad divides by the root of the largest average so far, and divisors never fall. The large slope sets the largest
average L for the two small ones, which do not raise it, and L is at most C². So three slopes move the parameter by at
least α(C − 2)/(C√t) towards −1, for their first step t. The sum of these moves has no bound.
"""

import sympy

from symnn import Node, argument, chapter, derivation, relu, scalar, sqrt, substitute
from symnn.algebra.nodes import as_node
from symnn.learn.optimisers import OPTIMISERS
from symnn.updates import update

alpha = scalar("alpha", latex=r"\alpha", assume="positive", doc="learning rate of the first step")
C = scalar("C", assume="positive", doc="the large slope")
b1 = scalar("b1", latex=r"\beta_1", doc="β₁")
b = scalar("b", latex=r"\beta_2", doc="β₂")
v = scalar("v", assume="nonnegative", doc="average of squares before the large slope")
v1, v2, v3 = (scalar(f"v{number}", assume="positive", doc=f"after {number} of the three steps") for number in (1, 2, 3))
L = scalar("L", assume="positive", doc="largest average of squares after the large slope")
L0 = scalar("L0", assume="nonnegative", doc="and before it")
c1, c2, c3 = (scalar(f"c{number}", assume="positive", doc="the correction of that step") for number in (1, 2, 3))
x = scalar("x", doc="the parameter before the large slope")
t = scalar("t", assume="positive", doc="the number of the step with the large slope")

amsgrad, biased = update("amsgrad"), OPTIMISERS["adam_biased"]

# --- divisors that never fall --------------------------------------------------------------------------------------

largest, average, slope = scalar("largest"), scalar("average"), scalar("g")
new = amsgrad.step(largest_moment=largest, second_moment=average, gradient=slope, beta2=b)
with argument("The largest average never falls") as growing:
    rise = relu(new["second_moment"] - largest)
    growing.equal(new["largest_moment"], largest + rise, by="max(a, b) = a + max(0, b − a)")
    growing.at_least(new["largest_moment"], largest, by="what is added is not negative", margin=rise)

# --- three steps of Adam -------------------------------------------------------------------------------------------

one = as_node(1)
beta2 = (one + C**2) ** -1
rest = C**2 * beta2


def step_of_adam(place: Node, square: Node, slope: Node, number: Node) -> tuple[Node, Node]:
    """The place and the average of squares after a step with β₁ = 0, with the rate α/√number and no ε."""
    values = {"parameter": place, "first_moment": 0, "second_moment": square, "gradient": slope}
    after = biased.step(**values, learning_rate=alpha / sqrt(number), beta1=0, beta2=beta2, epsilon=0)
    return after["parameter"], after["second_moment"]


fallen, average1 = step_of_adam(x, v, C, t)
risen, average2 = step_of_adam(x, v1, -one, t + one)
risen_again, average3 = step_of_adam(x, v2, -one, t + 2 * one)
fall, rise, second_rise = alpha * C / sqrt(t * v1), alpha / sqrt((t + 1) * v2), alpha / sqrt((t + 2) * v3)
averages = {average1: v1, average2: v2, average3: v3}
moves = [substitute(after - x, averages) for after in (fallen, risen, risen_again)]
with derivation(moves[0] + moves[1] + moves[2], title="Three steps of Adam, with slopes C, −1, −1") as three:
    three.line(rise + second_rise - fall, by="one fall, two rises")


def gap(less: Node, more: Node, apart: Node) -> Node:
    """How far 1/√less is above 1/√more, which is apart from it by so much."""
    return apart / (sqrt(less) * sqrt(more) * (sqrt(less) + sqrt(more)))


k = sympy.Symbol("k", integer=True, positive=True)
high, low, lower, lowest = C**2 - v, v1 - rest * C**2, rest * 2 - v2, (beta2 * 2 + 1) * rest - v3
late, large = t - 1, C**2 - 5
late2 = (t + 1) * lower + 2 * rest * late
late3 = (t + 2) * lowest + rest * (8 * late + beta2 * large * (t + 2)) / 3
note = "β₂ = 1/(1 + C²); v₁, v₂, v₃ are the averages of squares after each of the three steps."
with argument("Adam goes to the wrong end", note=note) as wrong_end:
    wrong_end.equal(1 - beta2, rest, by="β₂ = 1/(1 + C²)")
    wrong_end.at_least(average1, rest * C**2, margin=beta2 * v, by="v₁ ≥ (1 − β₂)C²")
    wrong_end.at_most(average1, C**2, given=[high], margin=beta2 * high, by="v₁ ≤ C²")
    wrong_end.at_most(average2, 2 * rest, given=[C**2 - v1], margin=beta2 * (C**2 - v1), by="v₂ ≤ 2(1 − β₂)")
    wrong_end.at_most(
        average3, (1 + 2 * beta2) * rest, given=[lower], margin=beta2 * lower, by="v₃ ≤ (1 + 2β₂)(1 − β₂)"
    )
    again = C**2 * beta2 * (large + 4) * (1 + beta2)
    wrong_end.at_most((1 + 2 * beta2) * rest, C**2, given=[large], margin=again, by="v ≤ C² holds three steps later")
    wrong_end.at_most((t + 1) * v2, 4 * t * rest, given=[lower, late], margin=late2, by="t + 1 ≤ 2t")
    wrong_end.at_most(
        (t + 2) * v3, 4 * t * rest, given=[lowest, late, large], margin=late3, by="t + 2 ≤ 3t and 1 + 2β₂ ≤ 4/3"
    )
    held = alpha / sqrt(t * rest)
    wrong_end.at_most(fall, held, given=[low], margin=alpha * C * gap(t * rest * C**2, t * v1, t * low), by="the fall")
    wrong_end.at_least(
        rise,
        held / 2,
        given=[lower, late],
        margin=alpha * gap((t + 1) * v2, t * rest * 4, late2),
        by="the first rise is at least half of that",
    )
    wrong_end.at_least(
        second_rise,
        held / 2,
        given=[lowest, late, large],
        margin=alpha * gap((t + 2) * v3, t * rest * 4, late3),
        by="the second too: from 1, Adam is back at 1 after three steps",
    )
    later, half_more, more = t - 8, (t + 1) * lower + rest * (t - 8) / 4, (t + 2) * lowest
    more += rest * ((later * 4 + 8) / 9 + beta2 * large * (t + 2) / 3)
    wrong_end.at_least(
        rise,
        held * 2 / 3,
        given=[lower, later],
        margin=alpha * gap((t + 1) * v2, t * rest * 9 / 4, half_more),
        by="t + 1 ≤ 9t/8 from the eighth step on",
    )
    wrong_end.at_least(
        second_rise,
        held * 3 / 4,
        given=[lowest, later, large],
        margin=alpha * gap((t + 2) * v3, t * rest * 16 / 9, more),
        by="t + 2 ≤ 5t/4: three slopes move it up by 5/12 of the fall, or more",
    )
    wrong_end.diverges(sympy.Sum(1 / sympy.sqrt(3 * k + 1), (k, 3, sympy.oo)), by="so it comes to 1 from everywhere")

# --- three steps of AMSGrad ----------------------------------------------------------------------------------------


def step_of_amsgrad(most: Node, square: Node, slope: Node, number: Node, correction: Node) -> tuple[Node, Node]:
    """The move and the largest average after a step with β₁ = 0 and no ε; the rate undoes the correction 1 − β₂ᵗ."""
    values = {"parameter": x, "first_moment": 0, "second_moment": square, "largest_moment": most, "gradient": slope}
    rate = alpha / sqrt(number * correction)
    after = amsgrad.step(**values, t=number, learning_rate=rate, beta1=b1, beta2=beta2, epsilon=0)
    place = substitute(after["parameter"], {b1**number: as_node(0), one - beta2**number: correction})  # 0ᵗ = 0
    return substitute(place, {b1: as_node(0)}) - x, after["largest_moment"]


large_move, largest1 = step_of_amsgrad(L0, v, C, t, c1)
small_move, largest2 = step_of_amsgrad(L, v1, -one, t + one, c2)
other_move, largest3 = step_of_amsgrad(L, v2, -one, t + 2 * one, c3)
maxima = {largest1: L, largest2: L, largest3: L}
moved = alpha * (C / sqrt(t * L) - 1 / sqrt((t + 1) * L) - 1 / sqrt((t + 2) * L))
title = "Three steps of AMSGrad, with slopes C, −1, −1"
with derivation(substitute(-large_move - small_move - other_move, maxima), title=title) as three_right:
    three_right.line(moved, by="one fall, two rises, all divided by √L")

since = L - rest * C**2
with argument(
    "AMSGrad goes to the right end", note="L₀ and L are the largest averages before and after the large slope."
) as right_end:
    right_end.at_most(largest1, C**2, given=[C**2 - L0, high], by="L ≤ C², as all averages so far")
    right_end.at_most(
        average2,
        L,
        given=[since, C**2 - v1, large],
        margin=since + rest * (large + 3) + beta2 * (C**2 - v1),
        by="L ≥ v₁ ≥ (1 − β₂)C²: the first small slope leaves L as it is",
    )
    right_end.at_most(
        average3,
        L,
        given=[since, lower, large],
        margin=since + rest * (large + 2 + 2 * rest) + beta2 * lower,
        by="and so does the second",
    )
    right_end.at_least(
        moved,
        alpha * (C - 2) / sqrt(t * L),
        margin=alpha * (gap(t * L, (t + 1) * L, L) + gap(t * L, (t + 2) * L, L * 2)),
        by="1/√(t + 1) and 1/√(t + 2) are less than 1/√t",
    )
    right_end.at_least(
        alpha * (C - 2) / sqrt(t * L),
        alpha * (C - 2) / sqrt(t * C**2),
        given=[as_node(C - 2), C**2 - L],
        margin=alpha * (C - 2) * gap(t * L, t * C**2, t * (C**2 - L)),
        by="L ≤ C²",
    )
    right_end.diverges(sympy.Sum(1 / sympy.sqrt(3 * k + 1), (k, 1, sympy.oo)), by="the steps t = 3k + 1")

chapter(amsgrad, growing, three, wrong_end, three_right, right_end, source="S10")
