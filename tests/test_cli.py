"""The command line: what it prints, its exit status, and that a user never sees a traceback."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from symnn.cli import main, parse_assumptions, parse_shapes
from symnn.codegen import load_module
from symnn.errors import ReadError, ShapeError

REPOSITORY = Path(__file__).parents[1]
RIDGE = "np.sum((y - X@w)**2)/2 + lam*np.sum(w**2)/2"
SHAPES = ["--shape", "X=n,d", "--shape", "y=n", "--shape", "w=d", "--assume", "lam=positive"]


def symnn(*words, project=None):
    """Exit status and both outputs of one command."""
    given = ["--project", str(project)] if project else []
    result = CliRunner().invoke(main, [*given, *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


# --- derive ---------------------------------------------------------------------------------------------------------


def test_derive_prints_the_proof_and_the_code():
    result = symnn("derive", RIDGE, "--wrt", "w", *SHAPES, "--solve")
    assert result.exit_code == 0
    assert "∇_w f = Xᵀ(Xw − y) + λw" in result.stdout
    assert "w = (XᵀX + λI)⁻¹Xᵀy" in result.stdout
    assert "Verdict: proved" in result.stdout
    assert "Taken as scalars, since no shape is given: lam." in result.stdout
    assert "np.linalg.solve(X.T @ X + lam * np.eye(d), X.T @ y)" in result.stdout
    proofs = result.stdout[: result.stdout.index("\nCode\n")]
    assert max(map(len, proofs.splitlines())) <= 80
    assert "\x1b" not in result.stdout


def test_numbers_in_the_code_are_those_of_the_proofs():
    result = symnn("derive", RIDGE, "--wrt", "w", *SHAPES, "--solve", "--hessian")
    proofs, code = result.stdout.split("\nCode\n")
    for wanted in ("return X.T @ (X @ w - y) + lam * w  # ", "X.T @ y)  # "):
        ((number, *_),) = [
            re.findall(r"\((\d+)\)", line.rpartition("#")[2]) for line in code.splitlines() if wanted in line
        ]
        assert re.search(rf"^ +\({number}\) ", proofs, re.MULTILINE)


def test_json_has_the_promised_keys_and_code_that_runs():
    result = symnn("derive", RIDGE, "--wrt", "w", *SHAPES, "--solve", "--format", "json")
    document = json.loads(result.stdout)
    assert document["objective"] == RIDGE
    assert document["wrt"] == ["w"]
    assert document["gradient"] == "Xᵀ(Xw − y) + λw"
    assert document["verdict"] == "proved"
    assert document["assumptions"] == ["λ is positive"]
    assert document["inferred"] == ["lam"]
    assert document["solution"]["values"] == {"w": "(XᵀX + λI)⁻¹Xᵀy"}
    assert document["solution"]["kind"] == "minimum"
    keys = {"number", "rule", "statement", "relation", "latex", "judge", "sizes", "bound", "seed"}
    assert all(keys <= set(step) for step in document["steps"])
    numbers = [step["number"] for step in document["steps"]]
    assert numbers == sorted(set(numbers))
    exact = [step for step in document["steps"] if step["judge"] == "exact"]
    assert exact and all(0 < step["bound"] < 1e-12 for step in exact)
    module = load_module(document["numpy"], "derived")
    random = np.random.default_rng(3)
    X, y = random.normal(size=(7, 3)), random.normal(size=7)
    w = module.solution(y, X, 0.5)
    assert module.gradient(y, X, w, 0.5) == pytest.approx(np.zeros(3), abs=1e-12)


def test_several_variables_give_gradients_by_name():
    objective = "np.sum(v*(X@w + b - y)**2)"
    words = ["--wrt", "w,b", "--shape", "X=n,d", "--shape", "w=d", "--shape", "y=n", "--shape", "v=n"]
    document = json.loads(symnn("derive", objective, *words, "--format", "json").stdout)
    assert list(document["gradients"]) == ["w", "b"]
    assert document["solution"] is None
    assert "gradient" not in document


def test_a_vector_has_a_jacobian_and_a_scalar_a_hessian():
    vector = symnn("derive", "X@w", "--wrt", "w", "--shape", "X=n,d", "--shape", "w=d", "--format", "json")
    assert json.loads(vector.stdout)["jacobian"] == "X"
    scalar = symnn(
        "derive", "w@A@w", "--wrt", "w", "--shape", "A=d,d", "--shape", "w=d", "--hessian", "--format", "json"
    )
    assert json.loads(scalar.stdout)["hessian"] in ("A + Aᵀ", "Aᵀ + A")


FURTHER = ["np.trace(S@A) + x@S@x", "--wrt", "S,x", "--shape", "S=n,n", "--shape", "A=n,n", "--shape", "x=n"]


def test_further_derivatives_stand_on_the_same_page():
    words = [*FURTHER, "--assume", "S=symmetric", "--jacobian", "--symmetric", "--structured", "--hvp", "--directional"]
    result = symnn("derive", *words, "--mixed", "x,S")
    assert result.exit_code == 0
    proofs, code = result.stdout.split("\nCode\n")
    names = ("value", "gradient", "jacobian", "hvp", "directional", "symmetric_gradient", "structured_gradient")
    assert all(f"\ndef {name}(S, A, x" in code for name in (*names, "mixed_x_S"))
    assert proofs.count("Theorem. Gradient on symmetric matrices") == 1
    assert "Its gradient is the one on the space of" in proofs and "Matrix Cookbook" in proofs
    assert max(map(len, proofs.splitlines())) <= 80
    module = load_module(code.partition("----\n")[2].strip(), "derived")
    A, S, x, way = np.arange(9.0).reshape(3, 3), np.eye(3), np.arange(3.0), np.ones(3)
    assert module.mixed_x_S(S, A, x).shape == (3, 3, 3)
    assert np.array_equal(module.structured_gradient(S, A, 0 * x)[0], A + A.T - np.diag(np.diag(A)))
    assert module.jacobian(S, A, x)[0] == pytest.approx(module.gradient(S, A, x)[0])
    assert module.directional(S, A, x, 0 * S, way) == pytest.approx(2 * way @ x)


def test_further_derivatives_are_in_the_json_by_name():
    words = [*FURTHER, "--assume", "S=symmetric", "--symmetric", "--hvp", "--hessian", "--format", "json"]
    document = json.loads(symnn("derive", *words).stdout)
    assert document["gradients"] == {"S": "xxᵀ + Aᵀ", "x": "2Sx"}
    assert document["symmetric_gradients"] == {"S": "xxᵀ + ½A + ½Aᵀ", "x": "2Sx"}
    assert set(document["hessians"]) == {"S_S", "S_x", "x_S", "x_x"}
    assert set(document["hvps"]) == {"S", "x"}


def test_a_jacobian_of_a_scalar_is_its_gradient_under_that_name():
    words = ["derive", "w@w", "--wrt", "w", "--shape", "w=n", "--jacobian"]
    document = json.loads(symnn(*words, "--format", "json").stdout)
    assert document["gradient"] == document["jacobian"] == "2w"
    assert "def jacobian(w):" in document["numpy"]
    assert symnn(*words).stdout.count("Theorem.") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--mixed", "x"], "--mixed 'x' is not understood; write --mixed x,y for two variables"),
        (["--mixed", "x,q"], "the objective has no variable q"),
        (["--symmetric"], "nothing says that S, x is symmetric"),
    ],
)
def test_further_derivatives_that_make_no_sense(words, message):
    result = symnn("derive", *FURTHER, *words)
    assert result.exit_code == 2
    assert message in result.stderr


def test_latex_is_a_document():
    result = symnn("derive", RIDGE, "--wrt", "w", *SHAPES, "--format", "latex")
    assert result.exit_code == 0
    assert result.stdout.startswith("\\documentclass") and result.stdout.rstrip().endswith("\\end{document}")
    assert r"X^{\top}" in result.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["foo(X)", "--wrt", "X", "--shape", "X=n,d"], "`foo` is not a function that is read"),
        (["np.summ(X)", "--wrt", "X", "--shape", "X=n,d"], "Did you mean `np.sum`?"),
        (["np.sum(X@w)", "--wrt", "w", "--shape", "X=n,d", "--shape", "w=n"], "line 1"),
        (["np.sum(w)", "--wrt", "z", "--shape", "w=n"], "the objective has no variable z"),
        (["np.sum(w)", "--wrt", "w", "--shape", "w"], "--shape 'w' is not understood; write --shape X=n,d"),
        (["np.sum(w)", "--wrt", "w", "--shape", "w=n", "--shape", "w=d"], "two shapes"),
        (["np.sum(w)", "--wrt", "w", "--shape", "w=n", "--shape", "u=n"], "u"),
        (["np.sum(w)", "--wrt", "w", "--shape", "w=n", "--assume", "w=huge"], "huge"),
        (["np.sum(w)", "--wrt", ",", "--shape", "w=n"], "name at least one variable"),
        (["np.sum(w)", "--wrt", "w", "--shape", "w=n", "--assume", "w="], "--assume 'w=' names no assumption"),
        (["__import__('os').system('true')", "--wrt", "x"], "line 1, column 1"),
        (["w +", "--wrt", "w"], "line 1"),
    ],
)
def test_bad_input_ends_with_a_message_and_status_2(words, message):
    result = symnn("derive", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith("symnn: ") and message in result.stderr
    assert result.stdout == ""


def test_usage_errors_have_status_2():
    assert symnn("derive", "w**2").exit_code == 2
    assert symnn("derive", "w**2", "--wrt", "w", "--format", "pdf").exit_code == 2
    assert symnn("differentiate").exit_code == 2


def test_shapes_are_matrices_columns_vectors_and_scalars():
    shapes = parse_shapes(["X=n,d", "y=(n,1)", "w = d", "s=", "A=3,k"])
    assert shapes == {"X": ("n", "d"), "y": ("n", 1), "w": ("d",), "s": (), "A": (3, "k")}
    with pytest.raises(ReadError, match="--shape '3=n' is not understood"):
        parse_shapes(["3=n"])
    with pytest.raises(ShapeError, match="gives X two shapes"):
        parse_shapes(["X=n", "X=d"])


def test_assumptions_of_one_name_are_collected():
    assert parse_assumptions(["A=symmetric", "A=positive definite", "l=positive,nonnegative"]) == {
        "A": ["symmetric", "positive definite"],
        "l": ["positive", "nonnegative"],
    }


@pytest.mark.parametrize("command", ["derive", "verify", "list", "show", "build", "diff", "check", "run"])
def test_help_has_an_example_and_the_exit_status(command):
    shown = symnn(command, "--help").stdout
    assert re.search(rf"Examples?:\n +symnn {command}|&& symnn {command}", shown)
    assert "Exit status: 0 all holds; 1 refuted, undecided or a failed check; 2 bad" in shown


def test_help_lists_the_words_of_assumptions():
    shown = " ".join(symnn("derive", "--help").stdout.split())
    assert all(word in shown for word in ("positive definite", "full column rank", "onehot rows", "signs"))


def test_a_solution_on_symmetric_matrices():
    words = ["derive", "np.sum((S - A)**2)", "--wrt", "S", "--shape", "S=n,n", "--shape", "A=n,n"]
    words += ["--assume", "S=symmetric", "--solve", "--format", "json"]
    plain, symmetric = (json.loads(symnn(*words, *more).stdout)["solution"] for more in ([], ["--symmetric"]))
    assert plain["values"] == {"S": "A"} and "not symmetric in general" in plain["remarks"][0]
    assert "½" in symmetric["values"]["S"] and symmetric["remarks"] == []


def test_pages_say_what_the_signs_mean():
    text = symnn("derive", RIDGE, "--wrt", "w", *SHAPES).stdout
    table = text[text.index("\nNotation\n") : text.index("\nTheorem.")]
    assert "⟨A, B⟩  the sum of all products of entries" in table and "Kₘₓₙ" not in table
    markdown = symnn("derive", RIDGE, "--wrt", "w", *SHAPES, "--format", "markdown").stdout
    assert "| sign | meaning |" in markdown and r"| $\mathrm{d}A$ | the differential of A |" in markdown


# --- verify ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document():
    return json.loads(symnn("derive", RIDGE, "--wrt", "w", *SHAPES, "--solve", "--format", "json").stdout)


def verified(tmp_path, document):
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return symnn("verify", path)


def test_what_derive_wrote_is_verified(tmp_path, document):
    result = verified(tmp_path, document)
    assert result.exit_code == 0
    assert result.stdout.rstrip().endswith("verified: proved")
    assert "leads to w = (XᵀX + λI)⁻¹Xᵀy" in result.stdout
    assert verified(tmp_path, document["certificate"]).exit_code == 0


@pytest.mark.parametrize(
    "key", ["objective", "gradient", "latex", "numpy", "verdict", "solution", "steps", "assumptions"]
)
def test_altering_any_text_is_noticed(tmp_path, document, key):
    result = verified(tmp_path, {**document, key: "altered"})
    assert result.exit_code == 1
    assert "the digest does not fit the content" in result.stderr


def test_a_forged_proof_is_refuted_by_judging(tmp_path, document):
    from symnn.proof.certificate import digest

    certificate = json.loads(json.dumps(document["certificate"]))
    row = next(row for row in certificate["nodes"] if row[0] == "Number" and row[1] == {"size": "2"})
    row[1] = {"size": "3"}
    certificate["digest"] = digest(certificate)
    forged = {**document, "certificate": certificate}
    forged["digest"] = digest(forged)
    result = verified(tmp_path, forged)
    assert result.exit_code == 1
    assert "verified: proved" not in result.stdout


@pytest.mark.parametrize("text", ["", "not JSON", "[]", "{}", '{"certificate": 3}', "[" * 100_000])
def test_what_is_no_proof_is_refused(tmp_path, text):
    path = tmp_path / "proof.json"
    path.write_text(text, encoding="utf-8")
    result = symnn("verify", path)
    assert result.exit_code == 2
    assert result.stderr.startswith("symnn: ")


def test_chapters_are_compared_by_name_or_by_file(folder, monkeypatch):
    file = folder / "derivations" / "mean.py"
    by_name = symnn("diff", "line_fit", "mean", project=folder)
    assert by_name.exit_code == 0 and "+ (1) ‖y − m·1ₙ‖²" in by_name.stdout
    assert symnn("diff", "line_fit", file, project=folder).stdout == by_name.stdout
    assert symnn("diff", "mean", file, project=folder).stdout == "no equation and no line of code differs\n"
    unknown = symnn("diff", "mean", "mode", project=folder)
    assert unknown.exit_code == 2 and "there is no chapter 'mode'" in unknown.stderr


def test_a_missing_file_is_bad_input(tmp_path):
    result = symnn("verify", tmp_path / "none.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "none.json: No such file or directory" in result.stderr


# --- projects -------------------------------------------------------------------------------------------------------


def test_list_shows_sources_and_verdicts(folder):
    result = symnn("list", "--chapters", project=folder)
    assert result.exit_code == 0
    assert re.search(r"line_fit\s+T1\s+proved\s+A line through the origin\n", result.stdout)
    assert re.search(r"mean\s+T2, T3\s+proved\s+The mean as a least squares fit\n", result.stdout)


@pytest.fixture
def one_run(monkeypatch):
    """One run, which shows two rows."""
    from symnn.runs import registry
    from symnn.runs.report import Claim, Report
    from symnn.runs.run import Run

    report = Report("a run")
    report.compare("numbers", [Claim("three", "at least", 2.0, 3.0)])
    monkeypatch.setattr(registry, "RUNS", {"one": Run("one", lambda sources, options: report, ("S4", "H4"))})


def test_list_shows_the_marks_of_all_rows_and_remembers_them(folder, one_run):
    path = folder / "derivations" / "mean.py"
    path.write_text(path.read_text(encoding="utf-8").replace('"T2"', '"S4"'), encoding="utf-8")
    symnn("build", project=folder)
    result = symnn("list", project=folder)
    assert result.exit_code == 1, result.output
    assert "To be found out: 2 pages, 2 checks, 1 run." in result.stderr
    assert re.search(r"S4 +logic nets +✓ ✓ ✓ +\d+ +mean\n +run one\n", result.stdout)
    assert re.search(r"H4 +softmax Jacobian; vec +– – ✓ +0 +run one\n", result.stdout)
    assert re.search(r"L1 +least squares +– – – +0\n", result.stdout)
    assert result.stdout.endswith("\n1 of 59 rows have all three marks\n")
    assert max(map(len, result.stdout.splitlines())) <= 80
    again = symnn("list", project=folder)
    assert (again.exit_code, again.stdout, again.stderr) == (1, result.stdout, "")


def test_check_and_run_leave_what_they_found_to_list(folder, one_run):
    symnn("build", project=folder)
    symnn("check", project=folder)
    assert "To be found out: 2 pages, 1 run." in symnn("list", project=folder).stderr
    (folder / ".symnn" / "marks.json").unlink()
    symnn("run", "one", project=folder)
    symnn("run", "one", "--seeds", "1", project=folder)
    assert "To be found out: 2 pages, 2 checks." in symnn("list", project=folder).stderr


def test_build_tells_what_changed_and_check_fails_on_drift(folder):
    assert symnn("build", "--check", project=folder).exit_code == 1
    assert symnn("build", project=folder).stdout == "line_fit: new\nmean: new\n"
    assert symnn("build", project=folder).stdout == "nothing changed: 2 modules are what their sources give\n"
    assert symnn("build", "--check", project=folder).exit_code == 0
    module = folder / "generated" / "mean.py"
    text = module.read_text(encoding="utf-8")
    module.write_text(text.replace("return ", "return 2 * "), encoding="utf-8")
    result = symnn("build", "--check", project=folder)
    assert result.exit_code == 1
    assert "mean: changed" in result.stdout and "-    return 2 * " in result.stdout
    assert "return 2 * " in module.read_text(encoding="utf-8")
    assert symnn("build", project=folder).exit_code == 0
    assert module.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("form", "start"), [("text", "The mean"), ("latex", "\\documentclass"), ("markdown", "# The mean")]
)
def test_show_prints_proof_and_code_on_one_page(folder, form, start):
    result = symnn("show", "mean", "--format", form, project=folder)
    assert result.exit_code == 0
    assert result.stdout.startswith(start)
    assert "gradient" in result.stdout and "return" in result.stdout


def test_show_of_an_unknown_chapter_is_bad_input(folder):
    result = symnn("show", "median", project=folder)
    assert result.exit_code == 2
    assert "there is no chapter 'median'" in result.stderr


def test_check_needs_the_module_and_passes_on_it(folder):
    result = symnn("check", "line_fit", project=folder)
    assert result.exit_code == 2 and "run symnn build" in result.stderr
    symnn("build", project=folder)
    result = symnn("check", "line_fit", project=folder)
    assert result.exit_code == 0
    assert "steps judged again: proved" in result.stdout
    assert "confirmed entry by entry at explicit sizes" in result.stdout
    assert "differences passed" in result.stdout and "stationary passed" in result.stdout
    assert "mean: " not in result.stdout


def test_check_notices_a_wrong_gradient(folder, monkeypatch):
    from symnn.project import Project

    symnn("build", project=folder)
    right = Project.module

    def wrong(self, name):
        found = dict(right(self, name))
        gradient = found["gradient"]
        found["gradient"] = lambda *arguments: gradient(*arguments) * (1 + 1e-5)
        return found

    monkeypatch.setattr(Project, "module", wrong)
    result = symnn("check", "mean", project=folder)
    assert result.exit_code == 1
    assert "differences failed" in result.stdout and "worst: " in result.stdout


def test_a_false_line_in_a_chapter_is_refuted_with_its_place(folder):
    path = folder / "derivations" / "mean.py"
    text = path.read_text(encoding="utf-8").replace("derive, dim", "derivation, derive, dim")
    wrong = "with derivation(squared_norm(y - m), wrt=m) as hand:\n    hand.line(2 * (m - y).T @ (y - m), by='wrong')\n"
    path.write_text(text.replace("\nchapter(", f"\n{wrong}\nchapter("), encoding="utf-8")
    result = symnn("build", project=folder)
    assert result.exit_code == 1
    assert re.search(r"refuted: .*mean.py, line \d+: ", result.stderr)
    assert "counterexample" in result.stderr


def test_diff_compares_mathematics_and_code(folder, tmp_path):
    old = folder / "derivations" / "mean.py"
    new = tmp_path / "weighted.py"
    new.write_text(old.read_text(encoding="utf-8").replace("squared_norm(y - m)", "5 * squared_norm(y - m)"), "utf-8")
    result = symnn("diff", old, new)
    assert result.exit_code == 0
    assert re.search(r"^- \(1\) ", result.stdout, re.MULTILINE)
    assert re.search(r"^\+ \(1\) .*5", result.stdout, re.MULTILINE)
    assert re.search(r"^\+ +return .*5", result.stdout, re.MULTILINE)
    assert "derivations/" not in result.stdout
    retitled = tmp_path / "retitled.py"
    retitled.write_text(old.read_text(encoding="utf-8").replace("The mean", "The average"), "utf-8")
    assert symnn("diff", old, retitled).stdout == "only headings or comments differ\n"
    assert symnn("diff", old, tmp_path / "none.py").exit_code == 2
    assert symnn("diff", old, old).stdout == "no equation and no line of code differs\n"


def test_outside_of_a_project_a_command_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = symnn("list")
    assert result.exit_code == 2
    assert "name one with --project DIR" in result.stderr


# --- runs -----------------------------------------------------------------------------------------------------------


def test_a_run_prints_its_numbers_and_passes():
    result = symnn("run", "commute", project=REPOSITORY)
    assert result.exit_code == 0, result.output
    assert re.search(r"W\[0\]\s+2897/476\s+2897/476\s+6.0861", result.stdout)
    assert result.stdout.endswith("all numbers came out\n")


def test_a_number_that_does_not_come_out_fails_the_run(monkeypatch):
    from symnn.runs.regression import least_squares

    monkeypatch.setattr(least_squares, "LEAST_COST", "34231/14281")
    result = symnn("run", "commute", project=REPOSITORY)
    assert result.exit_code == 1
    assert "C ✗" in result.stdout and result.stdout.endswith("did not come out: C\n")


def test_plots_are_drawn_or_the_run_goes_on_without(monkeypatch, tmp_path, capsys):
    from symnn.cli import _print_report
    from symnn.errors import MissingExtraError
    from symnn.plots import Plot
    from symnn.runs.report import Claim, Report

    report = Report("a run")
    report.plot(Plot("curves", "title", ()))
    report.compare("numbers", [Claim("accuracy", "at least", 0.8, 0.9)])
    monkeypatch.setattr(Plot, "draw", lambda plot, folder: folder / f"{plot.name}.png")
    _print_report(report, tmp_path)
    assert f"plot: {tmp_path / 'curves.png'}" in capsys.readouterr().out

    def missing(plot, folder):
        raise MissingExtraError("pip install 'symnn[plot]'")

    monkeypatch.setattr(Plot, "draw", missing)
    _print_report(report, tmp_path)
    printed = capsys.readouterr().out
    assert "no plot curves: pip install 'symnn[plot]'" in printed
    assert printed.endswith("all numbers came out\n")


def test_a_missing_folder_of_images_says_how_to_get_them(tmp_path):
    result = symnn("run", "fashion-mnist", "--seeds", "1", "--data", tmp_path / "none", project=REPOSITORY)
    assert result.exit_code == 2
    assert "trainings on" in result.stderr and "there is no folder" in result.stderr
    assert "dataset-fashion-mnist" in result.stderr


def test_all_runs_but_long_ones_are_made_and_a_missing_library_is_told(monkeypatch, tmp_path):
    from symnn.errors import MissingExtraError
    from symnn.runs import registry
    from symnn.runs.report import Claim, Report

    def made(sources, options):
        report = Report("a run that was made")
        report.compare("numbers", [Claim("seeds", "at least", 3, options.seeds)])
        return report

    def lacking(sources, options):
        raise MissingExtraError("pip install 'symnn[data]'")

    found = (registry.Run("lacking", lacking), registry.Run("made", made), registry.Run("long", lacking, is_long=True))
    monkeypatch.setattr(registry, "RUNS", {run.name: run for run in found})
    result = symnn("run", "--all", "--seeds", "3", project=REPOSITORY)
    assert result.exit_code == 2
    assert result.stdout.count("a run that was made") == 1 and result.stdout.endswith("all numbers came out\n")
    assert result.stderr.count("not run: pip install") == 1
    assert symnn("run", "lacking", project=REPOSITORY).stderr == "symnn: pip install 'symnn[data]'\n"


def test_run_takes_a_name_or_all():
    assert symnn("run", project=REPOSITORY).exit_code == 2
    assert symnn("run", "commute", "--all", project=REPOSITORY).exit_code == 2
    refused = symnn("run", "xor", "--data", "images", project=REPOSITORY)
    assert refused.exit_code == 2 and "xor does not read files" in refused.stderr
    unknown = symnn("run", "titanic", project=REPOSITORY)
    assert unknown.exit_code == 2 and "there is no run 'titanic'" in unknown.stderr


def test_a_missing_closed_form_leaves_the_gradient():
    done = symnn("derive", "-np.sum(w**3)", "--wrt", "w", "--shape", "w=d", "--solve")
    assert done.exit_code == 1
    assert "∇_w f = −3w²" in done.stdout
    assert "no closed form: the equation has the term" in done.stderr
    assert "affine" in done.stderr


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
def test_whatever_is_asked_for_is_verified(tmp_path, name):
    objective, wrt, shapes, more = ASKED[name]
    path = tmp_path / "proof.json"
    given = [word for shape in shapes for word in ("--shape", shape)]
    written = symnn("derive", objective, "--wrt", wrt, *given, *more, "--format", "json")
    path.write_text(written.stdout, encoding="utf-8")
    result = symnn("verify", path)
    assert result.exit_code == 0, result.stdout + result.stderr


def test_a_graph_shows_values_and_gradients():
    words = ["(x + y)*z", "--at", "x=-2", "--at", "y=5", "--at", "z=-4"]
    run = symnn("graph", *words)
    assert run.exit_code == 0
    assert re.search(r"v₁ = x \+ y +3 +−4\n", run.output) and re.search(r"z → f +∂f/∂z = v₁ +3 +3\n", run.output)
    assert run.output.endswith("Local gradients: proved.\n")
    without = symnn("graph", "(x + y)*z").output
    assert "∂f/∂z = v₁" in without and "−4" not in without


def test_a_graph_of_arrays_is_exact():
    words = ["--shape", "W=m,n", "--shape", "x=n", "--at", "W=[[0.1, 0.5], [-0.3, 0.8]]", "--at", "x=[0.2, 0.4]"]
    output = symnn("graph", "q = W@x; np.sum(q**2)", *words).output
    assert "0.116" in output and "[[0.088, 0.176], [0.104, 0.208]]" in output and "[−0.112, 0.636]" in output


def test_a_graph_in_dot_and_as_a_picture(tmp_path):
    assert symnn("graph", "x*y", "--format", "dot").output.startswith("digraph {\n")
    assert symnn("graph", "x*y", "--format", "dot", "--output", tmp_path / "a.dot").output == ""
    assert (tmp_path / "a.dot").read_text(encoding="utf-8").count("->") == 2
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    run = symnn("graph", "-x*y", "--at", "x=1/3", "--at", "y=2", "--format", "png", "--output", tmp_path / "b.png")
    assert run.exit_code == 0 and (tmp_path / "b.png").read_bytes()[1:4] == b"PNG"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["x", "--at", "x=one"], "write x=-2, x=1/3 or x=[0.5, 2]"),
        (["x", "--at", "x=1/0"], "write x=-2, x=1/3 or x=[0.5, 2]"),
        (["x", "--at", "x=1", "--at", "x=2"], "--at gives x two values"),
        (["x", "--at", "x=[1, NaN]"], "not made of numbers"),
        (["x*y", "--at", "x=1"], "no value is given for y"),
        (["np.log(x)", "--at", "x=-1"], "log has no real value at -1"),
        (["x", "--format", "png"], "--output graph.png"),
        (["x", "--output", "a.txt"], "--output is for dot and png"),
    ],
)
def test_a_graph_that_cannot_be_shown(words, message):
    run = symnn("graph", *words)
    assert run.exit_code == 2 and message in run.output
