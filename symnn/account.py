"""What `symnn derive` says of one objective: a page of text or LaTeX, or JSON that `symnn verify` judges again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symnn.chapters import Chapter, Part
from symnn.errors import UnsupportedError
from symnn.proof.certificate import digest, to_json
from symnn.results.derivative import Derivative
from symnn.results.result import Result, derive
from symnn.results.solution import Solution
from symnn.typeset import RENDERERS
from symnn.typeset.json_steps import json_steps


@dataclass(frozen=True)
class Account:
    """A result with what else was asked for, on one page with equations numbered through."""

    text: str
    result: Result
    further: tuple[Derivative, ...]
    solution: Solution | None
    page: Chapter
    unsolved: str = ""
    """Why there is no closed form, where one was asked for."""

    @classmethod
    def of(
        cls,
        objective: str,
        wrt: Sequence[str],
        shapes: Mapping[str, Sequence[object]],
        assume: Mapping[str, Sequence[str]],
        *,
        further: Sequence[str] = (),
        mixed: Sequence[tuple[str, str]] = (),
        solve: bool = False,
        command: str = "symnn derive",
    ) -> Account:
        """Derive all that is asked for. Raises SymnnError as `derive` does; a missing closed form is no error.

        `further` are the names of other derivatives, as `Result.derivative` takes them, `mixed` pairs of variables.
        """
        result = derive(objective, list(wrt), shapes, assume)
        asked = [result.derivative(what) for what in dict.fromkeys(further)]
        asked += [result.mixed(*pair) for pair in dict.fromkeys(mixed)]
        solution, unsolved = _solved(result, "symmetric_gradient" in further) if solve else (None, "")
        own = {function.name for function in result.functions()}
        others = [part for part in asked if part.what not in own]
        parts: tuple[Part, ...] = (result, *others, *([solution] if solution else []))
        names = ", ".join(variable.name for variable in result.wrt)
        kind = "Gradient" if result.objective.is_scalar else "Jacobian"
        note = f"Taken as scalars, since no shape is given: {', '.join(result.inferred)}." if result.inferred else ""
        title = f"{kind} by {names} of {objective}"
        page = Chapter("derived", title, note, (), parts, "an objective", command)
        return cls(objective, result, tuple(asked), solution, page, unsolved)

    @property
    def verdict(self) -> str:
        return self.page.verdict

    def written(self, form: str) -> str:
        """The account as ``text``, ``latex``, ``markdown`` or ``json``."""
        if form == "json":
            return json.dumps(self.document(), indent=2, ensure_ascii=False) + "\n"
        return RENDERERS[form](self.page.page())

    def document(self) -> dict[str, Any]:
        """Plain lists, texts and numbers. `certificate` holds the proofs themselves, `digest` is of all the rest."""
        result = self.result
        content = {
            "objective": self.text,
            "wrt": [variable.name for variable in result.wrt],
            **self._derivatives(),
            "latex": result.latex(),
            "numpy": self.page.code(),
            "verdict": self.verdict,
            "assumptions": list(result.assumptions),
            "inferred": list(result.inferred),
            "solution": self._solution(),
            "steps": [step for part in self.page.proofs() for step in json_steps(part.proof, part.offset)],
            "certificate": to_json([numbered.proof for numbered in self.page.proofs()]),
        }
        return {**content, "digest": digest(content)}

    def _derivatives(self) -> dict[str, Any]:
        """Texts by the names of the derivatives; of several variables a mapping, under the name in the plural."""
        found: dict[str, Any] = {}
        for part in (self.result.first, *self.further):
            texts = {output.name or part.what: str(output.expression) for output in part.outputs}
            several = len(part.outputs) > 1
            if several:
                found[f"{part.what}s"] = texts
            else:
                found[part.what] = str(part.expression)
        return found

    def _solution(self) -> dict[str, Any] | None:
        if self.solution is None:
            return None
        return {
            "values": {name: str(node) for name, node in self.solution.values.items()},
            "kind": self.solution.kind,
            "conditions": [f"{condition.node} is {condition.word}" for condition in self.solution.conditions],
            "remarks": list(self.solution.remarks),
            "latex": self.solution.latex(),
        }


def _solved(result: Result, symmetric: bool) -> tuple[Solution | None, str]:
    try:
        return result.solve(symmetric=symmetric), ""
    except UnsupportedError as error:
        return None, str(error)
