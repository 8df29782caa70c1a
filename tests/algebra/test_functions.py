"""The table of functions: what a formula may contain."""

import pytest

from symnn.algebra.functions import ARGUMENT, define
from symnn.algebra.language import scalar, total, trace, vector
from symnn.algebra.nodes import Differential, Extent, Function
from symnn.algebra.sizes import dim
from symnn.algebra.table import load, store
from symnn.errors import CertificateError, SymnnError

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
