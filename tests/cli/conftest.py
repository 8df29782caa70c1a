"""The command `symnn`, called as a user calls it."""

import pytest
from click.testing import CliRunner

from symnn.cli import main


@pytest.fixture(scope="session")
def symnn():
    """Exit status and both outputs of one command; whatever goes wrong in it must end with a message."""

    def call(*words, project=None):
        given = ["--project", str(project)] if project else []
        result = CliRunner().invoke(main, [*given, *map(str, words)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return call
