"""Pages of proofs and code as text, LaTeX and Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symnn.typeset.latex import render_latex
from symnn.typeset.markdown import render_markdown
from symnn.typeset.page import Page
from symnn.typeset.text import render_text

RENDERERS: Mapping[str, Callable[[Page], str]] = {
    "text": render_text,
    "latex": render_latex,
    "markdown": render_markdown,
}
