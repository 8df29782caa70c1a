"""A chapter: derivations that belong together, read from one file, shown on one page, emitted as one module."""

from __future__ import annotations

import inspect
import keyword
import runpy
import traceback
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from textwrap import wrap
from typing import Protocol

from symnn.algebra.nodes import Node
from symnn.algebra.notation import text
from symnn.algebra.walk import variables
from symnn.claims.argument import argument
from symnn.codegen import FunctionSpec, Header, content_hash, emit_module
from symnn.errors import ProjectError, SymnnError
from symnn.proof.proof import Proof
from symnn.proof.step import Status, worst
from symnn.results.derivative import NOWHERE, Offsets
from symnn.typeset.claims import claim_text
from symnn.typeset.lines import news
from symnn.typeset.page import Page, Passage, Section


class Part(Protocol):
    """What a chapter is made of: the result of `derive`, a further derivative, a solution, or an author's derivation.

    `theorems` are what it proves, after the `lemmas` that they need, and before the `details` that it may have; what it
    `rests_on` stands in other parts. The comments of `functions` name the equation (k + offset) for line k of a proof.
    A part may have a method `described`, which takes the section of one of its proofs as it would stand on a page, and
    gives it as it is to stand there.
    """

    @property
    def theorems(self) -> tuple[Proof, ...]: ...

    @property
    def lemmas(self) -> tuple[Proof, ...]: ...

    @property
    def rests_on(self) -> tuple[Proof, ...]: ...

    @property
    def verdict(self) -> str: ...

    def functions(self, offsets: Offsets = NOWHERE) -> tuple[FunctionSpec, ...]: ...


@lru_cache(maxsize=256)
def _texts(proof: Proof, _steps: int) -> tuple[str, ...]:
    """The lines of a proof in text, of a long sum the terms that are new on its line, as on a page.

    Of many models it is the same proof, and each module records its lines.
    """
    found: list[str] = []
    before: Node | None = None
    for line in proof.lines():
        new = news(before, line) if before is not None else None
        found.append(text(line) if new is None else f"… + {text(new)}")
        before = line
    return tuple(found)


@dataclass(frozen=True)
class Numbered:
    """A proof of a part of a chapter; its equation (k) is the chapter's equation (k + offset)."""

    part: Part
    proof: Proof
    offset: int

    def equations(self) -> Iterator[tuple[int, str]]:
        yield from enumerate(_texts(self.proof, len(self.proof.steps)), start=1 + self.offset)

    def section(self) -> Section:
        """The proof as it stands on a page: a lemma where it is not the part's own."""
        is_theorem = self.proof in self.part.theorems
        # Conditions that lemmas prove are not repeated in what a part says of itself.
        conditions = getattr(self.part, "conditions", self.proof.conditions) if is_theorem else self.proof.conditions
        found = tuple(variables(*self.proof.lines()))
        kind = "theorem" if is_theorem else "lemma"
        remarks = getattr(self.part, "remarks", ()) if is_theorem else ()
        rests_on = (*self.part.rests_on, *self.part.lemmas) if is_theorem else ()
        section = Section(self.proof.title, self.proof, self.offset, found, conditions, kind, remarks, (), rests_on)
        described = getattr(self.part, "described", None)
        return described(section) if described else section


@dataclass(frozen=True)
class Argued:
    """An argument of a chapter; its line (k) is the chapter's equation (k + offset)."""

    part: argument
    offset: int

    def equations(self) -> Iterator[tuple[int, str]]:
        yield from enumerate(map(claim_text, self.part.claims), start=1 + self.offset)

    def section(self) -> Passage:
        return Passage(self.part, self.offset)


@dataclass(frozen=True)
class Chapter:
    """Parts in the order of reading. `name` is the stem of the file, title and introduction its docstring.

    `made_from` and `command` are what the header of the module says of its making.
    """

    name: str
    title: str
    introduction: str
    sources: tuple[str, ...]
    parts: tuple[Part, ...]
    made_from: str
    command: str = "symnn build"

    def numbered(self) -> Iterator[Numbered | Argued]:
        """The proofs and arguments in the order of reading, each once, numbered through."""
        offset, seen = 0, set()
        for part in self.parts:
            if isinstance(part, argument):
                yield Argued(part, offset)
                offset += len(part.claims)
            for proof in (*part.lemmas, *part.theorems, *getattr(part, "details", ())):
                if proof not in seen:
                    seen.add(proof)
                    yield Numbered(part, proof, offset)
                    offset += len(proof.steps) + 1

    def proofs(self) -> Iterator[Numbered]:
        """The proofs alone."""
        yield from (numbered for numbered in self.numbered() if isinstance(numbered, Numbered))

    def arguments(self) -> list[argument]:
        """The arguments alone."""
        return [part for part in self.parts if isinstance(part, argument)]

    def equations(self) -> list[tuple[int, str]]:
        """Every line of every proof and argument with its number in the chapter."""
        return [equation for numbered in self.numbered() for equation in numbered.equations()]

    @property
    def judged(self) -> int:
        """How many lines were judged."""
        steps = sum(len(numbered.proof.steps) for numbered in self.proofs())
        return steps + sum(each.judged for each in self.arguments())

    @property
    def argued(self) -> int:
        """How many lines are only argued."""
        return sum(each.argued_lines for each in self.arguments())

    @property
    def status(self) -> Status:
        """The worst of the proofs, and of what a part rests on besides: proved if every one is."""
        return worst(Status(part.verdict) for part in self.parts)

    @property
    def verdict(self) -> str:
        return self.status.value

    @property
    def without_module(self) -> str:
        """Why no module is made of the chapter, with the lines that no judge could decide; nothing where one is."""
        if self.status in (Status.PROVED, Status.CHECKED):
            return ""
        undecided = [line for part in self.arguments() for line in part.undecided]
        return "\n".join([f"the chapter {self.name} is {self.verdict}: no module is made of it", *undecided])

    def functions(self) -> list[FunctionSpec]:
        """The functions of all parts; their equations have the chapter's numbers."""
        offsets = {numbered.proof: numbered.offset for numbered in self.proofs()}
        return [function for part in self.parts for function in part.functions(offsets)]

    def code(self) -> str:
        """The functions as a module."""
        content = content_hash(*(line for _, line in self.equations()))
        header = Header(self.title, self.made_from, content, self.command)
        return emit_module(header, self.functions())

    def module(self) -> str:
        """The text of the generated module: its functions, then all equations as a comment."""
        return f"{self.code().rstrip()}\n\n\n{equation_block(self.equations())}"

    def page(self) -> Page:
        """Proofs and code with the same equation numbers."""
        sections = tuple(numbered.section() for numbered in self.numbered())
        code = self.code() if self.functions() else ""
        return Page(self.title, self.sources, self.introduction, sections, code, "Code")


