"""Certificates: an honest one is verified without the calculus, an altered one never passes for what it was."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from fractions import Fraction

import pytest

from symnn.algebra.language import inv, matrix, relu, scalar, squared_norm, vector
from symnn.algebra.nodes import Differential, Equation, Identity, Zeros
from symnn.algebra.sizes import dims
from symnn.errors import CertificateError
from symnn.proof.certificate import certificate, digest, read, to_json, verify
from symnn.proof.proof import Proof
from symnn.proof.step import Condition, Relation, Status


def ridge():
    """Gradient, normal equations and closed form, written by hand."""
    n, d = dims("n d")
    X, y, w = matrix("X", n, d), vector("y", n), vector("w", d)
    lam = scalar("lam", assume="positive")
    cost = squared_norm(y - X @ w) / 2 + lam * squared_norm(w) / 2
    normal = X.T @ X + lam * Identity(d)
    proof = Proof(cost, [w], title="Ridge", conditions=[Condition("invertible", normal)], seed=3)
    proof.step(cost, Differential(cost), rule="differential", relation=Relation.DIFFERENTIAL, place=())
    first = X.T @ (X @ w - y) + lam * w
    proof.step(Differential(cost), first, rule="gradient", relation=Relation.GRADIENT)
    collected = normal @ w - X.T @ y
    proof.step(first, collected, rule="collect w", statement="distribute")
    proof.step(collected, Equation(collected, Zeros(d, 1)), rule="stationary", relation=Relation.STATIONARY)
    after = Equation(normal @ w, X.T @ y)
    proof.step(proof.line, after, rule="move", relation=Relation.EQUIVALENT)
    proof.step(
        after,
        Equation(w, inv(normal) @ X.T @ y),
        rule="solve",
        relation=Relation.EQUIVALENT,
        witness=normal,
        uses=[Condition("invertible", normal)],
    )
    return proof


def kink():
    t = scalar("t")
    proof = Proof(relu(t) - relu(-t), [])
    proof.step(proof.line, t, rule="relu")
    return proof


def transposes():
    m = dims("m")[0]
    A, B = matrix("A", m, m), matrix("B", m, m)
    proof = Proof((A @ B).T + A.T, [])
    proof.step((A @ B).T, B.T @ A.T, rule="transpose of a product", place=(0,))
    return proof


@pytest.fixture(scope="module")
def document():
    return certificate(ridge(), "sum((y - X @ w)**2)/2 + lam*sum(w**2)/2")


@pytest.fixture
def altered(document):
    return copy.deepcopy(document)


def sealed(document):
    document["digest"] = digest(document)
    return document


def refused(document):
    """Whether a document is malformed or does not hold, with the reason."""
    try:
        found = verify(document, seed=11)
    except CertificateError as error:
        return str(error)
    return "" if found.holds else found.reason


def test_an_honest_document_is_verified(document):
    found = verify(json.dumps(document, indent=2))
    assert found.holds and found.reason == ""
    assert found.status is Status.PROVED and 0 <= found.bound < Fraction(1, 10**12)
    assert len(found.theorems) == 1 and "invertible" in found.theorems[0]


def test_fresh_seeds_are_drawn(document):
    assert verify(document).seed != verify(document).seed
    assert verify(document, seed=5).seed == 5


def test_writing_is_repeatable_and_what_is_read_is_what_was_written(document):
    assert json.dumps(certificate(ridge(), document["proofs"][0]["objective"])) == json.dumps(document)
    assert read(json.dumps(document)) == document


def test_several_proofs_share_one_table():
    together = to_json([transposes(), ridge(), kink()])
    found = verify(together)
    assert found.holds and len(found.theorems) == 3
    assert found.status is Status.CHECKED
    single = sum(len(certificate(proof)["nodes"]) for proof in (transposes(), ridge(), kink()))
    assert len(together["nodes"]) <= single
    assert len(to_json([ridge(), ridge()])["nodes"]) == len(certificate(ridge())["nodes"])


def test_the_calculus_is_not_imported(document, tmp_path):
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(document))
    code = (
        "import sys, pathlib\n"
        "from symnn.proof.certificate import verify\n"
        "assert verify(pathlib.Path(sys.argv[1]).read_text()).holds\n"
        "print(sorted(name for name in sys.modules if name.startswith('symnn.calculus')))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- alterations without a new digest -------------------------------------------------------------------------------


def places(value, path=()):
    """Every place of a document where a text, a number or nothing stands."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*path, index))
    else:
        yield path


