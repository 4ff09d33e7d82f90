"""One answer: from what came in (a cell of a sheet, a field of a page, a stored value) to a typed value. Knows no form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TypeAlias

from programs.spec import Question, QuestionType
from programs.survey import actions

Value: TypeAlias = str | int | float | bool | list[str]
"""What JSON can hold: text (also of dates, ISO 8601), numbers, yes and no, and chosen options in the form's order."""

LONGEST = {QuestionType.TEXT: 300, QuestionType.GOAL: 500, QuestionType.LONG_TEXT: 10_000}
"""Characters."""

_ACCEPTED = {
    QuestionType.YES_NO: "yes or no",
    QuestionType.CHOICE: "one of {options}",
    QuestionType.CHOICES: "one or more of {options}, with ';' between them",
    QuestionType.SCALE: "a whole number from {least} to {most}",
    QuestionType.NUMBER: "a number such as 12 or 1.5",
    QuestionType.DATE: "a date such as 2027-03-31",
    QuestionType.PROGRESS: "a percentage from 0 to 100",
    QuestionType.ACTIONS: "a line for each item, at most {most_items}, such as 'mentor: Introduce me by 2027-03-31'",
}
_YES_NO = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,9})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LARGEST = 10**15


class NotAcceptedError(ValueError):
    """The text says what is wrong with the answer, never the answer itself: it may be confidential."""


def read(question: Question, raw: object) -> Value | None:
    """The typed answer, or None where nothing was answered. Raises NotAcceptedError."""
    if isinstance(raw, str):
        raw = cleaned(raw)
    if raw is None or raw == "":
        return None
    return _READERS[question.type](question, raw)


def accepted(question: Question) -> str:
    """What an answer may look like, in words."""
    if question.type in LONGEST:
        return f"text of at most {LONGEST[question.type]:,} characters"
    options = ", ".join(question.options)
    return _ACCEPTED[question.type].format(
        options=options, least=question.from_, most=question.to, most_items=actions.MOST
    )


def in_words(question: Question, value: object) -> str:
    """A typed answer as people read it: options, steps and yes and no by their words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return "; ".join(question.options.get(str(one), str(one)) for one in value)
    if question.type is QuestionType.PROGRESS:
        return f"{value} %"
    if isinstance(value, int) and value in question.labels:
        return f"{value} ({question.labels[value]})"
    return question.options.get(str(value), str(value))


def cleaned(text: str) -> str:
    """Without control characters (but for line ends and tabs) and surrounding blanks, letters composed (NFC)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    kept = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", kept).strip()


def _text(question: Question, raw: object) -> Value | None:
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        raise NotAcceptedError("this is not text")
    if question.type is not QuestionType.LONG_TEXT:
        raw = " ".join(raw.split())
    if len(raw) > LONGEST[question.type]:
        raise NotAcceptedError(f"this is {len(raw):,} characters long")
    return raw


def _yes_no(_: Question, raw: object) -> Value | None:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.casefold() in _YES_NO:
        return _YES_NO[raw.casefold()]
    raise NotAcceptedError("this is neither yes nor no")


def _choice(question: Question, raw: object) -> Value | None:
    if isinstance(raw, str) and (option := _option(question, raw)) is not None:
        return option
    raise NotAcceptedError("this is not one of the options")


def _choices(question: Question, raw: object) -> Value | None:
    if isinstance(raw, str):
        parts = [raw] if _option(question, raw) is not None else raw.split(";")
    elif isinstance(raw, (list, tuple, set, frozenset)) and all(isinstance(part, str) for part in raw):
        parts = list(raw)
    else:
        raise NotAcceptedError("this is not a list of options")
    named = [part for part in map(cleaned, parts) if part]
    chosen = {_option(question, part) for part in named}
    if None in chosen:
        wrong = sum(_option(question, part) is None for part in named)
        raise NotAcceptedError(f"{wrong} of the {len(named)} entries {'is' if wrong == 1 else 'are'} not an option")
    return [option for option in question.options if option in chosen] or None


def _option(question: Question, text: str) -> str | None:
    """By its value, else by its words, capitals or not; words that two options share name neither."""
    folded = text.strip().casefold()
    if folded in question.options:
        return folded
    named = [option for option, words in question.options.items() if words.strip().casefold() == folded]
    return named[0] if len(named) == 1 else None


def _actions(_: Question, raw: object) -> Value | None:
    """The lines, each read once to see that it can be."""
    if isinstance(raw, str):
        found = actions.lines(raw)
    elif isinstance(raw, (list, tuple)) and all(isinstance(line, str) for line in raw):
        found = actions.listed(cleaned(line) for line in raw)
    else:
        raise NotAcceptedError("this is not a list of items")
    if len(found) > actions.MOST:
        raise NotAcceptedError(f"these are {len(found)} items")
    longest = max(map(len, found), default=0)
    if longest > actions.LONGEST:
        raise NotAcceptedError(f"an item is {longest} characters long, and {actions.LONGEST} are the most")
    try:
        for line in found:
            actions.item(line)
    except ValueError as problem:
        raise NotAcceptedError(str(problem)) from None
    return found or None


def _number(_: Question, raw: object) -> Value | None:
    if isinstance(raw, str) and _NUMBER.fullmatch(raw):
        raw = float(raw) if "." in raw else int(raw)
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        raise NotAcceptedError("this is not a number")
    if not abs(raw) <= _LARGEST:  # written so that it also holds for what is no number at all (NaN)
        raise NotAcceptedError("this is not a number of a useful size")
    return int(raw) if raw == int(raw) else raw


def _scale(question: Question, raw: object) -> Value | None:
    if isinstance(raw, str):
        named = [step for step, words in question.labels.items() if words.strip().casefold() == raw.casefold()]
        raw = named[0] if len(named) == 1 else raw
    return _whole(question, raw, question.from_, question.to)


def _progress(question: Question, raw: object) -> Value | None:
    if isinstance(raw, str):
        raw = raw.removesuffix("%").rstrip()
    return _whole(question, raw, 0, 100)


def _whole(question: Question, raw: object, least: int, most: int) -> int:
    number = _number(question, raw)
    if not isinstance(number, int):
        raise NotAcceptedError("this is not a whole number")
    if not least <= number <= most:
        raise NotAcceptedError("this is outside the range")
    return number


def _date(_: Question, raw: object) -> Value | None:
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return raw.isoformat()
    if not isinstance(raw, str) or _DAY.fullmatch(raw) is None:
        raise NotAcceptedError("this is not a date written year-month-day")
    try:
        return date.fromisoformat(raw).isoformat()
    except ValueError:
        raise NotAcceptedError("the calendar has no such day") from None


_READERS: Mapping[QuestionType, Callable[[Question, object], Value | None]] = {
    QuestionType.TEXT: _text,
    QuestionType.LONG_TEXT: _text,
    QuestionType.GOAL: _text,
    QuestionType.YES_NO: _yes_no,
    QuestionType.CHOICE: _choice,
    QuestionType.CHOICES: _choices,
    QuestionType.SCALE: _scale,
    QuestionType.NUMBER: _number,
    QuestionType.DATE: _date,
    QuestionType.PROGRESS: _progress,
    QuestionType.ACTIONS: _actions,
}
