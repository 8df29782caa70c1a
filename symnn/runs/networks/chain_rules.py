"""Chain rules on random data (L16): each emitted derivative of a composition beside central differences."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from symnn.arrays import Floats
from symnn.formula import Derivations
from symnn.runs.differences import SMALL, central_differences, largest_difference
from symnn.runs.report import Claim, Report

CHAINS: Mapping[str, tuple[str, str, str, str]] = {
    "scalar_vector_vector": ("s → tanh(as) → sin(By)", "jacobian", "s", "aBs"),
    "vector_vector_vector": ("x → tanh(Ax) → sin(By)", "jacobian", "x", "ABx"),
    "matrix_vector_scalar": ("A → Ax → Σ tanh y", "gradient", "A", "Ax"),
    "two_variables": ("x → tanh(Ax), sin(Ax) → Σ exp(uv)", "gradient", "x", "Ax"),
}
"""The chains of a chapter by the names of their results: in words, what is emitted, by what, and the data."""
FIVE = ("A1", "x", "A2", "c")
SIZES = {"a": (3,), "B": (5, 3), "A": (3, 4), "x": (4,), "s": (), "A1": (5, 4), "A2": (3, 5), "c": (3,)}
SEED, DRAWS = 16, 20
FAR = 0.1


def chain_rules(derivations: Derivations) -> Report:
    """Every chain at random data; and how far the chain of five is off with the factor that is printed."""
    report = Report("chain-rules: derivatives of compositions beside central differences (row L16)")
    random = np.random.default_rng(SEED)
    rows, claims = [], []
    for name, (words, what, by, letters) in CHAINS.items():
        found = _worst(derivations, name, what, by, letters, random)
        rows.append((words, by, _shape(found[1])))
        claims.append(Claim(words, "at most", SMALL, found[0]))
    found = _worst(derivations, "five", "gradient", "x", FIVE, random)
    rows.append((words := "x → A₁x → sin → A₂f → f² → cᵀf", "x", _shape(found[1])))
    claims.append(Claim(words, "at most", SMALL, found[0]))
    report.table("The chains, and the shapes of their derivatives", ("", "by", "shape"), rows)
    report.compare(f"Largest difference of {DRAWS} draws", claims)
    _last_factor(report, derivations, random)
    return report


def _drawn(letters: str | tuple[str, ...], random: np.random.Generator) -> dict[str, Floats]:
    return {name: random.normal(size=SIZES[name]) / 2 for name in letters}


def _worst(
    derivations: Derivations,
    name: str,
    what: str,
    by: str,
    letters: str | tuple[str, ...],
    random: np.random.Generator,
) -> tuple[float, Floats]:
    """The largest difference of all draws, and the last derivative."""
    value, emitted = (derivations.function("chain_rules", f"{name}_{part}") for part in ("value", what))
    worst = 0.0
    for _ in range(DRAWS):
        data = _drawn(letters, random)
        derivative = np.asarray(emitted(**data))
        worst = max(worst, largest_difference(value, derivative, data, by))
    return worst, derivative


def _shape(derivative: Floats) -> str:
    return " × ".join(map(str, derivative.shape))


def _last_factor(report: Report, derivations: Derivations, random: np.random.Generator) -> None:
    """The printed chain ends with ∂f⁴/∂f⁴, which is 1, in place of ∂f⁵/∂f⁴ = c."""
    value, gradient = (derivations.function("chain_rules", f"five_{part}") for part in ("value", "gradient"))
    data = _drawn(FIVE, random)
    printed = gradient(**{**data, "c": np.ones(SIZES["c"])})
    off = float(np.abs(printed - central_differences(value, data, "x")).max())
    report.compare(
        "The chain of five as it is printed, with the last factor ∂f⁴/∂f⁴ = 1",
        [Claim("largest difference", "at least", FAR, off)],
    )
    report.remark("Its last factor is ∂f⁵/∂f⁴: without it the gradient is wrong, and is refused by the judges.")
