"""The rows of the source documents: all of them, once, in order."""

import re

from symnn.inspection.rows import DOCUMENTS, ROWS
from symnn.runs.registry import RUNS


def test_every_row_of_the_documents_is_there_once():
    """S2 is no row of the slides."""
    expected = [*(f"L{k}" for k in range(1, 24)), *(f"B{k}" for k in range(1, 20)), "S1"]
    expected += [*(f"S{k}" for k in range(3, 15)), *(f"H{k}" for k in range(1, 5))]
    assert list(ROWS) == expected and len(ROWS) == 59


def test_a_row_begins_with_the_letter_of_its_document_and_has_a_short_name():
    assert [document.letter for document in DOCUMENTS] == ["L", "B", "S", "H"]
    for document in DOCUMENTS:
        assert all(re.fullmatch(rf"{document.letter}\d+", code) for code in document.rows)
        assert all(0 < len(name) <= 36 for name in document.rows.values())


def test_every_row_has_a_run_that_does_not_take_minutes():
    quick = {code for run in RUNS.values() if not run.is_long for code in run.rows}
    assert set(ROWS) <= quick
