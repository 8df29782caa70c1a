"""`symnn verify` under attack: every leaf of the JSON of `symnn derive` altered, with digests made to fit again."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from symnn.account import Account
from symnn.errors import CertificateError, NoCertificateError, SymnnError
from symnn.proof.certificate import digest
from symnn.verification import BESIDE, verify_text

Path = tuple[Any, ...]

RIDGE = "np.sum((x*w - y)**2)/2 + lam*w**2/2"
SHAPES = {"x": ("n",), "y": ("n",)}
DOC = 7
CAPTIONS = {"title", "objective", "reason", "statement", DOC}
NOTES = {*CAPTIONS, "rule", "seed", "sizes", "bound"}
"""Captions, the description of a variable, and the record of an earlier judging, which a proof does not rest on."""


@pytest.fixture(scope="module")
def ridge() -> dict[str, Any]:
    account = Account.of(RIDGE, ["w"], SHAPES, {"lam": ["positive"]}, solve=True)
    return json.loads(account.written("json"))


@pytest.fixture(scope="module")
def form() -> dict[str, Any]:
    return json.loads(Account.of("w@A@w", ["w"], {"A": ("n", "n"), "w": ("n",)}, {}).written("json"))


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(part, (*path, key))
    else:
        yield path, value


def altered(document: dict[str, Any], path: Path, value: Any) -> str:
    """The document with one leaf exchanged, and both digests made anew."""
    made = copy.deepcopy(document)
    place = made
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    made["certificate"]["digest"] = digest(made["certificate"])
    made["digest"] = digest(made)
    return json.dumps(made)


def others(value: Any) -> list[Any]:
    """What a forger may put in the place of a leaf."""
    match value:
        case bool() | None:
            return [7]
        case int():
            return [value + 1, value - 1]
        case float():
            return [value * 2]
        case str():
            return [value + "1", "7"]
    return []


def holds(text: str) -> bool:
    try:
        return verify_text(text).holds
    except SymnnError:
        return False


def test_as_it_was_written_it_holds(ridge: dict[str, Any], form: dict[str, Any]) -> None:
    for document in (ridge, form):
        found = verify_text(json.dumps(document))
        assert found.holds, found.reason
        assert set(found.unjudged) >= {"objective", "numpy"}
        assert f"not judged: {', '.join(found.unjudged)}" in str(found)


def test_a_digest_that_does_not_fit_is_an_alteration(ridge: dict[str, Any]) -> None:
    for key in ("digest", "gradient", "numpy"):
        with pytest.raises(CertificateError, match="altered"):
            verify_text(json.dumps({**ridge, key: "0"}))


def test_every_text_beside_the_certificate_is_bound_or_named(ridge: dict[str, Any]) -> None:
    """One leaf of each kind: the steps are lists of equal entries."""
    seen: dict[Path, int] = {}
    for path, value in leaves({key: part for key, part in ridge.items() if key not in ("certificate", "digest")}):
        kind = tuple(key for key in path if isinstance(key, str))
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] not in (1, 4):
            continue
        free = path[0] in BESIDE or path[:2] in (("solution", "kind"), ("solution", "conditions"))
        for value_instead in others(value)[:1]:
            text = altered(ridge, path, value_instead)
            if free:
                assert verify_text(text).unjudged
            else:
                assert not holds(text), path


def test_an_assumption_may_not_be_left_out(ridge: dict[str, Any]) -> None:
    assert not holds(altered(ridge, ("assumptions",), []))
    assert not holds(altered(ridge, ("steps",), ridge["steps"][:-1]))
    assert not holds(altered(ridge, ("hessian",), "XᵀX"))
    assert not holds(altered(ridge, ("certificate", "proofs"), []))


def certificate_leaves(document: dict[str, Any]) -> list[tuple[Path, Any]]:
    return [(("certificate", *path), value) for path, value in leaves(document["certificate"]) if path != ("digest",)]


def test_every_altered_leaf_of_a_certificate_fails(form: dict[str, Any]) -> None:
    """Rows, relations, places, numbers, words, names: of all that stands in it only captions may differ."""
    held = []
    for path, value in certificate_leaves(form):
        for instead in others(value)[:1]:
            if holds(altered(form, path, instead)):
                held.append((path, value, instead))
    assert {path[-1] for path, _, _ in held} <= CAPTIONS, held


def test_an_altered_certificate_alone_fails_or_says_another_theorem(form: dict[str, Any]) -> None:
    theorems = verify_text(json.dumps(form["certificate"])).theorems
    for path, value in certificate_leaves(form):
        made = json.loads(altered(form, path, others(value)[0]))["certificate"]
        if holds(json.dumps(made)):
            assert NOTES & {path[-1], *map(str, path)} or verify_text(json.dumps(made)).theorems != theorems, path


NO_CERTIFICATES = ["", "hello", "[1]", "7", '{"a": 1}', "{", "[" * 5000, '{"certificate": 3}', '{"certificate": NaN}']


@pytest.mark.parametrize("text", NO_CERTIFICATES, ids=range(len(NO_CERTIFICATES)))
def test_what_is_no_certificate_is_told_apart(text: str) -> None:
    with pytest.raises(NoCertificateError):
        verify_text(text)


ACCOUNTS = [
    (RIDGE, ["w"], SHAPES, {"lam": ["positive"]}, {"solve": True, "further": ("hessian",)}),
    ("np.sum((X@w + b - y)**2)", ["w", "b"], {"X": ("n", "d"), "w": ("d",), "y": ("n",)}, {}, {"solve": True}),
    ("u@A@w", ["u", "w"], {"A": ("n", "d"), "w": ("d",), "u": ("n",)}, {}, {"further": ("hessian", "hvp")}),
    ("np.tanh(A @ w)", ["w"], {"A": ("n", "d"), "w": ("d",)}, {}, {}),
    ("np.sum(A**3)", ["A"], {"A": ("n", "n")}, {"A": ["symmetric"]}, {"further": ("hessian", "symmetric_gradient")}),
]


def test_what_is_made_of_a_result_is_named() -> None:
    account = Account.of("w@A@w", ["w"], {"A": ("n", "n"), "w": ("n",)}, {}, further=("directional",))
    assert "directional" in verify_text(account.written("json")).unjudged


@pytest.mark.parametrize(("objective", "wrt", "shapes", "assume", "asked"), ACCOUNTS, ids=[a[0] for a in ACCOUNTS])
def test_whatever_is_derived_can_be_verified(objective, wrt, shapes, assume, asked) -> None:
    found = verify_text(Account.of(objective, wrt, shapes, assume, **asked).written("json"))
    assert found.holds, found.reason
