"""The rooms of symnn: each imports only from those before it, and the README names them in this order."""

import ast
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "symnn"
ORDER = (
    "errors", "near", "files", "processes", "progress", "arrays", "minimise", "plots",
    "algebra", "proof", "codegen", "claims", "calculus", "check", "typeset",
    "results", "formula", "graphs", "chapters", "account", "verification",
    "learn", "updates", "networks", "recipe", "project", "runs", "inspection", "cli",
)  # fmt: skip
PATHS = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem != "__init__")


def room(path):
    """The folder or the file of the package in which a module is."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(text):
    """The rooms from which a text imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module == "symnn":
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("symnn."):
            found.add(node.module.split(".")[1])
    return found


def test_all_that_is_there_has_a_place_in_the_order():
    assert {room(path) for path in PATHS} == set(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_a_room_imports_only_from_those_before_it(name):
    allowed = {*ORDER[: ORDER.index(name)], name}
    for path in PATHS:
        if room(path) == name:
            assert imported(path.read_text(encoding="utf-8")) <= allowed, path


def test_imports_are_found_wherever_they_stand():
    text = "from symnn import plots\n\ndef late():\n    from symnn.runs.report import Report\n    import numpy\n"
    assert imported(text) == {"plots", "runs"}


def test_the_readme_names_every_folder_in_this_order():
    rows = re.findall(r"^\| `symnn/(\w+)/` \|", (REPOSITORY / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [name for name in ORDER if (PACKAGE / name).is_dir()]


FILES = [path for folder in ("symnn", "derivations", "tests") for path in sorted((REPOSITORY / folder).rglob("*.py"))]


def test_every_file_says_first_what_it_is_for():
    said = {path: ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "" for path in FILES}
    assert [path for path, title in said.items() if not re.match(r"\S.{14,}?[.:]", title)] == []


def test_no_file_of_the_package_is_longer_than_one_reads_at_once():
    assert [path for path in PATHS if len(path.read_text(encoding="utf-8").splitlines()) > 500] == []
