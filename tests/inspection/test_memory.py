"""What was found is remembered until something that it rests on changes."""

import json

import pytest

from symnn.inspection import memory
from symnn.inspection.memory import FILE, Memory, Outcome, Task
from symnn.project import Project

SHOWN = Outcome(True, "", ("T1",), 11, 2)
CHECKED = Outcome(True)
FAILED = Outcome(False, "equation (3) is refuted")


@pytest.fixture
def project(folder):
    list(Project.find(folder).build())
    return Project.find(folder)


def kept(project, task, outcome):
    found = Memory(project)
    found.keep(task, found.digest(task), outcome)


def recalled(project, task):
    found = Memory(project)
    return found.recall(task, found.digest(task))


def append(path):
    path.write_text(path.read_text(encoding="utf-8") + "\n# more\n", encoding="utf-8")


def test_an_outcome_is_recalled_as_it_was_kept(project):
    show, check = Task("show", "mean"), Task("check", "mean")
    assert recalled(project, show) is None
    kept(project, show, SHOWN)
    kept(project, check, CHECKED)
    assert (recalled(project, show), recalled(project, check)) == (SHOWN, CHECKED)
    assert recalled(project, Task("show", "line_fit")) is None


def test_what_fails_is_forgotten_so_that_it_is_tried_again(project):
    show, check = Task("show", "mean"), Task("check", "mean")
    kept(project, show, SHOWN)
    kept(project, check, CHECKED)
    kept(project, check, FAILED)
    assert (recalled(project, show), recalled(project, check)) == (SHOWN, None)


KINDS = [Task("show", "mean"), Task("check", "mean"), Task("run", "mean")]


@pytest.mark.parametrize(
    ("changed", "forgotten"),
    [
        ("derivations/mean.py", ["show", "check", "run"]),
        ("generated/mean.py", ["check", "run"]),
        ("derivations/line_fit.py", ["run"]),
        ("generated/line_fit.py", ["run"]),
    ],
)
def test_a_changed_file_makes_forget_what_depends_on_it(project, changed, forgotten):
    for task in KINDS:
        kept(project, task, SHOWN)
    append(project.root / changed)
    assert [task.kind for task in KINDS if recalled(project, task) is None] == forgotten


@pytest.mark.parametrize("name", ["_package", "_versions"])
def test_another_package_or_library_makes_forget_all(project, monkeypatch, name):
    for task in KINDS:
        kept(project, task, SHOWN)
    monkeypatch.setattr(memory, name, lambda: "another")
    assert not any(recalled(project, task) for task in KINDS)


def test_the_package_is_known_by_every_file_of_it(tmp_path, monkeypatch):
    (tmp_path / "deep").mkdir()
    for name in ("__init__.py", "deep/rule.py", "deep/page.txt"):
        (tmp_path / name).write_text("1", encoding="utf-8")
    monkeypatch.setattr(memory.symnn, "__file__", str(tmp_path / "__init__.py"))
    before = memory._package.__wrapped__()
    assert memory._package.__wrapped__() == before
    (tmp_path / "deep/page.txt").write_text("2", encoding="utf-8")
    assert memory._package.__wrapped__() != before


def test_an_outcome_is_kept_under_the_digest_from_before_it_was_found(project):
    task = Task("show", "mean")
    found = Memory(project)
    digest = found.digest(task)
    append(project.root / "derivations" / "mean.py")
    found.keep(task, digest, SHOWN)
    assert recalled(project, task) is None


@pytest.mark.parametrize("spoilt", ["", "[1]", '{"show mean": 3}', "{"])
def test_a_spoilt_file_is_as_if_nothing_had_been_found(project, spoilt):
    kept(project, KINDS[0], SHOWN)
    (project.root / FILE).write_text(spoilt, encoding="utf-8")
    assert recalled(project, KINDS[0]) is None
    kept(project, KINDS[0], SHOWN)
    assert recalled(project, KINDS[0]) == SHOWN
    assert set(json.loads((project.root / FILE).read_text(encoding="utf-8"))) == {"show mean"}
