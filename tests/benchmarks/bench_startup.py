"""How long the quick commands take: `pytest tests/benchmarks/bench_startup.py -s`. Goal: under half a second each."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GOAL = 0.5
COMMANDS = (["--help"], ["check", "four-phase"], ["plan", "four-phase", "--start", "2027-01-11"], ["programs"])


@pytest.mark.benchmark
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_quick_command_answers_within_half_a_second(words: list[str], tmp_path: Path) -> None:
    """The least of five: the first one compiles, and what else the machine does must not decide."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(tmp_path)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    program = "from flows.cli import main; main()"
    taken = []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", program, *words], env=environment, capture_output=True, check=True)
        taken.append(time.perf_counter() - begun)
    print(f"\nmentorflow {' '.join(words)}: {min(taken):.2f} s (least of {len(taken)}; goal {GOAL} s)")
    assert min(taken) < GOAL
