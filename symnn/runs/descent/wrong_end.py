"""Where Adam goes to the wrong end (S10): slopes C, −1, −1 in turn on [−1, 1], with Adam, AMSGrad and descent.

The best place is −1, since the slopes have a positive sum. The regret is what was lost against staying there.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from symnn.arrays import Floats
from symnn.formula import Derivations
from symnn.plots import Curve, Panel, Plot
from symnn.runs.descent.stepping import LABELS, emitted_update
from symnn.runs.report import Claim, Report

LARGE_SLOPE = 3.0
BETA2 = 1 / (1 + LARGE_SLOPE**2)
RATE, STEPS = 0.5, 3000
ENDS: Mapping[str, float] = MappingProxyType({"adam_biased": 1.0, "adam": 1.0, "amsgrad": -1.0, "gd": -1.0})
ADAMS, OTHERS = ("adam_biased", "adam"), ("amsgrad", "gd")
NEAR = 0.05
DRAWN, FIRST = ("adam", "amsgrad", "gd"), 90


def slopes(steps: int) -> Floats:
    """C at the steps 1, 4, 7 …, and −1 at all others."""
    return np.where(np.arange(steps) % 3 == 0, LARGE_SLOPE, -1.0)


def places(derivations: Derivations, name: str, steps: int = STEPS) -> Floats:
    """Where an optimiser is after each step, from 0 on, with β₁ = 0 and the rates 0.5/√t, cut off at −1 and 1."""
    settings = {} if name == "gd" else {"beta1": 0.0, "beta2": BETA2}
    update = emitted_update(derivations, name, **settings)
    here = {"x": np.zeros(1)}
    state, found = update.begin(here), []
    for t, slope in enumerate(slopes(steps), 1):
        moved, state = update.step(here, {"x": np.array([slope])}, state, t, RATE / np.sqrt(t))
        here = {"x": np.clip(moved["x"], -1, 1)}
        found.append(here["x"][0])
    return np.array(found)


def amsgrad(derivations: Derivations) -> Report:
    """The example of Reddi, Kale and Kumar (2018) with the emitted updates."""
    report = Report("amsgrad: an example on which Adam goes to the wrong end (row S10)")
    report.remark(
        f"Slopes {LARGE_SLOPE:g}, −1, −1 in turn on [−1, 1]: their sum is positive, and −1 is the best place. β₁ = 0, "
        f"β₂ = 1/(1 + C²) = {BETA2:g}, learning rates {RATE}/√t, {STEPS} steps from 0."
    )
    paths = {name: places(derivations, name) for name in ENDS}
    regrets = {name: np.cumsum(slopes(STEPS) * (_before(path) + 1)) for name, path in paths.items()}
    rows = [
        (LABELS[name], f"{path[-1]:+.4f}", f"{np.mean(path[-300:]):+.4f}", f"{regrets[name][-1] / STEPS:.4f}")
        for name, path in paths.items()
    ]
    report.table("Where they end", ("", "last place", "mean of the last 300", "regret a step"), rows)
    report.compare("Places after the last step", [_claim(name, float(path[-1])) for name, path in paths.items()])
    halves = {name: regret[STEPS // 2 - 1] / (regret[-1] - regret[STEPS // 2 - 1]) for name, regret in regrets.items()}
    report.compare(
        "Regret of the first half of the steps over that of the second",
        [
            *(Claim(f"{LABELS[name]}: it goes on", "at most", 1.1, float(halves[name])) for name in ADAMS),
            *(Claim(f"{LABELS[name]}: it dies out", "at least", 1.5, float(halves[name])) for name in OTHERS),
        ],
    )
    report.plot(_drawn(paths, regrets))
    return report


def _drawn(paths: Mapping[str, Floats], regrets: Mapping[str, Floats]) -> Plot:
    def curves(values: Mapping[str, Floats], steps: int) -> list[Curve]:
        return [Curve(LABELS[name], list(range(1, steps + 1)), values[name][:steps].tolist()) for name in DRAWN]

    places = Panel(f"Places, the first {FIRST} steps", "step", "x", curves(paths, FIRST))
    return Plot(
        "amsgrad",
        "Slopes 3, −1, −1 in turn: Adam and AMSGrad",
        [[places, Panel("Regret", "step", "lost so far", curves(regrets, STEPS))]],
    )


def _before(path: Floats) -> Floats:
    """The places before each step, where its slope is paid for."""
    return np.concatenate([[0.0], path[:-1]])


def _claim(name: str, place: float) -> Claim:
    if ENDS[name] > 0:
        return Claim(f"{LABELS[name]}: the wrong end", "at least", ENDS[name] - NEAR, place)
    return Claim(f"{LABELS[name]}: the right end", "at most", ENDS[name] + NEAR, place)
