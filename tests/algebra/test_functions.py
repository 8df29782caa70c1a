"""The table of functions: what a formula may contain."""

import pytest

from symnn.algebra.functions import ARGUMENT, arbitrary_functions, define, with_formulas
from symnn.algebra.language import scalar, total, trace, vector
from symnn.algebra.nodes import Differential, Extent, Function, Map
from symnn.algebra.reader import read
from symnn.algebra.sizes import dim
from symnn.algebra.table import load, store
from symnn.errors import CertificateError, ReadError, SymnnError
from symnn.proof.court import Court
from symnn.proof.step import Relation, Status

n = dim("n")
BODIES = {
    "another variable": ARGUMENT + scalar("y"),
    "a size": ARGUMENT * Extent(n),
    "a differential": ARGUMENT + Differential(ARGUMENT),
    "a vector": total(vector("v", n)) * ARGUMENT,
    "a sum over a vector of its argument": trace(vector("v", n) @ vector("v", n).T) + ARGUMENT,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_formula_has_the_scalar_x_alone(body):
    with pytest.raises(SymnnError, match="only the scalar x"):
        define("functions_wrong", body)
    with pytest.raises(CertificateError, match="only the scalar x"):
        load(store(Function("functions_wrong", body)))


def test_a_function_is_named_like_one():
    with pytest.raises(SymnnError, match="named like a Python function"):
        define("f(x)", ARGUMENT + 1)


def test_a_name_has_one_formula():
    made = define("functions_square", ARGUMENT**2)
    assert define("functions_square", ARGUMENT**2) is made
    for taken in ("functions_square", "exp", "sigmoid"):
        with pytest.raises(SymnnError, match="taken"):
            define(taken, ARGUMENT**3)


# --- functions of which nothing is known ----------------------------------------------------------------------------


def test_a_name_in_a_text_can_stand_for_any_function_of_each_entry():
    value = read("np.sum(phi(X) * phi(2*X))", {"X": ("n", "d")}, functions=["phi"]).value
    assert str(value) == "∑ φ(X) ⊙ φ(2X)"
    assert arbitrary_functions(value) == ["phi"]
    with pytest.raises(ReadError, match="phi"):
        read("phi(x)")


@pytest.mark.parametrize("name", ["exp", "sigmoid", "x", "not a name"])
def test_a_name_that_is_taken_or_none_stands_for_no_function(name):
    with pytest.raises(ReadError):
        read("x", {"x": ("n",)}, functions=[name])


def test_a_formula_takes_the_place_of_any_function_and_of_its_derivatives():
    x, phi = vector("x", n), Function("phi")
    made = with_formulas(phi(x) + phi.derivative()(x), {"phi": ARGUMENT**2})
    assert made is Function("phi0", ARGUMENT**2)(x) + Function("phi0", ARGUMENT**2, 1)(x)
    assert with_formulas(phi.derivative()(x), {"phi": Map(Function("exp"), ARGUMENT)}) is Function("exp", order=1)(x)


@pytest.mark.parametrize(
    ("claimed", "status"),
    [
        (lambda f, x, y: f(y + x), Status.PROVED),
        (lambda f, x, y: f(x) + f(y), Status.UNDECIDED),
        (lambda f, x, y: f.derivative()(x + y), Status.UNDECIDED),
    ],
)
def test_a_line_on_any_function_is_proved_or_undecided_never_guessed(claimed, status):
    f, x, y = Function("phi"), vector("x", n), vector("y", n)
    assert Court(f(x + y), (x,)).judge(Relation.EQUAL, f(x + y), claimed(f, x, y)).status is status
