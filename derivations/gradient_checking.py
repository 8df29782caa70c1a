"""Gradient checking: what differences of values say of a derivative, and the best distance ε.

What J(x + ε) is more than J + εJ′ + ½ε²J″ is an integral over J‴ between both places, and ⅙Mε³ at most where M bounds
|J‴|: so it is ⅙ε³ times some number from −M to M, the J‴ on the right, and there is another one on the left (Taylor's
theorem). In the central difference, J and J″ cancel: its error is at most Mε²/6. The one-sided difference keeps J″,
and has an error of at most Mε/2, where M bounds |J″|.

In float64 each value is off by up to δ, about |J| times 1.1e−16. That adds δ/ε to the error of the central difference,
and 2δ/ε to that of the other: ε must not be too small, either. The sums are least at ε³ = 3δ/M, which is about 1e−5
where all else is about 1, and at ε² = 4δ/M, about 1e−8. Of the central difference about 1e−10 is left, of the one-sided
one 1e−8.
"""

import sympy

from symnn import Equation, argument, chapter, derivation, derive, scalar, sqrt, substitute
from symnn.algebra.nodes import Number

J, J1, J2 = scalar("J", doc="value"), scalar("J1", doc="first derivative"), scalar("J2", doc="second derivative")
right, left = scalar("right", doc="J‴ on the right"), scalar("left", doc="J‴ on the left")
near = scalar("near", doc="J″ near x")
M = scalar("M", assume="positive", doc="bound of the derivative that is left over")
delta = scalar("delta", latex=r"\delta", assume="positive", doc="how far a value is off in float64")
epsilon = scalar("epsilon", latex=r"\epsilon", assume="positive", doc="distance")
best = scalar("best", assume="positive", doc="the distance with the least error")
here, ahead, back = scalar("here", doc="J(x)"), scalar("ahead", doc="J(x + ε)"), scalar("back", doc="J(x − ε)")

s, e, m = sympy.symbols("s epsilon M", positive=True)
F, r = sympy.Function("F"), sympy.Function("r", real=True)
without = F(s) + (e - s) * F(s).diff(s) + (e - s) ** 2 / 2 * F(s).diff(s, 2)
weight = (e - s) ** 2 / 2
note = (
    "F(s) = J(x + s). By (1) and (2), J(x + ε) − J − εJ′ − ½ε²J″ is the integral of ½(ε − s)²F‴(s) from 0 to ε, where "
    "F‴(s) = M − r(s)² with some r. For −M, and for x − ε, the signs change."
)
with argument("Taylor's theorem", note=note) as taylor_bound:
    by = "F(ε) at s = ε, and J + εJ′ + ½ε²J″ at s = 0"
    taylor_bound.sympy(sympy.Derivative(without, s), weight * F(s).diff(s, 3), by=by)
    by = "a value is the integral of the slope"
    taylor_bound.sympy(sympy.Integral(F(s).diff(s), (s, 0, e)), F(e) - F(0), by=by)
    of_bound = sympy.Integral(weight * m, (s, 0, e))
    taylor_bound.integral_at_most(sympy.Integral(weight * (m - r(s) ** 2), (s, 0, e)), of_bound, by="F‴ ≤ M")
    taylor_bound.sympy(of_bound, m * e**3 / 6, by="the integral of ½(ε − s)² is ⅙ε³")

with derivation(ahead / epsilon - here / epsilon, title="One-sided difference", function="one_sided") as one_sided:
    one_sided.line((ahead - here) / epsilon, by="one fraction")

sides = ahead / (2 * epsilon) - back / (2 * epsilon)
with derivation(sides, title="Central difference", function="central") as central:
    central.line((ahead - back) / (2 * epsilon), by="one fraction")

