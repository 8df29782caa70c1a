"""Everything that the README shows is executed: Python blocks, console sessions, the chapter and the model.

The two commands that install (the ``sh`` blocks) are executed by ``.ci/run``, from nothing.
"""

import contextlib
import io
import re
import shlex
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from symnn.cli import main

REPOSITORY = Path(__file__).parents[1]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
BLOCKS = BLOCK.findall(README)
CHAPTER = re.search(r"This one is `derivations/(\w+)\.py`:\n\n```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
MODEL = re.search(r"This one is `models/(\w+)\.toml`:\n\n```toml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)

NEEDED = (
    "derivations/book_least_squares.py",
    "derivations/closed_form.py",
    "derivations/least_squares.py",
    "models/xor.toml",
)


def matches(expected, found):
    """Whether a text is as shown, where … stands for anything, and a line of … alone for any lines."""
    pattern = "".join(
        "(?:.*\n)*" if line == "…\n" else ".*".join(map(re.escape, line.removesuffix("\n").split("…"))) + "\n"
        for line in expected.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, found) is not None


def sessions():
    """Each command of the console blocks, with the output shown for it."""
    for kind, block in BLOCKS:
        if kind == "console":
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield command, output


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of what the sessions need of the project as it is built, and the README's chapter and model."""
    folder = tmp_path_factory.mktemp("readme")
    for room in ("derivations", "models", "generated"):
        (folder / room).mkdir()
    for source in NEEDED:
        shutil.copy(REPOSITORY / source, folder / source)
        shutil.copy(REPOSITORY / "generated" / f"{Path(source).stem}.py", folder / "generated")
    name, source = CHAPTER.groups()
    (folder / "derivations" / f"{name}.py").write_text(source, encoding="utf-8")
    name, source = MODEL.groups()
    (folder / "models" / f"{name}.toml").write_text(source, encoding="utf-8")
    return folder


def test_the_commands_that_install_are_those_that_ci_runs():
    commands = [block for kind, block in BLOCKS if kind == "sh"]
    assert [len(block.splitlines()) for block in commands] == [1, 1]
    assert "symnn run commute" in commands[0] and "pytest" in commands[1]
    assert "README.md" in (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")


def test_console_sessions(project, monkeypatch):
    monkeypatch.chdir(project)
    shown = list(sessions())
    assert len(shown) >= 9
    for command, expected in shown:
        words = shlex.split(command)
        assert words[0] == "symnn"
        target = words.index(">") if ">" in words else len(words)
        result = CliRunner().invoke(main, words[1:target])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == (2 if expected.startswith("symnn: ") else 0), f"{command}\n{result.output}"
        if target < len(words):
            Path(words[target + 1]).write_text(result.stdout, encoding="utf-8")
        else:
            assert matches(expected, result.output), f"{command}\nshown:\n{expected}\nfound:\n{result.output}"


PROGRAMS = [
    (source, output)
    for (kind, source), (next_kind, output) in pairwise(BLOCKS)
    if (kind, next_kind) == ("python", "text")
]


@pytest.mark.parametrize(("source", "expected"), PROGRAMS, ids=range(len(PROGRAMS)))
def test_python_blocks(source, expected, project, monkeypatch):
    monkeypatch.chdir(project)
    monkeypatch.syspath_prepend(project)
    path = project / "program.py"
    path.write_text(source, encoding="utf-8")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, str(path), "exec"), {"__name__": "__main__"})
    assert matches(expected, printed.getvalue()), printed.getvalue()


def test_no_python_block_is_left_out():
    assert sum(kind == "python" for kind, _ in BLOCKS) == len(PROGRAMS) + 1
    assert {kind for kind, _ in BLOCKS} == {"sh", "console", "python", "text", "toml"}
    assert sum(kind == "toml" for kind, _ in BLOCKS) == 1


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [
        ("a\n…\nc\n", "a\nb\nb\nc\n", True),
        ("a\n…\nc\n", "a\nc\n", True),
        ("a\n…\nc\n", "a\nb\n", False),
        ("a … c\n", "a b c\n", True),
        ("a … c\n", "a b\nc\n", False),
        ("a.c\n", "abc\n", False),
    ],
)
def test_the_comparison_is_exact_but_for_the_dots(expected, found, same):
    assert matches(expected, found) is same
