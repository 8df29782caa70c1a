"""The line of a key, in TOML that tries to mislead."""

import pytest

from symnn.learn.toml_lines import line_of

HOSTILE = """\
# units = 1
title = '''
[[layers]]
units = 3
'''

layers = [
  {units = 3}, # ] }
  # {units = 4}
  {units = 4, "activation" = "]"},
]
a.b . "c.d" = 1
"quo.ted" = """
HOSTILE += '"""\\\n[z]\n"""\n\n[ z ] # [y]\nq = """\n""" # x\ny = [[1],\n  [2]]\n[[t.u]]\n[[t.u]]\nx = 1\n'


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("layers",), 7),
        (("layers", 0), 8),
        (("layers", 0, "units"), 8),
        (("layers", 1, "activation"), 10),
        (("a", "b", "c.d"), 12),
        (("quo.ted",), 13),
        (("z",), 17),
        (("z", "q"), 18),
        (("z", "y", 1), 21),
        (("t", "u", 1), 23),
        (("t", "u", 1, "x"), 24),
        (("units",), None),
        (("layers", 2), None),
        (("title", "z"), None),
    ],
)
def test_the_line_of_a_path(path, line):
    assert line_of(HOSTILE, path) == line


def test_a_value_of_very_many_lines_gives_no_line():
    text = 'title = """' + 190_000 * "\n" + '"""\nunits = 1\n'
    assert line_of(text, ("units",)) is None
    assert line_of('title = """' + 50 * "\n" + '"""\nunits = 1\n', ("units",)) == 52


def test_an_array_of_very_many_lines_gives_the_line_of_its_element():
    text = "layers = [\n" + "".join(f"  {{units = {number}}},\n" for number in range(300)) + "]\nlast = 1\n"
    assert line_of(text, ("layers", 250, "units")) == 252
    assert line_of(text, ("last",)) == 303
