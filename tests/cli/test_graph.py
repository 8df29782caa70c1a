"""Computation graphs on the command line."""

import re

import pytest


def test_a_graph_shows_values_and_gradients(symnn):
    words = ["(x + y)*z", "--at", "x=-2", "--at", "y=5", "--at", "z=-4"]
    run = symnn("graph", *words)
    assert run.exit_code == 0
    assert re.search(r"v₁ = x \+ y +3 +−4\n", run.output) and re.search(r"z → f +∂f/∂z = v₁ +3 +3\n", run.output)
    assert run.output.endswith("Local gradients: proved.\n")
    without = symnn("graph", "(x + y)*z").output
    assert "∂f/∂z = v₁" in without and "−4" not in without


def test_a_graph_of_arrays_is_exact(symnn):
    words = ["--shape", "W=m,n", "--shape", "x=n", "--at", "W=[[0.1, 0.5], [-0.3, 0.8]]", "--at", "x=[0.2, 0.4]"]
    output = symnn("graph", "q = W@x; np.sum(q**2)", *words).output
    assert "0.116" in output and "[[0.088, 0.176], [0.104, 0.208]]" in output and "[−0.112, 0.636]" in output


def test_what_is_agreed_at_a_kink_is_said(symnn):
    run = symnn("graph", "np.abs(x)", "--at", "x=0")
    assert run.exit_code == 0 and run.output.endswith("By convention, abs′(0) = 0.\n")
    assert "convention" not in symnn("graph", "np.abs(x)", "--at", "x=1").output
    run = symnn("graph", "np.abs(x)", "--at", "x=0", "--format", "dot")
    assert "convention" not in run.stdout and "abs′(0) = 0" in run.stderr


def test_a_graph_in_dot_and_as_a_picture(symnn, tmp_path):
    assert symnn("graph", "x*y", "--format", "dot").output.startswith("digraph {\n")
    assert symnn("graph", "x*y", "--format", "dot", "--output", tmp_path / "a.dot").output == ""
    assert (tmp_path / "a.dot").read_text(encoding="utf-8").count("->") == 2
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    run = symnn("graph", "-x*y", "--at", "x=1/3", "--at", "y=2", "--format", "png", "--output", tmp_path / "b.png")
    assert run.exit_code == 0 and (tmp_path / "b.png").read_bytes()[1:4] == b"PNG"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["x", "--at", "x=one"], "write x=-2, x=1/3 or x=[0.5, 2]"),
        (["x", "--at", "x=1/0"], "write x=-2, x=1/3 or x=[0.5, 2]"),
        (["x", "--at", "x=1", "--at", "x=2"], "--at gives x two values"),
        (["x", "--at", "x=[1, NaN]"], "not made of numbers"),
        (["x*y", "--at", "x=1"], "no value is given for y"),
        (["np.log(x)", "--at", "x=-1"], "log has no real value at -1"),
        (["np.abs(x)", "--assume", "x=positive", "--at", "x=-4"], "x is assumed positive, found -4"),
        (["x**2*y", "--at", "x=1e200", "--at", "y=1"], "x² is too large for a float64"),
        (["x", "--format", "png"], "--output graph.png"),
        (["x", "--output", "a.txt"], "--output is for dot and png"),
    ],
)
def test_a_graph_that_cannot_be_shown(symnn, words, message):
    run = symnn("graph", *words)
    assert run.exit_code == 2 and message in run.output
