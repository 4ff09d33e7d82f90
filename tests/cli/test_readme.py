"""What the documents say of the command line is so, and nothing is left out."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from flows.cli.commands import COMMANDS, application
from programs.library import shipped
from tasks.settings import NAMES, PREFIX

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
MANUAL = (ROOT / "docs" / "commands.md").read_text()
NAMED = {command.name for command in COMMANDS}


def shown(text: str) -> list[str]:
    """Every command line in a block of code, without what it prints and without comments."""
    blocks = re.findall(r"^```(?:sh|console)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [line.split("  #")[0].split(" > ")[0].strip() for line in lines if line.startswith("mentorflow ")]


@pytest.mark.parametrize("line", sorted({*shown(README), *shown(MANUAL)}))
def test_a_command_that_is_shown_can_be_typed(line: str) -> None:
    words = shlex.split(line)[1:]
    assert words[0] in NAMED
    if words[0] != "demo":
        application(words).parse_args(words, exit_on_error=False, print_error=False)


def test_every_command_has_its_part_in_the_manual() -> None:
    assert re.findall(r"^### `(.+)`$", MANUAL, re.MULTILINE) == [command.name for command in COMMANDS]


def test_the_manual_has_the_groups_of_the_help() -> None:
    assert re.findall(r"^## (.+)$", MANUAL, re.MULTILINE) == list(dict.fromkeys(one.group for one in COMMANDS))


def test_every_command_is_shown_with_an_example() -> None:
    assert {shlex.split(line)[1] for line in shown(MANUAL)} == NAMED


def test_help_lists_exactly_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    application(["--help"])(["--help"], exit_on_error=False, result_action="return_value")
    listed = re.findall(r"^  ([a-z][a-z-]+): ", capsys.readouterr().out, re.MULTILINE)
    assert sorted(listed) == sorted(NAMED)


def test_every_setting_is_in_the_readme() -> None:
    assert {PREFIX + name for name in NAMES} == set(re.findall(r"`(MENTORFLOW_[A-Z_]+)`", README))


def test_every_file_the_documents_point_at_is_there() -> None:
    for name, text in (("README.md", README), ("docs/commands.md", MANUAL)):
        for target in re.findall(r"\]\((?!http)([^)#]+)", text):
            assert ((ROOT / name).parent / target).exists(), f"{name}: {target}"


def test_the_program_in_the_readme_is_the_one_that_ships() -> None:
    first, *others = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    program = (ROOT / "programs" / "four_phase.yaml").read_text()
    for line in first.splitlines():
        assert not line.strip() or line in program, line
    lines = [line for file in (ROOT / "programs").glob("*.yaml") for line in file.read_text().splitlines()]
    assert [line for block in others for line in block.splitlines() if line not in lines] == []


def test_every_program_that_ships_is_in_the_readme() -> None:
    assert set(re.findall(r"^\| `([a-z-]+)`", README, re.MULTILINE)) == set(shipped())
