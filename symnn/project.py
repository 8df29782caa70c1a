"""A project: a folder with `derivations/` and `models/`, and the modules of `generated/` that are built from them."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from symnn.algebra.nodes import Node
from symnn.chapters import EQUATIONS, Chapter, load_chapter, recorded_equations
from symnn.codegen import FunctionSpec
from symnn.errors import ProjectError, RefutedError, UndecidedError
from symnn.files import write_whole
from symnn.formula import Formula
from symnn.learn.model import Model, read_model
from symnn.learn.model_text import model_differences
from symnn.near import near
from symnn.networks import ModelChapter, load_network
from symnn.proof.step import Status
from symnn.results.result import Result
from symnn.results.solution import Solution

CHAPTERS = "derivations"
MODELS = "models"
MODULES = "generated"
SHOWN_LINES = 20


@dataclass(frozen=True)
class Change:
    """What a build found for one module: `kind` is new, changed, same or orphaned; the rest is for the reader."""

    name: str
    kind: str
    equations: tuple[str, ...] = ()
    code: tuple[str, ...] = ()

    def shown(self, limit: int | None = SHOWN_LINES) -> list[str]:
        """The equations and the lines of code that differ, at most `limit` of each."""
        found = [*_first(self.equations, limit, "equations"), *_first(self.code, limit, "lines of code")]
        return found or (["only headings or comments differ"] if self.kind == "changed" else [])


def _first(lines: Sequence[str], limit: int | None, what: str) -> list[str]:
    more = len(lines) - len(lines[:limit])
    return [*lines[:limit], *([f"… and {more} more {what}"] if more else [])]


@dataclass(frozen=True)
class Project:
    """Chapters, models and modules below one folder. A model is a chapter, too: one that is made from a model file."""

    root: Path

    @classmethod
    def find(cls, folder: Path | None = None) -> Project:
        """The project at a folder that was named, or the nearest one upward of the working directory.

        Raises ProjectError where there is none.
        """
        if folder is not None:
            if not _is_project(folder):
                raise ProjectError(f"{folder} is no project: it has no folder {CHAPTERS}/ and no {MODELS}/*.toml")
            return cls(folder)
        here = Path.cwd()
        for candidate in (here, *here.parents):
            if _is_project(candidate):
                return cls(candidate)
        raise ProjectError(
            f"no folder from {here} upward holds {CHAPTERS}/ or {MODELS}/*.toml; change to a project or name one with "
            "--project DIR"
        )

    def sources(self) -> dict[str, Path]:
        """The files of all chapters and models by name, in alphabetical order.

        Raises ProjectError where a chapter and a model have one name, since both would give one module.
        """
        chapters, models = (self.root / CHAPTERS).glob("*.py"), (self.root / MODELS).glob("*.toml")
        found: dict[str, Path] = {}
        for path in sorted(path for path in (*chapters, *models) if not path.name.startswith("_")):
            if path.stem in found:
                raise ProjectError(
                    f"{found[path.stem]} and {path} have one name, and both would give "
                    f"{MODULES}/{path.stem}.py: rename one of them"
                )
            found[path.stem] = path
        return dict(sorted(found.items()))

    def names(self) -> list[str]:
        """The names of all chapters and models, in alphabetical order."""
        return list(self.sources())

    def chapter(self, name: str) -> Chapter:
        """A chapter or a model by its name, judged. Raises ProjectError for an unknown name."""
        sources = self.sources()
        if name not in sources:
            raise ProjectError(
                f"there is no chapter {name!r}, and no such model, in {self.root}; {_offered(name, sources)}"
            )
        path = sources[name]
        return _loaded(path, path.stat().st_mtime_ns)

    def models(self) -> list[str]:
        """The names of all models, in alphabetical order."""
        return [name for name, path in self.sources().items() if path.suffix == ".toml"]

    def model_path(self, name: str) -> Path:
        """The file of a model. Raises ProjectError for an unknown name."""
        path = self.sources().get(name)
        if path is None:
            offered = _offered(name, self.models())
            raise ProjectError(f"there is no model {name!r} in {self.root / MODELS}; {offered}")
        if path.suffix != ".toml":
            known = ", ".join(self.models()) or "none"
            raise ProjectError(f"{name} is a chapter, {path}, and no model; the models are: {known}")
        return path

    def model(self, name: str) -> Model:
        """What a model file says, without its derivation. Raises ProjectError for an unknown name."""
        return read_model(self.model_path(name))

    def module_path(self, name: str) -> Path:
        return self.root / MODULES / f"{name}.py"

    def current_module(self, name: str) -> Path:
        """The file of a module that is what its chapter or model gives. Raises ProjectError for any other one."""
        path, text = self.module_path(name), self.module_text(name)
        chapter = self.chapter(name)
        require_module(chapter)
        if text is None:
            raise ProjectError(f"{path} was not built; run symnn build")
        if text != chapter.module():
            raise ProjectError(f"{path} is not what {self.sources()[name]} gives; run symnn build")
        return path

    def module_text(self, name: str) -> str | None:
        """The text of a generated module, or None where it was not built."""
        path = self.module_path(name)
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def module(self, name: str) -> Mapping[str, Any]:
        """The names that a generated module defines. Raises ProjectError where it was not built."""
        path = self.module_path(name)
        if not path.is_file():
            raise ProjectError(f"{path} was not built; run symnn build")
        return runpy.run_path(str(path))

    def objective(self, chapter: str) -> Formula:
        """The objective of the first result in a chapter, with its emitted function."""
        result = next((part for part in self.chapter(chapter).parts if isinstance(part, Result)), None)
        if result is None:
            raise ProjectError(f"the chapter {chapter} has no result of derive")
        return self._formula(chapter, result.objective, result.functions()[0])

    def program(self, chapter: str, name: str) -> Node:
        """The objective of the result of this name in a chapter, in which intermediate results have their names."""
        for part in self.chapter(chapter).parts:
            if isinstance(part, Result) and part.problem.name == name:
                return part.objective if part.problem.program is None else part.problem.program
        raise ProjectError(f"the chapter {chapter} has no result of the name {name}: derive(…, name={name!r})")

    def solution(self, chapter: str) -> Formula:
        """The closed form of the first solution in a chapter, of one variable, with its emitted function."""
        solution = next((part for part in self.chapter(chapter).parts if isinstance(part, Solution)), None)
        if solution is None:
            raise ProjectError(f"the chapter {chapter} has no solution: .solve()")
        return self._formula(chapter, solution.value, solution.functions()[0])

    def function(self, chapter: str, name: str) -> Callable[..., Any]:
        """A function of a chapter's generated module, by its name."""
        emitted = self.module(chapter).get(name)
        if not callable(emitted):
            raise ProjectError(f"{self.module_path(chapter)} has no function {name}; run symnn build")
        return cast(Callable[..., Any], emitted)

    def formula(self, chapter: str, name: str, place: int = 0) -> Formula:
        """One result of an emitted function of a chapter: `place` tells which of several.

        Raises ProjectError where the chapter emits no such function.
        """
        functions = {function.name: function for function in self.chapter(chapter).functions()}
        if name not in functions:
            known = ", ".join(functions) or "none"
            raise ProjectError(f"the chapter {chapter} emits no function {name}; there are: {known}")
        return self._formula(chapter, functions[name].results[place], functions[name], place)

    def _formula(self, chapter: str, node: Node, function: FunctionSpec, place: int = 0) -> Formula:
        emitted = self.function(chapter, function.name)
        several = len(function.results) > 1
        chosen = (lambda *arguments: emitted(*arguments)[place]) if several else emitted
        return Formula(node, chosen, tuple(variable.name for variable in function.parameters))

    def changes(self, names: Sequence[str] = ()) -> Iterator[tuple[Change, str | None]]:
        """Each module that differs from its chapter, with the text it must have; None for one without a chapter.

        With `names`, those alone. Raises RefutedError or UndecidedError for a chapter whose proofs do not all hold: no
        code is made from it.
        """
        for name in names or self.names():
            chapter = self.chapter(name)
            require_module(chapter)
            text = chapter.module()
            old = self.module_text(name)
            if old != text:
                yield compared(name, old, text), text
        for path in sorted((self.root / MODULES).glob("*.py")) if not names else ():
            if path.stem not in self.names():
                yield Change(path.stem, "orphaned"), None

    def build(self, names: Sequence[str] = ()) -> Iterator[Change]:
        """Bring `generated/` up to date and tell what was changed. A module is written whole or not at all.

        With `names`, those modules alone. A module without a chapter is removed if symnn made it, and else left alone.
        """
        for change, text in self.changes(names):
            path = self.module_path(change.name)
            if text is not None:
                write_whole(path, text)
            elif EQUATIONS in path.read_text(encoding="utf-8").splitlines():
                path.unlink()
            else:
                raise ProjectError(f"{path} was not made by symnn and has no chapter: move it out of {MODULES}/")
            yield change


