"""Pages and proofs as Unicode text of a given width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from symnn.algebra.nodes import Variable
from symnn.algebra.notation import text
from symnn.proof.proof import Proof
from symnn.proof.step import Condition
from symnn.typeset import glossary, legend
from symnn.typeset.claims import ClaimLine
from symnn.typeset.lines import Line, proof_lines, theorem
from symnn.typeset.page import Claim, Page, Passage, Section
from symnn.typeset.spelling import Spelling, agreed, assumptions, condition_text, kind, provided
from symnn.typeset.wrap import wrap_formula

HANGING = 4


def render_text(page: Page, width: int = 80) -> str:
    """The whole page; every line of the proofs is at most `width` characters long, the code is left as it is."""
    title = wrap(page.title, width)
    blocks = [[*title, "=" * max(map(len, title))]]
    if page.source:
        blocks.append(wrap(f"Source: {', '.join(page.source)}", width))
    blocks.extend(wrap(paragraph, width) for paragraph in page.introduction.split("\n\n") if paragraph.strip())
    blocks.append(_variables(list(page.variables()), width))
    signs = glossary.signs(page.lines())
    blocks.append(_table("Notation", [(sign.spelling.text, sign.meaning) for sign in signs], width))
    for section in page.sections:
        blocks.extend(_passage(section, width) if isinstance(section, Passage) else _section(section, width))
    blocks.append(_legend(page, width))
    if page.code:
        heading = page.code_title or "Code"
        blocks.append([heading, "-" * len(heading)])
        blocks.append(page.code.rstrip("\n").splitlines())
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def proof_text(proof: Proof, width: int = 80, offset: int = 0) -> str:
    """The numbered lines of a proof, each with its rule and verdict at the right."""
    lines = proof_lines(proof, offset)
    digits = len(str(lines[-1].number))
    return "\n".join(row for line in lines for row in _rows(line, width, digits)) + "\n"


def statement_text(
    proof: Proof, conditions: Iterable[Condition] = (), width: int = 80, claims: Sequence[Claim] = ()
) -> str:
    """What the proof shows, or is claimed of it, and under which conditions."""
    rows = []
    for claim in claims:
        rows += [*wrap(claim.words.text, width), *_system(" " * HANGING, claim.formulas, width)]
    for words, formulas in () if claims else theorem(proof_lines(proof)):
        rows.extend(_system(f"{words} ", formulas, width))
    rows += _sentence("provided that ", provided(proof, conditions), width)
    return "\n".join([*rows, *_sentence("By convention, ", agreed(proof), width)]) + "\n"


def _section(section: Section, width: int) -> Iterator[list[str]]:
    title = f"{section.kind.capitalize()}. {section.title}".removesuffix(". ")
    heading = wrap(title, width)
    yield [*heading, "-" * max(map(len, heading))]
    yield wrap(section.proof.note, width)
    yield statement_text(section.proof, section.conditions, width, section.claims).splitlines()
    for remark in section.remarks:
        yield wrap(remark, width)
    yield ["Proof"]
    yield proof_text(section.proof, width, section.offset).splitlines()
    rules = [f"  {rule}: {statement}" for rule, statement in legend.rules(section.proof)]
    rows = [row for rule in rules for row in wrap(rule, width, subsequent_indent="      ")]
    yield ["Rules", *rows] if rows else []
    yield wrap(f"Verdict: {section.verdict}.", width)


def _passage(passage: Passage, width: int) -> Iterator[list[str]]:
    heading = wrap(passage.title, width)
    yield [*heading, "-" * max(map(len, heading))]
    yield wrap(passage.note, width)
    lines = passage.lines()
    digits = len(str(lines[-1].number))
    yield [row for line in lines for row in _claim(line, width, digits)]
    yield wrap(f"Verdict: {passage.verdict}.", width)


def _claim(line: ClaimLine, width: int, digits: int) -> list[str]:
    number = f" {f'({line.number})':>{digits + 2}}  "
    if line.words:
        rows = wrap(number + line.words, width, subsequent_indent=" " * len(number))
    else:
        left = f"{line.left.text} {line.sign.text} " if line.left.text else ""
        rows = _system(number + left, line.rows, width)
        rows += _sentence(" " * len(number) + "if ", line.given, width)
    rows = _with_reason(rows, f"{line.rule}  {line.mark}", width, len(number))
    return rows + _below(line.undecided, width, len(number))


def _rows(line: Line, width: int, digits: int) -> list[str]:
    number = f" {f'({line.number})':>{digits + 2}}  "
    left = f"{line.left.text} {line.sign.text} " if line.left.text else f"  {line.sign.text} " if line.sign.text else ""
    rows = _system(number + left, line.rows, width)
    if line.step is None:
        return rows
    judgement = line.step.judgement
    rows = _with_reason(rows, f"{line.rule}  {legend.mark(judgement)}", width, len(number))
    return rows + _below(legend.undecided_because(judgement), width, len(number))


def _with_reason(rows: Sequence[str], reason: str, width: int, indent: int) -> list[str]:
    """The reason at the right of the last row where it has room, else below."""
    *before, last = rows
    gap = width - len(last) - len(reason)
    if gap >= 2:
        return [*before, last + " " * gap + reason]
    return [*rows, *(f"{row:>{width}}" for row in wrap(reason, width - indent))]


def _below(words: str, width: int, indent: int) -> list[str]:
    """What is said of a line, below it."""
    margin = " " * indent
    return [row for part in words.splitlines() for row in wrap(margin + part, width, subsequent_indent=margin)]


def _system(start: str, formulas: Sequence[Spelling], width: int) -> list[str]:
    """Formulas one below the other after their beginning."""
    rows: list[str] = []
    for position, formula in enumerate(formulas):
        comma = "," if position < len(formulas) - 1 else ""
        rows.extend(_hanging(" " * len(start) if rows else start, formula.text + comma, width))
    return rows


def _hanging(start: str, formula: str, width: int) -> list[str]:
    """A formula after its beginning; the lines after the first are indented."""
    indent = min(len(start), 12)
    if len(start) > width // 2:
        margin = " " * (len(start) - len(start.lstrip()))
        first, *others = wrap_formula(start.strip(), width - len(margin), indent + HANGING - len(margin))
        others = [" " * (indent + HANGING) + other for other in others]
        return [margin + first, *others, *_hanging(" " * indent, formula, width)]
    first, *others = wrap_formula(formula, width - len(start), indent + HANGING - len(start))
    return [start + first, *(" " * (indent + HANGING) + other for other in others)]


def _sentence(start: str, clauses: Iterable[Spelling], width: int) -> list[str]:
    said = " and ".join(clause.text for clause in clauses)
    indent = len(start) - len(start.lstrip()) + HANGING
    return wrap(f"{start}{said}.", width, subsequent_indent=" " * indent) if said else []


def _table(title: str, entries: Sequence[tuple[str, str]], width: int) -> list[str]:
    if not entries:
        return []
    longest = min(max(len(name) for name, _ in entries), width // 3)
    rows = [title]
    for name, meaning in entries:
        start = f"  {name:<{longest}}  "
        rows.extend(
            wrap(start + meaning, width, subsequent_indent=" " * (longest + 4), drop_whitespace=True) or [start]
        )
    return rows


def _variables(variables: Sequence[Variable], width: int) -> list[str]:
    entries = []
    for variable in variables:
        said = [condition_text(condition) for condition in assumptions(variable)]
        described = "; ".join(filter(None, [kind(variable).text, variable.doc, *said]))
        entries.append((text(variable), described))
    return _table("Variables", entries, width)


def _legend(page: Page, width: int) -> list[str]:
    rows = _table("What the marks mean", legend.explained(page.marks()), width)
    for sentence in legend.trust(page.proofs()):
        rows.extend(wrap(sentence, width, initial_indent="  ", subsequent_indent="  "))
    return rows
