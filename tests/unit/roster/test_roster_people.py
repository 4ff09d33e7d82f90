"""Who is the same person, who is in which role, and what deserves a second look."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from programs.spec import Program, Role
from tasks.roster import Roster

Read = Callable[..., Roster]
Told = Callable[..., list[str]]
Make = Callable[..., Program]
HEAD = "email,first_name,last_name,department\n"
ADA = "ada@example.org,Ada,Lovelace,Engines\n"


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ada", "an email address must have an @-sign"),
        ("ada@localhost", "should have a period"),
        ("ada@example.test", "special-use or reserved name"),
        ("a..b@example.org", "two periods in a row"),
        ("Ada <ada@example.org>", "display name and angle brackets"),
        ("a@b@example.org", "'a@b@example.org' is not an e-mail address"),
        ("x" * 65 + "@example.org", "too long before the @-sign"),
        ("zoë@example.org", "has letters before the @ that not every mail server takes"),
        ("ａda@example.org", "has letters before the @ that not every mail server takes"),
        ('"a b"@example.org', "is not an e-mail address"),
    ],
)
def test_an_address_nobody_could_write_to_is_refused(read: Read, told: Told, address: str, why: str) -> None:
    quoted = address.replace('"', '""')
    (problem,) = told(read(mentees=HEAD + f'"{quoted}",Ada,Lovelace,Engines\n'))
    assert problem.startswith("mentees.csv:2:1: email: ")
    assert why in problem


def test_a_row_without_an_address_is_refused(read: Read, told: Told) -> None:
    assert told(read(mentees=HEAD + ",Ada,Lovelace,Engines\n")) == ["mentees.csv:2:1: email: there is no address"]


def test_a_row_without_a_name_is_refused(read: Read, told: Told) -> None:
    assert told(read(mentees=HEAD + "ada@example.org,,,Engines\n")) == ["mentees.csv:2:2: first_name: there is no name"]


def test_one_name_is_enough(read: Read) -> None:
    entry = read(mentees=HEAD + "pele@example.org,,Pelé,Engines\n").entries[0]
    assert (entry.first_name, entry.last_name) == ("Pelé", "")


def test_made_up_people_may_have_made_up_addresses_where_that_is_allowed(read: Read) -> None:
    roster = read(mentees=HEAD + ADA.replace("example.org", "example.test"), test_addresses=True)
    assert [entry.email for entry in roster.entries] == ["ada@example.test"]


def test_a_made_up_address_is_refused_with_the_way_to_take_it(read: Read, told: Told) -> None:
    (problem,) = told(read(mentees=HEAD + ADA.replace("example.org", "Example.TEST")))
    assert "'ada@Example.TEST' is not an e-mail address" in problem
    assert problem.endswith("(for people who are made up, add --test-addresses)")


def test_no_other_address_is_refused_with_that_way(read: Read, told: Told) -> None:
    (problem,) = told(read(mentees=HEAD + ADA.replace("example.org", "example.invalid")))
    assert "--test-addresses" not in problem


def test_a_name_in_one_piece_is_told_without_a_blank_behind_it(read: Read, told: Told) -> None:
    rows = "ada@example.org,Ada L.,Engines,mentor\nada@example.org,Ada B.,Engines,mentee\n"
    (problem,) = told(read(f"email,name,department,role\n{rows}"))
    assert "name: 'Ada B.' here, but 'Ada L.' in" in problem


def test_an_address_is_kept_as_written_and_compared_without_regard_to_case(read: Read) -> None:
    entry = read(mentees=HEAD + " Ada.Lovelace+x@Example.ORG ,Ada,Lovelace,Engines\n").entries[0]
    assert (entry.email, entry.email_key) == ("Ada.Lovelace+x@Example.ORG", "ada.lovelace+x@example.org")


def test_a_domain_in_other_letters_is_written_to_in_ascii(read: Read) -> None:
    entry = read(mentees=HEAD + "ada@bücher.example,Ada,Lovelace,Engines\n").entries[0]
    assert entry.email == entry.email_key == "ada@xn--bcher-kva.example"


def test_the_same_domain_in_both_spellings_is_the_same_person(read: Read, told: Told) -> None:
    rows = "ada@bücher.example,Ada,L,E\nADA@xn--bcher-kva.example,Ada,L,E\n"
    (problem,) = told(read(mentees=HEAD + rows))
    assert "is already a mentee in" in problem


def test_a_domain_of_mixed_alphabets_is_noted(read: Read, told: Told) -> None:
    roster = read(mentees=HEAD + "ada@pаypal.example,Ada,Lovelace,Engines\n")
    assert len(roster.entries) == 1
    assert told(roster.notes) == [
        "mentees.csv:2:1: email: the domain pаypal.example mixes alphabets; is it the one it looks like?"
    ]


def test_the_same_name_under_two_addresses_is_noted(read: Read, told: Told) -> None:
    roster = read(mentees=HEAD + ADA + "ada@example.com,ADA,Lovelace,Engines\n")
    assert len(roster.entries) == 2
    (note,) = told(roster.notes)
    assert note.startswith("mentees.csv:3:1: has the same name as mentees.csv:2")


def test_a_person_who_stands_twice_in_one_role_is_refused_with_both_rows(read: Read, told: Told) -> None:
    roster = read(mentees=HEAD + ADA + "ADA@example.org,Ada,Lovelace,Engines\n")
    assert told(roster) == [
        "mentees.csv:3:1: email: ADA@example.org is already a mentee in mentees.csv:2 (keep one of the rows)"
    ]
    assert roster.entries == ()
    assert [row.place.line for row in roster.refused] == [2, 3]


def test_a_person_on_both_sheets_is_one_person_in_both_roles(read: Read) -> None:
    roster = read(
        mentors=HEAD.strip() + ",offers,capacity\n" + ADA.strip() + ",python,3\n",
        mentees=HEAD.strip() + ",wants\n" + ADA.strip() + ",law\n",
    )
    (entry,) = roster.entries
    assert entry.roles == (Role.MENTEE, Role.MENTOR)
    assert entry.capacity == 3
    assert entry.fields == {"department": "Engines", "languages": ["en"], "offers": ["python"], "wants": ["law"]}
    assert entry.said == {"department", "offers", "wants", "capacity"}


def test_what_one_sheet_leaves_out_the_other_may_say(read: Read) -> None:
    roster = read(
        mentors=HEAD.strip() + ",grade\n" + ADA.strip() + ",Senior\n",
        mentees=HEAD.strip() + ",grade\n" + ADA.strip() + ",\n",
    )
    assert roster.entries[0].fields["grade"] == "Senior"


def test_sheets_that_disagree_about_a_person_are_refused(read: Read, told: Told) -> None:
    roster = read(
        mentors=HEAD.strip() + ",grade\n" + ADA.strip() + ",Senior\n",
        mentees=HEAD.strip() + ",grade\n" + ADA.replace("Ada", "Adah").strip() + ",Junior\n",
    )
    hint = "(one person has one value; correct one of the rows)"
    assert told(roster) == [
        f"mentees.csv:2:2: first_name: 'Adah Lovelace' here, but 'Ada Lovelace' in mentors.csv:2 {hint}",
        f"mentees.csv:2:5: grade: 'Junior' here, but 'Senior' in mentors.csv:2 {hint}",
    ]
    assert (roster.entries, len(roster.refused)) == ((), 2)


@pytest.mark.parametrize(
    ("said", "roles"),
    [("mentor", (Role.MENTOR,)), ("Mentee", (Role.MENTEE,)), ("BOTH", (Role.MENTEE, Role.MENTOR))],
)
def test_a_column_says_the_role(read: Read, said: str, roles: tuple[Role, ...]) -> None:
    assert read(f"email,name,department,role\na@example.org,A,E,{said}\n").entries[0].roles == roles


def test_two_rows_of_one_sheet_may_give_a_person_both_roles(read: Read) -> None:
    sheet = "email,name,department,role\na@example.org,A,E,mentor\na@example.org,A,E,mentee\n"
    assert [entry.roles for entry in read(sheet).entries] == [(Role.MENTEE, Role.MENTOR)]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("mentro", "'mentro' is not a role (did you mean 'mentor'?)"),
        ("", "there is no role"),
        ("member", "'member' is not a role"),
    ],
)
def test_a_role_that_does_not_exist_is_refused(read: Read, told: Told, said: str, why: str) -> None:
    (problem,) = told(read(f"email,name,department,role\na@example.org,A,E,{said}\n"))
    assert problem.startswith(f"people.csv:2:4: role: {why}")


def test_a_mentee_on_the_sheet_of_mentors_is_refused(read: Read, told: Told) -> None:
    rows = "b@example.org,B,E,mentor\na@example.org,A,E,mentee\n"
    assert told(read(mentors=f"email,name,department,role\n{rows}")) == [
        "mentors.csv:3:4: role: 'mentee' stands on the sheet of mentors"
    ]


def test_an_answer_to_what_the_role_is_not_asked_is_noted_and_not_read(read: Read, told: Told) -> None:
    roster = read("email,name,department,role,offers\na@example.org,A,E,mentee,python\n")
    assert told(roster.notes) == ["people.csv:2:5: offers: not read: it is asked of mentor only"]
    assert "offers" not in roster.entries[0].fields


def test_wishes_by_name_become_wishes_by_address(read: Read) -> None:
    roster = read(
        mentors=HEAD + "ben@example.org,Ben,Bell,Arts\ncleo@example.org,Cleo,Cox,Arts\n",
        mentees=HEAD.strip() + ",choices\n" + ADA.strip() + ',"cleo  cox, BEN@example.org"\n',
    )
    assert roster.notes == ()
    assert roster.entries[2].fields["choices"] == ["cleo@example.org", "ben@example.org"]


def test_a_wish_for_somebody_unknown_is_noted_and_kept(read: Read, told: Told) -> None:
    roster = read(mentees=HEAD.strip() + ",choices\n" + ADA.strip() + ",Dora\n")
    assert roster.problems == ()
    assert told(roster.notes) == [
        "mentees.csv:2:5: choices: 'Dora' is nobody on these sheets; the wish is kept as it is written"
    ]
    assert roster.entries[0].fields["choices"] == ["Dora"]


def test_a_wish_for_a_name_that_two_people_have_is_noted_and_kept(read: Read) -> None:
    roster = read(
        mentors=HEAD + "ben@example.org,Ben,Bell,Arts\nben@example.com,Ben,Bell,Arts\n",
        mentees=HEAD.strip() + ",choices\n" + ADA.strip() + ",Ben Bell\n",
    )
    assert "'Ben Bell' is the name of 2 people" in " ".join(note.message for note in roster.notes)
    assert roster.entries[2].fields["choices"] == ["Ben Bell"]


def test_a_wish_is_for_somebody_of_the_other_role(read: Read) -> None:
    roster = read(mentees=HEAD.strip() + ",choices\n" + ADA.strip() + ",Ben Bell\nben@example.org,Ben,Bell,Arts,\n")
    assert "is nobody on these sheets" in roster.notes[0].message
