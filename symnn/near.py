"""The known name that a wrong one was meant to be: the same but for case and dashes, or spelled much alike."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def near(name: str, known: Iterable[str]) -> str:
    """The nearest known name, "" where none is near."""
    spelled = {_plain(each): each for each in reversed(list(known))}
    close = get_close_matches(_plain(name), spelled, n=1)
    return spelled[close[0]] if close else ""


def _plain(name: str) -> str:
    return name.casefold().replace("-", "_")
