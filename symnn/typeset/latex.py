"""Pages and proofs as LaTeX: an amsmath document that Debian's pdflatex compiles, one tagged line for each step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symnn.algebra.names import escape_latex
from symnn.algebra.nodes import Variable
from symnn.algebra.notation import latex
from symnn.proof.proof import Proof
from symnn.proof.step import Condition
from symnn.typeset import glossary, legend
from symnn.typeset.claims import ClaimLine
from symnn.typeset.lines import Line, proof_lines, theorem
from symnn.typeset.page import Claim, Page, Passage, Section
from symnn.typeset.spelling import Spelling, agreed, assumptions, condition_latex, kind, provided
from symnn.typeset.wrap import latex_width, split_sentence, wrap_latex

# How many printed characters fit beside the reason, and on a line of code.
FORMULA = 54
CODE = 108
HANGING = 3
# An empty row as wide as the formulas may be, so that the reasons stand in one column.
COLUMN = r"& \hspace{10cm} \notag \\[-\baselineskip]"

PREAMBLE = r"""\documentclass[a4paper,fleqn]{article}
\usepackage[utf8]{inputenc}
\usepackage{amsmath,amssymb,graphicx}
\usepackage[a4paper,margin=2cm]{geometry}
\allowdisplaybreaks
\setlength{\mathindent}{0pt}
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt}
\newcommand{\reason}[2]{\parbox[t]{4.2cm}{\footnotesize\sloppy\parfillskip=0pt
  #1\nobreak\hfil\penalty50\hskip0.5em\mbox{}\nobreak\hfil\mbox{#2}}}
\newcommand{\codesign}[1]{\makebox[0.5em]{#1}}
\newcommand{\codeline}[1]{\mbox{\footnotesize\ttfamily\strut #1}\par}
\begin{document}
"""


def render_latex(page: Page) -> str:
    """A whole document."""
    blocks = [rf"\section*{{\raggedright {escape_latex(page.title)}}}"]
    if page.source:
        blocks.append(f"Source: {escape_latex(', '.join(page.source))}")
    blocks.extend(escape_latex(paragraph) for paragraph in page.introduction.split("\n\n") if paragraph.strip())
    blocks.append(_variables(list(page.variables())))
    blocks.append(_notation(page))
    blocks.extend(_passage(section) if isinstance(section, Passage) else _section(section) for section in page.sections)
    blocks.append(_legend(page))
    if page.code:
        blocks.append(rf"\subsection*{{{escape_latex(page.code_title or 'Code')}}}")
        blocks.append("{\\setlength{\\parskip}{0pt}\n" + "\n".join(_code(page.code)) + "\n}")
    return PREAMBLE + "\n\n".join(filter(None, blocks)) + "\n\\end{document}\n"


def proof_latex(proof: Proof, offset: int = 0) -> str:
    """The numbered lines of a proof as one alignat environment; the preamble's `\\reason` takes rule and verdict."""
    lines = proof_lines(proof, offset)
    body = " \\\\\n".join(map(_line, lines))
    return f"\\begin{{alignat}}{{2}}\n{COLUMN}\n{body}\n\\end{{alignat}}"


def statement_latex(proof: Proof, conditions: Iterable[Condition] = (), claims: Sequence[Claim] = ()) -> str:
    """What the proof shows, or is claimed of it, and under which conditions."""
    rows = [f"{words.latex}\n{_system(formulas)}" for words, formulas in claims]
    for words, formulas in () if claims else theorem(proof_lines(proof)):
        if len(formulas) == 1 and latex_width(formulas[0].latex) <= FORMULA:
            rows.append(rf"{words} $\displaystyle {formulas[0].latex}$.\par")
        else:
            rows.append(f"{words}\n{_system(formulas)}")
    for start, clauses in (("provided that ", provided(proof, conditions)), ("By convention, ", agreed(proof))):
        if clauses:
            rows.append(_displayed(f"{start}{' and '.join(clause.latex for clause in clauses)}."))
    return "\n".join(rows)


def _displayed(sentence: str) -> str:
    """A sentence whose long formulas stand on lines of their own."""
    words, *formulas = split_sentence(sentence)
    shown = [words]
    for formula, after in zip(formulas[::2], formulas[1::2], strict=True):
        long = latex_width(formula) > FORMULA
        shown += [f"\n{_system([Spelling('', formula)])}\n" if long else f"${formula}$", after]
    return "".join(shown)


def _system(formulas: Sequence[Spelling]) -> str:
    width = FORMULA + 25
    numbered = enumerate(formulas)
    rows = [row for position, formula in numbered for row in _broken(_ended(formula, position, formulas), width)]
    body = " \\\\\n".join(rows)
    return f"\\begin{{gather*}}\n{body}\n\\end{{gather*}}"


def _section(section: Section) -> str:
    title = f"{section.kind.capitalize()}. {section.title}".removesuffix(". ")
    return "\n\n".join(
        [
            rf"\subsection*{{{escape_latex(title)}}}",
            *([escape_latex(section.proof.note)] if section.proof.note else []),
            statement_latex(section.proof, section.conditions, section.claims),
            *map(escape_latex, section.remarks),
            r"\textit{Proof.}" + "\n" + proof_latex(section.proof, section.offset),
            *_undecided(
                (line.number, legend.undecided_because(line.step.judgement))
                for line in proof_lines(section.proof, section.offset)
                if line.step is not None
            ),
            *_rules(section.proof),
            f"Verdict: {escape_latex(section.verdict)}.",
        ]
    )


# --- the lines of a proof -------------------------------------------------------------------------------------------


def _passage(passage: Passage) -> str:
    body = " \\\\\n".join(map(_claim, passage.lines()))
    return "\n\n".join(
        [
            rf"\subsection*{{{escape_latex(passage.title)}}}",
            *([escape_latex(passage.note)] if passage.note else []),
            f"\\begin{{alignat}}{{2}}\n{COLUMN}\n{body}\n\\end{{alignat}}",
            *_undecided((line.number, line.undecided) for line in passage.lines()),
            f"Verdict: {escape_latex(passage.verdict)}.",
        ]
    )


def _undecided(lines: Iterable[tuple[int, str]]) -> list[str]:
    """Why lines are undecided, for those of which there is a reason."""
    return [f"Line ({number}): {escape_latex(reason)}" for number, reason in lines if reason]


def _claim(line: ClaimLine) -> str:
    """A claim as a row of the alignment; words stand in a box as wide as the formulas."""
    if line.words:
        rows = [rf"&\parbox[t]{{10cm}}{{\raggedright {escape_latex(line.words)}}}"]
    else:
        rows = _claim_rows(line)
        words = ("if", *["and"] * len(line.given))
        clauses = [rf"\text{{{word} {clause.latex}}}" for word, clause in zip(words, line.given, strict=False)]
        rows += [rf"&\qquad {_shrunk(clause, FORMULA - HANGING)}" for clause in clauses]
    return _tagged(rows, line.rule, line.mark, line.number)


def _line(line: Line) -> str:
    if line.step is None:
        return _tagged(_formula_rows(line), "", "", line.number)
    return _tagged(_formula_rows(line), line.rule, legend.mark(line.step.judgement), line.number)


def _tagged(rows: list[str], rule: str, mark: str, number: int) -> str:
    """Rows of which the last has the reason, the verdict and the number."""
    reason = ""
    if rule:
        verdict = escape_latex(mark).replace("$", r"\(", 1).replace("$", r"\)", 1)
        reason = rf" &&\quad \reason{{{escape_latex(rule)}}}{{{verdict}}}"
    *before, last = rows
    return " \\notag\\\\\n".join([*before, rf"{last}{reason} \tag{{{number}}}"])


def _formula_rows(line: Line) -> list[str]:
    """The rows of a line of a proof, aligned at its sign."""
    rows: list[str] = []
    for position, formula in enumerate(line.rows):
        used = latex_width(line.left.latex) + 2
        for broken in _broken(_ended(formula, position, line.rows), FORMULA - used):
            indent = rf"\phantom{{{{}}{line.sign.latex}{{}}}}" if line.sign.text and position else ""
            rows.append(f"{f'&{indent}' if rows else _beginning(line)} {broken}")
    return rows


def _beginning(line: Line) -> str:
    return f"{line.left.latex} &{line.sign.latex}".lstrip()


def _claim_rows(line: ClaimLine) -> list[str]:
    """The rows of a claim, all of which begin at the left; a left side that is long has rows of its own."""
    left, right = f"{line.left.latex} {line.sign.latex}".strip(), " ".join(row.latex for row in line.rows)
    used = latex_width(left) + 1
    if used > FORMULA / 2:
        rows = [*_broken(left, FORMULA), *(rf"\qquad {row}" for row in _broken(right, FORMULA - HANGING))]
    else:
        first, *others = _broken(right, FORMULA - used)
        rows = [f"{left} {first}".lstrip(), *others]
    return [f"& {row}" for row in rows]


def _ended(formula: Spelling, position: int, formulas: Sequence[Spelling]) -> str:
    return formula.latex + ("," if position < len(formulas) - 1 else "")


def _broken(formula: str, width: int) -> list[str]:
    """The formula in rows that fit; a row that cannot be broken is shrunk."""
    first, *others = wrap_latex(formula, width, HANGING)
    return [_shrunk(first, width), *(rf"\qquad {_shrunk(other, width - HANGING)}" for other in others)]


def _shrunk(row: str, width: int) -> str:
    printed = latex_width(row)
    if printed <= width * 1.15:
        return row
    return rf"\resizebox{{{11.0 * width / FORMULA:.1f}cm}}{{!}}{{$\displaystyle {row}$}}"


# --- around the proofs ----------------------------------------------------------------------------------------------


def _variables(variables: Sequence[Variable]) -> str:
    if not variables:
        return ""
    rows = []
    for variable in variables:
        said = "; ".join(map(condition_latex, assumptions(variable)))
        meaning = "; ".join(filter(None, [escape_latex(variable.doc), said]))
        rows.append(rf"${latex(variable)}$ & {kind(variable).latex} & {meaning} \\")
    table = "\n".join([r"\begin{tabular}{@{}llp{9cm}@{}}", r"\hline", *rows, r"\hline", r"\end{tabular}"])
    return f"{table}\n"


def _notation(page: Page) -> str:
    rows = [rf"${sign.spelling.latex}$ & {escape_latex(sign.meaning)} \\" for sign in glossary.signs(page.lines())]
    if not rows:
        return ""
    return "\n".join([r"\begin{tabular}{@{}lp{13cm}@{}}", *rows, r"\hline", r"\end{tabular}"])


def _rules(proof: Proof) -> list[str]:
    rules = [f"\\emph{{{escape_latex(rule)}}}: {escape_latex(said)}" for rule, said in legend.rules(proof)]
    return ["{\\footnotesize Rules. " + ".\n".join(rules) + ".\\par}"] if rules else []


def _legend(page: Page) -> str:
    explained = legend.explained(page.marks())
    marks = [rf"{escape_latex(shown)} & {escape_latex(meaning)} \\" for shown, meaning in explained]
    if not marks:
        return ""
    table = ["\\begin{tabular}{@{}lp{13.5cm}@{}}", *marks, r"\end{tabular}"]
    heading = r"\subsection*{What the marks mean}"
    return "\n\n".join([heading, "\n".join(table), *map(escape_latex, legend.trust(page.proofs()))])


def _code(code: str) -> Iterable[str]:
    """The code line by line, every character that LaTeX could take for a command by its number."""
    for line in code.expandtabs(4).splitlines():
        for start in range(0, max(len(line), 1), CODE):
            shown = "".join(map(_code_character, line[start : start + CODE]))
            yield rf"\codeline{{{shown}}}"


_STRAIGHT = {" ": "~", "'": r"\char13{}", "`": r"\char18{}"}


def _code_character(character: str) -> str:
    if character in _STRAIGHT:
        return _STRAIGHT[character]
    if character.isascii() and not character.isalnum():
        return rf"\char{ord(character)}{{}}" if character.isprintable() else "?"
    if character.isascii():
        return character
    shown = escape_latex(character)
    return shown if shown.startswith("[") else rf"\codesign{{{shown}}}"
