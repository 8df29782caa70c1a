"""Logic by networks of sigmoid units (S4): by weights that are given, and XOR by weights that are learned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from symnn.arrays import Floats
from symnn.learn.datasets.small import TRUTH_TABLES
from symnn.learn.training import Trained, jobs_of, load_module, train_all
from symnn.plots import Grid, Panel, Plot, Points
from symnn.runs.report import Claim, Report
from symnn.runs.run import Options, Sources

GIVEN: Mapping[str, tuple[float, ...]] = {
    "and": (-30, 20, 20),
    "or": (-10, 20, 20),
    "nor": (10, -20, -20),
    "not": (10, -20),
}
"""The bias and the weights of each gate, as the slides print them."""
NETWORKS = {"xnor": ("and", "nor", "or"), "xor": ("and", "nor", "nor")}
"""Two gates of the inputs, and the gate of these two."""
LARGEST_ERROR = 1e-4
"""σ(−10) is 4.5e-5: so far is a gate from its truth table."""

LEVELS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
"""Where the plot changes its colour."""

Output = Callable[..., Floats]
"""An emitted function of inputs and parameters by name, of any sizes that fit each other."""


def xor(sources: Sources, options: Options) -> Report:
    """Gates and networks of gates by given weights, then XOR learned from its truth table."""
    report = Report("xor: logic by networks of sigmoid units (row S4)")
    of_gate, of_network = (load_module(sources.current_module(name))["output"] for name in ("gate", "xor"))
    _given(report, of_gate, of_network)
    jobs = jobs_of(sources, ["xor"], options.seeds, None)
    learned = train_all(jobs, options.watcher)["xor"]
    _learned(report, learned)
    report.plot(_plot(of_gate, of_network, learned[0]))
    return report


def gate(output: Output, name: str, inputs: Floats | None = None) -> Floats:
    """What a single unit with the weights of a gate gives for rows of inputs, or those of the gate's truth table."""
    bias, *weights = GIVEN[name]
    rows = _inputs(name) if inputs is None else inputs
    return output(rows, W1=np.array([weights]).T, b1=np.array([bias]))[:, 0]


def network(output: Output, name: str, inputs: Floats | None = None) -> Floats:
    """What two layers with the weights of gates give for rows of inputs, or those of a truth table."""
    *hidden, last = (GIVEN[each] for each in NETWORKS[name])
    first = np.array(hidden).T
    rows = _inputs(name) if inputs is None else inputs
    return output(rows, W1=first[1:], b1=first[0], W2=np.array([last[1:]]).T, b2=np.array([last[0]]))[:, 0]


def _inputs(name: str) -> Floats:
    return np.array([row[:-1] for row in TRUTH_TABLES[name]], dtype=np.float64)


def _given(report: Report, of_gate: Output, of_network: Output) -> None:
    found = {name: gate(of_gate, name) for name in GIVEN} | {name: network(of_network, name) for name in NETWORKS}
    rows = [
        (f"{name.upper()}({', '.join(map(str, inputs))})", str(truth), f"{value:.6f}")
        for name, values in found.items()
        for (*inputs, truth), value in zip(TRUTH_TABLES[name], values, strict=True)
    ]
    report.table("Gates by given weights: σ(bias + weights · inputs)", ("", "truth", "network"), rows)
    built = "; ".join(
        f"{name.upper()} = {last.upper()}({', '.join(map(str.upper, rest))})"
        for name, (*rest, last) in NETWORKS.items()
    )
    weights = ", ".join(f"{name.upper()} {list(values)}" for name, values in GIVEN.items())
    report.remark(f"Bias and weights: {weights}. Of two layers: {built}.")
    errors = {
        name: max(abs(row[-1] - value) for row, value in zip(TRUTH_TABLES[name], found[name], strict=True))
        for name in found
    }
    report.compare(
        "Largest distance from the truth table",
        [Claim(name.upper(), "at most", LARGEST_ERROR, float(error)) for name, error in errors.items()],
    )


def _learned(report: Report, trained: Sequence[Trained]) -> None:
    rows = [
        (str(one.job.seed), str(one.best + 1), f"{one.measure('loss'):.2e}", f"{one.measure('accuracy'):g}")
        for one in trained
    ]
    report.table("XOR learned from its four rows", ("seed", "epochs", "loss", "accuracy"), rows)
    report.compare(
        "XOR learned",
        [Claim(f"accuracy, seed {one.job.seed}", "at least", 1.0, one.measure("accuracy")) for one in trained],
    )


def _plot(of_gate: Output, of_network: Output, learned: Trained) -> Plot:
    """The outputs between the rows of the truth tables, too, where no gate is ever used."""
    grid = Grid.of((-0.25, 1.25), (-0.25, 1.25), 61, 61)
    inputs = grid.places
    found = {name.upper(): (name, gate(of_gate, name, inputs)) for name in ("and", "or", "nor")}
    found |= {name.upper(): (name, network(of_network, name, inputs)) for name in NETWORKS}
    found["XOR, learned"] = ("xor", of_network(inputs, **learned.parameters)[:, 0])
    panels = [_plane(title, name, grid, said) for title, (name, said) in found.items()]
    return Plot("xor", "Logic by sigmoid units", (panels[:3], panels[3:]))


def _plane(title: str, name: str, grid: Grid, said: Floats) -> Panel:
    points = [
        Points(word, *zip(*(row[:2] for row in TRUTH_TABLES[name] if row[-1] == truth), strict=True))
        for truth, word in enumerate(("false", "true"))
    ]
    field = grid.field(said, LEVELS, filled=True)
    return Panel(title, "a", "b", points=points, fields=[field], equal=True)
