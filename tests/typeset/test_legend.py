"""What a page says of a proof as a whole: the worst of its lines, and of the proofs that they take for granted."""

import pytest

from symnn.chapters import Chapter
from symnn.results.any_depth import backpropagation
from symnn.results.result import derive
from symnn.typeset import legend

CHECKED = "checked: at least one line rests on digits"
PROVED = "proved: every line was passed exactly"
RESTS = "checked: its own lines are proved, but not all of those that it rests on"


def test_a_proof_rests_on_others(gradient):
    digits = derive("np.sum(np.exp(w))", "w", {"w": ("d",)}).proof
    assert legend.verdict(gradient) == legend.verdict(gradient, [gradient]) == PROVED
    assert legend.verdict(digits) == legend.verdict(digits, [gradient]) == CHECKED
    assert legend.verdict(gradient, [gradient, digits]) == RESTS


@pytest.mark.parametrize(
    ("loss", "verdicts"),
    [("np.sum((A - Y)**2) / 2", [PROVED, PROVED]), ("np.sum(np.exp(A) - Y*A)", [RESTS, CHECKED])],
)
def test_an_induction_is_worth_what_its_base_is(loss, verdicts):
    shapes = {"A_before": ("m", "M_before"), "W": ("M_before", "M"), "Y": ("m", "M")}
    theorem = backpropagation("Z = A_before @ W; A = phi(Z)", loss, shapes, "W", functions="phi")
    sections = Chapter("c", "C", "", ("L17",), (theorem,), "derivations/c.py").page().sections
    found = {section.kind: section.verdict for section in sections}
    assert [found["theorem"], found["base"]] == verdicts
    assert theorem.verdict == verdicts[0].partition(":")[0]


def test_a_closed_form_is_worth_what_its_gradient_is():
    result = derive("np.sum(np.exp(a)) * ((w - b) @ (w - b))", "w", {"w": ("d",), "a": ("k",), "b": ("d",)})
    solution = result.solve()
    chapter = Chapter("c", "C", "", ("L3",), (result, solution), "derivations/c.py")
    found = [section.verdict for section in chapter.page().sections if section.proof in solution.theorems]
    assert found == [legend.verdict(solution.proof, [result.proof, *solution.lemmas])]
    assert found[0].startswith(solution.verdict)
