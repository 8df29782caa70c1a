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
