"""Where the mentee asked: which choice the mentor was, and how many had been asked before. Made from facts; knows no names."""

from __future__ import annotations

from programs.summary.facts import RelationshipFacts
from programs.summary.layout import block
from programs.summary.shape import AskedRecord
from programs.words import count


def asked(facts: RelationshipFacts) -> AskedRecord | None:
    """None where nobody was asked: in a new cycle, or where the operator brought two together."""
    found = facts.asked
    return {"choice": found.choice, "of": found.of, "in_vain_before": found.before} if found else None


def shown(record: AskedRecord | None) -> str:
    if record is None:
        return ""
    others = record["in_vain_before"]
    before = f"after {count(others, 'other')} in vain" if others else "first of all"
    choice = f"choice {record['choice']} of the {record['of']} who were possible then"
    return block("How it came about", f"The mentor was asked {before}, as {choice}.")
