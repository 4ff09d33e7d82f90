"""mentor-match 7.0.1 on people from standard input, by the rules that its users have: one round, one mentee per mentor."""

import json
import operator
import sys
import time
from pathlib import Path

from matching.mentee import Mentee
from matching.mentor import Mentor
from matching.process import process_data
from matching.rules import rule


def most_memory():
    """Megabytes at the peak, of this process alone."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) // 1024


asked = json.load(sys.stdin)
mentees = [Mentee(email=key, **fields) for key, fields in asked["mentees"]]
mentors = [Mentor(email=key, **fields) for key, fields in asked["mentors"]]


def rules():
    return [
        rule.Disqualify(lambda match: match.mentee.organisation == match.mentor.organisation),
        rule.Disqualify(rule.Grade(target_diff=2, logical_operator=operator.gt).evaluate),
        rule.Disqualify(rule.Grade(target_diff=0, logical_operator=operator.le).evaluate),
        rule.Grade(1, operator.eq, {True: 9, False: 0}),
        rule.Grade(2, operator.eq, {True: 12, False: 0}),
        rule.Generic({True: 10, False: 0}, lambda match: match.mentee.profession == match.mentor.profession),
    ]


begun = time.perf_counter()
process_data(mentors, mentees, [rules()])
seconds = time.perf_counter() - begun
pairs = [[one.email, one.mentors[0].email] for one in mentees if one.mentors]
megabytes = most_memory()
print(json.dumps({"seconds": seconds, "pairs": pairs, "matched": len(pairs), "megabytes": megabytes}))
