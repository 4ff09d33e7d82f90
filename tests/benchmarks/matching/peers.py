"""Other matchers, each in an environment of its own, because two of them install a package called `matching`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("MENTORFLOW_BENCHMARK_CACHE", Path(tempfile.gettempdir()) / "mentorflow-peers"))
PEERS = {"mentor_match": "mentor-match==7.0.1", "matching": "matching==1.4.3", "mentormatch": "mentormatch==1.1"}


def python(peer: str) -> Path:
    """The peer's interpreter, made when it is asked for first."""
    home = CACHE / PEERS[peer]
    interpreter = home / "bin" / "python"
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([interpreter, "-m", "pip", "install", "--quiet", PEERS[peer]], check=True)
        (home / "ready").touch()
    return interpreter


def run(peer: str, asked: dict[str, Any]) -> dict[str, Any]:
    """What the peer makes of the people it is given; it measures itself, without its start."""
    words = [python(peer), HERE / f"peer_{peer}.py"]
    done = subprocess.run(words, input=json.dumps(asked), capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def ours(**asked: Any) -> dict[str, Any]:
    words = [sys.executable, "-m", "tests.benchmarks.matching.measure", json.dumps(asked)]
    done = subprocess.run(words, cwd=HERE.parents[2], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])
