"""The checklist as a whole, its run, and the command."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from symnn.cli import main
from symnn.project import Project
from symnn.recipe.checklist import AFTER, BEFORE, Checklist, examine
from symnn.recipe.finding import Finding
from symnn.runs.networks import recipe
from symnn.runs.registry import RUNS
from symnn.runs.report import Group
from symnn.runs.run import Options

ROOT = Path(__file__).parents[2]


def test_a_finding_has_a_remedy_where_it_does_not_pass():
    with pytest.raises(ValueError, match="has a remedy"):
        Finding("scale", "warns", "large")
    with pytest.raises(ValueError, match="has no remedy"):
        Finding("scale", "passes", "fine", "write less")


def test_no_network_is_asked_where_the_data_fail(usual):
    holes = usual.X.copy()
    holes[0, 0] = np.nan
    findings = list(examine(replace(usual, X=holes)))
    assert len(findings) == len(BEFORE) < len(list(examine(usual))) == len(BEFORE + AFTER)
    checklist = Checklist("examined", findings)
    assert not checklist.holds and checklist.summary().endswith("1 ✗ fails")


def called(*words):
    return CliRunner().invoke(main, ["--project", str(ROOT), "recipe", *words])


def test_the_command_says_what_to_do_and_ends_with_one_where_a_line_fails():
    found = called("circles")
    assert found.exit_code == 1
    assert "✗ a small part: 20 samples in 3,000 steps" in found.output
    assert "  → what cannot be learned by heart cannot be learned: more units or layers" in found.output
    assert all(len(line) <= 80 for line in found.output.splitlines())


def test_the_command_takes_a_file_and_draws(tmp_path):
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    path = tmp_path / "mine.toml"
    path.write_text((ROOT / "models" / "xor.toml").read_text(encoding="utf-8"), encoding="utf-8")
    found = called(str(path), "--plots", str(tmp_path))
    assert found.exit_code == 0 and "mine: 10 ✓ passes, 2 ! warns, 0 ✗ fails" in found.output
    assert (tmp_path / "recipe_mine.png").exists()


def test_a_model_without_data_and_an_unknown_name_are_refused(tmp_path):
    text = (ROOT / "models" / "xor.toml").read_text(encoding="utf-8")
    path = tmp_path / "dry.toml"
    path.write_text(text.partition("[data]")[0], encoding="utf-8")
    found = called(str(path))
    assert found.exit_code == 2 and "names no data to train on; write [data] and name" in found.output
    found = called("nobody")
    assert found.exit_code == 2 and "there is no model 'nobody'" in found.output and "; there are: " in found.output
    found = called("XORR")
    assert found.exit_code == 2 and found.output.endswith("; did you mean xor?\n")
    found = called("ridge")
    assert found.exit_code == 2 and "ridge is a chapter, " in found.output
    assert "derivations/ridge.py, and no model; the models are: circles, " in found.output


def test_the_run_notices_all_that_is_spoiled():
    pytest.importorskip("sklearn")
    report = RUNS["recipe"].execute(Project(ROOT), Options())
    assert report.passed
    noticed = {claim.what for claim in report.comparisons}
    assert {"iris", *recipe.SPOILED} < noticed


def test_the_run_fails_where_nothing_is_noticed(monkeypatch):
    pytest.importorskip("sklearn")
    monkeypatch.setattr(recipe, "SPOILED", {"nothing": (lambda subject: subject, "numbers")})
    report = RUNS["recipe"].execute(Project(ROOT), Options())
    (group,) = (part for part in report.parts if isinstance(part, Group) and "Noticed" in part.heading)
    assert [claim.passed for claim in group.comparisons] == [False]
