"""Stored proofs on the command line: what was written is verified, and what was altered is noticed."""

import json

import pytest

RIDGE = "np.sum((y - X@w)**2)/2 + lam*np.sum(w**2)/2"
SHAPES = ["--shape", "X=n,d", "--shape", "y=n", "--shape", "w=d", "--assume", "lam=positive"]


@pytest.fixture(scope="module")
def document(symnn):
    return json.loads(symnn("derive", RIDGE, "--wrt", "w", *SHAPES, "--solve", "--format", "json").stdout)


def verified(symnn, tmp_path, document):
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return symnn("verify", path)


def test_what_derive_wrote_is_verified(symnn, tmp_path, document):
    result = verified(symnn, tmp_path, document)
    assert result.exit_code == 0
    assert result.stdout.rstrip().endswith("verified: proved")
    assert "leads to w = (XᵀX + λI)⁻¹Xᵀy" in result.stdout
    assert verified(symnn, tmp_path, document["certificate"]).exit_code == 0


@pytest.mark.parametrize(
    "key", ["objective", "gradient", "latex", "numpy", "verdict", "solution", "steps", "assumptions"]
)
def test_altering_any_text_is_noticed(symnn, tmp_path, document, key):
    result = verified(symnn, tmp_path, {**document, key: "altered"})
    assert result.exit_code == 1
    assert "the digest does not fit the content" in result.stderr


def test_a_forged_proof_is_refuted_by_judging(symnn, tmp_path, document):
    from symnn.proof.certificate import digest

    certificate = json.loads(json.dumps(document["certificate"]))
    row = next(row for row in certificate["nodes"] if row[0] == "Number" and row[1] == {"size": "2"})
    row[1] = {"size": "3"}
    certificate["digest"] = digest(certificate)
    forged = {**document, "certificate": certificate}
    forged["digest"] = digest(forged)
    result = verified(symnn, tmp_path, forged)
    assert result.exit_code == 1
    assert "verified: proved" not in result.stdout


@pytest.mark.parametrize("text", ["", "not JSON", "[]", "{}", '{"certificate": 3}', "[" * 100_000])
def test_what_is_no_proof_is_refused(symnn, tmp_path, text):
    path = tmp_path / "proof.json"
    path.write_text(text, encoding="utf-8")
    result = symnn("verify", path)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"symnn: {path}: ")


def test_a_file_that_is_no_text_is_named(symnn, tmp_path):
    path = tmp_path / "proof.png"
    path.write_bytes(b"\x89PNG")
    result = symnn("verify", path)
    assert result.exit_code == 2
    assert result.stderr == f"symnn: {path}: a certificate is JSON in UTF-8; byte 0 is none of it\n"


def test_a_missing_file_is_bad_input(symnn, tmp_path):
    result = symnn("verify", tmp_path / "none.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "none.json: No such file or directory" in result.stderr


ASKED = {
    "stacked": (
        "np.sum((X@W - Y)**2) + np.sum((W@R - Z)**2)",
        "W",
        ["X=n,d", "W=d,k", "Y=n,k", "R=k,m", "Z=d,m"],
        ["--solve"],
    ),
    "symmetric": (
        "np.sum((S - A)**2)",
        "S",
        ["S=n,n", "A=n,n"],
        ["--assume", "S=symmetric", "--solve", "--hessian", "--directional", "--structured"],
    ),
    "several": ("x@A@y", "x,y", ["x=n", "A=n,m", "y=m"], ["--jacobian", "--hvp", "--hessian", "--mixed", "x,y"]),
    "jacobians": ("X@w", "X,w", ["X=n,d", "w=d"], ["--jacobian", "--directional"]),
}


@pytest.mark.parametrize("name", ASKED)
def test_whatever_is_asked_for_is_verified(symnn, tmp_path, name):
    objective, wrt, shapes, more = ASKED[name]
    path = tmp_path / "proof.json"
    given = [word for shape in shapes for word in ("--shape", shape)]
    written = symnn("derive", objective, "--wrt", wrt, *given, *more, "--format", "json")
    path.write_text(written.stdout, encoding="utf-8")
    result = symnn("verify", path)
    assert result.exit_code == 0, result.stdout + result.stderr
