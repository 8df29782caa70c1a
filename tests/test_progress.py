"""How far a run is told on the error stream."""

import io

from rich.console import Console

from symnn import progress
from symnn.progress import Progress


def test_the_plan_is_told_and_no_bar_where_there_is_no_terminal(capsys):
    watcher = Progress()
    watcher.say("word " * 30)
    watcher.begin("trainings", 3)
    watcher.advance()
    watcher.end()
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 3 and max(map(len, err.splitlines())) <= 79


def test_a_bar_counts_trainings_and_goes_away(monkeypatch):
    consoles = []

    def terminal(**options):
        consoles.append(Console(force_terminal=True, width=80, record=True, file=io.StringIO(), **options))
        return consoles[-1]

    monkeypatch.setattr(progress, "Console", lambda stderr: terminal())
    watcher = Progress()
    watcher.begin("trainings", 7)
    for _ in range(7):
        watcher.advance()
    watcher._bar.refresh()
    assert "7/7" in consoles[0].export_text()
    watcher.end()
    watcher.end()
