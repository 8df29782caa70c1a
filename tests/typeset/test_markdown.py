"""The page as Markdown: formulas between dollar signs, tagged, and everything typed escaped."""

import re

from symnn.typeset.markdown import escape_markdown, render_markdown


def test_every_line_has_its_tag_and_reason(page):
    shown = render_markdown(page)
    assert re.findall(r"\\tag\{(\d+)\}", shown) == [str(number) for number in range(1, 9)]
    assert "$$\n\\nabla_{\\!w} f = \\lambda w - X^{\\top} (y - X w) \\tag{4}\n$$\n\n*gradient* ✓exact" in shown
    assert "provided that $X^{\\top} X + \\lambda I$ is invertible." in shown


def test_what_a_user_typed_is_escaped(page):
    shown = render_markdown(page)
    assert "# Ridge 100% &amp; more" in shown
    assert r"targets, 100% &amp; \_more\_ \| &lt;b&gt;" in shown
    assert r"Second \*paragraph\*." in shown
    assert escape_markdown("<script>`$x$`[a](b)") == r"&lt;script&gt;\`\$x\$\`\[a\](b)"


def test_code_cannot_close_its_fence(page):
    assert f"````python\n{page.code}````\n" in render_markdown(page)
