"""Newton's method in numbers: exact on quadratics, SciPy's own valley, and steps that lead away or to a maximum."""

import runpy
from pathlib import Path

import numpy as np
import pytest
import sympy
from scipy.optimize import rosen, rosen_der, rosen_hess, rosen_hess_prod

from symnn.claims.argument import argument
from symnn.errors import RefutedError
from symnn.results.author import derivation
from symnn.results.result import derive

CODE = runpy.run_path(str(Path(__file__).parents[2] / "generated/newton.py"))


def test_the_step_solves_the_gradient_of_the_model():
    random = np.random.default_rng(11)
    half, g = random.normal(size=(4, 4)), random.normal(size=4)
    H = half + half.T
    step = CODE["several_variables_solution"](H=H, g=g)
    assert H @ step + g == pytest.approx(np.zeros(4), abs=1e-12)
    assert CODE["one_variable_solution"](slope=3.0, curvature=4.0) == -0.75


@pytest.mark.parametrize("d", [2, 5])
def test_the_valley_is_scipys(d):
    random = np.random.default_rng(d)
    w, direction = random.normal(size=d), random.normal(size=d)
    assert CODE["valley_value"](w) == pytest.approx(rosen(w))
    assert CODE["valley_gradient"](w) == pytest.approx(rosen_der(w))
    assert CODE["valley_hessian"](w) == pytest.approx(rosen_hess(w))
    assert CODE["valley_hvp"](w, direction) == pytest.approx(rosen_hess_prod(w, direction))


@pytest.mark.parametrize(("start", "end"), [(0.9, 0.9 ** (3**3)), (1.5, 1.5 ** (3**3))])
def test_three_steps_on_the_root_take_the_third_power_three_times(start, end):
    x = start
    for _ in range(3):
        x = x - CODE["root_gradient"](x) / CODE["root_hessian"](x)
    assert x == pytest.approx(-end, rel=1e-6)


def test_a_step_on_the_root_is_not_the_one_without_the_old_place():
    root = derive("np.sqrt(1 + x**2)", "x")
    (x,) = root.wrt
    with derivation(x - root.gradient / root.hessian) as proof:
        with pytest.raises(RefutedError):
            proof.line(x**3, by="the sign forgotten")
        proof.line(-(x**3), by="corrected")
    assert proof.verdict == "proved"


def test_the_error_is_not_squared_with_another_factor():
    e, third = sympy.symbols("e third", real=True)
    second = sympy.Symbol("second", positive=True)
    near = second * e**2 / 2 + third * e**3 / 6
    ratio = (e - sympy.diff(near, e) / sympy.diff(near, e, 2)) / e**2
    with argument("The error of a step") as proof:
        with pytest.raises(RefutedError):
            proof.sympy(sympy.Limit(ratio, e, 0), third / second, by="the factor 2 lost")
        proof.sympy(sympy.Limit(ratio, e, 0), third / (2 * second), by="corrected")


def test_the_error_is_squared_exactly_on_x_minus_log_x():
    x = 0.75
    after = x + CODE["several_variables_solution"](
        g=[CODE["logarithm_gradient"](x)], H=[[CODE["logarithm_hessian"](x)]]
    )
    assert 1 - after[0] == 0.0625
