"""matching 1.4.3 on two sides' lists from standard input: its hospital-resident game, solved for the residents."""

import json
import sys
import time
from pathlib import Path

from matching.games import HospitalResident


def most_memory():
    """Megabytes at the peak, of this process alone."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) // 1024


asked = json.load(sys.stdin)
sys.setrecursionlimit(10**6)  # it copies people together with everybody on their lists, and so on
begun = time.perf_counter()
game = HospitalResident.create_from_dictionaries(asked["residents"], asked["hospitals"], asked["capacities"])
solved = game.solve(optimal="resident")
seconds = time.perf_counter() - begun
pairs = [[one.name, place.name] for place, held in solved.items() for one in held]
megabytes = most_memory()
print(json.dumps({"seconds": seconds, "pairs": pairs, "matched": len(pairs), "megabytes": megabytes}))
