"""Arrays of floating-point numbers: their types, and several of them packed into one vector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symnn.errors import DataError

Floats = NDArray[np.float64]
Arrays = Mapping[str, Floats]
"""Arrays by name, of any shapes."""


@dataclass(frozen=True)
class Packing:
    """Arrays by name as one vector, one after the other, each row by row."""

    shapes: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, arrays: Mapping[str, ArrayLike]) -> Packing:
        return cls(MappingProxyType({name: np.shape(array) for name, array in arrays.items()}))

    def pack(self, arrays: Mapping[str, ArrayLike]) -> Floats:
        """One vector with all entries. Raises DataError where an array has another shape, or is missing."""
        for name, shape in self.shapes.items():
            if name not in arrays or np.shape(arrays[name]) != shape:
                found = f"has shape {np.shape(arrays[name])}" if name in arrays else "is missing"
                raise DataError(f"{name} {found}; it must have shape {shape}")
        return np.concatenate([np.asarray(arrays[name], dtype=np.float64).ravel() for name in self.shapes])

    def pack_results(self, results: Any) -> Floats:
        """The results of an emitted function, one for each array and in their order, as one vector."""
        parts = results if isinstance(results, tuple) else (results,)
        if len(parts) != len(self.shapes):
            raise DataError(f"{len(parts)} results are given for {len(self.shapes)} arrays: {', '.join(self.shapes)}")
        return self.pack(dict(zip(self.shapes, parts, strict=True)))

    def unpack(self, vector: Floats) -> dict[str, Any]:
        """The arrays in a vector; of shape () the number itself."""
        sizes = [int(np.prod(shape)) for shape in self.shapes.values()]
        parts = np.split(vector, np.cumsum(sizes)[:-1])
        return {name: part.reshape(shape)[()] for part, (name, shape) in zip(parts, self.shapes.items(), strict=True)}
