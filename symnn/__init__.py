"""symnn derives the mathematics of regression and neural networks as machine-checked proofs, and emits NumPy from them.

Text → expression → proof → code → verdict → page: `algebra`, `calculus`, `proof`, `codegen`, `check`, `typeset`. What a
user asks for is in `results`, networks are in `learn`, and what is shown on data is in `runs`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from symnn.algebra.functions import define
from symnn.algebra.language import *  # noqa: F403
from symnn.algebra.language import __all__ as _words
from symnn.algebra.nodes import Equation, Identity, Node, Variable
from symnn.algebra.renaming import renamed
from symnn.algebra.sizes import dim, dims
from symnn.algebra.walk import substitute
from symnn.errors import SymnnError
from symnn.proof.step import Condition

if TYPE_CHECKING:
    from symnn.chapters import chapter
    from symnn.claims.argument import argument
    from symnn.results.any_depth import Backpropagation, backpropagation
    from symnn.results.author import derivation
    from symnn.results.derivative import Derivative
    from symnn.results.result import Result, derive
    from symnn.results.solution import Solution

__version__ = "0.1.0"

__all__ = [
    "Backpropagation",
    "Condition",
    "Derivative",
    "Equation",
    "Identity",
    "Node",
    "Result",
    "Solution",
    "SymnnError",
    "Variable",
    "argument",
    "backpropagation",
    "chapter",
    "define",
    "derivation",
    "derive",
    "dim",
    "dims",
    "renamed",
    "substitute",
    *_words,
]


_LATER = {
    "Backpropagation": "symnn.results.any_depth",
    "backpropagation": "symnn.results.any_depth",
    "argument": "symnn.claims.argument",
    "chapter": "symnn.chapters",
    "Derivative": "symnn.results.derivative",
    "Result": "symnn.results.result",
    "Solution": "symnn.results.solution",
    "derivation": "symnn.results.author",
    "derive": "symnn.results.result",
}


def __getattr__(name: str) -> Any:
    """What rests on NumPy and the calculus is loaded when it is asked for: judging a stored proof does without it."""
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
