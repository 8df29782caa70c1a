"""symnn derives the mathematics of regression and neural networks as machine-checked proofs, and emits NumPy from them.

Text → expression → proof → code → verdict → page: `algebra`, `proof`, `calculus`, `codegen`, `check`, `typeset`.
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
    from symnn.any_depth import Backpropagation, backpropagation
    from symnn.author import derivation
    from symnn.chapters import chapter
    from symnn.claims.argument import argument
    from symnn.derivative import Derivative
    from symnn.result import Result, derive
    from symnn.solution import Solution

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
    "Backpropagation": "symnn.any_depth",
    "backpropagation": "symnn.any_depth",
    "argument": "symnn.claims.argument",
    "chapter": "symnn.chapters",
    "Derivative": "symnn.derivative",
    "Result": "symnn.result",
    "Solution": "symnn.solution",
    "derivation": "symnn.author",
    "derive": "symnn.result",
}


def __getattr__(name: str) -> Any:
    """What rests on NumPy and the calculus is loaded when it is asked for: judging a stored proof does without it."""
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
