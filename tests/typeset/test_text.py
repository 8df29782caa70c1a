"""The page as text: numbered through, 80 columns, each line with its rule and verdict."""

import re
from dataclasses import replace

import pytest

from symnn import argument, squared_norm, vector
from symnn.proof.step import Judgement, Status
from symnn.typeset.markdown import proof_markdown
from symnn.typeset.page import Page, Passage
from symnn.typeset.text import proof_text, render_text, statement_text


def test_the_lines_of_a_proof(gradient):
    assert [" ".join(row.split()) for row in proof_text(gradient, offset=6).splitlines()] == [
        "(7) f = ½‖y − Xw‖² + ½λ‖w‖²",
        "(8) df = d(½‖y − Xw‖² + ½λ‖w‖²) differential ✓structure",
        "(9) = ⟨λw − Xᵀ(y − Xw), dw⟩ chain rule ✓exact",
        "(10) ∇_w f = λw − Xᵀ(y − Xw) gradient ✓exact",
    ]


def test_equations_follow_by_equivalence(solution):
    rows = [" ".join(row.split()) for row in proof_text(solution).splitlines()]
    assert rows[1].startswith("(2) λw − Xᵀ(y − Xw) = 0 stationary point")
    assert rows[2].startswith("(3) ⟺ (XᵀX + λI)w = Xᵀy collect")
    assert rows[3].startswith("(4) ⟺ w = (XᵀX + λI)⁻¹Xᵀy")


def test_statement(solution):
    assert statement_text(solution, solution.conditions).splitlines() == [
        "Let ∇_w f = λw − Xᵀ(y − Xw)",
        "This is zero if and only if w = (XᵀX + λI)⁻¹Xᵀy",
        "provided that XᵀX + λI is invertible.",
    ]


@pytest.mark.parametrize("width", [40, 80, 100])
def test_the_page_fits(page, width):
    shown = render_text(page, width)
    before_code = shown[: shown.index("generated/ridge_1.py")]
    assert max(map(len, before_code.splitlines())) <= width


def test_the_page_is_complete(page):
    shown = render_text(page)
    assert re.findall(r"^ +\((\d+)\)", shown, flags=re.M) == [str(number) for number in range(1, 9)]
    assert shown.endswith(page.code)
    for part in ("Source: L5, B6", "Second *paragraph*.", "λ scalar; λ > 0", "✓exact both sides", "at most 10⁻"):
        assert part in " ".join(shown.split())


def test_a_long_title_is_wrapped_and_underlined(page):
    title = "Gradient by w of " + " + ".join(f"np.sum(x{number}**2)" for number in range(20))
    rows = render_text(replace(page, title=title), 60).splitlines()
    underlined = next(position for position, row in enumerate(rows) if set(row) == {"="})
    assert " ".join(rows[:underlined]) == title
    assert max(map(len, rows[:underlined])) == len(rows[underlined]) <= 60


def test_all_lines_of_an_argument_stand_below_each_other_also_a_long_one():
    points = [vector(name, "n") for name in "abcdefghij"]
    lengths = sum(map(squared_norm, points[1:]), squared_norm(points[0]))
    with argument("Squares") as squares:
        squares.at_least(squared_norm(points[0]), 0, by="a square", margin=squared_norm(points[0]))
        squares.at_least(lengths, squared_norm(points[0]), by="more squares", margin=lengths - squared_norm(points[0]))
    rows = render_text(Page("Squares", sections=(Passage(squares),)), 60).splitlines()
    numbered = [row for row in rows if re.match(r" *\(\d\)", row)]
    assert [row.index("(") for row in numbered] == [1, 1]
    assert numbered[1].startswith(" (2)  ‖a‖² + ‖b‖²") and max(map(len, rows)) <= 60


def test_why_a_line_is_undecided_stands_below_it():
    judgement = Judgement(Status.UNDECIDED, "exact", reason="nobody knows what happens at the border\nwrite more lines")
    with argument("Squares") as squares:
        squares.at_least(squared_norm(vector("a", "n")), 0, by="a square")
    squares.claims[0] = replace(squares.claims[0], judgement=judgement)
    rows = render_text(Page("Squares", sections=(Passage(squares),)), 40).splitlines()
    place = next(place for place, row in enumerate(rows) if row.endswith("a square  ? undecided"))
    assert rows[place + 1 : place + 4] == [
        "      nobody knows what happens at the",
        "      border",
        "      write more lines",
    ]


def test_why_a_step_is_undecided_stands_below_it(gradient):
    judgement = Judgement(Status.UNDECIDED, "exact", reason="nobody knows")
    gradient.steps[-1] = replace(gradient.steps[-1], judgement=judgement)
    assert proof_text(gradient).endswith("? undecided\n      nobody knows\n")
    assert proof_markdown(gradient).endswith("? undecided\n\nnobody knows\n")
