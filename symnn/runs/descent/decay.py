"""A learning rate that falls as α/√(t + 1) (S10): on a parabola with noise, and in the training of a network.

Every step on the parabola is taken by the emitted update of gradient descent, with rates by the emitted decay; what is
expected comes from the emitted recursion of the chapter. The network's models name the decay in their files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

import numpy as np

from symnn.arrays import Floats
from symnn.formula import Derivations
from symnn.learn.training import Trained, jobs_of, train_all
from symnn.plots import Curve, Panel, Plot
from symnn.runs.report import Claim, Comparison, Report
from symnn.runs.run import Options, Sources, curve, settings_of, spread

Rate = Callable[[int, float], float]
"""The learning rate after t steps, where the expected square is q."""

CHAPTER = "decay"
SIGMA, START = 1.0, 10.0
LARGE, SMALL = Fraction(1, 2), Fraction(1, 20)
CONSTANT, LITTLE, FALLING, BEST = "0.5", "0.05", "0.5/√(t + 1)", "q/(q + σ²)"
STEPS, SIDE_BY_SIDE = 1_000, 2_000
SHOWN = (1, 10, 100, 1_000)
MODELS = {"iris_sgd": "0.3", "iris_sgd_decay": "0.3/√(t + 1)"}
PASSES, LAST = (1, 5, 10, 20, 30), 10


@dataclass(frozen=True)
class Noisy:
    """The parabola ½θ² with noise: the emitted functions of the chapter, and the rules for the rate by name."""

    expected: Callable[..., float]
    step: Callable[..., Floats]
    rules: Mapping[str, Rate]

    @classmethod
    def of(cls, derivations: Derivations) -> Noisy:
        """From the emitted functions."""
        expected, best, decay = (
            derivations.function(CHAPTER, name) for name in ("expected_value", "expected_solution", "decay_value")
        )
        rules: dict[str, Rate] = {
            CONSTANT: lambda t, q: float(LARGE),
            LITTLE: lambda t, q: float(SMALL),
            FALLING: lambda t, q: float(LARGE) * float(decay(t)),
            BEST: lambda t, q: float(best(q, SIGMA)),
        }
        return cls(expected, derivations.function("momentum", "gd_update"), rules)

    def squares(self, rule: Rate) -> Iterator[tuple[float, float]]:
        """The expected square after each step, and the rate of the next one."""
        t, q = 0, START**2
        while True:
            rate = rule(t, q)
            yield q, rate
            t, q = t + 1, float(self.expected(rate, q, SIGMA))

    def measured(self, rates: Sequence[float]) -> Floats:
        """The mean square of many runs side by side, each with its own noise: before the first step and after each."""
        source, places, found = np.random.default_rng(0), np.full(SIDE_BY_SIDE, START), [START**2]
        for rate in rates:
            slopes = places + SIGMA * source.normal(size=SIDE_BY_SIDE)
            places = self.step(places, slopes, rate)
            found.append(float(np.mean(places**2)))
        return np.array(found)


def decay(sources: Sources, options: Options) -> Report:
    """Rates that stay and rates that fall, where the answer is known and where it is not."""
    report = Report("decay: a learning rate that falls as α/√(t + 1), where gradients are noisy (row S10)")
    noisy = Noisy.of(sources)
    _floors(report, sources)
    pairs = {name: list(islice(noisy.squares(rule), STEPS + 1)) for name, rule in noisy.rules.items()}
    expected = {name: np.array([q for q, _ in found]) for name, found in pairs.items()}
    measured = {name: noisy.measured([rate for _, rate in found[:-1]]) for name, found in pairs.items()}
    _parabola(report, expected, measured)
    trained = train_all(jobs_of(sources, MODELS, options.seeds, options.folder), options.watcher)
    _network(report, sources, options, trained)
    report.plot(_plot(expected, measured, trained))
    return report


def _floors(report: Report, derivations: Derivations) -> None:
    """Exactly by the chapter's formulas, and in float64 by their functions."""
    square, best = derivations.objective(CHAPTER), derivations.solution(CHAPTER)
    found = []
    for rate in (LARGE, SMALL):
        q = rate / (2 - rate)
        given = {"a": rate, "q": q, "sigma": Fraction(1)}
        exact, computed = square.exact(**given)[0][0], float(square.computed(**given))
        found.append(Comparison(f"q after a = {float(rate):g}", q, exact, computed))
    for q, rate in ((Fraction(100), Fraction(100, 101)), (Fraction(1, 9), Fraction(1, 10))):
        given = {"q": q, "sigma": Fraction(1)}
        exact, computed = best.exact(**given)[0][0], float(best.computed(**given))
        found.append(Comparison(f"best a for q = {q}", rate, exact, computed))
    report.compare("The q = E θ² that a constant rate a keeps, and the best a of one step, for σ = 1", found)