def _offered(name: str, known: Sequence[str] | Mapping[str, object]) -> str:
    """The known name that is near, or all of them."""
    meant = near(name, known)
    return f"did you mean {meant}?" if meant else f"there are: {', '.join(known) or 'none'}"


def _is_project(folder: Path) -> bool:
    return (folder / CHAPTERS).is_dir() or any((folder / MODELS).glob("*.toml"))


@lru_cache(maxsize=256)
def _loaded(path: Path, _changed: int) -> Chapter:
    return load(path)


def load(path: Path) -> Chapter:
    """The chapter of a file in Python, or the network of a model file in TOML. Raises SymnnError with its place."""
    return load_network(path) if path.suffix == ".toml" else load_chapter(path)


def require_module(chapter: Chapter) -> None:
    """Raises RefutedError or UndecidedError for a chapter of which no module is made: not all of its proofs hold."""
    if chapter.without_module:
        raise (RefutedError if chapter.status is Status.REFUTED else UndecidedError)(chapter.without_module)


# --- comparing ------------------------------------------------------------------------------------------------------


def changed_equations(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> list[str]:
    """The equations that differ by their text, wherever they stand: ``- (3) …`` for old ones, ``+ (3) …`` for new."""
    matcher = SequenceMatcher(None, [text for _, text in old], [text for _, text in new], autojunk=False)
    found = []
    for kind, first, last, start, stop in matcher.get_opcodes():
        if kind != "equal":
            found += [f"- ({number}) {text}" for number, text in old[first:last]]
            found += [f"+ ({number}) {text}" for number, text in new[start:stop]]
    return found


def compared(name: str, old: str | None, new: str) -> Change:
    """What differs between two texts of a module: equations by their text, code by its lines."""
    if old is None or old == new:
        return Change(name, "new" if old is None else "same")
    equations = changed_equations(recorded_equations(old), recorded_equations(new))
    return Change(name, "changed", tuple(equations), tuple(code_difference(old, new)))


def differences(old: Chapter, new: Chapter) -> list[str]:
    """What differs between two chapters: what their files say, where both are models, the equations, and the code.

    Raises ProjectError for a chapter and a model.
    """
    if isinstance(old, ModelChapter) != isinstance(new, ModelChapter):
        model, chapter = (old, new) if isinstance(old, ModelChapter) else (new, old)
        raise ProjectError(
            f"{model.name} is a model and {chapter.name} is a chapter, which have nothing in common to compare; "
            "name two models or two chapters"
        )
    found = compared(new.name, old.module(), new.module()).shown(limit=None)
    if isinstance(old, ModelChapter) and isinstance(new, ModelChapter):
        return [*model_differences(old.model, new.model), *found]
    return found


def code_difference(old: str, new: str) -> list[str]:
    """The lines of code that differ between two modules, without their headings and their comments on equations."""
    before, after = (_code(text).splitlines() for text in (old, new))
    return [line for line in list(unified_diff(before, after, n=0, lineterm=""))[2:] if not line.startswith("@@")]


def _code(module: str) -> str:
    _, _, rest = module.partition('\n"""\n')
    return rest.partition(f"\n{EQUATIONS}\n")[0]
