"""Pages and proofs as Markdown with formulas in LaTeX between dollar signs, as GitHub and notebooks show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from symnn.algebra.nodes import Variable
from symnn.algebra.notation import latex
from symnn.proof.proof import Proof
from symnn.typeset import glossary, legend
from symnn.typeset.lines import Line, proof_lines, theorem
from symnn.typeset.page import Page, Passage, Section
from symnn.typeset.spelling import Spelling, agreed, assumptions, condition_latex, kind, provided


def render_markdown(page: Page) -> str:
    """The whole page."""
    blocks = [f"# {escape_markdown(page.title)}"]
    if page.source:
        blocks.append(f"Source: {escape_markdown(', '.join(page.source))}")
    blocks.extend(escape_markdown(paragraph) for paragraph in page.introduction.split("\n\n") if paragraph.strip())
    blocks.extend(_variables(list(page.variables())))
    rows = [f"| ${sign.spelling.latex}$ | {escape_markdown(sign.meaning)} |" for sign in glossary.signs(page.lines())]
    blocks.extend(["\n".join(["| sign | meaning |", "|---|---|", *rows])] if rows else [])
    for section in page.sections:
        blocks.extend(_passage(section) if isinstance(section, Passage) else _section(section))
    blocks.extend(_legend(page))
    if page.code:
        fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", page.code))])
        blocks.append(f"## {escape_markdown(page.code_title or 'Code')}")
        blocks.append(f"{fence}python\n{page.code.rstrip()}\n{fence}")
    return "\n\n".join(blocks) + "\n"


def proof_markdown(proof: Proof, offset: int = 0) -> str:
    """The numbered lines of a proof, each followed by its rule and verdict."""
    return "\n\n".join(block for line in proof_lines(proof, offset) for block in _line(line)) + "\n"


def escape_markdown(text: str) -> str:
    """Any text, so that Markdown and HTML show it as it is."""
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_{}\[\]#|$~])", r"\\\1", plain)


def _section(section: Section) -> Iterator[str]:
    yield "## " + escape_markdown(f"{section.kind.capitalize()}. {section.title}".removesuffix(". "))
    if section.proof.note:
        yield escape_markdown(section.proof.note)
    shown = [(claim.words.latex, claim.formulas) for claim in section.claims]
    for words, formulas in shown or theorem(proof_lines(section.proof)):
        yield words
        yield _display(formulas)
    yield from _sentence("provided that ", provided(section.proof, section.conditions))
    yield from _sentence("By convention, ", agreed(section.proof))
    yield from map(escape_markdown, section.remarks)
    yield "**Proof.**"
    yield proof_markdown(section.proof, section.offset).rstrip()
    rules = legend.rules(section.proof)
    if rules:
        yield "Rules:\n\n" + "\n".join(f"- *{escape_markdown(rule)}*: {escape_markdown(said)}" for rule, said in rules)
    yield f"Verdict: {section.verdict}."


def _passage(passage: Passage) -> Iterator[str]:
    yield f"## {escape_markdown(passage.title)}"
    if passage.note:
        yield escape_markdown(passage.note)
    for line in passage.lines():
        if line.words:
            yield f"({line.number}) {escape_markdown(line.words)}"
        else:
            yield _display(line.rows, f"{line.left.latex} {line.sign.latex} ".lstrip(), rf" \tag{{{line.number}}}")
            yield from _sentence("if ", line.given)
        yield f"*{escape_markdown(line.rule)}* {line.mark}"
        yield from filter(None, [escape_markdown(line.undecided)])
    yield f"Verdict: {passage.verdict}."


def _line(line: Line) -> Iterator[str]:
    beginning = f"{line.left.latex} {line.sign.latex} ".lstrip()
    yield _display(line.rows, beginning, rf" \tag{{{line.number}}}")
    if line.step is not None:
        yield f"*{escape_markdown(line.rule)}* {legend.mark(line.step.judgement)}"
        yield from filter(None, [escape_markdown(legend.undecided_because(line.step.judgement))])


def _display(formulas: Sequence[Spelling], beginning: str = "", ending: str = "") -> str:
    rows = [formula.latex for formula in formulas]
    body = rows[0] if len(rows) == 1 else r"\begin{aligned} & " + r", \\ & ".join(rows) + r" \end{aligned}"
    return f"$$\n{beginning}{body}{ending}\n$$"


def _sentence(start: str, clauses: Iterable[Spelling]) -> list[str]:
    said = " and ".join(clause.latex for clause in clauses)
    return [f"{start}{said}."] if said else []


def _variables(variables: Sequence[Variable]) -> list[str]:
    rows = []
    for variable in variables:
        said = "; ".join(map(condition_latex, assumptions(variable)))
        meaning = "; ".join(filter(None, [escape_markdown(variable.doc), said]))
        rows.append(f"| ${latex(variable)}$ | {kind(variable).latex} | {meaning} |")
    return ["\n".join(["| variable | kind | meaning |", "|---|---|---|", *rows])] if rows else []


def _legend(page: Page) -> list[str]:
    marks = [f"- {shown}: {escape_markdown(meaning)}" for shown, meaning in legend.explained(page.marks())]
    return ["## What the marks mean", "\n".join(marks), *legend.trust(page.proofs())] if marks else []
