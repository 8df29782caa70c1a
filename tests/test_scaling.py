"""The work of a derivation, counted, grows no faster than the objective."""

from collections import Counter
from collections.abc import Callable
from types import ModuleType

import pytest

from symnn import derive
from symnn.algebra.nodes import Node
from symnn.algebra.walk import count
from symnn.calculus import ordering
from symnn.calculus.rewriting import _Pass
from symnn.errors import UnsupportedError
from symnn.proof import line
from symnn.proof.judges.interpreter import Interpreter
from symnn.proof.line import Line
from symnn.results.result import Result

GROWTH = 2.3


def layers(number: int) -> Result:
    """A network of named layers, by all weights at once."""
    lines = ["Z1 = np.tanh(X@W1)"] + [f"Z{i} = np.tanh(Z{i - 1}@W{i})" for i in range(2, number + 1)]
    weights = [f"W{i}" for i in range(1, number + 1)]
    shapes = {"X": ("n", "d"), "Y": ("n", "d"), **dict.fromkeys(weights, ("d", "d"))}
    return derive("\n".join([*lines, f"np.sum((Z{number} - Y)**2)"]), weights, shapes)


def terms(number: int) -> Result:
    return derive(" + ".join(f"np.sin(a{i}*x)" for i in range(number)), "x")


def nested(number: int) -> Result:
    return derive("np.sum(" + "np.tanh(" * number + "X@w" + ")" * number + ")", "w", {"X": ("n", "d"), "w": ("d",)})


def matrices(number: int) -> Result:
    names = [f"A{i}" for i in range(number)]
    return derive(f"np.sum({'@'.join(names)})", "A3", dict.fromkeys(names, ("n", "n")))


def factors(number: int) -> Result:
    return derive("*".join(f"a{i}" for i in range(number)), "a3")


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often nodes were evaluated, put on a line or built there, visited, rebuilt and compared."""
    found: Counter[str] = Counter()

    def counted(owner: type | ModuleType, name: str) -> None:
        original = getattr(owner, name)

        def method(self: object, *given: object) -> object:
            found[name] += 1
            return original(self, *given)

        monkeypatch.setattr(owner, name, method)

    counted(Interpreter, "_combine")
    counted(Line, "_enter")
    counted(Line, "_build")
    counted(_Pass, "_rebuilt")
    counted(_Pass, "_rewritten")
    counted(Node, "rebuild")
    counted(ordering, "term_key")
    counted(ordering, "_shape")
    return found


@pytest.mark.parametrize(
    ("family", "size"),
    [(layers, 20), (terms, 40), (nested, 24), (matrices, 60), (factors, 60)],
    ids=["layers", "terms", "nested", "matrices", "factors"],
)
def test_twice_the_size_takes_twice_the_work(family: Callable[[int], Result], size: int, work: Counter[str]) -> None:
    family(4)  # what is asked once and for all
    counts = []
    for number in (size, 2 * size):
        work.clear()
        result = family(number)
        assert result.verdict in ("proved", "checked")
        counts.append(work + Counter(steps=len(result.proof.steps), nodes=count(result.proof.line)))
    small, large = counts
    assert small["_combine"] and small["_enter"] and small["_rewritten"]
    for what, times in large.items():
        assert times <= GROWTH * max(small[what], 20), (what, small, large)


def test_what_is_printed_and_emitted_is_linear() -> None:
    small, large = layers(20), layers(40)
    for text in (
        lambda result: str(result.proof.line),
        lambda result: result.latex(),
        lambda result: result.numpy("gradient"),
        lambda result: result.numpy("value"),
    ):
        assert len(text(large)) <= GROWTH * len(text(small))


def test_a_proof_beyond_the_stated_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "MOST_PARTS", 300)
    with pytest.raises(UnsupportedError, match="more than 300 parts is not made"):
        terms(40)
