"""What tests of commands share."""

import pytest

from rnncore.terminal.run import run


@pytest.fixture
def ask(capsys):
    """Runs a command: (exit status, standard output, standard error)."""

    def asked(*arguments):
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return asked
