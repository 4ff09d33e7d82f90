"""What the criteria that look at the whole roster mean: `text` and `network`."""

from __future__ import annotations

import numpy as np
import pytest

from programs.matching import Person, Terms, pair
from programs.matching.criteria import Criterion, compiled
from programs.matching.wording import MOST, SIZE
from programs.spec.enrollment import EnrollmentField
from programs.spec.matching import Matching
from tests.unit.matching.crowd import ON, terms


def text(mentees: list[Person], mentors: list[Person]) -> Criterion:
    return compiled(terms([], [{"text": "goals"}]), ON, mentees, mentors)[0]


def network(worth: dict[int, float], *people: Person) -> Criterion:
    declared = terms([], [{"network": {"field": "knows", "worth": worth}, "weight": 4}])
    return compiled(declared, ON, people, people)[0]


def writes(key: str, goals: str | None) -> Person:
    return Person(key, {"goals": goals})


def knows(key: str, *names: str, email: str | None = None) -> Person:
    return Person(key, {"knows": names}, email=email)


def test_the_same_words_are_worth_everything_and_others_nothing() -> None:
    ada, mia = writes("ada", "Negotiating with suppliers"), writes("mia", "suppliers, negotiating; WITH")
    nia, one = writes("nia", "quilts"), text([ada], [mia])
    assert [one.units(ada, mia), one.units(ada, nia), one.units(ada, writes("o", None))] == [1000, 0, 0]
    assert one.measure.words(ada, mia) == "both write in goals: negotiating, suppliers"
    assert one.measure.words(ada, nia) == "no words in common in goals"
    assert one.measure.words(ada, writes("o", " ")) == "goals not known"


def test_another_form_of_a_word_counts_for_something() -> None:
    ada, mia = writes("ada", "negotiating"), writes("mia", "negotiations")
    one = text([ada], [mia])
    assert 400 < one.units(ada, mia) < 1000
    assert one.measure.words(ada, mia) == "similar words in goals: negotiating and negotiations"


def test_a_rare_word_in_common_counts_more_than_one_that_everybody_uses() -> None:
    crowd = [writes(f"c-{number}", "become better at my work") for number in range(40)]
    ada, mia, nia = writes("ada", "work on glaciology"), writes("mia", "my glaciology"), writes("nia", "my work")
    one = text([ada, *crowd], [mia, nia])
    assert one.units(ada, mia) > 2 * one.units(ada, nia) > 0


FILLED = [
    ("I have led most of it from the start", "from most of what I have done"),
    ("Ich möchte mit den anderen an etwas arbeiten", "etwas, das wir mit anderen haben und möchte"),
    ("je voudrais être avec les autres pour tout", "avec les autres, pour être dans tout"),
    ("quiero estar con los otros para todo", "para los otros con todo lo que quiero"),
]


@pytest.mark.parametrize(("wish", "offer"), FILLED)
def test_filler_words_tell_nothing_and_earn_nothing(wish: str, offer: str) -> None:
    ada, mia = writes("ada", wish), writes("mia", offer)
    one = text([ada], [mia])
    assert one.measure.words(ada, mia) in ("no words in common in goals", "some words are alike in goals")
    assert one.units(ada, mia) < 150
    both = text([writes("ada", f"{wish} glaciology")], [writes("mia", f"{offer} glaciology")])
    told = both.measure.words(writes("ada", f"{wish} glaciology"), writes("mia", f"{offer} glaciology"))
    assert told == "both write in goals: glaciology"


def test_a_word_that_is_filler_in_small_letters_is_a_name_in_capitals() -> None:
    ada, mia, nia = (
        writes("ada", "Moving to IT from law"),
        writes("mia", "IT in the US"),
        writes("nia", "try it with us"),
    )
    one = text([ada], [mia, nia])
    assert one.measure.words(ada, mia) == "both write in goals: it"
    assert one.measure.words(ada, nia) == "no words in common in goals"
    loud = writes("loud", "TRY IT WITH THE LAW")
    assert one.measure.words(loud, ada) == "both write in goals: law"


def test_what_most_people_write_is_named_by_no_reason_in_any_language() -> None:
    crowd = [
        writes(f"c-{number}", f"haluan oppia {'kielet' if number % 2 else 'musiikki'} {number}") for number in range(40)
    ]
    ada, mia, nia = (
        writes("ada", "haluan oppia jäätiköt"),
        writes("mia", "oppia jäätiköt haluan"),
        writes("nia", "haluan oppia"),
    )
    one = text([ada, *crowd], [mia, nia])
    assert one.measure.words(ada, mia) == "both write in goals: jäätiköt"
    assert one.units(ada, mia) == 1000
    assert one.measure.words(ada, nia) == "both write in goals only what most people write"
    assert 3 * one.units(ada, nia) < one.units(ada, mia)


