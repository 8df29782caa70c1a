"""What `symnn derive` says of one objective: a page of text or LaTeX, or JSON that `symnn verify` judges again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symnn.chapters import Chapter, Part
from symnn.derivative import Derivative
from symnn.errors import CertificateError, UnsupportedError
from symnn.proof.certificate import Verification, digest, to_json, verify
from symnn.result import Result, derive
from symnn.solution import Solution
from symnn.typeset.json_steps import json_steps
from symnn.typeset.latex import render_latex
from symnn.typeset.text import render_text


@dataclass(frozen=True)
class Account:
    """A result with what else was asked for, on one page with equations numbered through."""

    text: str
    result: Result
    jacobian: bool
    hessian: Derivative | None
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
        hessian: bool = False,
        jacobian: bool = False,
        solve: bool = False,
        command: str = "symnn derive",
    ) -> Account:
        """Derive all that is asked for. Raises SymnnError as `derive` does; a missing closed form is no error."""
        result = derive(objective, list(wrt), shapes, assume)
        second = result.second() if hessian else None
        solution, unsolved = _solved(result) if solve else (None, "")
        parts: tuple[Part, ...] = tuple(part for part in (result, second, solution) if part is not None)
        names = ", ".join(variable.name for variable in result.wrt)
        kind = "Gradient" if result.objective.is_scalar else "Jacobian"
        note = f"Taken as scalars, since no shape is given: {', '.join(result.inferred)}." if result.inferred else ""
        title = f"{kind} by {names} of {objective}"
        page = Chapter("derived", title, note, (), parts, "an objective", command)
        return cls(objective, result, jacobian or not result.objective.is_scalar, second, solution, page, unsolved)

    @property
    def verdict(self) -> str:
        return self.page.verdict

    def written(self, form: str) -> str:
        """The account as ``text``, ``latex`` or ``json``."""
        if form == "json":
            return json.dumps(self.document(), indent=2, ensure_ascii=False) + "\n"
        return (render_latex if form == "latex" else render_text)(self.page.page())

    def document(self) -> dict[str, Any]:
        """Plain lists, texts and numbers. `certificate` holds the proofs themselves, `digest` is of all the rest."""
        result = self.result
        derivative: dict[str, Any] = {}
        if self.jacobian:
            derivative["jacobian"] = str(result.jacobian)
        elif len(result.wrt) == 1:
            derivative["gradient"] = str(result.gradient)
        else:
            derivative["gradients"] = {name: str(node) for name, node in result.gradients.items()}
        if self.hessian:
            derivative["hessian"] = str(result.hessian)
        content = {
            "objective": self.text,
            "wrt": [variable.name for variable in result.wrt],
            **derivative,
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

    def _solution(self) -> dict[str, Any] | None:
        if self.solution is None:
            return None
        return {
            "values": {name: str(node) for name, node in self.solution.values.items()},
            "kind": self.solution.kind,
            "conditions": [f"{condition.node} is {condition.word}" for condition in self.solution.conditions],
            "latex": self.solution.latex(),
        }


def _solved(result: Result) -> tuple[Solution | None, str]:
    try:
        return result.solve(), ""
    except UnsupportedError as error:
        return None, str(error)


def verify_text(text: str) -> Verification:
    """Judge the proofs in a text again: a certificate, or what `symnn derive --format json` wrote.

    Raises CertificateError for a text that is neither, or whose digest does not fit.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CertificateError(f"the file is not JSON: {error}") from error
    if not isinstance(document, dict) or "certificate" not in document:
        return verify(text)
    if document.get("digest") != digest(document):
        raise CertificateError("the digest does not fit the content: the file was altered")
    return verify(document["certificate"])
