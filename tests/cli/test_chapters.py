"""The commands of a project: what they print, write and remember, and their exit status."""

import re

import pytest


def test_chapters_are_compared_by_name_or_by_file(symnn, folder, monkeypatch):
    file = folder / "derivations" / "mean.py"
    by_name = symnn("diff", "line_fit", "mean", project=folder)
    assert by_name.exit_code == 0 and "+ (1) ‖y − m·1ₙ‖²" in by_name.stdout
    assert symnn("diff", "line_fit", file, project=folder).stdout == by_name.stdout
    assert symnn("diff", "mean", file, project=folder).stdout == "no equation and no line of code differs\n"
    unknown = symnn("diff", "mean", "mode", project=folder)
    assert unknown.exit_code == 2 and "there is no chapter 'mode'" in unknown.stderr


def test_list_shows_sources_and_verdicts(symnn, folder):
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


def test_list_shows_the_marks_of_all_rows_and_remembers_them(symnn, folder, one_run):
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


def test_check_and_run_leave_what_they_found_to_list(symnn, folder, one_run):
    symnn("build", project=folder)
    symnn("check", project=folder)
    assert "To be found out: 2 pages, 1 run." in symnn("list", project=folder).stderr
    (folder / ".symnn" / "marks.json").unlink()
    symnn("run", "one", project=folder)
    symnn("run", "one", "--seeds", "1", project=folder)
    assert "To be found out: 2 pages, 2 checks." in symnn("list", project=folder).stderr


def test_build_tells_what_changed_and_check_fails_on_drift(symnn, folder):
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
def test_show_prints_proof_and_code_on_one_page(symnn, folder, form, start):
    result = symnn("show", "mean", "--format", form, project=folder)
    assert result.exit_code == 0
    assert result.stdout.startswith(start)
    assert "gradient" in result.stdout and "return" in result.stdout


def test_show_of_an_unknown_chapter_is_bad_input(symnn, folder):
    result = symnn("show", "median", project=folder)
    assert result.exit_code == 2
    assert "there is no chapter 'median'" in result.stderr


def test_check_needs_the_module_and_passes_on_it(symnn, folder):
    result = symnn("check", "line_fit", project=folder)
    assert result.exit_code == 2 and "run symnn build" in result.stderr
    symnn("build", project=folder)
    result = symnn("check", "line_fit", project=folder)
    assert result.exit_code == 0
    assert "steps judged again: proved" in result.stdout
    assert "confirmed entry by entry at explicit sizes" in result.stdout
    assert "differences passed" in result.stdout and "stationary passed" in result.stdout
    assert "mean: " not in result.stdout


def test_check_notices_a_wrong_gradient(symnn, folder, monkeypatch):
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


def test_a_false_line_in_a_chapter_is_refuted_with_its_place(symnn, folder):
    path = folder / "derivations" / "mean.py"
    text = path.read_text(encoding="utf-8").replace("derive, dim", "derivation, derive, dim")
    wrong = "with derivation(squared_norm(y - m), wrt=m) as hand:\n    hand.line(2 * (m - y).T @ (y - m), by='wrong')\n"
    path.write_text(text.replace("\nchapter(", f"\n{wrong}\nchapter("), encoding="utf-8")
    result = symnn("build", project=folder)
    assert result.exit_code == 1
    assert re.search(r"refuted: .*mean.py, line \d+: ", result.stderr)
    assert "counterexample" in result.stderr


def test_diff_compares_mathematics_and_code(symnn, folder, tmp_path):
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


UNDECIDED = '''\
"""Hope."""

import sympy

from symnn import argument, chapter

t = sympy.Symbol("t", positive=True, integer=True)

with argument("A series") as proof:
    proof.converges(sympy.Sum(sympy.sin(sympy.exp(t)) / t, (t, 1, sympy.oo)), by="hope")

chapter(proof)
'''
WHY = "SymPy cannot tell whether it converges"


def test_what_no_judge_can_decide_is_told_with_the_reason_by_every_command(symnn, folder):
    (folder / "derivations" / "hope.py").write_text(UNDECIDED, encoding="utf-8")
    said = (
        f"the chapter hope is undecided: no module is made of it\nline (1) of 'A series' is undecided: Sum(.*\n{WHY}\n"
    )
    said = said.replace("(", r"\(").replace(")", r"\)")
    for form in ("text", "markdown"):
        shown = symnn("show", "hope", "--format", form, project=folder)
        assert shown.exit_code == 1 and re.search(rf"\? undecided\n+ *{WHY}\n", shown.stdout)
    for words in (["check", "hope"], ["build", "hope"], ["build", "--check", "hope"]):
        found = symnn(*words, project=folder)
        assert found.exit_code == 1 and re.search(said, found.output), found.output
    everything = symnn("check", project=folder)
    assert everything.exit_code == 2 and "line_fit.py is not what its source gives" in everything.stderr
    symnn("build", "line_fit", "mean", project=folder)
    everything = symnn("check", project=folder)
    assert everything.exit_code == 1
    assert re.search(said, everything.stdout) and "mean: part 1" in everything.stdout
