"""Runs on the command line: their numbers, what is lacking, and their exit status."""

import re
from pathlib import Path

from symnn.cli import main
from symnn.runs.run import SEEDS, Options

REPOSITORY = Path(__file__).parents[2]


def test_a_run_prints_its_numbers_and_passes(symnn):
    result = symnn("run", "commute", project=REPOSITORY)
    assert result.exit_code == 0, result.output
    assert re.search(r"W\[0\]\s+2897/476\s+2897/476\s+6.0861", result.stdout)
    assert result.stdout.endswith("all numbers came out\n")


def test_a_number_that_does_not_come_out_fails_the_run(symnn, monkeypatch):
    from symnn.runs.regression import least_squares

    monkeypatch.setattr(least_squares, "LEAST_COST", "34231/14281")
    result = symnn("run", "commute", project=REPOSITORY)
    assert result.exit_code == 1
    assert "C ✗" in result.stdout and result.stdout.endswith("did not come out: C\n")


def test_a_missing_folder_of_images_says_how_to_get_them(symnn, tmp_path):
    result = symnn("run", "fashion-mnist", "--seeds", "1", "--data", tmp_path / "none", project=REPOSITORY)
    assert result.exit_code == 2
    assert "trainings on" in result.stderr and "there is no folder" in result.stderr
    assert "dataset-fashion-mnist" in result.stderr


def test_all_runs_but_long_ones_are_made_and_what_is_lacking_is_told(symnn, monkeypatch, tmp_path):
    from symnn.errors import MissingDataError, MissingExtraError
    from symnn.runs import registry
    from symnn.runs.report import Claim, Report

    def made(sources, options):
        report = Report("a run that was made")
        report.compare("numbers", [Claim("seeds", "at least", 3, options.seeds)])
        return report

    def lacking(sources, options):
        raise MissingExtraError("pip install 'symnn[data]'")

    def without_files(sources, options):
        raise MissingDataError("there is no folder of images")

    found = (
        registry.Run("lacking", lacking),
        registry.Run("without-files", without_files, has_files=True),
        registry.Run("made", made),
        registry.Run("long", lacking, is_long=True),
    )
    monkeypatch.setattr(registry, "RUNS", {run.name: run for run in found})
    result = symnn("run", "--all", "--seeds", "3", project=REPOSITORY)
    assert result.exit_code == 2
    assert result.stdout.count("a run that was made") == 1 and result.stdout.endswith("all numbers came out\n")
    assert result.stderr.count("not run: pip install") == 1
    assert result.stderr.count("not run: there is no folder of images") == 1
    assert symnn("run", "lacking", project=REPOSITORY).stderr == "symnn: pip install 'symnn[data]'\n"


def test_run_takes_a_name_or_all(symnn):
    assert symnn("run", project=REPOSITORY).exit_code == 2
    assert symnn("run", "commute", "--all", project=REPOSITORY).exit_code == 2
    refused = symnn("run", "xor", "--data", "images", project=REPOSITORY)
    assert refused.exit_code == 2 and "xor does not read files" in refused.stderr
    unknown = symnn("run", "titanic", project=REPOSITORY)
    assert unknown.exit_code == 2 and "there is no run 'titanic'" in unknown.stderr


def test_the_command_takes_as_many_seeds_as_a_run_by_itself():
    (option,) = (option for option in main.commands["run"].params if option.name == "seeds")
    assert option.default == SEEDS == Options().seeds
