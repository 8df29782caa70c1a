"""What is printed on one page: a title, sections with a proof each, and the code that the proofs gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from symnn.algebra.nodes import Variable
from symnn.algebra.walk import all_names
from symnn.proof.proof import Proof
from symnn.proof.step import Condition
from symnn.typeset.spelling import Spelling


class Claim(NamedTuple):
    """Words, with dollar signs around the formulas in their LaTeX, and the formulas that they say something of."""

    words: Spelling
    formulas: tuple[Spelling, ...]


@dataclass(frozen=True)
class Section:
    """A theorem with its proof. The line k of the proof, the first one being 1, is equation (offset + k) of the page.

    `kind` is the word before the title, such as ``theorem`` or ``lemma``; `claims` are what is shown, where the first
    and the last line do not say it, and `remarks` stand after it.
    """

    title: str
    proof: Proof
    offset: int = 0
    variables: tuple[Variable, ...] = ()
    conditions: tuple[Condition, ...] = ()
    kind: str = "theorem"
    remarks: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Page:
    """Sections in the order of reading, and one module of code with the same equation numbers."""

    title: str
    source: tuple[str, ...] = ()
    introduction: str = ""
    sections: tuple[Section, ...] = ()
    code: str = ""
    code_title: str = ""

    def variables(self) -> Iterator[Variable]:
        """The variables of all sections, each name once, in order of first appearance; not those that are defined.

        Of a variable that stands in some proof without a fact about it, the first is taken.
        """
        known: dict[str, Variable] = {}
        lines = [line for section in self.sections for line in (section.proof.statement, section.proof.line)]
        defined = {name.name for name in all_names(*lines)}
        for section in self.sections:
            for variable in section.variables:
                if variable.name not in defined:
                    known.setdefault(variable.name, variable)
        yield from known.values()
