"""How the time and memory of a judged derivation grow with the objective: sizes doubled, the ratio for each doubling.

    python benchmarks/scaling.py [--repeat 3] [--largest 300] [FAMILY …]

Every derivation runs in this process after one small one, so that imports and tables are warm. Times are medians of
processor time, of reading, deriving and judging; then of writing the code, the text, LaTeX and the certificate, and of
judging the certificate again. Memory is the largest that Python held at once, in a run of its own. Linear growth shows
as ratios of about 2.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from symnn import derive
from symnn.proof.certificate import certificate, verify
from symnn.results.result import Result


def layers(number: int) -> Result:
    """A chain of named layers of one width, by all weights at once."""
    return _network(number, ["d"] * (number + 1))


def widths(number: int) -> Result:
    """A chain of named layers of different widths, by all weights at once."""
    return _network(number, [f"d{i}" for i in range(number + 1)])


def _network(number: int, sizes: Sequence[str]) -> Result:
    lines = ["Z1 = np.tanh(X@W1)"] + [f"Z{i} = np.tanh(Z{i - 1}@W{i})" for i in range(2, number + 1)]
    weights = {f"W{i}": (sizes[i - 1], sizes[i]) for i in range(1, number + 1)}
    shapes = {"X": ("n", sizes[0]), "Y": ("n", sizes[-1]), **weights}
    return derive("\n".join([*lines, f"np.sum((Z{number} - Y)**2)"]), list(weights), shapes)


def terms(number: int) -> Result:
    """A written sum of different terms."""
    return derive(" + ".join(f"np.sin(a{i}*x)" for i in range(number)), "x")


def nested(number: int) -> Result:
    """A function of a function of …, in one text."""
    return derive("np.sum(" + "np.tanh(" * number + "X@w" + ")" * number + ")", "w", {"X": ("n", "d"), "w": ("d",)})


def matrices(number: int) -> Result:
    """A product of square matrices, by one of them."""
    names = [f"A{i}" for i in range(number)]
    return derive(f"np.sum({'@'.join(names)})", names[number // 2], dict.fromkeys(names, ("n", "n")))


def factors(number: int) -> Result:
    """A product of scalars, by one of them."""
    return derive("*".join(f"a{i}" for i in range(number)), f"a{number // 2}")


@dataclass(frozen=True)
class Family:
    make: Callable[[int], Result]
    largest: int


FAMILIES = {
    "layers": Family(layers, 300),
    "widths": Family(widths, 160),
    "terms": Family(terms, 2000),
    "nested": Family(nested, 300),
    "matrices": Family(matrices, 400),
    "factors": Family(factors, 400),
}


def sizes(largest: int) -> list[int]:
    """Five sizes, each twice the one before."""
    return [largest // 2**halved for halved in reversed(range(5))]


def measured(family: Family, number: int, repeat: int) -> Iterator[float]:
    """Seconds to derive, to write everything out, to judge again, and megabytes."""
    deriving, writing, judging = [], [], []
    for _ in range(repeat):
        gc.collect()
        start = time.process_time()
        result = family.make(number)
        derived = time.process_time()
        result.numpy("value"), result.numpy("gradient"), str(result.proof.line), result.latex()
        text = json.dumps(certificate(result.proof))
        written = time.process_time()
        if not verify(text).holds:
            raise SystemExit(f"a certificate does not hold: {family.make.__name__} {number}")
        deriving.append(derived - start)
        writing.append(written - derived)
        judging.append(time.process_time() - written)
        del result
    tracemalloc.start()
    family.make(number)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    yield from map(statistics.median, (deriving, writing, judging))
    yield peak / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("families", nargs="*", choices=[*FAMILIES, []], help="all of them unless named")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--largest", type=int, help="the largest size of every family")
    given = parser.parse_args()
    for name in given.families or FAMILIES:
        table = Table(name, "derive s", "×", "write s", "×", "verify s", "×", "peak MB", "×")
        family = FAMILIES[name]
        family.make(4)
        before: list[float] = []
        for number in sizes(given.largest or family.largest):
            found = list(measured(family, number, given.repeat))
            ratios = [f"{now / then:.1f}" for now, then in zip(found, before, strict=True)] if before else [""] * 4
            shown = [f"{value:.2f}" if value < 10 else f"{value:.0f}" for value in found]
            table.add_row(str(number), *(part for pair in zip(shown, ratios, strict=True) for part in pair))
            before = found
        Console().print(table)


if __name__ == "__main__":
    main()
