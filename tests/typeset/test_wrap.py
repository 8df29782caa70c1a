"""Long formulas break at their outermost signs."""

from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.typeset.wrap import latex_width, split_sentence, wrap_formula, wrap_latex


def test_outer_signs_come_first():
    assert wrap_formula("(aaaa + bbbb) + (cccc + dddd)", 20) == ["(aaaa + bbbb)", "+ (cccc + dddd)"]
    assert wrap_latex("(aaaa + bbbb) + (cccc + dddd)", 20) == ["(aaaa + bbbb)", "+ (cccc + dddd)"]


def test_groups_of_latex_are_not_broken():
    fraction = r"\frac{a + b + c + d + e + f}{g}"
    assert wrap_latex(f"{fraction} + {fraction}", 14) == [fraction, f"+ {fraction}"]


def test_what_stretches_stays_on_one_line():
    for whole in (r"\left[aaaa + bbbb + cccc\right]", r"\begin{cases}a + b & c \\ d + e & f\end{cases}"):
        assert wrap_latex(f"{whole} + {whole}", 10) == [whole, f"+ {whole}"]
    assert wrap_latex(r"\operatorname{E}\Bigl[aaaa + bbbb\Bigr]", 8) == [r"\operatorname{E}\Bigl[aaaa", r"+ bbbb\Bigr]"]


def test_a_sentence_is_split_at_its_formulas():
    sentence = r"that $a$, 5\$ and $\text{all $b$ are}$ hold"
    assert split_sentence(sentence) == ["that ", "a", r", 5\$ and ", r"\text{all $b$ are}", " hold"]


def test_width_of_latex():
    assert latex_width(r"\lambda w") == 2
    assert latex_width(r"\frac{a b}{c}") == 2
    assert latex_width(r"X^{\top} (X w - y)") == 9
    assert latex_width(r"\lVert r \rVert") == 3


@settings(max_examples=200, deadline=None)
@given(st.text("ab+− ()⊙,", max_size=120), st.integers(8, 40))
def test_nothing_is_lost_and_every_line_fits(formula, width):
    lines = wrap_formula(formula, width, 4)
    assert "".join(lines).replace(" ", "") == formula.replace(" ", "")
    assert all(len(line) <= width for line in lines[:1])
    assert all(len(line) <= width - 4 for line in lines[1:])
