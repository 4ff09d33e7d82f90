"""How pairs are formed: rules that make a pair impossible, criteria that score it, and who must agree."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, model_serializer, model_validator

from programs.dates import Span, Unit
from programs.spec.base import Declared, Role, Slug, SpanWords
from programs.words import closest


class Objective(StrEnum):
    """What a matching is the best of."""

    MOST_THEN_BEST = "most_then_best"
    BEST_TOTAL = "best_total"
    FAIREST = "fairest"
    STABLE = "stable"
    MENTEE_LED = "mentee_led"
    """Each mentee's own best, one after the other: asked, and on a no the next."""
    GIVEN = "given"
    """Who belongs together is decided elsewhere: everybody who names the same in the fields of `by`."""


class Approval(StrEnum):
    NONE = "none"
    OPERATOR = "operator"


class RuleKind(StrEnum):
    DIFFERENT = "different"
    SAME = "same"
    SHARE = "share"
    NOT_MANAGER = "not_manager"
    WITHIN_HOURS = "within_hours"
    LEVEL_GAP = "level_gap"
    NOT_BEFORE = "not_before"
    EXCLUDE = "exclude"
    """The field lists people whom somebody must not meet; a name on either side is enough."""
    LISTED = "listed"
    """The field lists the only people who are possible; where both sides are asked for it, each must list the other."""


class CriterionKind(StrEnum):
    OVERLAP = "overlap"
    SAME = "same"
    NEAR = "near"
    GAP = "gap"
    RANKED = "ranked"
    TEXT = "text"
    """How much the words of two texts have in common, rare ones counting most."""
    NETWORK = "network"
    """How many steps apart two people are; the field lists the people one knows."""


class Fields(Declared):
    """Which field of each side is compared."""

    mentee: Slug
    mentor: Slug


def _fields(value: Any) -> Any:
    """A bare name stands for the same field on both sides."""
    return {"mentee": value, "mentor": value} if isinstance(value, str) else value


class Rule(Declared):
    """A condition without which a pair is impossible. Written as one word, or one key with what it needs."""

    kind: RuleKind
    fields: Fields | None = None
    hours: float | None = Field(default=None, ge=0, le=26)
    at_least: int | None = None
    """For `level_gap`: levels that the mentor stands above the mentee (below, in a reverse program)."""
    at_most: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: Any) -> Any:
        return _unfold(value, RuleKind, "rule", bare=(RuleKind.NOT_BEFORE,))

    @model_validator(mode="after")
    def _complete(self) -> Rule:
        if self.kind is not RuleKind.NOT_BEFORE and self.fields is None:
            raise ValueError(f"'{self.kind}' needs the name of a field")
        if self.kind is RuleKind.WITHIN_HOURS and self.hours is None:
            raise ValueError("'within_hours' needs 'hours'")
        if self.kind is RuleKind.LEVEL_GAP and self.at_least is None and self.at_most is None:
            raise ValueError("'level_gap' needs 'at_least' or 'at_most'")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("'at_least' is more than 'at_most'")
        return self

    @model_serializer
    def _to_words(self) -> Any:
        return _fold(self, bare=self.kind is RuleKind.NOT_BEFORE)


class Criterion(Declared):
    """A wish that gives a pair 0 to 1, times its weight in points."""

    kind: CriterionKind
    fields: Fields
    weight: float = Field(default=1, gt=0, le=10_000)
    worth: dict[int, float] = Field(default_factory=dict)
    """For `gap`: levels between the two → 0 to 1; for `network`: steps between them, 1 to 3. Others give 0."""
    within: float | None = Field(default=None, gt=0)
    """For `near`: the distance at which nothing is left, in hours (time zones), levels, or the number's own unit."""
    by: Role = Role.MENTEE
    """For `ranked`: whose ranking it is."""

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: Any) -> Any:
        return _unfold(value, CriterionKind, "criterion")

    @model_validator(mode="after")
    def _complete(self) -> Criterion:
        if self.kind is CriterionKind.GAP and not self.worth:
            raise ValueError("'gap' needs 'worth': how much each number of levels is worth, like {1: 0.75, 2: 1}")
        if self.kind is CriterionKind.NETWORK and not (self.worth and set(self.worth) <= {1, 2, 3}):
            raise ValueError("'network' needs 'worth': how much 1, 2 or 3 steps are worth, like {2: 1, 3: 0.5}")
        if any(not 0 <= share <= 1 for share in self.worth.values()):
            raise ValueError("'worth' gives each distance a number from 0 to 1")
        if self.kind is CriterionKind.NEAR and self.within is None:
            raise ValueError("'near' needs 'within': the distance at which nothing is left")
        return self

    @model_serializer
    def _to_words(self) -> Any:
        return _fold(self, bare=False)


