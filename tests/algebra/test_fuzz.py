"""Texts of all kinds are read or refused: no crash, no hang, no evaluation. Odd input is handled or refused."""

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn import derive
from symnn.algebra.reader import read
from symnn.algebra.reading.words import CONSTANTS, METHODS, PROPERTIES, vocabulary
from symnn.codegen import load_module
from symnn.errors import ReadError, SymnnError

SHAPES = {"X": ("n", "d"), "A": ("n", "n"), "v": ("n",), "c": ("n", 1), "s": (), "L": (2, 3), "E": (1,)}
WORDS = vocabulary()
LEAVES = ["0", "1", "-2", "0.5", "1e3", "()", "'a'", "1j", "None", "True", "n", "lambda", "λ", "ﬁ", "...", "np", "t"]


class Grammar:
    """Texts that look like NumPy, right or wrong."""

    def __init__(self, choice: random.Random) -> None:
        self.choice = choice

    def leaf(self) -> str:
        constants = [f"np.{name}" for name in CONSTANTS]
        return self.choice.choice([*SHAPES, *SHAPES, *LEAVES, *constants])

    def expression(self, depth: int) -> str:
        if depth <= 0:
            return self.leaf()
        makers = [self.operation, self.word, self.method, self.subscript, self.choices, self.loop]
        return self.choice.choice(makers)(depth - 1)

    def operation(self, depth: int) -> str:
        operators = "+ - * / @ ** // % & | ^ < > <= == != is in and or".split()  # noqa: SIM905
        left, right = self.expression(depth), self.expression(depth)
        return self.choice.choice(
            [f"({left} {self.choice.choice(operators)} {right})", f"-{left}", f"~{left}", f"not {left}"]
        )

    def word(self, depth: int) -> str:
        name = self.choice.choice(sorted(WORDS))
        needed = sum(not has_default for _, has_default, _ in WORDS[name].signature())
        count = needed if self.choice.random() < 0.8 else self.choice.randrange(4)
        keywords = self.choice.choice(["", "", "", ", axis=0", ", axis=1", ", keepdims=True", ", k=1", ", foo=2"])
        return f"{name}({', '.join(self.expression(depth) for _ in range(count))}{keywords})"

    def method(self, depth: int) -> str:
        operand = self.expression(depth)
        called = f"{operand}.{self.choice.choice(sorted(METHODS))}({self.expression(depth - 1)})"
        return self.choice.choice([called, f"{operand}.{self.choice.choice([*PROPERTIES, '__class__', 'real'])}"])

    def subscript(self, depth: int) -> str:
        def part() -> str:
            numbers = [str(self.choice.randint(-4, 4)) for _ in range(3)]
            return self.choice.choice(
                [numbers[0], ":".join(numbers), ":", "None", "...", "::-1", self.expression(depth)]
            )

        return f"{self.expression(depth)}[{', '.join(part() for _ in range(self.choice.randint(1, 3)))}]"

    def choices(self, depth: int) -> str:
        parts = [self.expression(depth) for _ in range(3)]
        return self.choice.choice(
            [f"({parts[0]} if {parts[1]} else {parts[2]})", f"(lambda z: {parts[0]})({parts[1]})"]
        )

    def loop(self, depth: int) -> str:
        over = self.choice.choice(["range(3)", "(v, s)", self.expression(depth)])
        return self.choice.choice([f"sum({self.expression(depth)} for i in {over})", f"[{self.expression(depth)}, s]"])

    def text(self) -> str:
        lines = []
        for _ in range(self.choice.choice([0, 0, 1, 2])):
            made = self.expression(self.choice.randint(0, 2))
            forms = "t = {};t += {};t, u = {};for i in range(2): t = {};if {}: t = 1;def f(z): return {};import os"
            lines.append(self.choice.choice(forms.split(";")).format(made))
        return "\n".join([*lines, self.expression(self.choice.randint(1, 4))])


