"""Fields: residues, decimals, and derivatives by differences."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy

from symnn.algebra.functions import PRIMITIVES
from symnn.proof.judges.fields import (
    REAL_FUNCTIONS,
    SMALLEST_PRIME,
    DecimalField,
    OutsideDomain,
    PrimeField,
    RationalField,
    Singular,
    Unclear,
    random_prime,
)


def one(value):
    made = np.empty((1, 1), dtype=object)
    made[0, 0] = value
    return made


def test_moduli_are_different_primes():
    found = {random_prime(str(seed)) for seed in range(200)}
    assert len(found) == 200 and all(SMALLEST_PRIME < prime < 2 * SMALLEST_PRIME for prime in found)
    assert all(map(sympy.isprime, found))


def test_every_primitive_of_the_table_has_real_values():
    assert set(REAL_FUNCTIONS) == set(PRIMITIVES)


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
@pytest.mark.parametrize("order", [0, 1, 2])
def test_values_and_derivatives_are_those_of_sympy(name, order):
    symbol = sympy.Symbol("x", real=True)
    point = sympy.Rational(13 if name == "arccosh" else 5, 8)
    wanted = sympy.diff(PRIMITIVES[name].sympy(symbol), symbol, order).doit().subs(symbol, point).evalf(60)
    found = DecimalField(50).primitive(name, order, one(mpmath.mpf(int(8 * point)) / 8))[0, 0]
    assert abs(sympy.Float(str(found), 60) - wanted) < sympy.Float("1e-47")


@pytest.mark.parametrize("digits", [50, 100])
@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize(
    ("name", "point"),
    [
        *((name, f"1e{power}") for name in ("log", "sqrt") for power in (-300, -30, -24, 8, 60, 370)),
        *((name, point) for name in ("arctan", "arcsinh") for point in ("1e-30", "-1e12", "1e60")),
        ("arccosh", "1e60"),
        *((name, edge) for name in ("arcsin", "arccos", "arctanh") for edge in ("1e-30", "-1e-30")),
    ],
)
def test_derivatives_at_very_large_and_very_small_numbers_are_those_of_sympy(name, point, order, digits):
    symbol = sympy.Symbol("x", real=True)
    derivative = sympy.diff(PRIMITIVES[name].sympy(symbol), symbol, order).doit()
    argument = sympy.Rational(point)
    if name in ("arcsin", "arccos", "arctanh"):
        argument = sympy.sign(argument) * (1 - abs(argument))
    field = DecimalField(digits)
    given = field.number(Fraction(int(argument.p), int(argument.q)))
    with mpmath.workdps(1500):
        exact = mpmath.mpf(given)
        wanted = derivative.subs(symbol, sympy.Float(str(exact), 1500)).evalf(1500)
    found = field.primitive(name, order, one(given))[0, 0]
    assert abs(sympy.Float(str(found), digits) / wanted - 1) < sympy.Float(10) ** (3 - digits)


@pytest.mark.parametrize(("name", "border"), [("sqrt", 0), ("arcsin", 1), ("arccosh", 1)])
def test_a_derivative_at_the_border_of_a_domain_is_unclear_and_the_value_is_not(name, border):
    field = DecimalField(50)
    field.settle(field.primitive(name, 0, one(border)))
    with pytest.raises(Unclear, match="border"):
        field.settle(field.primitive(name, 1, one(border)))


def test_round_off_beyond_the_border_of_a_domain_is_unclear():
    field = DecimalField(50)
    with pytest.raises(Unclear, match="border"):
        field.settle(field.primitive("sqrt", 0, one(field.number(Fraction(-1, 10**45)))))
    field = DecimalField(50)
    with pytest.raises(OutsideDomain):
        field.settle(field.primitive("sqrt", 0, one(field.number(Fraction(-1, 10**5)))))


def test_atoms_depend_on_seed_name_order_and_argument():
    field, other = PrimeField("1"), PrimeField("2")
    asked = [("exp", 0, 5), ("exp", 1, 5), ("exp", 0, 6), ("log", 0, 5)]
    found = [field.primitive(name, order, one(value))[0, 0] for name, order, value in asked]
    assert len({*found, other.primitive("exp", 0, one(5))[0, 0]}) == 5
    assert found == [PrimeField("1").primitive(name, order, one(value))[0, 0] for name, order, value in asked]
    assert all(0 <= value < field.prime for value in found)


def test_division_by_zero_and_numbers_outside_of_a_domain():
    for field in (PrimeField(""), RationalField(), DecimalField(50)):
        assert field.number(Fraction(1, 3)) * 3 % random_prime("") == 1
        with pytest.raises(Singular):
            field.settle(field.reciprocal(one(field.number(Fraction(0)))))
        with pytest.raises(Singular):
            field.pivot(one(field.number(Fraction(0)))[:, 0])
    for name in ("log", "sqrt"):
        field = DecimalField(50)
        with pytest.raises(OutsideDomain):
            field.settle(field.primitive(name, 0, one(-1)))
    field = DecimalField(50)
    with pytest.raises(Unclear, match="too large"):
        field.settle(field.primitive("exp", 0, one(10**9)))


def test_an_entry_without_a_value_spoils_what_is_made_of_it_alone():
    field = DecimalField(50)
    made = field.primitive("log", 0, np.array([[-1, 1]], dtype=object))
    field.settle(made[:, 1:])
    for spoiled in (made, made * 0, field.primitive("step", 0, made), field.reciprocal(made)):
        with pytest.raises(OutsideDomain):
            field.settle(spoiled)
    with pytest.raises(OutsideDomain):
        field.pivot(made[0])


def test_steps_have_the_derivative_zero():
    field = PrimeField("1")
    for name in ("step", "sign"):
        assert field.primitive(name, 1, one(5))[0, 0] == 0 != field.primitive(name, 0, one(5))[0, 0]
    assert field.primitive("relu", 1, one(5))[0, 0] != 0


def test_a_kink_has_a_value_and_no_derivative():
    field = DecimalField(50)
    assert [field.primitive(name, 0, one(0))[0, 0] for name in ("relu", "abs", "sign", "step")] == [0, 0, 0, 0]
    with pytest.raises(Unclear, match="kink"):
        field.settle(field.primitive("relu", 1, one(0)))
    with pytest.raises(Unclear, match="kink"):
        field.settle(field.primitive("step", 0, one(mpmath.mpf("1e-45"))))
    assert field.primitive("relu", 1, one(2))[0, 0] == 1
    assert field.primitive("relu", 1, one(-2))[0, 0] == 0