class Matching(Declared):
    """The forming of relationships."""

    objective: Objective = Objective.MOST_THEN_BEST
    by: Fields | None = None
    """For `given`: the field of each side that names what they belong to, such as a project."""
    without_mentor: Literal["waits", "starts"] = "waits"
    """For `given`: what a team does that nobody mentors."""
    rules: tuple[Rule, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    approval: Approval = Approval.OPERATOR
    consent: tuple[Role, ...] = ()
    """Who must accept, in this order."""
    expires: SpanWords = Span(14, Unit.DAY)
    """How long an unanswered proposal stands before it goes to the next best."""
    open_asks: int = Field(default=1, ge=1, le=20)
    """For `mentee_led`: how many mentees may be asking the same mentor at the same time."""
    asks: int | None = Field(default=None, ge=1)
    """For `mentee_led`: after how many asks in vain a mentee needs somebody's help."""
    ahead: SpanWords | None = None
    """How long before the cohort starts the first matching is made; without it, as soon as there is somebody to match."""
    seed: int = 0
    """Decides between equally good matchings, always the same way."""

    @model_validator(mode="before")
    @classmethod
    def _same_field(cls, value: Any) -> Any:
        return {**value, "by": _fields(value["by"])} if isinstance(value, dict) and "by" in value else value

    @model_validator(mode="after")
    def _complete(self) -> Matching:
        if (self.objective is Objective.GIVEN) != (self.by is not None):
            raise ValueError("'objective: given' and 'by', the field that names what people belong to, go together")
        if self.without_mentor == "starts" and self.by is None:
            raise ValueError("'without_mentor' belongs to 'objective: given'")
        return self


def _unfold(value: Any, kinds: type[StrEnum], what: str, bare: tuple[str, ...] = ()) -> Any:
    """`{different: department}` → `{kind: different, fields: …}`; keys beside the kind's own stay as they are."""
    known = ", ".join(kinds)
    if isinstance(value, str):
        if value in bare:
            return {"kind": value}
        raise ValueError(
            f"'{value}' needs more than its name"
            if value in list(kinds)
            else f"'{value}' is not a {what}; known are: {known}"
        )
    if not isinstance(value, dict):
        raise ValueError(f"a {what} is written as one word and what it needs, like 'different: department'")
    named = [key for key in value if key in list(kinds)]
    if "kind" in value and not named:
        return value
    if len(named) != 1:
        near = next((near for key in value if (near := closest(str(key), kinds))), None)
        hint = f"; did you mean '{near}'?" if near and not named else ""
        raise ValueError(f"a {what} has exactly one of: {known}{hint}")
    needs = value[named[0]]
    rest = {key: other for key, other in value.items() if key != named[0]}
    if isinstance(needs, str):
        return {**rest, "kind": named[0], "fields": _fields(needs)}
    if not isinstance(needs, dict):
        raise ValueError(f"'{named[0]}' needs the name of a field")
    if {"mentee", "mentor"} & set(needs):
        sides = {side: needs[side] for side in ("mentee", "mentor") if side in needs}
        return {**rest, **{k: v for k, v in needs.items() if k not in sides}, "kind": named[0], "fields": sides}
    inner = {key: other for key, other in needs.items() if key != "field"}
    return {**rest, **inner, "kind": named[0], **({"fields": _fields(needs["field"])} if "field" in needs else {})}


def _fold(declared: Rule | Criterion, bare: bool) -> Any:
    """The words again, so that a stored program reads like a written one."""
    if bare:
        return str(declared.kind)
    needs: dict[str, Any] = (
        {"mentee": declared.fields.mentee, "mentor": declared.fields.mentor} if declared.fields else {}
    )
    own = {
        name: getattr(declared, name)
        for name in type(declared).model_fields
        if name not in ("kind", "fields", "weight")
    }
    needs.update(
        {name: value for name, value in own.items() if name in declared.model_fields_set and value not in (None, {})}
    )
    folded: dict[str, Any] = {str(declared.kind): needs}
    if isinstance(declared, Criterion):
        folded["weight"] = declared.weight
    return folded