def _parabola(report: Report, expected: Mapping[str, Floats], measured: Mapping[str, Floats]) -> None:
    rows = []
    for name, values in expected.items():
        rows.append((name, *(f"{measured[name][t]:.4g}" for t in SHOWN)))
        rows.append(("  q expected", *(f"{values[t]:.4g}" for t in SHOWN)))
    columns = ("rate", *(f"{t} steps" for t in SHOWN))
    report.table(f"Mean of θ² in {SIDE_BY_SIDE} runs on ½θ² with noise, from θ = {START:g}", columns, rows)
    first, bounds = bound(expected[FALLING])
    used = expected[FALLING][first:] / bounds
    ratios = [measured[name][-1] / values[-1] for name, values in expected.items()]
    report.compare(
        f"After {STEPS} steps",
        [
            Claim("found over expected, the least", "at least", 0.9, float(min(ratios))),
            Claim("found over expected, the largest", "at most", 1.1, float(max(ratios))),
            Claim(f"{CONSTANT}: over its floor", "at least", 0.9, float(measured[CONSTANT][-1] * (2 / LARGE - 1))),
            Claim(f"{FALLING}: over that", "at most", 0.05, float(measured[FALLING][-1] / measured[CONSTANT][-1])),
            Claim(f"{FALLING}: part of its bound, the largest later", "at most", 1.0, float(used[1:].max())),
        ],
    )
    report.remark(
        "A constant rate ends at its floor aσ²/(2 − a). One that falls as 1/√(t + 1) has none. The best rate of each "
        "step, q/(q + σ²), is better still, but one must know q and σ for it."
    )


def bound(squares: Floats) -> tuple[int, Floats]:
    """The first step from which on the chapter has the bound K/√(t + 1), with the least K, and the bound from there."""
    alpha, roots = float(LARGE), np.sqrt(np.arange(len(squares)) + 1)
    first = int(np.argmax(roots >= alpha + 1 / (2 * alpha)))
    return first, max(alpha * SIGMA**2, squares[first] * roots[first]) / roots[first:]


def _network(report: Report, sources: Sources, options: Options, trained: Mapping[str, Sequence[Trained]]) -> None:
    columns = ("", "weights", "learning rate", "batch", "epochs", "patience")
    report.table("Two model files", columns, [(name, *settings_of(sources.model(name))) for name in MODELS])
    losses = {name: [one.history["loss"] for one in found] for name, found in trained.items()}
    rows = [
        (what, *(spread([one[passes - 1] for one in losses[name]], decimals=2) for passes in PASSES))
        for name, what in MODELS.items()
    ]
    heading = f"Loss of iris after some passes, over {options.seeds} seeds; t is the passes that are done"
    report.table(heading, ("", *map(str, PASSES)), rows)
    stays, falls = (np.array([one[-LAST:] for one in losses[name]]) for name in MODELS)
    report.compare(
        f"In the last {LAST} passes: the rate that falls over the one that stays",
        [
            Claim("mean loss", "at most", 0.9, float(falls.mean() / stays.mean())),
            Claim("deviation of the loss", "at most", 0.5, float(falls.std(axis=1).mean() / stays.std(axis=1).mean())),
        ],
    )


def _plot(
    expected: Mapping[str, Floats], measured: Mapping[str, Floats], trained: Mapping[str, Sequence[Trained]]
) -> Plot:
    times = list(range(1, STEPS + 1))
    found = [Curve(name, times, values[1:].tolist()) for name, values in measured.items()]
    first, bounds = bound(expected[FALLING])
    parabola = Panel(
        "½θ² with noise",
        "step",
        "mean of θ²",
        [*found, Curve("bound K/√(t + 1)", list(range(first, STEPS + 1)), bounds.tolist())],
        logarithmic=True,
        logarithmic_y=True,
    )
    curves = [curve(what, trained[name], "loss") for name, what in MODELS.items()]
    network = Panel("Iris, one sample in each step", "passes over the samples", "loss", curves, logarithmic_y=True)
    return Plot("decay", "Learning rates that stay, and that fall", [[parabola, network]])
