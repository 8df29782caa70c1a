"""Graphs in words and numbers, and in DOT: labels are escaped, and Graphviz reads them."""

import re
import shutil
import subprocess
from fractions import Fraction

import numpy as np
import pytest

from symnn.graphs import graph
from symnn.graphs.dot import _quoted, dot
from symnn.graphs.text import edge_lines, edge_rows, number, shown, vertex_lines, vertex_rows

FOUND = graph("q = x + y; q*z")
VALUES = FOUND.at({"x": -2, "y": 5, "z": -4})


def test_rows_of_vertices_and_edges():
    assert vertex_rows(FOUND) == [("x",), ("y",), ("z",), ("q = x + y",), ("f = qz",)]
    assert vertex_rows(FOUND, VALUES)[3:] == [("q = x + y", "3", "−4"), ("f = qz", "−12", "1")]
    assert edge_rows(FOUND)[0] == ("x → q", "∂q/∂x = 1")
    assert edge_rows(FOUND, VALUES)[2:] == [("q → f", "∂f/∂q = z", "−4", "−4"), ("z → f", "∂f/∂z = q", "3", "3")]


def test_lines_of_a_picture():
    assert vertex_lines(FOUND, 4, VALUES) == ["f = qz", "value −12", "gradient 1"]
    assert edge_lines(FOUND, 2, VALUES) == ["∂f/∂q = z = −4", "passes −4"]
    assert edge_lines(FOUND, 0, VALUES) == ["∂q/∂x = 1", "passes −4"]
    assert vertex_lines(FOUND, 4, None) == ["f = qz"] and edge_lines(FOUND, 2, None) == ["∂f/∂q = z"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(29, 250), "0.116"),
        (Fraction(-1, 4), "−0.25"),
        (Fraction(1, 3), "1/3"),
        (Fraction(-36899, 1428), "−25.84"),
        (Fraction(10**12), "1e+12"),
        (2.5, "2.5"),
        (-0.0, "0"),
        (1e-9, "1e−09"),
        (3, "3"),
    ],
)
def test_numbers(value, text):
    assert number(value) == text


def test_small_arrays_are_written_and_large_ones_told():
    array = np.array([[Fraction(1, 2), Fraction(3)], [Fraction(-1), Fraction(0)]], dtype=object)
    assert shown(array, 2) == "[[0.5, 3], [−1, 0]]"
    assert shown(array[:, :1], 1) == "[0.5, −1]"
    assert shown(array[:1, :1], 0) == "0.5"
    assert shown(np.zeros((3, 4)), 2) == "of 3 × 4" and shown(np.zeros((9, 1)), 1) == "of 9"


def test_dot_has_every_vertex_and_every_edge():
    lines = dot(FOUND, VALUES).splitlines()
    assert lines[0] == "digraph {" and lines[-1] == "}"
    assert '  n4 [label="f = qz\\nvalue −12\\ngradient 1"];' in lines
    assert '  n0 [label="x\\nvalue −2\\ngradient −4", style=solid];' in lines
    arrows = [re.match(r"  n(\d) -> n(\d) ", line).groups() for line in lines if "->" in line]
    assert arrows == [("0", "3"), ("1", "3"), ("3", "4"), ("2", "4")]
    assert '  n3 -> n4 [label="∂f/∂q = z = −4\\npasses −4"];' in lines


def test_quotes_and_backslashes_are_escaped():
    assert _quoted('a "b"', "c\\d") == '"a \\"b\\"\\nc\\\\d"'


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_reads_it():
    run = subprocess.run(["dot", "-Tplain"], input=dot(FOUND, VALUES), capture_output=True, text=True, check=True)
    edges = {tuple(line.split()[1:3]) for line in run.stdout.splitlines() if line.startswith("edge")}
    assert edges == {("n0", "n3"), ("n1", "n3"), ("n3", "n4"), ("n2", "n4")}