taylor = {
    ahead: J + epsilon * J1 + epsilon**2 * J2 / 2 + epsilon**3 * right / 6,
    back: J - epsilon * J1 + epsilon**2 * J2 / 2 - epsilon**3 * left / 6,
}
with derivation(substitute(central.proof.line, taylor) - J1, title="The error of the central difference") as error:
    error.line(epsilon**2 * (right + left) / 12, by="J and J″ cancel")

shorter = {ahead: J + epsilon * J1 + epsilon**2 * near / 2, here: J}
with derivation(substitute(one_sided.proof.line, shorter) - J1, title="The error of the one-sided one") as error_of_one:
    error_of_one.line(epsilon * near / 2, by="J cancels")

with argument("The error is at most Mε²/6 in size") as bounds:
    limit = M * epsilon**2 / 6
    above = epsilon**2 * ((M - right) + (M - left)) / 12
    below = epsilon**2 * ((M + right) + (M + left)) / 12
    bounds.at_most(error.proof.line, limit, by="J‴ ≤ M", given=[M - right, M - left], margin=above)
    bounds.at_least(error.proof.line, -limit, by="−M ≤ J‴", given=[M + right, M + left], margin=below)

x = sympy.Symbol("x", real=True)
with argument("No smaller multiple of ε² would do") as sharp:
    for function in (sympy.exp, sympy.sin):
        difference = (function(x + e) - function(x - e)) / (2 * e) - sympy.diff(function(x), x)
        derivative = sympy.Derivative(function(x), (x, 3))
        sharp.sympy(sympy.Limit(difference / e**2, e, 0), derivative / 6, by="Taylor's series")

both = derive(M * epsilon**2 / 6 + delta / epsilon, wrt=epsilon, name="error")
with derivation(both.gradient, title="The best distance of the central difference") as stationary:
    stationary.line(M / (3 * epsilon**2) * (epsilon**3 - delta * 3 / M), by="M/(3ε²) outside")
    stationary.line(Equation(stationary.proof.line, Number(0)), by="at the least value")
    stationary.line(Equation(epsilon**3, delta * 3 / M), by="M/(3ε²) is positive", factor=M / (3 * epsilon**2))

of_one = derive(M * epsilon / 2 + 2 * delta / epsilon, wrt=epsilon, name="error_of_one_sided")
with derivation(of_one.gradient, title="The best distance of the one-sided difference") as stationary_of_one:
    stationary_of_one.line(M / (2 * epsilon**2) * (epsilon**2 - delta * 4 / M), by="M/(2ε²) outside")
    stationary_of_one.line(Equation(stationary_of_one.proof.line, Number(0)), by="at the least value")
    stationary_of_one.line(Equation(epsilon**2, delta * 4 / M), by="M/(2ε²) is positive", factor=M / (2 * epsilon**2))

with argument("No other distance has a smaller error", note="Where δ is written by the best distance.") as least:
    by_best = substitute(both.objective, {delta: M * best**3 / 3})
    gap = M * (epsilon - best) ** 2 * (epsilon + 2 * best) / (6 * epsilon)
    least.at_least(by_best, M * best**2 / 2, by="a square is not negative", margin=gap)
    by_best_of_one = substitute(of_one.objective, {delta: M * best**2 / 4})
    gap_of_one = M * (epsilon - best) ** 2 / (2 * epsilon)
    least.at_least(by_best_of_one, M * best, by="a square is not negative", margin=gap_of_one)

third = sympy.Rational(1, 3)
with derivation((delta * 3) ** third / M**third, title="The best distance as a root", function="best_central") as root:
    root.line((delta * 3 / M) ** third, by="the root of a quotient")

with derivation(sqrt(delta) * 2 / sqrt(M), title="And of the one-sided one", function="best_one_sided") as root_of_one:
    root_of_one.line(sqrt(delta * 4 / M), by="the root of a quotient")

chapter(
    taylor_bound,
    one_sided,
    central,
    error,
    error_of_one,
    bounds,
    sharp,
    both,
    stationary,
    of_one,
    stationary_of_one,
    least,
    root,
    root_of_one,
    source="S12",
)
