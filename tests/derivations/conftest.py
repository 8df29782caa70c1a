"""What tests of chapters share: a chapter is derived once, by the first test that asks for it."""

from pathlib import Path

import pytest

from symnn.project import Project

PROJECT = Project(Path(__file__).parents[2])


@pytest.fixture(scope="module")
def chapter(request):
    """The chapter that a file of tests is named after."""
    return PROJECT.chapter(request.path.stem.removeprefix("test_"))


@pytest.fixture(scope="module")
def lines(chapter):
    """The last line of each proof of the chapter, by the title of the proof."""
    return {numbered.proof.title: str(numbered.proof.line) for numbered in chapter.proofs()}