def tried(text: str) -> None:
    used = {name: shape for name, shape in SHAPES.items() if re.search(rf"\b{name}\b", text)}
    try:
        read(text, used)
    except SymnnError as error:
        assert str(error)


@given(st.integers(0, 2**32))
@settings(max_examples=400, deadline=None)
def test_texts_of_a_grammar(seed):
    tried(Grammar(random.Random(seed)).text())


KNOWN = [
    json.loads(line)["expression"] for line in Path(__file__).with_name("objectives.jsonl").read_text().splitlines()
]
TOKENS = sorted({token for text in KNOWN for token in re.findall(r"\w+|[^\w\s]", text)})


@given(st.integers(0, 2**32))
@settings(max_examples=300, deadline=None)
def test_known_texts_with_faults(seed):
    choice = random.Random(seed)
    parts = re.findall(r"\w+|[^\w\s]|\s+", choice.choice(KNOWN))
    for _ in range(choice.randint(1, 3)):
        place = choice.randrange(len(parts))
        parts[place : place + choice.randrange(2)] = choice.choice([[choice.choice(TOKENS)], []])
        parts = parts or ["s"]
    tried("".join(parts))


@given(st.binary(max_size=60))
@settings(max_examples=150, deadline=None)
def test_bytes(noise):
    tried(noise.decode("utf-8", "replace"))
    tried(noise.decode("latin-1"))


# --- odd input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shapes", "reason"),
    [
        ("np.sum(x)", {"x": (0,)}, "positive"),
        ("np.sum(x)", {"x": (-1,)}, "positive"),
        ("np.sum(x)", {"x": (1.5,)}, "positive integer"),
        ("np.sum(x)", {"x": ("n", "d", "k")}, "at most two"),
        ("np.sum(np)", {"np": ("n",)}, "NumPy's"),
        ("x", {"for": ("n",)}, "named like a Python variable"),
        ("x*n", {"x": ("n",), "n": ("d",)}, "both a size and a variable"),
        ("1j*x", {"x": ("n",)}, "real number"),
        ("x[0]", {"x": ()}, "1 subscripts"),
        ("np.inf*x", {"x": ("n",)}, "np.inf"),
        ("x[:, None][:, :, None]", {"x": ("n",)}, "at most two axes"),
        ("9" * 2000 + "*x", {"x": ()}, "length"),
        ("x**" + "9" * 500, {"x": ()}, None),
        ("f = lambda z: f(z)\nf(x)", {"x": ()}, "applies itself"),
        ("f = lambda z: z + z\nt = x\nfor i in range(40): t = f(t)\nt", {"x": ()}, None),
    ],
)  # fmt: skip
def test_odd_input(text, shapes, reason):
    if reason is None:
        assert read(text, shapes).value is not None
        return
    with pytest.raises(ReadError, match=reason):
        read(text, shapes)


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("np.sum(ﬁ**2)*λ", {"fi": ("n",), "λ": ()}),
        ("np.sum(sum*exp)", {"sum": ("n",), "exp": ("n",)}),
        ("lambda*np.sum(x**2)", {"x": ("n",)}),
        ("np.sum(x**2)/n", {"x": ("n",)}),
        ("np.sum(X @ X)", {"X": ("n", "n")}),
        ("np.sum(x**2)", {"x": (1,)}),
        ("np.sum(X[0]*X[:, 0])", {"X": (1, 1)}),
    ],
)
def test_odd_names_and_sizes(text, shapes):
    reading = read(text, shapes)
    result = derive(text, reading.parameters[0].name, shapes)
    assert result.check().passed


def test_arrays_of_integers_and_complex_ones():
    gradient = load_module(derive("np.sum(x**3)", "x", {"x": ("n",)}).numpy("gradient"), "gradient").gradient
    assert gradient([1, 2]).tolist() == [3.0, 12.0]
    with pytest.raises(TypeError, match="real numbers"):
        gradient([1j, 2])
    with pytest.raises(ValueError, match="empty"):
        gradient([])
