"""Several arrays as one vector and back, and the results of an emitted function in their order."""

import numpy as np
import pytest

from symnn.arrays import Packing
from symnn.errors import DataError


def test_arrays_of_any_shape_are_packed_and_unpacked():
    arrays = {"s": 2.0, "w": np.arange(3.0), "A": np.arange(8.0).reshape(4, 2)}
    packing = Packing.of(arrays)
    vector = packing.pack(arrays)
    assert vector.tolist() == [2, 0, 1, 2, 0, 1, 2, 3, 4, 5, 6, 7]
    back = packing.unpack(vector)
    assert back["s"] == 2.0 and np.shape(back["s"]) == ()
    assert (back["A"] == arrays["A"]).all()
    with pytest.raises(DataError, match="w has shape"):
        packing.pack({**arrays, "w": np.zeros(2)})
    with pytest.raises(DataError, match="A is missing"):
        packing.pack({"s": 1.0, "w": np.zeros(3)})


def test_results_come_one_for_each_array_or_alone():
    packing = Packing.of({"A": np.zeros((2, 3)), "b": 0.0})
    assert packing.pack_results((np.arange(6.0).reshape(2, 3), 7.0)).tolist() == [0, 1, 2, 3, 4, 5, 7]
    assert Packing.of({"w": np.zeros(2)}).pack_results(np.array([3.0, 4.0])).tolist() == [3, 4]
    with pytest.raises(DataError, match="1 results are given for 2 arrays: A, b"):
        packing.pack_results(np.zeros((2, 3)))
    with pytest.raises(DataError, match=r"A has shape \(3, 2\); it must have shape \(2, 3\)"):
        packing.pack_results((np.zeros((3, 2)), 7.0))


def test_what_was_packed_is_a_copy():
    w = np.ones(3)
    packed = Packing.of({"w": w}).pack({"w": w})
    packed[0] = 5
    assert w.tolist() == [1, 1, 1]
