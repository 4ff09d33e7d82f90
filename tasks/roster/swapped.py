"""Whether a sheet looks like that of the other role: one line about the likely cause instead of one about every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from programs.spec import Program, Role
from programs.words import listing
from tasks.roster.entries import Findings, Place
from tasks.roster.headings import meanings, plain
from tasks.roster.sheets import Sheet


@dataclass(frozen=True)
class Likeness:
    """A sheet given as that of one role that looks like that of another, and by what."""

    sheet: Sheet
    given: Role
    like: Role
    by: str
    is_certain: bool
    """Whether every row says so itself; a column may be left over from something else."""


def likenesses(sheets: Sequence[Sheet], program: Program) -> list[Likeness]:
    """The sheets that were probably given for the wrong role."""
    return [one for sheet in sheets if (one := _likeness(sheet, program))]


def tell(found: Sequence[Likeness], findings: Findings) -> None:
    """Say it once for two sheets that were swapped. It is a problem where the rows say so, or the sheet cannot be read as it is."""
    left = list(found)
    while left:
        one = left.pop(0)
        other = next((two for two in left if (two.given, two.like) == (one.like, one.given)), None)
        message = f"given as the sheet of {one.given}s, but {one.by}"
        if other:
            left.remove(other)
            message += f"; {other.sheet.file} was given as that of {other.given}s, but {other.by}"
        wrong = [each for each in (one, other) if each and _is_wrong(each, findings)]
        hint = "were the two swapped?" if other else f"is it the sheet of {one.like}s?"
        (findings.break_sheet if wrong else findings.note)(Place(one.sheet.file, 1), None, message, hint)


def _is_wrong(one: Likeness, findings: Findings) -> bool:
    return one.is_certain or any(problem.file == one.sheet.file for problem in findings.broken)


def _likeness(sheet: Sheet, program: Program) -> Likeness | None:
    others = [role for role in program.roles if role is not sheet.role]
    if sheet.role is None or len(others) != 1:
        return None
    like, means = others[0], meanings(sheet, program)
    if "role" in means:
        at = means.index("role")
        said = {_role_said("".join(row.cells[at : at + 1]), program) for row in sheet.rows}
        if said == {str(like)}:
            return Likeness(sheet, sheet.role, like, f"every row says '{like}'", True)
    theirs, ours = _only_of(like, means, program), _only_of(sheet.role, means, program)
    if theirs and not ours:
        columns = f"has what only {like}s are asked ({listing(theirs)})"
        return Likeness(sheet, sheet.role, like, columns, False)
    return None


def _only_of(role: Role, means: Sequence[str], program: Program) -> list[str]:
    """The fields among them that nobody else is asked."""
    return [name for name, field in program.enrollment.fields.items() if name in means and field.roles == (role,)]


def _role_said(cell: str, program: Program) -> str:
    words = {plain(word): meaning for word, meaning in program.enrollment.values.get("role", {}).items()}
    return words.get(plain(cell), plain(cell))
