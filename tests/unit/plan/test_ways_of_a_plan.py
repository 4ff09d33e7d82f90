"""The graph of phases, for any graph: by default every relationship comes to an end, and what is certain is on its way there."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from programs import check
from programs.plan import Plan, make
from programs.spec import Program
from programs.ways import END, By, by_default, reachable, route, rungs, ways

FORM = {"check": {"questions": [{"id": "well", "ask": "Are you well?", "type": "yes_no"}]}}
ASKED = {"id": "asked", "at": "start", "ask": {"form": "check", "roles": ["mentor"], "due": "in 2 days"}}


def graph(*phases: dict[str, Any], **more: Any) -> Program:
    declared = {"program": "graph", "title": "A graph", "phases": phases, "forms": FORM, **more}
    return Program.model_validate(declared)


@st.composite
def graphs(draw: st.DrawFn) -> Program:
    count = draw(st.integers(1, 5))
    names = [f"phase{number}" for number in range(count)]
    path = st.fixed_dictionaries(
        {"to": st.sampled_from([*names, "end"]), "when": st.sampled_from(["over", "contact", "operator"])},
        optional={"at_most": st.integers(1, 3)},
    )
    phases = [
        {"id": name, "lasts": f"{draw(st.integers(1, 30))} days", "paths": draw(st.lists(path, max_size=3))}
        for name in names
    ]
    silence = [{"after": "9 days", "then": "go", "to": draw(st.sampled_from(names))}] if draw(st.booleans()) else []
    return graph(*phases, silence=silence)


def sound(program: Program) -> bool:
    """Whether the check has nothing to say about its ways."""
    return not any(list(rule(program)) for rule in check.RULES if rule.__module__ == "programs.check.ways")


def planned(program: Program) -> Plan:
    return make(program, date(2027, 1, 4))


@given(graphs())
def test_every_phase_has_exactly_one_way_by_default_and_its_ways_have_names_of_their_own(program: Program) -> None:
    keys = [way.key for phase in program.phases for way in ways(program, phase)]
    assert len(keys) == len(set(keys))
    for phase in program.phases:
        assert [way.is_certain for way in ways(program, phase)].count(True) >= 1
        assert by_default(program, phase).by is By.OVER


@given(graphs())
def test_the_route_by_default_always_comes_to_a_stop_and_follows_ways(program: Program) -> None:
    passed = route(program, program.phases[0])
    for before, after in pairwise(passed):
        assert after.id in {way.to for way in ways(program, before) if way.by is By.OVER}
    assert {phase.id for phase in passed} <= reachable(program, program.phases[0].id)


@given(graphs())
def test_where_the_check_is_silent_everything_is_reached_and_everything_ends(program: Program) -> None:
    assume(sound(program))
    first = program.phases[0]
    assert {phase.id for phase in program.phases} <= reachable(program, first.id)
    for phase in program.phases:
        assert END in reachable(program, phase.id)
        assert by_default(program, route(program, phase)[-1], taken_along(program, phase)).to == END


def taken_along(program: Program, start: Any) -> dict[str, int]:
    """How often each limited way is gone on the route, but for its last step."""
    counts: dict[str, int] = {}
    for phase in route(program, start)[:-1]:
        way = by_default(program, phase, counts)
        counts[way.key] = counts.get(way.key, 0) + 1
    return counts


@given(graphs())
def test_the_end_is_expected_after_all_phases_of_the_route_at_their_longest(program: Program) -> None:
    plan, first = planned(program), program.phases[0]
    end = plan.starts_on
    for phase in route(program, first):
        end = phase.lasts.at_most.after(end)
    assert plan.expected_end(first, first.lasts.at_most.after(plan.starts_on)) == end
    assert plan.earliest_end == end  # every length here is exact


def test_a_limited_way_is_gone_by_default_until_it_is_used_up() -> None:
    program = graph(
        {"id": "round", "lasts": "1 week", "paths": [{"to": "round", "at_most": 2}]}, {"id": "last", "lasts": "1 week"}
    )
    assert [phase.id for phase in route(program, program.phases[0])] == ["round", "round", "round", "last"]
    assert [phase.id for phase in route(program, program.phases[0], {"round: path 1": 2})] == ["round", "last"]


def test_what_is_gone_only_sometimes_is_not_expected() -> None:
    by_answer = {"to": "aside", "milestone": "asked", "question": "well", "answer": False}
    program = graph(
        {"id": "main", "lasts": "4 weeks", "milestones": [ASKED], "paths": [by_answer, {"to": "last"}]},
        {"id": "aside", "lasts": "4 weeks"},
        {"id": "last", "lasts": "1 week"},
    )
    assert sound(program)
    assert planned(program).latest_end == date(2027, 2, 8)


def test_a_phase_may_be_called_end() -> None:
    program = graph({"id": "main", "lasts": "1 week", "paths": [{"to": "end"}]}, {"id": "end", "lasts": "1 week"})
    assert [phase.id for phase in route(program, program.phases[0])] == ["main", "end"]


def test_nobody_is_silent_alone_nor_led_to_where_they_are() -> None:
    program = graph(
        {"id": "think", "lasts": "1 week", "alone": True},
        {"id": "main", "lasts": "8 weeks"},
        {"id": "decline", "lasts": "1 week", "paths": [{"to": "main", "when": "contact"}]},
        silence=[
            {"after": "1 week", "then": "at_risk"},
            {"after": "2 weeks", "then": "go", "to": "decline"},
        ],
    )
    counted = {phase.id: [number for number, _ in rungs(program, phase.id)] for phase in program.phases}
    assert counted == {"think": [], "main": [0, 1], "decline": [0]}
