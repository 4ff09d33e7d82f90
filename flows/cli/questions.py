"""The questions of a form, for whoever fills in a sheet: as lines, as data, and as a sheet with a row for each open ask."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.cli import console
from programs.codes import code
from programs.errors import MentorflowError
from programs.spec import Question, Role
from programs.survey import accepted, in_words
from tasks import whole
from tasks.answer import form_for
from tasks.exports import safe_cell
from tasks.inbox import AskRow
from tasks.reflect import Readable
from tasks.turn import Turn


def asked(turn: Turn, form: str, asks: Sequence[AskRow]) -> list[Question]:
    """The questions of the form in these asks, with what is asked by itself; without an ask, of the form as it is declared."""
    forms = [form_for(turn, key, form) for key in dict.fromkeys(one.key for one in asks)] or [form_for(turn, "", form)]
    roles = {Role(one.role) for one in asks} or set(Role)
    questions = {question.id: question for one in forms for question in one.questions}
    return [question for question in questions.values() if any(question.asked_of(role) for role in roles)]


def tell(questions: Sequence[Question]) -> None:
    console.say("Questions:")
    for one in questions:
        whom = f", only of a {' or '.join(one.roles)}" if one.roles else ""
        console.say(f"  {one.id}{', required' if one.required else ''}{whom}: {one.ask}", f"    {_how(one)}")


def data(questions: Sequence[Question]) -> list[dict[str, Any]]:
    return [
        {
            "question": one.id, "words": one.ask, "type": one.type, "required": one.required, "roles": list(one.roles),
            "options": dict(one.options), "accepted": accepted(one),
        }
        for one in questions
    ]  # fmt: skip


def answered(one: Readable) -> Iterator[str]:
    """Each question in its words, and the answer in those of its options, a line further in where it has several."""
    for id_, value in one.answers.items():
        question = one.form.question(id_)
        if question is not None:
            lines = in_words(question, value).split("\n")
            yield from (f"{question.ask} {lines[0]}", *(f"  {line}" for line in lines[1:]))


def _how(question: Question) -> str:
    """What an answer may look like, with what the options and the steps of a scale mean."""
    said = question.options or {str(step): words for step, words in sorted(question.labels.items())}
    meaning = "; ".join(f"{value} = {words}" for value, words in said.items() if value != words)
    return f"{accepted(question)}{f' ({meaning})' if meaning else ''}"


def write_sheet(
    out: Path, asks: Sequence[AskRow], questions: Sequence[Question], names: Mapping[int, Mapping[int, str]]
) -> None:
    """A heading for each question and a row for each ask. A sheet that is there may be filled in, and is never written over."""
    says = ["ask", "email", "relationship", "with"]
    if any(question.id == "with" for question in questions):
        says.remove("with")
    if out.is_file():
        raise MentorflowError(f"{out} is there already, and may have answers in it; name another file")
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*says, *(question.id for question in questions)])
    for one in asks:
        others = [name for who, name in names.get(one.relationship_id, {}).items() if who != one.participant_id]
        cells = {
            "ask": one.code, "email": one.email, "relationship": code("R", one.relationship_id),
            "with": ", ".join(others),
        }  # fmt: skip
        writer.writerow([*(safe_cell(cells[name]) for name in says), *("" for _ in questions)])
    whole.write(out, text.getvalue().encode("utf-8-sig"), private=True)
