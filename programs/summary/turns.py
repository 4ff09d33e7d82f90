"""Who took the mentor's part in a circle and when, and whose meeting was not held. Made from facts; knows no names."""

from __future__ import annotations

from programs.codes import code
from programs.lifecycle import StepStatus
from programs.summary.facts import RelationshipFacts
from programs.summary.layout import block, day, table
from programs.summary.shape import TurnRecord


def turns(facts: RelationshipFacts) -> list[TurnRecord]:
    """Every turn in the order of its day; a meeting that was not held stands on the day by which it was expected."""
    led = [(one.held_on, one.led_by, True) for one in facts.meetings if one.led_by]
    missed = [
        (step.due_on, step.lead, False)
        for step in facts.steps
        if step.lead and step.due_on and step.status == StepStatus.MISSED
    ]
    return [
        {"on": on.isoformat(), "participant": code("P", who), "held": held} for on, who, held in sorted([*led, *missed])
    ]


def shown(records: list[TurnRecord]) -> str:
    """As a table with a line for each member, and one for each turn."""
    if not records:
        return ""
    who = list(dict.fromkeys(one["participant"] for one in records))
    sums = [[each, *(str(_count(records, each, held)) for held in (True, False))] for each in who]
    each = [[day(one["on"]), one["participant"], "led" if one["held"] else "was not held"] for one in records]
    head = table(["Member", "Meetings led", "Turns missed"], sums)
    return block("Turns", f"{head}\n\n{table(['Meeting', 'Turn of', ''], each)}")


def _count(records: list[TurnRecord], who: str, held: bool) -> int:
    return sum(one["participant"] == who and one["held"] is held for one in records)
