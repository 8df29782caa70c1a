"""Places in a picture: columns from the data to the end, distances kept, and few crossings."""

from itertools import pairwise

import pytest

from symnn.graphs.layout import layout

CHAIN = 4, [(0, 1), (1, 2), (2, 3)]
LONG = 6, [(0, 2), (1, 2), (2, 3), (3, 4), (0, 5), (4, 5)]
CROSSED = 7, [(0, 4), (1, 3), (2, 4), (3, 5), (4, 6), (5, 6)]


@pytest.mark.parametrize(("count", "edges"), [CHAIN, LONG, CROSSED, (1, [])])
def test_edges_lead_to_the_right_and_columns_keep_their_distance(count, edges):
    found = layout(count, edges)
    assert len(found.points) == count
    for (source, target), way in zip(edges, found.ways, strict=True):
        assert (way[0], way[-1]) == (found.points[source], found.points[target])
        assert all(after[0] - before[0] == 1 for before, after in pairwise(way))
    passed = {point for way in found.ways for point in way} | set(found.points)
    for column in {x for x, _ in passed}:
        heights = sorted(y for x, y in passed if x == column)
        assert all(after - before >= 1 - 1e-9 for before, after in pairwise(heights))


def test_a_chain_is_straight():
    assert [y for _, y in layout(*CHAIN).points] == [0, 0, 0, 0]


def test_data_stand_just_before_their_first_user():
    columns = [x for x, _ in layout(5, [(0, 2), (2, 3), (1, 4), (3, 4)]).points]
    assert columns == [0, 2, 1, 2, 3]


def crossings(ways):
    """Pairs of pieces of edges between the same columns that cross."""
    pieces = [piece for way in ways for piece in pairwise(way)]
    return sum(
        one[0][0] == other[0][0] and (one[0][1] - other[0][1]) * (one[1][1] - other[1][1]) < 0
        for place, one in enumerate(pieces)
        for other in pieces[:place]
    )


@pytest.mark.parametrize(("count", "edges"), [LONG, CROSSED])
def test_a_crossing_that_need_not_be_is_undone(count, edges):
    assert crossings(layout(count, edges).ways) == 0
