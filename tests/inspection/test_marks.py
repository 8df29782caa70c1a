"""The marks of the rows: found by doing it, and remembered."""

import pytest

from symnn.errors import MissingExtraError
from symnn.inspection import check, marks
from symnn.inspection.check import inspected
from symnn.inspection.marks import EMPTY, FAILED, HELD, LONG, broken, found_out, marks_of, outcome_of
from symnn.inspection.memory import Outcome, Task
from symnn.project import Project
from symnn.runs import registry
from symnn.runs.report import Claim, Report
from symnn.runs.run import Run

FALSE = '''\
"""Half of the truth."""

from symnn import chapter, derivation, dim, squared_norm, vector

y = vector("y", dim("n"))

with derivation(squared_norm(y), wrt=y) as proof:
    proof.line(y, by="chain rule")

chapter(proof, source="T1")
'''


class Counted:
    """A watcher that counts."""

    def __init__(self):
        self.said, self.total, self.advanced, self.ended = [], 0, 0, 0

    def say(self, text):
        self.said.append(text)

    def begin(self, what, total):
        self.total = total

    def advance(self):
        self.advanced += 1

    def end(self):
        self.ended += 1


def reported(bound):
    def execute(sources, options):
        report = Report("a run")
        report.compare("numbers", [Claim("three", "at least", bound, 3.0)])
        return report

    return execute


def lacking(sources, options):
    raise MissingExtraError("install symnn[data]")


@pytest.fixture
def runs(monkeypatch):
    """Runs that pass, fail, lack a library, and are long."""
    found = [
        Run("good", reported(2.0), ("T1", "T2")),
        Run("bad", reported(4.0), ("T2",)),
        Run("poor", lacking, ("T3",)),
        Run("slow", reported(1.0), ("T4",), is_long=True),
    ]
    monkeypatch.setattr(registry, "RUNS", {run.name: run for run in found})


@pytest.fixture
def project(folder, runs, monkeypatch):
    """Line_fit shows T1, mean shows T2 and T3; in this process, since others know no runs but the package's."""
    monkeypatch.setattr(marks, "FEW", 99)
    list(Project.find(folder).build())
    return Project.find(folder)


def marks_in(project, code, **options):
    return marks_of(code, "a row", found_out(project, Counted(), **options))


def test_a_row_that_is_shown_checked_and_run_has_all_marks(project):
    found = marks_in(project, "T1")
    assert (found.show, found.check, found.run) == (HELD, HELD, HELD)
    assert found.is_done and found.problems == ()
    lines = project.chapter("line_fit").judged
    assert lines == sum(len(numbered.proof.steps) for numbered in project.chapter("line_fit").proofs()) > 10
    assert found.cells == ("T1", "a row", "✓ ✓ ✓", str(lines), "line_fit\nrun good")


def test_one_failed_run_of_two_is_no_mark(project):
    found = marks_in(project, "T2")
    assert (found.show, found.check, found.run) == (HELD, HELD, FAILED)
    assert not found.is_done and found.problems == ("run bad: did not come out: three",)


def test_a_run_that_lacks_a_library_is_no_mark(project):
    found = marks_in(project, "T3")
    assert found.run == FAILED and found.problems == ("run poor: not run: install symnn[data]",)


def test_a_long_run_is_done_only_where_asked_for_and_then_remembered(project):
    assert marks_in(project, "T4").run == LONG
    assert marks_in(project, "T4", long=True).run == HELD
    assert marks_in(project, "T4").run == HELD


def test_a_row_that_nothing_names_has_no_mark(project):
    found = marks_in(project, "T5")
    assert (found.show, found.check, found.run, found.problems) == (EMPTY, EMPTY, EMPTY, ())


def test_nothing_that_passed_is_done_twice_and_what_failed_is(project):
    first, second = Counted(), Counted()
    before = found_out(project, first)
    assert (first.total, first.advanced, first.ended) == (7, 7, 1)
    assert first.said == [
        "To be found out: 2 pages, 2 checks, 3 runs. What passes is remembered until something changes."
    ]
    assert found_out(project, second) == before
    assert (second.total, second.advanced) == (2, 2)
    assert second.said == ["To be found out: 2 runs. What passes is remembered until something changes."]


def test_a_changed_module_is_no_longer_checked(project):
    found_out(project, Counted())
    path = project.module_path("mean")
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    again = Counted()
    found = marks_of("T2", "a row", found_out(project, again))
    assert (found.show, found.check) == (HELD, FAILED) and again.total == 4
    assert "mean.py is not what its source gives; run symnn build" in found.problems[0]


def test_a_chapter_with_a_false_line_is_told_with_its_counterexample(project):
    (project.root / "derivations" / "false.py").write_text(FALSE, encoding="utf-8")
    outcomes = found_out(project, Counted())
    (problem,) = broken(outcomes)
    assert problem.startswith("show false: RefutedError: ") and "counterexample at n = 1" in problem
    assert marks_of("T1", "a row", outcomes).shown_in == ("line_fit",)


@pytest.mark.parametrize(("judged", "argued", "mark"), [(4, 1, HELD), (3, 1, FAILED), (0, 0, HELD), (0, 1, FAILED)])
def test_at_most_one_line_in_five_may_be_argued(runs, judged, argued, mark):
    outcomes = {
        Task("show", "proof"): Outcome(True, "", ("T1",), judged, argued),
        Task("check", "proof"): Outcome(True),
        Task("run", "good"): Outcome(True),
    }
    found = marks_of("T1", "a row", outcomes)
    assert (found.show, found.is_done) == (mark, mark == HELD)
    assert found.problems == (() if mark == HELD else (f"{argued} of {judged + argued} lines are only argued",))


def test_of_many_chapters_a_few_are_named(runs):
    outcomes = {Task("show", f"c{k}"): Outcome(True, "", ("T1",), 2) for k in range(5)}
    outcomes |= {Task("check", f"c{k}"): Outcome(k != 3, "wrong") for k in range(5)}
    found = marks_of("T1", "a row", outcomes)
    assert found.cells[3:] == ("10", "c0\nc1\nand 3 more\nrun good")
    assert found.check == FAILED and found.problems == ("check c3: wrong",)


def test_other_processes_find_the_same(project, monkeypatch):
    """Here the folder has no runs, which other processes would take from the package."""
    monkeypatch.setattr(registry, "RUNS", {})
    here = found_out(project, Counted())
    (project.root / ".symnn" / "marks.json").unlink()
    monkeypatch.setattr(marks, "FEW", 0)
    monkeypatch.setattr(marks, "processors", lambda: 2)
    assert found_out(project, Counted()) == here
    assert outcome_of(project.root, Task("show", "mean")) == here[Task("show", "mean")]


def test_other_processes_check_the_same(project, monkeypatch):
    here = list(inspected(project, project.names(), 3))
    assert [name for name, _ in here] == ["line_fit", "mean"]
    monkeypatch.setattr(check, "FEW", 0)
    monkeypatch.setattr(check, "processors", lambda: 2)
    assert list(inspected(project, project.names(), 3)) == here


def test_a_chapter_is_derived_once_for_all_that_is_to_be_found_out_of_it():
    run, check_ridge, check_mean, show_ridge = (
        Task(*words.split()) for words in ("run ridge", "check ridge", "check mean", "show ridge")
    )
    assert marks._together([run, check_ridge, check_mean, show_ridge]) == [
        [run],
        [check_ridge, show_ridge],
        [check_mean],
    ]
