"""`python -m symnn.cli`."""

from symnn.cli import main

main()
