"""The update of an optimiser as a part of a chapter: what it proves, the code that it emits, and unknown names."""

import numpy as np
import pytest

from symnn import dim, scalar, vector
from symnn.codegen import Header, emit_module, load_module
from symnn.errors import RefutedError, ShapeError, UnsupportedError
from symnn.learn.optimisers import OPTIMISERS
from symnn.updates import update

n = dim("n")
theta, g = vector("theta", n), vector("g", n)


def emitted(part):
    (function,) = part.functions({part.proof: 7})
    return emit_module(Header("T", "a test", "0", "pytest"), [function])


@pytest.mark.parametrize("name", OPTIMISERS)
def test_the_emitted_step_is_that_of_the_table(name):
    part, rule = update(name), OPTIMISERS[name]
    assert part.verdict == "proved" and len(part.proof.steps) == 1
    own = load_module(emitted(part), "chapter").__dict__[f"{name}_update"]
    table = load_module(emit_module(Header("T", "a test", "0", "pytest"), [rule.specification()]), "table").update
    random = np.random.default_rng(3)
    arguments = [
        random.uniform(0.1, 0.9, size=5 if variable.rank else None) for variable in rule.specification().parameters
    ]
    for mine, theirs in zip(np.atleast_2d(own(*arguments)), np.atleast_2d(table(*arguments)), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_lines_of_code_name_their_equations():
    assert "return parameter - learning_rate * gradient  # (8)" in emitted(update("gd"))


def test_the_proof_says_what_is_added():
    assert str(update("momentum").proof.line) == (
        "−(momentum velocity + learning_rate gradient), momentum velocity + learning_rate gradient"
    )


def test_an_author_cannot_add_a_false_line_to_it():
    part = update("gd")
    with pytest.raises(RefutedError):
        part.line("learning_rate*gradient", by="a wrong sign")


def test_an_unknown_optimiser_is_refused_with_the_known_ones():
    with pytest.raises(UnsupportedError, match="there is no optimiser 'sdg'; there are gd, sgd, momentum"):
        update("sdg")


def test_a_step_takes_vectors_scalars_and_numbers():
    alpha = scalar("alpha")
    step = OPTIMISERS["gd"].step
    assert str(step(parameter=theta, gradient=g, learning_rate=alpha)["parameter"]) == "θ − αg"
    assert str(step(parameter=scalar("x"), gradient=2, learning_rate=alpha)["parameter"]) == "x − α·2"
    assert str(OPTIMISERS["momentum"].step(momentum=0)["velocity"]) == "0 velocity + learning_rate gradient"


def test_a_step_refuses_other_names_and_shapes():
    with pytest.raises(UnsupportedError, match="gd has no momentum; it has parameter, learning_rate, gradient"):
        OPTIMISERS["gd"].step(momentum=scalar("rho"))
    with pytest.raises(ShapeError):
        OPTIMISERS["gd"].step(parameter=theta, gradient=vector("g", dim("m")))
