"""Names that were meant: spelled alike, or the same but for case and dashes."""

import pytest

from symnn.near import near

KNOWN = ("gradient-check", "newton", "xor", "iris")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("gradient_check", "gradient-check"),
        ("Newton", "newton"),
        ("xorr", "xor"),
        ("IRIS", "iris"),
        ("mydata.csv", ""),
        ("", ""),
    ],
)
def test_the_nearest_name(name, meant):
    assert near(name, KNOWN) == meant


def test_what_is_known_may_be_nothing_and_the_first_of_two_that_are_alike_is_meant():
    assert near("xor", ()) == ""
    assert near("A_B", ("a-b", "a_b")) == "a-b"
