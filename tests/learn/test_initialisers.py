"""How weights begin: the emitted spreads against the variances of the literature."""

import math

import pytest

from symnn.codegen import emit_function_module, load_module
from symnn.learn.initialisers import INITIALISERS

VARIANCES = {
    "zeros": lambda rows, columns: 0,
    "normal": lambda rows, columns: 1,
    "uniform": lambda rows, columns: 1 / 3,
    "xavier": lambda rows, columns: 2 / (rows + columns),
    "xavier_normal": lambda rows, columns: 2 / (rows + columns),
    "he": lambda rows, columns: 2 / rows,
    "he_uniform": lambda rows, columns: 2 / rows,
    "lecun": lambda rows, columns: 1 / rows,
    "lecun_uniform": lambda rows, columns: 1 / rows,
}


@pytest.mark.parametrize("name", INITIALISERS)
def test_the_spread_gives_the_variance(name: str) -> None:
    initialiser = INITIALISERS[name]
    module = load_module(emit_function_module(initialiser.specification()), name)
    spread = module.spread(784, 28)
    variance = spread**2 / 3 if initialiser.distribution == "uniform" else spread**2
    assert math.isclose(variance, VARIANCES[name](784, 28), rel_tol=1e-14)


def test_a_scale_multiplies_the_spread() -> None:
    module = load_module(emit_function_module(INITIALISERS["he"].specification(0.5)), "he")
    assert math.isclose(module.spread(8, 3), 0.25, rel_tol=1e-15)
