"""Tables and progress: drawn on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli import console

ROOT = Path(__file__).parents[2]


def on_a_terminal(program: str, **environment: str) -> str:
    """What a program prints when its output and its errors go to a terminal of 60 columns."""
    terminal, end = pty.openpty()
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "60", "TERM": "xterm", **environment}
    surroundings.pop("CI", None)
    process = subprocess.Popen([sys.executable, "-c", program], stdout=end, stderr=end, env=surroundings)
    os.close(end)
    shown = b""
    while True:
        try:
            piece = os.read(terminal, 65_536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    process.wait(30)
    os.close(terminal)
    return shown.decode()


TABLE = "from flows.cli import console; console.table(('a', 'n'), [('word ' * 20, '1')], right=('n',))"


def test_a_plain_table_lines_up_and_cuts_nothing_off() -> None:
    lines = console.plain_table(("what", "count"), [("short", "1"), ("x" * 200, "1,000")], right=("count",))
    assert lines[0] == "what" + " " * 196 + "  count"
    assert lines[1] == "short" + " " * 195 + "      1"
    assert lines[2] == "x" * 200 + "  1,000"


def test_where_there_is_no_terminal_progress_goes_beside_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress("mails", 2_000) as advance:
        advance(1_500)
        advance(500, "done")
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "mails: 2,000 to do\nmails: 2,000 of 2,000 done\n"


def test_what_takes_longer_than_it_was_thought_to_take_is_not_more_than_all(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress("days", 400) as advance:
        advance(490)
    assert capsys.readouterr().err == "days: 400 to do\ndays: 490 of 490 done\n"
    program = "from flows.cli import console\nwith console.progress('days', 400) as advance:\n    advance(490)"
    assert "490/490" in on_a_terminal(program)


def test_on_a_terminal_a_table_wraps_within_its_width() -> None:
    shown = on_a_terminal(TABLE, NO_COLOR="1")
    assert max(len(line.rstrip("\r")) for line in shown.splitlines()) <= 60
    assert shown.count("word") == 20


@pytest.mark.parametrize(("setting", "styled"), [({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)])
def test_no_color_is_respected(setting: dict[str, str], styled: bool) -> None:
    assert ("\x1b[" in on_a_terminal(TABLE, **setting)) is styled


def test_a_terminal_that_can_do_nothing_gets_plain_lines() -> None:
    assert "─" not in on_a_terminal(TABLE, TERM="dumb")


def test_on_a_terminal_progress_is_a_bar() -> None:
    program = "from flows.cli import console\nwith console.progress('mails', 4) as advance:\n    advance(4)"
    assert "━" in on_a_terminal(program)
