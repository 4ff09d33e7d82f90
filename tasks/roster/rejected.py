"""Refused rows as a sheet of their own, to be corrected and handed in again."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tasks import whole
from tasks.cells import safe_text
from tasks.roster.entries import Roster
from tasks.roster.headings import REFUSED_AT, REFUSED_WHY


def write_rejected(roster: Roster, path: Path) -> int:
    """Write the refused rows with the reason beside each; returns how many. The two added columns are not read again.

    No cell can be taken for a formula, and none is lost. The file is overwritten, for its owner only; it is in UTF-8 with a mark, so that spreadsheets read the names rightly.
    """
    slots = list(dict.fromkeys(slot for row in roster.refused for slot in row.cells))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*(safe_text(heading) for heading, _ in slots), REFUSED_AT, REFUSED_WHY])
    for row in roster.refused:
        cells = [*(row.cells.get(slot, "") for slot in slots), str(row.place), "; ".join(row.why)]
        writer.writerow([safe_text(cell) for cell in cells])
    whole.write(path, text.getvalue().encode("utf-8-sig"), private=True)
    return len(roster.refused)
