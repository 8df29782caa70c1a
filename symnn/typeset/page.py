"""What is printed on one page: a title, sections with a proof each, and the code that the proofs gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from symnn.algebra.nodes import Node, Variable
from symnn.algebra.walk import all_names, variables
from symnn.claims.argument import argument
from symnn.proof.proof import Proof
from symnn.proof.step import Condition
from symnn.typeset import legend
from symnn.typeset.claims import ClaimLine, claim_lines, verdict
from symnn.typeset.spelling import Spelling


class Claim(NamedTuple):
    """Words, with dollar signs around the formulas in their LaTeX, and the formulas that they say something of."""

    words: Spelling
    formulas: tuple[Spelling, ...]


@dataclass(frozen=True)
class Section:
    """A theorem with its proof. The line k of the proof, the first one being 1, is equation (offset + k) of the page.

    `kind` is the word before the title, such as ``theorem`` or ``lemma``; `claims` are what is shown, where the first
    and the last line do not say it, and `remarks` stand after it. What its lines take for granted is shown in the
    proofs that it `rests_on`, and counts in its verdict.
    """

    title: str
    proof: Proof
    offset: int = 0
    variables: tuple[Variable, ...] = ()
    conditions: tuple[Condition, ...] = ()
    kind: str = "theorem"
    remarks: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    rests_on: tuple[Proof, ...] = ()

    @property
    def verdict(self) -> str:
        return legend.verdict(self.proof, self.rests_on)


@dataclass(frozen=True)
class Passage:
    """An argument. Its line k, the first one being 1, is equation (offset + k) of the page."""

    argument: argument
    offset: int = 0

    @property
    def title(self) -> str:
        return f"Argument. {self.argument.title}"

    @property
    def note(self) -> str:
        return self.argument.note

    @property
    def verdict(self) -> str:
        return verdict(self.argument)

    def lines(self) -> list[ClaimLine]:
        return claim_lines(self.argument, self.offset)


@dataclass(frozen=True)
class Page:
    """Sections and passages in the order of reading, and one module of code with the same equation numbers."""

    title: str
    source: tuple[str, ...] = ()
    introduction: str = ""
    sections: tuple[Section | Passage, ...] = ()
    code: str = ""
    code_title: str = ""

    def proofs(self) -> list[Proof]:
        """The proofs of all sections."""
        return [section.proof for section in self.sections if isinstance(section, Section)]

    def lines(self) -> list[Node]:
        """All expressions that stand on a line of a proof, or in a claim."""
        claims = [claim for passage in self._passages() for claim in passage.argument.claims]
        return [
            *(line for proof in self.proofs() for line in proof.lines()),
            *(node for claim in claims for node in claim.nodes()),
        ]

    def marks(self) -> list[str]:
        """The marks of all lines, in the order of reading, each once."""
        found: dict[str, None] = {}
        for section in self.sections:
            if isinstance(section, Passage):
                found.update(dict.fromkeys(line.mark for line in section.lines()))
            else:
                found.update(dict.fromkeys(legend.mark(step.judgement) for step in section.proof.steps))
        return list(found)

    def variables(self) -> Iterator[Variable]:
        """The variables of all sections, each name once, in order of first appearance; not those that are defined.

        Of a variable that stands in some proof without a fact about it, the first is taken.
        """
        known: dict[str, Variable] = {}
        lines = [line for proof in self.proofs() for line in (proof.statement, proof.line)]
        defined = {name.name for name in all_names(*lines)}
        for section in self.sections:
            found = section.variables if isinstance(section, Section) else _of_claims(section.argument)
            for variable in found:
                if variable.name not in defined:
                    known.setdefault(variable.name, variable)
        yield from known.values()

    def _passages(self) -> list[Passage]:
        return [section for section in self.sections if isinstance(section, Passage)]


def _of_claims(found: argument) -> list[Variable]:
    return variables(*(node for claim in found.claims for node in claim.nodes()))
