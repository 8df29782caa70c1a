"""What all tests share: golden files, written anew by ``pytest --update-golden``, and a small project to build.

Tests compute in one thread each, since the processes of ``pytest -n 2`` would wait for each other's threads.
"""

import os
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test is named alike in each process: no name holds a set, whose order differs, or an address."""
    names = [item.nodeid for item in items if re.search(r"\{'[^']*'[,}]| at 0x", item.nodeid)]
    if names:
        raise pytest.UsageError(f"names of tests that differ from process to process: {names}; write tuples")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Each process goes through files that follow each other, so that what a file shares is made once."""
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the file of this name in the folder ``golden`` beside the test."""
    folder = Path(request.path).parent / "golden"
    update = bool(request.config.getoption("--update-golden"))

    def compare(name: str, text: str) -> None:
        path = folder / name
        if update:
            folder.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path.name} is missing: run pytest --update-golden and read what it wrote"
        assert path.read_text(encoding="utf-8") == text

    return compare


LINE_FIT = '''\
"""A line through the origin.

One weight, no intercept.
"""

from symnn import chapter, derivation, derive, dim, scalar, squared_norm, vector

n = dim("n")
x = vector("x", n, doc="inputs")
y = vector("y", n, doc="targets")
w = scalar("w", doc="slope")

cost = squared_norm(y - w * x) / 2

gradient = derive(cost, wrt=w)
minimum = gradient.solve()

chapter(gradient, minimum, source="T1")
'''

MEAN = '''\
"""The mean as a least squares fit."""

from symnn import chapter, derive, dim, scalar, squared_norm, vector

y = vector("y", dim("n"))
m = scalar("m")

gradient = derive(squared_norm(y - m), wrt=m)

chapter(gradient, source=["T2", "T3"])
'''


@pytest.fixture
def folder(tmp_path):
    """A folder with two chapters, not built."""
    chapters = tmp_path / "derivations"
    chapters.mkdir()
    for name, source in {"line_fit": LINE_FIT, "mean": MEAN}.items():
        (chapters / f"{name}.py").write_text(textwrap.dedent(source), encoding="utf-8")
    return tmp_path
