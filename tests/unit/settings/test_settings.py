"""Settings come from the environment, and a wrong one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from programs.errors import MentorflowError
from tasks.settings import Settings


def test_nothing_has_to_be_set() -> None:
    settings = Settings.from_environment({"PATH": "/bin"})
    assert settings == Settings()
    assert settings.database_url == "sqlite:///mentorflow.db"
    assert settings.mail_folder == Path("mail")


def test_an_empty_variable_counts_as_not_set() -> None:
    assert Settings.from_environment({"MENTORFLOW_DATABASE_URL": " "}) == Settings()


def test_every_variable_is_read(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {
            "MENTORFLOW_DATABASE_URL": "postgresql://ada:secret@db/mentoring",
            "MENTORFLOW_PROGRAMS": str(tmp_path),
            "MENTORFLOW_MAIL_FOLDER": str(tmp_path / "mails"),
            "MENTORFLOW_MAIL_FROM": "The Mentors <hello@example.org>",
            "MENTORFLOW_MAIL_DOMAIN": "mail.example.org",
            "MENTORFLOW_ANSWER_URL": "https://mentoring.example.org/answer/",
            "MENTORFLOW_COORDINATOR_NAME": "Ada",
            "MENTORFLOW_COORDINATOR_EMAIL": "ada@example.org",
        }
    )
    assert settings == Settings(
        database_url="postgresql://ada:secret@db/mentoring",
        programs=tmp_path,
        mail_folder=tmp_path / "mails",
        mail_from="The Mentors <hello@example.org>",
        mail_domain="mail.example.org",
        answer_url="https://mentoring.example.org/answer",
        coordinator_name="Ada",
        coordinator_email="ada@example.org",
    )


def test_the_sender_stands_in_for_what_is_not_set() -> None:
    settings = Settings.from_environment({"MENTORFLOW_MAIL_FROM": "The Mentors <hello@example.org>"})
    assert (settings.mail_domain, settings.coordinator_name) == ("example.org", "The Mentors")
    assert settings.coordinator_email == "hello@example.org"


@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [
        ("MENTORFLOW_DATABASE_URL", "mentorflow.db", "write sqlite:///mentorflow.db"),
        ("MENTORFLOW_DATABASE_URL", "mysql://db/mentoring", "not the address of a database"),
        ("MENTORFLOW_PROGRAMS", "/does/not/exist", "there is no such folder"),
        ("MENTORFLOW_MAIL_FOLDER", __file__, "that is a file; name a folder"),
        ("MENTORFLOW_MAIL_FROM", "Mentoring", "write an address"),
        ("MENTORFLOW_MAIL_FROM", "a@b.org\nBcc: c@d.org", "write it in one line"),
        ("MENTORFLOW_MAIL_FROM", "Mentoring <ada@exa mple.org>", "write an address"),
        ("MENTORFLOW_MAIL_DOMAIN", "not a domain", "not the name of a domain"),
        ("MENTORFLOW_ANSWER_URL", "mentoring.example.org", "like https://"),
        ("MENTORFLOW_COORDINATOR_EMAIL", "ada", "write an address"),
        ("MENTORFLOW_COORDINATOR_NAME", "Ada\r\nX: y", "write it in one line"),
    ],
)
def test_a_wrong_value_is_refused_with_the_name_of_its_variable(variable: str, value: str, why: str) -> None:
    with pytest.raises(MentorflowError, match=why) as caught:
        Settings.from_environment({variable: value})
    assert variable in str(caught.value)


def test_a_wrong_address_of_a_database_does_not_show_its_password() -> None:
    with pytest.raises(MentorflowError) as caught:
        Settings.from_environment({"MENTORFLOW_DATABASE_URL": "oracle://ada:secret@db"})
    assert "secret" not in str(caught.value)


def test_a_misspelled_variable_is_not_silently_left_aside() -> None:
    with pytest.raises(MentorflowError, match="did you mean MENTORFLOW_DATABASE_URL"):
        Settings.from_environment({"MENTORFLOW_DATABSE_URL": "postgresql://db/mentoring"})


def test_variables_of_other_purposes_are_left_alone() -> None:
    assert Settings.from_environment({"MENTORFLOW_TEST_POSTGRES": "postgresql://db/x"}) == Settings()
