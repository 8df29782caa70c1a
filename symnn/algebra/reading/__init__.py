"""The parts of the reader: a text with its places, declarations, NumPy's arrays, its words, the walk over `ast`."""
