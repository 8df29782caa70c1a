"""The page as LaTeX: escaped, tagged, and compiled where pdflatex is installed."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from symnn.algebra.language import matrix, scalar, sqrt, squared_norm, total, transpose, vector
from symnn.algebra.names import escape_latex
from symnn.chapters import load_chapter
from symnn.claims.argument import argument
from symnn.proof.proof import Proof
from symnn.proof.step import Judgement, Status
from symnn.typeset.latex import proof_latex, render_latex, statement_latex
from symnn.typeset.page import Page, Passage, Section


def test_every_line_has_its_tag_and_reason(gradient):
    shown = proof_latex(gradient, offset=6)
    for number in (7, 8, 9, 10):
        assert rf"\tag{{{number}}}" in shown
    assert r"\nabla_{\!w} f &= \lambda w - X^{\top} (y - X w) &&\quad \reason{gradient}" in shown


def test_statement(solution):
    shown = statement_latex(solution, solution.conditions)
    assert r"w = (X^{\top} X + \lambda I)^{-1} X^{\top} y$." in shown
    assert r"provided that $X^{\top} X + \lambda I$ is invertible." in shown


def test_what_a_user_typed_is_escaped(page):
    shown = render_latex(page)
    assert r"Ridge 100\% \& more" in shown
    assert r"targets, 100\% \& \_more\_ $|$ $<$b$>$" in shown
    assert r"\end{verbatim}" not in shown
    assert r"\char92{}end\char123{}verbatim" in shown


def _compile(page, folder):
    (folder / "page.tex").write_text(render_latex(page), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "page.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False)
    log = (folder / "page.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log[-2000:]
    return log


needs_latex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")


@needs_latex
def test_the_page_compiles_and_stays_on_the_paper(page, tmp_path):
    assert "Overfull" not in _compile(page, tmp_path)


@needs_latex
def test_hard_pages_compile(page, tmp_path):
    """Long sums, names of every kind, every printable ASCII character, and characters that LaTeX does not know."""
    letters = [matrix(f"M{number}", "n", "n") for number in range(40)]
    long_sum = total(sum(letters[1:], letters[0]) @ vector("very_long_name_indeed", "n")) * scalar("名") + scalar("é_1")
    ascii_text = "".join(map(chr, range(32, 127)))
    section = Section(f"{ascii_text} ½ X⁻¹ 名", Proof(long_sum, []), 0, (scalar("a_b", doc=ascii_text),), (), "lemma")
    code = f"{ascii_text}\n\t# {'é名λ²' * 60}\n"
    log = _compile(replace(page, title=ascii_text, code=code, sections=(*page.sections, section)), tmp_path)
    assert "Missing character" not in log


@needs_latex
def test_an_empty_page_compiles(tmp_path):
    _compile(Page("Nothing"), tmp_path)


def test_a_claim_begins_at_the_left_and_each_thing_that_is_given_has_a_row_of_text():
    a, b = vector("a", "n"), vector("b", "n")
    with argument("Squares") as squares:
        squares.at_least(transpose(a) @ b, 0, by="no entry is below 0", given=[a, b], margin=transpose(a) @ b)
        long = squared_norm(a + b) + squared_norm(a - b) + squared_norm(a + 2 * b) + squared_norm(a - 2 * b)
        squares.at_least(long, 0, by="squares", margin=long)
    shown = render_latex(Page("Squares", sections=(Passage(squares),)))
    first, long_left = shown[shown.index(r"\begin{alignat}") :].split(r"\tag{1}")
    assert r"& a^{\top} b \ge 0 \notag\\" in first
    assert r"&\qquad \text{if every entry of $a$ is nonnegative} \notag\\" in first
    assert r"&\qquad \text{and every entry of $b$ is nonnegative} &&\quad \reason" in first
    assert all(row.startswith("&") for row in long_left.split(r"\end{alignat}")[0].splitlines()[1:])
    assert r"& \qquad 0 &&" in long_left


CHAPTERS = sorted((Path(__file__).parents[2] / "derivations").glob("*.py"))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_character_of_the_chapters_can_be_printed(path):
    shown = escape_latex(path.read_text(encoding="utf-8"))
    assert "[U+" not in shown
    assert all(character.isascii() or "À" <= character <= "ÿ" for character in shown)


@pytest.mark.parametrize("name", ["adam", "conjugate_gradients"])
def test_chapters_with_long_formulas_of_sympy_compile(name, tmp_path):
    (path,) = (path for path in CHAPTERS if path.stem == name)
    page = load_chapter(path).page()
    rows = render_latex(page).split(r"\\")
    assert all(len(re.findall(r"\\left\b", row)) == len(re.findall(r"\\right\b", row)) for row in rows)
    if shutil.which("pdflatex"):
        log = _compile(page, tmp_path)
        assert "Overfull" not in log
        assert "Missing character" not in log


def test_long_formulas_of_conditions_are_displayed():
    a = [vector(f"long_name_{number}", "n") for number in range(6)]
    root = sqrt(sum(a[1:], a[0]))
    shown = statement_latex(Proof(total(root), []))
    displayed = shown[shown.index("provided that ") :]
    assert displayed.startswith("provided that every entry of \n\\begin{gather*}\n")
    assert displayed.endswith("\n\\end{gather*}\n is nonnegative.")
    assert "$" not in displayed


def test_why_a_line_is_undecided_is_told_below_the_lines(gradient):
    judgement = Judgement(Status.UNDECIDED, "exact", reason="100 % of it is open")
    with argument("Squares") as squares:
        squares.at_least(squared_norm(vector("a", "n")), 0, by="a square")
    squares.claims[0] = replace(squares.claims[0], judgement=judgement)
    gradient.steps[-1] = replace(gradient.steps[-1], judgement=judgement)
    latex = render_latex(Page("Open", sections=(Passage(squares), Section("Gradient", gradient, 1))))
    assert re.findall(r"^Line \((\d+)\): (.*)$", latex, re.MULTILINE) == [
        ("1", r"100 \% of it is open"),
        (str(len(gradient.steps) + 2), r"100 \% of it is open"),
    ]
