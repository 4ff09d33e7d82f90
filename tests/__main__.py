"""The whole check in one command: lint, layout, types, import contracts, tests. `python -m tests [--fix] [-- pytest arguments]`."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("flows", "programs", "tasks", "tests")
TOOLS = ("ruff", "mypy", "importlinter", "pytest", "xdist", "hypothesis")
FOR_TESTS = ("MENTORFLOW_TEST_POSTGRES", "MENTORFLOW_WRITE_GOLDEN")
SHARED_OUT = ("--numprocesses=auto", "--dist=loadfile", "--no-loadscope-reorder")
"""A file of tests to whichever core is free, whole, since its tests share servers and databases; in which order, says conftest.py.

Left to itself, what shares them out begins with the files of most tests, and ends with the few that last longest.
"""
IN_MEMORY = Path("/dev/shm")
ROOM = 4 << 30
"""Bytes; a whole run has written less than a tenth of that."""

CONTRACTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


def main(words: list[str]) -> int:
    ours, theirs = _split(words)
    if set(ours) - {"--fix"}:
        print("usage: python -m tests [--fix] [-- arguments for pytest]", file=sys.stderr)
        return 2
    missing = [name for name in TOOLS if importlib.util.find_spec(name) is None]
    if missing:
        print(
            f"missing: {', '.join(missing)}. Install what the checks need, in a virtual environment:", file=sys.stderr
        )
        print(f"  {sys.executable} -m pip install -e '.[test]'", file=sys.stderr)
        return 2
    failed = [name for name, words in _checks("--fix" in ours, theirs) if not _passes(name, words)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    at = words.index("--") if "--" in words else len(words)
    return words[:at], words[at + 1 :]


def _checks(fix: bool, pytest_words: list[str]) -> list[tuple[str, list[str]]]:
    python = [sys.executable, "-m"]
    return [
        ("lint", [*python, "ruff", "check", "--quiet", *(["--fix"] if fix else []), *FOLDERS]),
        ("layout", [*python, "ruff", "format", "--quiet", *([] if fix else ["--check"]), *FOLDERS]),
        ("types", [*python, "mypy"]),
        ("contracts", [sys.executable, "-c", CONTRACTS]),
        ("tests", [*python, "pytest", *SHARED_OUT, *pytest_words]),
    ]


def _has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ROOM


def _passes(name: str, words: list[str]) -> bool:
    """Run a check and say how it went. The tests, which come last, speak for themselves; the others only when they fail."""
    if name == "tests":
        return subprocess.run(words, cwd=ROOT, check=False, env=environment()).returncode == 0
    begun = time.monotonic()
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, env=environment())
    good = ended.returncode == 0
    print(f"{name:<10} {'ok' if good else 'FAILED':<7} {time.monotonic() - begun:6.1f} s", flush=True)
    if not good:
        print(f"{ended.stdout}{ended.stderr}", flush=True)
    return good


def environment() -> dict[str, str]:
    """The surroundings without what an operator has set for their own cohorts.

    What tests write need not outlive them: where memory serves as a folder with enough room, nobody waits for a disk.
    """
    ours = [name for name in os.environ if name.startswith("MENTORFLOW_") and name not in FOR_TESTS]
    quick = {"TMPDIR": str(IN_MEMORY)} if _has_room(IN_MEMORY) else {}
    return {**quick, **{name: value for name, value in os.environ.items() if name not in ours}}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
