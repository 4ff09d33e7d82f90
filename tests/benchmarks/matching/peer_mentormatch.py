"""mentormatch 1.1 on people from standard input, by its own rules. It has no total: it prefers one pair to another."""

import json
import sys
import time
from pathlib import Path

from mentormatch.api import main


def most_memory():
    """Megabytes at the peak, of this process alone."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) // 1024


asked = json.load(sys.stdin)
begun = time.perf_counter()
found = main(asked["mentors"], asked["mentees"])
seconds = time.perf_counter() - begun
matched = len(found["pairs"])
megabytes = most_memory()
names = found["pairs"][["mentee_str", "mentor_str"]].values.tolist()
print(json.dumps({"seconds": seconds, "pairs": names, "matched": matched, "megabytes": megabytes}))
