"""Help comes at once: no command loads a heavy library before it is asked to do something."""

from __future__ import annotations

import subprocess
import sys

HEAVY = "pandas numpy pyarrow great_expectations prefect scipy matplotlib"

ASK_EVERY_COMMAND = f"""
import contextlib, io, sys
from typer.main import get_command
from flows.cli.main import app

def ask(command, words):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        command.main([*words, "--help"], prog_name="infobank")
    found = [" ".join(words)]
    for name, inner in getattr(command_of(command, words), "commands", {{}}).items():
        found += ask(command, [*words, name])
    return found

def command_of(command, words):
    for word in words:
        command = command.commands[word]
    return command

print(len(ask(get_command(app), [])))
print(" ".join(sorted(set("{HEAVY}".split()) & set(sys.modules))))
"""


def test_the_help_of_every_command_loads_no_heavy_library() -> None:
    answer = subprocess.run(  # noqa: S603 (our own words)
        [sys.executable, "-c", ASK_EVERY_COMMAND], capture_output=True, text=True, check=True
    )
    asked, loaded = answer.stdout.split("\n")[:2]
    assert int(asked) > 10
    assert loaded == ""
