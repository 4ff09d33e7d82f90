"""Sheets in, roster out: the one way in which people are read for a program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from programs.errors import by_place
from programs.spec import Program
from tasks.roster.entries import Entry, Findings, Place, Roster, RosterFile
from tasks.roster.handed_back import refused_rows, taken_back
from tasks.roster.headings import read_headings
from tasks.roster.merging import merge
from tasks.roster.rows import PersonRow, RowReader
from tasks.roster.sheets import read_sheets
from tasks.roster.swapped import likenesses, tell
from tasks.roster.values import plain


def read_roster(
    files: Sequence[RosterFile], program: Program, *, encoding: str | None = None, test_addresses: bool = False
) -> Roster:
    """Read every sheet to its end. Raises MentorflowError only for a file that cannot be opened at all.

    `test_addresses` takes addresses that end in .test, for people who are made up.
    """
    findings = Findings()
    sheets = [taken_back(sheet, findings) for file in files for sheet in read_sheets(file, findings, encoding)]
    headed = [(sheet, read_headings(sheet, program, findings)) for sheet in sheets]
    mistaken = likenesses(sheets, program)
    tell(mistaken, findings)
    certain = [one.sheet for one in mistaken if one.is_certain]
    read = [(sheet, columns) for sheet, columns in headed if columns is not None and sheet not in certain]
    people: list[PersonRow] = []
    for sheet, columns in read:
        reader = RowReader(program, sheet, columns, findings, test_addresses)
        reader.notes_what_is_not_asked = all(sheet is not one.sheet for one in mistaken)
        people += [person for row in sheet.rows if (person := reader.read(row)) is not None]
    entries = merge(people, program, findings, test_addresses)
    _note_namesakes(entries, findings)
    problems = [*findings.broken, *(problem for problems in findings.rows.values() for problem in problems)]
    return Roster(
        tuple(entries),
        tuple(sorted(problems, key=by_place)),
        tuple(sorted(findings.notes, key=by_place)),
        tuple(refused_rows(read, findings)),
        bool(findings.broken),
    )


def _note_namesakes(entries: Iterable[Entry], findings: Findings) -> None:
    """The same name under two addresses is often one person who signed up twice."""
    known: dict[str, Place] = {}
    for entry in entries:
        name = plain(f"{entry.first_name} {entry.last_name}")
        earlier = known.setdefault(name, entry.place)
        if earlier != entry.place:
            message = f"has the same name as {earlier}, under another address; two people, or one who signed up twice?"
            findings.note(entry.place, None, message)
