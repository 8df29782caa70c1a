"""The steps of a proof as plain data for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symnn.algebra.notation import latex, text
from symnn.proof.proof import Proof


def json_steps(proof: Proof, offset: int = 0) -> list[Mapping[str, Any]]:
    """One entry for each step: its line, the rule that led there, and the verdict with what repeats it."""
    return [
        {
            "number": step.number + offset,
            "rule": step.rule,
            "statement": text(after),
            "relation": step.relation.value,
            "latex": latex(after),
            "judge": step.judgement.judge,
            "sizes": [dict(sizes) for sizes in step.judgement.sizes],
            "bound": None if step.judgement.bound is None else float(step.judgement.bound),
            "seed": step.judgement.seed,
        }
        for _, step, after in proof.pairs()
    ]
