"""Chapters: reading a file, numbering through, the module, and errors that name file and line."""

import textwrap

import numpy as np
import pytest

from symnn.algebra.language import squared_norm, vector
from symnn.chapters import chapter, equation_block, load_chapter, recorded_equations
from symnn.codegen.emit import load_module
from symnn.errors import ProjectError, RefutedError
from symnn.results.result import derive

PARTS = '''\
    """Sums of squares, twice.

    Written with `Proof`, to have a chapter of two parts.
    """

    from dataclasses import dataclass

    from symnn.algebra.language import squared_norm, vector
    from symnn.algebra.nodes import Inner
    from symnn.algebra.sizes import dims
    from symnn.chapters import chapter
    from symnn.codegen.emit import FunctionSpec
    from symnn.proof.proof import Proof

    (n,) = dims("n")
    a, b = vector("a", n), vector("b", n)


    @dataclass
    class Part:
        name: str
        proof: Proof
        lemmas = rests_on = ()

        @property
        def theorems(self):
            return (self.proof,)

        @property
        def verdict(self):
            return self.proof.status.value

        def functions(self, offsets={}):
            line = self.proof.line
            numbers = {line: len(self.proof.steps) + 1 + offsets.get(self.proof, 0)}
            return (FunctionSpec(self.name, (a, b), (line,), (0,), "a sum", origin=numbers),)


    first = Proof(squared_norm(a + b), ())
    first.step(squared_norm(a + b), Inner(a + b, a + b), rule="definition")
    second = Proof(squared_norm(a - b), ())
    second.step(squared_norm(a - b), Inner(a - b, a - b), rule="definition")
    second.step(Inner(a - b, a - b), Inner(a, a - b) - Inner(b, a - b), rule="linear")
'''


def write(path, source):
    path.write_text(textwrap.dedent(source), encoding="utf-8")
    return path


@pytest.fixture
def sums(tmp_path):
    ending = '    chapter(Part("plus", first), Part("minus", second), source=["L1", "B1"])\n'
    return load_chapter(write(tmp_path / "sums.py", PARTS + ending))


def test_a_chapter_has_its_name_title_introduction_and_sources(sums):
    assert sums.name == "sums"
    assert sums.title == "Sums of squares, twice"
    assert sums.introduction == "Written with `Proof`, to have a chapter of two parts."
    assert sums.sources == ("L1", "B1")
    assert sums.verdict == "proved"


def test_two_parts_with_functions_of_one_name_are_told_apart_by_their_results_names():
    w = vector("w", "d")
    first, second = derive(squared_norm(w), wrt=w), derive(squared_norm(w) / 2, wrt=w)
    with pytest.raises(ProjectError, match=r'give a function named value: name their results.*name="line".*line_value'):
        chapter(first, second)
    chapter(first, derive(squared_norm(w) / 2, wrt=w, name="half"))


def test_equations_are_numbered_through(sums):
    assert [number for number, _ in sums.equations()] == [1, 2, 3, 4, 5]
    assert [numbered.offset for numbered in sums.proofs()] == [0, 2]
    assert sums.equations()[0][1] == str(sums.parts[0].theorems[0].statement)
    assert sums.equations()[4][1] == str(sums.parts[1].proof.line)


def test_the_code_carries_the_numbers_of_the_chapter(sums):
    source = sums.module()
    plus, minus = source.index("def plus("), source.index("def minus(")
    assert "# (2)" in source[plus:minus] and "(5)" not in source[plus:minus]
    assert "# (5)" in source[minus : source.index("# Equations")]
    assert "derivations/sums.py" in source and "symnn build" in source


def test_the_module_computes_what_was_proved_and_is_always_the_same_text(sums):
    module = load_module(sums.module(), "sums")
    a, b = np.array([1.0, 2.0, 3.0]), np.array([0.5, -1.0, 2.0])
    assert module.plus(a, b) == pytest.approx(np.sum((a + b) ** 2))
    assert module.minus(a, b) == pytest.approx(np.sum((a - b) ** 2))
    assert sums.module() == sums.module()


def test_the_module_records_the_equations(sums):
    recorded = recorded_equations(sums.module())
    assert recorded == [(str(number), line) for number, line in sums.equations()]
    assert recorded_equations("import numpy as np\n") == []
    assert recorded_equations(equation_block([])) == []


def test_long_equations_are_wrapped_and_read_back():
    equations = [(9, " + ".join(f"x{place}" for place in range(80))), (10, "x")]
    block = equation_block(equations)
    assert max(map(len, block.splitlines())) <= 120
    assert recorded_equations(block) == [("9", equations[0][1]), ("10", "x")]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('"""Title."""\n\nx = 1\n', "calls chapter.* once, at its end; found 0 calls"),
        ('"""Title."""\n\ny = unknown\n', r"broken.py, line 3: NameError: name 'unknown' is not defined"),
        ('"""Title."""\n\n\ndef f(:\n', r"broken.py, line 4: SyntaxError"),
        ('"""Title."""\nimport sys\nsys.exit(3)\n', r"broken.py, line 3: SystemExit: 3"),
        ('"""Title."""\nfrom symnn.chapters import chapter\nchapter()\n', r"line 3: a chapter has at least one part"),
        (
            '"""Title."""\nfrom symnn.chapters import chapter\nchapter(7)\n',
            r"line 3: a part of a chapter is a result of derive, a solution, a derivation or an argument, found int",
        ),
    ],
)
def test_errors_name_file_and_line(tmp_path, source, message):
    with pytest.raises(ProjectError, match=message):
        load_chapter(write(tmp_path / "broken.py", source))


def test_a_chapter_needs_a_title(tmp_path):
    source = textwrap.dedent(PARTS).split('"""')[2] + 'chapter(Part("plus", first))\n'
    with pytest.raises(ProjectError, match="line 1: a chapter's file begins with"):
        load_chapter(write(tmp_path / "untitled.py", source))


def test_a_false_line_is_refuted_at_its_place(tmp_path):
    source = PARTS + '    first.step(Inner(a + b, a + b), Inner(a + b, a - b), rule="a wrong rule")\n'
    path = write(tmp_path / "wrong.py", source)
    line = len(source.splitlines())
    with pytest.raises(RefutedError, match=rf"wrong.py, line {line}: .*(?s:.*)counterexample at n = ") as caught:
        load_chapter(path)
    assert "a wrong rule" in str(caught.value)


def test_a_file_name_that_is_no_module_name_is_refused(tmp_path):
    with pytest.raises(ProjectError, match=r"named like a Python module, found 'two words\.py'"):
        load_chapter(write(tmp_path / "two words.py", '"""Title."""\n'))


def test_a_call_outside_of_a_file_declares_nothing_elsewhere(sums, tmp_path):
    chapter(*sums.parts)
    with pytest.raises(ProjectError, match="found 0 calls"):
        load_chapter(write(tmp_path / "empty.py", '"""Title."""\n'))
