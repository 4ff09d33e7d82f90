"""Days that answers name, for any day and any phase: they lie inside, in their order, and where they were named if they can."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from programs.dates import Anchor, Span, Unit, Weekend, When
from programs.plan import Plan, make
from programs.spec import Phase, Program

DAY = timedelta(days=1)
DAYS = st.dates(date(2026, 1, 1), date(2032, 12, 31))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    least, more = draw(st.integers(2, 80)), draw(st.integers(1, 400))
    ask = {"form": "agreement", "roles": ["mentor"], "due": f"in {draw(st.integers(1, 20))} days"}
    at = draw(st.sampled_from(["on agreed.until", "3 days before agreed.until", "1 month after agreed.until"]))
    declared = {
        "program": "any",
        "title": "Any program",
        "weekend": draw(st.sampled_from(["none", "next working day", "previous working day"])),
        "phases": [
            {"id": "first", "lasts": "2 weeks", "milestones": [{"id": "agreed", "at": "start", "ask": ask}]},
            {
                "id": "work",
                "lasts": {"until": "agreed.until", "at_least": f"{least} days", "at_most": f"{least + more} days"},
                "milestones": [
                    {"id": "look", "at": at, "ask": ask},
                    {"id": "follow", "at": "after agreed", "ask": ask},
                ],
            },
            {"id": "close", "lasts": "1 month"},
        ],
        "forms": {"agreement": {"questions": [{"id": "until", "ask": "Until when?", "type": "date"}]}},
    }
    return make(Program.model_validate(declared), draw(DAYS))


def work(plan: Plan) -> Phase:
    return plan.program.phase("work")


@given(st.sampled_from([None, *Unit]), st.integers(1, 99), st.booleans())
def test_words_that_name_an_answer_are_written_back_the_same(unit: Unit | None, count: int, before: bool) -> None:
    side = "before" if before else "after"
    words = (
        f"{Span(count, unit)} {side} agreement.checkpoint_on" if unit and count < 50 else "on agreement.checkpoint_on"
    )
    at = When.parse(words)
    assert (str(at), at.anchor, at.milestone, at.question) == (words, Anchor.ANSWER, "agreement", "checkpoint_on")


@given(plans(), DAYS, DAYS)
def test_a_named_day_lies_in_its_phase(plan: Plan, entered_on: date, named_on: date) -> None:
    days = plan.enter(work(plan), entered_on, {"work": named_on})
    one = plan.anchored(plan.by_key["work.look"], named_on, days)
    assert one.opens_on
    lived = plan.lived(days)
    assert lived.entered_on <= one.opens_on < lived.latest_on
    assert one.due_on
    assert one.opens_on <= one.due_on
    assert one.closes_on is None or one.due_on <= one.closes_on


@given(plans(), DAYS, DAYS, st.integers(0, 60))
def test_a_day_that_is_known_late_opens_no_earlier_than_it_is_known(
    plan: Plan, entered_on: date, named_on: date, late: int
) -> None:
    days = plan.enter(work(plan), entered_on, {"work": named_on})
    since = entered_on + late * DAY
    one = plan.anchored(plan.by_key["work.look"], named_on, days, since)
    rolled = 0 if plan.program.weekend is Weekend.NONE else 2  # on the last weekend of a phase there is no way but back
    assert one.opens_on
    assert one.opens_on >= since - rolled * DAY


@given(plans(), DAYS, DAYS)
def test_a_phase_lasts_through_the_named_day_between_its_two_lengths(
    plan: Plan, entered_on: date, named_on: date
) -> None:
    lasts = work(plan).lasts
    days = plan.enter(work(plan), entered_on, {"work": named_on})
    assert days.ends_on == days.latest_on
    assert lasts.at_least.after(entered_on) <= days.ends_on <= lasts.at_most.after(entered_on)
    if lasts.at_least.after(entered_on) <= named_on < lasts.at_most.after(entered_on):
        assert days.ends_on == named_on + DAY
    assert plan.enter(work(plan), entered_on).ends_on == lasts.at_most.after(entered_on)


@given(plans(), DAYS)
def test_the_expected_end_follows_the_named_one_and_is_never_later_than_without(plan: Plan, named_on: date) -> None:
    first = plan.program.phases[0]
    latest_on = plan.enter(first, plan.starts_on).latest_on
    end = plan.expected_end(first, latest_on, named={"work": named_on})
    entered = plan.enter(work(plan), latest_on, {"work": named_on})
    assert end == plan.working_day(plan.enter(plan.program.phases[2], entered.latest_on).latest_on)
    assert end <= plan.expected_end(first, latest_on)


@given(plans())
def test_what_is_awaited_is_found_in_an_earlier_phase(plan: Plan) -> None:
    look, follow = plan.by_key["work.look"], plan.by_key["work.follow"]
    assert look.named_in
    assert (look.named_in.key, look.named_in.question, look.waits_for) == ("first.agreed", "until", None)
    assert (follow.waits_for, follow.named_in) == ("first.agreed", None)
