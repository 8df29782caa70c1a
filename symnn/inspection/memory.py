"""What passed of chapters and runs, remembered in `.symnn/marks.json` of a project until what it rests on changes.

An outcome is kept under a digest of all that it depends on: the package, the file, the generated modules, and the
versions of the libraries. With another digest it is as if nothing had been found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import symnn
from symnn.files import write_whole
from symnn.project import Project

FILE = Path(".symnn") / "marks.json"
LIBRARIES = ("sympy", "numpy", "mpmath", "scipy", "scikit-learn", "matplotlib")


@dataclass(frozen=True)
class Task:
    """Something to find out: whether a chapter or a model by its name is shown or checked, or a run runs.

    `kind` is show, check or run.
    """

    kind: str
    name: str


@dataclass(frozen=True)
class Outcome:
    """What was found: whether it passed, and else why not; of a chapter its rows, and how its lines are judged."""

    passed: bool
    reason: str = ""
    rows: tuple[str, ...] = ()
    judged: int = 0
    argued: int = 0


class Memory:
    """The outcomes of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._path = project.root / FILE

    def recall(self, task: Task, digest: str) -> Outcome | None:
        """What was found, if that was under the same digest."""
        entry = _read(self._path).get(f"{task.kind} {task.name}")
        if not isinstance(entry, dict) or entry.pop("digest", None) != digest:
            return None
        return Outcome(**{**entry, "rows": tuple(entry["rows"])})

    def keep(self, task: Task, digest: str, outcome: Outcome) -> None:
        """Remember what passed, under the digest from before it was found. The file is written whole or not at all.

        What failed is forgotten: it may have come from what no digest tells, as a data set that is missing.
        """
        entries = _read(self._path)
        entries.pop(f"{task.kind} {task.name}", None)
        if outcome.passed:
            entries[f"{task.kind} {task.name}"] = {"digest": digest, **asdict(outcome)}
        write_whole(self._path, json.dumps(dict(sorted(entries.items())), indent=1, ensure_ascii=False) + "\n")

    def digest(self, task: Task) -> str:
        """Of all that an outcome depends on. A run may use every chapter, model and module of the project."""
        sources = self.project.sources()
        names = [task.name] if task.name in sources and task.kind != "run" else list(sources)
        files = [sources[name] for name in names]
        if task.kind != "show":
            files += [self.project.module_path(name) for name in names]
        return _digest((_package(), _versions(), _digest_of_files(self.project.root, files)))


def _read(path: Path) -> dict[str, Any]:
    """The entries of the file; none where it is not there, or was spoilt."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@lru_cache(maxsize=1)
def _package() -> str:
    root = Path(symnn.__file__).parent
    return _digest_of_files(root, (path for path in root.rglob("*") if "__pycache__" not in path.parts))


@lru_cache(maxsize=1)
def _versions() -> str:
    return " ".join(f"{name} {_version(name)}" for name in LIBRARIES)


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"


def _digest_of_files(root: Path, files: Iterable[Path]) -> str:
    present = sorted((path for path in files if path.is_file()), key=str)
    return _digest(f"{path.relative_to(root)} {_digest_of_bytes(path.read_bytes())}" for path in present)


def _digest(texts: Iterable[str]) -> str:
    return _digest_of_bytes("\n".join(texts).encode())


def _digest_of_bytes(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
