"""Made-up people for matching tests, and a program of which every value is compared somehow."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from hypothesis import strategies as st

from programs.matching import Person, Terms
from programs.spec.enrollment import EnrollmentField
from programs.spec.matching import Matching

ON = date(2026, 3, 2)
LEVELS = ["junior", "middle", "senior", "lead"]
ZONES = ["Europe/London", "Asia/Kolkata", "Pacific/Auckland", "Pacific/Honolulu", "Pacific/Kiritimati", "Etc/GMT+12"]
FIELDS = {
    "department": {"type": "text"},
    "manager": {"type": "email"},
    "grade": {"type": "level", "levels": LEVELS},
    "zone": {"type": "timezone"},
    "languages": {"type": "tags", "title": "Languages"},
    "wants": {"type": "tags", "title": "Skills wanted"},
    "offers": {"type": "tags"},
    "age": {"type": "number"},
    "born_on": {"type": "date"},
    "site": {"type": "choice", "options": ["North", "South"]},
    "remote": {"type": "yes_no"},
    "choices": {"type": "ranking"},
    "avoids": {"type": "ranking", "title": "Whom to avoid"},
    "knows": {"type": "tags", "title": "People known"},
    "goals": {"type": "text", "title": "Goals"},
    "heroes": {"type": "tags", "roles": ["mentee"]},
    "fans": {"type": "tags", "roles": ["mentor"]},
    "follows": {"type": "email", "roles": ["mentor"]},
}

RULES: list[Any] = [
    {"different": "department"},
    {"different": "born_on"},
    {"same": "site"},
    {"same": "remote"},
    {"share": "languages"},
    {"share": {"mentee": "department", "mentor": "offers"}},
    {"not_manager": "manager"},
    {"within_hours": {"field": "zone", "hours": 5.5}},
    {"level_gap": {"field": "grade", "at_least": 1}},
    {"level_gap": {"field": "grade", "at_least": -1, "at_most": 1}},
    "not_before",
    {"listed": "heroes"},
    {"listed": "follows"},
    {"listed": {"mentee": "heroes", "mentor": "fans"}},
    {"exclude": "avoids"},
]
CRITERIA: list[dict[str, Any]] = [
    {"overlap": {"mentee": "wants", "mentor": "offers"}, "weight": 5},
    {"overlap": "languages", "weight": 0.7},
    {"same": "department", "weight": 2},
    {"near": {"field": "zone", "within": 7}, "weight": 3},
    {"near": {"field": "grade", "within": 3}, "weight": 1.1},
    {"near": {"field": "age", "within": 12.3}, "weight": 9},
    {"gap": {"field": "grade", "worth": {-1: 0.1, 1: 0.75, 2: 1, 3: 0.2, 9: 1}}, "weight": 12},
    {"ranked": "choices", "weight": 3},
    {"ranked": {"mentee": "choices", "mentor": "choices"}, "by": "mentor", "weight": 4},
    {"text": "goals", "weight": 6},
    {"text": {"mentee": "wants", "mentor": "goals"}, "weight": 2.5},
    {"network": {"field": "knows", "worth": {1: 0.3, 2: 1, 3: 0.5}}, "weight": 7},
]


def terms(rules: list[Any], criteria: list[dict[str, Any]], reverse: bool = False, **more: Any) -> Terms:
    fields = {name: EnrollmentField.model_validate(field) for name, field in FIELDS.items()}
    return Terms(Matching.model_validate({"rules": rules, "criteria": criteria, **more}), fields, reverse)


WORDS = st.sampled_from(["Law", "law ", " LAW", "Tax", "Health", "IT", "", "  "])
TAGS = st.lists(WORDS, max_size=4).map(tuple)
KEYS = [f"P-{number}" for number in range(6)]
GOALS = [
    "Negotiate with suppliers; tax law", "TAX negotiations, suppliers", "Lead a team of nine", "leading teams", "数据 数据", "—",
    "negotiate",
]  # fmt: skip
NAMES = st.sampled_from([*KEYS, *(key.lower() + "@x.org" for key in KEYS), "nobody@x.org"])


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(values, values, values, st.none())


VALUES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "department": maybe(WORDS),
        "manager": maybe(NAMES),
        "grade": maybe(st.sampled_from(LEVELS)),
        "zone": maybe(st.sampled_from(ZONES)),
        "languages": maybe(TAGS),
        "wants": maybe(TAGS),
        "offers": maybe(TAGS),
        "age": maybe(st.floats() | st.integers(0, 90)),
        "born_on": maybe(st.dates(date(1990, 1, 1), date(1990, 1, 3))),
        "site": maybe(st.sampled_from(["North", "South"])),
        "remote": maybe(st.booleans()),
        "choices": maybe(st.lists(NAMES, max_size=5).map(tuple)),
        "avoids": maybe(st.lists(NAMES, max_size=2).map(tuple)),
        "knows": maybe(st.lists(NAMES, max_size=2).map(tuple)),
        "goals": maybe(st.sampled_from(GOALS) | st.text(max_size=12)),
        "heroes": maybe(st.lists(NAMES, max_size=3).map(tuple)),
        "fans": maybe(st.lists(NAMES, max_size=3).map(tuple)),
        "follows": maybe(NAMES),
    }
)


@st.composite
def people(draw: st.DrawFn) -> list[Person]:
    keys = draw(st.permutations(KEYS))[: draw(st.sampled_from([0, 1, 3, 6, 6, 6]))]
    emails = st.sampled_from([None, "{}@x.org", "{}@X.ORG "])
    return [
        Person(key, draw(VALUES), draw(st.integers(0, 3)), (draw(emails) or "").format(key) or None) for key in keys
    ]


def packed(seed: int, prefix: str, size: int = 14) -> list[Person]:
    """People of whom nearly everything is known, so that every pair of values meets somewhere."""
    draw = random.Random(f"{seed}{prefix}")
    words, names = ["Law", "law ", " LAW", "Tax", "Health", "IT", ""], [*KEYS, "p-1@x.org", "P-2@X.org", "nobody@x.org"]

    def someone(number: int) -> Person:
        values: dict[str, Any] = {
            "department": draw.choice(words),
            "manager": draw.choice(names),
            "grade": draw.choice(LEVELS),
            "zone": draw.choice(ZONES),
            "languages": tuple(draw.choices(words, k=draw.randint(0, 3))),
            "wants": tuple(draw.choices(words, k=draw.randint(0, 5))),
            "offers": tuple(draw.choices(words, k=draw.randint(0, 5))),
            "age": draw.choice([draw.uniform(20, 60), draw.randint(20, 60)]),
            "born_on": date(1990, 1, draw.randint(1, 3)),
            "site": draw.choice(["North", "South"]),
            "remote": draw.choice([True, False]),
            "choices": tuple(draw.choices(names, k=draw.randint(0, 5))),
            "avoids": tuple(draw.choices(names, k=draw.randint(0, 2))),
            "knows": tuple(draw.choices(names, k=draw.randint(0, 1))),
            "goals": " ".join(draw.choices(GOALS, k=draw.randint(0, 3))),
            "heroes": tuple(draw.choices(names, k=draw.randint(3, 6))),
            "fans": tuple(draw.choices(names, k=draw.randint(3, 6))),
            "follows": draw.choice(names),
        }
        known = {name: value if draw.random() < 0.9 else None for name, value in values.items()}
        return Person(f"P-{number}", known, email=draw.choice([None, f"p-{number}@x.org"]))

    return [someone(number) for number in range(size)]
