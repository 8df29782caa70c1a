"""The command `symnn`: thin, one function for each command."""

from symnn.cli.chapters import build, check, diff, list_rows, show
from symnn.cli.data import recipe, run
from symnn.cli.group import main
from symnn.cli.objective import derive, graph, verify

for command in (derive, graph, verify, list_rows, show, build, diff, check, run, recipe):
    main.add_command(command)

__all__ = ["main"]
