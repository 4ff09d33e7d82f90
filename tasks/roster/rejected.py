"""Refused rows as a sheet of their own, to be corrected and handed in again."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tasks import whole
from tasks.roster.entries import Roster
from tasks.roster.headings import REFUSED_AT, REFUSED_WHY


def write_rejected(roster: Roster, path: Path) -> int:
    """Write the refused rows with the reason beside each; returns how many. The two added columns are not read again.

    The file is overwritten, for its owner only; it is in UTF-8 with a mark, so that spreadsheets read the names rightly.
    """
    with_roles = any(row.role for row in roster.refused)
    names = list(dict.fromkeys(name for row in roster.refused for name in row.cells))
    if with_roles and "role" not in names:
        names.append("role")
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*names, REFUSED_AT, REFUSED_WHY])
    for row in roster.refused:
        cells = dict(row.cells)
        if row.role and not cells.get("role"):
            cells["role"] = row.role
        writer.writerow([*(cells.get(name, "") for name in names), row.place, "; ".join(row.why)])
    whole.write(path, text.getvalue().encode("utf-8-sig"), private=True)
    return len(roster.refused)