def put(document, path, change):
    target = document
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = change(target[path[-1]])
    return document


def other(value):
    if value is None:
        return 0
    return value + 1 if isinstance(value, int) else value + "x"


def test_whatever_is_altered_the_digest_tells(document):
    for path in places(document):
        assert refused(put(copy.deepcopy(document), path, other)), path


# --- alterations with a new digest ----------------------------------------------------------------------------------

# Captions, and how the stored verdict was reached: `verify` reaches its own, and reports that.
HARMLESS = {"rule", "statement", "title", "objective", "reason", "seed", "bound"}


def test_a_forger_who_seals_again_proves_nothing_false(document):
    """What still passes is a caption, or another theorem that is true: with a variable renamed, for instance."""
    for path in places(document):
        if path == ("digest",) or (path[0] == "proofs" and (path[-1] in HARMLESS or "sizes" in path)):
            continue
        forged = sealed(put(copy.deepcopy(document), path, other))
        if not refused(forged):
            assert path[0] == "nodes", path
            kind = document["nodes"][path[1]][0]
            assert kind == "Variable" and verify(forged).theorems != verify(document).theorems, path


REPLACEMENTS = {"Add": "Hadamard", "MatMul": "Hadamard", "Transpose": "Inverse", "Inverse": "Transpose"}


def test_every_row_of_another_kind_is_refused(document):
    for row, (kind, *_) in enumerate(document["nodes"]):
        forged = copy.deepcopy(document)
        forged["nodes"][row][0] = REPLACEMENTS.get(kind, "Trace")
        assert refused(forged)
        assert refused(sealed(forged)), (row, kind)


def test_every_reference_between_rows_is_refused_if_it_makes_a_step_false(document):
    for row, (_, *arguments) in enumerate(document["nodes"]):
        for position, argument in enumerate(arguments):
            if isinstance(argument, dict) and "node" in argument:
                forged = copy.deepcopy(document)
                forged["nodes"][row][position + 1] = {"node": max(0, argument["node"] - 1)}
                if forged != document:
                    assert refused(sealed(forged)), (row, position)


def step(document, index):
    return document["proofs"][0]["steps"][index]


