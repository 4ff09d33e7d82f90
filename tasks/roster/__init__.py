"""Sheets of people, read and checked into entries. Writes nothing into the store; every problem is found in one go."""

from __future__ import annotations

from tasks.roster.entries import Entry, Place, Roster, RosterFile
from tasks.roster.reading import read_roster
from tasks.roster.rejected import write_rejected

__all__ = ["Entry", "Place", "Roster", "RosterFile", "read_roster", "write_rejected"]
