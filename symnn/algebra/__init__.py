"""What is written: sizes, nodes, functions, the reader of NumPy texts, and the bridge to SymPy."""
