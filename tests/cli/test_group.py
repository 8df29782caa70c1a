"""What all commands share: their help, and how errors end."""

import re

import pytest


def test_usage_errors_have_status_2(symnn):
    assert symnn("derive", "w**2").exit_code == 2
    assert symnn("derive", "w**2", "--wrt", "w", "--format", "pdf").exit_code == 2
    assert symnn("differentiate").exit_code == 2


@pytest.mark.parametrize("command", ["derive", "verify", "list", "show", "build", "diff", "check", "run"])
def test_help_has_an_example_and_the_exit_status(symnn, command):
    shown = symnn(command, "--help").stdout
    assert re.search(rf"Examples?:\n +symnn {command}|&& symnn {command}", shown)
    assert "Exit status: 0 all holds; 1 refuted, undecided or a failed check; 2 bad" in shown


def test_help_lists_the_words_of_assumptions(symnn):
    shown = " ".join(symnn("derive", "--help").stdout.split())
    assert all(word in shown for word in ("positive definite", "full column rank", "onehot rows", "signs"))


def test_outside_of_a_project_a_command_says_what_to_do(symnn, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = symnn("list")
    assert result.exit_code == 2
    assert "name one with --project DIR" in result.stderr
