"""Made-up crowds for measuring, like those of a large employer: skewed skills, few time zones, scarce places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from programs.matching import Person, Terms
from programs.spec.enrollment import EnrollmentField
from programs.spec.matching import Matching

ZONES = [
    "Etc/GMT+8",
    "Etc/GMT+5",
    "Etc/GMT+3",
    "Etc/GMT",
    "Etc/GMT-1",
    "Etc/GMT-2",
    "Asia/Kolkata",
    "Etc/GMT-8",
    "Etc/GMT-10",
]
IN_ZONE = [0.10, 0.18, 0.05, 0.17, 0.22, 0.05, 0.12, 0.07, 0.04]
GRADES = [str(grade) for grade in range(12)]
FIELDS: dict[str, Any] = {
    "department": {"type": "text"},
    "manager": {"type": "text"},
    "grade": {"type": "level", "levels": GRADES},
    "zone": {"type": "timezone"},
    "languages": {"type": "tags"},
    "wants": {"type": "tags"},
    "offers": {"type": "tags"},
    "site": {"type": "text"},
    "choices": {"type": "ranking"},
}
DECLARED: dict[str, Any] = {
    "rules": [
        {"different": "department"},
        {"not_manager": "manager"},
        {"share": "languages"},
        {"within_hours": {"field": "zone", "hours": 3}},
        {"level_gap": {"field": "grade", "at_least": 1, "at_most": 5}},
        "not_before",
    ],
    "criteria": [
        {"overlap": {"mentee": "wants", "mentor": "offers"}, "weight": 10},
        {"gap": {"field": "grade", "worth": {1: 0.6, 2: 1, 3: 1, 4: 0.7, 5: 0.3}}, "weight": 3},
        {"same": "site", "weight": 2},
        {"near": {"field": "zone", "within": 4}, "weight": 2},
        {"ranked": "choices", "weight": 1.2},
        {"ranked": "choices", "by": "mentor", "weight": 0.8},
    ],
}


def terms(declared: dict[str, Any], fields: dict[str, Any], **more: Any) -> Terms:
    known = {name: EnrollmentField.model_validate(field) for name, field in fields.items()}
    return Terms(Matching.model_validate({**declared, **more}), known)


@dataclass(frozen=True)
class Crowd:
    mentees: list[Person]
    mentors: list[Person]
    past: set[tuple[str, str]]


def large(mentees: int, seed: int = 0) -> Crowd:
    """Half as many mentors, with about one place for each mentee; about one pair in six is possible."""
    draw, mentors = np.random.default_rng(seed), mentees // 2
    managers = np.where(draw.random(mentees) < 0.35, draw.integers(0, mentors, mentees), -1)
    popular = draw.zipf(1.8, mentors).clip(1, 50).astype(float)
    chosen = {
        int(who): tuple(f"M-{j}" for j in draw.choice(mentors, 5, p=popular / popular.sum()))
        for who in draw.choice(mentees, int(mentees * 0.4), replace=False)
    }
    wished = {
        int(who): tuple(f"E-{i}" for i in draw.integers(0, mentees, 3))
        for who in draw.choice(mentors, mentors // 4, replace=False)
    }
    past = zip(
        draw.integers(0, mentees, mentees // 2).tolist(), draw.integers(0, mentors, mentees // 2).tolist(), strict=True
    )
    below, above = _values(draw, mentees, mentor=False), _values(draw, mentors, mentor=True)
    room = draw.choice([1, 2, 3, 4], mentors, p=[0.40, 0.33, 0.17, 0.10]).tolist()
    for who, values in enumerate(below):
        values |= {"choices": chosen.get(who, ()), "manager": f"M-{managers[who]}" if managers[who] >= 0 else None}
    for who, values in enumerate(above):
        values["choices"] = wished.get(who, ())
    return Crowd(
        [Person(f"E-{who}", values) for who, values in enumerate(below)],
        [Person(f"M-{who}", values, places) for who, (values, places) in enumerate(zip(above, room, strict=True))],
        {(f"E-{one}", f"M-{other}") for one, other in past},
    )


def _values(draw: np.random.Generator, size: int, mentor: bool) -> list[dict[str, Any]]:
    zone = draw.choice(len(ZONES), size, p=IN_ZONE)
    site = zone * 4 + draw.choice(4, size, p=[0.5, 0.25, 0.15, 0.1])
    weight = 1 / np.arange(1, 15) ** 0.6
    department = draw.choice(14, size, p=weight / weight.sum())
    if mentor:
        grade = draw.choice(np.arange(3, 10), size, p=[0.10, 0.20, 0.24, 0.20, 0.14, 0.08, 0.04])
    else:
        grade = draw.choice(np.arange(1, 7), size, p=[0.18, 0.24, 0.24, 0.17, 0.11, 0.06])
    skills = _skills(draw, size, *((4, 10) if mentor else (3, 6)))
    languages = _languages(draw, zone)
    field = "offers" if mentor else "wants"
    return [
        {
            "department": f"department {department[who]}",
            "grade": str(grade[who]),
            "zone": ZONES[zone[who]],
            "languages": languages[who],
            "site": f"site {site[who]}",
            field: skills[who],
        }
        for who in range(size)
    ]


def _skills(draw: np.random.Generator, size: int, fewest: int, most: int) -> list[tuple[str, ...]]:
    """Of forty skills, some are asked for far more often than others."""
    keen = np.log(1 / np.arange(1, 41) ** 0.9) + draw.gumbel(size=(size, 40))
    order = np.argsort(-keen, axis=1)
    return [
        tuple(f"skill {at}" for at in row[:many])
        for row, many in zip(order, draw.integers(fewest, most + 1, size), strict=True)
    ]


def _languages(draw: np.random.Generator, zone: Any) -> list[tuple[str, ...]]:
    home = 1 + zone * 3 % 7
    spoken = [np.where(draw.random(len(zone)) < 0.78, 0, -1), np.where(draw.random(len(zone)) < 0.72, home, -1)]
    spoken.append(np.where(draw.random(len(zone)) < 0.15, draw.integers(1, 8, len(zone)), -1))
    return [
        tuple(f"language {one}" for one in sorted({int(one) for one in row if one >= 0} or {int(own)}))
        for row, own in zip(np.stack(spoken, axis=1), home, strict=True)
    ]


def service(size: int, seed: int = 0) -> Crowd:
    """As many mentors as mentees, one place each, with what mentor-match asks of people."""
    draw = np.random.default_rng(seed)

    def someone(key: str) -> Person:
        known = {
            "grade": str(draw.integers(0, 8) if key.startswith("E") else draw.integers(1, 10)),
            "organisation": f"organisation {draw.integers(0, 20)}",
            "profession": f"profession {draw.integers(0, 12)}",
        }
        return Person(key, known)

    return Crowd([someone(f"E-{who}") for who in range(size)], [someone(f"M-{who}") for who in range(size)], set())


SERVICE_FIELDS: dict[str, Any] = {
    "grade": {"type": "level", "levels": GRADES},
    "organisation": {"type": "text"},
    "profession": {"type": "text"},
}
SERVICE: dict[str, Any] = {
    "rules": [{"different": "organisation"}, {"level_gap": {"field": "grade", "at_least": 1, "at_most": 2}}],
    "criteria": [
        {"gap": {"field": "grade", "worth": {1: 0.75, 2: 1}}, "weight": 12},
        {"same": "profession", "weight": 10},
    ],
    "objective": "best_total",
}


def choosers(mentees: int, mentors: int, picks: int, seed: int = 0) -> Crowd:
    """Mentees name some mentors, and mentors put in order all who named them. Nobody else is possible."""
    draw = np.random.default_rng(seed)
    weight = 1 / np.arange(1, mentors + 1) ** 0.3
    named = [draw.choice(mentors, picks, replace=False, p=weight / weight.sum()).tolist() for _ in range(mentees)]
    asked: list[list[str]] = [[] for _ in range(mentors)]
    for who, wanted in enumerate(named):
        for mentor in wanted:
            asked[mentor].append(f"E-{who}")
    for names in asked:
        draw.shuffle(names)
    places = max(1, int(mentees * 0.9) // mentors)
    return Crowd(
        [
            Person(f"E-{who}", {"picks": keys, "choices": keys})
            for who, keys in enumerate(tuple(f"M-{mentor}" for mentor in wanted) for wanted in named)
        ],
        [Person(f"M-{who}", {"code": f"M-{who}", "choices": tuple(names)}, places) for who, names in enumerate(asked)],
        set(),
    )


CHOOSERS_FIELDS: dict[str, Any] = {"picks": {"type": "tags"}, "code": {"type": "text"}, "choices": {"type": "ranking"}}
CHOOSERS: dict[str, Any] = {
    "rules": [{"share": {"mentee": "picks", "mentor": "code"}}],
    "criteria": [{"ranked": "choices", "weight": 5000}, {"ranked": "choices", "by": "mentor", "weight": 5000}],
    "objective": "stable",
}


def preferences(size: int, seed: int = 0) -> Crowd:
    """People as mentormatch knows them: places and genders that they accept, and a level; one place or two."""
    draw = np.random.default_rng(seed)
    sites = ["fort_washington", "malvern", "spring_house", "west_chester", "horsham"]

    def someone(key: str) -> Person:
        mentor = key.startswith("M")
        known = {
            "location": str(draw.choice(sites)),
            "gender": str(draw.choice(["female", "male"])),
            "locations": tuple(str(each) for each in sites if draw.random() < 0.7),
            "genders": ("female", "male"),
            "level": str(draw.integers(3, 7) if mentor else draw.integers(2, 6)),
            "skills": tuple(f"skill {each}" for each in draw.choice(12, 3, replace=False)),
        }
        return Person(key, known, int(draw.integers(1, 3)))

    return Crowd(
        [someone(f"E-{who}") for who in range(size)], [someone(f"M-{who}") for who in range(size * 2 // 3)], set()
    )


PREFERENCES_FIELDS: dict[str, Any] = {
    "location": {"type": "text"},
    "gender": {"type": "text"},
    "locations": {"type": "tags"},
    "genders": {"type": "tags"},
    "level": {"type": "level", "levels": GRADES},
    "skills": {"type": "tags"},
}
PREFERENCES: dict[str, Any] = {
    "rules": [
        {"share": {"mentee": "locations", "mentor": "location"}},
        {"share": {"mentee": "location", "mentor": "locations"}},
        {"share": {"mentee": "genders", "mentor": "gender"}},
        {"share": {"mentee": "gender", "mentor": "genders"}},
        {"level_gap": {"field": "level", "at_least": 1}},
    ],
    "criteria": [{"overlap": "skills", "weight": 3}, {"same": "location", "weight": 1}],
}