FORGERIES = {
    "a row twice": lambda doc: doc["nodes"].append(doc["nodes"][0]),
    "a row that is not used": lambda doc: doc["nodes"].append(["Number", {"size": "12345"}]),
    "rows in another order": lambda doc: doc["nodes"].insert(0, doc["nodes"].pop(1)),
    "a step left out": lambda doc: doc["proofs"][0]["steps"].pop(2),
    "steps in another order": lambda doc: doc["proofs"][0]["steps"].reverse(),
    "another result": lambda doc: doc["proofs"][0].update(result=step(doc, 2)["contractum"]),
    "another statement": lambda doc: doc["proofs"][0].update(statement=0),
    "another relation": lambda doc: step(doc, 1).update(relation="equal"),
    "an unknown relation": lambda doc: step(doc, 1).update(relation="obvious"),
    "no condition": lambda doc: doc["proofs"][0].update(conditions=[]),
    "another condition": lambda doc: doc["proofs"][0]["conditions"][0].update(word="symmetric"),
    "no witness": lambda doc: step(doc, 5).update(witness=None),
    "another place": lambda doc: step(doc, 0).update(place=[0]),
    "a path out of the line": lambda doc: step(doc, 0).update(place=[99]),
    "another number": lambda doc: step(doc, 0).update(number=7),
    "another judge": lambda doc: step(doc, 2)["judgement"].update(judge="sign"),
    "a size of zero": lambda doc: step(doc, 2)["judgement"]["sizes"][0].update(n=0),
    "a size of no symbol": lambda doc: step(doc, 2)["judgement"]["sizes"][0].update(q=3),
    "a bound above one": lambda doc: step(doc, 2)["judgement"].update(bound="3/2"),
    "a bound that is no fraction": lambda doc: step(doc, 2)["judgement"].update(bound="tiny"),
    "a better verdict of the proof": lambda doc: doc["proofs"][0].update(status="checked"),
    "no variable": lambda doc: doc["proofs"][0].update(wrt=[]),
    "another variable": lambda doc: doc["proofs"][0].update(wrt=[0]),
    "another format": lambda doc: doc.update(format="proof"),
    "another version": lambda doc: doc.update(version=2),
    "one more key": lambda doc: doc.update(extra=1),
    "one key less": lambda doc: step(doc, 0).pop("rule"),
    "a truth value for a row": lambda doc: doc["proofs"][0].update(statement=True),
    "an unknown kind": lambda doc: doc["nodes"][0].__setitem__(0, "Node"),
    "a fraction of seconds": lambda doc: step(doc, 0)["judgement"].update(seed=0.5),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_forgeries_are_refused_with_a_reason(altered, forge):
    forge(altered)
    assert refused(altered)
    try:
        sealed(altered)
    except CertificateError:
        return
    assert refused(altered)


def test_a_verdict_that_is_better_than_it_was_is_refused():
    forged = certificate(kink())
    assert forged["proofs"][0]["status"] == "checked"
    forged["proofs"][0]["status"] = "proved"
    forged["proofs"][0]["steps"][0]["judgement"]["status"] = "proved"
    assert "stored as proved and now checked" in refused(sealed(forged))


def test_a_false_line_is_refuted_with_its_counterexample(document):
    """A factor of two in the cost, and none in its gradient: the digest fits, the mathematics does not."""
    forged = copy.deepcopy(document)
    (row,) = [index for index, item in enumerate(forged["nodes"]) if item == ["Number", {"size": "1/2"}]]
    forged["nodes"][row][1]["size"] = "1/3"
    found = verify(sealed(forged), seed=1)
    assert not found.holds and found.status is Status.REFUTED and "counterexample" in found.reason


def test_a_renamed_variable_is_another_theorem_and_is_named(document):
    forged = copy.deepcopy(document)
    (row,) = [item for item in forged["nodes"] if item[:2] == ["Variable", "lam"]]
    row[1] = "ridge_weight"
    found = verify(sealed(forged))
    assert found.holds and "ridge_weight" in str(found)


def definite(weight):
    """For positive weights, vᵀ(XᵀX + λI)v is positive unless v is zero."""
    n, d = dims("n d")
    X, v = matrix("X", n, d), vector("v", d)
    form = v.T @ (X.T @ X + weight * Identity(d)) @ v
    lemma = Proof(form, [v])
    squares = squared_norm(X @ v) + weight * squared_norm(v)
    lemma.step(form, squares, rule="squares")
    lemma.step(squares, squares, rule="sum of squares", relation=Relation.POSITIVE, place=())
    return lemma


def test_a_condition_that_a_lemma_proves_is_said_to_be_proved():
    lam, mu = scalar("lam", assume="positive"), scalar("mu", assume="positive")
    proof = ridge()
    normal = proof.conditions[0].node
    proof.conditions = (*proof.conditions, Condition("positive definite", normal))
    assert "positive definite, as proved above" in str(verify(to_json([definite(lam), proof])))
    assert "as proved above" not in str(verify(to_json([definite(mu), proof])))
    assert "as proved above" not in str(verify(to_json([proof, definite(lam)])))


# --- damaged files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("[]", "an object is expected"),
        ("{}", "of version 1 is expected"),
        ("[" * 100_000, "nested"),
        ('{"a": ' * 100 + "1" + "}" * 100, "nested"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": 0.5}', "exact fractions"),
        ('{"a": NaN}', "exact fractions"),
        ('{"a": ' + "9" * 10_000 + "}", "not JSON"),
    ],
)
def test_damaged_text_is_refused(text, reason):
    with pytest.raises(CertificateError, match=reason):
        verify(text)


def test_text_that_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr("symnn.proof.certificate.LONGEST", 10)
    with pytest.raises(CertificateError, match="longer than 10"):
        verify('{"a": "0123456789"}')


def test_deep_objects_are_refused():
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(CertificateError):
        verify({"nodes": value})


def test_brackets_inside_of_captions_are_harmless():
    proof = transposes()
    proof.title = "[" * 1000 + '"\\'
    assert verify(json.dumps(certificate(proof))).holds


def test_powers_of_sizes_that_would_never_end_are_refused(altered):
    altered["nodes"][0] = ["Extent", {"size": ["power", ["power", "9", "9999999"], "9999999"]}]
    with pytest.raises(CertificateError, match="power"):
        verify(sealed(altered))
