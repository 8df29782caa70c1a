"""A theorem by induction over layers on a page: words, formulas, sections, width, LaTeX that compiles."""

import shutil
import subprocess

import pytest

from symnn.chapters import Chapter
from symnn.results.any_depth import Backpropagation, backpropagation
from symnn.typeset.induction import claims
from symnn.typeset.latex import render_latex
from symnn.typeset.markdown import render_markdown
from symnn.typeset.page import Page
from symnn.typeset.text import render_text


@pytest.fixture(scope="module")
def theorem() -> Backpropagation:
    return backpropagation(
        "Z = A_before @ W; A = np.where(Z > 0, Z, s*Z)",
        "E = A - Y; np.sum(E**2) / 2",
        {"A_before": ("m", "M_before"), "W": ("M_before", "M"), "Y": ("m", "M")},
        ["W", "s"],
        by="Z",
        penalty="lam*np.sum(W**2)/2",
    )


@pytest.fixture(scope="module")
def page(theorem: Backpropagation) -> Page:
    return Chapter(
        "rectified", "Layers with a learned slope", "", ("S6",), (theorem,), "derivations/rectified.py"
    ).page()


def test_the_claims_say_what_is_given_and_of_which_layers_each_formula_holds(theorem):
    found = [(claim.words.text, [formula.text for formula in claim.formulas]) for claim in claims(theorem.induction)]
    assert found == [
        ("For l = 1, …, L, with A⁽⁰⁾ = X, let", ["Z⁽ˡ⁾ = A⁽ˡ⁻¹⁾W⁽ˡ⁾", "A⁽ˡ⁾ = where(Z⁽ˡ⁾ > 0, Z⁽ˡ⁾, s⁽ˡ⁾Z⁽ˡ⁾)"]),
        ("and", ["E = A⁽ᴸ⁾ − Y", "f = ½ ∑ E² + ∑ₗ (½λ ∑ W⁽ˡ⁾²)"]),
        (
            "Let δ⁽ˡ⁾ be the gradient of f by Z⁽ˡ⁾. Then",
            ["δ⁽ᴸ⁾ = where(Z⁽ᴸ⁾ > 0, E, s⁽ᴸ⁾E)"],
        ),
        (
            "and for l = L − 1, …, 1",
            ["δ_A⁽ˡ⁾ = δ⁽ˡ⁺¹⁾W⁽ˡ⁺¹⁾ᵀ", "δ⁽ˡ⁾ = where(Z⁽ˡ⁾ > 0, δ_A⁽ˡ⁾, s⁽ˡ⁾ δ_A⁽ˡ⁾)"],
        ),
        ("and for l = 1, …, L", ["∇_W⁽ˡ⁾ f = A⁽ˡ⁻¹⁾ᵀδ⁽ˡ⁾ + λW⁽ˡ⁾"]),
        ("and for l = L − 1, …, 1", ["∇_s⁽ˡ⁾ f = tr(Z⁽ˡ⁾ᵀ where(Z⁽ˡ⁾ > 0, 0, δ_A⁽ˡ⁾))"]),
        ("and", ["∇_s⁽ᴸ⁾ f = tr(Z⁽ᴸ⁾ᵀ where(Z⁽ᴸ⁾ > 0, 0, E))"]),
    ]
    first = claims(theorem.induction)[0]
    assert first.words.latex == r"For $l = 1, \dots, L$, with ${A^{(0)}} = X$, let"
    assert first.formulas[0].latex == "{Z^{(l)}} = {A^{(l-1)}} {W^{(l)}}"


def test_theorem_base_step_and_end_stand_in_this_order(page):
    shown = [(section.kind, section.title) for section in page.sections]
    assert shown[:4] == [
        ("theorem", "Backpropagation"),
        ("base", "The last layer"),
        ("step", "From the layer l + 1 to the layer l"),
        ("end", "The first layer"),
    ]
    assert {kind for kind, _ in shown[4:]} == {"lemma"}
    assert [variable.name for variable in page.variables()][:3] == ["delta__l", "Z__l", "s__l"]


def test_the_text_is_eighty_columns_wide_and_shows_the_induction_as_lines(page):
    shown = render_text(page).split("Code\n----")[0].splitlines()
    assert max(map(len, shown)) <= 80
    induction = shown.index(" (1)  df = ⟨δ⁽ˡ⁺¹⁾, dZ⁽ˡ⁺¹⁾⟩ + d(½λ ∑ W⁽ˡ⁺¹⁾²) + dr⁽ˡ⁺¹⁾")
    assert shown[induction + 1].startswith(" (2)    = ⟨")
    assert "Step. From the layer l + 1 to the layer l" in shown


def test_markdown_has_its_formulas_between_dollar_signs(page):
    shown = render_markdown(page)
    assert r"Let ${\delta^{(l)}}$ be the gradient of $f$ by ${Z^{(l)}}$. Then" in shown
    assert "## Step. From the layer l + 1 to the layer l" in shown


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_the_page_compiles_and_stays_on_the_paper(page, tmp_path):
    (tmp_path / "page.tex").write_text(render_latex(page), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "page.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    log = (tmp_path / "page.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log[-2000:]
    assert "Overfull" not in log
