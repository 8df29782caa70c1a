"""`symnn verify`: the proofs of a file judged again, and the texts beside them compared with what the proofs say.

What is written out again from the proofs as judged must be the same; whatever cannot be is named, since only the digest
stands for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from symnn.algebra.nodes import Equation, Node, Several, Variable, Vec
from symnn.algebra.notation import latex, text
from symnn.algebra.walk import names_in, unnamed, variables
from symnn.errors import CertificateError, NoCertificateError
from symnn.proof.certificate import Verification, digest, verify
from symnn.proof.proof import Proof
from symnn.typeset.json_steps import json_steps

BESIDE = ("objective", "numpy", "inferred")
"""What no proof says: the text that was read, the code that was written, the names whose shape was not given."""

WRITTEN = ("wrt", "latex", "verdict", "assumptions", "solution", "steps", "certificate", "digest")
RESULTS = ("gradient", "gradients", "jacobian", "hessian", "hessians", "symmetric_gradient", "structured_gradient")
"""Derivatives that are the last line of a proof; others, such as a directional one, are made of such a line."""

OF_SOLUTION = ("kind", "conditions", "remarks")
"""What is said of a solution beyond its equations."""


def verify_text(written: str) -> Verification:
    """Judge the proofs in a text again: a certificate, or what `symnn derive --format json` wrote.

    Raises NoCertificateError for a text that is neither, CertificateError where its digest does not fit.
    """
    try:
        document = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise NoCertificateError(f"the file is not JSON: {error}") from error
    if not isinstance(document, dict) or "certificate" not in document:
        return verify(written)
    if not isinstance(document["certificate"], dict) or "digest" not in document:
        raise NoCertificateError("the file: a certificate with its digest is expected")
    if document["digest"] != _digest(document):
        raise CertificateError("the digest does not fit the content: the file was altered")
    found = verify(document["certificate"])
    if not found.holds:
        return found
    reason = next(_differences(document, found), "")
    unjudged = [key for key in BESIDE if document.get(key)]
    unjudged += [key for key in _derivatives(document) if not _is_result(document[key], found.proofs)]
    unjudged += [f"{key} of the solution" for key in OF_SOLUTION if document.get("solution")]
    return replace(found, holds=not reason, reason=reason, unjudged=tuple(unjudged))


def _digest(document: Mapping[str, Any]) -> str:
    try:
        return digest(document)
    except (TypeError, ValueError, RecursionError) as error:
        raise NoCertificateError(f"the file is not plain JSON: {error}") from error


def _differences(document: Mapping[str, Any], found: Verification) -> Iterator[str]:
    """Where the texts differ from what is written out again."""
    proofs = found.proofs
    if not proofs:
        yield "no proof stands behind what is said"
        return
    first, *rest = proofs
    said: dict[str, Any] = {
        "wrt": [variable.name for variable in first.wrt],
        "latex": latex(_result(first, rest)),
        "verdict": found.status.value,
        "solution": _solution(document.get("solution"), rest),
        "steps": _steps(proofs, document["certificate"]["proofs"]),
    }
    for key, wanted in said.items():
        if document.get(key) != wanted:
            yield f"{key!r} is not what the proofs say: {_short(document.get(key))} instead of {_short(wanted)}"
    stated = {f"{text(variable)} is {word}" for variable in variables(first.statement) for word in variable.assumptions}
    if not isinstance(document.get("assumptions"), list) or not stated <= set(map(str, document["assumptions"])):
        yield f"'assumptions' leaves out what is assumed: {', '.join(sorted(stated))}"
    for key in _derivatives(document):
        if key in ("gradient", "gradients") and _given(document[key]) != _texts(_result(first, rest)):
            yield f"{key!r} is not the result of the first proof: {_short(document[key])}"
        if key in RESULTS and not _is_result(document[key], proofs):
            yield f"{key!r} is not the result of a proof: {_short(document[key])}"


def _derivatives(document: Mapping[str, Any]) -> list[str]:
    return [key for key in document if key not in (*BESIDE, *WRITTEN)]


def _given(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else [value]


def _is_result(value: Any, proofs: Sequence[Proof]) -> bool:
    results = [_texts(_result(proof)) for proof in proofs]
    return _given(value) in results or {*_given(value)} <= {part for result in results for part in result}


def _short(value: Any) -> str:
    return repr(value)[:120]


def _result(proof: Proof, others: Sequence[Proof] = ()) -> Node:
    """The last line without names: that of a proof that writes them out, if there is one."""
    further = [other.line for other in others if other.statement is proof.line] if names_in(proof.line) else []
    return unnamed(*further, proof.line)[0]


def _texts(line: Node) -> list[str]:
    return [str(part) for part in (line.children if isinstance(line, Several) else (line,))]


def _solution(given: Any, proofs: Sequence[Proof]) -> Any:
    """The values and equations written again from the proof whose last line gives them."""
    if given is None:
        return None
    kept = {key: given.get(key) for key in OF_SOLUTION} if isinstance(given, dict) else {}
    for proof in proofs:
        equations = proof.line.children if isinstance(proof.line, Several) else (proof.line,)
        values = {
            unknown.name: str(part.right)
            for part in equations
            if isinstance(part, Equation) and isinstance(unknown := _unstacked(part.left), Variable)
        }
        made = {**kept, "values": values, "latex": latex(proof.line)}
        if made == given:
            return made
    return "what the last line of a proof says"


def _unstacked(left: Node) -> Node:
    """A variable whose stacked columns an equation gives, too."""
    return left.children[0] if isinstance(left, Vec) else left


def _steps(proofs: Sequence[Proof], stored: Sequence[Mapping[str, Any]]) -> list[Any]:
    """All steps written again; the judging is that of the certificate, and lines are numbered through."""
    made: list[Any] = []
    offset = 0
    for proof, entry in zip(proofs, stored, strict=True):
        for step, kept in zip(json_steps(proof, offset), entry["steps"], strict=True):
            judgement = kept["judgement"]
            bound = None if judgement["bound"] is None else float(Fraction(judgement["bound"]))
            made.append({**step, "sizes": judgement["sizes"], "bound": bound, "seed": judgement["seed"]})
        offset += len(proof.steps) + 1
    return made
