"""Names and sizes as people write them, and LaTeX that a user's text cannot get out of."""

import pytest

from symnn.algebra.names import (
    escape_latex,
    in_layer,
    is_word,
    name_latex,
    name_text,
    size_latex,
    size_text,
    split_layer,
)
from symnn.algebra.sizes import dim, dims


@pytest.mark.parametrize(
    ("name", "text", "latex"),
    [
        ("lam", "λ", r"\lambda"),
        ("lambda_", "λ", r"\lambda"),
        ("sigma", "σ", r"\sigma"),
        ("λ", "λ", r"\lambda"),
        ("beta0", "β₀", r"\beta_{0}"),
        ("W12", "W₁₂", "W_{12}"),
        ("x_n", "xₙ", "x_{n}"),
        ("X_train", "X_train", r"X_{\mathrm{train}}"),
        ("X_train2", "X_train2", r"X_{\mathrm{train2}}"),
        ("delta_Z12", "δ_Z₁₂", r"\delta_{Z_{12}}"),
        ("delta_Z1__l", "δ_Z₁⁽ˡ⁾", r"{\delta_{Z_{1}}^{(l)}}"),
        ("cost", "cost", r"\mathit{cost}"),
        ("w", "w", "w"),
        ("W__l", "W⁽ˡ⁾", "{W^{(l)}}"),
        ("delta__l_plus_1", "δ⁽ˡ⁺¹⁾", r"{\delta^{(l+1)}}"),
        ("theta_1__L_minus_2", "θ₁⁽ᴸ⁻²⁾", r"{\theta_{1}^{(L-2)}}"),
        ("W__3", "W⁽³⁾", "{W^{(3)}}"),
        ("M_l_minus_1", "Mₗ₋₁", "M_{l-1}"),
        ("W__foo", "W__foo", r"W_{\text{\_foo}}"),
    ],
)
def test_names(name, text, latex):
    assert name_text(name) == text
    assert name_latex(name) == latex


@pytest.mark.parametrize("layer", ["l", "l+1", "L", "L-12", "3"])
def test_a_layer_is_read_from_the_name_that_it_makes(layer):
    assert split_layer(in_layer("W", layer)) == ("W", layer)
    assert not is_word(name_text(in_layer("W", layer)))


@pytest.mark.parametrize("given", [r"\lambda", "w_0", r"\hat{y}", r"W^{(1)}", r"\mathbf{w}"])
def test_an_authors_symbol_is_taken(given):
    assert name_latex("q", given).strip("{}") == given.strip("{}")


@pytest.mark.parametrize(
    "given", [r"\input{secret}", r"\write18{ls}", "}{", "a_b_c", "x$y", r"\def\x{}", "%", "x&y", r"x\\y", "{", "x^"]
)
def test_latex_that_is_no_symbol_is_not_taken(given):
    assert name_latex("q", given) == "q"


def test_escaping():
    assert escape_latex("100% & _x_ #1 $y$ {z}") == r"100\% \& \_x\_ \#1 \$y\$ \{z\}"
    assert escape_latex(r"\end{document}") == r"\textbackslash{}end\{document\}"
    assert escape_latex("(XᵀX + λI)⁻¹") == r"(X${}^{\top}$X + $\lambda $I)${}^{-1}$"
    assert escape_latex("é 名") == "é [U+540D]"


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("βᵗ⁻ⁱ", r"$\beta {}^{t-i}$"),
        ("xˣᶻᵇᵘ", "x${}^{xzbu}$"),
        ("∇ₓf, wᵥᵦ", r"$\nabla {}_{x}$f, w${}_{v\beta}$"),
        ("ŝ, ŷᵢ", r"\^{s}, \^{y}${}_{i}$"),
        ("∑(x − x\u0304)²", r"$\sum $(x $-$ \={x})${}^{2}$"),
        ("θ\u0302 and ī", r"$\hat{\theta}$ and \={\i}"),
        ("f‴, f″², x²′", r"f${}^{\prime\prime\prime}$, f${}^{\prime\prime 2}$, x${}^{2\prime}$"),
        ("0 ≤<", r"0 $\le <$"),
        ("µ and ϕ", r"$\mu $ and $\phi $"),
        ("Erdős and Łojasiewicz", r"Erd\H{o}s and \L{}ojasiewicz"),
        ("ʱ", "[U+02B1]"),
        ("(∂a/∂b)(∂b/∂c)", r"($\partial $a/$\partial $b)\allowbreak($\partial $b/$\partial $c)"),
    ],
)
def test_signs_of_formulas_in_prose(text, latex):
    assert escape_latex(text) == latex


@pytest.mark.parametrize(
    "letter", "aeioux ᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ ᵅᵝᵞᵟᵋᶿᵠᵡ ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ ᵦᵧᵨᵩᵪ".replace(" ", "")
)
def test_every_small_letter_is_translated(letter):
    assert escape_latex(letter).isascii()
    assert "[U+" not in escape_latex(letter)


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("|rᵀt|", r"|r{}^{\top}t|"),
        ("‖r‖²", r"\Vert r\Vert {}^{2}"),
        ("ŷ", r"\hat{y}"),
        ("ŷ_n", r"\hat{y}_{n}"),
        ("größe", r"\textit{größe}"),
        ("名", r"\textit{[U+540D]}"),
        ("a}b", r"\textit{a\}b}"),
        ("#", r"\textit{\#}"),
        ("ç", r"\textit{ç}"),
    ],
)
def test_names_that_are_no_identifiers_of_ascii(name, latex):
    assert name_latex(name) == latex


def test_sizes():
    n, d = dims("n d")
    assert size_text(2 * n) == "2n"
    assert size_text(n + 1) == "n + 1"
    assert size_text(n * dim("n_samples")) == "n·n_samples"
    assert size_latex(dim("n_samples")) == r"n_{\mathrm{samples}}"
    assert size_latex(d) == "d"
