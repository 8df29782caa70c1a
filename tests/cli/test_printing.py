"""Reports, printed."""


def test_plots_are_drawn_or_the_run_goes_on_without(monkeypatch, tmp_path, capsys):
    from symnn.cli.printing import print_report
    from symnn.errors import MissingExtraError
    from symnn.plots import Plot
    from symnn.runs.report import Claim, Report

    report = Report("a run")
    report.plot(Plot("curves", "title", ()))
    report.compare("numbers", [Claim("accuracy", "at least", 0.8, 0.9)])
    monkeypatch.setattr(Plot, "draw", lambda plot, folder: folder / f"{plot.name}.png")
    print_report(report, tmp_path)
    assert f"plot: {tmp_path / 'curves.png'}" in capsys.readouterr().out

    def missing(plot, folder):
        raise MissingExtraError("pip install 'symnn[plot]'")

    monkeypatch.setattr(Plot, "draw", missing)
    print_report(report, tmp_path)
    printed = capsys.readouterr().out
    assert "no plot curves: pip install 'symnn[plot]'" in printed
    assert printed.endswith("all numbers came out\n")
