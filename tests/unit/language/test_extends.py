"""Inheritance: what a child adds, changes and drops, and to which file a problem points."""

from __future__ import annotations

from typing import Any

from programs.document import Document
from programs.extends import alone, merge, on_top_of
from programs.source import read

PARENT = """
title: Parent
limits: {least: 1, most: 4}
reasons: [a, b]
phases:
  - {id: one, lasts: 1 week, steps: [{id: x, at: start}]}
  - {id: two, lasts: 2 weeks}
  - {id: three, lasts: 3 weeks}
"""


def merged(child: str) -> tuple[Any, list[str]]:
    document, problems = merge(read(PARENT, "parent.yaml"), read(child, "child.yaml"))
    return document.data, [str(problem) for problem in problems]


def ids(data: Any) -> list[str]:
    return [item["id"] for item in data["phases"]]


def test_keys_merge_with_keys() -> None:
    data, problems = merged("title: Child\nlimits: {most: 6}\n")
    assert (data["title"], data["limits"], problems) == ("Child", {"least": 1, "most": 6}, [])


def test_a_list_without_ids_replaces_the_inherited_one() -> None:
    assert merged("reasons: [c]")[0]["reasons"] == ["c"]


def test_items_with_the_same_id_merge_down_to_their_own_lists() -> None:
    data, _ = merged("phases: [{id: one, steps: [{id: x, note: new}, {id: y, at: end}]}]")
    assert data["phases"][0] == {
        "id": "one",
        "lasts": "1 week",
        "steps": [{"id": "x", "at": "start", "note": "new"}, {"id": "y", "at": "end"}],
    }


def test_a_new_item_stands_after_the_item_written_before_it() -> None:
    data, _ = merged("phases: [{id: two}, {id: new, lasts: 1 week}]")
    assert ids(data) == ["one", "two", "new", "three"]


def test_a_new_item_written_first_stands_before_the_next_inherited_one() -> None:
    data, _ = merged("phases: [{id: new, lasts: 1 week}, {id: two}]")
    assert ids(data) == ["one", "new", "two", "three"]


def test_a_new_item_alone_stands_at_the_end() -> None:
    assert ids(merged("phases: [{id: new, lasts: 1 week}]")[0]) == ["one", "two", "three", "new"]


def test_an_item_is_dropped() -> None:
    assert ids(merged("phases: [{id: two, remove: true}]")[0]) == ["one", "three"]


def test_a_new_item_may_take_the_place_of_a_dropped_one() -> None:
    data, _ = merged("phases: [{id: two, remove: true}, {id: new, lasts: 1 week}]")
    assert ids(data) == ["one", "new", "three"]


def test_an_empty_value_takes_away_what_was_inherited() -> None:
    assert "title" not in merged("title:")[0]


def test_removing_what_is_not_there_is_a_problem_in_the_child() -> None:
    _, problems = merged("phases:\n  - {id: tow, remove: true}\n")
    assert problems == [
        "child.yaml:2:5: phases[tow]: 'tow' cannot be removed: nothing of that name is inherited here "
        "(there are: one, three, two)"
    ]


def test_an_id_written_twice_in_the_child_stays_twice_for_the_check_to_find() -> None:
    assert ids(merged("phases: [{id: two}, {id: two}]")[0]).count("two") == 2


def test_every_part_keeps_the_place_in_the_file_that_said_it() -> None:
    document, _ = merge(read(PARENT, "parent.yaml"), read("phases:\n  - {id: two, lasts: 9 weeks}\n", "child.yaml"))
    assert document.place(("phases", 1, "lasts")).file == "child.yaml"
    assert document.place(("phases", 2, "lasts")).file == "parent.yaml"


def test_nothing_can_be_removed_where_nothing_is_inherited() -> None:
    document, problems = alone(read("phases: [{id: one}, {id: two, remove: true}]", "f.yaml"))
    assert ids(document.data) == ["one"]
    assert [problem.column for problem in problems] == [21]


def test_an_own_entry_replaces_the_standard_one_whole() -> None:
    standard = read("messages: {ask: {subject: S, body: B}, tell: {subject: S, body: B}}")
    own = read("messages: {ask: {subject: mine}}")
    assert on_top_of(standard, own, ("messages",)).data["messages"] == {
        "ask": {"subject": "mine"},
        "tell": {"subject": "S", "body": "B"},
    }


def test_the_standard_leaves_wrong_shapes_for_validation_to_name() -> None:
    standard, own = read("messages: {ask: {subject: S}}"), read("messages: [wrong]")
    assert isinstance(on_top_of(standard, own, ("messages",)), Document)
    assert on_top_of(standard, own, ("messages",)).data == {"messages": ["wrong"]}
