"""Projects: where they are, what a build changes, and which numbers the emitted code gives."""

import os
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from symnn.errors import ProjectError, UndecidedError
from symnn.project import Project, changed_equations


def edit(folder, name, old, new):
    path = folder / "derivations" / f"{name}.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1_000_000))


def built(folder):
    project = Project.find(folder)
    return project, {change.name: change for change in project.build()}


def test_the_nearest_folder_upward_is_the_project(folder, monkeypatch):
    inner = folder / "notes" / "deep"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert Project.find().root == folder
    assert Project.find().names() == ["line_fit", "mean"]


def test_a_folder_without_chapters_is_no_project(tmp_path, monkeypatch):
    with pytest.raises(ProjectError, match=r"is no project: it has no folder derivations/ and no models/\*\.toml"):
        Project.find(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProjectError, match="name one with --project DIR"):
        Project.find()


def test_an_unknown_chapter_is_refused_with_the_known_ones(folder):
    with pytest.raises(ProjectError, match=r"no chapter 'ridge', and no such model, in .*; there are: line_fit, mean"):
        Project.find(folder).chapter("ridge")


def test_a_name_with_a_typing_mistake_is_told_the_nearest_one(folder):
    with pytest.raises(ProjectError, match=r"no chapter 'line_fitt', .*; did you mean line_fit\?"):
        Project.find(folder).chapter("line_fitt")


def test_a_build_writes_what_is_missing_and_then_nothing(folder):
    project, changes = built(folder)
    assert {name: change.kind for name, change in changes.items()} == {"line_fit": "new", "mean": "new"}
    assert built(folder)[1] == {}
    assert list(project.changes()) == []
    assert [path.name for path in sorted((folder / "generated").iterdir())] == ["line_fit.py", "mean.py"]


def test_editing_a_chapter_rebuilds_its_module_alone_and_names_the_equations(folder):
    project, _ = built(folder)
    before = {name: project.module_path(name).stat().st_mtime_ns for name in project.names()}
    edit(folder, "mean", "squared_norm(y - m)", "3 * squared_norm(y - m)")
    (found,) = built(folder)[1].values()
    assert (found.name, found.kind) == ("mean", "changed")
    assert any(line.startswith("- (1) ") and "3" not in line.partition(") ")[2] for line in found.equations)
    assert any(line.startswith("+ (1) ") and "3" in line.partition(") ")[2] for line in found.equations)
    assert any(line.startswith("+") and "3" in line for line in found.code)
    assert project.module_path("line_fit").stat().st_mtime_ns == before["line_fit"]
    assert project.module_path("mean").stat().st_mtime_ns != before["mean"]


def test_an_edited_module_is_put_right(folder):
    project, _ = built(folder)
    path = project.module_path("mean")
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace("return ", "return 2 * "), encoding="utf-8")
    ((change, text),) = project.changes()
    assert (change.name, change.kind, change.equations) == ("mean", "changed", ())
    assert text == right
    built(folder)
    assert path.read_text(encoding="utf-8") == right


def test_only_a_module_that_is_what_its_source_gives_is_run(folder):
    with pytest.raises(ProjectError, match=r"mean.py was not built; run symnn build"):
        Project.find(folder).current_module("mean")
    project, _ = built(folder)
    assert project.current_module("mean") == folder / "generated" / "mean.py"
    edit(folder, "mean", "squared_norm(y - m)", "3 * squared_norm(y - m)")
    with pytest.raises(ProjectError, match=r"mean.py is not what .*derivations/mean.py gives; run symnn build"):
        project.current_module("mean")


def test_a_module_whose_chapter_is_gone_is_removed(folder):
    project, _ = built(folder)
    (folder / "derivations" / "mean.py").unlink()
    assert [(change.name, change.kind) for change, _ in project.changes()] == [("mean", "orphaned")]
    built(folder)
    assert not project.module_path("mean").exists()


def test_a_file_that_symnn_did_not_make_is_never_removed(folder):
    project, _ = built(folder)
    foreign = folder / "generated" / "mine.py"
    foreign.write_text("answer = 42\n", encoding="utf-8")
    with pytest.raises(ProjectError, match="was not made by symnn"):
        list(project.build())
    assert foreign.read_text(encoding="utf-8") == "answer = 42\n"


def test_no_module_is_made_of_an_undecided_proof(folder, monkeypatch):
    from symnn.chapters import Chapter
    from symnn.proof.step import Status

    monkeypatch.setattr(Chapter, "status", Status.UNDECIDED)
    with pytest.raises(UndecidedError, match="the chapter line_fit is undecided: no module is made of it"):
        built(folder)
    assert not (folder / "generated").exists()


def test_a_broken_chapter_leaves_the_old_module(folder):
    project, _ = built(folder)
    before = project.module_path("mean").read_text(encoding="utf-8")
    edit(folder, "mean", "squared_norm(y - m)", "squared_norm(y - missing)")
    with pytest.raises(ProjectError, match=r"mean.py, line 8: NameError: name 'missing' is not defined"):
        list(project.build())
    assert project.module_path("mean").read_text(encoding="utf-8") == before


def test_the_text_does_not_depend_on_the_hash_seed(folder):
    built(folder)
    command = [sys.executable, "-m", "symnn.cli", "--project", str(folder), "build", "--check"]
    for seed in ("1", "2"):
        run = subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        assert "nothing changed: 2 modules" in run.stdout


def test_formulas_are_exact_and_their_code_agrees(folder):
    project, _ = built(folder)
    x, y = [Fraction(1), Fraction(2), Fraction(4)], [Fraction(1, 3), Fraction(1), Fraction(-2)]
    slope = sum(a * b for a, b in zip(x, y, strict=True)) / sum(a * a for a in x)
    solution = project.solution("line_fit")
    assert solution.exact(x=x, y=y) == ((slope,),)
    assert solution.computed(x=x, y=y) == pytest.approx(float(slope), rel=1e-14)
    cost = project.objective("line_fit")
    assert cost.exact(x=x, y=y, w=0)[0][0] == sum(value * value for value in y) / 2
    assert cost.function_at(x=np.ones(2), y=np.zeros(2), w=3.0) == pytest.approx(9.0)


def test_a_chapter_without_a_solution_says_so(folder):
    project, _ = built(folder)
    with pytest.raises(ProjectError, match=r"the chapter mean has no solution: \.solve\(\)"):
        project.solution("mean")


def test_formulas_need_a_built_module(folder):
    with pytest.raises(ProjectError, match=r"line_fit.py was not built; run symnn build"):
        Project.find(folder).objective("line_fit")


def test_equations_are_compared_by_their_text_not_their_number():
    old = [("1", "f"), ("2", "df"), ("3", "g")]
    assert changed_equations(old, [("1", "f"), ("2", "new"), ("3", "df"), ("4", "g")]) == ["+ (2) new"]
    assert changed_equations(old, [("1", "f"), ("2", "g")]) == ["- (2) df"]
    assert changed_equations(old, old) == []