def test_a_sentence_that_the_program_put_in_is_no_answer() -> None:
    fields = {"goals": EnrollmentField.model_validate({"type": "text", "default": "To grow as a leader"})}
    declared = Terms(Matching.model_validate({"criteria": [{"text": "goals"}]}), fields)
    ada, mia = writes("ada", "to grow  as a Leader"), writes("mia", "To grow as a leader")
    nia, pia = writes("nia", "become a leader"), writes("pia", "leader of a choir")
    one = compiled(declared, ON, [ada, nia], [mia, pia])[0]
    assert (one.units(ada, mia), one.measure.words(ada, mia)) == (0, "goals not known")
    assert (one.units(ada, pia), one.measure.words(ada, pia)) == (0, "goals not known")
    assert one.measure.words(nia, pia) == "both write in goals: leader"
    assert one.measure.over([ada, nia], [mia, pia])(slice(0, 2)).tolist() == [
        [0, 0],
        [0, one.measure.fraction(nia, pia)],
    ]


def test_the_rarest_words_are_named_first_and_no_more_than_five() -> None:
    crowd = [writes(f"c-{number}", "budgets hiring") for number in range(12)]
    ada = writes("ada", "hiring budgets glaciers ice snow moss ferns lichen")
    one = text([ada, *crowd], [writes("mia", "lichen ferns moss snow ice glaciers budgets hiring")])
    told = one.measure.words(ada, writes("mia", "lichen ferns moss snow ice glaciers budgets hiring"))
    assert told == "both write in goals: glaciers, lichen, ferns, moss, snow"


def test_products_of_texts_stay_where_single_precision_is_exact() -> None:
    assert MOST * MOST * SIZE < 1 << 24
    long = " ".join(f"word{number} wordy{number}" for number in range(4000))
    ada, mia = writes("ada", long), writes("mia", long + " word")
    one = text([ada, *(writes(f"c-{number}", "—x—") for number in range(2000))], [mia])
    assert np.rint(one.full * one.measure.over([ada], [mia])(slice(0, 1))).tolist() == [[one.units(ada, mia)]]
    assert set(map(abs, one.measure.lexicon.vector(long).values())) & {MOST}  # type: ignore[attr-defined]


def test_steps_are_counted_both_ways_and_through_people_outside_the_roster() -> None:
    ada, ben = knows("ada", "Mia@x.org", "outside@y.org"), knows("ben")
    mia, nia = knows("mia", email="mia@X.org"), knows("nia", "outside@y.org")
    pia, ria = knows("pia", "nia"), knows("ria", "pia")
    one = network({1: 0.25, 2: 1, 3: 0.5}, ada, ben, mia, nia, pia, ria)
    assert [one.units(ada, who) for who in (mia, nia, pia, ria, ben)] == [1000, 4000, 2000, 0, 0]
    assert [one.units(who, ada) for who in (mia, nia, pia, ria, ben)] == [1000, 4000, 2000, 0, 0]
    assert one.measure.words(ada, mia) == "know each other"
    assert one.measure.words(ada, pia) == "3 steps apart in people known"
    assert one.measure.words(ada, ria) == "no connection within 3 steps in people known"


def test_who_names_only_themselves_knows_nobody() -> None:
    ada, mia = knows("ada", "ada", "ADA"), knows("mia")
    assert network({1: 1}, ada, mia).units(ada, mia) == 0


@pytest.mark.parametrize("field", ["goals", "knows"])
def test_the_whole_roster_counts_in_a_matching_and_its_reasons(field: str) -> None:
    mentees = [
        Person("ada", {"goals": "tax law", "knows": ("x",)}),
        Person("ben", {"goals": "welding", "knows": ("y",)}),
    ]
    mentors = [Person("mia", {"goals": "I weld", "knows": ("y",)}), Person("nia", {"goals": "tax", "knows": ("x",)})]
    wish = {"text": "goals"} if field == "goals" else {"network": {"field": "knows", "worth": {2: 1}}}
    found = pair(mentees, mentors, terms([], [wish]), on=ON)
    assert {(one.mentee, one.mentor) for one in found.pairs} == {("ada", "nia"), ("ben", "mia")}
    assert all(one.units == sum(reason.units for reason in one.reasons) > 0 for one in found.pairs)