# --- the equations in a module --------------------------------------------------------------------------------------

EQUATIONS = "# Equations"
LINE_LENGTH = 120


def equation_block(equations: Sequence[tuple[int, str]]) -> str:
    """The equations of a chapter as a comment that closes its module: the next build tells from it what changed."""
    rows = [EQUATIONS]
    for number, line in equations:
        rows += wrap(
            f"({number}) {line}",
            LINE_LENGTH,
            initial_indent="#   ",
            subsequent_indent="#       ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return "\n".join([*rows, ""])


def recorded_equations(module: str) -> list[tuple[str, str]]:
    """Numbers and texts of the equations that a generated module records."""
    lines = module.splitlines()
    found: list[tuple[str, str]] = []
    for line in lines[lines.index(EQUATIONS) + 1 :] if EQUATIONS in lines else []:
        if line.startswith("#       ") and found:
            number, equation = found.pop()
            found.append((number, f"{equation} {line.removeprefix('#       ')}"))
        elif line.startswith("#   ("):
            number, _, equation = line.removeprefix("#   (").partition(") ")
            found.append((number, equation))
    return found


# --- from a file ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Declared:
    parts: tuple[Part, ...]
    sources: tuple[str, ...]


_declared: ContextVar[list[_Declared] | None] = ContextVar("declared", default=None)


def chapter(*parts: Part, source: str | Sequence[str] = ()) -> None:
    """The last line of a chapter's file: its parts in the order of reading, and the rows of the sources that it proves.

    Raises ProjectError where there is no part, or a part is neither a result, a solution, a derivation nor an argument.
    """
    if not parts:
        raise ProjectError("a chapter has at least one part: chapter(derive(…), …)")
    for part in parts:
        if not isinstance(getattr(part, "theorems", None), tuple):
            raise ProjectError(
                f"a part of a chapter is a result of derive, a solution, a derivation or an argument, "
                f"found {type(part).__name__}"
            )
    names = [function.name for part in parts for function in part.functions()]
    for name in names:
        if names.count(name) > 1:
            raise ProjectError(
                f"two parts of the chapter give a function named {name}: name their results, as in "
                f'derive(…, name="line"), which gives line_{name}'
            )
    proved = {proof for part in parts for proof in part.theorems}
    for part in parts:
        if not proved.issuperset(part.rests_on):
            raise ProjectError(
                f"the chapter has the {type(part).__name__.lower()} of a result that is not in it: "
                f"give chapter(…) what derive returned, too"
            )
    collected = _declared.get()
    if collected is not None:
        collected.append(_Declared(parts, (source,) if isinstance(source, str) else tuple(source)))


def load_chapter(path: Path) -> Chapter:
    """Run a chapter's file and take what it declares.

    Raises ProjectError with file and line where the file cannot be run or declares no chapter; a false or undecidable
    line keeps its own error, with the place added.
    """
    name = path.stem
    if not path.is_file():
        raise ProjectError(f"{path}: there is no such file")
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ProjectError(f"{path}: a chapter's file is named like a Python module, found {path.name!r}")
    collected: list[_Declared] = []
    token = _declared.set(collected)
    try:
        found = runpy.run_path(str(path), run_name=name)
    except SymnnError as error:
        error.args = (f"{_place(path, error)}: {error}", *error.args[1:])
        raise
    except (Exception, SystemExit) as error:
        raise ProjectError(f"{_place(path, error)}: {type(error).__name__}: {error}") from error
    finally:
        _declared.reset(token)
    if len(collected) != 1:
        raise ProjectError(f"{path}: a chapter's file calls chapter(…) once, at its end; found {len(collected)} calls")
    title, introduction = _title(path, found.get("__doc__"))
    declared = collected[0]
    return Chapter(name, title, introduction, declared.sources, declared.parts, f"derivations/{path.name}")


def _title(path: Path, docstring: str | None) -> tuple[str, str]:
    if not docstring or not docstring.strip():
        raise ProjectError(f'{path}, line 1: a chapter\'s file begins with """its title""", found none')
    title, _, rest = inspect.cleandoc(docstring).partition("\n")
    return title.strip().rstrip("."), rest.strip()


def _place(path: Path, error: BaseException) -> str:
    """File and line of the chapter where an error arose."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{path}, line {error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f"{path}, line {lines[-1]}" if lines else str(path)
