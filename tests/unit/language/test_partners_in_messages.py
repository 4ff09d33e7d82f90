from __future__ import annotations

import pytest

from programs.check.texts import speaks_of_a_partner


@pytest.mark.parametrize(
    "text",
    [
        "Dear {{ you.first_name }}, {{ partner.first_name }} is waiting.",
        "{% if ask.link %}You and {{ partner.name }}{% endif %}",
        "{% if partner.name %}You two.{% else %}{{ partner.role }} is missing.{% endif %}",
        "{% if partner.name %}You two.{% endif %} {{ partner.name }} is waiting.",
        "{% if not partner.name %}You and {{ partner.name }}{% endif %}",
        "{% if ask.link or partner.name %}You and {{ partner.name }}{% endif %}",
    ],
)
def test_a_message_that_names_a_partner_in_any_case_speaks_of_one(text: str) -> None:
    assert speaks_of_a_partner(text)


@pytest.mark.parametrize(
    "text",
    [
        "Dear {{ you.first_name }}, tell a partner or two.",
        "{% if partner.first_name %}You and {{ partner.first_name }}.{% endif %}",
        "{% if partner.name and ask.link %}{% if ask.due_on %}{{ partner.name }}{% endif %}{% else %}You.{% endif %}",
        "{% if ask.link %}You.{% elif partner.name %}{{ partner.name|upper }}{% endif %}",
        "{% if proposal.answer_by %}Would you like to work with {{ partner.name }}?{% endif %}",
    ],
)
def test_a_message_that_names_a_partner_only_where_there_is_one_can_go_to_anybody(text: str) -> None:
    assert not speaks_of_a_partner(text)
